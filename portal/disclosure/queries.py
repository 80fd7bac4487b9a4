"""Reads of requests for public records, and of the documents that may be added to one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from portal import clock, workdays
from portal.db import session
from portal.disclosure.facts import Facts, Item
from portal.disclosure.models import DisclosureDecision, DisclosureItem, DisclosureRequest
from portal.documents import masked_copies
from portal.documents.models import Document
from portal.documents.queries import newest_editions
from portal.documents.uploads import MIME
from portal.errors import Unknown
from portal.paging import cursor, read_cursor
from portal.people.actor import Actor
from portal.register import paging, secrecy
from portal.register.access import visible
from portal.register.document_models import RegisteredDocument
from portal.register.models import Case, ConflictOfInterest, SecrecyMark

PAGE = 50
COUNTED_TO = 1000
MOST_CASES = 10
"""Cases that a search for documents shows: whoever searches narrows it rather than reads more."""
MOST_ITEMS = 500
LATE_AFTER = 3
"""Working days after which an open request is shown as waiting: the answer is to come promptly (2 kap. 15 § TF)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A request in a list; ``days`` is how many working days it has waited, or took."""

    request: DisclosureRequest
    documents: int
    days: int

    @property
    def is_late(self) -> bool:
        """Whether it is open and has waited longer than *skyndsamt* bears."""
        return is_late(self.request, self.days)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list with the token of the next; ``total`` stops counting at ``COUNTED_TO`` + 1."""

    rows: list[Row]
    after: str | None
    total: int


def open_requests() -> Select[Any]:
    """The row ids of what waits to be answered, longest first."""
    keys = (DisclosureRequest.registered_at, DisclosureRequest.id)
    return select(DisclosureRequest.id).where(DisclosureRequest.state == "open").order_by(*keys)


def listed(state: str, after: str | None = None) -> Page:
    """A page of the open requests, longest first, or of the closed ones, newest first. Two statements."""
    keys = (DisclosureRequest.registered_at, DisclosureRequest.id)
    documents = select(func.count()).where(DisclosureItem.request_id == DisclosureRequest.id).scalar_subquery()
    ours = DisclosureRequest.state == state
    statement = select(DisclosureRequest, documents).where(ours)
    if key := read_cursor(after):
        beyond = tuple_(*keys) > key if state == "open" else tuple_(*keys) < key
        statement = statement.where(beyond)
    order = keys if state == "open" else tuple(each.desc() for each in keys)
    found = session.execute(statement.order_by(*order).limit(PAGE + 1)).all()
    rows = [Row(request, number, waited(request)) for request, number in found[:PAGE]]
    last = rows[-1].request if len(found) > PAGE else None
    some = select(DisclosureRequest.id).where(ours).order_by(*order).limit(COUNTED_TO + 1).subquery()
    total = session.scalar(select(func.count()).select_from(some)) or 0
    return Page(rows, cursor(last.registered_at, last.id) if last else None, total)


def waited(request: DisclosureRequest) -> int:
    """Working days since the request came: to the day it was handed out or closed, else to today."""
    until = request.handed_out_on or (clock.local_date(request.closed_at) if request.closed_at else clock.today())
    return workdays.working_days(request.received_on, until)


def is_late(request: DisclosureRequest, days: int) -> bool:
    """Whether it is open and has waited longer than *skyndsamt* bears, after ``days`` working days."""
    return request.state == "open" and days > LATE_AFTER


