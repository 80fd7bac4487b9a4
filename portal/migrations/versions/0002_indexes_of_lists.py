"""Indexes for the lists' filters: by year, closed cases in their order, decisions no organ made."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_register_case_year_submitted_at_id": ("register_case", ["year", "submitted_at", "id"]),
    "ix_register_case_status_status_since_id": ("register_case", ["status", "status_since", "id"]),
    "ix_decision_minutes_id_decided_at_id": ("decision", ["minutes_id", "decided_at", "id"]),
}


def upgrade() -> None:
    for name, (table, columns) in _INDEXES.items():
        op.create_index(op.f(name), table, columns)


def downgrade() -> None:
    for name, (table, _columns) in _INDEXES.items():
        op.drop_index(op.f(name), table)
