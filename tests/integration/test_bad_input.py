"""Bad input through the browser: one clear sentence, what was typed is kept, and nothing has changed."""

import sqlite3
import threading
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import String, cast, func, literal, select, union_all
from werkzeug.test import TestResponse

from portal import clock
from portal.db import Base, session, transaction
from portal.dispatch import letters, mail, operations
from portal.funding_requests import operations as requests
from portal.funding_requests.lifecycle import Action
from portal.funds.models import Fund
from portal.log.models import LogEntry
from portal.people.models import Person, RoleHolding, UserSession
from portal.people.permissions import Role
from portal.register import marking
from portal.register.models import Case
from tests.conftest import PASSWORD, ClientFor
from tests.factories import funding_requests
from tests.factories.decisions import a_submitted_request, case_of
from tests.factories.road import act
from tests.factories.town import Town
from tests.integration.conftest import Road
from tests.web_forms import Form, form_on

TYPED = "Skrivet med omsorg på morgonen."
# Noted by everyone who looks: no part of what an act may change.
APART = {UserSession.__tablename__, LogEntry.__tablename__, "log_body", "form_result"}


PASSWORD_WANTED = ("besluta", "ersatt-beslut", "bokfor")
FILLED_IN = {"used": "100", "effect": "Det blev tryggare.", "code": "4600"}


def _what_is_left(form: Form) -> dict[str, str]:
    """What the person has to fill in of the rows: kronor used, effect, account."""
    names = [name for name in form if not form[name] and (":konto" in name or name.startswith(("used:", "effect:")))]
    return {name: FILLED_IN[name.partition(":")[0]] for name in names}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form of the road: where the case stands, who fills it in, with what; ``typed`` is the field of free text."""

    path: str
    place: str
    username: str
    typed: str | None
    more: dict[str, str] = field(default_factory=dict)

    def filled(self, client: FlaskClient, address: str) -> Form:
        """The form as drawn, filled in so that it holds."""
        form = form_on(client.get(address))
        for name, value in {**_what_is_left(form), **self.more}.items():
            form.setlist(name, [value])
        if self.path in PASSWORD_WANTED:
            form.setlist("password", [PASSWORD])
        if self.typed:
            form.setlist(self.typed, [TYPED])
        return form


SHEETS = (
    Sheet("aterkalla", "submitted", "sakerhetschef", "reason"),
    Sheet("besluta", "submitted", "kommunchef", "reason"),
    Sheet("komplettering", "submitted", "kommunchef", "reason"),
    Sheet("yttrande", "submitted", "ekonom", "text"),
    Sheet("ateruppta", "returned", "kommunchef", "reason"),
    Sheet("ersatt-beslut", "decided", "kommunchef", "replacement_reason"),
    Sheet("bokfor", "decided", "ekonom", None),
    Sheet("slutredovisa", "dispatched", "sakerhetschef", "summary"),
    Sheet("avsluta-utan-slutredovisning", "dispatched", "registrator", "reason"),
    Sheet("aterlamna-slutredovisning", "reported", "ekonom", "reason"),
    Sheet("godkann-slutredovisning", "reported", "ekonom", None),
    Sheet("avsluta", "settled", "registrator", None),
    Sheet("ateroppna", "closed", "registrator", "reason"),
    Sheet("jav", "submitted", "kommunchef", "reason"),
    Sheet("ratta", "decided", "ekonom", "text", {"what": "Fel datum."}),
    Sheet("handelse", "decided", "registrator", "text", {"kind": "other", "on_date": "2026-01-02"}),
    Sheet("nummer", "decided", "registrator", "public_title", {"number": "KS 1/26"}),
    Sheet("sekretess", "decided", "registrator", "public_title", {"provision": "18 kap. 8 § OSL"}),
    Sheet("hav-sekretess", "submitted, secret", "registrator", "reason", {"public_title": "Trygghet"}),
    Sheet("registrering", "submitted", "registrator", None),
    Sheet("godkann", "with_manager", "forvaltningschef", None),
    Sheet("lamna-tillbaka", "with_manager", "forvaltningschef", "reason"),
    Sheet("ta-tillbaka", "with_manager", "stadsmiljochef", None),
)
every_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=[sheet.path for sheet in SHEETS])
typed_sheets = pytest.mark.parametrize("sheet", [s for s in SHEETS if s.typed], ids=[s.path for s in SHEETS if s.typed])


@pytest.fixture
def instance(walked: Path) -> Path:
    """This module's tests stand on the walked road."""
    return walked


