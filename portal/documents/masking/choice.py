"""What the registrar has chosen to hide in a document, and how much can be chosen. Pure."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.documents.masking.finding import says_something
from portal.text import _

MOST_PHRASES = 300
LONGEST_PHRASE = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document that can be chosen by itself: a line of its text, an amount, or a page.

    ``key`` names it in the form and stays the same; ``label`` is what stands above it, empty as long as it is the same.
    """

    key: str
    label: str
    text: str
    is_amount: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What is hidden: ``phrases`` wherever they stand, ``passages`` by their keys; with ``whole_lines`` each line of a page
    on which a phrase stands."""

    phrases: tuple[str, ...] = ()
    passages: frozenset[str] = frozenset()
    whole_lines: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is chosen."""
        return not self.phrases and not self.passages

    def digest(self, *more: str) -> str:
        """Another one for every other choice (``more`` is what belongs to it)."""
        said = [sorted(self.phrases), sorted(self.passages), self.whole_lines, *more]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def phrases_in(text: str, also: Iterable[str] = ()) -> tuple[str, ...]:
    """The phrases of a field that holds one on each line, and ``also``, each once."""
    lines = (" ".join(line.split()) for line in (*text.splitlines(), *also))
    return tuple(dict.fromkeys(line for line in lines if line))


def problem_with(phrases: Sequence[str]) -> str | None:
    """Why such phrases are not taken, in a sentence."""
    if len(phrases) > MOST_PHRASES:
        return _("Det är %(n)s uttryck. Högst %(most)s kan maskas åt gången.", n=len(phrases), most=MOST_PHRASES)
    if any(len(phrase) > LONGEST_PHRASE for phrase in phrases):
        return _("Ett uttryck är längre än %(most)s tecken. Kryssa i stycket i stället.", most=LONGEST_PHRASE)
    empty = [phrase for phrase in phrases if not says_something(phrase)]
    if empty:
        return _("Uttrycket ”%(phrase)s” har varken bokstav eller siffra. Ta bort raden.", phrase=empty[0])
    return None
