"""Every filter and order of a list gets an index; columns that mirror what stands in another table make them possible."""

import sqlalchemy as sa
from alembic import op

import portal.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_register_case_year_submitted_at_id": ("register_case", ["year", "submitted_at", "id"]),
    "ix_register_case_year_serial_submitted_at_id": ("register_case", ["year", "serial", "submitted_at", "id"]),
    "ix_register_case_external_number_submitted_at_id": ("register_case", ["external_number", "submitted_at", "id"]),
    "ix_register_case_status_status_since_id": ("register_case", ["status", "status_since", "id"]),
    "ix_register_case_status_unit_id_status_since_id": ("register_case", ["status", "unit_id", "status_since", "id"]),
    "ix_register_case_turn_unit_id_status_since_id": ("register_case", ["turn", "unit_id", "status_since", "id"]),
    "ix_funding_request_fund_id_submitted_at_case_id": ("funding_request", ["fund_id", "submitted_at", "case_id"]),
    "ix_case_writer_person_id_case_id": ("case_writer", ["person_id", "case_id"]),
    "ix_user_session_person_id_created_at": ("user_session", ["person_id", "created_at"]),
    "ix_decision_minutes_id_decided_at_id": ("decision", ["minutes_id", "decided_at", "id"]),
    "ix_decision_organ_public_id_decided_at_id": ("decision", ["organ_public_id", "decided_at", "id"]),
}
_UNCHECKED = sa.text("number IS NOT NULL AND checked_at IS NULL")
_FILLED = (
    "UPDATE register_case SET checked_at = (SELECT case_fact.at FROM case_fact "
    "WHERE case_fact.case_id = register_case.id AND kind = 'registration_checked')",
    "UPDATE funding_request SET submitted_at = (SELECT submitted_at FROM register_case "
    "WHERE register_case.id = funding_request.case_id)",
    "UPDATE decision SET organ_public_id = (SELECT organ.public_id FROM minutes_entry JOIN organ "
    "ON organ.id = minutes_entry.organ_id WHERE minutes_entry.id = decision.minutes_id)",
)


def upgrade() -> None:
    op.add_column("register_case", sa.Column("checked_at", portal.db.UTCDateTime(timezone=True), nullable=True))
    op.add_column("funding_request", sa.Column("submitted_at", portal.db.UTCDateTime(timezone=True), nullable=True))
    op.add_column("decision", sa.Column("organ_public_id", sa.Uuid(), nullable=True))
    for statement in _FILLED:
        op.execute(statement)
    op.drop_index(op.f("ix_register_case_external_number"), "register_case")
    op.drop_index(op.f("ix_case_writer_person_id"), "case_writer")
    op.drop_index(op.f("ix_user_session_person_id"), "user_session")
    for name, (table, columns) in _INDEXES.items():
        op.create_index(op.f(name), table, columns)
    op.create_index(
        "ix_register_case_unchecked",
        "register_case",
        ["submitted_at", "id"],
        sqlite_where=_UNCHECKED,
        postgresql_where=_UNCHECKED,
    )


def downgrade() -> None:
    op.drop_index("ix_register_case_unchecked", "register_case")
    for name, (table, _columns) in _INDEXES.items():
        op.drop_index(op.f(name), table)
    op.create_index(op.f("ix_register_case_external_number"), "register_case", ["external_number"])
    op.create_index(op.f("ix_case_writer_person_id"), "case_writer", ["person_id"])
    op.create_index(op.f("ix_user_session_person_id"), "user_session", ["person_id"])
    op.drop_column("decision", "organ_public_id")
    op.drop_column("funding_request", "submitted_at")
    op.drop_column("register_case", "checked_at")
