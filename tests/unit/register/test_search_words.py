"""What is typed into the search field, read."""

import pytest

from portal.money import LARGEST
from portal.register.search_words import MOST_TYPED, MOST_WORDS, Marker, read


@pytest.mark.parametrize(
    ("typed", "kronor"),
    [
        ("200–500 tkr", (200_000, 500_000)),
        ("200-500 tkr", (200_000, 500_000)),
        ("200 tkr till 1 mnkr", (200_000, 1_000_000)),
        ("över 1 mnkr", (1_000_001, LARGEST)),
        ("minst 1,5 mnkr", (1_500_000, LARGEST)),
        ("under 50 000 kr", (0, 49_999)),
        ("högst 50\u00a0000", (0, 50_000)),
        ("1 000 000 kr", (1_000_000, 1_000_000)),
        ("1 000 000", (1_000_000, 1_000_000)),
        ("1.5 mnkr", (1_500_000, 1_500_000)),
    ],
)
def test_amounts_and_ranges_of_them_are_read_in_kronor(typed: str, kronor: tuple[int, int]) -> None:
    (asked,) = read(typed).asked
    assert asked.amounts == kronor


@pytest.mark.parametrize("typed", ["2026", "KS 2026/0012", "2026-11-23", "500–200 tkr", "18 kap."])
def test_numbers_years_and_days_are_no_amounts(typed: str) -> None:
    assert read(typed).asked
    assert not any(asked.amounts == (200_000, 500_000) or (asked.amounts and "tkr" not in typed) for asked in read(typed).asked)


def test_a_word_is_found_by_its_beginning_and_a_short_one_only_whole() -> None:
    (long,), (short,) = read("kameror").asked, read("bil").asked
    assert long.meets("kameraövervakning") and long.meets("övervakningskameror") and not long.meets("kamin")
    assert read("torget").asked[0].meets("torg") and not read("budget").asked[0].meets("budskap")
    assert short.meets("bil") and short.meets("bilar") and not short.meets("bilaga")


def test_words_in_quotes_are_taken_as_they_stand() -> None:
    for typed in ('"Läget kräver mer"', "”läget kräver mer”"):
        (asked,) = read(typed).asked
        assert asked.phrase == " läget kräver mer "


@pytest.mark.parametrize("typed", ["%", "_", "* ?", "🙂", '""', "\x00", "  "])
def test_what_holds_no_word_asks_for_nothing(typed: str) -> None:
    assert read(typed).asked == () and read(typed).refusal is None


@pytest.mark.parametrize("typed", ["x" * (MOST_TYPED + 1), "å" * 10_000, " ".join(f"ord{n}" for n in range(MOST_WORDS + 1))])
def test_what_is_too_long_is_refused_in_one_sentence(typed: str) -> None:
    refusal = read(typed).refusal
    assert refusal and "högst" in refusal and not read(typed).asked


def test_the_words_that_were_asked_for_are_told_apart_in_the_text() -> None:
    asked = read("kamera skola").asked
    text = "Övervakningskameror vid <b>Åskolan</b> och skolan."
    runs = Marker(asked).pieces(text)
    assert "".join(run for run, _marked in runs) == text
    assert [run for run, marked in runs if marked] == ["Övervakningskameror", "skolan"]
