"""PDF documents (PDF/A-2a and PDF/UA-1 in one file): JSON in, bytes out, the same bytes for the same JSON.

Data reaches the page as a JSON text that the template decodes; no part of it is ever read as typst source.
typst is imported when first used: it costs memory that most server processes never need.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from portal.clock import STOCKHOLM
from portal.documents.coverage import FONTS, as_printed

TEMPLATES = Path(__file__).parent / "templates"
KINDS = ("decision", "submission", "register_extract", "case_sheet", "delegation_list")
VERBATIM = ("crest_svg", "block")  # keys whose text is not prose


def _prepared(value: object, key: str = "") -> object:
    """``value`` with every text as the font can print it and every instant (``*_at``) in Swedish time."""
    if isinstance(value, Mapping):
        return {str(name): _prepared(item, str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_prepared(item) for item in value]
    if not isinstance(value, str) or key in VERBATIM:
        return value
    return _local(value) if key.endswith("_at") else as_printed(value)


def _local(instant: str) -> str:
    """An ISO instant in Swedish time. Raises ValueError when it has no offset: the time would be a guess."""
    moment = datetime.fromisoformat(instant)
    if moment.tzinfo is None:
        raise ValueError(f"an instant needs an offset: {instant!r}")
    return moment.astimezone(STOCKHOLM).isoformat(timespec="seconds")


@cache
def _template(kind: str) -> Path:
    if kind not in KINDS:
        raise KeyError(f"no document kind {kind!r}")
    return TEMPLATES / f"{kind}.typ"


def render(kind: str, data: Mapping[str, object]) -> bytes:
    """The PDF of ``data`` (its shape: ``DecisionDocument`` or ``SubmissionDocument``), ready to be sealed.

    The file's own date is ``data["made_at"]``. Raises KeyError for an unknown kind or without ``made_at``, ValueError
    for an instant without offset, and typst's error when the result would break PDF/A or PDF/UA.
    """
    import typst

    template = _template(kind)
    made_at = datetime.fromisoformat(str(data["made_at"]))
    pdf = typst.compile(
        str(template),
        root=str(TEMPLATES),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(_prepared(data), ensure_ascii=False, sort_keys=True)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(made_at.timestamp()),
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no single file")
    # A later seal is appended; PDF/A 6.1.9 wants the objects it appends to begin on a line of their own.
    return pdf + b"\n"
