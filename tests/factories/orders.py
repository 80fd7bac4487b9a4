"""Editions of the delegation order, entered by the administrator and confirmed by the registrar, through the operations."""

from datetime import timedelta
from uuid import UUID

from flask import current_app

from portal import clock
from portal.db import transaction
from portal.funds import order_operations
from portal.funds.order_operations import KeptFile, NewClause, NewOrder
from tests.factories.files import a_pdf
from tests.factories.town import Town

PDF = a_pdf()


def an_order(town: Town, *, person: str = "kommunchef", clauses: bool = True, by: str = "admin", **changed: object) -> UUID:
    """An edition in force from today, taken ten days ago, with one clause; not confirmed. Call it outside a transaction."""
    today = clock.today()
    fields: dict[str, object] = {
        "name": "Delegationsordning",
        "organ_id": town.organ.public_id,
        "decided_on": today - timedelta(days=10),
        "paragraph": "231",
        "valid_from": today,
        "valid_to": None,
        **changed,
    }
    kept = KeptFile(current_app.extensions["store"].put(PDF), "delegationsordning.pdf")
    with transaction():
        new = NewOrder(**fields)  # type: ignore[arg-type]  # fields by name
        order_id = order_operations.enter_order(new=new, file=kept, by=town.actor(by)).public_id
    if clauses:
        a_clause(town, order_id, person=person)
    return order_id


def a_clause(town: Town, order_id: UUID, *, person: str = "kommunchef", **changed: object) -> UUID:
    """A clause of the edition: the fund, up to its whole amount, reported."""
    fields: dict[str, object] = {
        "person_id": town.person(person).public_id,
        "fund_id": town.fund.public_id,
        "cost_type": None,
        "ceiling": 1_000_000,
        "capacity": "delegationsbeslut",
        "clause": "4.2",
        "is_reported": True,
        **changed,
    }
    with transaction():
        new = NewClause(**fields)  # type: ignore[arg-type]  # fields by name
        return order_operations.add_clause(order_id=order_id, new=new, by=town.actor("admin")).public_id


def a_confirmed_order(town: Town) -> UUID:
    """The edition, confirmed by the registrar."""
    order_id = an_order(town)
    with transaction():
        order_operations.confirm_order(order_id=order_id, by=town.actor("registrator"))
    return order_id
