"""Who sees what, on every list and page: what a person has no right to is nowhere, and not visible is the same as unknown."""

import ast
import html
import io
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import portal
from portal import clock
from portal.db import session, transaction
from portal.dispatch.models import Copy
from portal.documents.models import Document
from portal.funding_requests import operations as requests
from portal.funding_requests.lifecycle import UNREGISTERED, Action
from portal.funds.models import Fund
from portal.log.models import LogEntry
from portal.people.models import Person
from portal.register import marking
from portal.register.models import Case
from tests.conftest import ClientFor
from tests.factories.decisions import case_of
from tests.factories.funding_requests import a_draft
from tests.factories.places import SECRET_LINE, SECRET_TITLE, status_of
from tests.factories.road import act
from tests.factories.town import Town
from tests.integration.conftest import Road
from tests.integration.test_road_actions import USERNAMES, sees

SECRET = ("submitted, secret", "dispatched, secret")
# Stands in the title and in the line of the secret requests, and nowhere else.
HIDDEN = "torget"
assert HIDDEN in SECRET_TITLE and HIDDEN in SECRET_LINE
LISTS = ("/", "/askanden", "/avsatta-medel", "/diariet", "/beslut", "/arkiv", "/kopior", "/omfordelningar", "/avvikelser")


@pytest.fixture
def instance(walked: Path) -> Path:
    """This module's tests stand on the walked road."""
    return walked


def words(answer: TestResponse) -> str:
    """What the answer says to whoever reads it, headers too; no-break spaces made plain."""
    data = answer.get_data()
    if zipfile.is_zipfile(io.BytesIO(data)):  # a spreadsheet
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            data = b" ".join(parts.read(name) for name in parts.namelist())
    if data.startswith(b"%PDF-"):
        data = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True, timeout=30).stdout
    said = f"{answer.headers} {html.unescape(data.decode('utf-8', 'replace'))}"
    return said.replace("\u00a0", " ").replace("\u202f", " ").lower()


def ids_of(app: Flask, case_id: UUID) -> dict[str, UUID]:
    """What addresses of a case may name beside the case."""
    with app.app_context():
        case = case_of(case_id)
        document = session.scalars(select(Document.public_id).where(Document.case_id == case.id).limit(1)).first()
        copy = session.scalars(select(Copy.public_id).where(Copy.case_id == case.id).limit(1)).first()
    return {"case_id": case_id, "document_id": document or uuid4(), "copy_id": copy or uuid4()}


def pages(app: Flask, known: dict[str, UUID], *, of_case: bool) -> Iterator[str]:
    """The address of every page, those that name a case or something in it or those that do not."""
    naming = {"case_id", "document_id", "copy_id"}
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static" or rule.rule.startswith(("/logga", "/lank")):
            continue
        if bool(naming & rule.arguments) is of_case:
            yield _address(rule, known)


def _address(rule: Rule, known: dict[str, UUID]) -> str:
    built = rule.build({name: known.get(name, uuid4()) for name in rule.arguments}, append_unknown=False)
    assert built is not None
    return built[1]


def number_of(app: Flask, case_id: UUID) -> str:
    with app.app_context():
        return (case_of(case_id).number or "").replace("\u00a0", " ").lower()


@pytest.mark.parametrize("username", USERNAMES)
def test_the_list_of_requests_shows_what_the_person_may_see_and_nothing_else(
    app: Flask, client_for: ClientFor, road: Road, username: str
) -> None:
    answer = client_for(username).get("/askanden")
    if answer.status_code == 403:
        assert not any(sees(place, username) for place in road.cases)
        return
    said = words(answer)
    for place, case_id in road.cases.items():
        if status_of(place) not in UNREGISTERED:
            assert (number_of(app, case_id) in said) is sees(place, username), place


@pytest.mark.parametrize("username", USERNAMES)
def test_what_a_secret_case_is_about_is_on_no_page_for_those_without_right(
    app: Flask, client_for: ClientFor, road: Road, username: str
) -> None:
    client = client_for(username)
    places = [place for place in SECRET if not sees(place, username)]
    looked = 0
    for place in places:
        here = ids_of(app, road.cases[place])
        for address in pages(app, here, of_case=True):
            assert HIDDEN not in words(client.get(address)), address
            looked += 1
    if len(places) == len(SECRET):
        for address in pages(app, {"fund_id": _fund(app)}, of_case=False):
            assert HIDDEN not in words(client.get(address)), address
            looked += 1
    assert looked or not places


