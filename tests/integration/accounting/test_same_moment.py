"""Two economists press at the same moment: one records, the other is told, and nothing is recorded or queued twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from portal.accounting.models import BudgetEntry
from portal.db import session, transaction
from portal.dispatch import operations as dispatch
from portal.dispatch.models import Copy
from portal.errors import Conflict
from portal.outbox.models import OutboxRow
from tests.factories.accounting import an_entry
from tests.factories.decisions import a_decision
from tests.factories.town import Town


def test_one_decision_is_recorded_and_sent_once(app: Flask, town: Town) -> None:
    with app.app_context():
        case_id, decision = a_decision(town)
        entry = an_entry(decision)
    together = Barrier(2)

    def record(username: str) -> bool:
        with app.app_context():
            by = town.actor(username)
            together.wait()
            try:
                with transaction():
                    dispatch.record_and_queue(case_id=case_id, entry=entry, by=by, seen_version=None)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(record, ("ekonom", "ekonom2"))) == [False, True]
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(BudgetEntry)) == 1
        assert session.scalar(select(func.count()).select_from(Copy)) == 2
        queued = select(func.count()).select_from(OutboxRow).where(OutboxRow.kind == "copy")
        assert session.scalar(queued) == 2
