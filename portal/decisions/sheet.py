"""Everything the pages on which one decides show, found in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.decisions import forms, queries, rules
from portal.decisions.answer import Answer, AskedLine, asked_lines, needs_reason, outcome
from portal.decisions.document import Frame, Surroundings, preview
from portal.decisions.facts import Facts
from portal.decisions.fund_figures import glance
from portal.decisions.models import Capacity, Outcome, Statement
from portal.decisions.statement import standing_of
from portal.decisions.wording import OUTCOMES, button, what_happens
from portal.documents.shapes import DecisionDocument
from portal.errors import Conflict
from portal.funding_requests import queries as requests
from portal.funding_requests.acting import allow, in_role, out_of_turn
from portal.funding_requests.counted import Counted, counted_with
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.models import FundingRequest
from portal.funding_requests.queries import Version
from portal.funds import queries as fund_queries
from portal.funds.rules import Authority
from portal.funds.terms import ended
from portal.people.actor import Actor
from portal.people.rules import refusal_without_password
from portal.register import queries as cases
from portal.register.models import Case
from portal.register.reading import shown
from portal.settings import Settings


@dataclass(frozen=True, slots=True)
class Sheet:
    """A request on the decision maker's table. ``refusal`` is the rule's sentence when the action is not open."""

    case: Case
    facts: Facts
    request: FundingRequest
    version: Version
    asked: tuple[AskedLine, ...]
    refusal: str | None
    authority: Authority | None
    left: int | None
    held: int
    statements: Sequence[Statement]

    @property
    def may_hand_over(self) -> bool:
        """Whether who may not decide may hand the case over instead."""
        return rules.REFUSALS[Action.HAND_OVER](self.facts) is None

    @property
    def lacks_statement(self) -> str | None:
        """Why the statement that has not been given is required; None when nothing is lacking."""
        latest = self.statements[-1].stance if self.statements else None
        return standing_of(self.version.lines, self.request.fund, latest).lacks

    def standing_of_fund(self, others: int) -> list[tuple[str, int]]:
        """The money as its own page tells it; ``others`` is what else is asked of it and not decided, in kronor."""
        fund = self.request.fund
        this = (self.request.requested or 0) if self.case.status in queries.UNDECIDED else 0
        return glance(fund, others + this) if fund else []

    @property
    def fund_ended(self) -> str | None:
        """The sentence when the money's last day has been: nothing more can be granted from it."""
        return ended(self.request.fund, self.facts.today) if self.request.fund else None

    @property
    def actor(self) -> Actor:
        """Who decides, in the way they do."""
        return self.facts.actor

    @property
    def fund_name(self) -> str | None:
        """The set-aside money as it reads in a sentence."""
        return self.request.fund.name if self.request.fund else None

    @property
    def recipients(self) -> int:
        """How many get the decision."""
        return len(self.version.content.copies) + len(self.version.content.information)

    @property
    def needs_password(self) -> bool:
        """Whether the password must be given again now."""
        return refusal_without_password(self.actor, self.facts.now) is not None


def open_sheet(case_id: UUID, by: Actor, action: Action = Action.DECIDE) -> Sheet:
    """The sheet for an action on the case. Raises Unknown, and Conflict when the status does not allow the action."""
    return sheet_of(cases.get_case(case_id, by), by, action)


def read_sheet(case_id: UUID, by: Actor, action: Action = Action.DECIDE) -> Sheet:
    """The sheet for a page: reading what a secrecy mark hides is logged before anything of it is shown."""
    case = shown(lambda: cases.get_case(case_id, by), lambda found: found, by=by, allow=lambda found: allow(found, action))
    return sheet_of(case, by, action)


def sheet_of(case: Case, by: Actor, action: Action) -> Sheet:
    """The sheet for an action on a case that ``by`` has before them. Raises Conflict when the status does not allow it."""
    allowed = allow(case, action)
    known = queries.standing(case, queries.columns)
    facts = queries.facts(case, in_role(by, allowed.permissions, case.unit_id), known=known)
    refusal = rules.REFUSALS[action](facts)
    if action in (Action.DECIDE, Action.REPLACE_DECISION) and facts.capacity_in_force != Capacity.POLITICAL:
        facts = rules.as_decider(facts)
    request, version = known[0], requests.current_version(case)
    if version is None:
        raise Conflict(out_of_turn(case.status))
    asked = asked_lines(version.lines, version.content.total)
    # What the decision to be replaced holds comes back before the new one takes.
    replacing = action is Action.REPLACE_DECISION and request.fund_id is not None
    held = fund_queries.held_by_case(request.fund_id, case.id)[0] if replacing and request.fund_id else 0
    left = None if request.fund is None else request.fund.left + held
    return Sheet(case, facts, request, version, asked, refusal, rules.authority_of(facts), left, held, queries.statements(case))


def counted(sheet: Sheet, by: Actor) -> Counted:
    """The unit's other requests that count against the ceiling with this one; one statement."""
    return counted_with(
        sheet.case,
        fund_id=sheet.request.fund_id,
        year=sheet.version.content.budget_year,
        own=sheet.facts.requested,
        cost_types=sheet.facts.cost_types,
        on=sheet.facts.today,
        actor=by,
        delegations=sheet.facts.delegations,
    )


def first_values(sheet: Sheet, settings: Settings) -> dict[str, str]:
    """The form as it is first shown."""
    fund = sheet.request.fund
    report, day = (fund.report_required, fund.report_by) if fund else (True, None)
    return forms.in_full(
        sheet.asked, sheet.version.content, report=report, month_day=settings.report_date, today=sheet.facts.today, day=day
    )


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from the lines as they stand in the form."""

    outcome: Outcome
    shown_as: str
    needs_reason: bool
    granted: int
    left_after: int | None
    too_much: bool
    sentence: str
    button: str


def consequence(sheet: Sheet, answer: Answer) -> Consequence:
    """Outcome, the money after, and the words of the confirmation."""
    decided = outcome(sheet.asked, answer.lines)
    left_after = None if sheet.left is None else sheet.left - answer.granted
    return Consequence(
        outcome=decided,
        shown_as=OUTCOMES[decided],
        needs_reason=needs_reason(sheet.asked, answer.lines),
        granted=answer.granted,
        left_after=left_after,
        too_much=left_after is not None and left_after < 0,
        sentence=what_happens(
            granted=answer.granted,
            requested=sheet.version.content.total,
            fund=sheet.fund_name,
            left_after=left_after,
            recipients=sheet.recipients,
        ),
        button=button(answer.granted, includes_unpriced=answer.includes_unpriced),
    )


def preview_data(sheet: Sheet, answer: Answer, frame: Frame, minutes: Mapping[str, Any] | None = None) -> DecisionDocument:
    """The decision as its PDF would be, without number and proof."""
    fund = sheet.request.fund
    authority = sheet.authority
    capacity = Capacity.POLITICAL if minutes else Capacity(authority.capacity) if authority else Capacity.DELEGATED
    ground: dict[str, Any] = {
        "capacity": capacity,
        "authority": authority.as_json() if authority else None,
        "minutes": minutes,
        "date": sheet.facts.today.isoformat(),
        "fund": fund.name if fund else None,
        "year": fund.year if fund else None,
        "left": sheet.left,
        "financing": sheet.version.content.financing,
    }
    around = Surroundings(sheet.case, sheet.version, sheet.statements, queries.conflicts_of_deciders(sheet.case))
    return preview(sheet.asked, answer, around, frame, by=sheet.actor, ground=ground)
