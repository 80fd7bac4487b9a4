"""Masked copies: what is hidden is found however it was written, and cannot be read out of the copy by any means."""

import io
import re
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from portal.documents import rendering
from portal.documents.formats import UnreadableFile, source_of
from portal.documents.masking import checking, pages
from portal.documents.masking.choice import Choice
from portal.documents.masking.data import masked, title_without
from portal.documents.masking.finding import Finder, fold, suggestions
from portal.documents.masking.leaves import leaves, passages
from tests import document_examples as examples
from tests import verapdf
from tests.factories.letters import as_pdf
from tests.scale import times

NOTE = {
    "provision": "18 kap. 8 § OSL",
    "by": {"name": "Rut", "title": "Registrator"},
    "made_at": "2026-11-23T12:00:00Z",
    "original": "Handling",
}
STATEMENT: dict[str, Any] = {
    "made_at": "2026-11-23T12:00:00Z", "municipality": {"name": "Åkersbro kommun"}, "title": "Kameror vid torget",
    "unit": "Ekonomiavdelningen", "date": "2026-11-20", "case_number": "KS 2026/231", "version": 2,
    "asked_by": "Säkerhetsenheten",
    "requested_total": 900_000, "stance": "Tillstyrks", "text": "Medlen räcker.\n\nInvesteringen konteras på projekt 4410.",
    "balance": 1_000_000, "cost_type": "Drift", "capital_cost": 45_000, "coding": "1200 4600",
    "person": {"name": "Eva Strand", "title": "Ekonom"}, "given_at": "2026-11-20T12:00:00Z",
}  # fmt: skip
OWN: dict[str, Any] = {"decision": examples.decision(), "submission": examples.submission(), "statement": STATEMENT}


def in_two_ways(pdf: bytes) -> tuple[str, str]:
    """The text of the file as PDFium and as Poppler read it."""
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return source_of(pdf, "a.pdf").text, read


