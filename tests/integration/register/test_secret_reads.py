"""Whatever page of a secret case is opened, the log says so before the answer leaves."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db import session
from portal.funding_requests.lifecycle import Action, Status
from portal.log.models import LogEntry
from tests.conftest import ClientFor
from tests.factories.road import act, case_in
from tests.factories.town import Town

SECRET = "Kamerabevakning"  # a line's label

PAGES = (
    (Status.SUBMITTED, "besluta", "kommunchef"),
    (Status.SUBMITTED, "komplettering", "kommunchef"),
    (Status.SUBMITTED, "aterkalla", "sakerhetschef"),
    (Status.SUBMITTED, "registrering", "registrator"),
    (Status.SUBMITTED, "jav", "kommunchef"),
    (Status.RETURNED, "skriv", "sakerhetschef"),
    (Status.RETURNED, "granska", "sakerhetschef"),
    (Status.RETURNED, "forhandsvisning.png", "sakerhetschef"),
    (Status.RETURNED, "utkast.docx", "sakerhetschef"),
    (Status.REFERRED, "tjansteskrivelse.docx", "registrator"),
    (Status.REFERRED, "underlag.zip", "registrator"),
    (Status.REFERRED, "protokoll", "registrator"),
    (Status.DECIDED, "bokfor", "ekonom"),
    (Status.DECIDED, "ersatt-beslut", "kommunchef"),
    (Status.DISPATCHED, "omfordela", "sakerhetschef"),
    (Status.DISPATCHED, "slutredovisa", "sakerhetschef"),
    (Status.DISPATCHED, "avsluta-utan-slutredovisning", "registrator"),
    (Status.REPORTED, "godkann-slutredovisning", "ekonom"),
    (Status.REPORTED, "aterlamna-slutredovisning", "ekonom"),
    (Status.SETTLED, "avsluta", "registrator"),
    (Status.CLOSED, "ateroppna", "registrator"),
)


def reads(case_id: UUID) -> int:
    statement = select(LogEntry.seq).where(LogEntry.action == "register.read_secret", LogEntry.case_id == case_id)
    return len(session.scalars(statement).all())


@pytest.mark.parametrize(("status", "page", "username"), PAGES, ids=lambda value: str(value))
def test_opening_a_page_of_a_secret_case_is_logged(
    app: Flask, town: Town, client_for: ClientFor, status: Status, page: str, username: str
) -> None:
    with app.app_context():
        case_id = case_in(status, town)
        act(town, Action.MARK_SECRECY, case_id, "registrator")
        before = reads(case_id)
    answer = client_for(username).get(f"/askanden/{case_id}/{page}")
    assert answer.status_code == 200
    with app.app_context():
        assert reads(case_id) == before + 1


def test_opening_a_page_of_a_case_that_is_not_secret_writes_nothing(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = case_in(Status.DECIDED, town)
    assert SECRET in client_for("ekonom").get(f"/askanden/{case_id}/bokfor").get_data(as_text=True)
    with app.app_context():
        assert reads(case_id) == 0


def test_a_day_that_cannot_be_read_lists_nothing_and_hands_out_nothing(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = case_in(Status.SUBMITTED, town)
        act(town, Action.MARK_SECRECY, case_id, "registrator")
    registrar = client_for("registrator")
    registrar.get(f"/askanden/{case_id}")
    assert len(registrar.get("/diariet/last-sekretess.csv").text.splitlines()) > 1
    assert len(registrar.get("/diariet/last-sekretess.csv?fran=2026-13-01").text.splitlines()) == 1
