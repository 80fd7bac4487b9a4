"""Kronor in and out: every notation people write, read exactly or asked about."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import money
from portal.money import MoneyError, Unit, find_amounts, format_kronor, parse

CASES = json.loads((Path(__file__).parents[1] / "documents" / "amounts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["read"], ids=lambda case: repr(case["text"]))
def test_each_notation_is_read_to_whole_kronor(case):
    amount = parse(case["text"])
    assert (amount.kronor, type(amount.kronor)) == (case["kronor"], int)


@pytest.mark.parametrize("text", CASES["refused"], ids=repr)
def test_what_is_not_one_certain_amount_is_refused_with_a_sentence(text):
    with pytest.raises(MoneyError) as refusal:
        parse(text)
    sentence = str(refusal.value)
    assert sentence.endswith(".") and sentence[0] in "ABDEKPRST”" and len(sentence) > 20


@pytest.mark.parametrize("case", CASES["negative"], ids=lambda case: repr(case["text"]))
def test_a_sign_is_read_only_where_a_negative_amount_is_allowed(case):
    assert parse(case["text"], allow_negative=True).kronor == case["kronor"]
    with pytest.raises(MoneyError, match="negativt"):
        parse(case["text"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("100-150 tkr", "intervall"),
        ("2025 500 000", "årtal"),
        ("500 foo", "foo"),
        ("1 500 000,50", "1\u00a0500\u00a0001\u00a0kr"),
        ("1 500 000,49", "1\u00a0500\u00a0000\u00a0kr"),
        ("1.500", "två sätt"),
        ("(200)", "parentes"),
        ("100 000 kr per år", "per år"),
        ("3 prisbasbelopp", "Basbelopp"),
        ("١٠٠", "siffrorna 0–9"),
        ("10" + "0" * 30, "för stort"),
        ("1" * 5000, "för lång"),
    ],
)
def test_the_sentence_names_what_is_wrong(text, words):
    with pytest.raises(MoneyError, match=words):
        parse(text)


def test_bad_grouping_is_read_with_a_warning():
    assert parse("1000 000kr").warnings and parse("1000000kr").warnings
    assert not parse("1 000 000 kr").warnings and not parse("1150 tkr").warnings


def test_a_qualifier_is_kept_beside_the_amount():
    assert [parse(f"{word} 500 tkr").qualifier for word in ("ca", "Cirka", "drygt", "högst", "maximalt", "upp till")] == [
        "ca", "cirka", "drygt", "högst", "maximalt", "upp till"]  # fmt: skip


def test_the_unit_of_a_column_counts_where_the_cell_has_none():
    assert parse("1 150", unit=Unit.THOUSANDS).kronor == 1_150_000
    assert parse("1 150 kr", unit=Unit.THOUSANDS).kronor == 1_150


def test_a_small_number_without_unit_may_have_meant_thousands():
    assert parse("300").unit is None and money.hint(300) == 300_000
    assert money.hint(0) is None and money.hint(250_000) is None


def test_unpriced_is_not_zero():
    assert all(money.is_unpriced(text) for text in ("", " ", "-", "–", "Ej beloppsatt", "ej beloppsatt."))
    assert not any(money.is_unpriced(text) for text in ("0", "0 kr", "okänt"))


def test_amounts_are_shown_with_no_break_spaces_and_a_real_minus():
    assert format_kronor(1_000_000) == "1\u00a0000\u00a0000\u00a0kr"
    assert format_kronor(-200) == "\u2212\u00a0200\u00a0kr"
    assert format_kronor(200, sign=True) == "+\u00a0200\u00a0kr"


@given(st.integers(min_value=-money.LARGEST, max_value=money.LARGEST))
def test_what_is_shown_can_be_typed_back(kronor):
    assert parse(format_kronor(kronor), allow_negative=True).kronor == kronor


@given(st.text(max_size=60) | st.text(alphabet="0123456789 .,-–kmtnr\n():'%/", max_size=40))
def test_any_text_is_an_amount_or_a_sentence(text):
    try:
        assert abs(parse(text, allow_negative=True).kronor) <= money.LARGEST
    except MoneyError as error:
        assert str(error)


FOUND = [
    ("uppgår till 1,5 mkr under 2020", [1_500_000]),
    ("för 2025 500 000 kronor till nämnden", [500_000]),
    ("omfördelar 3 000 000 kronor från finansverksamheten för\n2025 till nämnden", [3_000_000]),
    ("en kostnad på cirka 10 898\n000 kronor", [10_898_000]),
    ("intäkterna uppgår till 1\n400 miljoner kronor", [1_400_000_000]),
    ("avsatte fullmäktige tio miljoner\n\nkronor till", [10_000_000]),
    ("Teknik 250 000 kr\n100 000 kr", [250_000, 100_000]),
    ("mellan 400 och 500 tkr", [None]),
    ("anvisar ca 300-350 000 kr ur medlen", [None]),
    ("40–50 miljoner kronor eller fem till tio miljoner", [None, None]),
    ("Väktare 2 – 300 000 kr", [300_000]),
    ("2021-04-16 500 000 kr", [500_000]),
    ("ansvar 9905 500 000 kr", [500_000]),
    ("ökar (+ 17 mnkr) och minskar (-13 925 000 kr)", [17_000_000, -13_925_000]),
    ("tel 0221- 251 14, 434 81 Ort, § 123, dnr KS-2024-00828, KS 2018/124", []),
    ("241115, 2026–2027, löpnr 142, 40 %, ca 1,5 år, Varla 12:18, kl. 13.00–14.15, 1 (3), 212000-1234", []),
    ("Transaktionsidentitet: C6B9A95F986C8587A452AC21C3C99EC934AD64F336", []),
    ("148 miljoner invånare och tio personer", []),
]


@pytest.mark.parametrize(("text", "amounts"), FOUND)
def test_running_text_gives_its_amounts_and_nothing_else(text, amounts):
    found = find_amounts(text)
    assert [amount.kronor for amount in found] == amounts
    assert all(text[amount.start : amount.end] == amount.as_written for amount in found)


def test_a_grouped_number_without_unit_is_found_only_when_asked_for():
    text = "bevilja enheten 500 000 för kameror, tel 0221-251 140, 434 81 Ort"
    assert find_amounts(text) == []
    assert [(amount.kronor, amount.bare) for amount in find_amounts(text, bare=True)] == [(500_000, True)]


def test_an_amount_per_period_is_marked():
    assert [amount.period for amount in find_amounts("300 tkr per år, 5 000 kr per elev, 1 mkr")] == [
        "per år",
        "per elev",
        None,
    ]


@given(st.text(max_size=200) | st.text(alphabet="0123456789 .,-–kmtr\n§()", max_size=200))
def test_any_running_text_can_be_searched(text):
    for amount in find_amounts(text, bare=True):
        assert text[amount.start : amount.end] == amount.as_written
