"""Persons, units, roles and substitutes: what the administrator does, and what it leads to."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event

from portal import clock
from portal.db import db, session, transaction
from portal.errors import Conflict, Invalid, Refused
from portal.log.models import LogEntry
from portal.people import operations, queries, standing_in
from portal.people.models import Person
from portal.people.permissions import Permission, Role
from portal.register import organs
from tests.conftest import ClientFor
from tests.factories.town import Town


def actions() -> list[str]:
    return [row.action for row in session.query(LogEntry).order_by(LogEntry.seq)]


def test_a_new_person_gets_a_link_that_is_shown_once_and_leads_in(app: Flask, client_for: ClientFor) -> None:
    admin = client_for("admin")
    form = {"username": "ny.chef", "name": "Ny Chef", "title": "Enhetschef", "email": "", "phone": "", "form_key": uuid4()}
    page = admin.post("/administration/personer/ny", data=form, follow_redirects=True).get_data(as_text=True)
    found = re.search(r"http://127\.0\.0\.1:8000(/lank/[\w-]+)", page)
    assert found
    assert "/lank/" not in admin.get("/administration/personer/ny").get_data(as_text=True)

    newcomer = app.test_client()
    password = {"new_password": "Tistel Gurka Moln Kjol", "again": "Tistel Gurka Moln Kjol"}
    assert newcomer.post(found[1], data=password).status_code == 303
    assert "Ny Chef" in newcomer.get("/konto").get_data(as_text=True)
    with app.app_context():
        assert {"people.add_person", "people.set_password", "people.sign_in"} <= set(actions())


def test_a_form_sent_twice_adds_one_person(app: Flask, client_for: ClientFor) -> None:
    admin = client_for("admin")
    form = {"username": "ny.chef", "name": "Ny Chef", "title": "", "email": "", "phone": "", "form_key": uuid4()}
    first, second = (admin.post("/administration/personer/ny", data=form) for _turn in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    with app.app_context():
        assert session.query(Person).filter_by(username="ny.chef").count() == 1


def test_a_taken_name_is_told_and_what_was_typed_stays(client_for: ClientFor) -> None:
    form = {"username": "Ekonom", "name": "Någon Annan", "title": "", "email": "", "phone": "", "form_key": uuid4()}
    answer = client_for("admin").post("/administration/personer/ny", data=form)
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert "Användarnamnet finns redan." in text
    assert "Någon Annan" in text


@pytest.mark.parametrize("field", ["is_admin", "password_hash", "disabled_at", "version2"])
def test_a_field_the_form_does_not_have_is_refused(client_for: ClientFor, field: str) -> None:
    form = {"username": "x", "name": "X", "title": "", "email": "", "phone": "", "form_key": uuid4(), field: "1"}
    answer = client_for("admin").post("/administration/personer/ny", data=form)
    assert answer.status_code == 422
    assert "får ändras" in answer.get_data(as_text=True)


def test_a_role_given_for_a_period_opens_and_closes_on_its_days(inside: Flask, town: Town) -> None:
    first, last = date(2027, 3, 1), date(2027, 3, 31)
    with transaction():
        operations.grant_role(
            person_id=town.person("fritidschef").public_id,
            unit_id=town.unit.public_id,
            role=Role.FINANCE,
            valid_from=first,
            valid_to=last,
            by=town.actor("admin"),
        )
    noon = clock.now().replace(year=2027, month=3, day=1, hour=11)
    may = {}
    for day in (-1, 0, 30, 31):
        moment = noon + timedelta(days=day)
        clock.set_source(lambda moment=moment: moment)
        may[day] = queries.actor(town.person("fritidschef").id).may(Permission.RECORD_BUDGET)
    assert may == {-1: False, 0: True, 30: True, 31: False}
    assert "people.grant_role" in actions()


def test_the_same_role_cannot_be_held_twice_on_a_day(inside: Flask, town: Town) -> None:
    with pytest.raises(Invalid), transaction():
        operations.grant_role(
            person_id=town.person("ekonom").public_id,
            unit_id=town.units["Ekonomiavdelningen"].public_id,
            role=Role.FINANCE,
            valid_from=clock.today(),
            valid_to=None,
            by=town.actor("admin"),
        )


def test_a_substitute_acts_with_the_others_roles_only_in_the_period(inside: Flask, town: Town) -> None:
    today = clock.today()
    chief, other = town.person("kommunchef"), town.person("ekonom2")
    assert not queries.actor(other.id).may(Permission.DECIDE)
    with transaction():
        standing_in.appoint_substitute(
            person_id=chief.public_id,
            substitute_id=other.public_id,
            ground="Delegationsordningen 1.4",
            valid_from=today,
            valid_to=today,
            by=town.actor("admin"),
        )
    acting = queries.actor(other.id).acting(Permission.DECIDE)
    assert acting.may(Permission.DECIDE)
    assert not acting.holds(Permission.DECIDE)
    assert acting.acting_for == chief.public_id
    assert acting.persons == {chief.id, other.id}

    tomorrow = clock.now() + timedelta(days=1)
    clock.set_source(lambda: tomorrow)
    assert not queries.actor(other.id).may(Permission.DECIDE)


def test_nobody_is_their_own_substitute(inside: Flask, town: Town) -> None:
    chief = town.person("kommunchef").public_id
    with pytest.raises(Invalid), transaction():
        standing_in.appoint_substitute(
            person_id=chief,
            substitute_id=chief,
            ground="x",
            valid_from=clock.today(),
            valid_to=clock.today(),
            by=town.actor("admin"),
        )


def test_an_administrator_cannot_close_their_own_account(app: Flask, client_for: ClientFor, town: Town) -> None:
    admin = client_for("admin")
    path = f"/administration/personer/{town.person('admin').public_id}"
    assert "Du kan inte stänga ditt eget konto." in admin.get(path).get_data(as_text=True)
    answer = admin.post(f"{path}/stang", data={"form_key": uuid4(), "version": 1})
    assert answer.status_code == 403
    assert admin.get(path).status_code == 200


def test_two_administrators_do_not_overwrite_each_other(client_for: ClientFor, town: Town) -> None:
    path = f"/administration/personer/{town.person('ekonom').public_id}"
    form = {"name": "Första", "title": "", "email": "", "phone": "", "version": 1}
    one, two = client_for("admin"), client_for("admin")
    assert one.post(path, data={**form, "form_key": uuid4()}).status_code == 303
    answer = two.post(path, data={**form, "name": "Andra", "form_key": uuid4()})
    assert answer.status_code == 409
    assert "Andra" in answer.get_data(as_text=True)


@pytest.mark.parametrize("username", ["kommunchef", "revisor", "registrator"])
def test_only_an_administrator_administers_in_the_operation_too(inside: Flask, town: Town, username: str) -> None:
    by = town.actor(username)
    with pytest.raises(Refused), transaction():
        operations.add_person(username="ny", name="Ny", by=by)
    with pytest.raises(Refused), transaction():
        operations.disable(person_id=town.person("ekonom").public_id, by=by)
    with pytest.raises(Refused), transaction():
        organs.add_organ(name="Nämnden", by=by)


def test_an_ended_unit_and_organ_are_chosen_no_more(inside: Flask, town: Town) -> None:
    yesterday = clock.today() - timedelta(days=1)
    with transaction():
        operations.end_unit(unit_id=town.units["Räddningstjänsten"].public_id, last_day=yesterday, by=town.actor("admin"))
        organs.end_organ(organ_id=town.council.public_id, last_day=yesterday, by=town.actor("admin"))
    with pytest.raises(Conflict, match="redan"), transaction():
        organs.end_organ(organ_id=town.council.public_id, last_day=yesterday, by=town.actor("admin"))
    assert "Räddningstjänsten" not in [unit.name for unit in queries.units()]
    assert "Räddningstjänsten" in [unit.name for unit in queries.units(ended=True)]
    assert [organ.name for organ in organs.organs()] == ["Kommunstyrelsen"]


def test_ending_a_role_that_is_gone_is_told(inside: Flask, town: Town) -> None:
    with pytest.raises(Conflict), transaction():
        operations.end_role(holding_id=uuid4(), last_day=clock.today(), by=town.actor("admin"))


def test_persons_are_listed_page_by_page_without_losing_any(app: Flask, client_for: ClientFor) -> None:
    with app.app_context(), transaction():
        for number in range(60):
            session.add(Person(username=f"p{number:03}", name=f"Person {number}", created_at=clock.now()))
    admin = client_for("admin")
    found: set[str] = set()
    path: str | None = "/administration"
    while path:
        text = admin.get(path).get_data(as_text=True)
        found |= set(re.findall(r">(p\d{3})<", text))
        following = re.search(r'href="(/administration\?efter=[^"]+)"', text)
        path = following[1].replace("&amp;", "&") if following else None
    assert len(found) == 60


def test_the_list_of_persons_takes_the_same_statements_for_few_and_many(app: Flask, client_for: ClientFor) -> None:
    admin = client_for("admin")
    with app.app_context():
        engine = db.engine
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    admin.get("/administration")
    few = len(seen)
    with app.app_context(), transaction():
        session.add_all(Person(username=f"q{n:03}", name=f"Person {n}", created_at=clock.now()) for n in range(30))
    seen.clear()
    admin.get("/administration")
    assert len(seen) == few <= 12
