"""A one-page PDF for the demo, where a municipality would hand in its own. Marked TEST, as all that the demo makes."""

import json
from collections.abc import Sequence
from pathlib import Path

from portal.documents.coverage import FONTS, as_printed

_TEMPLATE = Path(__file__).with_name("paper.typ")


def page(title: str, lines: Sequence[str]) -> bytes:
    """``title`` and below it ``lines``, the same bytes for the same words."""
    import typst

    words = {"title": as_printed(title), "lines": [as_printed(line) for line in lines]}
    pdf = typst.compile(
        str(_TEMPLATE),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(words, ensure_ascii=False)},
        timestamp=0,
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no single file")
    return pdf
