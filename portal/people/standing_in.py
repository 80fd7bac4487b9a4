"""Who stands in for whom: substitutes (tf) appointed by the administrator, and the absence that each notes for themselves.

Each change is a log entry; the caller holds the transaction. A substitute acts for the other in every rule; an absence
gives nobody any right.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.db import hold, session
from portal.errors import Conflict, Invalid, Unknown
from portal.log import operations as log
from portal.people import queries, rules
from portal.people.actor import Actor
from portal.people.models import Absence, Installation, Person, Substitution
from portal.people.operations import guard, record
from portal.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """On what ground someone stands in: a clause of the delegation order, or an appointment (förordnande) by someone."""

    clause: str = ""
    kind: str = rules.CLAUSE
    number: str = ""
    dated: date | None = None
    appointed_by: str = ""


def _one_at_a_time() -> None:
    """Two substitutions appointed at the same moment could close a circle that neither saw: one waits for the other."""
    hold(select(Installation.id).with_for_update())


def _others(period: rules.Period) -> list[rules.StandsIn]:
    rows = session.scalars(select(Substitution).where(Substitution.valid_to >= period.first))
    return [rules.StandsIn(row.person_id, row.substitute_id, rules.Period(row.valid_from, row.valid_to)) for row in rows]


def appoint_substitute(
    *, person_id: UUID, substitute_id: UUID, ground: Ground | str, valid_from: date, valid_to: date, by: Actor | None
) -> Substitution:
    """Let ``substitute`` act for ``person`` (tf) from–to, both days included, on a stated ground; a text is a clause.

    Raises Invalid: no ground, a backwards or overlapping period, a circle.
    """
    guard(by)
    ground = Ground(clause=ground.strip()) if isinstance(ground, str) else ground
    _one_at_a_time()
    queries.hold_to_change(select(Person.id).where(Person.public_id == substitute_id).scalar_subquery())
    other, person, period = queries.person(substitute_id), queries.person(person_id), rules.Period(valid_from, valid_to)
    problems = rules.ground_problems(
        kind=ground.kind,
        clause=ground.clause,
        number=ground.number,
        appointed_by=ground.appointed_by,
        dated=ground.dated,
        today=clock.today(),
    )
    if other.disabled_at is not None:
        problems["substitute"] = _("Kontot är stängt. Välj en annan ersättare.")
    if problem := rules.substitute_problem(period, person_id=person.id, substitute_id=other.id, held=_others(period)):
        problems["valid_from"] = problem
    if problems:
        raise Invalid(problems)
    row = Substitution(
        person_id=person.id,
        substitute_id=other.id,
        ground=ground.clause,
        ground_kind=ground.kind,
        ground_number=ground.number,
        ground_date=ground.dated,
        appointed_by=ground.appointed_by,
        valid_from=valid_from,
        valid_to=valid_to,
        appointed_by_id=by.person_id if by else None,
        appointed_at=clock.now(),
    )
    session.add(row)
    session.flush()  # the log needs its public id
    _record_substitution("appoint_substitute", row, by)
    return row


def _record_substitution(action: str, row: Substitution, by: Actor | None) -> None:
    body: dict[str, object] = {
        "stood_in_for": row.person.name,
        "stood_in_for_title": row.person.title,
        "name": row.substitute.name,
    }
    body |= {"ground": row.ground, "number": row.ground_number, "appointed_by": row.appointed_by}
    body |= {"dated": row.ground_date.isoformat() if row.ground_date else ""}
    body |= {"valid_from": row.valid_from.isoformat(), "valid_to": row.valid_to.isoformat()}
    record(action, by=by, object_id=row.public_id, kind="substitution", body=body)


def end_substitution(*, substitution_id: UUID, last_day: date, by: Actor | None) -> Substitution:
    """Let a substitution end with ``last_day``, which still counts; the row stays, with who ended it and when.

    Raises Invalid for a day before the first or before today, or after the last: a longer time is a new appointment; and
    Conflict where it ends that day already.
    """
    guard(by)
    queries.hold_to_change(
        select(Substitution.substitute_id).where(Substitution.public_id == substitution_id).scalar_subquery()
    )
    row = session.scalars(select(Substitution).where(Substitution.public_id == substitution_id)).one_or_none()
    if row is None:
        raise Conflict(_("Ersättningen finns inte längre."))
    held = rules.Period(row.valid_from, row.valid_to)
    if last_day == row.valid_to:
        raise Conflict(_("Ersättningen slutar redan den dagen."))
    if problem := rules.end_of_substitution_problem(held, last_day, clock.today()):
        raise Invalid({"valid_to": problem})
    row.version += 1
    row.valid_to = last_day
    row.ended_by_id, row.ended_at = by.person_id if by else None, clock.now()
    _record_substitution("end_substitution", row, by)
    return row


def note_absence(*, valid_from: date, valid_to: date, stands_in_id: UUID | None, by: Actor) -> Absence:
    """One's own absence from–to, both days included. Notices go to whoever stands in too; nobody gets any right.

    Raises Invalid: a backwards or overlapping period, oneself, a closed account.
    """
    queries.hold_to_change(by.person_id)
    other = queries.person(stands_in_id) if stands_in_id else None
    if other is not None and other.disabled_at is not None:
        raise Invalid({"stands_in": _("Kontot är stängt. Välj en annan person.")})
    mine = session.scalars(select(Absence).where(Absence.person_id == by.person_id, Absence.ended_at.is_(None)))
    problem = rules.absence_problem(
        rules.Period(valid_from, valid_to),
        person_id=by.person_id,
        stands_in_id=other.id if other else None,
        held=[rules.Period(row.valid_from, row.valid_to) for row in mine],
    )
    if problem:
        raise Invalid({"stands_in" if other is not None and other.id == by.person_id else "valid_from": problem})
    row = Absence(
        person_id=by.person_id,
        stands_in_id=other.id if other else None,
        valid_from=valid_from,
        valid_to=valid_to,
        entered_at=clock.now(),
    )
    session.add(row)
    session.flush()  # the log needs its public id
    _record_absence("note_absence", row, by)
    return row


def end_absence(*, absence_id: UUID, by: Actor) -> Absence:
    """One is back: the absence counts no more from now on, and the row stays. Raises Unknown for someone else's."""
    queries.hold_to_change(by.person_id)
    row = session.scalars(
        select(Absence).where(Absence.public_id == absence_id, Absence.person_id == by.person_id)
    ).one_or_none()
    if row is None:
        raise Unknown
    if row.ended_at is not None:
        raise Conflict(_("Frånvaron är redan avslutad."))
    row.ended_at = clock.now()
    _record_absence("end_absence", row, by)
    return row


def _record_absence(action: str, row: Absence, by: Actor) -> None:
    body: dict[str, object] = {"stands_in": row.stands_in.name if row.stands_in else ""}
    body |= {"valid_from": row.valid_from.isoformat(), "valid_to": row.valid_to.isoformat(), **by.names}
    log.append(action=f"people.{action}", by=by, object_kind="absence", object_id=row.public_id, case_id=None, body=body)
