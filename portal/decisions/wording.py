"""The words of a decision: the text proposed from the request's own, and the sentence that says what will happen. Pure."""

from collections.abc import Sequence

from portal.decisions.answer import AskedLine, LineAnswer, outcome
from portal.decisions.models import Outcome
from portal.money import find_amounts, format_kronor
from portal.text import _

PARAGRAPH = "\n\n"

OUTCOMES: dict[Outcome, str] = {
    Outcome.GRANTED: "Beviljat",
    Outcome.PARTLY: "Delvis beviljat",
    Outcome.REJECTED: "Avslaget",
}


class _Granted:
    """What an amount of the request became: the total first, then each line with that amount in its order."""

    def __init__(self, requested: int, granted: int, asked: Sequence[AskedLine], lines: Sequence[LineAnswer]) -> None:
        self._total = (requested, granted)
        self._lines: dict[int, list[int]] = {}
        for line, answer in zip(asked, lines, strict=True):
            if line.requested is not None:
                self._lines.setdefault(line.requested, []).append(answer.granted or 0)

    def of(self, amount: int) -> int | None:
        if amount == self._total[0]:
            return self._total[1]
        left = self._lines.get(amount)
        if not left:
            return None
        # Two lines may ask for the same amount: the text names them in their order, the last one any further time.
        return left.pop(0) if len(left) > 1 else left[0]


def _with_granted(point: str, granted: _Granted) -> str:
    pieces, at = [], 0
    for found in find_amounts(point):
        new = None if found.kronor is None else granted.of(found.kronor)
        if new is None:
            continue
        pieces += [point[at : found.start], format_kronor(new)]
        at = found.end
    return "".join(pieces) + point[at:]


def proposed_text(points: Sequence[str], *, requested: int, asked: Sequence[AskedLine], lines: Sequence[LineAnswer]) -> str:
    """The decision in the request's own words, its amounts set to the granted ones; points parted by an empty line.

    Amounts that are neither the requested total nor a line's are left as they are written.
    """
    if outcome(asked, lines) is Outcome.REJECTED:
        return _("Äskandet avslås.")
    granted = _Granted(requested, sum(line.granted or 0 for line in lines), asked, lines)
    return PARAGRAPH.join(_with_granted(point.strip(), granted) for point in points if point.strip())


def points_of(text: str) -> list[str]:
    """The points of a decision text: its paragraphs."""
    return [point.strip() for point in text.split(PARAGRAPH) if point.strip()]


def what_happens(*, granted: int, requested: int, fund: str | None, left_after: int | None, recipients: int) -> str:
    """The sentence that stands at the confirmation, before the one on jäv."""
    copies = _("1 mottagare") if recipients == 1 else _("%(n)s mottagare", n=recipients)
    if granted == 0:
        first = _("Du beviljar inga pengar av äskade %(requested)s.", requested=format_kronor(requested))
    elif fund is None or left_after is None:
        first = _(
            "Du beviljar %(granted)s av %(requested)s.",
            granted=format_kronor(granted),
            requested=format_kronor(requested),
        )
    else:
        first = _(
            "Du beviljar %(granted)s av %(requested)s ur %(fund)s (kvar att fördela: %(left)s).",
            granted=format_kronor(granted),
            requested=format_kronor(requested),
            fund=fund,
            left=format_kronor(left_after),
        )
    return f"{first} " + _("Ekonomi expedierar beslutet till %(copies)s.", copies=copies)


def button(granted: int, *, includes_unpriced: bool) -> str:
    """The verb on the button that decides."""
    if granted:
        return _("Bevilja %(granted)s", granted=format_kronor(granted))
    return _("Fatta beslutet") if includes_unpriced else _("Avslå äskandet")
