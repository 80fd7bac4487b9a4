"""Recipients with validity, how each copy was delivered, and what came back."""

import sqlalchemy as sa
from alembic import op

import portal.db
from portal.migrations.rebuilding import rebuilt

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ALWAYS = sa.text("every_decision")
_AWAITED = sa.text("kind = 'action' AND acknowledged_at IS NULL AND reminded_at IS NULL")
_OLD_STATES = "state IN ('waiting', 'sent', 'failed')"
_NEW_STATES = "state IN ('waiting', 'sent', 'delivered', 'failed')"
_CHECKS = {
    "delivered": "(state = 'delivered') = (delivered_at IS NOT NULL)",
    "document_sha256": "document_sha256 IS NULL OR length(document_sha256) = 64",
}
# What was handed over in another way was kept as sent, with how in the place of a failure.
_HANDED_OVER = (
    "UPDATE dispatch_copy SET state = 'delivered', delivered_at = sent_at, delivery_note = failure, failure = '' "
    "WHERE state = 'sent' AND failure <> '' AND sent_at IS NOT NULL"
)
_BACK = "UPDATE dispatch_copy SET state = 'sent', failure = delivery_note WHERE state = 'delivered'"
# The hash of a decision's document as it was sent: what its file is now, or was before it was stamped again.
_HASHES = (
    "UPDATE dispatch_copy SET document_sha256 = (SELECT coalesce(sealed_file.sha256, document.sha256) FROM document "
    "LEFT JOIN sealed_file ON sealed_file.document_id = document.id "
    "JOIN decision ON decision.public_id = document.source_id "
    "WHERE decision.id = dispatch_copy.decision_id AND document.kind = 'decision' ORDER BY document.version DESC LIMIT 1) "
    "WHERE sent_at IS NOT NULL"
)


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, portal.db.UTCDateTime(timezone=True), nullable=nullable)


def _recipients() -> None:
    op.create_table(
        "recipient",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("known_by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("is_external", sa.Boolean(), nullable=False),
        sa.Column("every_decision", sa.Boolean(), nullable=False),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'unit', 'role', 'external')", name=op.f("ck_recipient_kind")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_recipient_name")),
        sa.CheckConstraint("unit_id IS NULL OR kind = 'unit'", name=op.f("ck_recipient_unit")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_recipient_period")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_recipient_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient")),
        sa.UniqueConstraint("known_by", "valid_from", name=op.f("uq_recipient_known_by_valid_from")),
        sa.UniqueConstraint("public_id", name=op.f("uq_recipient_public_id")),
    )
    op.create_index(op.f("ix_recipient_known_by_id"), "recipient", ["known_by", "id"])
    op.create_index("ix_recipient_always", "recipient", ["id"], sqlite_where=_ALWAYS, postgresql_where=_ALWAYS)


def _reports() -> None:
    op.create_table(
        "delivery_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        _instant("read_at", nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_delivery_report_digest")),
        sa.CheckConstraint("outcome IN ('delivered', 'delayed', 'failed', 'relayed')", name=op.f("ck_delivery_report_outcome")),
        sa.ForeignKeyConstraint(["copy_id"], ["dispatch_copy.id"], name=op.f("fk_delivery_report_copy_id_dispatch_copy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_report")),
        sa.UniqueConstraint("digest", name=op.f("uq_delivery_report_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_delivery_report_public_id")),
    )
    op.create_index(op.f("ix_delivery_report_copy_id_id"), "delivery_report", ["copy_id", "id"])


def _deliveries() -> None:
    with rebuilt("dispatch_copy") as batch:
        batch.add_column(sa.Column("masked", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("document_sha256", sa.String(), nullable=True))
        batch.add_column(_instant("delivered_at"))
        batch.add_column(sa.Column("delivered_by_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("delivery_note", sa.String(), nullable=False, server_default=""))
        batch.add_column(_instant("reminded_at"))
        batch.create_foreign_key(op.f("fk_dispatch_copy_delivered_by_id_person"), "person", ["delivered_by_id"], ["id"])
        batch.drop_constraint(op.f("ck_dispatch_copy_state"), type_="check")
        batch.create_check_constraint(op.f("ck_dispatch_copy_state"), sa.text(_NEW_STATES))
    op.execute(_HANDED_OVER)
    op.execute(_HASHES)
    with rebuilt("dispatch_copy") as batch:
        batch.alter_column("masked", server_default=None)
        batch.alter_column("delivery_note", server_default=None)
        for name, condition in _CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_dispatch_copy_{name}"), sa.text(condition))
        batch.create_index(op.f("ix_dispatch_copy_state_id"), ["state", "id"])
        batch.create_index("ix_dispatch_copy_awaited", ["id"], sqlite_where=_AWAITED, postgresql_where=_AWAITED)


def upgrade() -> None:
    _recipients()
    _deliveries()
    _reports()


def downgrade() -> None:
    op.drop_table("delivery_report")
    with rebuilt("dispatch_copy") as batch:
        for name in _CHECKS:
            batch.drop_constraint(op.f(f"ck_dispatch_copy_{name}"), type_="check")
    op.execute(_BACK)
    with rebuilt("dispatch_copy") as batch:
        batch.drop_index("ix_dispatch_copy_awaited")
        batch.drop_index(op.f("ix_dispatch_copy_state_id"))
        batch.drop_constraint(op.f("fk_dispatch_copy_delivered_by_id_person"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_dispatch_copy_state"), type_="check")
        batch.create_check_constraint(op.f("ck_dispatch_copy_state"), sa.text(_OLD_STATES))
        for name in ("reminded_at", "delivery_note", "delivered_by_id", "delivered_at", "document_sha256", "masked"):
            batch.drop_column(name)
    op.drop_table("recipient")
