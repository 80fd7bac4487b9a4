"""No list reads a table from end to end or sorts it: every filter, order and page of each follows an index.

What a page really sends is put to SQLite's planner (EXPLAIN QUERY PLAN). Without ANALYZE its choice does not depend on
how many rows there are, so a thousand cases stand for any number. The same statements are put to PostgreSQL's.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import Migrate, downgrade, stamp
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

from portal import clock, schema, tables
from portal.cli.server import bring_up
from portal.db import db
from portal.desk import todo
from portal.desk.deviations import Kind
from tests.conftest import ClientFor
from tests.factories.disclosure import a_disclosure
from tests.factories.many import multiply
from tests.factories.town import Town
from tests.factories.transfer import a_sent_delivery
from tests.integration import postgresql_plans
from tests.integration.conftest import Road
from tests.integration.test_migrations import new_database

# Rows come with what the municipality is, not with its cases.
SMALL = {
    "delegation": "per person and fund, in force a year or more",
    "delegation_report": "a list per organ, kind and meeting",
    "delegation_order": "an edition a year or fewer",
    "export_template": "a few",
    "fund": "a few a year",
    "fund_decision": "a few per fund",
    "fund_unit": "a few per fund",
    "installation": "one row",
    "log_head": "one row",
    "meeting": "a dozen per organ and year",
    "notice_choice": "eight kinds per person",
    "number_series": "per register and year",
    "organ": "the bodies that decide",
    "person": "those who work with requests",
    "register": "one per diary",
    "role_holding": "a few per person",
    "substitution": "a few per person and year",
    "unit": "the units of the municipality",
    "worker_heartbeat": "one row",
}
# Part of a statement → what the planner says of it → why it may.
EXCEPTIONS: tuple[tuple[str, str, str], ...] = (
    (
        " LIKE ",
        "LIKE",
        "words are looked for inside titles, which no index of the portal holds: asked from three letters, read along the "
        "list's order, cut at a page and at 1 001 counted; a search with an index of its own is another piece of work",
    ),
    ("count(*) OVER () AS count", "ORDER BY", "a rare word: the cases of 2 000 places at most, counted whole and sorted"),
    ("substr(search_entry.text", "ORDER BY", "where the words stand in the twenty cases of a page"),
    ("user_session.token_hash = ?", "ORDER BY", "the roles of the person whose session it is and of those stood in for"),
    ("log_entry.case_id = ?", "ORDER BY", "the timeline shows the whole log of one case"),
    (
        "AS moved",
        "GROUP BY",
        "the year in figures: the ledger rows and requests of one fund, which is of one budget year, read along their index",
    ),
    (
        "sum(funding_request.requested) OVER",
        "ORDER BY",
        "the sum of what is asked of one fund and not decided: all that is summed must be read, and it is work in hand",
    ),
    (
        "funding_request.requested, ?)) OVER",
        "ORDER BY",
        "what counts against a ceiling: one unit's requests of one budget year to one money, all of which are summed",
    ),
    (
        "GROUP BY funding_request.fund_id",
        "GROUP BY",
        "sums what is asked and not decided: work in hand, by the index of statuses",
    ),
    (
        "FROM case_writer \nWHERE case_writer.person_id",
        "ORDER BY",
        "what one person has written for units that are no longer theirs, beside the units' own cases read in order",
    ),
)
# The same of PostgreSQL, which does not see that one row at most is met by an index that is not unique to it.
ON_POSTGRESQL: tuple[tuple[str, str, str], ...] = (
    ("user_session.token_hash", "Sort", "the roles of the person whose session it is and of those stood in for"),
    ("log_entry.case_id = ", "Sort", "the timeline shows the whole log of one case"),
    ("SELECT DISTINCT person.name", "Sort person.name", "the names of those who have a part in one case"),
    ("document.source_id IS NULL AND document.created_by_id", "Index Scan", "with no rows their order costs less"),
    ("SELECT case_relation.by_id", "Index Scan", "either end of a relation: two indexes as bitmaps, which are forbidden here"),
    ("ORDER BY budget_line.position", "Sort", "the lines of one version"),
    ("ORDER BY request_version.number", "Sort", "the versions of one case"),
    ("decision.decided_by_id = person.id", "Sort person.name", "the names of those who have decided, who are persons"),
)
Q = quote("åtgärd")


@pytest.fixture
def instance(walked: Path, request: pytest.FixtureRequest) -> Path:
    """The walked road, many times over; or as many cases as the test says."""
    multiply(walked / "portal.sqlite", getattr(request, "param", 1_200))
    return walked


@dataclass(frozen=True)
class Asked:
    """A statement that a page sent, with its values."""

    page: str
    sql: str
    values: Any


def _reads(sql: str) -> bool:
    return sql.lstrip("(").startswith(("SELECT", "WITH"))


class Planner:
    """Shows pages, keeps what each sends, and asks how it would be answered."""

    def __init__(self, app: Flask, instance: Path) -> None:
        self.connection = sqlite3.connect(instance / "portal.sqlite")
        self.tables = {row[0] for row in self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        self.sent: list[tuple[str, Any]] = []
        self.statements: dict[str, postgresql_plans.Sent] = {}
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._note)

    def _note(self, _conn: object, _cursor: object, sql: str, values: object, context: Any, _many: object) -> None:
        self.sent.append((sql, values))
        if context.compiled is not None and _reads(sql):
            self.statements.setdefault(sql, (context.compiled.statement, context.compiled_parameters[0]))

    def ask(self, client: FlaskClient, address: str, status: int = 200) -> tuple[str, list[Asked]]:
        """The page and the SELECTs it sent."""
        self.sent.clear()
        answer = client.get(address)
        assert answer.status_code == status, (address, answer.status_code)
        selects = [each for each in self.sent if _reads(each[0])]
        return answer.get_data(as_text=True), [Asked(address, *each) for each in selects]

    def faults(self, asked: Asked) -> Iterator[str]:
        """What the plan reads whole or sorts, of tables that grow."""
        rows = self.connection.execute(f"EXPLAIN QUERY PLAN {asked.sql}", asked.values).fetchall()
        names = {alias: table for table, alias in re.findall(r"(\w+) AS (\w+)", asked.sql) if table in self.tables}

        def grows(name: str) -> bool:
            return names.get(name, name) in self.tables - set(SMALL)

        if any(grows(table) for table in re.findall(r"(\w+)\.\w+\)? LIKE ", asked.sql)):
            yield "LIKE"
        loops: dict[int, list[str]] = {}
        for _id, parent, _unused, detail in rows:
            if loop := re.match(r"(?:SCAN|SEARCH) (\(subquery-\d+\)|\w+)", detail):
                loops.setdefault(parent, []).append(loop[1])
        for _id, parent, _unused, detail in rows:
            scan = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", detail)
            in_order = scan and scan[2] and "LIMIT" in asked.sql
            automatic = "AUTOMATIC" in detail and grows(detail.split()[1])
            if automatic or (scan and grows(scan[1]) and not in_order):
                yield detail
            elif "TEMP B-TREE" in detail:
                level = loops.get(parent, [])
                if level[:1] != ["page"] and any(grows(name) or self._unbounded(name, asked.sql) for name in level):
                    yield f"{detail} ({', '.join(level)})"

    def _unbounded(self, name: str, sql: str) -> bool:
        """A subselect, unless it is ``page``, which ends in LIMIT."""
        return name.startswith("(") or (
            name not in self.tables and name != "page" and re.search(rf"\) AS {name}\b", sql) is not None
        )


def excused(asked: Asked, fault: str) -> bool:
    return any(part in asked.sql and said in fault for part, said, _why in EXCEPTIONS)


def next_page(page: str) -> str | None:
    found = re.search(r'href="([^"]*[?&](?:efter|vantar|fore)=[^"]*)"', page)
    return unescape(found[1]) if found else None


def told(asked: Asked, fault: str) -> str:
    sql = " ".join(asked.sql.split())
    return f"{asked.page}\n  {fault}\n  {sql[sql.find('FROM') :][:1500]}"


READERS = ("kommunchef", "sakerhetschef", "revisor")
EVERYONE = (*READERS, "ekonom", "registrator", "arkivarie", "kommunledning", "admin")


def lists(town: Town, case_id: UUID) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Address → who looks, and each filter alone and all at once."""
    unit, fund, organ, chief = (each.public_id for each in (town.unit, town.fund, town.organ, town.person("kommunchef")))
    numbers = ("2026/12", "2026", quote("KS 2026"), quote("KS 2026/0012"))
    found = tuple(f"q={typed}" for typed in (Q, *numbers))
    return {
        "/": (EVERYONE, ("",)),
        "/askanden": (
            READERS,
            ("", *found, "status=submitted", "status=archived", f"enhet={unit}", f"medel={fund}", "ar=2026",
             f"enhet={unit}&ar=2026", f"medel={fund}&status=decided", f"medel={fund}&status=submitted&enhet={unit}&ar=2026",
             f"q=2026&enhet={unit}&status=submitted", "forsenade=1", f"forsenade=1&enhet={unit}&ar=2026",
             f"forsenade=1&medel={fund}", "forsenade=1&status=dispatched"),
        ),
        "/diariet": (
            ("registrator", "revisor"),
            ("", *found, f"enhet={unit}", "ar=2026", "ej_kontrollerade=1", f"ej_kontrollerade=1&enhet={unit}&ar=2026",
             f"q=2026&ej_kontrollerade=1&enhet={unit}"),
        ),
        "/beslut": (
            ("kommunchef", "revisor"),
            ("", "ar=2026", "utfall=granted", "organ=delegation", f"organ={organ}", f"ar=2026&utfall=granted&organ={organ}",
             f"beslutsfattare={chief}", f"beslutsfattare={chief}&ar=2026", f"medel={fund}", f"medel={fund}&utfall=granted",
             "anmalan=inte", "anmalan=inte&ar=2026", f"anmalan=inte&beslutsfattare={chief}", f"anmalan={organ}",
             "fran=2026-01-01", "till=2030-12-31", f"fran=2026-01-01&till=2030-12-31&anmalan={organ}"),
        ),
        "/beslut/listor": (("registrator", "revisor"), ("",)),
        "/sammantraden": (("registrator", "sakerhetschef"), ("", f"organ={organ}")),
        "/arkiv": (
            ("arkivarie", "revisor"),
            ("", f"q={Q}", f"enhet={unit}", "fran=2026-01-01", "till=2030-12-31",
             f"enhet={unit}&fran=2026-01-01&till=2030-12-31"),
        ),
        "/arkiv/avtal": (("arkivarie",), ("",)),
        "/arkiv/leveranser": (("arkivarie", "revisor"), ("",)),
        "/arkiv/leveranser/ny": (("arkivarie",), ("", f"ar={clock.today().year}", "ar=2019")),
        "/avvikelser": (
            ("revisor", "ekonom"),
            ("", "ar=2026", *(f"slag={kind}" for kind in Kind), *(f"slag={kind}&ar=2026" for kind in Kind)),
        ),
        "/sok": (
            ("registrator", "sakerhetschef"),
            ("q=kameror", "q=trygghet+skola", f"q=trygghet&enhet={unit}&ar=2026", "q=trygghet&status=submitted&traff=text",
             f"q={quote('över 1 tkr')}", f"q={quote('över 1 tkr')}+trygghet", f"q=trygghet&person={quote('säkerhetschef')}",
             f"q={quote('KS 2026/0001')}", f"q={quote('”Läget kräver mer”')}"),
        ),
        "/diariet/last-sekretess": (
            ("revisor",),
            ("", f"person={chief}", f"arende={quote('KS 2026/0012')}", "fran=2026-01-01&till=2030-12-31",
             f"person={chief}&fran=2026-01-01"),
        ),
        "/diariet/omprova-sekretess": (("registrator",), ("",)),
        "/avvikelser/urval": (("revisor", "ekonom"), ("fro=1", "fro=1&ar=2026", "fro=1&ar=2026&slag=slutredovisning")),
        "/kopior": (("kommunledning",), ("",)),
        "/utlamnande": (("registrator", "revisor"), ("",)),
        "/omfordelningar": (("ekonom",), ("",)),
        "/budgetjusteringar": (("ekonom2",), ("",)),
        "/budgetexport": (("ekonom",), ("",)),
        "/budgetexport/mallar": (("ekonom",), ("",)),
        "/kodtabeller": (("ekonom",), ("",)),
        "/kodtabeller/konto": (("ekonom",), ("", "efter=1200%202020-01-01")),
        "/avsatta-medel": (("ekonom", "sakerhetschef"), ("",)),
        f"/avsatta-medel/{fund}": (("ekonom", "sakerhetschef"), ("",)),
        "/administration": (("admin",), ("", "q=ekonom")),
        "/administration/delegationer": (("admin",), ("",)),
        "/konto": (("ekonom",), ("",)),
        "/filer": (("registrator", "admin"), ("",)),
        f"/askanden/{case_id}": (("kommunchef", "registrator", "ekonom"), ("",)),
        f"/askanden/{case_id}/samtal": (("kommunchef", "sakerhetschef", "registrator"), ("",)),
        f"/askanden/{case_id}/besluta": (("kommunchef",), ("",)),
    }  # fmt: skip


