"""The same portal on PostgreSQL: every place of the road, every page, and many hands at the same moment."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import clock, create_app
from portal.cli.server import bring_up
from portal.db import db, session, transaction
from portal.decisions import operations as decisions
from portal.decisions import queries
from portal.decisions.models import Decision
from portal.dispatch.models import Copy
from portal.documents.models import Document
from portal.errors import Conflict, Refused
from portal.funding_requests import operations as requests
from portal.funding_requests.lifecycle import Action
from portal.funds.models import Fund, LedgerKind, LedgerRow
from portal.log import keys, verifier, witness
from portal.log.models import LogEntry
from portal.outbox.models import OutboxRow
from portal.people.models import Substitution
from portal.register.models import Case, NumberSeries
from tests.conftest import PASSWORD
from tests.factories.decisions import a_submitted_request, an_answer, case_of
from tests.factories.funding_requests import a_draft
from tests.factories.places import PLACES, status_of
from tests.factories.road import act, run_worker
from tests.factories.town import MILLION, Town, build
from tests.forms import fields
from tests.integration.test_migrations import new_database

THREADS = 8
EVERYONE = (
    "sakerhetschef", "kommunchef", "ekonom", "kommunledning", "registrator", "arkivarie", "revisor", "admin",
)  # fmt: skip

ACTED_ON = {
    "sakerhetschef": ("draft", "dispatched"),
    "kommunchef": ("submitted",),
    "ekonom": ("decided", "dispatched, money moved"),
    "registrator": ("submitted, secret", "referred"),
}

LOOKED_AT = ("submitted", "decided by the organ", "dispatched, secret", "archived")


@pytest.fixture
def app(tmp_path: Path, postgresql: Any) -> Iterator[Flask]:
    """The portal on a database of this test's own, made by the migrations."""
    folder = tmp_path / "instance"
    folder.mkdir()
    address = new_database(postgresql, "t" + re.sub(r"\W", "", tmp_path.name.lower()))
    (folder / "settings.toml").write_text(f'database = "{address}"\n', encoding="utf-8")
    (folder / "secret_key").write_bytes(b"k" * 32)
    app = create_app(folder, testing=True)
    with app.app_context():
        bring_up()
    yield app
    with app.app_context():
        session.remove()
        db.engine.dispose()


@pytest.fixture
def town(app: Flask) -> Town:
    with app.app_context(), transaction():
        return build(PASSWORD)


def at_once(app: Flask, hands: int, act_: Callable[[int], Any]) -> list[Any]:
    """Every hand does its act at the same moment, each in a context of its own."""
    together = Barrier(hands)

    def one(hand: int) -> Any:
        with app.app_context():
            session.execute(select(1))  # the connection is open before the race begins
            session.rollback()
            together.wait(timeout=30)
            return act_(hand)

    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(one, range(hands)))


def the_log_holds(app: Flask) -> None:
    folder = app.extensions["settings"].instance
    key = keys.load_or_create_log_key(folder / "log_key")
    verdict = verifier.verify(key.public, witness.recall(folder / "log_notes"))
    assert verdict.ok, verdict.reason
    assert verdict.size == session.scalar(select(func.max(LogEntry.seq)))


def count(table: type, *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def test_the_whole_road_is_walked_and_every_page_opens(app: Flask, town: Town) -> None:
    with app.app_context():
        cases = {place: walk(town) for place, walk in PLACES.items()}
        for place, case_id in cases.items():
            assert case_of(case_id).status == status_of(place), place
        decided = list(session.scalars(select(Decision.public_id)))
        made = session.scalars(select(Document.source_id).where(Document.kind == "decision")).all()
        run_worker()
        assert set(made) <= set(decided)
        assert count(Document, Document.kind == "decision") == len(decided)
        assert count(OutboxRow, OutboxRow.done_at.is_(None)) == 0
        assert count(OutboxRow, OutboxRow.failures > 0) == 0
        assert count(Copy, Copy.state == "waiting") == 0
        the_log_holds(app)
    every_page_opens(app, cases)


def every_page_opens(app: Flask, cases: dict[str, UUID]) -> None:
    """Lists and cases for everyone, filtered too; the forms of a case for those who act on it."""
    app.config["WTF_CSRF_ENABLED"] = False
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint != "static"]
    lists = [rule.rule for rule in rules if not rule.arguments and not rule.rule.startswith(("/logga", "/halsa"))]
    forms = [rule.rule for rule in rules if rule.arguments == {"case_id"} and not rule.rule.endswith(".png")]
    filters = ("/askanden?q=trygg&status=decided", "/diariet?q=KS", "/beslut?ar=2026&utfall=granted", "/?visa=alla")
    for username in EVERYONE:
        client = app.test_client()
        assert client.post("/logga-in", data={"username": username, "password": PASSWORD}).status_code == 303
        pages = [*lists, *filters, *(f"/askanden/{cases[place]}" for place in LOOKED_AT)]
        acts_on = [cases[place] for place in ACTED_ON.get(username, ())]
        pages += [rule.replace("<uuid:case_id>", str(case_id)) for case_id in acts_on for rule in forms]
        for address in pages:
            assert client.get(address).status_code < 500, (username, address)


