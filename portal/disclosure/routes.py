"""Requests for public records in the browser: the list, a new one, and the request itself."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, request, url_for

from portal import clock
from portal.disclosure import folder, naming, operations, queries
from portal.disclosure.models import DisclosureItem
from portal.disclosure.operations import CHANNELS, OUTCOMES, WAYS
from portal.disclosure.rules import DISCLOSES, REFUSALS, Assessment, of_item
from portal.errors import Refused
from portal.people.permissions import Permission
from portal.register.models import Case
from portal.register.paging import too_short
from portal.text import _
from portal.web.filtering import typed
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

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


@blueprint.get("/<uuid:request_id>")
@READERS
def show(request_id: UUID) -> Response:
    """The request with its documents, and documents found to add."""
    return show_page(request_id, {}, 200)


def show_page(request_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    """The page of the request, with what was wrong with an act on it."""
    by = actor()
    asked = queries.get(request_id)
    items, decision = queries.items(asked, by), queries.decision_of(asked)
    facts = queries.facts_shown(asked, operations.in_role(by), items, decision)
    refusals = {action: rule(facts) for action, rule in REFUSALS.items()}
    searched = typed("q")
    found = queries.search(searched, by) if searched and refusals["add_item"] is None else []
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
        typed=searched,
        too_short=too_short(searched),
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


def act_on(request_id: UUID, run: Callable[[], object], done: str, again: Callable[..., Response], **more: Any) -> Response:
    """Carry out an act of a form on the request, and lead back to it with what was done; or show the form ``again``."""

    def act() -> str:
        run()
        flash(_(done), "go")
        searched = typed("q")
        return url_for(".show", request_id=request_id, q=searched or None, _anchor="hitta" if searched else None)

    return perform(act, again, **more)


def form_page(action: str, request_id: UUID, problems: Mapping[str, str], status: int, **more: Any) -> Response:
    """The form of an act on the request, or why it is not open."""
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
    return form_page("clarify", request_id, {}, 200)


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

    return act_on(request_id, run, "Begäran är ändrad.",
                lambda problems, status: form_page("clarify", request_id, problems, status))  # fmt: skip
