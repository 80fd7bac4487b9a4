"""The file of a sealed document as it is now, and what document a masked copy is made of."""

import sqlalchemy as sa
from alembic import op

import portal.db
from portal.migrations.rebuilding import rebuilt

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WAITING = sa.text("level = 'B-B'")


def upgrade() -> None:
    op.create_table(
        "sealed_file",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("certificate", sa.String(), nullable=False),
        sa.Column("sealed_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("renew_by", sa.Date(), nullable=True),
        sa.CheckConstraint("(level = 'B-LTA') = (renew_by IS NOT NULL)", name=op.f("ck_sealed_file_renew_by")),
        sa.CheckConstraint("length(certificate) = 64", name=op.f("ck_sealed_file_certificate")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_sealed_file_sha256")),
        sa.CheckConstraint("level IN ('B-B', 'B-LTA')", name=op.f("ck_sealed_file_level")),
        sa.CheckConstraint("size > 0", name=op.f("ck_sealed_file_size")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_sealed_file_document_id_document")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_sealed_file")),
    )
    op.create_index(op.f("ix_sealed_file_renew_by"), "sealed_file", ["renew_by"])
    op.create_index(op.f("ix_sealed_file_sha256"), "sealed_file", ["sha256"])
    op.create_index("ix_sealed_file_waiting", "sealed_file", ["document_id"], sqlite_where=_WAITING, postgresql_where=_WAITING)
    with rebuilt("document") as batch:
        batch.add_column(sa.Column("original_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_document_original_id_document"), "document", ["original_id"], ["id"])
        batch.create_index(op.f("ix_document_original_id"), ["original_id"])


def downgrade() -> None:
    with rebuilt("document") as batch:
        batch.drop_index(op.f("ix_document_original_id"))
        batch.drop_constraint(op.f("fk_document_original_id_document"), type_="foreignkey")
        batch.drop_column("original_id")
    op.drop_table("sealed_file")
