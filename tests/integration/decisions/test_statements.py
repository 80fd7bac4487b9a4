"""Finance's statement on the road: who is told to give it, what it says to whom, and deciding without it."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from portal import clock
from portal.db import session, transaction
from portal.decisions import operations, queries
from portal.decisions.document import Frame
from portal.decisions.models import Statement
from portal.desk import todo
from portal.errors import Invalid, Unknown
from portal.funding_requests.lifecycle import Action
from portal.funds.models import Fund
from portal.log.queries import timeline
from portal.people.models import RoleHolding
from portal.register import queries as cases
from tests.conftest import PASSWORD, ClientFor
from tests.factories.accounting import a_recorded_case
from tests.factories.decisions import (
    a_decision,
    a_referred_case,
    a_statement,
    a_submitted_request,
    an_answer,
    case_of,
    minutes_from,
)
from tests.factories.road import act
from tests.factories.town import Town
from tests.integration.decisions.test_pages import address, form_of, text_of

REASON = "Skolan börjar på måndag."
WANTED = "Ekonomi har inte lämnat det yttrande som krävs. Skriv varför beslutet fattas ändå."


def decide(town: Town, case_id: UUID, *granted: int | bool, by: str = "kommunchef", **said: object) -> None:
    answer = an_answer(case_id, *granted, **said)
    with transaction():
        operations.decide(case_id=case_id, answer=answer, by=town.actor(by), seen_version=None)


def decided(case_id: UUID) -> tuple[str, bool, bool]:
    decision = queries.in_force(case_of(case_id))
    assert decision is not None
    return decision.no_statement_reason, decision.against_statement, decision.for_own_unit


def require(town: Town) -> None:
    """The fund's own rules say that finance states its opinion."""
    with transaction():
        session.execute(update(Fund).where(Fund.id == town.fund.id).values(statement_required=True))


@pytest.mark.parametrize("cost_type", ["investering", "vet inte"])
def test_deciding_without_the_statement_a_line_requires_wants_a_reason_which_is_frozen_logged_and_printed(
    inside: Flask, town: Town, client_for: ClientFor, cost_type: str
) -> None:
    case_id = a_submitted_request(town, cost_type=cost_type)
    with pytest.raises(Invalid) as refused:
        decide(town, case_id)
    assert refused.value.problems == {"no_statement_reason": WANTED}
    assert case_of(case_id).status == "submitted"

    decide(town, case_id, no_statement_reason=f"  {REASON} ")
    assert decided(case_id) == (REASON, False, False)
    [entry] = [row for row in timeline(case_id) if row.action == "decisions.decide"]
    assert (entry.body["no_statement_reason"], entry.body["without_statement"]) == (REASON, True)
    decision = queries.in_force(case_of(case_id))
    assert decision is not None
    printed = queries.document_data(decision, case_of(case_id), Frame({"name": "Åkersbro kommun"}, clock.now()))
    assert printed["no_statement_reason"] == REASON
    page = text_of(client_for("sakerhetschef").get(f"/askanden/{case_id}"))
    assert f'Beslut utan det yttrande som krävs</h3><p class="lines">{REASON}' in page


def test_the_funds_own_rule_requires_it_and_drift_alone_does_not(inside: Flask, town: Town) -> None:
    case_id = a_submitted_request(town, lines=(("Väktare", "10 000"),), total="10 000")
    decide(town, case_id, no_statement_reason="Överflödigt.")
    assert decided(case_id) == ("", False, False)  # nothing was lacking, so nothing is kept
    require(town)
    other = a_submitted_request(town, lines=(("Väktare", "10 000"),), total="10 000")
    with pytest.raises(Invalid):
        decide(town, other)
    a_statement(town, other)
    decide(town, other)
    assert decided(other) == ("", False, False)


def test_a_secret_case_keeps_the_reason_out_of_the_log(inside: Flask, town: Town) -> None:
    case_id = a_submitted_request(town, cost_type="investering", secrecy="ja")
    decide(town, case_id, no_statement_reason=REASON)
    [entry] = [row for row in timeline(case_id) if row.action == "decisions.decide"]
    assert (entry.body["no_statement_reason"], entry.body["without_statement"]) == ("", True)


