"""The administrator's pages: persons, units, roles from–to, substitutes, and the settings as they are."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask import session as cookie

from portal import clock
from portal.people import forms, operations, queries, rules, standing_in
from portal.people.permissions import Permission
from portal.settings import current_settings
from portal.text import _
from portal.web.filtering import typed
from portal.web.forms import only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("administration", __name__, url_prefix="/administration")

_LINK = "one_time_link"  # kept in the administrator's own cookie until it has been shown, and nowhere else


@blueprint.get("")
@requires(Permission.ADMINISTER)
def persons() -> Response:
    """Everyone with an account, by username."""
    search = typed("q", 100)
    rows, following = queries.persons(after=request.args.get("efter"), search=search)
    return render(
        "people/persons.html",
        persons=rows,
        roles=queries.roles_in_force(row.id for row in rows),
        role_names=rules.ROLE_NAMES,
        query=search,
        next_href=url_for(".persons", efter=following, q=search or None) if following else None,
    )


def _new_person(problems: Mapping[str, str], status: int) -> Response:
    return render("people/new_person.html", status=status, problems=problems, values=request.form, new_key=forms.new_key)


@blueprint.route("/personer/ny", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def new_person() -> Response:
    """Add a person; the next page shows a one-time link, once."""
    if request.method == "GET":
        return _new_person({}, 200)

    def run() -> str:
        form = forms.person(new=True)
        person, token = operations.add_person(
            username=form.username, name=form.name, title=form.title, email=form.email, phone=form.phone, by=actor()
        )
        cookie[_LINK] = [str(person.public_id), token]
        flash(_("%(name)s är tillagd.", name=person.name), "go")
        return url_for(".person", person_id=person.public_id)

    return perform(run, _new_person)


def _link_of(person_id: UUID) -> str | None:
    kept = cookie.pop(_LINK, None)
    if not kept or kept[0] != str(person_id):
        return None
    settings = current_settings()
    return str(settings.public_address).rstrip("/") + url_for("people.link", token=kept[1])


def _person(person_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    person = queries.person(person_id)
    return render(
        "people/person.html",
        status=status,
        problems=problems,
        values=request.form,
        sent=request.path if problems else "",
        new_key=forms.new_key,
        person=person,
        roles=queries.roles(person.id),
        substitutions=queries.substitutions(person.id),
        sessions=queries.living_sessions(person.id),
        units=queries.units(),
        others=[each for each in queries.active_persons() if each.id != person.id],
        role_names=rules.ROLE_NAMES,
        link=_link_of(person_id),
        today=clock.today(),
        refusal_to_disable=rules.refusal_to_disable(actor(), person.id),
    )


@blueprint.get("/personer/<uuid:person_id>")
@requires(Permission.ADMINISTER)
def person(person_id: UUID) -> Response:
    """One person: own data, roles, substitutes, sessions."""
    return _person(person_id, {}, 200)


def _perform(person_id: UUID, act: Callable[[], str]) -> Response:
    """Do ``act``, which returns the sentence that confirms it, and show the person again."""

    def run() -> str:
        flash(act(), "go")
        return url_for(".person", person_id=person_id)

    return perform(run, lambda problems, status: _person(person_id, problems, status))


@blueprint.post("/personer/<uuid:person_id>")
@requires(Permission.ADMINISTER)
def change_person(person_id: UUID) -> Response:
    """Change name, title and how to reach the person."""

    def act() -> str:
        form = forms.person(new=False)
        operations.change_person(
            person_id=person_id,
            name=form.name,
            title=form.title,
            email=form.email,
            phone=form.phone,
            by=actor(),
            seen_version=seen_version(),
        )
        return _("Uppgifterna är sparade.")

    return _perform(person_id, act)


@blueprint.post("/personer/<uuid:person_id>/lank")
@requires(Permission.ADMINISTER)
def new_link(person_id: UUID) -> Response:
    """Give out a new one-time link; earlier ones stop working."""

    def act() -> str:
        only()
        _person_row, token = operations.new_link(person_id=person_id, by=actor())
        cookie[_LINK] = [str(person_id), token]
        return _("En ny engångslänk är skapad.")

    return _perform(person_id, act)


@blueprint.post("/personer/<uuid:person_id>/stang")
@requires(Permission.ADMINISTER)
def disable(person_id: UUID) -> Response:
    """Close the account; the person's sessions end at once."""

    def act() -> str:
        only()
        operations.disable(person_id=person_id, by=actor(), seen_version=seen_version())
        return _("Kontot är stängt.")

    return _perform(person_id, act)


@blueprint.post("/personer/<uuid:person_id>/oppna")
@requires(Permission.ADMINISTER)
def enable(person_id: UUID) -> Response:
    """Open a closed account."""

    def act() -> str:
        only()
        operations.enable(person_id=person_id, by=actor(), seen_version=seen_version())
        return _("Kontot är öppet igen.")

    return _perform(person_id, act)


