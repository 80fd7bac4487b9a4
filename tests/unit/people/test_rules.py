"""Passwords, waits and periods, tried without a database."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from portal.people import rules
from portal.people.actor import Actor
from portal.people.rules import Period

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def problem(password: str) -> str | None:
    return rules.password_problem(password, known=("anna.ek", "Anna Ekmoraberg", "Säkerhetschef", "Åkersbro kommun"))


@pytest.mark.parametrize(
    "password", ["Tistel Gurka Moln Kjol", "vgT4-p9.qLw2zX", "å" * 2 + "gurkmoja och plåt", "x1 trumpet blad kust"]
)
def test_a_long_password_without_known_words_is_taken(password: str) -> None:
    assert problem(password) is None


@pytest.mark.parametrize(
    "password",
    [
        "kort",
        "elvatecken1",
        "aaaaaaaaaaaaaa",
        "123456789012",
        "lösenord12345",
        "Äskandeportalen1",
        "annaekmoraberg",
        "kommunchef2026!",
        "sommarsommar12",
        "Åkersbro2026!",
        "vinter2025vinter",
        "P@ssw0rd1234",
        "qwertyuiop123",
        "x" * 257,
    ],
)
def test_a_short_common_or_telling_password_is_refused_with_a_sentence(password: str) -> None:
    sentence = problem(password)
    assert sentence
    assert sentence.endswith(".")


def test_waiting_begins_after_the_free_tries_grows_and_never_passes_five_minutes() -> None:
    waits = [rules.wait(n, free=5) for n in range(40)]
    assert waits[:5] == [timedelta(0)] * 5
    assert waits[5] == timedelta(seconds=5)
    assert waits[6] == timedelta(seconds=10)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=5)


@pytest.mark.parametrize(("minutes", "asks"), [(0, False), (4, False), (5, True), (60, True)])
def test_the_password_is_asked_for_again_after_five_minutes(minutes: int, asks: bool) -> None:
    actor = Actor(person_id=1, public_id=uuid4(), name="A", title="B", confirmed_at=NOON - timedelta(minutes=minutes))
    assert (rules.refusal_without_password(actor, NOON) is not None) is asks


def test_the_password_is_asked_for_when_it_was_never_given() -> None:
    actor = Actor(person_id=1, public_id=uuid4(), name="A", title="B")
    assert rules.refusal_without_password(actor, NOON)


JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        (Period(date(2026, 1, 31), date(2026, 3, 1)), True),
        (Period(date(2026, 2, 1), None), False),
        (Period(date(2025, 1, 1), date(2025, 12, 31)), False),
        (Period(date(2025, 1, 1), None), True),
    ],
)
def test_periods_that_share_a_day_meet(other: Period, meets: bool) -> None:
    assert JANUARY.meets(other) is meets
    assert other.meets(JANUARY) is meets


def test_a_period_cannot_end_before_it_begins() -> None:
    assert rules.period_problem(Period(date(2026, 2, 2), date(2026, 2, 1)))
    assert rules.period_problem(Period(date(2026, 2, 2), date(2026, 2, 2))) is None


def test_nobody_closes_their_own_account() -> None:
    actor = Actor(person_id=7, public_id=uuid4(), name="A", title="B")
    assert rules.refusal_to_disable(actor, 7)
    assert rules.refusal_to_disable(actor, 8) is None


TOO_EASY = "Lösenordet är för lätt att gissa. Välj till exempel fyra ord utan samband."


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("vgT4-p9.qLw", "Lösenordet ska ha minst 12 tecken."),
        ("vgT4-p9.qLw2", None),
        ("vgT4-p9.qLw2" * 21 + "abcd", None),  # 256
        ("vgT4-p9.qLw2" * 21 + "abcde", "Lösenordet får ha högst 256 tecken."),
        ("aaaaaaaaaaaa", TOO_EASY),
        ("Anna Ekmoraberg", TOO_EASY),
        ("a" * 72 + "vgT4-p9.qLw2zX", TOO_EASY),  # what comes after the 72 characters that are judged adds nothing
        ("a" * 58 + "vgT4-p9.qLw2zX", None),
    ],
)
def test_a_password_is_taken_or_refused_at_the_very_character(password: str, sentence: str | None) -> None:
    assert problem(password) == sentence


def test_a_name_of_the_person_makes_a_password_easy_whatever_its_case_and_a_name_of_another_does_not() -> None:
    def refused(password: str, *known: str) -> bool:
        return rules.password_problem(password, known=known) == TOO_EASY

    assert refused("Qxvantorp 47", "Bo", "Anna QXVANTORP")
    assert not refused("Qxvantorp 47", "Bo", "Anna Ek")
    assert refused("wzq7kf9wzqwzq", "WZQ")  # three letters are a name


def test_the_password_is_asked_for_at_the_very_minute() -> None:
    given = Actor(person_id=1, public_id=uuid4(), name="A", title="B", confirmed_at=NOON)
    almost = timedelta(minutes=5) - timedelta(microseconds=1)
    assert rules.refusal_without_password(given, NOON + almost) is None
    assert rules.refusal_without_password(given, NOON + timedelta(minutes=5)) == "Ange ditt lösenord för att fortsätta."


def test_each_wait_is_twice_the_one_before_until_five_minutes() -> None:
    seconds = [rules.wait(n, free=3).total_seconds() for n in range(12)]
    assert seconds == [0, 0, 0, 5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert rules.wait(10**6, free=3) == timedelta(minutes=5)


def test_the_limits_are_these() -> None:
    assert (rules.FREE_TRIES_NAME, rules.FREE_TRIES_ADDRESS) == (5, 20)
    assert (timedelta(hours=1), timedelta(minutes=5)) == (rules.COUNTED_FOR, rules.CONFIRMED_FOR)


FEBRUARY = Period(date(2026, 2, 1), date(2026, 2, 28))
BACKWARDS = Period(date(2026, 2, 2), date(2026, 2, 1))
ENDS_BEFORE = "Slutdagen kan inte ligga före startdagen."


def test_a_role_is_given_for_a_period_in_which_it_is_not_held() -> None:
    assert rules.role_problem(BACKWARDS, held=[]) == ENDS_BEFORE
    assert rules.role_problem(FEBRUARY, held=[]) is None
    assert rules.role_problem(FEBRUARY, held=[JANUARY]) is None
    assert rules.role_problem(FEBRUARY, held=[JANUARY, Period(date(2026, 2, 28), None)]) == (
        "Personen har redan rollen för enheten under en del av tiden."
    )


def test_a_substitute_is_another_person_for_a_period_not_yet_covered() -> None:
    def problem_of(period: Period, *held: Period, substitute: int = 2) -> str | None:
        rows = [rules.StandsIn(1, 2, days) for days in held]
        return rules.substitute_problem(period, person_id=1, substitute_id=substitute, held=rows)

    assert problem_of(FEBRUARY, JANUARY) is None
    assert problem_of(FEBRUARY, substitute=1) == "En person kan inte vara sin egen ersättare."
    assert problem_of(BACKWARDS) == ENDS_BEFORE
    assert problem_of(JANUARY, JANUARY) == "Personen är redan ersättare under en del av tiden."


def test_the_refusal_to_close_ones_own_account_says_who_can() -> None:
    actor = Actor(person_id=7, public_id=uuid4(), name="A", title="B")
    assert rules.refusal_to_disable(actor, 7) == ("Du kan inte stänga ditt eget konto. En annan administratör kan göra det.")
    assert rules.period_problem(BACKWARDS) == ENDS_BEFORE
