"""The empty file that a letter is written into: our own styles, A4, Swedish, nothing of a template's; and its bytes.

Pages and text are python-docx's; what a file begins with (styles, numbering, settings) is ours, as XML beside this file.
"""

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
ACCENT = "00586A"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Parts of python-docx's template that say nothing here: an American theme of fonts, a thumbnail, styles once more.
_LEFT_OUT = re.compile(r"/(?:thumbnail|stylesWithEffects|customXml|webSettings|theme|fontTable)$")
_COLOUR = re.compile(r"#?([0-9A-Fa-f]{6})")
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)  # the first day that a ZIP file can name


def blank(accent: str | None = None) -> Any:
    """An empty A4 document with the styles of ``styles.xml``; ``accent`` is the colour of lines (``#00586a``)."""
    import docx
    from docx.enum.section import WD_ORIENTATION
    from docx.shared import Mm

    document = docx.Document()
    part = document.part
    for rels in (part.rels, part.package.rels):
        for key in [key for key, relation in rels.items() if _LEFT_OUT.search(relation.reltype)]:
            rels.pop(key)
    colour = _COLOUR.fullmatch(accent or "")
    _become(document.styles.element, "styles.xml", colour[1].upper() if colour else ACCENT)
    _become(part.numbering_part.element, "numbering.xml")
    _become(document.settings.element, "settings.xml")
    section = document.sections[0]
    section.orientation = WD_ORIENTATION.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(28)
    section.top_margin, section.bottom_margin = Mm(34), Mm(25)
    section.header_distance, section.footer_distance = Mm(14), Mm(12)
    return document


def _become(element: Any, file: str, accent: str = ACCENT) -> None:
    """Let the part hold what our file says."""
    from docx.oxml import parse_xml

    ours = parse_xml((_FOLDER / file).read_text(encoding="utf-8").replace(ACCENT, accent))
    for child in list(element):
        element.remove(child)
    element.extend(list(ours))


def saved(document: Any, *, title: str, author: str, made_at: datetime) -> bytes:
    """The file, the same bytes for the same document: every date in it is ``made_at`` in UTC, the author no person."""
    at, about = made_at.astimezone(UTC), document.core_properties
    about.title, about.author, about.language = title[:255], author[:255], "sv-SE"
    about.created = about.modified = at.replace(tzinfo=None, microsecond=0)
    about.last_modified_by, about.comments, about.keywords, about.subject, about.revision = author[:255], "", "", "", 1
    made = io.BytesIO()
    document.save(made)
    return _timed(made.getvalue(), max(at, _EPOCH))


def _timed(package: bytes, at: datetime) -> bytes:
    """The package with one time on all its members, instead of the moment of writing."""
    at = at - timedelta(seconds=at.second % 2)  # a ZIP file counts in steps of two seconds
    steady = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
            member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(member, old.read(name))
    return steady.getvalue()