def faults_on_postgresql(
    engine: Engine, statements: Iterable[postgresql_plans.Sent], *, without: str = ""
) -> Iterator[tuple[str, frozenset[str]]]:
    """What PostgreSQL would read whole or sort, of tables that grow, and which exceptions allow it; ``without`` an index."""
    with engine.connect() as connection:
        postgresql_plans.prefer_indexes(connection)
        if without:
            connection.exec_driver_sql(f"DROP INDEX {without}")  # until the connection is closed
        for statement, values in statements:
            sql = str(statement)
            plan = postgresql_plans.plan(connection, statement, values)
            for fault, table in postgresql_plans.faults(plan, cut="LIMIT" in sql, gathered="UNION ALL" in sql):
                parts = {part for part, said, _why in ON_POSTGRESQL if part in sql and fault.startswith(said)}
                if parts or table not in SMALL:
                    yield f"{fault}, {table}\n  {' '.join(sql.split())[-1500:]}", frozenset(parts)


def test_every_filter_order_and_page_of_each_list_follows_an_index(
    app: Flask, client_for: ClientFor, town: Town, road: Road, instance: Path, postgresql: Any
) -> None:
    planner = Planner(app, instance)
    with_stamps = replace(app.extensions["settings"].seal, time_stamp="http://tid.akersbro.example")
    app.extensions["settings"] = replace(app.extensions["settings"], seal=with_stamps)  # then Filer tells of them too
    found: dict[str, str] = {}
    excused_for: set[str] = set()
    pages = 0
    with app.app_context():
        asked_for = a_disclosure(town, road.cases["archived"])
        _agreement, delivery = a_sent_delivery(town)
    requests = {asked_for.address: (("registrator",), ("", f"q={Q}", "q=2026/12")), asked_for.item: (("registrator",), ("",))}
    requests[f"/arkiv/leveranser/{delivery}"] = (("arkivarie",), ("", "lage=sent"))
    for address, (who, filters) in {**lists(town, road.cases["submitted"]), **requests}.items():
        for username in who:
            client = client_for(username)
            for chosen in filters:
                at: str | None = f"{address}?{chosen}" if chosen else address
                for _turn in range(2):
                    if at is None:
                        break
                    page, sent = planner.ask(client, at)
                    pages += 1
                    for asked in sent:
                        for fault in planner.faults(asked):
                            if excused(asked, fault):
                                excused_for |= {part for part, said, _why in EXCEPTIONS if part in asked.sql and said in fault}
                            else:
                                found.setdefault(f"{fault} {asked.sql}", f"{username} {told(asked, fault)}")
                    at = next_page(page)
    assert not found, f"{len(found)}\n" + "\n\n".join(found.values())
    assert excused_for == {part for part, _said, _why in EXCEPTIONS}, "no longer so: take it off the list"
    assert pages > 100
    there = create_engine(new_database(postgresql, "plans"), poolclass=NullPool)
    tables.metadata().create_all(there)
    faults = list(faults_on_postgresql(there, planner.statements.values()))
    assert not [fault for fault, excused_by in faults if not excused_by]
    met = {part for _fault, excused_by in faults for part in excused_by}
    assert met == {part for part, _said, _why in ON_POSTGRESQL}, "no longer so: take it off the list"
    lacking = faults_on_postgresql(there, planner.statements.values(), without="ix_register_case_submitted_at_id")
    assert any(not excused_by for _fault, excused_by in lacking), "a list without its index is not found"


