"""Entering set-aside money and the political decisions it rests on, and confirming them."""

from collections.abc import Mapping
from uuid import UUID

from flask import Response, flash, request, url_for

from portal import clock
from portal.errors import Refused
from portal.funds import delegation_routes, operations, queries, rules, terms, wording, year_end
from portal.funds.blueprint import blueprint
from portal.funds.models import Fund
from portal.funds.operations import PoliticalDecision
from portal.funds.terms import FundTerms
from portal.money import MoneyError, format_kronor, parse
from portal.people import queries as people
from portal.people.permissions import Permission
from portal.register import allowed
from portal.settings import CodePart, current_settings
from portal.text import _
from portal.web.forms import Fields, new_form_key, only, perform
from portal.web.gate import actor, requires
from portal.web.pages import render

__all__ = ["blueprint", "delegation_routes"]

MANAGES = requires(Permission.MANAGE_FUNDS)
_DECISION_FIELDS = ("amount", "organ", "decided_on", "paragraph")
_RULE_FIELDS = ("daily_name", "cost_type", "unit*", "statement", "report", "report_by", "interim", "ended_on", *allowed.DAYS)
NEW_FUND = "new"


def code_parts() -> tuple[CodePart, ...]:
    """The code parts of this installation's budget."""
    return current_settings().code_parts


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
    paragraph = fields.paragraph("paragraph", required=_("Skriv paragrafens nummer."))
    if organ is None or decided_on is None:
        return None
    return PoliticalDecision(amount=amount, organ_id=organ, decided_on=decided_on, paragraph=paragraph)


def _terms(fields: Fields) -> FundTerms:
    """The fund's rules as typed; whether they hold is the operation's to say."""
    daily_name = fields.text("daily_name", limit=60)
    report = fields.choice("report", ("ja", "nej"), required=_("Välj om slutredovisning ska lämnas."))
    try:
        units = frozenset(UUID(unit) for unit in request.form.getlist("unit"))
    except ValueError:
        fields.problems["units"] = _("En av enheterna finns inte längre. Välj på nytt.")
        units = frozenset()
    return FundTerms(
        daily_name=daily_name,
        cost_type=request.form.get("cost_type", "both"),
        statement_required=request.form.get("statement") == "1",
        report_required=report == "ja",
        report_by=fields.day("report_by"),
        interim_reports=request.form.get("interim") == "1",
        ended_on=fields.day("ended_on"),
        **{name: fields.days(name, allowed.MOST) for name in allowed.DAYS},
        units=units,
    )


def _rule_values(fund: Fund, asked: FundTerms) -> dict[str, object]:
    """The rules in force as the form shows them."""
    return {
        "daily_name": fund.daily_name,
        "cost_type": fund.cost_type,
        "statement": fund.statement_required,
        "report": "ja" if fund.report_required else "nej",
        "report_by": fund.report_by,
        "interim": fund.interim_reports,
        **{name: getattr(fund, name) or "" for name in allowed.DAYS},
        "ended_on": fund.ended_on,
        "units": {str(unit) for unit in asked.units},
    }


def _typed_rules() -> dict[str, object]:
    return {**request.form, "units": set(request.form.getlist("unit"))}


def unit_choices() -> list[tuple[str, str]]:
    """The units that money can be kept for."""
    return [(str(unit.public_id), unit.name) for unit in people.units()]


def _code(fields: Fields) -> dict[str, str]:
    return {part.key: value for part in code_parts() if (value := fields.text(f"code-{part.key}", limit=20)) or part.required}


@blueprint.get("/avsatta-medel/ny")
@MANAGES
def new() -> Response:
    """Name, year, amount and the decision that sets it aside."""
    return _new({}, 200)


def _usual(year: int) -> dict[str, object]:
    return {"year": str(year), "report": "ja", "cost_type": "both", "units": set[str]()}


def _new(problems: Mapping[str, str], status: int) -> Response:
    this = clock.today().year
    return render(
        "funds/new.html",
        status=status,
        values=_typed_rules() if request.method == "POST" else _usual(this),
        problems=problems,
        organs=organ_choices(),
        years=[(str(year), str(year)) for year in range(this, this + terms.YEARS_AHEAD)],
        units=unit_choices(),
        cost_types=wording.kinds_of_money(),
        code_parts=code_parts(),
        form_key=new_form_key(),
    )


@blueprint.post("/avsatta-medel/ny")
@MANAGES
def create() -> Response:
    """Enter the money; it can be granted when the registrar has confirmed the decision."""

    def run() -> str:
        only("name", "year", "owner", *_RULE_FIELDS, *_DECISION_FIELDS, *(f"code-{part.key}" for part in code_parts()))
        fields = Fields()
        name = fields.text("name", limit=100, required=_("Skriv vad medlen heter."))
        this = clock.today().year
        year = fields.choice("year", tuple(str(n) for n in range(this, this + terms.YEARS_AHEAD)), required=_("Välj budgetår."))
        owner = fields.uuid("owner", required=_("Välj det organ som ansvarar för medlen."))
        asked = _terms(fields)
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
            asked=asked,
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


