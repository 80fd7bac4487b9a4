"""What of a case can be marked beside the whole, and what a marked document is called wherever its name stands."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from portal.db import session
from portal.documents import queries as documents
from portal.documents.models import Document
from portal.funding_requests import queries as requests
from portal.register.document_models import RegisteredDocument, Source
from portal.register.models import Case
from portal.register.secrecy import Part, Parts
from portal.text import _

# What the portal prints of the case and its lines is marked as the case or the line; the rest stands for itself.
_OF_THE_CASE = ("submission", "decision", "statement", "masked_copy", "source", "read_in")


def markable(case: Case) -> Sequence[Part]:
    """The lines of the request as it stands now, and the documents that are files or papers of their own."""
    found = []
    version = requests.current_version(case)
    for n, line in enumerate(version.content.lines if version else (), 1):
        found.append(Part(f"rad-{n}", _("Rad %(n)s: %(label)s", n=n, label=line.label), line_label=line.label))
    for each in documents.newest_editions(documents.of_case(case.id)):
        if each.kind not in _OF_THE_CASE:
            said = _("Handling: %(title)s", title=each.title)
            found.append(Part(f"handling-{each.public_id}", said, source_id=each.public_id))
    papers = select(RegisteredDocument.source_id, RegisteredDocument.title).where(
        RegisteredDocument.case_id == case.id, RegisteredDocument.source_kind == Source.PAPER.value
    )
    for source_id, title in session.execute(papers):
        found.append(Part(f"handling-{source_id}", _("Handling: %(title)s", title=title), source_id=source_id))
    return found


def parts_named(case: Case, sources: Collection[UUID]) -> Parts:
    """What the marked documents of the case are called, and every edition of those that have several."""
    series = select(Document.series).where(Document.public_id.in_(sources), Document.series.is_not(None))
    own = or_(Document.public_id.in_(sources), Document.source_id.in_(sources), Document.series.in_(series))
    words: set[str] = set()
    every = set(sources)
    for public_id, title, name in session.execute(
        select(Document.public_id, Document.title, Document.filename).where(Document.case_id == case.id, own)
    ):
        words |= {title, name}
        every.add(public_id)
    shown = (RegisteredDocument.title, RegisteredDocument.counterparty, RegisteredDocument.counterparty_number)
    known = select(*shown).where(RegisteredDocument.case_id == case.id, RegisteredDocument.source_id.in_(every))
    for row in session.execute(known):
        words |= set(row)
    return Parts(frozenset(words), frozenset(every))