def squeezed(text: str) -> str:
    """Letters and digits alone, as they are compared."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFC", fold(text, hyphens=False, spaces=False).text))


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Av ANNA BERG i dag", "anna berg"),
        ("Av Anna\u00a0\n   Berg", "Anna Berg"),
        ("Fråga Karls-\nson.", "Karlsson"),
        ("Fråga Karls\u00adson.", "Karlsson"),
        ("Fråga Karls\u00ad\n son.", "Karlsson"),
        ("Fråga Karlsson.", "Karls\u00adson"),
        ("Karl-\nJohan ringde", "Karl-Johan"),
        ("Karl\u2011Johan ringde", "Karl-Johan"),
        ("en ﬁn oﬃcer", "fin officer"),
        ("Nr 198001011234", "19800101-1234"),
        ("Av A\u030asa", "Åsa"),
        ("a.*b (c)", "a.*b"),
        ("kod [0-9]+ gäller", "[0-9]+"),
        ("שלום דוד כהן היום", "דוד כהן"),
        ("Ring D’Arcy", "d'arcy"),
        ("nolla\u200bbredd", "nollabredd"),
    ],
)
def test_a_phrase_is_found_however_it_was_written_or_broken(text: str, phrase: str) -> None:
    assert Finder((phrase,)).found(text), phrase


@pytest.mark.parametrize(
    ("text", "phrase"),
    [("Karlssons bil", "Karlsson"), ("Annat", "Anna"), ("Asa", "Åsa"), ("Åsa", "As"), ("aXb", "a.b"), ("12345", "234")],
)
def test_only_whole_words_are_found_and_nothing_is_a_pattern(text: str, phrase: str) -> None:
    assert not Finder((phrase,)).found(text)


def test_words_that_go_on_are_told() -> None:
    assert Finder(("Karlsson",)).also_within("Karlsson och Karlssons bil, Karlssonska huset") == ["Karlssons", "Karlssonska"]


def test_what_is_offered_is_what_names_a_person() -> None:
    text = "Anna, 19800101-1234, 070-123 45 67, +46 70 123 45 67, anna@exempel.se, 1 000 000 kr, 2026-11-23, KS 2026/0001"
    assert suggestions(text) == ["19800101-1234", "anna@exempel.se", "070-123 45 67", "+46 70 123 45 67"]


@pytest.mark.parametrize("kind", OWN)
def test_every_part_of_a_document_can_be_masked_at_once(kind: str, tmp_path: Path) -> None:
    data = OWN[kind]
    result = masked(data, Choice(passages=frozenset(each.key for each in passages(data))))
    pdf = rendering.render(kind, {**result.data, "masked": NOTE})
    for text in in_two_ways(pdf):
        left = [leaf.shown for leaf in leaves(data) if len(leaf.shown) > 9 and squeezed(leaf.shown) in squeezed(text)]
        assert left == [], "a part that could be chosen is still there"
    assert result.shown.strip("█\n") == ""
    verapdf.require()
    path = tmp_path / "copy.pdf"
    path.write_bytes(pdf)
    assert verapdf.failures(path, "2a") == verapdf.failures(path, "ua1") == []


LETTERS = st.text(alphabet="abcåäöABÅ19éﬁ-\u00ad., \u00a0()*+?[\\█", min_size=1, max_size=24)


@given(
    texts=st.lists(LETTERS, min_size=3, max_size=6), cut=st.tuples(st.integers(0, 5), st.integers(0, 20), st.integers(1, 12))
)
@settings(max_examples=times(20, 400), deadline=None)
def test_what_is_hidden_cannot_be_read_and_all_else_can(texts: list[str], cut: tuple[int, int, int]) -> None:
    text = texts[cut[0] % len(texts)]
    phrase = " ".join(text[cut[1] % len(text) :][: cut[2]].split())
    data: dict[str, Any] = {
        **examples.submission(), "title": texts[0], "proposal": texts[1:3],
        "description": [{"heading": texts[1], "text": "\n\n".join(texts)}],
        "lines": [{"label": texts[2], "amount": 4_711, "kind": "operating"}], "total": 4_711,
    }  # fmt: skip
    if not any(map(str.isalnum, phrase)) or Finder((phrase,)).found("Fältens längd säger inget om vad de döljer 1 2 3 9 19 11"):
        return
    result = masked(data, Choice((phrase,)))
    pdf = rendering.render("submission", {**result.data, "masked": NOTE})
    for read in in_two_ways(pdf):
        assert not Finder((phrase,)).found(read)
        shown = [squeezed(each) for line in result.shown.split("\n") for each in line.replace("[U+2588]", "█").split("█")]
        missing = [each for each in shown if each not in squeezed(read.replace("[U+2588]", ""))]
        assert missing == []
    assert checking.remaining(pdf, Finder((phrase,))) == ()


def test_a_word_that_every_file_holds_of_itself_can_be_hidden() -> None:
    data: dict[str, Any] = {**examples.submission(), "title": "Grupp A", "description": [{"text": "Grupp A och based."}]}
    for phrase in ("A", "based"):
        pdf = rendering.render("submission", {**masked(data, Choice((phrase,))).data, "masked": NOTE})
        assert checking.remaining(pdf, Finder((phrase,))) == ()
    assert checking.remaining(rendering.render("submission", data), Finder(("A",))) == ("A",)


def test_a_bar_is_as_long_whatever_it_hides() -> None:
    def after(name: str) -> float:
        data = {**OWN["statement"], "text": f"Fråga {name} vid dörren."}
        pdf = rendering.render("statement", {**masked(data, Choice((name,))).data, "masked": NOTE})
        source = source_of(pdf, "a.pdf")
        return next(word.box.left for word in source.words if source.text[word.start : word.end] == "vid")

    assert after("Bo") == after("Bartholomeus Lagerkvist-Ekenstam")


def test_no_hash_and_no_proof_comes_along_and_a_bar_that_someone_wrote_is_none() -> None:
    data = {**OWN["decision"], "reason": "Se █ här."}
    text = str(masked(data, Choice(("Maj Lind",))).data)
    assert "3b3b" not in text and "tlog" not in text and "Maj Lind" not in text
    assert "Se [U+2588] här." in text


def test_a_hidden_amount_cannot_be_counted_out() -> None:
    data = OWN["decision"]
    result = masked(data, Choice(passages=frozenset({"lines.1.granted"})))
    for hidden in ("500 000", "900 000", "100 000 kr efter"):
        assert squeezed(hidden) not in squeezed(result.shown.replace("100\u00a0000\u00a0kr\n", ""))
    assert "300\u00a0000\u00a0kr" in result.shown
    alone = masked(data, Choice(passages=frozenset({"granted_total"})))
    assert any("räknas ut av raderna" in note for note in alone.notes)


def test_no_hidden_word_stands_in_a_title() -> None:
    finder = Finder(("Alma Kvist",))
    assert title_without("Offert Kvist-Lövström, torget", "Alma Kvist-Lövström", "Vid torget", finder) == (
        "Offert [maskad uppgift]-[maskad uppgift], torget"
    )


# PDF files that were handed in


def crowded(text: str, secret: str) -> bytes:
    """A PDF of the text that says the secret in every other place too."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(as_pdf(text))) as pdf:
        with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
            about["dc:title"] = secret
        pdf.docinfo["/Subject"] = secret
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem(secret, 0))
        pdf.attachments["fil.txt"] = secret.encode()
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        drawn = pdf.make_stream(f"BT /F 12 Tf 4 4 Td ({secret}) Tj ET".encode())
        drawn.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Form, "/BBox": [0, 0, 200, 20]})
        drawn.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        comment = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[100, 100, 300, 120], Contents=pikepdf.String(secret),
            AP=pikepdf.Dictionary(N=drawn), F=4,
        )  # fmt: skip
        pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(comment)]))
        pdf.save(out)
    return out.getvalue()


