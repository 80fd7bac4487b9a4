"""Lists of decisions by delegation: which numbers a list passes by and why, and what is noted of a list afterwards. Pure.

7 kap. 8 § kommunallagen: the organ decides which of its delegates' decisions it is told of (anmäls); those it is not told of
and that can be appealed are recorded by themselves (protokollförs särskilt), and a notice of that is put up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.text import _


class ListKind(StrEnum):
    """Whether the organ is told of the decisions, or they are recorded by themselves."""

    REPORTED = "reported"
    RECORDED = "recorded"


KINDS: dict[str, str] = {
    ListKind.REPORTED: "Anmälan av delegationsbeslut",
    ListKind.RECORDED: "Delegationsbeslut som protokollförs särskilt",
}


class Passed(StrEnum):
    """What a number is that a list passes by."""

    POLITICAL = "political"
    EXECUTION = "execution"
    OTHER_LIST = "other_list"
    OTHER_ORGAN = "other_organ"
    NOTED = "noted"
    WAITING = "waiting"
    MISSING = "missing"


PASSED: dict[str, str] = {
    Passed.POLITICAL: "politiskt beslut",
    Passed.EXECUTION: "verkställighet",
    Passed.OTHER_LIST: "på en annan lista",
    Passed.OTHER_ORGAN: "på delegation från ett annat organ",
    Passed.NOTED: "anmält i ärendet",
    Passed.WAITING: "väntar på en annan lista",
    Passed.MISSING: "saknas",
}
_TO_COME = "Dagen ligger i framtiden. För in den när den har varit."


@dataclass(frozen=True, slots=True)
class Series:
    """The decisions of a register in a year that a list reaches over, from ``first`` to ``last``, both included."""

    register_id: int
    year: int
    first: int
    last: int


def reach(key: tuple[int, int], before: Mapping[tuple[int, int], int] | None, lowest: int | None, last: int) -> Series | None:
    """Which numbers of a series (register, year) a list reaches over: those after where the list before it ended.

    ``before`` is where that list ended in each series, None where there is none: then from ``lowest``, the first on it.
    """
    if before is not None and key in before:
        first = before[key] + 1
    elif lowest is None:
        return None
    else:
        first = lowest if before is None else 1
    return Series(*key, first, last) if first <= last else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What is known of a list: when the organ was told, when its minutes were adjusted, when the notice was put up."""

    meeting_date: date | None = None
    paragraph: str | None = None
    adjusted_on: date | None = None
    posted_on: date | None = None


def problems(noted: Noted, *, kind: str, last_decided_on: date, today: date) -> dict[str, str]:
    """One sentence for each field that does not hold."""
    found: dict[str, str] = {}
    reported = kind == ListKind.REPORTED
    if reported and (noted.meeting_date is None) != (not noted.paragraph):
        field = "paragraph" if noted.meeting_date else "meeting_date"
        found[field] = _("Skriv både sammanträdesdagen och paragrafen.")
    if not reported and (noted.meeting_date or noted.paragraph):
        found["meeting_date"] = _("Beslut som protokollförs särskilt anmäls inte.")
    if noted.meeting_date and noted.meeting_date < last_decided_on:
        found["meeting_date"] = _("Ett beslut på listan fattades efter den dagen. Rätta dagen.")
    told = noted.meeting_date if reported else last_decided_on
    if noted.adjusted_on and told is None and "meeting_date" not in found:
        found["adjusted_on"] = _("Skriv först när och i vilken paragraf besluten anmäldes.")
    if noted.posted_on and noted.adjusted_on is None:
        found["posted_on"] = _("Skriv först när protokollet justerades.")
    if noted.meeting_date and noted.meeting_date > today:
        found["meeting_date"] = _(_TO_COME)
    days = {"adjusted_on": noted.adjusted_on, "posted_on": noted.posted_on}
    return found | {name: said for name, said in out_of_order(told=told, today=today, **days).items() if name not in found}


def out_of_order(*, told: date | None, adjusted_on: date | None, posted_on: date | None, today: date) -> dict[str, str]:
    """One sentence for each day of some minutes that cannot be: they are adjusted no earlier than the organ met or was told,
    that is posted no earlier than it was done, and nothing is noted before it has been."""
    found: dict[str, str] = {}
    if adjusted_on and told and adjusted_on < told:
        found["adjusted_on"] = _("Protokollet kan inte ha justerats före den %(day)s.", day=told.isoformat())
    if posted_on and adjusted_on and posted_on < adjusted_on:
        found["posted_on"] = _("Justeringen kan inte ha tillkännagivits innan den gjordes. Rätta dagen.")
    elif posted_on and told and posted_on < told:
        found["posted_on"] = _("Dagen ligger före sammanträdet.")
    for field, day in (("adjusted_on", adjusted_on), ("posted_on", posted_on)):
        if day is not None and day > today:
            found[field] = _(_TO_COME)
    return found


def changes(old: Noted, new: Noted) -> bool:
    """Whether something that was noted is noted otherwise or no more: a correction, which has a reason."""
    before = [(old.meeting_date, new.meeting_date), (old.paragraph, new.paragraph), (old.adjusted_on, new.adjusted_on),
              (old.posted_on, new.posted_on)]  # fmt: skip
    return any(was is not None and was != now for was, now in before)
