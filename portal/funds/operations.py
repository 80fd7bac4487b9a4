"""Setting money aside, granting from it and giving it back. Amounts are whole kronor.

What is left is changed by guarded UPDATEs under the table's CHECK, so two decisions at the same moment can never
promise the same money; each movement is a row of the ledger, and the two agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.db import changed_rows, hold, session
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.funds import rules, terms
from portal.funds.models import Fund, FundDecision, FundUnit, LedgerKind, LedgerRow
from portal.funds.queries import REMAINING
from portal.funds.terms import FundTerms
from portal.log import operations as log
from portal.money import format_kronor
from portal.people.actor import Actor
from portal.people.models import Unit
from portal.people.permissions import Permission
from portal.register.models import Case, Organ
from portal.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliticalDecision:
    """The decision by which money is set aside: ``amount`` kronor (negative lowers), which organ, when, which §."""

    amount: int
    organ_id: UUID
    decided_on: date
    paragraph: str


def record(action: str, *, by: Actor, kind: str, object_id: UUID, body: Mapping[str, object]) -> None:
    """A log entry of this package that belongs to no case; names are frozen in the body."""
    log.append(action=action, by=by, object_kind=kind, object_id=object_id, case_id=None, body={**body, **by.names})


def refuse(sentence: str | None) -> None:
    """Raise Refused when a rule has answered with a sentence."""
    if sentence:
        raise Refused(sentence)


def as_manager(by: Actor) -> Actor:
    """``by`` as finance, own or stood in for. Raises Refused."""
    refuse(rules.refusal_to_manage(by))
    return rules.in_role(by, Permission.MANAGE_FUNDS)


def organ_called(public_id: UUID) -> Organ:
    """The organ with that public id. Raises Invalid when there is none, or it has ended."""
    organ = session.scalars(select(Organ).where(Organ.public_id == public_id)).one_or_none()
    if organ is None or organ.ended_on is not None:
        raise Invalid({"organ": _("Organet finns inte längre. Välj ett annat.")})
    return organ


def get_fund(public_id: UUID) -> Fund:
    """The fund, its row held until the transaction ends. Raises Unknown."""
    fund = session.scalars(select(Fund).where(Fund.public_id == public_id).with_for_update()).one_or_none()
    if fund is None:
        raise Unknown
    return fund


def add_fund(
    *,
    name: str,
    year: int,
    organ_id: UUID,
    decision: PoliticalDecision,
    code: Mapping[str, str],
    asked: FundTerms = terms.USUAL,
    by: Actor,
) -> Fund:
    """Money set aside for a budget year, 0 kr until the registrar has confirmed the decision it rests on.

    ``organ_id`` is the organ that answers for the money, ``code`` the code parts it is booked on, ``asked`` its own rules.
    Raises Refused, Invalid.
    """
    by = as_manager(by)
    if decision.amount <= 0:
        raise Invalid({"amount": _("Skriv hur mycket som avsätts, minst 1 kr.")})
    fund = new_fund(name=name, year=year, organ=organ_called(organ_id), code=code, asked=asked, by=by)
    propose_change(fund_id=fund.public_id, decision=decision, by=by)
    return fund


def new_fund(*, name: str, year: int, organ: Organ, code: Mapping[str, str], asked: FundTerms, by: Actor) -> Fund:
    """An empty fund with the rules ``asked`` for. The caller has tried who may. Raises Invalid."""
    if not terms.FIRST_YEAR <= year <= clock.today().year + terms.YEARS_AHEAD:
        raise Invalid({"year": _("Budgetåret ligger för långt bort. Välj ett närmare år.")})
    if session.scalar(select(Fund.id).where(Fund.year == year, Fund.name == name)) is not None:
        raise Invalid({"name": _("Det finns redan avsatta medel med det namnet för året.")})
    if problems := terms.problems(asked, year=year, today=clock.today()):
        raise Invalid(problems)
    fund = Fund(year=year, name=name, organ_id=organ.id, code=dict(code), created_at=clock.now())
    put_terms(fund, asked)
    session.add(fund)
    session.flush()  # what follows, and the log, need the fund's ids
    body = {"name": name, "year": year, "organ": organ.name, **terms.as_json(asked, may_ask(fund, asked))}
    record("funds.add", by=by, kind="fund", object_id=fund.public_id, body=body)
    return fund


def put_terms(fund: Fund, asked: FundTerms) -> None:
    """Set the fund's rules to those given; who may ask is set by ``may_ask``."""
    fund.daily_name, fund.cost_type = asked.daily_name, asked.cost_type
    fund.statement_required, fund.interim_reports = asked.statement_required, asked.interim_reports
    fund.report_required, fund.report_by = asked.report_required, asked.report_by
    fund.ended_on = asked.ended_on
    fund.statement_days, fund.decision_days, fund.dispatch_days = asked.statement_days, asked.decision_days, asked.dispatch_days


