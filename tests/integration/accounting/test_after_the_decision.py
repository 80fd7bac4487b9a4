"""Moving money within the grant, and accounting for it."""

from datetime import timedelta

import pytest

from portal import clock
from portal.accounting import operations, queries
from portal.accounting.overview import overview
from portal.db import session, transaction
from portal.decisions import operations as decisions
from portal.decisions.answer import Move
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.queries import request_of
from portal.funds.models import Fund, LedgerRow
from tests.factories.accounting import (
    a_recorded_case,
    a_report,
    accept_report,
    amounts_of,
    confirm,
    redistribute,
    report_back,
)
from tests.factories.decisions import a_submitted_request, an_answer, case_of
from tests.factories.road import act
from tests.factories.town import Town

pytestmark = pytest.mark.usefixtures("inside")

CAMERAS, GUARDS, WORK = "Kamerabevakning", "Extra väktare", "Trygghetsskapande insatser"


def test_money_moves_between_lines_and_the_total_stands(town: Town) -> None:
    case_id = a_recorded_case(town)
    redistribute(town, case_id, **{CAMERAS: 570_000, GUARDS: 330_000})
    assert amounts_of(case_id) == {WORK: 100_000, CAMERAS: 570_000, GUARDS: 330_000}
    assert request_of(case_of(case_id)).granted == 1_000_000


def test_the_cap_counts_all_redistributions_together(town: Town) -> None:
    case_id = a_submitted_request(town)
    answer = an_answer(case_id, redistribution=Move.CAPPED, cap=50_000)
    with transaction():
        decisions.decide(case_id=case_id, answer=answer, by=town.actor("kommunchef"), seen_version=None)
    a_recorded_case(town, case_id)
    redistribute(town, case_id, **{CAMERAS: 570_000, GUARDS: 330_000})
    with pytest.raises(Invalid, match="högst 20\u00a0000\u00a0kr"):
        redistribute(town, case_id, **{CAMERAS: 549_000, GUARDS: 351_000})
    redistribute(town, case_id, **{CAMERAS: 550_000, GUARDS: 350_000})
    with pytest.raises(Refused, match="allt är redan omfördelat"):
        redistribute(town, case_id, **{CAMERAS: 549_999, GUARDS: 350_001})


def test_a_new_total_or_a_line_below_zero_changes_nothing(town: Town) -> None:
    case_id = a_recorded_case(town)
    before = amounts_of(case_id)
    for amounts in ({CAMERAS: 610_000}, {WORK: -1, GUARDS: 400_001}):
        with pytest.raises(Invalid):
            redistribute(town, case_id, **amounts)
    assert amounts_of(case_id) == before


def test_another_units_requester_does_not_even_see_the_case(town: Town) -> None:
    case_id = a_recorded_case(town)
    with pytest.raises(Unknown):
        redistribute(town, case_id, by="fritidschef", **{CAMERAS: 590_000, GUARDS: 310_000})


def test_finance_confirms_a_changed_entry_that_goes_even_once(town: Town) -> None:
    case_id = a_recorded_case(town)
    moved = redistribute(town, case_id, **{CAMERAS: 570_000, GUARDS: 330_000})
    confirm(town, case_id, moved)
    entry = queries.entries(case_of(case_id))[-1]
    assert entry.kind == "redistribution"
    assert sorted((line.label, line.amount) for line in entry.lines) == [(GUARDS, 30_000), (CAMERAS, -30_000)]
    with pytest.raises((Conflict, Refused)):
        confirm(town, case_id, moved, by="ekonom2")
    assert len(queries.entries(case_of(case_id))) == 2


def test_who_moved_the_money_cannot_confirm_it_as_a_substitute_for_finance(town: Town) -> None:
    case_id = a_recorded_case(town)
    moved = redistribute(town, case_id, by="sakerhetssamordnare", **{CAMERAS: 570_000, GUARDS: 330_000})
    with transaction():
        town.substitute("sakerhetssamordnare", stands_in_for="ekonom2")
    with pytest.raises(Refused, match="annan ekonom"):
        confirm(town, case_id, moved, by="sakerhetssamordnare")


