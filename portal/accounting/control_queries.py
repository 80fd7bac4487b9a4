"""Reads of the budget entries that wait for a second person's look, where the municipality wants one."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, literal, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from portal.accounting.models import BudgetEntry
from portal.db import session
from portal.errors import Unknown
from portal.paging import cursor, read_cursor
from portal.people.actor import Actor
from portal.register.access import visible
from portal.register.models import Case
from portal.settings import current_settings

PAGE = 50


def unchecked() -> Select[int]:
    """The row ids of the entries that nobody has checked and that no living batch holds."""
    return select(BudgetEntry.id).where(BudgetEntry.export_id.is_(None), BudgetEntry.checked_at.is_(None))


def due() -> ColumnElement[bool]:
    """An entry of the ``Case`` of the enclosing query waits to be checked; none does where the municipality wants no check."""
    if not current_settings().budget_control:
        return false()
    waits = (BudgetEntry.case_id == Case.id, BudgetEntry.export_id.is_(None), BudgetEntry.checked_at.is_(None))
    return select(BudgetEntry.id).where(*waits).correlate(Case).exists()


def entries_of(case: Case) -> list[BudgetEntry]:
    """The entries that wait to be checked next: the oldest, with what was recorded by the same act. Raises Unknown."""
    found = list(
        session.scalars(
            select(BudgetEntry)
            .where(BudgetEntry.case_id == case.id, BudgetEntry.id.in_(unchecked()))
            .options(selectinload(BudgetEntry.lines), joinedload(BudgetEntry.recorded_by))
            .order_by(BudgetEntry.id)
        )
    )
    if not found:
        raise Unknown
    return [entry for entry in found if entry.recorded_at == found[0].recorded_at]


def moved(entries: list[BudgetEntry]) -> int:
    """Kronor that the entries move."""
    return sum(line.amount for entry in entries for line in entry.lines if line.amount > 0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that waits to be checked, with the case it belongs to."""

    entry: BudgetEntry
    case: Case


def waiting(actor: Actor, after: str | None) -> tuple[list[Waiting], str | None]:
    """A page of the entries that wait for another than those who recorded them, oldest first, in cases the actor may see;
    with the token of the next page."""
    statement = visible(
        select(BudgetEntry, Case)
        .join(Case, Case.id == BudgetEntry.case_id)
        .options(joinedload(BudgetEntry.recorded_by), selectinload(BudgetEntry.lines), joinedload(Case.unit))
        .where(
            BudgetEntry.export_id.is_(None),
            BudgetEntry.checked_at.is_(None),
            BudgetEntry.recorded_by_id != actor.person_id,
        ),
        actor,
    )
    key = tuple_(BudgetEntry.recorded_at, BudgetEntry.id)
    if last := read_cursor(after):
        statement = statement.where(key > tuple_(literal(last[0], BudgetEntry.recorded_at.type), literal(last[1])))
    rows = session.execute(statement.order_by(BudgetEntry.recorded_at, BudgetEntry.id).limit(PAGE + 1)).all()
    found = [Waiting(*row) for row in rows[:PAGE]]
    if len(rows) <= PAGE:
        return found, None
    return found, cursor(found[-1].entry.recorded_at, found[-1].entry.id)
