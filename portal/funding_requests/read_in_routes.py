"""Read in: paste or upload, see each value beside the passage it came from, answer what the document does not say."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Response, make_response, redirect, request, url_for

from portal import clock
from portal.documents.formats import UnreadableFile, text_of
from portal.documents.reading import Reading, read_text
from portal.documents.store import current_store
from portal.errors import Invalid, Unknown
from portal.funding_requests import attachments, operations, queries, reading_in, writing
from portal.funding_requests.blueprint import blueprint
from portal.funding_requests.content import Draft
from portal.funding_requests.readback import tally
from portal.people.permissions import Permission
from portal.text import _
from portal.web.forms import new_form_key, only, perform
from portal.web.gate import actor, requires
from portal.web.pages import render

WRITES = requires(Permission.WRITE_REQUEST)
PASTED = "inklistrad-text.txt"


@dataclass(frozen=True, slots=True)
class Source:
    """The document kept with the case, what a careful reader finds in it, and the draft that gives."""

    name: str
    text: str
    reading: Reading
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
        form_key=new_form_key(),
    )


def _uploaded() -> attachments.Kept:
    """The pasted text, else the uploaded file, kept unchanged. Raises Invalid when there is neither, or no text in it."""
    pasted = request.form.get("text", "")
    file = request.files.get("file")
    if pasted.strip():
        data, name = pasted.encode(), PASTED
    elif file and file.filename:
        data, name = file.read(), file.filename
    else:
        raise Invalid({"text": _("Klistra in texten eller välj en fil.")})
    try:
        text_of(data, name)
    except UnreadableFile as error:
        raise Invalid({"text" if name == PASTED else "file": str(error)}) from error
    return attachments.keep_source(current_store(), data, name)


@blueprint.post("/askanden/las-in")
@WRITES
def take_in() -> Response:
    """Keep the document unchanged with the case (a new draft, or the one named) and go on to what was read."""

    try:
        only("text", "file", "unit", "arende")
        kept = _uploaded()
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


def _source(case_id: UUID) -> Source:
    here = writing.desk(case_id, actor())
    kept = attachments.latest_source(here.case)
    if kept is None:
        raise Unknown
    text = text_of(current_store().read(kept.sha256), kept.filename)
    reading = read_text(text)
    chosen = here.options.choices
    read = reading_in.found(reading, chosen.funds, chosen.organs, clock.today().year, here.options.spoken)
    return Source(kept.filename, text, reading, read, here)


@blueprint.get("/askanden/<uuid:case_id>/las-in")
@WRITES
def read(case_id: UUID) -> Response:
    """The document left with its passages marked, the fields right, questions first."""
    return _read(case_id, {}, 200)


def _read(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    source = _source(case_id)
    sheet = writing.page(source.here, "", people=False)
    this = clock.today().year
    return render(
        "funding_requests/read.html",
        status=status,
        case=source.here.case,
        name=source.name,
        reading=source.reading,
        pieces=reading_in.pieces(source.text, source.reading.spans),
        anchor=reading_in.anchor,
        read=source.read,
        tally=tally(source.read),
        count=reading_in.how_many(source.read),
        asks=_asks(source),
        years=[(str(this), str(this)), (str(this + 1), str(this + 1))],
        sheet=sheet,
        values=_values(source),
        problems=problems,
        form_key=new_form_key(),
    )


def _values(source: Source) -> dict[str, str]:
    """What the fields show: as sent, else as read. Whether it is drift or investering is not in a letter: vet inte."""
    values = {name: str(source.read[name]) for name in reading_in.ANSWERS}  # type: ignore[literal-required]  # its keys
    values["cost_type_all"] = "vet inte"
    return values | {name: request.form[name] for name in reading_in.ANSWERS if name in request.form}


def _asks(source: Source) -> list[str]:
    """What the document leaves open, in the order it is asked."""
    asked = [] if source.read["budget_year"] else ["budget_year"]
    return [*asked, "redistribution", "secrecy"]


@blueprint.post("/askanden/<uuid:case_id>/las-in")
@WRITES
def fill(case_id: UUID) -> Response:
    """Put what was read and answered into the draft; on to the review when nothing is left to write."""
    source = _source(case_id)

    def run() -> str:
        only(*reading_in.ANSWERS)
        answers = {name: request.form[name] for name in reading_in.ANSWERS if name in request.form}
        draft = reading_in.filled(source.here.draft, source.read, answers)
        operations.save_draft(case_id=case_id, draft=draft, by=actor(), seen=None)
        return url_for("funding_requests.after_reading", case_id=case_id)

    return perform(run, lambda problems, status: _read(case_id, problems, status))


@blueprint.get("/askanden/<uuid:case_id>/inlast")
@WRITES
def after_reading(case_id: UUID) -> Response:
    """Where a read-in leads: to the review when the request is complete, else to what remains to write."""
    here = writing.desk(case_id, actor())
    if here.reading.problems:
        return make_response(redirect(url_for("funding_requests.write", case_id=case_id, visa="allt"), 303))
    return make_response(redirect(url_for("funding_requests.review", case_id=case_id), 303))
