"""Reading documents of made-up municipalities: every strict field as a careful reader reads it, and no wrong amount."""

import importlib.util
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.documents.formats import UnreadableFile, source_at, source_of
from portal.documents.reading import Reading, read_text, summary

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "documents"
DOCUMENTS = sorted(path.name.removesuffix(".expected.json") for path in FOLDER.glob("*.expected.json"))


def _text(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def _expected(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.expected.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


_read_once = cache(read_text)


def _read(name: str) -> Reading:
    return _read_once(_text(name))


def _documents() -> Iterator[tuple[str, str, Reading, dict[str, Any]]]:
    for name in DOCUMENTS:
        yield name, _text(name), _read(name), _expected(name)


@pytest.fixture(scope="module")
def score() -> ModuleType:
    """What ``make score`` runs."""
    spec = importlib.util.spec_from_file_location("score", ROOT / "tools" / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.read_text = _read_once  # type: ignore[attr-defined]  # each text is read once for all tests
    return module


def _amounts(values: dict[str, Any]) -> Counter[int]:
    return Counter(line["amount_sek"] for line in values["budget_lines"] if line["amount_sek"] is not None)


def _is_wrong(got: dict[str, Any], want: dict[str, Any]) -> bool:
    """True where an amount was read that does not stand there; none at all is not wrong."""
    return got["amount_total_sek"] not in (None, want["amount_total_sek"]) or bool(_amounts(got) - _amounts(want))


def test_every_strict_field_is_read_as_a_careful_reader_reads_it_and_no_amount_is_wrong(score: ModuleType) -> None:
    documents = list(score.scored(score.SAMPLES))
    off = {each.name: [(row.field, row.got, row.want) for row in each.off] for each in documents if each.off}
    right = sum(len(each.rows) - len(each.off) for each in documents)
    assert not [(each.name, each.wrong) for each in documents if each.wrong]
    assert right >= 0.95 * sum(len(each.rows) for each in documents)
    assert not off  # these samples are known: on them every field is right
    assert len(documents) >= 240 and {Path(each.name).suffix for each in documents} == {".txt", ".docx", ".odt", ".pdf"}


def test_a_wrong_amount_and_a_wrong_field_lower_the_score(score: ModuleType) -> None:
    want = {"title": "A", "amount_total_sek": 5, "budget_lines": [{"amount_sek": 2}, {"amount_sek": 3}]}
    got = {"title": "a.", "amount_total_sek": None, "budget_lines": [{"amount_sek": 2}, {"amount_sek": 4}]}
    assert [row.field for row in score.Scored("brev.txt", [*score.compared(got, want)], []).off] == [
        "amount_total_sek",
        "line amounts",
    ]
    assert score.wrong_amounts(got, want) == [4]
    assert score.wrong_amounts({**got, "amount_total_sek": 6}, want) == [6, 4]


def test_what_goes_for_information_and_what_people_are_called_is_read_as_written() -> None:
    def told(values: dict[str, Any]) -> object:
        people = sorted((each["name"].casefold(), (each["role"] or "").casefold()) for each in values["signatories"])
        return [" ".join(each.split()).strip(".").casefold() for each in values["for_information"]], people

    off = [(name, told(got.as_json()), told(want)) for name, _t, got, want in _documents() if told(got.as_json()) != told(want)]
    assert not off


def test_what_is_doubtful_is_said_in_a_sentence() -> None:
    unsaid = []
    for name, _t, reading, want in _documents():
        unsaid += [(name, words) for words in want.get("warns", []) if not any(words in each for each in reading.warnings)]
        assert all(warning.endswith(".") for warning in reading.warnings), name
        assert all(doubt.sentence.endswith(".") and doubt.options for doubt in reading.doubts if doubt.options), name
    assert not unsaid


def test_each_field_can_be_shown_beside_its_passage() -> None:
    for name, text, reading, _want in _documents():
        for field, words in (("title", reading.title), ("diarienummer", reading.diarienummer)):
            if words:
                passages = " ".join(text[span.start : span.end] for span in reading.spans[field])
                assert words.split()[-1][:4] in passages, name
        for field in ("decision_or_proposal", "copy_recipients", "budget_lines", "jav", "reservations"):
            assert len(reading.spans.get(field, [])) == len(getattr(reading, field)), (name, field)
        offered = [option.span for doubt in reading.doubts for option in doubt.options if option.span]
        spans = [*offered, *(span for spans in reading.spans.values() for span in spans)]
        assert all(0 <= span.start < span.end <= len(text) for span in spans), name


def test_other_amounts_stay_out_of_the_total() -> None:
    reading = _read("granby-att-satser")
    assert [amount.amount_sek for amount in reading.other_amounts] == [180_000]
    assert reading.handler is not None and reading.handler.phone == "0512-334 55"


def test_the_wish_to_move_money_between_the_lines_is_read() -> None:
    assert _read("myrby-markdown").may_redistribute
    assert not _read("granby-att-satser").may_redistribute


def test_minutes_say_their_organ_and_outcome() -> None:
    referred = _read("osthamra-aterremiss")
    assert (referred.organ, referred.outcome, referred.preparing) == ("Socialnämnden", "återremiss", False)
    prepared = _read("torp-ksau-protokoll")
    assert (prepared.organ, prepared.outcome, prepared.preparing) == ("Kommunstyrelsens arbetsutskott", "avslag", True)
    assert prepared.deciding_organ == "kommunstyrelsen"
    assert _read("lerdala-protokoll").outcome == "bifall"


def test_the_description_keeps_its_headed_sections() -> None:
    sections = dict(_read("alvik-sidhuvud-mitt-i").sections)
    assert sections == {"Ärendebeskrivning": "Vintern 2024–2025 kostade röjningen 11,4 mkr mot budgeterade 8 650 tkr."}


def test_the_description_does_not_repeat_the_budget_lines() -> None:
    sections = dict(_read("myrby-markdown").sections)
    assert sections == {"Sammanfattning av ärendet": "Programmet når 1 200 elever. Kostnaden är cirka 530 kr per elev."}


def test_what_was_read_is_printed_in_swedish_without_what_is_not_there() -> None:
    printed = summary(_read("masholm-brev-med-punkter")).splitlines()
    assert "Belopp: 385\u00a0000\u00a0kr" in printed
    assert "  – Slang och bärbara pumpar: 70\u00a0000\u00a0kr" in printed
    assert "  – Yngve Marklund, Räddningschef" in printed
    assert not any(line.startswith(("Diarienummer", "För kännedom")) or "None" in line for line in printed)


def test_a_document_that_asks_for_nothing_fills_nothing() -> None:
    reading = read_text("Veckobrev\n\nPå torsdag är det sopphämtning. Kostnaden 500 kr betalas av föreningen.\n")
    assert reading.amount_total_sek is None and not reading.budget_lines and not reading.decision_or_proposal
    assert any("ingen begäran om medel" in warning for warning in reading.warnings)


def test_line_ends_and_no_break_spaces_do_not_change_the_reading() -> None:
    for name, text, reading, _want in _documents():
        plain = reading.as_json()
        windows = read_text(text.replace("\n", "\r\n")).as_json()
        assert {**windows, "other_amounts": []} == {**plain, "other_amounts": []}, name
        spaced = read_text(re.sub(r"(?<=\d) (?=\d{3}\b)", "\u00a0", text)).as_json()
        assert [line["amount_sek"] for line in spaced["budget_lines"]] == [line["amount_sek"] for line in plain["budget_lines"]]
        assert spaced["amount_total_sek"] == plain["amount_total_sek"], name


WORDS = st.sampled_from(
    [*"\n\n\n\t ||:.,;-–*#«»§", "Förslag till beslut", "Beslutsunderlag", "Kopia till", "Anna Ek", "Kommunchef", "att ",
     "bevilja ", "500 000 kr", "2025", "-01-02", "Kommunstyrelsen ", "nämnden ", "Summa", "600 tkr", "till ", "och ", "Dnr "]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400) | st.lists(WORDS, max_size=60).map("".join))
def test_any_text_can_be_read(text: str) -> None:
    reading = read_text(text)
    assert json.dumps(reading.as_json())
    assert all(0 <= span.start <= span.end <= len(text) for spans in reading.spans.values() for span in spans)


ENDLESS = [
    *("1", "1 ", "1-", "111 ", " ", "\n", "1.", "Anna ", "Anna Ek\n", "a-\n", "| a | 1 kr |\n", "a\t1 000 kr\n", "**a "),
    *("«a", "a.a@", "(", "Kameror 100 kr\n", "Förslag till beslut\n", "tel 01 ", "och ", "nämnden, ", "A "),
]


def _cpu(text: str) -> float:
    """Processor seconds to read a text, the quieter of two tries."""
    tries = []
    for _ in range(2):
        started = time.process_time()
        read_text(text)
        tries.append(time.process_time() - started)
    return min(tries)


@pytest.mark.parametrize("heading", ["", "Förslag till beslut\n", "Beslutet skickas till\n"])
def test_the_time_to_read_grows_with_the_length_of_the_text_and_not_faster(heading: str) -> None:
    # Four times the text: a regex that goes astray takes sixteen times as long, or for ever.
    slow = []
    for piece in ENDLESS:
        short, long = (heading + piece * (length // len(piece)) for length in (2_000, 8_000))
        if _cpu(long) >= 10 * max(_cpu(short), 0.01):
            slow.append(piece)
    assert not slow


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_file_is_read_in_the_encodings_offices_use(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "äskande.txt"
    path.write_bytes("Äskande – 600 tkr åt säkerhetsenheten".encode(encoding))
    assert source_at(path).text == "Äskande – 600 tkr åt säkerhetsenheten"
    assert source_of(path.read_bytes(), path.name).text == "Äskande – 600 tkr åt säkerhetsenheten"


@pytest.mark.parametrize(
    ("data", "filename", "words"),
    [
        (b"", "tom.txt", "tom"),
        (b" \r\n\t", "blank.txt", "tom"),
        (b"%PDF-1.7", "brev.pdf", "PDF"),
        (b"PK\x03\x04", "brev.DOCX", "Word"),
        (b"MZ\x00\x01\x02\x03" * 50, "program.txt", "inte vanlig text"),
        (b"\xff\xfe\x00", "halv.txt", "teckenkodning"),
        (b"a" * 5_000_001, "stor.txt", "för stor"),
    ],
)
def test_a_file_without_readable_text_is_refused_with_a_sentence(data: bytes, filename: str, words: str) -> None:
    with pytest.raises(UnreadableFile, match=words):
        source_of(data, filename)


def test_a_missing_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"saknas\.txt kan inte öppnas"):
        source_at(tmp_path / "saknas.txt")


def test_a_copy_without_blank_lines_gives_no_wrong_amount() -> None:
    copies = ((name, read_text(re.sub(r"\n\s*\n", "\n", text)).as_json(), want) for name, text, _r, want in _documents())
    assert not [(name, got["amount_total_sek"], _amounts(got)) for name, got, want in copies if _is_wrong(got, want)]


def test_the_passage_of_the_handler_ends_with_what_is_said_of_the_person() -> None:
    head = "Tove Hed, Säkerhetschef\n0111- 222 33\ntove.hed@akersbro.example\n"
    text = f"{head}\nÄskande om medel till väktare\n\nFörslag till beslut\n\n200 tkr beviljas till säkerhetsenheten.\n"
    (span,) = read_text(text).spans["handler"]
    assert text[span.start : span.end] == head.strip()


def test_the_amount_of_a_form_keeps_its_unit_whatever_follows_it() -> None:
    text = (
        "Äskande av medel\nDatum: 2025-03-18\nRubrik: Klimatsäkring av brunnar i hamnen\n\n"
        "Äskat belopp: 1 250 tkr\nVarav investering: 1 000 tkr\nVarav drift: 250 tkr\n"
    )
    assert read_text(text).amount_total_sek == 1_250_000


def test_a_part_refused_in_a_sentence_of_its_own_leaves_the_granted_amount() -> None:
    text = "Beslut\n\nFritidsförvaltningen beviljas 150 000 kr ur trygghetsmiljonen. Resterande 90 000 kr avslås.\n"
    assert read_text(text).amount_total_sek == 150_000
    refused = "Beslut\n\nAnsökan om 150 000 kr avslås. Förvaltningen ges i uppdrag att söka andra bidrag.\n"
    assert read_text(refused).amount_total_sek is None


def test_money_taken_in_one_point_and_given_in_the_next_is_counted_once() -> None:
    head = "Omfördelning av medel\n\nFörslag till beslut\n\n"
    moved = head + "att minska anslaget till tekniska nämnden med 300 tkr\natt öka anslaget till socialnämnden med 300 tkr\n"
    assert read_text(moved).amount_total_sek == 300_000
    purpose = head + "Kommunstyrelsen beviljar 200 tkr för att minska skadegörelsen.\n"
    assert read_text(purpose).amount_total_sek == 200_000


def test_the_notation_of_an_amount_does_not_change_what_is_read() -> None:
    form = "Äskande av medel\nDatum: 2025-03-18\nRubrik: Klimatsäkring av brunnar\n\nSökt belopp: {}\nBudgetår: 2026\n"
    point = "Äskande om medel\n\nFörslag till beslut\n\nKommunstyrelsen beviljar tekniska nämnden {} för brunnar 2026.\n"
    notations = (
        "210 000 kr",
        "210.000 kr",
        "210'000 kr",
        "210 tkr",
        "210kkr",
        "0,21 mnkr",
        "210 000:-",
        "SEK 210 000",
        "210000 kr",
    )
    read = {(text[:16], each): read_text(text.format(each)).amount_total_sek for text in (form, point) for each in notations}
    assert not {key: amount for key, amount in read.items() if amount != 210_000}
    assert read_text(point.format("för 2026 SEK 210 000")).amount_total_sek == 210_000  # the year is no amount
