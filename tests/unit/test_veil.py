"""What a mark on a part hides is taken out of every text, and of nothing else."""

import pytest
from sqlalchemy import String, Text
from sqlalchemy.dialects import sqlite

from portal.funding_requests.models import ToldContent
from portal.tables import metadata
from portal.veil import Told, Veil


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Skalskydd", "Uppgift utelämnad"),
        ("  Skalskydd ", "Uppgift utelämnad"),
        ("Mest kostar skalskydd, som förr.", "Mest kostar uppgift utelämnad, som förr."),
        ("SKALSKYDD och larm vid porten", "uppgift utelämnad och uppgift utelämnad"),
        ("Larm  vid\nporten byts", "uppgift utelämnad byts"),
        ("Skalskyddet nämns inte i sig", "Skalskyddet nämns inte i sig"),
        ("Larm", "Larm"),
        ("", ""),
    ],
)
def test_a_hidden_word_is_left_out_wherever_it_stands_as_a_word(text: str, read: str) -> None:
    assert Veil(["Skalskydd", "Larm vid porten"]).over(text) == read


def test_the_longest_name_is_hidden_first_and_signs_mean_themselves() -> None:
    over = Veil(["Port", "Port (norra)", "a.b"])
    assert over.over("Byt Port (norra) i dag") == "Byt uppgift utelämnad i dag"
    assert over.over("axb och a.b") == "axb och uppgift utelämnad"


def test_without_words_everything_is_read_as_it_stands() -> None:
    assert Veil([]).over("Skalskydd") == "Skalskydd"
    assert Veil(["", "  "]).over("Skalskydd") == "Skalskydd"


def test_plain_data_is_read_through_it_all_the_way_down_and_keys_stay() -> None:
    over = Veil(["larm"])
    said = over.over_values({"larm": ["larm", {"text": "Ett larm", "n": 3, "none": None}]})
    assert said == {"larm": ["Uppgift utelämnad", {"text": "Ett uppgift utelämnad", "n": 3, "none": None}]}


def test_of_a_version_only_what_is_written_freely_is_read_through_it() -> None:
    text = '{"lines":[{"amount":5,"cost_type":"drift","label":"Drift"}],"description":"Drift kostar.","unit":"Drift"}'
    said = ToldContent().veiled(text, Veil(["drift"]))
    assert '"cost_type": "drift"' in said and '"label": "Uppgift utelämnad"' in said
    assert '"description": "uppgift utelämnad kostar."' in said and '"unit": "Drift"' in said


def test_outside_a_page_a_column_is_read_as_it_stands() -> None:
    assert Told().process_result_value("Skalskydd", sqlite.dialect()) == "Skalskydd"
    assert Told().process_result_value(None, sqlite.dialect()) is None


# Columns of a case, or of what hangs on it, that hold what people wrote and are read as they are, and why.
AS_WRITTEN = {
    "register_case.public_title": "what everyone may read, written for it",
    "registered_document.public_title": "what everyone may read, written for it",
    "search_entry.text": "indexed as everyone may read it, or as a secret of its own",
    "search_entry.folded": "indexed as everyone may read it, or as a secret of its own",
    "search_entry.label": "indexed as everyone may read it, or as a secret of its own",
    "disclosure_item.reason": "a decision that the one who asked is sent; the registrar writes it for them",
    "ledger_row.note": "of the fund, not of the case",
}
WRITTEN = {"title", "public_title", "label", "text", "reason", "note", "summary", "answer", "condition", "effect", "coding"}


def test_what_people_wrote_of_a_case_is_read_through_the_veil() -> None:
    tables = metadata().sorted_tables
    of_cases = {"register_case"}
    for table in tables:  # sorted: what is pointed at comes first
        if any(key.column.table.name in of_cases for key in table.foreign_keys):
            of_cases.add(table.name)
    as_written = {
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.columns
        if table.name in of_cases
        and isinstance(column.type, String | Told)
        and not isinstance(column.type, Told)
        and (isinstance(column.type, Text) or column.name in WRITTEN)
    }
    assert as_written == set(AS_WRITTEN)
