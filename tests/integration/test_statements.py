"""How much the database is asked: at most twelve statements a page, as many with ten thousand cases as with twenty."""

import ast
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import event, select

import portal
from portal.accounting.models import Redistribution
from portal.archive.transfer.models import Agreement, Delivery, Terms
from portal.db import db, session
from portal.decisions.meeting_models import DelegationReport
from portal.dispatch.models import Copy
from portal.documents.models import Document
from portal.funding_requests.lifecycle import Action
from portal.funds.models import DelegationOrder, FundDecision
from portal.register.document_models import RegisteredDocument
from portal.register.models import Case, Register
from tests.conftest import ClientFor
from tests.factories.disclosure import a_disclosure
from tests.factories.many import multiply
from tests.factories.orders import an_order
from tests.factories.organs import a_list, a_meeting
from tests.factories.places import PLACES
from tests.factories.road import act, run_worker
from tests.factories.town import Town
from tests.factories.transfer import a_sent_delivery
from tests.integration.conftest import Road
from tests.scale import times

MOST = 12
# Reading secret content is logged first: head, entry, body and head again, in a transaction of its own; then the case anew.
# Its page lists the marks that stand.
LOGGED_READING, MARKS = 5, 1
MANY = times(2_000, 10_000)

# Endpoint → who has most to see there, and the place of the case it is about.
PAGES: dict[str, tuple[str, str | None]] = {
    "accounting.accept_report": ("ekonom", "reported"),
    "accounting.check_entry": ("ekonom2", "dispatched"),
    "accounting.confirm_redistribution": ("ekonom", "dispatched, money moved"),
    "accounting.entries_to_check": ("ekonom2", None),
    "accounting.redistribute": ("sakerhetschef", "dispatched"),
    "accounting.redistributions": ("ekonom", None),
    "accounting.report_interim": ("sakerhetschef", "dispatched"),
    "accounting.report_back": ("sakerhetschef", "dispatched, money moved"),
    "accounting.return_report": ("ekonom", "reported"),
    "administration.new_person": ("admin", None),
    "administration.person": ("admin", None),
    "administration.persons": ("admin", None),
    "administration.settings": ("admin", None),
    "administration.units": ("admin", None),
    "archive.clean": ("registrator", "settled"),
    "archive.close": ("registrator", "settled"),
    "archive.close_without_report": ("registrator", "dispatched"),
    "archive.index": ("arkivarie", None),
    "archive.reopen": ("registrator", "closed"),
    "conversation.show": ("registrator", "submitted"),
    "codes.index": ("ekonom", None),
    "codes.show": ("ekonom", None),
    "decisions.as_csv": ("kommunchef", None),
    "decisions.as_xlsx": ("kommunchef", None),
    "decisions.decide": ("kommunchef", "submitted"),
    "decisions.give_statement": ("ekonom", "submitted"),
    "decisions.hand_over": ("registrator", "submitted, no decision maker may act"),
    "decisions.index": ("kommunchef", None),
    "decisions.note_appeal": ("registrator", "dispatched"),
    "decisions.preview": ("kommunchef", "submitted"),
    "decisions.record_minutes": ("registrator", "referred"),
    "decisions.replace_decision": ("kommunchef", "dispatched"),
    "decisions.request_completion": ("kommunchef", "submitted"),
    "decisions.resume": ("kommunchef", "returned"),
    "decisions.take_over": ("registrator", "submitted"),
    "delegated.index": ("registrator", None),
    "delegated.show": ("registrator", None),
    "deviations.as_csv": ("revisor", None),
    "deviations.as_xlsx": ("revisor", None),
    "deviations.draw": ("revisor", None),
    "deviations.index": ("revisor", None),
    "deliveries.index": ("ekonom", None),
    "desk.case": ("kommunchef", "dispatched, money moved"),
    "desk.download": ("kommunchef", None),
    "meetings.index": ("registrator", None),
    "meetings.show": ("registrator", None),
    "masking.choose": ("registrator", "dispatched"),
    "masking.mask_copy": ("registrator", None),
    "previews.show": ("kommunchef", None),
    "previews.picture": ("kommunchef", None),
    "desk.todo_page": ("registrator", None),
    "disclosure.clarify": ("registrator", None),
    "disclosure.close": ("registrator", None),
    "disclosure.decide": ("registrator", None),
    "disclosure.folder": ("registrator", None),
    "disclosure.hand_out": ("registrator", None),
    "disclosure.index": ("registrator", None),
    "disclosure.item": ("registrator", None),
    "disclosure.new": ("registrator", None),
    "disclosure.show": ("registrator", None),
    "dispatch.copy": ("kommunledning", None),
    "dispatch.copy_document": ("kommunledning", None),
    "dispatch.inbox": ("kommunledning", None),
    "dispatch.copies": ("ekonom", "dispatched"),
    "dispatch.record": ("ekonom", "decided"),
    "dispatch.send_copies": ("registrator", "decided"),
    "dispatch.retry": ("ekonom", "dispatched"),
    "dispatch.missive": ("ekonom", "dispatched"),
    "funding_requests.approve": ("forvaltningschef", "with_manager"),
    "funding_requests.discard": ("sakerhetschef", "draft"),
    "funding_requests.follow": ("sakerhetschef", "settled"),
    "funding_requests.as_csv": ("sakerhetschef", None),
    "funding_requests.as_xlsx": ("sakerhetschef", None),
    "funding_requests.index": ("sakerhetschef", None),
    "funding_requests.new": ("sakerhetschef", None),
    "funding_requests.preview": ("sakerhetschef", "returned"),
    "funding_requests.draft_letter": ("sakerhetschef", "returned"),
    "papers.letter": ("kommunchef", "dispatched"),
    "papers.folder": ("registrator", "referred"),
    "funding_requests.read_in": ("sakerhetschef", None),
    "funding_requests.review": ("sakerhetschef", "returned"),
    "funding_requests.send_back": ("forvaltningschef", "with_manager"),
    "funding_requests.take_back": ("stadsmiljochef", "with_manager"),
    "funding_requests.withdraw": ("sakerhetschef", "submitted"),
    "funding_requests.write": ("sakerhetschef", "returned"),
    "funds.change": ("ekonom", None),
    "funds.change_rules": ("ekonom", None),
    "funds.close_year": ("ekonom", None),
    "funds.confirm": ("registrator", None),
    "funds.delegations": ("registrator", None),
    "funds.index": ("ekonom", None),
    "funds.new": ("ekonom", None),
    "funds.new_delegation": ("admin", None),
    "funds.new_order": ("admin", None),
    "funds.order": ("admin", None),
    "funds.order_file": ("admin", None),
    "funds.orders": ("admin", None),
    "funds.show": ("ekonom", None),
    "ledger.index": ("ekonom", None),
    "ledger.new_template": ("ekonom", None),
    "ledger.templates": ("ekonom", None),
    "notices.choices": ("ekonom", None),
    "notices.index": ("ekonom", None),
    "organs.index": ("admin", None),
    "recipients.index": ("admin", None),
    "registers.index": ("admin", None),
    "registers.show": ("admin", None),
    "people.account": ("ekonom", None),
    "printed.case_sheet": ("registrator", "dispatched, money moved"),
    "printed.decisions_to_report": ("registrator", None),
    "printed.delegations_in_force": ("registrator", None),
    "funding_requests.register_letter": ("registrator", "submitted"),
    "registered.correct_document": ("registrator", None),
    "registered.day_list": ("registrator", None),
    "register.check_registration": ("registrator", "submitted"),
    "register.correct": ("registrator", "submitted"),
    "register.declare_jav": ("kommunchef", "submitted"),
    "outcome.index": ("ekonom", None),
    "register.enter_number": ("registrator", "submitted"),
    "register.index": ("registrator", None),
    "search.index": ("registrator", None),
    "register.lift_mark": ("registrator", "submitted"),
    "register.mark_secrecy": ("registrator", "submitted"),
    "register.note_fact": ("registrator", "submitted"),
    "register.relate": ("registrator", "submitted"),
    "register.unrelate": ("registrator", "submitted"),
    "secrecy.as_csv": ("revisor", None),
    "secrecy.as_xlsx": ("revisor", None),
    "secrecy.index": ("revisor", None),
    "secrecy.review": ("registrator", None),
    "stored.index": ("registrator", None),
    "transfers.agreement": ("arkivarie", None),
    "transfers.agreements": ("arkivarie", None),
    "transfers.index": ("arkivarie", None),
    "transfers.new": ("arkivarie", None),
    "transfers.new_agreement": ("arkivarie", None),
    "transfers.show": ("arkivarie", None),
    "standing.accessibility": ("ekonom", None),
    "standing.help_page": ("ekonom", None),
    "standing.personal_data": ("ekonom", None),
    "standing.role_help": ("ekonom", None),
    "verify.show": ("ekonom", None),
}
# Shown to nobody who is signed in, or only in a demo, or only after a document was read in; or without the database.
NOT_COUNTED = {
    "codes.review": "stands when a file of codes has been left: one statement for the table",
    "deviations.hand_out": "a file of everything in 30 cases: some statements for each",
    "desk.page_picture": "those of desk.download, and a picture",
    "masking.picture": "those of desk.download, and a picture",
    "disclosure.decision_file": "one statement for the request, one for its decision",
    "dispatch.outbox": "only in a demo: one page of mails",
    "funding_requests.after_reading": "the writing page after a document was read in",
    "funding_requests.read": "leads on to the writing page",
    "outcome.review": "stands when a file of outcome has been left",
    "outcome.show": "stands when a file of outcome has been read in: counted in accounting/test_outcome.py",
    "ledger.csv_file": "a file as it is kept: one statement for it, one for what has become secret",
    "ledger.xlsx_file": "likewise",
    "ledger.show": "counted where a file has been made, in the export's own tests",
    "ledger.template": "one statement for the template",
    "papers.delegated_list": "those of delegated.show, all its pages at once",
    "printed.delegated_list": "likewise",
    "people.link": "before signing in",
    "printed.day_list": "those of registered.day_list",
    "printed.decision_list": "those of decisions.index, without the count",
    "printed.register_extract": "counted in desk/test_printed.py, within what can be printed",
    "people.log_in": "before signing in",
    "transfers.report": "a file as it is kept: one statement for its name",
    "standing.health_line": "for the operator; 503 without a worker",
    "standing.theme_sheet": "asks nothing",
    "standing.decision_schema": "asks nothing",
    "verify.key": "reads the key file; asks nothing but who is there",
    "verify.program": "likewise, and hands out a file",
    "static": "asks nothing",
}


