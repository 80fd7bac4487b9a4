"""What a person ought to look at: warnings about a reading, each one clear sentence."""

import difflib
import re
from collections.abc import Sequence

from portal.documents.reading.layout import PLACEHOLDER, Line
from portal.documents.reading.points import REFUSING
from portal.documents.reading.shapes import Reading
from portal.text import _


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[–—-]", "-", text).casefold().split()).strip(" .")


def other_spelling(title: str, basis: Sequence[str]) -> tuple[str, int] | None:
    """The title as the decision basis spells it, when that is nearly but not quite the same, and in which entry."""
    for at, entry in enumerate(basis):
        for part in (entry, entry.partition(":")[2]):
            part = re.sub(r",?\s*(?:daterad\s)?(?:19|20)\d\d-\d\d-\d\d$", "", part.strip(' ”"'))
            if not part or abs(len(part) - len(title)) > 12 or _folded(part) == _folded(title):
                continue
            if difflib.SequenceMatcher(None, _folded(part[:300]), _folded(title[:300])).ratio() >= 0.88:
                return part, at
    return None


def placeholders_in(lines: Sequence[Line]) -> list[str]:
    """Template fields nobody filled in."""
    found = [match[0] for line in lines for match in PLACEHOLDER.finditer(line.text)]
    return list(dict.fromkeys(found))[:10]


def remarks(reading: Reading, lines: Sequence[Line], *, headed: bool) -> list[str]:
    """Warnings about what the document lacks or says in two ways."""
    said = [
        _("Mallfältet %(field)s är inte ifyllt.", field=field) for field in placeholders_in(lines)
    ]  # fmt: skip
    if not reading.is_request and not any(REFUSING.search(point) for point in reading.decision_or_proposal):
        said.append(_("Dokumentet innehåller ingen begäran om medel. Inga belopp är ifyllda."))
    if not headed:
        said.append(_("Rubriken Förslag till beslut saknas."))
    if not reading.title:
        said.append(_("Rubriken på ärendet hittades inte."))
    said += [doubt.sentence for doubt in reading.doubts if doubt.field == "title"]
    if not reading.diarienummer:
        said.append(_("Dokumentet har inget diarienummer."))
    if not reading.date:
        said.append(_("Dokumentets datum hittades inte."))
    if reading.is_request and not reading.deciding_organ:
        said.append(_("Det framgår inte vem som ska besluta."))
    if reading.is_request and not reading.funding_source:
        said.append(_("Det framgår inte hur beloppet ska finansieras."))
    if reading.is_request and reading.amount_total_sek is None and not reading.warnings:
        said.append(_("Inget sammanlagt belopp hittades."))
    return said
