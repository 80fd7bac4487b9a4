"""Noting a request for public records, reviewing each document, handing out and closing: the writes of this package.

Who asks and what for stands in no log entry: the log is read by more people, and is kept for ever.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete

from portal import clock
from portal.db import session
from portal.disclosure import queries
from portal.disclosure.facts import Facts
from portal.disclosure.fees import MOST_PAGES, Tariff, fee
from portal.disclosure.models import DisclosureItem, DisclosureRequest
from portal.disclosure.rules import DISCLOSES, OUTGOING, REFUSALS, Assessment, of_item
from portal.errors import Conflict, Invalid, Refused
from portal.log import operations as log
from portal.people.actor import Actor
from portal.register import numbers
from portal.register.operations import next_of_the_house
from portal.register.operations import record as record_in_case
from portal.settings import current_settings
from portal.text import _

CHANNELS = {
    "email": "E-post",
    "letter": "Brev",
    "phone": "Telefon",
    "visit": "Besök",
    "other": "På annat sätt",
}
WAYS = {"email": "Med e-post, som filer", "post": "Med post, på papper", "visit": "På plats"}
OUTCOMES = {
    "none_found": "Det finns ingen sådan handling",
    "withdrawn": "Sökanden har tagit tillbaka begäran",
    "informed": "Sökanden nöjde sig med beskedet",
}
SERIES, DECISIONS = "disclosure", "disclosure_decision"


def in_role(by: Actor) -> Actor:
    """``by`` in the role in which documents are handed out."""
    return by.acting(next((permission for permission in DISCLOSES if by.may(permission)), DISCLOSES[0]))


def _refuse(action: str, facts: Facts) -> None:
    if refusal := REFUSALS[action](facts):
        raise Refused(refusal)


def begin(request_id: UUID, action: str, by: Actor, seen_version: int | None) -> tuple[DisclosureRequest, Actor]:
    """The held request, and who acts, in the role the act is done in. Raises Unknown, Conflict (stale) and Refused."""
    request = queries.get(request_id, lock=True)
    if seen_version is not None and seen_version != request.version:
        raise Conflict(_("Någon annan har ändrat i begäran. Läs den på nytt innan du fortsätter."))
    acting = in_role(by)
    _refuse(action, queries.facts(request, acting))
    request.version += 1
    return request, acting


def note(request: DisclosureRequest, action: str, by: Actor, **body: object) -> None:
    """The log entry of an act on the request."""
    log.append(
        action=f"disclosure.{action}",
        by=by,
        object_kind="disclosure_request",
        object_id=request.public_id,
        case_id=None,
        body={"number": request.number, **body, **by.names},
    )


def note_in_case(item: DisclosureItem, request: DisclosureRequest, action: str, by: Actor, **body: object) -> None:
    """The log entry of what an act means to a case: it stands in the case's own course of events."""
    said = {"number": request.number, "document": item.registered.number if item.registered else None, **body}
    record_in_case(item.case, f"disclosure.{action}", by=by, body=said, kind="disclosure_item", object_id=item.public_id)


def numbered(kind: str, prefix: str, now: datetime) -> tuple[str, int, int]:
    """The next number of one of the package's own series, with its year and serial; held until the transaction ends."""
    year, serial = next_of_the_house(kind=kind, now=now)
    return numbers.read(numbers.CASE_PATTERN).number(prefix, year, serial), year, serial


def tariff() -> Tariff:
    """What copies on paper cost here."""
    said = current_settings().disclosure
    return Tariff(said.free_pages, said.first_fee, said.page_fee)


