"""The pages on which one decides: what is shown refused is refused by the server with the same sentence."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import event

from portal import clock
from portal.db import db, session, transaction
from portal.decisions import queries
from portal.people.models import RoleHolding
from portal.register.models import ConflictOfInterest
from tests.conftest import PASSWORD
from tests.factories.decisions import LINES, a_decision, a_referred_case, a_submitted_request, case_of

OWN = "Du har själv lämnat in äskandet. Beslutet kan fattas av den som har egen delegation"


@pytest.fixture
def case_id(app, town):
    with app.app_context():
        return a_submitted_request(town)


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True).replace("\u00a0", " ").replace("&nbsp;", " "))


def form_of(page: str) -> dict[str, str]:
    """The fields of the page's form as a browser would send them."""
    import html

    fields: dict[str, str] = {}
    form = page[page.index("<form", page.index("<main")) :]
    for tag in re.findall(r"<input\b[^>]*>", form):
        at = {k: html.unescape(v) for k, v in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if "name" not in at or at.get("type") == "password":
            continue
        if at.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        fields[at["name"]] = at.get("value", "")
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form):
        fields[name] = html.unescape(value)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def address(case_id, what="besluta"):
    return f"/askanden/{case_id}/{what}"


def state(app, case_id):
    with app.app_context():
        case = case_of(case_id)
        decision = queries.in_force(case)
        return case.status, (decision.outcome, decision.granted, decision.text) if decision else None


def test_in_full_is_open_press_and_password(app, client_for, case_id):
    client = client_for("kommunchef")
    shown = client.get(address(case_id))
    page = text_of(shown)
    assert "Bevilja 1 000 000 kr" in page
    assert (
        "Du beviljar 1 000 000 kr av 1 000 000 kr ur Trygghetsmiljonen (kvar att fördela: 0 kr). "
        "Ekonomi expedierar beslutet till 2 mottagare." in page
    )
    assert "6 kap. 28 § och 7 kap. 4 § kommunallagen" in page
    assert "Delegationsordningen 4.2" in page
    fields = form_of(shown.get_data(as_text=True)) | {"password": PASSWORD}
    answer = client.post(address(case_id), data=fields)
    assert answer.status_code == 303
    status, decided = state(app, case_id)
    assert status == "decided" and decided[:2] == ("granted", 1_000_000)
    again = client.post(address(case_id), data=fields)
    assert (again.status_code, again.location) == (303, answer.location)


def test_a_partial_grant_needs_a_reason_and_keeps_what_was_typed(app, client_for, case_id):
    client = client_for("kommunchef")
    fields = form_of(client.get(address(case_id)).get_data(as_text=True))
    fields |= {"granted-1": "500 tkr", "condition-1": "Tre platser.", "password": PASSWORD, "included-3": "nej"}
    answer = client.post(address(case_id), data=fields)
    page = text_of(answer)
    assert answer.status_code == 422
    assert "Skriv skälen" in page and "Tre platser." in page and "Delvis beviljat" in page
    answer = client.post(address(case_id), data=fields | {"reason": "Tre platser räcker."})
    assert answer.status_code == 303
    _status, decided = state(app, case_id)
    assert decided[:2] == ("partly", 900_000)
    assert "900\u00a0000\u00a0kr" in decided[2]
    assert "Villkor: Tre platser." in text_of(client.get(f"/askanden/{case_id}"))


def test_the_quick_buttons_work_without_script_and_decide_nothing(app, client_for, case_id):
    client = client_for("kommunchef")
    fields = form_of(client.get(address(case_id)).get_data(as_text=True))
    answer = client.post(address(case_id), data=fields | {"snabb": "inget:1"})
    page = text_of(answer)
    assert answer.status_code == 200
    assert "Bevilja 400 000 kr" in page and "beviljas 400 000 kr" in page
    assert state(app, case_id) == ("submitted", None)
    back = client.post(address(case_id), data=form_of(answer.get_data(as_text=True)) | {"snabb": "hela:1"})
    assert "Bevilja 1 000 000 kr" in text_of(back)


def test_a_text_written_by_hand_is_kept_when_the_lines_change(client_for, case_id):
    client = client_for("kommunchef")
    fields = form_of(client.get(address(case_id)).get_data(as_text=True))
    answer = client.post(address(case_id), data=fields | {"text": "Mina egna ord.", "snabb": "inget:0"})
    assert "Mina egna ord." in text_of(answer)


