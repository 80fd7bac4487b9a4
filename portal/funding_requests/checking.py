"""From the draft as typed to the content of a version: one clear sentence per field that does not hold.

What must be there to submit: title, who asks, date, deciding organ or set-aside money, at least one proposal point, total,
lines, financing, budget year, description, decision basis, at least one recipient, the answers on secrecy and on moving
money between lines. Problems are keyed by the id of the field on the page. Pure.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.errors import Invalid
from portal.funding_requests.content import (
    ASSESSMENT_STATES,
    COST_TYPES,
    Assessment,
    Attachment,
    Content,
    CostType,
    Draft,
    DraftLine,
    DraftRecipient,
    FundRef,
    Handler,
    Line,
    OrganRef,
    Person,
    Recipient,
    Section,
)
from portal.funds.terms import Askable
from portal.money import MoneyError, format_kronor, is_unpriced, parse
from portal.people import addresses
from portal.text import _

SHORT, POINT, LONG = 200, 4_000, 40_000  # characters
ROWS = 100

_OVERRIDES = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"  # would make a text read as other than it is
MISSING_REDISTRIBUTION = "Svara på om pengarna ska kunna flyttas mellan raderna."
MISSING_SECRECY = "Svara på om äskandet innehåller uppgifter som kan omfattas av sekretess."


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the draft may point at, and what the portal fills in. Organs and funds by public id, those open today."""

    unit: str
    department: str
    requester: Person
    today: date
    organs: Mapping[str, OrganRef]
    funds: Mapping[str, FundRef]
    attachments: tuple[Attachment, ...] = ()
    follows: str = ""
    unit_id: int = 0
    askable: Mapping[str, Askable] = field(default_factory=dict)


