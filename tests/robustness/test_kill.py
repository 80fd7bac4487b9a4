"""Server and worker are killed at any moment, again and again, while people go on working. Afterwards every answer that
was given still holds, and nothing was decided, numbered, recorded or sent twice.

``KILLS=200`` in the environment makes it a longer run.
"""

import logging
import os
import random
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from queue import Empty, Queue
from threading import Event
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import func, select

from portal import create_app
from portal.accounting.models import BudgetEntry, FinalReport
from portal.db import db, session
from portal.decisions.models import Decision
from portal.dispatch.models import Copy, Mail
from portal.documents.models import Document
from portal.funding_requests.models import FundingRequest, RequestVersion
from portal.funds.models import Fund, LedgerKind, LedgerRow
from portal.log import keys, verifier, witness
from portal.log.models import LogEntry
from portal.outbox.models import OutboxRow
from portal.people.models import FormResult
from portal.register.models import Case, NumberSeries
from tests.factories.funding_requests import a_draft
from tests.factories.town import Town
from tests.robustness.served import HOST, Served, free_port, make_instance, until
from tests.robustness.visitor import Gone, Visitor

KILLS = int(os.environ.get("KILLS", "20"))
CASES = 40
ASKED, USED = 20_000, 5_000
WALKERS = 3
COPIES = 2  # a unit and an outside address
# One of each for a case that has gone the whole way.
ONCE = (
    "funding_requests.submit",
    "decisions.decide",
    "accounting.record",
    "dispatch.queue",
    "accounting.report_back",
    "accounting.accept_report",
)
OUTSIDE = "polis@example.org"


