"""What the ledger says of the demo's grants: the outcome of the last two months, read in by finance."""

from datetime import date, timedelta

from sqlalchemy import select

from portal import clock
from portal.accounting import outcome_operations
from portal.accounting.kept import keep
from portal.accounting.models import BudgetEntry, EntryKind
from portal.db import session
from portal.decisions.models import Decision
from portal.demo.town import Town
from portal.funding_requests.lifecycle import Status
from portal.register.models import Case

_SHARES = (15, 25)  # per cent of what was granted, in the month before the last and in the last one
_ELSEWHERE = "9990"  # a code of the municipality's that no grant is read on


def read_outcome_in(town: Town) -> None:
    """A file with two months for every grant that is being used, and a row that is no grant's."""
    rows = session.execute(
        select(BudgetEntry.outcome_code, Decision.granted)
        .join(Decision, Decision.id == BudgetEntry.decision_id)
        .join(Case, Case.id == BudgetEntry.case_id)
        .where(BudgetEntry.kind == EntryKind.DECISION.value, Case.status == Status.DISPATCHED.value)
        .order_by(BudgetEntry.id)
    ).all()
    lines = ["kod;månad;belopp"]
    for month, share in zip(_months(clock.today()), _SHARES, strict=True):
        lines += [f"{code};{month};{granted * share // 100}" for code, granted in rows if code]
        lines.append(f"{_ELSEWHERE};{month};{share * 1_000}")
    content = "\n".join(lines).encode()
    file = keep("utfall.csv", content)
    outcome_operations.import_outcome(kept=file, replaced=(), by=town.actor("ekonom2"))


def _months(today: date) -> tuple[str, str]:
    """The two months before this one, YYYY-MM."""
    last = today.replace(day=1) - timedelta(days=1)
    return f"{last.replace(day=1) - timedelta(days=1):%Y-%m}", f"{last:%Y-%m}"
