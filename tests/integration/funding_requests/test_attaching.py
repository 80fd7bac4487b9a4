"""Attaching files in the browser: several at once, each once, the good ones beside the bad; and the question before any."""

import io
import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.db import session
from portal.documents.models import Document
from portal.funding_requests.models import FundingRequest
from tests.conftest import ClientFor
from tests.factories.funding_requests import a_full_draft, typed
from tests.factories.town import Town
from tests.forms import value_of

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}
NO = {"classified": "nej"}


def _whole(client: FlaskClient, draft: str, town: Town, **changes: Any) -> dict[str, Any]:
    """The writing page's form, as a browser without script sends it."""
    page = client.get(f"{draft}/skriv").text
    frame = {name: value_of(page, name) for name in ("version", "page", "form_key")}
    return {**typed(a_full_draft(town, **changes)), **frame, "attach": "1"}


def _files(*named: tuple[str, bytes]) -> dict[str, Any]:
    return {"files": [(io.BytesIO(data), name) for name, data in named]}


def _alone(*named: tuple[str, bytes], key: str = "", **more: str) -> dict[str, Any]:
    """Files as script sends them: without what is typed."""
    return {"form_key": key or str(uuid4()), "attach": "1", **NO, **more, **_files(*named)}


def _attached(app: Flask) -> list[str]:
    with app.app_context():
        return list(session.scalars(select(Document.filename).where(Document.kind == "attachment").order_by(Document.id)))


def _told(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text))


def test_several_files_are_attached_with_what_is_typed_and_taken_away_again(
    app: Flask, client_for: ClientFor, draft: str, town: Town
) -> None:
    client = client_for("sakerhetschef")
    sent = _whole(client, draft, town, title="Ny rubrik") | NO | _files(("lägesbild.txt", b"Plats"), ("offert.csv", b"a;b\n"))
    answer = client.post(f"{draft}/spara", data=sent)
    assert (answer.status_code, answer.location) == (303, f"{draft}/skriv#bilagor")
    page = client.get(f"{draft}/skriv").text
    assert "Ny rubrik" in page and "Inlämnad av" in page
    assert _attached(app) == ["lägesbild.txt", "offert.csv"]
    dropped = {**typed(a_full_draft(town)), "version": value_of(page, "version"), "drop": value_of(page, "drop")}
    assert client.post(f"{draft}/spara", data=dropped).status_code == 303
    assert _attached(app) == ["offert.csv"]


def test_the_good_ones_are_attached_and_each_bad_one_is_named_with_its_sentence(
    app: Flask, client_for: ClientFor, draft: str, town: Town
) -> None:
    client = client_for("sakerhetschef")
    files = _files(("fel.exe", b"MZ"), ("bra.txt", b"Plats"), ("tom.txt", b""))
    answer = client.post(f"{draft}/spara", data=_whole(client, draft, town, title="Ny rubrik") | NO | files)
    assert answer.status_code == 303 and _attached(app) == ["bra.txt"]
    told = _told(client.get(answer.location))
    for sentence in ("1 av 3 filer är bifogade.", "fel.exe: Filtypen tas inte emot.", "tom.txt: Filen är tom."):
        assert sentence in told
    assert "Ny rubrik" in told
    assert "tom.txt" not in client.get(f"{draft}/skriv").text, "told once"


@pytest.mark.parametrize(("name", "data"), [("tom.txt", b""), ("fel.exe", b"MZ"), ("falsk.pdf", b"ingen pdf")])
def test_where_none_holds_nothing_is_changed_and_what_is_typed_stays_on_the_page(
    app: Flask, client_for: ClientFor, draft: str, town: Town, name: str, data: bytes
) -> None:
    client = client_for("sakerhetschef")
    sent = _whole(client, draft, town, title="Otippad rubrik") | NO | _files((name, data))
    answer = client.post(f"{draft}/spara", data=sent)
    assert answer.status_code == 422 and "Otippad rubrik" in answer.text
    assert f"{name}: Filen" in _told(answer) or f"{name}: Filtypen" in _told(answer)
    assert 'href="#files"' in answer.text and _attached(app) == []
    del sent["version"]  # a page kept open over an upgrade, say
    answer = client.post(f"{draft}/spara", data=sent | _files((name, data)))
    assert answer.status_code == 422 and "Otippad rubrik" in answer.text
    with app.app_context():
        assert (session.scalars(select(FundingRequest.draft)).one() or {})["title"] != "Otippad rubrik"


@pytest.mark.parametrize(("answer", "told"), [({"classified": "ja"}, "säkerhetsskyddschef"), ({}, "Svara på om")])
def test_no_file_is_taken_in_unless_it_is_answered_that_none_is_security_classified(
    app: Flask, client_for: ClientFor, draft: str, town: Town, answer: dict[str, str], told: str
) -> None:
    client = client_for("sakerhetschef")
    whole = client.post(
        f"{draft}/spara", data=_whole(client, draft, town, title="Min text") | answer | _files(("a.txt", b"Plats"))
    )
    assert whole.status_code == 422 and told in whole.text and "Min text" in whole.text and 'href="#classified"' in whole.text
    alone = _alone(("a.txt", b"Plats"))
    del alone["classified"]
    part = client.post(f"{draft}/spara", data=alone | answer, headers=FRAGMENT)
    assert part.status_code == 422 and told in part.text and "<html" not in part.text
    assert _attached(app) == []
    with app.app_context():
        assert not list(app.extensions["store"].root.glob("??/??/*")), "nor are its bytes"


