"""The sections of a document: each heading with the lines under it.

Municipalities use different words and orders, so a heading is known by its family, never by its place.
"""

import re
from dataclasses import dataclass, field

from portal.documents.reading.heading_table import Family, Use
from portal.documents.reading.headings import STANDARD, Heading, Headings
from portal.documents.reading.introductions import PROPOSING, intro_organ
from portal.documents.reading.layout import Line

_FEWEST_CAPITALS = 3  # headings in capitals before every line in capitals is taken for one
_SHORTEST_PROSE = 40  # characters of a line of running text
_DOCUMENT_NAME = re.compile(r"(?:äskande|begäran|hemställan|yttrande|utredning|redogörelse)\W*", re.I)
_INLINE = re.compile(r"([^:]{4,60}):\s+(\S.*)")
_DOCUMENT = re.compile(
    r"^(?:[-–•*]\s*)?(?:bilag|tjänste|protokoll|skrivelse|ansökan|rapport|remiss|yttrande)|(?:19|20)\d\d-\d\d-\d\d|§\s?\d", re.I
)
BULLET = re.compile(r"^(?:[-–—•*·▪●]|\d{1,2}\.\d{1,2}\.?(?=\s+[A-ZÅÄÖ])|\d{1,2}[.)]|[a-zåäö]\))\s+")
_FIELD = re.compile(r"[A-ZÅÄÖ][^:@]{2,40}: \S")
# "Beslutet skickas till Ekonomienheten.", "För kännedom till kommunens revisorer"
_SENT_TO = re.compile(r"((?:\w+ ){1,4}till) ([A-ZÅÄÖ][^:]{3,120}|(?<=kännedom till )[^:]{3,120})")
LISTING = frozenset({Family.RECIPIENTS, Family.INFORMATION, Family.BASIS})
_RECEIVING = frozenset({Family.RECIPIENTS, Family.INFORMATION})
_GLUED = frozenset({*LISTING, Family.PROPOSAL})  # what may stand on the line of its heading


@dataclass
class Section:
    """A heading with the lines under it."""

    family: Family
    heading: str
    organ: str | None = None
    lines: list[Line] = field(default_factory=list)
    at: int = 0  # the number of the line that opened it


def sections_of(lines: list[Line], headings: Headings = STANDARD) -> list[Section]:
    """Divide the kept lines into sections; the first, without a heading, is the front."""
    sections = [Section(Family.FRONT, "")]
    kept = [line for line in lines if not line.noise]
    capitals = sum(line.text.isupper() and headings.of(line.text) is not None for line in kept) >= _FEWEST_CAPITALS
    for at, (line, following) in enumerate(zip(kept, [*kept[1:], None], strict=False)):
        opened = _opened_by(line, sections[-1], headings)
        if capitals and not opened and _in_capitals(line) and sections[-1].family is not Family.FRONT:
            opened = Section(Family.BODY, line.text)
        heading = headings.of(line.text) if opened else None
        if opened and heading and heading.use & Use.ELSE_BASIS and following and names_document(following.text):
            opened.family = Family.BASIS
        elif opened and not _stands_out(line) and _is_else(heading, sections[-1]):
            over_prose = following is not None and len(following.text) >= _SHORTEST_PROSE
            opened = opened if over_prose and not _among_labels(line, kept[at - 1].text if at else "") else None
        if not opened and sections[-1].family in LISTING and _leaves_list(line, following, sections[-1]):
            opened = Section(Family.BODY, "", lines=[line])
        if opened:
            opened.at = line.number
            sections.append(opened)
        else:
            sections[-1].lines.append(line)
    return sections


def names_document(text: str) -> bool:
    """True for a line that names a document: by its kind, by its date."""
    return len(text) < 120 and bool(_DOCUMENT.search(text)) and not re.search(r"[a-zåäö]{3,}\.\s", text)


def _leaves_list(line: Line, following: Line | None, current: Section) -> bool:
    """True for a paragraph of running text after a list of documents or recipients."""
    if not line.gap or not current.lines or BULLET.match(line.text):
        return False
    if following and not following.gap and _FIELD.match(following.text) and not any(":" in each.text for each in current.lines):
        return True  # a check list of the template
    if following and not following.gap and _heads_prose(line, following):
        return True
    block = f"{line.text} {following.text if following and not following.gap else ''}"
    return len(line.text) >= 60 and bool(re.search(r"[a-zåäö]{3,}\.\s+[A-ZÅÄÖ][a-zåäö]", block))


