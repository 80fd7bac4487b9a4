"""Making batches for the ledger, answering them, and keeping their templates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select, update

from portal import clock
from portal.accounting import export_queries, exporting, rules
from portal.accounting.exporting import SEPARATORS, Template
from portal.accounting.models import BudgetEntry, BudgetExport, BudgetExportEntry, ExportTemplate
from portal.db import changed_rows, session
from portal.documents.store import current_store
from portal.errors import Conflict, Invalid, Refused
from portal.log import operations as log
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.settings import current_settings
from portal.sheets import as_csv, as_xlsx
from portal.text import _

_AT_ONCE = 500  # row ids named in one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A batch whose files are kept but which nobody has been promised: entries (row id → secret), rows, kronor moved."""

    number: int
    template: Template
    entries: Mapping[int, bool]
    row_count: int
    total: int
    csv_sha256: str
    xlsx_sha256: str


def finance(by: Actor) -> Actor:
    """Who acts, as finance. Raises Refused."""
    if refusal := rules.refusal_to_export(by):
        raise Refused(refusal)
    return by.acting(Permission.RECORD_BUDGET)


def prepare(template: Template) -> Prepared:
    """Make the files of the next batch and keep them. Outside the transaction: ten thousand rows take their time.

    Raises Invalid when nothing waits.
    """
    picked = export_queries.pick()
    if not picked.rows:
        raise Invalid({"": _("Ingen budgetjustering väntar på export.")})
    number = export_queries.next_number()
    headings = [heading for _source, heading in template.columns]
    table = list(exporting.cells(template, picked.rows, number))
    store = current_store()
    return Prepared(
        number=number,
        template=template,
        entries=picked.entries,
        row_count=len(picked.rows),
        total=sum(row.amount for row in picked.rows if row.amount > 0),
        csv_sha256=store.put(as_csv(headings, table, template.separator)),
        xlsx_sha256=store.put(as_xlsx(_("Budgetjusteringar %(number)s", number=number), headings, table)),
    )


def make(prepared: Prepared, *, by: Actor) -> BudgetExport:
    """Let the prepared batch be one: its entries go with it and with no other.

    Raises Refused, and Conflict where anything that it was made from has changed meanwhile.
    """
    by = finance(by)
    ids = list(prepared.entries)
    if export_queries.next_number() != prepared.number or _secret(ids) != {key for key in ids if prepared.entries[key]}:
        raise _changed()
    made = BudgetExport(
        number=prepared.number,
        template=exporting.frozen(prepared.template),
        row_count=prepared.row_count,
        total=prepared.total,
        csv_sha256=prepared.csv_sha256,
        xlsx_sha256=prepared.xlsx_sha256,
        made_by_id=by.person_id,
        made_at=clock.now(),
    )
    session.add(made)
    session.flush()  # the number is tried now, and the entries point at it
    for some in _portions(ids):
        _claim(some, made)
    session.execute(
        insert(BudgetExportEntry),
        [{"export_id": made.id, "entry_id": key, "hidden": secret} for key, secret in prepared.entries.items()],
    )
    _log("accounting.export", made, by, {"rows": made.row_count, "total": made.total, "csv": made.csv_sha256,
         "xlsx": made.xlsx_sha256, "entries": len(ids)})  # fmt: skip
    return made


def _portions(ids: list[int]) -> Iterator[list[int]]:
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))


def _secret(ids: list[int]) -> set[int]:
    return {key for some in _portions(ids) for key in export_queries.secret_now(some)}


def _claim(ids: list[int], made: BudgetExport) -> None:
    """Take the entries for the batch: each only where no living batch has it."""
    taken = changed_rows(
        update(BudgetEntry)
        .where(BudgetEntry.id.in_(ids), BudgetEntry.export_id.is_(None))
        .values(export_id=made.id)
        .execution_options(synchronize_session=False)
    )
    if taken != len(ids):
        raise _changed()