def painted_copy(original: bytes, choice: Choice) -> tuple[pages.Painted, bytes]:
    result = pages.painted(pages.opened(original), choice)
    data = {
        "made_at": "2026-11-23T12:00:00Z", "municipality": {"name": "Åkersbro kommun"}, "unit": "Enheten", "title": "Bilaga",
        "pages": result.pages, "masked": NOTE,
    }  # fmt: skip
    return result, rendering.render("masked_pages", data, result.pictures)


def test_a_pdf_gives_away_nothing_from_titles_comments_bookmarks_files_or_the_page(tmp_path: Path) -> None:
    original = crowded("Offert\n\nKontakta Alma Kvist om kamerorna.", "Alma Kvist")
    result, pdf = painted_copy(original, Choice(("alma kvist",)))
    assert (result.missing, result.places) == ((), 2), "the comment is found as well"
    assert checking.remaining(pdf, Finder(("Alma Kvist",))) == () and b"Kvist" not in pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.attachments) == 0 and pdf.count(b"startxref") == 1
    assert "Kontakta [maskad uppgift] om kamerorna." in str(result.pages)
    path = tmp_path / "copy.pdf"
    path.write_bytes(pdf)
    verapdf.require()
    assert verapdf.failures(path, "2a") == verapdf.failures(path, "ua1") == []


def test_what_is_hidden_is_black_on_the_picture_and_a_whole_page_is_when_asked() -> None:
    opened = pages.opened(as_pdf("Kontakta Alma Kvist om kamerorna.\fAndra sidan"))
    box = next(word.box for word in opened.words if opened.text[word.start : word.end] == "Alma")
    result = pages.painted(opened, Choice(("Alma Kvist",), frozenset({"sida.2"})))
    scale = 150 / 72
    with Image.open(io.BytesIO(result.pictures["sida-1.png"])) as page:
        left, top, right, bottom = (round(at * scale) for at in (box.left, box.top, box.right, box.bottom))
        spot = page.convert("L").crop((left, top, right, bottom))
        assert spot.getextrema() == (0, 0), "every dot of the word"
        assert page.convert("L").getextrema() == (0, 255), "the rest of the page is there"
    with Image.open(io.BytesIO(result.pictures["sida-2.png"])) as page:
        assert page.convert("L").getextrema() == (0, 0)
    assert "Andra" not in str(result.pages) and "Alma" not in str(result.pages)


COLUMNS = """BT /F 10 Tf 60 700 Td (Ansvarig Alma) Tj 240 0 Td (Summan betalas) Tj -240 -14 Td (Kvist på larm-) Tj
240 0 Td (efter beslut) Tj -240 -14 Td (centralen) Tj 240 0 Td (i mars) Tj ET"""


def test_a_phrase_that_goes_on_below_in_its_own_column_is_hidden() -> None:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )  # fmt: skip
        pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        pdf.pages[0].Contents = pdf.make_stream(COLUMNS.encode("cp1252"))
        pdf.save(out)
    result = pages.painted(pages.opened(out.getvalue()), Choice(("alma kvist", "larmcentralen")))
    assert result.missing == ()
    said = str(result.pages)
    assert not any(word in said for word in ("Alma", "Kvist", "larm", "centralen"))
    assert all(word in said for word in ("Ansvarig", "Summan betalas", "efter beslut", "i mars"))


def test_pages_that_take_too_long_to_draw_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = pages.opened(as_pdf("Kontakta Bo om kamerorna.\nNästa rad."))
    monkeypatch.setattr(pages, "MOST_SECONDS", -1.0)
    with pytest.raises(UnreadableFile, match="för lång tid"):
        pages.painted(opened, Choice(("Bo",)))


def test_a_whole_line_is_hidden_where_its_length_would_tell() -> None:
    result = pages.painted(pages.opened(as_pdf("Kontakta Bo om kamerorna.\nNästa rad.")), Choice(("Bo",), whole_lines=True))
    assert "Kontakta" not in str(result.pages) and "Nästa rad." in str(result.pages)