@blueprint.post("/personer/<uuid:person_id>/logga-ut")
@requires(Permission.ADMINISTER)
def end_sessions(person_id: UUID) -> Response:
    """Sign the person out everywhere."""

    def act() -> str:
        only()
        operations.end_sessions(person_id=person_id, by=actor())
        return _("Personens inloggningar är avslutade.")

    return _perform(person_id, act)


@blueprint.post("/personer/<uuid:person_id>/roller")
@requires(Permission.ADMINISTER)
def grant_role(person_id: UUID) -> Response:
    """Give the person a role in a unit from–to."""

    def act() -> str:
        form = forms.role()
        operations.grant_role(
            person_id=person_id,
            unit_id=form.unit_id,
            role=form.role,
            valid_from=form.valid_from,
            valid_to=form.valid_to,
            by=actor(),
        )
        return _("Rollen %(role)s är given.", role=rules.ROLE_NAMES[form.role].lower())

    return _perform(person_id, act)


@blueprint.post("/personer/<uuid:person_id>/roller/<uuid:holding_id>/avsluta")
@requires(Permission.ADMINISTER)
def end_role(person_id: UUID, holding_id: UUID) -> Response:
    """Let a role end with a day, which still counts."""

    def act() -> str:
        operations.end_role(holding_id=holding_id, last_day=forms.last_day(), by=actor(), seen_version=seen_version())
        return _("Rollens sista dag är sparad.")

    return _perform(person_id, act)


@blueprint.post("/personer/<uuid:person_id>/ersattare")
@requires(Permission.ADMINISTER)
def appoint_substitute(person_id: UUID) -> Response:
    """Appoint someone to act for the person from–to."""

    def act() -> str:
        form = forms.substitute()
        standing_in.appoint_substitute(
            person_id=person_id,
            substitute_id=form.substitute_id,
            ground=form.ground,
            valid_from=form.valid_from,
            valid_to=form.valid_to,
            by=actor(),
        )
        return _("Ersättaren är utsedd.")

    return _perform(person_id, act)


@blueprint.post("/personer/<uuid:person_id>/ersattare/<uuid:substitution_id>/avsluta")
@requires(Permission.ADMINISTER)
def end_substitution(person_id: UUID, substitution_id: UUID) -> Response:
    """Let a substitution end with a day, which still counts."""

    def act() -> str:
        standing_in.end_substitution(substitution_id=substitution_id, last_day=forms.last_day(), by=actor())
        return _("Ersättningens sista dag är sparad.")

    return _perform(person_id, act)


def _units(problems: Mapping[str, str], status: int) -> Response:
    rows = queries.units(ended=True)
    return render(
        "people/units.html",
        status=status,
        problems=problems,
        values=request.form,
        sent=request.path if problems else "",
        new_key=forms.new_key,
        units=rows,
        names={row.id: row.name for row in rows},
        managers=queries.managers_by_unit(),
        today=clock.today(),
    )


@blueprint.route("/enheter", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def units() -> Response:
    """The units, and a form for a new one."""
    if request.method == "GET":
        return _units({}, 200)

    def run() -> str:
        form = forms.unit()
        unit = operations.add_unit(name=form.name, parent_id=form.parent_id, email=form.email, by=actor())
        flash(_("%(name)s är tillagd.", name=unit.name), "go")
        return url_for(".units")

    return perform(run, _units)


@blueprint.post("/enheter/<uuid:unit_id>/avsluta")
@requires(Permission.ADMINISTER)
def end_unit(unit_id: UUID) -> Response:
    """Let a unit be chosen no more after a day."""

    def run() -> str:
        unit = operations.end_unit(unit_id=unit_id, last_day=forms.last_day(), by=actor(), seen_version=seen_version())
        flash(_("%(name)s kan inte väljas efter sista dagen.", name=unit.name), "go")
        return url_for(".units")

    return perform(run, _units)


@blueprint.post("/enheter/<uuid:unit_id>/narmaste-chef")
@requires(Permission.ADMINISTER)
def ask_manager(unit_id: UUID) -> Response:
    """Whether the unit's requests go by its nearest manager."""

    def run() -> str:
        unit = operations.ask_manager(unit_id=unit_id, asks=forms.asks_manager(), by=actor(), seen_version=seen_version())
        if unit.asks_manager:
            flash(_("Äskanden från %(name)s går via närmaste chef.", name=unit.name), "go")
        else:
            flash(_("Äskanden från %(name)s går direkt till den som beslutar.", name=unit.name), "go")
        return url_for(".units")

    return perform(run, _units)


@blueprint.get("/installningar")
@requires(Permission.ADMINISTER)
def settings() -> Response:
    """The settings as they are read from the file; they are changed there, by the operator."""
    return render("people/settings.html", settings=current_settings())
