"""Reads of imported outcome: what each grant has cost, what each file held, and whose a code is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, and_, case, func, literal, select, tuple_, union
from sqlalchemy.orm import joinedload

from portal.accounting.models import BudgetEntry, BudgetEntryLine, OutcomeImport, OutcomeRow
from portal.accounting.outcome import Code
from portal.db import session
from portal.errors import Unknown
from portal.paging import cursor, read_cursor
from portal.people.actor import Actor
from portal.register.access import is_visible
from portal.register.models import Case

PAGE = 50
_AT_ONCE = 400  # codes asked for in one statement
in_force: ColumnElement[bool] = OutcomeImport.replaced_at.is_(None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a grant has cost according to the ledger: kronor, up to and with ``month``, as read at ``read_at`` (UTC)."""

    total: int
    month: str
    read_at: datetime


def of_case(case_row: Case) -> Outcome | None:
    """The outcome on the case's codes; None while no file has held one of them."""
    total, month, read_at = session.execute(
        select(func.sum(OutcomeRow.amount), func.max(OutcomeImport.month), func.max(OutcomeImport.imported_at))
        .join(OutcomeImport, OutcomeImport.id == OutcomeRow.import_id)
        .where(OutcomeRow.case_id == case_row.id, in_force)
    ).one()
    return None if month is None else Outcome(int(total), month, read_at)


def imported(months: Collection[str]) -> dict[str, OutcomeImport]:
    """The file that holds for each of the months, where one does."""
    found = session.scalars(select(OutcomeImport).where(OutcomeImport.month.in_(months), in_force))
    return {row.month: row for row in found}


def amounts(imports: Iterable[OutcomeImport]) -> dict[int, dict[Code, int]]:
    """Kronor per code of each file, by the file's row id."""
    found: dict[int, dict[Code, int]] = {row.id: {} for row in imports}
    columns = (OutcomeRow.import_id, OutcomeRow.part, OutcomeRow.code, OutcomeRow.amount)
    for import_id, part, code, amount in session.execute(select(*columns).where(OutcomeRow.import_id.in_(found))):
        found[import_id][part, code] = amount
    return found


def owners(codes: Iterable[Code]) -> dict[Code, int]:
    """The case, by row id, whose grant is read on each code. A code of two cases is nobody's: nothing is guessed."""
    found: dict[Code, set[int]] = {}
    by_part: dict[str, list[str]] = {}
    for part, code in sorted(set(codes)):
        by_part.setdefault(part, []).append(code)
    for part, named in by_part.items():
        for start in range(0, len(named), _AT_ONCE):
            for code, case_id in session.execute(_recorded(part, named[start : start + _AT_ONCE])):
                found.setdefault((part, code), set()).add(case_id)
    return {code: min(cases) for code, cases in found.items() if len(cases) == 1}


def _recorded(part: str, codes: Collection[str]) -> CompoundSelect[str, int]:
    """The cases recorded on the codes: by the one their outcome is read on, or where no such was recorded by any line's."""
    typed = BudgetEntryLine.code[part].as_string()
    of_line = BudgetEntryLine.entry_id == BudgetEntry.id, BudgetEntryLine.decision_line_id.is_not(None)
    return union(
        select(BudgetEntry.outcome_code.label("code"), BudgetEntry.case_id).where(
            BudgetEntry.outcome_part == part, BudgetEntry.outcome_code.in_(codes)
        ),
        select(typed.label("code"), BudgetEntry.case_id)
        .join(BudgetEntryLine, and_(*of_line))
        .where(BudgetEntry.outcome_part == "", BudgetEntry.outcome_code == "", typed.in_(codes)),
    )


@dataclass(frozen=True, slots=True)
class ImportPage:
    """A page of the files that were read in, newest first, with the token of the next."""

    rows: list[OutcomeImport]
    following: str | None


def imports(after: str | None = None) -> ImportPage:
    """The files that were read in, newest first."""
    statement = select(OutcomeImport).options(joinedload(OutcomeImport.imported_by))
    if last := read_cursor(after):
        key = tuple_(OutcomeImport.imported_at, OutcomeImport.id)
        statement = statement.where(key < tuple_(literal(last[0], OutcomeImport.imported_at.type), literal(last[1])))
    ordered = statement.order_by(OutcomeImport.imported_at.desc(), OutcomeImport.id.desc()).limit(PAGE + 1)
    rows = list(session.scalars(ordered))
    following = cursor(rows[PAGE - 1].imported_at, rows[PAGE - 1].id) if len(rows) > PAGE else None
    return ImportPage(rows[:PAGE], following)


def import_called(public_id: UUID) -> OutcomeImport:
    """One file that was read in, with who did it. Raises Unknown."""
    statement = select(OutcomeImport).where(OutcomeImport.public_id == public_id)
    found = session.scalars(statement.options(joinedload(OutcomeImport.imported_by))).one_or_none()
    if found is None:
        raise Unknown
    return found


@dataclass(frozen=True, slots=True)
class Read:
    """A code of a file with its kronor. Of a case that may not be seen the number is shown, which is public, and no link."""

    part: str
    code: str
    amount: int
    number: str | None
    case_id: UUID | None


def rows_of(found: OutcomeImport, actor: Actor, *, unknown: bool, after: str = "") -> tuple[list[Read], str | None]:
    """A page of the file's codes that are, or are not, some grant's; in order, with the place of the next page."""
    seen = case((is_visible(actor), Case.public_id), else_=None)
    columns = (OutcomeRow.part, OutcomeRow.code, OutcomeRow.amount, Case.number, seen)
    whose = OutcomeRow.case_id.is_(None) if unknown else OutcomeRow.case_id.is_not(None)
    statement = select(*columns).outerjoin(Case, Case.id == OutcomeRow.case_id).where(OutcomeRow.import_id == found.id, whose)
    part, separator, code = after.partition(":")
    if separator:
        statement = statement.where(tuple_(OutcomeRow.part, OutcomeRow.code) > tuple_(literal(part), literal(code)))
    rows = [Read(*row) for row in session.execute(statement.order_by(OutcomeRow.part, OutcomeRow.code).limit(PAGE + 1))]
    following = f"{rows[PAGE - 1].part}:{rows[PAGE - 1].code}" if len(rows) > PAGE else None
    return rows[:PAGE], following


def unknown_rows() -> dict[int, Code]:
    """The codes of the files in force that are no grant's, by row id."""
    rows = session.execute(
        select(OutcomeRow.id, OutcomeRow.part, OutcomeRow.code)
        .join(OutcomeImport, OutcomeImport.id == OutcomeRow.import_id)
        .where(OutcomeRow.case_id.is_(None), in_force)
    )
    return {row_id: (part, code) for row_id, part, code in rows}
