"""The worker as a process of its own: it checks the log soon after its start, and its death is seen."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

from portal.web.standing import WORKER_SILENT
from tests.robustness.served import Served, until
from tests.robustness.visitor import Answer, Visitor

CHECKS = "SELECT ok, reason FROM log_check ORDER BY id"
HEALTH = "/halsa"


def health(served: Served) -> Answer:
    return Visitor(served.port, "").ask("GET", HEALTH, busy=False)


def run_both(served: Served) -> None:
    """Start both and wait until the server answers and the worker has checked the log."""
    served.start_server()
    served.start_worker()
    until(served.answers, "the server answers")
    until(lambda: bool(served.rows(CHECKS)), "the log is checked")


def write(served: Served, *statements: str, values: tuple[object, ...] = ()) -> None:
    """Past the portal, as only whoever owns the database can."""
    with closing(sqlite3.connect(served.folder / "portal.sqlite", timeout=20)) as connection, connection:
        for statement in statements:
            connection.execute(statement, values if "?" in statement else ())


def test_the_log_is_checked_at_once_and_a_dead_worker_is_seen(served: Served) -> None:
    assert not served.rows(CHECKS)
    run_both(served)
    assert served.rows(CHECKS) == [(1, "")]
    assert served.rows("SELECT failures, last_error FROM outbox WHERE kind = 'log_check'") == [(0, None)]
    until(lambda: health(served).status == 200, "the portal is well")

    served.kill(served.worker)
    silent = datetime.now(UTC) - WORKER_SILENT - timedelta(seconds=1)
    write(served, "UPDATE worker_heartbeat SET at = ?", values=(f"{silent:%Y-%m-%d %H:%M:%S.%f}",))
    answer = health(served)
    assert (answer.status, answer.body.decode()) == (503, "Bakgrundsarbetaren svarar inte.\n")

    # What it had in hand is done by the next one at once, not when the lease of two minutes has run out.
    ((name,),) = served.rows("SELECT name FROM worker_heartbeat")
    later = f"{datetime.now(UTC) + timedelta(minutes=2):%Y-%m-%d %H:%M:%S.%f}"
    held = "UPDATE outbox SET done_at = NULL, locked_by = ?, locked_until = ? WHERE kind = 'checkpoint'"
    write(served, held, values=(name, later))
    served.start_worker()
    until(lambda: health(served).status == 200, "the portal is well again")
    until(lambda: not served.rows("SELECT 1 FROM outbox WHERE done_at IS NULL"), "what was left is done", seconds=30)


def test_a_changed_log_is_found_by_the_worker_and_told(served: Served) -> None:
    visitor = Visitor(served.port, "kommunchef")
    served.start_server()
    until(served.answers, "the server answers")
    visitor.sign_in()
    write(
        served,
        "DROP TRIGGER log_body_no_update",
        "UPDATE log_body SET json = replace(json, 'Kommunchef', 'Annan') WHERE seq = 1",
    )
    served.start_worker()
    until(lambda: bool(served.rows(CHECKS)), "the log is checked")
    ok, reason = served.rows(CHECKS)[-1]
    assert (ok, reason) == (0, "Innehållet i post 1 är inte det som loggades.")
    answer = health(served)
    assert (answer.status, answer.body.decode()) == (503, "Loggen är bruten.\n")
