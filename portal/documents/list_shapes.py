"""What lists out of the portal are made of: a register extract, the sheet of one case, delegations and what they decided.

The same rules as in ``shapes``. A text that secrecy keeps from the reader is null, and printed *uppgift utelämnad*: the
caller decides what a reader may see, the template only shows it. Days are ISO dates.
"""

from typing import Literal, NotRequired, TypedDict

from portal.documents.shapes import ActingPerson, Municipality, Paragraph, Person

Period = TypedDict("Period", {"from": NotRequired[str | None], "to": NotRequired[str | None]})
"""From one day to another, both included; either may be open."""


class Choice(TypedDict):
    """One of the choices by which a list was narrowed, in words: ``label`` *Avsändare*, ``value`` *Säkerhetsenheten*."""

    label: str
    value: str


class RegisterRow(TypedDict):
    """A case as the register shows it (5 kap. 2 § offentlighets- och sekretesslagen): ``title`` is the public one, ``date``
    the day it came in or was drawn up, ``external_number`` its number in another register."""

    number: str
    date: str
    title: str | None
    sender: str | None
    status: str
    external_number: NotRequired[str | None]
    closed: NotRequired[str | None]


class RegisterExtract(TypedDict):
    """Rows of the register (utdrag ur diariet) over a period or by other choices. ``title`` heads the page: *Kommunstyrelsens
    diarium*; ``date`` is the day of the extract."""

    made_at: str
    municipality: Municipality
    title: str
    unit: str
    date: str
    rows: list[RegisterRow]
    test: NotRequired[bool]
    period: NotRequired[Period | None]
    selection: NotRequired[list[Choice]]
    made_by: NotRequired[Person | None]


class PostRow(TypedDict):
    """A document as the post of a day shows it: ``number`` its place in the case, ``title`` the one that the reader may
    read, ``party`` who sent or got it, ``public`` since when and why it is allmän handling."""

    case_number: str
    number: int
    title: str
    kind: str
    date: str
    party: str | None
    public: str
    party_number: NotRequired[str | None]


class DayList(TypedDict):
    """What was registered on a day (dagens post)."""

    made_at: str
    municipality: Municipality
    title: str
    unit: str
    date: str
    day: str
    rows: list[PostRow]
    test: NotRequired[bool]
    made_by: NotRequired[Person | None]


class DecisionRow(TypedDict):
    """A decision in the list: ``form`` its capacity with its ground, ``granted`` kronor; a ``replaced`` one counts no more."""

    number: str
    date: str
    case_number: str
    title: str | None
    outcome: str
    form: str
    decided_by: str
    granted: int
    replaced: bool


class DecisionList(TypedDict):
    """The decisions of a choice (beslutsförteckning)."""

    made_at: str
    municipality: Municipality
    title: str
    unit: str
    date: str
    rows: list[DecisionRow]
    test: NotRequired[bool]
    made_by: NotRequired[Person | None]


class SheetMark(TypedDict):
    """A secrecy mark (5 kap. 5 § offentlighets- och sekretesslagen): what it is on, by which provision, when, and who made
    it."""

    what: NotRequired[str]
    provision: str
    date: NotRequired[str | None]
    authority: NotRequired[str | None]


class SheetDecision(TypedDict):
    """A decision in the case: ``decided_by`` is an organ, or a title; ``granted`` kronor."""

    number: str
    date: str
    decided_by: str
    outcome: str
    granted: NotRequired[int | None]


class SheetDocument(TypedDict):
    """A document of the case, by its place in it (handlingens nummer i akten). ``party`` is who sent it or got it, ``kind``
    and ``filename`` what it is, ``secrecy`` the provision of its mark, ``public`` since when it is allmän handling."""

    number: int
    date: str
    title: str | None
    direction: NotRequired[Literal["incoming", "outgoing", "made"] | None]
    party: NotRequired[str | None]
    kind: NotRequired[str | None]
    filename: NotRequired[str | None]
    secrecy: NotRequired[str | None]
    public: NotRequired[str | None]


