"""Rules of its own: entered and changed in forms, and holding for whoever asks and decides."""

import re
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.accounting import operations as accounting
from portal.db import session, transaction
from portal.errors import Invalid
from portal.funding_requests import reading_in
from portal.funding_requests.content import FundRef
from portal.funding_requests.lifecycle import Action
from portal.funds import queries, terms, year_end
from portal.funds.models import Fund, FundDecision
from portal.people import operations as people
from portal.register.models import Case
from tests.conftest import ClientFor
from tests.factories.decisions import a_decision, a_submitted_request, case_of
from tests.factories.funding_requests import a_draft
from tests.factories.road import a_report, act
from tests.factories.town import Town
from tests.integration.funds.test_pages import sent, text_of

PAGE = "/avsatta-medel/{}"


def give_rules(town: Town, **change: object) -> None:
    """Finance changes the rules of Trygghetsmiljonen."""
    with transaction():
        now = year_end.terms_of(session.get_one(Fund, town.fund.id))
        asked = replace(now, **change)  # type: ignore[arg-type]
        year_end.change_rules(fund_id=town.fund.public_id, asked=asked, seen=terms.mark(now), by=town.actor("ekonom"))


def rules_form(page: str, **fields: object) -> dict[str, object]:
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', page)
    assert seen
    return sent(seen=seen[1], cost_type="both", report="ja", **fields)


def test_finance_changes_the_rules_in_the_form_and_the_page_tells_them(app: Flask, town: Town, client_for: ClientFor) -> None:
    finance, page = client_for("ekonom"), PAGE.format(town.fund.public_id)
    drawn = finance.get(f"{page}/regler").get_data(as_text=True)
    fields = rules_form(
        drawn,
        daily_name="<b>Tryggpengarna</b>",
        unit=[str(town.unit.public_id), str(town.units["Räddningstjänsten"].public_id)],
        statement="1",
        interim="1",
        report_by=f"{clock.today().year + 1}-02-15",
        ended_on=clock.today().isoformat(),
    )
    assert finance.post(f"{page}/regler", data={**fields, "cost_type": "drift"}).status_code == 303
    shown = finance.get(page)
    text = text_of(shown)
    for said in (
        "I dagligt tal &lt;b&gt;Tryggpengarna&lt;/b&gt;",
        "Räddningstjänsten, Säkerhet och trygghet",
        "krävs före beslut",
        f"15 februari {clock.today().year + 1}",
        "lämnas vid tertialen",
    ):
        assert said in text, said
    with app.app_context():
        fund = session.get_one(Fund, town.fund.id)
        assert (fund.cost_type, fund.statement_required, fund.interim_reports) == ("drift", True, True)


def test_rules_changed_meanwhile_are_told_with_what_was_typed(app: Flask, town: Town, client_for: ClientFor) -> None:
    finance, page = client_for("ekonom"), PAGE.format(town.fund.public_id) + "/regler"
    drawn = finance.get(page).get_data(as_text=True)
    with app.app_context():
        give_rules(town, cost_type="drift")
    answer = finance.post(page, data=rules_form(drawn, daily_name="Tryggpengarna"))
    assert answer.status_code == 409
    told = text_of(answer)
    assert "Någon annan har ändrat reglerna" in told and "Gäller nu" in told and "Tryggpengarna" in told
    again = rules_form(answer.get_data(as_text=True), daily_name="Tryggpengarna")
    assert finance.post(page, data=again).status_code == 303


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"cost_type": "allt"}, "cost_type"),
        ({"report": "kanske"}, "report"),
        ({"unit": "inte-en-enhet"}, "units"),
        ({"unit": str(uuid4())}, "units"),
        ({"ended_on": "2020-01-01"}, "ended_on"),
        ({"report_by": "2020-01-01"}, "report_by"),
        ({"daily_name": "x" * 61}, "daily_name"),
    ],
)
def test_a_rule_that_does_not_hold_is_said_at_its_field(
    town: Town, client_for: ClientFor, fields: dict[str, str], field: str
) -> None:
    finance, page = client_for("ekonom"), PAGE.format(town.fund.public_id) + "/regler"
    form = {**rules_form(finance.get(page).get_data(as_text=True)), **fields}
    answer = finance.post(page, data=form)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.get_data(as_text=True)


