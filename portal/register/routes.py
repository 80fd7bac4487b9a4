"""The register's pages: the list with its one-click check, and a small form for each act that changes no status."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, flash, request, url_for

from portal import clock
from portal.errors import Unknown
from portal.people.permissions import Permission
from portal.register import diary, marking, paging, queries
from portal.register.models import Case
from portal.register.reading import shown_case
from portal.register.rules import REFUSALS
from portal.text import _
from portal.web.filtering import Narrowing
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("register", __name__)

REGISTRAR = requires(Permission.KEEP_REGISTER)
ACTS = requires(
    Permission.KEEP_REGISTER, Permission.DECIDE, Permission.RECORD_BUDGET, Permission.ARCHIVE, Permission.WRITE_REQUEST,
    Permission.STATE_OPINION,
)  # fmt: skip
SHORT, LONG = 200, 10_000
YEARS = 10
NARROWING = Narrowing(
    diary.Filters,
    "register.index",
    {"q": "q", "year": "ar", "unit": "enhet", "unchecked": "ej_kontrollerade", "after": "efter"},
)


@blueprint.get("/diariet")
@requires(Permission.READ_REGISTER)
def index() -> Response:
    """The register, newest first."""
    by = actor()
    chosen = NARROWING.chosen()
    found = diary.listed(by, chosen)
    units = [(str(unit.public_id), unit.name) for unit in diary.units()]
    words = {"unit": dict(units), "unchecked": {"1": _("Ej kontrollerade")}}
    this = clock.today().year
    return render(
        "register/index.html",
        found=found,
        chosen=chosen,
        units=[("", _("Alla")), *units],
        years=[("", _("Alla")), *((str(year), str(year)) for year in range(this, this - YEARS, -1))],
        tags=NARROWING.tags(chosen, words),
        count=paging.count_words(found.count, _("ärende"), _("ärenden")),
        next_href=NARROWING.next_page(chosen, found.following),
        extract_href=NARROWING.address(chosen, endpoint="printed.register_extract"),
        keeps=by.may(Permission.KEEP_REGISTER),
        reads_log=by.may(Permission.KEEP_REGISTER) or by.may(Permission.READ_LOG),
        too_short=paging.too_short(chosen.q),
        new_key=lambda: str(uuid4()),
    )


def _case_page(case_id: UUID) -> str:
    return url_for("desk.case", case_id=case_id)


def _nothing_more(_case: Case) -> dict[str, Any]:
    return {}


def act_page(
    action: str,
    case_id: UUID,
    problems: Mapping[str, str],
    status: int,
    more: Callable[[Case], dict[str, Any]] = _nothing_more,
) -> Response:
    """The form of an act, or in its place the sentence that says why it is not open; ``more`` is what else it shows."""
    by = actor()
    case = shown_case(case_id, by)
    if case.number is None:
        raise Unknown
    return render(
        f"register/{action}.html",
        status=status,
        case=case,
        refusal=REFUSALS[action](queries.facts(case, marking.in_role(by, action, case.unit_id))),
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
        today=clock.today().isoformat(),
        **more(case),
    )


def perform_act(
    case_id: UUID, run: Callable[[], Case], done: str, again: Callable[[Mapping[str, str], int], Response]
) -> Response:
    """Do the act once and go to the case, or back to the list where the button stood."""

    def act() -> str:
        case = run()
        flash(_(done, number=case.number), "go")
        return (
            _case_page(case_id)
            if not request.args.get("lista")
            else url_for("register.index", ej_kontrollerade=request.args.get("ej_kontrollerade") or None)
        )

    return perform(act, again)


def _check_page(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    return act_page("check_registration", case_id, problems, status,
                 lambda case: {"title": marking.title_when_checked(case)})  # fmt: skip


@blueprint.get("/askanden/<uuid:case_id>/registrering")
@REGISTRAR
def check_registration(case_id: UUID) -> Response:
    """The four facts of the register, to be checked."""
    return _check_page(case_id, {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/registrering")
@REGISTRAR
def perform_check_registration(case_id: UUID) -> Response:
    """One click: the registration is right."""

    def run() -> Case:
        only()
        return marking.check_registration(case_id=case_id, by=actor(), seen_version=seen_version())

    return perform_act(case_id, run, "Registreringen av %(number)s är kontrollerad.",
                    lambda p, s: _check_page(case_id, p, s))  # fmt: skip


@blueprint.get("/askanden/<uuid:case_id>/nummer")
@REGISTRAR
def enter_number(case_id: UUID) -> Response:
    """A number in another register, and the title shown in the own one."""
    return act_page("enter_number", case_id, {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/nummer")
@REGISTRAR
def perform_enter_number(case_id: UUID) -> Response:
    """Note number and title."""

    def run() -> Case:
        only("number", "public_title")
        fields = Fields()
        number, title = fields.text("number", limit=SHORT), fields.text("public_title", limit=SHORT)
        fields.done()
        return marking.enter_number(case_id=case_id, number=number, public_title=title, by=actor(), seen_version=seen_version())

    return perform_act(case_id, run, "Uppgifterna i diariet för %(number)s är ändrade.",
                    lambda p, s: act_page("enter_number", case_id, p, s))  # fmt: skip


def _fact_page(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    kinds = [("", _("Välj")), *((kind, _(words)) for kind, words in marking.NOTED_KINDS.items())]
    return act_page("note_fact", case_id, problems, status, lambda _case: {"kinds": kinds})


@blueprint.get("/askanden/<uuid:case_id>/handelse")
@REGISTRAR
def note_fact(case_id: UUID) -> Response:
    """What happened, and when."""
    return _fact_page(case_id, {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/handelse")
@REGISTRAR
def perform_note_fact(case_id: UUID) -> Response:
    """Note the fact."""

    def run() -> Case:
        only("kind", "on_date", "text")
        fields = Fields()
        kind = fields.choice("kind", tuple(marking.NOTED_KINDS), required=_("Välj vad som har hänt."))
        on = fields.day("on_date", required=_("Skriv vilken dag det hände."))
        text = fields.text("text", limit=LONG, multiline=True)
        fields.done()
        assert on is not None
        return marking.note_fact(case_id=case_id, kind=kind, on=on, text=text, by=actor(), seen_version=seen_version())

    return perform_act(case_id, run, "Händelsen är antecknad i %(number)s.", lambda p, s: _fact_page(case_id, p, s))


@blueprint.get("/askanden/<uuid:case_id>/jav")
@ACTS
def declare_jav(case_id: UUID) -> Response:
    """State a conflict of interest."""
    return act_page("declare_jav", case_id, {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/jav")
@ACTS
def perform_declare_jav(case_id: UUID) -> Response:
    """From now on the person does nothing more in the case."""

    def run() -> Case:
        only("reason")
        fields = Fields()
        reason = fields.text("reason", limit=LONG, multiline=True)
        fields.done()
        return marking.declare_jav(case_id=case_id, reason=reason, by=actor(), seen_version=seen_version())

    return perform_act(case_id, run, "Ditt jäv i %(number)s är anmält. Registratorn får veta det.",
                    lambda p, s: act_page("declare_jav", case_id, p, s))  # fmt: skip


@blueprint.get("/askanden/<uuid:case_id>/ratta")
@ACTS
def correct(case_id: UUID) -> Response:
    """What is wrong, and how it should be."""
    return act_page("correct", case_id, {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/ratta")
@ACTS
def perform_correct(case_id: UUID) -> Response:
    """A new entry that names what it corrects."""

    def run() -> Case:
        only("what", "text")
        fields = Fields()
        what = fields.text("what", limit=LONG, multiline=True)
        text = fields.text("text", limit=LONG, multiline=True)
        fields.done()
        return marking.correct(case_id=case_id, what=what, text=text, by=actor(), seen_version=seen_version())

    return perform_act(case_id, run, "Rättelsen är antecknad i %(number)s.", lambda p, s: act_page("correct", case_id, p, s))
