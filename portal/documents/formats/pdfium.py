"""The one way to PDFium. It is not safe for threads, and the server has many: one lock for all its use.

pypdfium2 is imported when first used: it costs memory that most server processes never need.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_lock = threading.Lock()


@contextmanager
def opened(pdf: bytes) -> Iterator[Any]:
    """The document, while nobody else uses PDFium. Raises ``pypdfium2.PdfiumError`` where it cannot be opened."""
    import pypdfium2

    with _lock:
        document = pypdfium2.PdfDocument(pdf)
        try:
            yield document
        finally:
            document.close()