@pytest.fixture
def instance(walked: Path) -> Path:
    """This module's tests stand on the walked road."""
    return walked


@contextmanager
def asked(app: Flask) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def statements(app: Flask, client: FlaskClient, address: str, status: int = 200) -> list[str]:
    """What one showing of the page asks, once caches are warm. That the session is in use is noted once a minute."""
    client.get(address)
    with asked(app) as seen:
        answer = client.get(address)
        assert answer.status_code == status, (address, answer.status_code)
        answer.close()
    return [each for each in seen if not each.startswith(_BESIDES)]


_BESIDES = ("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK", "UPDATE user_session SET last_seen_at")


def told(seen: list[str]) -> str:
    """The statements, those asked more than once first, for the message."""
    return "\n\n".join(f"{times} × {text[:300]}" for text, times in Counter(seen).most_common())


def addresses(app: Flask, town: Town, road: Road, endpoint: str, place: str | None) -> list[str]:
    """The endpoint's addresses: with the case in the place, and with an object of each other kind it asks for."""
    rules = [rule for rule in app.url_map.iter_rules(endpoint) if "GET" in (rule.methods or ())]
    with app.test_request_context():
        case_id = road.cases[place] if place else None
        its_copies = select(Copy.public_id).order_by(Copy.id)
        if case_id:
            its_copies = its_copies.join(Case, Case.id == Copy.case_id).where(Case.public_id == case_id)
        else:
            its_copies = its_copies.where(Copy.unit_id == town.recipient_unit.id)
        known: dict[str, UUID | str | None] = {
            "case_id": case_id,
            "fund_id": town.fund.public_id,
            "person_id": town.person("ekonom").public_id,
            "document_id": session.scalars(select(Document.public_id).where(Document.kind == "decision").limit(1)).first(),
            "copy_id": session.scalars(its_copies).first(),
            "redistribution_id": session.scalars(select(Redistribution.public_id)).first(),
            "order_id": _an_edition(town) if endpoint in ("funds.order", "funds.order_file") else None,
            "decision_id": session.scalars(select(FundDecision.public_id)).first(),
            "register_id": session.scalars(select(Register.public_id)).first(),
            "list_id": _a_list(town) if endpoint == "delegated.show" else None,
            "meeting_id": a_meeting(town) if endpoint == "meetings.show" else None,
            "part": "projekt",
            "role": "besluta",
            **(_asked_for(town, road, endpoint) if endpoint.startswith("disclosure.") else {}),
            **(_delivered(town) if endpoint.startswith("transfers.") else {}),
            "registered_id": session.scalars(select(RegisteredDocument.public_id).order_by(RegisteredDocument.id)).first(),
        }
        asked = [{name: known[name] for name in rule.arguments} for rule in rules]
        return [url_for(endpoint, **each) for each in asked if not (place and None in each.values())]  # no such thing there


