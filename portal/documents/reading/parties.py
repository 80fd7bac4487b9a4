"""Who gets the money, where it comes from and who decides, as the points say."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from portal.documents.reading.kinds import ORGAN
from portal.documents.reading.points import FINANCING, Point
from portal.documents.reading.shapes import Span

_FOR_NAME = r"(?:(?:för|samt|och|&) [A-ZÅÄÖ][\wåäö-]*(?:(?: (?:&|och)|,) [A-ZÅÄÖ][\wåäö-]*)*)"
_STOPS = r"(?:för|från|ur|under|att|i|som|avseende|till|med|av|genom|inom|samt|på|vid|om)\b"
_PARTY = rf"(?:[\w&-]+(?: (?!{_STOPS})[\w&-]+){{0,7}})(?:\s{_FOR_NAME})?"
_SHORT_PARTY = _PARTY.replace("{0,7}", "{0,7}?")
_TO = re.compile(rf"\b(?:till|tilldelas|tillförs|åt)\s+(?P<party>{_PARTY})")
_VERB = r"(?:beviljar|bevilja|tilldelar|tilldela|anvisar|anvisa|ger|ge|tillskjuter|utökar)"
_SORT = r"(?:(?:ett |en )?\w*(?:anslag|bidrag|tillskott|belopp|stöd|medel|budget|utökning))?"  # of grant
_AFTER_VERB = re.compile(
    rf"\b{_VERB}\s+(?P<party>{_SHORT_PARTY})\s*{_SORT}\s*(?:om|på|"
    rf"med)?\s*"
    r"(?:högst|maximalt|upp till|cirka|ca|totalt|sammanlagt)?\s*$",
    re.I,
)
_PASSIVE = re.compile(
    rf"^(?:att )?(?P<party>{_PARTY})\s+(?:beviljas|tilldelas|tillförs|anvisas|erhåller|får|äskar|begär|ansöker|söker)\b", re.I
)
_SOURCE = re.compile(
    r"\b(?:från|ur|inom|genom|via|mot|belastar|belastas)\s+(?P<source>(?!och med)[^.,;]{3,90}?"
    r"(?:\sför (?:19|20)\d\d|\s(?:19|20)\d\d)?(?:(?:(?<=medel)|(?<=anslag)) för oförutse\w+(?: \w+)?)?)"
    r"(?=\s+till\b(?! förfogande)|\s+för\b(?! (?:19|20)\d\d)|\s+med\s+\d|(?<!-)\s+(?:beviljas|tilldelas|anvisas|samt|och|"
    r"i syfte|under|att|avseende|som)\b|[.,;]|$)",
    re.I,
)
_NO_SOURCE = re.compile(
    rf"(?:(?:befintlig|beslutad|nuvarande|given) )?(?:budget)?ram(?:en)?|och med .*|den \d.*|\d.*|{ORGAN.pattern}", re.I
)
_EARMARK = re.compile(
    r"\bav (?P<source>[\wåäö]*(?:miljonen|medlen|potten|reserven|anslaget|fonden|satsningen)(?: (?:19|20)\d\d)?)\b", re.I
)
_ASKS_OF = re.compile(r"\b(?:äskar?|begära?|ansöker|ansöka|hemställer|hemställa|söker)\b", re.I)
_ASKED_OF = re.compile(rf"\b(?:av|hos|från)\s+(?P<organ>{ORGAN.pattern})", re.I)
_DECIDES = re.compile(
    rf"^(?P<organ>{ORGAN.pattern})\s+(?:beslutar|beviljar|omfördelar|fördelar|bifaller|anslår|avsätter|anvisar|"
    rf"tilldelar|noterar|"
    r"godkänner|avslår|återremitterar|bordlägger|antar|ställer|medger|lämnar|överför|reserverar|ger|uppdrar|tillför|"
    r"utökar)\b",
    re.I,
)
_PROPOSES_TO = re.compile(rf"(?:föreslår|begär|hemställer)\s+(?:att\s+)?(?P<organ>{ORGAN.pattern})", re.I)
# "för 2025", "i 2025 års budget": the money is for that year; "under 2025" says only when something is done.
_YEAR_OF = re.compile(
    r"\b(?:för|år|budget(?:året|år)?|i budget)\s(?:(?:året|år)\s)?(20\d\d)\b(?!\s?[-–/]\s?\d)|\b(20\d\d)\sårs\sbudget", re.I
)
_YEAR = re.compile(r"\b20\d\d\b(?!\s?[-–/:]\s?\d|-\d)")


def receiver(point: Point) -> str | None:
    """Who the money of a point goes to, as written."""
    own = point.own_amounts()
    amount = own[0] if own else None
    before = point.text[: amount.start] if amount else point.text
    after = point.text[amount.end :] if amount else ""
    passive = _PASSIVE.match(point.text)
    asks = passive and re.search(r"\b(?:äskar|begär|ansöker|söker)\b", passive[0])
    for match in (_AFTER_VERB.search(before), passive if not asks else None, _TO.search(after), _TO.search(before), passive):
        if match and match["party"].strip():
            party = match["party"].strip(" ,")
            if not re.fullmatch(r"(?:en|ett|kommunfullmäktige besluta|den|de|högst|att|förfogande|\d.*)", party, re.I):
                return party
    return None


def funding_source(points: Sequence[Point]) -> tuple[str, Point] | None:
    """Where the money is taken from: said with the amount, or in a point of its own."""
    asking = [point for point in points if point.asks]
    for point in [*asking, *(point for point in points if FINANCING.search(point.text))]:
        said = FINANCING.search(point.text)
        stretches = [point.text[said.start() :], point.text] if said else [point.text]
        for stretch in stretches:
            for match in [*_EARMARK.finditer(stretch), *_SOURCE.finditer(stretch)]:
                source = match["source"].strip()
                if not _NO_SOURCE.fullmatch(source):
                    return source, point
    return None


def sources_mentioned(paragraphs: Sequence[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """Where running text says that money is to be taken: sentences about financing that name a source."""
    found: list[tuple[str, Span]] = []
    for text, span in paragraphs:
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])", text):
            said = FINANCING.search(sentence)
            for match in _SOURCE.finditer(sentence[said.start() :]) if said else ():
                if not _NO_SOURCE.fullmatch(match["source"].strip()):
                    found.append((match["source"].strip(), span))
    return found


def deciding_organ(points: Sequence[Point]) -> tuple[str, Point] | None:
    """The organ that the points have decide, in lower case as in running text."""
    for point in points:
        match = _PROPOSES_TO.search(point.text) or _DECIDES.match(point.text)
        if match:
            return lowered(match["organ"]), point
    return None


def asked_organ(points: Sequence[Point]) -> tuple[str, Point] | None:
    """The organ that a point asks for money (*äskar 2,4 mnkr av kommunstyrelsen*): it decides, whoever the heading names."""
    for point in points:
        match = _ASKED_OF.search(point.text) if point.asks and _ASKS_OF.search(point.text) else None
        if match:
            return lowered(match["organ"]), point
    return None


def lowered(organ: str) -> str:
    organ = organ.strip(" .:")
    return organ[:1].lower() + organ[1:] if not organ.isupper() else organ.lower()


class Year(NamedTuple):
    """A year that the points or the title name; ``certain`` where the words say that the money is for it."""

    year: int
    span: Span | None
    certain: bool


def years(points: Sequence[Point], title: str | None, of_title: Sequence[Span]) -> list[Year]:
    """The years that the points about money name, else those of the title."""
    said: list[tuple[str, Span | None]] = [(point.text, point.span) for point in points if point.asks or point.is_financing]
    for texts in (said, [(title or "", of_title[0] if of_title else None)]):
        certain = [Year(int(match[1] or match[2]), span, True) for text, span in texts for match in _YEAR_OF.finditer(text)]
        bare = [Year(int(match[0]), span, False) for text, span in texts for match in _YEAR.finditer(text)]
        if certain or bare:
            return certain or bare
    return []