def test_of_two_deciders_at_the_same_moment_one_gets_the_last_money(app: Flask, town: Town) -> None:
    whole = str(MILLION)
    with app.app_context():
        asked = [
            a_submitted_request(town, lines=(("Kameror", whole),), total=whole),
            a_submitted_request(town, by="fritidschef", unit="Kultur och fritid", lines=(("Belysning", whole),), total=whole),
        ]
        answers = [an_answer(case_id) for case_id in asked]
        with transaction():
            today = clock.today()
            session.add(
                Substitution(
                    person_id=town.person("kommunchef").id, substitute_id=town.person("tf.kommunchef").id,
                    ground="Delegationsordningen 1.4", valid_from=today, valid_to=today,
                )
            )  # fmt: skip
        session.remove()

    def decide(hand: int) -> str:
        by = town.actor(("kommunchef", "tf.kommunchef")[hand])
        try:
            with transaction():
                decisions.decide(case_id=asked[hand], answer=answers[hand], by=by, seen_version=None)
        except Refused as refused:
            return str(refused)
        return "granted"

    said = at_once(app, 2, decide)
    assert said.count("granted") == 1
    assert any("är mer än vad som är kvar" in each for each in said), said
    with app.app_context():
        fund = session.get_one(Fund, town.fund.id)
        assert (fund.granted, fund.left) == (MILLION, 0)
        assert count(Decision) == count(LedgerRow, LedgerRow.kind == LedgerKind.GRANTED.value) == 1
        assert session.scalars(select(NumberSeries.last).where(NumberSeries.kind == "decision")).one() == 1
        the_log_holds(app)


def test_one_case_is_decided_once_however_many_press(app: Flask, town: Town) -> None:
    with app.app_context():
        case_id = a_submitted_request(town)
        answer = an_answer(case_id)
        seen = case_of(case_id).version
        session.remove()

    def decide(_hand: int) -> str:
        by = town.actor("kommunchef")
        try:
            with transaction():
                queries.facts(case_of(case_id), by)  # a page reads before it acts
                decisions.decide(case_id=case_id, answer=answer, by=by, seen_version=seen)
        except Conflict as conflict:
            return str(conflict)
        return "decided"

    said = at_once(app, THREADS, decide)
    assert said.count("decided") == 1
    assert {each for each in said if each != "decided"} == {"Ärendet har redan beslutats."}
    with app.app_context():
        assert count(Decision) == 1
        assert session.get_one(Fund, town.fund.id).left == 0
        the_log_holds(app)


def test_a_double_click_is_answered_twice_with_the_one_result(app: Flask, town: Town) -> None:
    """The second waits for the first one's locks and must not be told that someone else came first."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        case_id = a_draft(town).public_id
        session.remove()
    client = app.test_client()
    assert client.post("/logga-in", data={"username": "sakerhetschef", "password": PASSWORD}).status_code == 303
    sent = fields(client.get(f"/askanden/{case_id}/granska").get_data(as_text=True), f"/askanden/{case_id}/skicka-in")
    cookie = client.get_cookie("portal")
    assert cookie is not None

    def press(_hand: int) -> tuple[int, str | None]:
        other = app.test_client()
        other.set_cookie("portal", cookie.value)
        answer = other.post(f"/askanden/{case_id}/skicka-in", data=sent)
        return answer.status_code, answer.headers.get("Location")

    assert set(at_once(app, THREADS, press)) == {(303, f"/askanden/{case_id}")}
    with app.app_context():
        assert count(LogEntry, LogEntry.action == "funding_requests.submit") == 1


def test_eight_who_submit_at_the_same_moment_get_eight_numbers_in_a_row(app: Flask, town: Town) -> None:
    """From the first number of the year on: the series is made by one and waited for by the others."""
    rounds = 3
    with app.app_context():
        drafts = [a_draft(town).public_id for _ in range(THREADS * rounds)]
        session.remove()

    def submit(hand: int) -> None:
        by = town.actor("sakerhetschef")
        for case_id in drafts[hand * rounds : (hand + 1) * rounds]:
            with transaction():
                requests.submit(case_id=case_id, by=by, seen_version=None)

    at_once(app, THREADS, submit)
    with app.app_context():
        assert sorted(session.scalars(select(Case.serial))) == [*range(1, THREADS * rounds + 1)]
        assert session.scalars(select(NumberSeries.last)).one() == THREADS * rounds
        assert count(LogEntry, LogEntry.action == "funding_requests.submit") == THREADS * rounds
        the_log_holds(app)


def test_worker_and_people_work_on_the_same_cases_without_waiting_for_each_other_for_ever(app: Flask, town: Town) -> None:
    """The worker makes the documents of cases that are acted on meanwhile; locks are taken in one order."""
    with app.app_context():
        cases = [PLACES["submitted"](town) for _ in range(6)]
        session.remove()

    def hand(number: int) -> None:
        if number == 0:
            for _ in range(4):
                run_worker()
            return
        for case_id in cases[number - 1 :: 2]:
            for action, by in (
                (Action.CHECK_REGISTRATION, "registrator"),
                (Action.DECIDE, "kommunchef"),
                (Action.RECORD, "ekonom"),
                (Action.REPORT_BACK, "sakerhetschef"),
            ):
                act(town, action, case_id, by)

    at_once(app, 3, hand)
    with app.app_context():
        run_worker()
        assert count(OutboxRow, OutboxRow.done_at.is_(None), OutboxRow.failures > 0) == 0
        assert count(Case, Case.status == "reported") == len(cases)
        the_log_holds(app)
