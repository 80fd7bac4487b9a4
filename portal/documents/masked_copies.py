"""Masked copies as documents of a case: which can be made, and that one was made. The original stays as it is."""

from dataclasses import dataclass
from uuid import UUID

from portal.documents import queries as documents
from portal.documents.masking.choice import Choice
from portal.documents.models import Document
from portal.documents.operations import add_document
from portal.documents.rules import REFUSALS
from portal.documents.uploads import MIME
from portal.errors import Refused, Unknown
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register import queries
from portal.register.marking import begin
from portal.register.models import Case
from portal.register.operations import record, touch
from portal.text import _

KIND = "masked_copy"
LONGEST_PROVISION = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedFile:
    """A copy that has been looked at and lies in the store; no row names it yet. ``places`` is how many are masked."""

    sha256: str
    size: int
    title: str
    provision: str
    places: int


def refusal(case: Case, by: Actor) -> str | None:
    """Why ``by`` may not mask documents of the case, in a sentence."""
    return REFUSALS["mask_copy"](queries.facts(case, by.acting(Permission.KEEP_REGISTER)))


def refusal_of_document(document: Document) -> str | None:
    """Why no masked copy is made of such a document, in a sentence."""
    if document.kind == KIND:
        return _("Det här är redan en maskad kopia. Gör en ny av originalet.")
    if document.mime == MIME["pdf"]:
        return None
    if document.mime in (MIME["png"], MIME["jpg"]):
        return _(
            "En bild kan inte maskas här. Måla över uppgifterna i ett bildprogram, skriv ut bilden till PDF "
            "och bifoga den som en ny handling."
        )
    return _("Bara PDF-filer kan maskas. Skriv ut filen till PDF, bifoga den i ärendet och maska den.")


def mask_copy(
    *, case_id: UUID, document_id: UUID, file: MaskedFile, choice: Choice, by: Actor, seen_version: int | None
) -> Document:
    """Add the masked copy to the case, beside its original. What was hidden is written nowhere.

    Raises Unknown, Conflict and Refused.
    """
    case, facts = begin(case_id, "mask_copy", by, seen_version, REFUSALS)
    original = documents.by_public_id(document_id)
    if original is None or original.case_id != case.id:
        raise Unknown
    if said := refusal_of_document(original):
        raise Refused(said)
    copy = _added(case, original, file, facts.actor)
    body = {
        "original": str(original.public_id),
        "original_sha256": original.sha256,
        "sha256": file.sha256,
        "provision": file.provision,
        "phrases": len(choice.phrases),
        "passages": len(choice.passages),
        "places": file.places,
    }
    record(case, "documents.mask_copy", by=facts.actor, body=body, kind="document", object_id=copy.public_id)
    touch(case)  # a second tab does not make it once more
    return copy


def _added(case: Case, original: Document, file: MaskedFile, by: Actor) -> Document:
    number = documents.next_version(case.id, KIND)
    return add_document(
        case_id=case.id,
        kind=KIND,
        version=number,
        title=file.title,
        filename=f"maskad-kopia-{number}.pdf",
        mime=MIME["pdf"],
        sha256=file.sha256,
        size=file.size,
        source_id=original.public_id,
        source_note=_("Maskad enligt %(provision)s.", provision=file.provision),
        original_id=original.id,
        by=by,
    )
