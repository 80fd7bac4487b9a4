"""The money's own rules in combination, and what the requester, the decision maker and finance read of them on their pages."""

import re
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import clock
from portal.db import session, transaction
from portal.funds import terms, year_end
from tests.conftest import ClientFor
from tests.factories.decisions import a_submitted_request
from tests.factories.funding_requests import a_draft
from tests.factories.town import Row, Town, a_delegation, a_fund
from tests.forms import fields

NEXT_YEAR = clock.today().year + 1


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page).replace("\u00a0", " "))


def some_money(town: Town, name: str, *, own_order: bool = False, **rules: Any) -> Row:
    """Money with rules of its own; with an order of its own, the deputy alone decides of it."""
    with transaction():
        fund = a_fund(name=name, year=NEXT_YEAR - 1, amount=1_000_000, organ_id=town.organ.id,
                      entered_by=town.person("ekonom").id, confirmed_by=town.person("registrator").id)  # fmt: skip
        if own_order:
            confirmed(town, "tf.kommunchef", fund.id)
        now = year_end.terms_of(fund)
        asked = replace(now, **rules)
        year_end.change_rules(fund_id=fund.public_id, asked=asked, seen=terms.mark(now), by=town.actor("ekonom"))
        return Row(fund.id, fund.public_id, name)


def confirmed(town: Town, username: str, fund_id: int | None) -> None:
    row = a_delegation(person_id=town.person(username).id, fund_id=fund_id, organ_id=town.organ.id)
    row.entered_by_id = town.person("admin").id
    row.confirmed_by_id, row.confirmed_at = town.person("registrator").id, clock.now()


@pytest.fixture
def everyone(app: Flask, town: Town, client_for: ClientFor) -> dict[str, FlaskClient]:
    """Those who read: each signed in. The chief has a general delegation for money without an order of its own."""
    with app.app_context(), transaction():
        confirmed(town, "kommunchef", None)
    return {name: client_for(name) for name in ("sakerhetschef", "kommunchef", "tf.kommunchef", "ekonom")}


def test_what_the_money_asks_for_is_told_to_each_who_must_know(
    app: Flask, town: Town, everyone: dict[str, FlaskClient]
) -> None:
    def read(username: str, address: str) -> str:
        return everyone[username].get(address).get_data(as_text=True)

    for number, (statement, report, own_day, own_order) in enumerate(product((True, False), repeat=4)):
        if own_day and not report:
            continue
        day = date(NEXT_YEAR, 3, 15) if own_day else None
        with app.app_context():
            money = some_money(town, f"Medel {number}", own_order=own_order, statement_required=statement,
                               report_required=report, report_by=day)  # fmt: skip
            case_id = asked(town, money)
        told = (statement, report, own_day, own_order)

        rules = text_of(read("sakerhetschef", f"/avsatta-medel/{money.public_id}"))
        assert ("krävs före beslut" in rules) is statement, told
        assert ("ska lämnas" in rules) is report, told
        assert (f"15 mars {NEXT_YEAR}" in rules) is own_day, told

        deciding, other = ("tf.kommunchef", "kommunchef") if own_order else ("kommunchef", "tf.kommunchef")
        assert "Du har ingen delegation för de här pengarna" in text_of(read(other, f"/askanden/{case_id}/besluta")), told
        page = read(deciding, f"/askanden/{case_id}/besluta")
        form = fields(page)
        assert form["report"] == ("ja" if report else "nej"), told
        assert form["report_by"] == (day or date(NEXT_YEAR, 1, 31)).isoformat(), told
        assert ("Det krävs före beslutet: de avsatta medlen kräver det." in text_of(page)) is statement, told
        assert ("no_statement_reason" in form) is statement, told
        assert (f"/askanden/{case_id}" in read("ekonom", "/")) is statement, told


def asked(town: Town, money: Row, cost_type: str = "drift") -> UUID:
    here = replace(town, other_fund=money)
    return a_submitted_request(here, lines=[("Väktare", "1 000")], total="1 000", fund=money.name, cost_type=cost_type)


def test_who_may_not_ask_or_not_for_that_is_told_before_sending(
    app: Flask, town: Town, everyone: dict[str, FlaskClient]
) -> None:
    requester = everyone["sakerhetschef"]
    for number, (may_ask, kind, line) in enumerate(
        product((True, False), ("drift", "investering", "both"), ("drift", "investering"))
    ):
        units = frozenset({town.unit.public_id if may_ask else town.units["Kultur och fritid"].public_id})
        with app.app_context():
            money = some_money(town, f"Medel {number}", cost_type=kind, units=units)
            case_id = a_draft(
                town, fund=str(money.public_id), lines=[{"label": "Larm", "amount": "1 000", "cost_type": line}], total="1 000"
            ).public_id
            session.remove()
        page = text_of(requester.get(f"/askanden/{case_id}/granska").get_data(as_text=True))
        told = (may_ask, kind, line)
        assert ("Enheten får inte äska ur" in page) is not may_ask, told
        assert (f"är avsatta till {kind}" in page) is (may_ask and kind not in ("both", line)), told
