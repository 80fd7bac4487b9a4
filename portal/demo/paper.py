"""A one-page PDF for the demo, where a municipality would hand in its own. Marked TEST, as all that the demo makes."""

import json
from collections.abc import Sequence

from portal.documents.coverage import FONTS, as_printed

# The words reach the page as JSON; no part of them is read as typst source.
_SOURCE = b"""#set page("a4")
#set text(font: "Source Sans 3", lang: "sv", 11pt)
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, date: none)
TEST
#heading(data.title)
#for line in data.lines [#line \\ ]
"""


def page(title: str, lines: Sequence[str]) -> bytes:
    """``title`` and below it ``lines``, the same bytes for the same words."""
    import typst

    words = {"title": as_printed(title), "lines": [as_printed(line) for line in lines]}
    pdf = typst.compile(
        _SOURCE,
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(words, ensure_ascii=False)},
        timestamp=0,
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no single file")
    return pdf