@pytest.mark.parametrize(
    ("index", "username", "address"),
    [
        ("ix_register_case_turn_status_since_id", "kommunchef", "/"),
        ("ix_register_case_unit_id_submitted_at_id", "sakerhetschef", "/askanden"),
        ("ix_register_case_submitted_at_id", "registrator", "/diariet"),
        ("ix_register_case_year_submitted_at_id", "registrator", "/diariet?q=2026"),
        ("ix_redistribution_unconfirmed", "ekonom", "/omfordelningar"),
    ],
)
def test_a_list_without_its_index_is_found(
    app: Flask, client_for: ClientFor, instance: Path, index: str, username: str, address: str
) -> None:
    planner = Planner(app, instance)
    with sqlite3.connect(instance / "portal.sqlite") as connection:
        connection.execute(f"DROP INDEX {index}")
    planner.connection.close()
    planner.connection = sqlite3.connect(instance / "portal.sqlite")
    _page, sent = planner.ask(client_for(username), address)
    assert [fault for asked in sent for fault in planner.faults(asked) if not excused(asked, fault)]


def test_every_filter_of_a_list_is_tried(client_for: ClientFor, town: Town, road: Road) -> None:
    for address, (who, filters) in lists(town, road.cases["submitted"]).items():
        page = client_for(who[0]).get(address).get_data(as_text=True)
        form = re.search(r'<form[^>]*class="filters.*?</form>', page, re.DOTALL)
        names = set(re.findall(r'<(?:input|select)[^>]* name="(\w+)"', form[0])) if form else set()
        assert names <= {pair.split("=")[0] for chosen in filters for pair in chosen.split("&")}, address
        assert names or address not in ("/askanden", "/diariet", "/beslut", "/arkiv"), address


