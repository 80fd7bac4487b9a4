"""Reads of what waits for the ledger, of the batches that were made, and of their templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select, true
from sqlalchemy.orm import joinedload

from portal import clock
from portal.accounting import exporting, rules
from portal.accounting.exporting import Row, Template
from portal.accounting.models import (
    BudgetEntry,
    BudgetEntryLine,
    BudgetExport,
    BudgetExportEntry,
    ExportTemplate,
)
from portal.db import session
from portal.decisions.models import Decision
from portal.documents.store import current_store
from portal.errors import Refused, Unknown
from portal.people.actor import Actor
from portal.register.access import is_visible
from portal.register.models import Case
from portal.settings import current_settings
from portal.sheets import CSV_TYPE, XLSX_TYPE

PAGE = 50
MOST = 2_500  # entries in a batch: what remains goes with the next
COUNTED = 1_000


def waiting(limit: int) -> Select[int]:
    """The row ids of the entries that may go to the ledger, oldest first: not in a living batch, and checked where the
    municipality has two persons look at each."""
    checked = BudgetEntry.checked_at.is_not(None) if current_settings().budget_control else true()
    return (
        select(BudgetEntry.id)
        .where(BudgetEntry.export_id.is_(None), checked)
        .order_by(BudgetEntry.recorded_at, BudgetEntry.id)
        .limit(limit)
    )


def count_waiting() -> int:
    """How many entries wait for the ledger, counted to 1 000."""
    return session.scalar(select(func.count()).select_from(waiting(COUNTED + 1).subquery())) or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """Entries for a batch: row id → whether the case is secret, and a row per side."""

    entries: dict[int, bool]
    rows: list[Row]


def pick() -> Picked:
    """The entries that wait, as the file tells them. Number and amounts go to the ledger also from a secret case (the
    register shows its number to everyone), what its lines are called does not."""
    page = waiting(MOST).subquery("page")
    line = BudgetEntryLine
    found = session.execute(
        select(
            BudgetEntry.id, BudgetEntry.public_id, line.position, Case.number, Decision.number, BudgetEntry.kind,
            BudgetEntry.recorded_at, BudgetEntry.period, BudgetEntry.frequency, line.code, line.amount, line.label,
            or_(Case.is_secret, Case.is_partly_secret),
        )
        .join(page, page.c.id == BudgetEntry.id)
        .join(Case, Case.id == BudgetEntry.case_id)
        .join(Decision, Decision.id == BudgetEntry.decision_id)
        .join(line, line.entry_id == BudgetEntry.id)
        .order_by(BudgetEntry.recorded_at, BudgetEntry.id, line.position)
    )  # fmt: skip
    entries: dict[int, bool] = {}
    rows = []
    for entry, public_id, position, number, decision, kind, at, period, frequency, code, amount, label, secret in found:
        entries[entry] = secret
        rows.append(
            Row(
                entry_id=str(public_id),
                position=position,
                case_number=number or "",
                decision_number=decision,
                kind=kind,
                on=clock.local_date(at),
                period=period,
                frequency=frequency,
                code=code,
                amount=amount,
                label=label,
                hidden=secret,
            )
        )
    return Picked(entries=entries, rows=rows)


def next_number() -> int:
    """The number of the next batch: one more than the last, without gaps."""
    return (session.scalar(select(func.max(BudgetExport.number))) or 0) + 1


def secret_now(entries: Sequence[int]) -> set[int]:
    """Which of the entries (row ids) belong to a case that is secret now."""
    return set(
        session.scalars(
            select(BudgetEntry.id)
            .join(Case, Case.id == BudgetEntry.case_id)
            .where(BudgetEntry.id.in_(entries), or_(Case.is_secret, Case.is_partly_secret))
        )
    )


def batches(before: int | None) -> tuple[list[BudgetExport], int | None]:
    """A page of batches, newest first, with the number that the next page comes before."""
    statement = select(BudgetExport).options(joinedload(BudgetExport.made_by))
    if before is not None:
        statement = statement.where(BudgetExport.number < before)
    rows = list(session.scalars(statement.order_by(BudgetExport.number.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].number if len(rows) > PAGE else None


def batch(public_id: UUID) -> BudgetExport:
    """The batch with who made it. Raises Unknown."""
    found = session.scalars(
        select(BudgetExport).where(BudgetExport.public_id == public_id).options(joinedload(BudgetExport.made_by))
    ).one_or_none()
    if found is None:
        raise Unknown
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An entry that went with a batch. ``case_id`` is None where the case may not be read; its number is public."""

    key: int
    number: str
    decision: str
    kind: str
    period: str
    amount: int
    case_id: UUID | None


