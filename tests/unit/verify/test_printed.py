"""The proof as it is printed for machines comes back byte for byte, wherever pages break and whatever stands beside it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.verify.printed import END, NotPrinted, Printed, block, read

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
PROOF = "c2sp.org/tlog-proof@v1\nextra " + "eyJ" * 120 + "\nindex 4\n\nlogg\n5\nroot\n\n— logg sig\n"
NOTE = "askandeportalen/sigill/v1\nlogg\nsigill ab\nrot ab\n\n— logg sig\n"


def _printed(text: str = "Åäö", seal: str = NOTE) -> Printed:
    return Printed(PROOF, bytes(range(32)), json.dumps({"text": text}, ensure_ascii=False), seal)


@given(WORDS, st.integers(1, 60), st.booleans())
def test_it_is_read_back_over_any_page_break(text: str, at: int, with_foot: bool) -> None:
    lines = block(_printed(text)).split("\n")
    foot = "Åkersbro kommun · Dnr KS 2026/1 Sida 1 (2)" if with_foot else ""
    pages = ["Beslut\nbeviljas\n" + "\n".join(lines[:at]) + f"\n{foot}", f"{foot}\n" + "\n".join(lines[at:]) + f"\n{foot}"]
    assert read(pages) == _printed(text)


def test_a_line_fits_the_page_and_never_begins_or_ends_with_a_space() -> None:
    lines = block(_printed(seal=" ".join(["abc"] * 100) + "\n")).split("\n")
    assert max(map(len, lines)) <= 101
    assert not [line for line in lines if line[1:] != line[1:].strip()]


def test_what_a_text_says_before_it_is_not_taken_for_it() -> None:
    assert read(["|== bevis\n|falskt\n|== slut\n" + block(_printed())]) == _printed()


@pytest.mark.parametrize(
    "page",
    [
        "",
        "|== bevis",
        block(_printed()).replace("|" + END, ""),
        block(_printed()) + "\n|mer",
        block(_printed()).replace("|== sigill", "|== post"),
        block(_printed()).replace("|== post\n|e", "|== post\n|A"),
        block(_printed()).replace("|== post\n|", "|== post\n|!"),
    ],
)
def test_what_is_not_whole_is_not_read(page: str) -> None:
    with pytest.raises(NotPrinted):
        read([page])
