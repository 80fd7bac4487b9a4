"""Whose conflicts of interest, who has decided without minutes, and what is asked, are read from indexes of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BY_PERSONS = sa.text("minutes_id IS NULL")


def upgrade() -> None:
    op.create_index(op.f("ix_conflict_of_interest_person_id_case_id"), "conflict_of_interest", ["person_id", "case_id"])
    op.create_index(
        "ix_decision_by_persons",
        "decision",
        ["decided_by_id", "id"],
        sqlite_where=_BY_PERSONS,
        postgresql_where=_BY_PERSONS,
    )
    asked = ["case_id", "fund_id", "requested"]
    op.create_index(op.f("ix_funding_request_case_id_fund_id_requested"), "funding_request", asked)


def downgrade() -> None:
    op.drop_index(op.f("ix_funding_request_case_id_fund_id_requested"), "funding_request")
    op.drop_index("ix_decision_by_persons", "decision")
    op.drop_index(op.f("ix_conflict_of_interest_person_id_case_id"), "conflict_of_interest")
