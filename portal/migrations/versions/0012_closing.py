"""What is cleaned out before a case is closed."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cleaning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("is_kept", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('draft', 'attachment', 'source', 'comment')", name=op.f("ck_cleaning_kind")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_cleaning_sha256")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_cleaning_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_cleaning_case_id_register_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cleaning")),
        sa.UniqueConstraint("case_id", "object_id", "sha256", name=op.f("uq_cleaning_case_id_object_id_sha256")),
    )


def downgrade() -> None:
    op.drop_table("cleaning")
