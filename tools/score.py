"""`make score`: how well documents are read, field by field, against what a careful reader reads.

Every ``NAME.expected.json`` beside its document (its key ``file`` names it) is one row. ``make score DOCS=folder`` scores
another folder, ``VERBOSE=1`` prints what was read beside what stands there. Exit 0 when at least 95 % of the fields are
right and no amount is wrong. What is left open (null, with a warning) is not right, and not a wrong amount.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the project is not installed
from portal.documents.formats import UnreadableFile, source_of
from portal.documents.reading import read_text

ROOT = Path(__file__).parents[1]
SAMPLES = (ROOT / "tests" / "documents", ROOT / "tests" / "documents" / "formats")
LEAST = 0.95  # share of the fields that must be right
TEXTS = ("title", "date", "diarienummer", "paragraph")
LISTS = ("decision_basis", "copy_recipients")
Read = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One field of one document."""

    field: str
    got: object
    want: object

    @property
    def right(self) -> bool:
        return self.got == self.want


@dataclass
class Scored:
    """One document: its fields and its wrong amounts; ``refused`` is the sentence where it could not be read."""

    name: str
    rows: list[Row]
    wrong: list[int]
    refused: str = ""

    @property
    def off(self) -> list[Row]:
        """The fields that were not read right."""
        return [row for row in self.rows if not row.right]


def folded(text: str | None) -> str | None:
    """Text as it is compared: one space, no full stop at the end, one kind of dash, no capitals."""
    if text is None:
        return None
    text = re.sub(r"\s+", " ", text).strip().strip(".;,").casefold()
    return text.replace("–", "-").replace("—", "-") or None


def _point(text: str) -> str:
    return re.sub(r"^att ", "", folded(text) or "")


def _people(people: Sequence[Read]) -> list[tuple[str, str]]:
    return sorted((folded(person.get("name")) or "", folded(person.get("role")) or "") for person in people)


def compared(got: Read, want: Read) -> Iterator[Row]:
    """The ten fields that count, as read and as they stand."""
    for name in TEXTS:
        yield Row(name, folded(got.get(name)), folded(want.get(name)))
    yield Row("amount_total_sek", got.get("amount_total_sek"), want.get("amount_total_sek"))
    amounts = [[line["amount_sek"] for line in each.get("budget_lines") or []] for each in (got, want)]
    yield Row("line amounts", *amounts)
    points = [sorted(map(_point, each.get("decision_or_proposal") or [])) for each in (got, want)]
    yield Row("decision_or_proposal", *points)
    for name in LISTS:
        yield Row(name, *(sorted(filter(None, map(folded, each.get(name) or []))) for each in (got, want)))
    yield Row("signatories", _people(got.get("signatories") or []), _people(want.get("signatories") or []))


def wrong_amounts(got: Read, want: Read) -> list[int]:
    """Amounts that were read and do not stand there: the total, and lines of the budget."""
    total = got.get("amount_total_sek")
    wrong = [total] if total is not None and total != want.get("amount_total_sek") else []
    read, there = (Counter(line["amount_sek"] for line in each.get("budget_lines") or []) for each in (got, want))
    read.pop(None, None)
    return wrong + list((read - there).elements())


def text_of(document: Path) -> str:
    """The text of a document. Raises UnreadableFile."""
    return source_of(document.read_bytes(), document.name).text


def scored(folders: Sequence[Path]) -> Iterator[Scored]:
    """Every document of the folders that has expected values beside it."""
    for folder in folders:
        for expected in sorted(folder.glob("*.expected.json")):
            want = json.loads(expected.read_text(encoding="utf-8"))
            name = want.get("file") or expected.name.replace(".expected.json", ".txt")
            try:
                got, refused = read_text(text_of(folder / name)).as_json(), ""
            except UnreadableFile as error:
                got, refused = {}, str(error)
            yield Scored(name, list(compared(got, want)), wrong_amounts(got, want), refused)


def _printed(document: Scored, *, whole: bool) -> str:
    off = ", ".join(row.field for row in document.off) or "–"
    right = len(document.rows) - len(document.off)
    lines = [f"{document.name:<58} {right:>2}/{len(document.rows)}  wrong amounts: {len(document.wrong)}  off: {off}"]
    lines += [f"    {document.refused}"] if document.refused else []
    if whole:
        lines += [f"    {row.field}\n      read  {row.got}\n      there {row.want}" for row in document.off]
    return "\n".join(lines) + "\n"


def main() -> int:
    arguments = argparse.ArgumentParser(prog="make score", description=__doc__.partition("\n")[0])
    arguments.add_argument("folders", nargs="*", type=Path, help="folders of documents; without any, the project's own")
    arguments.add_argument("--min", type=float, default=LEAST, help="the least share of fields that must be right")
    arguments.add_argument("-v", "--verbose", action="store_true", help="what was read beside what stands there")
    given = arguments.parse_args()
    total, right, wrong, count = 0, 0, 0, 0
    for document in scored(given.folders or SAMPLES):
        sys.stdout.write(_printed(document, whole=given.verbose))
        count, total = count + 1, total + len(document.rows)
        right, wrong = right + len(document.rows) - len(document.off), wrong + len(document.wrong)
    if not count:
        sys.stderr.write("There is no document to score here.\n")
        return 2
    sys.stdout.write(f"{count} documents: {right}/{total} fields right = {right / total:.1%}, {wrong} wrong amounts\n")
    return 0 if right / total >= given.min and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
