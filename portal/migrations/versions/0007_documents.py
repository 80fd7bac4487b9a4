"""Registered documents: what the register says of each document of a case, and the plan of their types.

What was made before is registered in the order it came to be.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

import portal.db
from portal.clock import local_date

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TYPES = (
    ("request", "Äskande", "keep"),
    ("completion", "Komplettering", "keep"),
    ("statement", "Yttrande", "keep"),
    ("missive", "Missiv", "keep"),
    ("minutes_extract", "Protokollsutdrag", "keep"),
    ("decision", "Beslut", "keep"),
    ("copy", "Expediering", "dispose"),
    ("budget_entry", "Budgetjustering", "keep"),
    ("redistribution", "Omfördelning", "keep"),
    ("interim_report", "Lägesrapport", "keep"),
    ("final_report", "Slutredovisning", "keep"),
    ("letter", "Skrivelse", "keep"),
    ("other", "Övrig handling", "keep"),
)
_SOURCES = (
    "source_kind IN ('version', 'statement', 'hand_over', 'minutes', 'decision', 'budget_entry', 'copy', "
    "'redistribution', 'interim_report', 'final_report', 'letter', 'paper')"
)
_GROUNDS = "public_ground IN ('received', 'dispatched', 'finally_handled', 'adjusted', 'completed')"
_CASES_AT_A_TIME = 500

# Each gives case, source, instant, and what the register says of it is made of. The order is that of one instant.
_MADE = {
    "version": "SELECT r.case_id, v.public_id, v.submitted_at AS at, v.submitted_by_id AS by_id, v.number AS n, "
    "v.content AS said FROM request_version v JOIN funding_request r ON r.id = v.funding_request_id WHERE {cases}",
    "statement": "SELECT r.case_id, r.public_id, r.at, r.by_id FROM statement r WHERE {cases}",
    "hand_over": "SELECT r.case_id, r.public_id, r.at, r.by_id, r.organ_id, o.name AS organ, o.in_text "
    "FROM hand_over r JOIN organ o ON o.id = r.organ_id WHERE {cases}",
    "minutes": "SELECT r.case_id, r.public_id, r.at, r.by_id, r.organ_id, o.name AS organ, r.meeting_date, r.paragraph, "
    "r.adjusted_on, r.passed_on_to_id FROM minutes_entry r JOIN organ o ON o.id = r.organ_id WHERE {cases}",
    "decision": "SELECT r.case_id, r.public_id, r.decided_at AS at, r.decided_by_id AS by_id, r.number AS said, r.decided_on, m.adjusted_on "
    "FROM decision r LEFT JOIN minutes_entry m ON m.id = r.minutes_id WHERE {cases}",
    "budget_entry": "SELECT r.case_id, r.public_id, r.recorded_at AS at, r.recorded_by_id AS by_id, r.kind AS said "
    "FROM budget_entry r WHERE {cases}",
    "copy": "SELECT r.case_id, r.public_id, r.sent_at AS at, d.number AS said, r.recipient, r.unit_id "
    "FROM dispatch_copy r JOIN decision d ON d.id = r.decision_id WHERE r.state = 'sent' AND {cases}",
    "redistribution": "SELECT r.case_id, r.public_id, r.made_at AS at, r.made_by_id AS by_id FROM redistribution r WHERE {cases}",
    "interim_report": "SELECT r.case_id, r.public_id, r.reported_at AS at, r.reported_by_id AS by_id "
    "FROM interim_report r WHERE {cases}",
    "final_report": "SELECT r.case_id, r.public_id, r.reported_at AS at, r.reported_by_id AS by_id, r.serial AS n "
    "FROM final_report r WHERE {cases}",
}
_CLOSED = "SELECT r.case_id, r.closed_at AS at FROM closing r WHERE {cases}"  # also what was withdrawn, never decided
_TYPE_OF = {"hand_over": "missive", "minutes": "minutes_extract"}


def _new_tables() -> None:
    op.create_table(
        "document_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("disposal", sa.String(), nullable=False),
        sa.CheckConstraint("disposal IN ('keep', 'dispose')", name=op.f("ck_document_type_disposal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_type")),
        sa.UniqueConstraint("code", name=op.f("uq_document_type_code")),
    )
    op.create_table(
        "registered_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("public_title", sa.String(), nullable=False),
        sa.Column("counterparty", sa.String(), nullable=False),
        sa.Column("counterparty_number", sa.String(), nullable=False),
        sa.Column("source_kind", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("public_since", sa.Date(), nullable=True),
        sa.Column("public_ground", sa.String(), nullable=True),
        sa.Column("registered_by_id", sa.Integer(), nullable=True),
        sa.Column("registered_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_registered_document_number")),
        sa.CheckConstraint("direction IN ('in', 'out', 'drawn_up')", name=op.f("ck_registered_document_direction")),
        sa.CheckConstraint(_SOURCES, name=op.f("ck_registered_document_source_kind")),
        sa.CheckConstraint(_GROUNDS, name=op.f("ck_registered_document_public_ground")),
        sa.CheckConstraint(
            "(public_since IS NULL) = (public_ground IS NULL)", name=op.f("ck_registered_document_public_since")
        ),
        sa.CheckConstraint("title <> '' AND public_title <> ''", name=op.f("ck_registered_document_titles")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_registered_document_case_id_register_case")),
        sa.ForeignKeyConstraint(["type_id"], ["document_type.id"], name=op.f("fk_registered_document_type_id_document_type")),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["person.id"], name=op.f("fk_registered_document_registered_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_document")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_registered_document_case_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_registered_document_public_id")),
        sa.UniqueConstraint("source_id", name=op.f("uq_registered_document_source_id")),
    )
    op.create_index(op.f("ix_registered_document_registered_on_id"), "registered_document", ["registered_on", "id"])


def _rows(statement: str, first: int, last: int) -> Iterable[Any]:
    columns: dict[str, Any] = {"public_id": sa.Uuid(), "at": portal.db.UTCDateTime(timezone=True)}
    if "adjusted_on" in statement:
        columns |= {"adjusted_on": sa.Date()}
    if "decided_on" in statement:
        columns |= {"decided_on": sa.Date()}
    if "meeting_date" in statement:
        columns |= {"meeting_date": sa.Date()}
    text = sa.text(statement.format(cases="r.case_id BETWEEN :first AND :last")).columns(**columns)
    return op.get_bind().execute(text, {"first": first, "last": last}).mappings()


def _named(kind: str, row: Any, unit: str) -> tuple[str, str, str]:
    """Title, public title and counterparty."""
    if kind == "version":
        what = "Komplettering av äskande" if row["n"] > 1 else "Äskande om medel"
        return json.loads(row["said"]).get("title") or what, f"{what} – {unit}", unit
    if kind == "hand_over":
        return (f"Överlämnande till {row['in_text']}",) * 2 + (row["organ"],)
    if kind == "minutes":
        return (f"{row['organ']} {row['meeting_date'].isoformat()}, § {row['paragraph']}",) * 2 + (row["organ"],)
    if kind == "copy":
        return f"Beslut {row['said']} till {row['recipient']}", f"Beslut {row['said']}", row["recipient"]
    if kind == "decision":
        return (f"Beslut {row['said']}",) * 2 + (unit,)
    if kind == "budget_entry":
        return ("Återförd budgetjustering" if row["said"] == "reversal" else "Budgetjustering",) * 2 + ("",)
    return {"statement": ("Yttrande över äskandet",) * 2 + ("",), "redistribution": ("Omfördelning inom beviljat belopp",) * 2
            + (unit,), "interim_report": ("Lägesrapport",) * 2 + (unit,),
            "final_report": ("Slutredovisning",) * 2 + (unit,)}[kind]  # fmt: skip


def _outside(organ_id: int | None, own: int | None) -> bool:
    """Whether the organ is another authority than that of the first register; where that has none, no organ is."""
    return organ_id is not None and own is not None and organ_id != own


def _public(kind: str, row: Any, on: date, handled: date | None, own: int | None) -> tuple[date | None, str | None]:
    """Since when and why the document is allmän handling."""
    if kind == "copy" and row["unit_id"] is None:
        return on, "dispatched"
    if kind == "hand_over" and _outside(row["organ_id"], own):
        return on, "dispatched"
    if kind == "minutes" and _outside(row["organ_id"], own):
        return on, "received"
    if kind == "minutes" and row["adjusted_on"]:
        return row["adjusted_on"], "adjusted"
    if handled is not None:
        return max(on, handled), "finally_handled"
    return None, None


def _dated_on(kind: str, row: Any, own: int | None) -> date:
    if kind == "minutes" and not _outside(row["organ_id"], own):
        on: date = row["adjusted_on"] or row["meeting_date"]
        return on
    if kind == "decision":
        decided: date = row["decided_on"]
        return decided
    return local_date(row["at"])


def _direction(kind: str, row: Any, own: int | None) -> str:
    if kind == "copy" or (kind == "hand_over" and _outside(row["organ_id"], own)):
        return "out"
    return "in" if kind == "minutes" and _outside(row["organ_id"], own) else "drawn_up"


def _goes_outside(kind: str, row: Any, own: int | None) -> bool:
    """Whether the case's documents went to another authority with it: it was handed over or passed on there."""
    to = row["organ_id"] if kind == "hand_over" else row["passed_on_to_id"] if kind == "minutes" else None
    return _outside(to, own)