def _asked_for(town: Town, road: Road, endpoint: str) -> dict[str, UUID]:
    """A request for documents of an archived case, with one that leaves where what leaves is asked for."""
    asked = a_disclosure(town, road.cases["archived"], "given" if endpoint == "disclosure.folder" else "")
    return {"request_id": asked.request_id, "item_id": asked.item_id}


def _delivered(town: Town) -> dict[str, UUID]:
    """A delivery of the archived case, and its agreement: one, since a case goes once."""
    found = session.execute(
        select(Agreement.public_id, Delivery.public_id).select_from(Delivery).join(Terms).join(Agreement)
    ).first()
    agreement_id, delivery_id = found or a_sent_delivery(town)
    return {"agreement_id": agreement_id, "delivery_id": delivery_id}


def _an_edition(town: Town) -> UUID:
    """An edition of the delegation order: only one at a time waits for the registrar."""
    return session.scalars(select(DelegationOrder.public_id).limit(1)).first() or an_order(town)


def _a_list(town: Town) -> UUID:
    """A list of delegated decisions: the next one waits for a decision."""
    return session.scalars(select(DelegationReport.public_id).limit(1)).first() or a_list(town)


def test_every_page_is_counted_or_says_why_not(app: Flask) -> None:
    shown = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert shown == set(PAGES) | set(NOT_COUNTED)


