"""The registers (diarier): whose numbers look how, which units use them, and whether they are kept in another system.

Kept by the administrator, logged like every change. A change holds from the next number on; numbers given stand.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from portal import clock
from portal.db import session
from portal.errors import Conflict, Invalid, Unknown
from portal.log import operations as log
from portal.people.actor import Actor
from portal.people.models import Unit
from portal.people.permissions import Permission
from portal.register import numbers, organs
from portal.register.models import Case, NumberSeries, Register, RegisterUnit
from portal.text import _

SHOWN_NEXT = 3  # numbers of a preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Registering:
    """What the administrator says of a register; ``units`` are the public ids of those whose new cases go to it."""

    name: str
    pattern: str
    decision_pattern: str
    is_elsewhere: bool = False
    units: frozenset[UUID] = frozenset()


def registers() -> Sequence[Register]:
    """Every register, the one that units without a choice use first."""
    return session.scalars(select(Register).options(joinedload(Register.organ)).order_by(Register.id)).all()


def register(public_id: UUID, *, lock: bool = False) -> Register:
    """The register. Raises Unknown."""
    statement = select(Register).where(Register.public_id == public_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found


def units_by_register() -> Mapping[int, list[Unit]]:
    """The units that have chosen a register, by its row id."""
    rows = session.execute(
        select(RegisterUnit.register_id, Unit).join(Unit, Unit.id == RegisterUnit.unit_id).order_by(Unit.name)
    )
    found: dict[int, list[Unit]] = {}
    for register_id, unit in rows:
        found.setdefault(register_id, []).append(unit)
    return found


def _serials(register: Register) -> Mapping[str, int]:
    """The last serial given this year, by kind of series."""
    year = clock.today().year
    ours = select(NumberSeries.kind, NumberSeries.last).where(
        NumberSeries.register_id == register.id, NumberSeries.year == year
    )
    return {kind: last for kind, last in session.execute(ours)}  # noqa: C416  # a row is no pair to the type checker


def next_numbers(register: Register, pattern: str, *, kind: str = "case") -> list[str]:
    """The next numbers that ``pattern`` would give this year; fewer at the end of the series. Raises ValueError."""
    read, last = numbers.read(pattern), _serials(register).get(kind, 0)
    return [
        read.number(register.prefix, clock.today().year, serial)
        for serial in range(last + 1, last + 1 + SHOWN_NEXT)
        if not numbers.exhausted(read, serial, register.name, clock.today().year)
    ]


def _record(action: str, register: Register, *, by: Actor | None, body: Mapping[str, object]) -> None:
    log.append(
        action=f"register.{action}",
        by=by.acting(Permission.ADMINISTER) if by else None,
        object_kind="register",
        object_id=register.public_id,
        case_id=None,
        body={"prefix": register.prefix, "name": register.name, **(by.names if by else {}), **body},
    )


def _problems(said: Registering, prefix: str, others: Collection[Register]) -> dict[str, str]:
    """What does not hold in what was said, by field."""
    patterns = {"pattern": said.pattern, "decision_pattern": said.decision_pattern}
    found = {name: sentence for name, text in patterns.items() if (sentence := numbers.problem(text))}
    if not said.name:
        found["name"] = _("Skriv diariets namn.")
    if not found:
        theirs = [(each.prefix, pattern) for each in others for pattern in (each.pattern, each.decision_pattern)]
        if sentence := numbers.clash([(prefix, text) for text in patterns.values()], theirs):
            found["pattern"] = sentence
    return found


def _taken(register: Register, said: Registering) -> dict[str, str]:
    """Whether the first numbers to come have been given already, here or in another register."""
    coming = next_numbers(register, said.pattern)
    standing = or_(Case.number.in_(coming), Case.external_number.in_([numbers.normalised(each) for each in coming]))
    taken = session.scalar(select(Case.number).where(standing).limit(1)) if coming else None
    if taken is None:
        return {}
    return {"pattern": _("Mönstret ger nummer som redan finns: %(number)s. Välj ett annat.", number=taken)}


def _is_last(register: Register) -> bool:
    others = select(Register.id).where(Register.id != register.id, Register.ended_on.is_(None)).limit(1)
    return session.scalar(others) is None


def _set_units(register: Register, units: Collection[UUID]) -> list[str]:
    """Let exactly these units use the register; a unit uses one. Returns their names."""
    chosen = list(session.scalars(select(Unit).where(Unit.public_id.in_(units)).order_by(Unit.name)))
    ids = [unit.id for unit in chosen]
    session.execute(delete(RegisterUnit).where(or_(RegisterUnit.register_id == register.id, RegisterUnit.unit_id.in_(ids))))
    session.add_all(RegisterUnit(register_id=register.id, unit_id=unit_id) for unit_id in ids)
    return [unit.name for unit in chosen]


def _body(register: Register, units: Sequence[str]) -> dict[str, object]:
    return {
        "pattern": register.pattern,
        "decision_pattern": register.decision_pattern,
        "is_elsewhere": register.is_elsewhere,
        "units": list(units),
    }


def add(*, prefix: str, said: Registering, organ_id: UUID | None, by: Actor | None) -> Register:
    """A new register of an organ. Raises Invalid when the prefix is taken or a pattern could give others' numbers."""
    organs.only_administrator(by)
    problems = _problems(said, prefix, registers())
    if sentence := numbers.prefix_problem(prefix):
        problems["prefix"] = sentence
    if organ_id is None:
        problems["organ"] = _("Välj vilket organ diariet hör till.")
    if problems or organ_id is None:
        raise Invalid(problems)
    row = Register(
        prefix=prefix,
        name=said.name,
        organ_id=organs.organ(organ_id).id,
        pattern=said.pattern,
        decision_pattern=said.decision_pattern,
        is_elsewhere=said.is_elsewhere,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Invalid({"prefix": _("Det finns redan ett diarium med den beteckningen.")}) from None
    _record("add_register", row, by=by, body=_body(row, _set_units(row, said.units)))
    return row


def change(*, register_id: UUID, said: Registering, by: Actor, seen_version: int) -> Register:
    """Change name, patterns, units, and whether the register is kept elsewhere; from the next number on. Raises Invalid,
    and Conflict where someone else changed it meanwhile."""
    organs.only_administrator(by)
    row = register(register_id, lock=True)
    if row.version != seen_version:
        raise Conflict(_("Någon annan har ändrat diariet. Läs det på nytt innan du fortsätter."))
    problems = _problems(said, row.prefix, [each for each in registers() if each.id != row.id])
    problems = problems or _taken(row, said)
    if problems:
        raise Invalid(problems)
    row.name, row.pattern, row.decision_pattern = said.name, said.pattern, said.decision_pattern
    row.is_elsewhere, row.version = said.is_elsewhere, row.version + 1
    _record("change_register", row, by=by, body=_body(row, _set_units(row, said.units)))
    return row


def end(*, register_id: UUID, last_day: date, by: Actor, seen_version: int) -> Register:
    """Let no new case go to the register after ``last_day``; those in it stay. Raises Conflict where it is the last one."""
    organs.only_administrator(by)
    row = register(register_id, lock=True)
    if row.version != seen_version:
        raise Conflict(_("Någon annan har ändrat diariet. Läs det på nytt innan du fortsätter."))
    if _is_last(row):
        raise Conflict(_("Diariet är det enda som används. Lägg till ett annat innan du avslutar det."))
    row.ended_on, row.version = last_day, row.version + 1
    _record("end_register", row, by=by, body={"ended_on": last_day.isoformat()})
    return row
