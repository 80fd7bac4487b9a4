"""What the register says of a case's documents: each is there from the moment it comes to be, with since when it is public."""

import re
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO
from uuid import UUID, uuid4

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import clock
from portal.db import session, transaction
from portal.decisions import operations as decisions
from portal.decisions.minutes import MinutesKind
from portal.dispatch.models import Copy
from portal.documents.models import Document
from portal.documents.store import current_store
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.funding_requests import attachments, letters
from portal.funding_requests.lifecycle import Action, Status
from portal.log.models import LogBody
from portal.register import documents, marking
from portal.register.document_models import RegisteredDocument
from portal.register.models import Case
from tests.conftest import ClientFor
from tests.factories.decisions import a_submitted_request, case_of
from tests.factories.files import a_pdf
from tests.factories.road import a_letter, act, case_in, run_worker, the_minutes
from tests.factories.town import Town


def text_of(answer: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))).replace("\u00a0", " ").split())


def pdf_text(pdf: bytes) -> str:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return " ".join("".join(page.get_textpage().get_text_bounded() for page in document).split())


def of(case_id: UUID) -> list[RegisteredDocument]:
    session.expire_all()
    return list(
        session.scalars(
            select(RegisteredDocument)
            .where(RegisteredDocument.case_id == case_of(case_id).id)
            .order_by(RegisteredDocument.number)
        )
    )


def kinds(case_id: UUID) -> list[str]:
    return [each.source_kind for each in of(case_id)]


@pytest.mark.usefixtures("inside")
class TestTheRoad:
    """The whole road: nothing comes to be that is not registered."""

    def test_every_document_of_the_road_is_registered_in_order_and_none_twice(self, town: Town) -> None:
        case_id = case_in(Status.SUBMITTED, town)
        act(town, Action.GIVE_STATEMENT, case_id, "ekonom")
        act(town, Action.REQUEST_COMPLETION, case_id, "kommunchef")
        act(town, Action.SUBMIT, case_id, "sakerhetschef")
        act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
        assert {(each.public_since, each.public_ground) for each in of(case_id)} == {(None, None)}
        act(town, Action.DECIDE, case_id, "kommunchef")
        assert {each.public_ground for each in of(case_id)} == {"finally_handled"}
        act(town, Action.RECORD, case_id, "ekonom")
        run_worker()
        act(town, Action.REDISTRIBUTE, case_id, "sakerhetschef")
        act(town, Action.CONFIRM_REDISTRIBUTION, case_id, "ekonom")
        act(town, Action.REPORT_BACK, case_id, "sakerhetschef")
        found = of(case_id)
        copies = session.scalars(select(Copy).where(Copy.state == "sent")).all()
        assert [each.number for each in found] == list(range(1, len(found) + 1))
        assert [each.source_kind for each in found if each.source_kind != "copy"] == [
            "version", "statement", "version", "decision", "budget_entry", "redistribution", "budget_entry", "final_report",
        ]  # fmt: skip
        assert [each.type.code for each in found[:4]] == ["request", "statement", "completion", "decision"]
        assert {each.source_id for each in found if each.source_kind == "copy"} == {copy.public_id for copy in copies} != set()
        assert all(each.public_since == clock.today() for each in found)
        sent_out = {copy.public_id: copy.unit_id for copy in copies}
        for each in found:
            if each.source_kind == "copy":
                outside = sent_out[each.source_id] is None
                assert each.public_ground == ("dispatched" if outside else "finally_handled")

    def test_what_the_organ_did_is_registered_and_is_public_when_it_has_been_adjusted(self, town: Town) -> None:
        case_id = case_in(Status.REFERRED, town)
        adjusted = clock.today() - timedelta(days=1)
        preparing = replace(the_minutes(town, MinutesKind.PREPARING, "12"), adjusted_on=adjusted)
        with transaction():
            decisions.record_minutes(
                case_id=case_id, minutes=preparing, answer=None, by=town.actor("registrator"), seen_version=None
            )
        request, handed, minutes = of(case_id)
        assert (handed.title, handed.counterparty) == ("Överlämnande till kommunstyrelsen", "Kommunstyrelsen")
        assert (minutes.public_ground, minutes.public_since) == ("adjusted", adjusted)
        assert minutes.title.startswith("Kommunstyrelsen ") and minutes.title.endswith("§ 12")
        assert request.public_since is None and handed.public_since is None
        act(town, Action.RECORD_MINUTES, case_id, "registrator")
        assert kinds(case_id) == ["version", "hand_over", "minutes", "minutes", "decision"]
        assert {each.public_ground for each in of(case_id)} == {"adjusted", "finally_handled"}

    def test_to_another_authority_the_documents_are_dispatched(self, town: Town) -> None:
        case_id = case_in(Status.SUBMITTED, town)
        with transaction():
            decisions.hand_over(
                case_id=case_id, organ_id=town.council.public_id, stance=decisions.Stance.NONE, text="",
                by=town.actor("kommunchef"), seen_version=None,
            )  # fmt: skip
        assert [(each.direction, each.public_ground) for each in of(case_id)] == [
            ("drawn_up", "dispatched"), ("out", "dispatched")]  # fmt: skip

    def test_a_withdrawn_request_is_public_when_the_case_is_closed(self, town: Town) -> None:
        case_id = case_in(Status.WITHDRAWN, town)
        assert of(case_id)[0].public_since is None
        act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
        act(town, Action.CLOSE, case_id, "registrator")
        assert of(case_id)[0].public_ground == "finally_handled"


