"""What a document of the portal's own says, part by part, from the data it is set from. Pure.

Every text and number that the templates print is a leaf; what only steers a template is none and cannot be hidden.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from portal.clock import STOCKHOLM
from portal.documents.masking.choice import Passage
from portal.money import format_kronor
from portal.months import in_full
from portal.text import _

Path = tuple[str | int, ...]
Kind = Literal["text", "amount", "number", "day"]

# Never in a masked copy: the proof holds the decision's whole text, and from the hash of a text a guess at it can be proven.
DROPPED = frozenset({"proof", "sha256"})
# What steers the template, or is the template's own: words that stand there whatever the document says.
STEERING = frozenset(
    {
        "made_at",
        "test",
        "outcome",
        "capacity",
        "answer",
        "state",
        "kind",
        "marked",
        "due",
        "included",
        "document_type",
        "masked",
    }
)
AMOUNTS = frozenset(
    {"requested", "granted", "amount", "total", "requested_total", "granted_total", "left_before", "left_after", "ceiling",
     "limit", "balance", "capital_cost"}
)  # fmt: skip
# Above each part, in the order in which the parts are shown; by the keys that lead to it.
LABELS: dict[str, str] = {
    "title": "Rubrik",
    "municipality.name": "Kommun",
    "unit": "Enhet",
    "date": "Datum",
    "case_number": "Diarienummer",
    "decision_number": "Beslutsnummer",
    "version": "Version",
    "follows": "Följer på",
    "deciding_organ": "Beslutande organ",
    "receiver": "Mottagare av medlen",
    "decision": "Beslut",
    "person": "Yttrandet lämnat av",
    "given_at": "Yttrandet lämnat",
    "stance": "Ställningstagande",
    "text": "Text",
    "proposal": "Förslag till beslut",
    "description.heading": "Ärendebeskrivning, rubrik",
    "description.text": "Ärendebeskrivning",
    "lines.label": "Rad",
    "lines.requested": "Äskat på raden",
    "lines.granted": "Beviljat på raden",
    "lines.amount": "Belopp på raden",
    "lines.condition": "Villkor på raden",
    "lines.assessment": "Bedömning av kamerabevakning",
    "requested_total": "Äskat, summa",
    "granted_total": "Beviljat, summa",
    "total": "Summa",
    "reason": "Skäl",
    "no_statement_reason": "Beslut utan det yttrande som krävs",
    "redistribution.limit": "Omfördelning, högst",
    "final_report.date": "Slutredovisning lämnas senast",
    "financing.fund": "Avsatta medel",
    "financing.year": "Avsatta medel, år",
    "financing.left_before": "Kvar att fördela före",
    "financing.left_after": "Kvar att fördela efter",
    "financing.text": "Finansiering",
    "budget_year": "Budgetår",
    "request": "Äskandet",
    "statements.person": "Yttrande av",
    "statements.given_at": "Yttrandet lämnat",
    "statements": "Yttrande",
    "authority.clause": "Punkt i delegationsordningen",
    "authority.ceiling": "Beloppsgräns",
    "authority": "Stöd för beslutet",
    "minutes": "Protokoll",
    "replaces": "Ersätter beslut",
    "conflicts": "Anmält jäv",
    "decided_by": "Beslutat av",
    "entered_by": "Infört av",
    "decided_at": "Beslutat",
    "presenter": "Föredragande",
    "decision_basis": "Beslutsunderlag",
    "attachments": "Bilagor",
    "secrecy": "Sekretess",
    "handler": "Handläggare",
    "signatories": "Namn i handlingen",
    "submitted_by": "Inskickat av",
    "submitted_at": "Inskickat",
    "copies_to": "Kopia till",
    "for_information": "För kännedom",
}
_ORDER = {name: at for at, name in enumerate(dict.fromkeys(each.partition(".")[0] for each in LABELS))}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of the data; ``shown`` is how it reads on the page."""

    path: Path
    kind: Kind
    value: str | int
    shown: str

    @property
    def label(self) -> str:
        """What stands above it."""
        names = [each for each in self.path if isinstance(each, str)]
        while names:
            if label := LABELS.get(".".join(names)):
                return _(label)
            names.pop()
        return _("Övriga uppgifter")


def leaves(data: Mapping[str, Any]) -> list[Leaf]:
    """Every value that is printed, in reading order."""
    found = list(_walk(data, ()))
    return sorted(found, key=lambda leaf: _ORDER.get(str(leaf.path[0]), len(_ORDER)))


def _walk(value: Any, path: Path) -> Iterator[Leaf]:
    name = next((each for each in reversed(path) if isinstance(each, str)), "")
    if name in DROPPED or name in STEERING or (path[:1] == ("municipality",) and len(path) > 1 and name != "name"):
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _walk(item, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from _walk(item, (*path, at))
    elif isinstance(value, bool) or value is None or value == "":
        return
    elif isinstance(value, int):
        is_amount = name in AMOUNTS
        yield Leaf(path, "amount" if is_amount else "number", value, format_kronor(value) if is_amount else str(value))
    elif isinstance(value, str):
        shown = day_shown(name, value)
        yield Leaf(path, "text" if shown is None else "day", value, value if shown is None else shown)


def day_shown(name: str, value: str) -> str | None:
    """A day or an instant as the page has it; None where the text is neither."""
    try:
        if name.endswith("_at"):
            moment = datetime.fromisoformat(value).astimezone(STOCKHOLM)
            return f"{in_full(moment.date())} kl.\u00a0{moment:%H:%M}"
        if name in ("date", "on") or name.endswith("_on"):
            return in_full(date.fromisoformat(value))
    except ValueError:
        return None
    return None


def key_of(path: Path, line: int | None = None) -> str:
    """How a leaf, or a line of it, is named in the form."""
    return ".".join(map(str, path)) + ("" if line is None else f"~{line}")


def lines_in(text: str) -> Iterator[tuple[int, int, int]]:
    """Each line of the text that says something: its number, beginning and end."""
    at = 0
    for number, line in enumerate(text.split("\n")):
        if line.strip():
            yield number, at, at + len(line)
        at += len(line) + 1


def passages(data: Mapping[str, Any]) -> list[Passage]:
    """What can be chosen in the document, in reading order."""
    found = []
    for leaf in leaves(data):
        if leaf.kind == "text":
            parts = list(lines_in(leaf.shown))
            found += [Passage(key_of(leaf.path, n), leaf.label, leaf.shown[start:end].strip()) for n, start, end in parts]
        else:
            found.append(Passage(key_of(leaf.path), leaf.label, leaf.shown, leaf.kind == "amount"))
    return found
