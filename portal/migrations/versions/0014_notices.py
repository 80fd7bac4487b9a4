"""What each person is told of, how, and what is due when."""

import sqlalchemy as sa
from alembic import op

import portal.db
from portal.migrations.rebuilding import rebuilt

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_UNREAD = sa.text("read_at IS NULL")
_IN_DIGEST = sa.text("mail = 'daily' AND mailed_at IS NULL AND read_at IS NULL")
_DAYS = ("statement_days", "decision_days", "dispatch_days")
_WITHIN = " AND ".join(f"coalesce({name}, 1) BETWEEN 1 AND 60" for name in _DAYS)


def _instant(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, portal.db.UTCDateTime(timezone=True), nullable=nullable)


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("copy", sa.Uuid(), nullable=True),
        _instant("at", nullable=False),
        sa.Column("mail", sa.String(), nullable=False),
        _instant("mailed_at"),
        _instant("read_at"),
        sa.CheckConstraint("mail IN ('now', 'daily', 'none')", name=op.f("ck_notice_mail")),
        sa.CheckConstraint("mailed_at IS NULL OR mail = 'daily'", name=op.f("ck_notice_mailed")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["register_case.id"], name=op.f("fk_notice_case_id_register_case"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_notice_person_id_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notice_public_id")),
    )
    op.create_index(op.f("ix_notice_person_id_at_id"), "notice", ["person_id", "at", "id"])
    op.create_index(op.f("ix_notice_case_id"), "notice", ["case_id"])
    op.create_index("ix_notice_unread", "notice", ["person_id", "case_id"], sqlite_where=_UNREAD, postgresql_where=_UNREAD)
    op.create_index("ix_notice_in_digest", "notice", ["person_id", "id"], sqlite_where=_IN_DIGEST, postgresql_where=_IN_DIGEST)
    op.create_table(
        "notice_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.CheckConstraint("how IN ('now', 'daily', 'none')", name=op.f("ck_notice_choice_how")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_choice_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_choice")),
        sa.UniqueConstraint("person_id", "kind", name=op.f("uq_notice_choice_person_id_kind")),
    )


def upgrade() -> None:
    _notices()
    for table in ("fund", "organ"):
        with rebuilt(table) as batch:
            for name in _DAYS:
                batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
        with rebuilt(table) as batch:
            batch.create_check_constraint(op.f(f"ck_{table}_days"), sa.text(_WITHIN))


def downgrade() -> None:
    for table in ("organ", "fund"):
        with rebuilt(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_days"), type_="check")
        with rebuilt(table) as batch:
            for name in _DAYS:
                batch.drop_column(name)
    for table in ("notice_choice", "notice"):
        op.drop_table(table)
