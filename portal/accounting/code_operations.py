"""Reading code tables in, and trying an entry's codes against them: the writes of what codes there are."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete

from portal import clock
from portal.accounting import code_queries, codes, rules
from portal.accounting.codes import Change, Changes, Value
from portal.accounting.coding import Entry, Plan, Side, field_name
from portal.accounting.kept import Kept
from portal.accounting.models import CodeImport, CodeValue
from portal.db import hold_name, session
from portal.documents.store import current_store
from portal.errors import Conflict, Invalid, Refused
from portal.log import operations as log
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register.models import Case
from portal.settings import CodePart
from portal.sheets import Unreadable, read_csv
from portal.text import _

_AT_ONCE = 400  # codes named in one statement


def read_file(part: CodePart, content: bytes) -> list[Value]:
    """The codes of a file. Raises Invalid, field ``file``, naming the rows that do not hold."""
    try:
        return codes.read(read_csv(content, codes.COLUMNS), part)
    except Unreadable as error:
        raise Invalid({"file": str(error)}) from error


def import_codes(part: CodePart, kept: Kept, *, by: Actor) -> CodeImport:
    """Replace what is said of the codes in the file; other codes stay as they are. What was replaced goes into the log.

    Raises Refused, Invalid, and Conflict when the file changes nothing.
    """
    if refusal := rules.refusal_to_read_codes(by):
        raise Refused(refusal)
    by = by.acting(Permission.RECORD_BUDGET)
    hold_name(f"codes:{part.key}")
    file = read_file(part, current_store().read(kept.sha256))
    told = codes.changes(code_queries.table(part), file)
    if not told.any:
        raise Conflict(_("Filen ändrar ingenting i kodtabellen."))
    made = CodeImport(
        part=part.key,
        file_name=kept.name,
        sha256=kept.sha256,
        row_count=len(file),
        imported_by_id=by.person_id,
        imported_at=clock.now(),
    )
    session.add(made)
    session.flush()  # the codes point at it
    _replace(part, told, made)
    log.append(
        action="accounting.import_codes",
        by=by,
        object_kind="code_import",
        object_id=made.public_id,
        case_id=None,
        body={**_body(part, kept, told), **by.names},
    )
    return made


def _replace(part: CodePart, told: Changes, made: CodeImport) -> None:
    old = [change.value for change in told.changed]
    for at in range(0, len(old), _AT_ONCE):
        session.execute(delete(CodeValue).where(CodeValue.part == part.key, CodeValue.value.in_(old[at : at + _AT_ONCE])))
    session.add_all(
        CodeValue(
            part=part.key,
            value=row.value,
            label=row.label,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            import_id=made.id,
        )
        for change in (*told.new, *told.changed)
        for row in change.after
    )
    session.flush()


def _said(rows: Sequence[Value]) -> list[str]:
    return [f"{row.label} {row.valid_from}–{row.valid_to or ''}".strip() for row in rows]


def _body(part: CodePart, kept: Kept, told: Changes) -> dict[str, object]:
    def shown(change: Change) -> dict[str, object]:
        return {"code": change.value, "before": _said(change.before), "after": _said(change.after)}

    return {
        "part": part.key,
        "file_name": kept.name,
        "sha256": kept.sha256,
        "new": len(told.new),
        "changed": [shown(change) for change in told.changed],
        "same": told.same,
        "kept": told.kept,
    }


def table_problems(entry: Entry, rows: Iterable[Side], plan: Plan) -> dict[str, str]:
    """What the code tables say against an entry whose form holds, by field name; three statements at most."""
    labels = {part.key: part for part in plan.parts}
    typed = [(field_name(row.name, key), key, value) for row in rows for key, value in row.code.items() if key in labels]
    said = code_queries.said_of((key, value) for _field, key, value in typed)
    first, last = codes.month(entry.period)
    doubtful = [each for each in typed if not any(value.overlaps(first, last) for value in said.get((each[1], each[2]), ()))]
    valid = code_queries.valid(sorted({key for _field, key, _value in doubtful}), entry.period, limit=codes.MOST_COMPARED)
    problems: dict[str, str] = {}
    for field, key, value in doubtful:
        if key in valid:
            sentence = codes.problem(labels[key], value, said.get((key, value), ()), valid[key], entry.period)
            problems["outcome" if key == plan.read_on and value == entry.outcome else field] = sentence or ""
    return {field: sentence for field, sentence in problems.items() if sentence}


def outcome_problem(entry: Entry, plan: Plan, case: Case, by: Actor) -> str | None:
    """Why the grant cannot be read on its code: another grant in force the same year is. Held until the transaction ends."""
    if not plan.read_on:
        return None
    hold_name(f"outcome:{plan.read_on}:{entry.outcome}")
    other = code_queries.taken(plan.read_on, entry.outcome, entry.period[:4], case, by)
    if other is None:
        return None
    said = {"part": plan.read_on_label, "code": entry.outcome, "number": other.number}
    if not other.number:
        return _("%(part)s %(code)s används redan för ett annat beviljande samma år. Ange ett annat.", **said)
    return _("%(part)s %(code)s används redan för beviljandet i %(number)s samma år. Ange ett annat.", **said)
