"""Who may stand in for whom, when: one at a time, never in a circle, on a ground that is named. Civil dates, included."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.people import rules
from portal.people.rules import Period, StandsIn

A, B, C, D = 1, 2, 3, 4
JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))
JULY = Period(date(2026, 7, 1), date(2026, 7, 31))
TODAY = date(2026, 11, 22)
CIRCLE = "De två skulle ersätta varandra under en del av tiden, direkt eller genom andra. Välj en annan ersättare."
ANOTHER = "En annan är redan ersättare under en del av tiden. Avsluta den ersättningen eller välj andra dagar."


def problem(period: Period, person: int, substitute: int, *held: StandsIn) -> str | None:
    return rules.substitute_problem(period, person_id=person, substitute_id=substitute, held=held)


def test_two_do_not_stand_in_for_the_same_person_on_the_same_day() -> None:
    held = StandsIn(A, B, JUNE)
    assert problem(JUNE, A, C, held) == ANOTHER
    assert problem(Period(date(2026, 6, 30), date(2026, 7, 5)), A, C, held) == ANOTHER
    assert problem(JULY, A, C, held) is None
    assert problem(JUNE, C, B, held) is None  # one may stand in for two


def test_two_do_not_stand_in_for_each_other_on_the_same_day() -> None:
    assert problem(JUNE, B, A, StandsIn(A, B, JUNE)) == CIRCLE
    assert problem(JULY, B, A, StandsIn(A, B, JUNE)) is None
    assert problem(Period(date(2026, 6, 30), date(2026, 6, 30)), B, A, StandsIn(A, B, JUNE)) == CIRCLE


def test_a_circle_by_way_of_others_is_one_too_when_all_of_it_falls_on_one_day() -> None:
    chain = (StandsIn(A, B, JUNE), StandsIn(B, C, JUNE))
    assert problem(JUNE, C, A, *chain) == CIRCLE
    assert problem(JUNE, D, A, *chain) is None
    apart = (StandsIn(A, B, JUNE), StandsIn(B, C, JULY))
    both = Period(JUNE.first, JULY.last)
    assert problem(both, C, A, *apart) is None  # on no day do all three links hold


@pytest.mark.parametrize("day", [date(2028, 2, 29), date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 31)])
def test_leap_days_nights_the_clock_is_moved_and_the_turn_of_the_year_are_days_like_others(day: date) -> None:
    until, after = Period(day - timedelta(days=3), day), Period(day + timedelta(days=1), day + timedelta(days=3))
    assert problem(after, A, C, StandsIn(A, B, until)) is None
    assert problem(Period(day, day), A, C, StandsIn(A, B, until)) == ANOTHER


def _row(pair: tuple[int, int], first: int, days: int) -> StandsIn:
    start = date(2026, 1, 1) + timedelta(days=first)
    return StandsIn(*pair, Period(start, start + timedelta(days=days)))


pairs = st.permutations([A, B, C, D]).map(lambda four: (four[0], four[1]))
rows = st.builds(_row, pairs, st.integers(0, 12), st.integers(0, 6))


def _stands_in_on(held: list[StandsIn], day: date) -> dict[int, int]:
    return {row.person_id: row.substitute_id for row in held if row.period.meets(Period(day, day))}


@given(st.lists(rows, max_size=12))
def test_whatever_is_asked_for_no_day_has_two_substitutes_for_one_or_a_circle(asked: list[StandsIn]) -> None:
    held: list[StandsIn] = []
    for row in asked:
        if problem(row.period, row.person_id, row.substitute_id, *held) is None:
            held.append(row)
    for number in range(20):
        day = date(2026, 1, 1) + timedelta(days=number)
        on = _stands_in_on(held, day)
        assert len(on) == sum(row.period.meets(Period(day, day)) for row in held)
        for start in on:
            seen, now = {start}, on[start]
            while now in on:
                assert now not in seen
                seen.add(now)
                now = on[now]
            assert now != start


def grounds(kind: str, **given: object) -> dict[str, str]:
    said: dict[str, object] = {"clause": "", "number": "", "appointed_by": "", "dated": None, "today": TODAY, **given}
    return rules.ground_problems(kind=kind, **said)  # type: ignore[arg-type]  # fields by name


def test_a_ground_is_a_clause_or_an_appointment_with_number_date_and_by_whom() -> None:
    assert grounds("clause", clause="1.4") == {}
    assert set(grounds("clause", number="12")) == {"ground"}
    assert set(grounds("appointment", clause="1.4")) == {"ground_number", "ground_date", "appointed_by"}
    whole = {"number": "12", "dated": TODAY, "appointed_by": "Kommunstyrelsens ordförande"}
    assert grounds("appointment", **whole) == {}
    assert set(grounds("appointment", **{**whole, "dated": TODAY + timedelta(days=1)})) == {"ground_date"}
    assert set(grounds("gammal vana", clause="1.4")) == {"ground_kind"}


def test_what_a_ground_lacks_is_said_word_for_word() -> None:
    assert grounds("clause") == {"ground": "Skriv grunden för ersättningen, till exempel delegationsordningens punkt."}
    assert grounds("gammal vana") == {"ground_kind": "Välj punkt i delegationsordningen eller förordnande."}
    assert grounds("appointment") == {
        "ground_number": "Skriv förordnandets nummer.",
        "ground_date": "Skriv förordnandets datum.",
        "appointed_by": "Skriv vem som har förordnat.",
    }
    ahead = grounds("appointment", number="12", appointed_by="Ordföranden", dated=TODAY + timedelta(days=1))
    assert ahead == {"ground_date": "Förordnandets datum ligger i framtiden."}
    assert grounds("appointment", number="12", appointed_by="Ordföranden", dated=TODAY) == {}


def test_a_substitution_ends_today_or_later_and_never_later_than_it_would() -> None:
    held = Period(date(2026, 11, 1), date(2026, 11, 30))
    longer = "Ersättningen slutar tidigare än så. Utse ersättaren på nytt för en längre tid."
    behind = "Sista dagen är tidigast i dag, så att det som ersättaren har gjort ligger inom tiden."

    def said(last: date, of: Period = held) -> str | None:
        return rules.end_of_substitution_problem(of, last, TODAY)

    assert said(TODAY) is said(date(2026, 11, 30)) is said(date(2027, 5, 1), Period(held.first, None)) is None
    assert said(date(2026, 12, 1)) == longer
    assert said(TODAY - timedelta(days=1)) == behind
    assert said(date(2026, 10, 31)) == "Slutdagen kan inte ligga före startdagen."


def test_ones_own_absence_is_forwards_does_not_overlap_and_names_another() -> None:
    def said(period: Period, other: int | None = B, *held: Period) -> str | None:
        return rules.absence_problem(period, person_id=A, stands_in_id=other, held=held)

    assert said(JUNE) is None
    assert said(JUNE, None, JULY) is None
    assert said(JUNE, A) == "Ange någon annan än dig själv."
    assert said(JUNE, B, Period(date(2026, 6, 30), date(2026, 7, 2))) == "Du har redan angett frånvaro under en del av tiden."
    assert said(Period(JULY.first, JUNE.last)) == "Slutdagen kan inte ligga före startdagen."


def test_the_days_two_periods_share_lie_within_both() -> None:
    days = [Period(date(2026, 6, n), last) for n in (1, 10, 20) for last in (date(2026, 6, 25), None)]
    for one, other in pairwise(days):
        shared = one.within(other)
        assert shared == other.within(one)
        assert shared.first == max(one.first, other.first)
        assert shared.last == (date(2026, 6, 25) if date(2026, 6, 25) in (one.last, other.last) else None)
