"""Numbers in words: each word, how they join, and what makes no one number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.money.notation import read_words

ONES = ["", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio"]
TEENS = ["tio", "elva", "tolv", "tretton", "fjorton", "femton", "sexton", "sjutton", "arton", "nitton"]
TENS = ["", "", "tjugo", "trettio", "fyrtio", "femtio", "sextio", "sjuttio", "åttio", "nittio"]


def in_words(n: int) -> str:
    """``n`` (1 to 999 999 999) as a Swede writes it out, made here the other way round."""
    if n >= 10**6:
        millions = "en miljon" if n < 2 * 10**6 else f"{in_words(n // 10**6)} miljoner"
        return f"{millions} {in_words(n % 10**6)}" if n % 10**6 else millions
    if n >= 1000:
        return f"{in_words(n // 1000)}tusen" + (in_words(n % 1000) if n % 1000 else "")
    if n >= 100:
        return f"{ONES[n // 100]}hundra" + (in_words(n % 100) if n % 100 else "")
    if n >= 20:
        return TENS[n // 10] + ONES[n % 10]
    return TEENS[n - 10] if n >= 10 else ONES[n]


@pytest.mark.parametrize(
    "n", [*range(1, 121), 200, 210, 999, 1000, 1001, 1999, 10_010, 21_021, 100_000, 999_999, 10**6, 2_100_300]
)
def test_every_number_written_out_is_read_back(n: int) -> None:
    assert read_words(in_words(n)) == n
    assert read_words(in_words(n).upper()) == n


@given(st.integers(1, 999_999_999))
def test_any_number_written_out_is_read_back(n: int) -> None:
    assert read_words(in_words(n)) == n


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("en halv miljon", 500_000),
        ("ett halvt", None),
        ("halv miljon", 500_000),
        ("en halva miljon", 500_000),
        ("ett och en halv miljon", 1_500_000),
        ("en och en halv miljon", 1_500_000),
        ("två och en halv miljoner", 2_500_000),
        ("två och halv miljon", 2_500_000),
        ("tjugo och en halv miljoner", 20_500_000),
        ("ett halv tusen", 500),
        ("hundra", 100),
        ("hundratusen", 100_000),
        ("nio hundra", 900),
        ("en miljard", 10**9),
        ("två miljarder tre miljoner fyra tusen fem", 2_003_004_005),
        ("miljoner", 10**6),
        ("ettusen", 1000),
        ("tjugoettusen", 21_000),
        ("tvåhundraettusen", 201_000),
        ("tjugo en", 21),
        ("hundra och en", 101),
        ("tusen och en", 1_001),
        ("en miljon femhundra", 1_000_500),
        ("fem miljoner och sex tusen", 5_006_000),
        ("en miljard och två miljoner", 1_002_000_000),
        ("en miljon och en och en halv tusen", 1_001_500),
        ("hundra och tio", 110),
        ("hundra tjugo", 120),
    ],
)
def test_halves_hundreds_and_scales_join_as_in_speech(text: str, value: int | None) -> None:
    assert read_words(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "och",
        "fem sex miljoner",
        "tio elva",
        "tio fem",
        "nitton en",
        "tjugo trettio",
        "fem tjugo",
        "fem tio",
        "tio hundra",
        "elva hundra",
        "två hundra hundra",
        "tusen tusen",
        "miljon miljon",
        "tusen miljoner",
        "tre miljoner miljarder",
        "tre och",
        "tre miljoner och",
        "en halv",
        "tre och en halv",
        "tre och en",
        "hundra och en och en",
        "fem en miljoner",
        "fem och sex",
        "tio och en",
        "fem miljoner och sex",
        "en miljard och\nhundra",
        "tre miljoner och en halv",
    ],
)
def test_words_that_make_no_one_number_are_not_guessed_at(text: str) -> None:
    assert read_words(text) is None