@dataclass(slots=True)
class _Reader:
    """Reads fields and collects the first problem of each."""

    problems: dict[str, str] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)

    def refuse(self, key: str, sentence: str, *, empty: bool = False) -> None:
        """Note a problem; ``empty`` says that nothing wrong was written, it is only not there yet."""
        if key not in self.problems:
            self.problems[key] = sentence
            if empty:
                self.empty.add(key)

    def text(self, key: str, typed: str, most: int, missing: str = "", lines: bool = False) -> str:
        """``typed`` without surrounding space; on one line unless ``lines``. Refuses control characters and length."""
        text = typed.replace("\r\n", "\n").replace("\r", "\n")
        if any((unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t") or char in _OVERRIDES for char in text):
            self.refuse(key, _("Texten innehåller ett otillåtet tecken. Skriv den på nytt."))
            return ""
        text = text.strip() if lines else " ".join(text.split("\n")).strip()
        if len(text) > most:
            self.refuse(
                key, _("Texten är %(length)s tecken och får vara högst %(most)s. Korta den.", length=len(text), most=most)
            )
        elif not text and missing:
            self.refuse(key, missing, empty=True)
        return text

    def answer(self, key: str, typed: str, missing: str) -> bool:
        if typed not in ("ja", "nej"):
            self.refuse(key, missing, empty=True)
        return typed == "ja"


def _amount(reader: _Reader, key: str, typed: str) -> int | None:
    """Whole kronor above 0, or None with the problem noted."""
    try:
        kronor = parse(typed).kronor
    except MoneyError as error:
        reader.refuse(key, str(error))
        return None
    if kronor == 0:
        reader.refuse(key, _("Beloppet är 0 kr. Skriv ett större belopp, eller lämna raden utan belopp."))
        return None
    return kronor


def _total(reader: _Reader, draft: Draft) -> int:
    if not draft["total"].strip():
        reader.refuse("total", _("Skriv hur mycket ni äskar, till exempel 600 tkr."), empty=True)
        return 0
    return _amount(reader, "total", draft["total"]) or 0


def _cost_type(reader: _Reader, key: str, typed: str, for_all: str) -> CostType:
    answer = for_all or typed
    for cost_type in COST_TYPES:
        if cost_type == answer:
            return cost_type
    reader.refuse(key, _("Välj drift, investering eller vet inte."), empty=True)
    return "vet inte"


def _assessment(reader: _Reader, n: int, row: DraftLine, today: date) -> Assessment | None:
    """The documented assessment that camera surveillance demands (9 § kamerabevakningslagen); None for any other line."""
    if row["camera"] not in ("", "ja", "nej"):
        reader.refuse(f"line_camera-{n}", _("Rad %(n)s: välj om raden gäller kamerabevakning eller inte.", n=n))
    if row["camera"] != "ja":
        return None
    state = next((each for each in ASSESSMENT_STATES if each == row["assessment"]), None)
    if state is None:
        missing = _("Rad %(n)s: svara om bedömningen av kamerabevakningen är gjord eller görs före start.", n=n)
        reader.refuse(f"line_assessment-{n}", missing, empty=True)
    responsible = _("Rad %(n)s: skriv vem som ansvarar för bedömningen av kamerabevakningen.", n=n)
    by = reader.text(f"line_assessed_by-{n}", row["assessed_by"], SHORT, responsible)
    on = _assessed_on(reader, n, row["assessed_on"].strip(), done=state == "done", today=today)
    return Assessment(state or "before_start", by, on)


def _assessed_on(reader: _Reader, n: int, typed: str, *, done: bool, today: date) -> str:
    key = f"line_assessed_on-{n}"
    if not typed:
        reader.refuse(key, _("Rad %(n)s: skriv när bedömningen gjordes, eller när den senast ska vara gjord.", n=n), empty=True)
        return ""
    try:
        on = date.fromisoformat(typed)
    except ValueError:
        example = today.isoformat()
        reader.refuse(key, _("Rad %(n)s: skriv dagen som år-månad-dag, till exempel %(today)s.", n=n, today=example))
        return ""
    if done and on > today:
        reader.refuse(key, _("Rad %(n)s: dagen ligger framåt i tiden, men bedömningen anges som gjord.", n=n))
    elif not done and on < today:
        reader.refuse(key, _("Rad %(n)s: dagen har passerat. Ange en ny dag, eller svara att bedömningen är gjord.", n=n))
    return on.isoformat()


def _lines(reader: _Reader, draft: Draft, today: date) -> tuple[Line, ...]:
    lines: list[Line] = []
    for n, row in enumerate(draft["lines"], 1):
        if not row["label"].strip() and not row["amount"].strip() and row["camera"] != "ja":
            continue
        missing = _("Rad %(n)s: skriv vad pengarna ska gå till.", n=n)
        label = reader.text(f"line_label-{n}", row["label"], SHORT, missing)
        amount = None if is_unpriced(row["amount"]) else _amount(reader, f"line_amount-{n}", row["amount"])
        cost_type = _cost_type(reader, f"line_cost_type-{n}", row["cost_type"], draft["cost_type_all"])
        lines.append(Line(label, amount, cost_type, _assessment(reader, n, row, today)))
    if not lines:
        reader.refuse("line_label-1", _("Lägg till minst en rad som säger vad pengarna ska gå till."), empty=True)
    return tuple(lines)


def difference_sentence(total: int, lines_sum: int) -> str | None:
    """How the lines and the total disagree, or None when they agree."""
    gap = lines_sum - total
    if gap == 0:
        return None
    if gap > 0:
        return _("Raderna är %(gap)s högre än äskat belopp. Ändra beloppet eller raderna.", gap=format_kronor(gap))
    return _("Raderna är %(gap)s lägre än äskat belopp. Ändra beloppet eller raderna.", gap=format_kronor(-gap))


def _agree(reader: _Reader, total: int, lines: tuple[Line, ...]) -> None:
    amounts = [line.amount for line in lines if line.amount is not None]
    unread = any(key == "total" or key.startswith("line_amount") for key in reader.problems)
    if amounts and not unread and (sentence := difference_sentence(total, sum(amounts))):
        reader.refuse("total", sentence)


def _points(reader: _Reader, draft: Draft) -> tuple[str, ...]:
    points = [
        reader.text(f"point-{n}", typed, POINT, lines=True) for n, typed in enumerate(draft["points"], 1) if typed.strip()
    ]
    if not points:
        reader.refuse(
            "point-1", _("Skriv minst en punkt i förslaget till beslut: vem som får vad, hur mycket och varifrån."), empty=True
        )
    return tuple(points)


def _recipients(reader: _Reader, key: str, rows: list[DraftRecipient]) -> tuple[Recipient, ...]:
    found: list[Recipient] = []
    for n, row in enumerate(rows, 1):
        if not row["name"].strip() and not row["email"].strip():
            continue
        missing = _("Skriv vem kopian ska till.")
        name = reader.text(f"{key}_name-{n}", row["name"], SHORT, missing)
        email = _email(reader, f"{key}_email-{n}", row["email"])
        found.append(Recipient(name, email or None, row["action"] == "ja"))
    return tuple(found)


def _email(reader: _Reader, key: str, typed: str) -> str:
    email = reader.text(key, typed, SHORT)
    if email and addresses.problem(email):
        reader.refuse(key, _("E-postadressen är inte fullständig. Skriv den som namn@kommun.se."))
    return email


def _budget_year(reader: _Reader, draft: Draft, choices: Choices, fund: FundRef | None) -> int:
    typed = draft["budget_year"].strip()
    if not typed:
        reader.refuse("budget_year", _("Välj vilket budgetår pengarna gäller."), empty=True)
        return 0
    if not re.fullmatch(r"[0-9]{4}", typed) or abs(int(typed) - choices.today.year) > 5:
        reader.refuse(
            "budget_year", _("Budgetåret ska vara ett årtal nära i dag, till exempel %(year)s.", year=choices.today.year)
        )
        return 0
    if fund and fund.year != int(typed):
        reader.refuse(
            "budget_year",
            _(
                "%(fund)s %(year)s gäller budgetår %(year)s. Välj det året eller andra avsatta medel.",
                fund=fund.name,
                year=fund.year,
            ),
        )
    return int(typed)


def _kinds(draft: Draft) -> set[str]:
    """The kinds of cost among the lines that are begun, as typed."""
    begun = {row["cost_type"] for row in draft["lines"] if row["label"].strip() or row["amount"].strip()}
    return {draft["cost_type_all"]} if draft["cost_type_all"] else begun


def _source(reader: _Reader, draft: Draft, choices: Choices) -> tuple[OrganRef | None, FundRef | None, str]:
    """Deciding organ, set-aside money, and how it is financed in words; the first or the second must be there."""
    organ, fund = choices.organs.get(draft["organ"]), choices.funds.get(draft["fund"])
    money = choices.askable.get(draft["fund"])
    if money and (no := money.refusal(unit_id=choices.unit_id, cost_types=_kinds(draft), today=choices.today)):
        reader.refuse("fund", no)
    if draft["organ"] and not organ:
        reader.refuse("organ", _("Organet finns inte längre att välja. Välj ett annat."))
    if draft["fund"] and not fund:
        reader.refuse("fund", _("De avsatta medlen går inte längre att välja. Välj andra."))
    if not organ and not fund:
        reader.refuse("fund", _("Välj vilka avsatta medel äskandet gäller, eller vilket organ som ska besluta."), empty=True)
    missing = "" if fund else _("Skriv hur äskandet ska finansieras.")
    return organ, fund, reader.text("financing", draft["financing"], POINT, missing, lines=True)


def _date(reader: _Reader, typed: str, today: date) -> str:
    if not typed.strip():
        return today.isoformat()
    try:
        return date.fromisoformat(typed.strip()).isoformat()
    except ValueError:
        reader.refuse("date", _("Skriv datumet som år-månad-dag, till exempel %(today)s.", today=today.isoformat()))
        return ""


def _description(reader: _Reader, draft: Draft) -> tuple[str, tuple[Section, ...]]:
    text = reader.text("description", draft["description"], LONG, lines=True)
    sections = tuple(
        Section(
            reader.text(f"section_heading-{n}", row["heading"], SHORT),
            reader.text(f"section_text-{n}", row["text"], LONG, lines=True),
        )
        for n, row in enumerate(draft["sections"], 1)
        if row["heading"].strip() or row["text"].strip()
    )
    if not text and not any(section.text for section in sections):
        reader.refuse("description", _("Beskriv ärendet: varför pengarna behövs och vad de ska leda till."), empty=True)
    return text, sections


def _handler(reader: _Reader, draft: Draft) -> Handler:
    return Handler(
        name=reader.text("handler_name", draft["handler_name"], SHORT),
        role=reader.text("handler_role", draft["handler_role"], SHORT),
        phone=reader.text("handler_phone", draft["handler_phone"], SHORT),
        email=_email(reader, "handler_email", draft["handler_email"]),
    )


def _signatories(reader: _Reader, draft: Draft) -> tuple[Person, ...]:
    return tuple(
        Person(
            reader.text(f"signatory_name-{n}", row["name"], SHORT, _("Skriv namnet.")),
            reader.text(f"signatory_role-{n}", row["role"], SHORT),
        )
        for n, row in enumerate(draft["signatories"], 1)
        if row["name"].strip() or row["role"].strip()
    )


def _basis(reader: _Reader, draft: Draft) -> tuple[str, ...]:
    basis = tuple(reader.text(f"basis-{n}", typed, POINT) for n, typed in enumerate(draft["basis"], 1) if typed.strip())
    if not basis:
        reader.refuse("basis-1", _("Skriv minst ett beslutsunderlag, till exempel tjänsteskrivelsen med datum."), empty=True)
    return basis


@dataclass(frozen=True, slots=True)
class Reading:
    """A draft as far as it can be read. Only without ``problems`` (by field id) may ``content`` be submitted.

    ``empty`` are the problems where nothing wrong was written: what is there no more than begun.
    """

    content: Content
    problems: Mapping[str, str]
    empty: frozenset[str]


def read(draft: Draft, choices: Choices) -> Reading:
    """Read every field of ``draft``; nothing is raised and nothing guessed."""
    reader = _Reader()
    title = reader.text("title", draft["title"], SHORT, _("Skriv en rubrik som säger vad äskandet gäller."))
    organ, fund, financing = _source(reader, draft, choices)
    description, sections = _description(reader, draft)
    total, lines = _total(reader, draft), _lines(reader, draft, choices.today)
    _agree(reader, total, lines)
    copies = _recipients(reader, "copy", draft["copies"])
    information = _recipients(reader, "information", draft["information"])
    if not copies and not information:
        reader.refuse("copy_name-1", _("Skriv minst en mottagare som ska få beslutet."), empty=True)
    content = Content(
        title=title,
        unit=choices.unit,
        department=choices.department,
        organ=organ,
        points=_points(reader, draft),
        description=description,
        sections=sections,
        lines=lines,
        total=total,
        fund=fund,
        financing=financing,
        budget_year=_budget_year(reader, draft, choices, fund),
        basis=_basis(reader, draft),
        attachments=choices.attachments,
        copies=copies,
        information=information,
        redistribution=reader.answer("redistribution", draft["redistribution"], _(MISSING_REDISTRIBUTION)),
        secrecy=reader.answer("secrecy", draft["secrecy"], _(MISSING_SECRECY)),
        provision=reader.text("provision", draft["provision"], SHORT),
        receiver=reader.text("receiver", draft["receiver"], SHORT) or choices.unit,
        handler=_handler(reader, draft),
        date=_date(reader, draft["date"], choices.today),
        signatories=_signatories(reader, draft),
        requester=choices.requester,
        follows=choices.follows,
    )
    return Reading(content, reader.problems, frozenset(reader.empty))


def check(draft: Draft, choices: Choices) -> Content:
    """The content that may be submitted. Raises Invalid with every problem when anything does not hold."""
    reading = read(draft, choices)
    if reading.problems:
        raise Invalid(dict(reading.problems))
    return reading.content