def test_the_latest_statement_is_what_a_decision_goes_against(inside: Flask, town: Town) -> None:
    def stated(*stances: str) -> UUID:
        case_id = a_submitted_request(town, lines=(("Väktare", "10 000"),), total="10 000")
        for stance in stances:
            a_statement(town, case_id, stance=stance)
        return case_id

    first, second, third = stated("avstyrks"), stated("avstyrks", "tillstyrks"), stated("tillstyrks")
    decide(town, first)
    decide(town, second)
    decide(town, third, 0, text="Äskandet avslås.")
    assert [decided(each)[1] for each in (first, second, third)] == [True, False, True]


def test_an_organ_owes_no_reason_and_its_registrar_favours_no_unit(inside: Flask, town: Town) -> None:
    case_id = a_submitted_request(town, cost_type="investering")
    a_referred_case(town, case_id)
    a_statement(town, case_id, stance="avstyrks", cost_type="investering", capital_cost=0)
    with transaction():
        session.add(_role("registrator", town, "registrar"))
    answer = an_answer(case_id)
    with transaction():
        operations.record_minutes(
            case_id=case_id, minutes=minutes_from(town), answer=answer, by=town.actor("registrator"), seen_version=None
        )
    assert decided(case_id) == ("", True, False)
    other = a_submitted_request(town, lines=(("Larm", "10 000"),), total="10 000", fund=None, cost_type="investering")
    a_referred_case(town, other)
    with transaction():
        operations.record_minutes(
            case_id=other,
            minutes=minutes_from(town, paragraph="89"),
            answer=an_answer(other),
            by=town.actor("registrator"),
            seen_version=None,
        )
    assert decided(other) == ("", False, False)


def _role(username: str, town: Town, role: str) -> RoleHolding:
    start = clock.today() - timedelta(days=1)
    return RoleHolding(person_id=town.person(username).id, unit_id=town.unit.id, role=role, valid_from=start)


@pytest.mark.parametrize(("by", "holder"), [("kommunchef", "kommunchef"), ("tf.kommunchef", "kommunchef")])
def test_money_to_a_unit_of_the_decision_maker_or_of_the_one_stood_in_for_is_told(
    inside: Flask, town: Town, by: str, holder: str
) -> None:
    case_id = a_submitted_request(town)
    with transaction():
        session.add(_role(holder, town, "recipient"))
        town.substitute("tf.kommunchef", stands_in_for="kommunchef")
    decide(town, case_id, by=by)
    assert decided(case_id)[2] is True


def test_finance_has_it_to_do_while_it_is_required_and_missing(inside: Flask, town: Town) -> None:
    wanted = a_submitted_request(town, cost_type="vet inte")
    plain = a_submitted_request(town, lines=[("Belysning", "1 000")], total="1 000")

    def waits(username: str) -> list[tuple[UUID, str]]:
        return [(row.public_id, row.task) for row in todo.for_me(town.actor(username))]

    assert waits("ekonom") == waits("ekonom2") == [(wanted, "Lämna yttrande")]
    assert todo.count(town.actor("ekonom")) == 1
    assert waits("kommunchef") == [(wanted, "Besluta"), (plain, "Besluta")]
    act(town, Action.DECLARE_JAV, wanted, "ekonom2")
    assert waits("ekonom2") == []
    a_statement(town, wanted, by="ekonom")
    assert waits("ekonom") == []


def test_a_case_of_two_roles_waits_once(inside: Flask, town: Town) -> None:
    with transaction():
        session.add_all([_role("ekonom", town, "decision_maker"), _role("ekonom", town, "registrar")])
    case_id = a_submitted_request(town, cost_type="vet inte")
    referred = a_referred_case(town, a_submitted_request(town, cost_type="vet inte"))
    with transaction():
        session.add(_role("ekonom2", town, "registrar"))
    act(town, Action.DECLARE_JAV, case_id, "tf.kommunchef")
    for username in ("ekonom", "ekonom2"):
        assert [row.public_id for row in todo.for_me(town.actor(username))] == [case_id, referred], username


