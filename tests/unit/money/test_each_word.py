"""Every word that the reading of money knows, tried once: a word that is lost is an amount misread."""

import pytest

from portal.money import Unit, find_amounts, parse

MONTHS = ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
          "december", "jan.", "feb.", "mar.", "apr.", "jun.", "jul.", "aug.", "sep.", "okt.", "nov.", "dec."]  # fmt: skip
PER = ["år", "månad", "elev", "barn", "person", "plats", "invånare", "kvartal", "vecka", "dag", "timme", "styck", "st"]
PERIODS = [
    *(f"per {word}" for word in PER),
    *(f"/{word}" for word in ("år", "mån", "månad", "elev", "person", "plats", "st")),
    *("årligen", "månadsvis", "om året", "i månaden"),
]
QUALIFIERS = ["cirka", "circa", "ca", "c:a", "drygt", "knappt", "närmare", "omkring", "ungefär", "runt", "minst", "lägst",
              "högst", "som mest", "maximalt", "max", "upp till", "totalt", "sammanlagt"]  # fmt: skip
COUNTED = ["invånare", "människor", "personer", "besökare", "elever", "ton", "kubikmeter", "kubik", "kvadratmeter",
           "liter", "euro", "dollar", "resor", "timmar", "år"]  # fmt: skip
UNITS = [
    *(("kronor", 1), ("krona", 1), ("kr", 1), ("sek", 1), (":-", 1), (",-", 1), (":–", 1)),
    *(("tkr", 1_000), ("kkr", 1_000), ("tsek", 1_000), ("ksek", 1_000), ("tusen", 1_000), ("tusen kronor", 1_000)),
    *(("mkr", 10**6), ("mnkr", 10**6), ("msek", 10**6), ("mnsek", 10**6), ("miljon", 10**6), ("miljoner", 10**6)),
    *(("milj", 10**6), ("milj.", 10**6), ("mn", 10**6), ("mn kr", 10**6), ("miljoner kronor", 10**6)),
    *(("mdkr", 10**9), ("mdsek", 10**9), ("miljard", 10**9), ("miljarder", 10**9), ("md", 10**9), ("mdr", 10**9)),
    *(("miljarder kronor", 10**9),),
]


def kronor(text: str) -> list[int | None]:
    return [found.kronor for found in find_amounts(text)]


@pytest.mark.parametrize(("unit", "value"), UNITS)
def test_each_unit_counts_what_it_says(unit: str, value: int) -> None:
    written = f"2{unit}" if unit[0] in ":," else f"2 {unit}"
    for text in (written, written.upper()):
        assert (parse(text).kronor, parse(text).unit) == (2 * value, Unit(value))
        assert kronor(f"kostar {text} i dag") == [2 * value]


@pytest.mark.parametrize("word", QUALIFIERS)
def test_each_word_about_an_amount_is_kept_beside_it(word: str) -> None:
    assert (parse(f"{word} 500 tkr").kronor, parse(f"{word} 500 tkr").qualifier) == (500_000, word)
    (found,) = find_amounts(f"det är {word} 500 tkr")
    assert found.qualifier == word


@pytest.mark.parametrize("period", PERIODS)
def test_each_period_makes_an_amount_no_total(period: str) -> None:
    with pytest.raises(ValueError, match=f"”{period}” anger ett belopp för en period"):
        parse(f"100 kr {period}")
    (found,) = find_amounts(f"det kostar 100 kr {period}")
    assert found.period == period


@pytest.mark.parametrize("word", COUNTED)
def test_each_thing_that_is_counted_is_no_money(word: str) -> None:
    assert kronor(f"5 miljoner {word} och fem miljoner {word}") == []


@pytest.mark.parametrize("month", MONTHS)
def test_a_day_of_each_month_is_no_amount(month: str) -> None:
    assert kronor(f"angivet i kr 5 {month} 2026") == []


@pytest.mark.parametrize(
    "written",
    [
        *("1998-05-12", "2026-05-12", "12/5 2026", "1998–99", "2026–27", "1998–2001", "1999–1999", "2026/27"),
        *("40 %", "40 procent", "4,5 promille", "12:30", "1 (3)", "212000-1234", "kl 13", "070-123 45 67", "070/123 45 67"),
        *("2024/123", "2024.123", "2024:KS 123", "2024:123 KS"),
    ],
)
def test_what_is_written_like_this_after_kr_is_no_amount(written: str) -> None:
    assert kronor(f"angivet i kr {written}") == []


@pytest.mark.parametrize(
    "word", ["löpnr", "nr", "nummer", "sid", "sida", "sidan", "bilaga", "punkt", "org.nr", "orgnr", "org nr"]
)
def test_a_number_of_something_is_not_the_beginning_of_the_amount_after_it(word: str) -> None:
    assert kronor(f"{word} 12 500 kr") == [500]


@pytest.mark.parametrize("word", ["ansvar", "konto", "verksamhet", "aktivitet", "motpart", "objekt", "slag", "projekt"])
def test_a_code_of_the_accounts_is_not_the_beginning_of_the_amount_after_it(word: str) -> None:
    assert kronor(f"{word} 9905 500 kr") == [500]
    assert kronor(f"{word} 99 och 500 kr") == [500]


@pytest.mark.parametrize("word", ["tel", "telefon", "tfn", "mobil", "växel", "fax"])
def test_a_telephone_number_is_no_amount(word: str) -> None:
    assert kronor(f"{word} 0221 25 500 kr") == []


def test_a_number_from_abroad_and_a_law_and_a_hash_are_no_amounts() -> None:
    assert kronor("+46 70 123 45 500 kr") == []
    assert kronor("§ 12 – 500 kr") == []
    assert kronor("kr " + "1" * 24) == []
    assert kronor("KS 2024/500 kr") == []
