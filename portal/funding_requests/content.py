"""What a request says: the draft exactly as typed, and the content of a submitted version, typed and canonical.

Pure: no session, no clock, no Flask. Amounts are whole kronor; an amount that is None is *ej beloppsatt*, never 0.
"""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol, TypedDict

CostType = Literal["drift", "investering", "vet inte"]
COST_TYPES: tuple[CostType, ...] = ("drift", "investering", "vet inte")
AssessmentState = Literal["done", "before_start"]
ASSESSMENT_STATES: tuple[AssessmentState, ...] = ("done", "before_start")
_CAMERA = re.compile(r"kamera(?!l)|kameror|cctv")  # kameral is bookkeeping


class DraftLine(TypedDict):
    """A budget line as typed; an empty amount is ej beloppsatt.

    ``camera`` is "ja" for camera surveillance, "nej" where the writer has said that it is none, else empty. The rest is the
    documented assessment: ``done`` or ``before_start``, who is responsible, and when.
    """

    label: str
    amount: str
    cost_type: str
    camera: str
    assessment: str
    assessed_by: str
    assessed_on: str


class DraftSection(TypedDict):
    """A headed part of the description."""

    heading: str
    text: str


class DraftRecipient(TypedDict):
    """A recipient; ``action`` is "ja" where the copy is marked *ska åtgärdas*."""

    name: str
    email: str
    action: str


class DraftSignatory(TypedDict):
    """A name that stands under the document; text, it signs nothing."""

    name: str
    role: str


class Draft(TypedDict):
    """Every field as typed, unread. ``organ`` and ``fund`` hold public ids as text, empty where none is chosen."""

    title: str
    organ: str
    points: list[str]
    description: str
    sections: list[DraftSection]
    lines: list[DraftLine]
    cost_type_all: str
    total: str
    redistribution: str
    fund: str
    financing: str
    budget_year: str
    basis: list[str]
    copies: list[DraftRecipient]
    information: list[DraftRecipient]
    secrecy: str
    provision: str
    receiver: str
    handler_name: str
    handler_role: str
    handler_phone: str
    handler_email: str
    date: str
    signatories: list[DraftSignatory]


ROWS: dict[str, tuple[str, ...]] = {
    "sections": ("heading", "text"),
    "lines": ("label", "amount", "cost_type", "camera", "assessment", "assessed_by", "assessed_on"),
    "copies": ("name", "email", "action"),
    "information": ("name", "email", "action"),
    "signatories": ("name", "role"),
}
LISTS: tuple[str, ...] = ("points", "basis")
TEXTS: tuple[str, ...] = tuple(name for name in Draft.__annotations__ if name not in ROWS and name not in LISTS)


def draft_of(raw: dict[str, Any]) -> Draft:
    """``raw`` in the shape of a draft: unknown keys left out, missing ones empty."""
    shaped: dict[str, Any] = {name: str(raw.get(name) or "") for name in TEXTS}
    for name in LISTS:
        shaped[name] = [str(item) for item in raw.get(name) or []]
    for name, columns in ROWS.items():
        shaped[name] = [{column: str(row.get(column) or "") for column in columns} for row in raw.get(name) or []]
    return shaped  # type: ignore[return-value]  # built from the same names


@dataclass(frozen=True, slots=True)
class OrganRef:
    """A deciding organ as it was named then; ``in_text`` is how it reads inside a sentence."""

    name: str
    in_text: str
    public_id: str


@dataclass(frozen=True, slots=True)
class FundRef:
    """Money set aside as it was named then."""

    name: str
    year: int
    public_id: str


def suggests_camera(label: str) -> bool:
    """Whether a line by that name may be camera surveillance; only a proposal, which the writer confirms or not."""
    return bool(_CAMERA.search(label.casefold()))


@dataclass(frozen=True, slots=True)
class Assessment:
    """The documented assessment of camera surveillance (9 § kamerabevakningslagen, 2018:1200, as changed by 2025:220).

    Done, or to be done before the surveillance starts; ``by`` who is responsible, ``on`` an ISO date: when it was done, or
    shall be at the latest.
    """

    state: AssessmentState
    by: str
    on: str


@dataclass(frozen=True, slots=True)
class Line:
    """A budget line; ``amount`` (kronor) None is ej beloppsatt. ``assessment`` is there where it is camera surveillance;
    versions from before it was asked for have none."""

    label: str
    amount: int | None
    cost_type: CostType
    assessment: Assessment | None = None


