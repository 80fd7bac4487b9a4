"""Substitutes and absence: what is refused, what stays to be read, who is told, and that an absence gives no right."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.decisions import operations as decisions
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.log.models import LogEntry
from portal.people import away as absent
from portal.people import queries, standing_in
from portal.people.models import Absence, Substitution
from portal.people.permissions import Permission
from tests.conftest import ClientFor
from tests.factories.decisions import a_decision, a_submitted_request, an_answer
from tests.factories.town import Town


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app


def appoint(town: Town, who: str, other: str, *, first: int = 0, last: int = 5, **ground: object) -> Substitution:
    today = clock.today()
    with transaction():
        return standing_in.appoint_substitute(
            person_id=town.person(who).public_id,
            substitute_id=town.person(other).public_id,
            ground=standing_in.Ground(**({"clause": "Delegationsordningen 1.4"} | ground)),  # type: ignore[arg-type]
            valid_from=today + timedelta(days=first),
            valid_to=today + timedelta(days=last),
            by=town.actor("admin"),
        )


def away(town: Town, who: str, other: str | None, *, first: int = 0, last: int = 5) -> Absence:
    today = clock.today()
    with transaction():
        return standing_in.note_absence(
            valid_from=today + timedelta(days=first),
            valid_to=today + timedelta(days=last),
            stands_in_id=town.person(other).public_id if other else None,
            by=town.actor(who),
        )


def told(town: Town, permission: Permission = Permission.DECIDE) -> set[str]:
    names = {row.public_id: username for username, row in town.people.items()}
    return {names[person.public_id] for person in absent.told(permission, town.unit.id)}


def test_overlaps_and_circles_are_refused_with_one_sentence(inside: Flask, town: Town) -> None:
    appoint(town, "kommunchef", "tf.kommunchef")
    for who, other in (("kommunchef", "tf.kommunchef"), ("kommunchef", "ekonom2"), ("tf.kommunchef", "kommunchef")):
        with pytest.raises(Invalid) as refused:
            appoint(town, who, other)
        assert list(refused.value.problems) == ["valid_from"]
    appoint(town, "tf.kommunchef", "ekonom2")
    with pytest.raises(Invalid, match="ersätta varandra"):
        appoint(town, "ekonom2", "kommunchef")
    with pytest.raises(Invalid, match="Slutdagen"):
        appoint(town, "ekonom", "ekonom2", first=2, last=1)
    appoint(town, "kommunchef", "ekonom2", first=6, last=9)


def test_an_appointment_is_kept_with_number_date_and_by_whom_and_read_on_the_page(
    inside: Flask, town: Town, client_for: ClientFor
) -> None:
    path = f"/administration/personer/{town.person('kommunchef').public_id}"
    sent = {
        "form_key": str(uuid4()),
        "substitute": str(town.person("ekonom2").public_id),
        "ground_kind": "appointment",
        "ground": "",
        "ground_number": "KS 2026:14",
        "ground_date": clock.today().isoformat(),
        "appointed_by": "",
        "valid_from": clock.today().isoformat(),
        "valid_to": clock.today().isoformat(),
    }
    admin = client_for("admin")
    answer = admin.post(f"{path}/ersattare", data=sent)
    assert answer.status_code == 422
    assert "Skriv vem som har förordnat." in answer.get_data(as_text=True)
    assert admin.post(f"{path}/ersattare", data=sent | {"appointed_by": "Kommunstyrelsens ordförande"}).status_code == 303
    page = admin.get(path).get_data(as_text=True)
    assert "som tf kommunchef" in page
    assert "Förordnande KS 2026:14 den" in page and "Kommunstyrelsens ordförande." in page


def test_an_ended_substitution_stays_to_be_read_with_who_ended_it_and_cannot_be_made_longer(
    inside: Flask, town: Town, client_for: ClientFor
) -> None:
    row = appoint(town, "kommunchef", "ekonom2", last=9).public_id
    today = clock.today()
    with pytest.raises(Invalid, match="slutar tidigare"), transaction():
        standing_in.end_substitution(substitution_id=row, last_day=today + timedelta(days=10), by=town.actor("admin"))
    with transaction():
        standing_in.end_substitution(substitution_id=row, last_day=today, by=town.actor("admin"))
    with pytest.raises(Conflict, match="slutar redan den dagen"), transaction():
        standing_in.end_substitution(substitution_id=row, last_day=today, by=town.actor("admin"))
    kept = session.scalars(select(Substitution).where(Substitution.public_id == row)).one()
    assert session.query(LogEntry).filter_by(action="people.end_substitution").count() == 1
    assert (kept.valid_to, kept.ended_by_id) == (today, town.person("admin").id)
    page = client_for("admin").get(f"/administration/personer/{town.person('kommunchef').public_id}").get_data(as_text=True)
    assert "Avslutad" in page and "av Systemförvaltare i Åkersbro" in page


@pytest.mark.parametrize(
    ("last_evening", "next_morning"),
    [
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), datetime(2026, 12, 31, 23, 0, tzinfo=UTC)),
        (datetime(2027, 3, 28, 21, 59, 59, tzinfo=UTC), datetime(2027, 3, 28, 22, 0, tzinfo=UTC)),  # summer time began
        (datetime(2027, 10, 31, 22, 59, 59, tzinfo=UTC), datetime(2027, 10, 31, 23, 0, tzinfo=UTC)),  # and ended
        (datetime(2028, 2, 29, 22, 59, 59, tzinfo=UTC), datetime(2028, 2, 29, 23, 0, tzinfo=UTC)),
    ],
)
def test_the_last_day_ends_at_midnight_in_sweden(
    inside: Flask, town: Town, last_evening: datetime, next_morning: datetime
) -> None:
    clock.set_source(lambda: last_evening)
    other = town.person("ekonom2").id
    appoint(town, "kommunchef", "ekonom2", first=-2, last=0)
    away(town, "ekonom", "revisor", first=-2, last=0)
    assert queries.actor(other).may(Permission.DECIDE)
    assert "ekonom2" in told(town) and "revisor" in told(town, Permission.RECORD_BUDGET)
    clock.set_source(lambda: next_morning)
    assert not queries.actor(other).may(Permission.DECIDE)
    assert "ekonom2" not in told(town) and "revisor" not in told(town, Permission.RECORD_BUDGET)


def test_an_absence_moves_notices_to_whoever_stands_in_and_gives_no_right(inside: Flask, town: Town) -> None:
    case_id = a_submitted_request(town)
    before = told(town)
    row = away(town, "kommunchef", "arkivarie").public_id
    assert told(town) == before | {"arkivarie"}
    other = queries.actor(town.person("arkivarie").id)
    assert not other.may(Permission.DECIDE) and other.stands_in_for == ()
    with pytest.raises(Refused), transaction():
        decisions.decide(case_id=case_id, answer=an_answer(case_id), by=town.actor("arkivarie"), seen_version=None)
    with pytest.raises(Unknown), transaction():
        standing_in.end_absence(absence_id=row, by=town.actor("arkivarie"))
    with transaction():
        standing_in.end_absence(absence_id=row, by=town.actor("kommunchef"))
    assert told(town) == before
    with pytest.raises(Conflict), transaction():
        standing_in.end_absence(absence_id=row, by=town.actor("kommunchef"))


def test_the_account_page_takes_an_absence_once_and_ends_it(inside: Flask, town: Town, client_for: ClientFor) -> None:
    client, day = client_for("kommunchef"), clock.today().isoformat()
    sent = {"form_key": str(uuid4()), "valid_from": day, "valid_to": day, "stands_in": str(town.person("ekonom").public_id)}
    assert client.post("/konto/franvaro", data=sent).status_code == 303
    again = client.post("/konto/franvaro", data=sent | {"form_key": str(uuid4())})
    assert again.status_code == 422 and "redan angett frånvaro" in again.get_data(as_text=True)
    assert "Ekonom svarar" in client.get("/konto").get_data(as_text=True)
    row = session.scalars(select(Absence)).one()
    assert client.post(f"/konto/franvaro/{row.public_id}/avsluta", data={"form_key": str(uuid4())}).status_code == 303
    assert "Avslutad" in client.get("/konto").get_data(as_text=True)


def test_the_case_says_who_stands_in_where_the_turn_is_named(inside: Flask, town: Town, client_for: ClientFor) -> None:
    case_id = a_submitted_request(town)
    away(town, "kommunchef", "ekonom")
    appoint(town, "tf.kommunchef", "ekonom2")
    page = client_for("sakerhetschef").get(f"/askanden/{case_id}").get_data(as_text=True)
    assert "Kommunchef är frånvarande till och med" in page and "Ekonom svarar under tiden." in page
    assert "Controller är tf biträdande kommunchef till och med" in page


def test_a_decision_by_a_substitute_is_printed_as_tf_and_for_whom(inside: Flask, town: Town, client_for: ClientFor) -> None:
    appoint(town, "kommunchef", "ekonom2")
    case_id, decision = a_decision(town, by="ekonom2")
    assert decision.acting_for_id == town.person("kommunchef").id
    page = client_for("sakerhetschef").get(f"/askanden/{case_id}").get_data(as_text=True)
    assert "Controller i Åkersbro, controller som tf kommunchef" in page
    assert "Controller som tf kommunchef" in page
