"""The one amount in a field: what is said of each way of writing, word for word, and each bound at its krona."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import money
from portal.money import Amount, MoneyError, Unit, format_kronor, parse

EMPTY = "Skriv ett belopp, till exempel 600 tkr, eller välj ej beloppsatt."
BAD_CHARACTER = "Beloppet innehåller ett otillåtet tecken. Skriv det på nytt med siffrorna 0–9."
OTHER_DIGITS = "Skriv beloppet med siffrorna 0–9."
TOO_LONG = "Texten är för lång för ett belopp. Skriv bara beloppet, till exempel 600 tkr."
TOO_LARGE = "Beloppet är för stort. Det största som kan anges är 1\u00a0000\u00a0000\u00a0000\u00a0000\u00a0000\u00a0kr."
NEGATIVE = "Beloppet är negativt. Skriv det utan minustecken."
IN_ORE = "Beloppet är i öre. Skriv det i hela kronor."
PARENTHESIS = "En parentes kan betyda ett negativt belopp. Skriv beloppet utan parentes."
BASE_AMOUNT = "Basbelopp kan inte läsas som kronor. Räkna om beloppet till kronor."
LONG_TEXT = "kronor och mer än så skriver vi inte här i dag"


def has_ore(rounded: str) -> str:
    return f"Beloppet har öre. Skriv det i hela kronor, avrundat {rounded}."


def two_ways(text: str) -> str:
    return (
        f"”{text}” kan läsas på två sätt. Skriv tusental med mellanslag, till exempel 1 500 kr, och decimaler "
        "med komma och enhet, till exempel 1,5 mnkr."
    )


def no_unit(text: str) -> str:
    return f"”{text}” saknar enhet. Skriv kr, tkr eller mnkr efter beloppet."


def period(words: str) -> str:
    return f"”{words}” anger ett belopp för en period eller ett antal. Räkna ut hela beloppet och skriv det."


def a_range(text: str) -> str:
    return f"”{text}” är ett intervall. Skriv ett enda belopp."


def unreadable(text: str) -> str:
    return f"”{text}” kan inte läsas som ett belopp. Skriv till exempel 600 tkr eller 1 500 000 kr."


def unknown_unit(unit: str) -> str:
    return f"Enheten ”{unit}” är okänd. Skriv kr, tkr eller mnkr."


def year(text: str) -> str:
    return f"”{text}” kan vara ett årtal intill ett belopp. Skriv bara beloppet."


def grouping(text: str) -> str:
    return f"Siffrorna i ”{text}” är inte grupperade tre och tre. Skriv till exempel 1 500 000 kr."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", EMPTY),
        (" \n\t ", EMPTY),
        ("100\x00kr", BAD_CHARACTER),
        ("100\u200bkr", BAD_CHARACTER),
        ("100\ue000kr", BAD_CHARACTER),
        ("100\u0378kr", BAD_CHARACTER),
        ("١٠٠", OTHER_DIGITS),
        ("100 ½", OTHER_DIGITS),
        ("Ⅳ tkr", OTHER_DIGITS),
        ("1" * 201, TOO_LONG),
        ("1 000 000 000 000 001", TOO_LARGE),
        ("1 000 000 000 000 000,01", TOO_LARGE),
        ("1 000 001 md", TOO_LARGE),
        ("-500 kr", NEGATIVE),
        ("– 500 kr", NEGATIVE),
        ("kr -500", NEGATIVE),
        ("500 öre", IN_ORE),
        ("500 ÖRE", IN_ORE),
        ("(200)", PARENTHESIS),
        ("( 200 kr )", PARENTHESIS),
        ("3 prisbasbelopp", BASE_AMOUNT),
        ("två bas belopp", BASE_AMOUNT),
        ("10 mpbb", BASE_AMOUNT),
        ("10 PBB", BASE_AMOUNT),
        ("1,50 kr", has_ore("2\u00a0kr")),
        ("1,49 kr", has_ore("1\u00a0kr")),
        ("1 500 000,5 kr", has_ore("1\u00a0500\u00a0001\u00a0kr")),
        ("0,0001 tkr", has_ore("0\u00a0kr")),
        ("1.500", two_ways("1.500")),
        ("1.500 tkr", two_ways("1.500 tkr")),
        ("1,500", two_ways("1,500")),
        ("1,500 kr", two_ways("1,500 kr")),
        ("1,500 tkr", two_ways("1,500 tkr")),
        ("1,5", no_unit("1,5")),
        ("999,5", no_unit("999,5")),
        ("1000,5", has_ore("1\u00a0001\u00a0kr")),
        ("100 kr per år", period("per år")),
        ("100 kr/elev", period("/elev")),
        ("årligen 100 kr", period("årligen")),
        ("100-150 tkr", a_range("100-150 tkr")),
        ("100 till 150 tkr", a_range("100 till 150 tkr")),
        ("100 TILL 150 tkr", a_range("100 TILL 150 tkr")),
        ("100 och 150 tkr", a_range("100 och 150 tkr")),
        ("10 à 15 tkr", a_range("10 à 15 tkr")),
        ("100 kr eller 150 kr", a_range("100 kr eller 150 kr")),
        ("500 foo", unknown_unit("foo")),
        ("+500 USD", unknown_unit("USD")),
        ("- 500,5 euro", unknown_unit("euro")),
        ("foo", unreadable("foo")),
        ("fem", unreadable("fem")),
        ("fem sex miljoner", unreadable("fem sex miljoner")),
        ("2025 500 000", year("2025 500 000")),
        ("1999 500 kr", year("1999 500")),
        ("500 000 2025", year("500 000 2025")),
        ("12 34 kr", grouping("12 34 kr")),
        ("0123 kr", grouping("0123 kr")),
        ("1 0000 kr", grouping("1 0000 kr")),
    ],
)
def test_each_text_that_is_no_certain_amount_is_refused_word_for_word(text: str, sentence: str) -> None:
    with pytest.raises(MoneyError) as refusal:
        parse(text)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("length", "shown"),
    [(40, "x" * 40), (41, "x" * 39 + "…"), (200, "x" * 39 + "…")],
)
def test_a_long_text_is_quoted_by_its_beginning(length: int, shown: str) -> None:
    with pytest.raises(MoneyError) as refusal:
        parse("x" * length)
    assert str(refusal.value) == unreadable(shown)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("600 tkr", Amount(600_000, "600 tkr", (), None, Unit.THOUSANDS)),
        (" 600\ntkr ", Amount(600_000, "600\ntkr", (), None, Unit.THOUSANDS)),
        ("500", Amount(500, "500", (), None, None)),
        ("500 kr", Amount(500, "500 kr", (), None, Unit.KRONOR)),
        ("SEK 500", Amount(500, "SEK 500", (), None, Unit.KRONOR)),
        ("fem tusen kr", Amount(5_000, "fem tusen kr", (), None, Unit.KRONOR)),
        ("femtusen", Amount(5_000, "femtusen", (), None, None)),
        ("fem kr", Amount(5, "fem kr", (), None, Unit.KRONOR)),
        ("fem hundra", Amount(500, "fem hundra", (), None, None)),
        ("FEM MILJONER", Amount(5_000_000, "FEM MILJONER", (), None, None)),
        ("Ca. 5 mnkr", Amount(5_000_000, "Ca. 5 mnkr", (), "ca", Unit.MILLIONS)),
        ("Högst 5 mnkr", Amount(5_000_000, "Högst 5 mnkr", (), "högst", Unit.MILLIONS)),
        ("1.500 kr", Amount(1_500, "1.500 kr", ("”1.500 kr” läses som 1\u00a0500\u00a0kr.",), None, Unit.KRONOR)),
        ("1,500,000", Amount(1_500_000, "1,500,000", ("”1,500,000” läses som 1\u00a0500\u00a0000\u00a0kr.",), None, None)),
        ("1000 000", Amount(1_000_000, "1000 000", ("”1000 000” läses som 1\u00a0000\u00a0000\u00a0kr.",), None, None)),
        ("1000000", Amount(1_000_000, "1000000", ("”1000000” läses som 1\u00a0000\u00a0000\u00a0kr.",), None, None)),
        ("999999", Amount(999_999, "999999", (), None, None)),
        ("1000 tkr", Amount(1_000_000, "1000 tkr", (), None, Unit.THOUSANDS)),
        ("1000 000 tkr", Amount(10**9, "1000 000 tkr",
                                ("”1000 000 tkr” läses som 1\u00a0000\u00a0000\u00a0000\u00a0kr.",), None, Unit.THOUSANDS)),
        ("1'500’000", Amount(1_500_000, "1'500’000", (), None, None)),
        ("1,500 mnkr", Amount(1_500_000, "1,500 mnkr", (), None, Unit.MILLIONS)),
        ("1,500 md", Amount(1_500_000_000, "1,500 md", (), None, Unit.BILLIONS)),
        ("1,5 mkr", Amount(1_500_000, "1,5 mkr", (), None, Unit.MILLIONS)),
        ("500,00", Amount(500, "500,00", (), None, None)),
        ("0", Amount(0, "0", (), None, None)),
        ("2 025 500 kr", Amount(2_025_500, "2 025 500 kr", (), None, Unit.KRONOR)),
        ("1 000 000 000 000 000", Amount(10**15, "1 000 000 000 000 000", (), None, None)),
    ],
)  # fmt: skip
def test_an_amount_is_read_whole_with_what_stood_around_it(text: str, amount: Amount) -> None:
    assert parse(text) == amount


@pytest.mark.parametrize(
    ("text", "kronor"), [("-500 kr", -500), ("− 500 kr", None), ("kr -500", -500), ("+500 kr", 500), ("(500 kr)", None),
     ("(-500 kr)", -500)]
)  # fmt: skip
def test_a_sign_counts_where_negative_amounts_are_allowed(text: str, kronor: int | None) -> None:
    if kronor is None:
        with pytest.raises(MoneyError):
            parse(text)
    else:
        assert parse(text, allow_negative=True).kronor == kronor


def test_a_field_of_two_hundred_characters_is_read_and_one_more_is_not() -> None:
    text = "500 kr".ljust(200)
    assert parse(text).kronor == 500
    with pytest.raises(MoneyError, match="för lång"):
        parse(text + " ")


def test_the_column_gives_the_unit_that_is_not_written() -> None:
    assert parse("1,5", unit=Unit.MILLIONS) == Amount(1_500_000, "1,5", (), None, None)
    assert parse("1.500", unit=Unit.KRONOR).kronor == 1_500
    assert parse("1 mnkr", unit=Unit.THOUSANDS).kronor == 1_000_000
    with pytest.raises(MoneyError, match="två sätt"):
        parse("1.500", unit=Unit.THOUSANDS)


@given(st.integers(0, 10**15), st.sampled_from(["", " kr", " kronor", ":-", " SEK"]))
def test_grouped_kronor_are_read_to_the_krona(kronor: int, unit: str) -> None:
    amount = parse(f"{kronor:,}".replace(",", " ") + unit)
    assert (amount.kronor, amount.warnings) == (kronor, ())


@given(st.integers(0, 10**6), st.integers(0, 999), st.sampled_from([("tkr", 3), ("mnkr", 6), ("md", 9)]))
def test_decimals_are_counted_exactly_or_refused_for_their_ore(whole: int, thousandths: int, unit: tuple[str, int]) -> None:
    name, digits = unit
    decimals = f"{thousandths:03d}".rstrip("0")
    if len(decimals) == 3 and name == "tkr":
        decimals = decimals[:2]
    text = f"{whole}{',' + decimals if decimals else ''} {name}"
    expected = whole * 10**digits + (int(decimals) * 10 ** (digits - len(decimals)) if decimals else 0)
    if expected <= money.LARGEST:
        assert parse(text).kronor == expected


@given(st.integers(-(10**15), 10**15))
def test_an_amount_is_shown_in_groups_of_three_with_its_sign(kronor: int) -> None:
    shown = format_kronor(kronor, sign=True)
    digits = shown.removesuffix("\u00a0kr").removeprefix("+\u00a0").removeprefix("\u2212\u00a0")
    assert [len(group) for group in digits.split("\u00a0")[1:]] == [3] * (digits.count("\u00a0"))
    assert int(digits.replace("\u00a0", "")) == abs(kronor)
    assert shown[0] == ("+" if kronor > 0 else "\u2212" if kronor < 0 else "0")


def test_nothing_has_no_sign_and_one_krona_has() -> None:
    assert format_kronor(0, sign=True) == "0\u00a0kr"
    assert format_kronor(1, sign=True) == "+\u00a01\u00a0kr"
    assert format_kronor(1) == "1\u00a0kr"
    assert format_kronor(-1) == "\u2212\u00a01\u00a0kr"


@pytest.mark.parametrize(
    "text", ["", " ", ".", "-", "–", "—", "\u2212", "ej beloppsatt", "Ej beloppsatta.", " EJ BELOPPSATT. "]
)
def test_these_say_that_a_line_has_no_amount(text: str) -> None:
    assert money.is_unpriced(text)


@pytest.mark.parametrize("text", ["0", "0 kr", "ej", "beloppsatt", "x", "X.", "ej beloppsatt x"])
def test_these_do_not(text: str) -> None:
    assert not money.is_unpriced(text)


@pytest.mark.parametrize(
    ("kronor", "meant"), [(-1, None), (0, None), (1, 1_000), (300, 300_000), (9_999, 9_999_000), (10_000, None), (10_001, None)]
)
def test_a_small_number_may_have_meant_thousands(kronor: int, meant: int | None) -> None:
    assert money.hint(kronor) == meant
