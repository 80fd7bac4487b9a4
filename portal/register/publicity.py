"""Since when a document is allmän handling, and why; or why it is not yet (2 kap. 9–12 §§ tryckfrihetsförordningen). Pure.

Within one authority nothing comes in and nothing is dispatched (2 kap. 11 §): what is drawn up there is public when the case
has been finally handled, when it is sent to someone else, or, of minutes, when they have been adjusted.
"""

from dataclasses import dataclass
from datetime import date

from portal.register.document_models import Direction, PublicGround, Source
from portal.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What decides whether a document is public. ``outside``: the sender or the recipient is another authority, or no
    authority at all. ``handled_on`` is the day the case was finally handled, ``adjusted_on`` that of the minutes."""

    direction: Direction
    source: Source
    dated_on: date
    outside: bool = False
    adjusted_on: date | None = None
    handled_on: date | None = None


def public_since(of: Circumstances) -> tuple[date, PublicGround] | None:
    """The day and the ground, or None while the document is not public."""
    if of.outside and of.direction is Direction.IN:
        return of.dated_on, PublicGround.RECEIVED
    if of.outside and of.direction is Direction.OUT:
        return of.dated_on, PublicGround.DISPATCHED
    if of.source is Source.MINUTES and of.adjusted_on is not None:
        return of.adjusted_on, PublicGround.ADJUSTED
    if of.handled_on is not None:
        return max(of.dated_on, of.handled_on), PublicGround.FINALLY_HANDLED
    return None


_GROUNDS: dict[PublicGround, str] = {
    PublicGround.RECEIVED: "inkommen, 2 kap. 9 § tryckfrihetsförordningen",
    PublicGround.DISPATCHED: "expedierad, 2 kap. 10 § tryckfrihetsförordningen",
    PublicGround.FINALLY_HANDLED: "ärendet är slutbehandlat, 2 kap. 10 § tryckfrihetsförordningen",
    PublicGround.ADJUSTED: "justerad, 2 kap. 10 § tryckfrihetsförordningen",
    PublicGround.COMPLETED: "färdigställd, 2 kap. 10 § tryckfrihetsförordningen",
}
_NOT_YET = (
    "Ej allmän ännu: handlingen är upprättad inom myndigheten. Den blir allmän när ärendet är slutbehandlat eller när "
    "handlingen expedieras (2 kap. 10 och 11 §§ tryckfrihetsförordningen)."
)
_NOT_ADJUSTED = (
    "Ej allmän ännu: protokollet är inte justerat. Det blir allmänt när det justeras eller ärendet är slutbehandlat "
    "(2 kap. 10 § tryckfrihetsförordningen)."
)
_SHORT: dict[PublicGround, str] = {
    PublicGround.RECEIVED: "inkommen",
    PublicGround.DISPATCHED: "expedierad",
    PublicGround.FINALLY_HANDLED: "slutbehandlat ärende",
    PublicGround.ADJUSTED: "justerad",
    PublicGround.COMPLETED: "färdigställd",
}


def said(ground: str | None, since: str, source: str) -> str:
    """How it stands in one sentence; ``since`` is the day in words."""
    if ground is None:
        return _(_NOT_ADJUSTED if source == Source.MINUTES else _NOT_YET)
    return _("Allmän handling sedan %(day)s (%(ground)s).", day=since, ground=_(_GROUNDS[PublicGround(ground)]))


def said_briefly(ground: str | None, since: str) -> str:
    """The same in a list."""
    if ground is None:
        return _("Ej allmän ännu")
    return _("Allmän sedan %(day)s (%(ground)s)", day=since, ground=_(_SHORT[PublicGround(ground)]))
