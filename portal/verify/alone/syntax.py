"""The objects of a PDF as text (ISO 32000-1, 7.2 and 7.3), read strictly: what is not understood raises UnreadablePdf."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, NoReturn

_DEEPEST = 60  # arrays within dictionaries within arrays
_LONGEST_NUMBER = 30


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

_SPACE = re.compile(rb"(?:[\0\t\n\f\r ]+|%[^\r\n]*)*")
_REGULAR = re.compile(rb"[^\0\t\n\f\r ()<>\[\]{}/%]+")
_INTEGER = re.compile(rb"[+-]?[0-9]+")
_REAL = re.compile(rb"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+)")
_REFERENCE = re.compile(rb"[\0\t\n\f\r ]+([0-9]{1,10})[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>\[\]{}/%])")
_HEX_STRING = re.compile(rb"<([0-9A-Fa-f\0\t\n\f\r ]*)>")
_PLAIN_STRING = re.compile(rb"\(([^()\\\r]*)\)")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"(": b"(", b")": b")", b"\\": b"\\"}
_CONSTANTS = {b"true": True, b"false": False, b"null": None}


class Reader:
    """Reads objects from ``data``, one after the other, between ``at`` and ``end``."""

    def __init__(self, data: bytes, at: int = 0, end: int | None = None, references: bool = True) -> None:
        self.data = data
        self.at = at
        self.end = len(data) if end is None else end
        self._references = references

    def skip(self) -> int:
        """Step over white space and comments; where the next thing begins."""
        found = _SPACE.match(self.data, self.at, self.end)
        self.at = found.end() if found else self.at
        return self.at

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
        self.skip()
        first = self.data[self.at : self.at + 1] if self.at < self.end else b""
        if not first:
            self._fail("den tar slut mitt i")
        if first == b"/":
            return self._name()
        if first == b"(":
            return self._string()
        if first == b"<" and self.data[self.at + 1 : self.at + 2] != b"<":
            return self._hexadecimal()
        if first in b"[<":
            if depth >= _DEEPEST:
                self._fail("den är för djupt kapslad")
            return self._array(depth) if first == b"[" else self.dictionary(depth)
        return self._word()

    def _word(self) -> PdfObject:
        found = _REGULAR.match(self.data, self.at, self.end)
        if not found:
            self._fail("ett oväntat tecken")
        word = found.group()
        self.at = found.end()
        if word in _CONSTANTS:
            return _CONSTANTS[word]
        if len(word) <= _LONGEST_NUMBER:
            if _INTEGER.fullmatch(word):
                return self._reference_or(int(word))
            if _REAL.fullmatch(word):
                return float(word)
        return Operator(word.decode("latin-1"))

    def _reference_or(self, number: int) -> int | Ref:
        if self._references and number > 0:
            found = _REFERENCE.match(self.data, self.at, self.end)
            if found:
                self.at = found.end()
                return Ref(number, int(found.group(1)))
        return number

    def _name(self) -> Name:
        found = _REGULAR.match(self.data, self.at + 1, self.end)
        if not found:
            self._fail("ett namn är tomt")
        self.at = found.end()
        word = found.group()
        if b"#" in word:
            word = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code.group(1), 16)]), word)
        return Name(word.decode("latin-1"))

    def _hexadecimal(self) -> bytes:
        found = _HEX_STRING.match(self.data, self.at, self.end)
        if not found:
            self._fail("en hexadecimal sträng är trasig")
        self.at = found.end()
        digits = re.sub(rb"[\0\t\n\f\r ]", b"", found.group(1))
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())

    def _string(self) -> bytes:
        plain = _PLAIN_STRING.match(self.data, self.at, self.end)
        if plain:
            self.at = plain.end()
            return plain.group(1)
        parts, depth, at = [], 1, self.at + 1
        while depth:
            char = self.data[at : at + 1] if at < self.end else b""
            if not char:
                self._fail("en sträng tar inte slut")
            if char == b"\\":
                piece, at = self._escape(at + 1)
                parts.append(piece)
                continue
            depth += (char == b"(") - (char == b")")
            if char == b"\r":  # an end of line reads as one line feed (7.3.4.2)
                at += self.data[at + 1 : at + 2] == b"\n"
                char = b"\n"
            parts.append(char)
            at += 1
        self.at = at
        return b"".join(parts[:-1])

    def _escape(self, at: int) -> tuple[bytes, int]:
        octal = re.compile(rb"[0-7]{1,3}").match(self.data, at, self.end)
        if octal:
            return bytes([int(octal.group(), 8) & 255]), octal.end()
        char = self.data[at : at + 1]
        if char == b"\r":
            return b"", at + 1 + (self.data[at + 1 : at + 2] == b"\n")
        return (b"" if char == b"\n" else _ESCAPES.get(char, char)), at + 1

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
