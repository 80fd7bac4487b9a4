"""The documents of a case as its page lists them."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from portal.desk.documents_read import withheld
from portal.documents import queries as documents
from portal.documents.masked_copies import refusal_of_document
from portal.documents.models import Document
from portal.documents.scanning import state_of_document
from portal.register.models import Case
from portal.text import _
from portal.web.filters import file_size, moment


def listed(case: Case, files: Sequence[Document], *, may_mask: bool) -> list[dict[str, Any]]:
    """The documents as they are listed: of an attachment the newest edition, with those before it; masked copies after the
    one that they were made of."""
    shown = documents.newest_editions(files)
    among = {each.id for each in shown}
    found = []
    for each in shown:
        if each.original_id not in among:
            copies = [copy for copy in shown if copy.original_id == each.id]
            found += [_row(case, document, files, may_mask=may_mask) for document in (each, *copies)]
    return found


def _row(case: Case, document: Document, files: Sequence[Document], *, may_mask: bool) -> dict[str, Any]:
    mask = may_mask and refusal_of_document(document) is None
    return {
        **_file(document),
        "earlier": [_earlier(older) for older in documents.editions_of(document, files)],
        "mask": url_for("masking.mask_copy", document_id=document.public_id) if mask else "",
        "word": _word(case, document),
    }


def _word(case: Case, document: Document) -> str:
    """Where a submitted version is as a Word file; nothing of any other document, nor where the file is withheld."""
    if document.kind != "submission" or withheld(document):
        return ""
    return url_for("papers.letter", case_id=case.public_id, version=document.version)


def _earlier(document: Document) -> dict[str, Any]:
    when = f"{document.source_note} {moment(document.created_at)}"
    note = _("%(size)s. %(when)s.", size=file_size(document.file.size), when=when)
    return {**_file(document), "name": _("Version %(n)s", n=document.edition), "note": note}


def _file(document: Document) -> dict[str, Any]:
    if withheld(document):
        why = _("Innehåller en sekretessmarkerad uppgift. Registratorn lämnar ut den till den som har rätt.")
        return {"name": document.title, "href": "", "look": "", "note": why, "icon": "lock", "state": ""}
    facts = [document.filename] if document.filename != document.title else []
    if document.original_id:
        facts.append(document.source_note.removesuffix("."))
    facts.append(file_size(document.file.size))
    if (document.edition or 1) > 1:
        facts.append(_("version %(n)s", n=document.edition))
    return {
        "name": document.title,
        "href": url_for("desk.download", document_id=document.public_id),
        "look": url_for("previews.show", document_id=document.public_id),
        "note": ", ".join(facts),
        "icon": "stamp" if document.kind == "decision" else "document",
        "state": state_of_document(document),
    }
