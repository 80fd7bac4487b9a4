"""Everything the case page shows, as finished values. The number of statements does not grow with anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import contains_eager, joinedload

from portal import clock
from portal.accounting.overview import Overview, overview
from portal.db import session
from portal.decisions import committee_papers, meeting_queries, meetings
from portal.decisions import queries as decisions
from portal.decisions.models import Decision
from portal.decisions.statement import standing_of
from portal.decisions.statement_queries import OPEN
from portal.desk import actions, case_documents, case_thread, sentences
from portal.desk.decision_facts import decision_facts
from portal.desk.mark_list import Shown as ShownMark
from portal.desk.mark_list import marks_of
from portal.desk.steps import Step, road
from portal.desk.talk import Event, Talk, events, talk
from portal.dispatch import pages as dispatch
from portal.documents import queries as documents
from portal.errors import Unknown
from portal.funding_requests import queries as requests
from portal.funding_requests.content import Content
from portal.funding_requests.differences import Differences, differences
from portal.funding_requests.following import Related, read_related
from portal.funding_requests.lifecycle import TURN, Action, Status, steps
from portal.funding_requests.models import FundingRequest, RequestVersion
from portal.funding_requests.presenting import shown_status, waits_for
from portal.funding_requests.queries import Version
from portal.funding_requests.writing import written
from portal.log import queries as log
from portal.people.actor import Actor, acting_as
from portal.people.away import away
from portal.people.permissions import Permission
from portal.register import access, looking
from portal.register import queries as register
from portal.register.document_models import RegisteredDocument
from portal.register.models import Case, CaseLook
from portal.text import _
from portal.web.filters import day, moment, since

UNDECIDED = (Status.SUBMITTED, Status.RETURNED, Status.REFERRED)
DECIDED = (Status.DECIDED, Status.DISPATCHED, Status.REPORTED, Status.SETTLED, Status.CLOSED, Status.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Link:
    """An action with its address, or with the sentence that refuses it."""

    label: str
    href: str
    kind: str
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Money:
    """The set-aside money before and after, kronor."""

    name: str
    href: str
    set_aside: int
    spent: int
    left: int
    this: int
    after: int


# Where it says more than that it is one's turn.
_MY_TURN: dict[Permission, str] = {
    Permission.APPROVE_REQUEST: "Din tur att godkänna",
    Permission.DECIDE: "Din tur att besluta",
    Permission.ARCHIVE: "Din tur att arkivera",
}


def _turn(case: Case, actor: Actor, buttons: Sequence[actions.Button]) -> str:
    """Whose turn it is: one's own when the next act is due from a role one has, and not all of the role's acts are refused."""
    due = TURN[Status(case.status)]
    if due is None:
        return _("Ärendet är färdigt")
    roles = {step.action for step in steps(case.status) if due in step.permissions and step.package != "register"}
    refused = [button.refusal for button in buttons if button.action in roles]
    mine = actor.may(due, case.unit_id) and not (refused and all(refused))
    return _(_MY_TURN.get(due, "Din tur")) if mine else waits_for(case.status)


# Where a case waits for an act of the one it lies with, without which nothing goes on.
_WAITS_FOR_ONE = (Status.WITH_MANAGER, Status.SUBMITTED, Status.RETURNED, Status.DECIDED)


def _away(case: Case) -> list[str]:
    """Who of those with whom the case lies is away, and who stands in: a sentence each."""
    due = TURN[Status(case.status)]
    if due is None or case.status not in _WAITS_FOR_ONE:
        return []
    told = []
    for each in away(due, case.unit_id):
        names = {"who": each.title, "until": day(each.until), "other": each.stands_in}
        if each.as_tf:
            told.append(_("%(other)s är %(acting)s till och med %(until)s.", acting=acting_as(each.title), **names))
        elif each.stands_in:
            told.append(_("%(who)s är frånvarande till och med %(until)s. %(other)s svarar under tiden.", **names))
        else:
            told.append(_("%(who)s är frånvarande till och med %(until)s.", **names))
    return told


def _money(case: Case, request: FundingRequest) -> Money | None:
    """What is left before and after, shown while the request is undecided."""
    fund = request.fund
    if fund is None or case.status not in UNDECIDED or request.requested is None:
        return None
    return Money(
        name=f"{fund.name} {fund.year}",
        href=url_for("funds.show", fund_id=fund.public_id),
        set_aside=fund.set_aside,
        spent=fund.set_aside - fund.left,
        left=fund.left,
        this=request.requested,
        after=fund.left - request.requested,
    )


def _links(request: FundingRequest, buttons: Sequence[actions.Button]) -> list[Link]:
    found = []
    for button in buttons:
        href = "" if button.refusal else _address(button.action, button.endpoint, request.case)
        found.append(Link(button.label, href, button.kind, button.refusal))
    return found


def _address(action: Action, endpoint: str, case: Case) -> str:
    return url_for(endpoint) if action is Action.ARCHIVE else url_for(endpoint, case_id=case.public_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """The page. Names are those the template uses."""

    public_id: UUID
    number: str | None
    external_number: str | None
    title: str
    unit: str
    shown_as: str
    secret: bool
    partly_secret: bool
    marks: Sequence[ShownMark]
    turn: str
    turn_since: str
    away: Sequence[str]
    requested: int | None
    granted: int | None
    used: int | None
    used_when: str
    steps: Sequence[Step]
    version: Version | None
    written: Content | None
    versions: Sequence[Version]
    changes: Differences | None
    decision: Decision | None
    decision_facts: Sequence[tuple[str, str]]
    decisions: Sequence[Decision]
    related: Sequence[Related]
    thread: Sequence[case_thread.Said]
    statements: Sequence[case_thread.Stated]
    statement_missing: str | None
    accounting: Overview | None
    documents: Sequence[dict[str, Any]]
    registered: Sequence[RegisteredDocument]
    keeps_register: bool
    documents_pending: bool
    sheet_href: str
    papers: tuple[str, str] | None
    next_meeting: str | None
    copies: dispatch.Dispatched | None
    may_send: bool
    talk: Talk | None
    since: datetime | None
    timeline: Sequence[Event]
    last_seq: int
    log_line: str
    money: Money | None
    links: Sequence[Link]


def _log_line(checked: log.Checked | None) -> str:
    if checked is None:
        return _("Loggen har inte kontrollerats än. Det görs en gång i timmen.")
    when = moment(checked.at)
    if checked.ok:
        return _("Loggen är obruten, kontrollerad %(when)s.", when=when)
    return _("Loggen är bruten: %(reason)s Kontrollerad %(when)s.", reason=checked.reason, when=when)


def _used_when(decision: Decision | None, status: str) -> str:
    if decision is None:
        return _("redovisas efter beslut")
    if status == Status.REPORTED:
        return _("granskas av ekonomi")
    if decision.report_by is None or not decision.granted:
        return _("ingen slutredovisning")
    return _("redovisas senast %(day)s", day=day(decision.report_by))


@dataclass(frozen=True, slots=True)
class Found:
    """A request with its case, and every version of it that was submitted, oldest first."""

    request: FundingRequest
    versions: Sequence[Version]
    look: looking.Look | None = None

    @property
    def case(self) -> Case:
        """The case."""
        return self.request.case


def find(public_id: UUID, actor: Actor) -> Found:
    """The request with its case, unit, money, organs and versions, and when the actor last looked, if the actor may see it;
    one statement. Raises Unknown."""
    rows = session.execute(_finding(access.whom(actor)), {"public_id": public_id}).all()
    if not rows:
        raise Unknown
    versions = requests.read_versions(row for _request, row, _look in rows if row is not None)
    return Found(rows[0][0], versions, looking.read(rows[0][2]))


@lru_cache(maxsize=256)
def _finding(whom: access.Whom) -> Select[*tuple[Any, ...]]:
    """What ``find`` asks."""
    actor = whom[0]
    looked = and_(CaseLook.case_id == Case.id, CaseLook.person_id == actor.person_id)
    statement = (
        select(FundingRequest, RequestVersion, CaseLook)
        .join(FundingRequest.case)
        .outerjoin(RequestVersion, RequestVersion.funding_request_id == FundingRequest.id)
        .outerjoin(CaseLook, looked)
        .where(Case.public_id == bindparam("public_id", type_=Case.public_id.type))
    )
    return (
        access.visible(statement, actor)
        .options(
            contains_eager(FundingRequest.case).joinedload(Case.unit),
            joinedload(FundingRequest.fund),
            joinedload(FundingRequest.referred_organ),
        )
        .order_by(RequestVersion.number)
    )


def load(found: Found, actor: Actor) -> CasePage:
    """The page of a case that the actor may see. What the log says never happened is not asked for."""
    request, case, versions = found.request, found.case, found.versions
    decided = decisions.decisions_of(case) if case.status in DECIDED else []
    decision = next((d for d in decided if d.replaced_at is None), None)
    told = log.timeline_and_check(case.public_id, without=sentences.SAID_ELSEWHERE)
    rows, parts = told.rows, register.parts_of(case)
    happened = {row.action for row in rows}
    since = found.look.visit_at(clock.now()) if found.look else None
    thread, (files, registered) = case_thread.read(case, actor), documents.with_register(case.id, copies=dispatch.SHOWN_ON_CASE)
    return CasePage(
        **_head(request, actor),
        turn=_turn(case, actor, buttons := actions.buttons(request, actor, parts)),
        away=_away(case),
        used_when=_used_when(decision, case.status),
        steps=road(case, decision, rows, _organ(request)),
        version=versions[-1] if versions else None,
        written=written(request, actor).content if case.status == Status.WITH_MANAGER else None,
        versions=versions,
        changes=differences(versions[-2].content, versions[-1].content) if len(versions) > 1 else None,
        decision=decision,
        decision_facts=decision_facts(decision) if decision else (),
        decisions=decided,
        related=read_related(thread),
        thread=case_thread.said(thread),
        statements=(stated := case_thread.stated(thread)),
        statement_missing=_statement_missing(request, versions, stated),
        accounting=overview(case, happened) if decision else None,
        documents=case_documents.listed(case, files, may_mask=_may_mask(buttons)),
        registered=registered,
        keeps_register=actor.may(Permission.KEEP_REGISTER),
        documents_pending=bool(decision) and not any(d.kind == "decision" and d.version == len(decided) for d in files),
        papers=_papers(request),
        next_meeting=_next_meeting(request),
        copies=dispatch.dispatched(case) if "dispatch.queue" in happened else None,
        talk=talk(case, actor, parts, thread),
        since=since.at if since else None,
        timeline=events(rows, actor, since),
        last_seq=told.last,
        log_line=_log_line(told.checked),
        money=_money(case, request),
        links=_links(request, buttons),
    )


def _statement_missing(
    request: FundingRequest, versions: Sequence[Version], stated: Sequence[case_thread.Stated]
) -> str | None:
    """Why finance's statement is required, while one still can be given before the decision."""
    if request.case.status not in OPEN or not versions:
        return None
    return standing_of(versions[-1].content.lines, request.fund, stated[-1].stance if stated else None).lacks


