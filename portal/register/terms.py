"""Words as search compares them: folded, stemmed, and taken apart where they may be compounds. Pure.

Å, ä and ö are letters of their own; other accents fall away (idé is ide). The stem is Snowball's, with
the endings -an and -ans beside its own. No dictionary: a part is any end of a word that a Swedish syllable can begin.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

from snowballstemmer import stemmer

LONGEST = 64  # letters of a word that are compared
FEWEST_OF_COMPOUND, FEWEST_OF_HEAD, FEWEST_OF_PART = 8, 3, 4
FEWEST_BEFORE_AN = 5
_TOKEN = re.compile(r"[0-9]+(?:[/:.–-][0-9]+)+|[^\W_]+")
_KEPT = frozenset("åäö")
_VOWELS = "aeiouyåäö"
_ONSET = re.compile(
    rf"(?:[bcdfghjklmnpqrstvxz]|b[jlr]|d[jrv]|f[jlr]|g[jlnr]|[hl]j|k[jlnrv]|p[jlrs]|s[jklmnptv]|t[jrv]|vr|ch|ph|th"
    rf"|s[kt][jr]|sp[lr]|sch)?[{_VOWELS}]"
)


def composed(text: str) -> str:
    """``text`` with each accented letter as one character, as it is kept and cut."""
    return unicodedata.normalize("NFC", text)


@lru_cache(maxsize=65536)
def folded(token: str) -> str:
    """The token as it is compared; a number without leading zeros, the parts of a joined one (2026/0012) parted by a slash."""
    if token[0] in "0123456789" and not token.isalnum():
        return "/".join(part.lstrip("0") or "0" for part in re.split(r"[/:.–-]", token))[:LONGEST]
    word = token.casefold()
    if not word.isascii():
        word = "".join(
            letter if letter in _KEPT else "".join(c for c in unicodedata.normalize("NFKD", letter) if c.isalnum())
            for letter in word
        )
    if word.isdigit():
        word = word.lstrip("0") or "0"
    return word[:LONGEST]


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Each word of ``text`` folded, with where it begins and ends."""
    for match in _TOKEN.finditer(text):
        if word := folded(match[0]):
            yield word, match.start(), match.end()


def phrase(text: str) -> str:
    """The words of ``text`` in their order, parted by single spaces, with one before and one after."""
    return f" {' '.join(word for word, _start, _end in tokens(text))} "


def is_number(word: str) -> bool:
    """Whether a folded word is a number, or several joined ones."""
    return word[0] in "0123456789"


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a folded word."""
    if is_number(word):
        return word
    bare = word.removesuffix("s")
    if bare.endswith("an") and len(bare) > FEWEST_BEFORE_AN:  # ansökan, kameran: Snowball leaves them; organ is no form of org
        word = bare[:-1]
    return str(stemmer("swedish").stemWord(word))  # one for each word: a stemmer keeps its place in itself, and threads are two


@lru_cache(maxsize=65536)
def terms(stemmed: str) -> tuple[str, ...]:
    """What a word is looked up under: its stem, and each end of it that may be the last part of a compound."""
    if is_number(stemmed) or len(stemmed) < FEWEST_OF_COMPOUND:
        return (stemmed,)
    found = [stemmed]
    for place in range(FEWEST_OF_HEAD, len(stemmed) - FEWEST_OF_PART + 1):
        if _ONSET.match(stemmed, place) and any(letter in _VOWELS for letter in stemmed[:place]):
            found.append(stemmed[place:])
    return tuple(found)


@lru_cache(maxsize=65536)
def word_id(stemmed: str) -> int:
    """The number of a word, reckoned from it, so that nobody needs to ask which number it got: 63 bits."""
    return int.from_bytes(blake2b(stemmed.encode(), digest_size=8).digest()) >> 1