@pytest.mark.parametrize(
    ("username", "address"), [("kommunchef", "/askanden"), ("registrator", "/diariet"), ("arkivarie", "/arkiv")]
)
def test_two_letters_are_not_searched_for_and_stay_in_the_field(client_for: ClientFor, username: str, address: str) -> None:
    client = client_for(username)
    page = client.get(f"{address}?q=%C3%A5t")
    assert page.status_code == 200
    assert "Skriv minst tre tecken för att söka i rubriken." in page.text and 'value="åt"' in page.text
    assert "desk.case" not in page.text and 'class="title"' not in page.text
    assert "Skriv minst tre tecken" not in client.get(f"{address}?q=tor").text


def test_a_number_is_found_however_it_is_written_and_once(client_for: ClientFor, town: Town, instance: Path) -> None:
    connection = sqlite3.connect(instance / "portal.sqlite")
    (number,) = connection.execute(
        "SELECT number FROM register_case WHERE number IS NOT NULL AND unit_id = ? ORDER BY id LIMIT 1", (town.unit.id,)
    ).fetchone()
    prefix, rest = number.split("\u00a0")
    year, serial = rest.split("/")
    for username, address in (("registrator", "/diariet"), ("sakerhetschef", "/askanden"), ("kommunchef", "/askanden")):
        client = client_for(username)
        for typed in (number, f"{prefix.lower()} {year}/{serial}", f"{year}/{int(serial)}"):
            page = client.get(address, query_string={"q": typed}).text
            assert page.count('<th scope="row"><a') == 1 and number in page, (address, typed)
        assert client.get(address, query_string={"q": f"{prefix} {year}"}).text.count('<th scope="row"><a') == 50