def _organ(request: FundingRequest) -> str | None:
    return request.referred_organ.in_text if request.referred_organ else None


def _head(request: FundingRequest, actor: Actor) -> dict[str, Any]:
    """What stands at the top of the page, and what the person may do with the copies."""
    case = request.case
    return {
        "public_id": case.public_id,
        "number": case.diary_number,
        "external_number": case.other_number,
        "title": case.title or _("Utkast utan rubrik"),
        "unit": case.unit.name,
        "shown_as": shown_status(case.status, request.outcome, _organ(request)),
        "secret": case.is_secret,
        "partly_secret": case.is_partly_secret,
        "marks": marks_of(case, actor),
        "turn_since": _("sedan %(time)s", time=since(case.status_since)) if TURN[Status(case.status)] else "",
        "requested": request.requested,
        "granted": request.granted,
        "used": request.used,
        "sheet_href": _sheet(case) if case.number and actor.may(Permission.READ_REGISTER) else "",
        "may_send": actor.may(Permission.RECORD_BUDGET) or actor.may(Permission.KEEP_REGISTER),
    }


def _papers(request: FundingRequest) -> tuple[str, str] | None:
    """To which organ the case has been handed over, and where its papers are; None while no organ has it."""
    if committee_papers.refusal(request.case.status) or request.referred_organ is None:
        return None
    return request.referred_organ.in_text, url_for("papers.folder", case_id=request.case.public_id)


def _next_meeting(request: FundingRequest) -> str | None:
    """When the organ that has the case meets next, and until when papers reach it; None while no organ has it."""
    if request.case.status != Status.REFERRED or request.referred_organ is None:
        return None
    today = clock.today()
    return meetings.next_said(
        request.referred_organ.in_text, meeting_queries.coming(request.referred_organ.id, today), today=today
    )


def _may_mask(buttons: Sequence[actions.Button]) -> bool:
    return any(each.action is Action.MASK_COPY and not each.refusal for each in buttons)


def _sheet(case: Case) -> str:
    return url_for("printed.case_sheet", case_id=case.public_id)
