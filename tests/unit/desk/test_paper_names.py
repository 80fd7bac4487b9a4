"""Names of files in a folder that is handed on, safe wherever it is unpacked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.desk.paper_names import LONGEST, Names, safe

WINDOWS_REFUSES = re.compile(r'[<>:"/\\|?*\x00-\x1f]|[ .]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)', re.I)


@pytest.mark.parametrize(
    ("called", "becomes"),
    [
        ("Underlag KS 2026/231 kommunstyrelsen", "Underlag KS 2026-231 kommunstyrelsen"),
        ("Bilaga 1 – Åtgärder: läge?.pdf", "Bilaga 1 – Åtgärder- läge_.pdf"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("nul.txt", "_nul.txt"),
        ("slut. ", "slut"),
        ("a\u0308rende.pdf", "ärende.pdf"),
        ("offert\u202efdp.exe", "offertfdp.exe"),
    ],
)
def test_what_windows_refuses_is_replaced_and_swedish_letters_are_kept(called: str, becomes: str) -> None:
    assert safe(called) == becomes


def test_a_long_name_is_cut_before_its_ending() -> None:
    made = safe(f"Bilaga 1 – {'mycket ' * 40}lång.pdf")
    assert len(made) <= LONGEST
    assert made.startswith("Bilaga 1 – mycket")
    assert made.endswith(".pdf")


@given(st.lists(st.text(max_size=130), max_size=12))
def test_no_two_names_are_alike_and_all_can_be_unpacked(called: list[str]) -> None:
    names = Names()
    given_out = [names.given(name) for name in [*called, *called, "Karta.pdf", "karta.PDF", "a" * 300, "A" * 300]]
    assert len({name.casefold() for name in given_out}) == len(given_out)
    assert all(0 < len(name) <= LONGEST and not WINDOWS_REFUSES.search(name) for name in given_out)
