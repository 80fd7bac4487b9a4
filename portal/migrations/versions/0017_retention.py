"""The retention plan with its classes, and the class of every case in the register."""

from datetime import date
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _plans() -> None:
    op.create_table(
        "retention_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_plan")),
        sa.UniqueConstraint("public_id", name=op.f("uq_retention_plan_public_id")),
        sa.UniqueConstraint("scheme", "edition", name=op.f("uq_retention_plan_scheme_edition")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_retention_plan_valid_from")),
    )
    op.create_table(
        "retention_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("disposal", sa.String(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("counted_from", sa.String(), nullable=True),
        sa.Column("case_type", sa.String(), nullable=True),
        sa.CheckConstraint("disposal IN ('keep', 'dispose', 'when_useless')", name=op.f("ck_retention_class_disposal")),
        sa.CheckConstraint("counted_from IN ('decided', 'closed')", name=op.f("ck_retention_class_counted_from")),
        sa.CheckConstraint("(disposal = 'dispose') = (years IS NOT NULL)", name=op.f("ck_retention_class_years")),
        sa.CheckConstraint("(years IS NULL) = (counted_from IS NULL)", name=op.f("ck_retention_class_counted")),
        sa.CheckConstraint("years BETWEEN 1 AND 200", name=op.f("ck_retention_class_full_years")),
        sa.ForeignKeyConstraint(["plan_id"], ["retention_plan.id"], name=op.f("fk_retention_class_plan_id_retention_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_class")),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_retention_class_plan_id_code")),
        sa.UniqueConstraint("plan_id", "case_type", name=op.f("uq_retention_class_plan_id_case_type")),
    )


def _classes_of_cases() -> None:
    op.create_table(
        "case_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_case_class_case_id_register_case")),
        sa.ForeignKeyConstraint(["class_id"], ["retention_class.id"], name=op.f("fk_case_class_class_id_retention_class")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_case_class_set_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_class")),
        sa.UniqueConstraint("case_id", name=op.f("uq_case_class_case_id")),
    )
    op.create_index(op.f("ix_case_class_class_id"), "case_class", ["class_id"])


def _fill() -> None:
    """The first edition of the plan, and its class for every case that has a number."""
    bind = op.get_bind()
    plan = sa.table(
        "retention_plan",
        sa.column("public_id", sa.Uuid()),
        sa.column("scheme"),
        sa.column("edition"),
        sa.column("valid_from", sa.Date()),
    )
    bind.execute(plan.insert().values(public_id=uuid4(), scheme="Grundplan", edition="1", valid_from=date(1991, 7, 1)))
    for code, name, parent, process, case_type in (
        ("2", "Stödjande verksamhet", "", "", None),
        ("2.1", "Äskanden och tilldelning av medel", "2", "Pröva äskanden om medel", "funding_request"),
    ):
        bind.execute(
            sa.text(
                "INSERT INTO retention_class (plan_id, code, name, parent, process, disposal, case_type) "
                "SELECT id, :code, :name, :parent, :process, 'keep', :case_type FROM retention_plan"
            ).bindparams(sa.bindparam("case_type", type_=sa.String())),
            {"code": code, "name": name, "parent": parent, "process": process, "case_type": case_type},
        )
    bind.execute(
        sa.text(
            "INSERT INTO case_class (case_id, class_id, reason, set_at) "
            "SELECT c.id, k.id, '', c.submitted_at FROM register_case c, retention_class k "
            "WHERE c.number IS NOT NULL AND k.case_type = 'funding_request'"
        )
    )


def upgrade() -> None:
    _plans()
    _classes_of_cases()
    _fill()


def downgrade() -> None:
    for table in ("case_class", "retention_class", "retention_plan"):
        op.drop_table(table)
