"""Reads of decisions and what surrounds them, and the facts that the rules look at. Amounts are whole kronor."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal, null, or_, select, union_all
from sqlalchemy import case as case_when
from sqlalchemy.orm import joinedload, selectinload

from portal import clock
from portal.db import hold, session
from portal.decisions import document
from portal.decisions.facts import Candidate, Facts
from portal.decisions.finality import Finality, finality
from portal.decisions.meeting_models import DelegationReport
from portal.decisions.models import Capacity, Decision, MinutesEntry, Statement
from portal.documents import shapes
from portal.errors import Unknown
from portal.funding_requests import queries as requests
from portal.funding_requests.counted import sum_of_others
from portal.funding_requests.lifecycle import Status
from portal.funding_requests.models import BudgetLine, FundingRequest, RequestVersion
from portal.funds.models import Fund
from portal.funds.queries import delegation_rows
from portal.people.actor import Actor
from portal.people.models import Person, RoleHolding, Substitution, Unit
from portal.people.permissions import PERMISSIONS, Permission
from portal.register import access
from portal.register.models import Case, ConflictOfInterest, Organ
from portal.register.queries import Parts, base_facts
from portal.settings import Settings, current_settings

_DECIDING_ROLES = [role.value for role, given in PERMISSIONS.items() if Permission.DECIDE in given]


def kinds_asked() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The first and the last kind of cost, by name, among the lines of the latest version that have an amount; among all
    its lines where none has one. Twice the same: every one is of that kind."""

    def one(pick: Any) -> ColumnElement[Any]:
        of_priced = pick(case_when((BudgetLine.amount.is_not(None), BudgetLine.cost_type)))
        return (
            select(func.coalesce(of_priced, pick(BudgetLine.cost_type)))
            .join(RequestVersion, RequestVersion.id == BudgetLine.version_id)
            .where(
                RequestVersion.funding_request_id == FundingRequest.id, RequestVersion.number == FundingRequest.latest_version
            )
            .correlate(FundingRequest)
            .scalar_subquery()
        )

    return one(func.min), one(func.max)


Known = Sequence[Any]  # what a package's rules look at, as read by ``standing``


CASE_ID = bindparam("case_id", type_=Case.id.type)
"""The case that ``standing`` is asked of, in its columns."""
Columns = Callable[[], tuple[Any, ...]]


def standing(case: Case, *columns: Columns) -> Known:
    """``columns`` of the case, its request, its set-aside money and the decision in force: one row, one statement.

    Each package names its own columns, so that a page that asks several packages' rules reads them all at once.
    """
    return session.execute(_standing(current_settings(), columns), {"case_id": case.id}).one()


@lru_cache(maxsize=64)
def _standing(_settings: Settings, columns: tuple[Columns, ...]) -> Select[*tuple[Any, ...]]:
    """What ``standing`` asks, under the settings that columns may depend on."""
    return (
        select(*(each for of in columns for each in of()))
        .select_from(Case)
        .join(FundingRequest, FundingRequest.case_id == Case.id)
        .outerjoin(Fund, Fund.id == FundingRequest.fund_id)
        .outerjoin(Decision, and_(Decision.case_id == Case.id, Decision.replaced_at.is_(None)))
        .where(Case.id == CASE_ID)
    )


def columns() -> tuple[Any, ...]:
    """What ``facts`` reads with ``standing``."""
    return (FundingRequest, Fund, sum_of_others(Case), Decision.capacity, *kinds_asked())


def deciding_on(person_id: Any, on: date) -> Select[Any]:
    """The role of decision maker of the person (a row id, or a column) on the day."""
    return select(RoleHolding.id).where(
        RoleHolding.person_id == person_id,
        RoleHolding.role.in_(_DECIDING_ROLES),
        RoleHolding.valid_from <= on,
        or_(RoleHolding.valid_to.is_(None), RoleHolding.valid_to >= on),
    )


def candidates(on: date) -> tuple[Candidate, ...]:
    """Every decision maker of the day, and every one who stands in for such a person; one statement."""
    own = select(Person.id, null().label("for_id")).where(Person.disabled_at.is_(None), deciding_on(Person.id, on).exists())
    substitutes = (
        select(Substitution.substitute_id, Substitution.person_id)
        .join(Person, Person.id == Substitution.substitute_id)
        .where(
            Person.disabled_at.is_(None),
            Substitution.valid_from <= on,
            Substitution.valid_to >= on,
            deciding_on(Substitution.person_id, on).exists(),
        )
    )
    rows: Sequence[Any] = session.execute(union_all(own, substitutes)).all()
    return tuple(Candidate(row[0], row[1]) for row in rows)


