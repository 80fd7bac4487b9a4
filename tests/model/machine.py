"""The portal and the paper walk the same road: after every act both say the same, and what must always hold does."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid4

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import func, select

from portal import clock
from portal.accounting import operations as accounting
from portal.accounting import queries as money_queries
from portal.db import db, session, transaction
from portal.decisions import operations as decisions
from portal.decisions.answer import Answer, Move
from portal.decisions.minutes import MinutesKind
from portal.decisions.models import Capacity, Decision, Stance
from portal.dispatch.models import Copy
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.funding_requests import operations as requests
from portal.funding_requests.content import Draft, draft_of
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.models import FundingRequest, RequestVersion
from portal.funding_requests.queries import current_version
from portal.funds.models import Fund, LedgerRow
from portal.funds.queries import SIGN
from portal.log import keys, merkle, verifier, witness
from portal.log.models import LogEntry, LogHead
from portal.log.queries import split
from portal.outbox.models import OutboxRow
from portal.outbox.worker import Handler, Worker
from portal.people import queries as people
from portal.register.models import Case
from portal.register.queries import parts_of
from tests.conftest import PASSWORD
from tests.factories.decisions import an_answer
from tests.factories.road import a_report, acts, in_force, the_minutes
from tests.factories.town import MILLION, Town
from tests.model import paper
from tests.model.paper import CITY, CONFLICT, CULTURE, DONE, INVALID, REFUSED, SAFETY, UNKNOWN, Act, Money, Paper, World

MOST_CASES = 6  # of which one follows another at most
PEOPLE = st.sampled_from([*paper.ROLES, "allt", "allt"])  # whoever holds every role meets the rules that keep them apart
ACTIONS = st.sampled_from([*(action.value for action in Action), "save"])
AMOUNTS = st.sampled_from([10_000, 100_000, 300_000, 450_000])
LINES = st.one_of(
    st.tuples(AMOUNTS, AMOUNTS, st.none()), st.tuples(AMOUNTS), st.tuples(AMOUNTS, AMOUNTS), st.just((None, None))
)  # fmt: skip
SHARES = st.sampled_from(["all", "all", "all", "half", "none", "over"])
SENT_TWICE = {  # acts whose form is small: its page, and what is typed
    "approve": ("godkann", {}),
    "send_back": ("lamna-tillbaka", {"reason": "Beloppet är inte styrkt."}),
    "take_back": ("ta-tillbaka", {}),
    "withdraw": ("aterkalla", {"reason": "Behövs inte längre."}),
    "request_completion": ("komplettering", {"reason": "Offert saknas."}),
    "give_statement": ("yttrande", {"text": "Medel finns.", "cost_type": "drift"}),
    "resume": ("ateruppta", {"reason": "Underlaget räcker."}),
    "accept_report": ("godkann-slutredovisning", {}),
    "return_report": ("aterlamna-slutredovisning", {"reason": "Effekten saknas."}),
    "check_registration": ("registrering", {}),
    "note_fact": ("handelse", {"kind": "other", "text": "Ringde.", "on_date": "2026-01-07"}),
    "declare_jav": ("jav", {"reason": "Nära anhörig."}),
    "correct": ("ratta", {"what": "Fel datum.", "text": "Rätt datum."}),
    "reopen": ("ateroppna", {"reason": "Ett dokument saknades."}),
    "close": ("avsluta", {}),
}


def _nothing(_payload: object, _task: object) -> None:
    """Mail and pictures of pages are tried elsewhere."""


class Walk(RuleBasedStateMachine):
    """One run: a fresh town, two funds, some cases. ``app``, ``town`` and ``prepared`` are set by the test."""

    app: ClassVar[Flask]
    town: ClassVar[Town]
    prepared: ClassVar[Path]
    outcomes: ClassVar[dict[str, int]] = {}

    def __init__(self) -> None:
        super().__init__()
        self._fresh_database()
        self._enter()
        self.ids: list[UUID] = []
        self.frozen: dict[int, str] = {}
        self.folded = 0
        self.frontier: tuple[bytes, ...] = ()
        self.paragraph = 100
        self.cookies: dict[str, str] = {}

    def _enter(self) -> None:
        self._context = self.app.app_context()
        self._context.push()

    def _fresh_database(self) -> None:
        folder = self.app.extensions["settings"].instance
        with self.app.app_context():
            session.remove()
            db.engine.dispose()
        for name in ("portal.sqlite-wal", "portal.sqlite-shm", "log_notes"):
            (folder / name).unlink(missing_ok=True)
        shutil.copy(self.prepared, folder / "portal.sqlite")

    @initialize(tf=st.booleans())
    def begin(self, tf: bool) -> None:
        self.world = World(tf=tf, money={"one": Money(MILLION), "two": Money(2 * MILLION)})
        if tf:
            with transaction():
                self.town.substitute("tf.kommunchef", stands_in_for="kommunchef")
        self.write(who="sakerhetschef", unit=SAFETY, money="one", lines=(300_000, 300_000, None), secret=False)
        self.try_(0, Act("submit", "sakerhetschef"))

    # What people do

    @rule(
        who=PEOPLE, unit=st.sampled_from([SAFETY, SAFETY, CULTURE, CITY]), money=st.sampled_from(["one", "one", "two", ""]),
        lines=LINES, secret=st.sampled_from([False, False, True]),
    )  # fmt: skip
    def write(self, who: str, unit: str, money: str, lines: tuple[int | None, ...], secret: bool) -> None:
        if len(self.ids) >= 5:
            return
        made: list[UUID] = []

        def act() -> None:
            draft = self._draft(money, lines, secret)
            case = requests.create_draft(unit_id=self.town.units[unit].id, by=self._actor(who), draft=draft)
            made.append(case.public_id)

        expected = DONE if unit in paper.ROLES[who] else REFUSED
        assert self._outcome(act) == expected, (who, unit)
        if made:
            case = Paper(unit=unit, money=money, lines=lines, secret_asked=secret, writer=who)
            case.parts["requester"].add(who)
            self.world.cases.append(case)
            self.ids.append(made[0])
        self.agree()

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), acts_in_a_row=st.integers(1, 3))
    def go_on(self, data: st.DataObject, acts_in_a_row: int) -> None:
        """One to three acts that the paper says may be done now, each on a case as it is seen now."""
        for _ in range(acts_in_a_row):
            self._go_on(data)

    def _go_on(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.ids) - 1), "case")
        case = self.world.cases[number]
        open_ = [
            (name, who)
            for name in (*(action.value for action in Action), "save")
            for who in paper.ROLES
            if paper.sees(case, who)
            and case.status in paper.TURNS.get(name, case.status).split()
            and paper.may(self.world, case, Act(name, who))
        ]
        # What leads on, three times as often as what leaves the case where it is.
        onward = [each for each in open_ if each[0] in paper.TURNS and each[0] not in ("withdraw", "save", "discard", "follow")]
        if open_:
            name, who = data.draw(st.sampled_from([*open_, *onward, *onward]), "act")
            self.try_(number, self._act(data, name, who, case))

    @precondition(lambda self: self.ids)
    @rule(
        data=st.data(),
        who=PEOPLE,
        stale=st.sampled_from([False, False, False, True]),
        confirmed=st.sampled_from([True, True, False]),
    )
    def attempt(self, data: st.DataObject, who: str, stale: bool, confirmed: bool) -> None:
        """Something that is in turn, by anyone: the rules on persons have the say."""
        number = data.draw(st.integers(0, len(self.ids) - 1), "case")
        case = self.world.cases[number]
        names = [name for name, turns in paper.TURNS.items() if case.status in turns.split()]
        name = data.draw(st.sampled_from(names or ["correct"]), "name")
        self.try_(number, self._act(data, name, who, case)._replace(stale=stale, confirmed=confirmed))

    @precondition(lambda self: any(case.status == "submitted" for case in self.world.cases))
    @rule(data=st.data())
    def state_and_decide(self, data: st.DataObject) -> None:
        """One who holds every role states an opinion and then wants to decide on it."""
        submitted = [n for n, case in enumerate(self.world.cases) if case.status == "submitted"]
        number = data.draw(st.sampled_from(submitted), "case")
        case = self.world.cases[number]
        for name in ("give_statement", "decide"):
            if case.status == "submitted":
                self.try_(number, self._act(data, name, "allt", case))

    @precondition(lambda self: len(self.ids) < 5)
    @rule(data=st.data(), money=st.sampled_from(["one", "two"]))
    def ask_once_more(self, data: st.DataObject, money: str) -> None:
        """The unit asks for much out of the same money once more, and the chief executive decides on that first."""
        self.write(who="sakerhetschef", unit=SAFETY, money=money, lines=(300_000, 300_000), secret=False)
        number = len(self.ids) - 1
        self.try_(number, Act("submit", "sakerhetschef"))
        self.try_(number, self._act(data, "decide", "kommunchef", self.world.cases[number]))

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), name=ACTIONS, who=PEOPLE)
    def wander(self, data: st.DataObject, name: str, who: str) -> None:
        """Anything, by anyone, in turn or not."""
        number = data.draw(st.integers(0, len(self.ids) - 1), "case")
        self.try_(number, self._act(data, name, who, self.world.cases[number]))

    @precondition(lambda self: any(case.waiting or case.undocumented for case in self.world.cases))
    @rule()
    def work(self) -> None:
        """The worker makes the documents and sends the copies."""
        handlers: dict[str, Handler] = {**self.app.extensions["outbox_handlers"]}
        handlers |= {"notice": _nothing, "submission_document": _nothing, "statement_document": _nothing}
        session.rollback()
        worker = Worker(self.app, handlers)
        while worker.turn():
            pass
        for case in self.world.cases:
            case.documented = case.granted is not None
            case.sent, case.waiting = case.sent + case.waiting, 0
        self.agree()

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def send_twice(self, data: st.DataObject) -> None:
        """One form, sent twice: done once, and both times answered with the same address."""
        number = data.draw(st.integers(0, len(self.ids) - 1), "case")
        case = self.world.cases[number]
        open_ = [
            act for name in SENT_TWICE for who in paper.ROLES
            if paper.verdict(self.world, case, act := Act(name, who)) == DONE
        ]  # fmt: skip
        if not open_:
            return
        act = data.draw(st.sampled_from(open_), "form")
        page, typed = SENT_TWICE[act.name]
        sent = {**typed, "form_key": str(uuid4()), "version": str(case.version)}
        self._context.pop()  # every request has a context of its own, and so its own person
        answers = [self._browser(act.who).post(f"/askanden/{self.ids[number]}/{page}", data=sent) for _ in range(2)]
        self._enter()
        assert [answer.status_code for answer in answers] == [303, 303], answers[0].get_data(as_text=True)
        assert answers[0].location == answers[1].location
        paper.done(self.world, case, act)
        self.agree()

    def _browser(self, who: str) -> Any:
        client = self.app.test_client()
        if who not in self.cookies:
            assert client.post("/logga-in", data={"username": who, "password": PASSWORD}).status_code == 303
            self.cookies[who] = client.get_cookie("portal").value  # type: ignore[union-attr]
        client.set_cookie("portal", self.cookies[who])
        return client

    # An act, on the portal and on paper

    def _act(self, data: st.DataObject, name: str, who: str, case: Paper) -> Act:
        act = Act(name, who)
        if name in ("decide", "replace_decision", "record_minutes"):
            share = data.draw(SHARES, "share")
            of = {"all": lambda a: a, "half": lambda a: a // 2, "none": lambda _a: 0, "over": lambda a: a + 1}[share]
            asked = paper.answered(case.asked) if case.asked else ()
            grants = tuple(share == "all" if amount is None else of(amount) for amount in asked)
            kind = data.draw(st.sampled_from(["deciding", "deciding", "preparing", "referred_back"]), "minutes")
            act = act._replace(grants=grants, report=data.draw(st.booleans()), moves=data.draw(st.booleans()), minutes=kind)
        if name == "hand_over":
            act = act._replace(stance=data.draw(st.booleans(), "stance"))
        if name == "report_back" and case.granted:
            act = act._replace(unused=data.draw(st.sampled_from([0, 1_000]), "unused"))
        return act

    def try_(self, number: int, act: Act) -> None:
        """Do it; the portal ends it as the paper says, and a refusal leaves nothing behind."""
        case, case_id = self.world.cases[number], self.ids[number]
        if case.status == "discarded":
            act = Act("withdraw", act.who)  # there is nothing left to fill in a longer form from
        if act.name == "follow" and len(self.ids) >= MOST_CASES:
            return
        if act.name == "relate" and self.world.other(case) is None:
            return
        before = self._written()
        expected = paper.verdict(self.world, case, act)
        outcome = self._outcome(partial(self._perform, case_id, case, act))
        assert outcome == expected, (outcome, expected, act, case, self.world.tf)
        Walk.outcomes[outcome] = Walk.outcomes.get(outcome, 0) + 1
        if outcome == DONE:
            paper.done(self.world, case, act)
            if act.name == "follow":
                self._followed(case, act.who)
            if act.name == "save":
                case.lines = case.lines[::-1] if case.lines[-1] is not None else case.lines
        else:
            assert self._written() == before, "a refused act left something behind"
        self.agree()

    def _followed(self, old: Paper, who: str) -> None:
        """What follows begins with what was asked, and with its own writer; it is as secret as the one it follows."""
        secret = old.secret_asked or bool(old.mark)
        case = Paper(unit=old.unit, money=old.money, lines=old.asked, secret_asked=secret, writer=who, follows=old)
        case.parts["requester"].add(who)
        paper.relate(case, old, "follows")
        self.world.cases.append(case)
        self.ids.append(session.scalars(select(Case.public_id).where(Case.public_id.not_in(self.ids))).one())

    def _outcome(self, act: Callable[[], object]) -> str:
        try:
            with transaction():
                act()
        except Refused:
            return REFUSED
        except Conflict:
            return CONFLICT
        except Unknown:
            return UNKNOWN
        except Invalid:
            return INVALID
        return DONE

    def _actor(self, who: str, confirmed: bool = True) -> Any:
        actor = people.actor(self.town.people[who].id)
        return replace(actor, confirmed_at=clock.now() if confirmed else None)

    def _perform(self, case_id: UUID, case: Paper, act: Act) -> object:
        by = self._actor(act.who, act.confirmed)
        seen = case.version - 1 if act.stale else case.version
        match act.name:
            case "save":
                return requests.save_draft(case_id=case_id, draft=self._reversed(case), by=by, seen=None)
            case "decide":
                return decisions.decide(case_id=case_id, answer=self._answer(case_id, act), by=by, seen_version=seen)
            case "replace_decision":
                decided = in_force(case_id)
                political = decided is not None and decided.capacity == Capacity.POLITICAL
                return decisions.replace_decision(
                    case_id=case_id, answer=self._answer(case_id, act), reason="Ett belopp var fel.", by=by, seen_version=seen,
                    minutes=self._minutes("deciding") if political else None,
                )  # fmt: skip
            case "record_minutes":
                answer = self._answer(case_id, act) if act.minutes == "deciding" else None
                return decisions.record_minutes(
                    case_id=case_id, minutes=self._minutes(act.minutes), answer=answer, by=by, seen_version=seen
                )
            case "take_over":
                return decisions.take_over(case_id=case_id, minutes=self._minutes("taken_over"), by=by, seen_version=seen)
            case "hand_over":
                stance, text = (Stance.SUPPORT, "Behovet är styrkt.") if act.stance else (Stance.NONE, "")
                return decisions.hand_over(
                    case_id=case_id, organ_id=self.town.organ.public_id, stance=stance, text=text, by=by, seen_version=seen
                )
            case "report_back":
                report = a_report(case_id, unused=act.unused)
                return accounting.report_back(case_id=case_id, report=report, by=by, seen_version=seen)
            case "redistribute":
                return accounting.redistribute(
                    case_id=case_id, amounts_now=self._moved(case_id), reason="Anbuden blev lägre.", by=by, seen_version=seen
                )
        return acts(self.town)[Action(act.name)](case_id, by, seen)

    def _answer(self, case_id: UUID, act: Act) -> Answer:
        text, free = "Säkerhetsenheten beviljas pengarna.", Move.FREE if act.moves else Move.NONE
        found = session.scalars(select(Case).where(Case.public_id == case_id)).one_or_none()
        if found is None or current_version(found) is None:
            return Answer(lines=(), text=text)
        report_by = date(clock.today().year + 1, 1, 31) if act.report else None
        return an_answer(case_id, *act.grants, text=text, redistribution=free, report_by=report_by)

    def _minutes(self, kind: str) -> Any:
        self.paragraph += 1
        return the_minutes(self.town, MinutesKind(kind), str(self.paragraph))

    def _moved(self, case_id: UUID) -> dict[UUID, int]:
        """A krona from the line that holds most to another."""
        decided = in_force(case_id)
        held = money_queries.current_amounts(decided) if decided else {}
        lines = (
            sorted((held[line.id], n, line.public_id) for n, line in enumerate(decided.lines) if line.granted)
            if decided
            else []
        )
        if len(lines) < 2:
            return {}
        (least, _n, to), (most, _m, from_) = lines[0], lines[-1]
        return {from_: most - 1, to: least + 1}

    def _draft(self, money: str, lines: tuple[int | None, ...], secret: bool) -> Draft:
        funds = {"one": self.town.fund, "two": self.town.other_fund}
        rows = [
            {"label": f"Rad {n}", "amount": "" if amount is None else str(amount), "cost_type": "drift"}
            for n, amount in enumerate(lines, 1)
        ]
        raw = {
            "title": "Medel för trygghet", "organ": str(self.town.organ.public_id), "points": ["Enheten beviljas medel."],
            "description": "Läget kräver det.", "lines": rows, "total": str(paper.total(lines)), "redistribution": "ja",
            "fund": str(funds[money].public_id) if money else "", "financing": "" if money else "Inom nämndens ram",
            "budget_year": str(clock.today().year), "basis": ["Tjänsteskrivelsen"],
            "copies": [{"name": "Kommunledningsförvaltningen", "email": "", "action": ""}],
            "information": [{"name": "Ekonomiavdelningen", "email": "", "action": ""}],
            "secrecy": "ja" if secret else "nej", "date": clock.today().isoformat(),
        }  # fmt: skip
        return draft_of(raw)

    def _reversed(self, case: Paper) -> Draft:
        lines = case.lines[::-1] if case.lines[-1] is not None else case.lines
        return self._draft(case.money, lines, case.secret_asked)

    # What must hold

    def _written(self) -> tuple[int, int]:
        """How much has been logged and queued."""
        size = session.scalar(select(LogHead.size)) or 0
        queued = session.scalar(select(func.count()).select_from(OutboxRow)) or 0
        session.rollback()
        return size, queued

    def agree(self) -> None:
        """Portal and paper say the same of every case and all money, and nothing that was frozen has changed."""
        session.rollback()
        session.expire_all()
        found = {case.public_id: case for case in session.scalars(select(Case))}
        names = {person.id: name for name, person in self.town.people.items()}
        for case_id, kept in zip(self.ids, self.world.cases, strict=True):
            if kept.status == "discarded":
                assert case_id not in found
                continue
            case = found.pop(case_id)
            assert (case.status, case.version, case.serial) == (kept.status, kept.version, kept.serial)
            assert (case.is_secret, case.closed_from or "") == (bool(kept.mark), kept.closed_from)
            parts = parts_of(case)
            said = {part: {names[person] for person in parts.get(part, ())} for part in paper.PARTS}
            assert said == kept.parts
        assert not found
        self._money_agrees()
        self._numbers_agree()
        self._log_agrees()
        session.rollback()

    def _money_agrees(self) -> None:
        ledger: dict[int, int] = {}
        for fund_id, kind, amount in session.execute(select(LedgerRow.fund_id, LedgerRow.kind, LedgerRow.amount)):
            ledger[fund_id] = ledger.get(fund_id, 0) + SIGN[kind] * amount
        rows = {fund.id: fund for fund in session.scalars(select(Fund))}
        for name, row in (("one", self.town.fund), ("two", self.town.other_fund)):
            fund, kept = rows[row.id], self.world.money[name]
            columns = (fund.set_aside, fund.granted, fund.reversed, fund.returned)
            assert columns == (kept.aside, kept.granted, kept.reversed, kept.returned)
            assert fund.left == ledger[fund.id] == kept.left >= 0

    def _numbers_agree(self) -> None:
        serials = sorted(serial for serial in session.scalars(select(Case.serial)) if serial)
        assert serials == [*range(1, self.world.serials + 1)]
        numbers = [(number, replaced) for number, replaced in session.execute(select(Decision.number, Decision.replaced_at))]
        assert sorted(int(number[-4:]) for number, _r in numbers) == [*range(1, self.world.decisions + 1)]
        in_force_now = sum(case.granted is not None for case in self.world.cases)
        assert sum(replaced is None for _n, replaced in numbers) == in_force_now
        copies = list(session.scalars(select(Copy.state)))
        assert copies.count("waiting") == sum(case.waiting for case in self.world.cases)
        assert copies.count("sent") == sum(case.sent for case in self.world.cases)
        queued = list(session.scalars(select(OutboxRow.unique_key)))
        assert len(queued) == len(set(queued))
        self._versions_agree()

    def _versions_agree(self) -> None:
        """What was sent in stays as it was, to the byte."""
        rows = session.execute(select(RequestVersion.id, RequestVersion.sha256, RequestVersion.content)).all()
        assert len(rows) == sum(case.versions for case in self.world.cases)
        for row_id, digest, content in rows:
            assert sha256(content.encode()).hexdigest() == digest == self.frozen.setdefault(row_id, digest)
        granted = dict(iter(session.execute(select(Case.public_id, FundingRequest.granted).join(FundingRequest.case))))
        assert all(granted.get(case_id) == kept.granted for case_id, kept in zip(self.ids, self.world.cases, strict=True))

    def _log_agrees(self) -> None:
        """Folded entry by entry, the tree is the one whose head is kept."""
        for seq, leaf in session.execute(
            select(LogEntry.seq, LogEntry.leaf).where(LogEntry.seq > self.folded).order_by(LogEntry.seq)
        ):
            assert seq == self.folded + 1
            self.frontier = merkle.append(self.frontier, self.folded, leaf)
            self.folded = seq
        head = session.execute(select(LogHead.size, LogHead.frontier)).one_or_none()
        size, frontier = (head[0], split(head[1])) if head else (0, ())
        assert (size, frontier) == (self.folded, self.frontier)

    def teardown(self) -> None:
        """The whole log is checked once, from the columns a person reads."""
        folder = self.app.extensions["settings"].instance
        key = keys.load_or_create_log_key(folder / "log_key")
        verdict = verifier.verify(key.public, witness.recall(folder / "log_notes"))
        session.remove()
        self._context.pop()
        assert verdict.ok, verdict.reason
