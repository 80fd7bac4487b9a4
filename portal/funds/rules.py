"""Authority as data: whose delegation covers a request, and the sentence when none does. Pure; amounts are kronor.

A delegation counts when the registrar has confirmed it, it is in force on the day, it is for the money and the kind of
cost asked for, and, where it is valid only when someone else is jävig, that person has declared it. 7 kap. 5 §
kommunallagen (delegation to an employee); verkställighet rests on the decision that already allotted the money.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from portal.money import format_kronor
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.text import _

DELEGATED, EXECUTION = "delegationsbeslut", "verkställighet"
KINDS = ("drift", "investering")


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationRow:
    """One row of the delegation order as a plain value; ``fund_id`` None is money without a rule of its own.

    ``cost_type`` is the only kind of cost it reaches (drift or investering), None any. ``order`` names the edition of the
    delegation order that the clause stands in, empty for a row entered by itself.
    """

    public_id: str
    person_id: int
    fund_id: int | None
    ceiling: int
    capacity: str
    clause: str
    organ: str
    decided_on: date
    paragraph: str
    only_when_jav_of_id: int | None
    valid_from: date
    valid_to: date | None
    confirmed: bool
    cost_type: str | None = None
    is_reported: bool = False
    order: str = ""

    @property
    def allotted(self) -> bool:
        """Whether it names the decision that it rests on."""
        return bool(self.organ and self.paragraph)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The row in force that covers a decision: clause, ceiling (kronor), capacity, and the decision it rests on."""

    delegation: str
    clause: str
    ceiling: int
    capacity: str
    organ: str
    date: date
    paragraph: str
    order: str = ""
    is_reported: bool = False

    def as_json(self) -> dict[str, str | int]:
        """As it is frozen on the decision and printed."""
        return {
            "delegation": self.delegation,
            "clause": self.clause,
            "ceiling": self.ceiling,
            "capacity": self.capacity,
            "order": self.order,
            "organ": self.organ,
            "date": self.date.isoformat(),
            "paragraph": self.paragraph,
        }


class Dated(Protocol):
    """A delegation as far as its days and its ground go; ``allotted`` is whether it names the decision it rests on."""

    @property
    def confirmed(self) -> bool: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def capacity(self) -> str: ...
    @property
    def allotted(self) -> bool: ...


def counts_on(row: Dated, on: date) -> bool:
    """Whether the delegation has been confirmed and is within its days, both included."""
    if not row.confirmed or on < row.valid_from or (row.valid_to is not None and on > row.valid_to):
        return False
    # Without the decision that allotted the money there is nothing to execute.
    return row.capacity != EXECUTION or row.allotted


def _ruled(rows: Iterable[DelegationRow], fund_id: int | None, on: date) -> bool:
    """Whether the money has, or has had, a rule of its own: an ended one does not open it to the general rows, and one that
    begins later takes nothing from them yet."""
    return fund_id is not None and any(row.fund_id == fund_id and row.confirmed and row.valid_from <= on for row in rows)


def _is_for(row: DelegationRow, fund_id: int | None, *, ruled: bool) -> bool:
    """Whether ``row`` speaks of the money: its own rows, or the general ones where the money has no rule of its own."""
    return row.fund_id == fund_id or (row.fund_id is None and not ruled)


def _reaches(row: DelegationRow, cost_types: frozenset[str]) -> bool:
    """Whether every line with an amount is of the kind that ``row`` is for; what is undecided is of no kind."""
    return row.cost_type is None or cost_types == {row.cost_type}


def in_force(
    delegations: Iterable[DelegationRow], *, person_id: int, fund_id: int | None, on: date, jav: frozenset[int]
) -> list[DelegationRow]:
    """The person's rows that count for the money on the day, whatever their ceiling."""
    rows = list(delegations)
    ruled = _ruled(rows, fund_id, on)
    return [
        row
        for row in rows
        if row.person_id == person_id
        and counts_on(row, on)
        and _is_for(row, fund_id, ruled=ruled)
        and (row.only_when_jav_of_id is None or row.only_when_jav_of_id in jav)
    ]


def authority(
    delegations: Iterable[DelegationRow],
    *,
    person_id: int,
    fund_id: int | None,
    on: date,
    jav: frozenset[int],
    amount_total: int,
    cost_types: frozenset[str] = frozenset(),
) -> Authority | None:
    """The row that lets the person decide a request counted as ``amount_total`` kronor, or None.

    ``cost_types`` are the kinds of its lines with an amount. Of several, an unconditional one before one *vid jäv*, then
    the highest ceiling, then the newest.
    """
    rows = in_force(delegations, person_id=person_id, fund_id=fund_id, on=on, jav=jav)
    covering = [row for row in rows if row.ceiling >= amount_total and _reaches(row, cost_types)]
    if not covering:
        return None
    best = max(covering, key=lambda row: (row.only_when_jav_of_id is None, row.ceiling, row.valid_from, row.public_id))
    return Authority(
        delegation=best.public_id,
        clause=best.clause,
        ceiling=best.ceiling,
        capacity=best.capacity,
        organ=best.organ,
        date=best.decided_on,
        paragraph=best.paragraph,
        order=best.order,
        is_reported=best.is_reported and best.capacity != EXECUTION,
    )


