"""Who is told of what, in the portal and by mail: once, as chosen, with the number and nothing of the content."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import clock, workdays
from portal.db import session, transaction
from portal.desk import todo
from portal.dispatch import noticing, reminders
from portal.dispatch import operations as dispatch
from portal.dispatch.handlers import HANDLERS, RECURRING
from portal.dispatch.models import Mail
from portal.funding_requests import listing
from portal.funding_requests import operations as requests
from portal.funding_requests.models import FundingRequest
from portal.funds.models import Fund
from portal.notices import operations, queries
from portal.notices.kinds import How, Kind
from portal.notices.models import Notice
from portal.outbox.worker import run
from portal.people import standing_in
from portal.people.models import Installation
from portal.people.permissions import Permission
from portal.register import organs
from tests.conftest import ClientFor
from tests.factories.decisions import a_decision, a_referred_case, case_of
from tests.factories.funding_requests import a_draft, a_submitted_request
from tests.factories.places import a_secret_request
from tests.factories.town import Town
from tests.forms import fill

NOON = datetime(2026, 9, 14, 10, tzinfo=UTC)  # a Monday


@pytest.fixture
def by_mail(inside: Flask, town: Town) -> Iterator[Flask]:
    """Mail is kept, on a day in September."""
    clock.set_source(lambda: NOON)
    with transaction():
        session.get_one(Installation, 1).is_demo = True
    yield inside
    clock.set_source(None)


def choose(town: Town, who: str, how: How, *kinds: Kind) -> None:
    with transaction():
        operations.choose(dict.fromkeys(kinds or Kind, how), by=town.actor(who))


def tell(case_id: UUID, event: str = "submitted", key: str = "prov", to: Permission = Permission.DECIDE) -> None:
    with transaction():
        operations.tell(event, to=to, case=case_of(case_id), key=key)


def at(app: Flask, moment: datetime) -> list[tuple[str, str]]:
    """The worker at that moment; to whom mails have gone since the beginning, with their subjects."""
    clock.set_source(lambda: moment)
    run(app, HANDLERS, once=True, recurring=[noticing.HOURLY])
    session.expire_all()
    return [(row.to.partition("@")[0], row.subject) for row in session.scalars(select(Mail).order_by(Mail.id))]


def events(who: int) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(Notice.event).where(Notice.person_id == who).order_by(Notice.id)))


def test_each_is_told_once_and_gets_mail_as_chosen_now_daily_or_not_at_all(by_mail: Flask, town: Town) -> None:
    case_id = a_submitted_request(town).public_id
    at(by_mail, NOON)
    before = at(by_mail, NOON)
    for who, how in (("ekonom", How.NOW), ("ekonom2", How.DAILY), ("registrator", How.NONE)):
        choose(town, who, how)
    for key in ("a", "b"):
        tell(case_id, "jav", key, Permission.RECORD_BUDGET)
        tell(case_id, "jav", key, Permission.RECORD_BUDGET)
        tell(case_id, "jav", f"r{key}", Permission.KEEP_REGISTER)
    mails = at(by_mail, NOON + timedelta(minutes=1))[len(before) :]
    assert [to for to, _subject in mails] == ["ekonom"] * 2
    assert all(events(town.person(who).id)[-2:] == ["jav"] * 2 for who in ("ekonom", "ekonom2", "registrator"))
    next_morning = datetime(2026, 9, 15, 5, tzinfo=UTC)  # seven in Sweden
    assert len(at(by_mail, next_morning - timedelta(minutes=1))) == len(before) + 2
    mails = at(by_mail, next_morning)[len(before) + 2 :]
    assert mails == [("ekonom2", "2 aviseringar från Äskandeportalen")]
    body = session.scalars(select(Mail).order_by(Mail.id.desc())).first().body  # type: ignore[union-attr]
    assert body.count(f"/askanden/{case_id}") == 2 and "Jäv har anmälts i ärende" in body
    assert len(at(by_mail, next_morning + timedelta(hours=30))) == len(before) + 3, "nothing more has come since"


@pytest.mark.parametrize("night", [datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 21, tzinfo=UTC)])
def test_a_digest_at_two_goes_once_in_the_night_without_that_hour_and_in_the_one_with_two(
    by_mail: Flask, town: Town, night: datetime
) -> None:
    by_mail.extensions["settings"] = replace(by_mail.extensions["settings"], digest_hour=2)
    clock.set_source(lambda: night - timedelta(hours=10))
    case_id = a_submitted_request(town).public_id
    choose(town, "registrator", How.DAILY)
    tell(case_id, "jav", "natt", Permission.KEEP_REGISTER)
    at(by_mail, night - timedelta(hours=9))
    sent = [
        sum(to == "registrator" and "avisering" in subject for to, subject in at(by_mail, night + timedelta(hours=n)))
        for n in range(8)
    ]
    assert sent == [0, 0, 0, 1, 1, 1, 1, 1], "each hour of the night is looked at"


def test_whoever_stands_in_is_told_too_and_one_who_is_concerned_twice_is_told_once(by_mail: Flask, town: Town) -> None:
    with transaction():
        town.substitute("tf.kommunchef", stands_in_for="kommunchef")
        standing_in.note_absence(
            valid_from=clock.today(),
            valid_to=clock.today(),
            stands_in_id=town.person("registrator").public_id,
            by=town.actor("ekonom"),
        )
    case_id = a_submitted_request(town).public_id
    run(by_mail, HANDLERS, once=True)
    assert events(town.person("kommunchef").id) == events(town.person("tf.kommunchef").id) == ["submitted"]
    a_decision(town, case_id)
    run(by_mail, HANDLERS, once=True)
    assert events(town.person("registrator").id) == ["decided"], "for the one who is away"
    asked = (Mail.to.startswith("registrator@"), Mail.subject.startswith("Beslut fattat"))
    assert len(session.scalars(select(Mail).where(*asked)).all()) == 1


def test_a_secret_title_is_in_no_mail_and_on_no_page_of_notices(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        with transaction():
            session.get_one(Installation, 1).is_demo = True
        choose(town, "registrator", How.DAILY, Kind.REGISTER)
        case_id = a_secret_request(town)
        title, number = case_of(case_id).title, (case_of(case_id).diary_number or "").replace("\u00a0", " ")
        tell(case_id, "mark_review", "prov", Permission.KEEP_REGISTER)
        run(app, HANDLERS, once=True)
        later = clock.now() + timedelta(days=1)
        clock.set_source(lambda: later)
        run(app, HANDLERS, once=True, recurring=[noticing.HOURLY])
        clock.set_source(None)
        mails = session.scalars(select(Mail)).all()
        assert any(number in mail.body for mail in mails)
        assert all(title not in mail.subject + mail.body for mail in mails)
    for who in ("registrator", "kommunchef"):
        page = client_for(who).get("/aviseringar").text
        assert number in page.replace("\u00a0", " ") and title not in page


def test_the_page_counts_marks_and_leads_on_and_looking_at_the_case_reads_what_was_told_of_it(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        case_id = a_submitted_request(town).public_id
        for n in range(52):
            tell(case_id, "jav", f"n{n}", Permission.KEEP_REGISTER)
        run(app, HANDLERS, once=True)
        newest = session.scalars(select(Notice).order_by(Notice.id.desc())).first()
        assert newest is not None
        notice = newest.public_id
    client, stranger = client_for("registrator"), client_for("ekonom")
    page = client.get("/aviseringar")
    assert page.text.count("Jäv har anmälts i ärende") >= 50 and "efter=" in page.text
    assert 'id="antal-aviseringar">52<' in page.text
    assert stranger.post(f"/aviseringar/{notice}/oppna", data={"form_key": str(uuid4())}).status_code == 404
    answer = fill(client, "/aviseringar", to=f"/aviseringar/{notice}/oppna")
    assert answer.status_code == 303 and answer.location == f"/askanden/{case_id}"
    assert 'id="antal-aviseringar">51<' in client.get("/aviseringar").text
    client.get(f"/askanden/{case_id}")
    assert 'id="antal-aviseringar" hidden>0<' in client.get("/aviseringar").text
    assert client.get("/aviseringar?efter=nonsens").status_code == 422
    signed_out = app.test_client().get(f"/askanden/{case_id}")
    assert f"next=/askanden/{case_id}" in signed_out.location.replace("%2F", "/")


def test_one_chooses_on_a_page_of_ones_own_and_a_wrong_choice_changes_nothing(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    client, address = client_for("ekonom"), "/konto/aviseringar"
    assert address in client.get("/konto").text and "built-in" not in client.get(address).text
    chosen = {kind.value: "daily" for kind in Kind}
    refused = fill(client, address, **chosen | {"turn": "sometimes"})
    assert refused.status_code == 422 and "Välj hur du vill få veta det." in refused.text
    assert fill(client, address, **chosen).status_code == 303
    with app.app_context():
        assert queries.choices_of(town.person("ekonom").id) == dict.fromkeys(Kind, How.DAILY)


def days(town: Town, case_id: UUID, **allowed: int) -> None:
    """Let the money of the case allow so many working days."""
    request = select(FundingRequest.fund_id).where(FundingRequest.case_id == case_of(case_id).id)
    with transaction():
        session.execute(update(Fund).where(Fund.id == request.scalar_subquery()).values(**allowed))


def reminded(app: Flask, day: int, who: int) -> list[str]:
    """The worker's morning on that day of September; what the person has been told of, in all."""
    moment = datetime(2026, 9, day, 10, tzinfo=UTC)
    clock.set_source(lambda: moment)
    run(app, HANDLERS, once=True, recurring=[reminders.DAILY])
    return events(who)


