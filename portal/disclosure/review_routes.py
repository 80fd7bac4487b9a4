"""The review of a request: documents added and taken out, and what each came to. Adds to the blueprint of ``routes``."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, request

from portal.disclosure import folder, operations, queries
from portal.disclosure.models import DisclosureItem, DisclosureRequest
from portal.disclosure.operations import Said
from portal.disclosure.routes import ASSESSED, DISCLOSERS, LONG, READERS, SHORT, act_on, show_page
from portal.disclosure.routes import blueprint as blueprint
from portal.disclosure.rules import REFUSALS, Assessment, of_item
from portal.documents import masked_copies
from portal.people.actor import Actor
from portal.text import _
from portal.web.filters import day
from portal.web.forms import Fields, new_form_key, only, seen_version
from portal.web.gate import actor
from portal.web.pages import render


@blueprint.post("/<uuid:request_id>/handlingar")
@DISCLOSERS
def add_item(request_id: UUID) -> Response:
    """Add a document that was found."""

    def run() -> None:
        only("document")
        fields = Fields()
        chosen = fields.uuid("document", required=_("Välj en handling i listan."))
        fields.done()
        assert chosen is not None
        operations.add_item(request_id=request_id, document_id=chosen, by=actor(), seen_version=seen_version())

    return act_on(request_id, run, "Handlingen är tillagd. Bedöm den innan den lämnas ut.",
                lambda problems, status: show_page(request_id, problems, status))  # fmt: skip


@blueprint.post("/<uuid:request_id>/handlingar/<uuid:item_id>/ta-bort")
@DISCLOSERS
def remove_item(request_id: UUID, item_id: UUID) -> Response:
    """Take a document out of the review."""

    def run() -> None:
        only()
        operations.remove_item(request_id=request_id, item_id=item_id, by=actor(), seen_version=seen_version())

    return act_on(request_id, run, "Handlingen är borttagen ur begäran.",
                lambda problems, status: show_page(request_id, problems, status))  # fmt: skip


def _find(request_id: UUID, item_id: UUID) -> tuple[DisclosureRequest, DisclosureItem]:
    asked = queries.get(request_id)
    return asked, queries.item(asked, item_id, actor())


@blueprint.get("/<uuid:request_id>/handlingar/<uuid:item_id>")
@READERS
def item(request_id: UUID, item_id: UUID) -> Response:
    """A document in review: what it is, its mark, whether it is public. Where a mark stands the reading is logged first."""
    return _item(request_id, item_id, {}, 200)


def _item(request_id: UUID, item_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    by = actor()
    asked, reviewed = _find(request_id, item_id)
    if folder.note_reads([(reviewed.case, reviewed.document)], by):
        asked, reviewed = _find(request_id, item_id)
    facts = queries.facts(asked, operations.in_role(by))
    fixed = of_item(queries.item_facts(reviewed.assessment, reviewed.case.status, reviewed.decision_id))
    copies = queries.copies_to_send(reviewed.document)
    return render(
        "disclosure/item.html",
        status=status,
        asked=asked,
        item=reviewed,
        title=(reviewed.registered or reviewed.document).title,  # type: ignore[union-attr]  # one of them is there (CHECK)
        marks=queries.marks_on(reviewed),
        refusal=REFUSALS["assess"](facts) or fixed,
        choices=[(each.value, *_choice(each)) for each in Assessment],
        assessed=ASSESSED[Assessment(reviewed.assessment)] if reviewed.assessment else None,
        copies=[("", _("Välj")), *((str(each.public_id), f"{each.title}, {day(each.created_at)}") for each in copies)],
        no_mask=_no_mask(reviewed, by),
        masked=str(reviewed.masked.public_id) if reviewed.masked else "",
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
    )


def _no_mask(reviewed: DisclosureItem, by: Actor) -> str | None:
    """Why no masked copy is made of the document's file, in the sentence of those who make them."""
    if reviewed.document is None:
        return None
    return masked_copies.refusal(reviewed.case, by) or masked_copies.refusal_of_document(reviewed.document)


def _choice(each: Assessment) -> tuple[str, str]:
    explained = {
        Assessment.GIVEN: _("Hela handlingen är allmän och offentlig."),
        Assessment.MASKED: _("Uppgifter i den omfattas av sekretess. Resten lämnas ut som en maskad kopia."),
        Assessment.WITHHELD: _("Sekretess gäller för hela handlingen."),
        Assessment.NOT_PUBLIC: _("Den är inte inkommen eller upprättad i tryckfrihetsförordningens mening."),
    }
    return _(ASSESSED[each][0]), explained[each]


@blueprint.post("/<uuid:request_id>/handlingar/<uuid:item_id>")
@DISCLOSERS
def assess(request_id: UUID, item_id: UUID) -> Response:
    """Say what the document came to."""

    def run() -> None:
        only("assessment", "provision", "reason", "masked")
        fields = Fields()
        said = Said(
            assessment=fields.choice(
                "assessment", tuple(each.value for each in Assessment), required=_("Välj vad bedömningen blev.")
            ),
            provision=fields.provision("provision", limit=SHORT),
            reason=fields.text("reason", limit=LONG, multiline=True),
            masked_id=fields.uuid("masked"),
        )
        fields.done()
        operations.assess(request_id=request_id, item_id=item_id, said=said, by=actor(), seen_version=seen_version())

    return act_on(request_id, run, "Bedömningen är sparad.",
                lambda problems, status: _item(request_id, item_id, problems, status))  # fmt: skip