def get(public_id: UUID, *, lock: bool = False) -> DisclosureRequest:
    """The request. With ``lock`` its row is held until the transaction ends and read anew. Raises Unknown."""
    statement = select(DisclosureRequest).where(DisclosureRequest.public_id == public_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found


def items(request: DisclosureRequest, by: Actor, *, scanned: bool = False) -> list[DisclosureItem]:
    """The documents of the request whose cases ``by`` may see, in the order they were added; one statement. With ``scanned``
    it brings what the scanner said of their files."""
    ours = _of(request).order_by(DisclosureItem.id)
    if scanned:
        ours = ours.options(
            *(joinedload(file).joinedload(Document.scan) for file in (DisclosureItem.document, DisclosureItem.masked))
        )
    return list(session.scalars(visible(ours, by)))


def _of(request: DisclosureRequest) -> "Select[Any]":
    statement = select(DisclosureItem).join(Case, Case.id == DisclosureItem.case_id)
    wholes = (DisclosureItem.case, DisclosureItem.registered, DisclosureItem.document, DisclosureItem.masked)
    return statement.where(DisclosureItem.request_id == request.id).options(*map(joinedload, wholes))


def item(request: DisclosureRequest, item_id: UUID, by: Actor) -> DisclosureItem:
    """One document of the request. Raises Unknown for one of another request."""
    ours = visible(_of(request).where(DisclosureItem.public_id == item_id), by)
    found: DisclosureItem | None = session.scalars(ours).one_or_none()
    if found is None:
        raise Unknown
    return found


def decision_of(request: DisclosureRequest) -> DisclosureDecision | None:
    """The written decision of the request, if there is one."""
    statement = select(DisclosureDecision).where(DisclosureDecision.request_id == request.id)
    return session.scalars(statement.options(joinedload(DisclosureDecision.decided_by))).one_or_none()


def decision_for_worker(public_id: UUID) -> DisclosureDecision | None:
    """The decision whose document is to be made."""
    return session.scalars(select(DisclosureDecision).where(DisclosureDecision.public_id == public_id)).one_or_none()


def facts(request: DisclosureRequest | None, by: Actor) -> Facts:
    """What the rules look at, in three statements; of no request, where it is yet to be noted."""
    if request is None:
        return Facts(actor=by, closed=False, handed_out=False, decided=False)
    rows = session.execute(
        select(DisclosureItem.assessment, Case.status, DisclosureItem.decision_id, DisclosureItem.case_id)
        .join(Case, Case.id == DisclosureItem.case_id)
        .where(DisclosureItem.request_id == request.id)
    ).all()
    decided = session.scalar(select(DisclosureDecision.id).where(DisclosureDecision.request_id == request.id)) is not None
    return _facts(request, by, [tuple(row) for row in rows], decided=decided)


def facts_shown(
    request: DisclosureRequest, by: Actor, shown: Sequence[DisclosureItem], decision: DisclosureDecision | None
) -> Facts:
    """The same for a page that has read the documents and the decision; one statement."""
    rows = [(each.assessment, each.case.status, each.decision_id, each.case_id) for each in shown]
    return _facts(request, by, rows, decided=decision is not None)


def _facts(request: DisclosureRequest, by: Actor, rows: Sequence[tuple[Any, ...]], *, decided: bool) -> Facts:
    jav = _jav({row[3] for row in rows})
    return Facts(
        actor=by,
        closed=request.state == "closed",
        handed_out=request.handed_out_on is not None,
        decided=decided,
        items=tuple(
            item_facts(assessment, status, decision_id, jav.get(case_id, frozenset()))
            for assessment, status, decision_id, case_id in rows
        ),
    )


def _jav(cases: set[int]) -> dict[int, frozenset[int]]:
    """Who has declared a conflict of interest, by case; one statement."""
    found: dict[int, set[int]] = {}
    if cases:
        declared = select(ConflictOfInterest.case_id, ConflictOfInterest.person_id).where(ConflictOfInterest.case_id.in_(cases))
        for case_id, person_id in session.execute(declared):
            found.setdefault(case_id, set()).add(person_id)
    return {case_id: frozenset(persons) for case_id, persons in found.items()}


def facts_with(facts: Facts, cases: Sequence[Case]) -> dict[int, Facts]:
    """By the row id of each case, the facts as they would be with a document of it added; one statement."""
    jav = _jav({case.id for case in cases})
    added = {case.id: item_facts(None, case.status, None, jav.get(case.id, frozenset())) for case in cases}
    return {case_id: replace(facts, items=(*facts.items, item)) for case_id, item in added.items()}


def item_facts(assessment: str | None, status: str, decision_id: int | None, jav: frozenset[int] = frozenset()) -> Item:
    """A document as the rules see it."""
    return Item(assessment=assessment, archived=status == "archived", decided=decision_id is not None, jav=jav)


# Documents to add


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document of a case: as the register has it, its stored file, or both."""

    registered: RegisteredDocument | None
    document: Document | None

    @property
    def public_id(self) -> UUID:
        """What the form names it by."""
        return self.names[0]

    @property
    def names(self) -> list[UUID]:
        """The public ids it may be asked for by: that of the register first."""
        return [each.public_id for each in (self.registered, self.document) if each is not None]


@dataclass(frozen=True, slots=True)
class FoundCase:
    """A case that a search found, with its documents."""

    case: Case
    candidates: list[Candidate]


def search(typed: str, by: Actor) -> list[FoundCase]:
    """The cases of a number, or with those words in the title the register shows, newest first, with their documents.

    Three statements, however many are found.
    """
    either = paging.matching(typed, Case.public_title)
    statement = visible(select(Case).where(Case.number.is_not(None)), by)
    page = paging.after_either(statement, either, "", most=MOST_CASES).options(joinedload(Case.unit))
    cases = list(session.scalars(page))[:MOST_CASES]
    ids = [case.id for case in cases]
    registered, stored = _by_case(RegisteredDocument, ids), _by_case(Document, ids)
    return [FoundCase(case, list(_paired(registered.get(case.id, []), stored.get(case.id, [])))) for case in cases]


def _by_case(table: Any, ids: Sequence[int]) -> dict[int, list[Any]]:
    """The rows of each case, in the order in which they came to be, which is that of their numbers too."""
    found: dict[int, list[Any]] = {}
    if ids:
        for row in sorted(session.scalars(select(table).where(table.case_id.in_(ids))), key=lambda row: int(row.id)):
            found.setdefault(row.case_id, []).append(row)
    return found


def _paired(registered: Sequence[RegisteredDocument], stored: Sequence[Document]) -> Iterator[Candidate]:
    """The documents of the register with their files, made from the same thing or the letter itself, then the files that have
    no number of their own (attachments)."""
    left = {each.id: each for each in newest_editions(stored) if each.kind != masked_copies.KIND}
    for each in registered:
        own = next((file for file in left.values() if each.source_id in (file.source_id, file.public_id)), None)
        if own is not None:
            del left[own.id]
        yield Candidate(each, own)
    for file in left.values():
        yield Candidate(None, file)


def candidate(public_id: UUID, by: Actor) -> tuple[Candidate, Case]:
    """The document of that id, with its case. Raises Unknown for none, a masked copy, and one of a case not to be seen."""
    named = [select(table.case_id).where(table.public_id == public_id) for table in (RegisteredDocument, Document)]
    statement = select(Case).where(Case.number.is_not(None), or_(*(Case.id.in_(each) for each in named)))
    case = session.scalars(visible(statement, by)).one_or_none()
    if case is None:
        raise Unknown
    registered, stored = (_by_case(table, [case.id]).get(case.id, []) for table in (RegisteredDocument, Document))
    known = (each for each in _paired(registered, stored) if public_id in each.names)
    earlier = (Candidate(None, each) for each in stored if each.public_id == public_id and each.kind != masked_copies.KIND)
    if found := next(chain(known, earlier), None):
        return found, case
    raise Unknown


def marks_on(item: DisclosureItem) -> list[SecrecyMark]:
    """The marks that the reviewer is warned of: those on the whole case, on its lines, and on this document in any edition."""
    own: set[UUID | None] = {None}  # a mark on the whole case names no document
    if item.registered:
        own.add(item.registered.source_id)
    if item.document:
        own |= {item.document.public_id, item.document.source_id}

    def concerns(mark: SecrecyMark) -> bool:
        return mark.source_id in own or not own.isdisjoint(secrecy.of_marks(item.case, [mark]).sources)

    return [mark for mark in secrecy.standing(item.case) if mark.line_label or concerns(mark)]


def copies_to_send(document: Document | None) -> list[Document]:
    """What may leave in the document's place, newest first: the masked copies of it. Of a file that cannot be masked here it
    is what was handed in after it instead, as PDF, painted over or to be masked: where it was, its own masked copies.
    """
    if document is None:
        return []
    files = sorted(session.scalars(select(Document).where(Document.case_id == document.case_id)), key=lambda each: -each.id)
    later: set[int] = set()
    if masked_copies.refusal_of_document(document):  # told to paint or print it, and hand that in
        later = {each.id for each in files if each.id > document.id and each.handed_in and each.mime == MIME["pdf"]}
    masked = {each.original_id for each in files}  # only masked copies have an original
    return [each for each in files if each.original_id in later | {document.id} or each.id in later - masked]
