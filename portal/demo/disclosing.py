"""Requests for public records: a decision handed out with what is secret masked, and a request that waits."""

from collections.abc import Sequence
from uuid import UUID

from portal import clock
from portal.desk.masking_source import original_of
from portal.disclosure import operations as disclosure
from portal.disclosure.operations import Said
from portal.documents import queries as documents
from portal.documents.masked_copies import MaskedFile, mask_copy
from portal.documents.masking.choice import Choice
from portal.documents.masking.making import Stamp
from portal.documents.store import current_store
from portal.people.actor import Actor
from portal.register import marking
from portal.register.models import Case
from portal.text import _


def hand_out_masked(case: Case, *, phrases: Sequence[str], provision: str, to: str, by: Actor) -> None:
    """Mask the phrases in the first decision of the case, and note to whom the copy went."""
    document = documents.by_key(case.id, "decision", 1)
    assert document is not None, "the worker makes the document of a decision right after it"
    choice = Choice(tuple(phrases))
    stamp = Stamp(provision=provision, name=by.name, title=by.title or "", made_at=clock.now(), original=document.title)
    made = original_of(document, case).made(choice, stamp)
    file = MaskedFile(
        sha256=current_store().put(made.pdf),
        size=len(made.pdf),
        title=_("Maskad kopia av %(title)s", title=made.title),
        provision=provision,
        places=made.places,
    )
    copy = mask_copy(case_id=case.public_id, document_id=document.public_id, file=file, choice=choice, by=by, seen_version=None)
    text = _("%(title)s, till %(recipient)s", title=copy.title, recipient=to)
    marking.note_fact(case_id=case.public_id, kind="disclosed", on=clock.today(), text=text, by=by, seen_version=None)
    _answered(document.public_id, copy.public_id, provision=provision, to=to, by=by)


def _answered(document_id: UUID, copy_id: UUID, *, provision: str, to: str, by: Actor) -> None:
    """The request that the copy answers, from the question to the files that were sent."""
    asked = disclosure.receive(
        received_on=clock.today(), channel="email", asker=to, wanted=_("Beslutet om pengarna, så långt det går."), by=by
    )
    request_id = asked.public_id
    item = disclosure.add_item(request_id=request_id, document_id=document_id, by=by, seen_version=None)
    said = Said(
        assessment="masked",
        provision=provision,
        reason=_("Uppgifterna visar hur platsen skyddas."),
        masked_id=copy_id,
    )
    disclosure.assess(request_id=request_id, item_id=item.public_id, said=said, by=by, seen_version=None)
    disclosure.hand_out(request_id=request_id, way="email", on=clock.today(), pages=0, by=by, seen_version=None)
    disclosure.close(request_id=request_id, outcome="", text="", by=by, seen_version=None)


def ask_for(case: Case, *, wanted: str, by: Actor) -> None:
    """Someone who gives no name asks for documents of the case; the registrar has found the first of them."""
    asked = disclosure.receive(received_on=clock.today(), channel="phone", asker="", wanted=wanted, by=by)
    document = documents.by_key(case.id, "submission", 1)
    assert document is not None, "the worker makes the document of a version right after it"
    disclosure.add_item(request_id=asked.public_id, document_id=document.public_id, by=by, seen_version=None)
