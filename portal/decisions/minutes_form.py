"""What is typed from an organ's minutes, and what an extract that is read in fills in and leaves to check."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from portal.decisions.answer import AskedLine
from portal.decisions.forms import typed_amount
from portal.decisions.minutes import KINDS, Minutes, MinutesKind
from portal.documents.beside import Place
from portal.documents.reading import Reading
from portal.register.models import Organ
from portal.text import _
from portal.web.forms import clean, paragraph_number, read_day

FIELDS = (
    "organ",
    "meeting_date",
    "paragraph",
    "kind",
    "adjusted_on",
    "posted_on",
    "passed_on_to",
    "fund_decision",
    "financing",
    "extract",
    "utdrag",
)
# Where what was read stands on the page.
PLACES = {
    "date": Place("meeting_date", "Sammanträdesdag"),
    "paragraph": Place("paragraph", "Paragraf"),
    "deciding_organ": Place("organ", "Organ"),
    "decision_or_proposal": Place("text", "Vad protokollet säger"),
    "amount_total_sek": Place("rader", "När organet har beslutat"),
    "budget_lines": Place("rader", "När organet har beslutat"),
    "funding_source": Place("financing", "Annan finansiering"),
    "jav": Place("utdrag-jav", "Jäv"),
    "reservations": Place("utdrag-reservationer", "Reservationer"),
    "replaces": Place("utdrag-ersatter", "Ersätter"),
    "copy_recipients": Place("utdrag-kopia", "Kopia till"),
    "for_information": Place("utdrag-kannedom", "För kännedom"),
}
# How a person is asked about what the extract leaves open and the form has a field for.
QUESTIONS = {
    "date": "Vilken dag sammanträdde organet?",
    "paragraph": "Vilken paragraf är ärendets?",
    "deciding_organ": "Vilket organ beslutade?",
    "amount_total_sek": "Vilket belopp beviljades?",
}
_MONEY = re.compile(r"\d\s?(?:[tk]?kr\b|mn?kr\b|kronor|miljon|tusen|:-)", re.I)
_LIMITS = {"paragraph": 50, "financing": 1_000}

# What a careful reader calls the outcome, and what the organ did then.
_KINDS = {
    "bifall": MinutesKind.DECIDING,
    "delvis bifall": MinutesKind.DECIDING,
    "avslag": MinutesKind.DECIDING,
    "återremiss": MinutesKind.REFERRED_BACK,
    "bordläggning": MinutesKind.POSTPONED,
    "överlämnat": MinutesKind.PASSED_ON,
}


def _day(values: Mapping[str, str], name: str, problems: dict[str, str], required: str | None = None) -> date | None:
    raw = values.get(name, "").strip()
    if not raw:
        if required:
            problems[name] = required
        return None
    day = read_day(raw)
    if day is None:
        problems[name] = _("Datumet kan inte läsas. Skriv det som 2026-11-22.")
    return day


def _uuid(values: Mapping[str, str], name: str, problems: dict[str, str], required: str | None = None) -> UUID | None:
    raw = values.get(name, "")
    try:
        return UUID(raw)
    except ValueError:
        if raw or required:
            problems[name] = required or _("Valet finns inte längre. Välj på nytt.")
        return None


def _line(values: Mapping[str, str], name: str, problems: dict[str, str]) -> str:
    try:
        text = clean(values.get(name, ""), multiline=False)
    except ValueError as error:
        problems[name] = str(error)
        return ""
    if len(text) > _LIMITS[name]:
        problems[name] = _("Texten är för lång. Korta den till högst %(most)s tecken.", most=_LIMITS[name])
    return text


def read(values: Mapping[str, str], *, text: str) -> tuple[Minutes | None, dict[str, str]]:
    """The minutes that the fields say, or the sentences about what cannot be read; ``text`` is the decision's."""
    problems: dict[str, str] = {}
    organ = _uuid(values, "organ", problems, _("Välj organ."))
    day = _day(values, "meeting_date", problems, _("Skriv sammanträdesdagen."))
    kind = values.get("kind", "")
    if kind not in tuple(KINDS):
        problems["kind"] = _("Välj vad organet gjorde.")
    adjusted, posted = _day(values, "adjusted_on", problems), _day(values, "posted_on", problems)
    passed_on = _uuid(values, "passed_on_to", problems) if kind == MinutesKind.PASSED_ON else None
    deciding = kind == MinutesKind.DECIDING
    fund_decision = _uuid(values, "fund_decision", problems) if deciding else None
    paragraph, financing = _line(values, "paragraph", problems), _line(values, "financing", problems)
    if problems or organ is None or day is None:
        return None, problems
    return Minutes(
        organ_id=organ,
        meeting_date=day,
        paragraph=paragraph_number(paragraph),
        kind=MinutesKind(kind),
        text=text,
        adjusted_on=adjusted,
        posted_on=posted,
        passed_on_to_id=passed_on,
        fund_decision_id=fund_decision,
        financing=financing if deciding else "",
    ), {}


