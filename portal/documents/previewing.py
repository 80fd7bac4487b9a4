"""The beginning of a stored file as it is shown in a page: a picture drawn by us, or the first of its text. Never the file
itself, and nothing of one that holds something active. Pure.

The work is bounded: one page is drawn, small; a text is read to where the page ends; a picture has had its dots counted
when it was taken in.
"""

import codecs
import io
from collections.abc import Sequence
from dataclasses import dataclass

from portal.documents.beside import Block, blocks_of
from portal.documents.formats import UnreadableFile, page_count, page_picture, source_of
from portal.documents.refusing import cautions_told
from portal.documents.uploads import MIME
from portal.text import _

PICTURES = (MIME["png"], MIME["jpg"])
DRAWN = (MIME["pdf"], *PICTURES)
TEXTS = (MIME["txt"], MIME["csv"])
SHOWN = (*DRAWN, *TEXTS, MIME["docx"], MIME["odt"])

MOST_CHARACTERS, MOST_LINES = 6_000, 80  # about two pages
_MOST_BYTES = 4 * MOST_CHARACTERS  # no character takes more; even, as UTF-16 wants
_PAGE_SCALE = 1.5  # 108 dots to the inch
_LONGEST_SIDE = 1_400  # of a picture, in dots


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What is shown of a file: ``picture`` whether its first page is drawn, ``blocks`` the beginning of its text and
    ``more`` whether there is more of it; ``pages`` of a PDF. ``why`` is the sentence that stands in place of it all."""

    picture: bool = False
    pages: int | None = None
    blocks: Sequence[Block] = ()
    more: bool = False
    why: str = ""


def refusal_to_show(mime: str, cautions: str) -> str | None:
    """Why nothing of such a file is shown, in sentences; ``cautions`` are those stored with it."""
    if told := cautions_told(cautions):
        return " ".join([*told, _("Därför visas den inte här.")])
    if mime not in SHOWN:
        return _("Filer av det här slaget visas inte här. Ladda ner filen för att läsa den.")
    return None


def preview(data: bytes, mime: str, filename: str) -> Preview:
    """What is shown of a file that ``refusal_to_show`` has nothing against."""
    if mime == MIME["pdf"]:
        return _of_pdf(data)
    if mime in PICTURES:
        return Preview(picture=True)
    try:
        text = source_of(_head(data), "a.txt").text if mime in TEXTS else source_of(data, filename).text
    except UnreadableFile as error:
        return Preview(why=str(error))
    shown = _whole_lines(text)
    return Preview(
        blocks=tuple(blocks_of(shown, ())), more=len(shown) < len(text) or (mime in TEXTS and len(data) > _MOST_BYTES)
    )


def _of_pdf(data: bytes) -> Preview:
    try:
        return Preview(picture=True, pages=page_count(data))
    except UnreadableFile:
        return Preview(why=_("Sidorna kan inte visas här. Ladda ner filen för att läsa den."))


def _head(data: bytes) -> bytes:
    """The first bytes of a text, not cut within a character."""
    head = data[:_MOST_BYTES]
    if len(head) == len(data) or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head
    while head and head[-1] & 0xC0 == 0x80:  # a UTF-8 character goes on
        head = head[:-1]
    return head[:-1] if head and head[-1] >= 0xC0 else head


def _whole_lines(text: str) -> str:
    """As many whole lines as are shown."""
    shown = "".join(text[: MOST_CHARACTERS + 1].splitlines(keepends=True)[:MOST_LINES])
    if len(shown) <= MOST_CHARACTERS:
        return shown
    cut = shown[:MOST_CHARACTERS]
    return cut[: cut.rfind("\n") + 1] or cut


def drawn(data: bytes, mime: str) -> tuple[bytes, str] | None:
    """The first page of a PDF, or a picture made smaller, with its media type; None where it cannot be drawn."""
    if mime == MIME["pdf"]:
        return _first_page(data)
    return _smaller(data) if mime in PICTURES else None


def _first_page(data: bytes) -> tuple[bytes, str] | None:
    try:
        return page_picture(data, 0, _PAGE_SCALE), MIME["png"]
    except (UnreadableFile, IndexError):
        return None


def _smaller(data: bytes) -> tuple[bytes, str] | None:
    from PIL import Image, ImageOps

    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as picture:
            kind = "JPEG" if picture.format == "JPEG" else "PNG"
            picture.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))  # a JPEG is read no larger than it is shown
            turned = ImageOps.exif_transpose(picture)
            turned.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            turned.info = {}
            turned.save(out, kind, exif=Image.Exif())
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return out.getvalue(), MIME["jpg"] if kind == "JPEG" else MIME["png"]
