"""What is typed into the pages of persons, units and roles, read field by field."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from flask import request

from portal.people.directory import KINDS, LONGEST_NAME, Entry
from portal.people.permissions import Role
from portal.people.rules import APPOINTMENT, CLAUSE
from portal.people.standing_in import Ground
from portal.text import _
from portal.web.forms import Fields, only

NAME, TITLE, PHONE, GROUND = 120, 120, 40, 300


def new_key() -> str:
    """A key for one of several forms on a page: each acts once, whatever became of the others."""
    return str(uuid4())


@dataclass(frozen=True, slots=True)
class PersonForm:
    """A person's own data as typed."""

    username: str
    name: str
    title: str
    email: str
    phone: str


def person(*, new: bool) -> PersonForm:
    """Read the person form. Raises Invalid."""
    only("name", "title", "email", "phone", *(["username"] if new else []))
    fields = Fields()
    form = PersonForm(
        username=fields.text("username", limit=60, required=_("Skriv användarnamnet.") if new else None),
        name=fields.text("name", limit=NAME, required=_("Skriv personens namn.")),
        title=fields.text("title", limit=TITLE),
        email=fields.text("email", limit=254),
        phone=fields.text("phone", limit=PHONE),
    )
    fields.done()
    return form


@dataclass(frozen=True, slots=True)
class RoleForm:
    """A role to be given, in a unit and for a period."""

    role: Role
    unit_id: UUID
    valid_from: date
    valid_to: date | None


def role() -> RoleForm:
    """Read the role form. Raises Invalid."""
    only("role", "unit", "valid_from", "valid_to")
    fields = Fields()
    chosen = fields.choice("role", {each.value for each in Role}, required=_("Välj en roll."))
    unit_id = fields.uuid("unit", required=_("Välj en enhet."))
    first = fields.day("valid_from", required=_("Ange rollens första dag."))
    last = fields.day("valid_to")
    fields.done()
    assert unit_id is not None
    assert first is not None
    return RoleForm(Role(chosen), unit_id, first, last)


@dataclass(frozen=True, slots=True)
class SubstituteForm:
    """Someone to act for a person in a period, and on what ground."""

    substitute_id: UUID
    ground: Ground
    valid_from: date
    valid_to: date


def substitute() -> SubstituteForm:
    """Read the substitute form. Raises Invalid."""
    only("substitute", "ground_kind", "ground", "ground_number", "ground_date", "appointed_by", "valid_from", "valid_to")
    fields = Fields()
    chosen = fields.uuid("substitute", required=_("Välj en ersättare."))
    ground = Ground(
        kind=fields.choice("ground_kind", ("", CLAUSE, APPOINTMENT), required=_("Välj vad ersättningen grundas på.")) or CLAUSE,
        clause=fields.text("ground", limit=GROUND),
        number=fields.text("ground_number", limit=60),
        dated=fields.day("ground_date"),
        appointed_by=fields.text("appointed_by", limit=NAME),
    )
    first = fields.day("valid_from", required=_("Ange första dagen."))
    last = fields.day("valid_to", required=_("Ange sista dagen."))
    fields.done()
    assert chosen is not None
    assert first is not None
    assert last is not None
    return SubstituteForm(chosen, ground, first, last)


@dataclass(frozen=True, slots=True)
class AbsenceForm:
    """One's own absence, and who stands in for notices meanwhile."""

    stands_in_id: UUID | None
    valid_from: date
    valid_to: date


def absence() -> AbsenceForm:
    """Read the form of one's own absence. Raises Invalid."""
    only("stands_in", "valid_from", "valid_to")
    fields = Fields()
    other = fields.uuid("stands_in")
    first = fields.day("valid_from", required=_("Ange första dagen."))
    last = fields.day("valid_to", required=_("Ange sista dagen."))
    fields.done()
    assert first is not None
    assert last is not None
    return AbsenceForm(other, first, last)


def last_day() -> date:
    """The last day of a role, a substitution or a unit. Raises Invalid."""
    only("valid_to")
    fields = Fields()
    day = fields.day("valid_to", required=_("Ange sista dagen."))
    fields.done()
    assert day is not None
    return day


@dataclass(frozen=True, slots=True)
class UnitForm:
    """A unit to be added, possibly below another."""

    name: str
    parent_id: UUID | None
    email: str


def unit() -> UnitForm:
    """Read the unit form. Raises Invalid."""
    only("name", "parent", "email")
    fields = Fields()
    form = UnitForm(
        name=fields.text("name", limit=NAME, required=_("Skriv enhetens namn.")),
        parent_id=fields.uuid("parent"),
        email=fields.text("email", limit=254),
    )
    fields.done()
    return form


def recipient() -> Entry:
    """Read the form of a recipient of the directory. Raises Invalid."""
    only("name", "kind", "email", "unit", "is_external", "every_decision", "masked", "valid_from", "valid_to", "sure")
    fields = Fields()
    first = fields.day("valid_from", required=_("Ange första dagen."))
    entry = Entry(
        name=fields.text("name", limit=LONGEST_NAME, required=_("Skriv mottagarens namn.")),
        kind=fields.choice("kind", tuple(KINDS), required=_("Välj vad mottagaren är.")),
        email=fields.text("email", limit=254),
        unit_id=fields.uuid("unit"),
        is_external=bool(request.form.get("is_external")),
        every_decision=bool(request.form.get("every_decision")),
        masked=bool(request.form.get("masked")),
        valid_from=first or date.max,
        valid_to=fields.day("valid_to"),
        sure=bool(request.form.get("sure")),
    )
    for name, sentence in (  # a line break is no slip to tidy away: these stand in the heads of mails
        ("name", _("Namnet innehåller en radbrytning. Skriv det på en rad, och lägg till en mottagare i taget.")),
        ("email", _("E-postadressen innehåller en radbrytning eller ett styrtecken. Skriv den på nytt.")),
    ):
        if any(mark in request.form.get(name, "") for mark in "\r\n"):
            fields.problems[name] = sentence
    fields.done()
    return entry


def asks_manager() -> bool:
    """Whether the unit's requests go by its nearest manager. Raises Invalid."""
    only("asks_manager")
    fields = Fields()
    answer = fields.choice("asks_manager", ("ja", "nej"), required=_("Välj om enhetens äskanden går via närmaste chef."))
    fields.done()
    return answer == "ja"


def password(name: str) -> str:
    """A password exactly as typed; never cleaned."""
    return request.form.get(name, "")
