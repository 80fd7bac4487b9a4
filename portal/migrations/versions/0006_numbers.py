"""Number patterns of registers, registers kept elsewhere, units by register, and relations that can end."""

import sqlalchemy as sa
from alembic import op

import portal.db
from portal.migrations.rebuilding import rebuilt

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NUMBERED_ELSEWHERE = "ix_register_case_external_number_submitted_at_id"
_AWAITING = sa.text("kept_elsewhere AND external_number IS NULL")
_AWAITING_IN_SQLITE = sa.text("kept_elsewhere = 1 AND external_number IS NULL")  # in the words of the queries
_STANDING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "register_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_register_unit_register_id_register")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_register_unit_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_unit")),
        sa.UniqueConstraint("unit_id", name=op.f("uq_register_unit_unit_id")),
    )
    op.create_index(op.f("ix_register_unit_register_id"), "register_unit", ["register_id"])
    _registers()
    _cases()
    _relations()


def _registers() -> None:
    texts = {"pattern": "{diarium} {år}/{löpnummer:4}", "decision_pattern": "{diarium}-{år}-{löpnummer:4}"}
    with rebuilt("register") as batch:
        for name, pattern in texts.items():
            batch.add_column(sa.Column(name, sa.String(), nullable=False, server_default=pattern))
        batch.add_column(sa.Column("is_elsewhere", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with rebuilt("register") as batch:
        for name in (*texts, "is_elsewhere", "version"):
            batch.alter_column(name, server_default=None)
    # Four figures have been the least until now; where they did not suffice the serial goes on having what it needs.
    beyond = "SELECT register_id FROM number_series WHERE kind = :kind AND last > 9999"
    for name, kind in (("pattern", "case"), ("decision_pattern", "decision")):
        change = sa.text(f"UPDATE register SET {name} = :pattern WHERE id IN ({beyond})")  # noqa: S608  # our own words
        op.get_bind().execute(change, {"pattern": texts[name].replace(":4", ""), "kind": kind})


def _cases() -> None:
    with rebuilt("register_case") as batch:
        batch.add_column(sa.Column("kept_elsewhere", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.drop_constraint(op.f("uq_register_case_register_id_year_serial"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_register_case_register_id_year_serial_kept_elsewhere"), ["register_id", "year", "serial", "kept_elsewhere"]
        )
    with rebuilt("register_case") as batch:
        batch.alter_column("kept_elsewhere", server_default=None)
    op.drop_index(op.f(_NUMBERED_ELSEWHERE), "register_case")
    entered = sa.text("external_number IS NOT NULL")  # for who looks for a number; those without one have an index of their own
    where = {"sqlite_where": entered, "postgresql_where": entered}
    op.create_index(op.f(_NUMBERED_ELSEWHERE), "register_case", ["external_number", "submitted_at", "id"], **where)
    where = {"sqlite_where": _AWAITING_IN_SQLITE, "postgresql_where": _AWAITING}
    op.create_index("ix_register_case_awaiting_number", "register_case", ["status_since", "id"], **where)


def _relations() -> None:
    with rebuilt("case_relation") as batch:
        batch.add_column(sa.Column("ended_at", portal.db.UTCDateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("ended_by_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_case_relation_ended_by_id_person"), "person", ["ended_by_id"], ["id"])
        batch.drop_constraint(op.f("uq_case_relation_case_id_to_case_id_kind"), type_="unique")
        batch.drop_constraint(op.f("ck_case_relation_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_case_relation_kind"), "kind IN ('belongs', 'follows', 'replaces')")
        batch.create_check_constraint(op.f("ck_case_relation_ended"), "(ended_at IS NULL) = (ended_by_id IS NULL)")
    op.create_index(op.f("ix_case_relation_case_id"), "case_relation", ["case_id"])
    where = {"sqlite_where": _STANDING, "postgresql_where": _STANDING}
    op.create_index("uq_case_relation_standing", "case_relation", ["case_id", "to_case_id", "kind"], unique=True, **where)


def _one_series() -> None:
    """Before this revision a register had one series: what is kept elsewhere gets serials past the last, where the series goes
    on. Its working number stays as it is written."""
    bind = op.get_bind()
    case = sa.table("register_case", *(sa.column(name) for name in ("id", "register_id", "year", "serial", "kept_elsewhere")))
    series = sa.table("number_series", *(sa.column(name) for name in ("register_id", "kind", "year", "last")))
    years = sa.select(case.c.register_id, case.c.year).where(case.c.kept_elsewhere.is_(sa.true()), case.c.year.is_not(None))
    for register_id, year in bind.execute(years.distinct()).all():
        here = (case.c.register_id == register_id, case.c.year == year)
        its = (series.c.register_id == register_id, series.c.year == year, series.c.kind == "case")
        given = bind.scalar(sa.select(series.c.last).where(*its))
        last = max(given or 0, bind.scalar(sa.select(sa.func.max(case.c.serial)).where(*here)))
        kept = sa.select(case.c.id).where(*here, case.c.kept_elsewhere.is_(sa.true())).order_by(case.c.serial)
        for row_id in bind.scalars(kept).all():
            last += 1
            bind.execute(sa.update(case).where(case.c.id == row_id).values(serial=last))
        if given is None:
            bind.execute(sa.insert(series).values(register_id=register_id, kind="case", year=year, last=last))
        else:
            bind.execute(sa.update(series).where(*its).values(last=last))


def downgrade() -> None:
    # What the older portal has no word for goes: relations of other kinds, and those that have ended.
    op.execute("DELETE FROM case_relation WHERE kind <> 'follows' OR ended_at IS NOT NULL")
    op.drop_index("uq_case_relation_standing", "case_relation")
    op.drop_index(op.f("ix_case_relation_case_id"), "case_relation")
    with rebuilt("case_relation") as batch:
        batch.drop_constraint(op.f("ck_case_relation_ended"), type_="check")
        batch.drop_constraint(op.f("ck_case_relation_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_case_relation_kind"), "kind IN ('follows')")
        batch.create_unique_constraint(op.f("uq_case_relation_case_id_to_case_id_kind"), ["case_id", "to_case_id", "kind"])
        batch.drop_constraint(op.f("fk_case_relation_ended_by_id_person"), type_="foreignkey")
        batch.drop_column("ended_by_id")
        batch.drop_column("ended_at")
    op.drop_index("ix_register_case_awaiting_number", "register_case")
    op.drop_index(op.f(_NUMBERED_ELSEWHERE), "register_case")
    op.create_index(op.f(_NUMBERED_ELSEWHERE), "register_case", ["external_number", "submitted_at", "id"])
    _one_series()
    with rebuilt("register_case") as batch:
        batch.drop_constraint(op.f("uq_register_case_register_id_year_serial_kept_elsewhere"), type_="unique")
        batch.create_unique_constraint(op.f("uq_register_case_register_id_year_serial"), ["register_id", "year", "serial"])
        batch.drop_column("kept_elsewhere")
    with rebuilt("register") as batch:
        for name in ("version", "ended_on", "is_elsewhere", "decision_pattern", "pattern"):
            batch.drop_column(name)
    op.drop_table("register_unit")
