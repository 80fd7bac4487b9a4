"""Forms that are refused before they reach a page, and a press that came while the first was still at work."""

from uuid import uuid4

import pytest
from flask import Flask

from portal.db import transaction
from portal.people import operations as people
from portal.people import sign_in
from portal.web import forms
from tests.conftest import ClientFor
from tests.factories.decisions import a_submitted_request
from tests.factories.funding_requests import a_draft
from tests.factories.town import Town


@pytest.mark.parametrize("headers", [{"Origin": "https://ond.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_from_another_site_is_told_what_was_wrong_with_it(client_for: ClientFor, headers: dict[str, str]) -> None:
    answer = client_for("sakerhetschef").post("/askanden/ny", data={"form_key": str(uuid4())}, headers=headers)
    assert answer.status_code == 403
    page = answer.get_data(as_text=True)
    assert "Formuläret skickades från en annan webbplats. Inget har ändrats." in page
    assert "Ingen av dina roller" not in page


def test_a_form_refused_before_its_page_could_be_drawn_shows_what_was_typed(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        case_id = a_draft(town).public_id
    typed = "Skadegörelsen har ökat <under> året."
    answer = client_for("sakerhetschef").post(f"/askanden/{case_id}/spara", data={"description": typed, "status": "closed"})
    assert answer.status_code == 422
    assert "fält som inte får ändras nu" in answer.get_data(as_text=True)
    assert "Skadegörelsen har ökat &lt;under&gt; året." in answer.get_data(as_text=True)


def test_a_press_held_up_by_the_throttle_gets_what_the_first_press_did(
    app: Flask, town: Town, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = uuid4()

    def too_many(_password: str) -> None:
        # Meanwhile the first press of the same form has come through.
        with transaction():
            people.remember_result(key=key, person_id=town.actor("kommunchef").person_id, location="/konto")
        raise sign_in.Throttled(1)

    monkeypatch.setattr(forms, "confirm", too_many)
    client = client_for("kommunchef")
    answer = client.post(f"/askanden/{uuid4()}/besluta", data={"form_key": str(key), "password": "x"})
    assert (answer.status_code, answer.location) == (303, "/konto")


def test_one_second_is_one_second() -> None:
    assert sign_in.Throttled(1).problems["password"] == "För många försök. Vänta 1 sekund och försök igen."
    assert sign_in.Throttled(2).problems["password"] == "För många försök. Vänta 2 sekunder och försök igen."


def test_what_was_typed_in_a_form_that_one_may_not_send_is_there_to_copy(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = a_submitted_request(town)
    client = client_for("registrator")  # a decision maker may act, so the registrar may not hand over
    address = f"/askanden/{case_id}/overlamna"
    form = {"form_key": str(uuid4()), "version": "1", "organ": "", "text": "Skälen står här, ord för ord."}
    answer = client.post(address, data=form)
    assert answer.status_code in (403, 409, 422)
    assert "Skälen står här, ord för ord." in answer.text
