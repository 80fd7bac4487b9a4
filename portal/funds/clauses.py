"""What can be entered in the delegation order: its editions and their clauses. Pure; amounts are kronor, dates civil."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.funds.rules import DELEGATED, EXECUTION, KINDS
from portal.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What is entered of a delegation, in an edition or by itself, persons and money by their public ids.

    ``cost_type`` None is any kind of cost; ``is_reported`` is whether decisions under it are reported (anmäls).
    """

    person_id: UUID
    fund_id: UUID | None
    ceiling: int
    capacity: str
    clause: str
    cost_type: str | None = None
    is_reported: bool = False
    only_when_jav_of_id: UUID | None = None


def clause_problems(new: Clause) -> dict[str, str]:
    """What cannot be in a clause of the delegation order, by field; empty when it can be entered."""
    problems = {}
    if new.ceiling <= 0:
        problems["ceiling"] = _("Skriv hur mycket delegationen räcker till, minst 1 kr.")
    if new.capacity not in (DELEGATED, EXECUTION):
        problems["capacity"] = _("Välj delegationsbeslut eller verkställighet.")
    if not new.clause:
        problems["clause"] = _("Skriv punkten i delegationsordningen.")
    if new.cost_type not in (None, *KINDS):
        problems["cost_type"] = _("Välj drift, investering eller båda.")
    if new.is_reported and new.capacity == EXECUTION:
        problems["is_reported"] = _("Verkställighet är inget delegationsbeslut och anmäls inte.")
    if new.only_when_jav_of_id == new.person_id:
        problems["only_when_jav_of"] = _("Ange en annan person än den som får delegationen.")
    return problems


def order_problems(
    *, decided_on: date, valid_from: date, valid_to: date | None, replaced_from: date | None, waiting: bool, today: date
) -> dict[str, str]:
    """What cannot be in a new edition, by field. ``replaced_from`` is the first day of the edition it replaces;
    ``waiting`` is whether that one is not confirmed yet."""
    problems = {}
    if decided_on > today:
        problems["decided_on"] = _("Beslutsdagen ligger i framtiden.")
    if valid_to is not None and valid_to < valid_from:
        problems["valid_to"] = _("Delegationsordningen slutar före den börjar.")
    if valid_from < decided_on:
        problems["valid_from"] = _("Delegationsordningen kan inte gälla innan den är beslutad.")
    if waiting:
        problems["name"] = _(
            "En utgåva av den delegationsordningen väntar på registratorn. Ta bort den eller låt den bekräftas."
        )
    elif replaced_from is not None and valid_from <= replaced_from:
        problems["valid_from"] = _("Den nya utgåvan ska börja gälla efter den dag då den äldre började.")
    elif replaced_from is not None and valid_from < today:
        problems["valid_from"] = _("En ny utgåva kan inte ersätta den äldre från en dag som har varit.")
    return problems
