"""Finding words in a text however they were written or broken: by capitals, ligatures, hyphens, soft hyphens, line breaks.

What is looked for is taken as it stands, never as a pattern, and only as whole words. Pure.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

Extent = tuple[int, int]
"""``text[start:end]``."""

_ALIKE = str.maketrans("’‘‛´`ʼ“”„‟«»", "''''''\"\"\"\"\"\"")
_SOFT_HYPHEN = "\u00ad"
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
_SUGGESTED = (
    re.compile(r"(?<![\d-])(?:19|20)?\d{6}[-+]?\d{4}(?![\d-])"),  # personnummer and samordningsnummer
    re.compile(r"(?<![\w.])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(  # telephone numbers
        r"(?<![\d.,\-/])(?:\+46[ \u00a0]?(?:\(0\))?|0)[1-9]\d{0,2}[ \u00a0]?[-–/ \u00a0][ \u00a0]?"
        r"\d{2,3}(?:[ \u00a0]?\d{2,3}){1,3}(?!\d)"
    ),
)  # fmt: skip
MOST_SUGGESTED = 50


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared: ``places[n]`` is where in the text the n-th character came from."""

    text: str
    places: Sequence[int]

    def extent(self, start: int, end: int) -> Extent:
        """Where ``text[start:end]`` stood."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str, *, hyphens: bool = True, spaces: bool = True) -> Folded:
    """Without capitals, ligatures and what is not seen; white space as one space, a hyphen at a line's end as one within it.

    Without ``hyphens`` there are none at all: then a word that was broken is as one that was not. Without ``spaces`` likewise.
    """
    folded: list[str] = []
    places: list[int] = []
    after_hyphen, broken_until = False, 0
    for at, character in enumerate(text):
        category = unicodedata.category(character)
        if character.isspace() or category == "Zs":
            if after_hyphen and at >= broken_until:
                broken_until = _end_of_break(text, at)
            if spaces and at >= broken_until and folded and folded[-1] != " ":
                folded.append(" ")
                places.append(at)
            continue
        if category in ("Cf", "Cc"):
            after_hyphen = after_hyphen or character == _SOFT_HYPHEN
            continue
        after_hyphen = character in _HYPHENS
        if after_hyphen and not hyphens:
            continue
        plain = "-" if after_hyphen else _plain(character)
        folded.extend(plain)
        places.extend([at] * len(plain))
    return Folded("".join(folded), places)


def _plain(character: str) -> str:
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold()).translate(_ALIKE)


def _end_of_break(text: str, at: int) -> int:
    """Where the white space at that place ends if a line ends in it, else the place itself."""
    end = at
    while end < len(text) and text[end].isspace():
        end += 1
    return end if any(c in "\n\r\f\v" for c in text[at:end]) else at


def _of_a_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _whole(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` begins and ends where words do; what is no letter or digit has no such bounds."""
    before = start > 0 and _of_a_word(text[start - 1]) and _of_a_word(text[start])
    after = end < len(text) and _of_a_word(text[end]) and _of_a_word(text[end - 1])
    return not (before or after)


def says_something(phrase: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(_of_a_word(c) for c in fold(phrase).text)


class Finder:
    """Looks for phrases in texts. In ``loose`` text, that of a PDF, a word may be written with spaces in it."""

    def __init__(self, phrases: Iterable[str], *, loose: bool = False) -> None:
        self.phrases = tuple(phrases)
        self._ways: tuple[dict[str, bool], ...] = ({}, {"hyphens": False}, *([{"hyphens": False, "spaces": False}] * loose))
        self._folded = {phrase: tuple(fold(phrase, **way).text.strip() for way in self._ways) for phrase in self.phrases}

    def found(self, text: str) -> dict[str, list[Extent]]:
        """Every place of every phrase in the text; a phrase that is not there is left out."""
        return self._look(text, whole=True)

    def extents(self, text: str) -> list[Extent]:
        """The places of all the phrases, put together where they meet or overlap."""
        return merged(extent for places in self.found(text).values() for extent in places)

    def also_within(self, text: str) -> list[str]:
        """Words of which a phrase is only a part (*Karlssons* where *Karlsson* is looked for): they are not found."""
        hidden, words = self.extents(text), []
        for places in self._look(text, whole=False).values():
            for start, end in places:
                if any(first < end and start < last for first, last in hidden):
                    continue
                while start and _of_a_word(text[start - 1]):
                    start -= 1
                while end < len(text) and _of_a_word(text[end]):
                    end += 1
                words.append(" ".join(text[start:end].split()))
        return list(dict.fromkeys(words))

    def _look(self, text: str, *, whole: bool) -> dict[str, list[Extent]]:
        found: dict[str, list[Extent]] = {}
        for number, way in enumerate(self._ways):
            folded = fold(text, **way)
            for phrase, forms in self._folded.items():
                for start, end in _everywhere(forms[number], folded.text):
                    extent = folded.extent(start, end)
                    # Where the spaces are gone, words end where they do in the text as it stands.
                    if not whole or (_whole(text, *extent) if "spaces" in way else _whole(folded.text, start, end)):
                        found.setdefault(phrase, []).append(extent)
        return found


def _everywhere(sought: str, text: str) -> Iterator[Extent]:
    at = text.find(sought) if sought else -1
    while at >= 0:
        yield at, at + len(sought)
        at = text.find(sought, at + 1)


def merged(extents: Iterable[Extent]) -> list[Extent]:
    """The same places in order, none overlapping another."""
    kept: list[Extent] = []
    for start, end in sorted(extents):
        if kept and start <= kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept


def suggestions(text: str) -> list[str]:
    """Personal identity numbers, addresses of mail and telephone numbers in the text, in that order, each once."""
    found = (" ".join(match.group().split()) for pattern in _SUGGESTED for match in pattern.finditer(text))
    return list(dict.fromkeys(found))[:MOST_SUGGESTED]


def words_of(text: str) -> set[str]:
    """The words of a text as they are compared, those of three signs and more."""
    return set(re.findall(r"\w{3,}", unicodedata.normalize("NFC", fold(text).text)))