def _heads_prose(line: Line, following: Line) -> bool:
    """A short line over running text: a heading that no row has."""
    words = following.text.split(" ")
    return (
        len(line.text.split(" ")) <= 5
        and len(words) >= 8
        and following.text.count(",") < 2
        and not re.search(r"[\d:,]$", line.text)
    )


def _stands_out(line: Line) -> bool:
    """A heading by its looks: marked as one, numbered, or alone with a colon after it."""
    return line.marked or (
        line.gap and (line.text.endswith(":") or bool(re.match(r"\d{1,2}(?:\.\d{1,2})*\.?\s[A-ZÅÄÖ]", line.text)))
    )


def _is_else(heading: Heading | None, current: Section) -> bool:
    """True where the words may be a recipient, a document or a budget line, unless running text follows."""
    if heading is None:
        return False
    if heading.use & Use.NOT_FIRST:
        return False
    return bool(heading.use & Use.OVER_PROSE) or (bool(heading.use & Use.NAMES_DOCUMENT) and current.family in LISTING)


def _among_labels(line: Line, above: str) -> bool:
    """True for a line right under another short one that is no end of a sentence: a row of a list."""
    return not line.gap and 0 < len(above) < _SHORTEST_PROSE and above[-1] not in ".:!?"


def _in_capitals(line: Line) -> bool:
    return line.gap and line.text.isupper() and len(line.text.split()) > 1 and not re.search(r"\d|[.,|]", line.text)


def _opened_by(line: Line, current: Section, headings: Headings) -> Section | None:
    """The section that this line opens, or None."""
    if re.match(r"[-–•*·]\s|\|", line.text) or (not line.gap and line.text[:1].islower() and not line.marked):
        return None
    found = headings.of(line.text)
    if current.family is Family.FRONT and line.text.casefold() == "ärende":
        return None  # a label over the title
    if found and current.family in _RECEIVING and re.fullmatch(r"(?:till )?akten\W*", line.text, re.I):
        return None  # one of the recipients
    if found and found.use & Use.NOT_FIRST and current.family is Family.FRONT:
        return None
    if found and not _is_document_name(line, found.family):
        return Section(found.family, line.text.strip(" :*"), found.organ)
    if line.marked and current.family is not Family.FRONT:
        return Section(Family.BODY, line.text.strip(" :*"))
    if current.family not in (Family.PROPOSAL, Family.DECISION):
        organ = intro_organ(line.text)
        if organ:
            return Section(Family.PROPOSAL if PROPOSING.search(line.text) else Family.DECISION, "", organ)
    return _opened_on_the_line(line, current, headings)


def _opened_on_the_line(line: Line, current: Section, headings: Headings) -> Section | None:
    """``Kopia till: Ekonomienheten``: the heading and what stands under it on one line."""
    sent = _SENT_TO.fullmatch(line.text)
    to = headings.of(sent[1]) if sent else None
    if sent and to and to.family in _RECEIVING and (line.gap or current.family in _RECEIVING):
        return Section(to.family, sent[1], None, [_rest(line, sent[2])])
    inline = _INLINE.fullmatch(line.text)
    found = headings.of(inline[1]) if inline and len(inline[1]) < 50 else None
    if not inline or not found or found.family not in _GLUED:
        return None
    if found.use & Use.NOT_FIRST and current.family is Family.FRONT:
        return None
    if found.family is Family.PROPOSAL and "förslag" not in inline[1].casefold():
        return None
    return Section(found.family, inline[1], found.organ, [_rest(line, inline[2])])


def _rest(line: Line, text: str) -> Line:
    """The end of a line as a line of its own."""
    return Line(line.number, line.end - len(text), line.end, text, text, line.gap, False)


def _is_document_name(line: Line, family: Family) -> bool:
    """*Äskande*, *Begäran* or *Yttrande* at the very top names the document."""
    return line.number < 5 and family in (Family.PROPOSAL, Family.BODY) and bool(_DOCUMENT_NAME.fullmatch(line.text))
