"""Making, numbering and moving cases. Only these write the case's own row; every change is a log entry."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal import clock, veil
from portal.db import changed_rows, is_sqlite, session
from portal.errors import Conflict, Refused
from portal.log import operations as log
from portal.log.models import READ_SECRET
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register import indexing, numbers, retention, secrecy
from portal.register.models import Case, CaseWriter, NumberSeries, Part, Participation, Register, RegisterUnit
from portal.text import _


def create_case(*, unit_id: int, by: Actor) -> Case:
    """A new case in draft, without a number, with ``by`` as its author. Raises Refused outside one's own unit."""
    if not by.may(Permission.WRITE_REQUEST, unit_id):
        raise Refused(_("Du kan bara skriva äskanden för en enhet där du har rollen."))
    now = clock.now()
    register = register_of(unit_id)
    case = Case(
        register_id=register.id,
        unit_id=unit_id,
        author_id=by.person_id,
        status="draft",
        turn=Permission.WRITE_REQUEST.value,
        status_since=now,
        created_at=now,
    )
    session.add(case)
    session.flush()  # the writer row needs the case's id
    session.add(CaseWriter(case_id=case.id, person_id=by.person_id, added_at=now))
    return case


def register_of(unit_id: int) -> Register:
    """The register that a new case of the unit goes to: the unit's own, else the first one in use."""
    in_use = or_(Register.ended_on.is_(None), Register.ended_on >= clock.today())
    own = RegisterUnit.register_id == Register.id, RegisterUnit.unit_id == unit_id
    first = select(Register).outerjoin(RegisterUnit, and_(*own)).where(in_use)
    return session.scalars(first.order_by(RegisterUnit.id.is_(None), Register.id).limit(1)).one()


def hold_series(*, register_id: int, kind: str, now: datetime) -> NumberSeries:
    """The series of the Swedish civil year of ``now``, its row held until the transaction ends."""
    year = clock.local_date(now).year
    ours = (NumberSeries.register_id == register_id, NumberSeries.kind == kind, NumberSeries.year == year)
    statement = select(NumberSeries).where(*ours).with_for_update().execution_options(populate_existing=True)
    series = session.scalars(statement).one_or_none()
    if series is None:
        # The first of the year: where two come at once, one makes the row and both wait their turn for it.
        make = sqlite.insert if is_sqlite() else postgresql.insert
        first = make(NumberSeries).values(register_id=register_id, kind=kind, year=year, last=0)
        session.execute(first.on_conflict_do_nothing())
        series = session.scalars(statement).one()
    return series


def next_number(*, register_id: int, kind: str, now: datetime) -> tuple[int, int]:
    """The next (year, serial) of a series, without doubles or gaps: nobody else takes one until the transaction ends."""
    series = hold_series(register_id=register_id, kind=kind, now=now)
    series.last += 1
    return series.year, series.last


def give_number(register: Register, *, kind: str, now: datetime) -> tuple[int, int, str]:
    """The next year, serial and number of the register's ``case`` or ``decision`` series, by its pattern in force. Raises
    Refused when the pattern has no room for another, which leaves the series as it was."""
    pattern = numbers.read(register.pattern if kind == "case" else register.decision_pattern)
    year, serial = next_number(register_id=register.id, kind=kind, now=now)
    if refusal := numbers.exhausted(pattern, serial, register.name, year):
        raise Refused(refusal)
    return year, serial, pattern.number(register.prefix, year, serial)


def next_of_the_house(*, kind: str, now: datetime) -> tuple[int, int]:
    """The next (year, serial) of a series that is of no one register: it hangs on the first."""
    first = session.scalars(select(Register.id).order_by(Register.id).limit(1)).one()
    return next_number(register_id=first, kind=kind, now=now)


def _working_number(now: datetime) -> tuple[int, int, str]:
    """The next working number: one series for every register that is kept elsewhere."""
    year, serial = next_of_the_house(kind="working", now=now)
    pattern = numbers.read(numbers.WORKING_PATTERN)
    if refusal := numbers.exhausted(pattern, serial, numbers.WORKING_PREFIX, year):
        raise Refused(refusal)
    return year, serial, pattern.number(numbers.WORKING_PREFIX, year, serial)


def register_case(case: Case, *, now: datetime) -> None:
    """Give the case its number (diarienummer); only at the first submit. Where the register is kept in another system it
    is a working number, until the registrar enters the one given there. The retention plan in force gives it its class.

    Raises Refused when the series has come to its end, or the number stands already.
    """
    register = register_of(case.unit_id)  # as the units are told apart now, not when the draft was begun
    case.register_id, case.register, case.kept_elsewhere = register.id, register, register.is_elsewhere
    year, serial, number = _working_number(now) if register.is_elsewhere else give_number(register, kind="case", now=now)
    if session.scalar(select(Case.id).where(Case.number == number)) is not None:
        raise Refused(numbers.taken(number))
    case.year, case.serial, case.number, case.submitted_at = year, serial, number, now
    retention.classify_first(case, now=now)


def move(case: Case, *, status: str, turn: Permission | None, now: datetime) -> None:
    """Set whose turn it is. The caller has tried the rules; the row's version guards against a second mover."""
    changed = changed_rows(
        update(Case)
        .where(Case.id == case.id, Case.version == case.version)
        .values(status=status, turn=turn.value if turn else None, status_since=now, version=case.version + 1)
    )
    if changed != 1:
        raise Conflict(_("Någon annan har ändrat i ärendet. Läs det på nytt innan du fortsätter."))
    session.expire(case, ["status", "turn", "status_since", "version"])


def touch(case: Case) -> None:
    """Mark the case as changed without moving it, so that a page shown before cannot act on what is no longer so."""
    move(case, status=case.status, turn=Permission(case.turn) if case.turn else None, now=case.status_since)


def take_part(case: Case, part: Part, *, by: Actor, now: datetime) -> None:
    """Note that ``by`` (and the person stood in for) has taken ``part`` in the case; again is no change."""
    known = set(
        session.scalars(
            select(Participation.person_id).where(Participation.case_id == case.id, Participation.part == part.value)
        )
    )
    for person_id in sorted(by.persons - known):
        session.add(Participation(case_id=case.id, person_id=person_id, part=part.value, at=now))


def record(
    case: Case,
    action: str,
    *,
    by: Actor | None,
    body: Mapping[str, object],
    kind: str = "case",
    object_id: UUID | None = None,
) -> int:
    """Write the log entry of an act on the case and return its number. Names are frozen in the body. What the act changed is
    found by search when it is committed."""
    indexing.note_acted_on(case.id)
    return log.append(
        action=action,
        by=by,
        object_kind=kind,
        object_id=object_id or case.public_id,
        case_id=case.public_id,
        body={**body, **(by.names if by else {})},
    )


def open_text(case: Case, text: str) -> str:
    """Free text for a log entry: of a secret case nothing, since the log is read by more people than the case, and of one
    with marks on parts without what they hide."""
    if case.is_secret or not case.is_partly_secret:
        return "" if case.is_secret else text
    return veil.Veil(secrecy.open_to_all(case).words).over(text)


def note_read(case_id: UUID, *, by: Actor, document: UUID | None = None) -> None:
    """Log that ``by`` reads secret content, before it is shown. Nothing else changes.

    The caller has found the case, and finds it anew afterwards: shown is only what may be seen then.
    """
    log.append(
        action=READ_SECRET,
        by=by,
        object_kind="document" if document else "case",
        object_id=document or case_id,
        case_id=case_id,
        body=by.names,
    )
