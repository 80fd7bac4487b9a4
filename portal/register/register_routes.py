"""The administrator's pages of registers (diarier): their numbers, their units, and where they are kept."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for

from portal import clock
from portal.people import queries as people
from portal.people.forms import last_day, new_key
from portal.people.permissions import Permission
from portal.register import numbers, registers
from portal.register.models import Register
from portal.register.organs import organs
from portal.register.paging import uuid_of
from portal.text import _
from portal.web.forms import Fields, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("registers", __name__, url_prefix="/administration/diarier")

ADMINISTERS = requires(Permission.ADMINISTER)
_NAME, _PREFIX = 120, 10
_SAID = ("name", "pattern", "decision_pattern", "is_elsewhere", "unit*")


def _said(fields: Fields) -> registers.Registering:
    return registers.Registering(
        name=fields.text("name", limit=_NAME),
        pattern=fields.text("pattern", limit=200),
        decision_pattern=fields.text("decision_pattern", limit=200),
        is_elsewhere=request.form.get("is_elsewhere") == "1",
        units=frozenset(filter(None, map(uuid_of, request.form.getlist("unit")))),
    )


def _frame(problems: Mapping[str, str]) -> dict[str, Any]:
    """What both pages show."""
    return {
        "problems": problems,
        "values": request.form,
        "typed": "pattern" in request.form,
        "ticked": set(request.form.getlist("unit")),
        "sent": request.path if problems else "",
        "new_key": new_key,
        "units": people.units(),
        "today": clock.today(),
        "suggested": numbers.SUGGESTED,
        "case_pattern": numbers.CASE_PATTERN,
        "decision_pattern": numbers.DECISION_PATTERN,
    }


def _index(problems: Mapping[str, str], status: int) -> Response:
    rows = registers.registers()
    return render(
        "register/registers.html",
        status=status,
        registers=[(row, registers.next_numbers(row, row.pattern)) for row in rows],
        chosen=registers.units_by_register(),
        organs=[("", _("Välj")), *((str(organ.public_id), organ.name) for organ in organs())],
        **_frame(problems),
    )


@blueprint.route("", methods=["GET", "POST"])
@ADMINISTERS
def index() -> Response:
    """The registers with their next numbers, and a form for a new one."""
    if request.method == "GET":
        return _index({}, 200)

    def run() -> str:
        only("prefix", "organ", *_SAID)
        fields = Fields()
        prefix, organ = fields.text("prefix", limit=_PREFIX).upper(), fields.uuid("organ")
        said = _said(fields)
        fields.done()
        row = registers.add(prefix=prefix, said=said, organ_id=organ, by=actor())
        flash(_("%(name)s är tillagt.", name=row.name), "go")
        return url_for(".show", register_id=row.public_id)

    return perform(run, _index)


def _tried(row: Register, pattern: str) -> tuple[list[str], str]:
    """The next numbers of a pattern to be tried, or why it is none."""
    try:
        return registers.next_numbers(row, pattern), ""
    except ValueError as error:
        return [], str(error)


def _show(register_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    row = registers.register(register_id)
    tried = request.args.get("monster", "")[:200].strip()
    return render(
        "register/register.html",
        status=status,
        register=row,
        own={str(unit.public_id) for unit in registers.units_by_register().get(row.id, [])},
        tried=tried,
        outcome=_tried(row, tried) if tried else None,
        coming=registers.next_numbers(row, row.pattern),
        coming_decisions=registers.next_numbers(row, row.decision_pattern, kind="decision"),
        **_frame(problems),
    )


@blueprint.get("/<uuid:register_id>")
@ADMINISTERS
def show(register_id: UUID) -> Response:
    """One register: its next numbers, those of a pattern to be tried, and its form."""
    return _show(register_id, {}, 200)


@blueprint.post("/<uuid:register_id>")
@ADMINISTERS
def change(register_id: UUID) -> Response:
    """Change it, from the next number on."""

    def run() -> str:
        only(*_SAID)
        fields = Fields()
        said = _said(fields)
        fields.done()
        row = registers.change(register_id=register_id, said=said, by=actor(), seen_version=seen_version())
        flash(_("%(name)s är ändrat. Det gäller från nästa nummer.", name=row.name), "go")
        return url_for(".show", register_id=register_id)

    return perform(run, lambda problems, status: _show(register_id, problems, status))


@blueprint.post("/<uuid:register_id>/avsluta")
@ADMINISTERS
def end(register_id: UUID) -> Response:
    """Let no new case go to the register after a day."""

    def run() -> str:
        row = registers.end(register_id=register_id, last_day=last_day(), by=actor(), seen_version=seen_version())
        flash(_("%(name)s får inga nya ärenden efter sista dagen.", name=row.name), "go")
        return url_for(".index")

    return perform(run, lambda problems, status: _show(register_id, problems, status))
