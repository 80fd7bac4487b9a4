"""Reads of requests: the draft, the versions, what a draft may choose among."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal import clock
from portal.db import session
from portal.errors import Unknown
from portal.funding_requests.checking import Choices
from portal.funding_requests.content import Attachment, Content, Draft, FundRef, OrganRef, draft_from, draft_of
from portal.funding_requests.content import Person as NamedPerson
from portal.funding_requests.counted import Counted, sum_of_others
from portal.funding_requests.facts import Facts
from portal.funding_requests.lifecycle import Status
from portal.funding_requests.models import BudgetLine, CompletionRequest, FundingRequest, RequestVersion
from portal.funding_requests.rules import goes_by_manager
from portal.funds import queries as fund_queries
from portal.funds.models import Fund
from portal.funds.rules import DelegationRow, authority
from portal.funds.terms import ended
from portal.people.actor import Actor
from portal.people.models import Person, RoleHolding, Unit
from portal.people.permissions import PERMISSIONS, Permission
from portal.people.queries import holders_by_permission
from portal.register import access
from portal.register.models import Case, CaseFact, CaseRelation, CaseWriter, Organ
from portal.register.queries import WRITES_AFTER, Parts, base_facts, parts_of

FOLLOWS = "follows"  # the kind of relation from a request to the decided one that it comes after
_WRITING_ROLES = [role.value for role, permissions in PERMISSIONS.items() if Permission.WRITE_REQUEST in permissions]


@dataclass(frozen=True, slots=True)
class Version:
    """A submitted version with its content read and its lines as rows (which decisions and budget entries point at)."""

    row: RequestVersion
    content: Content
    lines: tuple[BudgetLine, ...]

    @property
    def number(self) -> int:
        """1 for the first submit."""
        return self.row.number

    @property
    def sha256(self) -> str:
        """The SHA-256 of the version's canonical JSON."""
        return self.row.sha256

    @property
    def public_id(self) -> UUID:
        """The id seen from outside."""
        return self.row.public_id

    @property
    def submitted_at(self) -> datetime:
        """When it was submitted (UTC)."""
        return self.row.submitted_at

    @property
    def submitted_by(self) -> str:
        """Who submitted it, as named in the version itself."""
        return self.content.requester.name


def opened(public_id: UUID, actor: Actor) -> FundingRequest:
    """The request of the case with its case, unit, fund and organs, if ``actor`` may see it; one statement. Raises Unknown."""
    found = session.scalars(
        access.visible(select(FundingRequest).join(FundingRequest.case).where(Case.public_id == public_id), actor).options(
            contains_eager(FundingRequest.case).options(joinedload(Case.unit), joinedload(Case.register)),
            joinedload(FundingRequest.fund),
            joinedload(FundingRequest.organ),
            joinedload(FundingRequest.referred_organ),
        )
    ).one_or_none()
    if found is None:
        raise Unknown
    return found


def request_of(case: Case) -> FundingRequest:
    """The request of ``case`` with its fund and organs, in one statement."""
    statement = select(FundingRequest).where(FundingRequest.case_id == case.id)
    return session.scalars(
        statement.options(
            joinedload(FundingRequest.fund), joinedload(FundingRequest.organ), joinedload(FundingRequest.referred_organ)
        )
    ).one()


def facts(case: Case, actor: Actor, *, request: FundingRequest | None = None, parts: Parts | None = None) -> Facts:
    """What this package's rules need; pass the request when it is already loaded."""
    request, parts = request or request_of(case), parts_of(case) if parts is None else parts
    return Facts(
        **base_facts(case, actor, parts),
        handed_over=request.referred_organ_id is not None,
        latest_version=request.latest_version,
        has_draft=request.draft is not None,
        taken_back=case.closed_from == Status.WITHDRAWN,
        follows_already=actor.person_id in parts.get(WRITES_AFTER, ()),
    )


