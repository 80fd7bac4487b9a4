"""What the documents of a request are called: to those who review them, and on paper that leaves."""

from portal.disclosure.models import DisclosureItem
from portal.disclosure.queries import Candidate
from portal.documents.models import Document
from portal.register.document_models import RegisteredDocument
from portal.register.models import Case
from portal.text import _


def shown(case: Case, registered: RegisteredDocument | None, document: Document | None) -> str:
    """The title as lists show it: where a mark stands, what the register shows everyone."""
    if registered is not None:
        return registered.public_title if case.is_marked else registered.title
    assert document is not None
    return _("Bilaga i sekretessmarkerat ärende") if case.is_marked else document.title


def of_item(item: DisclosureItem) -> str:
    """The title of a document of the request, as ``shown``."""
    return shown(item.case, item.registered, item.document)


def of_candidate(case: Case, found: Candidate) -> str:
    """The title of a document that may be added, as ``shown``."""
    return shown(case, found.registered, found.document)


def open_title(item: DisclosureItem, place: int) -> str:
    """What everyone may read, for papers that leave. What has no number of its own is told by its place in the request."""
    if item.registered is not None:
        return item.registered.public_title
    return _("Bilaga, nr %(place)s i begäran", place=place)
