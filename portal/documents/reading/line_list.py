"""A list of money as it stands in a document: its rows, its sum, its unit and the words around it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from portal.documents.reading.amounts_in import amounts_in
from portal.documents.reading.shapes import BudgetLine, Span
from portal.money import MoneyError, Unit, is_unpriced, parse

_UNITS = (
    (Unit.THOUSANDS, re.compile(r"(?<![a-zåäö])(?:[tk]kr|[tk]sek)\b|\btusental|\btusen kr", re.I)),
    (Unit.MILLIONS, re.compile(r"(?<![a-zåäö])(?:mn?kr|msek)\b|\bmiljoner kr", re.I)),
    (Unit.KRONOR, re.compile(r"(?<![a-zåäö])(?:kr|kronor|sek)\b", re.I)),
)
SUM = re.compile(r"(?:del)?(?:summa|totalt?|totalsumma|total(?:kostnad|belopp)?|sammanlagt|tillsammans)\b.{0,40}", re.I)
PART_SUM = re.compile(r"delsumma|varav", re.I)
NOT_PRICED = re.compile(
    r"\s*[-–:(]*\s*(?:ej beloppsatta?|ej prissatt|utan belopp|inom ram(?:en)?|ingår|ingen kostnad)\)?\.?$", re.I
)
# Rows of a table of facts: hours, prices, how many.
_QUANTITY = re.compile(
    r"\b(?:antal\w*|timmar|tim\w*kostnad|styck\w*pris|procent|andel\w*|invånare|elever per|km|kvm|m2|dygn)\b", re.I
)
_CONTEXT = re.compile(
    r"ansök|tidigare|föregående|utfall|histori|bokslut|(?<!ä)skade|nuläge|i dag\b|jämför|finansier|intäkt|bakgrund|statistik|"
    r"prognos|skolor\b.*kostnad",
    re.I,
)


@dataclass
class LineList:
    """A list of money as it stands: its rows, the total it states and the words around it."""

    rows: list[BudgetLine]
    stated: int | None
    context: str
    odd: bool = False  # some cell could not be read as one amount
    bare: bool = False  # neither the column nor the cells say the unit
    head: str = ""  # of the amount column
    columns: int = 1  # amount columns of its table
    stated_span: Span | None = None

    @property
    def sum(self) -> int:
        """The sum of the rows that have an amount."""
        return sum(row.amount_sek or 0 for row in self.rows)

    @property
    def span(self) -> Span:
        """From its first row to its last."""
        return Span(self.rows[0].span.start, self.rows[-1].span.end)

    @property
    def priced(self) -> int:
        """How many rows carry an amount, readable or not."""
        return sum(row.as_written is not None for row in self.rows)

    @property
    def about_else(self) -> bool:
        """True where the words around the list say that it shows other money (earlier years, other applicants)."""
        years = all(re.match(r"(?:19|20)\d\d\b", row.label) for row in self.rows)
        counts = any(_QUANTITY.search(row.label) for row in self.rows)
        return years or counts or bool(_CONTEXT.search(self.context))

    @property
    def rank(self) -> int:
        """Order among the columns of one table: what is granted or proposed before sums before what was applied for."""
        if re.search(r"bevilj|föres|förslag|tilldel|fördel", self.head, re.I):
            return 0
        if re.search(r"sökt|begär|ansök|tidigare|utfall|budget", self.head, re.I):
            return 3
        return 1 if re.search(r"total|summa|belopp", self.head, re.I) else 2

    def times(self, factor: int) -> "LineList":
        """The same list read in a larger unit."""
        rows = [replace(row, amount_sek=row.amount_sek * factor if row.amount_sek is not None else None) for row in self.rows]
        stated = self.stated * factor if self.stated is not None else None
        return replace(self, rows=rows, stated=stated, bare=False)


def unit_in(text: str) -> Unit | None:
    """The unit a heading states: ``Belopp (tkr)``, ``Begärt belopp, kronor``."""
    return next((unit for unit, pattern in _UNITS if pattern.search(text)), None)


def is_sum(text: str) -> bool:
    """True for the row that states the sum of a list."""
    return bool(SUM.match(text)) and bool(amounts_in(text, bare=True))


def caption_unit(text: str) -> Unit | None:
    """The unit a line above a list gives its numbers; a sentence that only mentions an amount gives none."""
    bare = re.sub(r"\d[\d ,.\u00a0]*\s?(?:[tkm]n?kr|[tkm]?sek|kr|kronor|miljoner)\b", "", text, flags=re.I)
    says_so = len(bare) < 60 or bare.endswith(":") or re.search(r"\((?:\w+ )?(?:[tkm]n?kr|kr|kronor)\)|belopp i", bare, re.I)
    return unit_in(bare) if says_so else None


@lru_cache(maxsize=2_000)
def cell_value(text: str, unit: Unit | None) -> tuple[int | None, bool]:
    """(kronor, readable) of a table cell."""
    if is_unpriced(text) or NOT_PRICED.fullmatch(text):
        return None, True
    try:
        return parse(text, unit=unit).kronor, True
    except MoneyError:
        return None, False


def same_amounts(rows: Sequence[BudgetLine], others: Sequence[BudgetLine]) -> bool:
    """True where two lists hold the same amounts, whatever they call them."""
    return Counter(row.amount_sek for row in rows if row.amount_sek) == Counter(
        row.amount_sek for row in others if row.amount_sek
    )