class Sink:
    """A mail server that takes everything."""

    def __init__(self) -> None:
        self.got: list[Message] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.got.append(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    handler, port = Sink(), free_port()
    controller = Controller(handler, hostname=HOST, port=port)
    controller.start()
    yield handler, port
    controller.stop()


def drafts(folder: Path, town: Town) -> list[UUID]:
    """Complete drafts, each of ``ASKED`` kronor in one line."""
    app = create_app(folder, testing=True)
    lines = [{"label": "Kamerabevakning", "amount": str(ASKED), "cost_type": "drift"}]
    with app.app_context():
        made = [a_draft(town, lines=lines, total=str(ASKED)).public_id for _ in range(CASES)]
        session.remove()
        db.engine.dispose()
    return made


class Walker:
    """Three people who take cases from the first submit to the accepted report, whatever happens to the portal."""

    def __init__(self, port: int) -> None:
        self.asks, self.decides, self.records = (Visitor(port, name) for name in ("sakerhetschef", "kommunchef", "ekonom"))
        self.people = (self.asks, self.decides, self.records)
        for person in self.people:
            person.sign_in()

    def walk(self, case_id: UUID) -> None:
        here = f"/askanden/{case_id}"
        self.asks.do(f"{here}/granska")
        self.decides.do(f"{here}/besluta")
        self.records.do(f"{here}/bokfor", **{"code:": "1200", "source:": "1200"})
        self.asks.do(f"{here}/slutredovisa", used=str(USED), effect="Det blev tryggare.")
        self.records.do(f"{here}/godkann-slutredovisning")

    def work(self, waiting: "Queue[UUID]", enough: Event) -> list[UUID]:
        walked = []
        while not enough.is_set():
            try:
                case_id = waiting.get_nowait()
            except Empty:
                break
            self.walk(case_id)
            walked.append(case_id)
        return walked


def start_server(served: Served) -> float:
    """Start it and wait for its first answer; how many seconds that took on this machine."""
    begun = time.monotonic()
    served.start_server()
    until(lambda: answered(served), "the server answers")
    return time.monotonic() - begun


def answered(served: Served) -> bool:
    """Whether the server answers at all."""
    try:
        return served.answers() and bool(Visitor(served.port, "").ask("GET", "/halsa", busy=False))
    except Gone:
        return False


def keep_killing(served: Served, chance: random.Random, workers: "list[Future[list[UUID]]]") -> int:
    """Kill server and worker at random moments and start them again; how many processes were killed.

    How long they live goes by how long a start takes, so that work gets done on a slow machine too.
    """
    killed, server_at, worker_at, slow = 0, 0.0, 0.0, 1.5
    while killed < KILLS and not any(each.done() for each in workers):
        if served.server is None:
            slow = start_server(served)
            server_at = time.monotonic() + chance.uniform(0.0, 0.6) * slow
        elif time.monotonic() >= server_at:
            served.kill(served.server)
            served.server, killed = None, killed + 1
        if served.worker is None:
            served.start_worker()
            worker_at = time.monotonic() + chance.uniform(0.6, 1.8) * slow
        elif time.monotonic() >= worker_at:
            served.kill(served.worker)
            served.worker, killed = None, killed + 1
        time.sleep(0.01)
    return killed


def settle(served: Served) -> None:
    """Both run again and nobody kills them."""
    if served.worker is None:
        served.start_worker()
    if served.server is None:
        start_server(served)


def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(tmp_path: Path, sink: tuple[Sink, int]) -> None:
    seed = int(os.environ.get("KILL_SEED", secrets.randbits(32)))
    logging.getLogger(__name__).warning("KILL_SEED=%s", seed)  # shown when the test fails
    mail = f'[mail]\nhost = "{HOST}"\nport = {sink[1]}\nstarttls = false\nsender = "portalen@akersbro.example"\n'
    folder = tmp_path / "instance"
    town = make_instance(folder, mail)
    waiting: Queue[UUID] = Queue()
    for case_id in drafts(folder, town):
        waiting.put(case_id)
    served, enough = Served(folder), Event()
    try:
        start_server(served)
        walkers = [Walker(served.port) for _ in range(WALKERS)]
        with ThreadPoolExecutor(WALKERS) as pool:
            try:
                work = [pool.submit(walker.work, waiting, enough) for walker in walkers]
                killed = keep_killing(served, random.Random(seed), work)  # noqa: S311  # moments, no secrets
            finally:
                enough.set()
                settle(served)
            walked = [case_id for each in work for case_id in each.result()]
        until(lambda: not served.rows("SELECT 1 FROM outbox WHERE done_at IS NULL LIMIT 1"), "everything queued is done")
    finally:
        served.stop()
    people = [person for walker in walkers for person in walker.people]
    assert killed >= KILLS, f"the people were ready after {killed} kills"
    assert len(walked) >= WALKERS
    assert "unforeseen error" not in served.said("server")
    compare(folder, walked, people, sink[0])


def compare(folder: Path, walked: list[UUID], people: list[Visitor], sink: Sink) -> None:
    """What the people were told, and what the database holds."""
    app = create_app(folder, testing=True)
    with app.app_context():
        try:
            every_answer_still_holds(people)
            every_case_went_the_road_once(walked)
            numbers_have_no_gaps(len(walked))
            money_is_where_the_ledger_says(len(walked))
            every_decision_has_one_document(app.extensions["store"].read, len(walked))
            every_copy_went_out(len(walked), sink)
            session.rollback()
            verdict = verifier.verify(keys.load_log_key(folder / "log_key").public, witness.recall(folder / "log_notes"))
            assert verdict.ok, verdict.reason
        finally:
            session.remove()
            db.engine.dispose()


def count(table: type, *where: object) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]


def every_answer_still_holds(people: list[Visitor]) -> None:
    """Each acknowledged form stands in the database with the answer that was given, once."""
    kept = {str(row.key): row.location for row in session.scalars(select(FormResult))}
    told = {each.form_key: each.location for person in people for each in person.journal}
    assert told == kept, "every form that had an effect was acknowledged in the end, and no other"
    assert len(told) == sum(len(person.journal) for person in people)


