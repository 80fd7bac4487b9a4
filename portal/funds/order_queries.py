"""Reads of the delegation order: its editions, and the clauses of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.db import session
from portal.errors import Unknown
from portal.funds.models import Delegation, DelegationOrder
from portal.funds.queries import ListedDelegation, listed

MOST = 200  # editions on a page; a municipality takes one or two a year


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """An edition, and how many clauses it has here."""

    order: DelegationOrder
    clauses: int


def orders() -> list[ListedOrder]:
    """Every edition, by name, the newest first."""
    clauses = select(func.count()).select_from(Delegation).where(Delegation.order_id == DelegationOrder.id).scalar_subquery()
    statement = (
        select(DelegationOrder, clauses)
        .options(joinedload(DelegationOrder.organ))
        .order_by(DelegationOrder.name, DelegationOrder.edition.desc())
        .limit(MOST)
    )
    return [ListedOrder(order, number) for order, number in session.execute(statement)]


def order(public_id: UUID) -> DelegationOrder:
    """The edition with its organ and who entered and confirmed it. Raises Unknown."""
    found = session.scalars(
        select(DelegationOrder)
        .where(DelegationOrder.public_id == public_id)
        .options(
            joinedload(DelegationOrder.organ),
            joinedload(DelegationOrder.entered_by),
            joinedload(DelegationOrder.confirmed_by),
        )
    ).one_or_none()
    if found is None:
        raise Unknown
    return found


def clauses_of(order_id: int) -> list[ListedDelegation]:
    """The clauses of an edition, as they were entered."""
    return listed(Delegation.order_id == order_id, order_by=(Delegation.id,))


def stored_files() -> Sequence[str]:
    """The SHA-256 of every edition's PDF."""
    found = select(DelegationOrder.file_sha256).where(DelegationOrder.file_sha256.is_not(None)).distinct()
    return [each for each in session.scalars(found) if each]