def _fund(app: Flask) -> UUID:
    with app.app_context():
        return session.scalars(select(Fund.public_id).where(Fund.name == "Trygghetsmiljonen")).one()


def test_the_words_looked_for_are_on_the_page_of_one_who_has_the_right(client_for: ClientFor, road: Road) -> None:
    """Else the test above could not fail."""
    for place in SECRET:
        assert HIDDEN in words(client_for("sakerhetschef").get(f"/askanden/{road.cases[place]}"))


@pytest.mark.parametrize("username", ["fritidschef", "ekonom", "arkivarie", "revisor"])
def test_the_register_shows_number_and_public_title_of_a_secret_case_to_every_reader(
    app: Flask, client_for: ClientFor, road: Road, username: str
) -> None:
    said = words(client_for(username).get("/diariet"))
    assert number_of(app, road.cases["submitted, secret"]) in said
    assert "uppgift utelämnad" in said


@pytest.mark.parametrize("search", ["torget", "Skydd av utpekade", SECRET_TITLE])
@pytest.mark.parametrize("where", ["/askanden?q=", "/diariet?q=", "/beslut?q=", "/arkiv?q=", "/sok?q="])
def test_a_search_for_its_words_does_not_find_a_secret_case(
    app: Flask, client_for: ClientFor, road: Road, where: str, search: str
) -> None:
    answer = client_for("ekonom2").get(where + search)
    for place in SECRET:
        assert number_of(app, road.cases[place]) not in words(answer), place