def test_redistributions_turn_page_by_page(app: Flask, client_for: ClientFor, instance: Path) -> None:
    client, at, seen = client_for("ekonom"), "/omfordelningar", list[str]()
    while at:
        page = client.get(at).text
        seen += re.findall(r"omfordela/([0-9a-f-]{36})/bekrafta", page)
        at = next_page(page) or ""
    connection = sqlite3.connect(instance / "portal.sqlite")
    waiting = (
        "SELECT count(*) FROM redistribution JOIN decision ON decision.id = redistribution.decision_id "
        "WHERE confirmed_at IS NULL AND replaced_at IS NULL"
    )
    assert len(seen) == len(set(seen)) == connection.execute(waiting).fetchone()[0] > 50


@pytest.mark.parametrize(
    ("username", "turn", "status"),
    [("registrator", "keep_register", "submitted"), ("ekonom", "record_budget", ""), ("kommunchef", "decide", "")],
)
def test_a_work_list_is_the_oldest_first_whichever_turn_it_comes_from(
    app: Flask, town: Town, instance: Path, username: str, turn: str, status: str
) -> None:
    """``status``: where a declared jäv makes it the registrar's turn as well."""
    connection = sqlite3.connect(instance / "portal.sqlite")
    oldest = connection.execute(
        "SELECT public_id FROM register_case WHERE (turn = ? OR (status = ? AND id IN (SELECT case_id FROM "
        "conflict_of_interest))) AND id NOT IN (SELECT case_id FROM conflict_of_interest WHERE person_id = ?) "
        "ORDER BY status_since, id LIMIT 50",
        (turn, status, town.person(username).id),
    ).fetchall()
    with app.app_context():
        rows = todo.for_me(town.actor(username))
    assert [row.public_id.hex for row in rows] == [public_id for (public_id,) in oldest]
    assert len(rows) == todo.PAGE


