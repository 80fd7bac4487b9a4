"""Who may decide, in every combination of role, delegation, standing in and part already taken in the case.

The expected answer is told in hats: a person wears their own, and one for each they stand in for today. A decision is
open when some hat with the decision maker's right has a delegation that reaches and nobody under it has had another part.
"""

from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, combinations, product

from portal.decisions.facts import Candidate, Facts
from portal.decisions.models import Stance
from portal.decisions.rules import REFUSALS, acting_decider, as_decider, authority_of, refusal_of_stance
from portal.funding_requests.lifecycle import Action
from portal.funds.rules import DELEGATED, DelegationRow
from portal.people.actor import Actor, StoodInFor
from portal.people.permissions import Role
from tests.unit.persons import facts_of, person, stood_in_for

ME, CHIEF, DEPUTY, ADMINISTRATOR, REGISTRAR = 1, 2, 3, 8, 9
FUND, TODAY = 7, date(2026, 11, 22)
NOBODY: frozenset[int] = frozenset()


def a_row(person_id: int, *, only_when_jav_of: int | None = None, ceiling: int = 100) -> DelegationRow:
    return DelegationRow(
        public_id=f"of {person_id}", person_id=person_id, fund_id=FUND, ceiling=ceiling, capacity=DELEGATED, clause="4.2",
        organ="Kommunstyrelsen", decided_on=date(2026, 1, 14), paragraph="8", only_when_jav_of_id=only_when_jav_of,
        valid_from=date(2026, 1, 1), valid_to=None, confirmed=True,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's standing: roles of their own, for whom they stand in, and whose delegations there are."""

    roles: tuple[Role, ...]
    for_whom: tuple[StoodInFor, ...]
    rows: tuple[DelegationRow, ...]

    @property
    def actor(self) -> Actor:
        return person(ME, *self.roles, stands_in_for=self.for_whom)

    def hats(self) -> list[frozenset[int]]:
        """Everyone who counts under each hat with the right to decide; the first is one's own."""
        theirs = [frozenset({ME, other.person_id}) for other in self.for_whom
                  if any(held.role is Role.DECISION_MAKER for held in other.holdings)]  # fmt: skip
        # With a right of any kind to decide, a delegation given to oneself by name is one's own.
        return [frozenset({ME}), *theirs] if theirs or Role.DECISION_MAKER in self.roles else []

    def reaches(self, hat: frozenset[int], total: int, jav: frozenset[int]) -> bool:
        holder = next(iter(hat - {ME}), ME)
        return any(
            row.person_id == holder
            and total <= row.ceiling
            and (row.only_when_jav_of_id is None or row.only_when_jav_of_id in jav)
            for row in self.rows
        )


def facts(standing: Standing, **changes: object) -> Facts:
    return facts_of(
        Facts, standing.actor, "submitted",
        **{"today": TODAY, "delegations": standing.rows, "candidates": (), "fund_id": FUND, "fund_left": 100, "requested": 100,
           "unit_total": 100, "cost_types": frozenset({"drift"}), "capacity_in_force": None, "handed_over": False,
           "latest_version": 1, "has_draft": False} | changes,
    )  # fmt: skip


ROLES = [(), (Role.DECISION_MAKER,), (Role.ADMINISTRATOR,), (Role.DECISION_MAKER, Role.ADMINISTRATOR, Role.REQUESTER)]
FOR_CHIEF, FOR_DEPUTY = (stood_in_for(each, Role.DECISION_MAKER) for each in (CHIEF, DEPUTY))
FOR_ADMIN = stood_in_for(ADMINISTRATOR, Role.ADMINISTRATOR)
FOR_WHOM: list[tuple[StoodInFor, ...]] = [(), (FOR_ADMIN,), (FOR_CHIEF,), (FOR_CHIEF, FOR_DEPUTY), (FOR_DEPUTY, FOR_CHIEF)]
GIVEN = (
    a_row(ME),
    a_row(ME, ceiling=99),
    a_row(ME, only_when_jav_of=CHIEF),
    a_row(CHIEF),
    a_row(DEPUTY),
    a_row(CHIEF, ceiling=99),
)
DELEGATIONS = list(chain.from_iterable(combinations(GIVEN, n) for n in (0, 1, 2)))
STANDINGS = [Standing(*each) for each in product(ROLES, FOR_WHOM, DELEGATIONS)]
PARTS = ("requesters", "recorders", "statement_givers")
PERSONS = (ME, CHIEF, DEPUTY)
JAV = [NOBODY, *(frozenset({each}) for each in PERSONS)]
HAD: list[dict[str, frozenset[int]]] = [{}, *({part: frozenset({each})} for part, each in product(PARTS, PERSONS))]
SITUATIONS = [*product(JAV, HAD)]
SITUATIONS += [(NOBODY, {"requesters": frozenset({one}), "recorders": frozenset({other})})
               for one, other in product(PERSONS, repeat=2)]  # fmt: skip

CLERKS = [standing for standing in STANDINGS if Role.ADMINISTRATOR not in standing.roles]
TRIED = [*product(CLERKS, SITUATIONS, (100,)), *product(STANDINGS, SITUATIONS[:4], (99, 100, 101))]
ASKED_OR_BARRED = [(jav, parts) for jav, parts in SITUATIONS if not parts.keys() - {"requesters"}]


def test_deciding_is_open_to_whoever_has_a_clean_hat_with_a_delegation_that_reaches() -> None:
    opened = 0
    for standing, (jav, parts), total in TRIED:
        had_a_part = jav.union(*parts.values())
        clean = [hat for hat in standing.hats() if standing.reaches(hat, total, jav) and not hat & had_a_part]
        tried = facts(standing, unit_total=total, jav=jav, **parts)
        said = REFUSALS[Action.DECIDE](tried)
        assert (said is None) is bool(clean), (standing, jav, parts, total, said)
        if said is None:
            opened += 1
            decider = acting_decider(tried)
            assert decider.persons in clean, (standing, jav, parts)
            own = clean[0] == {ME}
            assert decider.persons == {ME} if own else decider.principal is not None
            found = authority_of(as_decider(tried))
            assert found is not None and found.ceiling >= total
            assert found.delegation == f"of {decider.principal.person_id if decider.principal else ME}"
    assert opened > 500


def test_handing_over_and_asking_for_more_are_open_to_whoever_keeps_the_registrar_out() -> None:
    """Nobody's case stands still: where the registrar is told that a decision maker can handle it, one can."""
    kept_out = let_in = 0
    for standing, (jav, parts), total in product(CLERKS, ASKED_OR_BARRED, (100,)):
        candidates = [Candidate(ME)] if Role.DECISION_MAKER in standing.roles else []
        candidates += [Candidate(ME, other.person_id) for other in standing.for_whom if other is not FOR_ADMIN]
        known: dict[str, object] = {"unit_total": total, "jav": jav, **parts, "candidates": tuple(candidates)}
        mine = facts(standing, **known)
        registrar = facts(Standing((Role.REGISTRAR,), (), standing.rows), **known)
        registrar = replace(registrar, actor=person(REGISTRAR, Role.REGISTRAR))
        over, more = REFUSALS[Action.HAND_OVER](mine), REFUSALS[Action.REQUEST_COMPLETION](mine)
        told = (standing, jav, parts, total, over, more)
        if REFUSALS[Action.HAND_OVER](registrar) is None:
            let_in += 1
            assert more is not None, told
        else:
            kept_out += 1
            assert (over, more) == (None, None), told
            assert refusal_of_stance(mine, Stance.SUPPORT) is None, told
        if ME in jav or not candidates:
            assert over and more, told
        if over is None and ME in mine.requesters:
            assert refusal_of_stance(mine, Stance.SUPPORT) and refusal_of_stance(mine, Stance.NONE) is None, told
    assert min(kept_out, let_in) > 100
