"""The ledger's files at the same moment: an entry goes in one of them, their numbers have no gap, a file is answered once,
and two grants are not read on one code."""

from sqlalchemy import func, select

from portal.accounting.models import BudgetEntry, BudgetExport, BudgetExportEntry
from portal.db import session
from tests.conftest import PASSWORD
from tests.races.arena import Arena, everything_holds, rows
from tests.races.test_same_case import CODES, TO_DECIDED, TO_DISPATCHED, of
from tests.scale import times

ROUNDS = times(1, 12)


def numbers() -> list[int]:
    return list(session.scalars(select(BudgetExport.number).order_by(BudgetExport.number)))


def living() -> int:
    """How often an entry stands in more than one file that has not been rejected."""
    some = (
        select(BudgetExportEntry.entry_id)
        .join(BudgetExport, BudgetExport.id == BudgetExportEntry.export_id)
        .where(BudgetExport.state != "rejected")
        .group_by(BudgetExportEntry.entry_id)
        .having(func.count() > 1)
    )
    return len(session.scalars(some).all())


def test_two_who_make_a_file_make_one_and_each_entry_goes_once(arena: Arena) -> None:
    for _ in range(2 * ROUNDS):
        with arena.inside():
            arena.walked(*TO_DISPATCHED)
            before = len(numbers())
        shots = [arena.shot(by, "/budgetexport", to="/budgetexport", template="") for by in ("ekonom", "ekonom2")]
        arena.duel(*shots)
        with arena.inside():
            assert numbers() == list(range(1, before + 2))
            assert living() == 0 and rows(BudgetEntry, BudgetEntry.export_id.is_(None)) == 0
    everything_holds(arena)


def test_a_file_is_accepted_or_rejected_never_both(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            arena.walked(*TO_DISPATCHED)
        making = arena.shot("ekonom", "/budgetexport", to="/budgetexport", template="")
        assert arena.race(making)[0].won
        with arena.inside():
            made = session.scalars(select(BudgetExport).order_by(BudgetExport.number.desc())).first()
            assert made is not None
            page, export_id = f"/budgetexport/{made.public_id}", made.id
        said = (("ekonom", "accepted"), ("ekonom2", "rejected"))
        winner, _answers = arena.duel(
            *(arena.shot(by, page, to=f"{page}/svar", answer=answer, reason="Okänt projekt.") for by, answer in said)
        )
        with arena.inside():
            held = rows(BudgetEntry, BudgetEntry.export_id == export_id)
            assert (held > 0) == (winner == 0)
            assert living() == 0
    everything_holds(arena)


def test_two_grants_are_not_read_on_one_code(arena: Arena) -> None:
    for turn in range(ROUNDS):
        with arena.inside():
            cases = [arena.walked(*TO_DECIDED) for _ in range(2)]
        code = f"R{arena.races}{turn}"
        shots = [
            arena.shot(by, of(case_id, "bokfor"), password=PASSWORD, outcome=code, **CODES)
            for by, case_id in zip(("ekonom", "ekonom2"), cases, strict=True)
        ]
        for shot in shots:
            for name in list(shot.sent):
                if name.startswith("code:") and not shot.sent[name]:
                    shot.sent[name] = "5410"
        arena.duel(*shots)
        with arena.inside():
            assert rows(BudgetEntry, BudgetEntry.outcome_code == code) == 1
    everything_holds(arena)
