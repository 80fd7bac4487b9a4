"""Authority as data: whose delegation covers a request, and the sentence when none does. Pure; amounts are kronor.

A delegation counts when the registrar has confirmed it, it is in force on the day, it is for the money asked for, and,
where it is valid only when someone else is jävig, that person has declared it. 7 kap. 5 § kommunallagen (delegation to
an employee); verkställighet rests on the decision that already allotted the money.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.money import format_kronor
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.text import _

DELEGATED, EXECUTION = "delegationsbeslut", "verkställighet"


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegationRow:
    """One row of the delegation order as a plain value; ``fund_id`` None is money without a rule of its own."""

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

    def as_json(self) -> dict[str, str | int]:
        """As it is frozen on the decision and printed."""
        return {
            "delegation": self.delegation,
            "clause": self.clause,
            "ceiling": self.ceiling,
            "capacity": self.capacity,
            "organ": self.organ,
            "date": self.date.isoformat(),
            "paragraph": self.paragraph,
        }


def _in_force(row: DelegationRow, on: date) -> bool:
    if not row.confirmed or on < row.valid_from or (row.valid_to is not None and on > row.valid_to):
        return False
    # Without the decision that allotted the money there is nothing to execute.
    return row.capacity != EXECUTION or bool(row.organ and row.paragraph)


def _is_for(row: DelegationRow, fund_id: int | None, *, ruled: bool) -> bool:
    """Whether ``row`` speaks of the money: its own rows, or the general ones where the money has no rule of its own."""
    return row.fund_id == fund_id or (row.fund_id is None and not ruled)


def in_force(
    delegations: Iterable[DelegationRow], *, person_id: int, fund_id: int | None, on: date, jav: frozenset[int]
) -> list[DelegationRow]:
    """The person's rows that count for the money on the day, whatever their ceiling."""
    rows = list(delegations)
    # An ended rule of its own does not open the money to the general rows.
    ruled = fund_id is not None and any(row.fund_id == fund_id and row.confirmed for row in rows)
    return [
        row
        for row in rows
        if row.person_id == person_id
        and _in_force(row, on)
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
) -> Authority | None:
    """The row that lets the person decide a request counted as ``amount_total`` kronor, or None.

    Of several, an unconditional one before one *vid jäv*, then the highest ceiling, then the newest.
    """
    rows = in_force(delegations, person_id=person_id, fund_id=fund_id, on=on, jav=jav)
    covering = [row for row in rows if row.ceiling >= amount_total]
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
    )


def refusal_without_authority(
    delegations: Iterable[DelegationRow],
    *,
    person_id: int,
    fund_id: int | None,
    on: date,
    jav: frozenset[int],
    amount_total: int,
) -> str | None:
    """Why no delegation covers the request: there is none, or the request is above its ceiling. None when one does."""
    rows = in_force(delegations, person_id=person_id, fund_id=fund_id, on=on, jav=jav)
    if not rows:
        return _(
            "Du har ingen delegation för de här pengarna. Beslutet kan fattas av den som har delegation, "
            "eller överlämnas till kommunstyrelsen."
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


def refusal_to_manage(actor: Actor) -> str | None:
    """Set-aside money is entered by finance."""
    if actor.may(Permission.MANAGE_FUNDS):
        return None
    return _("Avsatta medel förs in av ekonomi.")


def refusal_to_confirm(actor: Actor, entered_by_id: int | None, delegate_id: int | None = None) -> str | None:
    """Money and authority take two persons: the registrar confirms what another person has entered."""
    if not actor.may(Permission.CONFIRM_AUTHORITY):
        return _("Det här bekräftas av registratorn.")
    if entered_by_id in actor.persons:
        return _("Du har själv fört in uppgiften. En annan registrator bekräftar den.")
    if delegate_id in actor.persons:
        return _("Delegationen gäller dig själv. En annan registrator bekräftar den.")
    return None


def refusal_to_delegate(actor: Actor) -> str | None:
    """Delegations are entered and ended by the administrator."""
    if actor.may(Permission.ADMINISTER):
        return None
    return _("Delegationer förs in av administratören.")
