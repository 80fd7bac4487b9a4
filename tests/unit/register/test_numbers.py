"""How numbers are put together, what is no pattern, and which patterns could give the same number."""

import pytest

from portal.register import numbers
from portal.register.numbers import (
    CASE_PATTERN,
    DECISION_PATTERN,
    WORKING_PATTERN,
    clash,
    exhausted,
    prefix_problem,
    problem,
    read,
)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        (CASE_PATTERN, "KS\u00a02026/0123"),
        (DECISION_PATTERN, "KS-2026-0123"),
        ("{diarium} {år}/{löpnummer:5}", "KS\u00a02026/00123"),
        ("{diarium}-{år}-{löpnummer:5}", "KS-2026-00123"),
        ("{diarium} {löpnummer}/{år}", "KS\u00a0123/2026"),
        ("{år}.{löpnummer:3}", "2026.123"),
    ],
)
def test_a_pattern_puts_prefix_year_and_serial_together(pattern: str, number: str) -> None:
    assert problem(pattern) is None
    assert read(pattern).number("KS", 2026, 123) == number


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("", "en gång var"),
        ("{diarium} {år}", "en gång var"),
        ("{år}/{år}/{löpnummer}", "en gång var"),
        ("{år}/{löpnummer}/{löpnummer:4}", "en gång var"),
        ("{diarium} {diarium} {år}/{löpnummer}", "högst en gång"),
        ("{diarium} {år}{löpnummer:4}", "skiljetecken"),
        ("KS {år}/{löpnummer:4}", "skiljetecken"),
        ("{diarium} {år}/{löpnummer:4} ", "skiljetecken"),
        ("{diarium} {år}\n/{löpnummer:4}", "skiljetecken"),
        ("{organ} {år}/{löpnummer:4}", "{organ} finns inte"),
        ("{diarium} {år}/{löpnummer:0}", "3 till 9"),
        ("{diarium} {år}/{löpnummer:2}", "3 till 9"),
        ("{diarium} {år}/{löpnummer:10}", "3 till 9"),
        ("{diarium} {år}/{löpnummer:٤}", "finns inte"),
        ("{diarium} {år}/{löpnummer:4}" + "-" * 60, "för långt"),
        ("{} {år}/{löpnummer}", "finns inte"),
    ],
)
def test_what_is_no_pattern_is_told_in_one_sentence(pattern: str, says: str) -> None:
    sentence = problem(pattern)
    assert sentence is not None and says in sentence
    with pytest.raises(ValueError, match=r"."):
        read(pattern)


def test_a_series_ends_where_the_pattern_has_no_room_and_says_who_mends_it() -> None:
    assert exhausted(read(CASE_PATTERN), 9_999, "Diariet", 2026) is None
    sentence = exhausted(read(CASE_PATTERN), 10_000, "Diariet", 2026)
    assert sentence is not None and "9999" in sentence and "Administratören" in sentence
    assert exhausted(read("{år}/{löpnummer}"), 10**12, "Diariet", 2026) is None


@pytest.mark.parametrize("prefix", ["ks", "K S", "", "KS1", "ABCDEFGHIJK", "ÄSK", "KS\n"])
def test_a_prefix_is_a_few_capitals_and_not_that_of_working_numbers(prefix: str) -> None:
    assert prefix_problem(prefix)


def test_patterns_that_could_give_each_others_numbers_clash() -> None:
    ours, theirs = [("KS", CASE_PATTERN), ("KS", DECISION_PATTERN)], [("BUN", CASE_PATTERN), ("BUN", DECISION_PATTERN)]
    assert clash(ours, theirs) is None
    assert clash([("KS", "{år}/{löpnummer:4}")], [("BUN", "{löpnummer:5}/{år}")])  # 2026/2027, the year after
    assert clash([("KS", CASE_PATTERN), ("KS", "{diarium} {år}/{löpnummer:7}")], [])
    assert clash([("ÄSK", WORKING_PATTERN)], [])
    assert prefix_problem("BUN") is None


def test_a_typed_number_has_single_spaces() -> None:
    assert numbers.normalised("  KS\u00a02026/1  ") == "KS 2026/1"
