"""A drawn sample follows from its seed alone."""

from hashlib import sha256

from portal.desk import sample

POPULATION = [(n, f"KS-2026-{n:04d}") for n in range(1, 201)]


def test_thirty_are_drawn_or_as_many_as_there_are() -> None:
    assert len(set(sample.drawn(POPULATION, "1"))) == 30
    assert sorted(sample.drawn(POPULATION[:7], "1")) == [1, 2, 3, 4, 5, 6, 7]
    assert sample.drawn([], "1") == []


def test_the_same_seed_draws_the_same_in_whatever_order_they_are_read_and_another_seed_another() -> None:
    assert sample.drawn(POPULATION, "12345") == sample.drawn(reversed(POPULATION), "12345")
    assert set(sample.drawn(POPULATION, "12345")) != set(sample.drawn(POPULATION, "12346"))


def test_a_decision_made_afterwards_changes_no_others_place() -> None:
    before = sample.drawn(POPULATION, "7")
    after = sample.drawn([*POPULATION, (201, "KS-2026-0201")], "7")
    assert [row for row in after if row != 201] == before[: len(after) - (201 in after)]


def test_anyone_can_repeat_the_draw_with_nothing_but_sha256() -> None:
    by_hand = sorted(POPULATION, key=lambda each: sha256(f"99:{each[1]}".encode()).hexdigest())[:30]
    assert sample.drawn(POPULATION, "99") == [row for row, _number in by_hand]


def test_every_decision_can_be_drawn() -> None:
    assert {row for seed in range(60) for row in sample.drawn(POPULATION, str(seed))} == {row for row, _ in POPULATION}


def test_a_seed_is_digits_and_a_new_one_is_of_its_own() -> None:
    assert all(sample.is_seed(typed) for typed in ("0", "1" * 20, sample.new_seed()))
    assert not any(sample.is_seed(typed) for typed in ("", "1" * 21, "-1", "1a", "١٢", " 1"))
    assert len({sample.new_seed() for _n in range(50)}) == 50