def receive(*, received_on: date, channel: str, asker: str, wanted: str, by: Actor) -> DisclosureRequest:
    """Note that someone asks for public records. Nobody need say who they are, or why (2 kap. 18 § TF).

    Raises Refused and Invalid.
    """
    acting = in_role(by)
    _refuse("receive", queries.facts(None, acting))
    problems = {}
    if received_on > clock.today():
        problems["received_on"] = _("Begäran kan inte ha kommit en dag som inte har varit. Skriv dagen då den kom.")
    if channel not in CHANNELS:
        problems["channel"] = _("Välj hur begäran kom.")
    if not wanted:
        problems["wanted"] = _("Skriv vilka handlingar som efterfrågas.")
    if problems:
        raise Invalid(problems)
    now = clock.now()
    number, year, serial = numbered(SERIES, "UTL", now)
    request = DisclosureRequest(
        number=number,
        year=year,
        serial=serial,
        received_on=received_on,
        channel=channel,
        asker=asker,
        wanted=wanted,
        registered_at=now,
        registered_by_id=acting.person_id,
    )
    session.add(request)
    session.flush()  # the log entry names it
    note(request, "receive", acting, received_on=received_on.isoformat(), channel=channel, named=bool(asker))
    return request


def clarify(*, request_id: UUID, asker: str, wanted: str, by: Actor, seen_version: int | None) -> DisclosureRequest:
    """Write anew what is asked for, as the asker has made it clear. Raises Unknown, Conflict, Refused and Invalid."""
    request, acting = begin(request_id, "clarify", by, seen_version)
    if not wanted:
        raise Invalid({"wanted": _("Skriv vilka handlingar som efterfrågas.")})
    request.asker, request.wanted = asker, wanted
    note(request, "clarify", acting, named=bool(asker))
    return request


def add_item(*, request_id: UUID, document_id: UUID, by: Actor, seen_version: int | None) -> DisclosureItem:
    """Add a document of a case to the review: a registered one, or a stored file.

    Raises Unknown, Conflict, Refused (the archivist outside archived cases) and Invalid (it is there already).
    """
    request, acting = begin(request_id, "add_item", by, seen_version)
    found, case = queries.candidate(document_id, acting)
    _refuse("add_item", queries.facts_with(queries.facts(request, acting), [case])[case.id])
    there = queries.items(request, acting)
    if len(there) >= queries.MOST_ITEMS:
        raise Invalid(
            {"document": _("En begäran rymmer högst %(most)s handlingar. Registrera en begäran till.", most=queries.MOST_ITEMS)}
        )
    registered = found.registered.id if found.registered else None
    stored = found.document.id if found.document else None
    if any((registered and each.registered_id == registered) or (stored and each.document_id == stored) for each in there):
        raise Invalid({"document": _("Handlingen finns redan i begäran.")})
    item = DisclosureItem(request_id=request.id, case_id=case.id, registered_id=registered, document_id=stored)
    session.add(item)
    session.flush()  # the log entry names it
    note_in_case(item, request, "add_item", acting)
    return item


def remove_item(*, request_id: UUID, item_id: UUID, by: Actor, seen_version: int | None) -> DisclosureRequest:
    """Take a document out of the review, since it was not what was asked for."""
    request, acting = begin(request_id, "remove_item", by, seen_version)
    item = _item(request, item_id, acting)
    note_in_case(item, request, "remove_item", acting)
    session.execute(delete(DisclosureItem).where(DisclosureItem.id == item.id))
    return request


