"""With the nearest manager: let a request pass into the register, send it back, or have it back. Nothing is frozen before."""

from uuid import UUID

from portal import clock
from portal.db import session
from portal.errors import Invalid
from portal.funding_requests import queries
from portal.funding_requests.acting import begin
from portal.funding_requests.content import Content
from portal.funding_requests.lifecycle import TURN, Action, Status
from portal.funding_requests.models import FundingRequest
from portal.funding_requests.queries import SENT_BACK, SENT_TO_MANAGER
from portal.funding_requests.rules import REFUSALS, as_manager
from portal.funding_requests.sending import notify, send, written
from portal.people import queries as people
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register import operations as register
from portal.register.models import Case, CaseFact, Part
from portal.text import _

MOST_REASON = 10_000  # characters


def hand_to_manager(case: Case, request: FundingRequest, content: Content, *, by: Actor) -> Case:
    """What is written goes to the nearest manager: locked, but neither frozen nor numbered. The caller has tried the rules."""
    now = clock.now()
    request.requested = content.total  # for the manager's list; a case without a number counts nowhere
    case.title = content.title
    _note(case, SENT_TO_MANAGER, by=by)
    register.take_part(case, Part.REQUESTER, by=by, now=now)
    # Nothing of what it says: the log is read by more people than a draft, and keeps a draft that is thrown away.
    register.record(case, "funding_requests.submit", by=by, body={"to_manager": True})
    notify(case, "with_manager", to=Permission.APPROVE_REQUEST, key=f"with_manager:{case.public_id}:{case.version}")
    register.move(case, status=Status.WITH_MANAGER, turn=TURN[Status.WITH_MANAGER], now=now)
    return case


def _note(case: Case, kind: str, *, by: Actor, text: str = "") -> None:
    now = clock.now()
    on = clock.local_date(now)
    session.add(CaseFact(case_id=case.id, kind=kind, on_date=on, text=text, by_id=by.person_id, at=now))


def _sender(case: Case) -> Actor:
    """Who sent it to the manager: the requester, also once the manager has let it pass."""
    sent = queries.latest_fact(case, SENT_TO_MANAGER)
    assert sent is not None, "a case comes to the manager by being sent there"
    return people.actor(sent.by_id)


def approve(*, case_id: UUID, by: Actor, seen_version: int | None) -> Case:
    """Let the request pass: version 1 is frozen, the case gets its number and goes to the decision maker, all now.

    Approving bars nobody from deciding. Raises Refused by the rules, and Invalid where what was written holds no longer.
    """
    case, facts = begin(case_id, Action.APPROVE, by, seen_version, queries.facts, REFUSALS)
    request, sender = queries.request_of(case), _sender(case)
    try:
        content = written(case, request, sender)
    except Invalid as error:
        # What it points at has ended since: only who wrote it can choose anew.
        why = next(iter(error.problems.values()))
        raise Invalid(
            {"": _("Äskandet kan inte godkännas som det är skrivet. %(why)s Lämna tillbaka det.", why=why)}
        ) from error
    send(case, request, content, as_manager(facts), sender=sender, action=Action.APPROVE)
    notify(case, "approved", to=Permission.WRITE_REQUEST, key=f"approved:{case.public_id}")
    return case


def _back(case: Case, event: str, *, by: Actor) -> Case:
    queries.request_of(case).requested = None
    register.record(case, f"funding_requests.{event}", by=by, body={})
    register.move(case, status=Status.DRAFT, turn=TURN[Status.DRAFT], now=clock.now())
    return case


def send_back(*, case_id: UUID, reason: str, by: Actor, seen_version: int | None) -> Case:
    """Back to whoever wrote it, a draft again, with the reason."""
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": _("Skriv varför äskandet lämnas tillbaka.")})
    if len(reason) > MOST_REASON:
        raise Invalid({"reason": _("Texten är för lång. Korta den till högst %(most)s tecken.", most=MOST_REASON)})
    case, facts = begin(case_id, Action.SEND_BACK, by, seen_version, queries.facts, REFUSALS)
    manager = as_manager(facts).actor
    _note(case, SENT_BACK, by=manager, text=reason)
    notify(case, "sent_back", to=Permission.WRITE_REQUEST, key=f"sent_back:{case.public_id}:{case.version}")
    return _back(case, "send_back", by=manager)


def take_back(*, case_id: UUID, by: Actor, seen_version: int | None) -> Case:
    """Whoever wrote it has it back before the manager has answered."""
    case, facts = begin(case_id, Action.TAKE_BACK, by, seen_version, queries.facts, REFUSALS)
    return _back(case, "take_back", by=facts.actor)
