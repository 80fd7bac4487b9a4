"""`make bench`: processor time of the portal's pages against the floor, with few cases and with many.

``CASES=1000000 make bench`` for more cases (100 000 unless told). Figures are ratios of medians within one run; they are
printed and kept in ``build/bench.md``. They are never a test: a machine that does something else moves them.
"""

import gc
import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select

from bench.acts import acts_table
from bench.documents import reading_table
from bench.floor import create_floor
from bench.packages import package_table
from bench.processes import server_table
from bench.sealing import MANY as MANY_DECISIONS
from bench.sealing import sealing_table
from bench.weights import weights_table
from portal import create_app, tables
from portal.db import db, session, transaction
from portal.people.passwords import use_cheap_profile
from portal.register.models import Case
from portal.register.terms import stem, terms, word_id
from tests.conftest import PASSWORD
from tests.factories.many import multiply
from tests.factories.places import PLACES
from tests.factories.town import build

ROOT = Path(__file__).parent.parent
FEW, MANY = 1_000, int(os.environ.get("CASES", "100000"))
UNUSUAL = "kvasterfly"  # a word of one case
A_YEAR = 20  # copies of the walked cases, about sixty: what a large municipality has in a year
ROUNDS, EACH = 5, 8


@dataclass(frozen=True)
class Measured:
    """One page: who looks, where in the portal, which page of the floor, how many times the floor it may cost, and how
    many times more with many cases than with few."""

    name: str
    who: str
    path: str
    floor: str
    most: float = 3.0
    growth: float = 1.3


PAGES = (
    Measured("Att göra", "kommunchef", "/", "/todo"),
    Measured("Att göra, handläggare", "sakerhetschef", "/", "/todo"),
    Measured("Ärende", "kommunchef", "/askanden/{case}", "/case/{hex}"),
    Measured("Äskanden", "kommunchef", "/askanden", "/requests"),
    Measured("Diariet", "registrator", "/diariet", "/register"),
    Measured("Beslut", "kommunchef", "/beslut", "/decisions"),
    Measured("Avsatta medel", "kommunchef", "/avsatta-medel", "/funds"),
    Measured("Sök, ovanligt ord", "kommunchef", f"/sok?q={UNUSUAL}", f"/search/rare/{UNUSUAL}", 2.0, 2.0),
    Measured("Sök, vanligt ord", "kommunchef", "/sok?q=trygghet", "/search/common/trygghet", 2.0, 2.0),
    Measured("Sök, två ord", "kommunchef", "/sok?q=trygghet+kameror", "/search/common/kamer", 2.0, 2.0),
)
# What the copies are found by: a million cases with every word of theirs would be some twenty gigabytes.
KEPT_ENTRIES = ("title", "sender", "request")


def walked(folder: Path) -> UUID:
    """A town in which the road has been walked; the case that stands decided."""
    app = create_app(folder, testing=True)
    with app.app_context():
        tables.metadata().create_all(db.engine)
        with transaction():
            town = build(PASSWORD)
        cases = {place: walk(town) for place, walk in PLACES.items()}
        db.session.remove()
        db.engine.dispose()
    return cases["dispatched"]


def thin(database: Path) -> None:
    """Leave in the index what the copies keep."""
    connection = sqlite3.connect(database)
    with connection:
        kept = ", ".join(f"'{kind}'" for kind in KEPT_ENTRIES)
        connection.execute(f"DELETE FROM search_entry WHERE kind NOT IN ({kept})")  # noqa: S608 own names
        connection.execute("DELETE FROM search_posting WHERE entry_id NOT IN (SELECT id FROM search_entry)")
    connection.close()


