"""The conditions that the work lists are read along say of every case what the rules say of one, whatever the delegations,
the roles and the substitutes of the day are."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from portal import clock
from portal.db import session, transaction
from portal.decisions import deciders, queries, rules
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.models import FundingRequest
from portal.funds.models import Delegation
from portal.funds.rules import in_force
from portal.people.actor import Actor
from portal.people.models import Person, RoleHolding, Substitution
from portal.people.permissions import Permission, Role
from portal.register.models import Case
from tests.factories import funding_requests
from tests.factories.decisions import a_statement, a_submitted_request, case_of
from tests.factories.road import act
from tests.factories.town import Town, a_delegation

CHIEF, DEPUTY, OTHER, REGISTRAR = "kommunchef", "tf.kommunchef", "revisor", "registrator"
YESTERDAY, TODAY, TOMORROW = (clock.today() + timedelta(days=days) for days in (-1, 0, 1))
DECIDERS = (CHIEF, DEPUTY, OTHER)


class _UndoneError(Exception):
    pass


def _role(town: Town, username: str, role: Role, unit: str = "Säkerhet och trygghet") -> None:
    unit_id, person_id = town.units[unit].id, town.person(username).id
    session.add(RoleHolding(person_id=person_id, unit_id=unit_id, role=role.value, valid_from=TODAY))


@pytest.fixture
def cases(inside: Flask, town: Town) -> Iterator[list[UUID]]:
    """Requests of one unit: to each money, of each kind, and with a part or a conflict of interest for those who decide."""
    with transaction():
        for username in DECIDERS:
            _role(town, username, Role.REQUESTER)
        for username in (CHIEF, DEPUTY):
            _role(town, username, Role.FINANCE, "Ekonomiavdelningen")

    def small(**change: object) -> UUID:
        return a_submitted_request(town, lines=[("Belysning", "1 000")], total="1 000", **change)  # type: ignore[arg-type]

    found = [small(), small(fund=None), small(fund=town.other_fund.name), small(cost_type="investering")]
    kinds = [{"label": kind, "amount": "500", "cost_type": kind} for kind in ("drift", "investering")]
    found.append(funding_requests.a_submitted_request(town, lines=kinds, total="1 000").public_id)
    found += [small(by=username) for username in DECIDERS]
    for action_by in (CHIEF, DEPUTY):
        found.append(small())
        act(town, Action.DECLARE_JAV, found[-1], action_by)
        found.append(small())
        a_statement(town, found[-1], by=action_by)
    yield found


def _change(town: Town, who: str = CHIEF, **values: object) -> None:
    mine = (Delegation.person_id == town.person(who).id, Delegation.fund_id == town.fund.id)
    session.execute(update(Delegation).where(*mine).values(**values))


def _general(town: Town, who: str = DEPUTY, **values: object) -> None:
    """A delegation for whatever money no clause of its own rules."""
    row = a_delegation(person_id=town.person(who).id, fund_id=None, organ_id=town.organ.id)
    row.entered_by_id, row.confirmed_by_id = town.person("admin").id, town.person(REGISTRAR).id
    row.confirmed_at = clock.now()
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()


def _stands_in(town: Town, who: str, other: str, first: int = 0, last: int = 0) -> None:
    town.substitute(who, stands_in_for=other)
    days = {"valid_from": TODAY + timedelta(days=first), "valid_to": TODAY + timedelta(days=last)}
    session.execute(update(Substitution).values(**days))


def _shut_out(town: Town, who: str) -> None:
    session.execute(update(Person).where(Person.id == town.person(who).id).values(disabled_at=clock.now()))


def _role_ended(town: Town, who: str) -> None:
    decides = (RoleHolding.person_id == town.person(who).id, RoleHolding.role == Role.DECISION_MAKER.value)
    session.execute(update(RoleHolding).where(*decides).values(valid_to=YESTERDAY))


def _all(*changes: Callable[[Town], None]) -> Callable[[Town], None]:
    def change(town: Town) -> None:
        for each in changes:
            each(town)

    return change


def _alone(town: Town) -> None:
    """The deputy holds no delegation of their own."""
    session.execute(delete(Delegation).where(Delegation.person_id == town.person(DEPUTY).id))


COUNTED = 10_000  # of the unit's ten requests to the first money
SITUATIONS: dict[str, Callable[[Town], None]] = {
    "as it is": lambda _town: None,
    "up to what is counted": lambda town: _change(town, ceiling=COUNTED),
    "a krona below": lambda town: _change(town, ceiling=COUNTED - 1),
    "for drift": lambda town: _change(town, cost_type="drift"),
    "for investering": lambda town: _change(town, cost_type="investering"),
    "the last day": lambda town: _change(town, valid_to=TODAY),
    "the day after": lambda town: _change(town, valid_to=YESTERDAY),
    "the first day": lambda town: _change(town, valid_from=TODAY),
    "the day before": lambda town: _change(town, valid_from=TOMORROW),
    "not confirmed": lambda town: _change(town, confirmed_at=None, confirmed_by_id=None),
    "without a condition": lambda town: _change(town, DEPUTY, only_when_jav_of_id=None),
    "the deputy's small": lambda town: _change(town, DEPUTY, only_when_jav_of_id=None, ceiling=1),
    "general too": _general,
    "general, the money's own not confirmed": _all(
        lambda town: _change(town, confirmed_at=None, confirmed_by_id=None),
        lambda town: _change(town, DEPUTY, confirmed_at=None, confirmed_by_id=None),
        _general,
    ),
    "general, the money's own to come": _all(
        lambda town: _change(town, valid_from=TOMORROW), lambda town: _change(town, DEPUTY, valid_from=TOMORROW), _general
    ),
    "general, the money's own gone by": _all(
        lambda town: _change(town, valid_to=YESTERDAY), lambda town: _change(town, DEPUTY, valid_to=YESTERDAY), _general
    ),
    "tf": lambda town: _stands_in(town, DEPUTY, CHIEF),
    "tf until yesterday": lambda town: _stands_in(town, OTHER, CHIEF, -9, -1),
    "tf from tomorrow": lambda town: _stands_in(town, OTHER, CHIEF, 1, 9),
    "tf who decides nothing else": lambda town: _stands_in(town, OTHER, CHIEF),
    "tf without a delegation": _all(_alone, lambda town: _stands_in(town, DEPUTY, CHIEF)),
    "tf of one shut out": _all(lambda town: _stands_in(town, OTHER, CHIEF), lambda town: _shut_out(town, CHIEF)),
    "tf of one shut out, the deputy gone": _all(
        lambda town: _stands_in(town, OTHER, CHIEF), lambda town: _shut_out(town, CHIEF), lambda town: _role_ended(town, DEPUTY)
    ),
    "tf of one shut out until yesterday, the deputy gone": _all(
        lambda town: _stands_in(town, OTHER, CHIEF, -9, -1),
        lambda town: _shut_out(town, CHIEF),
        lambda town: _role_ended(town, DEPUTY),
    ),
    "tf of one shut out from tomorrow, the deputy gone": _all(
        lambda town: _stands_in(town, OTHER, CHIEF, 1, 9),
        lambda town: _shut_out(town, CHIEF),
        lambda town: _role_ended(town, DEPUTY),
    ),
    "tf who decides nothing else, the deputy gone": _all(
        _alone, lambda town: _stands_in(town, OTHER, CHIEF), lambda town: _role_ended(town, DEPUTY)
    ),
    "tf with a delegation, the deputy gone": _all(
        lambda town: _general(town, OTHER, fund_id=town.fund.id),
        lambda town: _stands_in(town, OTHER, CHIEF),
        lambda town: _role_ended(town, DEPUTY),
    ),
    "tf asks, the deputy gone": _all(lambda town: _stands_in(town, DEPUTY, CHIEF), lambda town: _role_ended(town, DEPUTY)),
    "the chief alone": _all(_alone, lambda town: _role_ended(town, DEPUTY)),
    "the chief shut out": lambda town: _shut_out(town, CHIEF),
    "the chief's role at an end": lambda town: _role_ended(town, CHIEF),
    "nobody": _all(lambda town: _role_ended(town, CHIEF), lambda town: _role_ended(town, DEPUTY)),
}


def _said(cases: Sequence[Case], persons: Sequence[Actor]) -> dict[int, Sequence[bool]]:
    """What the lists say of each case: that nobody may act, that another's covers it, and of each person in turn whether
    theirs covers it and whether it is for them; one statement."""
    asked = [deciders.nobody_may_act(TODAY), deciders.covered_by_another(TODAY)]
    asked += [of(person, TODAY) for person in persons for of in (deciders.covered_by, deciders.is_for)]
    rows = session.execute(
        select(Case.id, *asked)
        .select_from(Case)
        .join(FundingRequest, FundingRequest.case_id == Case.id)
        .where(Case.id.in_([case.id for case in cases]))
    )
    return {case_id: [bool(each) for each in said] for case_id, *said in rows}


def _ruled(case: Case, town: Town, persons: Sequence[Actor]) -> Sequence[bool]:
    """The same by the rules, asked of one case and one person at a time."""
    facts = queries.facts(case, town.actor(REGISTRAR))
    barring = facts.jav | facts.requesters | facts.recorders | facts.statement_givers

    def may_decide(actor: Actor) -> bool:
        return rules.refusal_to_decide(replace(facts, actor=actor)) is None

    def has_one(person_id: int) -> bool:
        return bool(in_force(facts.delegations, person_id=person_id, fund_id=facts.fund_id, on=facts.today, jav=facts.jav))

    deciding = [person for person in map(town.actor, DECIDERS) if person.holds(Permission.DECIDE)]
    open_ = set(session.scalars(select(Person.id).where(Person.disabled_at.is_(None))))
    by_another = any(person.person_id in open_ and may_decide(replace(person, stands_in_for=())) for person in deciding)
    able = any(has_one(person.person_id) and person.person_id not in barring for person in deciding)
    found = [rules.no_decision_maker_may_act(facts), by_another]
    for person in persons:
        mine = any(has_one(rules.holder_of(way)) for way in rules.ways_to_decide(person))
        found += [may_decide(person), mine or not able]
    return found


def test_the_lists_say_what_the_rules_say_in_every_situation(cases: list[UUID], town: Town) -> None:
    assert queries.facts(case_of(cases[0]), town.actor(REGISTRAR)).unit_total == COUNTED
    wrong = []
    for situation, change in SITUATIONS.items():
        with suppress(_UndoneError), transaction():
            change(town)
            session.flush()
            session.expire_all()
            rows = session.scalars(select(Case).where(Case.public_id.in_(cases)).order_by(Case.id)).all()
            persons = [actor for actor in map(town.actor, DECIDERS) if actor.may(Permission.DECIDE)]
            said = _said(rows, persons)
            wrong += [
                (situation, case.number, said[case.id], ruled)
                for case in rows
                if said[case.id] != (ruled := _ruled(case, town, persons))
            ]
            raise _UndoneError
    assert wrong == []
