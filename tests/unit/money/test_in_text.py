"""Amounts in running text: where they stand, what stands around them, and what only looks like one."""

import pytest

from portal.money import Found, find_amounts


def kronor(text: str, *, bare: bool = False) -> list[int | None]:
    return [found.kronor for found in find_amounts(text, bare=bare)]


def only(text: str, *, bare: bool = False) -> Found:
    (found,) = find_amounts(text, bare=bare)
    assert text[found.start : found.end] == found.as_written
    return found


def test_an_amount_is_found_where_it_stands_with_nothing_around_it() -> None:
    assert find_amounts("Vi söker 500 tkr nu.") == [Found(9, 16, "500 tkr", 500_000, None, False, None, False, ())]


def test_two_amounts_are_found_in_their_order() -> None:
    assert kronor("Av 500 000 kr går 1 mnkr bort.") == [500_000, 1_000_000]
    assert kronor("500 kr 600 kr") == [500, 600]


@pytest.mark.parametrize(
    ("text", "qualifier", "as_written"),
    [
        ("Högst 500 tkr", "högst", "500 tkr"),
        ("UPP TILL 500 tkr", "upp till", "500 tkr"),
        ("ca. 500 tkr", "ca", "500 tkr"),
        ("Cirka fem miljoner", "cirka", "fem miljoner"),
        ("500 tkr", None, "500 tkr"),
        ("fem miljoner", None, "fem miljoner"),
    ],
)
def test_what_is_said_about_the_amount_is_kept_beside_it(text: str, qualifier: str | None, as_written: str) -> None:
    found = only(text)
    assert (found.qualifier, found.as_written) == (qualifier, as_written)


@pytest.mark.parametrize(
    ("text", "as_written", "value"),
    [
        ("betalar SEK 500 i dag", "SEK 500", 500),
        ("betalar kr 500 i dag", "kr 500", 500),
        ("SEK 500 kr", "SEK 500 kr", 500),
        ("kostar 500:- i dag", "500:-", 500),
        ("kostar 500 kr. Det", "500 kr", 500),
        ("kostar 1,5 milj. Det", "1,5 milj", 1_500_000),
        ("kostar 1 milj. kr.", "1 milj. kr", 1_000_000),
        ("ökar + 17 mnkr", "+ 17 mnkr", 17_000_000),
        ("ökar +17 mnkr", "+17 mnkr", 17_000_000),
        ("minskar -17 mnkr", "-17 mnkr", -17_000_000),
        ("väktare - 17 mnkr", "17 mnkr", 17_000_000),
        ("för 2025 500 000 kr", "500 000 kr", 500_000),
        ("fem miljoner", "fem miljoner", 5_000_000),
        ("Fem MILJONER - och mer", "Fem MILJONER", 5_000_000),
        ("Fem miljoner och mer", "Fem miljoner", 5_000_000),
        ("fem miljoner\noch mer", "fem miljoner", 5_000_000),
        ("fem miljoner och sex hundra tusen", "fem miljoner och sex hundra tusen", 5_600_000),
        ("fem hundra kr", "fem hundra kr", 500),
        ("femtusen KRONOR", "femtusen KRONOR", 5_000),
    ],
)
def test_the_amount_is_quoted_with_its_sign_and_unit_and_no_more(text: str, as_written: str, value: int) -> None:
    found = only(text)
    assert (found.as_written, found.kronor, found.is_range, found.bare) == (as_written, value, False, False)


@pytest.mark.parametrize(
    ("text", "as_written"),
    [
        ("från 40–50 mnkr", "40–50 mnkr"),
        ("från 300-350 000 kr", "300-350 000 kr"),
        ("från 300 till 350 tkr", "300 till 350 tkr"),
        ("från 300 eller 350 tkr", "300 eller 350 tkr"),
        ("från 300 tkr till 350 tkr", "300 tkr till 350 tkr"),
        ("mellan 400 och 500 tkr", "mellan 400 och 500 tkr"),
        ("2 – 99 kr", "2 – 99 kr"),
        ("2 TKR – 350 TKR", "2 TKR – 350 TKR"),
        ("ca 40–50 mnkr", "ca 40–50 mnkr"),
    ],
)
def test_a_range_is_found_whole_and_is_no_amount(text: str, as_written: str) -> None:
    found = only(text)
    assert (found.as_written, found.kronor, found.is_range, found.warnings) == (as_written, None, True, ())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Väktare 2 – 300 000 kr", 300_000),
        ("Väktare 2 – 100 kr", 100),  # fifty times as much is the price of two
        ("år 2025 – 300 000 kr", 300_000),
        ("0 – 300 kr", 300),
        ("Väktare 12 – 3 000 kr", 3_000),
        ("år 2025 – 9 000 kr", 9_000),
        ("2025–300 tkr", 300_000),
    ],
)
def test_a_number_before_a_dash_is_a_count_or_a_year_and_not_the_low_end(text: str, value: int) -> None:
    found = find_amounts(text)[-1]
    assert (found.kronor, found.is_range) == (value, False)


