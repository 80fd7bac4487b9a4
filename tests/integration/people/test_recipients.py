"""The directory of recipients: kept by the administrator, by name and validity, with addresses looked at when typed."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.people import directory
from portal.people.models import Recipient
from tests.conftest import ClientFor
from tests.factories.funding_requests import a_draft
from tests.factories.town import Town
from tests.forms import fill

AT = "/administration/mottagare"


def _rows() -> list[Recipient]:
    session.expire_all()
    return list(session.scalars(select(Recipient).order_by(Recipient.id)))


def test_the_administrator_adds_a_recipient_and_lets_it_end(app: Flask, town: Town, client_for: ClientFor) -> None:
    client, today = client_for("admin"), clock.today()
    typed = {"name": "Trygghets rådet", "kind": "external", "email": "radet@example.org", "valid_from": today.isoformat()}
    assert fill(client, AT, to=AT, **typed).status_code == 303
    again = fill(client, AT, to=AT, **typed)
    assert again.status_code == 422 and "finns redan i förteckningen" in again.text
    with app.app_context():
        (row,) = _rows()
        assert (row.is_external, row.every_decision, row.email) == (True, False, "radet@example.org")
        assert directory.named(["  trygghets  RÅDET"])["trygghets rådet"].email == "radet@example.org"
        address = f"{AT}/{row.public_id}/avsluta"
    assert fill(client, AT, to=address, valid_to=(today - timedelta(days=1)).isoformat()).status_code == 422
    assert fill(client, AT, to=address, valid_to=today.isoformat()).status_code == 303
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert fill(client, AT, to=AT, **{**typed, "email": "", "valid_from": tomorrow}).status_code == 303
    assert "Ingen adress" in client.get(AT).text
    with app.app_context():
        assert directory.named(["Trygghets rådet"])["trygghets rådet"].email == "radet@example.org"
        assert directory.offered().count("Trygghets rådet") == 1


def test_an_address_that_looks_wrong_is_told_when_it_is_typed_and_changes_nothing(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    client = client_for("admin")
    typed = {"name": "Rådet", "kind": "person", "valid_from": clock.today().isoformat()}
    for email, said in (
        ("radet@example.org\r\nBcc: alla@example.org", "radbrytning"),
        ("a@example.org,b@example.org", "Skriv en enda e-postadress."),
        ("radet@akersbo.example", "liknar adresserna på akersbro.example"),
    ):
        answer = fill(client, AT, to=AT, email=email, **typed)
        assert answer.status_code == 422 and said in answer.text and "Rådet" in answer.text
    empty = fill(client, AT, to=AT, name="Brevlådan", kind="unit", valid_from=clock.today().isoformat())
    assert empty.status_code == 422 and "Välj enheten" in empty.text
    with app.app_context():
        assert _rows() == []
    assert fill(client, AT, to=AT, email="radet@akersbo.example", sure="1", **typed).status_code == 303
    assert client_for("ekonom").get(AT).status_code == 403
    assert fill(client, AT, to=AT, **{**typed, "name": "Rådet\x00"}).status_code == 422
    broken = fill(client, AT, to=AT, **{**typed, "name": "Nämnden\r\nBcc: a@example.org", "email": "namnden@akersbro.example"})
    assert broken.status_code == 422 and "Namnet innehåller en radbrytning" in broken.text
    assert "Bcc: a@example.org" in broken.text and "namnden@akersbro.example" in broken.text, "what was typed stands there"
    with app.app_context():
        assert [row.name for row in _rows()] == ["Rådet"], "nothing is added"
    with app.app_context():
        copies = [{"name": "Rådet", "email": email, "action": ""} for email in ("radet@akersbrp.example", "a@example.com")]
        draft = a_draft(town, copies=copies).public_id
    written = client_for("sakerhetschef").get(f"/askanden/{draft}/skriv?visa=allt").text
    assert written.count("Adressen liknar adresserna på") == 1, "it is pointed out, and stops nobody"