def test_every_page_asks_at_most_twelve_statements_and_no_more_with_many_cases(
    app: Flask, client_for: ClientFor, town: Town, road: Road, instance: Path
) -> None:
    clients = {username: client_for(username) for username, _place in PAGES.values()}
    counted: dict[tuple[str, str], int] = {}
    for endpoint, (username, place) in PAGES.items():
        for address in addresses(app, town, road, endpoint, place):
            seen = statements(app, clients[username], address)
            assert len(seen) <= MOST, f"{address} {len(seen)}\n{told(seen)}"
            counted[username, address] = len(seen)
    with app.app_context():
        db.engine.dispose()
    assert multiply(instance / "portal.sqlite", MANY) >= MANY
    for (username, address), few in counted.items():
        many = statements(app, clients[username], address)
        assert len(many) <= max(few, MOST), f"{address} {few} → {len(many)}\n{told(many)}"
        if address not in EMPTIER:
            assert len(many) == few, f"{address} {few} → {len(many)}\n{told(many)}"


EMPTIER = ("/beslut", "/arkiv", "/kopior")  # with a page full


# Where not everyone sees the case.
WHERE_OTHERS_LOOK = {
    "draft": ("sakerhetschef",),
    "with_manager": ("stadsmiljochef", "forvaltningschef"),
    "submitted, let pass by the manager": ("stadsmiljochef", "forvaltningschef", "kommunchef", "registrator"),
}
BUSIEST = ("registrator", "kommunchef", "ekonom", "sakerhetschef")


@pytest.mark.parametrize("place", [place for place in PLACES if "secret" not in place])
def test_the_case_page_asks_at_most_twelve_in_every_place(app: Flask, client_for: ClientFor, road: Road, place: str) -> None:
    for username in WHERE_OTHERS_LOOK.get(place, BUSIEST):
        seen = statements(app, client_for(username), f"/askanden/{road.cases[place]}")
        assert len(seen) <= MOST, f"{username} {len(seen)}\n{told(seen)}"


def test_the_case_page_asks_at_most_twelve_where_everything_has_happened(
    app: Flask, client_for: ClientFor, town: Town, road: Road
) -> None:
    case_id = road.cases["returned"]
    with app.app_context():
        for action, username in (
            (Action.SUBMIT, "sakerhetschef"),
            (Action.GIVE_STATEMENT, "ekonom2"),
            (Action.CHECK_REGISTRATION, "registrator"),
            (Action.DECIDE, "kommunchef"),
            (Action.RECORD, "ekonom"),
            (Action.REDISTRIBUTE, "sakerhetschef"),
            (Action.CONFIRM_REDISTRIBUTION, "ekonom"),
            (Action.REPORT_BACK, "sakerhetschef"),
            (Action.RETURN_REPORT, "ekonom"),
            (Action.REPORT_BACK, "sakerhetschef"),
        ):
            act(town, action, case_id, username)
        run_worker()
        act(town, Action.ACCEPT_REPORT, case_id, "ekonom")
        session.rollback()
    for username in BUSIEST:
        seen = statements(app, client_for(username), f"/askanden/{case_id}")
        assert len(seen) <= MOST, f"{username} {len(seen)}\n{told(seen)}"


@pytest.mark.parametrize("place", [place for place in PLACES if "secret" in place])
def test_a_page_of_a_secret_case_asks_no_more_than_the_logged_reading_besides(
    app: Flask, client_for: ClientFor, town: Town, road: Road, place: str
) -> None:
    clients = [client_for(username) for username in BUSIEST]
    for endpoint, (_username, other) in PAGES.items():
        if other is None or endpoint in ("accounting.confirm_redistribution", "dispatch.retry"):
            continue
        for address in addresses(app, town, road, endpoint, place):
            for client in clients:
                answer = client.get(address)
                answer.close()
                if answer.status_code == 200:
                    seen = statements(app, client, address)
                    assert len(seen) <= MOST + LOGGED_READING + MARKS, f"{address} {len(seen)}\n{told(seen)}"


def test_no_query_skips_rows_by_counting_them() -> None:
    """A page begins after a key; what is skipped by number is read all the same."""
    found = [
        f"{file.name}:{node.lineno}"
        for file in sorted(Path(portal.__file__).parent.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("offset", "slice", "paginate")
    ]
    assert found == []
