"""PDF documents (PDF/A and PDF/UA-1 in one file): JSON in, bytes out, the same bytes for the same JSON.

Data reaches the page as a JSON text that the template decodes; no part of it is ever read as typst source.
typst is imported when first used: it costs memory that most server processes never need.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

from portal import colours
from portal.clock import STOCKHOLM
from portal.documents import press
from portal.documents.coverage import FONTS, as_printed
from portal.documents.enclosing import enclosed_text

TEMPLATES = Path(__file__).parent / "templates"
KINDS = (
    "decision",
    "submission",
    "statement",
    "dispatch_letter",
    "register_extract",
    "day_list",
    "decision_list",
    "case_sheet",
    "delegation_list",
    "disposal_report",
    "delivery_report",
    "package_report",
    "disclosure_decision",
    "masked_pages",
)
Standard = Literal["a-2a", "a-3a"]
LARGE = 50_000  # characters of data: two hundred rows of a list, or ten decisions; typst keeps the memory that it took
VERBATIM = ("crest_svg", "block")  # keys whose text is not prose
BAR = "\u2588"  # where a masked copy draws a black field; the font has no such letter, so nothing else shows one


def _prepared(value: object, key: str = "", *, masked: bool = False) -> object:
    """``value`` with every text as the font can print it and every instant (``*_at``) in Swedish time.

    In the data of a masked copy the bars stay as they are.
    """
    if isinstance(value, Mapping):
        return {str(name): _prepared(item, str(name), masked=masked) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_prepared(item, masked=masked) for item in value]
    if not isinstance(value, str) or key in VERBATIM:
        return value
    if masked and BAR in value:
        return BAR.join(map(as_printed, value.split(BAR)))
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


def render(
    kind: str,
    data: Mapping[str, object],
    pictures: Mapping[str, bytes] | None = None,
    *,
    standard: Standard = "a-2a",
) -> bytes:
    """The PDF of ``data`` (its shape: that of ``kind`` in ``shapes`` and its neighbours), ready to be sealed.

    ``pictures`` are files that the data names. With the standard a-3a the data is enclosed for machines.

    The file's own date is ``data["made_at"]``. Raises KeyError for an unknown kind or without ``made_at``, ValueError
    for an instant without offset, ``press.TooLarge``, and typst's error when the result would break PDF/A or PDF/UA.
    """
    if not pictures:
        return _compiled(_template(kind), data, standard)
    with tempfile.TemporaryDirectory() as folder:
        # typst reads nothing outside the folder of its template.
        for source in TEMPLATES.iterdir():
            shutil.copyfile(source, Path(folder) / source.name)
        for name, picture in pictures.items():
            (Path(folder) / name).write_bytes(picture)
        return _compiled(Path(folder) / _template(kind).name, data, standard)


def _compiled(template: Path, data: Mapping[str, object], standard: Standard) -> bytes:
    prepared = _prepared(data, masked=data.get("masked") is not None)
    text = json.dumps(prepared, ensure_ascii=False, sort_keys=True)
    inputs = {"data": text, "look": json.dumps(_look(data))}
    if standard == "a-3a":
        inputs["enclosed"] = enclosed_text(template.stem, data)
    request = {
        "template": str(template),
        "root": str(template.parent),
        "fonts": str(FONTS),
        "inputs": inputs,
        "standards": [standard, "ua-1"],
        "timestamp": int(datetime.fromisoformat(str(data["made_at"])).timestamp()),
    }
    pdf = press.printed_apart(request) if len(text) > LARGE else press.printed(request)
    # A later seal is appended; PDF/A 6.1.9 wants the objects it appends to begin on a line of their own.
    return pdf + b"\n"


def _look(data: Mapping[str, object]) -> dict[str, str]:
    """The municipality's colour as templates take it: the accent, and the light ground that goes with it."""
    municipality = data.get("municipality")
    colour = municipality.get("colour") if isinstance(municipality, Mapping) else None
    return {"accent": str(colour), "wash": colours.wash(str(colour))} if colour else {}
