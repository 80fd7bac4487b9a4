"""Tables as files: no spreadsheet runs what a person typed, and a Swedish office's CSV is read as it comes."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from portal import sheets

DANGEROUS = ["=1+1", "+46 70 123", "-2", "@SUM(A1)", "\t=1", "\r=cmd|' /C calc'!A0", "＝1+1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    row = next(csv.reader(io.StringIO(sheets.as_csv(["a"], [[text]]).decode("utf-8-sig"), newline=""), delimiter=";"), None)
    assert row == ["a"]
    written = sheets.as_csv(["a"], [[text]]).decode("utf-8-sig").splitlines()[1].strip('"')
    assert written.startswith("'")
    cell = load_workbook(io.BytesIO(sheets.as_xlsx("Lista", ["a"], [[text]]))).active["A2"]
    assert cell.data_type == "s" and cell.value.strip() == text.replace("\r", "_x000D_").strip()


def test_amounts_are_numbers_days_are_dates_and_nothing_is_nothing() -> None:
    row = ["Åkersbro; norra", -1_000_000, date(2026, 11, 22), None]
    sheet = load_workbook(io.BytesIO(sheets.as_xlsx("Äskanden [2026]", ["a", "b", "c", "d"], [row]))).active
    assert [cell.value for cell in sheet[2]][:2] == ["Åkersbro; norra", -1_000_000]
    assert sheet["C2"].value.date() == date(2026, 11, 22) and sheet["D2"].value is None
    assert sheets.as_csv(["a", "b", "c", "d"], [row]) == (
        b"\xef\xbb\xbfa;b;c;d\r\n" + '"Åkersbro; norra";-1000000;2026-11-22;\r\n'.encode()
    )


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_file_is_read_whatever_the_office_saved_it_as(coding: str, separator: str) -> None:
    text = f"Kod{separator} Benämning\r\n1200{separator}Säkerhet & beredskap\r\n\r\n1300{separator}Räddningstjänst\r\n"
    lines = sheets.read_csv(text.encode(coding), ["kod", "benämning"])
    assert [(line.number, line.cells["kod"]) for line in lines] == [(2, "1200"), (4, "1300")]
    assert lines[0].cells["benämning"] == "Säkerhet & beredskap"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Kolumnen ”kod” saknas på filens första rad."),
        (b"namn\r\nA", "Kolumnen ”kod” saknas på filens första rad."),
        (b"kod;kod\r\n1;2", "Två kolumner har samma rubrik. Ändra den ena på filens första rad."),
        (b"kod;namn\r\n1", "Rad 2 har inte lika många kolumner som filens första rad."),
        (b"kod\r\n", "Filen innehåller inga rader."),
        (b'kod;namn\r\n"1;2', "Filen går inte att tolka som CSV. Kontrollera citattecknen och spara den igen."),
        (b"PK\x03\x04\x00\x00", "Filen är ingen textfil. Spara den som CSV och läs in den igen."),
        (b"kod\r\n" + b"1" * 10_000_000, "Filen är för stor. Dela den i filer på högst 10 MB."),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(sheets.Unreadable) as refused:
        sheets.read_csv(content, ["kod"])
    assert str(refused.value) == sentence


def test_ten_thousand_rows_are_read_as_they_were_written() -> None:
    rows = [[f"{number:05d}", "Väg = 1", number] for number in range(10_000)]
    lines = sheets.read_csv(sheets.as_csv(["kod", "namn", "belopp"], rows), ["kod"])
    assert len(lines) == 10_000 and lines[-1].cells == {"kod": "09999", "namn": "Väg = 1", "belopp": "9999"}


def test_an_instant_is_told_as_swedish_time() -> None:
    at = datetime(2026, 7, 1, 22, 30, 5, tzinfo=UTC)
    assert b"2026-07-02 00:30:05" in sheets.as_csv(["Läst"], [[at]])
    sheet = load_workbook(io.BytesIO(sheets.as_xlsx("Läst", ["Läst"], [[at]]))).active
    assert sheet is not None and str(sheet["A2"].value) == "2026-07-02 00:30:05"
