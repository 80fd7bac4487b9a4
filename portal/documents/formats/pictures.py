"""A page of a PDF as a picture."""

import io

from portal.documents.formats import pdfium

LARGEST_SIDE = 4_000  # pixels; a page may state any size


def page_picture(pdf: bytes, page: int, scale: float = 1.5) -> bytes:
    """Page ``page`` (from 0) as PNG; ``scale`` 1 is 72 dots to the inch, less for a huge page. IndexError past the end."""
    out = io.BytesIO()
    with pdfium.opened(pdf) as document:
        if not 0 <= page < len(document):
            raise IndexError(f"the document has no page {page}")
        shown = document[page]
        side = max(*shown.get_size(), 1.0)
        shown.render(scale=min(scale, LARGEST_SIDE / side)).to_pil().save(out, format="PNG")
    return out.getvalue()