def test_a_draft_is_on_no_list_of_anyone_but_its_writers(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        case_id = a_draft(town, title="Utegym vid sjön").public_id
    for username in USERNAMES:
        client = client_for(username)
        found = [where for where in LISTS if "utegym" in words(client.get(where))]
        assert bool(found) is (username == "sakerhetschef"), (username, found)
    with app.app_context(), transaction():
        other = town.person("sakerhetssamordnare").public_id
        requests.add_writer(case_id=case_id, person_id=other, by=town.actor("sakerhetschef"))
    assert "utegym" in words(client_for("sakerhetssamordnare").get("/"))


def test_the_administrator_sees_no_case_content_anywhere(app: Flask, client_for: ClientFor, road: Road) -> None:
    client = client_for("admin")
    titles = ("trygghetsskapande åtgärder", "kamerabevakning")
    for address in (*LISTS, *pages(app, {"fund_id": _fund(app)}, of_case=False)):
        if address in ("/hjalp", "/schema/beslut-v1.json", "/kontrollera/program"):
            continue  # speak of cameras in general
        said = words(client.get(address))
        assert not [title for title in titles if title in said], address
    for place, case_id in road.cases.items():
        assert client.get(f"/askanden/{case_id}").status_code in (403, 404), place


def test_a_recipient_reads_the_copies_of_the_own_unit_and_no_case(app: Flask, client_for: ClientFor, road: Road) -> None:
    with app.app_context():
        case = case_of(road.cases["dispatched"])
        copies = {copy.recipient: copy.public_id for copy in session.scalars(select(Copy).where(Copy.case_id == case.id))}
    client = client_for("kommunledning")
    assert number_of(app, road.cases["dispatched"]) in words(client.get("/kopior"))
    assert client.get(f"/kopior/{copies['Kommunledningsförvaltningen']}").status_code == 200
    assert client.get(f"/kopior/{copies['Kommunledningsförvaltningen']}/beslut.pdf").status_code == 200
    assert client.get(f"/kopior/{copies['Ekonomiavdelningen']}").status_code == 404
    assert client.get(f"/askanden/{case.public_id}").status_code in (403, 404)


def test_a_recipient_of_a_secret_decision_is_not_shown_what_it_says(app: Flask, client_for: ClientFor, road: Road) -> None:
    with app.app_context():
        case = case_of(road.cases["dispatched, secret"])
        copy = session.scalars(
            select(Copy.public_id).where(Copy.case_id == case.id, Copy.recipient == "Kommunledningsförvaltningen")
        ).one()
    client = client_for("kommunledning")
    assert number_of(app, road.cases["dispatched, secret"]) in words(client.get("/kopior"))
    assert client.get(f"/kopior/{copy}/beslut.pdf").status_code in (403, 404)


def test_a_document_of_a_secret_case_is_unknown_without_right_and_logged_when_read(
    app: Flask, client_for: ClientFor, road: Road
) -> None:
    here = ids_of(app, road.cases["dispatched, secret"])
    stranger, reader = client_for("ekonom2"), client_for("revisor")
    for part in ("", "/visa", "/bild"):
        missing = stranger.get(f"/handlingar/{uuid4()}{part}")
        answer = stranger.get(f"/handlingar/{here['document_id']}{part}")
        assert (answer.status_code, answer.data) == (404, missing.data)
        with app.app_context():
            before = _reads()
        assert reader.get(f"/handlingar/{here['document_id']}{part}").status_code == 200
        with app.app_context():
            assert _reads() == before + 1


def _reads() -> int:
    return len(session.scalars(select(LogEntry.seq).where(LogEntry.action == "register.read_secret")).all())


@pytest.mark.parametrize("username", ["revisor", "registrator", "kommunchef", "sakerhetschef"])
def test_every_showing_of_a_secret_case_is_logged_before_it_is_answered(
    app: Flask, client_for: ClientFor, road: Road, username: str
) -> None:
    client = client_for(username)
    with app.app_context():
        before = _reads()
    for _time in range(2):
        assert client.get(f"/askanden/{road.cases['submitted, secret']}").status_code == 200
    with app.app_context():
        assert _reads() == before + 2


def test_a_person_named_on_the_mark_sees_the_case_until_the_mark_is_lifted(
    app: Flask, client_for: ClientFor, road: Road, town: Town
) -> None:
    case_id = road.cases["submitted, secret"]
    client = client_for("ekonom2")
    assert client.get(f"/askanden/{case_id}").status_code == 404
    with app.app_context(), transaction():
        marking.mark_secrecy(
            case_id=case_id,
            marking=marking.Marking(
                provision="18 kap. 8 § OSL",
                public_title="Uppgift utelämnad",
                readers=frozenset({session.get_one(Person, town.person("ekonom2").id).public_id}),
            ),
            by=town.actor("registrator"),
            seen_version=None,
        )
    assert client.get(f"/askanden/{case_id}").status_code == 200
    with app.app_context():
        act(town, Action.LIFT_MARK, case_id, "registrator")
    assert client.get(f"/askanden/{case_id}").status_code == 200  # no longer secret: every ekonom reads it


def test_a_disabled_person_with_a_living_session_is_asked_to_sign_in(
    app: Flask, client_for: ClientFor, road: Road, town: Town
) -> None:
    client: FlaskClient = client_for("kommunchef")
    with app.app_context(), transaction():
        session.get_one(Person, town.person("kommunchef").id).disabled_at = clock.now()
    for address in pages(app, ids_of(app, road.cases["submitted"]), of_case=True):
        answer = client.get(address)
        assert answer.status_code == 303, address
        assert answer.headers["Location"].startswith("/logga-in"), address


# Every query over cases goes through register.access

GUARDS = {"visible", "registered", "find", "is_visible"}
# Functions that look at cases without asking who looks, and why they may.
ALLOWED: dict[str, str] = {
    "register/access.py:_is_writer": "part of the condition itself",
    "register/access.py:_named": "part of the condition itself",
    "register/access.py:_takes_part": "part of the condition itself",
    "register/mark_routes.py:_mark_page": "asks the address, no query; act_page() finds the case",
    "register/relation_routes.py:perform_unrelate": "asks the form, no query; the operation finds the case",
    "register/mark_routes.py:perform_mark_secrecy": "asks the form, no query; the operation finds the case",
    "register/secrecy.py:due_on_day": "the worker: whom to remind; a notice names the number and nothing of the content",
    "register/secrecy.py:hidden": "the marks of a case that has been let in, or of which the person got a copy",
    "register/diary.py:_narrowed": "narrows what listed() has put through registered()",
    "register/documents.py:hold": "locks the row of a case that the worker has found",
    "register/queries.py:_parts": "of what is written after a case only who writes it, to refuse them a second",
    "accounting/queries.py:last_codes": "codes by label, filled in only where the own line has the same label",
    "archive/queries.py:columns": "columns of standing() in decisions, for a case that has been let in",
    "archive/queries.py:_copies": "a count inside columns()",
    "archive/queries.py:_narrowed": "narrows what _listed() has put through visible()",
    "archive/queries.py:_page": "pages what _listed() has put through visible()",
    "funding_requests/queries.py:followed_number": "the number of the case that is followed: public, as all numbers are",
    "desk/todo.py:_interim": "columns inside _statement(), which is narrowed to what the person sees",
    "dispatch/reminders.py:_page": "the worker: whom to remind; a notice names the number and nothing of the content",
    "funding_requests/following.py:shown": "the row that in_thread() puts through visible()",
    "cli/cases.py:cases": "the operator, who can read the instance",
    "cli/cases.py:case_numbered": "the operator, who can read the instance",
    "archive/transfer/operations.py:_cases": "the cases of packages that are in a delivery, which has been let in by role",
    "archive/transfer/operations.py:note_sent": "the worker",
    "archive/transfer/operations.py:withhold": "the worker",
    "archive/transfer/queries.py:_held": "a condition; _going() and preview() add visible()",
    "archive/transfer/queries.py:_answered_for": "likewise",
    "archive/transfer/queries.py:_to_dispose": "likewise",
    "archive/transfer/queries.py:_biased": "likewise",
    "archive/transfer/queries.py:going": "asks _going(), which adds visible()",
    "archive/transfer/queries.py:case_of": "the worker",
    "archive/transfer/queries.py:reported": "the worker: number and public title, which everyone may know",
    "archive/package/operations.py:package": "the case it was given, found anew after the log was signed",
    "archive/package/operations.py:package_for_operator": "the operator, who can read the instance",
    "archive/package/operations.py:numbered": "the operator, who can read the instance",
    "funding_requests/counted.py:sum_of_others": "a sum of kronor for the rule on split requests, no content",
    "decisions/queries.py:_standing": "a case that has been let in",
    "decisions/queries.py:decision": "the worker",
    "decisions/queries.py:asked_per_fund": "sums of kronor, which everyone who reads funds may see",
    "desk/todo.py:_due": "conditions; _statement() and count() add is_visible()",
    "desk/todo.py:_barred": "a condition; _statement() and count() add is_visible()",
    "desk/todo.py:_keys": "_statement() and count() pass it is_visible()",
    "desk/todo.py:_of_others": "conditions; _statement() adds is_visible()",
    "desk/todo.py:_errand_counts": "a count for the registrar, who reads every case",
    "disclosure/queries.py:_of": "items() and item() put it through visible()",
    "disclosure/queries.py:facts": "what the rules look at of every document of a request; nothing of a case is shown",
    "dispatch/queries.py:to_send": "the worker",
    "dispatch/queries.py:unacknowledged": "the worker: whom to remind; a notice names the number and nothing of the content",
    "dispatch/late_steps.py:_page": "likewise",
    "decisions/lateness.py:_days": "a condition on the case of another query, which asks",
    "notices/queries.py:case_of": "where a notice of one's own leads; the page it leads to asks",
    "notices/queries.py:for_digest": "the worker: a mail names the number and nothing of the content",
    "dispatch/queries.py:sent_among": "the worker",
    "dispatch/queries.py:copy_by_message_ids": "what a mail server says of a copy, which nobody reads by it",
    "dispatch/operations.py:_tell_queued": "inside queue_copies()",
    "dispatch/queries.py:case_for_worker": "the worker",
    "dispatch/queries.py:decision_for_worker": "the worker",
    "documents/logging_files.py:tell": "the worker tells the log of a file, which nobody reads by it",
    "documents/operations.py:add_document": "the case is let in by the operation that keeps the document, or the worker",
    "funding_requests/listing.py:_mine": "narrows further what _base() puts through visible()",
    "funding_requests/listing.py:_narrowed": "narrows what _base() has put through visible()",
    "funding_requests/queries.py:version": "the worker",
}
ALLOWED |= {
    "register/operations.py:register_case": "whether a number stands already; of the case nothing is told",
    "register/queries.py:numbered": "by its number, which the register shows everyone; who may act is asked of each case",
    "register/registers.py:_taken": "a number that stands already, which the register shows everyone",
    "register/relating.py:unrelate": "the other case of a relation; only its number is told",
    "decisions/fund_movements.py:of_fund": "sums of kronor and names of units, which everyone who reads funds may see",
    "register/looking.py:changed_since": "a condition; the lists add is_visible() or visible()",
    "accounting/control_queries.py:due": "a condition; who sees adds it to theirs",
    "decisions/deciders.py:_barred": "a condition; todo adds is_visible()",
    "decisions/deciders.py:_for_its_money": "a condition; todo adds is_visible()",
    "decisions/deciders.py:is_for": "a condition; todo adds is_visible()",
    "decisions/deciders.py:nobody_may_act": "a condition; todo adds is_visible()",
    "decisions/listing.py:report_too_late": "a condition; listed() and everything() put it through visible()",
    "decisions/statement_queries.py:due": "a condition; what is due and who sees add it to theirs",
    "desk/deviations.py:_read": "reads what _narrowed() has put through visible()",
    "funding_requests/listing.py:awaited_too_long": "a condition; listed() and everything() put it through visible()",
    "accounting/export_queries.py:pick": "the ledger gets number and amounts of all; its labels where the case is not secret",
    "accounting/export_queries.py:secret_now": "what must not be told in a file to the ledger",
    "accounting/export_queries.py:has_become_secret": "likewise, of a file that was made before",
    "decisions/statement_document.py:_found": "the worker: makes the statement's document",
    "decisions/statement_document.py:catch_up": "the worker: queues what statements lack their document",
    "desk/waiting.py:_about": "_failing() puts it through visible()",
    "desk/indexed.py:_index": "writes the search's entries with an act, or in the worker; who may read is asked there",
    "desk/indexed.py:catch_up": "the worker",
    "desk/indexed.py:read_file": "the worker",
    "register/search_statements.py:_chosen": "conditions; _holds() asks of each what it may be found by",
    "register/search_statements.py:last_of": "the key of the row where a page ends, of which nothing is shown",
    "register/search_statements.py:stands": "within _holds(), which says beside it who sees the case",
    "documents/seals.py:_move": "the worker: lets the row name the file with its newer time-stamp",
}
READS = {"select", "exists", "get_one", "get", "query", "select_from"}


def _called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""


def reading_cases() -> dict[str, bool]:
    """Every function in which a query names ``Case``: whether it asks access who looks."""
    folder = Path(portal.__file__).parent
    found = {}
    for file in sorted(folder.rglob("*.py")):
        name = file.relative_to(folder).as_posix()
        if name.startswith(("migrations/", "demo/")):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            inside = [each for statement in node.body for each in ast.walk(statement)]
            calls = {_called(each) for each in inside}
            if calls & READS and any(isinstance(each, ast.Name) and each.id == "Case" for each in inside):
                found[f"{name}:{node.name}"] = bool(calls & GUARDS)
    return found


def test_every_query_over_cases_asks_access_who_looks_or_says_why_not() -> None:
    unguarded = {name for name, guarded in reading_cases().items() if not guarded}
    assert sorted(unguarded - set(ALLOWED)) == []
    assert sorted(set(ALLOWED) - unguarded) == [], "no longer there: take it off the list"


def test_the_search_for_unguarded_queries_finds_the_guarded_ones() -> None:
    found = reading_cases()
    assert found["register/access.py:find"] and found["desk/todo.py:_statement"] and found["funding_requests/listing.py:_base"]


def test_no_route_selects() -> None:
    folder = Path(portal.__file__).parent
    for file in [*folder.glob("*/routes.py"), *folder.glob("*/*_routes.py")]:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not {module for module in modules if module and module.startswith("sqlalchemy")}, file.name
        assert Case.__name__ not in {_called(node) for node in ast.walk(tree)}, file.name
