"""The municipality's crest, looked through before a document shows it: a real picture and nothing else.

It comes out as SVG, the one form that templates take: an SVG file as its own elements written anew, a PNG file as the
picture painted anew, at the sharpness that print needs. Nothing in it runs, and nothing in it asks for anything outside.
"""

import base64
import io
import re
from pathlib import Path
from typing import Any

from portal.settings import SettingsError

MOST_BYTES = 500_000
MOST_SIDE = 6_000  # dots of a picture, each way
PRINTED_SIDE = 500  # dots: 13.5 mm at 900 to the inch
_SVG = "{http://www.w3.org/2000/svg}"
# What an SVG file may hold beside shapes that neither draws, runs nor fetches: dropped in silence, as editors leave it.
_DROPPED = {"metadata", "title", "desc"}
_DRAWN = {
    "svg", "g", "defs", "symbol", "use", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "clipPath", "mask",
    "linearGradient", "radialGradient", "stop", "pattern", "style",
}  # fmt: skip
_LENGTH = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(?:px|pt|mm|cm|in|pc)?\s*")
_OUTSIDE = re.compile(r"@import|javascript:|expression\(|url\(\s*[\"']?\s*(?!#|[\"'\s])", re.IGNORECASE)


def _fail(sentence: str) -> SettingsError:
    return SettingsError(f"settings.toml: crest {sentence}")


def load(instance: Path, name: str) -> str:
    """The crest in the file ``name`` of the instance folder, as the text of an SVG file; empty when there is no name.

    Raises SettingsError with one sentence when the file is missing, too large, or no picture.
    """
    if not name:
        return ""
    try:
        with (instance / name).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _fail(f"pekar på {name}, som inte går att läsa.") from error
    if len(data) > MOST_BYTES:
        raise _fail(f"pekar på {name}, som är större än 500 kB. Spara bilden i mindre storlek.")
    return _png(name, data) if name.lower().endswith(".png") else _svg(name, data)


def _png(name: str, data: bytes) -> str:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if max(picture.size) > MOST_SIDE:
                raise _fail(f"pekar på {name}, som har för många bildpunkter. Spara bilden i mindre storlek.")
            painted = picture.convert("RGBA")
    # Pillow tells of broken files in all these ways.
    except (
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        OverflowError,
        EOFError,
    ) as error:
        raise _fail(f"pekar på {name}, som inte är en PNG-bild.") from error
    painted.thumbnail((PRINTED_SIDE, PRINTED_SIDE))
    out = io.BytesIO()
    painted.save(out, "PNG")
    width, height = painted.size
    encoded = base64.b64encode(out.getvalue()).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{encoded}"/></svg>'
    )


def _svg(name: str, data: bytes) -> str:
    from lxml import etree

    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _fail(f"pekar på {name}, som inte är en SVG-bild.") from error
    if b"<!ENTITY" in data.upper() or root.tag != f"{_SVG}svg" or not _has_size(root):
        raise _fail(f"pekar på {name}, som inte är en SVG-bild.")
    _clean(root, name)
    if not any(_local(each) in {"path", "rect", "circle", "ellipse", "polygon", "polyline"} for each in root.iter()):
        raise _fail(f"pekar på {name}, som inte ritar något.")
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode"))


def _local(element: Any) -> str:
    tag = element.tag
    return tag.removeprefix(_SVG) if isinstance(tag, str) else ""


def _has_size(root: Any) -> bool:
    """Whether the picture says how large it is: a view box, or a width and a height, above nothing."""
    box = re.split(r"[\s,]+", (root.get("viewBox") or "").strip())
    sides = box[2:] if len(box) == 4 else [root.get("width") or "", root.get("height") or ""]
    found = [_LENGTH.fullmatch(side) for side in sides]
    return all(each is not None and 0.01 < float(each[1]) < 1_000_000 for each in found)


def _clean(root: Any, name: str) -> None:
    """Take away what editors leave and draws nothing. Raises SettingsError for what runs, fetches, or is not drawing."""
    for element in list(root.iter()):
        kind = _local(element)
        if kind in _DROPPED or (isinstance(element.tag, str) and not element.tag.startswith(_SVG)):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
            continue
        if kind not in _DRAWN:
            raise _fail(f"pekar på {name}, som innehåller annat än former ({kind or 'okänt'}). Spara bilden som enkla kurvor.")
        for attribute, value in list(element.attrib.items()):
            if attribute.startswith("{") and not attribute.startswith("{http://www.w3.org/1999/xlink}"):
                del element.attrib[attribute]
            elif _is_outside(attribute, value):
                raise _fail(f"pekar på {name}, som innehåller skript eller hänvisar utanför bilden.")
        if kind == "style" and _OUTSIDE.search(element.text or ""):
            raise _fail(f"pekar på {name}, som innehåller skript eller hänvisar utanför bilden.")


def _is_outside(attribute: str, value: str) -> bool:
    if attribute.endswith("href"):
        return not value.strip().startswith("#")
    return attribute.lower().startswith("on") or _OUTSIDE.search(value) is not None
