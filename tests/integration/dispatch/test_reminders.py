"""Reminders of reports: each goes once, on the right working day, to those who ask for the unit."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock, workdays
from portal.accounting.interim import days_before
from portal.db import session, transaction
from portal.dispatch import reminders
from portal.dispatch.handlers import HANDLERS, RECURRING
from portal.dispatch.models import Mail
from portal.outbox import operations as outbox
from portal.outbox.models import OutboxRow
from portal.outbox.worker import run
from portal.people.models import Installation
from tests.factories.accounting import a_recorded_case, decision_of, report_back
from tests.factories.decisions import a_decision, a_submitted_request, case_of
from tests.factories.town import Town

REMIND = [reminders.DAILY]


@pytest.fixture
def dispatched(inside: Flask, town: Town) -> Iterator[tuple[Flask, UUID, date]]:
    """A case whose final report is due, in an installation that sends mail to a demo's outbox."""
    case_id = a_recorded_case(town)
    report_by = decision_of(case_id).report_by
    assert report_by is not None
    run(inside, HANDLERS, once=True)
    with transaction():
        session.get_one(Installation, 1).is_demo = True
    yield inside, case_id, report_by
    clock.set_source(None)


def on(app: Flask, day: date) -> list[str]:
    """The reminders that stand queued or sent after the worker has had its run on the day, in order."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    clock.set_source(lambda: noon)
    run(app, HANDLERS, once=True, recurring=REMIND)
    session.expire_all()
    keys = session.scalars(select(OutboxRow.unique_key).where(OutboxRow.unique_key.like("reminder:%")).order_by(OutboxRow.id))
    return [key.rpartition(":")[2] for key in keys]


def test_it_is_a_part_of_what_the_worker_does_every_day() -> None:
    assert reminders.DAILY in RECURRING
    assert reminders.KIND in HANDLERS


@pytest.mark.parametrize("day", [date(2027, 1, 15), date(2027, 7, 15)])
def test_reminders_come_in_the_swedish_morning(day: date) -> None:
    run_at = datetime(day.year, day.month, day.day, tzinfo=UTC) + reminders.DAILY.after
    assert 6 <= run_at.astimezone(clock.STOCKHOLM).hour <= 7


def test_the_unit_is_reminded_before_at_and_after_and_each_time_once(dispatched: tuple[Flask, UUID, date]) -> None:
    app, case_id, report_by = dispatched
    first = days_before(report_by, 10)
    assert on(app, first - timedelta(days=1)) == []
    assert on(app, first) == ["-10"]
    assert on(app, first + timedelta(days=1)) == ["-10"]
    assert on(app, report_by) == ["-10", "0"]
    assert on(app, workdays.after(report_by, 10)) == ["-10", "0", "10"]
    mails = list(session.scalars(select(Mail).where(Mail.subject.contains("Slutredovisningen")).order_by(Mail.id)))
    assert {mail.to for mail in mails} == {"sakerhetschef@akersbro.example", "sakerhetssamordnare@akersbro.example"}
    assert [mail.subject.startswith("Slutredovisningen är försenad") for mail in mails] == [False] * 4 + [True] * 2
    number = " ".join((case_of(case_id).number or "").split())
    assert all(mail.subject.endswith(number) for mail in mails)


def test_a_clock_set_forth_and_back_and_a_killed_run_remind_nobody_twice(dispatched: tuple[Flask, UUID, date]) -> None:
    app, _case_id, report_by = dispatched
    assert on(app, workdays.after(report_by, 10)) == ["10"]
    assert on(app, report_by) == ["10", "0"]
    with transaction():
        outbox.enqueue(kind=reminders.KIND, payload={}, key="again, after a kill")
    assert on(app, report_by) == ["10", "0"]
    assert on(app, workdays.after(report_by, 10) + timedelta(days=1)) == ["10", "0"]
    sent = list(session.scalars(select(Mail.message_id).where(Mail.subject.contains("Slutredovisningen"))))
    assert len(sent) == len(set(sent)) == 4


def test_what_was_missed_while_nothing_ran_comes_as_one_reminder(dispatched: tuple[Flask, UUID, date]) -> None:
    app, _case_id, report_by = dispatched
    assert on(app, workdays.after(report_by, 34)) == ["30"]


def test_whoever_has_reported_is_not_reminded(dispatched: tuple[Flask, UUID, date], town: Town) -> None:
    app, case_id, report_by = dispatched
    report_back(town, case_id)
    assert on(app, report_by) == []


def test_many_cases_are_gone_through_page_by_page(inside: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(3):
        asked = a_submitted_request(town, lines=(("Väktare", "100 000"),), total="100 000")
        a_recorded_case(town, a_decision(town, asked)[0])
    monkeypatch.setattr(reminders, "_AT_ONCE", 2)
    assert on(inside, date(clock.today().year + 1, 1, 31)) == ["0", "0", "0"]