def rows(app: Flask) -> dict[str, int]:
    """How many rows every table has and which version every case, but what every look at the portal notes: a session
    seen, the result of a form, a secret read."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in APART]
    counts = [select(literal(table.name), func.count()).select_from(table) for table in tables]
    acts = select(literal("acts in the log"), func.count()).where(LogEntry.action != "register.read_secret")
    versions = select(literal("version of case ") + cast(Case.id, String), Case.version)
    with app.app_context():
        return dict(tuple(row) for row in session.execute(union_all(*counts, acts, versions)))


def said(answer: TestResponse) -> str:
    """What stands on the page, fields included."""
    return html.tostring(html.fromstring(answer.data), encoding="unicode")


def at(road: Road, sheet: Sheet) -> str:
    return f"/askanden/{road.cases[sheet.place]}/{sheet.path}"


def touch(app: Flask, town: Town, road: Road, sheet: Sheet) -> None:
    """Someone else changes the case meanwhile."""
    if sheet.place == "with_manager":  # not in the register yet: had back, and sent anew
        with app.app_context():
            for action in (Action.TAKE_BACK, Action.SUBMIT):
                act(town, action, road.cases[sheet.place], "stadsmiljochef")
        return
    with app.app_context(), transaction():
        marking.enter_number(
            case_id=road.cases[sheet.place],
            number="KS 9/26",
            public_title="Trygghet",
            by=town.actor("registrator"),
            seen_version=None,
        )


@every_sheet
def test_a_stale_form_is_409_with_what_was_typed_and_changes_nothing(
    app: Flask, client_for: ClientFor, road: Road, town: Town, sheet: Sheet
) -> None:
    client = client_for(sheet.username)
    form = sheet.filled(client, at(road, sheet))
    touch(app, town, road, sheet)
    before = rows(app)
    answer = client.post(at(road, sheet), data=form)
    assert answer.status_code == 409
    assert "Någon annan har ändrat i ärendet" in said(answer)
    if sheet.typed:
        assert TYPED in said(answer)
    assert rows(app) == before


@every_sheet
def test_a_form_sent_twice_acts_once_and_answers_the_same(app: Flask, client_for: ClientFor, road: Road, sheet: Sheet) -> None:
    client = client_for(sheet.username)
    form = sheet.filled(client, at(road, sheet))
    first = client.post(at(road, sheet), data=form)
    assert first.status_code == 303, said(first)
    once = rows(app)
    second = client.post(at(road, sheet), data=form)
    assert (second.status_code, second.headers["Location"]) == (303, first.headers["Location"])
    assert rows(app) == once


@every_sheet
def test_two_tabs_have_one_effect(app: Flask, client_for: ClientFor, road: Road, sheet: Sheet) -> None:
    client = client_for(sheet.username)
    one, other = sheet.filled(client, at(road, sheet)), sheet.filled(client, at(road, sheet))
    assert one["form_key"] != other["form_key"]
    assert client.post(at(road, sheet), data=one).status_code == 303
    once = rows(app)
    answer = client.post(at(road, sheet), data=other)
    assert answer.status_code in (403, 404, 409), said(answer)
    assert rows(app) == once


@every_sheet
def test_a_field_the_form_does_not_have_is_refused_with_what_was_typed(
    app: Flask, client_for: ClientFor, road: Road, sheet: Sheet
) -> None:
    client = client_for(sheet.username)
    form = sheet.filled(client, at(road, sheet))
    before = rows(app)
    for name, value in (("status", "closed"), ("author_id", "1"), ("is_secret", "0")):
        answer = client.post(at(road, sheet), data={**form.to_dict(flat=False), name: value})
        assert answer.status_code == 422, name
        assert "fält som inte får ändras nu" in said(answer)
        if sheet.typed:
            assert TYPED in said(answer)
    assert rows(app) == before


@every_sheet
def test_a_form_without_key_or_version_is_refused(app: Flask, client_for: ClientFor, road: Road, sheet: Sheet) -> None:
    client = client_for(sheet.username)
    form = sheet.filled(client, at(road, sheet))
    before = rows(app)
    for name, wrong in (("form_key", ""), ("form_key", "x"), ("version", ""), ("version", "-1"), ("version", "9" * 40)):
        changed = form.copy()
        changed.setlist(name, [wrong])
        assert client.post(at(road, sheet), data=changed).status_code == 422, (name, wrong)
    assert rows(app) == before


@typed_sheets
def test_text_that_cannot_be_kept_is_one_sentence(app: Flask, client_for: ClientFor, road: Road, sheet: Sheet) -> None:
    assert sheet.typed
    client = client_for(sheet.username)
    form = sheet.filled(client, at(road, sheet))
    before = rows(app)
    for bad in ("NUL\x00i texten", "vänd \u202etext", "ord " * 40_000):
        form.setlist(sheet.typed, [bad])
        answer = client.post(at(road, sheet), data=form)
        assert answer.status_code == 422, bad[:20]
        assert any(words in said(answer) for words in ("styrtecken", "Korta den", "för lång")), bad[:20]
    assert rows(app) == before


@every_sheet
def test_a_wrong_person_is_turned_away_and_changes_nothing(app: Flask, client_for: ClientFor, road: Road, sheet: Sheet) -> None:
    form = sheet.filled(client_for(sheet.username), at(road, sheet))
    for username in ("kommunledning", "admin", "revisor", "fritidschef"):
        stranger, before = client_for(username), rows(app)
        answer = stranger.post(at(road, sheet), data={**form.to_dict(flat=False), "password": PASSWORD})
        assert answer.status_code in (403, 404), username
        assert rows(app) == before, username


@every_sheet
def test_an_unknown_id_is_404_whatever_the_form_says(client_for: ClientFor, road: Road, sheet: Sheet) -> None:
    client = client_for(sheet.username)
    form = sheet.filled(client, at(road, sheet))
    address = f"/askanden/{uuid4()}/{sheet.path}"
    assert client.get(address).status_code == 404
    assert client.post(address, data=form).status_code == 404


@pytest.mark.parametrize(
    "sheet", [s for s in SHEETS if s.place == "submitted" and s.path not in ("jav", "registrering")], ids=lambda s: s.path
)
def test_after_a_withdrawal_an_open_form_does_nothing(
    app: Flask, client_for: ClientFor, road: Road, town: Town, sheet: Sheet
) -> None:
    client = client_for(sheet.username)
    form = sheet.filled(client, at(road, sheet))
    with app.app_context():
        act(town, Action.WITHDRAW, road.cases["submitted"], "sakerhetssamordnare")
        form.setlist("version", [str(case_of(road.cases["submitted"]).version)])
    before = rows(app)
    answer = client.post(at(road, sheet), data=form)
    assert answer.status_code == 409
    assert "har redan återkallats" in said(answer)
    assert rows(app) == before


@pytest.mark.parametrize("place", ["closed", "archived"])
@pytest.mark.parametrize(("path", "username"), [
    ("aterkalla", "sakerhetschef"), ("besluta", "kommunchef"), ("bokfor", "ekonom"), ("slutredovisa", "sakerhetschef"),
    ("ersatt-beslut", "kommunchef"), ("avsluta", "registrator"),
])  # fmt: skip
def test_nothing_is_done_to_a_closed_case(
    app: Flask, client_for: ClientFor, road: Road, place: str, path: str, username: str
) -> None:
    with app.app_context():
        version = str(case_of(road.cases[place]).version)
    client, before = client_for(username), rows(app)
    data = {"form_key": str(uuid4()), "version": version, "password": PASSWORD}
    if path == "aterkalla":
        data["reason"] = TYPED
    answer = client.post(f"/askanden/{road.cases[place]}/{path}", data=data)
    assert answer.status_code in (404, 409), said(answer)
    assert rows(app) == before


def test_own_decision_under_another_role_is_refused_on_the_page_with_the_same_sentence(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        with transaction():
            session.add(
                RoleHolding(
                    person_id=town.person("kommunchef").id, unit_id=town.unit.id, role=Role.REQUESTER, valid_from=clock.today()
                )
            )
        case_id = a_submitted_request(town, by="kommunchef", lines=[("Räcke", "1 000")], total="1 000")
        other = a_submitted_request(town, lines=[("Räcke", "1 000")], total="1 000")
    client = client_for("kommunchef")
    sentence = "Du har själv lämnat in äskandet"
    assert sentence in said(client.get(f"/askanden/{case_id}"))
    assert sentence in said(client.get(f"/askanden/{case_id}/besluta"))
    form = form_on(client.get(f"/askanden/{other}/besluta"))
    before = rows(app)
    answer = client.post(
        f"/askanden/{case_id}/besluta", data={**form.to_dict(flat=False), "version": "2", "password": PASSWORD}
    )
    assert answer.status_code == 403 and sentence in said(answer)
    assert rows(app) == before


def test_two_decision_makers_at_the_same_moment_do_not_promise_the_same_money(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        left = session.get_one(Fund, town.fund.id).left
        asked = f"{left - 100_000}"
        cases = [
            a_submitted_request(town, lines=[("Läger", asked)], total=asked, by="fritidschef", unit="Kultur och fritid"),
        ]
        with transaction():
            session.add(
                RoleHolding(
                    person_id=town.person("fritidschef").id,
                    unit_id=town.units["Räddningstjänsten"].id,
                    role=Role.REQUESTER,
                    valid_from=clock.today(),
                )
            )
        cases.append(a_submitted_request(town, lines=[("Båt", asked)], total=asked, by="fritidschef", unit="Räddningstjänsten"))
    clients = [client_for("kommunchef"), client_for("kommunchef")]
    forms = [form_on(client.get(f"/askanden/{case}/besluta")) for client, case in zip(clients, cases, strict=True)]
    gate, answers = threading.Barrier(2), {}

    def send(n: int) -> None:
        gate.wait()
        answers[n] = clients[n].post(f"/askanden/{cases[n]}/besluta", data={**forms[n].to_dict(), "password": PASSWORD})

    threads = [threading.Thread(target=send, args=(n,)) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = sorted(answer.status_code for answer in answers.values())
    assert codes == [303, 403], [said(answer)[:3000] for answer in answers.values()]
    refused = next(answer for answer in answers.values() if answer.status_code == 403)
    assert "100\u00a0000\u00a0kr" in refused.get_data(as_text=True)
    with app.app_context():
        assert session.get_one(Fund, town.fund.id).left == 100_000


@every_sheet
def test_an_ended_session_in_a_fragment_asks_to_sign_in_and_does_nothing(
    app: Flask, client_for: ClientFor, road: Road, sheet: Sheet
) -> None:
    client = client_for(sheet.username)
    form = sheet.filled(client, at(road, sheet))
    with app.app_context(), transaction():
        for each in session.scalars(select(UserSession)):
            each.ended_at = clock.now()
    before = rows(app)
    answer = client.post(at(road, sheet), data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#notiser"
    assert rows(app) == before


def test_while_another_process_holds_the_database_every_form_is_503_with_retry_after(
    app: Flask, client_for: ClientFor, road: Road, instance: Path
) -> None:
    filled = []
    for sheet in SHEETS:
        client = client_for(sheet.username)
        filled.append((sheet, client, sheet.filled(client, at(road, sheet))))
    before = rows(app)
    holder = sqlite3.connect(instance / "portal.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        for sheet, client, form in filled:
            answer = client.post(at(road, sheet), data=form)
            assert answer.status_code == 503, (sheet.path, answer.status_code)
            assert int(answer.headers["Retry-After"]) > 0
            assert "Databasen är upptagen" in said(answer)
            assert client.get("/").status_code == 200, "reading goes on"
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert rows(app) == before
    sheet, client, form = filled[0]
    assert client.post(at(road, sheet), data=form).status_code == 303, "the same form goes through afterwards"


@pytest.fixture(autouse=True)
def _no_long_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked database is waited for a moment, not five seconds."""
    monkeypatch.setattr("portal.db.BUSY_TIMEOUT_MS", 300)