def test_the_year_end_is_entered_in_the_form_and_confirmed_on_a_page_that_says_what_it_means(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    finance, registrar = client_for("ekonom"), client_for("registrator")
    page, year = PAGE.format(town.fund.public_id), clock.today().year
    shown = text_of(finance.get(f"{page}/arsslut"))
    assert f"Trygghetsmiljonen {year + 1}, som läggs upp nu" in shown
    assert 'name="amount" type="text" value="1 000 000 kr"' in shown.replace(' autocomplete="off"', "")
    political = {
        "organ": str(town.council.public_id),
        "decided_on": clock.today().isoformat(),
        "paragraph": "§ 12",
        "amount": "0,4 mnkr",
    }
    too_much = finance.post(f"{page}/arsslut", data=sent(kind="lapse", **{**political, "amount": "1 000 001"}))
    assert too_much.status_code == 422 and "Kvar att fördela är 1 000 000 kr" in text_of(too_much)
    nowhere = finance.post(f"{page}/arsslut", data=sent(kind="carry_over", to="", **political))
    assert nowhere.status_code == 422 and 'href="#to"' in nowhere.get_data(as_text=True)
    assert finance.post(f"{page}/arsslut", data=sent(kind="carry_over", to="new", **political)).status_code == 303
    with app.app_context():
        row = session.scalars(select(FundDecision).where(FundDecision.kind == "carry_over")).one().public_id
    confirming = f"/avsatta-medel/beslut/{row}/bekrafta"
    assert f"Medel förs över till Trygghetsmiljonen {year + 1}" in text_of(registrar.get(confirming))
    assert registrar.post(confirming, data=sent()).status_code == 303
    assert f"Fört till Trygghetsmiljonen {year + 1}" in text_of(finance.get(page))
    with app.app_context():
        new = session.scalars(select(Fund).where(Fund.year == year + 1)).one().public_id
    there = text_of(finance.get(PAGE.format(new)))
    assert f"Fört från Trygghetsmiljonen {year}" in there and "400 000 kr" in there


# --- who may ask --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("inside")
def test_a_unit_that_is_not_named_is_stopped_when_it_sends_in(town: Town) -> None:
    give_rules(town, units=frozenset({town.unit.public_id}))
    a_submitted_request(town, lines=[("Belysning", "1 000")], total="1 000")
    with pytest.raises(Invalid) as refused:
        a_submitted_request(town, by="fritidschef", unit="Kultur och fritid")
    assert refused.value.problems == {
        "fund": f"Enheten får inte äska ur Trygghetsmiljonen {clock.today().year}. "
        "Välj andra medel, eller skriv hur äskandet ska finansieras."
    }


@pytest.mark.usefixtures("inside")
def test_units_below_a_named_one_may_ask_at_any_depth_and_those_above_it_may_not(town: Town) -> None:
    with transaction():
        below = people.add_unit(name="Trygghetsvärdarna", parent_id=town.unit.public_id, by=town.actor("admin"))
        far_below = people.add_unit(name="Nattlaget", parent_id=below.public_id, by=town.actor("admin"))
        ids = {"named": town.unit.id, "below": below.id, "far": far_below.id, "other": town.units["Kultur och fritid"].id}
        public_id = far_below.public_id

    def may_ask() -> set[str]:
        [money] = [money for fund, money in queries.askable(clock.today()) if fund.id == town.fund.id]
        return {name for name, unit in ids.items() if not money.refusal(unit_id=unit, cost_types=(), today=clock.today())}

    assert may_ask() == {"named", "below", "far", "other"}
    give_rules(town, units=frozenset({town.unit.public_id}))
    assert may_ask() == {"named", "below", "far"}
    assert queries.units_that_may_ask(town.fund.id) == ["Säkerhet och trygghet"]
    give_rules(town, units=frozenset({public_id}))
    assert may_ask() == {"far"}


@pytest.mark.usefixtures("inside")
def test_lines_of_the_wrong_kind_are_stopped_when_they_are_sent_in(town: Town) -> None:
    give_rules(town, cost_type="investering")
    with pytest.raises(Invalid) as refused:
        a_submitted_request(town, cost_type="drift")
    assert list(refused.value.problems) == ["fund"]
    assert "avsatta till investering, och en rad är drift" in refused.value.problems["fund"]
    a_submitted_request(town, cost_type="investering")


def test_the_draft_offers_money_that_the_unit_may_ask_for_by_the_name_people_use(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        give_rules(town, daily_name="Tryggpengarna", units=frozenset({town.unit.public_id}))
        ours = a_draft(town, fund="").public_id
        theirs = a_draft(town, by="fritidschef", unit="Kultur och fritid", fund="").public_id
        chosen = a_draft(town, by="fritidschef", unit="Kultur och fritid").public_id

    def offered(username: str, case_id: UUID) -> bool:
        page = text_of(client_for(username).get(f"/askanden/{case_id}/skriv"))
        return f"Tryggpengarna (Trygghetsmiljonen) {clock.today().year}" in page

    assert offered("sakerhetschef", ours)
    assert not offered("fritidschef", theirs)
    assert offered("fritidschef", chosen)  # what was chosen stays in sight, with the sentence


def test_a_read_in_document_finds_the_money_by_what_people_call_it() -> None:
    fund = FundRef("Kommunstyrelsens medel för trygghet", 2026, "a")
    spoken = {"a": "Trygghetsmiljonen"}
    assert reading_in.match_fund("trygghetsmiljonen", {"a": fund}, 2026, spoken) == "a"
    assert reading_in.match_fund("Kommunstyrelsens medel för trygghet", {"a": fund}, 2026, spoken) == "a"
    assert reading_in.match_fund("trygghetsmiljonen", {"a": fund}, 2026) == ""
    twice = {"a": fund, "b": FundRef("Trygghetsmiljonen", 2026, "b")}
    assert reading_in.match_fund("trygghetsmiljonen", twice, 2026, spoken) == ""


# --- what a decision uses -----------------------------------------------------------------------------------------------


def test_the_decision_proposes_the_moneys_own_day_and_tells_where_it_stands(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    year = clock.today().year
    with app.app_context():
        case_id = a_submitted_request(town, lines=[("Belysning", "100 000")], total="100 000")
        a_submitted_request(town, lines=[("Kameror", "950 000")], total="950 000")
    page = f"/askanden/{case_id}/besluta"
    chief = client_for("kommunchef")
    assert f'value="{year + 1}-01-31"' in chief.get(page).get_data(as_text=True)
    with app.app_context():
        give_rules(town, report_by=date(year + 1, 3, 15))
    drawn = chief.get(page)
    assert f'value="{year + 1}-03-15"' in drawn.get_data(as_text=True)
    text = re.sub(r"<[^>]+>", " ", text_of(drawn))
    told = re.sub(r"\s+", " ", text[text.index("Medlen i dag") :])
    assert told.startswith(
        "Medlen i dag Avsatt 1 000 000 kr Beviljat, ej återfört 0 kr Äskat, ej beslutat 1 050 000 kr "
        "Kvar att fördela 1 000 000 kr Kvar om allt äskat beviljas − 50 000 kr"
    ), told[:300]
    with app.app_context():
        give_rules(town, report_required=False, report_by=None)
    assert re.search(r'name="report" value="nej" checked|value="nej"[^>]* checked', chief.get(page).get_data(as_text=True))


# --- figures ------------------------------------------------------------------------------------------------------------


def cells(page: str, caption: str) -> list[list[str]]:
    """The rows of the table with that caption, as plain text."""
    found = re.search(rf"<table[^>]*><caption[^>]*>[^<]*{caption}</caption>(.*?)</table>", page, re.S)
    assert found, caption
    plain = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr>(.*?)</tr>", found[1], re.S)]
    return [[re.sub(r"<[^>]+>", " ", cell).replace("\u00a0", " ").strip() for cell in row] for row in plain]


def test_chart_and_tables_say_what_the_fund_holds(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id, _decision = a_decision(
            town, a_submitted_request(town, lines=[("Belysning", "300 000")], total="300 000"), 200_000
        )
        act(town, Action.RECORD, case_id, "ekonom")
        _report(town, case_id, unused=50_000)
        act(town, Action.ACCEPT_REPORT, case_id, "ekonom")
        a_submitted_request(town, by="fritidschef", unit="Kultur och fritid", lines=[("Kameror", "900 000")], total="900 000")
        withdrawn = a_submitted_request(town, lines=[("Vakter", "5 000")], total="5 000")
        act(town, Action.WITHDRAW, withdrawn, "sakerhetschef")
    page = client_for("revisor").get(PAGE.format(town.fund.public_id)).get_data(as_text=True)
    by_month = cells(page, "sammanlagt månad för månad")
    assert by_month[0][1:] == ["Avsatt", "Äskat", "Beviljat, ej återfört", "Utfall", "Kvar att fördela"]
    assert by_month[-1][1:] == ["1 000 000 kr", "1 200 000 kr", "150 000 kr", "150 000 kr", "850 000 kr"]
    assert len(by_month) == 1 + clock.today().month
    units = {row[0]: row[1:] for row in cells(page, "per enhet")[1:]}
    assert units == {
        "Kultur och fritid": ["900 000 kr", "0 kr", "0 kr", "900 000 kr"],
        "Säkerhet och trygghet": ["300 000 kr", "150 000 kr", "150 000 kr", "0 kr"],
    }
    index = client_for("revisor").get("/avsatta-medel").get_data(as_text=True)
    row = next(row for row in cells(index, "Avsatta medel") if row[0].startswith("Trygghetsmiljonen"))
    told = [re.sub(r"\s+", " ", cell) for cell in row[1:]]
    assert told == ["1 000 000 kr", "150 000 kr 50 000 kr återfört", "900 000 kr", "850 000 kr", "− 50 000 kr", "150 000 kr"]


def _report(town: Town, case_id: UUID, *, unused: int) -> None:
    with transaction():
        accounting.report_back(
            case_id=case_id, report=a_report(case_id, unused=unused), by=town.actor("sakerhetschef"), seen_version=None
        )


def test_the_charts_need_neither_script_nor_style(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        a_decision(town)
    page = client_for("kommunchef").get(PAGE.format(town.fund.public_id)).get_data(as_text=True)
    charts = re.findall(r"<svg class=\"chart\".*?</svg>", page, re.S)
    assert len(charts) == 3
    for chart in charts:
        assert "style=" not in chart and "<script" not in chart and not re.search(r"\son\w+=", chart)
        assert re.search(r"<title id=[^>]+>[^<]+</title><desc id=[^>]+>[^<]+</desc>", chart)


def test_a_secret_title_stands_nowhere_on_the_moneys_page_after_the_report_either(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        case_id, _decision = a_decision(town, a_submitted_request(town, lines=[("Belysning", "300 000")], total="300 000"))
        act(town, Action.RECORD, case_id, "ekonom")
        _report(town, case_id, unused=1_000)
        act(town, Action.ACCEPT_REPORT, case_id, "ekonom")
        with transaction():
            case = session.get_one(Case, case_of(case_id).id)
            case.is_secret, case.public_title = True, "Uppgift utelämnad"
    page = text_of(client_for("ekonom2").get(PAGE.format(town.fund.public_id)))
    assert page.count("Uppgift utelämnad") == 3  # granted, returned, used
    assert "Medel för trygghetsskapande" not in page


def test_ended_money_says_so_on_its_page_and_on_the_decision(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = a_submitted_request(town)
        give_rules(town, ended_on=clock.today())
    chief = client_for("kommunchef")
    pages = [PAGE.format(town.fund.public_id), f"/askanden/{case_id}/besluta"]
    assert not any("är avslutade" in text_of(chief.get(page)) for page in pages)
    tomorrow = clock.now() + timedelta(days=1)
    clock.set_source(lambda: tomorrow)
    try:
        chief = client_for("kommunchef")
        for page in pages:
            assert "Inget mer kan äskas eller beviljas" in text_of(chief.get(page)), page
    finally:
        clock.set_source(None)
