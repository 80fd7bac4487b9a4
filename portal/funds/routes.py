"""Entering set-aside money and the political decisions it rests on, and confirming them."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, current_app, flash, request, url_for

from portal import clock
from portal.errors import Refused
from portal.funds import delegation_routes, operations, queries, rules
from portal.funds.blueprint import blueprint
from portal.funds.operations import PoliticalDecision
from portal.money import MoneyError, parse
from portal.people.permissions import Permission
from portal.settings import CodePart
from portal.text import _
from portal.web.forms import Fields, new_form_key, only, perform
from portal.web.gate import actor, requires
from portal.web.pages import render

__all__ = ["blueprint", "delegation_routes"]

MANAGES = requires(Permission.MANAGE_FUNDS)
_DECISION_FIELDS = ("amount", "organ", "decided_on", "paragraph")
YEARS_AHEAD = 2


def code_parts() -> tuple[CodePart, ...]:
    """The code parts of this installation's budget."""
    parts: tuple[CodePart, ...] = current_app.extensions["settings"].code_parts
    return parts


def organ_choices() -> list[tuple[str, str]]:
    """Organs as a select takes them."""
    return [("", _("Välj organ")), *((str(organ.public_id), organ.name) for organ in queries.organs())]


def _amount(fields: Fields, *, allow_negative: bool = False) -> int:
    try:
        return parse(request.form.get("amount", ""), allow_negative=allow_negative).kronor
    except MoneyError as error:
        fields.problems["amount"] = str(error)
        return 0


def _decision(fields: Fields, amount: int) -> PoliticalDecision | None:
    organ = fields.uuid("organ", required=_("Välj det organ som har beslutat."))
    decided_on = fields.day("decided_on", required=_("Skriv beslutsdagen."))
    paragraph = fields.text("paragraph", limit=50, required=_("Skriv paragrafens nummer."))
    if organ is None or decided_on is None:
        return None
    return PoliticalDecision(
        amount=amount, organ_id=organ, decided_on=decided_on, paragraph=paragraph.removeprefix("§").strip()
    )


def _code(fields: Fields) -> dict[str, str]:
    return {part.key: value for part in code_parts() if (value := fields.text(f"code-{part.key}", limit=20)) or part.required}


@blueprint.get("/avsatta-medel/ny")
@MANAGES
def new() -> Response:
    """Name, year, amount and the decision that sets it aside."""
    return _new({}, 200)


def _new(problems: Mapping[str, str], status: int) -> Response:
    this = clock.today().year
    return render(
        "funds/new.html",
        status=status,
        values=request.form if request.method == "POST" else {"year": str(this), "report": "ja"},
        problems=problems,
        organs=organ_choices(),
        years=[(str(year), str(year)) for year in range(this, this + YEARS_AHEAD)],
        code_parts=code_parts(),
        form_key=new_form_key(),
    )


@blueprint.post("/avsatta-medel/ny")
@MANAGES
def create() -> Response:
    """Enter the money; it can be granted when the registrar has confirmed the decision."""

    def run() -> str:
        only("name", "year", "owner", "report", *_DECISION_FIELDS, *(f"code-{part.key}" for part in code_parts()))
        fields = Fields()
        name = fields.text("name", limit=100, required=_("Skriv vad medlen heter."))
        this = clock.today().year
        year = fields.choice("year", tuple(str(n) for n in range(this, this + YEARS_AHEAD)), required=_("Välj budgetår."))
        owner = fields.uuid("owner", required=_("Välj det organ som ansvarar för medlen."))
        report = fields.choice("report", ("ja", "nej"), required=_("Välj om slutredovisning ska lämnas."))
        decision = _decision(fields, _amount(fields))
        code = _code(fields)
        fields.done()
        assert decision is not None and owner is not None
        fund = operations.add_fund(
            name=name,
            year=int(year),
            organ_id=owner,
            decision=decision,
            code=code,
            report_required=report == "ja",
            by=actor(),
        )
        flash(_("%(name)s är införda. Registratorn bekräftar beslutet.", name=fund.name), "go")
        return url_for("funds.show", fund_id=fund.public_id)

    return perform(run, _new)


@blueprint.get("/avsatta-medel/<uuid:fund_id>/andra")
@MANAGES
def change(fund_id: UUID) -> Response:
    """The political decision that raises or lowers the money."""
    return _change(fund_id, {}, 200)


def _change(fund_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    return render(
        "funds/change.html",
        status=status,
        fund=queries.get_fund(fund_id),
        values=request.form,
        problems=problems,
        organs=organ_choices(),
        form_key=new_form_key(),
    )


@blueprint.post("/avsatta-medel/<uuid:fund_id>/andra")
@MANAGES
def perform_change(fund_id: UUID) -> Response:
    """Enter it; in force when the registrar has confirmed it."""

    def run() -> str:
        only("direction", *_DECISION_FIELDS)
        fields = Fields()
        direction = fields.choice("direction", ("raise", "lower"), required=_("Välj om medel tillförs eller dras in."))
        amount = _amount(fields)
        decision = _decision(fields, -amount if direction == "lower" else amount)
        fields.done()
        assert decision is not None
        operations.propose_change(fund_id=fund_id, decision=decision, by=actor())
        flash(_("Beslutet är infört. Registratorn bekräftar det."), "go")
        return url_for("funds.show", fund_id=fund_id)

    return perform(run, lambda problems, status: _change(fund_id, problems, status))


@blueprint.get("/avsatta-medel/beslut/<uuid:decision_id>/bekrafta")
@requires(Permission.CONFIRM_AUTHORITY)
def confirm(decision_id: UUID) -> Response:
    """What will be in force, on a page of its own."""
    return _confirm(decision_id, {}, 200)


def _confirm(decision_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    row = queries.fund_decision(decision_id)
    return render(
        "funds/confirm.html",
        status=status,
        row=row,
        refusal=rules.refusal_to_confirm(actor(), row.entered_by_id),
        problems=problems,
        form_key=new_form_key(),
    )


@blueprint.post("/avsatta-medel/beslut/<uuid:decision_id>/bekrafta")
@requires(Permission.CONFIRM_AUTHORITY)
def perform_confirm(decision_id: UUID) -> Response:
    """The registrar has seen the decision: it is in force."""

    def run() -> str:
        only()
        row = operations.confirm_fund_decision(decision_id=decision_id, by=actor())
        flash(_("Beslutet är bekräftat och gäller nu."), "go")
        return url_for("funds.show", fund_id=row.fund.public_id)

    try:
        return perform(run, lambda problems, status: _confirm(decision_id, problems, status))
    except Refused as refused:
        return _confirm(decision_id, {"": str(refused)}, 403)