class LineLike(Protocol):
    """A line as content or as a row; ``assessment`` is set on camera surveillance, where it is asked for at all."""

    @property
    def cost_type(self) -> str: ...


StatementGround = Literal["camera", "investment", "unsure"]
_GROUNDS: dict[str, StatementGround] = {"investering": "investment", "vet inte": "unsure"}


def statement_ground(line: LineLike) -> StatementGround | None:
    """Why finance states its opinion before the line is decided; None where it need not for this line's sake."""
    if getattr(line, "assessment", None) is not None:  # lines of any other kind have none
        return "camera"
    return _GROUNDS.get(line.cost_type)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the description; the heading may be empty."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a copy; ``action`` marks a copy that *ska åtgärdas*."""

    name: str
    email: str | None
    action: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A name and a title or role as text."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Handler:
    """The handläggare that the document names."""

    name: str
    role: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with the request; ``size`` in bytes."""

    title: str
    filename: str
    sha256: str
    size: int


def _line(*, assessment: dict[str, Any] | None = None, **row: Any) -> Line:
    return Line(**row, assessment=Assessment(**assessment) if assessment else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A submitted version. ``total`` is kronor, ``date`` an ISO date, ``requester`` who submitted it."""

    title: str
    unit: str
    department: str
    organ: OrganRef | None
    points: tuple[str, ...]
    description: str
    sections: tuple[Section, ...]
    lines: tuple[Line, ...]
    total: int
    fund: FundRef | None
    financing: str
    budget_year: int
    basis: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    copies: tuple[Recipient, ...]
    information: tuple[Recipient, ...]
    redistribution: bool
    secrecy: bool
    provision: str
    receiver: str
    handler: Handler
    date: str
    signatories: tuple[Person, ...]
    requester: Person
    follows: str = ""  # the number of the case that the request follows

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces, Swedish letters as written. The SHA-256 is of its UTF-8 bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Content":
        """The content of a stored version. Raises KeyError or TypeError when the text is no version."""
        raw: dict[str, Any] = json.loads(text)
        many: dict[str, Any] = {
            "sections": Section,
            "lines": _line,
            "attachments": Attachment,
            "copies": Recipient,
            "information": Recipient,
            "signatories": Person,
        }
        for name, kind in many.items():
            raw[name] = tuple(kind(**row) for row in raw[name])
        for name in LISTS:
            raw[name] = tuple(raw[name])
        raw["organ"] = OrganRef(**raw["organ"]) if raw["organ"] else None
        raw["fund"] = FundRef(**raw["fund"]) if raw["fund"] else None
        raw["handler"] = Handler(**raw["handler"])
        raw["requester"] = Person(**raw["requester"])
        return cls(**raw)

    @property
    def needs_statement(self) -> bool:
        """Whether finance states its opinion before the decision: some line is investering, camera or vet inte."""
        return any(statement_ground(line) for line in self.lines)

    @property
    def priced(self) -> tuple[Line, ...]:
        """The lines that have an amount."""
        return tuple(line for line in self.lines if line.amount is not None)

    @property
    def cost_types(self) -> frozenset[str]:
        """The kinds of cost of the lines that have an amount; of all lines where none has one."""
        return frozenset(line.cost_type for line in self.priced or self.lines)


def _draft_line(line: Line) -> DraftLine:
    found = line.assessment
    return {
        "label": line.label,
        "amount": "" if line.amount is None else str(line.amount),
        "cost_type": line.cost_type,
        "camera": "ja" if found else "nej" if suggests_camera(line.label) else "",
        "assessment": found.state if found else "",
        "assessed_by": found.by if found else "",
        "assessed_on": found.on if found else "",
    }


def draft_from(content: Content) -> Draft:
    """A draft that says what ``content`` says: what a new version begins with."""
    raw = asdict(content)
    raw["organ"] = content.organ.public_id if content.organ else ""
    raw["fund"] = content.fund.public_id if content.fund else ""
    raw["total"], raw["budget_year"] = str(content.total), str(content.budget_year)
    raw["lines"] = [_draft_line(line) for line in content.lines]
    for name in ("copies", "information"):
        raw[name] = [{**row, "action": "ja" if row["action"] else ""} for row in raw[name]]
    raw["redistribution"] = "ja" if content.redistribution else "nej"
    raw["secrecy"] = "ja" if content.secrecy else "nej"
    raw.update({f"handler_{name}": value for name, value in asdict(content.handler).items()})
    raw["date"] = ""  # a new version gets a new date
    return draft_of(raw)
