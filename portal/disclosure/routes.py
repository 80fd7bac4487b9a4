"""Requests for public records in the browser: the list, the request, the review of each document, handing out, refusing."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, request, url_for

from portal import clock
from portal.disclosure import deciding, folder, naming, operations, queries
from portal.disclosure.models import DisclosureItem, DisclosureRequest
from portal.disclosure.operations import CHANNELS, OUTCOMES, WAYS, Said
from portal.disclosure.rules import DISCLOSES, REFUSALS, Assessment, of_item
from portal.documents import masked_copies
from portal.documents.store import current_store
from portal.documents.uploads import MIME, in_filename
from portal.errors import Conflict, Refused, Unknown
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.people.rules import refusal_without_password
from portal.register.models import Case
from portal.register.paging import too_short
from portal.settings import current_settings
from portal.text import _
from portal.web.filters import day
from portal.web.forms import Fields, clean, new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import as_file, as_large_file, render

blueprint = Blueprint("disclosure", __name__, url_prefix="/utlamnande")

READERS = requires(Permission.READ_DISCLOSURES)
DISCLOSERS = requires(*DISCLOSES)
SHORT, LONG = 200, 5_000
OUTCOME_WORDS = {"given": "Utlämnat", "partly": "Delvis utlämnat", "refused": "Avslaget", **OUTCOMES}
ASSESSED = {
    Assessment.GIVEN: ("Lämnas ut", "go", "check"),
    Assessment.MASKED: ("Lämnas ut maskad", "go", "mask"),
    Assessment.WITHHELD: ("Lämnas inte ut", "stop", "refuse"),
    Assessment.NOT_PUBLIC: ("Inte allmän handling", "stop", "refuse"),
}


@blueprint.get("")
@READERS
def index() -> Response:
    """The requests that wait, longest first, and those that are closed, newest first."""
    of_waiting, of_closed = request.args.get("vantar"), request.args.get("efter")
    waiting, closed = queries.listed("open", of_waiting), queries.listed("closed", of_closed)
    return render(
        "disclosure/index.html",
        waiting=waiting,
        closed=closed,
        next_waiting=url_for(".index", vantar=waiting.after, efter=of_closed) if waiting.after else None,
        next_closed=url_for(".index", vantar=of_waiting, efter=closed.after) if closed.after else None,
        counted_to=queries.COUNTED_TO,
        outcomes=OUTCOME_WORDS,
        discloses=_no_new() is None,
    )


def _no_new() -> str | None:
    """Why whoever asks may not note a request, in a sentence."""
    return REFUSALS["receive"](queries.facts(None, operations.in_role(actor())))


def _new_page(problems: Mapping[str, str], status: int) -> Response:
    return render(
        "disclosure/new.html",
        status=status,
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
        channels=[("", _("Välj")), *((code, _(word)) for code, word in CHANNELS.items())],
        today=clock.today().isoformat(),
    )


@blueprint.get("/ny")
@DISCLOSERS
def new() -> Response:
    """The form for a request that has come."""
    if refusal := _no_new():
        raise Refused(refusal)
    return _new_page({}, 200)


@blueprint.post("/ny")
@DISCLOSERS
def create() -> Response:
    """Note the request."""

    def run() -> str:
        only("received_on", "channel", "asker", "wanted")
        fields = Fields()
        received_on = fields.day("received_on", required=_("Skriv vilken dag begäran kom."))
        channel = fields.choice("channel", tuple(CHANNELS), required=_("Välj hur begäran kom."))
        asker = fields.text("asker", limit=SHORT)
        wanted = fields.text("wanted", limit=LONG, multiline=True, required=_("Skriv vilka handlingar som efterfrågas."))
        fields.done()
        assert received_on is not None
        made = operations.receive(received_on=received_on, channel=channel, asker=asker, wanted=wanted, by=actor())
        flash(_("Begäran %(number)s är registrerad. Sök fram handlingarna.", number=made.number), "go")
        return url_for(".show", request_id=made.public_id)

    return perform(run, _new_page)


def _searched() -> str:
    try:
        return clean(request.args.get("q", ""), multiline=False)[:SHORT]
    except ValueError:
        return ""


@blueprint.get("/<uuid:request_id>")
@READERS
def show(request_id: UUID) -> Response:
    """The request with its documents, and documents found to add."""
    return _show(request_id, {}, 200)


def _show(request_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    by = actor()
    asked = queries.get(request_id)
    items, decision = queries.items(asked, by), queries.decision_of(asked)
    facts = queries.facts_shown(asked, operations.in_role(by), items, decision)
    refusals = {action: rule(facts) for action, rule in REFUSALS.items()}
    typed = _searched()
    found = queries.search(typed, by) if typed and refusals["add_item"] is None else []
    with_case = queries.facts_with(facts, [each.case for each in found])
    there = {each.registered_id or -(each.document_id or 0) for each in items}
    return render(
        "disclosure/show.html",
        status=status,
        asked=asked,
        days=queries.waited(asked),
        late=queries.is_late(asked, queries.waited(asked)),
        items=[_row(each, place) for place, each in enumerate(items, 1)],
        decision=decision,
        refusals=refusals,
        discloses=any(by.may(permission) for permission in DISCLOSES),
        typed=typed,
        too_short=too_short(typed),
        found=[
            {
                "case": each.case,
                "refusal": REFUSALS["add_item"](with_case[each.case.id]),
                "rows": [_candidate(each.case, one, there) for one in each.candidates],
            }
            for each in found
        ],
        files=0 if refusals["pack"] else len(folder.leaving(items)),
        channel=_(CHANNELS[asked.channel]).lower(),
        way=_(WAYS[asked.way]).lower() if asked.way else "",
        outcome=_(OUTCOME_WORDS[asked.outcome]) if asked.outcome else "",
        problems=problems,
        form_key=new_form_key(),
        new_key=lambda: str(uuid4()),
    )


def _row(item: DisclosureItem, place: int) -> dict[str, Any]:
    known = Assessment(item.assessment) if item.assessment else None
    return {
        "item": item,
        "place": place,
        "title": naming.of_item(item),
        "assessed": ASSESSED[known] if known else None,
        "fixed": of_item(queries.item_facts(item.assessment, item.case.status, item.decision_id)),
    }


def _candidate(case: Case, found: queries.Candidate, there: set[int]) -> dict[str, Any]:
    key = found.registered.id if found.registered else -(found.document.id if found.document else 0)
    return {
        "id": found.public_id,
        "title": naming.of_candidate(case, found),
        "registered": found.registered,
        "there": key in there,
    }


def _act(request_id: UUID, run: Callable[[], object], done: str, again: Callable[..., Response], **more: Any) -> Response:
    def act() -> str:
        run()
        flash(_(done), "go")
        typed = _searched()
        return url_for(".show", request_id=request_id, q=typed or None, _anchor="hitta" if typed else None)

    return perform(act, again, **more)


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

    return _act(request_id, run, "Handlingen är tillagd. Bedöm den innan den lämnas ut.",
                lambda problems, status: _show(request_id, problems, status))  # fmt: skip


@blueprint.post("/<uuid:request_id>/handlingar/<uuid:item_id>/ta-bort")
@DISCLOSERS
def remove_item(request_id: UUID, item_id: UUID) -> Response:
    """Take a document out of the review."""

    def run() -> None:
        only()
        operations.remove_item(request_id=request_id, item_id=item_id, by=actor(), seen_version=seen_version())

    return _act(request_id, run, "Handlingen är borttagen ur begäran.",
                lambda problems, status: _show(request_id, problems, status))  # fmt: skip


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
            provision=fields.text("provision", limit=SHORT),
            reason=fields.text("reason", limit=LONG, multiline=True),
            masked_id=fields.uuid("masked"),
        )
        fields.done()
        operations.assess(request_id=request_id, item_id=item_id, said=said, by=actor(), seen_version=seen_version())

    return _act(request_id, run, "Bedömningen är sparad.",
                lambda problems, status: _item(request_id, item_id, problems, status))  # fmt: skip


def _form(action: str, request_id: UUID, problems: Mapping[str, str], status: int, **more: Any) -> Response:
    asked = queries.get(request_id)
    return render(
        f"disclosure/{action}.html",
        status=status,
        asked=asked,
        refusal=REFUSALS[action](queries.facts(asked, operations.in_role(actor()))),
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
        today=clock.today().isoformat(),
        **more,
    )


@blueprint.get("/<uuid:request_id>/andra")
@DISCLOSERS
def clarify(request_id: UUID) -> Response:
    """What is asked for, to be written anew."""
    return _form("clarify", request_id, {}, 200)


@blueprint.post("/<uuid:request_id>/andra")
@DISCLOSERS
def perform_clarify(request_id: UUID) -> Response:
    """Write anew what is asked for."""

    def run() -> None:
        only("asker", "wanted")
        fields = Fields()
        asker = fields.text("asker", limit=SHORT)
        wanted = fields.text("wanted", limit=LONG, multiline=True, required=_("Skriv vilka handlingar som efterfrågas."))
        fields.done()
        operations.clarify(request_id=request_id, asker=asker, wanted=wanted, by=actor(), seen_version=seen_version())

    return _act(request_id, run, "Begäran är ändrad.",
                lambda problems, status: _form("clarify", request_id, problems, status))  # fmt: skip


def _hand_out_page(request_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    ways = [("", _("Välj")), *((code, _(word)) for code, word in WAYS.items())]
    return _form("hand_out", request_id, problems, status, ways=ways, tariff=operations.tariff())


@blueprint.get("/<uuid:request_id>/lamna-ut")
@DISCLOSERS
def hand_out(request_id: UUID) -> Response:
    """How the documents leave, and what the copies cost."""
    return _hand_out_page(request_id, {}, 200)


@blueprint.post("/<uuid:request_id>/lamna-ut")
@DISCLOSERS
def perform_hand_out(request_id: UUID) -> Response:
    """Note that they have left."""

    def run() -> None:
        only("way", "on", "pages")
        fields = Fields()
        way = fields.choice("way", tuple(WAYS), required=_("Välj hur handlingarna lämnades ut."))
        on = fields.day("on", required=_("Skriv vilken dag handlingarna lämnades ut."))
        pages = _pages(fields)
        fields.done()
        assert on is not None
        operations.hand_out(request_id=request_id, way=way, on=on, pages=pages, by=actor(), seen_version=seen_version())

    return _act(request_id, run, "Utlämnandet är antecknat.",
                lambda problems, status: _hand_out_page(request_id, problems, status))  # fmt: skip


def _pages(fields: Fields) -> int:
    """What was typed; less than none where it is no number, which the operation refuses like any other such."""
    typed = fields.text("pages", limit=SHORT) or "0"
    return int(typed) if typed.isascii() and typed.isdigit() else -1


def _decide_page(request_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    return _form(
        "decide",
        request_id,
        problems,
        status,
        clause=current_settings().disclosure.clause,
        court=current_settings().disclosure.court,
        needs_password=refusal_without_password(actor(), clock.now()) is not None,
    )


@blueprint.get("/<uuid:request_id>/beslut")
@DISCLOSERS
def decide(request_id: UUID) -> Response:
    """The written decision, to be reasoned."""
    return _decide_page(request_id, {}, 200)


@blueprint.post("/<uuid:request_id>/beslut")
@DISCLOSERS
def perform_decide(request_id: UUID) -> Response:
    """Decide; the document is made right after."""

    def run() -> None:
        only("reasons", "clause")
        fields = Fields()
        reasons = fields.text("reasons", limit=LONG, multiline=True, required=_("Skriv skälen för beslutet."))
        clause = fields.text("clause", limit=SHORT)
        fields.done()
        deciding.decide(request_id=request_id, reasons=reasons, clause=clause, by=actor(), seen_version=seen_version())

    return _act(request_id, run, "Beslutet är fattat. Handlingen skapas och ska sändas till sökanden.",
                lambda problems, status: _decide_page(request_id, problems, status), password=True)  # fmt: skip


@blueprint.get("/<uuid:request_id>/beslut.pdf")
@READERS
def decision_file(request_id: UUID) -> Response:
    """The written decision with how it is appealed, as the worker made it."""
    decision = queries.decision_of(queries.get(request_id))
    if decision is None:
        raise Unknown
    if decision.sha256 is None:
        raise Conflict(_("Handlingen skapas. Försök igen om en stund."))
    return as_file(current_store().read(decision.sha256), MIME["pdf"], f"beslut-{in_filename(decision.number)}.pdf")


@blueprint.get("/<uuid:request_id>/handlingar.zip", endpoint="folder")
@DISCLOSERS
def packed(request_id: UUID) -> Response:
    """What leaves, as one folder. Where a mark stands the reading is logged before anything is sent."""
    name, made = folder.pack(request_id, actor())
    return as_large_file(made, "application/zip", name)


def _close_page(request_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    asked = queries.get(request_id)
    options = [("", _("Välj")), *((code, _(word)) for code, word in OUTCOMES.items())]
    known = operations.outcome_of(asked)
    return _form("close", request_id, problems, status, known=_(OUTCOME_WORDS[known]) if known else "", outcomes=options)


@blueprint.get("/<uuid:request_id>/avsluta")
@DISCLOSERS
def close(request_id: UUID) -> Response:
    """How the request ended."""
    return _close_page(request_id, {}, 200)


@blueprint.post("/<uuid:request_id>/avsluta")
@DISCLOSERS
def perform_close(request_id: UUID) -> Response:
    """End it."""

    def run() -> None:
        only("outcome", "note")
        fields = Fields()
        text = fields.text("note", limit=LONG, multiline=True)
        outcome = request.form.get("outcome", "")
        fields.done()
        operations.close(request_id=request_id, outcome=outcome, text=text, by=actor(), seen_version=seen_version())

    return _act(request_id, run, "Begäran är avslutad.",
                lambda problems, status: _close_page(request_id, problems, status))  # fmt: skip
