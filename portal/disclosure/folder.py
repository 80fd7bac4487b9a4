"""What is handed out of a request as one folder: the documents given whole, and masked copies in place of the others."""

import tempfile
from collections.abc import Iterator, Sequence
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from portal.db import session, transaction
from portal.disclosure import naming
from portal.disclosure.models import DisclosureItem
from portal.disclosure.rules import Assessment
from portal.documents import scanning
from portal.documents.models import Document
from portal.documents.store import current_store
from portal.documents.uploads import clean_filename
from portal.errors import Refused
from portal.people.actor import Actor
from portal.register.operations import note_read
from portal.text import _

_LONGEST = 80  # characters of a file's name before its ending


def leaving(items: Sequence[DisclosureItem]) -> list[tuple[str, Document]]:
    """The files that leave, with what each is called in the folder. A document that is paper only has none."""
    return list(_leaving(items))


def _leaving(items: Sequence[DisclosureItem]) -> Iterator[tuple[str, Document]]:
    number = 0
    for item in items:
        file = {Assessment.GIVEN: item.document, Assessment.MASKED: item.masked}.get(Assessment(item.assessment or "withheld"))
        if file is None:
            continue
        number += 1
        stem, dot, ending = file.filename.rpartition(".")
        # A masked copy may hide its title: the folder calls the document as the register does to everyone.
        title = naming.open_title(item) if item.assessment == Assessment.MASKED else file.title
        named = clean_filename(f"{number:02d} {title}".replace("/", "-").replace("\\", "-").replace(":", ""))[:_LONGEST]
        yield f"{named.rstrip(' .')}{dot}{ending}" if stem else named, file


def require_open(files: Sequence[tuple[str, Document]]) -> None:
    """Raise Refused where nothing leaves, or where a file may not be opened by anyone."""
    if not files:
        raise Refused(_("Ingen av handlingarna är en fil som ska lämnas ut."))
    for _name, file in files:
        scanning.require_open(file)


def packed(files: Sequence[tuple[str, Document]]) -> IO[bytes]:
    """The files as one ZIP, open at its beginning; gone when it is closed. One file in memory at a time."""
    named = [(name, file.file.sha256) for name, file in files]
    session.rollback()  # nothing is held while files are read
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


def note_reads(items: Sequence[DisclosureItem], by: Actor) -> bool:
    """Log, before anything is shown, that secret content is read: one entry per document of a case with a mark. Whether any
    was; then what the caller has read before is to be read anew."""
    marked = [
        (item.case.public_id, item.document.public_id if item.document else None)
        for item in items
        if naming.is_marked(item.case)
    ]
    if marked:
        with transaction():
            for case_id, document_id in marked:
                note_read(case_id, by=by, document=document_id)
    return bool(marked)
