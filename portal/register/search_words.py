"""What is typed into the search field, read: words, quoted phrases and amounts. Pure; there is no language of wildcards."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal.money import LARGEST, MoneyError, parse
from portal.register.terms import composed, is_number, phrase, stem, terms, tokens
from portal.text import _

MOST_TYPED = 200  # characters
MOST_WORDS = 10
FEWEST_LETTERS = 4  # of the beginning of a longer word; a shorter one is a word of its own
_LAST = "\U0010ffff"

_N = r"(?<![\d.,:/–-])(?:\d{1,3}(?:[ \u00a0]\d{3})+|\d+(?:[.,]\d{1,6})?)"
_N_TO = _N.replace("–-", "")  # after the dash of a range
_U = r"kronor|kr|tkr|mnkr|miljoner|mkr|mdkr"
_AMOUNT = re.compile(
    rf"(?P<from>{_N})[ \u00a0]?(?P<from_unit>{_U})?\s*(?:[-–—]|\btill\b)\s*(?P<to>{_N_TO})[ \u00a0]?(?P<to_unit>{_U})\b"
    rf"|(?:\b(?P<over>över|mer än|minst|från)\s+|\b(?P<under>under|mindre än|högst|upp till)\s+)?"
    rf"(?:(?P<one>{_N})[ \u00a0]?(?P<unit>{_U})\b|(?P<bare>(?<![\d/:.-])\d{{1,3}}(?:[ \u00a0]\d{{3}})+)(?![\d/:-]))",
    re.IGNORECASE,
)
_NEUTER = re.compile(r"(\w{4,})ets?")
_QUOTED = re.compile(r"[\"”“„»«]([^\"”“„»«]*)[\"”“„»«]")


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a case must hold: a word, a phrase or an amount.

    ``ranges`` are the terms that answer to it, from and to; ``exact`` the same where so many words begin so that only whole
    words and last parts are meant. ``phrase`` is what must stand in the text word by word. ``amounts`` are kronor, from and to.
    """

    typed: str
    ranges: tuple[tuple[str, str], ...] = ()
    exact: tuple[tuple[str, str], ...] = ()
    phrase: str = ""
    amounts: tuple[int, int] | None = None

    def meets(self, word: str) -> bool:
        """Whether a folded word of a text is one that was asked for."""
        if self.phrase:
            return f" {word} " in self.phrase
        return any(low <= term <= high for term in terms(stem(word)) for low, high in self.ranges)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, read: nothing where it holds no word. ``refusal`` says why it is not read at all."""

    asked: tuple[Asked, ...] = ()
    refusal: str | None = None


def read(typed: str) -> Typed:
    """What ``typed`` asks for. More words than are compared are refused, and so is a text that no search field sends."""
    if len(typed) > MOST_TYPED:
        return Typed(refusal=_("Sökningen är för lång. Skriv högst %(n)s tecken: några ord, ett nummer eller ett belopp.",
                               n=MOST_TYPED))  # fmt: skip
    rest = composed(typed).replace("\x00", " ")
    asked: list[Asked] = []

    def quoted(match: re.Match[str]) -> str:
        if found := _phrase(match[1]):
            asked.append(found)
        return " "

    def amount(match: re.Match[str]) -> str:
        found = _amounts(match)
        if found is None:
            return match[0]
        asked.append(Asked(" ".join(match[0].split()), amounts=found))
        return " "

    rest = _AMOUNT.sub(amount, _QUOTED.sub(quoted, rest))
    seen: set[str] = set()
    for word, start, end in tokens(rest):
        if word not in seen:
            seen.add(word)
            asked.append(_word(rest[start:end], word))
    if len(asked) > MOST_WORDS:
        return Typed(refusal=_("Sökningen har för många ord. Skriv högst %(n)s.", n=MOST_WORDS))
    return Typed(tuple(asked))


def _word(typed: str, word: str) -> Asked:
    stemmed = stem(word)
    exact: tuple[tuple[str, str], ...] = ((stemmed, stemmed),)
    if is_number(word):
        return Asked(typed, exact, exact)
    if bare := _NEUTER.fullmatch(word):  # short words keep -et in their stem, like budget; torget asks for torg too
        exact = (*exact, (bare[1], bare[1]))
        return Asked(typed, (*exact, (stemmed, stemmed + _LAST)), exact)
    if len(stemmed) >= FEWEST_LETTERS:
        return Asked(typed, ((stemmed, stemmed + _LAST),), exact)
    if len(word) >= FEWEST_LETTERS:  # gata: gator by its stem, gatubelysning by nothing shorter than what was typed
        return Asked(typed, (*exact, (word, word + _LAST)), exact)
    return Asked(typed, exact, exact)


def _phrase(text: str) -> Asked | None:
    words = [word for word, _start, _end in tokens(text)]
    if not words:
        return None
    rarest = stem(max(words, key=len))
    whole = ((rarest, rarest),)
    return Asked(text.strip(), whole, whole, phrase=phrase(text))


def _kronor(number: str, unit: str | None) -> int | None:
    try:
        return parse(f"{number} {(unit or 'kr').lower()}".replace("miljoner", "mnkr").replace("mkr", "mnkr")).kronor
    except MoneyError:
        return None


def _amounts(match: re.Match[str]) -> tuple[int, int] | None:
    if match["from"]:
        low, high = _kronor(match["from"], match["from_unit"] or match["to_unit"]), _kronor(match["to"], match["to_unit"])
        return (low, high) if low is not None and high is not None and low <= high else None
    kronor = _kronor(match["one"], match["unit"]) if match["one"] else _kronor(match["bare"], None)
    if kronor is None:
        return None
    if match["over"]:
        return kronor + (match["over"].casefold() in ("över", "mer än")), LARGEST
    if match["under"]:
        return 0, kronor - (match["under"].casefold() in ("under", "mindre än"))
    return kronor, kronor


class Marker:
    """Tells the words that were asked for apart in texts; what it has said of a word it remembers."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self._asked = asked
        self._known: dict[str, bool] = {}

    def pieces(self, text: str) -> list[tuple[str, bool]]:
        """``text`` in runs, with whether each is a word that was asked for."""
        runs: list[tuple[str, bool]] = []
        reached = 0
        for word, start, end in tokens(text):
            if word not in self._known:
                self._known[word] = any(each.meets(word) for each in self._asked)
            if self._known[word]:
                runs += [(text[reached:start], False), (text[start:end], True)]
                reached = end
        runs.append((text[reached:], False))
        return [run for run in runs if run[0]]