def every_case_went_the_road_once(walked: list[UUID]) -> None:
    """Version, decision, budget entry, report: one of each, and one log entry of each act."""
    entries = Counter(tuple(row) for row in session.execute(select(LogEntry.case_id, LogEntry.action)))
    for case_id in walked:
        case = session.scalars(select(Case).where(Case.public_id == case_id)).one()
        assert case.status == "settled"
        assert [entries[case_id, action] for action in ONCE] == [1] * len(ONCE)
        assert entries[case_id, "dispatch.send"] == COPIES
        assert count(Decision, Decision.case_id == case.id) == 1
        assert count(BudgetEntry, BudgetEntry.case_id == case.id) == 1
        assert count(FinalReport, FinalReport.case_id == case.id) == 1
        asked = session.scalars(select(FundingRequest).where(FundingRequest.case_id == case.id)).one()
        assert count(RequestVersion, RequestVersion.funding_request_id == asked.id) == 1
        assert (asked.latest_version, asked.granted, asked.used) == (1, ASKED, USED)
    assert count(Case, Case.number.is_not(None)) == len(walked)


def numbers_have_no_gaps(cases: int) -> None:
    """Case numbers and decision numbers are 1 to as many as there are."""
    serials = [*range(1, cases + 1)]
    assert sorted(session.scalars(select(Case.serial).where(Case.serial.is_not(None)))) == serials
    assert sorted(int(number[-4:]) for number in session.scalars(select(Decision.number))) == serials
    assert list(session.scalars(select(NumberSeries.last))) == [cases, cases]


def money_is_where_the_ledger_says(cases: int) -> None:
    """The fund's columns are the sums of its ledger, which has one grant and one return per case."""
    for fund in session.scalars(select(Fund)):
        rows = session.execute(
            select(LedgerRow.kind, func.sum(LedgerRow.amount)).where(LedgerRow.fund_id == fund.id).group_by(LedgerRow.kind)
        )
        sums = {row.kind: row[1] for row in rows}
        held = {kind: getattr(fund, kind.value) for kind in LedgerKind if getattr(fund, kind.value)}
        assert sums == held
    assert count(LedgerRow, LedgerRow.kind == LedgerKind.GRANTED.value) == cases
    returned = select(func.sum(LedgerRow.amount)).where(LedgerRow.kind == LedgerKind.RETURNED.value)
    assert session.scalar(returned) == cases * (ASKED - USED)


def every_decision_has_one_document(read, cases: int) -> None:  # type: ignore[no-untyped-def]
    """One PDF per decision and per submitted version, whole on the disk."""
    documents = list(session.scalars(select(Document)))
    decided = Counter(each.source_id for each in documents if each.kind == "decision")
    assert decided == Counter(session.scalars(select(Decision.public_id)))
    assert len([each for each in documents if each.kind == "submission"]) == cases
    assert all(read(each.sha256).startswith(b"%PDF") for each in documents)


def every_copy_went_out(cases: int, sink: Sink) -> None:
    """One copy per recipient, sent; a mail that went twice has one Message-ID, and stands once in the table of mail."""
    copies = list(session.scalars(select(Copy)))
    assert Counter(copy.state for copy in copies) == {"sent": cases * COPIES}
    assert len({(copy.decision_id, copy.recipient) for copy in copies}) == len(copies)
    kept = Counter(session.scalars(select(Mail.message_id)))
    assert all(kept[copy.message_id] == 1 for copy in copies)
    assert count(OutboxRow, OutboxRow.kind == "copy") == len(copies), "no copy was queued twice"
    arrived = {str(mail["Message-ID"]).strip() for mail in sink.got}
    assert arrived == set(kept), "what arrived is what the portal says that it sent"
    to_outside = {str(mail["Message-ID"]).strip() for mail in sink.got if OUTSIDE in str(mail["To"])}
    assert to_outside == {copy.message_id for copy in copies if copy.email == OUTSIDE}
