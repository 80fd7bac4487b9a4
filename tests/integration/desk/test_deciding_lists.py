"""Whose a request is to decide: the work lists name it as one's own where one's delegation is for it, and after a conflict of
interest the case goes to who holds a delegation for it, else to the registrar."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import clock
from portal.db import session, transaction
from portal.decisions import deciders, queries, rules
from portal.desk import todo
from portal.funding_requests.acting import in_role
from portal.funding_requests.lifecycle import Action, Status
from portal.funding_requests.models import FundingRequest
from portal.funds.models import Delegation
from portal.people.permissions import Permission
from portal.register.models import Case, Organ
from tests.conftest import ClientFor
from tests.factories.decisions import a_statement, a_submitted_request, case_of
from tests.factories.road import act, case_in
from tests.factories.town import Town

CHIEF, DEPUTY, REGISTRAR = "kommunchef", "tf.kommunchef", "registrator"
DECIDE, OTHERS, HAND_OVER = "Besluta", "Beslutas av en annan beslutsfattare", "Överlämna till ett organ"


def task(client_for: ClientFor, username: str, case_id: UUID) -> str | None:
    """What the person's list asks of the case; None where it does not wait for them."""
    page = client_for(username).get("/").text
    mine = page.partition('id="andra"')[0]
    row = re.search(rf'href="/askanden/{case_id}".*?<td><b>(.*?)</b>', mine, re.S)
    return row[1] if row else None


def with_jav(client_for: ClientFor, username: str, case_id: UUID) -> None:
    """The person declares a conflict of interest on the page for it."""
    client = client_for(username)
    form = client.get(f"/askanden/{case_id}/jav").text
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version is not None
    sent = {"form_key": str(uuid4()), "version": version[1], "reason": "Närstående äger bolaget."}
    assert client.post(f"/askanden/{case_id}/jav", data=sent).status_code == 303


@pytest.fixture
def submitted(app: Flask, town: Town) -> UUID:
    with app.app_context():
        return a_submitted_request(town)


def test_a_request_is_named_as_ones_own_where_ones_delegation_is_for_it(submitted: UUID, client_for: ClientFor) -> None:
    assert task(client_for, CHIEF, submitted) == DECIDE
    assert task(client_for, DEPUTY, submitted) is None  # holds one for the chief's jäv only
    assert task(client_for, REGISTRAR, submitted) is None


def test_after_jav_it_goes_to_who_holds_a_delegation_for_it(submitted: UUID, client_for: ClientFor) -> None:
    with_jav(client_for, CHIEF, submitted)
    assert task(client_for, CHIEF, submitted) is None
    assert task(client_for, DEPUTY, submitted) == DECIDE
    assert task(client_for, REGISTRAR, submitted) is None
    page = client_for(CHIEF).get(f"/askanden/{submitted}/overlamna").text
    assert "Du har anmält jäv" in page and 'name="form_key"' not in page


def test_where_nobody_is_left_the_registrar_hands_it_over(
    app: Flask, submitted: UUID, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        organ = session.scalars(select(Organ.public_id).where(Organ.id == town.organ.id)).one()
    refused = client_for(REGISTRAR).get(f"/askanden/{submitted}/overlamna").text
    assert "Registratorn gör det när ingen beslutsfattare kan handlägga ärendet" in refused
    with_jav(client_for, CHIEF, submitted)
    with_jav(client_for, DEPUTY, submitted)
    assert task(client_for, DEPUTY, submitted) is None
    assert task(client_for, REGISTRAR, submitted) == HAND_OVER
    client = client_for(REGISTRAR)
    form = client.get(f"/askanden/{submitted}/overlamna").text
    version = re.search(r'name="version" value="(\d+)"', form)
    assert version is not None
    sent = {"form_key": str(uuid4()), "version": version[1], "organ": str(organ), "stance": "utan ställningstagande"}
    assert client.post(f"/askanden/{submitted}/overlamna", data=sent).status_code == 303
    assert task(client_for, REGISTRAR, submitted) == "För in protokollet"


def test_above_the_ceiling_it_is_handed_over_and_not_decided(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        first = a_submitted_request(town)
        second = a_submitted_request(town)  # counted together they are above
    assert [task(client_for, CHIEF, each) for each in (first, second)] == [HAND_OVER, HAND_OVER]


def test_what_anothers_delegation_covers_is_not_said_to_be_ones_own(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = a_submitted_request(town)
        small = town.person(DEPUTY).id
        with transaction():
            session.execute(update(Delegation).where(Delegation.person_id == small).values(only_when_jav_of_id=None, ceiling=1))
    assert (task(client_for, CHIEF, case_id), task(client_for, DEPUTY, case_id)) == (DECIDE, OTHERS)


def test_money_that_nobody_holds_a_delegation_for_waits_for_every_decision_maker(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        case_id = a_submitted_request(town)
        with transaction():
            session.execute(update(Delegation).values(valid_to=clock.today() - timedelta(days=1)))
    assert [task(client_for, who, case_id) for who in (CHIEF, DEPUTY)] == [HAND_OVER, HAND_OVER]


def test_a_substitute_has_what_the_one_stood_in_for_may_decide(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = a_submitted_request(town)
        with transaction():
            town.substitute(DEPUTY, stands_in_for=CHIEF)
    assert task(client_for, DEPUTY, case_id) == DECIDE


@pytest.fixture
def cases(inside: Flask, town: Town) -> Iterator[list[UUID]]:
    """Requests in which the persons have had different parts."""
    with transaction():
        town.substitute(DEPUTY, stands_in_for=CHIEF)
    little = {"lines": [("Belysning", "1 000")], "total": "1 000"}
    found = [a_submitted_request(town, **little), a_submitted_request(town, fund=None, **little)]
    found += [a_submitted_request(town, fund="Klimatmiljonen", **little), a_submitted_request(town, **little)]
    act(town, Action.DECLARE_JAV, found[3], CHIEF)
    found += [a_submitted_request(town, **little), case_in(Status.SUBMITTED, town)]
    a_statement(town, found[4])
    yield found


def test_the_lists_say_of_every_case_what_the_rules_say(cases: list[UUID], town: Town) -> None:
    on = clock.today()
    for case_id, username in product(cases, (CHIEF, DEPUTY)):
        case, actor = case_of(case_id), town.actor(username)
        facts = queries.facts(case, in_role(actor, (Permission.DECIDE,), case.unit_id))
        covered = (
            select(deciders.covered_by(actor, on)).select_from(Case).join(FundingRequest, FundingRequest.case_id == Case.id)
        )
        said = session.scalar(covered.where(Case.id == case.id))
        assert bool(said) == (rules.refusal_to_decide(facts) is None), (case_id, username)
        whole = queries.facts(case, town.actor(REGISTRAR))
        nobody = session.scalar(select(Case.id).where(Case.id == case.id, deciders.nobody_may_act(on))) is not None
        assert nobody == rules.no_decision_maker_may_act(whole)
    waiting = {row.public_id for row in todo.for_me(town.actor(CHIEF))}
    assert len(waiting) == todo.count(town.actor(CHIEF))
