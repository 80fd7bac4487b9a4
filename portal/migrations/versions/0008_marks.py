"""Secrecy marks on documents and lines, and when they are reviewed; secret reads by when and by whom."""

import sqlalchemy as sa
from alembic import op

from portal.migrations.rebuilding import rebuilt

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STANDS = sa.text("lifted_at IS NULL")
_READ = sa.text("action = 'register.read_secret'")
_BY = {"ix_log_entry_secret": ["at", "seq"], "ix_log_entry_secret_actor": ["actor", "at", "seq"],
       "ix_log_entry_secret_case": ["case_id", "at", "seq"]}  # fmt: skip


def upgrade() -> None:
    with rebuilt("secrecy_mark") as batch:
        batch.add_column(sa.Column("source_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("line_label", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("hides_amount", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("review_on", sa.Date(), nullable=True))
        batch.create_check_constraint(op.f("ck_secrecy_mark_one_scope"), "source_id IS NULL OR line_label = ''")
        batch.create_check_constraint(op.f("ck_secrecy_mark_amount_of_line"), "line_label <> '' OR NOT hides_amount")
    with rebuilt("secrecy_mark") as batch:
        batch.alter_column("line_label", server_default=None)
        batch.alter_column("hides_amount", server_default=None)
    op.create_index(
        "ix_secrecy_mark_review", "secrecy_mark", ["review_on", "id"], sqlite_where=_STANDS, postgresql_where=_STANDS
    )
    with rebuilt("register_case") as batch:
        batch.add_column(sa.Column("is_partly_secret", sa.Boolean(), nullable=False, server_default=sa.false()))
    with rebuilt("register_case") as batch:
        batch.alter_column("is_partly_secret", server_default=None)
    for name, columns in _BY.items():
        op.create_index(name, "log_entry", columns, sqlite_where=_READ, postgresql_where=_READ)


def downgrade() -> None:
    for name in _BY:
        op.drop_index(name, "log_entry")
    # What hides a part has no place before this revision: the whole case is hidden, and the register says what it is not about.
    op.execute(
        "UPDATE register_case SET is_secret = true, public_title = 'Äskande om medel – ' || "
        "(SELECT name FROM unit WHERE unit.id = register_case.unit_id) WHERE NOT is_secret AND id IN "
        "(SELECT case_id FROM secrecy_mark WHERE lifted_at IS NULL)"
    )
    with rebuilt("register_case") as batch:
        batch.drop_column("is_partly_secret")
    op.drop_index("ix_secrecy_mark_review", "secrecy_mark")
    with rebuilt("secrecy_mark") as batch:
        batch.drop_constraint(op.f("ck_secrecy_mark_amount_of_line"), type_="check")
        batch.drop_constraint(op.f("ck_secrecy_mark_one_scope"), type_="check")
        for name in ("review_on", "hides_amount", "line_label", "source_id"):
            batch.drop_column(name)