@pytest.mark.usefixtures("inside")
class TestTitles:
    """What everyone may read, and when."""

    def test_the_register_shows_the_title_when_the_registrar_has_looked_at_it(self, town: Town) -> None:
        case_id = a_submitted_request(town)
        before, unit = case_of(case_id).public_title, case_of(case_id).unit.name
        act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
        after: Case = case_of(case_id)
        session.refresh(after)
        assert before == f"Äskande om medel – {unit}" and after.public_title == after.title != before
        assert of(case_id)[0].public_title == f"Äskande om medel – {unit}"

    def test_what_the_registrar_wrote_in_its_place_stays(self, town: Town) -> None:
        case_id = a_submitted_request(town)
        with transaction():
            marking.enter_number(
                case_id=case_id, number="", public_title="Trygghet", by=town.actor("registrator"), seen_version=None
            )
        act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
        assert case_of(case_id).public_title == "Trygghet"


def corrected(town: Town, document: RegisteredDocument, by: str = "registrator", **changes: object) -> None:
    values = {
        "type": "request", "dated_on": document.dated_on, "title": "Äskande om kameror", "public_title": "Äskande",
        "counterparty": "Säkerhet", "counterparty_number": "SÄK 7", **changes,
    }  # fmt: skip
    version = document.version
    with transaction():
        documents.correct_document(
            document_id=document.public_id, correction=documents.Correction(**values), by=town.actor(by),  # type: ignore[arg-type]  # by name
            seen_version=version,
        )  # fmt: skip


@pytest.mark.usefixtures("inside")
class TestCorrecting:
    """The registrar corrects what the register says."""

    def test_of_two_registrars_on_one_document_the_second_is_told(self, town: Town) -> None:
        case_id = a_submitted_request(town)
        document = of(case_id)[0]
        session.expunge(document)
        corrected(town, document)
        with pytest.raises(Conflict, match="Någon annan har ändrat uppgifterna om handlingen"):
            corrected(town, document, title="Den andras")
        assert [(each.title, each.version) for each in of(case_id)] == [("Äskande om kameror", 2)]

    def test_only_the_registrar_and_only_what_holds(self, town: Town) -> None:
        document = of(a_submitted_request(town))[0]
        session.expunge(document)
        with pytest.raises(Refused, match="registratorn"):
            corrected(town, document, by="kommunchef")
        with pytest.raises(Unknown):
            corrected(town, document, by="fritidschef")
        tomorrow = clock.today() + timedelta(days=1)
        with pytest.raises(Invalid) as said:
            corrected(town, document, type=str(uuid4()), title="", public_title="", dated_on=tomorrow)
        assert set(said.value.problems) == {"type", "title", "public_title", "dated_on"}


def typed(**changes: object) -> dict[str, object]:
    """A letter as the form sends it."""
    return {
        "form_key": str(uuid4()), "type": "letter", "arrived_on": clock.today().isoformat(), "title": "Yttrande om kamerorna",
        "public_title": "", "counterparty": "Polismyndigheten", "counterparty_number": "A123.456/2026", "classified": "nej",
        **changes,
    }  # fmt: skip


