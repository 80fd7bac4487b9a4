"""Whatever gives the right to decide holds through the last second of its last Swedish day, and not a second longer."""

from calendar import isleap
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from portal import clock
from portal.db import session, transaction
from portal.decisions import operations
from portal.errors import Refused
from portal.funds.models import Delegation
from portal.people.models import RoleHolding, Substitution
from tests.factories.decisions import a_decision, a_submitted_request, an_answer, case_of
from tests.factories.town import Town

pytestmark = pytest.mark.usefixtures("inside")

YEAR = clock.today().year


def last_sunday(year: int, month: int) -> date:
    """The Sunday in whose small hours the clock is moved, in March and October."""
    return max(day for n in range(1, 32) if (day := date(year, month, n)).weekday() == 6)


LEAP_YEAR = next(year for year in range(YEAR + 1, YEAR + 9) if isleap(year))
LAST_DAYS = [date(YEAR, 12, 31), last_sunday(YEAR + 1, 3), last_sunday(YEAR + 1, 10), date(LEAP_YEAR, 2, 29)]
ENDS = {"the role": RoleHolding, "the substitution": Substitution, "the delegation": Delegation}


@pytest.fixture(autouse=True)
def _the_clock_goes_on() -> Iterator[None]:
    yield
    clock.set_source(None)


def at(instant: datetime) -> None:
    clock.set_source(lambda: instant)


def midnight_after(day: date) -> datetime:
    morrow = day + timedelta(days=1)
    return datetime(morrow.year, morrow.month, morrow.day, tzinfo=clock.STOCKHOLM).astimezone(UTC)


def asked(town: Town) -> UUID:
    return a_submitted_request(town, lines=[("Väktare", "1 000")], total="1 000", year=YEAR)


@pytest.mark.parametrize("last_day", LAST_DAYS, ids=str)
@pytest.mark.parametrize("what", ENDS)
def test_what_ends_with_the_day_gives_its_right_until_midnight(town: Town, what: str, last_day: date) -> None:
    midnight = midnight_after(last_day)
    at(midnight - timedelta(days=2))
    first, second = asked(town), asked(town)
    with transaction():
        town.substitute("tf.kommunchef", stands_in_for="kommunchef", days=60)
    ending = ENDS[what]
    with transaction():
        chief = town.person("kommunchef").id
        session.execute(update(ending).where(ending.person_id == chief).values(valid_to=last_day))
    at(midnight - timedelta(seconds=1))
    _case, decision = a_decision(town, first, by="tf.kommunchef")
    assert (decision.decided_on, decision.acting_for_id) == (last_day, chief)
    at(midnight)
    assert refused(town, second), what


def refused(town: Town, case_id: UUID) -> str:
    answer = an_answer(case_id)
    session.rollback()
    with pytest.raises(Refused) as said, transaction():
        operations.decide(case_id=case_id, answer=answer, by=town.actor("tf.kommunchef"), seen_version=None)
    return str(said.value)


@pytest.mark.parametrize("last_day", LAST_DAYS, ids=str)
def test_what_is_done_at_midnight_bears_the_swedish_day_and_the_number_of_its_year(town: Town, last_day: date) -> None:
    midnight = midnight_after(last_day)
    told = []
    for moment in (midnight - timedelta(seconds=1), midnight):
        at(moment)
        case_id, decision = a_decision(town, asked(town))
        case = case_of(case_id)
        told.append((case.year, case.serial, decision.decided_on, decision.number))
    after = last_day + timedelta(days=1)
    serial = 1 if after.year > last_day.year else 2
    assert told == [
        (last_day.year, 1, last_day, f"KS-{last_day.year}-0001"),
        (after.year, serial, after, f"KS-{after.year}-{serial:04d}"),
    ]
