"""Reading a file of outcome: which rows count, for which month and code, and what is said of those that do not."""

from datetime import date

import pytest

from portal.accounting.outcome import Difference, differences, month_name, read_amount, read_file, read_month
from portal.errors import Invalid
from portal.settings import CODE_PARTS

TODAY = date(2026, 11, 22)
P1, P2 = ("projekt", "7001"), ("projekt", "7002")


def _read(text: str, chosen: str = "", encoding: str = "utf-8") -> dict[str, dict[tuple[str, str], int]]:
    return read_file(text.encode(encoding), parts=CODE_PARTS, read_on="projekt", chosen=chosen, today=TODAY)


def _refused(text: str, chosen: str = "") -> str:
    with pytest.raises(Invalid) as said:
        _read(text, chosen)
    return " ".join(said.value.problems.values()).replace("\u00a0", " ")


def test_rows_are_kept_by_month_and_code_and_summed() -> None:
    file = "kod;månad;belopp\n7001;2026-09;100\n7001;2026-10;250\n7001;202610;50\n7002;2026-10-31;-75\n"
    assert _read(file) == {"2026-09": {P1: 100}, "2026-10": {P1: 300, P2: -75}}


def test_a_file_without_months_is_of_the_month_that_was_chosen() -> None:
    assert _read("Projekt,Utfall\n7001,100\n", "2026-10") == {"2026-10": {P1: 100}}
    assert "Välj månad" in _refused("projekt;utfall\n7001;100\n")


def test_the_heading_may_name_the_part_of_the_code() -> None:
    assert _read("Aktivitet;Period;Belopp\n33;2026-10;1\n") == {"2026-10": {("aktivitet", "33"): 1}}
    assert _read("aktivitet;projekt;period;belopp\n33;7001;2026-10;1\n") == {"2026-10": {P1: 1}}
    assert "rubriken ”kod”" in _refused("konton;period;belopp\n1;2026-10;1\n")
    assert "rubriken ”belopp”" in _refused("kod;period;summa\n1;2026-10;1\n")


def test_a_file_in_windows_letters_is_read() -> None:
    assert _read("kod;månad;belopp\nÅÄÖ;2026-10;5\n", encoding="cp1252") == {"2026-10": {("projekt", "ÅÄÖ"): 5}}


@pytest.mark.parametrize(
    ("text", "kronor"),
    [("1 234", 1234), ("1\u00a0234,00", 1234), ("1234.0", 1234), ("-500", -500), ("\u2212500", -500), ("500-", -500), ("+7", 7),
     ("0", 0), ("-0,00", 0), ("000123", 123)],
)  # fmt: skip
def test_an_amount_is_read_with_its_sign(text: str, kronor: int) -> None:
    assert read_amount(text) == kronor


@pytest.mark.parametrize(
    ("text", "says"),
    [("1 234,50", "avrundat 1 235 kr"), ("-10,49", "avrundat \u2212 10 kr"), ("1.234", "inget belopp"), ("", "inget belopp"),
     ("tio", "inget belopp"), ("-5-", "inget belopp"), ("1e6", "inget belopp"), ("٣", "inget belopp"), ("=1", "inget belopp"),
     ("9" * 13, "inget belopp"), ("600 tkr", "inget belopp"), ("tio tusen", "inget belopp"), ("högst 5", "inget belopp")],
)  # fmt: skip
def test_what_is_no_whole_amount_is_refused_with_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(ValueError) as said:
        read_amount(text)
    assert says in str(said.value).replace("\u00a0", " ")


def test_a_month_is_not_in_the_future() -> None:
    assert read_month("2026-11", TODAY) == "2026-11"
    with pytest.raises(ValueError, match="december 2026 ligger i framtiden"):
        read_month("2026-12", TODAY)
    for wrong in ("2026-13", "26-10", "oktober", ""):
        with pytest.raises(ValueError, match="är ingen månad"):
            read_month(wrong, TODAY)
    assert month_name("2026-02") == "februari 2026"


def test_every_wrong_row_is_told_by_its_number() -> None:
    said = _refused("kod;månad;belopp\n7001;2026-10;tio\n;2026-10;5\n7002;2027-01;5\n7003;2026-10;5\n")
    assert "Rad 2: ”tio” är inget belopp" in said
    assert "Rad 3: Koden saknas" in said
    assert "Rad 4: Månaden januari 2027 ligger i framtiden" in said
    assert "Rad 5" not in said
    many = _refused("kod;månad;belopp\n" + "7001;2026-10;x\n" * 30)
    assert "Och 22 rader till." in many


def test_what_is_no_table_is_refused() -> None:
    assert "ingen textfil" in _refused("kod;belopp\0\n")
    assert "inga rader" in _refused("kod;månad;belopp\n")


def test_differences_are_told_code_by_code() -> None:
    assert differences({P1: 100, P2: 5}, {P1: 120, ("projekt", "7003"): 1}) == [
        Difference("projekt", "7001", 100, 120),
        Difference("projekt", "7002", 5, None),
        Difference("projekt", "7003", None, 1),
    ]
    assert differences({P1: 100}, {P1: 100}) == []
