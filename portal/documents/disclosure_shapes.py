"""What a written decision not to hand out a public record is made of. The same rules as in ``shapes``."""

from typing import Literal, NotRequired, TypedDict

from portal.documents.shapes import ActingPerson, Municipality


class WithheldDocument(TypedDict):
    """A document that is not handed out: wholly, in part (``masked``), or since it is no public record yet.

    ``title`` is the one that the register shows everyone; ``provision`` null where it is no public record.
    """

    case_number: str
    title: str
    extent: Literal["withheld", "masked", "not_public"]
    number: NotRequired[int | None]
    provision: NotRequired[str | None]
    reason: NotRequired[str | None]


class DisclosureDecision(TypedDict):
    """A decision to refuse, wholly or in part, a request for public records (6 kap. 3 and 6 §§ offentlighets- och
    sekretesslagen), with how it is appealed. ``wanted`` is the request in the asker's words, ``asker`` null for who gave no
    name, ``clause`` what the right to decide rests on, ``court`` the kammarrätt as it reads in a sentence."""

    made_at: str
    municipality: Municipality
    title: str
    unit: str
    date: str
    number: str
    request_number: str
    received: str
    wanted: str
    documents: list[WithheldDocument]
    reasons: str
    decided_by: ActingPerson
    decided_at: str
    clause: str
    court: str
    test: NotRequired[bool]
    asker: NotRequired[str | None]