def test_line_breaks_in_a_title_and_a_recipient_reach_no_header_of_any_mail(app: Flask, town: Town) -> None:
    with app.app_context():
        evil = "Medel\r\nBcc: alla@example.org"
        copies = [{"name": "Polisen\r\nBcc: x@example.org", "email": "polis@example.org", "action": ""}]
        lines = [{"label": "Räcke", "amount": "1 000", "cost_type": "drift"}]
        with transaction():
            case = requests.create_draft(unit_id=town.unit.id, by=town.actor("sakerhetschef"))
            draft = funding_requests.a_full_draft(town, title=evil, copies=copies, lines=lines, total="1 000")
            requests.save_draft(case_id=case.public_id, draft=draft, by=town.actor("sakerhetschef"), seen=None)
            case_id = case.public_id
        act(town, Action.SUBMIT, case_id, "sakerhetschef")
        found = case_of(case_id)
        assert "\n" not in found.title and "\r" not in found.title
        about = operations.about(found)
        sent = mail.build(
            mail.Letter(
                message_id=mail.message_id(uuid4()),
                to="ekonom@akersbro.example",
                subject=letters.subject("Beslut", about),
                body="Text",
                at=clock.now(),
            ),
            "portalen@akersbro.example",
        )
        assert sent["Bcc"] is None and len(sent.get_all("Subject")) == 1
        act(town, Action.DECIDE, case_id, "kommunchef")
        act(town, Action.RECORD, case_id, "ekonom")
        names = session.scalars(select(Base.metadata.tables["dispatch_copy"].c.recipient)).all()
        assert not [name for name in names if "\n" in name or "\r" in name]


