"""A document beside its fields: every passage can be found, whatever it is laid over, and what is open is asked, not set."""

import pytest

from portal.documents import beside
from portal.documents.beside import Passage, Place
from portal.documents.formats import Box, Page, Source
from portal.documents.formats.shapes import Word
from portal.documents.reading import Doubt, Option, Reading, Span, read_text
from portal.errors import Invalid

TITLE, TOTAL = Place("title", "Rubrik"), Place("total", "Äskat belopp")


def words(blocks: list[beside.Block]) -> list[list[str]]:
    """Every cell's text, row for row."""
    return [["".join(piece.text for piece in cell) for cell in row] for block in blocks for row in block.rows]


def test_pieces_put_together_are_the_whole_document_and_every_passage_can_be_linked() -> None:
    text = "Rubrik\n1 mkr ur miljonen"
    marked = [Passage("a", Span(0, 6), TITLE), Passage("b", Span(7, 24)), Passage("c", Span(7, 12), TOTAL)]
    found = beside.pieces(text, marked)
    assert "".join(piece.text for piece in found) == text
    assert sorted(each.anchor for piece in found for each in piece.begins) == ["a", "b", "c"]
    assert [piece.place for piece in found] == [TITLE, None, TOTAL, None]
    asked = [Passage("b", Span(7, 24)), Passage("c", Span(7, 12), TOTAL, unsure=True)]
    assert [piece.unsure for piece in beside.pieces(text, asked)] == [False, True, False]


def test_text_is_shown_as_headings_tables_and_paragraphs_with_every_letter_kept() -> None:
    text = (
        "# Äskande\r\n\r\nFörsta raden\r\nandra raden\r\n\r\n| Vad | Belopp |\r\n| Vakter \\| kväll | 300 tkr |\r\n\fNy sida\n"
    )
    blocks = list(beside.blocks_of(text, []))
    assert [block.kind for block in blocks] == ["heading", "text", "rows", "text"]
    shown = [[cell.split() for cell in row] for row in words(blocks)]
    assert shown[0] == [["Äskande"]] and shown[1] == [["Första", "raden", "andra", "raden"]]
    assert shown[2:4] == [[["Vad"], ["Belopp"]], [["Vakter", "\\|", "kväll"], ["300", "tkr"]]]


def test_a_passage_over_several_blocks_begins_once_and_is_marked_in_all_of_them() -> None:
    text = "# Förslag\n\nEtt stycke.\n\n| a | b |\n"
    blocks = list(beside.blocks_of(text, [Passage("alla", Span(0, len(text)), TITLE)]))
    pieces = [piece for block in blocks for row in block.rows for cell in row for piece in cell]
    assert [len(piece.begins) for piece in pieces] == [1, 0, 0, 0]
    assert all(piece.anchors == "alla" for piece in pieces)


def source(*lines: tuple[int, str]) -> Source:
    """A PDF with each line on its page, 10 points high."""
    text, at = "", []
    for number, (page, line) in enumerate(lines):
        box = Box(page, 50, 100 + 20 * number, 50 + 5 * len(line), 110 + 20 * number)
        at.append(Word(len(text), len(text) + len(line), number, box))
        text += line + "\n"
    pages = tuple(Page(595.0, 842.0) for _page in range(1 + max(page for page, _line in lines)))
    return Source("pdf", text, pages, (), tuple(at))


def test_a_passage_over_a_page_break_is_drawn_on_both_pages_and_has_its_id_on_the_first() -> None:
    pdf = source((0, "Säkerhetsenheten beviljas"), (1, "1 mkr till kameror"))
    view = beside.view(pdf, [Passage("p", Span(0, len(pdf.text)), TITLE), Passage("t", Span(26, 31), TOTAL)])
    drawn = [[(mark.passage.anchor, mark.begins, len(mark.boxes)) for mark in leaf.marks] for leaf in view.leaves]
    assert drawn == [[("p", True, 1)], [("p", False, 1), ("t", True, 1)]]
    left, top, width, height = view.leaves[0].marks[0].boxes[0]
    assert left < 50 and top < 100 and left + width > 50 + 5 * 25 and top + height > 110
    assert view.anchors == {"p", "t"} and view.leaves[0].pixels == (892, 1263)
    assert not any(piece.marks for block in view.blocks for row in block.rows for cell in row for piece in cell)


