"""Whether anything of a document's file is shown in a page: one rule for the look at it, its pages, and beside its fields."""

from portal.documents import previewing, scanning
from portal.documents.models import Document
from portal.documents.refusing import cautions_told
from portal.text import _


def refusal_to_show(document: Document) -> str | None:
    """Why nothing of the file is shown now, in sentences; None where it may be."""
    closed = scanning.refusal_to_open(scanning.state_of_document(document))
    return closed or previewing.refusal_to_show(document.mime, document.cautions)


def why_as_text(document: Document) -> str | None:
    """Why the pages of a document that was read in are shown as text, in sentences; None where they are pictures."""
    if told := cautions_told(document.cautions):
        return " ".join([*told, _("Därför visas sidorna som text.")])
    if scanning.state_of_document(document) == scanning.WAITING:
        return _("Sidorna visas som text tills viruskontrollen är klar.")
    return None