def test_line_breaks_in_a_persons_name_are_no_line_breaks(app: Flask, client_for: ClientFor) -> None:
    client = client_for("admin")
    form = form_on(client.get("/administration/personer/ny"))
    for name, value in {"username": "nyperson", "name": "Ny\r\nBcc: x@example.org", "title": "Chef\nX"}.items():
        form.setlist(name, [value])
    answer = client.post("/administration/personer/ny", data=form)
    assert answer.status_code in (303, 422)
    with app.app_context():
        person = session.scalars(select(Person).where(Person.username == "nyperson")).one_or_none()
        assert person is None or not set("\r\n") & set(person.name + person.title)


@pytest.mark.parametrize("address", ["/askanden/inte-ett-id", "/askanden/1", "/handlingar/x", "/kopior/1", "/avsatta-medel/9"])
def test_an_id_that_is_none_is_404(client_for: ClientFor, address: str) -> None:
    assert client_for("ekonom").get(address).status_code == 404


@pytest.mark.parametrize("where", ["/askanden", "/diariet", "/beslut", "/arkiv", "/kopior", "/sok"])
def test_a_list_never_breaks_on_its_filters(client_for: ClientFor, where: str) -> None:
    client = client_for("kommunledning" if where == "/kopior" else "registrator")
    for query in ("efter=x", "efter=%00", "q=%00", "q=" + "a" * 5000, "ar=x", "ar=99999", "enhet=x"):
        assert client.get(f"{where}?{query}").status_code in (200, 404, 414, 422), query[:40]
