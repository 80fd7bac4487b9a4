"""A request for public records, from the question to the answer: searched, reviewed, masked, handed out, refused, closed."""

import html
import io
import json
import re
import subprocess
import zipfile
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import clock
from portal.db import session, transaction
from portal.demo.disclosing import hand_out_masked
from portal.disclosure import queries
from portal.disclosure.models import DisclosureDecision, DisclosureItem, DisclosureRequest
from portal.documents.models import Document
from portal.documents.store import current_store
from portal.log.models import LogBody, LogEntry
from portal.register import marking
from tests.conftest import PASSWORD, ClientFor
from tests.factories.archive import an_archived_case
from tests.factories.decisions import a_decision, a_submitted_request, case_of
from tests.factories.disclosure import PROVISION
from tests.factories.road import run_worker
from tests.factories.town import Town
from tests.forms import fill, value_of
from tests.integration.test_statements import asked

DRAWN = "Ritning över larmets placering"
ASKER, WANTED = "pippi@villa.example", "Alla handlingar om kamerorna"


def words(answer: TestResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.text)).replace("\u00a0", " ").split())


def text_of(pdf: bytes) -> str:
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return " ".join(text.replace("\u00a0", " ").split())


def kept(data: bytes) -> str:
    """The bytes in the store, by their SHA-256."""
    return current_store().put(data)


