"""Closing and archiving in the browser."""

from flask import Flask

from portal.funding_requests.lifecycle import Status
from tests.conftest import ClientFor
from tests.factories.archive import a_closed_case
from tests.factories.decisions import case_of
from tests.factories.road import case_in
from tests.factories.town import Town
from tests.forms import fill


def test_the_registrar_closes_and_opens_again(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = case_in(Status.SETTLED, town)
    client = client_for("registrator")
    assert fill(client, f"/askanden/{case_id}/avsluta").status_code == 303
    assert fill(client, f"/askanden/{case_id}/ateroppna", reason="").status_code == 422
    assert fill(client, f"/askanden/{case_id}/ateroppna", reason="Ett beslut saknades.").status_code == 303
    with app.app_context():
        assert case_of(case_id).status == "settled"


def test_what_is_missing_is_listed_instead_of_the_button(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = case_in(Status.WITHDRAWN, town)
    page = client_for("registrator").get(f"/askanden/{case_id}/avsluta").get_data(as_text=True)
    assert "Registreringen är inte kontrollerad." in page
    assert 'name="version"' not in page


def test_a_case_is_closed_without_its_report_with_a_reason(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = case_in(Status.DISPATCHED, town)
    client, address = client_for("registrator"), f"/askanden/{case_id}/avsluta-utan-slutredovisning"
    assert fill(client, address).status_code == 422
    assert fill(client, address, reason="Enheten är nedlagd.").status_code == 303


def test_the_archivist_archives_several_at_once_and_a_repeat_does_nothing(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        chosen = [a_closed_case(town), a_closed_case(town)]
    client = client_for("arkivarie")
    page = client.get("/arkiv").get_data(as_text=True)
    assert "Arkivera 2 ärenden" in page
    for expected in ("Arkiverade 2 av 2 ärenden.", "Arkiverade 0 av 2 ärenden."):
        answer = client.post("/arkiv", data={"case": [str(case_id) for case_id in chosen]}, follow_redirects=True)
        assert expected in answer.get_data(as_text=True)
    with app.app_context():
        assert {case_of(case_id).status for case_id in chosen} == {"archived"}


def test_the_auditor_reads_the_archive_and_archives_nothing(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = a_closed_case(town)
    client = client_for("revisor")
    page = client.get("/arkiv?q=finns+inte&fran=2026-01-01&till=trasigt&efter=skräp&enhet=x")
    assert page.status_code == 200 and "Datumet kan inte läsas. Skriv det som 2026-11-22." in page.text
    assert "Arkivera 1 ärende" not in page.get_data(as_text=True)
    assert client.post("/arkiv", data={"case": str(case_id)}).status_code == 403


def test_a_requester_has_no_archive(app: Flask, town: Town, client_for: ClientFor) -> None:
    assert client_for("sakerhetschef").get("/arkiv").status_code == 403
