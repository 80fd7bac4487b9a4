"""What a document leaves open: a range, two totals, two spellings, a date nobody labelled. Offered, never chosen."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from portal.documents.reading.amounts_in import amounts_in
from portal.documents.reading.shapes import Doubt, Option, Span
from portal.money import Found, format_kronor
from portal.text import _

_BETWEEN = re.compile(r"\s?[-–—−‐]\s?|\s+(?:till|och|eller)\s+|^mellan\s+", re.I)  # of the two ends of a range
_GROUP = re.compile(r"(\d{1,3})[.,](\d{3})(?!\d)")


def amounts_offered(kronor: Iterable[tuple[int, Span | None]]) -> tuple[Option, ...]:
    """Each amount once, as an option with the passage it stands in."""
    spans: dict[int, Span | None] = {}
    for amount, span in kronor:
        spans[amount] = spans.get(amount) or span
    return tuple(Option(str(amount), format_kronor(amount), span) for amount, span in spans.items())


def about_amount(sentence: str, kronor: Iterable[tuple[int, Span | None]]) -> Doubt:
    """A doubt about the total, with the amounts it may be."""
    return Doubt("amount_total_sek", sentence, amounts_offered(kronor))


def contradiction(stated: int, total: int, spans: Sequence[Span | None] = (None, None)) -> Doubt:
    """A stated total against what the rows add up to: both are shown, none is chosen."""
    sentence = _(
        "Angivet belopp är %(stated)s men raderna blir %(sum)s. Skillnaden är %(gap)s.",
        stated=format_kronor(stated),
        sum=format_kronor(total),
        gap=format_kronor(abs(stated - total)),
    )
    return about_amount(sentence, zip((stated, total), spans, strict=True))


def of_found(found: Found, span: Span) -> Doubt | None:
    """Why an amount in running text is not one certain amount, with what it may be; None where it is certain."""
    written = " ".join(found.as_written.split())
    if found.is_range:
        sentence = _("”%(text)s” är ett intervall. Ange ett belopp.", text=written)
    elif found.period:
        sentence = _("”%(text)s” gäller %(period)s. Ange hela beloppet.", text=found.as_written, period=found.period)
    elif found.kronor is None or found.kronor < 0:
        sentence = _("”%(text)s” kan inte läsas som ett säkert belopp. Ange det själv.", text=written)
    else:
        return None
    return about_amount(sentence, ((amount, span) for amount in _possible(found, written)))


def _possible(found: Found, written: str) -> list[int]:
    if found.is_range:
        return _ends(written)
    if found.period and found.kronor is not None:
        return [found.kronor]
    group = _GROUP.search(written)
    if found.kronor is None and group:  # "1.500 tkr": thousands apart, or decimals
        unit = next((each.kronor for each in amounts_in(f"1{written[group.end() :]}") if each.kronor), None)
        whole, decimal = int(group[1] + group[2]), int(group[1]) * 1000 + int(group[2])
        if unit is None:
            return [whole, decimal * 1000]
        return [whole * unit, decimal * unit // 1000] if unit > 1 else [whole]
    return []


def _ends(written: str) -> list[int]:
    """The two ends of a range; the first has the unit of the second where it names none."""
    sides = [side for side in _BETWEEN.split(written) if side.strip()]
    if len(sides) != 2:
        return []
    last = amounts_in(sides[1], bare=True)
    own = re.search(r"[^\W\d]", sides[0])
    unit_words = re.sub(r"^[\d\s.,]+", "", sides[1])
    low = amounts_in(sides[0] if own else f"{sides[0]} {unit_words}", bare=True)
    ends = [each[0].kronor for each in (low, last) if each and each[0].kronor is not None]
    if len(ends) == 2 and ends[0] * 100 < ends[1]:  # 300-350 000 kr
        ends[0] *= 1000
    return ends


def two_titles(title: str, other: str, spans: Sequence[Span | None]) -> Doubt:
    """The head spells the title in one way, the decision basis in another."""
    sentence = _("Ärendets rubrik är stavad på två sätt: ”%(one)s” och ”%(two)s”.", one=title, two=other)
    return Doubt("title", sentence, (Option(title, title, spans[0]), Option(other, other, spans[1])))


def of_dates(dates: Sequence[tuple[str, Span]], *, chosen: bool, labelled: bool) -> Doubt | None:
    """Two dates of equal standing, or one that no label says is the document's."""
    options = {iso: Option(iso, iso, span) for iso, span in reversed(dates)}
    offered = tuple(sorted(options.values(), key=lambda option: option.span or Span(0, 0)))
    if len(offered) > 1:
        named = _(" och ").join(option.shown for option in offered)
        return Doubt("date", _("Dokumentet har flera datum: %(dates)s.", dates=named), offered)
    if offered and chosen and not labelled:
        return Doubt("date", _("Datumet %(date)s står utan rubrik.", date=offered[0].shown), offered)
    return None


def of_year(years: Sequence[tuple[int, Span | None]]) -> Doubt | None:
    """A year that the document mentions without saying that it is the budget's."""
    offered = {year: Option(str(year), str(year), span) for year, span in reversed(years)}
    if not offered:
        return None
    ordered = tuple(offered[year] for year in sorted(offered))
    if len(ordered) == 1:
        sentence = _("Budgetåret sägs inte rakt ut. Texten nämner %(year)s.", year=ordered[0].shown)
    else:
        sentence = _("Texten nämner flera år: %(years)s.", years=", ".join(option.shown for option in ordered))
    return Doubt("budget_year", sentence, ordered)


def of_title(title: str, span: Span | None, total: int, of_total: Span | None) -> Doubt | None:
    """The title asks for one amount and the points for another: both are shown, none is chosen."""
    named = [found for found in amounts_in(title) if found.kronor and not found.period]
    if len(named) != 1 or named[0].kronor in (None, total):
        return None
    in_title = named[0].kronor or 0
    sentence = _("Rubriken säger %(title)s men förslaget %(total)s.", title=format_kronor(in_title), total=format_kronor(total))
    return about_amount(sentence, ((in_title, span), (total, of_total)))


def of_source(found: Sequence[tuple[str, Span]]) -> Doubt | None:
    """Financing that the description mentions and the proposal does not: offered."""
    options = {source: Option(source, source, span) for source, span in reversed(found)}
    if not options:
        return None
    sentence = _("Förslaget säger inte hur beloppet ska finansieras. Beskrivningen nämner detta.")
    return Doubt("funding_source", sentence, tuple(reversed(options.values())))


def passage_of(kronor: int, span: Span, text: str) -> Span:
    """Where within a passage the amount itself stands; the whole passage where it is not written as such."""
    for found in amounts_in(text[span.start : span.end], bare=True):
        if found.kronor == kronor or (found.is_range and kronor in _ends(" ".join(found.as_written.split()))):
            return Span(span.start + found.start, span.start + found.end)
    return span


def narrowed(doubt: Doubt, text: str) -> Doubt:
    """The doubt with each amount's own passage."""
    if doubt.field != "amount_total_sek":
        return doubt
    options = (
        replace(option, span=passage_of(int(option.value), option.span, text)) if option.span else option
        for option in doubt.options
    )
    return replace(doubt, options=tuple(options))
