"""A page of a PDF as a picture, and how many there are."""

from portal.documents.formats import pdfium
from portal.documents.formats.pdf import unreadable


def page_picture(pdf: bytes, page: int, scale: float = 1.5) -> bytes:
    """Page ``page`` (from 0) as PNG; ``scale`` 1 is 72 dots to the inch, less for a huge page.

    Raises IndexError past the end, UnreadableFile where the file is damaged, locked, or more than can be drawn.
    """
    try:
        _told, picture = pdfium.ask({"op": "picture", "page": page, "scale": scale}, pdf)
    except pdfium.NoAnswer as error:
        if error.why == "index":
            raise IndexError(f"the document has no page {page}") from error
        raise unreadable(error) from error
    return picture


def page_count(pdf: bytes) -> int:
    """How many pages the file has. Raises UnreadableFile."""
    try:
        told, _nothing = pdfium.ask({"op": "count"}, pdf)
    except pdfium.NoAnswer as error:
        raise unreadable(error) from error
    return int(told["pages"])
