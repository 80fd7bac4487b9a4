"""The registrar's pages on how cases belong together."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, flash, request, url_for

from portal.errors import Unknown
from portal.people.permissions import Permission
from portal.register import queries, relating
from portal.register.models import Case
from portal.register.reading import shown_case
from portal.register.routes import LONG, REGISTRAR, SHORT
from portal.register.routes import blueprint as blueprint
from portal.register.rules import REFUSALS
from portal.text import _
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor
from portal.web.pages import render

_MOST_DIGITS = 9


def _draw(action: str, case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    by = actor()
    case = shown_case(case_id, by)
    if case.number is None:
        raise Unknown
    return render(
        f"register/{action}.html",
        status=status,
        case=case,
        refusal=REFUSALS[action](queries.facts(case, by.acting(Permission.KEEP_REGISTER))),
        relations=relating.relations(case, by),
        kinds=[(kind, _(words)) for kind, words in relating.KINDS.items()],
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
    )


def _done(case: Case, said: str) -> str:
    flash(said, "go")
    return url_for("desk.case", case_id=case.public_id)


@blueprint.get("/askanden/<uuid:case_id>/samband")
@REGISTRAR
def relate(case_id: UUID) -> Response:
    """How the case belongs with another, by its number."""
    return _draw("relate", case_id, {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/samband")
@REGISTRAR
def perform_relate(case_id: UUID) -> Response:
    """Relate the two."""

    def run() -> str:
        only("kind", "other")
        fields = Fields()
        kind = fields.choice("kind", tuple(relating.KINDS), required=_("Välj hur ärendena hör ihop."))
        other = fields.text("other", limit=SHORT, required=_("Skriv det andra ärendets diarienummer."))
        fields.done()
        case = relating.relate(case_id=case_id, other=other, kind=kind, by=actor(), seen_version=seen_version())
        return _done(case, _("Sambandet är antecknat i båda ärendena."))

    return perform(run, lambda problems, status: _draw("relate", case_id, problems, status))


@blueprint.get("/askanden/<uuid:case_id>/avsluta-samband")
@REGISTRAR
def unrelate(case_id: UUID) -> Response:
    """The relations of the case, one of which no longer holds."""
    return _draw("unrelate", case_id, {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/avsluta-samband")
@REGISTRAR
def perform_unrelate(case_id: UUID) -> Response:
    """End one relation."""

    def run() -> str:
        only("relation", "reason")
        fields = Fields()
        reason = fields.text("reason", limit=LONG, multiline=True)
        fields.done()
        raw = request.form.get("relation", "")
        chosen = int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= _MOST_DIGITS else None
        acting, version = actor(), seen_version()
        case = relating.unrelate(case_id=case_id, relation_id=chosen, reason=reason, by=acting, seen_version=version)
        return _done(case, _("Sambandet är avslutat i båda ärendena."))

    return perform(run, lambda problems, status: _draw("unrelate", case_id, problems, status))
