"""What a secrecy mark on a part of a case hides from whoever reads it now: taken out where texts leave the database.

A page that shows a case lays the veil once (``register.reading.shown``). From then on, within the request, every column of
the type ``Told`` is read with the hidden words replaced, whichever page, list, document or file it ends in: a new page
cannot forget it. Nothing is changed in the database, and an act never reads through a veil: it is lifted where the act begins.
"""

import re
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from sqlalchemy import Dialect, String, Text, TypeDecorator

from portal.text import _

OMITTED = "uppgift utelämnad"


class Veil:
    """The words (labels of lines, names of documents) that are hidden; in longer texts too, whatever their case.

    ``sources`` are the documents that are hidden whole, by public ids; ``lines`` tells whether the label of a line is.
    """

    def __init__(self, words: Iterable[str], sources: Iterable[UUID] = (), *, lines: bool = False) -> None:
        self.sources = frozenset(sources)
        self.lines = lines
        longest_first = sorted({" ".join(word.split()) for word in words} - {""}, key=lambda word: (-len(word), word))
        self._hidden = [r"\s+".join(map(re.escape, word.split(" "))) for word in longest_first]
        self._found = re.compile("|".join(rf"(?<!\w){word}(?!\w)" for word in self._hidden), re.IGNORECASE)

    def over(self, text: str) -> str:
        """``text`` with *uppgift utelämnad* where a hidden word stood; a text that is nothing else begins with a capital."""
        if not self._hidden or not text:
            return text
        if self._found.fullmatch(text.strip()):
            return _(OMITTED).capitalize()
        return self._found.sub(_(OMITTED), text)

    def over_values(self, value: Any) -> Any:
        """The same in every text of plain data (dicts, lists, texts), keys left as they are."""
        if isinstance(value, str):
            return self.over(value)
        if isinstance(value, dict):
            return {key: self.over_values(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.over_values(each) for each in value)
        return value


_laid: ContextVar[Veil | None] = ContextVar("veil", default=None)


def lay(veil: Veil | None) -> None:
    """From now on, until ``lift`` is called or the request ends, what is read is read through ``veil``.

    The caller lets go of what was read before.
    """
    _laid.set(veil)


def lift() -> Veil | None:
    """Read everything as it stands again; the veil that lay, to be laid again."""
    lifted = _laid.get()
    _laid.set(None)
    return lifted


def laid() -> Veil | None:
    """The veil that lies over what is read now."""
    return _laid.get()


class Told(TypeDecorator[str]):
    """A text column whose words a mark may hide: written as it is, read through the veil that lies."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as the reader may read it."""
        over = _laid.get()
        return self.veiled(value, over) if over and value else value

    def veiled(self, value: str, over: Veil) -> str:
        """The text through a veil."""
        return over.over(value)


class ToldLong(Told):
    """The same for long texts."""

    impl = Text
    cache_ok = True