MIRRORED = (
    "SELECT count(*) FROM register_case c WHERE checked_at IS NOT (SELECT at FROM case_fact "
    "WHERE case_id = c.id AND kind = 'registration_checked')",
    "SELECT count(*) FROM funding_request r JOIN register_case c ON c.id = r.case_id "
    "WHERE r.submitted_at IS NOT c.submitted_at",
    "SELECT count(*) FROM decision d WHERE organ_public_id IS NOT (SELECT o.public_id "
    "FROM minutes_entry m JOIN organ o ON o.id = m.organ_id WHERE m.id = d.minutes_id)",
)


@pytest.mark.parametrize("instance", [60], indirect=True)
def test_what_a_list_mirrors_is_what_stands_also_in_a_database_from_before(app: Flask, walked: Path) -> None:
    columns = (("register_case", "checked_at"), ("funding_request", "submitted_at"), ("decision", "organ_public_id"))

    def mirrors() -> list[object]:
        connection = sqlite3.connect(walked / "portal.sqlite")
        filled: list[object] = [
            connection.execute(f"SELECT count({name}) FROM {table}").fetchone()[0]  # noqa: S608  # names of the schema
            for table, name in columns
        ]
        filled.append(connection.execute("SELECT id, reported_on FROM final_report ORDER BY id").fetchall())
        assert [connection.execute(query).fetchone()[0] for query in MIRRORED] == [0, 0, 0]
        connection.close()
        return filled

    with sqlite3.connect(walked / "portal.sqlite") as connection:  # what was not there before has no place there
        connection.execute("DELETE FROM role_holding WHERE role = 'manager'")
        connection.execute("UPDATE register_case SET status = 'draft', turn = 'write_request' WHERE status = 'with_manager'")
    before = mirrors()
    assert all(before)
    with app.app_context():
        Migrate(app, db, directory=str(schema.MIGRATIONS))
        stamp(directory=str(schema.MIGRATIONS))
        downgrade(directory=str(schema.MIGRATIONS), revision="0001")
        db.engine.dispose()
        bring_up()
        db.engine.dispose()
    assert mirrors() == before
