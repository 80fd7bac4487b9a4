"""The money of a document: its total, its lines, and what does not add up.

A stated total wins; without one the points are summed. A range, and a stated total that its lines contradict, leave the
total open with a warning: the person decides, not the program.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.documents.reading.amounts_in import amounts_in
from portal.documents.reading.doubts import about_amount, contradiction, of_found
from portal.documents.reading.line_list import LineList, same_amounts, unit_in
from portal.documents.reading.parties import receiver
from portal.documents.reading.points import Point
from portal.documents.reading.shapes import BudgetLine, Doubt, Span
from portal.money import MoneyError, parse
from portal.text import _

_REQUEST = re.compile(
    r"\b(?:äskar|äskas|begär(?!an)|begärs|begärt|ansöker om|ansökt om|söker|hemställer|äskandet|begäran om|ansökan om|"
    r"behov av|beviljas)\b",
    re.I,
)


LABELLED = re.compile(
    r"\b((?:begärt|äskat|sökt|ansökt) belopp[^:\n]{0,25}):\s*([^:\n]{1,40}?(?::[-–−])?)(?=$|[.;](?!\d)|\s(?-i:[A-ZÅÄÖ]))", re.I
)


@dataclass
class Money:
    """Total and lines as far as they are certain, with the warnings."""

    total: int | None = None
    lines: list[BudgetLine] = field(default_factory=list)
    total_spans: list[Span] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def add(self, doubt: Doubt) -> None:
        """Leave something open: offered as a doubt, said as a warning."""
        self.doubts.append(doubt)
        self.warnings.append(doubt.sentence)


def _others(lists: Sequence[LineList], total: int | None, body: Sequence[tuple[str, Span]]) -> list[LineList]:
    """The lists, without those whose difference from the total the text explains: a cost that is paid in part elsewhere."""
    if total is None:
        return list(lists)
    said = [(abs(found.kronor), span) for text, span in body for found in amounts_in(text) if found.kronor]
    kept = []
    for each in lists:
        outside = {amount for amount, span in said if span.end < each.span.start or each.span.end < span.start}
        if each.sum == total or not outside & {each.sum, abs(each.sum - total)}:
            kept.append(each)
    return kept


def settle(points: Sequence[Point], lists: Sequence[LineList], body: Sequence[tuple[str, Span]]) -> Money:
    """Weigh the points, the lists and the running text against each other."""
    asking = [point for point in points if point.asks]
    money = Money()
    if not asking:
        money = _from_body(body)
        return _with_list(money, lists) if money.total is not None or not money.warnings else money
    if len(asking) == 1 or _repeats(asking):
        money = _from_one(asking[0], lists)
        return _with_list(money, _others(lists, money.total, body))
    return _from_many(asking, lists)


def _repeats(asking: Sequence[Point]) -> bool:
    """Two points about the same money: the second names the same amount and no other receiver."""
    amounts = {found.kronor for point in asking for found in point.own_amounts()}
    receivers = {receiver(point) for point in asking} - {None}
    return len(amounts) == 1 and len(receivers) <= 1


def _from_one(point: Point, lists: Sequence[LineList]) -> Money:
    """The total that one point names; several amounts are one total when they, or a list, add up to it."""
    own = point.own_amounts()
    money = Money(total_spans=[point.span])
    certain = [found for found in own if of_found(found, point.span) is None]
    for found in own:
        doubt = of_found(found, point.span)
        if doubt:
            money.add(doubt)
        money.warnings += found.warnings if found.kronor is not None else ()
    values = [found.kronor or 0 for found in certain]
    if len(certain) < len(own) or not values:
        return money
    if len(set(values)) == 1 or values[0] == sum(values[1:]):
        money.total = values[0]
    elif values[-1] == sum(values[:-1]) and point.states_total:  # A 45 000, B 30 000, totalt 75 000
        money.total = values[-1]
    elif any(found.sum == sum(values) and not found.about_else for found in lists):
        money.total = sum(values)  # 700 tkr from one fund and 300 tkr from another
    else:
        sentence = _("Förslaget nämner flera belopp. Ange vilket som begärs.")
        money.add(about_amount(sentence, ((value, point.span) for value in values)))
    return money


def _from_many(asking: Sequence[Point], lists: Sequence[LineList]) -> Money:
    """Several points that each ask for an amount: they are the lines, and their sum is the total."""
    money = Money(total_spans=[point.span for point in asking])
    stated: int | None = None
    stated_span: Span | None = None
    complete = True
    for point in asking:
        own = point.own_amounts()
        doubts = [doubt for found in own if (doubt := of_found(found, point.span))]
        for doubt in doubts:
            money.add(doubt)
        if len(own) != 1 or doubts:
            complete = False
            if not doubts:
                sentence = _("En punkt nämner flera belopp. Ange vilket som begärs.")
                money.add(about_amount(sentence, ((found.kronor or 0, point.span) for found in own)))
            continue
        amount = own[0].kronor or 0
        if point.states_total and stated is None:
            stated, stated_span = amount, point.span
            continue
        money.lines.append(BudgetLine(receiver(point) or point.text[:200], amount, own[0].as_written, point.span))
    total = sum(line.amount_sek or 0 for line in money.lines)
    money.total = (stated if stated is not None else total) if complete else None
    if complete and stated is not None and money.lines and stated != total:
        _contradiction(money, stated, total, (stated_span, money.lines[0].span))
    return _against_lists(money, total, lists)


def _against_lists(money: Money, total: int, lists: Sequence[LineList]) -> Money:
    """Prefer a finer list of the same money to the points; note a list of the points that does not agree with them."""
    for found in lists:
        if same_amounts(found.rows, money.lines):
            if found.stated is not None and found.stated != total:
                _contradiction(money, found.stated, total, (found.stated_span, found.span))
            return money
    for found in lists:
        if found.sum == total and not found.about_else and money.total is not None:
            money.lines = list(found.rows)
            return money
        shared = {row.amount_sek for row in found.rows} & {line.amount_sek for line in money.lines}
        if found.stated not in (None, total) and len(shared) * 2 > len(money.lines):
            _contradiction(money, found.stated or 0, total, (found.stated_span, None))
            return money
    return money


def _with_list(money: Money, lists: Sequence[LineList]) -> Money:
    """Lines from the list that belongs to the one stated total."""
    total = money.total
    if total is None:
        certain = [found for found in lists if not found.about_else and not _unit_missing(found)]
        own = min(certain, key=lambda found: found.rank, default=None)
        if own and not money.warnings:
            money.lines = list(own.rows)
            money.total_spans = [row.span for row in own.rows]
            if own.stated is not None and own.stated != own.sum:
                _contradiction(money, own.stated, own.sum, (own.stated_span, own.span))
            elif not own.odd:
                money.total = own.sum
        elif own:
            money.lines = list(own.rows)
        elif not money.warnings:
            _offer_units(money, [found for found in lists if not found.about_else])
        return money
    scaled = [found.times(factor) for found in lists if found.bare for factor in (1_000, 1_000_000)]
    agreeing = [found for found in [*lists, *scaled] if found.sum == total and not found.odd]
    for found in sorted(agreeing, key=lambda found: found.about_else):
        if sum(row.amount_sek is not None for row in found.rows) > 1 or len(found.rows) > 1:
            money.lines = list(found.rows)
            if found.stated is not None and found.stated != total:
                _contradiction(money, found.stated, total, (found.stated_span, money.total_spans[0]))
            return money
    for found in lists:
        of_others = (
            found.about_else or found.columns > 1 or (any(row.amount_sek == total for row in found.rows) and found.sum > total)
        )
        of_others = of_others or not _comparable(found, total)
        if found.stated == total or not (of_others or _unit_missing(found)):
            money.lines = list(found.rows)
            if found.sum != total:
                _contradiction(money, total, found.sum, (money.total_spans[0], found.span))
            return money
    return money


def _comparable(found: LineList, total: int) -> bool:
    """True where a list may be meant to add up to the total: of other sums it is about other money."""
    return 2 * found.sum > total and found.sum < 2 * total


def _offer_units(money: Money, lists: Sequence[LineList]) -> None:
    """The sum of a list that names no unit, in kronor and in thousands."""
    for found in lists[:1]:
        sums = ((found.sum, found.span), (found.sum * 1_000, found.span))
        money.add(about_amount(_("Beloppen i listan saknar enhet. Ange det sammanlagda beloppet."), sums))


def _unit_missing(found: LineList) -> bool:
    """Small numbers in a column that names no unit: kronor or thousands, nobody can tell."""
    return found.bare and all((row.amount_sek or 0) < 10_000 for row in found.rows)


def _contradiction(money: Money, stated: int, total: int, spans: Sequence[Span | None] = (None, None)) -> None:
    money.total = None
    money.add(contradiction(stated, total, spans))


def _from_label(labelled: re.Match[str], span: Span) -> Money:
    """The amount of a form field: ``Begärt belopp, kronor: 425 000``."""
    try:
        return Money(parse(labelled[2].strip(), unit=unit_in(labelled[1])).kronor, total_spans=[span])
    except MoneyError as error:
        return Money(warnings=[str(error)])


def _from_body(body: Sequence[tuple[str, Span]]) -> Money:
    """The one amount that the running text asks for, when the points name none."""
    asked: dict[int, Span] = {}
    money = Money()
    for text, span in body:
        labelled = LABELLED.search(text)
        if labelled:
            return _from_label(labelled, span)
    for text, span in body:
        for sentence in re.split(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])", text):
            if not _REQUEST.search(sentence):
                continue
            found = amounts_in(sentence)
            for each in found:
                doubt = of_found(each, span)
                if doubt:
                    money.add(doubt)
            if len(found) == 1 and found[0].kronor is not None and not found[0].period:
                asked[found[0].kronor] = span
    if len(asked) == 1 and not money.warnings:
        money.total, span = next(iter(asked.items()))
        money.total_spans = [span]
    elif len(asked) > 1:
        money.add(about_amount(_("Texten nämner flera begärda belopp. Ange vilket som gäller."), asked.items()))
    return money
