"""Everything the case page shows, as finished values. The number of statements does not grow with anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounting import pages as accounting
from portal.db import session
from portal.decisions import queries as decisions
from portal.decisions.models import Decision, HandOver, Statement
from portal.desk import actions, sentences
from portal.desk.decision_facts import decision_facts
from portal.desk.steps import Step, road
from portal.desk.todo import shown_as
from portal.dispatch import pages as dispatch
from portal.dispatch.queries import copies
from portal.documents import queries as documents
from portal.documents.models import Document
from portal.errors import Unknown
from portal.funding_requests import queries as requests
from portal.funding_requests.differences import Differences, differences
from portal.funding_requests.lifecycle import TURN, Action, Status
from portal.funding_requests.models import CompletionRequest, FundingRequest
from portal.funding_requests.queries import Version
from portal.log import queries as log
from portal.people.actor import Actor
from portal.people.models import Person
from portal.people.permissions import Permission
from portal.register.access import visible
from portal.register.models import Case, CaseFact
from portal.text import _
from portal.web.filters import day, file_size, moment, since

_SAID = {
    "decisions.give_statement",
    "decisions.request_completion",
    "decisions.hand_over",
    "funding_requests.withdraw",
}
UNDECIDED = (Status.SUBMITTED, Status.RETURNED, Status.REFERRED)
DECIDED = (Status.DECIDED, Status.DISPATCHED, Status.REPORTED, Status.SETTLED, Status.CLOSED, Status.ARCHIVED)


@dataclass(frozen=True, slots=True)
class Said:
    """Something written in the case: a statement, a question, a reason."""

    who: str
    what: str
    when: datetime
    text: str


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


_TURN_WORDS: dict[Permission, tuple[str, str]] = {
    Permission.WRITE_REQUEST: ("Din tur", "Hos den som äskar"),
    Permission.DECIDE: ("Din tur att besluta", "Hos beslutsfattaren"),
    Permission.RECORD_BUDGET: ("Din tur", "Hos ekonomi"),
    Permission.KEEP_REGISTER: ("Din tur", "Hos registratorn"),
    Permission.ARCHIVE: ("Din tur att arkivera", "Hos arkivarien"),
}


def _turn(case: Case, actor: Actor) -> str:
    due = TURN[Status(case.status)]
    if due is None:
        return _("Ärendet är färdigt")
    mine, others = _TURN_WORDS[due]
    return _(mine) if actor.may(due, case.unit_id) else _(others)


def _thread(case: Case) -> list[Said]:
    """Statements, questions, hand-over texts and reasons to withdraw, oldest first, in one statement."""
    rows = session.execute(
        union_all(
            select(literal("statement"), Statement.text, Statement.by_id, Statement.at.label("at")).where(
                Statement.case_id == case.id
            ),
            select(
                literal("completion"), CompletionRequest.reason, CompletionRequest.asked_by_id, CompletionRequest.asked_at
            ).where(CompletionRequest.case_id == case.id),
            select(literal("hand_over"), HandOver.text, HandOver.by_id, HandOver.at).where(
                HandOver.case_id == case.id, HandOver.text != ""
            ),
            select(literal("fact"), CaseFact.text, CaseFact.by_id, CaseFact.at).where(
                CaseFact.case_id == case.id, CaseFact.kind == "withdrawn"
            ),
        ).order_by("at")
    ).all()
    names = _titles({row[2] for row in rows})
    what = {
        "statement": _("yttrande"),
        "completion": _("begärde komplettering"),
        "hand_over": _("överlämnade ärendet"),
        "fact": _("återkallade äskandet"),
    }
    return [Said(names[by], what[kind], at, text) for kind, text, by, at in rows]


def _titles(person_ids: set[int]) -> dict[int, str]:
    if not person_ids:
        return {}
    rows = session.execute(select(Person.id, Person.title, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.title or row.name for row in rows}


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


def _links(case: Case, actor: Actor) -> list[Link]:
    found = []
    for button in actions.buttons(case, actor):
        href = "" if button.refusal else _address(button.action, button.endpoint, case)
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
    turn: str
    turn_since: str
    requested: int | None
    granted: int | None
    used: int | None
    used_when: str
    steps: Sequence[Step]
    version: Version | None
    versions: Sequence[Version]
    changes: Differences | None
    decision: Decision | None
    decision_facts: Sequence[tuple[str, str]]
    decisions: Sequence[Decision]
    thread: Sequence[Said]
    accounting: Any
    documents: Sequence[dict[str, Any]]
    documents_pending: bool
    copies: Sequence[Any]
    may_send: bool
    timeline: Sequence[sentences.Told]
    log_line: str
    money: Money | None
    links: Sequence[Link]


def _log_line() -> str:
    checked = log.last_verified()
    if checked is None:
        return _("Loggen har inte kontrollerats än. Det görs en gång i timmen.")
    when = moment(checked.at)
    if checked.ok:
        return _("Loggen är obruten, kontrollerad %(when)s.", when=when)
    return _("Loggen är bruten: %(reason)s Kontrollerad %(when)s.", reason=checked.reason, when=when)


def _used_when(decision: Decision | None) -> str:
    if decision is None:
        return _("redovisas efter beslut")
    if decision.report_by is None or not decision.granted:
        return _("ingen slutredovisning")
    return _("redovisas senast %(day)s", day=day(decision.report_by))


def find(public_id: UUID, actor: Actor) -> FundingRequest:
    """The request with its case, unit, money and organs, if the actor may see it; one statement. Raises Unknown."""
    statement = select(FundingRequest).join(FundingRequest.case).where(Case.public_id == public_id)
    request = session.scalars(
        visible(statement, actor).options(
            contains_eager(FundingRequest.case).joinedload(Case.unit),
            joinedload(FundingRequest.fund),
            joinedload(FundingRequest.referred_organ),
        )
    ).one_or_none()
    if request is None:
        raise Unknown
    return request


def load(request: FundingRequest, actor: Actor) -> CasePage:
    """The page of a case that the actor may see. What the log says never happened is not asked for."""
    case = request.case
    versions = requests.versions(case) if case.number else []
    decided = decisions.decisions_of(case) if case.status in DECIDED else []
    decision = next((d for d in decided if d.replaced_at is None), None)
    rows = log.timeline(case.public_id)
    happened = {row.action for row in rows}
    files = documents.of_case(case.id)
    organ = request.referred_organ.in_text if request.referred_organ else None
    return CasePage(
        public_id=case.public_id,
        number=case.number,
        external_number=case.external_number,
        title=case.title or _("Utkast utan rubrik"),
        unit=case.unit.name,
        shown_as=shown_as(case.status, request.outcome, organ),
        secret=case.is_secret,
        turn=_turn(case, actor),
        turn_since=_("sedan %(time)s", time=since(case.status_since)) if TURN[Status(case.status)] else "",
        requested=request.requested,
        granted=request.granted,
        used=request.used,
        used_when=_used_when(decision),
        steps=road(case, decision, rows, organ),
        version=versions[-1] if versions else None,
        versions=versions,
        changes=differences(versions[-2].content, versions[-1].content) if len(versions) > 1 else None,
        decision=decision,
        decision_facts=decision_facts(decision) if decision else (),
        decisions=decided,
        thread=_thread(case) if happened & _SAID else [],
        accounting=accounting.overview(case, happened) if decision else None,
        documents=[_file(document) for document in files],
        documents_pending=bool(decision) and not any(d.kind == "decision" and d.version == len(decided) for d in files),
        copies=dispatch.deliveries(copies(case)) if "dispatch.queue" in happened else [],
        may_send=actor.may(Permission.RECORD_BUDGET) or actor.may(Permission.KEEP_REGISTER),
        timeline=[sentences.tell(row) for row in reversed(rows)],
        log_line=_log_line(),
        money=_money(case, request),
        links=_links(case, actor),
    )


def find_document(public_id: UUID, actor: Actor) -> tuple[Document, Case]:
    """A document and its case, if the actor may see the case's content. Raises Unknown."""
    statement = select(Document, Case).join(Case, Case.id == Document.case_id).where(Document.public_id == public_id)
    row = session.execute(visible(statement, actor)).one_or_none()
    if row is None:
        raise Unknown
    return row[0], row[1]


def _file(document: Document) -> dict[str, Any]:
    return {
        "name": document.title,
        "href": url_for("desk.download", document_id=document.public_id),
        "note": f"{document.filename}, {file_size(document.size)}",
        "icon": "stamp" if document.kind == "decision" else "document",
    }