def may_ask(fund: Fund, asked: FundTerms) -> list[str]:
    """Let the units given ask for the money, and no others; their names in order. Raises Invalid for one unknown."""
    units = session.scalars(select(Unit).where(Unit.public_id.in_(asked.units)).order_by(Unit.name)).all()
    if len(units) < len(asked.units):
        raise Invalid({"units": _("En av enheterna finns inte längre. Välj på nytt.")})
    session.execute(delete(FundUnit).where(FundUnit.fund_id == fund.id))
    session.add_all(FundUnit(fund_id=fund.id, unit_id=unit.id) for unit in units)
    return [unit.name for unit in units]


def propose_change(*, fund_id: UUID, decision: PoliticalDecision, by: Actor) -> FundDecision:
    """Finance enters the political decision that raises or lowers the money; in force when the registrar confirms it."""
    by = as_manager(by)
    if decision.amount == 0:
        raise Invalid({"amount": _("Skriv hur mycket som tillförs eller dras in.")})
    fund = get_fund(fund_id)
    if decision.amount > 0 and (ended := terms.ended(fund, clock.today())):
        raise Invalid({"amount": ended})
    return enter(fund, decision, by=by)


def enter(
    fund: Fund, decision: PoliticalDecision, *, kind: str = "set_aside", to: Fund | None = None, by: Actor
) -> FundDecision:
    """Write down the political decision about ``fund``; in force when the registrar confirms it. Raises Invalid."""
    if decision.decided_on > clock.today():
        raise Invalid({"decided_on": _("Beslutsdagen ligger i framtiden.")})
    organ = organ_called(decision.organ_id)
    _only_once(fund, decision, kind, organ, to)
    row = FundDecision(
        fund_id=fund.id,
        kind=kind,
        to_fund_id=to.id if to else None,
        amount=decision.amount,
        organ_id=organ.id,
        decided_on=decision.decided_on,
        paragraph=decision.paragraph,
        entered_by_id=by.person_id,
        entered_for_id=by.principal_id,
        entered_at=clock.now(),
    )
    session.add(row)
    session.flush()  # the log needs the decision's public id
    record("funds.propose", by=by, kind="fund_decision", object_id=row.public_id, body=_body(fund, row, organ, to))
    return row


def _only_once(fund: Fund, decision: PoliticalDecision, kind: str, organ: Organ, to: Fund | None) -> None:
    """The same amount is not moved twice by one paragraph (two tabs, two persons), but for one that was taken back between.
    The fund's row is held. Raises Invalid."""
    entered = session.scalar(
        select(func.sum(FundDecision.amount)).where(
            FundDecision.fund_id == fund.id,
            FundDecision.kind == kind,
            FundDecision.to_fund_id.is_(None) if to is None else FundDecision.to_fund_id == to.id,
            FundDecision.amount.in_((decision.amount, -decision.amount)),
            FundDecision.organ_id == organ.id,
            FundDecision.decided_on == decision.decided_on,
            FundDecision.paragraph == decision.paragraph,
        )
    )
    if (entered or 0) * decision.amount > 0:
        raise Invalid({"paragraph": _("Beslutet är redan infört med samma belopp. Kontrollera organ, dag och paragraf.")})


def confirm_fund_decision(*, decision_id: UUID, by: Actor) -> FundDecision:
    """The registrar has seen the political decision: the money is set aside, taken back, lapses or is carried over now.

    Raises Refused (own entry, or more is taken than is left), Conflict (confirmed already), Unknown.
    """
    row = session.scalars(select(FundDecision).where(FundDecision.public_id == decision_id)).one_or_none()
    if row is None:
        raise Unknown
    refuse(rules.refusal_to_confirm(by, row.entered_by_id, entered_for_id=row.entered_for_id))
    by = rules.in_role(by, Permission.CONFIRM_AUTHORITY)
    now = clock.now()
    claimed = changed_rows(
        update(FundDecision)
        .where(FundDecision.id == row.id, FundDecision.confirmed_at.is_(None))
        .values(confirmed_at=now, confirmed_by_id=by.person_id)
        .execution_options(synchronize_session=False)
    )
    if claimed != 1:
        raise Conflict(_("Beslutet är redan bekräftat."))
    session.expire(row)
    _put_in_force(row, by, now)
    body = _body(row.fund, row, row.organ, row.to_fund)
    record("funds.confirm", by=by, kind="fund_decision", object_id=row.public_id, body=body)
    return row


