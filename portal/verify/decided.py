"""What was decided, out of the log entry's body, and whether the pages say the same. Pure, standard library only.

The pages are held against what the decision's template prints of the entry: numbers and date, outcome and sums, the text
of the decision, each line with its amounts, the reason, and the money. White space says nothing and is left out. Of a
secret case the entry holds numbers and no texts, so there the texts are passed over.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

from portal.verify.verdict import Decided, DecidedLine

PARAGRAPH = "\n\n"  # between the points of a decision's text
_MOST_TRIES = 20
_LONGEST_ASSESSMENT = 600  # characters without spaces
_CODE_POINT = re.compile(r"\[U\+([0-9A-F]{4,6})\]")
_UNSEEN = re.compile("[\\s\u00ad\u200b-\u200d\u2060\ufeff\ufe00-\ufe0f]+")
_MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
_TYPES = {
    "delegationsbeslut": "Delegationsbeslut",
    "verkställighet": "Fördelning av medel – verkställighet",
    "politiskt beslut": "Beslut av ",  # the organ
}
_OUTCOMES = {"granted": "Beviljat", "partly": "Delvis beviljat", "rejected": "Avslaget"}
_MOVES = {
    "free": "Medel får omfördelas mellan raderna inom beviljat belopp.",
    "capped": "Medel får omfördelas mellan raderna inom beviljat belopp, högst {cap}.",
    "none": "Medel får inte omfördelas mellan raderna.",
}
_ASSESSMENT = "Kamerabevakning. Bedömning enligt 9 § kamerabevakningslagen"


class NotThisDecision(ValueError):
    """The entry is no decision's, or the pages say something else; ``str(error)`` is a Swedish sentence."""


def squeezed(text: str) -> str:
    """Text as it is compared: composed, without what is not seen; a character printed as its code point is itself."""
    shown = _CODE_POINT.sub(_character, _UNSEEN.sub("", text))
    return _UNSEEN.sub("", unicodedata.normalize("NFC", shown))


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    known = code < 0x20 or 0x7F <= code < 0xD800 or 0xE000 <= code < 0x110000  # a letter is never printed so
    return chr(code) if known else found[0]


def day(iso: str) -> str:
    """``9 oktober 2025``. Raises ValueError for what is no ISO date."""
    found = date.fromisoformat(iso)
    return f"{found.day} {_MONTHS[found.month - 1]} {found.year}"


def kronor(amount: int) -> str:
    """``1 000 000 kr``, as it is printed."""
    return f"{'−' if amount < 0 else ''}{abs(amount):,} kr".replace(",", "\u00a0").replace(" ", "\u00a0")


def read_body(body: str) -> tuple[Decided, dict[str, Any]]:
    """What was decided, and the whole entry. Raises NotThisDecision when it is not a decision's entry."""
    try:
        entry = json.loads(body)
        lines = tuple(DecidedLine(**{name: each[name] for name in DecidedLine.__dataclass_fields__}) for each in entry["lines"])
        decided = Decided(
            number=entry["decision"],
            case_number=entry["number"],
            decided_on=entry["decided_on"],
            capacity=entry["capacity"],
            outcome=entry["outcome"],
            requested=entry["requested"],
            granted=entry["granted"],
            lines=lines,
            text=entry["text"],
            reason=entry["reason"],
            is_secret=not entry["text"],
        )
        _check_kinds(decided, entry)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise NotThisDecision("Loggposten är inte ett besluts.") from error
    return decided, entry


def _check_kinds(decided: Decided, entry: dict[str, Any]) -> None:
    texts = [decided.number, decided.case_number, decided.decided_on, decided.text, decided.reason, entry["financing"]]
    texts += [text for line in decided.lines for text in (line.label, line.condition)]
    amounts = [decided.granted, *(amount for amount in (decided.requested, entry["left_before"], entry["left_after"]))]
    amounts += [amount for line in decided.lines for amount in (line.requested, line.granted)]
    right = (
        all(type(text) is str for text in texts)
        and all(amount is None or type(amount) is int for amount in amounts)
        and type(decided.granted) is int
        and decided.capacity in _TYPES
        and decided.outcome in _OUTCOMES
        and entry["redistribution"] in _MOVES
    )
    if not right or day(decided.decided_on) == "":
        raise ValueError("a value of the entry is of another kind")


class _Text:
    """The text of the pages, read from the front."""

    def __init__(self, text: str, at: int = 0) -> None:
        self.text = text
        self.at = at

    def take(self, wanted: str, told: str) -> None:
        """Go past ``wanted``, which must stand here. Raises NotThisDecision with ``told``."""
        plain = squeezed(wanted)
        if not self.text.startswith(plain, self.at):
            raise NotThisDecision(told)
        self.at += len(plain)

    def find(self, wanted: str, told: str, within: int | None = None) -> None:
        """Go past the next ``wanted``. Raises NotThisDecision with ``told``."""
        plain = squeezed(wanted)
        end = len(self.text) if within is None else self.at + within + len(plain)
        found = self.text.find(plain, self.at, end)
        if found < 0:
            raise NotThisDecision(told)
        self.at = found + len(plain)

    def has(self, wanted: str) -> bool:
        """Whether ``wanted`` stands here."""
        return self.text.startswith(squeezed(wanted), self.at)


