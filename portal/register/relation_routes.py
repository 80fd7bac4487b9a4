"""The registrar's pages on how cases belong together."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request

from portal.register import relating
from portal.register.models import Case
from portal.register.routes import LONG, REGISTRAR, SHORT, act_page, perform_act
from portal.register.routes import blueprint as blueprint
from portal.text import _
from portal.web.forms import Fields, only, seen_version
from portal.web.gate import actor

_MOST_DIGITS = 9


def _relations(case: Case) -> dict[str, Any]:
    return {
        "relations": relating.relations(case, actor()),
        "kinds": [(kind, _(words)) for kind, words in relating.KINDS.items()],
    }


def _page(action: str, case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    return act_page(action, case_id, problems, status, _relations)


@blueprint.get("/askanden/<uuid:case_id>/samband")
@REGISTRAR
def relate(case_id: UUID) -> Response:
    """How the case belongs with another, by its number."""
    return _page("relate", case_id, {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/samband")
@REGISTRAR
def perform_relate(case_id: UUID) -> Response:
    """Relate the two."""

    def run() -> Case:
        only("kind", "other")
        fields = Fields()
        kind = fields.choice("kind", tuple(relating.KINDS), required=_("Välj hur ärendena hör ihop."))
        other = fields.text("other", limit=SHORT, required=_("Skriv det andra ärendets diarienummer."))
        fields.done()
        return relating.relate(case_id=case_id, other=other, kind=kind, by=actor(), seen_version=seen_version())

    return perform_act(case_id, run, "Sambandet är antecknat i båda ärendena.",
                    lambda p, s: _page("relate", case_id, p, s))  # fmt: skip


@blueprint.get("/askanden/<uuid:case_id>/avsluta-samband")
@REGISTRAR
def unrelate(case_id: UUID) -> Response:
    """The relations of the case, one of which no longer holds."""
    return _page("unrelate", case_id, {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/avsluta-samband")
@REGISTRAR
def perform_unrelate(case_id: UUID) -> Response:
    """End one relation."""

    def run() -> Case:
        only("relation", "reason")
        fields = Fields()
        reason = fields.text("reason", limit=LONG, multiline=True)
        fields.done()
        raw = request.form.get("relation", "")
        chosen = int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= _MOST_DIGITS else None
        acting, version = actor(), seen_version()
        return relating.unrelate(case_id=case_id, relation_id=chosen, reason=reason, by=acting, seen_version=version)

    return perform_act(case_id, run, "Sambandet är avslutat i båda ärendena.",
                    lambda p, s: _page("unrelate", case_id, p, s))  # fmt: skip
