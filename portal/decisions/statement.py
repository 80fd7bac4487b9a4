"""Finance's statement (yttrande): when one is required and why, what it may say, and when a decision goes against it.

Pure; amounts are whole kronor. A statement advises and decides nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from portal.decisions.models import Outcome, Stance
from portal.funding_requests.content import LineLike as Kinded
from portal.funding_requests.content import StatementGround, statement_ground
from portal.people.actor import Actor
from portal.text import _

UNSURE = "vet inte"
COST_TYPES = {"drift": "Drift", "investering": "Investering", "both": "Både drift och investering"}
STANCES = {Stance.SUPPORT: "Tillstyrks", Stance.OPPOSE: "Avstyrks", Stance.NONE: "Utan ställningstagande"}
MOST_CODING = 200
MOST_TEXT = 10_000


class LineLike(Kinded, Protocol):
    """A budget line of a submitted version, as a row or as content."""

    @property
    def label(self) -> str: ...


class FundLike(Protocol):
    """The set-aside money, as far as its rule on statements goes."""

    @property
    def statement_required(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What finance states. ``balance`` is what it finds left of the money, ``capital_cost`` the yearly cost of an
    investment, ``coding`` the code string it proposes."""

    text: str
    stance: Stance = Stance.NONE
    balance: int | None = None
    cost_type: str = ""
    capital_cost: int | None = None
    coding: str = ""

    @property
    def invests(self) -> bool:
        """Whether finance finds that some of the money is for an investment."""
        return self.cost_type in ("investering", "both")


_GROUNDS: dict[StatementGround, str] = {
    "camera": "raden %(label)s är kamerabevakning",
    "investment": "raden %(label)s är en investering",
    "unsure": "det är inte klart om raden %(label)s är drift eller investering",
}


def why_required(lines: Iterable[LineLike], *, fund_requires: bool) -> str | None:
    """Why a statement is required before the decision, in words that follow on a colon; None when it is not."""
    grounds = [_("de avsatta medlen kräver det")] if fund_requires else []
    grounds += [_(_GROUNDS[ground], label=line.label) for line in lines if (ground := statement_ground(line))]
    if len(grounds) > 2:
        return _("%(first)s, %(second)s med flera", first=grounds[0], second=grounds[1])
    return _(" och ").join(grounds) or None


@dataclass(frozen=True, slots=True)
class Standing:
    """Why a statement is required (None: it is not), and the stance of the latest one (None: there is none)."""

    why: str | None
    stance: str | None

    @property
    def lacks(self) -> str | None:
        """Why the statement that has not been given is required; None when nothing is lacking."""
        return self.why if self.stance is None else None


def standing_of(lines: Iterable[LineLike], fund: FundLike | None, stance: str | None) -> Standing:
    """How it stands with the statement on these lines, out of that money, when the latest statement took ``stance``."""
    return Standing(why_required(lines, fund_requires=fund is not None and fund.statement_required), stance)


def problems(opinion: Opinion, *, required: bool) -> dict[str, str]:
    """One sentence per field that does not hold. Where a statement is ``required``, it says drift or investering."""
    found: dict[str, str] = {}
    if not opinion.text.strip():
        found["text"] = _("Skriv yttrandet.")
    elif len(opinion.text) > MOST_TEXT:
        found["text"] = _("Texten är för lång. Korta den till högst %(most)s tecken.", most=MOST_TEXT)
    if len(opinion.coding) > MOST_CODING:
        found["coding"] = _("Texten är för lång. Korta den till högst %(most)s tecken.", most=MOST_CODING)
    if opinion.cost_type not in ("", *COST_TYPES) or (required and not opinion.cost_type):
        found["cost_type"] = _("Välj om det är drift eller investering.")
    if opinion.invests and opinion.capital_cost is None:
        found["capital_cost"] = _("Skriv kapitalkostnaden per år, 0 kr om investeringen inte ger någon.")
    if not opinion.invests and opinion.capital_cost is not None:
        found["capital_cost"] = _("Kapitalkostnad anges bara för en investering. Ta bort beloppet eller välj investering.")
    return found


def missing(no_statement_reason: str) -> dict[str, str]:
    """What a decision without the statement that is required lacks: its reason."""
    if no_statement_reason.strip():
        return {}
    return {"no_statement_reason": _("Ekonomi har inte lämnat det yttrande som krävs. Skriv varför beslutet fattas ändå.")}


def goes_against(stance: str | None, outcome: Outcome) -> bool:
    """Whether a decision goes against the latest statement: granted though avstyrkt, or rejected though tillstyrkt."""
    if stance == Stance.OPPOSE:
        return outcome is not Outcome.REJECTED
    return stance == Stance.SUPPORT and outcome is Outcome.REJECTED


def for_own_unit(by: Actor, unit_id: int, outcome: Outcome) -> bool:
    """Whether the money goes to a unit in which the decision maker, or the one stood in for, holds a role."""
    if outcome is Outcome.REJECTED:
        return False
    held = (*by.holdings, *(by.principal.holdings if by.principal else ()))
    return any(holding.unit_id == unit_id for holding in held)
