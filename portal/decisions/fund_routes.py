"""Set-aside money as people look at it: what is left, what is granted, and what is asked but not decided."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from portal import clock
from portal.decisions import fund_figures, fund_movements, order_routes, queries
from portal.errors import Unknown
from portal.funds import queries as funds
from portal.funds import routes, rules, terms, wording
from portal.funds.models import Fund, FundDecision, LedgerKind
from portal.funds.queries import LEDGER_PAGE, Movement
from portal.people.permissions import Permission
from portal.settings import current_settings
from portal.text import _
from portal.web.forms import new_form_key
from portal.web.gate import actor, requires
from portal.web.pages import render

__all__ = ["blueprint", "order_routes"]

blueprint = routes.blueprint

_EVENTS: dict[str, str] = {
    LedgerKind.GRANTED: "Beviljat",
    LedgerKind.REVERSED: "Återfört, beslutet ersattes",
    LedgerKind.RETURNED: "Återfört efter slutredovisning",
    LedgerKind.LAPSED: "Förfallet",
    LedgerKind.USED: "Utfall enligt slutredovisning",
}


@blueprint.get("/avsatta-medel")
@requires(Permission.READ_FUNDS)
def index() -> Response:
    """Every fund, newest budget year first."""
    by, asked = actor(), queries.asked_per_fund()
    return render(
        "funds/index.html",
        funds=[(fund, fund_figures.glance(fund, asked.get(fund.id, 0))) for fund in funds.all_funds()],
        waiting=[(row, wording.meaning(row)) for row in funds.unconfirmed()],
        may_manage=by.may(Permission.MANAGE_FUNDS),
        may_confirm=by.may(Permission.CONFIRM_AUTHORITY),
    )


def _bars(fund: Fund, decided: list[FundDecision], asked: int) -> list[dict[str, Any]]:
    """From what was set aside to what is left, for the chart and its table."""
    into = [row for row in decided if row.confirmed_at and (row.kind == "set_aside" or row.to_fund_id == fund.id)]
    first, later = into[:1], into[1:]
    bars = [
        {"label": _("Avsatt av %(organ)s", organ=row.organ.in_text), "amount": row.amount, "kind": "level"} for row in first
    ]
    changes = [
        (_("Tillfört"), sum(row.amount for row in later if row.amount > 0)),
        (_("Indraget"), sum(row.amount for row in later if row.amount < 0)),
        (_("Beviljat"), -fund.granted),
        (_("Återfört"), fund.reversed + fund.returned),
        (_("Förfallet"), -fund.lapsed),
        (_("Fört till andra medel"), -fund.carried_over),
    ]
    bars += [{"label": label, "amount": amount, "kind": "change"} for label, amount in changes if amount]
    bars.append({"label": _("Kvar att fördela"), "amount": fund.left, "kind": "total"})
    if asked:
        bars.append({"label": _("Äskat, ej beslutat"), "amount": asked, "kind": "asked"})
    return bars


def _event(movement: Movement) -> str:
    row, ground = movement.row, movement.row.fund_decision
    if ground is not None and ground.to_fund is not None:
        there = ground.to_fund if row.kind == LedgerKind.CARRIED_OVER else ground.fund
        words = "Fört till %(name)s %(year)s" if row.kind == LedgerKind.CARRIED_OVER else "Fört från %(name)s %(year)s"
        return _(words, name=there.name, year=there.year)
    if row.kind == LedgerKind.USED and row.amount < 0:
        return _("Utfall räknas inte längre, beslutet ersattes")
    if row.kind == LedgerKind.SET_ASIDE:
        first = movement.left == movement.amount
        return _("Avsatt") if first else _("Tillfört") if movement.amount > 0 else _("Indraget")
    return _(_EVENTS[row.kind])


def _seen_cases(movements: list[Movement]) -> set[int]:
    """The cases behind the movements whose content the person may see, in one statement."""
    ids = {movement.row.case_id for movement in movements if movement.row.case_id}
    return queries.visible_cases(ids, actor())


def _before() -> int | None:
    raw = request.args.get("fore", "")
    if not raw:
        return None
    if not (raw.isascii() and raw.isdigit() and len(raw) < 18):
        raise Unknown
    return int(raw)


@blueprint.get("/avsatta-medel/<uuid:fund_id>")
@requires(Permission.READ_FUNDS)
def show(fund_id: UUID) -> Response:
    """One fund: figures, chart, every movement, what waits for a decision, who may decide."""
    by, fund, today = actor(), funds.get_fund(fund_id), clock.today()
    asked, cases = queries.asked_of_fund(fund.id, by)
    decided = list(funds.decisions_of(fund.id))
    found = funds.ledger(fund.id, before=_before())
    movements = found[:LEDGER_PAGE]
    seen = _seen_cases(movements)
    order = funds.delegations(fund_id=fund.id)
    moved = fund_movements.of_fund(fund)
    more = url_for("funds.show", fund_id=fund_id, fore=movements[-1].row.id) if len(found) > LEDGER_PAGE else None
    return render(
        "funds/show.html",
        fund=fund,
        asked=asked,
        cases=cases,
        glance=fund_figures.glance(fund, asked),
        ended=terms.ended(fund, today),
        series=fund_figures.SERIES,
        points=fund_figures.over_the_year(moved, fund.year, today),
        units=fund_figures.by_unit(moved),
        grounds=[row for row in decided if row.confirmed_at and row.kind == "set_aside"],
        waiting=[(row, wording.meaning(row), new_form_key()) for row in decided if not row.confirmed_at],
        rules=wording.rules(fund, funds.units_that_may_ask(fund.id)),
        report_day=wording.report_day(fund, current_settings().report_date),
        bars=_bars(fund, decided, asked),
        movements=[
            {"at": each.row.at, "event": _event(each), "amount": each.amount, "left": each.left, "row": each.row}
            | {"seen": each.row.case_id in seen, "used": each.row.amount if each.row.kind == LedgerKind.USED else None}
            for each in movements
        ],
        more=more,
        delegations=[each for each in order if rules.counts_on(each.row, today)],
        own_order=any(each.row.confirmed_at for each in order),
        may_manage=by.may(Permission.MANAGE_FUNDS),
        may_confirm=by.may(Permission.CONFIRM_AUTHORITY),
    )
