"""Read in: paste or upload, see each value beside the passage it came from, answer what the document does not say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Response, make_response, redirect, request, url_for

from portal import clock
from portal.documents import beside
from portal.documents.beside import Question
from portal.documents.formats import Source
from portal.documents.models import Document
from portal.documents.reading import Reading, read_text
from portal.errors import Invalid, Unknown
from portal.funding_requests import attachments, operations, queries, reading_in, source_form, writing
from portal.funding_requests.blueprint import blueprint
from portal.funding_requests.content import Draft
from portal.funding_requests.readback import tally
from portal.people.permissions import Permission
from portal.text import _
from portal.web.forms import new_form_key, only, perform
from portal.web.gate import actor, requires
from portal.web.pages import render

WRITES = requires(Permission.WRITE_REQUEST)


@dataclass(frozen=True, slots=True)
class Opened:
    """The document kept with the case, what a careful reader finds in it, what it leaves open, and the draft that gives."""

    document: Document
    source: Source
    reading: Reading
    asked: Sequence[Question]
    read: Draft
    here: writing.Desk


def chosen_unit() -> int:
    """The unit the form names, or the only one the person writes for. Raises Invalid when none is chosen."""
    units = queries.units_of(actor())
    if len(units) == 1:
        return units[0].id
    chosen = next((unit for unit in units if str(unit.public_id) == request.form.get("unit")), None)
    if chosen is None:
        raise Invalid({"unit": _("Välj vilken enhet äskandet gäller.")})
    return chosen.id


def unit_options() -> list[tuple[str, str]]:
    """The person's units for a select."""
    return [(str(unit.public_id), unit.name) for unit in queries.units_of(actor())]


@blueprint.get("/askanden/las-in")
@WRITES
def read_in() -> Response:
    """Paste or upload."""
    return _ask({}, 200)


def _ask(problems: Mapping[str, str], status: int) -> Response:
    into = request.values.get("arende", "")
    return render(
        "funding_requests/read_in.html",
        status=status,
        units=unit_options(),
        into=into,
        problems=problems,
        values=request.form,
        accept=source_form.ACCEPT,
        form_key=new_form_key(),
    )


@blueprint.post("/askanden/las-in")
@WRITES
def take_in() -> Response:
    """Keep the document unchanged with the case (a new draft, or the one named) and go on to what was read."""

    try:
        only("text", *source_form.FIELDS, "unit", "arende")
        kept = source_form.sent_document()
    except Invalid as error:
        return _ask(error.problems, 422)

    def run() -> str:
        into = request.form.get("arende", "")
        case = operations.read_in(case_id=_into(into), unit_id=None if into else chosen_unit(), kept=kept, by=actor())
        return url_for("funding_requests.read", case_id=case.public_id)

    return perform(run, _ask)


def _into(raw: str) -> UUID | None:
    try:
        return UUID(raw) if raw else None
    except ValueError:
        raise Unknown from None


def _opened(here: writing.Desk) -> Opened:
    """What was last read in for the case. Raises Unknown where nothing was, Refused for a file in quarantine."""
    kept = attachments.latest_source(here.case)
    if kept is None:
        raise Unknown
    source = source_form.source_of_document(kept)
    reading = read_text(source.text)
    asked = beside.questions(source.text, reading, {field: reading_in.PLACES[field] for field in reading_in.QUESTIONS})
    options, choices = here.options, here.options.choices
    read = reading_in.found(reading, choices.funds, choices.organs, clock.today().year, options.spoken)
    return Opened(kept, source, reading, asked, read, here)


@blueprint.get("/askanden/<uuid:case_id>/las-in")
@WRITES
def read(case_id: UUID) -> Response:
    """The document left with its passages marked, the fields right, questions first."""
    return _read(_opened(writing.shown_desk(case_id, actor())), {}, 200)


def _read(opened: Opened, problems: Mapping[str, str], status: int) -> Response:
    this = clock.today().year
    asks = _asks(opened)
    view = source_form.view_of(opened.document, opened.source, opened.reading, reading_in.PLACES, opened.asked)
    return render(
        "funding_requests/read.html",
        status=status,
        case=opened.here.case,
        document=opened.document,
        reading=opened.reading,
        view=view,
        read=opened.read,
        tally=tally(opened.read),
        count=reading_in.how_many(opened.read),
        asked=opened.asked,
        question_words=reading_in.QUESTIONS,
        asks=asks,
        open_questions=len(opened.asked) + len(asks),
        to_check=beside.to_check(opened.reading, source_form.notes_of(opened.document, opened.source), opened.asked),
        years=[(str(this), str(this)), (str(this + 1), str(this + 1))],
        sheet=writing.page(opened.here, "", people=False),
        values=_values(opened),
        sent=request.form,
        problems=problems,
        form_key=new_form_key(),
    )


def _values(opened: Opened) -> dict[str, str]:
    """What the fields show: as sent, else as read. Whether it is drift or investering is not in a letter: vet inte."""
    values = {name: str(opened.read[name]) for name in reading_in.ANSWERS}  # type: ignore[literal-required]  # its keys
    values["cost_type_all"] = "vet inte"
    return values | {name: request.form[name] for name in reading_in.ANSWERS if name in request.form}


def _asks(opened: Opened) -> list[str]:
    """What the document does not speak of, in the order it is asked."""
    asked_about = {question.field for question in opened.asked}
    asked = [] if opened.read["budget_year"] or "budget_year" in asked_about else ["budget_year"]
    return [*asked, "redistribution", "secrecy"]


@blueprint.post("/askanden/<uuid:case_id>/las-in")
@WRITES
def fill(case_id: UUID) -> Response:
    """Put what was read and answered into the draft; on to the review when nothing is left to write."""
    opened = _opened(writing.desk(case_id, actor()))

    def run() -> str:
        only(*reading_in.ANSWERS, *(question.name for question in opened.asked))
        if not opened.reading.is_request:
            raise Invalid({"": _("Dokumentet innehåller ingen begäran om medel. Inget är ifyllt.")})
        draft = _filled(opened)
        operations.save_draft(case_id=case_id, draft=draft, by=actor(), seen=None)
        return url_for("funding_requests.after_reading", case_id=case_id)

    return perform(run, lambda problems, status: _read(opened, problems, status))


def _filled(opened: Opened) -> Draft:
    """The draft with what was read, what was typed, and first of all what was chosen. Raises Invalid."""
    options, choices = opened.here.options, opened.here.options.choices
    answered = beside.answers(request.form, opened.asked)
    chosen = reading_in.chosen(answered, choices.funds, choices.organs, clock.today().year, options.spoken)
    typed = {name: request.form[name] for name in reading_in.ANSWERS if name in request.form and name not in chosen}
    return reading_in.filled(opened.here.draft, {**opened.read, **chosen}, typed)  # type: ignore[typeddict-item]  # its keys


@blueprint.get("/askanden/<uuid:case_id>/inlast")
@WRITES
def after_reading(case_id: UUID) -> Response:
    """Where a read-in leads: to the review when the request is complete, else to what remains to write."""
    here = writing.desk(case_id, actor())
    if here.reading.problems:
        return make_response(redirect(url_for("funding_requests.write", case_id=case_id, visa="allt"), 303))
    return make_response(redirect(url_for("funding_requests.review", case_id=case_id), 303))