def _item(request: DisclosureRequest, item_id: UUID, by: Actor) -> DisclosureItem:
    item = queries.item(request, item_id, by)
    if refusal := of_item(queries.item_facts(item.assessment, item.case.status, item.decision_id)):
        raise Refused(refusal)
    return item


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An assessment as it was typed; ``masked_id`` is the public id of the masked copy that leaves."""

    assessment: str
    provision: str = ""
    reason: str = ""
    masked_id: UUID | None = None


def assess(*, request_id: UUID, item_id: UUID, said: Said, by: Actor, seen_version: int | None) -> DisclosureItem:
    """Say what a document comes to. A secrecy mark is no assessment: the question is tried each time it is asked.

    Raises Unknown, Conflict, Refused and Invalid.
    """
    request, acting = begin(request_id, "assess", by, seen_version)
    item = _item(request, item_id, acting)
    _require_grounds(said)
    item.masked_id = _masked(item, said)
    item.assessment, item.reason = said.assessment, said.reason
    item.provision = said.provision if said.assessment in (Assessment.MASKED, Assessment.WITHHELD) else ""
    item.assessed_at, item.assessed_by_id = clock.now(), acting.person_id
    note_in_case(item, request, "assess", acting, assessment=said.assessment, provision=item.provision)
    return item


def _require_grounds(said: Said) -> None:
    problems = {}
    if said.assessment not in set(Assessment):
        problems["assessment"] = _("Välj vad bedömningen blev.")
    if said.assessment in (Assessment.MASKED, Assessment.WITHHELD) and not said.provision:
        problems["provision"] = _("Skriv enligt vilken bestämmelse uppgifterna inte lämnas ut, till exempel 18 kap. 8 § OSL.")
    if said.assessment == Assessment.NOT_PUBLIC and not said.reason:
        problems["reason"] = _("Skriv varför handlingen inte är allmän, till exempel att ärendet inte är slutbehandlat.")
    if problems:
        raise Invalid(problems)


def _masked(item: DisclosureItem, said: Said) -> int | None:
    """The row of the chosen masked copy. One must be chosen where the document is a file: nothing else can be sent."""
    if said.assessment != Assessment.MASKED or item.document is None:
        return None
    copy = next((each for each in queries.copies_to_send(item.document) if each.public_id == said.masked_id), None)
    if copy is None:
        raise Invalid({"masked": _("Välj den maskade kopia som ska lämnas ut. Finns ingen, gör den först.")})
    return copy.id


def hand_out(*, request_id: UUID, way: str, on: date, pages: int, by: Actor, seen_version: int | None) -> DisclosureRequest:
    """Note that the documents have been handed out, and what the copies cost. Where all were given whole the request ends.

    ``pages`` are those on paper. Raises Unknown, Conflict, Refused and Invalid.
    """
    request, acting = begin(request_id, "hand_out", by, seen_version)
    problems = {}
    if way not in WAYS:
        problems["way"] = _("Välj hur handlingarna lämnades ut.")
    if on > clock.today():
        problems["on"] = _("Dagen har inte varit än. Skriv dagen då handlingarna lämnades ut.")
    elif on < request.received_on:
        problems["on"] = _("Handlingarna kan inte ha lämnats ut innan begäran kom. Skriv en senare dag.")
    if not 0 <= pages <= MOST_PAGES:
        problems["pages"] = _("Skriv antalet sidor på papper som ett helt tal, 0 eller mer.")
    elif pages and way == "email":
        problems["pages"] = _("Filer med e-post kostar inget. Skriv 0 sidor, eller välj att handlingarna lämnades på papper.")
    if problems:
        raise Invalid(problems)
    request.way, request.handed_out_on, request.pages = way, on, pages
    request.fee = fee(pages, tariff())
    left = queries.items(request, acting)
    outgoing = [item for item in left if item.assessment in OUTGOING]
    for item in outgoing:
        note_in_case(item, request, "hand_out", acting, masked=item.assessment == Assessment.MASKED)
    note(request, "hand_out", acting, on=on.isoformat(), way=way, pages=pages, fee=request.fee, documents=len(outgoing))
    if all(item.assessment == Assessment.GIVEN for item in left):
        _close(request, "given", "", by=acting)
    return request


def close(*, request_id: UUID, outcome: str, text: str, by: Actor, seen_version: int | None) -> DisclosureRequest:
    """End the request: as it turned out where something was handed out or decided, else with ``outcome`` as told.

    Raises Unknown, Conflict, Refused and Invalid.
    """
    request, acting = begin(request_id, "close", by, seen_version)
    known = outcome_of(request)
    if known is None and outcome not in OUTCOMES:
        raise Invalid({"outcome": _("Välj hur begäran slutade.")})
    _close(request, known or outcome, text, by=acting)
    return request


def outcome_of(request: DisclosureRequest) -> str | None:
    """How the request ended where that follows from what was done; None where it is for the registrar to tell."""
    if request.handed_out_on:
        return "partly"  # what was given whole ends by itself
    return "refused" if queries.decision_of(request) else None


def _close(request: DisclosureRequest, outcome: str, text: str, *, by: Actor) -> None:
    request.state, request.outcome, request.note = "closed", outcome, text
    request.closed_at, request.closed_by_id = clock.now(), by.person_id
    note(request, "close", by, outcome=outcome)
