"""What the demo holds, whatever day of the year it is made."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.exceptions import HTTPException

from portal import clock
from portal.accounting import queries as accounts
from portal.accounting.models import InterimReport, Redistribution
from portal.clock import STOCKHOLM
from portal.db import session
from portal.decisions import queries as decisions
from portal.decisions.meeting_models import Meeting
from portal.decisions.models import Decision, MinutesEntry, Statement
from portal.decisions.rules import refusal_to_decide
from portal.demo.build import build
from portal.demo.town import DOMAIN, PASSWORD, USERNAMES
from portal.dispatch.models import Copy, Mail
from portal.documents import word
from portal.documents.formats import source_of
from portal.documents.models import Document
from portal.documents.reading import read_text
from portal.documents.sender import municipality
from portal.errors import Refused
from portal.funding_requests.content import Content
from portal.funding_requests.document import document_data
from portal.funding_requests.lifecycle import Status
from portal.funding_requests.models import FundingRequest, RequestVersion
from portal.funds.models import Delegation, Fund, LedgerKind, LedgerRow
from portal.log import keys, verifier, witness
from portal.log.models import LogEntry
from portal.notices.models import Notice
from portal.outbox.models import OutboxRow
from portal.people import queries as people
from portal.people.models import Person, Recipient
from portal.register.models import Case, CaseFact
from portal.verify.check import verify
from portal.verify.seals import seal_findings
from portal.verify.trust import read_trust
from portal.web.standing import health
from portal.workdays import is_working_day
from tests import verapdf
from tests.integration.demo import sums
from tests.integration.demo.conftest import DAYS, TODAY, Made, run
from tests.integration.demo.letters import read_fields, sent_fields
from tests.integration.documents.test_decision_schema import broken, exported
from tests.scale import times

MILLION = 1_000_000


def _fund(name: str, year: int) -> Fund:
    return session.scalars(select(Fund).where(Fund.name == name, Fund.year == year)).one()


def _person(username: str) -> Person:
    return session.scalars(select(Person).where(Person.username == username)).one()


def test_there_is_a_case_in_every_status(inside: Made) -> None:
    assert set(session.scalars(select(Case.status))) == {status.value for status in Status}


def test_there_is_one_of_everything_that_can_wait_or_go_wrong(inside: Made) -> None:
    assert set(session.scalars(select(Decision.outcome))) == {"granted", "partly", "rejected"}
    assert set(session.scalars(select(Decision.capacity))) == {"delegationsbeslut", "verkställighet", "politiskt beslut"}
    assert session.scalar(select(func.max(FundingRequest.latest_version))) == 2
    assert session.scalars(select(Decision).where(Decision.replaced_at.is_not(None))).all()
    assert session.scalars(select(Decision).where(Decision.acting_for_id.is_not(None))).all()
    assert session.scalars(select(Redistribution).where(Redistribution.confirmed_at.is_(None))).all()
    assert session.scalars(select(Case).where(Case.is_secret)).all()
    assert session.scalars(select(Statement)).all()
    assert session.scalars(select(Decision).join(MinutesEntry, MinutesEntry.id == Decision.minutes_id)).all()
    checked = select(CaseFact.case_id).where(CaseFact.kind == "registration_checked")
    assert session.scalars(select(Case).where(Case.number.is_not(None), Case.id.not_in(checked))).all()


def test_one_list_of_decisions_has_been_reported_and_what_has_come_since_waits(inside: Made) -> None:
    made = session.scalars(select(Decision).where(Decision.is_reported)).all()
    assert len({decision.reported_on for decision in made if decision.reported_on}) == 1
    assert {decision.reported_on is None for decision in made} == {True, False}


def test_every_organ_has_meetings_ahead_with_time_for_papers(inside: Made) -> None:
    planned = session.scalars(select(Meeting)).all()
    assert len({each.organ_id for each in planned}) == 3
    assert all(inside.today < each.meets_on and each.papers_due < each.meets_on for each in planned)


def test_the_directory_is_kept_and_only_what_came_lately_is_unread(inside: Made) -> None:
    kept = session.scalars(select(Recipient)).all()
    assert {each.valid_to is not None and each.valid_to < inside.today for each in kept} == {True, False}
    unread = [notice.at for notice in session.scalars(select(Notice)) if notice.read_at is None]
    read = [notice.at for notice in session.scalars(select(Notice)) if notice.read_at is not None]
    assert 0 < len(unread) < len(read) and max(read) < min(unread)


def test_it_has_been_told_how_it_stands_and_nothing_of_it_is_late(inside: Made) -> None:
    told = session.scalars(select(InterimReport)).all()
    assert {report.due_on.month for report in told} <= {4, 8} and len(told) == 2
    dispatched = session.scalars(select(Case).where(Case.status == Status.DISPATCHED.value)).all()
    due = [accounts.facts(case, people.actor(_person("sakerhetschef").id)).interim_due for case in dispatched]
    assert all(day is None or day >= inside.today for day in due)


def test_one_copy_has_no_address_and_one_to_act_on_is_unread(inside: Made) -> None:
    failed = session.scalars(select(Copy).where(Copy.state == "failed")).all()
    assert [copy.failure.split(":")[0] for copy in failed] == ["Adress saknas"]
    unread = select(Copy).where(Copy.kind == "action", Copy.opened_at.is_(None), Copy.state == "sent")
    assert "Kommunledningsförvaltningen" in {copy.recipient for copy in session.scalars(unread)}
    assert not session.scalars(select(Copy).where(Copy.state == "waiting")).all()


def test_this_years_million_is_untouched(inside: Made) -> None:
    fund = _fund("Trygghetsmiljonen", inside.today.year)
    assert (fund.set_aside, fund.left) == (MILLION, MILLION)
    assert session.scalars(select(LedgerRow.kind).where(LedgerRow.fund_id == fund.id)).all() == [LedgerKind.SET_ASIDE]
    assert not session.scalars(select(FundingRequest).where(FundingRequest.fund_id == fund.id)).all()
    drafts = session.scalars(select(FundingRequest.draft).where(FundingRequest.draft.is_not(None))).all()
    assert all(str(fund.public_id) not in str(draft) for draft in drafts)


def test_last_years_million_and_other_money_are_drawn_on(inside: Made) -> None:
    assert 0 < _fund("Trygghetsmiljonen", inside.today.year - 1).left < MILLION
    others = session.scalars(select(func.sum(Fund.granted)).where(Fund.name != "Trygghetsmiljonen").group_by(Fund.name)).all()
    assert len(others) == 2
    assert all(others)


def test_every_fund_equals_its_ledger(inside: Made) -> None:
    for fund in session.scalars(select(Fund)):
        rows = session.execute(
            select(LedgerRow.kind, func.sum(LedgerRow.amount)).where(LedgerRow.fund_id == fund.id).group_by(LedgerRow.kind)
        )
        ledger = {str(kind): total for kind, total in rows}
        assert ledger == {kind.value: getattr(fund, kind.value) for kind in LedgerKind if getattr(fund, kind.value)}


def test_the_log_verifies_against_its_signatures_in_and_outside_the_database(inside: Made) -> None:
    key = keys.load_log_key(inside.folder / "log_key")
    notes = witness.recall(inside.folder / "log_notes")
    verdict = verifier.verify(key.public, notes)
    assert notes
    assert (verdict.ok, verdict.reason) == (True, "")
    assert verdict.size == session.scalar(select(func.count()).select_from(LogEntry)) > 200


def test_acts_were_done_in_the_order_of_the_clock_in_office_hours_before_today(inside: Made) -> None:
    acts = LogEntry.action != "dispatch.remind"  # the worker's own, of the day on which the demo is made
    entries = session.execute(select(LogEntry.at, LogEntry.role).where(acts).order_by(LogEntry.seq)).all()
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    local = [entry.at.astimezone(STOCKHOLM) for entry in entries]
    assert all(is_working_day(each.date()) and 8 <= each.hour < 17 for each in local)
    assert local[0].year == inside.today.year - 1
    assert local[-1].date() < inside.today <= local[-1].date() + timedelta(days=10)


def test_case_numbers_rise_with_the_day_without_gaps(inside: Made) -> None:
    cases = session.scalars(select(Case).where(Case.number.is_not(None)).order_by(Case.submitted_at)).all()
    seen: Counter[int] = Counter()
    for case in cases:
        assert case.year == clock.local_date(case.submitted_at).year if case.submitted_at else False
        seen[case.year or 0] += 1
        assert case.serial == seen[case.year or 0]


def test_every_mail_was_to_a_made_up_address_and_stayed_here(inside: Made) -> None:
    mails = session.scalars(select(Mail)).all()
    assert mails
    assert all(mail.to.endswith(f"@{DOMAIN}") for mail in mails)
    assert people.is_demo() is True
    assert inside.app.extensions["settings"].mail is None


def test_nothing_is_left_in_the_outbox_and_all_is_well(inside: Made) -> None:
    assert not session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))).all()
    assert not session.scalars(select(OutboxRow).where(OutboxRow.last_error.is_not(None))).all()
    assert health() is None


def test_every_version_and_decision_has_its_document(inside: Made) -> None:
    kinds = Counter(session.scalars(select(Document.kind)))
    assert kinds["submission"] == session.scalar(select(func.count()).select_from(RequestVersion))
    assert kinds["decision"] == session.scalar(select(func.count()).select_from(Decision))
    assert kinds["statement"] == session.scalar(select(func.count()).select_from(Statement)) != 0
    assert kinds["attachment"] > 0
    store = inside.app.extensions["store"]
    for document in session.scalars(select(Document)):
        assert len(store.read(document.sha256)) == document.size


ONLY_TODAY = pytest.mark.parametrize("made", [TODAY], indirect=True, scope="module")


@ONLY_TODAY
def test_every_version_is_read_back_from_its_word_file_to_what_was_sent(inside: Made) -> None:
    rows = session.execute(
        select(RequestVersion, Case.number)
        .join(FundingRequest, FundingRequest.id == RequestVersion.funding_request_id)
        .join(Case, Case.id == FundingRequest.case_id)
    ).all()
    assert rows
    for row, number in rows:
        content = Content.from_json(row.content)
        sent = row.submitted_at
        data = document_data(
            content, municipality=municipality(), made_at=sent, case_number=number, version=row.number, submitted_at=sent
        )
        reading = read_text(source_of(word.letter(data), "skrivelse.docx").text)
        assert read_fields(reading) == sent_fields(content, number), number


@ONLY_TODAY
def test_every_document_that_the_portal_made_keeps_both_standards(inside: Made, tmp_path: Path) -> None:
    verapdf.require()
    wanted = select(Document).where(Document.source_id.is_not(None), Document.mime == "application/pdf")
    made = session.scalars(wanted.order_by(Document.kind, Document.id)).all()
    chosen = {document.kind: document for document in made} | dict(enumerate(made[:: times(12, 1)]))
    assert {"submission", "decision", "statement"} <= {document.kind for document in chosen.values()}
    path, failures = tmp_path / "document.pdf", []
    for document in chosen.values():
        path.write_bytes(inside.app.extensions["store"].read(document.file.sha256))
        for flavour in ("2a", "ua1"):
            failures += [f"{document.title} {flavour}: {each}" for each in verapdf.failures(path, flavour)]
    assert failures == []


@ONLY_TODAY
def test_every_decisions_data_are_in_the_published_form(inside: Made) -> None:
    found = [(case.number, data) for case in session.scalars(select(Case)) for data in exported(case)]
    assert {data["capacity"] for _number, data in found} == {"delegation", "execution", "political"}
    assert {number: broken(data) for number, data in found if broken(data)} == {}
    assert all(data["proof"] for _number, data in found)


def test_the_deputy_stands_in_today_and_has_a_delegation_of_her_own_only_vid_jav(inside: Made) -> None:
    chief, deputy = _person("kommunchef"), _person("tf.kommunchef")
    assert [other.person_id for other in people.actor(deputy.id).stands_in_for] == [chief.id]
    fund = _fund("Trygghetsmiljonen", inside.today.year)
    rows = session.scalars(select(Delegation).where(Delegation.fund_id == fund.id)).all()
    assert {(row.person_id, row.ceiling, row.only_when_jav_of_id) for row in rows} == {
        (chief.id, 1_500_000, None),
        (deputy.id, 1_500_000, chief.id),
    }
    assert all(row.confirmed_at and row.valid_from <= inside.today for row in rows)


@pytest.mark.parametrize("username", ["kommunchef", "tf.kommunchef"])
def test_what_is_submitted_can_be_decided_now(inside: Made, username: str) -> None:
    actor = people.actor(_person(username).id)
    for case in session.scalars(select(Case).where(Case.status == Status.SUBMITTED)):
        assert refusal_to_decide(decisions.facts(case, actor)) is None


def test_the_named_users_sign_in_with_the_password_and_nobody_else_can(made: Made) -> None:
    made.app.config["WTF_CSRF_ENABLED"] = False
    for username in USERNAMES:
        answer = made.app.test_client().post("/logga-in", data={"username": username, "password": PASSWORD})
        assert answer.status_code == 303, username
    with made.app.app_context():
        others = session.scalars(select(Person).where(Person.username.not_in(USERNAMES))).all()
        assert others
        assert all(person.password_hash is None for person in others)


def test_the_first_page_is_served(made: Made) -> None:
    assert made.app.test_client().get("/halsa").status_code == 200


def test_it_is_made_only_where_nothing_is(inside: Made) -> None:
    with pytest.raises(Refused):
        build(inside.app)
    answer = run(inside.folder)
    assert answer.exit_code == 2
    assert "Det finns redan en installation" in answer.output
    assert [path.name for path in inside.folder.parent.iterdir()] == [inside.folder.name]


@pytest.mark.parametrize(
    "wrong",
    [sums.wrong_on_pages, sums.wrong_in_documents, sums.wrong_in_files, sums.wrong_of_funds],
    ids=lambda each: each.__name__,
)
def test_asked_granted_and_used_are_the_same_wherever_they_are_shown(
    made: Made, wrong: Callable[[Made, FlaskClient], Iterator[str]]
) -> None:
    cases = sums.kept(made)
    assert len(cases) > 15 and sum(case.amounts[2] is not None for case in cases) > 2
    made.app.config["WTF_CSRF_ENABLED"] = False
    auditor = made.app.test_client()
    assert auditor.post("/logga-in", data={"username": "revisor", "password": PASSWORD}).status_code == 303
    found = list(wrong(made, auditor))
    assert not found, "\n".join(found)


def test_the_clock_is_the_systems_again(made: Made) -> None:
    assert clock.today() == made.today


def test_every_decision_is_genuine_to_whoever_checks_it(inside: Made) -> None:
    """All of them as the demo is made today, one on each other day."""
    files = [each.file.sha256 for each in session.scalars(select(Document).where(Document.kind == "decision"))]
    assert len(files) >= 10
    key = read_trust(str(keys.load_log_key(inside.folder / "log_key").public), keys.verifies)
    chosen = files if inside.today not in {day.date() for day in DAYS.values()} else files[:1]
    for digest in chosen:
        verdict = verify(inside.app.extensions["store"].read(digest), key, clock.now(), seal_findings)
        assert verdict.ok and verdict.is_test, verdict.findings


# Its pages: every one that a person can reach by following links, with a full year behind it

STARTS = ("/", "/konto", "/hjalp", "/personuppgifter", "/tillganglighet")
_HREF = re.compile(r'href="(/(?!static/)[^"#]*)"')
MOST = 600
OF_EACH_KIND = times(4, MOST)


def signed_in(made: Made, username: str) -> FlaskClient:
    made.app.config["WTF_CSRF_ENABLED"] = False
    client = made.app.test_client()
    assert client.post("/logga-in", data={"username": username, "password": PASSWORD}).status_code == 303
    return client


def kind_of(made: Made, path: str) -> str:
    """What the path is an address of; itself where it is none of the portal's."""
    try:
        return str(made.app.url_map.bind("").match(path.partition("?")[0])[0])
    except HTTPException:
        return path


@ONLY_TODAY
@pytest.mark.parametrize("username", USERNAMES)
def test_no_link_leads_astray(made: Made, username: str) -> None:
    """In the short run a few pages of each kind are opened; the links of those are followed in turn."""
    client = signed_in(made, username)
    waiting, seen, astray = list(STARTS), set(STARTS), []
    opened: Counter[str] = Counter()
    while waiting:
        path = waiting.pop()
        kind = kind_of(made, path)
        opened[kind] += 1
        if opened[kind] > OF_EACH_KIND:
            continue
        answer = client.get(path)
        if answer.status_code != 200:
            astray.append((path, answer.status_code))
        elif answer.mimetype == "text/html":
            found = {link.replace("&amp;", "&") for link in _HREF.findall(answer.get_data(as_text=True))}
            waiting += sorted(found - seen)
            seen |= found
    assert not astray
    assert len(STARTS) < len(seen) < MOST