def add_unusual(database: Path) -> None:
    """Let one case hold a word that no other does."""
    connection = sqlite3.connect(database)
    with connection:
        entry, case = connection.execute("SELECT min(id), case_id FROM search_entry WHERE kind = 'request'").fetchone()
        number = word_id(stem(UNUSUAL))
        connection.execute("UPDATE search_entry SET text = ? || ' ' || text WHERE id = ?", (UNUSUAL, entry))
        connection.execute("INSERT INTO search_posting (case_id, word_id, entry_id, position) VALUES (?, ?, ?, 0)",
                           (case, number, entry))  # fmt: skip
        terms_of = [(term, number) for term in terms(stem(UNUSUAL))]
        connection.executemany("INSERT INTO search_term (term, word_id) VALUES (?, ?)", terms_of)
    connection.close()


def milliseconds(ask: Callable[[], object]) -> float:
    """Processor time of one request: the median of the rounds."""
    taken = []
    for _round in range(ROUNDS):
        begun = time.process_time()
        for _time in range(EACH):
            ask()
        taken.append((time.process_time() - begun) / EACH * 1000)
    return statistics.median(taken)


def asks(client: FlaskClient, path: str) -> Callable[[], object]:
    """Asks for the page, which must be there."""

    def ask() -> object:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status)
        return answer.get_data()

    for _warm in range(3):
        ask()
    return ask


def measured(folder: Path, case_id: UUID) -> list[tuple[float, float]]:
    """For each page the milliseconds of the portal and of the floor."""
    app = create_app(folder, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    clients: dict[str, FlaskClient] = {}
    for username in {page.who for page in PAGES}:
        clients[username] = app.test_client()
        answer = clients[username].post("/logga-in", data={"username": username, "password": PASSWORD})
        assert answer.status_code == 303, username
    with app.app_context():
        stored = session.connection().exec_driver_sql("SELECT public_id FROM register_case LIMIT 1").scalar_one()
        assert session.scalar(select(Case.id).where(Case.public_id == case_id))
        session.remove()
    key = str(case_id) if "-" in str(stored) else case_id.hex
    floor = create_floor(folder / "portal.sqlite").test_client()
    gc.collect()
    gc.freeze()
    found = []
    for page in PAGES:
        portal = milliseconds(asks(clients[page.who], page.path.format(case=case_id)))
        found.append((portal, milliseconds(asks(floor, page.floor.format(hex=key)))))
    with app.app_context():
        db.engine.dispose()
    return found


def table(few: list[tuple[float, float]], many: list[tuple[float, float]], cases: int) -> str:
    """The figures as a Markdown table."""
    lines = [
        f"| sida | golv, ms | portalen, ms | × golvet | högst | vid {cases} ärenden, ms | tillväxt | högst |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for page, (portal, floor), (grown, _floor) in zip(PAGES, few, many, strict=True):
        lines.append(
            f"| {page.name} | {floor:.2f} | {portal:.2f} | {portal / floor:.1f} | {page.most:.0f} "
            f"| {grown:.2f} | {grown / portal:.2f} | {page.growth:.1f} |".replace(".", ",")
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure with few cases, then with many, and tell."""
    use_cheap_profile(True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "instance"
        folder.mkdir()
        case_id = walked(folder)
        told = acts_table()
        thin(folder / "portal.sqlite")
        larger = Path(shutil.copytree(folder, Path(place) / "larger"))
        multiply(folder / "portal.sqlite", FEW, a_year=A_YEAR)
        add_unusual(folder / "portal.sqlite")
        print(f"Mäter med {FEW} ärenden …", flush=True)
        few = measured(folder, case_id)
        print(f"Mäter med {MANY} ärenden …", flush=True)
        cases = multiply(larger / "portal.sqlite", MANY, a_year=A_YEAR)
        add_unusual(larger / "portal.sqlite")
        told = "\n".join([table(few, measured(larger, case_id), cases), told, weights_table(folder, case_id)])
    print(f"Gör {MANY_DECISIONS} beslut …", flush=True)
    told += "\n".join(["", reading_table(), package_table(), server_table(), sealing_table(MANY_DECISIONS)])
    told += f"\nBelastning under mätningen: {', '.join(f'{load:.1f}' for load in os.getloadavg())}\n"
    print(told)
    kept = ROOT / "build" / "bench.md"
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
