"""Every condition of a clause with every other, against the reading of the delegation order that a lawyer would make.

What is expected is counted from reasons: a clause covers a request where none of the reasons against it holds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.funds.rules import DELEGATED, EXECUTION, DelegationRow, authority, in_force, reach, refusal_without_authority

CHIEF, DEPUTY, OTHER = 1, 2, 3
THIS_FUND, OTHER_FUND = 10, 11
FIRST, LAST = date(2028, 2, 29), date(2028, 12, 31)
DAY = timedelta(days=1)
CEILING = 500_000
SAYS_NONE, SAYS_KIND, SAYS_CEILING = "Du har ingen delegation", "gäller bara", "Delegationen räcker till"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who would decide, of which money, how much, which kinds of cost, on which day, and who has declared jäv."""

    fund: int | None
    total: int
    kinds: frozenset[str]
    on: date
    jav: frozenset[int]


def a_row(**said: Any) -> DelegationRow:
    """The chief's clause: this fund, up to the ceiling, from 29 February through New Year's Eve."""
    fields: dict[str, Any] = {
        "public_id": "a", "person_id": CHIEF, "fund_id": THIS_FUND, "ceiling": CEILING, "capacity": DELEGATED,
        "clause": "4.2", "organ": "Kommunstyrelsen", "decided_on": date(2028, 1, 10), "paragraph": "8",
        "only_when_jav_of_id": None, "valid_from": FIRST, "valid_to": LAST, "confirmed": True,
    }  # fmt: skip
    return DelegationRow(**fields | said)


def answers(rows: Iterable[DelegationRow], asked: Asked) -> tuple[str | None, str | None]:
    """The clause that covers, and the sentence where none does."""
    rows = list(rows)
    about: dict[str, Any] = {"person_id": CHIEF, "fund_id": asked.fund, "on": asked.on, "jav": asked.jav}
    found = authority(rows, **about, amount_total=asked.total, cost_types=asked.kinds)
    said = refusal_without_authority(rows, **about, amount_total=asked.total, cost_types=asked.kinds)
    assert bool(in_force(rows, **about)) is not (said or "").startswith(SAYS_NONE)
    return (found.delegation if found else None), said


PERSONS = {"the decision maker's own": CHIEF, "another's": DEPUTY}
MONEY = {"this money": THIS_FUND, "other money": OTHER_FUND, "all other money": None}
DAYS = {
    "the day before": (FIRST - DAY, False),
    "its first day, 29 February": (FIRST, True),
    "its last day, New Year's Eve": (LAST, True),
    "New Year's Day after": (LAST + DAY, False),
}
GROUNDS = [(DELEGATED, "8", True), (DELEGATED, "", True), (EXECUTION, "8", True), (EXECUTION, "", False)]
JAV = [(None, frozenset(), True), (None, frozenset({OTHER}), True), (OTHER, frozenset(), False),
       (OTHER, frozenset({DEPUTY}), False), (OTHER, frozenset({OTHER}), True)]  # fmt: skip
KINDS: list[tuple[str | None, frozenset[str], bool]] = [
    (None, frozenset({"drift", "vet inte"}), True),
    ("drift", frozenset({"drift"}), True),
    ("drift", frozenset({"drift", "investering"}), False),
    ("drift", frozenset({"vet inte"}), False),
    ("investering", frozenset({"investering"}), True),
    ("investering", frozenset({"drift"}), False),
    ("investering", frozenset(), False),
]


def test_one_clause_in_every_combination_covers_where_nothing_speaks_against_it() -> None:
    tried = covered = 0
    for (whose, person), (what, money), asked_of, confirmed, (when, (day, in_time)), ground, jav, kind, over in product(
        PERSONS.items(), MONEY.items(), (THIS_FUND, None), (True, False), DAYS.items(), GROUNDS, JAV, KINDS, (-1, 0, 1)
    ):  # fmt: skip
        capacity, paragraph, rests = ground
        only_when, declared, opened = jav
        cost_type, kinds, reached = kind
        row = a_row(person_id=person, fund_id=money, confirmed=confirmed, capacity=capacity, paragraph=paragraph,
                    only_when_jav_of_id=only_when, cost_type=cost_type)  # fmt: skip
        asked = Asked(asked_of, CEILING + over, kinds, day, declared)
        of_the_money = money == asked_of or money is None
        counts = person == CHIEF and of_the_money and confirmed and in_time and rests and opened
        expected = None if counts and reached and over <= 0 else (
            SAYS_NONE if not counts else SAYS_KIND if not reached else SAYS_CEILING
        )  # fmt: skip
        found, said = answers([row], asked)
        told = (whose, what, asked_of, confirmed, when, ground, jav, kind, over, found, said)
        assert (found is not None) is (expected is None), told
        assert (said is None) is (expected is None) and (expected or "") in (said or ""), told
        tried, covered = tried + 1, covered + (found is not None)
    assert tried == 2 * 3 * 2 * 2 * 4 * 4 * 5 * 7 * 3 and covered > 100


