"""Requests for public records and what was handed out."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _day(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, portal.db.UTCDateTime(timezone=True), nullable=nullable)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def upgrade() -> None:
    _make_requests("disclosure_request")
    _make_decisions("disclosure_decision")
    _make_items("disclosure_item")


def _make_requests(table: str) -> None:
    op.create_table(
        table,
        _whole("id"),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        _text("number"),
        _whole("year"),
        _whole("serial"),
        _day("received_on"),
        _text("channel"),
        _text("asker"),
        _long("wanted"),
        _text("state"),
        _day("handed_out_on", nullable=True),
        _text("way", nullable=True),
        _whole("pages", nullable=True),
        _whole("fee", nullable=True),
        _text("outcome", nullable=True),
        _long("note"),
        _moment("closed_at", nullable=True),
        _whole("closed_by_id", nullable=True),
        _moment("registered_at"),
        _whole("registered_by_id"),
        _whole("version"),
        _check(table, "channel", "channel IN ('email', 'letter', 'phone', 'visit', 'other')"),
        _check(table, "way", "way IN ('email', 'post', 'visit')"),
        _check(
            table,
            "handed_out",
            "(handed_out_on IS NULL) = (way IS NULL) AND (handed_out_on IS NULL) = (pages IS NULL) "
            "AND (handed_out_on IS NULL) = (fee IS NULL)",
        ),
        _check(table, "fee", "pages >= 0 AND fee >= 0"),
        _check(table, "state", "state IN ('open', 'closed')"),
        _check(
            table,
            "closed",
            "(state = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (closed_by_id IS NULL) "
            "AND (closed_at IS NULL) = (outcome IS NULL)",
        ),
        _check(table, "outcome", "outcome IN ('given', 'partly', 'refused', 'none_found', 'withdrawn', 'informed')"),
        _check(table, "wanted", "wanted <> ''"),
        _refers(table, "closed_by_id", "person"),
        _refers(table, "registered_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _unique(table, "year", "serial"),
        _unique(table, "number"),
        _unique(table, "public_id"),
    )
    columns = ["state", "registered_at", "id"]
    op.create_index(op.f(f"ix_{table}_state_registered_at_id"), table, columns)


def _make_decisions(table: str) -> None:
    op.create_table(
        table,
        _whole("id"),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        _whole("request_id"),
        _text("number"),
        _whole("year"),
        _whole("serial"),
        _text("clause"),
        _long("reasons"),
        sa.Column("data", sa.JSON(), nullable=False),
        _whole("decided_by_id"),
        _whole("acting_for_id", nullable=True),
        _moment("decided_at"),
        _text("sha256", nullable=True),
        _whole("size", nullable=True),
        _check(table, "made", "(sha256 IS NULL) = (size IS NULL)"),
        _check(table, "sha256", "sha256 IS NULL OR length(sha256) = 64"),
        _check(table, "size", "size > 0"),
        _refers(table, "request_id", "disclosure_request"),
        _refers(table, "decided_by_id", "person"),
        _refers(table, "acting_for_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _unique(table, "year", "serial"),
        _unique(table, "number"),
        _unique(table, "public_id"),
        _unique(table, "request_id"),
    )
    op.create_index(op.f(f"ix_{table}_sha256"), table, ["sha256"])


def _make_items(table: str) -> None:
    op.create_table(
        table,
        _whole("id"),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        _whole("request_id"),
        _whole("case_id"),
        _whole("registered_id", nullable=True),
        _whole("document_id", nullable=True),
        _text("assessment", nullable=True),
        _text("provision"),
        _long("reason"),
        _whole("masked_id", nullable=True),
        _whole("decision_id", nullable=True),
        _moment("assessed_at", nullable=True),
        _whole("assessed_by_id", nullable=True),
        _check(table, "document", "registered_id IS NOT NULL OR document_id IS NOT NULL"),
        _check(table, "assessment", "assessment IN ('given', 'masked', 'withheld', 'not_public')"),
        _check(
            table,
            "assessed",
            "(assessment IS NULL) = (assessed_at IS NULL) AND (assessed_at IS NULL) = (assessed_by_id IS NULL)",
        ),
        _check(table, "provision", "assessment NOT IN ('masked', 'withheld') OR provision <> ''"),
        _check(table, "masked", "masked_id IS NULL OR assessment = 'masked'"),
        _refers(table, "request_id", "disclosure_request"),
        _refers(table, "case_id", "register_case"),
        _refers(table, "registered_id", "registered_document"),
        _refers(table, "document_id", "document"),
        _refers(table, "masked_id", "document"),
        _refers(table, "decision_id", "disclosure_decision"),
        _refers(table, "assessed_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _unique(table, "request_id", "registered_id"),
        _unique(table, "request_id", "document_id"),
        _unique(table, "public_id"),
    )
    op.create_index(op.f(f"ix_{table}_request_id_id"), table, ["request_id", "id"])
    for column in ("case_id", "registered_id", "document_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table in ("disclosure_item", "disclosure_decision", "disclosure_request"):
        op.drop_table(table)
