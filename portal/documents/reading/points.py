"""The points of a proposal or a decision, and what each of them asks for, grants or says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from portal.documents.reading.amounts_in import amounts_in
from portal.documents.reading.dates import is_date
from portal.documents.reading.introductions import intro_organ
from portal.documents.reading.kinds import ORGAN
from portal.documents.reading.layout import Line, joined, span_of
from portal.documents.reading.shapes import Span
from portal.money import Found

_NUMBERED = re.compile(r"^(?:\d{1,2}[.)]|\d{1,2}\.\d{1,2}\.?(?=\s+(?:att\b|[A-ZÅÄÖ]))|[a-zåäö][.)]|[-–—•*·▪●])\s+")
_ATT = re.compile(r"att\s", re.I)
_SENTENCE_END = re.compile(r"[.!?:;]$")
_INSIDE = re.compile(r"[.!?]\s+[A-ZÅÄÖ]")
_LEADS = re.compile(r"\b(?:beslut|föreslå|hemställ|begär|yrka)", re.I)
_TAIL = re.compile(r"[\s,;]*(?:\b(?:och|samt))?[\s,;]*$")
_SIGNS_OFF = re.compile(r"(?:med )?(?:vänliga?|bästa) hälsning(?:ar)?", re.I)

FINANCING = re.compile(
    r"(?<!med)finansier|(?:medlen|beloppet|bidraget|kostnaden|kostnaderna|anslaget|utgiften)\s(?:\w+\s)?(?:tas|tages|hämtas|betalas|belastar|"
    r"täcks|ryms|anvisas|avräknas)|"
    r"\b(?:anvis|ta|hämta|belasta|avräkna)\w* (?:medlen|beloppet|kostnaden) (?:ur|från|mot|på)\b|"
    r"disponer\w* (?:över )?.{0,40}\bur\b",
    re.I,
)
REPORTING = re.compile(
    r"återrapport|återredovis|redovis|rapporter|uppdra(?:r|s|g)?\b|följa? upp|uppföljning|noter|omedelbart justerad", re.I
)
REFUSING = re.compile(
    r"\bavsl(?:å|ås|år|agits)\b|\bavvisa|återremitter|bordlägg|\b(?:bifall\w*|bevilja\w*) inte\b|\bavstyrk", re.I
)
# Takes money from a budget: the other side of what another point gives.
_REDUCING = re.compile(r"(?<!för att )(?<!syfte att )\b(?:minska[rs]?|sänk[ae]?[rs]?|återta[rs]?|reducera[rs]?)\b", re.I)
_GIVING = re.compile(
    r"\b(?:bevilja|tilldela|tillför|tillskjut|utöka|ökas?|överför|omfördela|fördela|anvisa|anslå|avsätt|ge)", re.I
)
_GRANTING = re.compile(r"\b(?:bevilja|tilldela|anvisa|anslå)", re.I)
_WITHIN = re.compile(r"\bryms inom\b", re.I)
ASKING = re.compile(
    r"\bbevilja|\bomfördel|\bfördel|\banslå|\banvis|\bavsätt|\btilldel|\böverför|\btillskjut|\btillför|\butöka|"
    r"\bbifall|\bgodkänn|"
    r"\bsätt\w* av|\bställ\w* till förfogande|\btilläggsansl|\banslag\b|\bramtillskott|\bbidrag|\bstöd\b|\breserver|"
    r"\bfår\b|\berhåll|\bgodta|\bge[sr]?\b|"
    r"\bäska|\bbegär|\bansök|\bsök(?:er|a|s)\b|\bhemställ|\bframställ|\bföreslå|\bsatsa|\binvester|\bsatsning|"
    r"\bökas?\b|\bräkna\w* upp",
    re.I,
)
_PART_OF = re.compile(
    r"(?:\butav|\bav de\b|\bav den\b|\bav totalt|\binom|\bur de\b|\båterstående)\b[^.;]{0,40}$|"
    r"\bav (?:avsatta|reserverade) [^.;]{0,20}$|"
    r"\b(?:av|mot|för|än|jämfört med)\s(?:de\s|det\s)?(?:begärda|sökta|äskade|ansökta|yrkade|önskade)\s(?:cirka |ca )?$|"
    r"\((?:begärt|sökt|äskat|ansökt)\W[^.;()]{0,20}$",
    re.I,
)
MOST_AMOUNTS = 30  # in one point; with more it is no point but a list, and nothing is singled out
_PARTS_FOLLOW = re.compile(r"\b(?:varav|därav|fördelat på|fördelade på|uppdelat på)\b", re.I)
_ASIDE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])")
_DISSENT = re.compile(r".{0,120}\b(?:deltar (?:inte|ej) i beslut|reserverar sig|anmäler jäv)", re.I)
_TOTAL = re.compile(r"\b(?:totalt|sammanlagt|tillsammans|sammantaget)\b", re.I)


@dataclass(frozen=True)
class Point:
    """One point: its words as they read on one line, and where they stand."""

    text: str
    span: Span
    amounts: tuple[Found, ...]

    @cached_property
    def is_financing(self) -> bool:
        """True for a point that only says where the money comes from."""
        sentences = _ASIDE.split(self.text)
        said = [text for text in sentences if len(sentences) > 1 and amounts_in(text)] or [self.text]
        return all(FINANCING.search(text) for text in said) and not re.search(
            r"\bbevilja|\banvis\w+ \w+nämnd|\bäska|\bbegär", self.text, re.I
        )

    @cached_property
    def asks(self) -> bool:
        """True for a point that asks for or grants money."""
        if (
            self.is_financing
            or not self.amounts
            or self._reduces()
            or (REFUSING.search(self.text) and not self._grants_a_part())
        ):
            return False
        return bool(ASKING.search(self.text)) or not REPORTING.search(self.text)

    def _reduces(self) -> bool:
        """True for a point that only lowers a budget, as in a transfer told in two points."""
        lowers = _REDUCING.search(self.text)
        return lowers is not None and lowers.start() < self.amounts[0].start and not _GIVING.search(self.text)

    def _grants_a_part(self) -> bool:
        """True where one sentence grants an amount and another refuses the rest."""
        granted = [text for text in _ASIDE.split(self.text) if not REFUSING.search(text) and amounts_in(text)]
        return len(granted) == 1 and bool(_GRANTING.search(granted[0]))

    def own_amounts(self) -> list[Found]:
        """The amounts asked for: not a part (*varav*), not per year, not the pot it is taken from."""
        if len(self.amounts) > MOST_AMOUNTS:
            return list(self.amounts)
        parts = _PARTS_FOLLOW.search(self.text)
        own = [found for found in self.amounts if not parts or found.start < parts.start()] or list(self.amounts)
        for narrower in (
            [found for found in own if not _PART_OF.search(self.text[max(0, found.start - 60) : found.start])],
            [found for found in own if not self._in_financing(found)],
            [found for found in own if not (found.is_range and self.text[: found.start].endswith("från "))],  # a change
            [found for found in own if not self._in_sentence(found, REFUSING)],
            [found for found in own if not found.bare],
            [found for found in own if not found.period],
        ):
            own = [found for found in own if found in narrower] or own
        return own

    def _in_financing(self, found: Found) -> bool:
        """True for an amount in a sentence of its own about where the money comes from."""
        return self._in_sentence(found, FINANCING) or self._in_sentence(found, _WITHIN)

    def _in_sentence(self, found: Found, pattern: re.Pattern[str]) -> bool:
        start = max((cut.end() for cut in _ASIDE.finditer(self.text) if cut.end() <= found.start), default=0)
        end = next((cut.start() for cut in _ASIDE.finditer(self.text) if cut.start() >= found.end), len(self.text))
        return bool(pattern.search(self.text[start:end]))

    def sentences(self) -> list["Point"]:
        """The sentences of a point of running text, each as a point."""
        return [Point(text, self.span, tuple(amounts_in(text, bare=True))) for text in _ASIDE.split(self.text)]

    @property
    def states_total(self) -> bool:
        """True where the point gives the sum of the others."""
        return bool(_TOTAL.search(self.text))


def leading_in(lines: Sequence[Line]) -> Sequence[Line]:
    """The first lines of a section, where they only introduce its points."""
    if lines and intro_organ(lines[0].text) and not _runs_on(lines[0], lines[1:2]):
        return lines[:1]
    first = next((at for at, line in enumerate(lines[:5]) if _ATT.match(line.text)), 0)
    text = joined(line.text for line in lines[:first])
    leads = first and _LEADS.search(text) and not amounts_in(text) and not re.search(r"[.;]$", text)
    return lines[:first] if leads and not _NUMBERED.match(text) else lines[:0]


def organ_of_intro(lines: Sequence[Line]) -> str | None:
    """The organ named by what introduces the points; of several the last, which the others propose to."""
    leading = leading_in(lines)
    if not leading:
        return None
    text = joined(line.text for line in leading)
    named = [match[0] for match in ORGAN.finditer(text)]
    return intro_organ(text) or (named[-1] if named else None)


def _runs_on(line: Line, following: Sequence[Line]) -> bool:
    """A point whose first line looks like an introduction: *… föreslår att kommunfullmäktige* / *anvisar 5 mnkr …*."""
    if re.search(r"(?::|\batt|\bbesluta[r]?|följande)\s?$", line.text):
        return False
    return any(not each.gap and each.text[:1].islower() and not _ATT.match(each.text) for each in following)


def points_of(lines: Sequence[Line]) -> list[Point]:
    """Split the lines under a proposal or decision heading into points."""
    lines = lines[len(leading_in(lines)) :]
    lines = [line for line in lines if not is_date(line.text)]
    groups: list[list[Line]] = []
    flowing = _flowing(lines)
    fresh = False
    for line in lines:
        if groups and intro_organ(line.text) and not line.text.startswith("att "):
            fresh = True  # a second organ's points follow
            continue
        if groups and _is_row(line):
            if len(groups) > 1 and len(groups[-1]) == 1 and not _SENTENCE_END.search(groups[-1][0].text):
                groups.pop()  # the heading of the table
            break
        if line.text.startswith("|") or _SIGNS_OFF.fullmatch(line.text.strip(" ,.")):
            break
        if groups and not fresh and not _begins_point(line, groups[-1], flowing):
            groups[-1].append(line)
        elif groups and not _counts_on(line, groups[-1]) and _looks_like_heading(line, lines):
            break
        else:
            groups.append([line])
        fresh = False
    points = [_point(group) for group in groups]
    return [point for point in points if point.text and not _DISSENT.match(point.text)]


def _is_row(line: Line) -> bool:
    """A row of a table: columns, the last of them an amount."""
    last = line.chunks[-1][1] if len(line.chunks) > 1 else ""
    return bool(last) and any(found.start == 0 and found.end == len(last) for found in amounts_in(last, bare=True))


def _point(group: Sequence[Line]) -> Point:
    text = joined(line.text for line in group)
    text = _TAIL.sub("", _NUMBERED.sub("", text, count=1))
    return Point(text, span_of(group), tuple(amounts_in(text, bare=True)))


def _flowing(lines: Sequence[Line]) -> set[int]:
    """Lines of paragraphs with sentences that end inside a line: running text, where a line end means nothing."""
    flowing: set[int] = set()
    block: list[Line] = []
    for line in [*lines, None]:
        if line is None or line.gap:
            if any(_INSIDE.search(_NUMBERED.sub("", each.text)) for each in block):
                flowing.update(each.number for each in block)
            block = []
        if line is not None:
            block.append(line)
    return flowing


def _begins_point(line: Line, group: Sequence[Line], flowing: set[int]) -> bool:
    previous = group[-1].text
    if _NUMBERED.match(line.text) and not re.match(r"\d{1,2}[.)]\s\d{3}\b", line.text):
        return not _itemises(group, line)
    if re.match(r"(?:Paragrafen|Beslutet) förklaras\b", line.text) and _SENTENCE_END.search(previous):
        return True
    if len(line.text) <= 80 and not line.text.endswith(".") and _itemises(group, line):
        return False
    if _ATT.match(line.text):
        return bool(re.search(r"[.,;:]$|\b(?:och|samt)$", previous)) or line.gap or bool(_ATT.match(group[0].text))
    if _NUMBERED.match(group[0].text) or _ATT.match(group[0].text):
        return line.gap and bool(_SENTENCE_END.search(previous)) and line.text[:1].isupper()
    if not line.text[:1].isupper() and not (line.gap and _SENTENCE_END.search(previous)):
        return False
    if line.gap:
        return bool(_SENTENCE_END.search(previous)) or not _breaks_off(previous)
    return bool(_SENTENCE_END.search(previous)) and line.number not in flowing and not re.search(r"\b\w{1,3}\.$", previous)


def _itemises(group: Sequence[Line], line: Line) -> bool:
    """A bullet that only divides the amount of the point above it: *enligt följande: – Fritidsgården 400 tkr*."""
    opens = next((at for at, each in enumerate(group[:8]) if each.text.endswith(":") and not intro_organ(each.text)), None)
    if opens is None:
        return False
    head = joined(each.text for each in group[: opens + 1])
    headed = amounts_in(group[0].text) or (ASKING.search(head) and not re.search(r"\bbeslut", head, re.I))
    return bool(headed and amounts_in(line.text)) and not re.match(r"\d", line.text) and not ASKING.search(line.text)


def _breaks_off(text: str) -> bool:
    """A line that cannot be the end of a point: the page turned inside it."""
    return bool(re.search(r"(?:[,&-]|\b(?:och|samt|för|av|till|i|om|med|vid|från|på|ur|den|det|en|ett|som|att))$", text))


def _counts_on(line: Line, group: Sequence[Line]) -> bool:
    """The next of points that are numbered: no heading, however short it is."""
    return bool(_NUMBERED.match(line.text) and _NUMBERED.match(group[0].text))


def _looks_like_heading(line: Line, lines: Sequence[Line]) -> bool:
    """A short line without a verb's sentence end, over running text: a heading this program does not know."""
    if not line.gap or len(line.text) > 60 or re.search(r"[.,;:\d]$", line.text) or len(line.text.split()) > 6:
        return False
    position = next(at for at, each in enumerate(lines) if each.number == line.number)
    following = lines[position + 1] if position + 1 < len(lines) else None
    return not ASKING.search(line.text) and (following is None or len(following.text) > len(line.text))