@pytest.mark.parametrize("name", ["granted-0", "included-3", "condition-0"])
def test_a_line_answered_twice_is_refused_and_nothing_is_decided(app, client_for, case_id, name):
    client = client_for("kommunchef")
    fields = form_of(client.get(address(case_id)).get_data(as_text=True)) | {"password": PASSWORD}
    fields[name] = [fields[name], "1" if name == "granted-0" else "nej"]
    answer = client.post(address(case_id), data=fields)
    assert answer.status_code == 422 and "samma fält två gånger" in text_of(answer)
    assert state(app, case_id) == ("submitted", None)


@pytest.mark.parametrize("name", ["granted-9", "granted-00", "granted-3", "included-0", "condition-x"])
def test_an_answer_to_no_line_is_refused_and_nothing_is_decided(app, client_for, case_id, name):
    client = client_for("kommunchef")
    fields = form_of(client.get(address(case_id)).get_data(as_text=True)) | {"password": PASSWORD, name: "1"}
    answer = client.post(address(case_id), data=fields)
    assert answer.status_code == 422 and "ett fält som inte får ändras nu" in text_of(answer)
    assert state(app, case_id) == ("submitted", None)


@pytest.mark.parametrize("amount", ["700 000", "٣٠٠", "1.500", "-5", "1e30", "10000000000000000000000000000000", "6\x0000", ""])
def test_amounts_that_cannot_stand_are_said_at_their_line_and_change_nothing(app, client_for, case_id, amount):
    client = client_for("kommunchef")
    fields = form_of(client.get(address(case_id)).get_data(as_text=True))
    fields |= {"granted-1": amount, "reason": "x", "password": PASSWORD}
    answer = client.post(address(case_id), data=fields)
    assert answer.status_code == 422
    assert 'href="#granted-1"' in answer.get_data(as_text=True)
    assert state(app, case_id) == ("submitted", None)


def test_the_wrong_password_decides_nothing(app, client_for, case_id):
    client = client_for("kommunchef")
    fields = form_of(client.get(address(case_id)).get_data(as_text=True))
    assert client.post(address(case_id), data=fields | {"password": "fel"}).status_code == 422
    assert client.post(address(case_id), data=fields).status_code == 422
    assert state(app, case_id) == ("submitted", None)


def test_a_field_that_is_not_on_the_form_is_refused(app, client_for, case_id):
    client = client_for("kommunchef")
    fields = form_of(client.get(address(case_id)).get_data(as_text=True)) | {"password": PASSWORD, "capacity": "x"}
    answer = client.post(address(case_id), data=fields)
    assert answer.status_code == 422
    assert "ett fält som inte får ändras" in text_of(answer)
    assert state(app, case_id) == ("submitted", None)


def test_own_request_is_shown_refused_and_refused_on_the_server_with_the_same_sentence(app, town, client_for):
    with app.app_context():
        with transaction():
            session.add(
                RoleHolding(
                    person_id=town.person("kommunchef").id, unit_id=town.unit.id, role="requester", valid_from=clock.today()
                )
            )
        case_id = a_submitted_request(town, by="kommunchef")
        version = case_of(case_id).version
    client = client_for("kommunchef")
    shown = client.get(address(case_id))
    assert OWN in text_of(shown) and "data-grant-button" not in shown.get_data(as_text=True)
    fields = {f"granted-{n}": amount for n, (_label, amount) in enumerate(LINES) if amount}
    fields |= {"included-3": "ja", "move": "none", "report": "nej", "text": "Beviljas.", "presenter": "", "reason": ""}
    fields |= {"form_key": str(uuid4()), "version": str(version), "password": PASSWORD}
    answer = client.post(address(case_id), data=fields)
    assert answer.status_code == 403
    assert OWN in text_of(answer)
    assert state(app, case_id) == ("submitted", None)


def test_after_a_declared_jav_the_page_refuses(app, town, client_for, case_id):
    with app.app_context(), transaction():
        session.add(
            ConflictOfInterest(
                case_id=case_of(case_id).id, person_id=town.person("kommunchef").id, reason="Släkt", declared_at=clock.now()
            )
        )
    client = client_for("kommunchef")
    case_page = text_of(client.get(f"/askanden/{case_id}"))
    assert "Hos beslutsfattaren" in case_page and "Din tur" not in case_page
    refused = text_of(client.get(address(case_id)))
    assert "Du har anmält jäv" in refused
    assert address(case_id, "overlamna") not in refused, "it leads to what is refused too"
    assert "Tillbaka till ärendet" in refused


