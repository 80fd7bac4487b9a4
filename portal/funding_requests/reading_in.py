"""From a read document to a draft: what was found, where it stood, what must be asked. Pure.

What is certain fills the draft; what the document does not say is asked and never guessed. What already stands in the
draft is kept.
"""

from collections.abc import Mapping
from typing import Any

from portal.documents.beside import Place
from portal.documents.reading import Reading
from portal.funding_requests.content import ROWS, Draft, FundRef, OrganRef, draft_of
from portal.money import MoneyError, format_kronor, parse

# Headings under which the description itself stands; its own heading is then not repeated.
_PLAIN_HEADINGS = frozenset({"ärendebeskrivning", "ärendet", "beskrivning av ärendet", "sammanfattning", "beskrivning", ""})
# The person's own answers on the page; they override what was read.
ANSWERS = ("title", "date", "total", "fund", "organ", "receiver", "budget_year", "redistribution", "secrecy", "cost_type_all")
# Where what was read stands on the page.
PLACES = {
    "title": Place("title", "Rubrik"),
    "date": Place("date", "Datum"),
    "decision_or_proposal": Place("forslag", "Förslag till beslut"),
    "amount_total_sek": Place("total", "Äskat belopp"),
    "budget_lines": Place("rader", "Rader"),
    "funding_source": Place("fund", "Avsatta medel"),
    "deciding_organ": Place("organ", "Beslutande organ"),
    "budget_year": Place("budget_year", "Budgetår"),
    "beneficiary": Place("receiver", "Vem får pengarna"),
    "decision_basis": Place("beslutsunderlag", "Beslutsunderlag"),
    "copy_recipients": Place("kopia", "Kopia till"),
    "for_information": Place("kannedom", "För kännedom"),
    "handler": Place("handlaggare", "Handläggare"),
    "signatories": Place("undertecknat", "Står undertecknad"),
}
# How a person is asked about it, and where it can be answered: the fields of a draft that hold one value.
QUESTIONS = {
    "title": "Vilken rubrik gäller?",
    "date": "Vilket datum gäller?",
    "amount_total_sek": "Vilket belopp äskas?",
    "funding_source": "Hur ska äskandet finansieras?",
    "deciding_organ": "Vem ska besluta?",
    "budget_year": "Vilket budgetår gäller äskandet?",
    "beneficiary": "Vem får pengarna?",
}


def _as_typed(kronor: int | None, written: str | None) -> str:
    """The amount as the document writes it where that reads the same, else written out."""
    if kronor is None:
        return ""
    try:
        if written and parse(written).kronor == kronor:
            return " ".join(written.split())
    except MoneyError:
        pass
    return format_kronor(kronor)


def match_fund(source: str | None, funds: Mapping[str, FundRef], year: int, spoken: Mapping[str, str] | None = None) -> str:
    """The open fund that the document names, by its name or by what people call it (``spoken``, by the fund's public id).

    Of several years the one given. Empty when none is certain.
    """
    if not source:
        return ""
    said = source.casefold()
    names = {key: {fund.name, (spoken or {}).get(key) or fund.name} for key, fund in funds.items()}
    named = [
        fund for key, fund in funds.items() if any(name.casefold() in said or said in name.casefold() for name in names[key])
    ]
    of_year = [fund for fund in named if fund.year == year]
    return of_year[0].public_id if len(of_year) == 1 else ""


def match_organ(name: str | None, organs: Mapping[str, OrganRef]) -> str:
    """The organ that the document names. Empty when none is certain."""
    if not name:
        return ""
    said = name.casefold()
    return next((o.public_id for o in organs.values() if said in (o.name.casefold(), o.in_text.casefold())), "")


def _description(reading: Reading) -> dict[str, Any]:
    sections = list(reading.sections)
    text = ""
    if sections and sections[0][0].strip().rstrip(":").casefold() in _PLAIN_HEADINGS:
        text = sections.pop(0)[1]
    return {"description": text, "sections": [{"heading": heading, "text": body} for heading, body in sections]}


def found(
    reading: Reading,
    funds: Mapping[str, FundRef],
    organs: Mapping[str, OrganRef],
    year: int,
    spoken: Mapping[str, str] | None = None,
) -> Draft:
    """A draft of nothing but what the document says."""
    handler = reading.handler
    fund = match_fund(reading.funding_source, funds, reading.budget_year or year, spoken)
    return draft_of(
        {
            "title": reading.title,
            "date": reading.date,
            "points": reading.decision_or_proposal,
            "total": _as_typed(reading.amount_total_sek, None),
            "lines": [
                {"label": line.label, "amount": _as_typed(line.amount_sek, line.as_written)} for line in reading.budget_lines
            ],
            "fund": fund,
            "financing": "" if fund else reading.funding_source,
            "organ": match_organ(reading.deciding_organ, organs),
            "budget_year": reading.budget_year,
            "receiver": reading.beneficiary,
            "basis": reading.decision_basis,
            "copies": [{"name": name} for name in reading.copy_recipients],
            "information": [{"name": name} for name in reading.for_information],
            "signatories": [{"name": person.name, "role": person.role} for person in reading.signatories],
            "handler_name": handler and handler.name,
            "handler_role": handler and handler.role,
            "handler_phone": handler and handler.phone,
            "handler_email": handler and handler.email,
            **_description(reading),
        }
    )


def _is_written(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    rows = value if isinstance(value, list) else []
    return any((row if isinstance(row, str) else "".join(row.values())).strip() for row in rows)


def how_many(draft: Draft) -> int:
    """How many fields the document fills: every row of a list counts."""
    count = 0
    for value in draft.values():
        count += sum(_is_written([row]) for row in value) if isinstance(value, list) else _is_written(value)
    return count


def chosen(
    answers: Mapping[str, str],
    funds: Mapping[str, FundRef],
    organs: Mapping[str, OrganRef],
    year: int,
    spoken: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The answers to what the document leaves open, by the reading's field, as the draft's own fields hold them."""
    new: dict[str, str] = {}
    for field, value in answers.items():
        if field == "amount_total_sek":
            new["total"] = _as_typed(int(value), None)
        elif field == "funding_source":
            fund = match_fund(value, funds, year, spoken)
            new |= {"fund": fund, "financing": "" if fund else value}
        elif field == "deciding_organ":
            new["organ"] = match_organ(value, organs)
        else:
            new["receiver" if field == "beneficiary" else field] = value
    return new


def filled(draft: Draft, read: Draft, answers: Mapping[str, str]) -> Draft:
    """``draft`` with its empty fields filled from what was read, the person's answers before that."""
    new: dict[str, Any] = dict(draft_of(dict(draft)))
    for name, value in {**read, **{key: answers[key] for key in ANSWERS if key in answers}}.items():
        if not _is_written(new[name]):
            new[name] = value
    if not _is_written(new["cost_type_all"]):
        new["cost_type_all"] = ""
    for name in ROWS:
        new[name] = new[name] or []
    return draft_of(new)
