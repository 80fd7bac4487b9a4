"""What the letter is put together from: paragraphs in a style, facts with their label, fields, a table, a picture."""

from collections.abc import Sequence
from typing import Any

from portal.documents.word.plain import in_word, on_one_line, paragraphs


def begin(container: Any, style: str) -> Any:
    """A new paragraph in the style with that id."""
    paragraph = container.add_paragraph()
    paragraph._p.style = style  # by its id: looking styles up by name takes most of the time of a long letter
    return paragraph


def say(container: Any, style: str, text: str) -> Any:
    """A paragraph of ``text`` in ``style``; its line ends are line breaks, its tabs spaces."""
    paragraph = begin(container, style)
    paragraph.add_run(in_word(text).replace("\t", " "))
    return paragraph


def prose(container: Any, text: str, style: str = "Normal") -> None:
    """Plain text as paragraphs: an empty line begins a new one."""
    for each in paragraphs(text):
        say(container, style, each)


def heading(container: Any, text: str, level: int) -> None:
    """A heading; one line, whatever the text holds."""
    say(container, f"Heading{level}", on_one_line(text))


def listed(container: Any, style: str, items: Sequence[str]) -> None:
    """One paragraph an item; an item's further paragraphs stand under it without a number of their own."""
    for item in items:
        for at, text in enumerate(paragraphs(item)):
            paragraph = say(container, style, text)
            if at:
                _unnumbered(paragraph)


def _unnumbered(paragraph: Any) -> None:
    from docx.shared import Twips

    paragraph.paragraph_format.left_indent = Twips(425)
    paragraph.paragraph_format.first_line_indent = Twips(0)
    number = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    number.get_or_add_numId().val = 0


def fact(container: Any, label: str, value: str | None) -> None:
    """A label and its value beside it; nothing where there is no value."""
    if value is None or not value.strip():
        return
    paragraph = begin(container, "Fact")
    paragraph.add_run(f"{label}:")._r.style = "Label"
    paragraph.add_run("\t" + in_word(value).replace("\t", " "))


def field(paragraph: Any, instruction: str, shown: str = "1") -> None:
    """A field that Word counts itself: ``PAGE``, ``NUMPAGES``."""
    simple = _within(paragraph._p, "fldSimple", instr=f" {instruction} ")
    simple.append(paragraph.add_run(shown)._r)


def page_number(paragraph: Any) -> None:
    """*Sida 1 (2)*."""
    paragraph.add_run("Sida\u00a0")
    field(paragraph, "PAGE")
    paragraph.add_run(" (")
    field(paragraph, "NUMPAGES")
    paragraph.add_run(")")


def picture(paragraph: Any, png: Any, height: int, alt: str) -> None:
    """A picture in the line, told to whoever does not see it."""
    run = paragraph.add_run()
    shape = run.add_picture(png, height=height)
    told = shape._inline.docPr
    told.set("descr", on_one_line(alt))
    told.set("name", "Vapen")


def table(container: Any, widths: Sequence[int], head: Sequence[str], rows: Sequence[Sequence[str]], *, summed: bool) -> None:
    """A table whose first row is its header, repeated on every page; the last column holds amounts.

    ``widths`` are in twips. With ``summed`` the last row is the sum.
    """
    made = container.add_table(rows=0, cols=len(widths))
    made._tbl.tblPr.style = "Amounts"
    made.autofit = False
    _look(made, summed=summed)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = _twips(width)
    for at, cells in enumerate([head, *rows]):
        made._tbl.append(_row(cells, widths, header=at == 0))


def _twips(width: int) -> Any:
    from docx.shared import Twips

    return Twips(width)


def _look(made: Any, *, summed: bool) -> None:
    """Which parts of the table style are used: the header row, and the last row where it is the sum."""
    from docx.oxml.ns import qn

    look = made._tbl.tblPr.find(qn("w:tblLook"))
    for name, value in (("firstRow", 1), ("lastRow", int(summed)), ("firstColumn", 0), ("lastColumn", 0), ("noVBand", 1)):
        look.set(qn(f"w:{name}"), str(value))
    look.set(qn("w:val"), "0460" if summed else "0420")


def _row(cells: Sequence[str], widths: Sequence[int], *, header: bool) -> Any:
    """A row that no page break parts. Its elements are made here: python-docx looks through the whole table for each."""
    row = _element("tr")
    properties = _within(row, "trPr")
    _within(properties, "cantSplit")
    if header:
        _within(properties, "tblHeader")
    for column, (text, width) in enumerate(zip(cells, widths, strict=True)):
        cell = _within(row, "tc")
        _within(_within(cell, "tcPr"), "tcW", w=str(width), type="dxa")
        paragraph = _within(cell, "p")
        looks = _within(paragraph, "pPr")
        _within(looks, "pStyle", val="Cell")
        if column + 1 == len(widths):
            _within(looks, "jc", val="right")
        _within(_within(paragraph, "r"), "t").text = on_one_line(text)
    return row


def _element(name: str) -> Any:
    from docx.oxml.parser import OxmlElement

    return OxmlElement(f"w:{name}")


def _within(parent: Any, name: str, **attributes: str) -> Any:
    """A new element at the end of ``parent``."""
    from docx.oxml.ns import qn

    made = _element(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    parent.append(made)
    return made