def test_the_report_waits_until_the_redistribution_is_confirmed(town: Town) -> None:
    case_id = a_recorded_case(town)
    moved = redistribute(town, case_id, **{CAMERAS: 570_000, GUARDS: 330_000})
    with pytest.raises(Refused, match="bekräftelse"):
        report_back(town, case_id)
    confirm(town, case_id, moved)
    report_back(town, case_id)
    assert case_of(case_id).status == "reported"


def test_what_was_not_used_can_be_granted_again(town: Town) -> None:
    case_id = a_recorded_case(town, None, 100_000, 500_000, 300_000, True)
    report_back(town, case_id, **{CAMERAS: 450_000})
    accept_report(town, case_id)
    fund = session.get_one(Fund, town.fund.id)
    assert fund.left == 150_000
    assert [(row.kind, row.amount) for row in session.query(LedgerRow).filter_by(case_id=case_of(case_id).id)] == [
        ("granted", 900_000),
        ("returned", 50_000),
        ("used", 850_000),
    ]
    assert fund.used == 850_000
    assert request_of(case_of(case_id)).used == 850_000
    assert case_of(case_id).status == "settled"


def test_money_left_over_returns_also_where_the_set_aside_money_has_ended(town: Town) -> None:
    case_id = a_recorded_case(town)
    with transaction():
        session.get_one(Fund, town.fund.id).ended_on = clock.today() - timedelta(days=1)
    report_back(town, case_id, **{CAMERAS: 550_000})
    accept_report(town, case_id)
    assert session.get_one(Fund, town.fund.id).returned == 50_000


def test_what_was_left_over_is_counted_once_when_the_decision_is_replaced_after_its_report(town: Town) -> None:
    case_id = a_recorded_case(town)
    report_back(town, case_id, **{CAMERAS: 550_000})
    accept_report(town, case_id)
    act(town, Action.REPLACE_DECISION, case_id, "kommunchef")
    fund = session.get_one(Fund, town.fund.id, populate_existing=True)
    assert (fund.returned, fund.reversed, fund.granted) == (50_000, 950_000, 2_000_000)
    assert fund.left == 0
    assert request_of(case_of(case_id)).used is None


def test_more_used_than_granted_is_accepted_only_with_a_reason_and_is_marked(town: Town) -> None:
    case_id = a_recorded_case(town)
    with pytest.raises(Invalid, match="10\u00a0000\u00a0kr högre"):
        report_back(town, case_id, **{CAMERAS: 610_000})
    report_back(town, case_id, summary="En kamera till behövdes.", **{CAMERAS: 610_000})
    (report,) = overview(case_of(case_id), {"accounting.report_back", "accounting.redistribute"}).reports
    assert report.over == 10_000
    accept_report(town, case_id)
    assert session.get_one(Fund, town.fund.id).returned == 0


def test_a_returned_report_is_written_again(town: Town) -> None:
    case_id = a_recorded_case(town)
    report_back(town, case_id)
    with transaction():
        operations.return_report(case_id=case_id, reason="Effekten saknar mått.", by=town.actor("ekonom2"), seen_version=None)
    assert case_of(case_id).status == "dispatched"
    report_back(town, case_id, **{GUARDS: 290_000})
    accept_report(town, case_id, by="ekonom2")
    assert [report.state for report in queries.reports(case_of(case_id))] == ["returned", "accepted"]


def test_who_reported_cannot_accept_as_a_substitute_for_finance(town: Town) -> None:
    case_id = a_recorded_case(town)
    report_back(town, case_id, by="sakerhetssamordnare")
    with transaction():
        town.substitute("sakerhetssamordnare", stands_in_for="ekonom2")
    with pytest.raises(Refused, match="annan ekonom"):
        accept_report(town, case_id, by="sakerhetssamordnare")


def test_a_report_lacking_a_line_is_refused_and_nothing_is_kept(town: Town) -> None:
    case_id = a_recorded_case(town)
    report = a_report(case_id)
    report = type(report)(lines=dict(list(report.lines.items())[1:]), summary="")
    with pytest.raises(Invalid, match=WORK), transaction():
        operations.report_back(case_id=case_id, report=report, by=town.actor("sakerhetschef"), seen_version=None)
    assert queries.reports(case_of(case_id)) == []