def read_versions(rows: Iterable[RequestVersion]) -> list[Version]:
    """Submitted versions with their content read, without the rows that decisions point at."""
    return [Version(row, Content.from_json(row.content), ()) for row in rows]


def current_version(case: Case) -> Version | None:
    """The version that is asked for now, with its lines, or None before the first submit; one statement."""
    rows = session.execute(
        select(RequestVersion, BudgetLine)
        .join(FundingRequest, FundingRequest.id == RequestVersion.funding_request_id)
        .outerjoin(BudgetLine, BudgetLine.version_id == RequestVersion.id)
        .where(FundingRequest.case_id == case.id, RequestVersion.number == FundingRequest.latest_version)
        .order_by(BudgetLine.position)
    ).all()
    if not rows:
        return None
    version = rows[0][0]
    return Version(version, Content.from_json(version.content), tuple(line for _row, line in rows if line is not None))


def version(public_id: UUID) -> tuple[Version, Case]:
    """A version by its public id, with its case; for work that has already been let in (the worker)."""
    row, case = session.execute(
        select(RequestVersion, Case)
        .join(FundingRequest, FundingRequest.id == RequestVersion.funding_request_id)
        .join(Case, Case.id == FundingRequest.case_id)
        .where(RequestVersion.public_id == public_id)
    ).one()
    lines = session.scalars(select(BudgetLine).where(BudgetLine.version_id == row.id).order_by(BudgetLine.position))
    return Version(row, Content.from_json(row.content), tuple(lines)), case


def draft_of_case(case: Case, request: FundingRequest) -> Draft:
    """What is being written: the saved draft, else the latest version as the start of a new one."""
    if request.draft is not None:
        return draft_of(request.draft)
    latest = current_version(case)
    return draft_from(latest.content) if latest else draft_of({})


def units_of(actor: Actor) -> list[Unit]:
    """The units for which ``actor`` may write requests, by name."""
    return list(session.scalars(select(Unit).where(Unit.id.in_(actor.units(Permission.WRITE_REQUEST))).order_by(Unit.name)))


def department_of(unit: Unit) -> str:
    """The name of the department (förvaltning) above ``unit``, or its own."""
    parent = session.get(Unit, unit.parent_id) if unit.parent_id else None
    return parent.name if parent else unit.name


@dataclass(frozen=True, slots=True)
class Options:
    """What the page offers and the check allows: open organs and funds, and the plain values the check takes."""

    organs: Sequence[Organ]
    funds: Sequence[Fund]
    choices: Choices

    @property
    def spoken(self) -> dict[str, str]:
        """What people call the funds, by public id, where it is something else than their name."""
        return {str(fund.public_id): fund.daily_name for fund in self.funds if fund.daily_name}


def options(case: Case, by: Actor, attachments: tuple[Attachment, ...]) -> Options:
    """What the draft of ``case`` may choose among today, as ``by`` would submit it."""
    today = clock.today()
    organs, offered = fund_queries.organs(), fund_queries.askable(today)
    askable = {str(fund.public_id): money for fund, money in offered}
    funds = [fund for fund, _money in offered if not ended(fund, today)]
    choices = Choices(
        unit=case.unit.name,
        department=department_of(case.unit),
        requester=NamedPerson(by.name, by.title),
        today=today,
        organs={str(o.public_id): OrganRef(o.name, o.in_text, str(o.public_id)) for o in organs},
        funds={str(f.public_id): FundRef(f.name, f.year, str(f.public_id)) for f in funds},
        attachments=attachments,
        follows=followed_number(case),
        unit_id=case.unit_id,
        askable=askable,
    )
    return Options(organs, funds, choices)