@pytest.mark.parametrize(
    "text",
    ["fem till tio miljoner", "fem eller tio miljoner", "Fem–tio miljoner", "FEM TILL TIO MILJONER", "fem - tio miljoner"],
)
def test_a_range_in_words_is_no_amount(text: str) -> None:
    found = only(text)
    assert found.kronor is None
    assert found.is_range or found.warnings


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("300 tkr per år", "per år", 300_000),
        ("300 tkr årligen", "årligen", 300_000),
        ("5 000 kr/elev", "/elev", 5_000),
        ("en miljon per år", "per år", 1_000_000),
        ("en miljon om året", "om året", 1_000_000),
    ],
)
def test_an_amount_per_period_says_so(text: str, words: str, value: int) -> None:
    found = only(text)
    assert (found.period, found.kronor) == (words, value)


def test_an_amount_and_a_number_of_something_else_are_not_added() -> None:
    assert only("söker fem miljoner och sex tjänster").kronor is None


def test_a_warning_of_how_the_amount_was_written_follows_it() -> None:
    assert only("kostar 1000 000 kr").warnings == ("”1000 000 kr” läses som 1\u00a0000\u00a0000\u00a0kr.",)
    assert only("kostar 1 000 000 kr").warnings == ()
    assert only("kostar 1,500 tkr").warnings[0].startswith("”1,500 tkr” kan läsas på två sätt.")
    assert only("fem sex miljoner").warnings == (
        "”fem sex miljoner” kan inte läsas som ett belopp. Skriv till exempel 600 tkr eller 1 500 000 kr.",
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [("500 000", 500_000), ("1 500", 1_500), ("12'500", 12_500), ("1.500.000", 1_500_000)],
)
def test_a_grouped_number_alone_is_an_amount_only_when_asked_for(text: str, value: int) -> None:
    assert kronor(f"anslår {text} till det") == []
    found = only(f"anslår {text} till det", bare=True)
    assert (found.kronor, found.bare, found.as_written) == (value, True, text)


@pytest.mark.parametrize("text", ["anslår 500 till", "anslår 5000 till", "anslår 012 500 till", "anslår 1,5 till"])
def test_other_numbers_alone_are_none(text: str) -> None:
    assert kronor(text, bare=True) == []


@pytest.mark.parametrize(
    "text",
    ["148 miljoner invånare", "fem miljoner människor", "en miljon Personer", "1 miljon ton", "2 miljoner euro",
     "en miljard år", "tio personer", "fem"],
)  # fmt: skip
def test_what_is_counted_in_other_things_is_no_money(text: str) -> None:
    assert kronor(text, bare=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "2025-11-22",
        "den 22/11 2025",
        "22 november 2025",
        "åren 2025–2027",
        "§ 123, §§ 5–7",
        "KS-2024-00828",
        "KS 2018/124",
        "2024:123",
        "212000-1234",
        "+46 70 123 45 67",
        "0221-251 140",
        "tel 0221 251 140",
        "40 %, 40 procent",
        "kl. 13.00–14.15",
        "12:30",
        "1 (3)",
        "C6B9A95F986C8587A452AC21C3C99EC934AD64F336",
        "löpnr 142, sidan 12, bilaga 3",
        "ansvar 9905",
        "434 81 Ort",
    ],
)
def test_what_only_looks_like_an_amount_is_passed_over(text: str) -> None:
    assert kronor(f"{text}; 500 kr") == kronor(f"500 kr; {text}") == [500]
    assert kronor(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("en kostnad på 10 898\n000 kronor", 10_898_000),  # a rest of 000 begins no number
        ("12\n000 kronor", 12_000),
        ("kostar 1\n400 miljoner kronor", 1_400_000_000),  # running text, and few digits before the break
        ("x 100\n400 kronor", 100_400),
        ("en rad med tjugo tecken 1 100\n400 kronor", 1_100_400),  # running text fills its line
        ("aaaaaaaaaaaaaaaaaaa 1 100\n400 kronor", 1_100_400),
        ("kostar 1\r\n400 miljoner kronor", 1_400_000_000),
        ("kostar 1\n\n400 miljoner kronor", 1_400_000_000),
        ("kostar 1\n400\n000 kronor", 1_400_000),
    ],
)
def test_a_number_that_goes_on_at_the_next_line_is_one(text: str, value: int) -> None:
    assert kronor(text) == [value]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("250 000 kr\n100 000 kr", [250_000, 100_000]),
        ("1 250\n400 kronor", [400]),
        ("12\n400 kronor", [400]),  # a column of numbers
        ("aaaaaaaaaaaaaaaaaa 1 100\n400 kronor", [400]),  # nineteen characters fill no line
        ("text\n1 250\n400 kronor", [400]),
        ("text\n12\n400 kronor", [400]),
        ("text\nmer\n12\n400 kronor", [400]),
        ("text 1250\n400 kronor", [400]),
    ],
)
def test_numbers_under_each_other_are_two(text: str, values: list[int]) -> None:
    assert kronor(text) == values


def test_a_column_without_units_is_read_row_by_row() -> None:
    assert kronor("1 250\n400 000", bare=True) == [1_250, 400_000]
    assert kronor("1 250\n3 400\n5 600", bare=True) == [1_250, 3_400, 5_600]