def compare(flow: str, decided: Decided, entry: dict[str, Any]) -> None:
    """Hold the pages' text (in the order it is drawn, without heads and feet) against the entry.

    Raises NotThisDecision with the sentence on what differs.
    """
    text = _Text(squeezed(flow))
    numbers = f"Diarienummer {decided.case_number} Beslutsnummer {decided.number}"
    text.find(f"Datum {day(decided.decided_on)} {numbers}", "Datum, diarienummer eller beslutsnummer är ett annat i loggen.")
    asked = "" if decided.requested is None else f"Äskat {kronor(decided.requested)}"
    summary = f"Utfall {_OUTCOMES[decided.outcome]} Beviljat {kronor(decided.granted)} {asked} Beslut"
    failure = NotThisDecision("Utfallet eller summan är en annan i loggen.")
    for start in _places(text.text, text.at, f"{_TYPES[decided.capacity]}", summary):
        try:
            _compare_rest(_Text(text.text, start), decided, entry)
        except NotThisDecision as error:
            failure = error
        else:
            return
    raise failure


def _places(text: str, at: int, heading: str, summary: str) -> Iterator[int]:
    """Where the summary may end: the title, which stands before it, can say the same words."""
    at = text.find(squeezed(heading), at)
    plain = squeezed(summary)
    for _try in range(_MOST_TRIES):
        at = text.find(plain, at) if at >= 0 else -1
        if at < 0:
            return
        yield at + len(plain)
        at += 1


def _compare_rest(text: _Text, decided: Decided, entry: dict[str, Any]) -> None:
    """From the heading *Beslut* on."""
    if not decided.is_secret:
        points = [point for point in decided.text.split(PARAGRAPH) if squeezed(point)]
        for number, point in enumerate(points, 1):
            text.take(f"{number}. {point}" if len(points) > 1 else point, "Beslutstexten är en annan i loggen.")
        text.take("Belopp Rad Äskat Beviljat", "Beslutstexten är en annan i loggen.")
    else:
        text.find("Belopp Rad Äskat Beviljat", "Beloppen saknas.")
    _compare_lines(text, decided)
    if decided.reason:
        text.take(f"Skäl {decided.reason}", "Skälen är andra i loggen.")
    if entry["no_statement_reason"]:
        text.take(
            f"Beslut utan det yttrande som krävs {entry['no_statement_reason']}",
            "Varför yttrande saknas är ett annat i loggen.",
        )
    _compare_money(text, decided, entry)


def _compare_lines(text: _Text, decided: Decided) -> None:
    conditions = any(squeezed(line.condition) for line in decided.lines)
    if conditions:
        text.take("Villkor", "Villkoren är andra i loggen.")
    whole = "ej beloppsatt" if decided.requested is None else kronor(decided.requested)
    priced = any(line.requested is not None for line in decided.lines)
    told = "Raderna med belopp är andra i loggen."
    if not priced:
        text.take(f"Hela äskandet {whole} {kronor(decided.granted)}", told)
    for line in decided.lines:
        _compare_line(text, line, decided.is_secret)
    if priced:
        (text.find if decided.is_secret else text.take)(f"Summa {whole} {kronor(decided.granted)}", told)


def _compare_line(text: _Text, line: DecidedLine, is_secret: bool) -> None:
    if line.requested is None:
        amounts = "ej beloppsatt ingår" if line.included else "ej beloppsatt ingår inte"
    else:
        amounts = f"{kronor(line.requested)} {kronor(line.granted or 0)}"
    told = f"Raden {line.label or 'utan namn'} är en annan i loggen."
    if is_secret:
        text.find(amounts, told)
        return
    text.take(line.label, told)
    if text.has(_ASSESSMENT) and not text.has(amounts):
        text.find(amounts, told, within=_LONGEST_ASSESSMENT)
    else:
        text.take(amounts, told)
    text.take(line.condition, told)


def _compare_money(text: _Text, decided: Decided, entry: dict[str, Any]) -> None:
    """What is left of the money set aside, whether money may move between lines, and when it is reported back."""
    left = entry["left_before"], entry["left_after"]
    if None not in left:
        told = "Vad som är kvar av medlen är ett annat i loggen."
        text.find(f"Kvar att fördela {kronor(left[0])} före beslutet, {kronor(left[1])} efter", told)
    if entry["financing"]:
        text.find(f"Finansiering {entry['financing']}", "Finansieringen är en annan i loggen.")
    told = "Om medel får omfördelas är ett annat i loggen."
    cap = entry["redistribution_cap"]
    text.find("Omfördelning " + _MOVES[entry["redistribution"]].format(cap=kronor(cap or 0)), told)
    if decided.granted:
        by = entry["report_by"]
        report = f"lämnas senast den {day(by)}." if by else "krävs inte."
        text.take(f"Slutredovisning Slutredovisning {report}", "Om medlen ska slutredovisas är ett annat i loggen.")


def compare_proof(flow: str, entry: int, size: int, root: str, key: str) -> None:
    """Hold what the proof says to people against what it says to machines. Raises NotThisDecision."""
    plain = squeezed(flow)
    said = f"Post i loggen {entry:,} Loggens storlek {size:,} {'post' if size == 1 else 'poster'} Rothash {root}".replace(
        ",", ""
    )
    place = plain.rfind(squeezed("Bevis ur loggen"))
    if place < 0 or squeezed(said) not in plain[place:] or squeezed(f"Loggens offentliga nyckel {key}") not in plain[place:]:
        raise NotThisDecision("Beviset säger en sak för människor och en annan för datorer.")
