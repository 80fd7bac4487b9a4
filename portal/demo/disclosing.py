"""The registrar hands out a decision with what is secret masked."""

from collections.abc import Sequence

from portal import clock
from portal.desk.masking_source import original_of
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