def test_finance_sees_a_secret_case_only_to_give_the_statement_it_requires(inside: Flask, town: Town) -> None:
    ekonom = town.actor("ekonom")
    wanted = a_submitted_request(town, cost_type="investering", secrecy="ja")
    plain = a_submitted_request(town, secrecy="ja")
    assert cases.get_case(wanted, ekonom).public_id == wanted
    with pytest.raises(Unknown):
        cases.get_case(plain, ekonom)
    with pytest.raises(Unknown):
        cases.get_case(wanted, town.actor("admin"))
    a_statement(town, wanted, by="ekonom2", cost_type="investering", capital_cost=1_000)
    with pytest.raises(Unknown):  # it is no longer due, and another gave it
        cases.get_case(wanted, ekonom)
    assert cases.get_case(wanted, town.actor("ekonom2")).public_id == wanted


def test_the_form_proposes_and_keeps_what_finance_finds(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        earlier, _decision = a_decision(town, a_submitted_request(town, lines=(("Väktare", "10 000"),), total="10 000"))
        a_recorded_case(town, earlier)
        case_id = a_submitted_request(town, lines=(("Larm", "50 000"),), total="50 000", cost_type="investering")
    client = client_for("ekonom2")
    shown = client.get(address(case_id, "yttrande"))
    assert "Yttrandet krävs före beslutet: raden Larm är en investering." in text_of(shown)
    fields = form_of(shown.get_data(as_text=True))
    assert fields["balance"].replace("\u00a0", " ") == "990 000"
    assert (fields["cost_type"], fields["stance"]) == ("investering", "utan ställningstagande")
    assert fields["coding"].startswith("Ansvar 1420, Konto 5410")
    assert "Projekt" not in fields["coding"], "it is the other grant's own"

    fields |= {"text": "Medlen räcker.", "stance": "avstyrks"}
    refused = client.post(address(case_id, "yttrande"), data=fields)
    assert refused.status_code == 422
    assert "Skriv kapitalkostnaden per år" in text_of(refused) and "Medlen räcker." in text_of(refused)
    bad = client.post(address(case_id, "yttrande"), data=fields | {"capital_cost": "kanske 5", "stance": "ja"})
    assert bad.status_code == 422 and "Välj ställningstagande." in text_of(bad)
    assert client.post(address(case_id, "yttrande"), data=fields | {"capital_cost": "5 tkr"}).status_code == 303

    with app.app_context():
        kept = session.query(Statement).one()
        assert (kept.balance, kept.cost_type, kept.capital_cost) == (990_000, "investering", 5_000)
        assert (kept.stance, kept.coding) == ("avstyrks", fields["coding"])
        [entry] = [row for row in timeline(case_id) if row.action == "decisions.give_statement"]
        assert (entry.body["stance"], entry.body["balance"], entry.body["capital_cost"]) == ("avstyrks", 990_000, 5_000)
    for page in ("", "/besluta"):
        said = text_of(client_for("kommunchef").get(f"/askanden/{case_id}{page}"))
        assert "Avstyrks" in said and "5 000 kr" in said and "990 000 kr" in said and "Ansvar 1420" in said, page


def test_the_decide_page_asks_why_only_where_the_statement_lacks(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        plain = a_submitted_request(town, lines=(("Väktare", "10 000"),), total="10 000")
        case_id = a_submitted_request(town, lines=(("Larm", "10 000"),), total="10 000", cost_type="investering")
    client = client_for("kommunchef")
    assert "no_statement_reason" not in client.get(address(plain)).get_data(as_text=True)
    assert "Yttrandet är inte lämnat" in text_of(client.get(f"/askanden/{case_id}"))
    page = client.get(address(case_id)).get_data(as_text=True)
    fields = form_of(page) | {"password": PASSWORD}
    assert fields["no_statement_reason"] == ""
    refused = client.post(address(case_id), data=fields)
    assert refused.status_code == 422 and WANTED in text_of(refused)
    with app.app_context():
        assert case_of(case_id).status == "submitted"
    assert client.post(address(case_id), data=fields | {"no_statement_reason": REASON}).status_code == 303
    with app.app_context():
        assert decided(case_id) == (REASON, False, False)
