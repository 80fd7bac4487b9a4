"""Words as search compares them."""

import pytest

from portal.register.terms import folded, phrase, stem, terms, tokens


def of(word: str) -> str:
    return stem(folded(word))


@pytest.mark.parametrize(
    "forms",
    ["kamera kameran kameror kamerorna kamerornas", "skola skolan skolor skolornas", "organ organen organens"],
)
def test_the_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({of(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("pair", ["al ål", "har hår", "for för", "mata mäta", "kamera kameral", "organ orgel"])
def test_other_words_have_other_stems_and_å_ä_ö_are_letters_of_their_own(pair: str) -> None:
    one, other = pair.split()
    assert of(one) != of(other)


@pytest.mark.parametrize(("written", "as_compared"), [("Idé", "ide"), ("ÅKERSBRO", "åkersbro"), ("0012", "12"), ("000", "0")])
def test_capitals_other_accents_and_leading_zeros_fall_away(written: str, as_compared: str) -> None:
    assert folded(written) == as_compared


@pytest.mark.parametrize("part", ["kamera", "kameror", "bevakning"])
def test_a_compound_is_found_by_what_stands_last_in_it(part: str) -> None:
    whole = {"kamera": "övervakningskameror", "kameror": "trygghetskamera", "bevakning": "kamerabevakning"}[part]
    assert of(part) in terms(of(whole))


def test_no_part_is_too_short_or_begins_as_no_swedish_syllable_does() -> None:
    parts = terms(of("övervakningskameror"))[1:]
    assert all(len(part) >= 4 for part in parts)
    assert not any(part.startswith(("ngs", "gsk", "rvak")) for part in parts)
    assert terms("2026/12") == ("2026/12",)


@pytest.mark.parametrize("written", ["KS 2026/0012", "KS-2026-00012", "KS 2026:12", "ks 2026.12"])
def test_a_number_is_the_same_however_it_is_put_together(written: str) -> None:
    assert phrase(written) == " ks 2026/12 "


def test_words_are_told_with_their_places() -> None:
    text = "Lås, å🙂lås_2"
    assert [(word, text[start:end]) for word, start, end in tokens(text)] == [
        ("lås", "Lås"), ("å", "å"), ("lås", "lås"), ("2", "2"),
    ]  # fmt: skip
