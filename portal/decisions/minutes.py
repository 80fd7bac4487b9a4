"""What is entered from an organ's minutes. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from portal.text import _


class MinutesKind(StrEnum):
    """What the organ did with the case."""

    PREPARING = "preparing"
    POSTPONED = "postponed"
    DECIDING = "deciding"
    REFERRED_BACK = "referred_back"
    PASSED_ON = "passed_on"
    TAKEN_OVER = "taken_over"


# What is entered as minutes of a case that the organ has; taking one over is an act of its own.
KINDS: dict[MinutesKind, str] = {
    MinutesKind.DECIDING: "Beslutade i ärendet",
    MinutesKind.PREPARING: "Beredde ärendet",
    MinutesKind.POSTPONED: "Bordlade ärendet",
    MinutesKind.REFERRED_BACK: "Återremitterade ärendet",
    MinutesKind.PASSED_ON: "Överlämnade ärendet till ett annat organ",
}
SAID: dict[MinutesKind, str] = {**KINDS, MinutesKind.TAKEN_OVER: "Tog över ärendet"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """Organ, date, §, what it did and the text; justering and tillkännagivande are dates that may come later.

    ``fund_decision_id`` is a decision to set more aside, entered by finance, that these minutes carry; ``financing`` is
    other financing that they name, and then the set-aside money is not touched.
    """

    organ_id: UUID
    meeting_date: date
    paragraph: str
    kind: MinutesKind
    text: str
    adjusted_on: date | None = None
    posted_on: date | None = None
    passed_on_to_id: UUID | None = None
    fund_decision_id: UUID | None = None
    financing: str = ""


def problems(minutes: Minutes, *, today: date) -> dict[str, str]:
    """One sentence per field that does not hold."""
    found: dict[str, str] = {}
    if minutes.meeting_date > today:
        found["meeting_date"] = _("Sammanträdet ligger i framtiden.")
    if not minutes.paragraph.strip():
        found["paragraph"] = _("Skriv paragrafens nummer.")
    if not minutes.text.strip():
        found["text"] = _("Skriv vad protokollet säger.")
    for field, day in (("adjusted_on", minutes.adjusted_on), ("posted_on", minutes.posted_on)):
        if day is not None and day < minutes.meeting_date:
            found[field] = _("Dagen ligger före sammanträdet.")
    if (minutes.kind is MinutesKind.PASSED_ON) != (minutes.passed_on_to_id is not None):
        found["passed_on_to"] = _("Välj det organ som ärendet överlämnades till.")
    elif minutes.passed_on_to_id == minutes.organ_id:
        found["passed_on_to"] = _("Välj ett annat organ än det som sammanträdde.")
    return found