def entries_of(export: BudgetExport, actor: Actor, after: int | None) -> tuple[list[Sent], int | None]:
    """A page of a batch's entries in the file's order, with where the next one begins. ``amount`` is what is moved."""
    line = BudgetEntryLine
    moved = (
        select(func.coalesce(func.sum(line.amount), 0))
        .where(line.entry_id == BudgetEntry.id, line.amount > 0)
        .correlate(BudgetEntry)
        .scalar_subquery()
    )
    statement = (
        select(
            BudgetExportEntry.entry_id, Case.number, Decision.number.label("decision"), BudgetEntry.kind, BudgetEntry.period,
            moved.label("amount"), Case.public_id, is_visible(actor).label("seen"),
        )
        .join(BudgetEntry, BudgetEntry.id == BudgetExportEntry.entry_id)
        .join(Case, Case.id == BudgetEntry.case_id)
        .join(Decision, Decision.id == BudgetEntry.decision_id)
        .where(BudgetExportEntry.export_id == export.id)
    )  # fmt: skip
    if after is not None:
        statement = statement.where(BudgetExportEntry.entry_id > after)
    rows = session.execute(statement.order_by(BudgetExportEntry.entry_id).limit(PAGE + 1)).all()
    found = [
        Sent(
            key=row.entry_id,
            number=row.number or "",
            decision=row.decision,
            kind=exporting.KINDS[row.kind],
            period=row.period,
            amount=row.amount,
            case_id=row.public_id if row.seen else None,
        )
        for row in rows[:PAGE]
    ]
    return found, found[-1].key if len(rows) > PAGE else None


def has_become_secret(export: BudgetExport) -> bool:
    """Whether a case whose labels the file tells has been marked secret since."""
    told: Any = (
        exists()
        .where(
            BudgetExportEntry.export_id == export.id,
            BudgetExportEntry.hidden.is_(False),
            BudgetEntry.id == BudgetExportEntry.entry_id,
            Case.id == BudgetEntry.case_id,
            or_(Case.is_secret, Case.is_partly_secret),
        )
        .select()
    )
    return bool(session.scalar(told))


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A batch's file as it was made."""

    content: bytes
    mime: str
    name: str


def file_of(public_id: UUID, kind: str) -> File:
    """The file of a batch, ``csv`` or ``xlsx``: the same bytes every time. Raises Unknown, and Refused where it tells what
    has been marked secret since."""
    export = batch(public_id)
    told = exporting.thawed(export.template).tells_labels
    if refusal := rules.refusal_to_hand_out(tells_labels=told, has_become_secret=has_become_secret(export)):
        raise Refused(refusal)
    sha256, mime = (export.csv_sha256, CSV_TYPE) if kind == "csv" else (export.xlsx_sha256, XLSX_TYPE)
    return File(
        content=current_store().read(sha256), mime=mime.partition(";")[0], name=f"budgetjusteringar-{export.number}.{kind}"
    )


def templates() -> list[ExportTemplate]:
    """Every template by name."""
    return list(session.scalars(select(ExportTemplate).order_by(ExportTemplate.name)))


def template_row(public_id: UUID, *, lock: bool = False) -> ExportTemplate:
    """The template as it is kept. Raises Unknown."""
    statement = select(ExportTemplate).where(ExportTemplate.public_id == public_id)
    found = session.scalars(statement.with_for_update() if lock else statement).one_or_none()
    if found is None:
        raise Unknown
    return found


def template(public_id: UUID | None) -> Template:
    """The template to make a file by; None: the standard one. Raises Unknown."""
    if public_id is None:
        return exporting.standard(current_settings().code_parts)
    row = template_row(public_id)
    return Template(name=row.name, columns=tuple((source, heading) for source, heading in row.columns), separator=row.separator)
