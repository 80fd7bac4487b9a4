"""The end of the year on PostgreSQL: money crosses in both directions at the same moment, and the figures are read there."""

from flask import Flask

from portal import clock
from portal.db import session, transaction
from portal.funds import operations, year_end
from portal.funds.models import Fund
from portal.funds.operations import PoliticalDecision
from tests.conftest import PASSWORD
from tests.factories.decisions import a_decision, a_submitted_request
from tests.factories.town import MILLION, Row, Town
from tests.robustness.test_postgresql import app, at_once, the_log_holds, town

__all__ = ["app", "town"]


def test_money_carried_both_ways_at_once_neither_locks_nor_vanishes_and_the_page_tells_it(app: Flask, town: Town) -> None:
    def carried(source: Row, to: Row, amount: int) -> object:
        decision = PoliticalDecision(amount=amount, organ_id=town.council.public_id, decided_on=clock.today(), paragraph="14")
        with transaction():
            return year_end.propose_carry_over(
                fund_id=source.public_id, to=to.public_id, decision=decision, by=town.actor("ekonom")
            ).public_id

    with app.app_context():
        a_decision(town, a_submitted_request(town, lines=[("Belysning", "200 000")], total="200 000"))
        rows = [carried(town.fund, town.other_fund, 800_000), carried(town.other_fund, town.fund, 2 * MILLION)]
        session.remove()

    def confirm(hand: int) -> None:
        with transaction():
            operations.confirm_fund_decision(decision_id=rows[hand], by=town.actor("registrator"))  # type: ignore[arg-type]

    at_once(app, 2, confirm)
    with app.app_context():
        assert session.get_one(Fund, town.fund.id).left == 2 * MILLION
        assert session.get_one(Fund, town.other_fund.id).left == 800_000
        the_log_holds(app)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/logga-in", data={"username": "ekonom", "password": PASSWORD})
    for address in ("/avsatta-medel", f"/avsatta-medel/{town.fund.public_id}"):
        page = client.get(address)
        assert page.status_code == 200
        assert "2 000 000 kr" in page.get_data(as_text=True).replace("\u00a0", " ")