def test_a_file_sent_again_with_its_key_is_attached_once_and_the_list_is_the_answer(
    app: Flask, client_for: ClientFor, draft: str
) -> None:
    client, key = client_for("sakerhetschef"), str(uuid4())
    for data in (b"Plats", b"Annan plats"):
        answer = client.post(f"{draft}/spara", data=_alone(("lägesbild.txt", data), key=key), headers=FRAGMENT)
        assert answer.status_code == 200 and 'id="bilagor-lista"' in answer.text and "lägesbild.txt" in answer.text
        assert "<html" not in answer.text and 'id="kostnader"' not in answer.text
    assert _attached(app) == ["lägesbild.txt"]
    client.post(f"{draft}/spara", data=_alone(("lägesbild.txt", b"Annan plats")), headers=FRAGMENT)
    assert len(_attached(app)) == 2, "with a key of its own it is another file"


def test_files_sent_alone_leave_the_draft_as_it_is(app: Flask, client_for: ClientFor, draft: str) -> None:
    client = client_for("sakerhetschef")
    with app.app_context():
        before = session.execute(select(FundingRequest.draft, FundingRequest.draft_version)).one()
    assert client.post(f"{draft}/spara", data=_alone(("a.txt", b"Plats")), headers=FRAGMENT).status_code == 200
    with app.app_context():
        assert session.execute(select(FundingRequest.draft, FundingRequest.draft_version)).one() == before


def test_a_file_of_the_same_name_is_a_version_and_the_same_file_again_is_none(
    app: Flask, client_for: ClientFor, draft: str
) -> None:
    client = client_for("sakerhetschef")
    for data in (b"Plats", b"Annan plats", b"Annan plats"):
        client.post(f"{draft}/spara", data=_alone(("plan.txt", data)), headers=FRAGMENT)
    assert _attached(app) == ["plan.txt", "plan.txt"]
    page = _told(client.get(f"{draft}/skriv"))
    assert "version 2. Inlämnad av" in page and "En tidigare version av plan.txt" in page and "Version 1" in page


def test_more_files_than_a_case_may_have_are_told_one_by_one(app: Flask, client_for: ClientFor, draft: str, town: Town) -> None:
    client = client_for("sakerhetschef")
    named = [(f"{n}.txt", f"Fil {n}".encode()) for n in range(20)]
    client.post(f"{draft}/spara", data=_whole(client, draft, town) | NO | _files(*named[:19]))
    answer = client.post(f"{draft}/spara", data=_whole(client, draft, town) | NO | _files(("x.txt", b"x"), ("y.txt", b"y")))
    assert answer.status_code == 303 and len(_attached(app)) == 20
    assert "y.txt: Ärendet har redan 20 filer" in _told(client.get(answer.location))
    full = client.post(f"{draft}/spara", data=_whole(client, draft, town) | NO | _files(("z.txt", b"z")))
    assert full.status_code == 422 and "z.txt: Ärendet har redan 20 filer" in _told(full)
    many = client.post(f"{draft}/spara", data=_whole(client, draft, town) | NO | _files(*named, ("u.txt", b"u")))
    assert many.status_code == 422 and "Högst 20 filer" in many.text


def test_more_than_may_be_sent_at_once_is_told_in_a_sentence(app: Flask, client_for: ClientFor, draft: str) -> None:
    body = b"x" * (30 * 1024 * 1024 + 1)
    answer = client_for("sakerhetschef").post(f"{draft}/spara", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413 and "skicka högst 30 MB åt gången" in answer.text
    assert _attached(app) == []


def test_a_file_chosen_but_not_attached_is_attached_when_the_draft_is_sent_on(
    app: Flask, client_for: ClientFor, draft: str, town: Town
) -> None:
    client = client_for("sakerhetschef")
    sent = _whole(client, draft, town) | NO | {"next": "granska"} | _files(("a.txt", b"Plats"))
    del sent["attach"]
    answer = client.post(f"{draft}/spara", data=sent)
    assert (answer.status_code, answer.location, _attached(app)) == (303, f"{draft}/granska", ["a.txt"])


def test_nothing_is_kept_of_what_is_sent_to_a_case_that_one_does_not_see(app: Flask, client_for: ClientFor, draft: str) -> None:
    answer = client_for("fritidschef").post(f"{draft}/spara", data=_alone(("a.txt", b"Plats")))
    assert answer.status_code == 404
    with app.app_context():
        assert not list(app.extensions["store"].root.glob("??/??/*"))
