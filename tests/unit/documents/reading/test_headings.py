"""A municipality with a heading of its own is one more row of the table."""

import pytest

from portal.documents.reading import read_text
from portal.documents.reading.heading_table import HEADINGS, Family
from portal.documents.reading.headings import STANDARD, Headings

TEXT = (
    "Äskande om medel till väktare\n\nVad vi vill att ni säger ja till\n\n200 tkr beviljas säkerhetsenheten.\n\n"
    "Detta brev går också till\n\nEkonomienheten\nRegistrator\n"
)


def test_a_new_municipalitys_heading_is_one_row() -> None:
    assert read_text(TEXT).copy_recipients == []
    rows = (
        (Family.PROPOSAL, "vad vi vill att ni säger (ja) till"),
        (Family.RECIPIENTS, "detta brev/papper går (också) till"),
    )
    reading = read_text(TEXT, Headings([*rows, *HEADINGS]))
    assert reading.decision_or_proposal == ["200 tkr beviljas säkerhetsenheten."]
    assert reading.copy_recipients == ["Ekonomienheten", "Registrator"]
    assert reading.amount_total_sek == 200_000


@pytest.mark.parametrize(
    ("line", "family", "organ"),
    [
        ("Förslag till beslut", Family.PROPOSAL, None),
        ("FÖRSLAG TILL BESLUT:", Family.PROPOSAL, None),
        ("2. Förslag till beslut i kommunstyrelsen", Family.PROPOSAL, "kommunstyrelsen"),
        ("Beslut – Förslag till kommunfullmäktige", Family.PROPOSAL, "kommunfullmäktige"),
        ("Arbetsutskottets förslag", Family.PROPOSAL, None),
        ("Kommunstyrelsens beslut (förslag)", Family.PROPOSAL, "Kommunstyrelsen"),
        ("Beslut (förslag)", Family.PROPOSAL, None),
        ("Kommunfullmäktiges beslut", Family.DECISION, "Kommunfullmäktige"),
        ("Förvaltningens bedömning", Family.BODY, None),
        ("Ekonomiska konsekvenser", Family.BODY, None),
        ("Underlag för beslutet", Family.BASIS, None),
        ("Beslutet ska skickas till", Family.RECIPIENTS, None),
        ("Beslutsexpediering:", Family.RECIPIENTS, None),
        ("För kännedom", Family.INFORMATION, None),
        ("Förslag till beslut på sammanträdet", Family.PROTOCOL, None),
        ("Jäv", Family.JAV, None),
    ],
)
def test_headings_are_known_by_their_words(line: str, family: Family, organ: str | None) -> None:
    found = STANDARD.of(line)
    assert found is not None
    assert (found.family, found.organ) == (family, organ)


def test_running_text_is_no_heading() -> None:
    for line in ("Beslutet togs i enighet", "Bakgrunden är att skadegörelsen har ökat kraftigt sedan 2024 i hela centrum."):
        assert STANDARD.of(line) is None
