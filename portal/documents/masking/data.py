"""Masking a document of the portal's own: the data it is set from, with bars where something is hidden. Pure.

A hidden amount takes along what it could be counted out from: the same amount wherever it stands, the sum of its column, and
for a sum that was granted what is left of the money.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.documents.masking.choice import Choice
from portal.documents.masking.finding import Extent, Finder, merged, words_of
from portal.documents.masking.leaves import DROPPED, Leaf, Path, key_of, leaves, lines_in
from portal.documents.rendering import BAR
from portal.money.in_text import find_amounts
from portal.text import _

LONG_BAR = BAR + BAR
"""In the data, where the templates draw a bar: of the same length whatever it hides, the longer one for a whole line."""
IN_A_TITLE = "[maskad uppgift]"
_SAME_TEXT = 8  # characters; what is shorter stands in many places without being the same
_COLUMNS = (("requested", "requested_total"), ("granted", "granted_total"), ("amount", "total"))


@dataclass(frozen=True, slots=True)
class Masked:
    """What came of it. ``places`` counts the bars; ``missing`` are phrases that do not stand in the document; ``notes`` are
    sentences for whoever looks at the copy before it is made."""

    data: dict[str, Any]
    places: int
    missing: tuple[str, ...]
    notes: tuple[str, ...]
    hidden: str = field(repr=False)
    """What was hidden, for finding it where it should not be. Never stored."""
    shown: str = field(repr=False)


def masked(data: Mapping[str, Any], choice: Choice) -> Masked:
    """The data of a copy in which what is chosen is hidden."""
    found, finder = leaves(data), Finder(choice.phrases)
    amounts = _hidden_amounts(found, choice, finder)
    hidden, shown, lines = [], [], []
    replaced: dict[Path, str] = {}
    met: set[str] = set()
    places = 0
    for leaf in found:
        met |= set(finder.found(leaf.shown))
        bars = _bars(leaf, choice, finder, amounts)
        if bars:
            replaced[leaf.path] = _barred(leaf, bars)
            hidden += [leaf.shown[start:end] for (start, end), _bar in bars]
            lines += [leaf.shown[start:end] for (start, end), bar in bars if bar == LONG_BAR]
        places += len(bars)
        shown.append(str(replaced.get(leaf.path, leaf.shown)))
    visible = "\n".join(shown)
    return Masked(
        data=_rebuilt(data, replaced, ()),
        places=places,
        missing=tuple(phrase for phrase in choice.phrases if phrase not in met),
        notes=tuple(_notes(found, choice, amounts, visible, lines)),
        hidden="\n".join(hidden),
        shown=visible,
    )


def _bars(leaf: Leaf, choice: Choice, finder: Finder, amounts: "_Amounts") -> list[tuple[Extent, str]]:
    """What is hidden of the leaf, in order, and with which bar."""
    whole = [((0, len(leaf.shown)), BAR)]
    if leaf.kind == "amount":
        return whole if leaf.path in amounts.paths else []
    if leaf.kind != "text":
        return whole if key_of(leaf.path) in choice.passages or finder.found(leaf.shown) else []
    lines = [(start, end) for n, start, end in lines_in(leaf.shown) if key_of(leaf.path, n) in choice.passages]
    inside = [*finder.extents(leaf.shown), *_amounts_in(leaf.shown, amounts.values)]
    return [(each, LONG_BAR if each in lines else BAR) for each in merged([*inside, *lines])]


def _barred(leaf: Leaf, bars: Iterable[tuple[Extent, str]]) -> str:
    """The text with bars; a bar that someone wrote is none."""
    parts, at = [], 0
    for (start, end), bar in bars:
        parts += [_plain(leaf.shown[at:start]), bar]
        at = end
    return "".join([*parts, _plain(leaf.shown[at:])])


def _plain(text: str) -> str:
    return text.replace(BAR, f"[U+{ord(BAR):04X}]")


def _rebuilt(value: Any, replaced: Mapping[Path, str], path: Path) -> Any:
    if path in replaced:
        return replaced[path]
    if isinstance(value, Mapping):
        return {
            str(key): None if key in DROPPED else _rebuilt(item, replaced, (*path, str(key))) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_rebuilt(item, replaced, (*path, at)) for at, item in enumerate(value)]
    return _plain(value) if isinstance(value, str) else value


# Amounts


@dataclass(frozen=True, slots=True)
class _Amounts:
    """The hidden ones: where they stand, and which amounts are hidden also in texts. ``sums`` whether a sum went with them,
    ``open_sums`` whether one is hidden whose rows are not."""

    paths: frozenset[Path]
    values: frozenset[int]
    sums: bool
    open_sums: bool


def _hidden_amounts(found: list[Leaf], choice: Choice, finder: Finder) -> _Amounts:
    amounts = [leaf for leaf in found if leaf.kind == "amount"]
    chosen = {leaf.path for leaf in amounts if key_of(leaf.path) in choice.passages or finder.found(leaf.shown)}
    values = {int(leaf.value) for leaf in amounts if leaf.path in chosen and leaf.value}
    alike = chosen | {leaf.path for leaf in amounts if leaf.value in values}
    sums = _sums(amounts, alike)
    hidden = alike | sums | _left(amounts, alike | sums)
    values |= {int(leaf.value) for leaf in amounts if leaf.path in sums and leaf.value}
    return _Amounts(frozenset(hidden), frozenset(values), hidden != chosen, _counted_out(amounts, hidden))


def _sums(amounts: list[Leaf], hidden: set[Path]) -> set[Path]:
    """The sums from which a hidden amount could be counted out, since the other rows of the column are shown."""
    totals = {
        total for column, total in _COLUMNS if any(path[0] == "lines" and path[-1] == column for path in hidden)
    }  # fmt: skip
    return {leaf.path for leaf in amounts if len(leaf.path) == 1 and leaf.path[0] in totals}


def _left(amounts: list[Leaf], hidden: set[Path]) -> set[Path]:
    """What is left of the money before and after, which would tell what was granted."""
    if ("granted_total",) not in hidden:
        return set()
    return {leaf.path for leaf in amounts if leaf.path[-1] in ("left_before", "left_after")}


def _counted_out(amounts: list[Leaf], hidden: set[Path]) -> bool:
    """Whether a hidden sum can be counted out, since every row of its column is shown."""
    for column, total in _COLUMNS:
        rows = [leaf.path for leaf in amounts if leaf.path[0] == "lines" and leaf.path[-1] == column]
        if (total,) in hidden and rows and not any(path in hidden for path in rows):
            return True
    return False


def _amounts_in(text: str, values: frozenset[int]) -> list[Extent]:
    return [(each.start, each.end) for each in find_amounts(text, bare=True) if each.kronor in values] if values else []


# What whoever looks at the copy should know


def _notes(found: list[Leaf], choice: Choice, amounts: _Amounts, visible: str, lines: list[str]) -> Iterable[str]:
    if amounts.sums:
        yield _(
            "Summor och andra belopp som det dolda beloppet kan räknas ut av är också maskade, liksom samma belopp i texten."
        )
    if amounts.open_sums:
        yield _("Summan kan räknas ut av raderna, som syns. Maska också raderna om summan ska vara dold.")
    again = _stands_again(visible, lines)
    if again:
        yield _("Det här stycket är maskat men står också på ett annat ställe, där det syns: ”%(text)s”.", text=again)
    within = Finder(choice.phrases).also_within("\n".join(leaf.shown for leaf in found))
    if within:
        yield part_of_others(within)


def part_of_others(words: list[str]) -> str:
    """The sentence about longer words of which what is hidden is only a part."""
    return _(
        "De här orden innehåller ett uttryck som maskas, men maskas inte själva: %(words)s. "
        "Skriv dem på egna rader om de ska döljas.",
        words=", ".join(words[:10]),
    )


def _stands_again(visible: str, lines: list[str]) -> str:
    for line in lines:
        if len(line.strip()) >= _SAME_TEXT and Finder((line,)).found(visible):
            return " ".join(line.split())[:80]
    return ""


def title_without(title: str, hidden: str, shown: str, finder: Finder) -> str:
    """A title in which nothing hidden stands: no phrase, no hidden line, and no word that is only in what was hidden."""
    words = words_of(title) & (words_of(hidden) - words_of(shown))
    bars = [*finder.extents(title), *Finder({*words, *hidden.splitlines()}).extents(title)]
    parts, at = [], 0
    for start, end in merged(bars):
        parts += [title[at:start], IN_A_TITLE]
        at = end
    return "".join([*parts, title[at:]])
