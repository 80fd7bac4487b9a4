"""Unpacking streams (ISO 32000-1, 7.4): Flate alone, with PNG predictors, never beyond what is allowed."""

from __future__ import annotations

import zlib

from portal.verify.alone.syntax import Name, PdfObject, Stream, UnreadablePdf

# Of one file, so that nobody waits for minutes: what a decision of 10,000 lines needs, and some more.
MOST = 32 * 1024 * 1024  # bytes unpacked
MOST_OPERATORS = 1_500_000


class Budget:
    """How much a file may still unpack to, and how much may still be drawn on its pages."""

    def __init__(self, most: int = MOST, operators: int = MOST_OPERATORS) -> None:
        self.left = most
        self.operators = operators

    def count(self) -> None:
        """One operator more. Raises UnreadablePdf when there are too many."""
        self.operators -= 1
        if self.operators < 0:
            raise UnreadablePdf("dess sidor har mer innehåll än en handling från portalen")

    def unpack(self, stream: Stream) -> bytes:
        """The stream's data. Raises UnreadablePdf for other filters, broken data and bombs."""
        filters = _list(stream.entries.get("Filter"))
        if not filters:
            self._spend(len(stream.raw))
            return stream.raw
        if filters != ["FlateDecode"] or not all(isinstance(name, Name) for name in filters):
            raise UnreadablePdf("en ström är packad på ett sätt som portalen inte använder")
        parameters = _list(stream.entries.get("DecodeParms"))
        return _unpredicted(self._inflate(stream.raw), parameters[0] if parameters else None)

    def _inflate(self, raw: bytes) -> bytes:
        worker = zlib.decompressobj()
        try:
            data = worker.decompress(raw, self.left + 1)
        except zlib.error as error:
            raise UnreadablePdf("en packad ström är trasig") from error
        self._spend(len(data))
        if not worker.eof or worker.unused_data.strip(b"\r\n"):
            raise UnreadablePdf("en packad ström är trasig")
        return data

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise UnreadablePdf("den packar upp till mer än en handling från portalen")


def _list(value: PdfObject) -> list[PdfObject]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _unpredicted(data: bytes, parameters: PdfObject) -> bytes:
    if parameters is None:
        return data
    if not isinstance(parameters, dict):
        raise UnreadablePdf("en packad ström har okända uppgifter")
    predictor = parameters.get("Predictor", 1)
    columns = parameters.get("Columns", 1)
    plain = parameters.get("Colors", 1) == 1 and parameters.get("BitsPerComponent", 8) == 8
    if predictor == 1:
        return data
    if type(predictor) is not int or not 10 <= predictor <= 15 or not plain:
        raise UnreadablePdf("en packad ström har okända uppgifter")
    if type(columns) is not int or not 1 <= columns <= 64 or len(data) % (columns + 1):
        raise UnreadablePdf("en packad ström har okända uppgifter")
    return _png(data, columns)


def _png(data: bytes, columns: int) -> bytes:
    """Rows of one byte a column, each with its own filter: none, left or up (the ones used for cross references)."""
    rows, above = [], bytes(columns)
    for start in range(0, len(data), columns + 1):
        kind, row = data[start], bytearray(data[start + 1 : start + 1 + columns])
        if kind not in (0, 1, 2):
            raise UnreadablePdf("en packad ström har okända uppgifter")
        if kind:
            for index in range(columns):
                other = above[index] if kind == 2 else row[index - 1] if index else 0
                row[index] = (row[index] + other) & 255
        above = bytes(row)
        rows.append(above)
    return b"".join(rows)