def test_only_so_many_pages_are_offered_as_pictures() -> None:
    view = beside.view(source((0, "Först"), (beside.MOST_PAGES + 5, "Sist")), [])
    assert (len(view.leaves), view.pages) == (beside.MOST_PAGES, beside.MOST_PAGES + 6)


DOUBTS = (
    Doubt("amount_total_sek", "Angivet 2, raderna 1.", (Option("2", "2 kr", Span(0, 4)), Option("1", "1 kr", None))),
    Doubt("amount_total_sek", "Ett intervall.", (Option("1", "1 kr", Span(0, 4)), Option("3", "3 kr", Span(5, 9)))),
    Doubt("date", "Datumet står utan rubrik."),
    Doubt("paragraph", "Två paragrafer.", (Option("1", "§ 1", None),)),
)


def test_doubts_about_one_field_are_one_question_with_each_answer_once() -> None:
    (asked,) = beside.questions(
        "2 kr 3 kr", Reading(doubts=list(DOUBTS)), {"amount_total_sek": TOTAL, "date": Place("date", "Datum")}
    )
    assert asked.sentences == ("Angivet 2, raderna 1.", "Ett intervall.")
    assert [(offer.value, offer.words) for offer in asked.offers] == [("2", "2 kr"), ("1", ""), ("3", "3 kr")]
    assert len({offer.anchor for offer in asked.offers}) == 3
    checks = beside.to_check(Reading(doubts=list(DOUBTS), warnings=["Ett intervall.", "Dnr saknas."]), ["Spårade."], [asked])
    assert checks == ["Spårade.", "Datumet står utan rubrik.", "Två paragrafer.", "Dnr saknas."]


def test_what_stands_in_the_field_and_is_all_there_is_to_choose_is_checked_and_not_asked_about() -> None:
    lone = Doubt("date", "Datumet 2026-03-16 står utan rubrik.", (Option("2026-03-16", "2026-03-16", Span(0, 10)),))
    places = {"date": Place("date", "Datum")}
    stands, open_ = Reading(date="2026-03-16", doubts=[lone]), Reading(doubts=[lone])
    assert beside.questions("2026-03-16", stands, places) == []
    assert beside.to_check(stands, [], []) == [lone.sentence]
    assert [each.field for each in beside.questions("2026-03-16", open_, places)] == ["date"]


def test_an_answer_is_one_that_was_offered_and_none_is_given_for_the_person() -> None:
    asked = beside.questions("2 kr 3 kr", Reading(doubts=list(DOUBTS)), {"amount_total_sek": TOTAL})
    name = asked[0].name
    assert beside.answers({}, asked) == beside.answers({name: beside.OTHER}, asked) == {}
    assert beside.answers({name: "3"}, asked) == {"amount_total_sek": "3"}
    with pytest.raises(Invalid) as refused:
        beside.answers({name: "4"}, asked)
    assert list(refused.value.problems) == [name]


def test_what_a_reader_marks_in_a_letter_is_what_stands_there() -> None:
    text = "Nya belysningen\n\nFörslag till beslut\n\n500 tkr beviljas parkenheten.\n\nKopia till\n\nEkonomi\n"
    reading = read_text(text)
    places = {"title": TITLE, "copy_recipients": Place("kopia", "Kopia till")}
    found = {each.anchor: text[each.span.start : each.span.end] for each in beside.passages(reading, places)}
    assert found == {"kalla-title-1": "Nya belysningen", "kalla-copy-recipients-1": "Ekonomi"}
