"""Where people meet at the same moment: one portal on one database, everyone signed in, a barrier, and what was answered."""

import logging
import random
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from itertools import count
from threading import Barrier
from time import sleep
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from portal import clock
from portal.db import session, transaction
from portal.decisions.models import Decision
from portal.funding_requests.lifecycle import Action
from portal.funds import delegation_operations as delegations
from portal.funds import operations as funds
from portal.funds.models import Fund, FundDecision, LedgerKind, LedgerRow
from portal.log import keys, verifier, witness
from portal.log.models import LogEntry
from portal.outbox.models import OutboxRow
from portal.outbox.worker import run
from portal.people import operations as administration
from portal.people import sign_in
from portal.people.permissions import Role
from portal.register.models import Case, NumberSeries
from portal.web.gate import confirm
from tests.conftest import PASSWORD
from tests.factories.decisions import a_submitted_request, case_of
from tests.factories.road import act
from tests.factories.town import Row, Town
from tests.forms import fields

MOST_HANDS = 20
LATEST_START_SECONDS = 0.012
PLENTY = 1_000_000_000
NEW_PASSWORD = "lykta cykel havre brygga"
CLEAR = {401, 403, 404, 409, 422}  # how a loser is told; 503 only with Retry-After


@dataclass(frozen=True, slots=True)
class Shot:
    """A form ready to be sent, by a browser of its own in a signed-in session."""

    client: FlaskClient
    to: str
    sent: MultiDict[str, str]

    def again(self, arena: "Arena") -> "Shot":
        """The same form once more, from another connection of the same session."""
        cookie = self.client.get_cookie("portal")
        assert cookie is not None
        return replace(self, client=arena.browser(cookie.value))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, where a 303 leads, and the words of the page."""

    status: int
    location: str
    text: str

    @property
    def won(self) -> bool:
        """Whether the act was acknowledged as done."""
        return self.status == 303 and not self.location.startswith("/logga-in")


class _Deadlocks(logging.Handler):
    """Counts what the portal warns of when two transactions waited for each other: locks are taken in one order."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if "deadlock" in record.getMessage():
            self.seen.append(record.getMessage())