def _handled(found: Iterable[tuple[str, Any]], first: int, last: int) -> dict[int, date]:
    """The day each of the cases was finally handled: decided, or closed."""
    days = [(row["case_id"], row["adjusted_on"] or local_date(row["at"])) for kind, row in found if kind == "decision"]
    days += [(row["case_id"], local_date(row["at"])) for row in _rows(_CLOSED, first, last)]
    handled: dict[int, date] = {}
    for case_id, on in days:
        handled[case_id] = min(on, handled.get(case_id, on))
    return handled


def _documents(first: int, last: int, types: dict[str, int]) -> Iterator[dict[str, Any]]:
    """What the cases in that range of row ids have, numbered within each case."""
    own = op.get_bind().scalar(sa.text("SELECT organ_id FROM register ORDER BY id LIMIT 1"))
    units = dict(
        op.get_bind()
        .execute(
            sa.text(
                "SELECT c.id, u.name FROM register_case c JOIN unit u ON u.id = c.unit_id WHERE c.id BETWEEN :first AND :last"
            ),
            {"first": first, "last": last},
        )
        .all()
    )
    order = list(_MADE)
    found = [(kind, row) for kind, statement in _MADE.items() for row in _rows(statement, first, last)]
    found.sort(key=lambda each: (each[1]["case_id"], each[1]["at"], order.index(each[0])))
    handled = _handled(found, first, last)
    made: dict[int, list[dict[str, Any]]] = {}
    for kind, row in found:
        case_id, at = row["case_id"], row["at"]
        mine = made.setdefault(case_id, [])
        on = _dated_on(kind, row, own)
        title, public_title, counterparty = _named(kind, row, units[case_id])
        since, ground = _public(kind, row, on, handled.get(case_id), own)
        code = "request" if kind == "version" and row["n"] == 1 else "completion" if kind == "version" else kind
        mine.append({
            "public_id": uuid4(), "case_id": case_id, "number": len(mine) + 1, "direction": _direction(kind, row, own),
            "type_id": types[_TYPE_OF.get(code, code)], "dated_on": on, "title": title, "public_title": public_title,
            "counterparty": counterparty, "counterparty_number": "", "source_kind": kind, "source_id": UUID(str(row["public_id"])),
            "public_since": since, "public_ground": ground, "registered_by_id": row.get("by_id"), "registered_at": at,
            "registered_on": local_date(at), "version": 1,
        })  # fmt: skip
        if _goes_outside(kind, row, own):  # what there was by then went with the case, before anybody decided it
            for each in mine:
                if each["public_ground"] in (None, "finally_handled"):
                    each |= {"public_since": max(each["dated_on"], local_date(at)), "public_ground": "dispatched"}
    for documents in made.values():
        yield from documents


