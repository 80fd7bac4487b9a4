"""The delegation order as editions: the administrator enters one with its clauses, the registrar confirms it as a whole.

Until it is confirmed no clause counts, and it can be changed or taken away; afterwards it stands. A new edition replaces
the older one from a day: the older one, and its clauses, end the day before (7 kap. 5 § kommunallagen).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.db import session
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.funds import rules
from portal.funds.clauses import Clause, clause_problems, order_problems
from portal.funds.delegation_operations import as_administrator, frozen, person_called, record_delegation
from portal.funds.models import Delegation, DelegationOrder
from portal.funds.operations import get_fund, organ_called, record, refuse
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.text import _

MOST_CLAUSES = 200


@dataclass(frozen=True, slots=True)
class KeptFile:
    """The order's PDF, already in the store."""

    sha256: str
    filename: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An edition: its name, the decision by which it was taken, and from when it holds. Dates are civil and included."""

    name: str
    organ_id: UUID
    decided_on: date
    paragraph: str
    valid_from: date
    valid_to: date | None
    with_clauses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClause(Clause):
    """A clause: whom, up to how many kronor, for which money or kind of cost, in what capacity, reported or not.

    What is executed names the decision that allotted the money (``organ_id``, ``decided_on``, ``paragraph``); all else
    rests on the order itself.
    """

    organ_id: UUID | None = None
    decided_on: date | None = None
    paragraph: str = ""


def enter_order(*, new: NewOrder, file: KeptFile, by: Actor) -> DelegationOrder:
    """A new order, or the next edition of the one with that name; without effect until confirmed. Raises Refused, Invalid."""
    by = as_administrator(by)
    last = session.scalars(
        select(DelegationOrder)
        .where(DelegationOrder.name == new.name)
        .order_by(DelegationOrder.edition.desc())
        .limit(1)
        .with_for_update()
    ).one_or_none()
    problems = order_problems(
        decided_on=new.decided_on,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        replaced_from=last.valid_from if last else None,
        waiting=last is not None and last.confirmed_at is None,
        today=clock.today(),
    )
    if problems:
        raise Invalid(problems)
    order = DelegationOrder(
        name=new.name,
        edition=last.edition + 1 if last else 1,
        organ=organ_called(new.organ_id),
        decided_on=new.decided_on,
        paragraph=new.paragraph,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        file_sha256=file.sha256,
        file_name=file.filename,
        replaces_id=last.id if last else None,
        entered_by_id=by.person_id,
        entered_for_id=by.principal_id,
        entered_at=clock.now(),
    )
    session.add(order)
    session.flush()  # the clauses and the log need its ids
    if last is not None and new.with_clauses:
        _take_over(last, order, by)
        session.flush()  # the log says what was taken over
    _record("funds.enter_order", order, by, clauses=[frozen(row) for row in _clauses_of(order.id)])
    return order


def _take_over(last: DelegationOrder, order: DelegationOrder, by: Actor) -> None:
    """The older edition's clauses as they stand on its last day, to be changed before the new one is confirmed.

    A clause that was ended by itself keeps its last day, and is left out when that lies before the new edition.
    """
    for row in session.scalars(select(Delegation).where(Delegation.order_id == last.id).order_by(Delegation.id)):
        ended = row.valid_to if row.valid_to != last.valid_to else None
        if ended is not None and ended < order.valid_from:
            continue
        rests_on_order = row.capacity != rules.EXECUTION
        session.add(
            Delegation(
                order_id=order.id,
                person_id=row.person_id,
                fund_id=row.fund_id,
                cost_type=row.cost_type,
                ceiling=row.ceiling,
                capacity=row.capacity,
                clause=row.clause,
                is_reported=row.is_reported,
                only_when_jav_of_id=row.only_when_jav_of_id,
                rests_on_organ_id=order.organ_id if rests_on_order else row.rests_on_organ_id,
                rests_on_date=order.decided_on if rests_on_order else row.rests_on_date,
                rests_on_paragraph=order.paragraph if rests_on_order else row.rests_on_paragraph,
                valid_from=order.valid_from,
                valid_to=min((day for day in (ended, order.valid_to) if day is not None), default=None),
                entered_by_id=by.person_id,
                entered_for_id=by.principal_id,
                entered_at=clock.now(),
            )
        )


def add_clause(*, order_id: UUID, new: NewClause, by: Actor) -> Delegation:
    """A clause of an edition that is not confirmed yet. Raises Refused, Conflict, Invalid, Unknown."""
    by = as_administrator(by)
    order = _open_order(order_id)
    problems = clause_problems(new)
    if new.capacity == rules.EXECUTION and not (new.organ_id and new.decided_on and new.paragraph):
        problems["organ"] = _("Ange det beslut som har avsatt pengarna: organ, dag och paragraf.")
    if problems:
        raise Invalid(problems)
    row = _clause(order, new, by)
    rows = list(session.scalars(select(Delegation).where(Delegation.order_id == order.id)))
    if len(rows) >= MOST_CLAUSES:
        raise Invalid({"": _("Delegationsordningen har redan %(n)s punkter om äskanden.", n=MOST_CLAUSES)})
    if any(_same(row, other) for other in rows):
        raise Invalid({"person": _("Personen har redan en punkt för samma pengar. Ta bort den först.")})
    session.add(row)
    session.flush()  # the log needs its public id
    record_delegation("funds.add_clause", row, by)
    order.version += 1
    return row


def _same(one: Delegation, other: Delegation) -> bool:
    return (one.person_id, one.fund_id, one.cost_type, one.only_when_jav_of_id) == (
        other.person_id,
        other.fund_id,
        other.cost_type,
        other.only_when_jav_of_id,
    )


def _clause(order: DelegationOrder, new: NewClause, by: Actor) -> Delegation:
    own = new.capacity == rules.EXECUTION and new.organ_id is not None and new.decided_on is not None
    jav_of = new.only_when_jav_of_id
    return Delegation(
        order_id=order.id,
        person_id=person_called(new.person_id, "person").id,
        fund_id=get_fund(new.fund_id).id if new.fund_id else None,
        cost_type=new.cost_type,
        ceiling=new.ceiling,
        capacity=new.capacity,
        clause=new.clause,
        is_reported=new.is_reported,
        only_when_jav_of_id=person_called(jav_of, "only_when_jav_of").id if jav_of else None,
        rests_on_organ_id=organ_called(new.organ_id).id if own and new.organ_id else order.organ_id,
        rests_on_date=new.decided_on if own else order.decided_on,
        rests_on_paragraph=new.paragraph if own else order.paragraph,
        valid_from=order.valid_from,
        valid_to=order.valid_to,
        entered_by_id=by.person_id,
        entered_for_id=by.principal_id,
        entered_at=clock.now(),
    )


def remove_clause(*, order_id: UUID, clause_id: UUID, by: Actor) -> None:
    """Take a clause out of an edition that is not confirmed yet. Raises Refused, Conflict, Unknown."""
    by = as_administrator(by)
    order = _open_order(order_id)
    row = session.scalars(
        select(Delegation).where(Delegation.public_id == clause_id, Delegation.order_id == order.id)
    ).one_or_none()
    if row is None:
        raise Unknown
    record_delegation("funds.remove_clause", row, by)
    session.delete(row)
    order.version += 1


def discard_order(*, order_id: UUID, by: Actor) -> None:
    """Take away an edition that was never confirmed, with its clauses. Raises Refused, Conflict, Unknown."""
    by = as_administrator(by)
    order = _open_order(order_id)
    _record("funds.discard_order", order, by)
    for row in session.scalars(select(Delegation).where(Delegation.order_id == order.id)):
        session.delete(row)
    session.flush()  # before the order they name
    session.delete(order)


def confirm_order(*, order_id: UUID, by: Actor, seen_version: int | None = None) -> DelegationOrder:
    """The registrar, who neither entered it nor is given anything by it, has read it: every clause counts from its first day.

    Raises Refused, Conflict (confirmed already, or changed since it was read), Unknown.
    """
    order = _open_order(order_id)
    if seen_version is not None and seen_version != order.version:
        raise Conflict(_("Delegationsordningen har ändrats sedan du läste den. Läs den på nytt innan du bekräftar."))
    rows = _clauses_of(order.id)
    delegates = [each.person_id for each in rows]
    refuse(rules.refusal_to_confirm_order(by, order.entered_by_id, delegates, entered_for_id=order.entered_for_id))
    by = rules.in_role(by, Permission.CONFIRM_AUTHORITY)
    if not rows:
        raise Refused(_("Delegationsordningen har inga punkter att bekräfta."))
    older = _end(order.replaces_id, order.valid_from) if order.replaces_id is not None else None
    now = clock.now()
    confirmed: list[DelegationOrder | Delegation] = [order, *rows]
    for row in confirmed:
        row.confirmed_at, row.confirmed_by_id = now, by.person_id
        row.version += 1
    _record("funds.confirm_order", order, by, clauses=[frozen(row) for row in rows], **_replaced(older))
    return order


def _replaced(older: DelegationOrder | None) -> dict[str, object]:
    """Which edition gave way, and its last day, for the log."""
    if older is None or older.valid_to is None:
        return {"replaces": "", "replaced_ends": ""}
    return {"replaces": rules.edition_called(older.name, older.edition), "replaced_ends": older.valid_to.isoformat()}


def _end(order_id: int, replaced_from: date) -> DelegationOrder:
    """The older edition, which with its clauses now ends the day before. Refused for a day gone by: then it was in force."""
    if replaced_from < clock.today():
        raise Refused(
            _("Utgåvan skulle ersätta den äldre från en dag som har varit. Ta bort den och för in den med en senare dag.")
        )
    last_day = replaced_from - timedelta(days=1)
    older = session.get_one(DelegationOrder, order_id, with_for_update=True)
    clauses = session.scalars(select(Delegation).where(Delegation.order_id == order_id).with_for_update())
    ended: list[DelegationOrder | Delegation] = [older, *clauses]
    for row in ended:
        if row.valid_to is None or row.valid_to > last_day:
            row.valid_to = last_day
            row.version += 1
    return older


def _open_order(public_id: UUID) -> DelegationOrder:
    order = session.scalars(
        select(DelegationOrder).where(DelegationOrder.public_id == public_id).with_for_update()
    ).one_or_none()
    if order is None:
        raise Unknown
    if order.confirmed_at is not None:
        raise Conflict(_("Delegationsordningen är redan bekräftad och ändras genom en ny utgåva."))
    return order


def _clauses_of(order_id: int) -> list[Delegation]:
    """The clauses of an edition, as they were entered, with what the log says of them."""
    said = (Delegation.person, Delegation.fund, Delegation.rests_on_organ, Delegation.only_when_jav_of)
    statement = select(Delegation).where(Delegation.order_id == order_id).order_by(Delegation.id)
    return list(session.scalars(statement.options(*(joinedload(each) for each in said))))


def _record(action: str, order: DelegationOrder, by: Actor, **more: object) -> None:
    body: dict[str, object] = {
        "order": rules.edition_called(order.name, order.edition),
        "organ": order.organ.name,
        "date": order.decided_on.isoformat(),
        "paragraph": order.paragraph,
        "valid_from": order.valid_from.isoformat(),
        "valid_to": order.valid_to.isoformat() if order.valid_to else "",
        "sha256": order.file_sha256 or "",
        **more,
    }
    record(action, by=by, kind="delegation_order", object_id=order.public_id, body=body)