def followed_number(case: Case) -> str:
    """The number (diarienummer) of the case that this one follows; empty where it follows none. It is public."""
    followed = (CaseRelation.case_id == case.id, CaseRelation.kind == FOLLOWS, CaseRelation.ended_at.is_(None))
    numbers = select(Case.number).join(CaseRelation, CaseRelation.to_case_id == Case.id).where(*followed)
    return session.scalar(numbers.order_by(CaseRelation.id).limit(1)) or ""


def _deciders(case: Case, content: Content, may_decide: frozenset[int], counted: Counted | None) -> frozenset[int]:
    """Which of those who ``may_decide`` have a delegation that covers the request today, by row id."""
    if counted is None:
        named = UUID(content.fund.public_id) if content.fund else None
        fund = session.scalar(select(Fund.id).where(Fund.public_id == named)) if named else None
        rows: Sequence[DelegationRow] = fund_queries.delegation_rows(fund)
        total = content.total + int(session.scalar(select(sum_of_others(case, fund, content.budget_year))) or 0)
    else:
        fund, rows, total = counted.fund_id, counted.delegations, counted.total
    today, kinds = clock.today(), content.cost_types
    return frozenset(
        person
        for person in may_decide
        if authority(rows, person_id=person, fund_id=fund, on=today, jav=frozenset(), amount_total=total, cost_types=kinds)
    )


def passes_manager(case: Case, content: Content, requesters: frozenset[int], counted: Counted | None = None) -> bool:
    """Whether what is written goes to the unit's nearest manager when it is sent in now; ``counted`` where a page has
    read it already."""
    if case.number is not None or not case.unit.asks_manager:
        return False
    held = holders_by_permission({Permission.APPROVE_REQUEST: case.unit_id, Permission.DECIDE: None})
    managers = held[Permission.APPROVE_REQUEST]
    if not managers - requesters:
        return False
    deciders = _deciders(case, content, held[Permission.DECIDE], counted)
    return goes_by_manager(asks=True, managers=managers, deciders=deciders, requesters=requesters)


SENT_TO_MANAGER, SENT_BACK = "sent_to_manager", "sent_back"


def latest_fact(case: Case, kind: str) -> CaseFact | None:
    """The latest fact of the kind, with who noted it."""
    return session.scalars(
        select(CaseFact)
        .where(CaseFact.case_id == case.id, CaseFact.kind == kind)
        .options(joinedload(CaseFact.by))
        .order_by(CaseFact.id.desc())
        .limit(1)
    ).one_or_none()


def open_completion(case: Case) -> CompletionRequest | None:
    """The request for completion that waits for an answer."""
    return session.scalars(
        select(CompletionRequest)
        .where(CompletionRequest.case_id == case.id, CompletionRequest.answered_at.is_(None))
        .options(joinedload(CompletionRequest.asked_by))
        .order_by(CompletionRequest.id.desc())
        .limit(1)
    ).one_or_none()


def writers(case: Case) -> list[Person]:
    """The author and the co-writers, in the order they were added."""
    return list(
        session.scalars(
            select(Person)
            .join(CaseWriter, CaseWriter.person_id == Person.id)
            .where(CaseWriter.case_id == case.id)
            .order_by(CaseWriter.id)
        )
    )


def _holds_writing_role(today: date) -> list[ColumnElement[bool]]:
    return [
        RoleHolding.role.in_(_WRITING_ROLES),
        RoleHolding.valid_from <= today,
        or_(RoleHolding.valid_to.is_(None), RoleHolding.valid_to >= today),
        Person.disabled_at.is_(None),
    ]


def possible_writers(case: Case) -> list[Person]:
    """Persons who write requests in some unit today and are not yet writers of this one, by name; 200 at most."""
    present = select(CaseWriter.person_id).where(CaseWriter.case_id == case.id)
    return list(
        session.scalars(
            select(Person)
            .join(RoleHolding, RoleHolding.person_id == Person.id)
            .where(*_holds_writing_role(clock.today()), Person.id.not_in(present))
            .distinct()
            .order_by(Person.name)
            .limit(200)
        )
    )
