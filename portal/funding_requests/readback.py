"""Amounts read back beside where they are typed, as ``static/lines.js`` does while one types. Pure."""

import re
from dataclasses import dataclass

from portal.funding_requests.content import Draft
from portal.money import MoneyError, format_kronor, hint, parse
from portal.text import _

SMALL = 1_000  # kronor: among hundreds of thousands more often tkr than meant


@dataclass(frozen=True, slots=True)
class Readback:
    """What an amount reads as; ``unsure`` asks the writer to look again."""

    text: str
    unsure: bool
    kronor: int | None


def read_back(typed: str, *, line: bool = True) -> Readback:
    """The reading of one typed amount; an empty line is ej beloppsatt."""
    text = typed.strip()
    if not text:
        return Readback(_("ej beloppsatt") if line else "", False, None)
    try:
        amount = parse(text)
    except MoneyError as error:
        return Readback(str(error), True, None)
    shown = format_kronor(amount.kronor)
    meant = hint(amount.kronor)
    if line and amount.kronor < SMALL and meant:
        return Readback(
            _("Läses som %(read)s. Menar du %(meant)s?", read=shown, meant=format_kronor(meant)), True, amount.kronor
        )
    if re.search(r"[^\d\s\u00a0\u2009\u202f]", text) and "".join(text.split()) != "".join(shown.split()):
        shown = f"{text} → {shown}"
    return Readback(shown, bool(amount.warnings), amount.kronor)


@dataclass(frozen=True, slots=True)
class Tally:
    """Lines and total as far as they can be read, in kronor."""

    lines: tuple[Readback, ...]
    total: Readback
    sum: int
    asked: int

    @property
    def gap(self) -> int:
        """Lines less total."""
        return self.sum - self.asked

    @property
    def off(self) -> bool:
        """Whether they disagree: they may only where no line has an amount."""
        return self.gap != 0 and (self.sum > 0 or any(line.unsure for line in self.lines))


def tally(draft: Draft) -> Tally:
    """The sums under the lines of ``draft``."""
    lines = tuple(read_back(row["amount"]) for row in draft["lines"])
    total = read_back(draft["total"], line=False)
    return Tally(lines, total, sum(line.kronor or 0 for line in lines), total.kronor or 0)
