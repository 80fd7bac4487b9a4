"""When a decision gains legal force (vinner laga kraft), and what an appeal makes of it. Pure.

13 kap. kommunallagen: a decision can be appealed for three weeks from the day when the notice board told that the minutes had
been adjusted (5 §), and may be carried out before that (14 §): a warning, never a hindrance. Where the last day is a Saturday,
a Sunday, a holiday, or midsummer's, Christmas or New Year's Eve, the next working day is the last (lag 1930:173).
What only carries out an earlier decision cannot be appealed (13 kap. 2 §).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal import workdays
from portal.decisions.models import Capacity
from portal.months import in_full
from portal.text import _

TO_APPEAL = timedelta(weeks=3)

# What a court came to, in words: as said of the appeal.
OUTCOMES: dict[str, str] = {
    "rejected": "avslogs",
    "dismissed": "avvisades",
    "struck": "avskrevs",
    "annulled": "bifölls och beslutet upphävdes",
    "restored": "bifölls och beslutet ska trots allt gälla",
}
PENDING, TRIED, ANNULLED = "pending", "tried", "annulled"
RESTORED = "restored"  # a later instance set aside that the decision was annulled
# How an appealed decision is said to stand, wherever it is listed.
STANDS: dict[str, str] = {PENDING: "Överklagat", TRIED: "Överklagat, prövat", ANNULLED: "Upphävt av domstol"}


class State(StrEnum):
    """How a decision stands towards an appeal."""

    NOT_APPEALABLE = "not_appealable"
    NOT_POSTED = "not_posted"
    OPEN = "open"
    FINAL = "final"
    PENDING = PENDING
    TRIED = TRIED
    ANNULLED = ANNULLED


@dataclass(frozen=True, slots=True)
class Finality:
    """``last_day`` is the last day to appeal, ``final_on`` the day it gained legal force; None while they are not known."""

    state: State
    last_day: date | None = None
    final_on: date | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to be awaited."""
        return self.state in (State.NOT_APPEALABLE, State.FINAL, State.TRIED)

    @property
    def said(self) -> str:
        """How it stands, in one sentence."""
        last = in_full(self.last_day) if self.last_day else ""
        final = in_full(self.final_on) if self.final_on else ""
        return {
            State.NOT_APPEALABLE: _("Kan inte överklagas: beslutet verkställer ett tidigare beslut."),
            State.NOT_POSTED: _("Inte än: det justerade protokollet är inte tillkännagivet på anslagstavlan."),
            State.OPEN: _("Inte än: beslutet kan överklagas till och med %(last)s.", last=last),
            State.FINAL: _("Vann laga kraft %(final)s.", final=final),
            State.PENDING: _("Inte än: beslutet är överklagat."),
            State.TRIED: _("Överklagandet är prövat och beslutet står fast."),
            State.ANNULLED: _("Beslutet är upphävt av domstol."),
        }[self.state]

    @property
    def warning(self) -> str | None:
        """What whoever carries the decision out now should know; None when there is nothing to warn of."""
        if self.is_settled:
            return None
        if self.state is State.ANNULLED:
            return _("Beslutet är upphävt av domstol. Stäm av med kommunjuristen innan det verkställs.")
        last = in_full(self.last_day) if self.last_day else ""
        why = {
            State.NOT_POSTED: _("det justerade protokollet är inte tillkännagivet på anslagstavlan"),
            State.OPEN: _("det kan överklagas till och med %(last)s", last=last),
            State.PENDING: _("det är överklagat"),
        }[self.state]
        return _(
            "Beslutet har inte vunnit laga kraft: %(why)s. Det får verkställas ändå, om inte särskilda skäl talar emot det "
            "(13 kap. 14 § kommunallagen).",
            why=why,
        )


def last_day_to_appeal(posted_on: date) -> date:
    """The last day on which an appeal may come in to the court, of a notice put up on ``posted_on``."""
    last = posted_on + TO_APPEAL
    return last if workdays.is_working_day(last) else workdays.after(last, 1)


def standing(appeals: Sequence[str | None]) -> str | None:
    """How a decision stands by its appeals' outcomes, in the order the courts came to them; None where it was never appealed.

    One that a court annulled is annulled, whatever became of other appeals, until a later instance is at it or has set
    aside that it was.
    """
    if not appeals:
        return None
    if None in appeals:
        return PENDING
    about_it = [outcome for outcome in appeals if outcome in (ANNULLED, RESTORED)]
    return ANNULLED if about_it and about_it[-1] == ANNULLED else TRIED


def finality(*, capacity: str, posted_on: date | None, appeal: str | None, today: date) -> Finality:
    """How the decision stands on ``today``; ``appeal`` is what ``standing`` said. Where an appeal has been tried, another may
    come in for as long as the time for it runs."""
    if appeal in (PENDING, ANNULLED):
        return Finality(State(appeal), last_day_to_appeal(posted_on) if posted_on else None)
    if capacity == Capacity.EXECUTION:
        return Finality(State.NOT_APPEALABLE)
    if posted_on is None:
        return Finality(State.NOT_POSTED)
    last = last_day_to_appeal(posted_on)
    if today <= last:
        return Finality(State.OPEN, last)
    if appeal is not None:
        return Finality(State(appeal), last)
    return Finality(State.FINAL, last, last + timedelta(days=1))
