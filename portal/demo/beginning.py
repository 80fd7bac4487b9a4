"""A case of the demo from its first line to the register: each method adds one act of one person, at its place in the walk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self
from uuid import UUID

from portal import clock
from portal.accounting import code_queries
from portal.accounting.coding import Entry, period_in
from portal.db import session
from portal.decisions import queries as decided
from portal.decisions.answer import Answer, LineAnswer, Move, asked_lines, in_full
from portal.decisions.models import Decision, DecisionLine
from portal.decisions.wording import proposed_text
from portal.demo import texts
from portal.demo.calendar import Course
from portal.demo.money import SAFETY_MILLION
from portal.demo.texts import Request
from portal.demo.town import BUILDING, CULTURE, SAFETY, Town
from portal.demo.walk import Event
from portal.documents.store import current_store
from portal.funding_requests import attachments
from portal.funding_requests import operations as requests
from portal.funding_requests import queries as written
from portal.people.models import Person, Unit
from portal.register import marking
from portal.register.models import Case

RESPONSIBILITY = {SAFETY: "1410", BUILDING: "3200", CULTURE: "5100"}
ACCOUNTS = {"investering": "6411", "drift": "4600", "vet inte": "4600"}
ACTIVITY = "1602"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How a request is answered. ``lines`` None is in full; else kronor per priced line, ``True``/``False`` unpriced.

    ``report_at`` is when the final report is due: thousandths of the walk, or a date; None when none is.
    """

    lines: Sequence[int | bool] | None = None
    reason: str = ""
    conditions: Mapping[int, str] = field(default_factory=dict)
    cap: int | None = None
    free: bool = False
    report_at: float | date | None = None
    no_statement_reason: str = ""

    @property
    def move(self) -> Move:
        """The answer to the wish to move money between lines."""
        return Move.FREE if self.free else Move.CAPPED if self.cap else Move.NONE


