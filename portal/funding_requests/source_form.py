"""A document that is to be read in, as the form sends it: pasted or as a file, checked alike wherever it is taken in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from flask import request

from portal.documents import beside, classified, scanning
from portal.documents.beside import Place, Question, View
from portal.documents.formats import Source, UnreadableFile, source_of
from portal.documents.models import Document
from portal.documents.reading import Reading
from portal.documents.showing import refusal_to_show, why_as_text
from portal.documents.store import current_store
from portal.documents.uploads import UploadRefused, clean_filename, take_in
from portal.errors import Invalid, Refused
from portal.funding_requests.attachments import Kept, keep_taken
from portal.text import _

FIELDS = ("file", classified.FIELD)  # and the one for pasted text
READABLE = (".docx", ".pdf", ".odt", ".txt")
ACCEPT = ",".join(READABLE)
PASTED = "inklistrad-text.txt"


def sent_document(text: str = "text") -> Kept:
    """The text pasted into the field ``text``, else the file, kept unchanged in the store. No row names it yet.

    Raises Invalid, a sentence for the field: neither or both were sent, no answer about security-classified material, a
    kind of file that is not read, one that the checks of every upload refuse, or one that holds no text.
    """
    pasted, file = request.form.get(text, ""), request.files.get("file")
    chosen = file if file and file.filename else None
    wrong = _what_is_sent(text, pasted=bool(pasted.strip()), chosen=chosen is not None)
    try:
        classified.refuse_classified(request.form.get(classified.FIELD, ""))
    except Invalid as error:
        raise Invalid({**wrong, **error.problems}) from error
    if wrong:
        raise Invalid(wrong)
    if chosen is None:
        return _kept(pasted.encode(), PASTED, text)
    return _kept(chosen.read(), chosen.filename or "", "file")


def _what_is_sent(text: str, *, pasted: bool, chosen: bool) -> dict[str, str]:
    if pasted and chosen:
        return {"file": _("Både text och fil är lämnade. Töm textfältet för att läsa in filen, eller skicka texten utan fil.")}
    return {} if pasted or chosen else {text: _("Klistra in texten eller välj en fil.")}


def _kept(data: bytes, filename: str, field: str) -> Kept:
    name = clean_filename(filename)
    if Path(name).suffix.casefold() not in READABLE:
        raise Invalid(
            {field: _("Filtypen kan inte läsas in. Välj en DOCX-, PDF-, ODT- eller TXT-fil, eller klistra in texten.")}
        )
    try:
        taken = take_in(name, data)
        source = source_of(data, name)
    except UploadRefused as error:
        not_text = _("Det inklistrade är inte vanlig text. Kopiera texten ur dokumentet på nytt.")
        raise Invalid({field: not_text if name == PASTED else str(error)}) from error
    except UnreadableFile as error:
        raise Invalid({field: str(error)}) from error
    if not source.text.strip():
        raise Invalid({field: _("Dokumentet innehåller ingen text.")})
    return keep_taken(current_store(), taken, name)


def source_of_document(document: Document) -> Source:
    """The text of a document that was taken in. Raises Refused for a file in quarantine, DamagedFile."""
    state = scanning.state_of_document(document)
    if state == scanning.QUARANTINED:
        raise Refused(scanning.refusal_to_open(state) or "")
    return source_of(current_store().read(document.file.sha256), document.filename)


def view_of(
    document: Document, source: Source, reading: Reading, places: Mapping[str, Place], asked: Sequence[Question]
) -> View:
    """The document with its passages marked; as text where its pages are not shown."""
    shown = replace(source, pages=()) if refusal_to_show(document) else source
    return beside.view(shown, beside.passages(reading, places, asked))


def notes_of(document: Document, source: Source) -> tuple[str, ...]:
    """What was not read in the file, and why its pages are not shown as pictures where they are not."""
    why = why_as_text(document) if source.pages else None
    return (*source.notes, *([why] if why else []))
