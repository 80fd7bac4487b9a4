"""Which family of sections a line is the heading of: by the rows of the table, never by its place."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from portal.documents.reading.heading_table import HEADINGS, Family, Row, Use

LONGEST_HEADING = 90  # characters
_PLACES = {
    "{owner}": r"[\wåäöÅÄÖ& -]{2,60}s",
    "{deciding}": r"(?P<owner>[\wåäöÅÄÖ&-]+(?: [\wåäöÅÄÖ&-]+){0,6}?s)",
    "{organ}": r"(?P<organ>[\wåäöÅÄÖ&, -]{4,60}?)",
    "{body}": r"(?P<organ>kommun(?:styrelsen|fullmäktige)|[\wåäö -]*nämnden\b[\wåäö& -]*)",
    "{draft}": r"\(förslag\)",
    "…": r".{2,40}",
    "-": "[–—-]",
}
_TOKEN = re.compile(r"\([^)]+\)|\S+")
_NUMBER = re.compile(r"^\d+(?:\.\d+)*\.?\s+(?=[A-ZÅÄÖ])")  # "3.1 Bakgrund"


class Heading(NamedTuple):
    """What a heading says: the family of its section, the body it names, and where its words are something else."""

    family: Family
    organ: str | None
    use: Use


def _word(word: str) -> str:
    return _PLACES.get(word) or re.escape(word).replace(r"\*", r"\w*")


def _token(token: str) -> str:
    """A token of a row as a regular expression that begins with a space."""
    optional = token.startswith("(")
    words = token[1:-1] if optional else token
    found = "".join(f" (?:{'|'.join(map(_word, each.split('/')))})" for each in words.split(" "))
    return f"(?:{found})?" if optional else found


def _first_words(row: str) -> set[str] | None:
    """The words that a heading by this row can begin with; None where it may be any."""
    words: set[str] = set()
    for token in _TOKEN.findall(row):
        first = token.strip("()").split(" ")[0].split("/")
        if any(word in _PLACES or "*" in word for word in first):
            return None
        words.update(first)
        if not token.startswith("("):
            return words
    return None


class Headings:
    """The rows of a table, looked up by the text of a line."""

    def __init__(self, rows: Iterable[Row] = HEADINGS) -> None:
        self._by_word: dict[str, list[tuple[int, re.Pattern[str], Row]]] = {}
        self._any: list[tuple[int, re.Pattern[str], Row]] = []
        for order, row in enumerate(rows):
            pattern = re.compile("".join(map(_token, _TOKEN.findall(row[1]))), re.I)
            first = _first_words(row[1])
            for place in [self._any] if first is None else [self._by_word.setdefault(word, []) for word in first]:
                place.append((order, pattern, row))
        self.of = lru_cache(maxsize=4_000)(self._of)

    def _of(self, text: str) -> Heading | None:
        """The heading that this text is, or None for other text."""
        if len(text) > LONGEST_HEADING:
            return None
        cleaned = _NUMBER.sub("", text).strip(" :.*")
        for _order, pattern, row in self._candidates(cleaned):
            match = pattern.fullmatch(f" {cleaned}")
            if match:
                named = match.groupdict()
                owner = named.get("owner")
                return Heading(
                    row[0], named.get("organ") or (owner[:-1] if owner else None), row[2] if len(row) > 2 else Use.ALWAYS
                )
        return None

    def _candidates(self, text: str) -> Iterator[tuple[int, re.Pattern[str], Row]]:
        """The rows that may fit, in the order of the table."""
        of_word = self._by_word.get(text.split(" ")[0].casefold(), [])
        yield from sorted([*of_word, *self._any], key=lambda row: row[0])


STANDARD = Headings()
