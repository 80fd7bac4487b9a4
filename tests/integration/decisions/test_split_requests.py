"""A sum split into several requests: both who asks and who decides see what is counted, and against which ceiling."""

from uuid import UUID

import pytest
from flask import Flask

from portal import clock
from portal.db import session, transaction
from portal.decisions import queries, sheet
from portal.errors import Refused
from portal.funding_requests import operations as requests
from portal.funding_requests.content import draft_of
from portal.register.marking import Marking, mark_secrecy
from tests.conftest import ClientFor
from tests.factories.decisions import a_decision, a_submitted_request, case_of
from tests.factories.funding_requests import a_full_draft
from tests.factories.town import Town

OPEN = "Räknas mot beloppsgränsen"


def split(town: Town, *amounts: str) -> list[UUID]:
    """One request per amount from the same unit to the same money and year."""
    fund = town.other_fund.name
    return [a_submitted_request(town, lines=(("Väktare", kronor),), total=kronor, fund=fund) for kronor in amounts]


def counted(town: Town, case_id: UUID) -> sheet.Counted:
    session.rollback()
    by = town.actor("kommunchef")
    return sheet.counted(sheet.open_sheet(case_id, by), by)


def test_what_is_shown_is_what_the_rule_counts(app: Flask, town: Town) -> None:
    with app.app_context():
        first, second, third, fourth = split(town, "200 000", "150 000", "100 000", "90 000")
        with transaction():
            requests.withdraw(case_id=third, reason="Behövs inte.", by=town.actor("sakerhetschef"), seen_version=None)
        a_decision(town, first, 120_000)
        a_submitted_request(town)  # other money
        shown = counted(town, second)
        assert [(other.public_id, other.amount, other.decided) for other in shown.others] == [
            (first, 120_000, True),
            (fourth, 90_000, False),
        ]
        assert (shown.own, shown.total, shown.ceiling, shown.above) == (150_000, 360_000, 500_000, False)
        assert queries.facts(case_of(second), town.actor("kommunchef")).unit_total == shown.total


def test_above_the_ceiling_the_page_says_so_with_the_refusal(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        _first, second = split(town, "300 000", "250 000")
        assert counted(town, second).above
        with pytest.raises(Refused, match="550"):
            a_decision(town, second)
        session.rollback()
    page = client_for("kommunchef").get(f"/askanden/{second}/besluta").get_data(as_text=True)
    assert OPEN in page and "550\u00a0000\u00a0kr av 500\u00a0000\u00a0kr" in page
    assert "Delegationen räcker till" in page


def test_whoever_asks_sees_it_before_sending(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        split(town, "300 000")
        draft = a_full_draft(town, lines=[{"label": "Väktare", "amount": "250 000", "cost_type": "drift"}], total="250 000",
                             fund=str(town.other_fund.public_id), budget_year=str(clock.today().year),
                             points=["Säkerhetsenheten beviljas 250 000 kr."])  # fmt: skip
        with transaction():
            by = town.actor("sakerhetschef")
            case_id = requests.create_draft(unit_id=town.unit.id, by=by, draft=draft_of(draft)).public_id
    page = client_for("sakerhetschef").get(f"/askanden/{case_id}/granska").get_data(as_text=True)
    assert "550\u00a0000\u00a0kr av 500\u00a0000\u00a0kr" in page
    assert "så ett organ beslutar" in page


def test_the_title_of_a_secret_case_is_hidden_and_its_amount_counted(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        first, second = split(town, "300 000", "100 000")
        with transaction():
            mark_secrecy(
                case_id=first,
                marking=Marking(provision="18 kap. 8 § OSL", public_title="Uppgift utelämnad"),
                by=town.actor("registrator"),
                seen_version=None,
            )
        a_decision(town, first, 300_000)
        number = case_of(first).number
    page = client_for("tf.kommunchef").get(f"/askanden/{second}/besluta").get_data(as_text=True)
    assert number in page and "300\u00a0000\u00a0kr" in page
    assert f"/askanden/{first}" not in page and "Uppgift utelämnad" in page
