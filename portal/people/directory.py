"""The directory of recipients: who copies are sent to beside the units, by name and validity. The administrator keeps it."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, or_, select, tuple_, union, union_all

from portal import clock
from portal.db import session
from portal.errors import Conflict, Invalid, Unknown
from portal.people import addresses, queries
from portal.people.actor import Actor
from portal.people.addresses import known_by
from portal.people.models import Person, Recipient, Unit
from portal.people.operations import guard, record
from portal.people.rules import Period, period_problem
from portal.text import _

KINDS = {
    "person": "Person",
    "unit": "Enhetens funktionsbrevlåda",
    "role": "Funktion",
    "external": "Utanför kommunen",
}
PAGE = 50
LONGEST_NAME = 200  # characters
OFFERED = 300  # names offered where one types a recipient; the directory itself is as long as it is
_AT_A_TIME = 500
_OFFERED_LATELY, _DOMAINS_LATELY, _KEPT_SECONDS = "recipients_offered", "address_domains", 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of the directory as typed. ``sure``: the address is right although it looks like a slip of the pen."""

    name: str
    kind: str
    email: str
    unit_id: UUID | None
    is_external: bool
    every_decision: bool
    masked: bool
    valid_from: date
    valid_to: date | None
    sure: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Where a recipient of the directory is reached."""

    name: str
    email: str | None
    unit_id: int | None
    masked: bool
    every_decision: bool = False


def _valid(day: date) -> ColumnElement[bool]:
    ended = or_(Recipient.valid_to.is_(None), Recipient.valid_to >= day)
    return (Recipient.valid_from <= day) & ended


def page(after: str | None = None) -> tuple[list[tuple[Recipient, str | None]], str | None]:
    """A page of the directory by name, each with its unit's name, and the key of the next page."""
    statement = (
        select(Recipient, Unit.name)
        .outerjoin(Unit, Unit.id == Recipient.unit_id)
        .order_by(Recipient.known_by, Recipient.id)
        .limit(PAGE + 1)
    )
    if after and (key := _key_of(after)):
        statement = statement.where(tuple_(Recipient.known_by, Recipient.id) > tuple_(*key))
    rows: list[tuple[Recipient, str | None]] = [(row, unit) for row, unit in session.execute(statement)]
    return rows[:PAGE], str(rows[PAGE - 1][0].public_id) if len(rows) > PAGE else None


def _key_of(after: str) -> tuple[str, int] | None:
    try:
        asked = UUID(after)
    except ValueError:
        return None
    row = session.execute(select(Recipient.known_by, Recipient.id).where(Recipient.public_id == asked)).one_or_none()
    return None if row is None else (row[0], row[1])


def named(names: Collection[str]) -> dict[str, Found]:
    """Those of ``names`` that stand in the directory today, and those who get every decision, by ``known_by``.

    Some hundreds are asked for in each statement.
    """
    found: dict[str, Found] = {}
    keys = sorted({known_by(name) for name in names})
    for start in range(0, max(len(keys), 1), _AT_A_TIME):
        asked = Recipient.known_by.in_(keys[start : start + _AT_A_TIME])
        wanted = or_(asked, Recipient.every_decision) if start == 0 else asked
        statement = select(Recipient).where(wanted, _valid(clock.today())).order_by(Recipient.id)
        for row in session.scalars(statement):
            found[row.known_by] = Found(row.name, row.email, row.unit_id, row.masked, row.every_decision)
    return found


def offered() -> list[str]:
    """Names to choose among where a recipient is typed: units in use and what stands in the directory today."""
    today = clock.today()
    units = select(Unit.name).where(or_(Unit.ended_on.is_(None), Unit.ended_on >= today))
    some = select(Recipient.name).where(_valid(today)).order_by(Recipient.known_by).limit(OFFERED).subquery()
    return sorted(set(session.scalars(union_all(units, select(some.c.name)))), key=str.casefold)


def lately_offered() -> Sequence[str]:
    """``offered`` as it was within a minute, for pages that only suggest: a name typed in full is found all the same."""
    return _lately(_OFFERED_LATELY, offered)


def _lately(name: str, read: Callable[[], list[str]]) -> list[str]:
    kept: tuple[float, list[str]] | None = current_app.extensions.get(name)
    if kept is None or time.monotonic() - kept[0] > _KEPT_SECONDS:
        kept = current_app.extensions[name] = (time.monotonic(), read())
    return kept[1]


