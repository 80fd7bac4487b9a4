"""The files of a request: kept in the store first, then named by a row in the transaction; free to remove until submitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.db import session
from portal.documents import operations as documents
from portal.documents import queries as stored
from portal.documents.models import Document
from portal.documents.scanning import State, state_of_document
from portal.documents.store import Store
from portal.documents.uploads import Upload, UploadRefused, check_count, clean_filename, take_in
from portal.errors import Invalid, Refused, Unknown
from portal.funding_requests.content import Attachment
from portal.people.actor import Actor
from portal.register import operations as register
from portal.register.models import Case
from portal.text import _

ATTACHED, SOURCE = "attachment", "source"
MOST_SOURCES = 20  # documents read in for one case
BEING_WRITTEN = ("draft", "returned")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is in the store; no row names it yet. ``size`` in bytes; ``cautions`` as in ``uploads.CAUTIONS``."""

    sha256: str
    size: int
    mime: str
    filename: str
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """An edition that a newer one has been attached after, as it is listed under it; ``note`` says who handed it in."""

    public_id: UUID
    edition: int
    size: int
    note: str
    at: datetime
    state: State
    removable: bool


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as the writing page lists it: the newest edition, who handed it in (``note``) and when, with those before it,
    newest first."""

    public_id: UUID
    content: Attachment
    removable: bool
    note: str
    at: datetime
    edition: int = 1
    state: State = "unscanned"
    cautions: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()


def keep(store: Store, data: bytes, filename: str) -> Kept:
    """Put an attachment's bytes into the store, before any transaction. Raises Invalid for what is not taken in."""
    try:
        taken = take_in(filename, data)
    except UploadRefused as error:
        raise Invalid({"file": str(error)}) from error
    return keep_taken(store, taken, filename)


def keep_taken(store: Store, taken: Upload, filename: str) -> Kept:
    """Put a file that was taken in into the store, before any transaction."""
    return Kept(store.put(taken.data), len(taken.data), taken.mime, clean_filename(filename), taken.cautions)


def listed(case: Case) -> list[Attached]:
    """The attachments of the case, oldest first. One added since the last submit can still be removed."""
    files = [document for document in stored.of_case(case.id) if document.kind == ATTACHED]
    return [_listed(document, case, stored.editions_of(document, files)) for document in stored.newest_editions(files)]


def _removable(document: Document, case: Case) -> bool:
    return case.status in BEING_WRITTEN and (case.number is None or document.created_at >= case.status_since)


def _listed(document: Document, case: Case, earlier: Sequence[Document]) -> Attached:
    return Attached(
        document.public_id,
        Attachment(document.title, document.filename, document.sha256, document.size),
        _removable(document, case),
        document.source_note,
        document.created_at,
        document.edition or 1,
        state_of_document(document),
        tuple(document.cautions.split()),
        tuple(_earlier(each, case) for each in earlier),
    )


def _earlier(document: Document, case: Case) -> Earlier:
    return Earlier(
        document.public_id,
        document.edition or 1,
        document.size,
        document.source_note,
        document.created_at,
        state_of_document(document),
        _removable(document, case),
    )


def of_case(case: Case) -> tuple[Attachment, ...]:
    """The attachments that go with the next version."""
    return tuple(file.content for file in listed(case))


def add(case: Case, kept: Kept, *, by: Actor) -> Document:
    """Attach a kept file. One that is attached already, name and bytes, stays as it is.

    Raises Invalid when the case has as many files as it may have.
    """
    files = stored.of_case(case.id)
    own = (each for each in stored.newest_editions(files) if each.kind == ATTACHED)
    same = next((each for each in own if (each.filename, each.sha256) == (kept.filename, kept.sha256)), None)
    if same:
        return same
    try:
        check_count(len(files))
    except UploadRefused as error:
        raise Invalid({"file": str(error)}) from error
    return hand_in(case, kept, ATTACHED, kept.filename, by=by)


def add_source(case: Case, kept: Kept, *, by: Actor) -> Document:
    """Keep a document that was read in with the case, unchanged; read in again at once it is the same document.

    Raises Invalid when as many have been read in as a case may have.
    """
    earlier = [document for document in stored.of_case(case.id) if document.kind == SOURCE]
    if earlier and (earlier[-1].filename, earlier[-1].sha256) == (kept.filename, kept.sha256):
        return earlier[-1]
    if len(earlier) >= MOST_SOURCES:
        raise Invalid({"": _("Ärendet har redan %(n)s inlästa dokument, fler kan inte läsas in.", n=MOST_SOURCES)})
    return hand_in(case, kept, SOURCE, _("Inläst dokument"), by=by)


def hand_in(case: Case, kept: Kept, kind: str, title: str, *, by: Actor) -> Document:
    """Add a kept file to the case as a document that ``by`` has handed in; how many there may be is the caller's to say."""
    return documents.add_document(
        case_id=case.id,
        kind=kind,
        title=title,
        filename=kept.filename,
        mime=kept.mime,
        sha256=kept.sha256,
        size=kept.size,
        by=by,
        source_note=_("Inlämnad av %(name)s", name=by.name),
        in_series=kind == ATTACHED,
        cautions=" ".join(kept.cautions),
    )


def remove(case: Case, public_id: UUID, *, by: Actor) -> None:
    """Take an attachment out of what is being written. What was submitted with a version stays (Refused)."""
    files = [document for document in stored.of_case(case.id) if document.kind == ATTACHED]
    found = next((document for document in files if document.public_id == public_id), None)
    if found is None:
        raise Unknown
    if not _removable(found, case):
        raise Refused(_("Bilagan är inskickad med en tidigare version och tas inte bort."))
    session.delete(found)
    body = {"filename": found.filename, "sha256": found.sha256}
    register.record(case, "funding_requests.remove_attachment", by=by, body=body, kind="document", object_id=public_id)


def remove_all(case: Case) -> None:
    """Forget the files of a draft that is thrown away. The stored bytes are swept up later, as files no row names."""
    for document in stored.of_case(case.id):
        session.delete(document)
    session.flush()  # before the case's own row


def latest_source(case: Case) -> Document | None:
    """The document last read in for the case."""
    return next((document for document in reversed(stored.of_case(case.id)) if document.kind == SOURCE), None)
