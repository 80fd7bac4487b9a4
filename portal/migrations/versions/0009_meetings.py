"""Meetings of organs, lists of decisions by delegation, and appeals."""

import json
import re
from typing import Any

import sqlalchemy as sa
from alembic import op

import portal.db
from portal.migrations.rebuilding import rebuilt

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PLANNED = sa.text("cancelled_at IS NULL")
_UNLISTED = sa.text("delegated_by_id IS NOT NULL AND report_id IS NULL AND reported_on IS NULL")
_ADJUSTED = "adjusted_on IS NULL OR kind = 'recorded' OR (meeting_date IS NOT NULL AND meeting_date <= adjusted_on)"
_KINDS = "kind IN ('preparing', 'postponed', 'deciding', 'referred_back', 'passed_on')"
_KINDS_NOW = "kind IN ('preparing', 'postponed', 'deciding', 'referred_back', 'passed_on', 'taken_over')"
_CHECKS = {
    "delegated": "delegated_by_id IS NULL OR capacity = 'delegationsbeslut'",
    "listed": "report_id IS NULL OR delegated_by_id IS NOT NULL",
    "own_days": "(adjusted_on IS NULL AND posted_on IS NULL) OR (reported_on IS NOT NULL AND report_id IS NULL)",
    "appeal": "appeal IN ('pending', 'tried', 'annulled')",
}
_FOREIGN = {"register_id": "register", "delegated_by_id": "organ", "report_id": "delegation_report"}
_NUMBER = re.compile(r"-(\d{4})-(\d+)$")  # how every decision has been numbered so far


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, portal.db.UTCDateTime(timezone=True), nullable=nullable)


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _keys(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
    )