def known_domains() -> list[str]:
    """The domains of addresses that someone has entered before; one statement."""
    columns = (Unit.email, Person.email, Recipient.email)
    found = session.scalars(union(*(select(column.label("email")).where(column.is_not(None)) for column in columns)))
    return sorted({addresses.domain(each) for each in found if each})


def slip(email: str, domains: Collection[str] | None = None) -> str | None:
    """A sentence where the address looks like a slip of the pen from one of the ``domains`` (those known within a minute)."""
    meant = addresses.mistaken(email, _lately(_DOMAINS_LATELY, known_domains) if domains is None else domains)
    if meant is None:
        return None
    return _("Adressen liknar adresserna på %(domain)s, som finns sedan tidigare.", domain=meant)


def to_mend(slipped: str) -> str:
    """The sentence of a slip where the form is refused until the address is right, or said to be."""
    return _("%(slip)s Rätta den, eller markera att den är rätt.", slip=slipped)


def problems(entry: Entry, domains: Collection[str]) -> Mapping[str, str]:
    """What is wrong with the entry, by field."""
    found: dict[str, str] = {}
    if entry.email and (wrong := addresses.problem(entry.email)):
        found["email"] = wrong
    elif entry.email and not entry.sure and (wrong := slip(entry.email, domains)):
        found["email"] = to_mend(wrong)
    if entry.kind == "unit" and entry.unit_id is None and not entry.email:
        found["unit"] = _("Välj enheten, eller ange adressen till dess funktionsbrevlåda.")
    if entry.kind != "unit" and entry.unit_id is not None:
        found["unit"] = _("En enhet väljs bara för en enhets funktionsbrevlåda.")
    if wrong := period_problem(Period(entry.valid_from, entry.valid_to)):
        found["valid_to"] = wrong
    return found


def add_recipient(entry: Entry, *, by: Actor) -> Recipient:
    """A new row of the directory. Raises Refused, Invalid, and Unknown for a unit that is none."""
    guard(by)
    wrong = dict(problems(entry, known_domains()))
    if _meets(entry):
        wrong["name"] = _("Mottagaren finns redan i förteckningen under den tiden. Avsluta den raden först.")
    if wrong:
        raise Invalid(wrong)
    unit = queries.unit(entry.unit_id) if entry.unit_id else None
    row = Recipient(
        name=" ".join(entry.name.split()),
        known_by=known_by(entry.name),
        kind=entry.kind,
        email=entry.email or None,
        unit_id=unit.id if unit else None,
        is_external=entry.is_external or entry.kind == "external",
        every_decision=entry.every_decision,
        masked=entry.masked,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
    )
    session.add(row)
    session.flush()
    body: dict[str, object] = {
        "name": row.name,
        "kind": row.kind,
        "email": row.email or "",
        "unit": unit.name if unit else "",
        "every_decision": "ja" if row.every_decision else "nej",
        "masked": "ja" if row.masked else "nej",
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else "",
    }
    record("add_recipient", by=by, object_id=row.public_id, kind="recipient", body=body)
    return row


def _meets(entry: Entry) -> bool:
    """Whether the name stands in the directory on a day of the entry's period."""
    statement = select(Recipient.id).where(
        Recipient.known_by == known_by(entry.name),
        or_(Recipient.valid_to.is_(None), Recipient.valid_to >= entry.valid_from),
    )
    if entry.valid_to is not None:
        statement = statement.where(Recipient.valid_from <= entry.valid_to)
    return session.scalars(statement.limit(1)).first() is not None


def end_recipient(*, recipient_id: UUID, last_day: date, by: Actor, seen_version: int | None = None) -> Recipient:
    """Let a row of the directory count no more after ``last_day``. Raises Refused, Unknown, Conflict and Invalid."""
    guard(by)
    row = session.scalars(select(Recipient).where(Recipient.public_id == recipient_id).with_for_update()).one_or_none()
    if row is None:
        raise Unknown
    if seen_version is not None and row.version != seen_version:
        raise Conflict(_("Någon annan har ändrat uppgifterna. Läs dem på nytt innan du fortsätter."))
    if row.valid_to is not None and row.valid_to < last_day:
        raise Invalid({"valid_to": _("Raden gäller inte längre än så redan. Lägg till mottagaren på nytt.")})
    if wrong := period_problem(Period(row.valid_from, last_day)):
        raise Invalid({"valid_to": wrong})
    row.valid_to = last_day
    row.version += 1
    body: dict[str, object] = {"name": row.name, "valid_to": last_day.isoformat()}
    record("end_recipient", by=by, object_id=row.public_id, kind="recipient", body=body)
    return row
