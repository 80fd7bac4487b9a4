"""Which kind of document this is, and whose minutes."""

import re
from collections.abc import Iterator, Sequence

from portal.documents.reading.layout import Line
from portal.documents.reading.shapes import Span

KIND_AND = re.compile(
    r"(?:tjänsteskrivelse|tjänsteutlåtande|(?:sammanträdes)?protokoll(?:sutdrag)?|delegationsbeslut),?\s(?:den\s)?(?=\d)", re.I
)  # as a head of its own: *Tjänsteskrivelse 2025-02-11*
_KINDS = (
    (
        "protokollsutdrag",
        re.compile(
            r"(?:sammanträdes|delegations)?protokoll(?:sutdrag)?|utdrag ur protokoll.*|protokollsutdrag (?:från|ur) .*", re.I
        ),
    ),
    ("tjänsteutlåtande", re.compile(r"tjänsteutlåtande", re.I)),
    ("tjänsteskrivelse", re.compile(r"tjänsteskrivelse", re.I)),
    ("delegationsbeslut", re.compile(r"delegationsbeslut|beslut (?:på|enligt) delegation", re.I)),
)
_KIND_BEFORE = re.compile(
    r"(?:tjänsteskrivelse|tjänsteutlåtande|(?:sammanträdes)?protokoll(?:sutdrag)?|delegationsbeslut)(?: [–—-]|:) (?=\S)", re.I
)
_DIGITS = re.compile(r"(?:19|20)?\d\d[\d ./-]{4,8}|\d{1,2} \w{3,9} \d{4}")  # a date beside a name
ORGAN = re.compile(
    r"kommunstyrelsens? ?(?:arbetsutskott\w*|\w+utskott)?|kommunfullmäktige|(?:[\wåäö]+-? (?:och |"
    r"& )?)?[\wåäö-]*(?:nämnden|styrelsen|utskottet)"
    r"(?: för [A-ZÅÄÖ][\wåäö]+(?: (?:&|och) [A-ZÅÄÖ]?[\wåäö]+)?)?",
    re.I,
)


def is_kind(text: str) -> bool:
    """True for text that only names a kind of document; a date set right under it is the document's."""
    return any(pattern.fullmatch(text.strip(" :.")) for _kind, pattern in _KINDS)


def without_kind(text: str) -> str:
    """A title without the kind of document that was set before it: *Tjänsteskrivelse – Medel till e-arkiv*."""
    return _KIND_BEFORE.sub("", text)


def find_kind(lines: Sequence[Line]) -> tuple[str, Span] | None:
    """Which kind of document the head says that this is."""
    for line in lines:
        for _position, chunk in line.chunks:
            for part in re.split(r"\s\|\s|\s-\s", chunk):
                named = _DIGITS.sub("", part) if KIND_AND.match(part) else part
                for kind, pattern in _KINDS:
                    if pattern.fullmatch(named.strip(" :.")):
                        return kind, line.span
    return None


def organs_in(lines: Sequence[Line]) -> Iterator[tuple[str, Span]]:
    """Political bodies that stand alone in the head, as the owner of minutes does."""
    for line in lines:
        for _position, chunk in line.chunks:
            name = _DIGITS.sub("", chunk).strip(" .,:")
            if ORGAN.fullmatch(name):
                yield name, line.span
