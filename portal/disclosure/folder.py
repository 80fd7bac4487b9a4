"""What is handed out of a request as one folder: the documents given whole, and masked copies in place of the others."""

import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, NamedTuple
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from portal.db import session, transaction
from portal.disclosure import naming, queries
from portal.disclosure.models import DisclosureItem
from portal.disclosure.operations import in_role
from portal.disclosure.rules import REFUSALS, Assessment
from portal.documents import scanning
from portal.documents.models import Document
from portal.documents.store import current_store
from portal.documents.uploads import clean_filename, in_filename
from portal.errors import Refused
from portal.people.actor import Actor
from portal.register.models import Case
from portal.register.operations import note_read
from portal.text import _

_LONGEST = 80  # characters of a file's name before its ending


class Leaving(NamedTuple):
    """A file that leaves, with what it is called in the folder and the case it is of."""

    name: str
    case: Case
    file: Document


def leaving(items: Sequence[DisclosureItem]) -> list[Leaving]:
    """The files that leave. A document that is paper only has none."""
    return list(_leaving(items))


def _leaving(items: Sequence[DisclosureItem]) -> Iterator[Leaving]:
    number = 0
    for place, item in enumerate(items, 1):
        file = {Assessment.GIVEN: item.document, Assessment.MASKED: item.masked}.get(Assessment(item.assessment or "withheld"))
        if file is None:
            continue
        number += 1
        stem, dot, ending = file.filename.rpartition(".")
        # A masked copy may hide its title: the folder calls the document as the register does to everyone.
        title = naming.open_title(item, place) if item.assessment == Assessment.MASKED else file.title
        named = clean_filename(f"{number:02d} {title}".replace("/", "-").replace("\\", "-").replace(":", ""))[:_LONGEST]
        yield Leaving(f"{named.rstrip(' .')}{dot}{ending}" if stem else named, item.case, file)


def pack(request_id: UUID, by: Actor) -> tuple[str, IO[bytes]]:
    """What leaves, as one ZIP with its name, open at its beginning; gone when it is closed. The reading of what a mark stands
    on is logged before a byte of it is read. Called outside transactions. Raises Unknown and Refused."""
    number, files = _found(request_id, by)
    if note_reads([(each.case, each.file) for each in files], by):
        number, files = _found(request_id, by)
    named = [(each.name, each.file.file.sha256) for each in files]
    session.rollback()  # nothing is held while files are read
    return f"handlingar-{in_filename(number)}.zip", _packed(named)


def _found(request_id: UUID, by: Actor) -> tuple[str, list[Leaving]]:
    """The number of the request, and what leaves of it; Refused where that is nothing, or may not be opened by anyone."""
    asked = queries.get(request_id)
    items = queries.items(asked, by, scanned=True)
    if refusal := REFUSALS["pack"](queries.facts_shown(asked, in_role(by), items, None)):
        raise Refused(refusal)
    files = leaving(items)
    if not files:
        raise Refused(_("Ingen av handlingarna är en fil som ska lämnas ut."))
    for each in files:
        scanning.require_open(each.file)
    return asked.number, files


def _packed(named: Sequence[tuple[str, str]]) -> IO[bytes]:
    """The files, by name and SHA-256, as one ZIP. One file in memory at a time."""
    made: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it when it has been sent
    try:
        with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=1) as package:
            for name, sha256 in named:
                package.writestr(name, current_store().read(sha256))
        made.seek(0)
    except BaseException:
        made.close()
        raise
    return made


def note_reads(files: Sequence[tuple[Case, Document | None]], by: Actor) -> bool:
    """Log, before anything is shown, that secret content is read: one entry per document of a case with a mark. Whether any
    was; then what the caller has read before is to be read anew."""
    marked = [(case.public_id, file.public_id if file else None) for case, file in files if case.is_marked]
    if marked:
        with transaction():
            for case_id, document_id in marked:
                note_read(case_id, by=by, document=document_id)
    return bool(marked)
