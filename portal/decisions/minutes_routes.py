"""Entering an organ's minutes: what it did, and where it decided, the lines as everywhere else."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Response, flash, request, url_for

from portal.decisions import forms, minutes_form, operations, queries, sheet
from portal.decisions.answer import Answer
from portal.decisions.blueprint import blueprint
from portal.decisions.minutes import KINDS, Minutes, MinutesKind
from portal.decisions.sheet import Sheet
from portal.documents.reading import read_text
from portal.errors import Invalid, Refused
from portal.funding_requests.lifecycle import Action
from portal.funds import queries as funds
from portal.funds.models import FundDecision
from portal.money import format_kronor
from portal.people.permissions import Permission
from portal.settings import current_settings
from portal.text import _
from portal.web.forms import clean, new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

REGISTRAR = requires(Permission.KEEP_REGISTER)
_TITLES = {Action.RECORD_MINUTES: "För in protokollet", Action.REPLACE_DECISION: "Ersätt organets beslut"}


def _first_values(here: Sheet) -> dict[str, str]:
    organ = here.request.referred_organ
    values = sheet.first_values(here, current_settings()) | dict.fromkeys(minutes_form.FIELDS, "")
    # An organ decides in its own words: nothing is proposed for it.
    return values | {"kind": MinutesKind.DECIDING.value, "organ": str(organ.public_id) if organ else "", "text": ""}


def _values(here: Sheet) -> dict[str, str]:
    first = _first_values(here)
    if request.method != "POST":
        return first
    typed = {name: request.form.get(name, "") for name in first}
    pressed = request.form.get("snabb", "")
    if pressed == "las":
        return _read_in(here, typed)
    return forms.quick(here.asked, typed, pressed)


def _read_in(here: Sheet, typed: dict[str, str]) -> dict[str, str]:
    """The fields filled from the pasted extract. Raises Invalid when it cannot be read as text."""
    try:
        extract = clean(typed["extract"][: minutes_form.MOST_EXTRACT], multiline=True)
    except ValueError as error:
        raise Invalid({"extract": str(error)}) from error
    return minutes_form.filled_by(read_text(extract), typed, asked=here.asked, organs=funds.organs())


def draw(case_id: UUID, action: Action, problems: Mapping[str, str], status: int = 200) -> Response:
    """The page with what was typed. Raises Unknown and Conflict."""
    here = sheet.read_sheet(case_id, actor(), action)
    values = _values(here)
    organs = [(str(organ.public_id), organ.name) for organ in funds.organs()]
    raises = funds.unconfirmed(here.request.fund_id, kind="set_aside") if here.request.fund_id else []
    return render(
        "decisions/minutes.html",
        status=status,
        title=_(_TITLES[action]),
        replacing=action is Action.REPLACE_DECISION,
        sheet=here,
        values=values,
        what=sheet.consequence(here, forms.read(here.asked, values).answer),
        problems=problems,
        organs=organs,
        kinds=[(kind.value, _(label)) for kind, label in KINDS.items()],
        raises=[(str(row.public_id), _raise_words(row)) for row in raises],
        entries=queries.minutes_of(here.case),
        kind_words={kind.value: _(label) for kind, label in KINDS.items()},
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
    only(*minutes_form.FIELDS, *forms.FIELDS, *forms.line_fields(here.asked))
    values = _values(here)
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
            only(*minutes_form.FIELDS, *forms.FIELDS, *forms.FAMILIES)
            return again({}, 200)
        return perform(run, again)
    except Refused as refused:
        return again({"": str(refused)}, 403)