def reach(delegations: Iterable[DelegationRow], *, fund_id: int | None, on: date, cost_types: frozenset[str]) -> int | None:
    """The highest ceiling, kronor, that anyone's delegation reaches for the money on the day, but for those *vid jäv*."""
    rows = tuple(delegations)
    ruled = _ruled(rows, fund_id, on)
    return max(
        (
            row.ceiling
            for row in rows
            if counts_on(row, on)
            and _is_for(row, fund_id, ruled=ruled)
            and row.only_when_jav_of_id is None
            and _reaches(row, cost_types)
        ),
        default=None,
    )


def refusal_without_authority(
    delegations: Iterable[DelegationRow],
    *,
    person_id: int,
    fund_id: int | None,
    on: date,
    jav: frozenset[int],
    amount_total: int,
    cost_types: frozenset[str] = frozenset(),
) -> str | None:
    """Why no delegation covers the request: there is none, none for its kind of cost, or the request is above its
    ceiling. None when one does."""
    rows = in_force(delegations, person_id=person_id, fund_id=fund_id, on=on, jav=jav)
    if not rows:
        return _(
            "Du har ingen delegation för de här pengarna. Beslutet kan fattas av den som har delegation, "
            "eller överlämnas till kommunstyrelsen."
        )
    kinds = sorted(row.cost_type or "" for row in rows)
    rows = [row for row in rows if _reaches(row, cost_types)]
    if not rows:
        return _(
            "Delegationen för de här pengarna gäller bara %(kind)s, och alla rader med belopp i äskandet är inte det. "
            "Ärendet kan överlämnas till kommunstyrelsen.",
            kind=_(" eller ").join(dict.fromkeys(kinds)),
        )
    ceiling = max(row.ceiling for row in rows)
    if ceiling >= amount_total:
        return None
    return _(
        "Äskandet räknas till %(total)s, med enhetens andra äskanden ur samma medel under budgetåret. Delegationen räcker "
        "till %(ceiling)s. Ärendet kan överlämnas till kommunstyrelsen.",
        total=format_kronor(amount_total),
        ceiling=format_kronor(ceiling),
    )


def edition_called(name: str, edition: int) -> str:
    """How an edition of the delegation order reads, in pages and decisions."""
    return _("%(name)s, utgåva %(edition)s", name=name, edition=edition)


def without_edition(called: str) -> str:
    """The delegation order's own name in what ``edition_called`` has written."""
    return called.rpartition(", ")[0]


def in_role(actor: Actor, permission: Permission) -> Actor:
    """The actor in the role that gives ``permission``, own or stood in for: then both persons count, and the log says so.
    A role that has been chosen is kept."""
    return actor if actor.acting_role is not None else actor.acting(permission)


def refusal_to_manage(actor: Actor) -> str | None:
    """Set-aside money is entered by finance."""
    if actor.may(Permission.MANAGE_FUNDS):
        return None
    return _("Avsatta medel förs in av ekonomi.")


def refusal_to_discard(actor: Actor) -> str | None:
    """An entry that is not confirmed is taken away by finance, who enters it, or by the registrar, who finds it wrong."""
    if actor.may(Permission.MANAGE_FUNDS) or actor.may(Permission.CONFIRM_AUTHORITY):
        return None
    return _("Uppgiften tas bort av ekonomi eller av registratorn.")


def refusal_to_confirm(
    actor: Actor, entered_by_id: int | None, delegate_id: int | None = None, *, entered_for_id: int | None = None
) -> str | None:
    """Money and authority take two persons: the registrar confirms what another person has entered.

    What a substitute has entered (``entered_for_id``: for whom) counts as entered by both.
    """
    if not actor.may(Permission.CONFIRM_AUTHORITY):
        return _("Det här bekräftas av registratorn.")
    actor = in_role(actor, Permission.CONFIRM_AUTHORITY)
    if entered_by_id == actor.person_id:
        return _("Du har själv fört in uppgiften. En annan registrator bekräftar den.")
    if entered_for_id == actor.person_id:
        return _("Din ersättare har fört in uppgiften. En annan registrator bekräftar den.")
    if actor.persons & {entered_by_id, entered_for_id}:
        return _("Den du är ersättare för har fört in uppgiften. En annan registrator bekräftar den.")
    if delegate_id == actor.person_id:
        return _("Delegationen gäller dig själv. En annan registrator bekräftar den.")
    if delegate_id in actor.persons:
        return _("Delegationen gäller den du är ersättare för. En annan registrator bekräftar den.")
    return None


def refusal_to_confirm_order(
    actor: Actor, entered_by_id: int, delegate_ids: Iterable[int], *, entered_for_id: int | None = None
) -> str | None:
    """An edition is confirmed as a whole, by a registrar who neither entered it nor is given anything by it."""
    if refusal := refusal_to_confirm(actor, entered_by_id, entered_for_id=entered_for_id):
        return refusal
    if in_role(actor, Permission.CONFIRM_AUTHORITY).persons & frozenset(delegate_ids):
        return _("Delegationsordningen ger dig själv en delegation. En annan registrator bekräftar den.")
    return None


def refusal_to_delegate(actor: Actor) -> str | None:
    """Delegations are entered and ended by the administrator."""
    if actor.may(Permission.ADMINISTER):
        return None
    return _("Delegationer förs in av administratören.")