@pytest.mark.parametrize("key", ["", "4f3cfd8a-6a0e-4b0f-9a51-0f5e9d1d7c11"])
def test_where_the_page_refuses_what_was_typed_can_still_be_copied(app, town, client_for, case_id, key):
    with app.app_context(), transaction():
        session.add(
            ConflictOfInterest(
                case_id=case_of(case_id).id, person_id=town.person("kommunchef").id, reason="Släkt", declared_at=clock.now()
            )
        )
    fields = {"form_key": key, "version": "1", "reason": "Skrivet med omsorg, ord för ord.", "password": PASSWORD}
    answer = client_for("kommunchef").post(address(case_id), data=fields)
    assert answer.status_code in (403, 409, 422)
    assert "Skrivet med omsorg, ord för ord." in text_of(answer)
    assert PASSWORD not in answer.get_data(as_text=True)


def test_a_stale_page_is_answered_409_with_what_was_typed(app, client_for, case_id):
    client, finance = client_for("kommunchef"), client_for("ekonom")
    fields = form_of(client.get(address(case_id)).get_data(as_text=True))
    statement = form_of(finance.get(address(case_id, "yttrande")).get_data(as_text=True)) | {"text": "Medel finns."}
    assert finance.post(address(case_id, "yttrande"), data=statement).status_code == 303
    answer = client.post(address(case_id), data=fields | {"text": "Mina ord.", "password": PASSWORD})
    assert answer.status_code == 409
    assert "Mina ord." in text_of(answer) and "Medel finns." in text_of(answer)


def test_a_decided_case_is_not_decided_again_by_an_old_page(app, town, client_for, case_id):
    client = client_for("kommunchef")
    fields = form_of(client.get(address(case_id)).get_data(as_text=True))
    with app.app_context():
        a_decision(town, case_id)
    answer = client.post(address(case_id), data=fields | {"password": PASSWORD})
    assert answer.status_code == 409
    assert "redan beslutats" in text_of(answer)


def test_the_preview_is_a_picture_of_the_page(client_for, case_id):
    client = client_for("kommunchef")
    page = client.get(address(case_id)).get_data(as_text=True)
    source = re.search(r'<img class="picture" src="([^"]+)"', page)
    assert source
    answer = client.get(source[1].replace("&amp;", "&"))
    assert answer.mimetype == "image/png" and answer.data.startswith(b"\x89PNG")


@pytest.mark.parametrize("username", ["sakerhetschef", "ekonom", "registrator", "arkivarie", "revisor", "admin"])
def test_the_page_is_closed_to_every_other_role(client_for, case_id, username):
    assert client_for(username).get(address(case_id)).status_code in (403, 404)


def test_completion_hand_over_and_minutes_are_walked_in_forms(app, town, client_for, case_id):
    chief, registrar = client_for("kommunchef"), client_for("registrator")

    def send(client, what, **typed):
        fields = form_of(client.get(address(case_id, what)).get_data(as_text=True)) | typed
        answer = client.post(address(case_id, what), data=fields)
        assert answer.status_code == 303, text_of(answer)[-1500:]

    send(chief, "komplettering", reason="Offert saknas.")
    assert state(app, case_id)[0] == "returned"
    send(chief, "ateruppta", reason="Räcker.")
    send(chief, "overlamna", organ=str(town.organ.public_id), stance="tillstyrks", text="Styrkt.")
    assert state(app, case_id)[0] == "referred"
    day = clock.today().isoformat()
    send(registrar, "protokoll", kind="preparing", meeting_date=day, paragraph="12", text="Bereds vidare.")
    assert state(app, case_id)[0] == "referred"
    send(registrar, "protokoll", meeting_date=day, paragraph="§ 14", text="Kommunstyrelsen beviljar medlen.")
    assert state(app, case_id)[1][:2] == ("granted", 1_000_000)
    with app.app_context():
        assert queries.in_force(case_of(case_id)).authority["paragraph"] == "14"
    send(
        registrar,
        "ersatt-beslut",
        meeting_date=day,
        paragraph="15",
        text="Kommunstyrelsen beviljar en del av medlen.",
        replacement_reason="Nytt beslut.",
        reason="Mindre.",
        **{"granted-1": "0"},
    )
    assert state(app, case_id)[1][:2] == ("partly", 400_000)