def _speaks_of_money(found: Reading) -> bool:
    """Whether the decision names an amount; then a total that could not be read is no grant of all that was asked for."""
    in_doubt = any(doubt.field == "amount_total_sek" for doubt in found.doubts)
    return in_doubt or any(_MONEY.search(point) for point in found.decision_or_proposal)


def _granted(found: Reading, asked: Sequence[AskedLine], kind: MinutesKind | None) -> dict[str, str]:
    """The lines' amounts as the minutes say: by label, the whole total, nothing when rejected; else left to the registrar."""
    if found.outcome == "avslag":
        none = {f"granted-{n}": "0" for n, line in enumerate(asked) if line.requested is not None}
        return none | {f"included-{n}": "nej" for n, line in enumerate(asked) if line.requested is None}
    by_label = {line.label.casefold(): line.amount_sek for line in found.budget_lines}
    priced = [(n, line) for n, line in enumerate(asked) if line.requested is not None]
    filled = {
        f"granted-{n}": typed_amount(amount)
        for n, line in priced
        if (amount := by_label.get(line.label.casefold())) is not None
    }
    total = found.amount_total_sek
    if not filled and total is None and _speaks_of_money(found):
        return {f"granted-{n}": "" for n, _line in priced}
    if not filled and total is not None and kind is MinutesKind.DECIDING:
        if total == sum(line.requested or 0 for _n, line in priced):
            return {f"granted-{n}": typed_amount(line.requested or 0) for n, line in priced}
        if len(priced) == 1:
            return {f"granted-{priced[0][0]}": typed_amount(total)}
        return {f"granted-{n}": "" for n, _line in priced}
    return filled


def _organ(name: str, organs: Iterable[Organ]) -> str | None:
    """The organ that the name begins with or holds, as the form's value."""
    found = next((each for each in organs if each.name.casefold() in name.casefold()), None)
    return str(found.public_id) if found else None


def says_something(found: Reading) -> bool:
    """Whether there is anything of a meeting in it; else it is not the extract, and fills nothing."""
    return bool(found.outcome or found.preparing or (found.decision_or_proposal and (found.paragraph or found.organ)))


def chosen(
    found: Reading,
    answers: Mapping[str, str],
    values: Mapping[str, str],
    *,
    asked: Sequence[AskedLine],
    organs: Iterable[Organ],
) -> dict[str, str]:
    """The form with the answers to what the extract leaves open. Amounts are filled only in lines that stand empty."""
    new: dict[str, str | None] = {}
    for field, value in answers.items():
        if field == "amount_total_sek":
            told = _granted(replace(found, amount_total_sek=int(value), budget_lines=[]), asked, MinutesKind.DECIDING)
            new |= {name: amount for name, amount in told.items() if not values.get(name, "").strip()}
        elif field == "deciding_organ":
            new["organ"] = _organ(value, organs)
        else:
            new["meeting_date" if field == "date" else field] = value
    return {**values, **{field: value for field, value in new.items() if value is not None}}


def filled_by(
    found: Reading, values: Mapping[str, str], *, asked: Sequence[AskedLine], organs: Iterable[Organ]
) -> dict[str, str]:
    """The form with what the extract says; what it does not say is left as it was."""
    kind = MinutesKind.PREPARING if found.preparing else _KINDS.get(found.outcome or "")
    new = {
        "organ": _organ(found.organ or found.deciding_organ or "", organs),
        "meeting_date": found.date,
        "paragraph": paragraph_number(found.paragraph) if found.paragraph else None,
        "kind": kind.value if kind else None,
        "text": "\n\n".join(found.decision_or_proposal) or None,
        **_granted(found, asked, kind),
    }
    return {**values, **{field: value for field, value in new.items() if value is not None}}
