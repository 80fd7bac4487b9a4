"""What the package of a case for an archive costs: written and checked, as the portal does both at once, and checked alone.

Wall time, the median of warm rounds; veraPDF aside, which is run by hand where there is Java.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from portal import clock, create_app, tables
from portal.archive.checking.check import check
from portal.archive.package import gathering, operations
from portal.archive.package.build import build
from portal.db import db, session, transaction
from portal.documents.store import current_store
from portal.funding_requests.lifecycle import Action
from portal.log import keys
from portal.settings import current_settings
from tests.conftest import PASSWORD
from tests.factories.decisions import case_of
from tests.factories.files import a_pdf
from tests.factories.funding_requests import a_draft, attach
from tests.factories.road import act, run_worker
from tests.factories.town import Town
from tests.factories.town import build as build_town

DOCUMENTS = 10
MOST = 2000.0  # milliseconds, written and checked, the median
_WARM, _ROUNDS = 1, 7


def package_table() -> str:
    """The figures as a Markdown table."""
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place, "instance"), Path(place)
        folder.mkdir()
        app = create_app(folder, testing=True)
        with app.app_context():
            tables.metadata().create_all(db.engine)
            with transaction():
                town = build_town(PASSWORD)
            case_id = _decided(town)
            made = operations.package(case_of(case_id), out, operations.profile())
            assert made.files >= DOCUMENTS, made
            key = str(keys.load_or_create_log_key(current_settings().instance / "log_key").public)
            held = gathering.holding(case_of(case_id), key)
            rows = (
                ("Hämtas ur databasen", lambda: gathering.holding(case_of(case_id), key)),
                ("Skrivs", lambda: build(held, operations.profile(), out, current_store().read)),
                ("Kontrolleras", lambda: check(made.path, clock.now(), with_verapdf=False)),
                ("Hämtas, skrivs och kontrolleras", lambda: operations.package(case_of(case_id), out, operations.profile())),
            )
            taken = [(name, _median(act_)) for name, act_ in rows]
            session.remove()
            db.engine.dispose()
    lines = [f"| paket med {made.files} handlingar, {made.size // 1024} kB | ms, median | högst |", "|---|---|---|"]
    for name, spent in taken:
        verdict = f"{MOST:.0f}: {'ja' if spent <= MOST else 'NEJ'}" if name == taken[-1][0] else ""
        lines.append(f"| {name} | {spent:.0f} | {verdict} |")
    return "\n".join(lines) + "\n"


def _decided(town: Town) -> UUID:
    """A case that was decided, with its documents and attachments."""
    case_id = a_draft(town).public_id
    for number in range(DOCUMENTS - 2):
        attach(town, case_id, a_pdf(number + 1), f"offert-{number}.pdf")
    act(town, Action.SUBMIT, case_id, "sakerhetschef")
    act(town, Action.GIVE_STATEMENT, case_id, "ekonom")
    act(town, Action.DECIDE, case_id, "kommunchef")
    run_worker()
    return case_id


def _median(act_: Callable[[], object]) -> float:
    taken = []
    for _round in range(_WARM + _ROUNDS):
        begun = time.perf_counter()
        act_()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken[_WARM:])


if __name__ == "__main__":
    print(package_table())