def _new_tables() -> None:
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=False),
        sa.Column("papers_due", sa.Date(), nullable=False),
        _moment("cancelled_at", nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        _moment("entered_at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("papers_due <= meets_on", name=op.f("ck_meeting_papers_due")),
        _foreign("meeting", "organ_id", "organ"),
        _foreign("meeting", "entered_by_id", "person"),
        *_keys("meeting"),
    )
    op.create_table(
        "delegation_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("covered", sa.JSON(), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("meeting_date", sa.Date(), nullable=True),
        sa.Column("paragraph", sa.String(), nullable=True),
        sa.Column("adjusted_on", sa.Date(), nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        _moment("at"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('reported', 'recorded')", name=op.f("ck_delegation_report_kind")),
        sa.CheckConstraint("(meeting_date IS NULL) = (paragraph IS NULL)", name=op.f("ck_delegation_report_meeting")),
        sa.CheckConstraint("kind = 'reported' OR meeting_date IS NULL", name=op.f("ck_delegation_report_recorded")),
        sa.CheckConstraint(_ADJUSTED, name=op.f("ck_delegation_report_adjusted")),
        sa.CheckConstraint(
            "posted_on IS NULL OR (adjusted_on IS NOT NULL AND adjusted_on <= posted_on)",
            name=op.f("ck_delegation_report_posted"),
        ),
        _foreign("delegation_report", "organ_id", "organ"),
        _foreign("delegation_report", "made_by_id", "person"),
        *_keys("delegation_report"),
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("court", sa.String(), nullable=False),
        sa.Column("court_number", sa.String(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("outcome_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        _moment("at"),
        sa.CheckConstraint("(outcome IS NULL) = (outcome_on IS NULL)", name=op.f("ck_appeal_outcome")),
        sa.CheckConstraint(
            "outcome IN ('rejected', 'dismissed', 'struck', 'annulled', 'restored')", name=op.f("ck_appeal_outcomes")
        ),
        sa.CheckConstraint("outcome_on IS NULL OR outcome_on >= filed_on", name=op.f("ck_appeal_outcome_on")),
        _foreign("appeal", "case_id", "register_case"),
        _foreign("appeal", "decision_id", "decision"),
        _foreign("appeal", "by_id", "person"),
        *_keys("appeal"),
    )
    op.create_index(
        "uq_meeting_planned",
        "meeting",
        ["organ_id", "meets_on"],
        unique=True,
        sqlite_where=_PLANNED,
        postgresql_where=_PLANNED,
    )
    op.create_index(op.f("ix_meeting_meets_on_id"), "meeting", ["meets_on", "id"])
    op.create_index(op.f("ix_delegation_report_organ_id_kind_id"), "delegation_report", ["organ_id", "kind", "id"])
    op.create_index(op.f("ix_delegation_report_at_id"), "delegation_report", ["at", "id"])
    op.create_index("uq_appeal_court_number", "appeal", ["decision_id", "court", "court_number"], unique=True)
    op.create_index(op.f("ix_appeal_case_id_id"), "appeal", ["case_id", "id"])


def _fill() -> None:
    """Each decision's place in its register's series, and the organ that delegated it, as its frozen ground names it."""
    bind = op.get_bind()
    decision = sa.table(
        "decision",
        *(sa.column(name, sa.Integer()) for name in ("id", "case_id", "register_id", "year", "serial", "delegated_by_id")),
        *(sa.column(name, sa.String()) for name in ("number", "capacity", "authority")),
    )
    case = sa.table("register_case", sa.column("id", sa.Integer()), sa.column("register_id", sa.Integer()))
    organs = dict(bind.execute(sa.text("SELECT name, id FROM organ")).all())
    columns = (
        decision.c.id,
        decision.c.number,
        decision.c.capacity,
        sa.cast(decision.c.authority, sa.Text()),
        case.c.register_id,
    )
    rows = bind.execute(sa.select(*columns).join(case, case.c.id == decision.c.case_id)).all()
    for row_id, number, capacity, authority, register_id in rows:
        found = _NUMBER.search(number)
        assert found, f"the decision {number} is numbered in a way that is not known"
        values: dict[str, Any] = {"register_id": register_id, "year": int(found[1]), "serial": int(found[2])}
        if capacity == "delegationsbeslut":
            values["delegated_by_id"] = organs.get(str(json.loads(authority).get("organ")))
        bind.execute(sa.update(decision).where(decision.c.id == row_id).values(values))
    # What was noted of a case is kept on its decision from now on: that it was appealed, and when the notice was put up.
    op.execute(
        "UPDATE decision SET appeal = 'pending' WHERE replaced_at IS NULL AND capacity <> 'verkställighet' "
        "AND case_id IN (SELECT case_id FROM case_fact WHERE kind = 'appealed')"
    )
    op.execute(
        "UPDATE minutes_entry SET posted_on = (SELECT max(f.on_date) FROM case_fact f WHERE f.kind = 'posted' "
        "AND f.case_id = minutes_entry.case_id AND f.on_date >= minutes_entry.meeting_date) WHERE posted_on IS NULL "
        "AND id IN (SELECT minutes_id FROM decision WHERE replaced_at IS NULL)"
    )


def upgrade() -> None:
    _new_tables()
    with rebuilt("minutes_entry") as batch:
        batch.drop_constraint(op.f("ck_minutes_entry_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_minutes_entry_kind"), sa.text(_KINDS_NOW))
    with rebuilt("decision") as batch:
        for name in ("register_id", "year", "serial", "delegated_by_id", "report_id"):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
        batch.add_column(sa.Column("appeal", sa.String(), nullable=True))
        batch.add_column(sa.Column("adjusted_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("posted_on", sa.Date(), nullable=True))
    _fill()
    with rebuilt("decision") as batch:
        for name in ("register_id", "year", "serial"):
            batch.alter_column(name, existing_type=sa.Integer(), nullable=False)
        for column, other in _FOREIGN.items():
            batch.create_foreign_key(op.f(f"fk_decision_{column}_{other}"), other, [column], ["id"])
        for name, check in _CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_decision_{name}"), sa.text(check))
        batch.create_unique_constraint(op.f("uq_decision_register_id_year_serial"), ["register_id", "year", "serial"])
    op.create_index(op.f("ix_decision_report_id_id"), "decision", ["report_id", "id"])
    op.create_index(
        "ix_decision_unlisted",
        "decision",
        ["delegated_by_id", "is_reported", "id"],
        sqlite_where=_UNLISTED,
        postgresql_where=_UNLISTED,
    )


def downgrade() -> None:
    op.drop_index("ix_decision_unlisted", "decision")
    op.drop_index(op.f("ix_decision_report_id_id"), "decision")
    op.drop_table("appeal")
    with rebuilt("decision") as batch:
        batch.drop_constraint(op.f("uq_decision_register_id_year_serial"), type_="unique")
        for name in _CHECKS:
            batch.drop_constraint(op.f(f"ck_decision_{name}"), type_="check")
        for column, other in _FOREIGN.items():
            batch.drop_constraint(op.f(f"fk_decision_{column}_{other}"), type_="foreignkey")
        for column in ("posted_on", "adjusted_on", "appeal", "report_id", "delegated_by_id", "serial", "year", "register_id"):
            batch.drop_column(column)
    op.execute("DELETE FROM minutes_entry WHERE kind = 'taken_over'")  # there was no such entry before
    with rebuilt("minutes_entry") as batch:
        batch.drop_constraint(op.f("ck_minutes_entry_kind"), type_="check")
        batch.create_check_constraint(op.f("ck_minutes_entry_kind"), sa.text(_KINDS))
    op.drop_table("delegation_report")
    op.drop_table("meeting")
