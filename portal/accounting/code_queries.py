"""Reads of code tables, and of which codes grants are read on."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal, or_, select, true, tuple_, union_all
from sqlalchemy.orm import joinedload

from portal.accounting import codes
from portal.accounting.codes import Value
from portal.accounting.coding import Plan
from portal.accounting.models import BudgetEntry, CodeImport, CodeValue, EntryKind
from portal.db import session
from portal.decisions.models import Decision
from portal.errors import Unknown
from portal.people.actor import Actor
from portal.register.access import is_visible
from portal.register.models import Case
from portal.settings import CodePart, current_settings

PAGE = 100
OFFERED = 200  # codes per part that a form suggests
COUNTED = 1000


def plan() -> Plan:
    """The municipality's code string."""
    ours = current_settings()
    return Plan(
        parts=ours.code_parts,
        read_on=ours.read_on,
        internal_accounts=ours.internal_accounts,
        balance_accounts=ours.balance_accounts,
    )


def part_called(key: str) -> CodePart:
    """The part of the code string with that key. Raises Unknown."""
    part = next((part for part in current_settings().code_parts if part.key == key), None)
    if part is None:
        raise Unknown
    return part


def _value(row: Any) -> Value:
    return Value(value=row.value, label=row.label, valid_from=row.valid_from, valid_to=row.valid_to)


_COLUMNS = (CodeValue.part, CodeValue.value, CodeValue.label, CodeValue.valid_from, CodeValue.valid_to)


def _open(first: date, last: date) -> ColumnElement[bool]:
    return and_(CodeValue.valid_from <= last, or_(CodeValue.valid_to.is_(None), CodeValue.valid_to >= first))


def valid(keys: Iterable[str], period: str, limit: int = OFFERED) -> dict[str, list[Value]]:
    """The codes of each part that may be used in the period, in order, at most ``limit`` of each; one statement.

    A part that has a table is in the answer, if only with an empty list.
    """
    first, last = codes.month(period)
    asked: list[Select[*tuple[Any, ...]]] = []
    for key in keys:
        page = select(*_COLUMNS).where(CodeValue.part == key, _open(first, last)).order_by(CodeValue.value).limit(limit)
        some = select(*_COLUMNS).where(CodeValue.part == key).order_by(CodeValue.value, CodeValue.valid_from).limit(1)
        asked += [select(page.subquery("page")), select(some.subquery("page"))]
    found: dict[str, list[Value]] = {}
    for row in session.execute(union_all(*asked)) if asked else ():
        usable = found.setdefault(row.part, [])
        value = _value(row)
        if value.overlaps(first, last) and value not in usable:
            usable.append(value)
    return {key: sorted(values) for key, values in found.items()}


def said_of(typed: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Value]]:
    """What the tables say of each (part, code), whenever it holds."""
    asked = sorted(set(typed))
    found: dict[tuple[str, str], list[Value]] = {}
    if asked:
        for row in session.execute(select(*_COLUMNS).where(tuple_(CodeValue.part, CodeValue.value).in_(asked))):
            found.setdefault((row.part, row.value), []).append(_value(row))
    return found


def table(part: CodePart) -> list[Value]:
    """Every code of the part, at any time."""
    return [_value(row) for row in session.execute(select(*_COLUMNS).where(CodeValue.part == part.key))]


def page(part: CodePart, after: str | None) -> tuple[list[Value], str | None]:
    """A page of the part's codes in order, with the token of the next page."""
    statement = select(*_COLUMNS).where(CodeValue.part == part.key)
    if last := _read_token(after):
        after_last = tuple_(literal(last[0]), literal(last[1], CodeValue.valid_from.type))
        statement = statement.where(tuple_(CodeValue.value, CodeValue.valid_from) > after_last)
    rows = session.execute(statement.order_by(CodeValue.value, CodeValue.valid_from).limit(PAGE + 1)).all()
    found = [_value(row) for row in rows[:PAGE]]
    return found, f"{found[-1].value} {found[-1].valid_from}" if len(rows) > PAGE else None


_TOKEN = re.compile(r"([^\x00-\x1f\x7f]{1,40}) ([0-9]{4}-[0-9]{2}-[0-9]{2})", re.ASCII)


