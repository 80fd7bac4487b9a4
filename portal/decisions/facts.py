"""What the rules on deciding look at, as one plain value."""

from dataclasses import dataclass
from datetime import date

from portal.funding_requests.facts import Facts as RequestFacts
from portal.funds.rules import DelegationRow


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person with the decision maker's role today, or (``for_id``) one who stands in for such a person."""

    person_id: int
    for_id: int | None = None

    @property
    def persons(self) -> frozenset[int]:
        """Everyone an act by this candidate counts for."""
        return frozenset({self.person_id} if self.for_id is None else {self.person_id, self.for_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(RequestFacts):
    """``unit_total`` is the request counted with the unit's other requests to the same money and budget year, kronor.
    ``cost_types`` are the kinds of its lines with an amount; of all its lines where none has one.

    ``fund_id`` and ``fund_left`` are None without set-aside money. ``candidates`` are looked up only where the
    registrar asks. ``capacity_in_force`` is the capacity of the decision in force, None before one.
    """

    today: date
    delegations: tuple[DelegationRow, ...]
    candidates: tuple[Candidate, ...]
    fund_id: int | None
    fund_left: int | None
    requested: int
    unit_total: int
    cost_types: frozenset[str] = frozenset()
    capacity_in_force: str | None
