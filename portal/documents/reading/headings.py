"""The headings of municipal documents, and the sections they divide a document into.

Municipalities use different words and orders, so a heading is known by its family, never by its place.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from portal.documents.reading.layout import Line


class Family(StrEnum):
    """What a section holds."""

    FRONT = "front"
    PROPOSAL = "proposal"
    DECISION = "decision"
    BODY = "body"
    BASIS = "basis"
    RECIPIENTS = "recipients"
    INFORMATION = "information"
    PROTOCOL = "protocol"  # how the meeting went: motions, votes, dissent


@dataclass
class Section:
    """A heading with the lines under it."""

    family: Family
    heading: str
    organ: str | None = None
    lines: list[Line] = field(default_factory=list)


_BODY = (
    r"(?:en )?(?:kort )?sammanfattning(?: av ärendet)?|ärendebeskrivning|ärendet?(?: i korthet)?|beskrivning(?: av ärendet)?|"
    r"(?:ärendets )?bakgrund(?:en)?(?: till ärendet| och .{3,30})?|inledning|historik|nuläge(?:sbeskrivning)?|"
    r"(?:[\wåäö& -]{2,60}s )?(?:samlade )?bedömning(?:ar)?(?: och .{3,40})?|"
    r"(?:ekonomisk|juridisk|samlad|organisatorisk|social)\w* (?:bedömning|konsekvens\w*|analys|redovisning|"
    r"kalkyl)(?: och .{3,40})?|"
    r"(?:ekonomi|ekonomi och finansiering|finansiering|kostnader|kostnad|budget|kalkyl|kostnadsberäkning|kostnadskalkyl)|"
    r"(?:besluts)?motivering(?: till beslut(?:et)?)?|(?:skäl(?:en)?|motiv) (?:för|till) beslut(?:et)?|"
    r"syfte(?: och mål)?|mål|behov(?:et)?|problembeskrivning|"
    r"\w*konsekvens(?:er|analys|bedömning)\w*(?: .{2,40})?|barnets bästa|barnrättsperspektiv\w*|jämställdhet\w*|"
    r"prövning av barnets bästa|"
    r"genomförande(?: och uppföljning)?|tidplan|uppföljning(?: och återredovisning)?|beredning(?:en)?|"
    r"ärendets beredning|remissyttranden?|"
    r"åtgärder|planerade åtgärder|insatser|förslag till åtgärder|lagrum|lagstöd|risker|riskbedömning|samverkan|"
    r"kommunikation|överväganden|"
    r"redogörelse(?: för ärendet)?|utredning|förvaltningens (?:synpunkter|yttrande|överväganden)|yttrande|övrigt|"
    r"alternativ|slutsats(?:er)?"
)
_ORGAN = r"(?P<organ>[\wåäöÅÄÖ&, -]{4,60}?)"
_FAMILIES = tuple(
    (family, re.compile(pattern, re.I))
    for family, pattern in (
        (
            Family.PROTOCOL,
            r"förslag till beslut (?:på|under|vid) (?:sammanträdet|mötet)|besluts(?:gång|ordning)|(?:tilläggs)?yrkanden?t?|"
            r"proposition(?:er|sordning)?|propositionsordning och .*|omröstning(?:sresultat|sordning|slista)?|"
            r"votering(?:slista)?|"
            r"reservation(?:er)?|deltar (?:ej|inte) i (?:beslut|beslutet)|protokollsanteckning(?:ar)?|jäv|"
            r"särskil[dt]a? yttranden?|"
            r"expedierat/bestyrkt|justera(?:re|nde)|justering|"
            r"justera[st]|vid protokollet|paragrafer|underskrift(?:er)?|undertecknas?|närvarande|beslutande|ajournering|"
            r"(?:ordförandens? )?förslag till (?:besluts|propositions)(?:ordning|gång)|"
            r"ärendets (?:tidigare )?(?:behandling|gång)|tidigare behandling|inlägg|anföranden",
        ),
        (
            Family.PROPOSAL,
            rf"(?:[\wåäöÅÄÖ& -]{{2,60}}s )?förslag till (?:beslut|att-satser|beslutspunkter)(?: (?:i|för|till) {_ORGAN})?|"
            r"beslutsförslag(?:et)?|hemställan|begäran|äskande",
        ),
        (Family.PROPOSAL, rf"beslut ?[–—-] ?förslag till {_ORGAN}"),
        (Family.PROPOSAL, r"förslag till (?P<organ>kommun(?:styrelsen|fullmäktige)|[\wåäö -]*nämnden\b[\wåäö& -]*)"),
        (
            Family.PROPOSAL,
            r"(?:[\wåäöÅÄÖ& -]{2,60}s )?förslag(?: till (?P<organ>kommun(?:styrelsen|fullmäktige)|"
            r"[\wåäö -]*nämnden\b[\wåäö& -]*))?",
        ),
        (Family.DECISION, r"beslut|beslutet|beslut i (?P<organ>[\wåäö& -]{4,60})"),
        (Family.DECISION, r"(?P<owner>[\wåäöÅÄÖ&-]+(?: [\wåäöÅÄÖ&-]+){0,6}?s) beslut"),
        (
            Family.BASIS,
            r"beslutsunderlag(?:et)?|underlag(?: (?:för|till) (?:beslut|beslutet|ärendet))?|"
            r"bilag(?:a|or)(?: till (?:ärendet|tjänsteskrivelsen))?|"
            r"(?:ärendets )?handlingar(?: i ärendet)?|referenser|bifogas|bifogade handlingar",
        ),
        (
            Family.RECIPIENTS,
            r"kop(?:ia|ior)(?: av (?:beslut|beslutet|protokollet))?(?:(?: skickas)? till)?|"
            r"(?:beslut|beslutet|protokollsutdrag(?:et)?|utdrag|ärendet)(?: ska| skall)?(?: (?:skickas|expedieras|"
            r"delges|sänds|meddelas|lämnas))? till|"
            r"(?:beslutet )?(?:ska |skall )?(?:skickas|expedieras|sänds|delges|meddelas)(?: till)?|beslutsexpediering|"
            r"expediering|(?:beslutet )?(?:skickas|expedieras|sänds) för (?:verkställighet|åtgärd|handläggning)(?: till)?|"
            r"expedierat till|sändlista|delgivning|delges|mottagare(?: av beslutet)?|(?:till )?akten",
        ),
        (
            Family.INFORMATION,
            r"(?:kopia |beslutet )?(?:skickas )?(?:för|till) kännedom(?: till)?|"
            r"kopia för kännedom(?: till)?",
        ),
        (Family.BODY, _BODY),
    )
)
_INTRO = re.compile(
    r"(?:det )?(?P<organ>[A-ZÅÄÖ][\wåäöÅÄÖ& -]{3,60}?)(?: föreslås?| föreslår (?:att )?"
    r"(?P<proposed>[\wåäöÅÄÖ& -]{4,60}?))? (?:att )?"
    r"beslut(?:ar?|a)(?: (?:att )?(?:följande|enligt följande|för egen del))?(?: att)?\s?[:.]?"
)
_OWN = re.compile(r"För egen del beslutar (?P<organ>[\wåäöÅÄÖ& -]{4,60}?)(?: följande)?(?: att)?\s?[:.]?")
_PROPOSES = re.compile(
    r"(?P<organ>[A-ZÅÄÖ][\wåäöÅÄÖ& -]{3,60}?) (?:föreslår|hemställer hos) "
    r"(?P<proposed>(?:[\wåäöÅÄÖ]+-? (?:och |& )?){0,3}[\wåäöÅÄÖ-]*"
    r"(?:styrelsen|nämnden|fullmäktige|utskott(?:et)?))(?: att)?\s?[:.]?"
)
# Words that are headings over running text, and recipients or budget lines where none follows.
_WEAK = re.compile(
    r"ekonomi|kommunikation|samverkan|åtgärder|insatser|behov|mål|beredning|utredning|uppföljning|kostnad|budget|"
    r"övrigt|yttrande",
    re.I,
)
# Also names of documents, where a list of documents or recipients is being read.
_ALSO_DOCUMENT = re.compile(
    r"(?:kostnads)?kalkyl|kostnadsberäkning|tidplan|riskbedömning|\w*konsekvens\w*|nuläge(?:sbeskrivning)?", re.I
)
_FEWEST_CAPITALS = 3  # headings in capitals before every line in capitals is taken for one
_DOCUMENT_NAME = re.compile(r"(?:äskande|begäran|hemställan|yttrande|utredning|redogörelse)\W*", re.I)
_INLINE = re.compile(r"([^:]{4,60}):\s+(\S.*)")
_LISTING = {Family.RECIPIENTS, Family.INFORMATION}
_GLUED = {Family.BASIS, Family.RECIPIENTS, Family.INFORMATION, Family.PROPOSAL}


def intro_organ(text: str) -> str | None:
    """The organ in a line that only introduces points (``Kommunstyrelsen beslutar att``), or None when it is no such line."""
    own = _OWN.fullmatch(text)
    if own:
        return own["organ"]
    match = _INTRO.fullmatch(text) or _PROPOSES.fullmatch(text)
    return (match["proposed"] or match["organ"]) if match else None


def heading_of(text: str) -> tuple[Family, str | None] | None:
    """The family of a heading and the organ it names, or None for other text."""
    if len(text) > 90:
        return None
    cleaned = re.sub(r"^\d+(?:\.\d+)*\.?\s+(?=[A-ZÅÄÖ])", "", text).strip(" :.*")
    for family, pattern in _FAMILIES:
        match = pattern.fullmatch(cleaned)
        if match:
            organ = match.groupdict().get("organ")
            owner = match.groupdict().get("owner")
            return family, organ or (owner[:-1] if owner else None)
    return None


def sections_of(lines: list[Line]) -> list[Section]:
    """Divide the kept lines into sections; the first, without a heading, is the front."""
    sections = [Section(Family.FRONT, "")]
    kept = [line for line in lines if not line.noise]
    capitals = sum(line.text.isupper() and heading_of(line.text) is not None for line in kept) >= _FEWEST_CAPITALS
    for line, following in zip(kept, [*kept[1:], None], strict=False):
        opened = _opened_by(line, sections[-1])
        if capitals and not opened and _in_capitals(line) and sections[-1].family is not Family.FRONT:
            opened = Section(Family.BODY, line.text)
        listing = sections[-1].family in (Family.BASIS, Family.RECIPIENTS, Family.INFORMATION)
        weak = _WEAK.fullmatch(line.text.rstrip(" :")) or (listing and _ALSO_DOCUMENT.fullmatch(line.text))
        if opened and weak and not line.marked:
            prose = following is not None and len(following.text) >= 40
            opened = opened if prose else None
        if opened:
            sections.append(opened)
        else:
            sections[-1].lines.append(line)
    return sections


def _in_capitals(line: Line) -> bool:
    return line.gap and line.text.isupper() and len(line.text.split()) > 1 and not re.search(r"\d|[.,|]", line.text)


def _opened_by(line: Line, current: Section) -> Section | None:
    if re.match(r"[-–•*·]\s|\|", line.text):
        return None
    found = heading_of(line.text)
    if current.family is Family.FRONT and line.text.casefold() == "ärende":
        return None  # a label over the title
    if found and current.family in _LISTING and re.fullmatch(r"(?:till )?akten\W*", line.text, re.I):
        return None  # one of the recipients
    if found and not _is_document_name(line, found[0]):
        return Section(found[0], line.text.strip(" :*"), found[1])
    if line.marked and current.family is not Family.FRONT:
        return Section(Family.BODY, line.text.strip(" :*"))
    if current.family not in (Family.PROPOSAL, Family.DECISION):
        organ = intro_organ(line.text)
        if organ:
            proposed = " föreslå" in line.text
            return Section(Family.PROPOSAL if proposed else Family.DECISION, "", organ)
    inline = _INLINE.fullmatch(line.text)
    if inline:
        found = heading_of(inline[1])
        named = found is not None and (found[0] is not Family.PROPOSAL or "förslag" in inline[1].casefold())
        if found and named and found[0] in _GLUED and len(inline[1]) < 50:
            rest = Line(line.number, line.end - len(inline[2]), line.end, inline[2], inline[2], line.gap, False)
            return Section(found[0], inline[1], found[1], [rest])
    return None


def _is_document_name(line: Line, family: Family) -> bool:
    """*Äskande*, *Begäran* or *Yttrande* at the very top names the document."""
    return line.number < 5 and family in (Family.PROPOSAL, Family.BODY) and bool(_DOCUMENT_NAME.fullmatch(line.text))
