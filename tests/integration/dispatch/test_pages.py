"""Recording, sending and receiving in the browser."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal.accounting.models import BudgetEntry
from portal.db import session, transaction
from portal.dispatch.models import Copy
from portal.dispatch.recipients import ACTION, COPY
from portal.log.models import READ_SECRET, LogEntry
from portal.log.queries import timeline
from portal.people.models import Installation
from portal.register import marking
from portal.register.marking import Marking
from portal.register.models import Case
from tests.conftest import PASSWORD, ClientFor
from tests.factories.accounting import a_recorded_case, decision_of
from tests.factories.decisions import a_decision, case_of
from tests.factories.dispatch import copies, work
from tests.factories.town import Town
from tests.forms import fields, fill


def _decided(app: Flask, town: Town, *granted: int | bool) -> tuple[UUID, list[str]]:
    with app.app_context():
        case_id, decision = a_decision(town, None, *granted)
        return case_id, [str(line.public_id) for line in decision.lines if line.granted]


def _codes(lines: list[str]) -> dict[str, str]:
    typed = {f"code:{line}:{part}": value for line in lines for part, value in (("ansvar", "1420"), ("konto", "5410"))}
    return {"code:from:konto": "5099", **typed}


def test_finance_records_and_sends_with_one_button(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, lines = _decided(app, town, 100_000, 500_000, 300_000, True)
    client, address = client_for("ekonom"), f"/askanden/{case_id}/bokfor"
    page = client.get(address).get_data(as_text=True)
    assert "Bekräfta budgetjusteringen och expediera" in page
    assert "Trygghetsmätning ingår utan belopp och konteras inte." in page
    answer = fill(client, address, password=PASSWORD, **_codes(lines))
    assert answer.status_code == 303 and answer.location == f"/askanden/{case_id}"
    with app.app_context():
        assert case_of(case_id).status == "dispatched"
        assert len(copies()) == 2


def test_a_form_sent_twice_records_once(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, lines = _decided(app, town)
    client, address = client_for("ekonom"), f"/askanden/{case_id}/bokfor"
    sent = fields(client.get(address).get_data(as_text=True))
    for name, value in (_codes(lines) | {"password": PASSWORD}).items():
        sent[name] = value
    first, second = client.post(address, data=sent), client.post(address, data=sent)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(BudgetEntry)) == 1


def test_a_wrong_code_is_told_beside_its_field_and_what_was_typed_stays(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, lines = _decided(app, town)
    typed = _codes(lines) | {f"code:{lines[0]}:konto": "5 4 1 0 !"}
    answer = fill(client_for("ekonom"), f"/askanden/{case_id}/bokfor", password=PASSWORD, **typed)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "följer inte kommunens kodplan" in text and 'value="5 4 1 0 !"' in text
    with app.app_context():
        assert case_of(case_id).status == "decided"


def test_a_wrong_password_records_nothing(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, lines = _decided(app, town)
    answer = fill(client_for("ekonom"), f"/askanden/{case_id}/bokfor", password="fel", **_codes(lines))
    assert answer.status_code == 422
    with app.app_context():
        assert case_of(case_id).status == "decided"


def test_a_field_that_is_not_the_forms_is_refused(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, lines = _decided(app, town)
    answer = fill(client_for("ekonom"), f"/askanden/{case_id}/bokfor", password=PASSWORD, granted="1", **_codes(lines))
    assert answer.status_code == 422
    assert "ett fält som inte får ändras" in answer.get_data(as_text=True)


def test_a_rejection_is_sent_without_coding(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, _lines = _decided(app, town, 0, 0, 0, False)
    client, address = client_for("ekonom"), f"/askanden/{case_id}/bokfor"
    page = client.get(address).get_data(as_text=True)
    assert "Expediera beslutet" in page and "code:" not in page
    assert fill(client, address, password=PASSWORD).status_code == 303
    with app.app_context():
        assert case_of(case_id).status == "settled"


def test_a_recipient_can_be_added_and_marked_to_act(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, lines = _decided(app, town)
    client, address = client_for("ekonom"), f"/askanden/{case_id}/bokfor"
    sent = fields(client.get(address).get_data(as_text=True))
    for name, value in _codes(lines).items():
        sent[name] = value
    sent["add"] = "recipients"
    drawn = client.post(address, data=sent)
    assert drawn.status_code == 200
    sent = fields(drawn.get_data(as_text=True))
    assert sent[f"code:{lines[0]}:konto"] == "5410"
    sent["recipient_name"], sent["recipient_email"], sent["password"] = "Trygghetsrådet", "radet@example.org", PASSWORD
    sent.setlist("act", ["Kommunledningsförvaltningen"])
    assert client.post(address, data=sent).status_code == 303
    with app.app_context():
        assert [(copy.recipient, copy.kind, copy.email) for copy in copies()] == [
            ("Kommunledningsförvaltningen", "action", "3@akersbro.example"),
            ("Ekonomiavdelningen", "information", "2@akersbro.example"),
            ("Trygghetsrådet", "copy", "radet@example.org"),
        ]


def test_a_line_break_in_an_added_address_changes_nothing(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, lines = _decided(app, town)
    answer = fill(
        client_for("ekonom"),
        f"/askanden/{case_id}/bokfor",
        password=PASSWORD,
        recipient_name="Rådet",
        recipient_email="radet@example.org\r\nBcc: alla@example.org",
        **_codes(lines),
    )
    assert answer.status_code == 422
    assert "Skriv en e-postadress" in answer.get_data(as_text=True)
    with app.app_context():
        assert copies() == []


@pytest.mark.parametrize("username", ["sakerhetschef", "kommunchef", "registrator", "revisor", "admin"])
def test_the_page_is_closed_to_other_roles(app: Flask, town: Town, client_for: ClientFor, username: str) -> None:
    case_id, _lines = _decided(app, town)
    assert client_for(username).get(f"/askanden/{case_id}/bokfor").status_code == 403


def _received(app: Flask, town: Town, kind: str = COPY) -> tuple[UUID, UUID]:
    """A sent case and the copy in Kommunledningsförvaltningen's inbox."""
    with app.app_context():
        case_id = a_recorded_case(town)
        work(app)
        copy_id = copies()[0].public_id
        with transaction():
            session.execute(update(Copy).where(Copy.public_id == copy_id).values(kind=kind))
        return case_id, copy_id


