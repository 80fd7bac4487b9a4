"""Reports accepted before outcome stood in the ledger are rows of it after the upgrade."""

from flask import Flask
from flask_migrate import Migrate, downgrade, stamp
from sqlalchemy import delete, func, select

from portal import schema
from portal.cli.server import bring_up
from portal.db import db, session, transaction
from portal.funding_requests.lifecycle import Action
from portal.funds.models import Fund, LedgerRow
from portal.people.models import RoleHolding
from portal.people.permissions import Role
from tests.factories.decisions import a_decision, a_submitted_request
from tests.factories.road import act
from tests.factories.town import Town


def used() -> tuple[list[tuple[int, int | None, int]], int]:
    """The rows of what was used, and what the funds say of it."""
    rows = session.execute(select(LedgerRow.fund_id, LedgerRow.case_id, LedgerRow.amount).where(LedgerRow.kind == "used"))
    found = sorted((fund, case, amount) for fund, case, amount in rows)
    total = session.scalar(select(func.sum(Fund.used)))
    session.rollback()
    return found, int(total or 0)


def test_what_accepted_reports_say_was_used_is_read_into_the_ledger(app: Flask, town: Town) -> None:
    with app.app_context():
        case_id, _decision = a_decision(town, a_submitted_request(town, lines=[("Belysning", "200 000")], total="200 000"))
        for action, username in (
            (Action.RECORD, "ekonom"),
            (Action.REPORT_BACK, "sakerhetschef"),
            (Action.ACCEPT_REPORT, "ekonom"),
        ):
            act(town, action, case_id, username)
        with transaction():  # a role that did not exist then
            session.execute(delete(RoleHolding).where(RoleHolding.role == Role.MANAGER.value))
        before = used()
        assert before[0] and before[1] == sum(amount for _fund, _case, amount in before[0])
        session.remove()
        Migrate(app, db, directory=str(schema.MIGRATIONS), render_as_batch=True)
        stamp(directory=str(schema.MIGRATIONS))
        downgrade(directory=str(schema.MIGRATIONS), revision="0002")
        db.engine.dispose()
        bring_up()
        assert used() == before