def test_a_pasted_extract_fills_the_minutes(app, town, client_for):
    with app.app_context():
        case_id = a_referred_case(town)
    client = client_for("registrator")
    extract = (
        "Kommunstyrelsen\nSammanträdesprotokoll\nSammanträdesdatum 2026-11-10\n\n§ 88\n\n"
        "Medel för trygghetsskapande åtgärder\n\nBeslut\n\nKommunstyrelsen beslutar att avslå äskandet.\n"
    )
    fields = form_of(client.get(address(case_id, "protokoll")).get_data(as_text=True))
    answer = client.post(address(case_id, "protokoll"), data=fields | {"extract": extract, "classified": "nej", "snabb": "las"})
    filled = form_of(answer.get_data(as_text=True))
    assert filled["meeting_date"] == "2026-11-10"
    assert filled["paragraph"].strip("§ ") == "88"
    assert "avslå" in filled["text"]


def test_replacing_by_the_decision_maker_asks_for_the_reason(app, town, client_for, case_id):
    with app.app_context():
        a_decision(town, case_id)
    client = client_for("kommunchef")
    fields = form_of(client.get(address(case_id, "ersatt-beslut")).get_data(as_text=True))
    assert "kvar att fördela: 0 kr" in text_of(client.get(address(case_id, "ersatt-beslut")))
    fields |= {"granted-1": "100 000", "reason": "Färre.", "password": PASSWORD}
    assert client.post(address(case_id, "ersatt-beslut"), data=fields).status_code == 422
    fields |= {"replacement_reason": "Räknefel.", "form_key": str(uuid4())}
    assert client.post(address(case_id, "ersatt-beslut"), data=fields).status_code == 303
    assert state(app, case_id)[1][:2] == ("partly", 500_000)


def test_the_list_shows_number_outcome_and_ground_and_filters(app, town, client_for, case_id):
    with app.app_context():
        _case, decision = a_decision(town, case_id)
        number = decision.number
    client = client_for("revisor")
    assert number in text_of(client.get("/beslut"))
    assert number in text_of(client.get("/beslut?utfall=granted&organ=delegation"))
    assert number not in text_of(client.get("/beslut?utfall=rejected"))
    assert number not in text_of(client.get(f"/beslut?organ={town.organ.public_id}"))
    assert client.get("/beslut?efter=skräp").status_code == 422
    assert client_for("admin").get("/beslut").status_code == 403


def statements_of(app, client, path):
    seen: list[str] = []

    def note(_c, _k, statement, *_rest):
        seen.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        assert client.get(path).status_code == 200
        event.remove(db.engine, "before_cursor_execute", note)
    return len([statement for statement in seen if statement.startswith(("SELECT", "INSERT", "UPDATE"))])


@pytest.mark.parametrize("path", ["besluta", "/beslut", "/avsatta-medel", "fund"])
def test_statements_do_not_grow_with_the_cases(app, town, client_for, case_id, path):
    target = {"besluta": address(case_id), "fund": f"/avsatta-medel/{town.fund.public_id}"}.get(path, path)
    client = client_for("kommunchef")
    client.get(target)
    before = statements_of(app, client, target)
    with app.app_context():
        for _n in range(3):
            one = a_submitted_request(town, lines=[("Belysning", "1 000")], total="1 000")
            a_decision(town, one)
            a_submitted_request(town, lines=[("Belysning", "1 000")], total="1 000")
    assert statements_of(app, client, target) <= before + 1
    assert before <= 14


@pytest.mark.parametrize("what", ["besluta", "komplettering", "besluta/sidan.png"])
def test_opening_a_secret_request_to_decide_on_it_is_in_the_log(app, client_for, case_id, what):
    from sqlalchemy import select

    from portal.log.models import LogEntry
    from portal.register.models import Case

    with app.app_context(), transaction():
        session.get_one(Case, case_of(case_id).id).is_secret = True
    client_for("kommunchef").get(address(case_id, what))
    with app.app_context():
        assert session.scalars(select(LogEntry.action)).all().count("register.read_secret") == 1