class Beginning:
    """One case of the demo as far as its unit and the registrar take it; ``events`` are its acts in order."""

    def __init__(self, town: Town, course: Course, request: Request) -> None:
        self.town = town
        self.course = course
        self.request = request
        self.events: list[Event] = []
        self._case_id: UUID | None = None
        store = current_store()
        self._files = [attachments.keep(store, text.encode(), name) for name, text in request.attachments]

    # What the acts need

    @property
    def case_id(self) -> UUID:
        """The public id of the case; there is none before it has been written."""
        assert self._case_id is not None, "a case is written before anything else"
        return self._case_id

    def _case(self) -> Case:
        return session.query(Case).filter_by(public_id=self.case_id).one()

    def _decision(self) -> Decision:
        found = decided.in_force(self._case())
        assert found is not None, "the road of this case says that it has been decided"
        return found

    def _add(self, at: float, act: Callable[[], object]) -> Self:
        self.events.append(Event(at, act))
        return self

    def _typed(self) -> dict[str, Any]:
        year = clock.today().year
        # Trygghetsmiljonen of this year is left for whoever tries the portal.
        fund_year = self.course.year - 1 if self.request.fund == SAFETY_MILLION else year
        fund = self.town.funds[self.request.fund, fund_year] if self.request.fund else None
        organ = str(self.town.organs[self.request.organ]) if self.request.organ else ""
        return texts.draft(self.request, fund=fund, organ=organ, year=fund.year if fund else year)

    def _answer(self, given: Given) -> Answer:
        version = written.current_version(self._case())
        assert version is not None
        asked = asked_lines(version.lines, version.content.total)
        lines = in_full(asked) if given.lines is None else tuple(_line_answer(value) for value in given.lines)
        lines = tuple(replace(line, condition=given.conditions.get(n, "")) for n, line in enumerate(lines))
        due = given.report_at
        return Answer(
            lines=lines,
            text=proposed_text(version.content.points, requested=version.content.total, asked=asked, lines=lines),
            reason=given.reason,
            redistribution=given.move,
            cap=given.cap,
            report_by=due if isinstance(due, date) or due is None else self.course.day(due),
            presenter=version.content.requester.name,
            no_statement_reason=given.no_statement_reason,
        )

    def _code(self, line: DecisionLine) -> dict[str, str]:
        return {
            "ansvar": RESPONSIBILITY[self.request.unit],
            "konto": ACCOUNTS[line.cost_type],
            "verksamhet": ACTIVITY,
        }

    def _entry(self, lines: Sequence[DecisionLine]) -> Entry:
        decision = session.get_one(Decision, lines[0].decision_id)
        period = period_in(decision.fund.year if decision.fund else None, clock.today())
        plan, case = code_queries.plan(), session.get_one(Case, decision.case_id)
        return Entry(
            period=period,
            frequency="once",
            lines={line.public_id: self._code(line) for line in lines},
            source={"ansvar": RESPONSIBILITY[self.request.unit], "konto": "9990"},
            outcome=code_queries.proposed(plan, case, code_queries.valid([plan.read_on], period), period),
        )

    # Writing

    def written(self, at: float, begun: Mapping[str, object] | None = None) -> Self:
        """The author writes the draft; ``begun`` is a draft that is only begun."""

        def act() -> None:
            unit = session.query(Unit).filter_by(public_id=self.town.units[self.request.unit]).one()
            by = self.town.actor(self.request.author)
            author = session.get_one(Person, by.person_id)
            reached = {"handler_phone": author.phone, "handler_email": author.email}
            draft = {**(begun if begun is not None else self._typed()), **reached}
            case = requests.create_draft(unit_id=unit.id, by=by, draft=draft)
            self._case_id = case.public_id
            for file in self._files:
                attachments.add(case, file, by=by)

        return self._add(at, act)

    def submitted(self, at: float) -> Self:
        """The author submits it."""
        by = self.request.author
        return self._add(at, lambda: requests.submit(case_id=self.case_id, by=self.town.actor(by), seen_version=None))

    def rewritten(self, at: float, description: str) -> Self:
        """The author answers a request for completion with a new version."""

        def act() -> None:
            by, case = self.town.actor(self.request.author), self._case()
            draft = written.draft_of_case(case, written.request_of(case))
            draft["description"] = description
            requests.save_draft(case_id=self.case_id, draft=draft, by=by, seen=None)
            requests.submit(case_id=self.case_id, by=by, seen_version=None)

        return self._add(at, act)

    def withdrawn(self, at: float, reason: str) -> Self:
        """The author takes it back."""
        by = self.request.author
        return self._add(
            at,
            lambda: requests.withdraw(case_id=self.case_id, reason=reason, by=self.town.actor(by), seen_version=None),
        )

    # The register

    def checked(self, at: float) -> Self:
        """The registrar checks the registration."""
        return self._add(
            at,
            lambda: marking.check_registration(case_id=self.case_id, by=self.town.actor("registrator"), seen_version=None),
        )

    def marked(self, at: float, public_title: str) -> Self:
        """The registrar confirms the mark that the author asked for."""
        return self._add(
            at,
            lambda: marking.mark_secrecy(
                case_id=self.case_id,
                marking=marking.Marking(provision=self.request.provision, public_title=public_title),
                by=self.town.actor("registrator"),
                seen_version=None,
            ),
        )

    def noted_reported(self, at: float) -> Self:
        """The registrar notes that the decision was on the board's list of those made by delegation (anmälda)."""
        text = "Kommunstyrelsen, listan över anmälda delegationsbeslut."
        return self._add(
            at,
            lambda: marking.note_fact(
                case_id=self.case_id,
                kind="reported",
                on=clock.today(),
                text=text,
                by=self.town.actor("registrator"),
                seen_version=None,
            ),
        )

    def jav(self, at: float, by: str, reason: str) -> Self:
        """Someone declares a conflict of interest."""
        return self._add(
            at, lambda: marking.declare_jav(case_id=self.case_id, reason=reason, by=self.town.actor(by), seen_version=None)
        )


def _line_answer(value: int | bool) -> LineAnswer:
    return LineAnswer(included=value) if isinstance(value, bool) else LineAnswer(granted=value)
