"""What has to hold after a fault: at once, and when everyone has finished.

The database is read past the portal, in one snapshot, while people and worker go on.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, text

from portal.documents.store import Store
from portal.log import keys, verifier, witness
from portal.settings import load
from tests.faults.mail_server import Sink
from tests.faults.people import ASKED, USED, People
from tests.robustness.visitor import Acknowledged, Answer

OUTSIDE = "polis@example.org"

# In each line everything counts the same, at any moment: an act is wholly there or wholly absent.
WHOLE = {
    "submitted": (
        "SELECT count(*) FROM log_entry WHERE action = 'funding_requests.submit'",
        "SELECT count(*) FROM request_version",
        "SELECT count(DISTINCT case_id) FROM request_version v JOIN funding_request r ON r.id = v.funding_request_id",
        "SELECT count(DISTINCT number) FROM register_case",
        "SELECT coalesce(sum(last), 0) FROM number_series WHERE kind = 'case'",
        "SELECT count(*) FROM outbox WHERE kind = 'submission_document'",
    ),
    "decided": (
        "SELECT count(*) FROM log_entry WHERE action = 'decisions.decide'",
        "SELECT count(*) FROM decision",
        "SELECT count(DISTINCT case_id) FROM decision",
        "SELECT count(DISTINCT number) FROM decision",
        "SELECT coalesce(sum(last), 0) FROM number_series WHERE kind = 'decision'",
        "SELECT count(*) FROM ledger_row WHERE kind = 'granted'",
        "SELECT count(*) FROM outbox WHERE kind = 'decision_document'",
    ),
    "recorded": (
        "SELECT count(*) FROM log_entry WHERE action = 'accounting.record'",
        "SELECT count(*) FROM log_entry WHERE action = 'dispatch.queue'",
        "SELECT count(*) FROM budget_entry",
        "SELECT count(DISTINCT case_id) FROM budget_entry",
        # Three copies: finance, a unit and an outside address.
        "SELECT count(*) / 3 FROM dispatch_copy",
        "SELECT count(*) / 3 FROM outbox WHERE kind = 'copy'",
    ),
    "reported back": (
        "SELECT count(*) FROM log_entry WHERE action = 'accounting.report_back'",
        "SELECT count(*) FROM final_report",
        "SELECT count(DISTINCT case_id) FROM final_report",
    ),
    "report accepted": (
        "SELECT count(*) FROM log_entry WHERE action = 'accounting.accept_report'",
        "SELECT count(*) FROM ledger_row WHERE kind = 'returned'",
        "SELECT count(*) FROM register_case WHERE status = 'settled'",
    ),
    "logged": (
        "SELECT count(*) FROM log_entry",
        "SELECT coalesce(max(seq), 0) FROM log_entry",
        "SELECT count(*) FROM log_body",
        "SELECT coalesce(max(size), 0) FROM log_head",
    ),
    "documents": (
        "SELECT count(*) FROM document",
        "SELECT count(*) FROM log_entry WHERE action = 'documents.add'",
    ),
    "sent": (
        "SELECT count(*) FROM dispatch_copy WHERE state = 'sent'",
        "SELECT count(*) FROM log_entry WHERE action = 'dispatch.send'",
    ),
    "forms": (
        "SELECT count(*) FROM form_result",
        "SELECT count(*) FROM log_entry WHERE action IN ('funding_requests.submit', 'decisions.decide', 'accounting.record', "
        "'accounting.report_back', 'accounting.accept_report')",
        "SELECT count(*) FROM document WHERE kind = 'source'",
    ),
    "money": (
        "SELECT coalesce(sum(granted - returned), 0) FROM fund",
        "SELECT coalesce(sum(CASE kind WHEN 'granted' THEN amount ELSE -amount END), 0) FROM ledger_row "
        "WHERE kind IN ('granted', 'returned')",
    ),
}


@contextmanager
def reading(folder: Path) -> Iterator[Connection]:
    """One snapshot of the instance's database."""
    address = load(folder).database_address
    if address.startswith("sqlite"):
        engine = create_engine(address, poolclass=NullPool, connect_args={"isolation_level": None, "timeout": 20})
    else:
        engine = create_engine(address, poolclass=NullPool, isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        if address.startswith("sqlite"):
            connection.exec_driver_sql("BEGIN")
        yield connection


def _one(connection: Connection, statement: str) -> int:
    return int(connection.execute(text(statement)).scalar_one())


def waiting(folder: Path) -> int:
    """How much the worker has left to do."""
    with reading(folder) as connection:
        return _one(connection, "SELECT count(*) FROM outbox WHERE done_at IS NULL")


def lost(folder: Path, told: Sequence[Acknowledged]) -> list[Acknowledged]:
    """What was acknowledged and is not there, or is there with another answer."""
    with reading(folder) as connection:
        kept = _forms(connection)
    return [each for each in told if kept.get(each.form_key.replace("-", "")) != each.location]


def _forms(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT key, location FROM form_result"))
    return {str(row.key).replace("-", ""): row.location for row in rows}


def at_any_moment(folder: Path, told: Sequence[Acknowledged]) -> None:
    """Nothing acknowledged is lost, nothing is done twice, nothing is half done, every named file is whole."""
    with reading(folder) as connection:
        kept = _forms(connection)
        missing = [each for each in told if kept.get(each.form_key.replace("-", "")) != each.location]
        assert not missing, f"acknowledged and lost: {missing}"
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        whole(connection)
        files = [(str(row.sha256), row.size) for row in connection.execute(text("SELECT sha256, size FROM document"))]
    store = Store(folder / "blobs")
    for sha256, size in files:
        assert len(store.read(sha256)) == size


def whole(connection: Connection) -> None:
    """Each act has all of its rows, once."""
    for act, statements in WHOLE.items():
        counts = [_one(connection, statement) for statement in statements]
        if act == "forms":
            # A form is one act of the road, or one letter left with the portal.
            counts = [counts[0], counts[1] + counts[2]]
        assert len(set(counts)) == 1, (act, counts)


def at_last(folder: Path, people: People, sink: Sink | None) -> None:
    """Everyone has finished: each case went its whole road once, and every mail arrived."""
    with reading(folder) as connection:
        told = people.journal()
        assert {each.form_key.replace("-", ""): each.location for each in told} == _forms(connection)
        assert len({each.form_key for each in told}) == len(told)
        cases = len(people.walked)
        settled = "SELECT count(*) FROM register_case WHERE status = 'settled'"
        assert _one(connection, settled) == _one(connection, "SELECT count(*) FROM decision") == cases
        assert _one(connection, "SELECT sum(granted - returned) FROM fund") == cases * USED
        assert set(connection.execute(text("SELECT granted FROM decision_line")).scalars()) == {ASKED}
        numbers_have_no_gaps(connection)
        documents(connection, people.letters)
        _copies(connection, sink)
    signed = keys.load_log_key(folder / "log_key").public
    verdict = verify(folder, signed)
    assert verdict.ok, verdict.reason


def verify(folder: Path, signed: keys.PublicLogKey) -> verifier.Verdict:
    """The whole log against its key and the notes kept beside the database."""
    from portal import create_app
    from portal.db import db, session

    app = create_app(folder, testing=True)
    with app.app_context():
        try:
            return verifier.verify(signed, witness.recall(folder / "log_notes"))
        finally:
            session.remove()
            db.engine.dispose()


def numbers_have_no_gaps(connection: Connection) -> None:
    """In each year case numbers and decision numbers are 1 to as many as there are."""
    given: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row in connection.execute(text("SELECT year, serial FROM register_case WHERE serial IS NOT NULL")):
        given["case", row.year].append(row.serial)
    for number in connection.execute(text("SELECT number FROM decision")).scalars():
        year, serial = map(int, re.findall(r"\d+", number))
        given["decision", year].append(serial)
    for serials in given.values():
        assert sorted(serials) == [*range(1, len(serials) + 1)]
    last = {(row.kind, row.year): row.last for row in connection.execute(text("SELECT kind, year, last FROM number_series"))}
    assert last == {series: len(serials) for series, serials in given.items()}


def documents(connection: Connection, letters: set[str]) -> None:
    """One PDF per decision, per submitted version and per statement, and every letter that was left."""
    rows = connection.execute(text("SELECT kind, source_id, sha256 FROM document")).all()
    assert {row.sha256 for row in rows if row.kind == "source"} == letters
    for kind, table in (("decision", "decision"), ("submission", "request_version"), ("statement", "statement")):
        made = Counter(str(row.source_id) for row in rows if row.kind == kind)
        assert made == Counter(str(each) for each in connection.execute(text(f"SELECT public_id FROM {table}")).scalars())  # noqa: S608  # the two names above


def _copies(connection: Connection, sink: Sink | None) -> None:
    """One copy per recipient, sent; a mail that went twice has one Message-ID, and stands once in the table of mail."""
    copies = connection.execute(text("SELECT decision_id, recipient, email, state, message_id FROM dispatch_copy")).all()
    assert len({(copy.decision_id, copy.recipient) for copy in copies}) == len(copies)
    if sink is None:
        return
    assert {copy.state for copy in copies} <= {"sent"}
    kept = Counter(connection.execute(text("SELECT message_id FROM mail")).scalars())
    assert all(kept[copy.message_id] == 1 for copy in copies if copy.email)
    assert sink.message_ids() == set(kept), "what arrived is what the portal says that it sent"
    outside = {str(mail["Message-ID"]).strip() for mail in sink.got if OUTSIDE in str(mail["To"])}
    assert outside == {copy.message_id for copy in copies if copy.email == OUTSIDE}
    # Told without the portal: the same words to the same person are one mail, however often they came.
    same = defaultdict(set)
    for mail in sink.got:
        same[str(mail["To"]), str(mail["Subject"])].add(str(mail["Message-ID"]).strip())
    assert all(len(ids) == 1 for ids in same.values()), [key for key, ids in same.items() if len(ids) > 1]


def is_a_plain_refusal(answer: Answer) -> None:
    """503 with a sentence that says what happened and when to come back, and nothing of how the portal is made."""
    assert answer.status == 503
    assert answer.retry_after > 0, answer.text()
    said = answer.text()
    assert "Försök igen" in said, said
    assert not any(word in said for word in ("Traceback", "sqlite", "psycopg", "OSError", "I/O")), said
