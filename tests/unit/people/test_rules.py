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
