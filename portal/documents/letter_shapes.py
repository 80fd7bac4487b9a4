"""What finance's statement and the letter that goes with a copy of a decision are made of. The same rules as in ``shapes``."""

from typing import Literal, NotRequired, TypedDict

from portal.documents.shapes import ActingPerson, Handler, Municipality


class StatementDocument(TypedDict):
    """Finance's statement (yttrande) on a request. ``title`` is that of the request, ``unit`` the one that states,
    ``asked_by`` the one that asks. ``stance`` in words; ``given_at`` null makes it a preview."""

    made_at: str
    municipality: Municipality
    title: str
    unit: str
    date: str
    text: str
    person: ActingPerson
    given_at: str | None
    test: NotRequired[bool]
    case_number: NotRequired[str | None]
    version: NotRequired[int | None]
    asked_by: NotRequired[str | None]
    requested_total: NotRequired[int | None]
    stance: NotRequired[str | None]
    balance: NotRequired[int | None]
    cost_type: NotRequired[str | None]
    capital_cost: NotRequired[int | None]
    coding: NotRequired[str | None]


class Recipient(TypedDict):
    """Who gets the letter, and why: to act on the decision, as a copy, or for information."""

    name: str
    why: Literal["action", "copy", "information"]
    email: NotRequired[str | None]


class SentDecision(TypedDict):
    """The decision that is sent; ``outcome`` in words, ``granted`` kronor, ``replaces`` the number of the one it replaces."""

    number: str
    date: str
    decided_by: str
    outcome: NotRequired[str | None]
    granted: NotRequired[int | None]
    replaces: NotRequired[str | None]


class Enclosure(TypedDict):
    """A document that goes with the letter: what it is, its file and the file's SHA-256."""

    title: str
    filename: str
    sha256: str
    size: NotRequired[int | None]


class DispatchLetter(TypedDict):
    """The letter (missiv) that goes with a copy of a decision. ``title`` is that of the case, ``unit`` who sends it;
    ``receipt_address`` the address where a copy to act on is acknowledged."""

    made_at: str
    municipality: Municipality
    title: str
    unit: str
    date: str
    recipient: Recipient
    case_number: str
    decision: SentDecision
    enclosures: list[Enclosure]
    test: NotRequired[bool]
    receipt_address: NotRequired[str | None]
    contact: NotRequired[Handler | None]
