"""The pages of set-aside money and delegations, walked in forms."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.funds import operations
from portal.funds.models import Delegation, Fund, FundDecision
from portal.funds.operations import PoliticalDecision
from portal.register.models import Case
from tests.factories.decisions import a_decision, a_submitted_request, case_of


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True).replace("\u00a0", " "))


def sent(**fields):
    return {"form_key": str(uuid4()), **fields}


def waiting(app):
    with app.app_context():
        return session.scalars(select(FundDecision).where(FundDecision.confirmed_at.is_(None))).one().public_id


def test_finance_enters_money_the_registrar_confirms_and_it_is_there(app, town, client_for):
    finance, registrar = client_for("ekonom"), client_for("registrator")
    fields = sent(
        name="Klimatmiljonen",
        year=str(clock.today().year),
        amount="1,5 mnkr",
        owner=str(town.organ.public_id),
        organ=str(town.council.public_id),
        decided_on=clock.today().isoformat(),
        paragraph="§ 61",
        report="nej",
        **{"code-ansvar": "1200", "code-konto": "4600"},
    )
    assert finance.post("/avsatta-medel/ny", data=fields).status_code == 303
    page = f"/avsatta-medel/beslut/{waiting(app)}/bekrafta"
    assert finance.get(page).status_code == 403
    assert "+ 1 500 000 kr" in text_of(registrar.get(page))
    assert registrar.post(page, data=sent()).status_code == 303
    shown = text_of(registrar.get("/avsatta-medel"))
    assert "Klimatmiljonen" in shown and "1 500 000 kr" in shown
    with app.app_context():
        made = session.scalars(select(Fund).where(Fund.name == "Klimatmiljonen")).one()
        assert (made.left, made.report_required, made.code) == (1_500_000, False, {"ansvar": "1200", "konto": "4600"})


def test_what_is_typed_wrong_is_kept_and_said_at_its_field(town, client_for):
    fields = sent(name="Klimatmiljonen", year="1999", amount="1.500", paragraph="", report="ja")
    answer = client_for("ekonom").post("/avsatta-medel/ny", data=fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Klimatmiljonen" in page
    for field in ("year", "amount", "organ", "paragraph"):
        assert f'href="#{field}"' in page


def test_raising_and_lowering_in_the_form(app, town, client_for):
    finance = client_for("ekonom")
    page = f"/avsatta-medel/{town.fund.public_id}/andra"
    assert "1 000 000 kr" in text_of(finance.get(page))
    fields = sent(
        direction="lower",
        amount="200 000",
        organ=str(town.council.public_id),
        decided_on=clock.today().isoformat(),
        paragraph="61",
    )
    assert finance.post(page, data=fields).status_code == 303
    assert "väntar på att registratorn bekräftar" in text_of(finance.get(f"/avsatta-medel/{town.fund.public_id}"))
    client_for("registrator").post(f"/avsatta-medel/beslut/{waiting(app)}/bekrafta", data=sent())
    assert "− 200 000 kr" in text_of(finance.get(f"/avsatta-medel/{town.fund.public_id}"))


@pytest.mark.parametrize("paragraph", ["§", "§§ ", "\u00a7\u00a0"])
def test_a_paragraph_without_a_number_is_none(town, client_for, paragraph):
    fields = sent(direction="raise", amount="1 000", organ=str(town.council.public_id), decided_on=clock.today().isoformat())
    page = f"/avsatta-medel/{town.fund.public_id}/andra"
    answer = client_for("ekonom").post(page, data=fields | {"paragraph": paragraph})
    assert answer.status_code == 422
    assert "Skriv paragrafens nummer." in text_of(answer)


def test_one_paragraph_moves_the_same_amount_once_also_from_two_tabs(app, town, client_for):
    finance, registrar, today = client_for("ekonom"), client_for("registrator"), clock.today().isoformat()
    typed = {"organ": str(town.council.public_id), "decided_on": today, "paragraph": "§ 61", "amount": "200 000"}
    page = f"/avsatta-medel/{town.fund.public_id}/andra"

    def enter(**changed):
        return finance.post(page, data=sent(**(typed | {"direction": "raise"} | changed)))

    assert enter().status_code == 303
    again = enter()
    assert again.status_code == 422
    assert "Beslutet är redan infört med samma belopp." in text_of(again)
    assert 'value="200 000"' in again.text
    registrar.post(f"/avsatta-medel/beslut/{waiting(app)}/bekrafta", data=sent())
    assert enter(paragraph="61").status_code == 422
    assert enter(paragraph="62").status_code == 303
    # What was entered wrongly is taken back by the same paragraph, and then entered anew.
    assert [enter(direction="lower").status_code, enter().status_code] == [303, 303]


def test_a_wrong_entry_is_taken_away_by_finance_or_the_registrar_and_one_that_holds_is_not(app, town, client_for):
    finance, registrar = client_for("ekonom"), client_for("registrator")
    fund = f"/avsatta-medel/{town.fund.public_id}"

    def entered():
        fields = sent(
            direction="raise", amount="250 tkr", organ=str(town.council.public_id), paragraph="7", decided_on="2026-01-07"
        )
        assert finance.post(f"{fund}/andra", data=fields).status_code == 303
        return f"/avsatta-medel/beslut/{waiting(app)}"

    def discards(client, shown_on, decision):
        assert f'action="{decision}/ta-bort"' in client.get(shown_on).get_data(as_text=True)
        return client.post(f"{decision}/ta-bort", data=sent(), follow_redirects=True)

    said = "Uppgiften är borttagen. Den har aldrig gällt."
    wrong = entered()
    assert said in text_of(discards(finance, fund, wrong))
    assert registrar.post(f"{wrong}/bekrafta", data=sent()).status_code == 404
    wrong = entered()
    assert said in text_of(discards(registrar, f"{wrong}/bekrafta", wrong))
    right = entered()
    assert registrar.post(f"{right}/bekrafta", data=sent()).status_code == 303
    late = finance.post(f"{right}/ta-bort", data=sent())
    assert late.status_code == 409 and "redan bekräftat" in text_of(late)
    assert "1 250 000 kr" in text_of(finance.get(fund))


def test_whoever_entered_the_decision_sees_why_it_cannot_be_confirmed(app, town, client_for):
    with app.app_context(), transaction():
        decision = PoliticalDecision(
            amount=5, organ_id=town.organ.public_id, decided_on=clock.today() - timedelta(days=1), paragraph="7"
        )
        row = operations.propose_change(fund_id=town.fund.public_id, decision=decision, by=town.actor("ekonom"))
        row.entered_by_id = town.person("registrator").id
        decision_id = row.public_id
    registrar = client_for("registrator")
    page = f"/avsatta-medel/beslut/{decision_id}/bekrafta"
    sentence = "Du har själv fört in uppgiften."
    assert sentence in text_of(registrar.get(page))
    answer = registrar.post(page, data=sent())
    assert answer.status_code == 403 and sentence in text_of(answer)


def test_the_fund_shows_what_is_left_asked_and_granted(app, town, client_for):
    with app.app_context():
        granted = a_submitted_request(town, lines=[("Belysning", "120 000")], total="120 000")
        a_decision(town, granted)
        a_submitted_request(town, lines=[("Kameror", "900 000")], total="900 000")
    page = text_of(client_for("kommunchef").get(f"/avsatta-medel/{town.fund.public_id}"))
    for said in (
        "880 000 kr",
        "900 000 kr",
        "120 000 kr",
        "Äskat är 20 000 kr mer än vad som är kvar",
        "Delegationsordningen 4.2",
    ):
        assert said in page


def test_a_secret_request_is_counted_but_its_title_is_not_shown(app, town, client_for):
    with app.app_context():
        case_id = a_submitted_request(town)
        with transaction():
            case = session.get_one(Case, case_of(case_id).id)
            case.is_secret, case.public_title = True, "Uppgift utelämnad"
    page = text_of(client_for("ekonom").get(f"/avsatta-medel/{town.fund.public_id}"))
    assert "1 000 000 kr" in page and "Uppgift utelämnad" in page
    assert "Medel för trygghetsskapande" not in page
    assert "Medel för trygghetsskapande" in text_of(client_for("revisor").get(f"/avsatta-medel/{town.fund.public_id}"))


def test_a_fund_that_is_not_there_is_unknown(client_for):
    assert client_for("ekonom").get(f"/avsatta-medel/{uuid4()}").status_code == 404


@pytest.mark.parametrize("username", ["kommunledning", "admin"])
def test_set_aside_money_is_closed_to_those_without_the_right(client_for, username):
    assert client_for(username).get("/avsatta-medel").status_code == 403


def test_the_administrator_enters_a_delegation_and_the_registrar_confirms_it(app, town, client_for):
    admin, registrar = client_for("admin"), client_for("registrator")
    assert admin.get("/administration/delegationer/ny").status_code == 200
    fields = sent(
        person=str(town.person("tf.kommunchef").public_id),
        fund=str(town.fund.public_id),
        ceiling="200 tkr",
        capacity="delegationsbeslut",
        clause="punkt 3.5",
        organ=str(town.organ.public_id),
        decided_on="2026-01-14",
        paragraph="8",
        only_when_jav_of="",
        valid_from=clock.today().isoformat(),
        valid_to="",
    )
    assert admin.post("/administration/delegationer/ny", data=fields).status_code == 303
    assert "Väntar på registratorn" in text_of(admin.get("/administration/delegationer"))
    with app.app_context():
        row = session.scalars(select(Delegation).where(Delegation.ceiling == 200_000)).one().public_id
    confirm = f"/administration/delegationer/{row}/bekrafta"
    assert admin.post(confirm, data=sent()).status_code == 403
    assert "Bekräfta delegationen" in text_of(registrar.get("/administration/delegationer"))
    assert registrar.post(confirm, data=sent()).status_code == 303
    end = f"/administration/delegationer/{row}/avsluta"
    assert admin.post(end, data=sent(last_day="2020-01-01")).status_code == 422
    assert admin.post(end, data=sent(last_day=clock.today().isoformat())).status_code == 303


@pytest.mark.parametrize("username", ["kommunchef", "ekonom", "sakerhetschef", "revisor"])
def test_delegations_are_closed_to_everyone_else(client_for, username):
    assert client_for(username).get("/administration/delegationer").status_code == 403
