"""A served portal whose database another process holds: reading goes on without waiting, writing says when to come back.

(That every form answers so and changes nothing is tried in ``tests/integration/test_bad_input.py``.)
"""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from portal import create_app
from portal.db import BUSY_TIMEOUT_MS, db, session
from tests.factories.funding_requests import a_draft
from tests.robustness.served import Served, holding, make_instance, until
from tests.robustness.visitor import Visitor

SEEN_LONG_AGO = "UPDATE user_session SET last_seen_at = strftime('%Y-%m-%d %H:%M:%f000', 'now', '-10 minutes')"
READ_SECONDS = BUSY_TIMEOUT_MS / 1000 - 1  # less than any wait for the lock


def test_pages_are_read_while_another_process_writes_and_the_form_goes_through_afterwards(tmp_path: Path) -> None:
    town = make_instance(tmp_path / "instance")
    app = create_app(tmp_path / "instance", testing=True)
    with app.app_context():
        case_id = a_draft(town).public_id
        session.remove()
        db.engine.dispose()
    served = Served(tmp_path / "instance")
    try:
        served.start_server()
        until(served.answers, "the server answers")
        asks, reads = Visitor(served.port, "sakerhetschef"), Visitor(served.port, "kommunchef")
        asks.sign_in()
        reads.sign_in()
        form = asks.form(f"/askanden/{case_id}/granska")
        # Both were last seen long ago: that they are here now would be noted, were the database free.
        with holding(served.folder, SEEN_LONG_AGO, commit=True):
            pass
        with holding(served.folder), ThreadPoolExecutor(1) as pool:
            sent = pool.submit(asks.ask, "POST", form.to, form.pairs, busy=False)
            begun = time.monotonic()
            for path in ("/", "/askanden", "/diariet", "/beslut", "/avsatta-medel"):
                assert reads.ask("GET", path).status == 200
            assert time.monotonic() - begun < READ_SECONDS, "no page waits for the lock"
            answer = sent.result()
        assert answer.status == 503
        assert answer.retry_after > 0
        assert "Inget har ändrats" in answer.text()
        assert served.rows("SELECT status, number FROM register_case") == [("draft", None)]

        again = asks.ask("POST", form.to, form.pairs)
        assert (again.status, again.location) == (303, f"/askanden/{case_id}")
        assert served.rows("SELECT status, serial FROM register_case") == [("submitted", 1)]
        assert "Traceback" not in served.said("server")
    finally:
        served.stop()
