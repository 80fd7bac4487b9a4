"""The registrar's acts and jäv: who may, what is left behind, what is refused."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.funding_requests import operations as requests
from portal.log.models import LogEntry
from portal.outbox.models import OutboxRow
from portal.people.models import Substitution
from portal.register import access, marking
from portal.register.models import Case, CaseFact, ConflictOfInterest, SecrecyMark
from tests.conftest import ClientFor
from tests.factories.funding_requests import a_submitted_request
from tests.factories.town import Town


def _fresh(case: Case) -> Case:
    session.expire_all()
    return session.get_one(Case, case.id)


@pytest.mark.usefixtures("inside")
class TestOperations:
    """Through operations, as every way in calls them."""

    def test_a_registration_is_checked_once(self, town: Town) -> None:
        case = a_submitted_request(town)
        by = town.actor("registrator")
        with transaction():
            marking.check_registration(case_id=case.public_id, by=by, seen_version=None)
        with pytest.raises(Refused, match="redan kontrollerad"), transaction():
            marking.check_registration(case_id=case.public_id, by=by, seen_version=None)
        assert [fact.kind for fact in session.scalars(select(CaseFact))] == ["registration_checked"]
        assert _fresh(case).status == "submitted"

    @pytest.mark.parametrize("username", ["sakerhetschef", "kommunchef", "ekonom", "revisor", "arkivarie"])
    def test_only_the_registrar_keeps_the_register(self, town: Town, username: str) -> None:
        case = a_submitted_request(town)
        with pytest.raises(Refused, match="registratorn"), transaction():
            marking.check_registration(case_id=case.public_id, by=town.actor(username), seen_version=None)
        assert session.scalars(select(CaseFact)).all() == []

    def test_another_unit_does_not_even_learn_that_the_case_exists(self, town: Town) -> None:
        case = a_submitted_request(town)
        with pytest.raises(Unknown), transaction():
            marking.declare_jav(case_id=case.public_id, reason="x", by=town.actor("fritidschef"), seen_version=None)

    def test_a_requesters_yes_is_confirmed_and_later_lifted(self, town: Town) -> None:
        case = a_submitted_request(town, secrecy="ja")
        by = town.actor("registrator")
        readers = frozenset({town.person("fritidschef").public_id})
        with transaction():
            marking.mark_secrecy(
                case_id=case.public_id,
                marking=marking.Marking(provision="18 kap. 8 § OSL", public_title="Äskande", readers=readers),
                by=by,
                seen_version=None,
            )
        mark = session.scalars(select(SecrecyMark)).one()
        assert mark.confirmed_at is not None and mark.marked_by_id == town.person("sakerhetschef").id
        reader = town.actor("fritidschef")
        assert session.scalars(access.find(case.public_id, reader)).one_or_none() is not None
        with transaction():
            marking.lift_mark(case_id=case.public_id, reason="Prövad.", public_title="Kameror", by=by, seen_version=None)
        assert not _fresh(case).is_secret and _fresh(case).public_title == "Kameror"
        assert session.scalars(access.find(case.public_id, reader)).one_or_none() is None
        with pytest.raises(Refused), transaction():
            marking.lift_mark(case_id=case.public_id, reason="Igen.", public_title="Kameror", by=by, seen_version=None)

    def test_jav_bars_every_act_and_tells_the_registrar(self, town: Town) -> None:
        case = a_submitted_request(town)
        by = town.actor("registrator")
        with transaction():
            marking.declare_jav(case_id=case.public_id, reason="Närstående i bolaget.", by=by, seen_version=None)
        with pytest.raises(Refused, match="anmält jäv"), transaction():
            marking.note_fact(case_id=case.public_id, kind="reported", on=clock.today(), text="", by=by, seen_version=None)
        assert session.scalars(select(ConflictOfInterest.person_id)).all() == [town.person("registrator").id]
        assert any(
            row["event"] == "jav" for row in session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == "notice"))
        )

    def test_a_requester_with_jav_cannot_withdraw_but_a_colleague_can(self, town: Town) -> None:
        case = a_submitted_request(town)
        with transaction():
            marking.declare_jav(case_id=case.public_id, reason="Jäv.", by=town.actor("sakerhetschef"), seen_version=None)
        with pytest.raises(Refused, match="anmält jäv"), transaction():
            requests.withdraw(case_id=case.public_id, reason="x", by=town.actor("sakerhetschef"), seen_version=None)
        with transaction():
            requests.withdraw(case_id=case.public_id, reason="x", by=town.actor("sakerhetssamordnare"), seen_version=None)
        assert _fresh(case).status == "withdrawn"

    def test_a_substitute_is_barred_by_the_jav_of_the_one_stood_in_for(self, town: Town) -> None:
        case = a_submitted_request(town)
        with transaction():
            town.substitute("ekonom2", stands_in_for="registrator")
            marking.declare_jav(case_id=case.public_id, reason="Jäv.", by=town.actor("registrator"), seen_version=None)
        assert session.scalars(select(Substitution)).one()
        with pytest.raises(Refused, match="ersättare för"), transaction():
            marking.check_registration(case_id=case.public_id, by=town.actor("ekonom2"), seen_version=None)

    def test_a_correction_adds_and_changes_nothing(self, town: Town) -> None:
        case = a_submitted_request(town)
        with transaction():
            marking.correct(case_id=case.public_id, what="I punkt 1 står 2025.", text="2026", by=town.actor("sakerhetschef"),
                            seen_version=None)  # fmt: skip
        assert session.scalars(select(CaseFact.kind)).all() == ["correction"]
        assert session.scalars(select(LogEntry.action).order_by(LogEntry.seq.desc()).limit(1)).one() == "register.correct"
        with pytest.raises(Invalid), transaction():
            marking.correct(case_id=case.public_id, what="", text="", by=town.actor("sakerhetschef"), seen_version=None)

    def test_a_stale_form_is_told_so(self, town: Town) -> None:
        case = a_submitted_request(town)
        version, by = case.version, town.actor("registrator")
        with transaction():
            marking.enter_number(case_id=case.public_id, number="2026/77", public_title="Trygghet", by=by, seen_version=version)
        with pytest.raises(Conflict), transaction():
            marking.enter_number(case_id=case.public_id, number="2026/78", public_title="Trygghet", by=by, seen_version=version)
        assert _fresh(case).external_number == "2026/77"


def _form(page: str) -> dict[str, str]:
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[-1] for name in ("form_key", "version")}


def test_the_register_shows_every_case_but_never_a_secret_title(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        number = str(a_submitted_request(town, title="Kameror vid larmcentralen", secrecy="ja").number)
        checked = a_submitted_request(town, title="Belysning").public_id
        with transaction():
            marking.check_registration(case_id=checked, by=town.actor("registrator"), seen_version=None)
    for username in ("fritidschef", "registrator", "kommunchef"):
        page = client_for(username).get("/diariet").text
        assert number in page and "Belysning" in page and "larmcentralen" not in page
    assert client_for("admin").get("/diariet").status_code == 403


def test_a_registration_is_checked_with_one_click_in_the_list(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        number = str(a_submitted_request(town).number)
    client = client_for("registrator")
    page = client.get("/diariet?ej_kontrollerade=1").text
    address = re.findall(r'action="([^"]+/registrering[^"]*)"', page)[0].replace("&amp;", "&")
    answer = client.post(address, data=_form(page), follow_redirects=True)
    assert answer.status_code == 200 and f"Registreringen av {number} är kontrollerad." in answer.text
    assert number not in client.get("/diariet?ej_kontrollerade=1").text
    assert "Kontrollerad" in client.get("/diariet").text


@pytest.mark.parametrize("page", ["registrering", "nummer", "sekretess", "hav-sekretess", "handelse", "jav", "ratta"])
def test_every_form_opens_for_the_registrar_and_says_no_to_the_recipient(
    app: Flask, client_for: ClientFor, town: Town, page: str
) -> None:
    with app.app_context():
        address = f"/askanden/{a_submitted_request(town, secrecy='ja').public_id}/{page}"
    assert client_for("registrator").get(address).status_code == 200
    assert client_for("kommunledning").get(address).status_code in (403, 404)


@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("nummer", {"number": "x" * 300, "public_title": "T"}),
        ("sekretess", {"provision": "", "public_title": ""}),
        ("handelse", {"kind": "annat", "on_date": "i går", "text": ""}),
        ("jav", {"reason": "\x00"}),
        ("ratta", {"what": "fel", "text": "rätt", "status": "closed"}),
    ],
)
def test_bad_input_is_422_with_the_form_again_and_nothing_changed(
    app: Flask, client_for: ClientFor, town: Town, page: str, data: dict[str, str]
) -> None:
    with app.app_context():
        address = f"/askanden/{a_submitted_request(town).public_id}/{page}"
    client = client_for("registrator")
    answer = client.post(address, data={**_form(client.get(address).text), **data})
    assert answer.status_code == 422 and "att rätta" in answer.text
    with app.app_context():
        assert session.scalars(select(CaseFact)).all() == []
