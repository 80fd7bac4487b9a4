"""What the register says of a case's documents: each is there from the moment it comes to be, with since when it is public."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from portal import clock
from portal.accounting.models import BudgetEntry, FinalReport, InterimReport, Redistribution
from portal.db import session, transaction
from portal.decisions import operations as decisions
from portal.decisions.minutes import MinutesKind
from portal.decisions.models import Decision, HandOver, MinutesEntry, Statement
from portal.dispatch.models import Copy
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.funding_requests.lifecycle import Action, Status
from portal.funding_requests.models import RequestVersion
from portal.register import documents, marking
from portal.register.document_models import RegisteredDocument
from portal.register.models import Case
from tests.factories.decisions import a_submitted_request, case_of
from tests.factories.road import act, case_in, run_worker, the_minutes
from tests.factories.town import Town

MAKES_DOCUMENTS = (RequestVersion, Statement, HandOver, MinutesEntry, Decision, BudgetEntry, Redistribution, InterimReport,
                   FinalReport)  # fmt: skip


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
        from dataclasses import replace

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
            document_id=document.public_id, correction=documents.Correction(**values), by=town.actor(by),  # type: ignore[arg-type]
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