def facts(case: Case, actor: Actor, *, parts: Parts | None = None, known: Known | None = None) -> Facts:
    """What this package's rules need, in at most four statements however many cases there are."""
    request, fund, others, capacity, *kinds = known or standing(case, columns)
    today = clock.today()
    asks_for_others = case.status == Status.SUBMITTED and actor.may(Permission.KEEP_REGISTER)
    by_minutes = capacity == Capacity.POLITICAL  # replaced by new minutes, on nobody's delegation
    deciding = asks_for_others or (case.status != Status.DRAFT and actor.may(Permission.DECIDE) and not by_minutes)
    return Facts(
        **base_facts(case, actor, parts),
        handed_over=request.referred_organ_id is not None,
        latest_version=request.latest_version,
        has_draft=request.draft is not None,
        today=today,
        delegations=delegation_rows(request.fund_id) if deciding else (),
        candidates=candidates(today) if asks_for_others else (),
        fund_id=request.fund_id,
        fund_left=fund.left if fund else None,
        requested=request.requested or 0,
        unit_total=(request.requested or 0) + others,
        cost_types=frozenset(kind for kind in kinds if kind),
        capacity_in_force=capacity,
    )


def facts_to_settle(case: Case, actor: Actor) -> Facts:
    """``facts`` for an act that the unit's sum decides over: its decisions are made one at a time, each seeing the last."""
    hold(select(Unit.id).where(Unit.id == case.unit_id).with_for_update(key_share=True))
    return facts(case, actor)


def in_force(case: Case) -> Decision | None:
    """The decision that counts, with its lines, its fund, the version it answers, and the minutes that have been posted of it;
    one statement."""
    return (
        session.scalars(
            select(Decision)
            .where(Decision.case_id == case.id, Decision.replaced_at.is_(None))
            .options(joinedload(Decision.fund), joinedload(Decision.lines), joinedload(Decision.request_version))
            .options(joinedload(Decision.minutes), joinedload(Decision.report))
        )
        .unique()
        .one_or_none()
    )


def capacity_in_force(case_id: UUID, actor: Actor) -> str | None:
    """In what capacity the decision in force was made. Raises Unknown when ``actor`` may not see the case."""
    in_force = and_(Decision.case_id == Case.id, Decision.replaced_at.is_(None))
    statement = select(Decision.capacity).select_from(Case).outerjoin(Decision, in_force).where(Case.public_id == case_id)
    rows = session.scalars(access.visible(statement, actor)).all()
    if not rows:
        raise Unknown
    return rows[0]


def decisions_of(case: Case) -> Sequence[Decision]:
    """Every decision of the case, the one in force last, with lines, persons, minutes and list; one statement. Appeals,
    which would multiply the lines, are read where ``appeal`` says that there are any."""
    return session.scalars(_of_case(), {"case_id": case.id}).unique().all()


@cache
def _of_case() -> Select[Decision]:
    """What ``decisions_of`` asks."""
    return (
        select(Decision)
        .where(Decision.case_id == CASE_ID)
        .options(
            joinedload(Decision.fund),
            joinedload(Decision.minutes).joinedload(MinutesEntry.organ),
            joinedload(Decision.decided_by),
            joinedload(Decision.acting_for),
            joinedload(Decision.lines),
            joinedload(Decision.report).joinedload(DelegationReport.organ),
        )
        .order_by(Decision.id)
    )


def statements(case: Case) -> Sequence[Statement]:
    """Finance's statements on the case, oldest first."""
    return session.scalars(
        select(Statement).where(Statement.case_id == case.id).options(joinedload(Statement.by)).order_by(Statement.id)
    ).all()


def minutes_of(case: Case) -> Sequence[MinutesEntry]:
    """What minutes say of the case, in the order they were entered."""
    return session.scalars(
        select(MinutesEntry)
        .where(MinutesEntry.case_id == case.id)
        .options(joinedload(MinutesEntry.organ), joinedload(MinutesEntry.by))
        .order_by(MinutesEntry.id)
    ).all()


def conflicts_of_deciders(case: Case) -> Sequence[ConflictOfInterest]:
    """Declared jäv of persons who decide, by role, delegation or substitution: it is named in the decision."""
    on = clock.today()
    stands_in = select(literal(1)).where(
        Substitution.substitute_id == ConflictOfInterest.person_id,
        Substitution.valid_from <= on,
        Substitution.valid_to >= on,
        deciding_on(Substitution.person_id, on).exists(),
    )
    return session.scalars(
        select(ConflictOfInterest)
        .where(
            ConflictOfInterest.case_id == case.id,
            or_(deciding_on(ConflictOfInterest.person_id, on).exists(), stands_in.exists()),
        )
        .options(joinedload(ConflictOfInterest.person))
        .order_by(ConflictOfInterest.id)
    ).all()