def test_a_deadline_is_near_then_late_in_the_list_and_among_the_late_and_is_told_once_each(by_mail: Flask, town: Town) -> None:
    case_id, chief = a_submitted_request(town).public_id, town.person("kommunchef").id
    days(town, case_id, decision_days=3)
    (row,) = [each for each in todo.for_me(town.actor("kommunchef")) if each.public_id == case_id]
    assert (str(row.deadline), row.is_late) == ("2026-09-17", False)
    assert reminded(by_mail, 15, chief) == ["submitted"]
    assert reminded(by_mail, 16, chief) == reminded(by_mail, 17, chief) == ["submitted", "decision_near"]
    assert listing.overdue(town.actor("revisor")) == 0
    assert reminded(by_mail, 18, chief) == reminded(by_mail, 21, chief) == ["submitted", "decision_near", "decision_late"]
    (row,) = [each for each in todo.for_me(town.actor("kommunchef")) if each.public_id == case_id]
    assert row.is_late and listing.overdue(town.actor("revisor")) == 1
    assert listing.overdue(town.actor("ekonom")) == 1 and listing.overdue(town.actor("fritidschef")) == 0


def test_a_statement_has_a_deadline_of_its_own(by_mail: Flask, town: Town) -> None:
    case_id, finance = a_submitted_request(town).public_id, town.person("ekonom").id
    days(town, case_id, statement_days=2)
    reminded(by_mail, 18, finance)
    assert listing.overdue(town.actor("revisor")) == 0, "none is required"
    with transaction():
        session.execute(update(Fund).values(statement_required=True))
    assert listing.overdue(town.actor("revisor")) == 1
    (row,) = [each for each in todo.for_me(town.actor("ekonom")) if each.public_id == case_id]
    assert (row.task, str(row.deadline), row.is_late) == ("Lämna yttrande", "2026-09-16", True)
    assert reminded(by_mail, 21, finance)[-1] == "statement_late"


