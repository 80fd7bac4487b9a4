"""What is typed wrong about who stands in: one clear sentence on the page, everything typed still there, nothing changed."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, select

from portal import clock
from portal.db import session, transaction
from portal.people import standing_in
from portal.people.models import Absence, Substitution
from tests.conftest import ClientFor
from tests.factories.town import Town


def day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def rows(app: Flask, table: type[Absence] | type[Substitution]) -> int:
    with app.app_context():
        return session.scalar(select(func.count()).select_from(table)) or 0


def sentences(page: str) -> list[str]:
    """What the summary at the top says."""
    links = html.fromstring(page).xpath("//*[contains(@class, 'summary')]//a | //*[@role='alert']//a")
    return list(dict.fromkeys(" ".join(link.text_content().split()) for link in links))


def kept(page: str, name: str) -> list[str]:
    """The values of the fields of that name."""
    found = html.fromstring(page).xpath(f"//input[@name='{name}']/@value | //select[@name='{name}']/option[@selected]/@value")
    return [unescape(value) for value in found]


def led_to(page: str) -> list[tuple[str, str]]:
    """The form and the value of each field that the summary leads to, the only ones marked; each in a fold that is open."""
    tree = html.fromstring(page)
    names = [str(link.get("href")).removeprefix("#") for link in tree.xpath("//*[@role='alert']//a")]
    fields = [tree.xpath(f"//*[@id='{name}']") for name in names]
    assert all(len(found) == 1 for found in fields), "the summary leads to nothing, or to two fields"
    marked = {field.get("id") for field in tree.xpath("//*[@aria-invalid]")}
    assert marked <= set(names), "a field of a form that was not sent is marked"
    assert not tree.xpath("//details[not(@open)]//*[@aria-invalid]"), "what is wrong is folded away"
    return [(field.xpath("ancestor::form/@action")[0], field.get("value", "")) for (field,) in fields]


# Who is to be stood in for, by whom, from and to (days from today), and what the sentence says. tf.kommunchef stands in for
# kommunchef already, for six days from today; ekonom2 for tf.kommunchef.
PERIODS = {
    "backwards": ("ekonom", "ekonom2", 2, 1, "Slutdagen"),
    "overlapping": ("kommunchef", "ekonom2", 5, 9, "redan"),
    "the same twice": ("kommunchef", "tf.kommunchef", 0, 5, "redan"),
    "a circle of two": ("tf.kommunchef", "kommunchef", 0, 5, ""),
    "a circle of three": ("ekonom2", "kommunchef", 0, 5, "ersätta varandra"),
    "oneself": ("kommunchef", "kommunchef", 20, 25, ""),
}


@pytest.mark.parametrize("name", PERIODS)
def test_a_period_or_a_circle_that_cannot_be_is_one_sentence(app: Flask, town: Town, client_for: ClientFor, name: str) -> None:
    who, other, first, last, says = PERIODS[name]
    with app.app_context(), transaction():
        town.substitute("tf.kommunchef", stands_in_for="kommunchef")
        town.substitute("ekonom2", stands_in_for="tf.kommunchef")
    before = rows(app, Substitution)
    person = f"/administration/personer/{town.person(who).public_id}"
    typed = {
        "substitute": str(town.person(other).public_id),
        "ground_kind": "clause",
        "ground": "Delegationsordningen 1.4",
        "valid_from": day(first),
        "valid_to": day(last),
    }
    answer = client_for("admin").post(f"{person}/ersattare", data={"form_key": str(uuid4()), **typed})
    assert answer.status_code == 422
    told = sentences(answer.text)
    assert len(told) == 1 and says in told[0], told
    offered = () if name == "oneself" else ("substitute",)  # nobody is offered to themselves
    for field in (*offered, "ground", "valid_from", "valid_to"):
        assert typed[field] in kept(answer.text, field), field
    assert all(action == f"{person}/ersattare" for action, _value in led_to(answer.text))
    assert rows(app, Substitution) == before


@pytest.mark.parametrize("address", ["ersattare", "roller"])
def test_a_form_without_its_days_is_refused_and_drawn_again(town: Town, client_for: ClientFor, address: str) -> None:
    person = f"/administration/personer/{town.person('ekonom').public_id}"
    answer = client_for("admin").post(f"{person}/{address}", data={"form_key": str(uuid4()), "ground": "Punkt 1.4"})
    assert answer.status_code == 422
    assert "Första dag" in answer.text


def test_a_substitution_never_ends_behind_what_was_done_by_it(app: Flask, town: Town, client_for: ClientFor) -> None:
    """What the substitute decided this morning would else lie outside the time for which they stood in."""
    with app.app_context(), transaction():
        row = standing_in.appoint_substitute(
            person_id=town.person("kommunchef").public_id,
            substitute_id=town.person("tf.kommunchef").public_id,
            ground="Delegationsordningen 1.4",
            valid_from=clock.today() - timedelta(days=3),
            valid_to=clock.today() + timedelta(days=3),
            by=town.actor("admin"),
        )
        public_id, held = row.public_id, row.valid_to
    person = f"/administration/personer/{town.person('kommunchef').public_id}"
    typed = {"valid_to": day(-1)}
    admin = client_for("admin")
    answer = admin.post(f"{person}/ersattare/{public_id}/avsluta", data={"form_key": str(uuid4()), **typed})
    assert answer.status_code == 422
    told = "Sista dagen är tidigast i dag, så att det som ersättaren har gjort ligger inom tiden."
    assert sentences(answer.text) == [told]
    assert led_to(answer.text) == [(f"{person}/ersattare/{public_id}/avsluta", typed["valid_to"])]
    with app.app_context():
        assert session.scalars(select(Substitution)).one().valid_to == held
    typed = {"valid_to": day(0)}
    answer = admin.post(f"{person}/ersattare/{public_id}/avsluta", data={"form_key": str(uuid4()), **typed})
    assert answer.status_code == 303


@pytest.mark.parametrize(("first", "last"), [(2, 1), (0, -1)])
def test_an_absence_backwards_is_one_sentence(app: Flask, town: Town, client_for: ClientFor, first: int, last: int) -> None:
    typed = {"valid_from": day(first), "valid_to": day(last), "stands_in": str(town.person("ekonom2").public_id)}
    answer = client_for("ekonom").post("/konto/franvaro", data={"form_key": str(uuid4()), **typed})
    assert answer.status_code == 422
    assert len(sentences(answer.text)) == 1
    assert all(value in kept(answer.text, field) for field, value in typed.items())
    assert rows(app, Absence) == 0


def test_a_day_that_is_none_is_one_sentence(app: Flask, town: Town, client_for: ClientFor) -> None:
    typed = {"valid_from": "2027-02-29", "valid_to": "2027-03-02", "stands_in": ""}
    answer = client_for("ekonom").post("/konto/franvaro", data={"form_key": str(uuid4()), **typed})
    assert (answer.status_code, rows(app, Absence)) == (422, 0)
    assert sentences(answer.text) == ["Datumet kan inte läsas. Skriv det som 2026-11-22."]
    assert re.search('value="2027-03-02"', answer.text)


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("/administration/organ", "valid_to"),
        ("/administration/enheter", "valid_to"),
        ("/administration/delegationer", "last_day"),
    ],
)
def test_a_last_day_that_is_none_is_told_at_the_row_it_was_typed_in(
    app: Flask, town: Town, client_for: ClientFor, place: str, name: str
) -> None:
    admin = client_for("admin")
    [address, *_others] = html.fromstring(admin.get(place).text).xpath(f"//form[.//input[@name='{name}']]/@action")
    answer = admin.post(address, data={"form_key": str(uuid4()), "version": "1", name: "0026-02-30"})
    assert answer.status_code == 422 and len(sentences(answer.text)) == 1
    assert led_to(answer.text) == [(address, "0026-02-30")]
