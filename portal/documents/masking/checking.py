"""Looking through a masked copy before it is kept: nothing of what is hidden is anywhere in the file."""

import io
import re
from collections.abc import Iterator
from typing import Any

from portal.documents.formats import UnreadableFile, source_of
from portal.documents.masking.finding import Finder

_XMP = 200_000  # characters that are looked through of the description of the file
# The same in every file of ours, in letters and words that anyone might want hidden: which standards it keeps (ISO 19005-2,
# 6.6.4) and what the properties of its description are called (6.6.2.3).
_OF_EVERY_FILE = re.compile(
    r"<(pdfaid|pdfuaid):(\w+)>[^<]*</\1:\2>|<pdfaExtension:schemas>.*?</pdfaExtension:schemas>", re.DOTALL
)


def remaining(pdf: bytes, finder: Finder) -> tuple[str, ...]:
    """The phrases that can be read in the PDF all the same: on its pages, or in its titles, descriptions and marks."""
    left = {phrase for text in _texts(pdf) for phrase in finder.found(text)}
    return tuple(phrase for phrase in finder.phrases if phrase in left)


def _texts(pdf: bytes) -> Iterator[str]:
    try:
        yield source_of(pdf, "a.pdf").text
    except UnreadableFile:
        yield ""  # pages of pictures
    yield from _strings(pdf)


def _strings(pdf: bytes) -> Iterator[str]:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        yield "\n".join(text for each in (opened.trailer, *opened.objects) for text in _in(each, 0))


def _in(thing: Any, depth: int) -> Iterator[str]:
    """Every text in an object; what it refers to is an object of its own."""
    import pikepdf

    if isinstance(thing, pikepdf.String):
        yield str(thing)
    elif isinstance(thing, pikepdf.Stream):
        yield from _in(thing.stream_dict, depth)
        if thing.stream_dict.get("/Type") == pikepdf.Name.Metadata:
            yield _OF_EVERY_FILE.sub("", thing.read_bytes().decode("utf-8", "replace")[:_XMP])
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Array) and (depth == 0 or not thing.is_indirect):
        for each in thing.values() if isinstance(thing, pikepdf.Dictionary) else thing:
            yield from _in(each, depth + 1)