def discard_fund_decision(*, decision_id: UUID, by: Actor) -> Fund | None:
    """Take away an entry that nobody has confirmed: it was never in force, and the log keeps what it said.

    The money it was about, or None where that was entered with it and nothing else names it: then it goes too. Raises
    Refused, Conflict (confirmed or taken away meanwhile), Unknown.
    """
    row = session.scalars(select(FundDecision).where(FundDecision.public_id == decision_id)).one_or_none()
    if row is None:
        raise Unknown
    refuse(rules.refusal_to_discard(by))
    by = rules.in_role(by, Permission.MANAGE_FUNDS if by.may(Permission.MANAGE_FUNDS) else Permission.CONFIRM_AUTHORITY)
    fund, to, public_id = row.fund, row.to_fund, row.public_id
    body = _body(fund, row, row.organ, to)
    taken = delete(FundDecision).where(FundDecision.id == row.id, FundDecision.confirmed_at.is_(None))
    if changed_rows(taken.execution_options(synchronize_session=False)) != 1:
        raise Conflict(_("Beslutet är redan bekräftat och gäller."))
    session.expunge(row)
    record("funds.discard", by=by, kind="fund_decision", object_id=public_id, body=body)
    for entered_with_it in filter(None, (fund, to)):
        _forget(entered_with_it, by)
    return session.scalars(select(Fund).where(Fund.id == fund.id)).one_or_none()


def _forget(fund: Fund, by: Actor) -> None:
    """Take away money that nothing rests on: no decision, no row of the ledger, no request or delegation."""
    public_id, body = fund.public_id, {"name": fund.name, "year": fund.year}
    rests = select(FundDecision.id).where(or_(FundDecision.fund_id == fund.id, FundDecision.to_fund_id == fund.id))
    if fund.set_aside or session.scalars(rests.limit(1)).first():
        return
    try:
        with session.begin_nested():
            session.execute(delete(FundUnit).where(FundUnit.fund_id == fund.id))
            session.execute(delete(Fund).where(Fund.id == fund.id).execution_options(synchronize_session=False))
            session.expunge(fund)
    except IntegrityError:  # something names it: it stays
        return
    record("funds.remove", by=by, kind="fund", object_id=public_id, body=body)


def _put_in_force(row: FundDecision, by: Actor, now: datetime) -> None:
    """Move the money as the confirmed decision says, with a ledger row on each side."""
    amount, ground = row.amount, row.id
    if row.kind == "set_aside":
        _change(row.fund_id, "set_aside", amount, needs=-amount)
        _ledger(row.fund_id, LedgerKind.SET_ASIDE, amount, by=by, now=now, fund_decision_id=ground)
        return
    if row.kind == "lapse":
        _change(row.fund_id, "lapsed", amount, needs=amount)
        _ledger(row.fund_id, LedgerKind.LAPSED, amount, by=by, now=now, fund_decision_id=ground)
        return
    assert row.to_fund_id is not None
    # Both rows are held in one order, so two such decisions at the same moment wait for each other and never lock up.
    hold(select(Fund.id).where(Fund.id.in_((row.fund_id, row.to_fund_id))).order_by(Fund.id).with_for_update())
    to = session.get_one(Fund, row.to_fund_id, populate_existing=True)
    refuse(terms.ended(to, clock.local_date(now)))
    _change(row.fund_id, "carried_over", amount, needs=amount)
    _ledger(row.fund_id, LedgerKind.CARRIED_OVER, amount, by=by, now=now, fund_decision_id=ground)
    _change(row.to_fund_id, "set_aside", amount)
    _ledger(row.to_fund_id, LedgerKind.SET_ASIDE, amount, by=by, now=now, fund_decision_id=ground)


def hold_money(fund_id: int | None, fund_decision_id: UUID | None) -> None:
    """Hold what a decision from minutes takes from, and the decision to set aside that they carry, until the transaction
    ends: for whoever writes log entries before the money is moved, since the log's head is held last."""
    carried = select(FundDecision.fund_id).where(FundDecision.public_id == fund_decision_id).scalar_subquery()
    hold(select(FundDecision.id).where(FundDecision.public_id == fund_decision_id).with_for_update())
    hold(select(Fund.id).where(or_(Fund.id == fund_id, Fund.id == carried)).order_by(Fund.id).with_for_update())


