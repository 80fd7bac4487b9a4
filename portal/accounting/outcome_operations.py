"""Reading outcome in from the ledger: once per month, replaced only where that is said."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, insert, select, update

from portal import clock
from portal.accounting import outcome, outcome_queries, rules
from portal.accounting.kept import Kept
from portal.accounting.models import OutcomeImport, OutcomeRow
from portal.accounting.outcome import Amounts, Code, Difference, differences
from portal.db import session
from portal.documents.store import current_store
from portal.errors import Conflict, Refused
from portal.log import operations as log
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.settings import current_settings
from portal.text import _

_AT_ONCE = 5_000  # rows written in one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What a file says of a month beside what is read in already. ``changes`` is None where nothing is."""

    month: str
    rows: Amounts
    owners: Mapping[Code, int]
    earlier: OutcomeImport | None
    changes: Sequence[Difference] | None

    @property
    def is_same(self) -> bool:
        """Whether the month has been read in with the same amounts."""
        return self.changes is not None and not self.changes

    @property
    def unknown(self) -> list[tuple[Code, int]]:
        """Codes on which no grant is read, with their kronor, in order."""
        return sorted((code, amount) for code, amount in self.rows.items() if code not in self.owners)


def read_file(content: bytes, chosen: str) -> dict[str, dict[Code, int]]:
    """The file as it is read today. Raises Invalid with every wrong row told."""
    settings = current_settings()
    return outcome.read_file(content, parts=settings.code_parts, read_on=settings.read_on, chosen=chosen, today=clock.today())


def looked_through(kept: Kept) -> list[Month]:
    """What the file says, month by month, beside what is read in already. Raises Invalid, and DamagedFile."""
    months = read_file(current_store().read(kept.sha256), kept.month)
    earlier = outcome_queries.imported(months)
    held = outcome_queries.amounts(earlier.values())
    owners = outcome_queries.owners(code for rows in months.values() for code in rows)
    return [
        Month(
            month=month,
            rows=rows,
            owners={code: owners[code] for code in rows if code in owners},
            earlier=earlier.get(month),
            changes=differences(held[earlier[month].id], rows) if month in earlier else None,
        )
        for month, rows in sorted(months.items())
    ]


def import_outcome(*, kept: Kept, replaced: Collection[UUID], by: Actor) -> list[OutcomeImport]:
    """Read the file in, month by month; a month with the same amounts is left as it is, so that nothing happens twice.

    ``replaced`` are the earlier files that the person has seen and said are to be replaced: any other raises Conflict.
    Raises Refused, Invalid, and DamagedFile.
    """
    if refusal := rules.refusal_to_read_outcome(by):
        raise Refused(refusal)
    by = by.acting(Permission.RECORD_BUDGET)
    made = []
    for month in looked_through(kept):
        if month.is_same:
            continue
        if month.earlier is not None and month.earlier.public_id not in replaced:
            name = outcome.month_name(month.month)
            raise Conflict(_("Utfallet för %(month)s är redan inläst. Kryssa för att det ska ersättas.", month=name))
        made.append(_import(month, kept, by))
    _find_owners()
    return made


def _import(month: Month, kept: Kept, by: Actor) -> OutcomeImport:
    now = clock.now()
    if month.earlier is not None:
        month.earlier.replaced_at = now
        session.flush()  # one file holds for a month
    made = OutcomeImport(
        month=month.month,
        file_name=kept.name,
        sha256=kept.sha256,
        row_count=len(month.rows),
        unknown=len(month.unknown),
        imported_by_id=by.person_id,
        imported_at=now,
    )
    session.add(made)
    session.flush()  # its rows need its id
    rows = [
        {"import_id": made.id, "part": code[0], "code": code[1], "amount": amount, "case_id": month.owners.get(code)}
        for code, amount in sorted(month.rows.items())
    ]
    for start in range(0, len(rows), _AT_ONCE):
        session.execute(insert(OutcomeRow), rows[start : start + _AT_ONCE])
    body: dict[str, object] = {
        "month": month.month,
        "sha256": kept.sha256,
        "rows": len(rows),
        "unknown": made.unknown,
        "total": sum(month.rows.values()),
        "replaced": str(month.earlier.public_id) if month.earlier else "",
    }
    log.append(
        action="accounting.import_outcome",
        by=by,
        object_kind="outcome_import",
        object_id=made.public_id,
        case_id=None,
        body={**body, **by.names},
    )
    return made


def _find_owners() -> None:
    """Codes that were no grant's when they were read in, and have been recorded since, become that grant's."""
    unknown = outcome_queries.unknown_rows()
    owners = outcome_queries.owners(unknown.values())
    found = [{"id": row_id, "case_id": owners[code]} for row_id, code in unknown.items() if code in owners]
    if not found:
        return
    session.execute(update(OutcomeRow), found)  # by row id: sent once for all of them
    nobodys = select(func.count()).where(OutcomeRow.import_id == OutcomeImport.id, OutcomeRow.case_id.is_(None))
    session.execute(
        update(OutcomeImport)
        .where(outcome_queries.in_force)
        .values(unknown=nobodys.scalar_subquery())
        .execution_options(synchronize_session="fetch")
    )