def decision(public_id: UUID) -> tuple[Decision, Case]:
    """A decision by its public id, with its case; for work that has already been let in (the worker). Raises Unknown."""
    row = session.execute(
        select(Decision, Case)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.public_id == public_id)
        .options(
            joinedload(Decision.fund),
            joinedload(Decision.minutes).joinedload(MinutesEntry.organ),
            joinedload(Decision.decided_by),
            joinedload(Decision.acting_for),
            joinedload(Decision.replaces),
            joinedload(Decision.request_version),
            selectinload(Decision.lines),
        )
    ).one_or_none()
    if row is None:
        raise Unknown
    return row[0], row[1]


def document_data(
    decided: Decision, case: Case, frame: document.Frame, proof: shapes.Proof | None = None
) -> shapes.DecisionDocument:
    """What the PDF of the decision says: as it was when it was made, later statements and jäv left out."""
    version, _case = requests.version(decided.request_version.public_id)
    around = document.Surroundings(
        case,
        version,
        [each for each in statements(case) if each.at <= decided.decided_at],
        [each for each in conflicts_of_deciders(case) if each.declared_at <= decided.decided_at],
    )
    return document.of_decision(decided, around, frame, proof)


@dataclass(frozen=True, slots=True)
class Asked:
    """A submitted request to a fund that waits for its decision; ``requested`` (kronor) is None where the case may not be
    seen: a mark may hide just that."""

    case: Case
    requested: int | None
    visible: bool


UNDECIDED = (Status.SUBMITTED.value, Status.RETURNED.value, Status.REFERRED.value)


def asked_of_fund(fund_id: int, actor: Actor, *, but: Case | None = None, limit: int = 50) -> tuple[int, list[Asked]]:
    """What is asked of the fund but not decided: the sum in kronor and the cases, oldest first; one statement."""
    total = func.sum(FundingRequest.requested).over()
    statement = (
        select(Case, FundingRequest.requested, access.is_visible(actor), total)
        .join(FundingRequest, FundingRequest.case_id == Case.id)
        .where(FundingRequest.fund_id == fund_id, Case.status.in_(UNDECIDED))
        .order_by(Case.submitted_at, Case.id)
        .limit(limit)
    )
    if but is not None:
        statement = statement.where(Case.id != but.id)
    rows = session.execute(statement).all()
    return (int(rows[0][3] or 0) if rows else 0), [
        Asked(case, (requested or 0) if seen else None, bool(seen)) for case, requested, seen, _sum in rows
    ]


def asked_per_fund() -> dict[int, int]:
    """Kronor asked but not decided per fund id, in one statement."""
    rows = session.execute(
        select(FundingRequest.fund_id, func.sum(FundingRequest.requested))
        .join(Case, Case.id == FundingRequest.case_id)
        .where(FundingRequest.fund_id.is_not(None), Case.status.in_(UNDECIDED))
        .group_by(FundingRequest.fund_id)
    ).all()
    return {fund_id: int(asked or 0) for fund_id, asked in rows if fund_id is not None}


def organ_in_text(organ_id: int) -> str:
    """How the organ reads inside a sentence."""
    return session.get_one(Organ, organ_id).in_text


def visible_cases(case_ids: set[int], actor: Actor) -> set[int]:
    """Those of the cases whose content ``actor`` may see; one statement, none when there is nothing to ask."""
    if not case_ids:
        return set()
    return set(session.scalars(access.visible(select(Case.id).where(Case.id.in_(case_ids)), actor)))


def noted_of(decision: Decision) -> MinutesEntry | DelegationReport | Decision:
    """What keeps the days its minutes were adjusted and that was posted: the organ's minutes, the list that it stands on, or
    the decision itself where it was reported by itself."""
    return decision.minutes or decision.report or decision


def finality_of(decision: Decision) -> Finality:
    """How the decision stands towards an appeal today."""
    posted_on = noted_of(decision).posted_on
    return finality(capacity=decision.capacity, posted_on=posted_on, appeal=decision.appeal, today=clock.today())


def warning_before_finality(decision: Decision) -> str | None:
    """What whoever carries the decision out now should know of its legal force; None when there is nothing."""
    return finality_of(decision).warning
