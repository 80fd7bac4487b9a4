"""Reading a tjänsteskrivelse or an extract of minutes: text in, ``Reading`` out. Pure; knows no database."""

from portal.documents.reading.printed import summary
from portal.documents.reading.reader import read_text
from portal.documents.reading.shapes import BudgetLine, Doubt, Option, OtherAmount, Person, Reading, Span

__all__ = [
    "BudgetLine",
    "Doubt",
    "Option",
    "OtherAmount",
    "Person",
    "Reading",
    "Span",
    "read_text",
    "summary",
]