class SheetEvent(TypedDict):
    """What happened in the case: ``happened_at`` is an instant with offset, ``text`` a sentence, ``by`` who did it."""

    happened_at: str
    text: str | None
    by: NotRequired[str | None]


class SheetCopy(TypedDict):
    """A copy of a decision: who gets it, why (*Kopia till*), how it stands (*Öppnad*), and since when.

    ``way`` is how it went, ``sha256`` of the document that was sent."""

    recipient: str
    kind: str
    state: str
    date: str
    decision: str
    way: NotRequired[str | None]
    sha256: NotRequired[str | None]


class CaseSheet(TypedDict):
    """One case as it stands in the register (diarieblad): particulars, documents in order, what has happened.

    ``public_title`` is what the register shows where that is another title. ``withheld`` is the sentence that stands in the
    place of files and events where the reader may see no more than the register shows.
    """

    made_at: str
    municipality: Municipality
    title: str
    unit: str
    date: str
    case_number: str
    opened: str
    status: str
    documents: list[SheetDocument]
    events: list[SheetEvent]
    test: NotRequired[bool]
    sender: NotRequired[str | None]
    handler: NotRequired[Person | None]
    external_number: NotRequired[str | None]
    follows: NotRequired[str | None]
    requested_total: NotRequired[int | None]
    granted_total: NotRequired[int | None]
    decisions: NotRequired[list[SheetDecision]]
    secrecy: NotRequired[list[SheetMark]]
    closed: NotRequired[str | None]
    public_title: NotRequired[str | None]
    copies: NotRequired[list[SheetCopy]]
    files: NotRequired[list[SheetDocument]]
    withheld: NotRequired[str | None]


class ListedDelegation(TypedDict):
    """A delegation in force: ``money`` is the set-aside money or the kind it covers, ``condition`` *vid jäv för kommunchefen*,
    ``note`` its capacity and whether its decisions are reported. ``valid_to`` null is until further notice."""

    person: Person
    money: str
    ceiling: int | None
    clause: str
    valid_from: str
    rests_on: Paragraph
    valid_to: NotRequired[str | None]
    condition: NotRequired[str | None]
    note: NotRequired[str | None]


class ListedDecision(TypedDict):
    """A delegation decision to be reported: ``title`` what it was about, ``amount`` what it granted, kronor. What a
    ``replaced`` one granted is not granted twice, and no part of the sum."""

    number: str
    date: str
    decided_by: ActingPerson
    title: str | None
    case_number: NotRequired[str | None]
    clause: NotRequired[str | None]
    outcome: NotRequired[str | None]
    amount: NotRequired[int | None]
    replaced: NotRequired[bool]


class PassedNumber(TypedDict):
    """The number of a decision that is not on the list, and what it is; ``missing`` where there is no such decision."""

    number: str
    what: str
    missing: bool


class DelegationList(TypedDict):
    """Either the delegations in force (``use`` in_force: ``delegations``), or the delegation decisions reported to an organ
    (``use`` decisions: ``decisions``, ``organ``, ``period``; anmälan av delegationsbeslut, 7 kap. 8 § kommunallagen). Of a list
    that has been made, ``facts`` say what has become of it, and ``passed`` which numbers are not on it."""

    made_at: str
    municipality: Municipality
    title: str
    unit: str
    date: str
    use: Literal["in_force", "decisions"]
    delegations: NotRequired[list[ListedDelegation]]
    decisions: NotRequired[list[ListedDecision]]
    test: NotRequired[bool]
    organ: NotRequired[str | None]
    period: NotRequired[Period | None]
    introduction: NotRequired[str | None]
    document_type: NotRequired[str | None]
    facts: NotRequired[list[Choice]]
    passed: NotRequired[list[PassedNumber]]