def test_what_is_reported_is_every_delegated_clause_that_says_so_and_nothing_executed() -> None:
    for capacity, marked, order in product((DELEGATED, EXECUTION), (True, False), ("", "Delegationsordning, utgåva 2")):
        row = a_row(capacity=capacity, is_reported=marked, order=order)
        found = authority([row], person_id=CHIEF, fund_id=THIS_FUND, on=FIRST, jav=frozenset(), amount_total=1)
        assert found is not None
        assert found.is_reported is (marked and capacity == DELEGATED)
        assert (found.capacity, found.as_json()["order"]) == (capacity, order)


NEXT = date(2029, 1, 1)


def test_the_general_clause_counts_until_the_money_has_a_rule_of_its_own_in_force() -> None:
    """A rule confirmed in December and valid from New Year's Day takes nothing from who decides in December."""
    general = a_row(public_id="g", fund_id=None, valid_to=None)
    for whose, confirmed, (first, last), on in product(
        (CHIEF, DEPUTY),
        (True, False),
        ((FIRST, None), (FIRST, LAST), (NEXT, None)),
        (FIRST, LAST, NEXT),
    ):
        own = a_row(public_id="own", person_id=whose, confirmed=confirmed, valid_from=first, valid_to=last)
        begun, over = confirmed and first <= on, last is not None and on > last
        expected = "g" if not begun else None if over or whose != CHIEF else "own"
        told = (whose, confirmed, first, last, on)
        assert answers([general, own], Asked(THIS_FUND, 1, frozenset(), on, frozenset()))[0] == expected, told
        ceiling = reach([replace(general, ceiling=1), own], fund_id=THIS_FUND, on=on, cost_types=frozenset())
        assert ceiling == (1 if not begun else None if over else CEILING), told


ROWS = st.builds(
    a_row,
    public_id=st.sampled_from("abcdef"),
    person_id=st.sampled_from([CHIEF, CHIEF, DEPUTY]),
    fund_id=st.sampled_from([THIS_FUND, THIS_FUND, OTHER_FUND, None]),
    ceiling=st.integers(1, 4),
    capacity=st.sampled_from([DELEGATED, EXECUTION]),
    paragraph=st.sampled_from(["8", "8", ""]),
    only_when_jav_of_id=st.sampled_from([None, None, OTHER]),
    valid_from=st.sampled_from([FIRST, LAST, NEXT]),
    valid_to=st.sampled_from([LAST, NEXT, None]),
    confirmed=st.sampled_from([True, True, False]),
    cost_type=st.sampled_from([None, None, "drift", "investering"]),
)
ASKED = st.builds(
    Asked,
    fund=st.sampled_from([THIS_FUND, None]),
    total=st.integers(1, 5),
    kinds=st.sets(st.sampled_from(["drift", "investering", "vet inte"])).map(frozenset),
    on=st.sampled_from([FIRST, LAST, NEXT]),
    jav=st.sampled_from([frozenset(), frozenset({OTHER})]),
)


def read_as_a_lawyer(rows: list[DelegationRow], asked: Asked) -> Iterator[DelegationRow]:
    """The clauses that cover, one reason against after the other."""
    own_rule = any(row.fund_id is not None and row.fund_id == asked.fund and row.confirmed and row.valid_from <= asked.on
                   for row in rows)  # fmt: skip
    for row in rows:
        against = [
            row.person_id != CHIEF,
            not row.confirmed,
            asked.on < row.valid_from,
            row.valid_to is not None and row.valid_to < asked.on,
            row.capacity == EXECUTION and not row.paragraph,
            row.fund_id is None and own_rule,
            row.fund_id is not None and row.fund_id != asked.fund,
            row.only_when_jav_of_id == OTHER and OTHER not in asked.jav,
            row.cost_type == "drift" and bool(asked.kinds - {"drift"} or not asked.kinds),
            row.cost_type == "investering" and bool(asked.kinds - {"investering"} or not asked.kinds),
            asked.total > row.ceiling,
        ]
        if not any(against):
            yield row


@given(st.lists(ROWS, max_size=6, unique_by=lambda row: row.public_id), ASKED)
def test_of_many_clauses_the_unconditional_then_the_highest_then_the_newest_counts(
    rows: list[DelegationRow], asked: Asked
) -> None:
    found, said = answers(rows, asked)
    covering = list(read_as_a_lawyer(rows, asked))
    assert (found is None) == (not covering) == (said is not None)
    if not covering:
        return
    unconditional = [row for row in covering if row.only_when_jav_of_id is None] or covering
    highest = [row for row in unconditional if row.ceiling == max(each.ceiling for each in unconditional)]
    newest = [row for row in highest if row.valid_from == max(each.valid_from for each in highest)]
    assert found in {row.public_id for row in newest}
