"""Entering an organ's minutes: what it did, and where it decided, the lines as everywhere else."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Response, flash, request, url_for

from portal.decisions import extract_form, forms, minutes_form, operations, queries, sheet
from portal.decisions.answer import Answer
from portal.decisions.blueprint import blueprint
from portal.decisions.extract_form import Extract
from portal.decisions.minutes import KINDS, SAID, Minutes, MinutesKind
from portal.decisions.sheet import Sheet
from portal.errors import Invalid, Refused
from portal.funding_requests import source_form
from portal.funding_requests.lifecycle import Action
from portal.funds import queries as funds
from portal.funds.models import FundDecision
from portal.money import format_kronor
from portal.people.permissions import Permission
from portal.settings import current_settings
from portal.text import _
from portal.web.forms import new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

REGISTRAR = requires(Permission.KEEP_REGISTER)
_TITLES = {Action.RECORD_MINUTES: "För in protokollet", Action.REPLACE_DECISION: "Ersätt organets beslut"}


def _first_values(here: Sheet) -> dict[str, str]:
    organ = here.request.referred_organ
    values = sheet.first_values(here, current_settings()) | dict.fromkeys(minutes_form.FIELDS, "")
    # An organ decides in its own words: nothing is proposed for it.
    return values | {"kind": MinutesKind.DECIDING.value, "organ": str(organ.public_id) if organ else "", "text": ""}


def _values(here: Sheet, extract: Extract | None) -> dict[str, str]:
    """The fields as typed; filled from an extract when it was just read in, else with what was answered about it."""
    first = _first_values(here)
    if request.method != "POST":
        return first
    typed = {name: request.form.get(name, "") for name in first}
    pressed, organs = request.form.get("snabb", ""), funds.organs()
    if extract is None:
        return forms.quick(here.asked, typed, pressed)
    typed["utdrag"] = str(extract.document.public_id)
    if pressed == extract_form.READ:
        new = minutes_form.filled_by(extract.reading, typed, asked=here.asked, organs=organs) if extract.fills else typed
        return new | {"extract": ""}
    try:
        answers = extract_form.answered(extract)
    except Invalid:
        answers = {}  # told by what enters the minutes
    return forms.quick(
        here.asked, minutes_form.chosen(extract.reading, answers, typed, asked=here.asked, organs=organs), pressed
    )


def draw(
    case_id: UUID, action: Action, problems: Mapping[str, str], status: int = 200, taken_in: UUID | None = None
) -> Response:
    """The page with what was typed, and the extract beside it where one has been read in. Raises Unknown and Conflict."""
    here = sheet.read_sheet(case_id, actor(), action)
    extract = extract_form.opened(here.case, str(taken_in or request.form.get("utdrag", "")))
    values = _values(here, extract)
    organs = [(str(organ.public_id), organ.name) for organ in funds.organs()]
    raises = funds.unconfirmed(here.request.fund_id, kind="set_aside") if here.request.fund_id else []
    return render(
        "decisions/minutes.html",
        status=status,
        title=_(_TITLES[action]),
        replacing=action is Action.REPLACE_DECISION,
        case=here.case,
        refusal=here.refusal,
        sheet=here,
        extract=extract,
        accept=source_form.ACCEPT,
        question_words=minutes_form.QUESTIONS,
        sent=request.form,
        values=values,
        what=sheet.consequence(here, forms.read(here.asked, values).answer),
        problems=problems,
        organs=organs,
        kinds=[(kind.value, _(label)) for kind, label in KINDS.items()],
        raises=[(str(row.public_id), _raise_words(row)) for row in raises],
        entries=queries.minutes_of(here.case),
        kind_words={kind.value: _(label) for kind, label in SAID.items()},
        asked_others=(0, []),
        form_key=new_form_key(),
    )


def _raise_words(row: FundDecision) -> str:
    return _(
        "%(amount)s, %(organ)s § %(paragraph)s",
        amount=format_kronor(row.amount, sign=True),
        organ=row.organ.in_text,
        paragraph=row.paragraph,
    )


def _read(here: Sheet) -> tuple[Minutes, Answer | None]:
    """What was typed, read. Raises Invalid."""
    extract = extract_form.opened(here.case, request.form.get("utdrag", ""))
    questions = [question.name for question in extract.asked] if extract else []
    only(*minutes_form.FIELDS, *source_form.FIELDS, *forms.FIELDS, *forms.line_fields(here.asked), *questions)
    extract_form.refuse_unread()
    extract_form.answered(extract)
    values = _values(here, extract)
    answer = forms.read(here.asked, values)
    deciding = values["kind"] == MinutesKind.DECIDING
    minutes, problems = minutes_form.read(values, text=answer.answer.text)
    if deciding:
        problems |= answer.problems
    if problems or minutes is None:
        raise Invalid(problems)
    return minutes, answer.answer if deciding else None


@blueprint.get("/askanden/<uuid:case_id>/protokoll")
@REGISTRAR
def record_minutes(case_id: UUID) -> Response:
    """Organ, date, paragraph, what it did, the text, and the lines where it decided."""
    return draw(case_id, Action.RECORD_MINUTES, {})


@blueprint.post("/askanden/<uuid:case_id>/protokoll")
@REGISTRAR
def perform_record_minutes(case_id: UUID) -> Response:
    """Enter the minutes, once. Reading an extract or a quick button only draws the form anew."""

    def run() -> str:
        minutes, answer = _read(sheet.open_sheet(case_id, actor(), Action.RECORD_MINUTES))
        operations.record_minutes(case_id=case_id, minutes=minutes, answer=answer, by=actor(), seen_version=seen_version())
        flash(_("Protokollet är infört, § %(paragraph)s.", paragraph=minutes.paragraph), "go")
        return url_for("desk.case", case_id=case_id)

    return _once(run, case_id, Action.RECORD_MINUTES)


def replace(case_id: UUID) -> Response:
    """Replace an organ's decision by new minutes, once."""

    def run() -> str:
        minutes, answer = _read(sheet.open_sheet(case_id, actor(), Action.REPLACE_DECISION))
        if answer is None:
            raise Invalid({"kind": _("Ett organs beslut ersätts av ett nytt beslut.")})
        decided = operations.replace_decision(
            case_id=case_id,
            answer=answer,
            reason=forms.replacement_reason(request.form),
            by=actor(),
            seen_version=seen_version(),
            minutes=minutes,
        )
        flash(_("Beslutet är ersatt. Det nya har nummer %(number)s.", number=decided.number), "go")
        return url_for("desk.case", case_id=case_id)

    return _once(run, case_id, Action.REPLACE_DECISION)


def _once(run: Callable[[], str], case_id: UUID, action: Action) -> Response:
    """Perform, or draw the form anew with what was typed and why it was not done."""

    def again(problems: Mapping[str, str], status: int) -> Response:
        return draw(case_id, action, problems, status)

    try:
        if "snabb" in request.form:
            only(*minutes_form.FIELDS, *source_form.FIELDS, *forms.FIELDS, *forms.FAMILIES, "svar-*")
            reads = request.form["snabb"] == extract_form.READ
            return draw(case_id, action, {}, taken_in=extract_form.taken_in(case_id, action) if reads else None)
        return perform(run, again)
    except Invalid as error:
        return again(error.problems, 422)
    except Refused as refused:
        return again({"": str(refused)}, 403)