@dataclass
class Arena:
    """One database and those who meet in it. ``races`` and ``busy`` are counted for the report."""

    app: Flask
    town: Town
    database: str
    big: Row = field(init=False)
    races: int = 0
    busy: int = 0
    cookies: dict[str, str] = field(default_factory=dict)
    deadlocks: _Deadlocks = field(default_factory=_Deadlocks)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(MOST_HANDS)
        self._names = count(1)
        self._start = random.Random(20261122)  # noqa: S311  # spreads the starts; decides nothing
        logging.getLogger("portal").addHandler(self.deadlocks)
        with self.inside():
            self.big = self.fund(PLENTY)

    def close(self) -> None:
        """Leave nothing running."""
        logging.getLogger("portal").removeHandler(self.deadlocks)
        self._pool.shutdown()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """A context to seed and to look in; nothing stays open when the race begins."""
        with self.app.app_context():
            yield
            session.remove()

    # Money and cases, by the product's own operations

    def fund(self, amount: int, *, ceiling: int = PLENTY) -> Row:
        """Set-aside money of its own: entered by finance, confirmed by the registrar, delegated to kommunchef."""
        today, town = clock.today(), self.town
        row, entered = self.entered_fund(amount)
        with transaction():
            given = delegations.add_delegation(
                new=delegations.NewDelegation(
                    person_id=town.person("kommunchef").public_id, fund_id=row.public_id, ceiling=ceiling,
                    capacity="delegationsbeslut", clause="Delegationsordningen 4.2", organ_id=town.organ.public_id,
                    decided_on=date(today.year - 1, 12, 10), paragraph="231", only_when_jav_of_id=None,
                    valid_from=date(today.year, 1, 1), valid_to=None,
                ),
                by=town.actor("admin"),
            ).public_id  # fmt: skip
        with transaction():
            funds.confirm_fund_decision(decision_id=entered, by=town.actor("registrator"))
            delegations.confirm_delegation(delegation_id=given, by=town.actor("registrator"))
        return row

    def entered_fund(self, amount: int) -> tuple[Row, UUID]:
        """Set-aside money that finance has entered, and its decision, which the registrar has yet to confirm."""
        today, town = clock.today(), self.town
        decision = funds.PoliticalDecision(
            amount=amount, organ_id=town.organ.public_id, decided_on=date(today.year - 1, 11, 25), paragraph="214"
        )
        with transaction():
            made = funds.add_fund(
                name=f"Medel {next(self._names)}", year=today.year, organ_id=town.organ.public_id, decision=decision,
                code={"ansvar": "1200", "verksamhet": "9100"}, by=town.actor("ekonom"),
            )  # fmt: skip
            (entered,) = session.scalars(select(FundDecision.public_id).where(FundDecision.fund_id == made.id))
            return Row(made.id, made.public_id, made.name), entered

    def submitted(self, amount: int = 3000, *, fund: Row | None = None, **change: Any) -> UUID:
        """A submitted request of two equal lines and one without amount, to ``fund`` or where there is plenty."""
        half = str(amount // 2)
        lines = (("Kamerabevakning", half), ("Väktare", str(amount - amount // 2)), ("Trygghetsmätning", ""))
        chosen = fund or self.big
        town = replace(self.town, fund=chosen)
        return a_submitted_request(town, lines=lines, total=str(amount), fund=chosen.name, **change)

    def walked(self, *steps: tuple[Action, str], **change: Any) -> UUID:
        """A submitted request and then each act by its person."""
        case_id = self.submitted(**change)
        for action, by in steps:
            act(self.town, action, case_id, by)
        return case_id

    def newcomer(self, role: Role, unit: str) -> Row:
        """A new person who holds the role since last week, has set a password with the link and so can sign in."""
        town, by = self.town, self.town.actor("admin")
        username = f"ny{next(self._names)}"
        with transaction():
            person, token = administration.add_person(username=username, name="Ny i Åkersbro", by=by)
            row = Row(person.id, person.public_id, username)
            administration.grant_role(
                person_id=person.public_id, unit_id=town.units[unit].public_id, role=role,
                valid_from=clock.today() - timedelta(days=7), valid_to=None, by=by,
            )  # fmt: skip
        sign_in.use_link(token=token, password=NEW_PASSWORD, again=NEW_PASSWORD, client="")
        return row

    def empty_queue(self) -> None:
        """What earlier races left in the queue is passed over; nothing looks at those cases again."""
        kinds = set(session.scalars(select(OutboxRow.kind).where(OutboxRow.done_at.is_(None))))
        later = clock.now() + timedelta(days=1)
        clock.set_source(lambda: later)
        run(self.app, dict.fromkeys(kinds, lambda _payload, _task: None), once=True)
        clock.set_source(None)

    # Browsers

    def browser(self, cookie: str) -> FlaskClient:
        """A browser of its own that holds this session's cookie."""
        client = self.app.test_client()
        client.set_cookie("portal", cookie)
        return client

    def signed_in(self, username: str, *, anew: bool = False) -> str:
        """The cookie of the person's session, made by the real form; ``anew`` makes one more."""
        if anew or username not in self.cookies:
            client = self.app.test_client()
            password = PASSWORD if username in self.town.people else NEW_PASSWORD
            assert client.post("/logga-in", data={"username": username, "password": password}).status_code == 303
            cookie = client.get_cookie("portal")
            assert cookie is not None
            if anew:
                return cookie.value
            self.cookies[username] = cookie.value
        return self.cookies[username]

    def give_password(self, username: str, cookie: str | None = None) -> None:
        """The password is given in the person's session, so that it holds for five minutes."""
        with self.app.test_request_context(headers={"Cookie": f"portal={cookie or self.signed_in(username)}"}):
            confirm(PASSWORD)
            session.remove()

    def shot(
        self, username: str, page: str, *, to: str | None = None, cookie: str | None = None, **typed: str | list[str]
    ) -> Shot:
        """The form on ``page`` as it is shown to the person now, filled in and ready."""
        client = self.browser(cookie or self.signed_in(username))
        shown = client.get(page)
        assert shown.status_code == 200, (page, shown.status_code, words(shown))
        sent = fields(shown.get_data(as_text=True), to)
        assert "form_key" in sent or to, (page, words(shown))
        for name, value in typed.items():
            sent.setlist(name, value if isinstance(value, list) else [value])
        return Shot(client, to or page, sent)

    # The race

    def at_once(self, acts: Sequence[Callable[[], Any]]) -> list[Any]:
        """Every act begins at the same moment, or (every second time) within a few milliseconds of it."""
        together = Barrier(len(acts))
        spread = LATEST_START_SECONDS if self.races % 2 else 0.0
        waits = [self._start.uniform(0, spread) for _ in acts]

        def one(hand: int) -> Any:
            together.wait(timeout=60)
            sleep(waits[hand])
            return acts[hand]()

        self.races += 1
        self.deadlocks.seen.clear()
        answers = list(self._pool.map(one, range(len(acts))))
        assert not self.deadlocks.seen, self.deadlocks.seen
        return answers

    def race(self, *shots: Shot) -> list[Answer]:
        """Send every form at the same moment. Each is answered 303 or told clearly why not; never with an error."""
        answers = self.at_once([partial(self._send, shot) for shot in shots])
        for answer in answers:
            assert answer.status in CLEAR | {303, 503}, answer
        return answers

    def _send(self, shot: Shot) -> Answer:
        answer = shot.client.post(shot.to, data=shot.sent)
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
            self.busy += 1
        return Answer(answer.status_code, answer.headers.get("Location", ""), words(answer))

    def duel(self, *shots: Shot) -> tuple[int, list[Answer]]:
        """A race that exactly one may win: which one did, and every answer."""
        answers = self.race(*shots)
        winners = [n for n, answer in enumerate(answers) if answer.won]
        assert len(winners) == 1, answers
        return winners[0], answers

    def as_one(self, *shots: Shot) -> str:
        """A race of one form with itself: everyone is answered with the first result. Where it leads."""
        answers = self.race(*shots)
        led = {answer.location for answer in answers if answer.status == 303}
        assert len(led) == 1 and {answer.status for answer in answers} <= {303, 503}, answers
        return led.pop()


def words(answer: TestResponse) -> str:
    """What the page says beneath the frame, without marks."""
    _frame, _main, page = answer.get_data(as_text=True).rpartition("<main")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page)).replace("\u00a0", " ").strip()
    return text[text.find("att rätta") :] if "att rätta" in text else text


def rows(table: type, *where: Any) -> int:
    """How many rows there are."""
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def logged(case_id: UUID, *actions: str) -> int:
    """How many entries of the case's log name one of ``actions``."""
    return rows(LogEntry, LogEntry.case_id == case_id, LogEntry.action.in_(actions))


def money_agrees() -> None:
    """Every fund holds what its ledger says, and never less than nothing. One statement, however many funds."""
    signs = {
        LedgerKind.SET_ASIDE: 1, LedgerKind.GRANTED: -1, LedgerKind.REVERSED: 1,
        LedgerKind.RETURNED: 1, LedgerKind.LAPSED: -1, LedgerKind.CARRIED_OVER: -1, LedgerKind.USED: 0,
    }  # fmt: skip
    held: dict[int, int] = {}
    columns: dict[tuple[int, str], int] = {}
    for fund_id, kind, amount in session.execute(select(LedgerRow.fund_id, LedgerRow.kind, LedgerRow.amount)):
        held[fund_id] = held.get(fund_id, 0) + signs[LedgerKind(kind)] * amount
        columns[fund_id, kind] = columns.get((fund_id, kind), 0) + amount
    for fund in session.scalars(select(Fund)):
        assert fund.left == held.get(fund.id, 0) >= 0, fund.name
        for kind in LedgerKind:
            assert getattr(fund, kind.value) == columns.get((fund.id, kind.value), 0), (fund.name, kind)


def numbers_in_a_row() -> None:
    """The register and the decisions are numbered from 1 on, each number once."""
    serials = sorted(serial for serial in session.scalars(select(Case.serial)) if serial)
    decided = sorted(int(number.rsplit("-", 1)[1]) for number in session.scalars(select(Decision.number)))
    last = {kind: n for kind, n in session.execute(select(NumberSeries.kind, NumberSeries.last))}  # noqa: C416
    assert serials == [*range(1, last.get("case", 0) + 1)]
    assert decided == [*range(1, last.get("decision", 0) + 1)]


def the_log_holds(app: Flask) -> None:
    """Every entry, their order and the head are as they were written."""
    folder = app.extensions["settings"].instance
    key = keys.load_or_create_log_key(folder / "log_key")
    verdict = verifier.verify(key.public, witness.recall(folder / "log_notes"))
    assert verdict.ok, verdict.reason


def outbox_is_single() -> None:
    """Nothing is queued twice."""
    queued = list(session.scalars(select(OutboxRow.unique_key)))
    assert len(queued) == len(set(queued))


def status_of(case_id: UUID) -> str:
    """Where the case stands."""
    return case_of(case_id).status


def everything_holds(arena: Arena) -> None:
    """What must be true after any race."""
    with arena.inside():
        money_agrees()
        numbers_in_a_row()
        outbox_is_single()
        the_log_holds(arena.app)