def _changed() -> Conflict:
    return Conflict(_("Någon annan gjorde just en fil, eller ett ärende ändrades. Läs på nytt innan du fortsätter."))


def _log(action: str, export: BudgetExport, by: Actor, body: Mapping[str, object]) -> None:
    log.append(
        action=action,
        by=by,
        object_kind="budget_export",
        object_id=export.public_id,
        case_id=None,
        body={"number": export.number, **body, **by.names},
    )


def answer(*, export_id: UUID, accepted: bool, reason: str, by: Actor) -> BudgetExport:
    """Note that the ledger took the batch, or did not: then its entries wait again, for a later one.

    Raises Refused, Unknown, Conflict when it is answered already, and Invalid when rejected without a reason.
    """
    by = finance(by)
    export = export_queries.batch(export_id)
    if not accepted and not reason:
        raise Invalid({"reason": _("Skriv varför ekonomisystemet avvisade filen.")})
    changed = changed_rows(
        update(BudgetExport)
        .where(BudgetExport.id == export.id, BudgetExport.state == "made")
        .values(
            state="accepted" if accepted else "rejected",
            answer=reason,
            answered_by_id=by.person_id,
            answered_at=clock.now(),
        )
    )
    if changed != 1:
        raise Conflict(_("Filen är redan besvarad."))
    if not accepted:
        session.execute(
            update(BudgetEntry)
            .where(BudgetEntry.export_id == export.id)
            .values(export_id=None)
            .execution_options(synchronize_session=False)
        )
    session.expire_all()
    _log("accounting.answer_export", export, by, {"accepted": accepted, "reason": reason})
    return export


def _checked(name: str, template: Template) -> None:
    known = exporting.sources(current_settings().code_parts)
    problems = {}
    if not name:
        problems["name"] = _("Skriv vad mallen heter.")
    if not template.columns:
        problems[""] = _("Välj minst en kolumn.")
    if any(source not in known for source, _heading in template.columns):
        problems[""] = _("Mallen har en kolumn som inte finns.")
    headings = [heading for _source, heading in template.columns]
    if len(set(headings)) < len(headings):
        problems[""] = _("Två kolumner har samma rubrik. Ändra den ena.")
    if template.separator not in SEPARATORS:
        problems["separator"] = _("Välj vad som skiljer kolumnerna åt.")
    if problems:
        raise Invalid(problems)


def save_template(template: Template, *, template_id: UUID | None, seen_version: int | None, by: Actor) -> ExportTemplate:
    """Keep a new template, or change the one with ``template_id``. Batches that were made keep the one they were made by.

    Raises Refused, Unknown, Invalid, and Conflict when the template has changed since.
    """
    if refusal := rules.refusal_to_keep_templates(by):
        raise Refused(refusal)
    by = by.acting(next(each for each in rules.KEEPERS if by.may(each)))
    _checked(template.name, template)
    same = session.scalar(select(ExportTemplate.public_id).where(ExportTemplate.name == template.name))
    if same is not None and same != template_id:
        raise Invalid({"name": _("Det finns redan en mall med det namnet.")})
    if template_id is None:
        row = ExportTemplate(version=0)
        session.add(row)
    else:
        row = export_queries.template_row(template_id, lock=True)
        if seen_version is not None and row.version != seen_version:
            raise Conflict(_("Någon annan har ändrat mallen. Läs den på nytt innan du fortsätter."))
    row.name, row.separator = template.name, template.separator
    row.columns = [list(column) for column in template.columns]
    row.changed_by_id, row.changed_at, row.version = by.person_id, clock.now(), row.version + 1
    session.flush()
    log.append(
        action="accounting.save_export_template",
        by=by,
        object_kind="export_template",
        object_id=row.public_id,
        case_id=None,
        body={"name": row.name, "columns": row.columns, "separator": row.separator, **by.names},
    )
    return row
