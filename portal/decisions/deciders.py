"""Whose a request is to decide, for lists: as conditions on the ``Case`` of the enclosing query.

The rules (``rules``, ``funds.rules``) say what one person may do with one case. A work list asks it of every case at once,
and is read along an index: it names as a person's own what their delegation is for, or what nobody's is.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from portal.decisions.queries import deciding_on, kinds_asked
from portal.decisions.rules import holder_of, ways_to_decide
from portal.funding_requests.counted import sum_of_others
from portal.funding_requests.models import FundingRequest
from portal.funds.models import Delegation
from portal.people.actor import Actor
from portal.people.models import Person, Substitution
from portal.register.models import Case, ConflictOfInterest, Part, Participation

_BARS = (Part.REQUESTER.value, Part.RECORDER.value, Part.STATEMENT.value)

# Made once: an alias remembers its columns, and to make them anew was most of what every page's menu cost.
_REQUEST, _PERSON = aliased(FundingRequest), aliased(Person)
_ROW, _OTHER, _RULED = aliased(Delegation), aliased(Delegation), aliased(Delegation)


def _barred(person: Any, parts: tuple[str, ...] = _BARS) -> ColumnElement[bool]:
    """The person (a row id, or a column) has a conflict of interest in the case, or one of the ``parts``, which bar."""
    jav, part = ConflictOfInterest, Participation
    return or_(
        exists().where(jav.case_id == Case.id, jav.person_id == person).correlate_except(jav),
        exists().where(part.case_id == Case.id, part.person_id == person, part.part.in_(parts)).correlate_except(part),
    )


def _for_its_money(row: Any, request: Any, on: date) -> ColumnElement[bool]:
    """The delegation counts for the request's money on the day, whatever its ceiling (as ``funds.rules.in_force``)."""
    ruled = exists().where(_RULED.fund_id == request.fund_id, _RULED.confirmed_at.is_not(None), _RULED.valid_from <= on)
    of_other = (ConflictOfInterest.case_id == Case.id, ConflictOfInterest.person_id == row.only_when_jav_of_id)
    jav = exists().where(*of_other).correlate_except(ConflictOfInterest)
    return and_(
        row.confirmed_at.is_not(None),
        row.valid_from <= on,
        or_(row.valid_to.is_(None), row.valid_to >= on),
        or_(row.fund_id == request.fund_id, and_(row.fund_id.is_(None), ~ruled.correlate_except(_RULED))),
        or_(row.only_when_jav_of_id.is_(None), jav),
    )


def _covers(row: Any, request: Any) -> ColumnElement[bool]:
    """The delegation reaches the amount that is counted, and the kind of every line with an amount."""
    first, last = kinds_asked()
    counted = request.requested + sum_of_others(Case)
    return and_(row.ceiling >= counted, or_(row.cost_type.is_(None), and_(row.cost_type == first, row.cost_type == last)))


def _decides_at_all(person: Any, of: Any, on: date) -> ColumnElement[bool]:
    """The person, a column of ``of``, is a decision maker on the day and has not been shut out."""
    shut_out = exists().where(Person.id == person, Person.disabled_at.is_not(None)).correlate(of)
    return and_(deciding_on(person, on).correlate(of).exists(), ~shut_out)


def is_for(actor: Actor, on: date) -> ColumnElement[bool]:
    """``actor`` holds, or stands in for one who holds, a delegation for the money; or nobody does who may decide the case."""
    request, row, other = _REQUEST, _ROW, _OTHER
    holders = [holder_of(way) for way in ways_to_decide(actor)]
    mine = exists().where(row.person_id.in_(holders), _for_its_money(row, request, on)).correlate_except(row)
    able = exists().where(
        deciding_on(other.person_id, on).exists(), _for_its_money(other, request, on), ~_barred(other.person_id)
    )
    return exists(select(request.id).where(request.case_id == Case.id, or_(mine, ~able)).correlate(Case))


def covered_by(actor: Actor, on: date) -> ColumnElement[bool]:
    """A delegation covers the case, and ``actor`` may decide it by that: of the ``FundingRequest`` that is read with it."""
    row = _ROW
    ways = [(holder_of(way), way.persons) for way in ways_to_decide(actor)]
    one_of = or_(
        *(and_(row.person_id == holder, *(~_barred(person) for person in sorted(persons))) for holder, persons in ways)
    )
    return exists().where(one_of, _for_its_money(row, FundingRequest, on), _covers(row, FundingRequest)).correlate_except(row)


def covered_by_another(on: date) -> ColumnElement[bool]:
    """Some decision maker's delegation covers the case: of the ``FundingRequest`` that is read with it."""
    row = _ROW
    may = (_decides_at_all(row.person_id, row, on), ~_barred(row.person_id))
    return exists().where(*may, _for_its_money(row, FundingRequest, on), _covers(row, FundingRequest)).correlate_except(row)


def nobody_may_act(on: date) -> ColumnElement[bool]:
    """Every decision maker and substitute of the day has asked for the money or has a conflict of interest (as
    ``rules.no_decision_maker_may_act``): the registrar hands over."""
    asked = (Part.REQUESTER.value,)
    one, row, request = _PERSON, _ROW, _REQUEST
    own = exists(select(one.id).where(_decides_at_all(one.id, one, on), ~_barred(one.id, asked)).correlate_except(one))
    stand = Substitution
    # With a delegation of their own for the money, a substitute counts as themselves alone.
    delegated = exists().where(
        request.case_id == Case.id, row.person_id == stand.substitute_id, _for_its_money(row, request, on)
    )
    as_tf = exists().where(
        stand.valid_from <= on,
        stand.valid_to >= on,
        deciding_on(stand.person_id, on).correlate(stand).exists(),
        ~exists().where(Person.id == stand.substitute_id, Person.disabled_at.is_not(None)).correlate(stand),
        ~_barred(stand.substitute_id, asked),
        or_(~_barred(stand.person_id, asked), delegated.correlate_except(row, request)),
    )
    return and_(~own, ~as_tf.correlate_except(stand))