class TestLetters:
    """What comes in from outside, through the form."""

    def test_a_letter_with_a_file_is_registered_public_and_listed_that_day(
        self, app: Flask, client_for: ClientFor, town: Town
    ) -> None:
        with app.app_context():
            case_id = a_submitted_request(town)
            version = case_of(case_id).version
        registrar, address = client_for("registrator"), f"/askanden/{case_id}/inkommen-handling"
        sent = typed(version=str(version), file=(BytesIO(a_pdf()), "yttrande.pdf"))
        assert registrar.post(address, data=sent).status_code == 303
        with app.app_context():
            letter = of(case_id)[-1]
            assert (letter.number, letter.direction, letter.public_ground) == (2, "in", "received")
            assert (letter.title, letter.public_title) == ("Yttrande om kamerorna", "Skrivelse")
            stored = session.scalars(select(Document).where(Document.public_id == letter.source_id)).one()
            assert (stored.kind, stored.filename) == ("letter", "yttrande.pdf")
            number = str(case_of(case_id).number).replace("\u00a0", " ")
        page = text_of(registrar.get(f"/askanden/{case_id}"))
        assert "Handlingar i diariet" in page and "A123.456/2026" in page and "inkommen)" in page
        assert "Ej allmän ännu: handlingen är upprättad inom myndigheten." in page
        day = text_of(registrar.get("/diariet/dagens-post"))
        assert "2 handlingar" in day and number in day and "Polismyndigheten" in day
        printed = registrar.get("/diariet/dagens-post.pdf")
        assert printed.mimetype == "application/pdf" and "A123.456/2026" in pdf_text(printed.data)
        sheet = pdf_text(registrar.get(f"/askanden/{case_id}/diarieblad.pdf").data)
        assert "Yttrande om kamerorna" in sheet and "Ej allmän ännu" in sheet
        assert "yttrande.pdf" in sheet

    def test_what_does_not_hold_is_told_and_what_was_typed_stands(self, app: Flask, client_for: ClientFor, town: Town) -> None:
        with app.app_context():
            case_id = a_submitted_request(town)
            version = str(case_of(case_id).version)
        registrar, address = client_for("registrator"), f"/askanden/{case_id}/inkommen-handling"
        tomorrow = (clock.today() + timedelta(days=1)).isoformat()
        for changes, sentence in (
            ({"title": "", "counterparty": ""}, "Skriv vem handlingen kom från."),
            ({"arrived_on": tomorrow}, "Dagen har inte varit än."),
            ({"arrived_on": "i går"}, "Datumet kan inte läsas."),
            ({"type": "brev"}, "Välj vilken typ av handling det är."),
            ({"title": "x" * 300}, "får vara högst 200"),
            ({"file": (BytesIO(b"MZ"), "virus.exe")}, "Filtypen tas inte emot."),
            ({"file": (BytesIO(a_pdf()), "a.pdf"), "classified": ""}, "säkerhetsskyddsklassificerat"),
            ({"classified": "ja"}, "får inte läggas in i portalen"),
        ):
            answer = registrar.post(address, data=typed(version=version, counterparty_number="A 7", **changes))
            assert answer.status_code == 422 and sentence in text_of(answer), changes
            assert 'value="A 7"' in answer.text
        stale = registrar.post(address, data=typed(version="999"))
        assert stale.status_code == 409 and "Yttrande om kamerorna" in stale.text
        with app.app_context():
            assert len(of(case_id)) == 1

    def test_a_paper_needs_no_file_and_the_same_file_is_registered_once(self, app: Flask, town: Town) -> None:
        with app.app_context():
            case_id = a_submitted_request(town)
            act(town, Action.REGISTER_LETTER, case_id, "registrator")
            assert of(case_id)[-1].source_kind == "paper"
            kept = attachments.keep(current_store(), a_pdf(), "brev.pdf")
            for known in (True, False):
                with nullcontext() if known else pytest.raises(Invalid, match="redan registrerad"), transaction():
                    letters.register_letter(
                        case_id=case_id, letter=a_letter(), kept=kept, by=town.actor("registrator"), seen_version=None
                    )
            assert len(of(case_id)) == 3

    def test_a_secret_case_shows_no_more_in_the_lists_than_everyone_may_read(
        self, app: Flask, client_for: ClientFor, town: Town
    ) -> None:
        with app.app_context():
            case_id = a_submitted_request(town)
            act(town, Action.REGISTER_LETTER, case_id, "registrator")
            act(town, Action.MARK_SECRECY, case_id, "registrator")
            act(town, Action.REGISTER_LETTER, case_id, "registrator")
            bodies = " ".join(body.json for body in session.scalars(select(LogBody).order_by(LogBody.seq.desc()).limit(1)))
            number = str(case_of(case_id).number).replace("\u00a0", " ")
        for who in ("registrator", "fritidschef"):
            day = client_for(who).get("/diariet/dagens-post")
            if day.status_code == 403:
                continue
            said = text_of(day)
            assert number in said and "Polismyndigheten" not in said and "kamerorna" not in said and "A123.456" not in said
            sheet = client_for("fritidschef").get(f"/askanden/{case_id}/diarieblad.pdf")
            if sheet.status_code == 200:
                assert "Polismyndigheten" not in pdf_text(sheet.data)
        assert "kamerorna" not in bodies and "Polismyndigheten" not in bodies


def test_a_day_that_is_none_is_told_and_two_registrars_on_one_page_are_kept_apart(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        document = of(a_submitted_request(town))[0].public_id
    registrar = client_for("registrator")
    answer = registrar.get("/diariet/dagens-post?dag=2026-13-01")
    assert answer.status_code == 422 and "Datumet kan inte läsas" in answer.text
    assert registrar.get("/diariet/dagens-post.pdf?dag=x").status_code == 422
    address = f"/diariet/handlingar/{document}"
    said = {"type": "request", "dated_on": clock.today().isoformat(), "title": "Ny titel", "public_title": "Äskande"}
    form = {**said, "version": "1"}
    assert registrar.post(address, data={**form, "form_key": str(uuid4())}).status_code == 303
    second = registrar.post(address, data={**form, "title": "Den andras titel", "form_key": str(uuid4())})
    assert second.status_code == 409
    assert "Den andras titel" in second.text and "Ny titel" in second.text and "Någon annan har ändrat" in second.text
    assert client_for("revisor").get(address).status_code == 403
