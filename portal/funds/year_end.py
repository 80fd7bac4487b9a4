"""Changing a fund's rules, and what becomes of its money at the end of the year. Finance enters; amounts are whole kronor.

What is left lapses or is carried over (ombudgetering) by a political decision. It moves nothing until the registrar has
confirmed it (``operations.confirm_fund_decision``), and then both sides in one transaction.
"""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.errors import Conflict, Invalid
from portal.funds import operations, terms
from portal.funds.models import Fund, FundDecision, FundUnit
from portal.funds.operations import PoliticalDecision, get_fund
from portal.funds.terms import FundTerms
from portal.money import format_kronor
from portal.people.actor import Actor
from portal.people.models import Unit
from portal.text import _


def terms_of(fund: Fund) -> FundTerms:
    """The fund's rules as they stand."""
    units = session.scalars(
        select(Unit.public_id).join(FundUnit, FundUnit.unit_id == Unit.id).where(FundUnit.fund_id == fund.id)
    )
    return FundTerms(
        daily_name=fund.daily_name,
        cost_type=fund.cost_type,
        statement_required=fund.statement_required,
        report_required=fund.report_required,
        report_by=fund.report_by,
        interim_reports=fund.interim_reports,
        ended_on=fund.ended_on,
        statement_days=fund.statement_days,
        decision_days=fund.decision_days,
        dispatch_days=fund.dispatch_days,
        units=frozenset(units),
    )


def change_rules(*, fund_id: UUID, asked: FundTerms, seen: str, by: Actor) -> Fund:
    """New rules for the money from now on; what has been submitted or decided stands.

    ``seen`` is the mark of the rules as they stood on the page. Raises Refused, Unknown, Invalid, and Conflict when another has
    changed them meanwhile (that money moved is no hindrance).
    """
    by = operations.as_manager(by)
    fund = get_fund(fund_id)
    now = terms_of(fund)
    if terms.mark(now) != seen:
        raise Conflict(_("Någon annan har ändrat reglerna. Läs dem på nytt innan du fortsätter."))
    if problems := terms.problems(asked, year=fund.year, today=clock.today(), before=fund.ended_on):
        raise Invalid(problems)
    if asked == now:
        return fund
    operations.put_terms(fund, asked)
    fund.version += 1
    body = {"name": fund.name, "year": fund.year, **terms.as_json(asked, operations.may_ask(fund, asked))}
    operations.record("funds.change_rules", by=by, kind="fund", object_id=fund.public_id, body=body)
    return fund


def propose_lapse(*, fund_id: UUID, decision: PoliticalDecision, by: Actor) -> FundDecision:
    """What is left (or a part of it) lapses. Raises Refused, Unknown, and Invalid when more is named than is left."""
    by = operations.as_manager(by)
    fund = get_fund(fund_id)
    _no_more_than_is_left(fund, decision)
    return operations.enter(fund, decision, kind="lapse", by=by)


def propose_carry_over(*, fund_id: UUID, to: UUID | None, decision: PoliticalDecision, by: Actor) -> FundDecision:
    """What is left (or a part of it) goes to the fund ``to``; None makes next year's with the same name and rules.

    Raises Refused, Unknown, and Invalid when more is named than is left or the money may not go there.
    """
    by = operations.as_manager(by)
    fund = get_fund(fund_id)
    _no_more_than_is_left(fund, decision)
    other = _next_years(fund, by) if to is None else _receiver(fund, to)
    return operations.enter(fund, decision, kind="carry_over", to=other, by=by)


def _no_more_than_is_left(fund: Fund, decision: PoliticalDecision) -> None:
    if decision.amount <= 0:
        raise Invalid({"amount": _("Skriv hur mycket som förfaller eller förs över, minst 1 kr.")})
    if decision.amount > fund.left:
        raise Invalid(
            {
                "amount": _(
                    "Kvar att fördela är %(left)s. Mer än så kan inte förfalla eller föras över.",
                    left=format_kronor(fund.left),
                )
            }
        )


def _receiver(fund: Fund, to: UUID) -> Fund:
    other = session.scalars(select(Fund).where(Fund.public_id == to)).one_or_none()
    if other is None:
        raise Invalid({"to": _("Medlen finns inte längre. Välj andra.")})
    if sentence := terms.refusal_to_carry(fund, other, clock.today()):
        raise Invalid({"to": sentence})
    return other


def _next_years(fund: Fund, by: Actor) -> Fund:
    """Next year's fund of the same name, owner, code and rules, without money of its own yet."""
    now = terms_of(fund)
    asked = replace(now, report_by=terms.a_year_later(now.report_by), ended_on=terms.a_year_later(now.ended_on))
    try:
        return operations.new_fund(name=fund.name, year=fund.year + 1, organ=fund.organ, code=fund.code, asked=asked, by=by)
    except Invalid as invalid:
        raise Invalid({"to": next(iter(invalid.problems.values()))}) from invalid
