"""Closing only what is complete, reopening where it was, archiving, and nothing after that."""

import pytest
from sqlalchemy import delete, select, update

from portal.archive import operations, queries
from portal.archive.models import Archiving, Closing
from portal.archive.queries import Filter
from portal.db import session, transaction
from portal.dispatch.models import Copy
from portal.documents.models import Document, SealedFile
from portal.errors import Conflict, Invalid, Refused
from portal.funding_requests.lifecycle import STEPS, Action, Status
from portal.log.queries import timeline
from portal.register.models import CaseFact
from tests.factories.archive import a_closed_case, an_archived_case
from tests.factories.decisions import case_of
from tests.factories.road import act, case_in
from tests.factories.town import Town

pytestmark = pytest.mark.usefixtures("inside")


def test_a_complete_case_is_closed_and_remembers_from_where(town: Town) -> None:
    case_id = case_in(Status.SETTLED, town)
    assert queries.gate(case_of(case_id)) == []
    act(town, Action.CLOSE, case_id, "registrator")
    assert (case_of(case_id).status, case_of(case_id).closed_from) == ("closed", "settled")


def test_everything_missing_is_named_and_the_case_stays_open(town: Town) -> None:
    case_id = case_in(Status.SETTLED, town)
    case = case_of(case_id)
    with transaction():
        session.execute(delete(CaseFact).where(CaseFact.case_id == case.id, CaseFact.kind == "registration_checked"))
        session.execute(delete(SealedFile))
        session.execute(delete(Document).where(Document.kind == "decision"))
        first = session.scalars(select(Copy.id).order_by(Copy.id)).first()
        session.execute(update(Copy).where(Copy.id == first).values(state="failed", failure="Adress saknas"))
        session.execute(update(Copy).where(Copy.id != first).values(state="waiting", sent_at=None))
    assert queries.gate(case_of(case_id)) == [
        "Registreringen är inte kontrollerad.",
        "Beslutshandlingen är inte skapad ännu.",
        "1 av kopiorna har inte kommit fram.",
        "1 av kopiorna väntar på att skickas.",
    ]
    with pytest.raises(Refused, match=r"Registreringen är inte kontrollerad\. Beslutshandlingen"):
        act(town, Action.CLOSE, case_id, "registrator")
    assert case_of(case_id).status == "settled"


def test_an_unconfirmed_redistribution_keeps_the_case_open(town: Town) -> None:
    case_id = case_in(Status.DISPATCHED, town)
    act(town, Action.REDISTRIBUTE, case_id, "sakerhetschef")
    with pytest.raises(Refused, match="omfördelning"):
        act(town, Action.CLOSE_WITHOUT_REPORT, case_id, "registrator")


def test_a_case_without_its_report_is_closed_only_with_a_reason(town: Town) -> None:
    case_id = case_in(Status.DISPATCHED, town)
    with pytest.raises(Invalid), transaction():
        operations.close_without_report(case_id=case_id, reason="", by=town.actor("registrator"), seen_version=None)
    act(town, Action.CLOSE_WITHOUT_REPORT, case_id, "registrator")
    assert case_of(case_id).closed_from == "dispatched"
    assert session.scalars(select(Closing.reason)).one() == "Enheten är nedlagd."


@pytest.mark.parametrize("status", [Status.SETTLED, Status.WITHDRAWN])
def test_reopening_leads_back_to_where_it_was_closed(town: Town, status: Status) -> None:
    case_id = case_in(status, town)
    if status is Status.WITHDRAWN:
        act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
    act(town, Action.CLOSE, case_id, "registrator")
    act(town, Action.REOPEN, case_id, "registrator")
    assert case_of(case_id).status == status.value
    act(town, Action.CLOSE, case_id, "registrator")
    assert case_of(case_id).status == "closed"


@pytest.mark.parametrize("username", ["sakerhetschef", "kommunchef", "ekonom", "revisor"])
def test_only_the_registrar_closes_and_only_the_archivist_archives(town: Town, username: str) -> None:
    settled = case_in(Status.SETTLED, town)
    with pytest.raises(Refused):
        act(town, Action.CLOSE, settled, username)
    act(town, Action.CLOSE, settled, "registrator")
    with pytest.raises(Refused):
        act(town, Action.ARCHIVE, settled, username)
    assert case_of(settled).status == "closed"


@pytest.mark.parametrize("status", [Status.CLOSED, Status.ARCHIVED])
def test_after_closing_every_action_of_the_road_is_refused(town: Town, status: Status) -> None:
    case_id = case_in(status, town)
    allowed = {step.action for step in STEPS if step.status is status}
    holders = ("sakerhetschef", "kommunchef", "ekonom", "registrator", "arkivarie")
    entries = len(timeline(case_id))
    for action in sorted({step.action for step in STEPS} - allowed):
        for username in holders:
            with pytest.raises((Conflict, Refused)):
                act(town, action, case_id, username)
    assert len(timeline(case_id)) == entries
    assert case_of(case_id).status == status.value


def test_archiving_twice_archives_once(town: Town) -> None:
    case_id = an_archived_case(town)
    with pytest.raises(Conflict):
        act(town, Action.ARCHIVE, case_id, "arkivarie2")
    assert len(session.scalars(select(Archiving)).all()) == 1
    assert case_of(case_id).turn is None


def test_the_archive_lists_what_waits_and_what_is_archived(town: Town) -> None:
    closed, archived = a_closed_case(town), an_archived_case(town)
    by = town.actor("arkivarie")
    assert [row.public_id for row in queries.closed(by, Filter()).rows] == [closed]
    assert [row.public_id for row in queries.archived(by, Filter()).rows] == [archived]
    assert queries.archived(by, Filter(text="finns inte")).rows == []
    assert queries.archived(by, Filter(text="trygghet")).total == 1


def test_pages_of_the_archive_show_each_case_once(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = {an_archived_case(town) for _n in range(3)}
    monkeypatch.setattr(queries, "PAGE", 2)
    first = queries.archived(town.actor("revisor"), Filter())
    second = queries.archived(town.actor("revisor"), Filter(), first.after)
    assert (len(first.rows), len(second.rows), second.after) == (2, 1, None)
    assert {row.public_id for row in first.rows + second.rows} == cases
