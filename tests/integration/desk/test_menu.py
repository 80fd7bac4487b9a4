"""The number in the menu: it is asked with a statement that is kept, and follows who asks, with which rights, on which day."""

import re
from datetime import timedelta

from flask import Flask

from portal import clock
from portal.db import session, transaction
from portal.people import operations as people
from portal.people import standing_in
from portal.people.models import RoleHolding
from tests.conftest import ClientFor
from tests.factories.decisions import a_submitted_request
from tests.factories.town import Town

_COUNT = re.compile(r'class="count" id="antal-att-gora">(\d+)')


def test_the_number_follows_a_substitution_from_its_first_day_to_after_its_last(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        a_submitted_request(town)
        person_id, substitute_id = (town.person(who).public_id for who in ("kommunchef", "fritidschef"))
    visitor = client_for("fritidschef")

    def number() -> list[str]:
        return _COUNT.findall(visitor.get("/konto").get_data(as_text=True))

    assert number() == []
    today = clock.today()
    with app.app_context(), transaction():
        standing_in.appoint_substitute(
            person_id=person_id,
            substitute_id=substitute_id,
            ground="Delegationsordningen 1.4",
            valid_from=today,
            valid_to=today,
            by=town.actor("admin"),
        )
    assert number() == ["1"]
    now = clock.now()
    clock.set_source(lambda: now + timedelta(days=1))
    visitor = client_for("fritidschef")
    assert number() == []


def test_the_number_goes_with_the_role(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        a_submitted_request(town)
    visitor = client_for("kommunchef")
    assert _COUNT.findall(visitor.get("/konto").get_data(as_text=True)) == ["1"]
    with app.app_context(), transaction():
        held = session.query(RoleHolding).filter_by(person_id=town.person("kommunchef").id).one()
        people.end_role(holding_id=held.public_id, last_day=clock.today() - timedelta(days=1), by=town.actor("admin"))
    assert _COUNT.findall(visitor.get("/konto").get_data(as_text=True)) == []
