"""The objects of a PDF as text (ISO 32000-1, 7.2 and 7.3), read strictly: what is not understood raises UnreadablePdf."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, NoReturn

_DEEPEST = 60  # arrays within dictionaries within arrays


class UnreadablePdf(ValueError):
    """The file is no PDF, or not as the portal makes them; ``str`` is what, in Swedish, with no capital nor full stop."""


class Name(str):
    """A name object, without its slash. Strings are bytes, so that the two are never taken for each other."""

    __slots__ = ()


class Operator(str):
    """An operator of a content stream, or a keyword that is no object."""

    __slots__ = ()


class Ref(NamedTuple):
    """An indirect reference."""

    number: int
    generation: int


class Stream:
    """A stream object: its dictionary and its bytes as they stand in the file."""

    __slots__ = ("entries", "raw")

    def __init__(self, entries: dict[str, Any], raw: bytes) -> None:
        self.entries = entries
        self.raw = raw


PdfObject = Any  # None, bool, int, float, bytes, Name, Ref, list, dict[str, PdfObject] or Stream

_BLANK = re.compile(rb"[\0\t\n\f\r ]*")
_COMMENT = re.compile(rb"%[^\r\n]*")
_END = rb"(?![^\0\t\n\f\r ()<>\[\]{}/%])"  # what follows is no part of the word
_WORD = rb"[^\0\t\n\f\r ()<>\[\]{}/%]+"
# What may stand next, each in a group of its own: it is the number of the group that tells them apart. No part of it can
# be matched in two ways, and none repeats a group without bound: that would cost time or memory.
_TOKEN = re.compile(
    rb"[\0\t\n\f\r ]*(?:"
    rb"([+-]?[0-9]{1,30}" + _END + rb")"
    rb"|([+-]?(?:[0-9]{1,30}\.[0-9]{0,30}|\.[0-9]{1,30})" + _END + rb")"
    rb"|/(" + _WORD + rb")"
    rb"|\(([^()\\\r]*(?:\\[^\r][^()\\\r]*){0,20000})\)"
    rb"|(" + _WORD + rb")"
    rb"|(\[)"
    rb"|(<<)"
    rb"|<([0-9A-Fa-f\0\t\n\f\r ]*)>"
    rb"|(.))",
    re.DOTALL,
)
_INTEGER, _REAL, _NAME, _STRING, _OTHER, _ARRAY, _DICTIONARY, _HEX = range(1, 9)
_REFERENCE = re.compile(rb"[\0\t\n\f\r ]+([0-9]{1,10})[\0\t\n\f\r ]+R" + _END)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b""}
_CONSTANTS = {b"true": True, b"false": False, b"null": None}
_LONGEST_NESTED = 65536  # bytes of a string with brackets in it


def _unescaped(text: bytes) -> bytes:
    return _ESCAPE.sub(_escaped, text)


def _escaped(found: re.Match[bytes]) -> bytes:
    code = found.group(1)
    return bytes([int(code, 8) & 255]) if b"0" <= code[:1] <= b"7" else _ESCAPES.get(code, code)


class Reader:
    """Reads objects from ``data``, one after the other, between ``at`` and ``end``."""

    def __init__(self, data: bytes, at: int = 0, end: int | None = None, references: bool = True) -> None:
        self.data = data
        self.at = at
        self.end = len(data) if end is None else end
        self._references = references

    def skip(self) -> int:
        """Step over white space and comments; where the next thing begins."""
        while True:
            blank = _BLANK.match(self.data, self.at, self.end)
            self.at = blank.end() if blank else self.at
            comment = _COMMENT.match(self.data, self.at, self.end)
            if not comment:
                return self.at
            self.at = comment.end()

    def take(self, word: bytes) -> bool:
        """Step over ``word`` if it is next, after white space."""
        self.skip()
        if not self.data.startswith(word, self.at, self.end):
            return False
        self.at += len(word)
        return True

    def expect(self, word: bytes) -> None:
        """Step over ``word``. Raises UnreadablePdf when something else is next."""
        if not self.take(word):
            self._fail(f"{word.decode()} saknas")

    def integer(self) -> int:
        """An integer without sign."""
        value = self.value()
        if type(value) is not int or value < 0:
            self._fail("ett heltal saknas")
        return int(value)

    def value(self, depth: int = 0) -> PdfObject:
        """The next object; an Operator for another word. Raises UnreadablePdf, also at the end."""
        found = _TOKEN.match(self.data, self.at, self.end)
        if not found:
            self._fail("den tar slut mitt i")
        kind = found.lastindex or 0
        if kind in (_ARRAY, _DICTIONARY):
            if depth >= _DEEPEST:
                self._fail("den är för djupt kapslad")
            self.at = found.start(kind)
            return self._array(depth) if kind == _ARRAY else self.dictionary(depth)
        if kind > _HEX:
            return self._unusual(found.start(kind), depth)
        self.at = found.end()
        return self._simple(kind, found.group(kind))

    def _unusual(self, at: int, depth: int) -> PdfObject:
        """What begins with a byte that begins no token: a comment, or a string with brackets in it."""
        self.at = at
        if self.data[at : at + 1] == b"(":
            return self._nested_string()
        if self.data[at : at + 1] == b"%" and self.skip() < self.end:
            return self.value(depth)
        self._fail("ett oväntat tecken")

    def _simple(self, kind: int, text: bytes) -> PdfObject:
        if kind == _INTEGER:
            return self._reference_or(int(text))
        if kind == _REAL:
            return float(text)
        if kind == _STRING:
            return _unescaped(text) if b"\\" in text else text
        if kind == _NAME:
            if b"#" in text:
                text = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code.group(1), 16)]), text)
            return Name(text.decode("latin-1"))
        if kind == _HEX:
            digits = re.sub(rb"[\0\t\n\f\r ]", b"", text)
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
        return _CONSTANTS[text] if text in _CONSTANTS else Operator(text.decode("latin-1"))

    def _reference_or(self, number: int) -> int | Ref:
        if self._references and number > 0:
            found = _REFERENCE.match(self.data, self.at, self.end)
            if found:
                self.at = found.end()
                return Ref(number, int(found.group(1)))
        return number

    def _nested_string(self) -> bytes:
        """A string with brackets or ends of line in it (7.3.4.2)."""
        depth, at, stop = 1, self.at + 1, min(self.end, self.at + _LONGEST_NESTED)
        while depth:
            if at >= stop:
                self._fail("en sträng tar inte slut")
            char = self.data[at : at + 1]
            depth += (char == b"(") - (char == b")")
            at += 2 if char == b"\\" else 1
        text, self.at = self.data[self.at + 1 : at - 1], at
        if at > self.end:
            self._fail("en sträng tar inte slut")
        return _unescaped(text.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))

    def _array(self, depth: int) -> list[PdfObject]:
        self.at += 1
        items: list[PdfObject] = []
        while not self.take(b"]"):
            items.append(self._item(depth))
        return items

    def _item(self, depth: int) -> PdfObject:
        value = self.value(depth + 1)
        if isinstance(value, Operator):
            self._fail("ett okänt ord i ett objekt")
        return value

    def dictionary(self, depth: int = 0) -> dict[str, PdfObject]:
        """A dictionary; a key given twice raises, since readers differ on which one counts."""
        self.expect(b"<<")
        entries: dict[str, PdfObject] = {}
        while not self.take(b">>"):
            key = self.value(depth + 1)
            if not isinstance(key, Name) or str(key) in entries:
                self._fail("en ordlista har fel nyckel eller samma nyckel två gånger")
            entries[str(key)] = self._item(depth)
        return entries

    def _fail(self, what: str) -> NoReturn:
        raise UnreadablePdf(f"{what} (byte {self.at})")
