"""Before a case is closed: what was never sent is kept or gone, and the page of closing leads to what is missing."""

import json
import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.archive import material, operations
from portal.archive.models import Cleaning
from portal.db import session, transaction
from portal.disclosure import operations as disclosing
from portal.documents.models import Document
from portal.errors import Conflict, Invalid, Refused
from portal.funding_requests import operations as requests
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.queries import SENT_BACK
from portal.log.models import LogBody, LogEntry
from portal.register.models import CaseFact
from tests.conftest import ClientFor
from tests.factories.decisions import case_of
from tests.factories.disclosure import a_disclosure
from tests.factories.funding_requests import a_draft, a_full_draft, attach
from tests.factories.road import act
from tests.factories.town import Town

ASKER, REGISTRAR = "sakerhetschef", "registrator"
SAID = "Beloppet är inte styrkt."
SENT, NEVER_SENT = b"Planen som skickades in.", b"Ett utkast till plan."


def a_withdrawn_case(town: Town) -> UUID:
    """Sent in with a file, returned, completed with a second file that was never sent, resumed and withdrawn."""
    case_id = a_draft(town).public_id
    attach(town, case_id, SENT, "plan.txt")
    act(town, Action.SUBMIT, case_id, ASKER)
    act(town, Action.REQUEST_COMPLETION, case_id, "kommunchef")
    attach(town, case_id, NEVER_SENT, "utkast.txt")
    with transaction():
        draft = a_full_draft(town, title="En andra tanke")
        requests.save_draft(case_id=case_id, draft=draft, by=town.actor(ASKER), seen=None)
    act(town, Action.RESUME, case_id, "kommunchef")
    return case_id


def _to_closing(town: Town) -> UUID:
    """The same case decided and accounted for: its draft is still there."""
    case_id = a_withdrawn_case(town)
    for action, by in ((Action.DECIDE, "kommunchef"), (Action.RECORD, "ekonom")):
        act(town, action, case_id, by)
    return case_id


def asked_for(town: Town, case_id: UUID, document_id: UUID) -> None:
    """Someone asks for that file of the case."""
    asked, by = a_disclosure(town, case_id), town.actor(REGISTRAR)
    with transaction():
        disclosing.add_item(request_id=asked.request_id, document_id=document_id, by=by, seen_version=None)


