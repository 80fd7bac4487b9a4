"""Rules of set-aside money, the delegation order, the nearest manager, codes, the ledger's files, and what auditors look for."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

import portal.db
from portal import clock
from portal.migrations.rebuilding import rebuilt

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KINDS = "('drift', 'investering', 'both')"


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, server_default=default)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _kronor(name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable, server_default=None if nullable else "0")


def _row(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=True)


def _day(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, portal.db.UTCDateTime(timezone=True), nullable=nullable)


def _added() -> dict[str, list[sa.Column[Any]]]:
    """The new columns by table, made anew for each use: a column belongs to one table."""
    return {
        "unit": [_flag("asks_manager")],
        "substitution": [
            _text("ground_kind", "clause"),
            _text("ground_number"),
            _day("ground_date"),
            _text("appointed_by"),
            _moment("appointed_at"),
            _row("ended_by_id"),
            _moment("ended_at"),
        ],
        "fund": [
            _text("daily_name"),
            _kronor("used", nullable=False),
            _text("cost_type", "both"),
            _flag("statement_required"),
            _day("report_by"),
            _flag("interim_reports"),
        ],
        "fund_decision": [_text("kind", "set_aside"), _row("to_fund_id"), _row("entered_for_id")],
        "delegation": [_row("order_id"), sa.Column("cost_type", sa.String()), _flag("is_reported"), _row("entered_for_id")],
        "funding_request": [_flag("needs_statement")],
        "budget_line": [sa.Column("assessment", sa.String())],
        "statement": [
            _kronor("balance"),
            _text("cost_type"),
            _kronor("capital_cost"),
            _long("coding"),
            _text("stance", "utan ställningstagande"),
        ],
        "decision": [
            _long("no_statement_reason"),
            _flag("against_statement"),
            _flag("for_own_unit"),
            _flag("is_reported"),
            _day("reported_on"),
        ],
        "decision_line": [sa.Column("assessment", sa.String())],
        "final_report": [_day("reported_on")],
        "budget_entry": [
            _row("recorded_for_id"),
            _text("outcome_part"),
            _text("outcome_code"),
            _row("checked_by_id"),
            _moment("checked_at"),
            _row("export_id"),
        ],
    }


_FOREIGN = {
    "substitution": [("ended_by_id", "person")],
    "fund_decision": [("to_fund_id", "fund"), ("entered_for_id", "person")],
    "delegation": [("order_id", "delegation_order"), ("entered_for_id", "person")],
    "budget_entry": [("recorded_for_id", "person"), ("checked_by_id", "person"), ("export_id", "budget_export")],
}

_NEW = (
    "absence",
    "budget_export",
    "code_import",
    "delegation_order",
    "export_template",
    "outcome_import",
    "code_value",
    "fund_unit",
    "case_relation",
    "outcome_row",
    "interim_report",
    "budget_export_entry",
)

# table -> name of the CHECK -> (before, after); None: there is none.
_CHECKS: Mapping[str, Mapping[str, tuple[str | None, str | None]]] = {
    "role_holding": {
        "role": (
            "role IN ('requester', 'decision_maker', 'finance', 'recipient', 'registrar', 'archivist', 'auditor', "
            "'administrator')",
            "role IN ('requester', 'decision_maker', 'finance', 'recipient', 'registrar', 'archivist', 'auditor', "
            "'manager', 'administrator')",
        )
    },
    "register_case": {
        "draft_without_number": (
            "number IS NOT NULL OR status = 'draft'",
            "number IS NOT NULL OR status IN ('draft', 'with_manager')",
        )
    },
    "substitution": {
        "ground_kind": (None, "ground_kind IN ('clause', 'appointment')"),
        "appointment": (
            None,
            "ground_kind = 'clause' OR (ground_number <> '' AND ground_date IS NOT NULL AND appointed_by <> '')",
        ),
    },
    "fund": {"cost_type": (None, f"cost_type IN {_KINDS}")},
    "fund_decision": {
        "amount": ("amount <> 0", "amount > 0 OR (kind = 'set_aside' AND amount <> 0)"),
        "kind": (None, "kind IN ('set_aside', 'lapse', 'carry_over')"),
        "carry_over": (None, "(kind = 'carry_over') = (to_fund_id IS NOT NULL)"),
        "two_funds": (None, "to_fund_id IS NULL OR to_fund_id <> fund_id"),
    },
    "ledger_row": {"amount": ("amount > 0 OR kind = 'set_aside'", "amount > 0 OR kind IN ('set_aside', 'used')")},
    "delegation": {
        "cost_type": (None, "cost_type IS NULL OR cost_type IN ('drift', 'investering')"),
        "reported": (None, "capacity = 'delegationsbeslut' OR NOT is_reported"),
    },
    "budget_line": {"assessment": (None, "assessment IS NULL OR assessment IN ('done', 'before_start')")},
    "statement": {
        "cost_type": (None, "cost_type IN ('', 'drift', 'investering', 'both')"),
        "stance": (None, "stance IN ('tillstyrks', 'avstyrks', 'utan ställningstagande')"),
        "capital_cost": (None, "capital_cost IS NULL OR capital_cost >= 0"),
    },
    "budget_entry": {
        "checked": (None, "(checked_at IS NULL) = (checked_by_id IS NULL)"),
        "two_persons": (None, "checked_by_id IS NULL OR checked_by_id <> recorded_by_id"),
    },
}

_INDEXES: Mapping[str, tuple[str, list[str], str | None]] = {
    "ix_substitution_person_id_valid_from": ("substitution", ["person_id", "valid_from"], None),
    "ix_delegation_order_id": ("delegation", ["order_id"], None),
    "ix_decision_decided_by_id_decided_at_id": ("decision", ["decided_by_id", "decided_at", "id"], None),
    "ix_decision_fund_id_decided_at_id": ("decision", ["fund_id", "decided_at", "id"], None),
    "ix_decision_acting": ("decision", ["decided_at", "id"], "acting_for_id IS NOT NULL"),
    "ix_decision_against_statement": ("decision", ["decided_at", "id"], "against_statement"),
    "ix_decision_for_own_unit": ("decision", ["decided_at", "id"], "for_own_unit"),
    "ix_decision_without_statement": ("decision", ["decided_at", "id"], "no_statement_reason <> ''"),
    "ix_decision_replacing": ("decision", ["decided_at", "id"], "replaces_id IS NOT NULL"),
    "ix_decision_unreported": ("decision", ["decided_at", "id"], "is_reported AND reported_on IS NULL"),
    "ix_decision_report_by": ("decision", ["report_by", "id"], "report_by IS NOT NULL AND replaced_at IS NULL"),
    "ix_budget_entry_outcome_part_outcome_code": ("budget_entry", ["outcome_part", "outcome_code"], None),
    "ix_budget_entry_export_id_recorded_at_id": ("budget_entry", ["export_id", "recorded_at", "id"], None),
}

# Delegations were reported as a rule; those that only carry out a decision never are (7 kap. 8 § kommunallagen). What
# accepted final reports say was used stands in the ledger from now on.
_FILLED = (
    "UPDATE delegation SET is_reported = (capacity = 'delegationsbeslut')",
    "UPDATE decision SET is_reported = (capacity = 'delegationsbeslut')",
    "UPDATE decision SET reported_on = (SELECT min(on_date) FROM case_fact WHERE case_fact.case_id = decision.case_id "
    "AND case_fact.kind = 'reported' AND case_fact.at >= decision.decided_at) WHERE is_reported",
    "INSERT INTO ledger_row (fund_id, kind, amount, case_id, note, by_id, at) "
    "SELECT decision.fund_id, 'used', final_report.used, final_report.case_id, '', final_report.answered_by_id, "
    "final_report.answered_at FROM final_report JOIN decision ON decision.id = final_report.decision_id "
    "WHERE final_report.state = 'accepted' AND final_report.used > 0 AND decision.fund_id IS NOT NULL "
    "AND decision.replaced_at IS NULL ORDER BY final_report.id",
    "UPDATE fund SET used = (SELECT coalesce(sum(amount), 0) FROM ledger_row "
    "WHERE ledger_row.fund_id = fund.id AND ledger_row.kind = 'used')",
)


def _checks(name: str, *, after: bool) -> None:
    changes = _CHECKS.get(name, {})
    with rebuilt(name) as batch:
        for check, (old, new) in changes.items():
            gone, come = (old, new) if after else (new, old)
            if gone is not None:
                batch.drop_constraint(op.f(f"ck_{name}_{check}"), type_="check")
            if come is not None:
                batch.create_check_constraint(op.f(f"ck_{name}_{check}"), sa.text(come))


def _new_tables() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("stands_in_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("entered_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("stands_in_id IS NULL OR stands_in_id <> person_id", name=op.f("ck_absence_two_persons")),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_absence_period")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id_person")),
        sa.ForeignKeyConstraint(["stands_in_id"], ["person.id"], name=op.f("fk_absence_stands_in_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_absence_public_id")),
    )
    op.create_table(
        "budget_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("template", sa.JSON(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("csv_sha256", sa.String(), nullable=False),
        sa.Column("xlsx_sha256", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'made') = (answered_at IS NULL)", name=op.f("ck_budget_export_answered")),
        sa.CheckConstraint("state IN ('made', 'accepted', 'rejected')", name=op.f("ck_budget_export_state")),
        sa.CheckConstraint("row_count > 0", name=op.f("ck_budget_export_row_count")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_budget_export_answered_by_id_person")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_budget_export_made_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_export")),
        sa.UniqueConstraint("number", name=op.f("uq_budget_export_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_budget_export_public_id")),
    )
    op.create_table(
        "code_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=False),
        sa.Column("imported_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("row_count > 0", name=op.f("ck_code_import_row_count")),
        sa.ForeignKeyConstraint(["imported_by_id"], ["person.id"], name=op.f("fk_code_import_imported_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_code_import_public_id")),
    )
    op.create_table(
        "delegation_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("organ_id", sa.Integer(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("paragraph", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("file_sha256", sa.String(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_for_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name=op.f("ck_delegation_order_confirmed")),
        sa.CheckConstraint("(file_sha256 IS NULL) = (file_name IS NULL)", name=op.f("ck_delegation_order_file")),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name=op.f("ck_delegation_order_two_persons")
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_delegation_order_period")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_delegation_order_confirmed_by_id_person")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_delegation_order_entered_by_id_person")),
        sa.ForeignKeyConstraint(["entered_for_id"], ["person.id"], name=op.f("fk_delegation_order_entered_for_id_person")),
        sa.ForeignKeyConstraint(["organ_id"], ["organ.id"], name=op.f("fk_delegation_order_organ_id_organ")),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["delegation_order.id"], name=op.f("fk_delegation_order_replaces_id_delegation_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_order")),
        sa.UniqueConstraint("name", "edition", name=op.f("uq_delegation_order_name_edition")),
        sa.UniqueConstraint("public_id", name=op.f("uq_delegation_order_public_id")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_delegation_order_replaces_id")),
    )
    op.create_table(
        "export_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("separator", sa.String(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_export_template_changed_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_template")),
        sa.UniqueConstraint("name", name=op.f("uq_export_template_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_export_template_public_id")),
    )
    op.create_table(
        "outcome_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=False),
        sa.Column("imported_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", portal.db.UTCDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["imported_by_id"], ["person.id"], name=op.f("fk_outcome_import_imported_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outcome_import_public_id")),
    )
    op.create_table(
        "code_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_code_value_period")),
        sa.ForeignKeyConstraint(["import_id"], ["code_import.id"], name=op.f("fk_code_value_import_id_code_import")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_value")),
        sa.UniqueConstraint("part", "value", "valid_from", name=op.f("uq_code_value_part_value_valid_from")),
    )
    op.create_table(
        "fund_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_fund_unit_fund_id_fund")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_fund_unit_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_unit")),
        sa.UniqueConstraint("fund_id", "unit_id", name=op.f("uq_fund_unit_fund_id_unit_id")),
    )
    op.create_table(
        "case_relation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("to_case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('follows')", name=op.f("ck_case_relation_kind")),
        sa.CheckConstraint("case_id <> to_case_id", name=op.f("ck_case_relation_two_cases")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_case_relation_by_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_case_relation_case_id_register_case")),
        sa.ForeignKeyConstraint(["to_case_id"], ["register_case.id"], name=op.f("fk_case_relation_to_case_id_register_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_relation")),
        sa.UniqueConstraint("case_id", "to_case_id", "kind", name=op.f("uq_case_relation_case_id_to_case_id_kind")),
    )
    op.create_table(
        "outcome_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_outcome_row_case_id_register_case")),
        sa.ForeignKeyConstraint(["import_id"], ["outcome_import.id"], name=op.f("fk_outcome_row_import_id_outcome_import")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_row")),
        sa.UniqueConstraint("import_id", "part", "code", name=op.f("uq_outcome_row_import_id_part_code")),
    )
    op.create_table(
        "interim_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reported_by_id", sa.Integer(), nullable=False),
        sa.Column("reported_at", portal.db.UTCDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["register_case.id"], name=op.f("fk_interim_report_case_id_register_case")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_interim_report_decision_id_decision")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["person.id"], name=op.f("fk_interim_report_reported_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interim_report")),
        sa.UniqueConstraint("decision_id", "due_on", name=op.f("uq_interim_report_decision_id_due_on")),
        sa.UniqueConstraint("public_id", name=op.f("uq_interim_report_public_id")),
    )
    op.create_table(
        "budget_export_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["budget_entry.id"], name=op.f("fk_budget_export_entry_entry_id_budget_entry")),
        sa.ForeignKeyConstraint(
            ["export_id"], ["budget_export.id"], name=op.f("fk_budget_export_entry_export_id_budget_export")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_export_entry")),
        sa.UniqueConstraint("export_id", "entry_id", name=op.f("uq_budget_export_entry_export_id_entry_id")),
    )
    op.create_index(op.f("ix_absence_person_id_valid_from_id"), "absence", ["person_id", "valid_from", "id"])
    op.create_index(op.f("ix_code_import_imported_at_id"), "code_import", ["imported_at", "id"])
    op.create_index(op.f("ix_outcome_import_imported_at_id"), "outcome_import", ["imported_at", "id"])
    op.create_index(
        "uq_outcome_import_month",
        "outcome_import",
        ["month"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    op.create_index(op.f("ix_fund_unit_unit_id"), "fund_unit", ["unit_id"])
    op.create_index(op.f("ix_case_relation_to_case_id"), "case_relation", ["to_case_id"])
    op.create_index(op.f("ix_outcome_row_case_id"), "outcome_row", ["case_id"])
    op.create_index(op.f("ix_outcome_row_part_code"), "outcome_row", ["part", "code"])
    op.create_index(op.f("ix_interim_report_case_id_id"), "interim_report", ["case_id", "id"])
    op.create_index(op.f("ix_budget_export_entry_entry_id"), "budget_export_entry", ["entry_id"])


def _fill_days_of_reports() -> None:
    """The Swedish day of each final report, which no database here can tell."""
    report = sa.table("final_report", sa.column("id", sa.Integer()), _moment("reported_at"), _day("reported_on"))
    bind = op.get_bind()
    came = [(row.id, clock.local_date(row.reported_at)) for row in bind.execute(sa.select(report.c.id, report.c.reported_at))]
    for report_id, day in came:
        bind.execute(sa.update(report).where(report.c.id == report_id).values(reported_on=day))
    with rebuilt("final_report") as batch:
        batch.alter_column("reported_on", existing_type=sa.Date(), nullable=False)


def upgrade() -> None:
    _new_tables()
    for name, columns in _added().items():
        with rebuilt(name) as batch:
            for column in columns:
                batch.add_column(column)
            for local, other in _FOREIGN.get(name, ()):
                batch.create_foreign_key(op.f(f"fk_{name}_{local}_{other}"), other, [local], ["id"])
        with rebuilt(name) as batch:
            for column in columns:
                if column.server_default is not None:
                    batch.alter_column(column.name, server_default=None)
    for statement in _FILLED:
        op.execute(statement)
    _fill_days_of_reports()
    for name in _CHECKS:
        _checks(name, after=True)
    for name, (table, indexed, where) in _INDEXES.items():
        only = sa.text(where) if where else None
        op.create_index(op.f(name), table, indexed, sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    for name, (table, _columns, _where) in _INDEXES.items():
        op.drop_index(op.f(name), table)
    op.execute("DELETE FROM ledger_row WHERE kind = 'used'")  # may be below 0, which was not so before
    for name in _CHECKS:
        _checks(name, after=False)
    for name, columns in _added().items():
        with rebuilt(name) as batch:
            for local, other in _FOREIGN.get(name, ()):
                batch.drop_constraint(op.f(f"fk_{name}_{local}_{other}"), type_="foreignkey")
            for column in columns:
                batch.drop_column(column.name)
    for name in reversed(_NEW):
        op.drop_table(name)