def test_the_unit_reads_its_copy_and_that_is_noted_once(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, copy_id = _received(app, town)
    client = client_for("kommunledning")
    assert "Olästa" in client.get("/kopior").get_data(as_text=True)
    for _time in range(2):
        page = client.get(f"/kopior/{copy_id}")
        assert page.status_code == 200
        assert "Kvittera mottagandet" not in page.get_data(as_text=True)
    pdf = client.get(f"/kopior/{copy_id}/beslut.pdf")
    assert pdf.mimetype == "application/pdf" and pdf.data.startswith(b"%PDF")
    assert "Olästa" not in client.get("/kopior").get_data(as_text=True)
    with app.app_context():
        assert [row.action for row in timeline(case_id)].count("dispatch.open") == 1


def test_only_a_copy_to_act_on_is_acknowledged_and_only_once(app: Flask, town: Town, client_for: ClientFor) -> None:
    _case_id, copy_id = _received(app, town, ACTION)
    client = client_for("kommunledning")
    send = f"/kopior/{copy_id}/kvittera"
    assert fill(client, f"/kopior/{copy_id}", to=send).status_code == 303
    assert "Kvittera mottagandet" not in client.get(f"/kopior/{copy_id}").get_data(as_text=True)
    with app.app_context():
        assert copies()[0].acknowledged_at is not None


@pytest.mark.parametrize("path", ["", "/beslut.pdf"])
def test_a_copy_of_another_unit_answers_as_unknown(app: Flask, town: Town, client_for: ClientFor, path: str) -> None:
    _case_id, _mine = _received(app, town)
    with app.app_context():
        other = copies()[1].public_id
    assert client_for("kommunledning").get(f"/kopior/{other}{path}").status_code == 404


def test_the_copy_of_a_secret_case_shows_its_header_only(app: Flask, town: Town, client_for: ClientFor) -> None:
    _case_id, copy_id = _received(app, town)
    with app.app_context(), transaction():
        session.execute(update(Case).values(is_secret=True, title="Hemligt skalskydd", public_title="Uppgift utelämnad"))
    client = client_for("kommunledning")
    for address in ("/kopior", f"/kopior/{copy_id}"):
        page = client.get(address).get_data(as_text=True)
        assert "skalskydd" not in page and "Uppgift utelämnad" in page
    assert client.get(f"/kopior/{copy_id}/beslut.pdf").status_code == 404


def test_a_reader_of_a_secret_case_from_whom_a_line_is_hidden_is_logged_as_reading_the_rest(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    case_id, copy_id = _received(app, town)
    with app.app_context():
        by, named = town.actor("registrator"), frozenset({town.person("kommunledning").public_id})
    for readers, line in ((named, ""), (frozenset(), "Väktare")):
        with app.app_context(), transaction():
            what = Marking(provision="18 kap. 8 § OSL", public_title="Uppgift utelämnad", readers=readers, line_label=line)
            marking.mark_secrecy(case_id=case_id, marking=what, by=by, seen_version=None)
    pdf = client_for("kommunledning").get(f"/kopior/{copy_id}/beslut.pdf")
    assert pdf.status_code == 200 and pdf.data.startswith(b"%PDF")
    with app.app_context():
        read = select(LogEntry.object_id).where(LogEntry.action == READ_SECRET)
        assert copy_id in session.scalars(read).all()


def test_a_failed_copy_is_mended_from_its_page(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, copy_id = _received(app, town)
    with app.app_context(), transaction():
        session.execute(
            update(Copy).where(Copy.public_id == copy_id).values(state="failed", failure="Adress saknas.", sent_at=None)
        )
    address = f"/askanden/{case_id}/kopior/{copy_id}/skicka-igen"
    client = client_for("ekonom")
    wrong = fill(client, address, email="ingen adress", how="send")
    assert wrong.status_code == 422 and "Skriv en e-postadress" in wrong.get_data(as_text=True)
    assert fill(client, address, email="klf@akersbro.example", how="send").status_code == 303
    with app.app_context():
        assert copies()[0].state == "waiting"
        work(app)
        assert copies()[0].state == "sent"


def test_the_outbox_page_exists_in_a_demo_only(app: Flask, town: Town, client_for: ClientFor) -> None:
    assert client_for("ekonom").get("/utkorg").status_code == 404
    with app.app_context(), transaction():
        session.get_one(Installation, 1).is_demo = True
    app.extensions.pop("is_demo", None)
    with app.app_context():
        a_recorded_case(town)
        work(app)
    page = client_for("ekonom").get("/utkorg")
    assert page.status_code == 200 and "Beslut i ärende" in page.get_data(as_text=True)


def test_the_case_page_tells_how_each_copy_stands(app: Flask, town: Town, client_for: ClientFor) -> None:
    case_id, _copy_id = _received(app, town)
    page = client_for("ekonom").get(f"/askanden/{case_id}").get_data(as_text=True)
    assert "Kommunledningsförvaltningen" in page and "Skickad" in page
    with app.app_context():
        assert decision_of(case_id).number in page
