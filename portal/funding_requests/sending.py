"""Into the register: what is written becomes a version, frozen with its SHA-256, and the case gets its number."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.documents.scanning import QUARANTINED
from portal.errors import Invalid
from portal.funding_requests import attachments, queries
from portal.funding_requests.checking import check
from portal.funding_requests.content import Content
from portal.funding_requests.facts import Facts
from portal.funding_requests.lifecycle import TURN, Action, Status
from portal.funding_requests.models import BudgetLine, FundingRequest, RequestVersion
from portal.funding_requests.rules import refusal_of_files
from portal.funds.models import Fund
from portal.outbox import operations as outbox
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register import documents, marking
from portal.register import operations as register
from portal.register import queries as cases
from portal.register.document_models import Direction, Source
from portal.register.documents import Registration
from portal.register.marking import provisional_title
from portal.register.models import Case, Organ, Part, SecrecyMark
from portal.text import _

UNSTATED = "uppgift utelämnad"


def written(case: Case, request: FundingRequest, sender: Actor) -> Content:
    """What would be sent now, as ``sender`` sends it. Raises Invalid with every problem, also for a file in quarantine."""
    files = attachments.listed(case)
    if refusal := refusal_of_files([file.content.filename for file in files if file.state == QUARANTINED]):
        raise Invalid({"files": refusal})
    chosen = queries.options(case, sender, tuple(file.content for file in files)).choices
    return check(queries.draft_of_case(case, request), chosen)


def send(
    case: Case,
    request: FundingRequest,
    content: Content,
    facts: Facts,
    *,
    sender: Actor,
    action: Action = Action.SUBMIT,
) -> Case:
    """Freeze ``content`` and send it on; the caller has tried the rules. ``sender`` is who asks, also where another lets it
    pass: ``facts.actor``, whose act it is in the log."""
    now = clock.now()
    before = queries.current_version(case) if case.is_marked else None
    version = _freeze(request, content, sender, now)
    with session.no_autoflush:  # none of what is asked meanwhile reads these rows, which are then written once
        _show(case, request, content)
        if case.number is None:
            register.register_case(case, now=now)
            request.submitted_at = case.submitted_at
    if content.secrecy:
        _mark(case, content, sender, now)
    if before:
        labels = [line.label for line in before.content.lines]
        marking.carry_marks(case, labels, [line.label for line in content.lines], sender, now)
    if completion := queries.open_completion(case):
        completion.answered_at = now
    register.take_part(case, Part.REQUESTER, by=sender, now=now)
    _register(case, version, content, sender, now)
    _announce(case, request, version, content, action, facts.actor)
    status = Status.REFERRED if facts.handed_over else Status.SUBMITTED
    register.move(case, status=status, turn=TURN[status], now=now)
    return case


def _freeze(request: FundingRequest, content: Content, sender: Actor, now: datetime) -> RequestVersion:
    text = content.to_json()
    version = RequestVersion(
        funding_request_id=request.id,
        number=request.latest_version + 1,
        content=text,
        sha256=sha256(text.encode()).hexdigest(),
        submitted_at=now,
        submitted_by_id=sender.person_id,
    )
    session.add(version)
    session.flush()  # the lines need the version's id
    session.add_all(
        BudgetLine(
            version_id=version.id,
            position=n,
            label=line.label,
            amount=line.amount,
            cost_type=line.cost_type,
            assessment=line.assessment.state if line.assessment else None,
        )
        for n, line in enumerate(content.lines, 1)
    )
    return version


def _show(case: Case, request: FundingRequest, content: Content) -> None:
    """Put what lists and rules look at on the rows they look at; the draft is done with."""
    request.latest_version += 1
    request.draft, request.draft_version = None, request.draft_version + 1
    request.needs_statement = content.needs_statement
    request.requested, request.budget_year = content.total, content.budget_year
    if content.fund:
        statement = select(Fund.id).where(Fund.public_id == UUID(content.fund.public_id))
        request.fund_id = session.scalars(statement).one()
    else:
        request.fund_id = None
    if content.organ:
        organ = select(Organ.id).where(Organ.public_id == UUID(content.organ.public_id))
        request.organ_id = session.scalars(organ).one()
    else:
        request.organ_id = None
    # What a registrar wrote in its place stays when the unit gives its request another title; so does that of a marked case,
    # whose new title may hold what the mark hides.
    follows = case.number is None or (case.public_title == case.title and not case.is_marked)
    case.title = content.title
    if content.secrecy and not case.is_secret:
        # 5 kap. 2 § offentlighets- och sekretesslagen: what the case is about may be left out of the register.
        case.public_title = _(UNSTATED).capitalize()
    elif follows and not case.is_secret:
        case.public_title = content.title if case.checked_at else provisional_title(case)


def _register(case: Case, version: RequestVersion, content: Content, sender: Actor, now: datetime) -> None:
    first, outside = version.number == 1, documents.is_outside(case.register.organ_id)
    words = "Äskande om medel – %(unit)s" if first else "Komplettering av äskande – %(unit)s"
    entry = Registration(
        source=Source.VERSION,
        source_id=version.public_id,
        type="request" if first else "completion",
        title=content.title,
        public_title=_(words, unit=case.unit.name),
        direction=Direction.IN if outside else Direction.DRAWN_UP,
        counterparty=case.unit.name,
        outside=outside,
    )
    documents.register(case, entry, by=sender, now=now)


def _mark(case: Case, content: Content, sender: Actor, now: datetime) -> None:
    """The requester's yes is a mark on the whole case from this moment on, which the registrar confirms or lifts."""
    case.is_secret = True
    if cases.standing_mark(case):
        return
    session.add(
        SecrecyMark(
            case_id=case.id,
            provision=content.provision,
            authority=case.register.name,
            marked_on=clock.local_date(now),
            marked_by_id=sender.person_id,
        )
    )


def _announce(
    case: Case, request: FundingRequest, version: RequestVersion, content: Content, action: Action, by: Actor
) -> None:
    body: dict[str, object] = {
        "number": case.number,
        "title": case.listed_title,
        "version": version.number,
        "sha256": version.sha256,
        "requested": content.total,
        "unit": content.unit,
        "handed_over": request.referred_organ_id is not None,
    }
    register.record(case, f"funding_requests.{action.value}", by=by, body=body, kind="version", object_id=version.public_id)
    outbox.enqueue(
        kind="submission_document",
        payload={"version": str(version.public_id)},
        key=f"submission_document:{version.public_id}",
    )
    to = Permission.KEEP_REGISTER if request.referred_organ_id else Permission.DECIDE
    notify(case, "submitted", to=to, key=f"submitted:{version.public_id}")


def notify(case: Case, event: str, *, to: Permission, key: str) -> None:
    """Queue a notice about the case to whoever holds ``to``; it names the number and nothing of the content.

    ``key`` names the event: whoever it concerns in two roles is told once.
    """
    outbox.enqueue(
        kind="notice",
        payload={"event": event, "case": str(case.public_id), "permission": to.value, "key": f"notice:{key}"},
        key=f"notice:{key}:{to.value}",
    )
