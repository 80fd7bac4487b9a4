"""From a pasted tjänsteskrivelse to a sent request: kept unchanged, read beside its passages, asked where it is silent."""

import io
import re
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.documents.models import Document
from portal.funding_requests import queries
from portal.register.models import Case
from tests.conftest import ClientFor
from tests.factories.town import Town
from tests.forms import value_of

LETTER = """Alva Exempel, Säkerhetssamordnare
0221- 251 14
sakerhet@akersbro.example

Äskande om medel – Trygghetsfrämjande åtgärder

Förslag till beslut

1 mkr av trygghetsmiljonen beviljas till säkerhetsenheten för att utveckla det trygghetsskapande arbetet.

Ärendebeskrivning

Skadegörelsen kostade 1,5 mkr under förra året. Enheten föreslår kameror och väktare.

Ekonomisk fördelning kan komma att förändras utefter rådande omständigheter.

Trygghetsskapande åtgärder 100kkr
Kamerabevakning 600kkr
Extra väktare 300kkr
Trygghetsmätning

2021-04-16

Beslutsunderlag

Tjänsteskrivelse: Äskande om medel – Trygghetsfrämjande åtgärder

Kopia till

Kommunledningsförvaltningen

Kommunchef i Åkersbro
Kommunchef
"""


def _read_in(client: FlaskClient, **data: object) -> str:
    key = value_of(client.get("/askanden/las-in").text, "form_key")
    answer = client.post("/askanden/las-in", data={"form_key": key, "classified": "nej", **data})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_the_letter_becomes_a_sent_request_in_ten_presses_at_most(app: Flask, client_for: ClientFor, town: Town) -> None:
    client = client_for("sakerhetschef")
    presses = 2  # Äskanden, Läs in en tjänsteskrivelse
    address = _read_in(client, text=LETTER)
    presses += 2  # nothing security-classified, Läs in dokumentet
    page = client.get(address).text
    year = str(clock.today().year)
    form = {name: value_of(page, name) for name in ("form_key", "receiver", "total")}
    form |= {"fund": str(town.fund.public_id), "cost_type_all": "vet inte"}
    form |= {"budget_year": year, "redistribution": "ja", "secrecy": "nej"}  # three answers, one press each
    answer = client.post(address, data=form)
    presses += 4
    review = client.get(answer.location, follow_redirects=True)
    assert "Skicka in äskandet" in review.text
    sent = {name: value_of(review.text, name) for name in ("form_key", "version", "draft_version")}
    assert client.post(address.replace("las-in", "skicka-in"), data=sent).status_code == 303
    presses += 1
    assert presses <= 10
    with app.app_context():
        content = queries.current_version(session.scalars(select(Case)).one()).content  # type: ignore[union-attr]
        assert content.total == 1_000_000 and content.fund is not None and content.fund.name == town.fund.name
        assert [line.amount for line in content.lines] == [100_000, 600_000, 300_000, None]
        assert content.title == "Äskande om medel – Trygghetsfrämjande åtgärder"
        assert content.handler.phone == "0221- 251 14" and content.date == "2021-04-16"


def test_before_anything_is_read_in_one_is_told_what_to_leave_out(client_for: ClientFor) -> None:
    page = client_for("sakerhetschef").get("/askanden/las-in").text
    notice = page.find("Kamerornas placering, väktarnas scheman och larmkoder")
    assert 0 < notice < page.index("Läs in dokumentet</button>") and "18 kap. 8 § offentlighets- och sekretesslagen" in page


def test_the_page_selects_the_named_money_and_asks_what_the_letter_does_not_say(client_for: ClientFor, town: Town) -> None:
    client = client_for("sakerhetschef")
    page = client.get(_read_in(client, text=LETTER)).text
    assert re.search(rf'value="{town.fund.public_id}" selected', page)
    assert "Vilket budgetår gäller äskandet?" in page and 'value="ja" checked' not in page
    assert "1,5 mkr" in page and "100\u00a0000\u00a0kr" in page
    assert 'href="#kalla-title-1"' in page and 'id="kalla-title-1"' in page


def test_the_document_is_kept_unchanged_with_its_hash(app: Flask, client_for: ClientFor) -> None:
    raw = ("Källa: påhittad\r\n" + LETTER.replace("\n", "\r\n")).encode("utf-8-sig")
    _read_in(client_for("sakerhetschef"), file=(io.BytesIO(raw), "skrivelse.txt"))
    with app.app_context():
        document = session.scalars(select(Document)).one()
        assert (document.kind, document.sha256) == ("source", sha256(raw).hexdigest())
        assert app.extensions["store"].read(document.sha256) == raw


@pytest.mark.parametrize(("name", "data"), [("tom.txt", b""), ("bild.txt", b"\x00\x01\x02" * 99), ("brev.docx", b"PK")])
def test_what_holds_no_text_is_one_sentence_and_makes_no_draft(
    app: Flask, client_for: ClientFor, name: str, data: bytes
) -> None:
    client = client_for("sakerhetschef")
    key = value_of(client.get("/askanden/las-in").text, "form_key")
    answer = client.post("/askanden/las-in", data={"form_key": key, "classified": "nej", "file": (io.BytesIO(data), name)})
    assert answer.status_code == 422
    with app.app_context():
        assert session.scalars(select(Case)).all() == []


def test_what_is_already_written_is_kept(app: Flask, client_for: ClientFor) -> None:
    client = client_for("sakerhetschef")
    key = value_of(client.get("/askanden/ny").text, "form_key")
    written = client.post("/askanden/ny", data={"form_key": key}).location
    version = value_of(client.get(written).text, "version")
    client.post(written.replace("skriv", "spara"), data={"title": "Min egen rubrik", "version": version})
    address = _read_in(client, text=LETTER, arende=written.split("/")[2])
    page = client.get(address).text
    client.post(address, data={"form_key": value_of(page, "form_key")})
    with app.app_context():
        request = queries.request_of(session.scalars(select(Case)).one())
        assert request.draft is not None
        assert request.draft["title"] == "Min egen rubrik" and request.draft["lines"][1]["amount"] == "600kkr"
