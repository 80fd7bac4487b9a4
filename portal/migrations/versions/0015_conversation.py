"""Questions, answers and comments on a case, which can be cleaned out, and when each person last looked."""

import sqlalchemy as sa
from alembic import op

import portal.db
from portal.migrations.rebuilding import rebuilt

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _instant(name: str, *, nullable: bool) -> sa.Column[object]:
    return sa.Column(name, portal.db.UTCDateTime(timezone=True), nullable=nullable)


def _messages() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        _instant("at", nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("answer_to_id", sa.Integer(), nullable=True),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("mentioned", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('question', 'answer', 'comment')", name=op.f("ck_message_kind")),
        sa.CheckConstraint("audience IN ('all', 'handlers', 'unit', 'registrar')", name=op.f("ck_message_audience")),
        sa.CheckConstraint("kind = 'answer' OR answer_to_id IS NULL", name=op.f("ck_message_answer")),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 5000", name=op.f("ck_message_text")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_message_case_id_register_case")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_message_by_id_person")),
        sa.ForeignKeyConstraint(["answer_to_id"], ["message.id"], name=op.f("fk_message_answer_to_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("public_id", name=op.f("uq_message_public_id")),
    )
    op.create_index(op.f("ix_message_case_id_at_id"), "message", ["case_id", "at", "id"])
    op.create_index(op.f("ix_message_answer_to_id"), "message", ["answer_to_id"])
    op.create_index(op.f("ix_message_by_id"), "message", ["by_id"])
    op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_mention_message_id_message")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mention_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("message_id", "person_id", name=op.f("uq_mention_message_id_person_id")),
    )
    op.create_index(op.f("ix_mention_person_id"), "mention", ["person_id"])


def _looks() -> None:
    op.create_table(
        "case_look",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        _instant("seen_at", nullable=False),
        sa.Column("seen_seq", sa.BigInteger(), nullable=False),
        _instant("before_at", nullable=True),
        sa.Column("before_seq", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(before_at IS NULL) = (before_seq IS NULL)", name=op.f("ck_case_look_before")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_look_person_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_case_look_case_id_register_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_look")),
        sa.UniqueConstraint("person_id", "case_id", name=op.f("uq_case_look_person_id_case_id")),
    )
    op.create_index(op.f("ix_case_look_case_id"), "case_look", ["case_id"])


def _cleaned(kinds: str) -> None:
    with rebuilt("cleaning") as batch:
        batch.drop_constraint(op.f("ck_cleaning_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_cleaning_kind"), sa.text(f"kind IN ({kinds})"))


def upgrade() -> None:
    _messages()
    _looks()
    _cleaned("'draft', 'attachment', 'source', 'comment', 'message'")


def downgrade() -> None:
    op.execute("DELETE FROM cleaning WHERE kind = 'message'")
    _cleaned("'draft', 'attachment', 'source', 'comment'")
    for table in ("case_look", "mention", "message"):
        op.drop_table(table)