@blueprint.get("/avsatta-medel/<uuid:fund_id>/regler")
@MANAGES
def change_rules(fund_id: UUID) -> Response:
    """The money's own rules, to be changed from now on."""
    return _rules(fund_id, {}, 200)


def _rules(fund_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    fund = queries.get_fund(fund_id)
    now = year_end.terms_of(fund)
    stale, typed = status == 409, request.method == "POST"
    return render(
        "funds/rules.html",
        status=status,
        fund=fund,
        values=_typed_rules() if typed else _rule_values(fund, now),
        seen=request.form.get("seen", "") if typed and not stale else terms.mark(now),
        in_force=wording.rules(fund, queries.units_that_may_ask(fund.id)) if stale else [],
        problems=problems,
        units=unit_choices(),
        cost_types=wording.kinds_of_money(),
        form_key=new_form_key(),
    )


@blueprint.post("/avsatta-medel/<uuid:fund_id>/regler")
@MANAGES
def perform_change_rules(fund_id: UUID) -> Response:
    """Change them; logged, and nothing decided is changed by it."""

    def run() -> str:
        only("seen", *_RULE_FIELDS)
        fields = Fields()
        asked = _terms(fields)
        fields.done()
        year_end.change_rules(fund_id=fund_id, asked=asked, seen=request.form.get("seen", ""), by=actor())
        flash(_("Reglerna gäller från och med nu."), "go")
        return url_for("funds.show", fund_id=fund_id)

    return perform(run, lambda problems, status: _rules(fund_id, problems, status))


@blueprint.get("/avsatta-medel/<uuid:fund_id>/arsslut")
@MANAGES
def close_year(fund_id: UUID) -> Response:
    """What becomes of the money that is left: it lapses or is carried over, by a political decision."""
    return _close_year(fund_id, {}, 200)


def _receivers(fund: Fund) -> list[tuple[str, str]]:
    """Where the money may be carried: next year's fund, made with the decision if there is none, and other open ones."""
    today = clock.today()
    later = [each for each in queries.open_funds(today) if terms.refusal_to_carry(fund, each, today) is None]
    there = any((each.year, each.name) == (fund.year + 1, fund.name) for each in later)
    name = _("%(name)s %(year)s, som läggs upp nu", name=fund.name, year=fund.year + 1)
    rows = [(str(each.public_id), f"{each.name} {each.year}") for each in later]
    return [("", _("Välj medel")), *([] if there else [(NEW_FUND, name)]), *rows]


def _close_year(fund_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    fund = queries.get_fund(fund_id)
    return render(
        "funds/close_year.html",
        status=status,
        fund=fund,
        values=request.form if request.method == "POST" else {"amount": format_kronor(fund.left)},
        problems=problems,
        organs=organ_choices(),
        receivers=_receivers(fund),
        form_key=new_form_key(),
    )


@blueprint.post("/avsatta-medel/<uuid:fund_id>/arsslut")
@MANAGES
def perform_close_year(fund_id: UUID) -> Response:
    """Enter it; the money moves when the registrar has confirmed it."""

    def run() -> str:
        only("kind", "to", *_DECISION_FIELDS)
        fields = Fields()
        kind = fields.choice("kind", ("lapse", "carry_over"), required=_("Välj om medlen förfaller eller förs över."))
        carried, new = kind == "carry_over", request.form.get("to") == NEW_FUND
        to = fields.uuid("to", required=_("Välj vart medlen förs.")) if carried and not new else None
        decision = _decision(fields, _amount(fields))
        fields.done()
        assert decision is not None
        if carried:
            year_end.propose_carry_over(fund_id=fund_id, to=to, decision=decision, by=actor())
        else:
            year_end.propose_lapse(fund_id=fund_id, decision=decision, by=actor())
        flash(_("Beslutet är infört. Registratorn bekräftar det."), "go")
        return url_for("funds.show", fund_id=fund_id)

    return perform(run, lambda problems, status: _close_year(fund_id, problems, status))


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
        meaning=wording.meaning(row),
        consequence=wording.consequence(row),
        refusal=rules.refusal_to_confirm(actor(), row.entered_by_id, entered_for_id=row.entered_for_id),
        problems=problems,
        form_key=new_form_key(),
        discard_key=new_form_key(),
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


@blueprint.post("/avsatta-medel/beslut/<uuid:decision_id>/ta-bort")
@requires(Permission.MANAGE_FUNDS, Permission.CONFIRM_AUTHORITY)
def discard(decision_id: UUID) -> Response:
    """The entry was wrong: it is taken away before it has come into force."""

    def run() -> str:
        only()
        fund = operations.discard_fund_decision(decision_id=decision_id, by=actor())
        flash(_("Uppgiften är borttagen. Den har aldrig gällt."), "go")
        return url_for("funds.show", fund_id=fund.public_id) if fund else url_for("funds.index")

    return perform(run, lambda problems, status: _confirm(decision_id, problems, status))