def packed(client: FlaskClient, address: str) -> dict[str, bytes]:
    """The files that leave, by their names in the folder."""
    with zipfile.ZipFile(io.BytesIO(client.get(f"{address}/handlingar.zip").data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture
def case_id(app: Flask, town: Town) -> UUID:
    """A decided request, its documents made, and a masked copy of its decision."""
    with app.app_context():
        found = a_submitted_request(town, lines=(("Kameror vid torget", "600 000"),), total="600 000")
        a_decision(town, found)
        run_worker()
        with transaction():
            hand_out_masked(
                case_of(found), phrases=["Kameror"], provision=PROVISION, to="en väktare", by=town.actor("registrator")
            )
        return found


def received(client: FlaskClient, **typed: str) -> str:
    """A request noted in the browser; the address of its page."""
    said = {"wanted": WANTED, "asker": ASKER, "channel": "email", "received_on": clock.today().isoformat(), **typed}
    answer = fill(client, "/utlamnande/ny", **said)
    assert answer.status_code == 303, words(answer)
    return answer.location


def found_in(client: FlaskClient, address: str, number: str | None) -> list[str]:
    """What a search of the request's page finds to add, by id."""
    page = client.get(f"{address}?q={number}")
    assert page.status_code == 200
    return re.findall(r'name="document" value="([^"]+)"', page.text)


def add(client: FlaskClient, address: str, document: str) -> TestResponse:
    page = client.get(f"{address}/andra").text  # a form on the request, with its version
    sent = {name: value_of(page, name) for name in ("csrf_token", "version")}
    return client.post(f"{address}/handlingar", data={**sent, "form_key": str(uuid4()), "document": document})


def items_of(app: Flask, address: str) -> list[tuple[str, str]]:
    """The address of each document of the request, with its kind of file (empty for none)."""
    with app.app_context():
        request = session.scalars(select(DisclosureRequest).where(DisclosureRequest.public_id == UUID(address[-36:]))).one()
        rows = session.scalars(
            select(DisclosureItem).where(DisclosureItem.request_id == request.id).order_by(DisclosureItem.id)
        )
        return [(f"{address}/handlingar/{row.public_id}", row.document.kind if row.document else "") for row in rows]


def test_a_request_is_answered_in_part_with_a_masked_copy_a_fee_and_a_decision_that_can_be_appealed(
    app: Flask, client_for: ClientFor, case_id: UUID, town: Town
) -> None:
    registrar = client_for("registrator")
    with app.app_context():
        number = case_of(case_id).number
    address = received(registrar)
    for each in found_in(registrar, address, number):
        assert add(registrar, address, each).status_code == 303
    there = items_of(app, address)
    assert {"submission", "decision"} <= {kind for _address, kind in there}
    again = found_in(registrar, address, number)
    assert not again and "Tillagd" in registrar.get(f"{address}?q={number}").text

    for item, kind in there:
        page = registrar.get(item)
        assert "llmän handling" in page.text
        masked = re.search(r'<option value="([0-9a-f-]{36})"', page.text) if kind == "decision" else None
        said = {"assessment": "masked", "provision": PROVISION, "masked": masked[1]} if masked else {"assessment": "given"}
        if not kind:
            said = {"assessment": "not_public", "reason": "Den är ett utkast."}
        assert fill(registrar, item, **said).status_code == 303, words(fill(registrar, item, **said))

    files = packed(registrar, address)
    kinds = [kind for _item, kind in there if kind]
    assert len(files) == len(kinds) and all(data.startswith(b"%PDF") for data in files.values())
    assert "Kameror" not in " ".join(files)
    for kind, data in zip(kinds, files.values(), strict=True):
        assert ("Kameror" in text_of(data)) == (kind != "decision"), "what is masked is not in the copy that leaves"

    answer = fill(registrar, f"{address}/lamna-ut", way="post", pages="11")
    assert answer.status_code == 303
    shown = words(registrar.get(address))
    assert "52 kr för 11 sidor på papper" in shown and "Begäran är avslutad" not in shown

    answer = fill(registrar, f"{address}/beslut", reasons="Uppgifterna rör bevakningen.", clause="Punkt 1.4", password=PASSWORD)
    assert answer.status_code == 303
    with app.app_context():
        run_worker()
    text = text_of(registrar.get(f"{address}/beslut.pdf").data)
    for said in (
        PROVISION,
        "kammarrätten",
        "inom tre veckor",
        "Punkt 1.4",
        "Uppgifterna rör bevakningen.",
        WANTED,
        number or "",
    ):
        assert said.replace("\u00a0", " ") in text, said
    twice = registrar.get(f"{address}/beslut")
    assert "Ett skriftligt beslut har redan meddelats" in twice.text

    assert fill(registrar, f"{address}/avsluta").status_code == 303
    assert "Delvis utlämnat" in client_for("revisor").get("/utlamnande").text
    timeline = words(registrar.get(f"/askanden/{case_id}"))
    assert "Lämnade ut" in timeline and "Beslutade att helt eller delvis inte lämna ut" in timeline
    with app.app_context():
        logged = " ".join(session.scalars(select(LogBody.json).join(LogEntry, LogEntry.seq == LogBody.seq)))
        assert ASKER not in logged and WANTED not in logged, "who asks, and for what, is in no log"
        assert session.scalars(select(DisclosureDecision)).one().number == f"UTL-B\u00a0{clock.today().year}/0001"


def test_nobody_need_say_who_they_are_and_all_that_is_given_whole_ends_the_request(
    app: Flask, client_for: ClientFor, case_id: UUID, town: Town
) -> None:
    registrar = client_for("registrator")
    address = received(registrar, asker="", channel="visit")
    assert "Inte angiven" in registrar.get(address).text
    with app.app_context():
        number = case_of(case_id).number
    assert add(registrar, address, found_in(registrar, address, number)[0]).status_code == 303
    ((item, _kind),) = items_of(app, address)
    assert fill(registrar, item, assessment="given").status_code == 303
    assert fill(registrar, f"{address}/lamna-ut", way="visit", pages="9").status_code == 303
    shown = words(registrar.get(address))
    assert "0 kr för 9 sidor på papper" in shown and registrar.get("/utlamnande").text.count("Utlämnat") >= 1
    assert "Begäran är redan avslutad" in registrar.get(f"{address}/avsluta").text
    assert "Begäran är avslutad" in registrar.get(item).text


def test_what_is_typed_wrong_changes_nothing_and_is_said_in_a_sentence(
    app: Flask, client_for: ClientFor, case_id: UUID, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    registrar = client_for("registrator")
    wrong = (
        ({"received_on": "2999-01-01"}, "Datumet kan inte läsas"),
        ({"received_on": "2150-01-01"}, "Begäran kan inte ha kommit en dag som inte har varit"),
        ({"wanted": ""}, "Skriv vilka handlingar som efterfrågas"),
        ({"wanted": "å" * 10_000}, "Texten är 10000 tecken och får vara högst 5000"),
        ({"channel": "fax"}, "Välj hur begäran kom"),
    )
    for typed, sentence in wrong:
        answer = fill(registrar, "/utlamnande/ny", **{"wanted": WANTED, "channel": "email", **typed})
        assert answer.status_code == 422 and sentence in words(answer), typed
    address = received(registrar)
    assert "Inget ärende i diariet har det numret" in registrar.get(f"{address}?q=KS 1999/0001").text
    assert "Skriv minst tre tecken" in registrar.get(f"{address}?q=ab").text
    assert add(registrar, address, str(uuid4())).status_code == 404
    with app.app_context():
        number = case_of(case_id).number
    first, second = found_in(registrar, address, number)[:2]
    assert add(registrar, address, first).status_code == 303
    answer = add(registrar, address, first)
    assert answer.status_code == 422 and "Handlingen finns redan i begäran" in answer.text
    with monkeypatch.context() as held:
        held.setattr(queries, "MOST_ITEMS", 1)
        answer = add(registrar, address, second)
        assert answer.status_code == 422 and "En begäran rymmer högst 1 handlingar" in answer.text
    ((item, _kind),) = items_of(app, address)
    other = received(registrar, wanted="Något annat")
    assert registrar.get(f"{other}/handlingar/{item[-36:]}").status_code == 404, "a document of another request"
    assert add(registrar, other, first).status_code == 303, "but the same document may be asked for by two"

    for typed, sentence in (
        ({"assessment": "withheld", "provision": ""}, "Skriv enligt vilken bestämmelse"),
        ({"assessment": "not_public", "reason": ""}, "Skriv varför handlingen inte är allmän"),
        ({"assessment": "masked", "provision": PROVISION, "masked": str(uuid4())}, "Välj den maskade kopia"),
        ({"assessment": "borta"}, "Välj vad bedömningen blev"),
    ):
        answer = fill(registrar, item, **typed)
        assert answer.status_code == 422 and sentence in words(answer), typed
    stale = {name: value_of(registrar.get(item).text, name) for name in ("csrf_token", "version", "form_key")}
    assert fill(registrar, item, assessment="given").status_code == 303
    late = registrar.post(item, data={**stale, "form_key": str(uuid4()), "assessment": "withheld", "provision": "25 kap. 1 §"})
    assert late.status_code == 409 and "Någon annan har ändrat i begäran" in late.text and "25 kap. 1 §" in late.text

    for pages, sentence in (("-1", "helt tal"), ("tio", "helt tal"), ("1000000", "helt tal"), ("²", "helt tal")):
        answer = fill(registrar, f"{address}/lamna-ut", way="post", pages=pages)
        assert answer.status_code == 422 and sentence in words(answer), pages
    answer = fill(registrar, f"{address}/lamna-ut", way="email", pages="12")
    assert answer.status_code == 422 and "Filer med e-post kostar inget" in words(answer)
    answer = fill(registrar, f"{address}/lamna-ut", way="email", pages="0", on="2001-01-01")
    assert answer.status_code == 422 and "innan begäran kom" in words(answer)
    assert "Utlämnat" not in words(registrar.get(address))
    assert add(registrar, address, second).status_code == 303


def test_the_one_list_stays_where_it_was_when_the_other_goes_on(
    client_for: ClientFor, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    registrar = client_for("registrator")
    for address in [received(registrar) for _each in range(4)][:2]:
        assert fill(registrar, f"{address}/avsluta", outcome="withdrawn").status_code == 303
    monkeypatch.setattr(queries, "PAGE", 1)
    waiting, closed = re.findall(r'href="(/utlamnande\?[^"]+)"', registrar.get("/utlamnande").text)
    (further,) = re.findall(r'href="(/utlamnande\?[^"]+)"', registrar.get(waiting).text)
    assert set(html.unescape(further).split("?")[1].split("&")) == {each.split("?")[1] for each in (waiting, closed)}


def test_the_archivist_hands_out_archived_cases_and_no_others_and_the_auditor_only_reads(
    app: Flask, client_for: ClientFor, case_id: UUID, town: Town
) -> None:
    with app.app_context():
        number, archived = case_of(case_id).number, case_of(an_archived_case(town)).number
    archivist, auditor = client_for("arkivarie"), client_for("revisor")
    address = received(archivist)
    registrar = client_for("registrator")
    ours = received(registrar)
    given = found_in(registrar, ours, number)[0]
    answer = add(archivist, address, given)
    assert answer.status_code == 403 and "lämnas ut av registratorn" in answer.text
    assert not found_in(archivist, address, number)
    assert "lämnas ut av registratorn" in archivist.get(f"{address}?q={number}").text
    assert add(registrar, ours, given).status_code == 303
    assert fill(registrar, items_of(app, ours)[0][0], assessment="given").status_code == 303
    leaving = "Hämta det som lämnas ut"
    assert leaving in registrar.get(ours).text and leaving not in archivist.get(ours).text
    answer = archivist.get(f"{ours}/handlingar.zip")
    assert answer.status_code == 403 and "lämnas ut av registratorn" in answer.text
    assert add(archivist, address, found_in(archivist, address, archived)[0]).status_code == 303
    ((item, _kind),) = items_of(app, address)
    assert fill(archivist, item, assessment="given").status_code == 303
    assert auditor.get(address).status_code == auditor.get(item).status_code == 200
    assert auditor.get(f"{address}/lamna-ut").status_code == auditor.post(item).status_code == 403
    for username in ("ekonom", "kommunchef", "sakerhetschef", "kommunledning", "admin"):
        assert client_for(username).get("/utlamnande").status_code == 403, username


def test_reading_a_marked_document_in_review_is_logged_and_its_title_stands_on_no_list_or_paper(
    app: Flask, client_for: ClientFor, case_id: UUID, town: Town
) -> None:
    registrar = client_for("registrator")
    with app.app_context(), transaction():
        case = marking.mark_secrecy(
            case_id=case_id,
            marking=marking.Marking(provision=PROVISION, public_title="Uppgift utelämnad"),
            by=town.actor("registrator"),
            seen_version=None,
        )
        number, secret = case.number, case.title
        fields = {"kind": "attachment", "mime": "application/pdf", "source_note": "", "created_at": clock.now()}
        made_by = {"created_by_id": town.person("sakerhetschef").id, "filename": "x.pdf", "size": 5, "case_id": case.id}
        drawn = Document(version=1, title=DRAWN, series=uuid4(), edition=1, sha256=kept(b"whole"), **fields, **made_by)
        session.add(drawn)
        session.flush()
        fields["kind"], copied = "masked_copy", f"Maskad kopia av {DRAWN}"
        session.add(Document(version=9, title=copied, original_id=drawn.id, sha256=kept(b"black"), **fields, **made_by))
    address = received(registrar)
    for each in found_in(registrar, address, number):
        assert add(registrar, address, each).status_code == 303
    reads = select(LogEntry.seq).where(LogEntry.action == "register.read_secret")
    with app.app_context():
        before = len(session.scalars(reads).all())
    page = client_for("revisor").get(address)
    there = items_of(app, address)
    assert page.status_code == 200 and "sekretessmarkerat" in page.text
    with app.app_context():
        assert len(session.scalars(reads).all()) == before, "the list reads no secret"
    shown = client_for("revisor").get(there[0][0])
    assert "Markeringen är en varning, inget beslut" in words(shown)
    with app.app_context():
        assert len(session.scalars(reads).all()) == before + 1
    assert secret in words(shown), "it is what lists and papers leave out"

    lists = [page.text, registrar.get("/utlamnande").text, registrar.get(f"{address}?q={number}").text]
    for item, kind in there:
        said = {"assessment": "withheld", "provision": PROVISION}
        if kind == "attachment":
            copy = re.search(r'<option value="([0-9a-f-]{36})"', registrar.get(item).text)
            assert copy
            said |= {"assessment": "masked", "masked": copy[1]}
        assert fill(registrar, item, **said).status_code == 303
    lists.append(registrar.get(address).text)
    with app.app_context():
        before = len(session.scalars(reads).all())
    with asked(app) as statements:
        files = packed(registrar, address)
    assert list(files.values()) == [b"black"]
    assert not [each for each in statements if each.startswith("SELECT file_scan")], "the scanner's word comes with the files"
    with app.app_context():
        read = session.scalars(reads.with_only_columns(LogEntry.object_id).order_by(LogEntry.seq)).all()[before:]
        copy_id = session.scalars(select(Document.public_id).where(Document.title == f"Maskad kopia av {DRAWN}")).one()
        assert read == [copy_id], "what is kept back was not read"
    reasoned = {"reasons": "Uppgifterna rör bevakningen.", "clause": "Punkt 1.4", "password": PASSWORD}
    assert fill(registrar, f"{address}/beslut", **reasoned).status_code == 303
    with app.app_context():
        run_worker()
    lists += [registrar.get(address).text, *files, text_of(registrar.get(f"{address}/beslut.pdf").data)]
    for told in lists:
        assert told and secret not in html.unescape(told) and DRAWN not in html.unescape(told)


def test_a_marked_attachment_is_reviewed_with_its_mark_and_named_by_the_number_of_its_register(
    app: Flask, client_for: ClientFor, case_id: UUID, town: Town
) -> None:
    with app.app_context(), transaction():
        case = case_of(case_id)
        case.kept_elsewhere, case.external_number = True, "2026/77"
        fields = {"kind": "attachment", "filename": "ritning.pdf", "mime": "application/pdf", "size": 1, "sha256": "0" * 64}
        series, handed_in = uuid4(), {"created_at": clock.now(), "created_by_id": town.person("sakerhetschef").id}
        first, second, other = (
            Document(case_id=case.id, version=n, title=title, series=own, edition=edition, **fields, **handed_in)
            for n, title, own, edition in ((1, "Ritning", series, 1), (2, "Ritning", series, 2), (3, "Annat", uuid4(), 1))
        )
        session.add_all([first, second, other])
        session.flush()
        marked, asked = first.public_id, {"marked": second.public_id, "other": other.public_id}
    with app.app_context(), transaction():
        what = marking.Marking(provision=PROVISION, public_title="Uppgift utelämnad", source_id=marked)
        marking.mark_secrecy(case_id=case_id, marking=what, by=town.actor("registrator"), seen_version=None)
    registrar = client_for("registrator")
    address = received(registrar)
    for document in asked.values():
        assert add(registrar, address, str(document)).status_code == 303
    ours, others = (words(registrar.get(item)) for item, _kind in items_of(app, address))
    assert "Sekretessmarkering: " + PROVISION in ours and "Ingen markering" not in ours
    assert "Ingen markering" in others and "Sekretessmarkering" not in others
    assert "2026/77" in words(registrar.get(address)) and "2026/77" in ours

    for item, _kind in items_of(app, address):
        assert fill(registrar, item, assessment="withheld", provision=PROVISION).status_code == 303
    reasoned = {"reasons": "Uppgifterna rör bevakningen.", "clause": "Punkt 1.4", "password": PASSWORD}
    assert fill(registrar, f"{address}/beslut", **reasoned).status_code == 303
    with app.app_context():
        refused = [each["title"] for each in session.scalars(select(DisclosureDecision.data)).one()["documents"]]
    assert refused == ["Bilaga, nr 1 i begäran", "Bilaga, nr 2 i begäran"], "what has no number is told by its place"
    assert "Nr 1 i begäran" in registrar.get(address).text and "Nr 2 i begäran" in registrar.get(address).text


def test_a_picture_leaves_as_the_pdf_that_was_painted_over_and_handed_in_after_it(
    app: Flask, client_for: ClientFor, case_id: UUID, town: Town
) -> None:
    with app.app_context(), transaction():
        made = {"case_id": case_of(case_id).id, "kind": "attachment", "size": 5, "edition": 1, "created_at": clock.now()}
        made["created_by_id"] = town.person("sakerhetschef").id
        before, picture, painted = (
            Document(version=n, title=title, filename=title, mime=mime, series=uuid4(), sha256=kept(title.encode()), **made)
            for n, title, mime in (
                (1, "annat.pdf", "application/pdf"),
                (2, "bild.png", "image/png"),
                (3, "bild, övermålad.pdf", "application/pdf"),
            )
        )
        for each in (before, picture, painted):
            session.add(each)
            session.flush()
        asked_for, over = str(picture.public_id), str(painted.public_id)
    registrar = client_for("registrator")
    address = received(registrar)
    assert add(registrar, address, asked_for).status_code == 303
    ((item, _kind),) = items_of(app, address)
    page = registrar.get(item).text
    assert "En bild kan inte maskas här. Måla över uppgifterna" in page and "/maskera" not in page
    assert re.findall(r'<option value="([0-9a-f-]{36})"', page) == [over], "what came before it is another document"
    assert fill(registrar, item, assessment="masked", provision=PROVISION, masked=over).status_code == 303
    assert list(packed(registrar, address).values()) == ["bild, övermålad.pdf".encode()]


def test_what_is_decided_after_the_request_was_closed_is_how_it_ended(
    app: Flask, client_for: ClientFor, case_id: UUID, town: Town
) -> None:
    registrar = client_for("registrator")
    with app.app_context():
        number = case_of(case_id).number
    address = received(registrar)
    assert add(registrar, address, found_in(registrar, address, number)[0]).status_code == 303
    ((item, _kind),) = items_of(app, address)
    assert fill(registrar, item, assessment="withheld", provision=PROVISION).status_code == 303
    assert fill(registrar, f"{address}/avsluta", outcome="informed").status_code == 303
    said = {"reasons": "Uppgifterna rör bevakningen.", "clause": "Punkt 1.4", "password": PASSWORD}
    assert fill(registrar, f"{address}/beslut", **said).status_code == 303
    with app.app_context():
        ours = DisclosureRequest.public_id == UUID(address[-36:])
        assert session.scalars(select(DisclosureRequest.outcome).where(ours)).one() == "refused"


def test_only_what_leaves_is_counted_as_handed_out(app: Flask, client_for: ClientFor, case_id: UUID, town: Town) -> None:
    registrar = client_for("registrator")
    with app.app_context():
        number = case_of(case_id).number
    address = received(registrar)
    for document in found_in(registrar, address, number)[:2]:
        assert add(registrar, address, document).status_code == 303
    (given, _kind), (withheld, _other) = items_of(app, address)
    assert fill(registrar, given, assessment="given").status_code == 303
    assert fill(registrar, withheld, assessment="withheld", provision=PROVISION).status_code == 303
    assert fill(registrar, f"{address}/lamna-ut", way="visit", pages="0").status_code == 303
    ours = (LogEntry.action == "disclosure.hand_out", LogEntry.object_id == UUID(address[-36:]))
    with app.app_context():
        body = session.scalars(select(LogBody.json).join(LogEntry, LogEntry.seq == LogBody.seq).where(*ours)).one()
        assert json.loads(body)["documents"] == 1