def test_what_is_not_dispatched_in_two_days_reminds_finance_and_then_the_registrar_unless_it_is_sent(
    by_mail: Flask, town: Town
) -> None:
    case_id, _decision = a_decision(town)
    finance, registrar = town.person("ekonom").id, town.person("registrator").id
    assert "dispatch_late" not in reminded(by_mail, 16, finance)
    assert reminded(by_mail, 17, finance)[-1] == "dispatch_late" and "dispatch_unsent" not in events(registrar)
    assert listing.overdue(town.actor("revisor")) == 1
    assert reminded(by_mail, 18, registrar)[-1] == "dispatch_unsent"
    told = (events(finance), events(registrar))
    with transaction():
        dispatch.send_copies(case_id=case_id, by=town.actor("registrator"), seen_version=None)
    days(town, case_id, dispatch_days=1)  # a new last day would be told of, had it not been sent
    reminded(by_mail, 21, finance)
    assert (events(finance), events(registrar)) == told


def test_the_organ_goes_before_the_money_and_its_days_are_set_on_its_page(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    client, organ = client_for("admin"), town.organ.public_id
    to = f"/administration/organ/{organ}/tider"
    refused = fill(client, "/administration/organ", to=to, decision_days="0", statement_days="nio")
    assert refused.status_code == 422 and refused.text.count("Skriv ett antal arbetsdagar från 1 till 60.") >= 2
    assert 'value="nio"' in refused.text
    assert fill(client, "/administration/organ", to=to, decision_days="10", dispatch_days="1").status_code == 303
    with app.app_context():
        found = organs.organ(organ)
        assert (found.statement_days, found.decision_days, found.dispatch_days) == (None, 10, 1)
        case_id = a_referred_case(town)
        days(town, case_id, decision_days=2)
        came = clock.local_date(case_of(case_id).status_since)
        (row,) = [each for each in todo.for_me(town.actor("registrator")) if each.public_id == case_id]
        assert row.deadline == workdays.after(came, 10)


def test_a_draft_that_is_thrown_away_takes_its_notices_with_it_and_the_worker_looks_every_day_and_hour(
    by_mail: Flask, town: Town
) -> None:
    assert {noticing.HOURLY, reminders.DAILY} <= set(RECURRING)
    draft = a_draft(town).public_id
    tell(draft, "sent_back", "prov", Permission.WRITE_REQUEST)
    run(by_mail, HANDLERS, once=True)
    assert events(town.person("sakerhetschef").id) == ["sent_back"]
    with transaction():
        requests.discard(case_id=draft, by=town.actor("sakerhetschef"), seen_version=None)
    assert events(town.person("sakerhetschef").id) == []
