"""The terms that search looks in. The worker fills them for the cases that are there."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.CheckConstraint("scope IN ('register', 'open', 'secret')", name=op.f("ck_search_entry_scope")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_search_entry_case_id_register_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("case_id", "kind", "source", name=op.f("uq_search_entry_case_id_kind_source")),
    )
    op.create_table(
        "search_term",
        sa.Column("term", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("word_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("term", "word_id", name=op.f("pk_search_term")),
    )
    op.create_table(
        "search_posting",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("word_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_search_posting_case_id_register_case")),
        sa.PrimaryKeyConstraint("case_id", "word_id", "entry_id", name=op.f("pk_search_posting")),
    )
    op.create_table(
        "search_amount",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.CheckConstraint("scope IN ('open', 'secret')", name=op.f("ck_search_amount_scope")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_search_amount_case_id_register_case")),
        sa.PrimaryKeyConstraint("case_id", "amount", "what", name=op.f("pk_search_amount")),
    )
    op.create_index(op.f("ix_search_term_word_id"), "search_term", ["word_id"])
    op.create_index(op.f("ix_search_posting_word_id_case_id"), "search_posting", ["word_id", "case_id"])
    op.create_index(op.f("ix_search_amount_amount_case_id"), "search_amount", ["amount", "case_id"])


def downgrade() -> None:
    for table in ("search_amount", "search_posting", "search_term", "search_entry"):
        op.drop_table(table)
