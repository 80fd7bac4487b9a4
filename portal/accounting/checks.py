"""What a redistribution and a final report must hold. Pure: problems by field name, one sentence each; kronor."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from portal.accounting import amounts
from portal.money import format_kronor
from portal.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReport:
    """What was used of one line (None on an unpriced one) and what came of it."""

    used: int | None
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A final report as typed; ``summary`` also holds the reason when more was used than granted."""

    lines: Mapping[UUID, LineReport]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDue:
    """A decided line to account for; ``amount`` is what it holds now, None when it was included without an amount."""

    line: UUID
    label: str
    amount: int | None


def amount_field(line: UUID) -> str:
    """The name of a line's amount field."""
    return f"amount:{line}"


def used_field(line: UUID) -> str:
    """The name of a line's utfall field."""
    return f"used:{line}"


def effect_field(line: UUID) -> str:
    """The name of a line's effect field."""
    return f"effect:{line}"


def _to_investment(start: Mapping[UUID, int], after: Mapping[UUID, int], cost_types: Mapping[UUID, str]) -> bool:
    """Whether lines of drift have together less than at ``start``, and lines of investering more."""
    changes = amounts.differences(start, after)
    by_type = {kind: sum(n for line, n in changes.items() if cost_types.get(line) == kind) for kind in ("drift", "investering")}
    return by_type["drift"] < 0 < by_type["investering"]


def redistribution_problems(
    before: Mapping[UUID, int],
    after: Mapping[UUID, int],
    cap_left: int | None,
    reason: str,
    *,
    granted: Mapping[UUID, int],
    cost_types: Mapping[UUID, str],
) -> dict[str, str]:
    """Why money cannot move from ``before`` to ``after``: never a new total, never below 0, never beyond the cap, and never
    from drift to investering, now or by steps since the lines were ``granted``.
    """
    problems = {}
    strange = set(after) - set(before)
    if strange:
        problems[""] = _("Formuläret innehåller en rad som inte hör till beslutet. Ladda om sidan.")
    for line, amount in after.items():
        if amount < 0:
            problems[amount_field(line)] = _("En rad kan inte få mindre än 0\u00a0kr.")
    changes = amounts.differences(before, after)
    difference = sum(changes.values())
    moved = amounts.moved(changes.values())
    if difference and not strange:
        problems[""] = (
            _("Raderna summerar %(amount)s mer än det beviljade beloppet. Minska någon rad lika mycket. "
              "Mer pengar kräver ett nytt äskande.",
              amount=format_kronor(difference))
            if difference > 0
            else _("Raderna summerar %(amount)s mindre än det beviljade beloppet. Öka någon rad lika mycket.",
                   amount=format_kronor(-difference))
        )  # fmt: skip
    elif not changes and not problems:
        problems[""] = _("Ändra minst två rader. Ingen rad har fått ett nytt belopp.")
    elif cap_left is not None and moved > cap_left:
        problems[""] = _(
            "Du omfördelar %(moved)s och beslutet tillåter att ytterligare högst %(left)s omfördelas. "
            "Mer kräver ett nytt äskande.",
            moved=format_kronor(moved), left=format_kronor(cap_left),
        )  # fmt: skip
    elif _to_investment(before, after, cost_types) or _to_investment(granted, after, cost_types):
        problems[""] = _(
            "Pengar kan inte flyttas från drift till investering. Det kräver ett nytt äskande och ett nytt beslut."
        )
    if not reason:
        problems["reason"] = _("Skriv varför pengarna omfördelas.")
    return problems


def overspent(due: tuple[LineDue, ...], report: Report) -> int:
    """Kronor used beyond the lines' amounts, summed over the lines where that happened; 0 when none did."""
    return sum(
        max((report.lines[line.line].used or 0) - line.amount, 0)
        for line in due
        if line.amount is not None and line.line in report.lines
    )


def report_problems(due: tuple[LineDue, ...], report: Report, outcome: int | None = None) -> dict[str, str]:
    """What a final report lacks: used kronor per priced line, effect per line, a reason when more was used.

    ``outcome`` is what the ledger says of the whole grant, None where nothing is read in: the lines sum to it, or the
    report says why not.
    """
    problems = {}
    for line in due:
        given = report.lines.get(line.line, LineReport(used=None, effect=""))
        if line.amount is not None and given.used is None:
            problems[used_field(line.line)] = _("Ange utfallet för %(row)s. Skriv 0 om inget användes.", row=line.label)
        elif line.amount is None and given.used is not None:
            problems[used_field(line.line)] = _("%(row)s är inte beloppsatt och redovisas utan utfall.", row=line.label)
        elif given.used is not None and given.used < 0:
            problems[used_field(line.line)] = _("Utfallet kan inte vara negativt.")
        if not given.effect:
            problems[effect_field(line.line)] = _("Skriv vad %(row)s gav för effekt.", row=line.label)
    if set(report.lines) - {line.line for line in due}:
        problems[""] = _("Formuläret innehåller en rad som inte hör till beslutet. Ladda om sidan.")
    over = overspent(due, report)
    if over and not report.summary and not problems:
        problems["summary"] = _(
            "Utfallet är %(amount)s högre än beviljat på någon rad. Skriv varför.", amount=format_kronor(over)
        )
    elif outcome is not None and not report.summary and not problems:
        used = sum(given.used or 0 for given in report.lines.values())
        if used != outcome:
            problems["summary"] = _(
                "Raderna summerar %(used)s och utfallet enligt redovisningen är %(outcome)s. Skriv vad som skiljer.",
                used=format_kronor(used), outcome=format_kronor(outcome),
            )  # fmt: skip
    return problems