def upgrade() -> None:
    _new_tables()
    bind = op.get_bind()
    made = sa.MetaData()
    types = sa.Table("document_type", made, autoload_with=bind)
    op.bulk_insert(types, [{"code": code, "name": name, "disposal": disposal} for code, name, disposal in _TYPES])
    ids = {row.code: row.id for row in bind.execute(sa.select(types.c.code, types.c.id))}
    documents = sa.table(
        "registered_document",
        *(sa.column(name, kind) for name, kind in {
            "public_id": sa.Uuid(), "case_id": sa.Integer(), "number": sa.Integer(), "direction": sa.String(),
            "type_id": sa.Integer(), "dated_on": sa.Date(), "title": sa.String(), "public_title": sa.String(),
            "counterparty": sa.String(), "counterparty_number": sa.String(), "source_kind": sa.String(),
            "source_id": sa.Uuid(), "public_since": sa.Date(), "public_ground": sa.String(),
            "registered_by_id": sa.Integer(), "registered_at": portal.db.UTCDateTime(timezone=True),
            "registered_on": sa.Date(), "version": sa.Integer(),
        }.items()),
    )  # fmt: skip
    last = bind.scalar(sa.text("SELECT coalesce(max(id), 0) FROM register_case"))
    for first in range(1, last + 1, _CASES_AT_A_TIME):
        if rows := list(_documents(first, first + _CASES_AT_A_TIME - 1, ids)):
            bind.execute(sa.insert(documents), rows)


def downgrade() -> None:
    op.drop_table("registered_document")
    op.drop_table("document_type")
