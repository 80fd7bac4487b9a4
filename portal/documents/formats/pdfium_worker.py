"""A process of its own around PDFium: what a hostile PDF does to memory, time or the process itself stays here.

Run by path and without the portal (see ``pdfium``), so it starts in a tenth of a second. It reads requests from standard
input and answers on standard output: a line of JSON, then as many bytes as it says. It ends when nobody has asked for a
while, or when the process that started it is gone.
"""

import array
import contextlib
import ctypes
import io
import json
import math
import re
import resource
import select
import sys
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

MEGABYTE = 1024 * 1024
IDLE = 300.0  # seconds
MEMORY = {
    "count": 90 * MEGABYTE,
    "letters": 90 * MEGABYTE,
    "picture": 300 * MEGABYTE,
}  # that a request may take, beside the file itself
LARGEST_SIDE = 2_500  # pixels of a picture; a page may state any size
MOST_RULES = 1_500  # drawn lines of a page; more are a drawing
MOST_OBJECTS = 20_000  # of a page that are looked at for lines
FARTHEST = 20_000.0  # points; a page is at most 14 400
UNITS = 1000  # of the device PDFium maps pages to, to the point
SPACES = frozenset((0x20, 0x0D, 0x0A, 0xA0, 0x09, 0x2002, 0x2003, 0x2009, 0x202F, 0x00))
BOLD = re.compile(rb"bold|black|heavy|demi", re.I)
PASSWORD = 4  # FPDF_ERR_PASSWORD


class Refused(Exception):
    """The request has no answer; the message says why in a word."""


def letters(document: Any, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Every letter of every page: its code, its box in the page's own coordinates, how it stands, whether it is bold."""
    if len(document) > asked["pages"]:
        raise Refused(f"pages {len(document)}")
    codes, boxes, marks = array.array("I"), array.array("f"), array.array("B")
    pages = []
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        found = raw.FPDFText_CountChars(text.raw)
        if len(codes) + found > asked["letters"]:
            raise Refused("large")
        before = len(codes)
        _page_letters(text.raw, found, codes, boxes, marks)
        rules = _rules(page.raw) if len(codes) > before else []
        drawn = raw.FPDFPage_CountObjects(page.raw) > 0
        pages.append(
            {"size": page.get_size(), "shown": _shown(page), "letters": len(codes) - before, "rules": rules, "drawn": drawn}
        )
        text.close()
        page.close()
    return {"pages": pages}, codes.tobytes() + boxes.tobytes() + marks.tobytes()


def _page_letters(
    text: Any, count: int, codes: "array.array[int]", boxes: "array.array[float]", marks: "array.array[int]"
) -> None:
    """A mark holds the quarter turns of the text (bits 0–1), bold (bit 2), and that a space stands before (bit 3).

    How a word stands and its font are asked once a word.
    """
    rect, name = raw.FS_RECTF(), ctypes.create_string_buffer(120)
    code_of, box_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
    space, mark = True, 0
    for at in range(count):
        code = code_of(text, at)
        if code in SPACES:
            space = True
            continue
        if not box_of(text, at, rect):
            continue
        box = (rect.left, rect.bottom, rect.right, rect.top)
        if not _on_paper(*box):
            continue
        if space:
            raw.FPDFText_GetFontInfo(text, at, name, len(name), None)
            turns = round(math.degrees(raw.FPDFText_GetCharAngle(text, at)) / 90) % 4
            mark = turns | 4 * (BOLD.search(name.value) is not None)
        codes.append(code & 0xFFFFFFFF)
        boxes.extend(box)
        marks.append(mark | 8 * space)
        space = False


def _on_paper(*places: float) -> bool:
    """False for coordinates that a broken file gives: no numbers, or far outside any page."""
    return all(abs(place) < FARTHEST for place in places)


def _shown(page: Any) -> list[float]:
    """From the page's own coordinates to points from the upper left corner as it is shown, turned and cropped.

    As (x, y) of the origin, then how far x and y move with a point to the right, and with a point upwards.
    """
    x, y = ctypes.c_int(), ctypes.c_int()
    width, height = page.get_size()

    def at(left: float, top: float) -> tuple[float, float]:
        raw.FPDF_PageToDevice(page.raw, 0, 0, math.ceil(width * UNITS), math.ceil(height * UNITS), 0, left, top, x, y)
        return x.value / UNITS, y.value / UNITS

    (ox, oy), (ax, ay), (bx, by) = at(0, 0), at(100, 0), at(0, 100)
    return [ox, oy, (ax - ox) / 100, (ay - oy) / 100, (bx - ox) / 100, (by - oy) / 100]


def _rules(page: Any) -> list[tuple[float, ...]]:
    """The lines and boxes that are drawn on the page."""
    edges = [ctypes.c_float() for _side in range(4)]
    found: list[tuple[float, ...]] = []
    for at in range(min(raw.FPDFPage_CountObjects(page), MOST_OBJECTS)):
        drawn = raw.FPDFPage_GetObject(page, at)
        if raw.FPDFPageObj_GetType(drawn) == raw.FPDF_PAGEOBJ_PATH and raw.FPDFPageObj_GetBounds(drawn, *edges):
            box = tuple(edge.value for edge in edges)
            if _on_paper(*box):
                found.append(box)
            if len(found) > MOST_RULES:
                return []
    return found


def count(document: Any, _asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """How many pages there are."""
    return {"pages": len(document)}, b""


def picture(document: Any, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """A page as PNG."""
    number = asked["page"]
    if not 0 <= number < len(document):
        raise Refused("index")
    out = io.BytesIO()
    page = document[number]
    side = max(*page.get_size(), 1.0)
    page.render(scale=min(asked["scale"], LARGEST_SIDE / side)).to_pil().save(out, format="PNG")
    page.close()
    return {}, out.getvalue()


def _answer(asked: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    held = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY[asked["op"]], resource.RLIM_INFINITY))
    try:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return {"count": count, "letters": letters, "picture": picture}[asked["op"]](document, asked)
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        return {"refused": "password" if error.err_code == PASSWORD else "broken"}, b""
    except Refused as error:
        return {"refused": str(error)}, b""
    except MemoryError:
        return {"refused": "large"}, b""


def main() -> None:
    """Answer until nobody asks."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    with contextlib.suppress(BrokenPipeError):
        while select.select([source], [], [], IDLE)[0] and (line := source.readline()):
            asked = json.loads(line)
            told, payload = _answer(asked, source.read(asked["size"]))
            sink.write(json.dumps({**told, "size": len(payload)}).encode() + b"\n" + payload)
            sink.flush()


if __name__ == "__main__":
    main()
