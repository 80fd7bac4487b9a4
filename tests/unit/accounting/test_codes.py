"""Code tables as they come in files, and what is valid when."""

from datetime import date

import pytest

from portal.accounting import codes
from portal.accounting.codes import Value
from portal.errors import Invalid
from portal.settings import CodePart
from portal.sheets import Unreadable, read_csv

PART = CodePart("projekt", "Projekt")
HEAD = "Kod;Benämning;Giltig från;Giltig till\r\n"


def _read(text: str, encoding: str = "utf-8") -> list[Value]:
    return codes.read(read_csv((HEAD + text).encode(encoding), codes.COLUMNS), PART)


def _told(text: str, encoding: str = "utf-8") -> str:
    with pytest.raises(Invalid) as error:
        _read(text, encoding)
    return error.value.problems["file"]


def _value(code: str, begins: str, ends: str = "", label: str = "") -> Value:
    return Value(
        value=code, label=label, valid_from=date.fromisoformat(begins), valid_to=date.fromisoformat(ends) if ends else None
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_table_is_read_whatever_the_spreadsheet_saved_it_as(encoding: str) -> None:
    content = (HEAD + "1001;Åtgärder på torget;2026-01-01;\r\n1002;Väktare;20260101;2026-12-31\r\n").encode(encoding)
    read = codes.read(read_csv(content, codes.COLUMNS), PART)
    assert read == [
        _value("1001", "2026-01-01", label="Åtgärder på torget"),
        _value("1002", "2026-01-01", "2026-12-31", label="Väktare"),
    ]


def test_a_code_twice_in_a_file_from_an_office_in_cp1252_is_refused_naming_both_rows() -> None:
    told = _told("1001;Åtgärder;2026-01-01;\n1002;Väktare;2026-01-01;\n1001;Åtgärder;2026-01-01;\n", "cp1252")
    assert told == "Rad 4: koden 1001 står också på rad 2 för samma tid."


@pytest.mark.parametrize(
    ("second", "overlaps"),
    [
        ("2026-06-30;2026-12-31", True),  # begins on the last day of the first
        ("2026-07-01;", False),  # begins the day after
        ("2025-01-01;2025-12-31", False),
        ("2025-01-01;2026-01-01", True),
        ("2026-02-01;2026-03-01", True),
    ],
)
def test_two_rows_may_speak_of_a_code_only_at_different_times(second: str, overlaps: bool) -> None:
    rows = f"1001;Torget;2026-01-01;2026-06-30\n1001;Torget igen;{second}\n"
    if overlaps:
        assert "står också på rad" in _told(rows)
    else:
        assert len(_read(rows)) == 2


def test_an_open_code_is_run_into_by_every_later_row() -> None:
    told = _told("1001;Torget;2026-01-01;\n1001;Torget;2027-01-01;2027-02-01\n1001;Torget;2028-01-01;\n")
    assert told.count("står också på rad 2") == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("10 01;Torget;2026-01-01;", "Rad 2: ”10 01” är ingen kod för projekt"),
        (";Torget;2026-01-01;", "Rad 2: ”” är ingen kod"),
        ("1001;Torget;;", "Rad 2: skriv giltig från"),
        ("1001;Torget;1 jan;", "Rad 2: skriv giltig från"),
        ("1001;Torget;2026-02-29;", "Rad 2: skriv giltig från"),
        ("1001;Torget;2026-01-01;sedan", "Rad 2: skriv giltig till"),
        ("1001;Torget;2026-01-02;2026-01-01", "Rad 2: koden 1001 slutar gälla innan den börjar"),
        ("1001;" + "a" * 101 + ";2026-01-01;", "Rad 2: benämningen är längre"),
        ("=1+1;Torget;2026-01-01;", "är ingen kod"),
    ],
)
def test_a_wrong_row_is_named(row: str, said: str) -> None:
    assert said in _told(row + "\n")


def test_of_many_wrong_rows_ten_are_named_and_the_rest_counted() -> None:
    told = _told("".join(f"10{n} x;Torget;2026-01-01;\n" for n in range(15)))
    assert told.count("är ingen kod") == 10 and "Ytterligare 5 rader är fel." in told


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "saknas"),
        (HEAD.encode(), "inga rader"),
        ("Kod;Namn;Giltig från;Giltig till\n1;a;2026-01-01;\n".encode(), "benämning"),
        (b"Kod;Kod;2026\n", "saknas"),
        (b"PK\x03\x04\x00\x00", "ingen textfil"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_what_is_missing(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_csv(content, codes.COLUMNS)


def test_reading_in_replaces_what_is_said_of_the_codes_in_the_file_and_closes_nothing() -> None:
    table = [_value("1", "2026-01-01"), _value("2", "2026-01-01"), _value("3", "2026-01-01")]
    told = codes.changes(table, [_value("1", "2026-01-01"), _value("2", "2026-01-01", "2026-06-30"), _value("4", "2027-01-01")])
    assert [change.value for change in told.new] == ["4"]
    assert [(change.value, change.before, change.after) for change in told.changed] == [
        ("2", (table[1],), (_value("2", "2026-01-01", "2026-06-30"),))
    ]
    assert (told.same, told.kept) == (1, 1)
    assert told.any and not codes.changes(table, table).any


VALID = [_value("1410", "2026-01-01", label="Säkerhet"), _value("1411", "2026-01-01"), _value("9000", "2026-01-01")]


@pytest.mark.parametrize(
    ("value", "said", "sentence"),
    [
        ("1409", (), "Projekt ”1409” finns inte i kodtabellen. Giltiga koder är till exempel 1410 Säkerhet, 1411"),
        (
            "1300",
            (_value("1300", "2024-01-01", "2026-10-31"),),
            "Projekt 1300 är stängd sedan 31\u00a0oktober\u00a02026. Giltiga koder",
        ),
        ("1500", (_value("1500", "2026-12-01"),), "Projekt 1500 gäller först från 1\u00a0december\u00a02026. Giltiga koder"),
        (
            "1600",
            (_value("1600", "2024-01-01", "2024-12-31"), _value("1600", "2027-01-01")),
            "är stängd sedan 31\u00a0december\u00a02024",
        ),
    ],
)
def test_a_code_that_does_not_hold_is_told_with_what_does(value: str, said: tuple[Value, ...], sentence: str) -> None:
    assert sentence in (codes.problem(PART, value, said, VALID, "2026-11") or "")


@pytest.mark.parametrize(("begins", "ends"), [("2026-11-30", ""), ("2026-01-01", "2026-11-01"), ("2026-11-10", "2026-11-11")])
def test_a_code_that_holds_some_day_of_the_period_can_be_used(begins: str, ends: str) -> None:
    assert codes.problem(PART, "1", [_value("1", begins, ends)], VALID, "2026-11") is None


def test_where_no_code_is_valid_that_is_said() -> None:
    assert (codes.problem(PART, "1", (), (), "2026-11") or "").endswith("Ingen kod är giltig.")


@pytest.mark.parametrize(("period", "last"), [("2028-02", 29), ("2027-02", 28), ("2026-12", 31)])
def test_a_period_is_its_whole_month(period: str, last: int) -> None:
    assert codes.month(period)[1].day == last