def _read_token(token: str | None) -> tuple[str, date] | None:
    """The code and the day in a token; None for one that says nothing: the list begins anew."""
    said = _TOKEN.fullmatch(token or "")
    try:
        return (said[1], date.fromisoformat(said[2])) if said else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a part's table stands: ``count`` codes at any time, counted to 1 000; 0: none has been read in."""

    part: CodePart
    count: int


def standings() -> list[Standing]:
    """Every part of the code string with the size of its table; one statement."""
    parts = current_settings().code_parts
    counts = [
        select(func.count()).select_from(
            select(CodeValue.id).where(CodeValue.part == part.key).limit(COUNTED + 1).subquery()
        ).scalar_subquery()
        for part in parts
    ]  # fmt: skip
    row: Sequence[int] = session.execute(select(*counts)).one() if parts else ()
    return [Standing(part=part, count=count) for part, count in zip(parts, row, strict=True)]


def imports(limit: int = 20) -> Sequence[CodeImport]:
    """The latest files that were read in, newest first."""
    return session.scalars(
        select(CodeImport)
        .options(joinedload(CodeImport.imported_by))
        .order_by(CodeImport.imported_at.desc(), CodeImport.id.desc())
        .limit(limit)
    ).all()


def _granted_on(part: str, year: str) -> list[ColumnElement[bool]]:
    """A grant in force that is read on a code of the part in the year: of that year, or every year since an earlier one."""
    yearly = and_(BudgetEntry.frequency == "yearly", BudgetEntry.period < f"{year}-13")
    return [
        BudgetEntry.outcome_part == part,
        BudgetEntry.kind == EntryKind.DECISION.value,
        or_(and_(BudgetEntry.period > f"{year}-00", BudgetEntry.period < f"{year}-13"), yearly),
        exists().where(Decision.id == BudgetEntry.decision_id, Decision.replaced_at.is_(None)),
    ]


@dataclass(frozen=True, slots=True)
class Taken:
    """Another case whose outcome is read on a code; ``number`` is empty where the case may not be seen."""

    case_id: UUID
    number: str


def taken(part: str, code: str, year: str, case: Case, actor: Actor) -> Taken | None:
    """The other case in which a grant of the year is read on the code; None when it is free."""
    row = session.execute(
        select(Case.public_id, Case.number, is_visible(actor).label("seen"))
        .join(BudgetEntry, BudgetEntry.case_id == Case.id)
        .where(BudgetEntry.outcome_code == code, BudgetEntry.case_id != case.id, *_granted_on(part, year))
        .limit(1)
    ).first()
    return Taken(row.public_id, row.number if row.seen else "") if row else None


def proposed(plan: Plan, case: Case, offered: Mapping[str, Sequence[Value]], period: str) -> str:
    """The code to read the case's grant on: the one it had, else the first of the table that no grant of the year is read on,
    else from its number; empty where none is left."""
    if not plan.read_on:
        return ""
    known = [each.value for each in offered.get(plan.read_on, ())]
    earlier, used = _earlier_and_used(plan.read_on, known, period[:4], case)
    if earlier:
        return earlier
    if plan.read_on in offered:
        return next((code for code in known if code not in used), "")
    pattern = next(part.pattern for part in plan.parts if part.key == plan.read_on)
    number = f"{(case.year or 0) % 100:02d}{case.serial or 0:04d}"
    return number if re.fullmatch(pattern, number, re.ASCII) else ""


def _earlier_and_used(part: str, known: Sequence[str], year: str, case: Case) -> tuple[str, set[str]]:
    """The code the case was read on last, and which of the known ones are taken in the year; one statement."""
    last = (
        select(BudgetEntry.outcome_code.label("code"), true().label("own"))
        .where(BudgetEntry.case_id == case.id, BudgetEntry.outcome_part == part)
        .order_by(BudgetEntry.id.desc())
        .limit(1)
        .subquery()
    )
    granted = select(BudgetEntry.outcome_code, false()).where(BudgetEntry.outcome_code.in_(known), *_granted_on(part, year))
    rows = session.execute(union_all(select(last), granted)).all()
    return next((code for code, own in rows if own), ""), {code for code, own in rows if not own}
