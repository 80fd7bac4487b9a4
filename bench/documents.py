"""What it takes to read a document of three pages: the file to text, and the text to what a careful reader finds.

Wall time, since a PDF is read by a process of its own; the median of warm rounds.
"""

import statistics
import time
from pathlib import Path

from portal.documents.formats import source_of
from portal.documents.reading import read_text

FOLDER = Path(__file__).parent.parent / "tests" / "documents" / "formats"
THREE_PAGES = ("granebro-sidhuvud.docx", "fallbo-tre-sidor.pdf")
MOST = 150.0  # milliseconds
_WARM, _ROUNDS = 3, 25


def reading_table() -> str:
    """The figures as a Markdown table."""
    lines = [
        "| dokument, tre sidor | fil till text, ms | text till fält, ms | tillsammans, ms | högst |",
        "|---|---|---|---|---|",
    ]
    for name in THREE_PAGES:
        opening, reading = _measured((FOLDER / name).read_bytes(), name)
        verdict = "ja" if opening + reading < MOST else "NEJ"
        lines.append(f"| {name} | {opening:.0f} | {reading:.0f} | {opening + reading:.0f} | {MOST:.0f}: {verdict} |")
    return "\n".join(lines) + "\n"


def _measured(data: bytes, name: str) -> tuple[float, float]:
    """Milliseconds for the text and for the reading, medians of the warm rounds."""
    opening, reading = [], []
    for _round in range(_WARM + _ROUNDS):
        begun = time.perf_counter()
        text = source_of(data, name).text
        between = time.perf_counter()
        read_text(text)
        opening.append((between - begun) * 1000)
        reading.append((time.perf_counter() - between) * 1000)
    return statistics.median(opening[_WARM:]), statistics.median(reading[_WARM:])


if __name__ == "__main__":
    print(reading_table())