def grant(fund_id: int, amount: int, case: Case, by: Actor, now: datetime, *, held: int = 0) -> tuple[int, int]:
    """Take ``amount`` kronor for the case; what was left before and after. Refused when there is not that much left.

    From money that has ended nothing more is granted: only as much as the case ``held`` by the decision now replaced.
    """
    if amount == 0:
        left = _left(fund_id)
        return left, left
    left = _change(fund_id, "granted", amount, needs=amount, open_only=amount > held)
    _ledger(fund_id, LedgerKind.GRANTED, amount, by=by, now=now, case_id=case.id)
    return left + amount, left


def reverse(fund_id: int, amount: int, case: Case, by: Actor, now: datetime) -> None:
    """Undo a grant whose decision is replaced: ``amount`` is the grant less what the case already gave back."""
    if amount > 0:
        _change(fund_id, "reversed", amount)
        _ledger(fund_id, LedgerKind.REVERSED, amount, by=by, now=now, case_id=case.id)


def give_back(fund_id: int, amount: int, case: Case, by: Actor, now: datetime) -> None:
    """Money that the case did not use comes back (after the final report) and can be granted again."""
    if amount > 0:
        _change(fund_id, "returned", amount)
        _ledger(fund_id, LedgerKind.RETURNED, amount, by=by, now=now, case_id=case.id)


def use(fund_id: int, amount: int, case: Case, by: Actor, now: datetime) -> None:
    """What the accepted final report of the case says was used (utfall). Below 0 an earlier report counts no more."""
    if amount:
        _change(fund_id, "used", amount)
        _ledger(fund_id, LedgerKind.USED, amount, by=by, now=now, case_id=case.id)


def _change(fund_id: int, column: str, amount: int, *, needs: int = 0, open_only: bool = False) -> int:
    """Add ``amount`` to a column of the fund if at least ``needs`` kronor are left; what is left afterwards.

    With ``open_only`` also only if the money has not ended.
    """
    statement = update(Fund).where(Fund.id == fund_id)
    if needs > 0:
        statement = statement.where(needs <= REMAINING)
    if open_only:
        statement = statement.where(or_(Fund.ended_on.is_(None), Fund.ended_on >= clock.today()))
    values = {column: getattr(Fund, column) + amount, "version": Fund.version + 1}
    try:
        left = session.execute(
            statement.values(values).returning(REMAINING).execution_options(synchronize_session=False)
        ).scalar_one_or_none()
    except IntegrityError as error:  # the table's CHECK has the last word
        raise Refused(_("Så mycket finns inte kvar att fördela.")) from error
    if left is None:
        raise Refused(_too_much(fund_id, needs, open_only=open_only))
    fund = session.get(Fund, fund_id)
    session.expire(fund)
    return left


def _left(fund_id: int) -> int:
    return session.scalars(select(REMAINING).where(Fund.id == fund_id)).one()


def _too_much(fund_id: int, amount: int, *, open_only: bool) -> str:
    fund = session.get_one(Fund, fund_id, populate_existing=True)
    if open_only and (ended := terms.ended(fund, clock.today())):
        return ended
    return _(
        "%(amount)s är mer än vad som är kvar att fördela ur %(name)s %(year)s: %(left)s. "
        "Mer avsätts genom ett politiskt beslut.",
        amount=format_kronor(amount),
        name=fund.name,
        year=fund.year,
        left=format_kronor(fund.left),
    )


def _ledger(
    fund_id: int,
    kind: LedgerKind,
    amount: int,
    *,
    by: Actor,
    now: datetime,
    case_id: int | None = None,
    fund_decision_id: int | None = None,
) -> None:
    session.add(
        LedgerRow(
            fund_id=fund_id,
            kind=kind.value,
            amount=amount,
            case_id=case_id,
            fund_decision_id=fund_decision_id,
            by_id=by.person_id,
            at=now,
        )
    )


def _body(fund: Fund, row: FundDecision, organ: Organ, to: Fund | None) -> dict[str, object]:
    carried = {"to_name": to.name, "to_year": to.year} if to else {}
    return {
        "name": fund.name,
        "year": fund.year,
        "kind": row.kind,
        **carried,
        "amount": row.amount,
        "organ": organ.name,
        "date": row.decided_on.isoformat(),
        "paragraph": row.paragraph,
    }