@pytest.mark.usefixtures("inside")
class TestCleaning:
    """Through the operation."""

    def test_what_was_never_sent_is_kept_or_gone_as_chosen_and_nothing_else(self, town: Town) -> None:
        case_id = _to_closing(town)
        with transaction():
            case, by_id = case_of(case_id), town.person("kommunchef").id
            note = CaseFact(
                case_id=case.id, kind=SENT_BACK, on_date=case.created_at.date(), text=SAID, by_id=by_id, at=case.created_at
            )
            session.add(note)
        found = material.pieces(case_of(case_id))
        assert [(each.kind, each.name, each.proposed) for each in found] == [
            ("attachment", "utkast.txt", "keep"),
            ("draft", "En andra tanke", "clean"),
            ("comment", SAID, "keep"),
        ]
        chosen = {each.id: "clean" for each in found} | {found[2].id: "keep"}
        by = town.actor(REGISTRAR)
        with pytest.raises(Invalid) as wanting, transaction():
            operations.clean(case_id=case_id, chosen={found[0].id: "clean"}, by=by, seen_version=None)
        assert set(wanting.value.problems) == {f"piece:{each.id}" for each in found[1:]}
        with pytest.raises(Conflict), transaction():
            operations.clean(case_id=case_id, chosen=chosen, by=by, seen_version=1)
        with pytest.raises(Refused, match="registratorn"), transaction():
            operations.clean(case_id=case_id, chosen=chosen, by=town.actor("ekonom"), seen_version=None)
        with transaction():
            operations.clean(case_id=case_id, chosen=chosen, by=by, seen_version=None)
        names = session.scalars(select(Document.filename).where(Document.kind == "attachment")).all()
        assert names == ["plan.txt"]
        assert session.scalars(select(CaseFact.text).where(CaseFact.kind == SENT_BACK)).all() == [SAID]
        assert material.pieces(case_of(case_id)) == []
        assert sorted((row.kind, row.is_kept) for row in session.scalars(select(Cleaning))) == [
            ("attachment", False), ("comment", True), ("draft", False)
        ]  # fmt: skip
        body = session.scalar(
            select(LogBody.json).join(LogEntry, LogEntry.seq == LogBody.seq).where(LogEntry.action == "archive.clean")
        )
        told = json.loads(str(body))
        assert [(each["kind"], each["name"]) for each in told["cleaned"]] == [("attachment", "utkast.txt"), ("draft", "")]
        assert told["cleaned"][0]["sha256"] == found[0].sha256 and "styrkt" not in str(body)
        with pytest.raises(Refused, match="inget arbetsmaterial"), transaction():
            operations.clean(case_id=case_id, chosen={}, by=by, seen_version=None)

    def test_what_was_asked_for_is_not_cleaned_out_and_of_a_secret_case_the_log_has_no_names(self, town: Town) -> None:
        case_id, by = _to_closing(town), town.actor(REGISTRAR)
        act(town, Action.MARK_SECRECY, case_id, REGISTRAR)
        attached, draft = material.pieces(case_of(case_id))
        asked_for(town, case_id, attached.id)
        chosen = {attached.id: "clean", draft.id: "clean"}
        with pytest.raises(Invalid) as held, transaction():
            operations.clean(case_id=case_id, chosen=chosen, by=by, seen_version=None)
        sentence = "utkast.txt hör till en begäran om utlämnande och kan inte rensas. Behåll den."
        assert held.value.problems == {f"piece:{attached.id}": sentence}
        with transaction():
            operations.clean(case_id=case_id, chosen={**chosen, attached.id: "keep"}, by=by, seen_version=None)
        body = str(
            session.scalar(
                select(LogBody.json).join(LogEntry, LogEntry.seq == LogBody.seq).where(LogEntry.action == "archive.clean")
            )
        )
        assert attached.sha256 in body and "utkast" not in body and "tanke" not in body

    def test_after_closing_nothing_is_cleaned(self, town: Town) -> None:
        case_id = a_withdrawn_case(town)
        act(town, Action.WITHDRAW, case_id, ASKER)
        chosen = {each.id: "clean" for each in material.pieces(case_of(case_id))}
        assert len(chosen) == 1  # the draft went with the withdrawal
        for action in (Action.CHECK_REGISTRATION, Action.CLOSE):
            act(town, action, case_id, REGISTRAR)
        with pytest.raises(Conflict), transaction():
            operations.clean(case_id=case_id, chosen=chosen, by=town.actor(REGISTRAR), seen_version=None)


def test_the_page_of_closing_lists_what_is_in_place_and_leads_to_what_is_missing(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        case_id = _to_closing(town)
        session.remove()
    client, address = client_for(REGISTRAR), f"/askanden/{case_id}/avsluta-utan-slutredovisning"
    page = client.get(address).text
    listed = page.split('id="krav"')[1]
    assert "Registreringen är inte kontrollerad." in listed and f'href="/askanden/{case_id}/registrering"' in listed
    assert "Budgetjusteringen är bokförd." in listed and f'href="/askanden/{case_id}/rensa"' in listed
    assert "form_key" not in listed
    cleaning = client.get(f"/askanden/{case_id}/rensa").text
    assert "utkast.txt" in cleaning and "En andra tanke" in cleaning
    fields = {name: re.findall(rf'name="{name}" value="([^"]*)"', cleaning)[-1] for name in ("form_key", "version")}
    pieces = set(re.findall(r'name="(piece:[^"]+)"', cleaning))
    answer = client.post(f"/askanden/{case_id}/rensa", data={**fields, **dict.fromkeys(pieces, "burn")})
    assert answer.status_code == 422 and "Välj om det ska behållas eller rensas." in answer.text
    answer = client.post(f"/askanden/{case_id}/rensa", data={**fields, **dict.fromkeys(pieces, "keep")}, follow_redirects=True)
    assert answer.status_code == 200 and "är genomgånget" in answer.text and "Rensa ärendet" not in answer.text
