"""Writing, submitting, discarding and withdrawing a request. Autosave leaves no trace in the log; every other act does."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from portal import clock
from portal.db import session
from portal.errors import Conflict, Invalid, Refused
from portal.funding_requests import attachments, managing, queries
from portal.funding_requests.acting import begin, out_of_turn
from portal.funding_requests.content import Draft, draft_of
from portal.funding_requests.facts import Facts
from portal.funding_requests.lifecycle import TURN, Action, Status, step
from portal.funding_requests.models import FundingRequest
from portal.funding_requests.rules import REFUSALS, refusal_to_write
from portal.funding_requests.sending import notify as notify
from portal.funding_requests.sending import send, written
from portal.people.actor import Actor
from portal.people.models import Unit
from portal.people.permissions import Permission
from portal.register import operations as register
from portal.register import queries as cases
from portal.register.models import Case, CaseFact, CaseRelation, CaseWriter, Part, Participation
from portal.text import _

MOST_CHARACTERS = 400_000  # of everything typed in one draft
MOST_ROWS = 200  # of any one kind: points, lines, recipients …
TITLE_SHOWN = 200  # characters of a draft's title shown in lists
MOST_REASON = 10_000


def create_draft(*, unit_id: int, by: Actor, draft: Mapping[str, Any] | None = None) -> Case:
    """A new draft for the unit. What the portal knows is filled in: the unit as receiver, the author as handläggare."""
    case = register.create_case(unit_id=unit_id, by=by)
    unit = session.get_one(Unit, unit_id)
    begun = {"receiver": unit.name, "handler_name": by.name, "handler_role": by.title if by.title != by.name else ""}
    request = FundingRequest(case_id=case.id, draft=dict(draft_of({**begun, **(draft or {})})), saved_at=clock.now())
    session.add(request)
    case.title = request.draft["title"].strip()[:TITLE_SHOWN] if request.draft else ""
    register.take_part(case, Part.REQUESTER, by=by, now=clock.now())
    return case


def read_in(*, case_id: UUID | None, unit_id: int | None, kept: attachments.Kept, by: Actor) -> Case:
    """Keep a document that is to be read in, unchanged, with its case: a new draft of the unit, or the one named.

    Fills nothing: the person sees first what was read (``save_draft`` follows from that page).
    """
    if case_id is None:
        if unit_id is None:
            raise Invalid({"unit": _("Välj vilken enhet äskandet gäller.")})
        # What the document says of receiver and handläggare goes before what the portal would fill in.
        case = create_draft(unit_id=unit_id, by=by, draft={"receiver": "", "handler_name": "", "handler_role": ""})
        session.flush()  # the document needs the case's id
    else:
        case, _request, _facts = writable(case_id, by)
    attachments.add_source(case, kept, by=by)
    return case


def add_attachment(*, case_id: UUID, kept: attachments.Kept, by: Actor) -> None:
    """Attach a file to what is being written."""
    case, _request, _facts = writable(case_id, by)
    attachments.add(case, kept, by=by)
    register.take_part(case, Part.REQUESTER, by=by, now=clock.now())


def remove_attachment(*, case_id: UUID, document_id: UUID, by: Actor) -> None:
    """Take a file out of what is being written. Raises Unknown, or Refused for one submitted with a version."""
    case, _request, _facts = writable(case_id, by)
    attachments.remove(case, document_id, by=by)


def _size(draft: Draft) -> tuple[int, int]:
    characters, rows = 0, 0
    for value in draft.values():
        if isinstance(value, str):
            characters += len(value)
            continue
        items = value if isinstance(value, list) else []
        rows = max(rows, len(items))
        characters += sum(len(item) if isinstance(item, str) else sum(map(len, item.values())) for item in items)
    return characters, rows


def _refuse_huge(draft: Draft) -> None:
    characters, rows = _size(draft)
    if characters > MOST_CHARACTERS:
        raise Invalid({"": _("Utkastet är för stort för att sparas. Korta texten, eller lägg den som bilaga.")})
    if rows > MOST_ROWS:
        raise Invalid({"": _("Utkastet har fler än %(most)s rader av samma slag. Ta bort några.", most=MOST_ROWS)})


def writable(case_id: UUID, by: Actor) -> tuple[Case, FundingRequest, Facts]:
    """The locked case whose draft ``by`` may change now. Raises Unknown, Conflict (already submitted) or Refused."""
    case = cases.get_case(case_id, by, lock=True)
    request = queries.request_of(case)
    if step(case.status, Action.SUBMIT) is None:
        raise Conflict(out_of_turn(case.status))
    facts = queries.facts(case, by, request=request)
    if refusal := refusal_to_write(facts):
        raise Refused(refusal)
    return case, request, facts


def save_draft(*, case_id: UUID, draft: Draft, by: Actor, seen: int | None, page: str = "") -> int:
    """Keep what was typed, read or not, and return the draft's new version. Writes no log entry.

    ``seen`` is the draft version the page showed: an older one raises Conflict, so that a second tab never overwrites
    the first without saying so. ``page`` names one showing of the page: two saves on their way from the same page are
    no conflict. ``seen`` None saves without asking (the read-in, which follows on its own page).
    """
    _refuse_huge(draft)
    case, request, _facts = writable(case_id, by)
    same_page = bool(page) and (request.draft or {}).get("page") == page
    if seen is not None and seen != request.draft_version and not same_page:
        raise Conflict(_("Utkastet har ändrats i ett annat fönster eller av en medskrivare. Det du skrev här är inte sparat."))
    now = clock.now()
    request.draft, request.saved_at = {**draft_of(dict(draft)), "page": page[:36]}, now
    request.draft_version += 1
    if case.number is None:
        case.title = " ".join(draft["title"].split())[:TITLE_SHOWN]
    register.take_part(case, Part.REQUESTER, by=by, now=now)
    return request.draft_version


def add_writer(*, case_id: UUID, person_id: UUID, by: Actor) -> None:
    """Name a co-writer, who sees the draft and may change it. Raises Invalid when the person cannot be one."""
    case, _request, _facts = writable(case_id, by)
    person = next((each for each in queries.possible_writers(case) if each.public_id == person_id), None)
    if person is None:
        raise Invalid({"writer": _("Välj någon som skriver äskanden och inte redan är medskrivare.")})
    session.add(CaseWriter(case_id=case.id, person_id=person.id, added_at=clock.now()))
    register.record(case, "funding_requests.add_writer", by=by, body={"name": person.name})


def submit(*, case_id: UUID, by: Actor, seen_version: int | None, seen_draft: int | None = None) -> Case:
    """Freeze what is written as a new version and send it: to the decision maker, or back to the organ that has it. A unit
    that asks its nearest manager sends it there first, where nothing is frozen yet.

    One transaction: version with SHA-256, lines, case number at the first submit, secrecy mark, log, outbox. Raises
    Invalid with every problem, Conflict when ``seen_draft`` is not what would be sent, Refused by the rules.
    """
    case, facts = begin(case_id, Action.SUBMIT, by, seen_version, queries.facts, REFUSALS)
    request = queries.request_of(case)
    if seen_draft is not None and seen_draft != request.draft_version:
        raise Conflict(_("Utkastet har ändrats sedan du granskade det. Läs igenom det igen innan du skickar in."))
    content = written(case, request, facts.actor)
    if queries.passes_manager(case, content, facts.requesters | facts.actor.persons):
        return managing.hand_to_manager(case, request, content, by=facts.actor)
    return send(case, request, content, facts, sender=facts.actor)


def discard(*, case_id: UUID, by: Actor, seen_version: int | None) -> None:
    """Throw away a draft that was never submitted, with its files. Nobody but its writers has seen it."""
    case, facts = begin(case_id, Action.DISCARD, by, seen_version, queries.facts, REFUSALS)
    register.record(case, "funding_requests.discard", by=facts.actor, body={})
    attachments.remove_all(case)
    for table in (FundingRequest, CaseWriter, Participation, CaseFact, CaseRelation):
        session.execute(delete(table).where(table.case_id == case.id))
    session.delete(case)


def withdraw(*, case_id: UUID, reason: str, by: Actor, seen_version: int | None) -> Case:
    """Take the request back before a decision. The documents stay; the registrar closes the case."""
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": _("Skriv varför äskandet återkallas.")})
    if len(reason) > MOST_REASON:
        raise Invalid({"reason": _("Texten är för lång. Korta den till högst %(most)s tecken.", most=MOST_REASON)})
    case, facts = begin(case_id, Action.WITHDRAW, by, seen_version, queries.facts, REFUSALS)
    now = clock.now()
    fact = CaseFact(
        case_id=case.id, kind="withdrawn", on_date=clock.local_date(now), text=reason, by_id=facts.actor.person_id, at=now
    )
    session.add(fact)
    queries.request_of(case).draft = None
    body = {"number": case.number, "reason": register.open_text(case, reason)}
    register.record(case, "funding_requests.withdraw", by=facts.actor, body=body)
    notify(case, "withdrawn", to=Permission.DECIDE, key=f"withdrawn:{case.public_id}:{case.version}")
    register.move(case, status=Status.WITHDRAWN, turn=TURN[Status.WITHDRAWN], now=now)
    return case
