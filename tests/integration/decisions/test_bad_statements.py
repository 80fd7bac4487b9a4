"""What is typed wrong in finance's statement, a hand-over or a decision: one clear sentence at its field, everything typed
still there, nothing changed."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from portal import clock
from portal.db import session, transaction
from portal.funds.models import Fund
from portal.log.models import LogEntry
from tests.conftest import PASSWORD, ClientFor
from tests.factories.decisions import a_submitted_request
from tests.factories.town import Town
from tests.web_forms import form_on

STATEMENT = {
    "stance": "tillstyrks",
    "text": "Medlen räcker till hösten.",
    "balance": "400 000",
    "cost_type": "investering",
    "capital_cost": "31 000",
    "coding": "Ansvar 1410, Konto 4600",
}
SENTENCES: Mapping[str, tuple[dict[str, str], str, str]] = {
    "no text": ({"text": ""}, "text", "Skriv yttrandet."),
    "no stance that is known": ({"stance": "bifalls"}, "stance", "Välj ställningstagande."),
    "a balance in words": ({"balance": "en hel del"}, "balance", ""),
    "a balance with öre": ({"balance": "400 000,50"}, "balance", "öre"),
    "an investment without its cost": ({"capital_cost": ""}, "capital_cost", "Skriv kapitalkostnaden per år"),
    "a capital cost of drift": ({"cost_type": "drift"}, "capital_cost", "Kapitalkostnad anges bara för en investering"),
    "a negative cost": ({"capital_cost": "-31 000"}, "capital_cost", ""),
    "a kind that there is not": ({"cost_type": "lån"}, "cost_type", "Välj om det är drift eller investering."),
    "a code that is no code": ({"coding": "1" * 201}, "coding", "högst 200"),
}


@pytest.fixture
def case_id(app: Flask, town: Town) -> UUID:
    with app.app_context():
        return a_submitted_request(town, cost_type="investering")


def logged(app: Flask) -> int:
    with app.app_context():
        return session.scalar(select(func.count()).select_from(LogEntry)) or 0


def summary(answer: TestResponse) -> list[str]:
    """What the page says that there is to mend."""
    told = html.fromstring(answer.data).xpath("//section[@role='alert']//li")
    return [" ".join(each.text_content().split()) for each in told]


def kept(answer: TestResponse, typed: Mapping[str, str]) -> dict[str, str]:
    """The typed fields as the page holds them now."""
    held = html.fromstring(answer.data).forms
    form = next(each for each in held if "form_key" in each.fields)
    return {name: str(form.fields.get(name) or "") for name in typed}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_statement_that_does_not_hold_is_one_sentence(app: Flask, client_for: ClientFor, case_id: UUID, name: str) -> None:
    wrong, field, says = SENTENCES[name]
    client, address = client_for("ekonom"), f"/askanden/{case_id}/yttrande"
    form, before = form_on(client.get(address)).to_dict(), logged(app)
    typed = STATEMENT | wrong
    answer = client.post(address, data=form | typed)
    told = summary(answer)
    assert answer.status_code == 422
    assert len(told) == 1 and says in told[0], told
    chosen = {key: value for key, value in typed.items() if key not in ("stance", "cost_type") or key not in wrong}
    assert kept(answer, chosen) == chosen, field
    assert logged(app) == before


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"organ": ""}, "Välj det organ som ska besluta."),
        ({"organ": "kommunstyrelsen"}, "Välj det organ som ska besluta."),
        ({"stance": ""}, "Välj ställningstagande."),
        ({"text": ""}, "kriv"),
    ],
)
def test_a_hand_over_that_does_not_hold_is_one_sentence(
    app: Flask, client_for: ClientFor, town: Town, case_id: UUID, wrong: dict[str, str], says: str
) -> None:
    client, address = client_for("kommunchef"), f"/askanden/{case_id}/overlamna"
    form, before = form_on(client.get(address)).to_dict(), logged(app)
    typed = {"organ": str(town.organ.public_id), "stance": "tillstyrks", "text": "Behovet är styrkt."} | wrong
    answer = client.post(address, data=form | typed)
    assert answer.status_code == 422
    assert len(summary(answer)) == 1 and says in summary(answer)[0]
    chosen = {key: value for key, value in typed.items() if key not in wrong}
    assert kept(answer, chosen) == chosen
    assert logged(app) == before


def test_money_that_ends_while_it_is_decided_on_grants_nothing_and_the_words_stay(
    app: Flask, client_for: ClientFor, town: Town, case_id: UUID
) -> None:
    client, address = client_for("kommunchef"), f"/askanden/{case_id}/besluta"
    form = form_on(client.get(address)).to_dict()
    today = clock.now()
    with app.app_context(), transaction():
        session.execute(update(Fund).where(Fund.id == town.fund.id).values(ended_on=clock.local_date(today)))
    form |= {
        "granted-0": "50 000",
        "reason": "Resten ryms i ramen.",
        "no_statement_reason": "Det brådskar.",
        "password": PASSWORD,
    }
    clock.set_source(lambda: today + timedelta(days=1))
    client = client_for("kommunchef")
    before = logged(app)
    answer = client.post(address, data=form)
    assert answer.status_code in (403, 422)
    assert any("är avslutade. Inget mer kan äskas eller beviljas ur dem." in each for each in summary(answer)), summary(answer)
    assert kept(answer, {"granted-0": "", "reason": ""}) == {"granted-0": "50 000", "reason": "Resten ryms i ramen."}
    assert logged(app) == before
