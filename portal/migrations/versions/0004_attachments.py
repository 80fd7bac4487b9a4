"""Attachments with editions and cautions, what the scanner says of files, and what the nightly reading of them finds."""

import sqlalchemy as sa
from alembic import op

import portal.db
from portal.migrations.rebuilding import rebuilt

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What has been attached under one name is one series from the start, in the order it came.
_FILLED = """
UPDATE document SET
series = (
    SELECT other.public_id FROM document AS other
    WHERE other.case_id = document.case_id AND other.kind = 'attachment' AND other.filename = document.filename
    ORDER BY other.id LIMIT 1
),
edition = (
    SELECT count(*) FROM document AS other
    WHERE other.case_id = document.case_id AND other.kind = 'attachment' AND other.filename = document.filename
    AND other.id <= document.id
)
WHERE kind = 'attachment'
"""
_CHECKS = {"series": "(series IS NULL) = (edition IS NULL)", "edition": "edition IS NULL OR edition > 0"}
_QUARANTINED = sa.text("verdict = 'quarantined'")


def _new_tables() -> None:
    op.create_table(
        "file_damage",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("found_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_file_damage_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_damage")),
    )
    op.create_table(
        "file_scan",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("scanned_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("scanner", sa.String(), nullable=False),
        sa.CheckConstraint("(verdict = 'quarantined') = (signature <> '')", name=op.f("ck_file_scan_signature")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_file_scan_sha256")),
        sa.CheckConstraint("verdict IN ('clean', 'quarantined')", name=op.f("ck_file_scan_verdict")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_file_scan")),
    )
    op.create_table(
        "file_scrub",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("begun_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("done_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("reached", sa.String(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("damaged", sa.Integer(), nullable=False),
        sa.CheckConstraint("files >= 0 AND damaged >= 0 AND damaged <= files", name=op.f("ck_file_scrub_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_scrub")),
        sa.UniqueConstraint("task", name=op.f("uq_file_scrub_task")),
    )
    op.create_index(op.f("ix_file_scan_scanned_at_sha256"), "file_scan", ["scanned_at", "sha256"])
    op.create_index(
        "ix_file_scan_quarantined", "file_scan", ["sha256"], sqlite_where=_QUARANTINED, postgresql_where=_QUARANTINED
    )
    op.create_index(op.f("ix_file_scrub_done_at"), "file_scrub", ["done_at"])


def upgrade() -> None:
    _new_tables()
    with rebuilt("document") as batch:
        batch.add_column(sa.Column("series", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("edition", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("cautions", sa.String(), nullable=False, server_default=""))
    op.execute(_FILLED)
    with rebuilt("document") as batch:
        batch.alter_column("cautions", server_default=None)
        batch.create_unique_constraint(op.f("uq_document_series_edition"), ["series", "edition"])
        for name, condition in _CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_document_{name}"), sa.text(condition))


def downgrade() -> None:
    with rebuilt("document") as batch:
        for name in _CHECKS:
            batch.drop_constraint(op.f(f"ck_document_{name}"), type_="check")
        batch.drop_constraint(op.f("uq_document_series_edition"), type_="unique")
        for column in ("series", "edition", "cautions"):
            batch.drop_column(column)
    for table in ("file_scrub", "file_scan", "file_damage"):
        op.drop_table(table)
