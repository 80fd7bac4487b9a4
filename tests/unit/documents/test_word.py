"""The tjänsteskrivelse as a Word file: what our own reader, a screen reader and an archive find in it."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from portal.documents.formats import source_of
from portal.documents.reading import Reading, read_text
from portal.documents.shapes import SubmissionDocument
from portal.documents.word import letter
from tests.document_examples import submission
from tests.scale import measured, times

DOCUMENTS = sorted((Path(__file__).parents[2] / "documents").glob("*.txt"))
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CREST = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 48"><path d="M3 3h34v22c0 11-8 17-17 20z"/></svg>'


def text_of(data: SubmissionDocument) -> str:
    return source_of(letter(data), "skrivelse.docx").text


def part(file: bytes, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        return etree.fromstring(package.read(name))


def styles_in(file: bytes) -> list[str]:
    """The style of each paragraph of the body, in order."""
    found = part(file, "word/document.xml").iter(f"{W}pStyle")
    return [each.attrib[f"{W}val"] for each in found]


def told(reading: Reading) -> dict[str, object]:
    """The fields of a tjänsteskrivelse, as they are compared."""
    handler = reading.handler
    return {
        "title": reading.title,
        "date": reading.date,
        "diarienummer": reading.diarienummer,
        "points": [" ".join(point.split()) for point in reading.decision_or_proposal],
        "organ": (reading.deciding_organ or "").casefold(),
        "total": reading.amount_total_sek,
        "lines": [(line.label, line.amount_sek) for line in reading.budget_lines],
        "financing": reading.funding_source,
        "year": reading.budget_year,
        "beneficiary": reading.beneficiary,
        "basis": reading.decision_basis,
        "copies": reading.copy_recipients,
        "information": reading.for_information,
        "handler": handler and (handler.name, handler.role, handler.phone, handler.email),
        "signatories": sorted((person.name, person.role or "") for person in reading.signatories),
    }


def written(reading: Reading) -> SubmissionDocument:
    """What was read, as the data of a document of our own."""
    organ, handler = reading.deciding_organ, reading.handler
    data: SubmissionDocument = {
        "made_at": "2026-11-23T08:00:00Z",
        "submitted_at": "2026-11-23T08:00:00Z",
        "municipality": {"name": "Åkersbro kommun"},
        "title": reading.title or "",
        "unit": "Säkerhetsenheten",
        "date": reading.date or "",
        "case_number": reading.diarienummer,
        "proposal": reading.decision_or_proposal,
        "lines": [{"label": line.label, "amount": line.amount_sek} for line in reading.budget_lines],
        "total": reading.amount_total_sek,
        "deciding_organ": organ and organ[0].upper() + organ[1:],
        "receiver": reading.beneficiary,
        "description": [{"heading": heading, "text": text} for heading, text in reading.sections],
        "financing": {"text": reading.funding_source},
        "budget_year": reading.budget_year,
        "decision_basis": reading.decision_basis,
        "copies_to": reading.copy_recipients,
        "for_information": reading.for_information,
        "signatories": [{"name": person.name, "role": person.role} for person in reading.signatories],
    }
    if handler:
        data["handler"] = {"name": handler.name, "role": handler.role, "phone": handler.phone, "email": handler.email}
    return data


def could_be_sent(reading: Reading) -> bool:
    """A request has a title, and an amount that its lines do not contradict; else somebody is asked before it is sent."""
    contradicts = reading.amount_total_sek is None and any(line.amount_sek for line in reading.budget_lines)
    return bool(reading.title) and not contradicts and not any(doubt.field == "amount_total_sek" for doubt in reading.doubts)


def test_every_letter_is_read_back_from_word_to_the_same_fields() -> None:
    every = times(12, 1)
    differs: dict[str, Any] = {}
    read = 0
    for path in DOCUMENTS[::every]:
        before = read_text(path.read_text(encoding="utf-8-sig"))
        if could_be_sent(before):
            read += 1
            first, again = told(before), told(read_text(text_of(written(before))))
            differs |= {f"{path.stem}: {name}": (first[name], again[name]) for name in first if first[name] != again[name]}
    assert not differs
    assert read > len(DOCUMENTS[::every]) * 0.8
    measured("letters read back from Word", letters=read, fields=15 * read, differing=0)


def test_a_letter_with_every_part_says_in_word_what_it_says_in_the_data() -> None:
    data = submission()
    reading = read_text(text_of(data))
    assert told(reading) == {
        "title": data["title"],
        "date": "2026-11-18",
        "diarienummer": "KS 2026/231",
        "points": [point.replace("\u00a0", " ") for point in data["proposal"]],
        "organ": "kommunchef",
        "total": 1_000_000,
        "lines": [(line["label"], line["amount"]) for line in data["lines"]],
        "financing": "Trygghetsmiljonen 2026",
        "year": 2026,
        "beneficiary": "Kommunledningsförvaltningens säkerhetsenhet",
        "basis": data["decision_basis"],
        "copies": data["copies_to"],
        "information": data["for_information"],
        "handler": ("Sören Ek", "Säkerhetschef", "0123-45 67 89", "sakerhetschef@akersbro.example"),
        "signatories": [("Karin Åberg", "Kommunchef"), ("Sören Ek", "Säkerhetschef")],
    }
    assert [heading for heading, _text in reading.sections] == ["Ärendebeskrivning", "Bedömning"]
    assert reading.may_redistribute
    assert "1\u00a0000\u00a0000\u00a0kr" in text_of(data)


def test_the_letter_is_built_of_styles_and_its_table_repeats_its_header() -> None:
    file = letter(submission())
    styles = styles_in(file)
    assert styles.count("Title") == 1
    assert [each for each in styles if each.startswith("Heading")][:3] == ["Heading1", "Heading1", "Heading2"]
    assert styles.count("ListNumber") == 2
    assert "Caption" in styles
    body = part(file, "word/document.xml")
    (rows,) = [list(table.iter(f"{W}tr")) for table in body.iter(f"{W}tbl")]
    assert rows[0].find(f"{W}trPr/{W}tblHeader") is not None
    assert all(row.find(f"{W}trPr/{W}tblHeader") is None for row in rows[1:])
    named = {each.attrib[f"{W}styleId"] for each in part(file, "word/styles.xml").iter(f"{W}style")}
    assert set(styles) <= named
    assert not list(body.iter(f"{W}b")), "looks come from styles alone"


def test_the_letter_is_swedish_a4_and_names_the_municipality_as_its_author() -> None:
    file = letter(submission())
    language = part(file, "word/styles.xml").find(f".//{W}rPrDefault/{W}rPr/{W}lang")
    assert language is not None
    assert language.attrib[f"{W}val"] == "sv-SE"
    page = part(file, "word/document.xml").find(f".//{W}pgSz")
    assert page is not None
    assert 11900 <= int(page.attrib[f"{W}w"]) <= 11910
    assert 16830 <= int(page.attrib[f"{W}h"]) <= 16845
    about = etree.tostring(part(file, "docProps/core.xml"), encoding="unicode")
    assert "Åkersbro kommun" in about
    assert "Sören Ek" not in about
    assert "python" not in about
    assert about.count("2026-11-18T08:10:00Z") == 2
    heads = "".join(
        etree.tostring(part(file, name), encoding="unicode")
        for name in zipfile.ZipFile(io.BytesIO(file)).namelist()
        if "header" in name
    )
    assert {" PAGE ", " NUMPAGES "} <= set(re.findall(r'instr="([^"]+)"', heads))
    assert "KS 2026/231" in heads


def test_a_crest_is_told_in_words_and_without_one_there_is_no_picture() -> None:
    data = submission()
    data["municipality"] = {"name": "Åkersbro kommun", "crest_svg": CREST}
    with zipfile.ZipFile(io.BytesIO(letter(data))) as package:
        heads = "".join(package.read(name).decode() for name in package.namelist() if "header" in name)
        assert [name for name in package.namelist() if name.endswith(".png")]
    assert 'descr="Vapen för Åkersbro kommun"' in heads
    with zipfile.ZipFile(io.BytesIO(letter(submission()))) as package:
        assert not [name for name in package.namelist() if "media" in name or "thumbnail" in name]


def test_the_same_data_gives_the_same_bytes_whenever_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    first = letter(submission())
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_at: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert letter(submission()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {member.date_time for member in package.infolist()} == {(2026, 11, 18, 8, 10, 0)}


def test_what_is_not_sent_is_marked_as_a_draft_and_a_demonstration_as_a_test() -> None:
    data = submission()
    assert "UTKAST" not in text_of(data)
    data["submitted_at"], data["test"] = None, True
    text = text_of(data)
    assert "UTKAST" in text
    assert "TEST" in text
    assert "Inskickat:" not in text


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("Kameror\x07 vid torget", "Kameror[U+0007] vid torget"),
        ("Kameror\ud800 vid torget", "Kameror[U+D800] vid torget"),
        ("Kameror \u202evid torget", "Kameror [U+202E]vid torget"),
        ("<w:b/> & </w:t> #set page", "<w:b/> & </w:t> #set page"),
        ("😀 مرحبا", "😀 مرحبا"),
        ("a" * 4_000, "a" * 4_000),
    ],
)
def test_text_is_data_and_what_xml_refuses_is_shown_as_its_code_point(typed: str, stands: str) -> None:
    data = submission()
    data["title"] = typed
    data["proposal"], data["lines"][0]["label"] = [typed, "Punkt"], typed
    data["copies_to"] = [typed]
    assert text_of(data).count(stands) == 4


def test_an_unpriced_request_and_one_without_points_can_be_written() -> None:
    data = submission()
    data["lines"] = [{"label": "Trygghetsmätning", "amount": None, "kind": "unknown"}]
    data["total"], data["proposal"] = 40_000, []
    assert "| Hela äskandet | 40 000 kr |" in text_of(data)
    assert "Förslag till beslut" not in text_of(data)
    assert "40\u00a0000\u00a0kr" in "".join(part(letter(data), "word/document.xml").itertext())


def test_an_instant_without_offset_is_no_time() -> None:
    data = submission()
    data["made_at"] = "2026-11-18T08:10:00"
    with pytest.raises(ValueError, match="offset"):
        letter(data)
