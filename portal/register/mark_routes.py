"""Setting, confirming and lifting secrecy marks on a case, a document or a line. Adds to the blueprint of ``routes``."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request

from portal.errors import Invalid
from portal.register import marking, paging, queries, secrecy
from portal.register.models import Case, SecrecyMark
from portal.register.relation_routes import blueprint
from portal.register.routes import LONG, REGISTRAR, SHORT, act_page, perform_act
from portal.register.secrecy import Part
from portal.text import _
from portal.web.forms import Fields, only, seen_version
from portal.web.gate import actor

__all__ = ["blueprint"]

WHOLE = "arende"


def _asked_for(marks: list[SecrecyMark]) -> SecrecyMark | None:
    """The mark that the address or the form names; without a name the only one that stands, or the one on the whole case."""
    named = request.form.get("mark") or request.args.get("mark")
    if named:
        return next((mark for mark in marks if mark.public_id == paging.uuid_of(named)), None)
    whole = [mark for mark in marks if not mark.line_label and mark.source_id is None]
    return marks[0] if len(marks) == 1 else next(iter(whole), None)


def _options(case: Case, marks: list[SecrecyMark]) -> list[Part]:
    """What can be marked: the whole, what the packages tell of, and what is marked already though it is there no more."""
    parts = [Part(WHOLE, _("Hela ärendet")), *secrecy.parts(case)]
    known = {(part.line_label, part.source_id) for part in parts}
    for mark in marks:
        if (mark.line_label, mark.source_id) not in known:
            said = _("Tidigare rad: %(label)s", label=mark.line_label) if mark.line_label else _("En handling")
            parts.append(Part(f"markering-{mark.public_id}", said, line_label=mark.line_label, source_id=mark.source_id))
    return parts


def _mark_page(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    def more(case: Case) -> dict[str, Any]:
        marks = list(secrecy.standing(case))
        mark = _asked_for(marks) if request.args.get("mark") else queries.standing_mark(case)
        options = _options(case, marks)
        on = (mark.line_label, mark.source_id) if mark else ("", None)
        return {
            "mark": mark,
            "shown": marking.title_when_marked(case),
            "options": [(part.key, part.said) for part in options],
            "part": next((part.key for part in options if (part.line_label, part.source_id) == on), WHOLE),
            "people": [(str(person.public_id), person.name, person.title) for person in queries.reader_candidates()],
            "chosen": set(request.form.getlist("reader"))
            or ({str(each) for each in secrecy.readers_of(mark)} if mark else set()),
        }

    return act_page("mark_secrecy", case_id, problems, status, more)


@blueprint.get("/askanden/<uuid:case_id>/sekretess")
@REGISTRAR
def mark_secrecy(case_id: UUID) -> Response:
    """Mark the case or a part of it, or confirm and prolong a mark."""
    return _mark_page(case_id, {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/sekretess")
@REGISTRAR
def perform_mark_secrecy(case_id: UUID) -> Response:
    """Set or confirm the mark."""

    def run() -> Case:
        only("provision", "public_title", "reader*", "part", "hides_amount", "review_on")
        fields = Fields()
        provision, title = fields.provision("provision", limit=SHORT), fields.text("public_title", limit=SHORT)
        review_on, chosen = fields.day("review_on"), fields.text("part", limit=SHORT)
        fields.done()
        part = _chosen_part(case_id, chosen or WHOLE)
        return marking.mark_secrecy(
            case_id=case_id,
            marking=marking.Marking(
                provision=provision,
                public_title=title,
                readers=frozenset(filter(None, map(paging.uuid_of, request.form.getlist("reader")))),
                line_label=part.line_label,
                source_id=part.source_id,
                hides_amount=bool(part.line_label and request.form.get("hides_amount")),
                review_on=review_on,
            ),
            by=actor(),
            seen_version=seen_version(),
        )

    return perform_act(case_id, run, "%(number)s är sekretessmarkerat.", lambda p, s: _mark_page(case_id, p, s))


def _chosen_part(case_id: UUID, key: str) -> Part:
    """What was chosen to be marked. Raises Unknown for the case, and Invalid where it is not (any more) there to mark."""
    case = queries.get_case(case_id, actor())
    for part in _options(case, list(secrecy.standing(case))):
        if part.key == key:
            return part
    raise Invalid({"part": _("Välj vad markeringen gäller. Det som valdes finns inte i ärendet längre.")})


def _lift_page(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    def more(case: Case) -> dict[str, Any]:
        marks = list(secrecy.standing(case))
        named = {(part.line_label, part.source_id): part.said for part in _options(case, marks)}
        options = [(str(mark.public_id), named[mark.line_label, mark.source_id]) for mark in marks]
        return {"mark": _asked_for(marks), "options": options}

    return act_page("lift_mark", case_id, problems, status, more)


@blueprint.get("/askanden/<uuid:case_id>/hav-sekretess")
@REGISTRAR
def lift_mark(case_id: UUID) -> Response:
    """The mark, with who set it and when; of several which one."""
    return _lift_page(case_id, {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/hav-sekretess")
@REGISTRAR
def perform_lift_mark(case_id: UUID) -> Response:
    """Lift the mark."""

    def run() -> Case:
        only("reason", "public_title", "mark")
        fields = Fields()
        reason = fields.text("reason", limit=LONG, multiline=True)
        title = fields.text("public_title", limit=SHORT)
        mark_id = fields.uuid("mark")
        fields.done()
        return marking.lift_mark(
            case_id=case_id, reason=reason, public_title=title, by=actor(), seen_version=seen_version(), mark_id=mark_id
        )

    return perform_act(case_id, run, "Sekretessmarkeringen på %(number)s är hävd.", lambda p, s: _lift_page(case_id, p, s))
