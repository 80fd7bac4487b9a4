"""Writing in the browser: the page, saving, rows without script, the review, the one press, the list."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal.db import session
from portal.funding_requests.models import FundingRequest, RequestVersion
from portal.log.models import LogEntry
from portal.register.models import Case
from tests.conftest import ClientFor
from tests.factories.funding_requests import a_draft, a_full_draft, a_submitted_request, typed
from tests.factories.town import Town
from tests.forms import value_of

FRAGMENT = {"HX-Request": "true", "HX-Request-Type": "partial"}


def _saved(app: Flask) -> dict[str, object]:
    with app.app_context():
        return dict(session.scalars(select(FundingRequest.draft)).one() or {})


def test_a_draft_is_begun_with_one_press(client_for: ClientFor, town: Town) -> None:
    client = client_for("sakerhetschef")
    key = value_of(client.get("/askanden/ny").text, "form_key")
    answer = client.post("/askanden/ny", data={"form_key": key})
    again = client.post("/askanden/ny", data={"form_key": key})
    assert answer.status_code == 303 and answer.location == again.location
    page = client.get(answer.location)
    assert page.status_code == 200 and town.unit.name in page.text


def test_the_page_shows_amounts_read_back_sums_and_what_remains(client_for: ClientFor, draft: str) -> None:
    page = client_for("sakerhetschef").get(f"{draft}/skriv").text
    assert "300 tkr → 300\u00a0000\u00a0kr" in page
    assert re.search(r"data-sum>500\u00a0000\u00a0kr", page)
    assert "7 av 7 är klara" in page


def test_typing_saves_by_itself_and_says_which_version_it_is(app: Flask, client_for: ClientFor, draft: str, town: Town) -> None:
    client = client_for("sakerhetschef")
    page = client.get(f"{draft}/skriv").text
    sent = {
        **typed(a_full_draft(town, title="Ny rubrik", total="1.500")),
        "version": value_of(page, "version"),
        "page": str(uuid4()),
    }
    answer = client.post(f"{draft}/spara", data=sent, headers=FRAGMENT)
    assert answer.status_code == 200
    assert answer.headers["X-Version"] == str(int(sent["version"]) + 1)
    assert "Att rätta" in answer.text and "<html" not in answer.text
    assert _saved(app)["total"] == "1.500"


def test_saving_from_an_old_tab_is_409_with_the_typed_text_on_the_page(
    app: Flask, client_for: ClientFor, draft: str, town: Town
) -> None:
    client = client_for("sakerhetschef")
    version = value_of(client.get(f"{draft}/skriv").text, "version")
    first = {**typed(a_full_draft(town, title="Första fliken")), "version": version, "page": "a"}
    second = {**typed(a_full_draft(town, title="Andra fliken")), "version": version, "page": "b"}
    assert client.post(f"{draft}/spara", data=first).status_code == 303
    answer = client.post(f"{draft}/spara", data=second)
    assert answer.status_code == 409
    assert "Andra fliken" in answer.text and "inte sparat" in answer.text
    assert _saved(app)["title"] == "Första fliken"


@pytest.mark.parametrize(
    ("button", "labels"),
    [
        ({"add": "lines"}, ["Kamerabevakning", "Väktare", "Trygghetsmätning", ""]),
        ({"remove": "lines:2"}, ["Kamerabevakning", "Trygghetsmätning"]),
        ({"move": "lines:2:up"}, ["Väktare", "Kamerabevakning", "Trygghetsmätning"]),
        ({"move": "lines:3:down"}, ["Kamerabevakning", "Väktare", "Trygghetsmätning"]),
    ],
)
def test_rows_are_added_removed_and_moved_without_script(
    app: Flask, client_for: ClientFor, draft: str, town: Town, button: dict[str, str], labels: list[str]
) -> None:
    client = client_for("sakerhetschef")
    sent = {**typed(a_full_draft(town)), "version": value_of(client.get(f"{draft}/skriv").text, "version"), **button}
    answer = client.post(f"{draft}/spara", data=sent)
    assert answer.status_code == 303 and answer.location.endswith("#kostnader")
    lines = _saved(app)["lines"]
    assert isinstance(lines, list) and [line["label"] for line in lines] == labels


def test_with_script_only_the_part_is_drawn_anew(client_for: ClientFor, draft: str, town: Town) -> None:
    client = client_for("sakerhetschef")
    sent = {**typed(a_full_draft(town)), "version": value_of(client.get(f"{draft}/skriv").text, "version"), "add": "points"}
    answer = client.post(f"{draft}/spara", data=sent, headers=FRAGMENT)
    assert 'id="forslag"' in answer.text and 'id="point-2"' in answer.text
    assert 'id="kostnader"' not in answer.text and "<html" not in answer.text


def test_a_field_that_is_not_the_forms_own_is_refused(app: Flask, client_for: ClientFor, draft: str, town: Town) -> None:
    client = client_for("sakerhetschef")
    sent = {**typed(a_full_draft(town)), "version": "1", "status": "decided"}
    answer = client.post(f"{draft}/spara", data=sent)
    assert answer.status_code == 422 and "får ändras nu" in answer.text


def test_huge_text_is_one_sentence_and_what_was_saved_stays(app: Flask, client_for: ClientFor, draft: str, town: Town) -> None:
    client = client_for("sakerhetschef")
    version = value_of(client.get(f"{draft}/skriv").text, "version")
    answer = client.post(f"{draft}/spara", data={**typed(a_full_draft(town, description="a" * 1_500_000)), "version": version})
    assert answer.status_code == 422 and "för stort" in answer.text
    assert _saved(app)["description"] == a_full_draft(town)["description"]


def _send(client: FlaskClient, draft: str) -> dict[str, str]:
    page = client.get(f"{draft}/granska").text
    return {name: value_of(page, name) for name in ("form_key", "version", "draft_version")}


def test_one_press_sends_and_a_second_does_nothing(app: Flask, client_for: ClientFor, draft: str) -> None:
    client = client_for("sakerhetschef")
    form = _send(client, draft)
    first, second = (client.post(f"{draft}/skicka-in", data=form) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(RequestVersion)) == 1


def test_the_review_lists_what_is_missing_with_links_and_offers_no_button(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        address = f"/askanden/{a_draft(town, total='600 tkr', secrecy='').public_id}"
    page = client_for("sakerhetschef").get(f"{address}/granska").text
    assert f'href="{address}/skriv?visa=allt#total"' in page and "skicka-in" not in page


@pytest.mark.parametrize(
    ("point", "told"),
    [
        (
            "Säkerhetsenheten beviljas 300000 kr.",
            "I texten står 300\u00a0000\u00a0kr, men äskat belopp är 500\u00a0000\u00a0kr.",
        ),
        ("Säkerhetsenheten beviljas 0,5 mnkr, varav 40 tkr till larm.", ""),
        ("Enheten beviljas 300 000 kr till kameror och 200 tkr till väktare.", ""),
        ("Äskandet bifalls. Driften kostar 20 000 kr per år.", ""),
    ],
)
def test_a_proposal_that_names_another_amount_is_told_before_it_is_sent(
    app: Flask, client_for: ClientFor, town: Town, point: str, told: str
) -> None:
    with app.app_context():
        address = f"/askanden/{a_draft(town, points=[point]).public_id}"
    page = client_for("sakerhetschef").get(f"{address}/granska").text
    assert ("nämner ett annat belopp" in page) == bool(told) and told in page
    assert "skicka-in" in page, "it is a question, no hindrance"


def test_the_preview_is_a_picture(client_for: ClientFor, draft: str) -> None:
    answer = client_for("sakerhetschef").get(f"{draft}/forhandsvisning.png")
    assert answer.status_code == 200 and answer.data.startswith(b"\x89PNG")


def test_a_draft_is_unknown_to_everyone_but_its_writers(client_for: ClientFor, draft: str, town: Town) -> None:
    assert client_for("sakerhetssamordnare").get(f"{draft}/skriv").status_code == 404
    assert client_for("fritidschef").get(f"{draft}/skriv").status_code == 404
    client = client_for("sakerhetschef")
    key = value_of(client.get(f"{draft}/skriv").text, "form_key")
    writer = str(town.person("fritidschef").public_id)
    assert client.post(f"{draft}/medskrivare", data={"form_key": key, "writer": writer}).status_code == 303
    assert client_for("fritidschef").get(f"{draft}/skriv").status_code == 200
    assert client_for("sakerhetssamordnare").get(f"{draft}/skriv").status_code == 404


def test_the_list_shows_the_units_requests_and_nobody_elses(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        number = str(a_submitted_request(town).number)
    assert number in client_for("sakerhetssamordnare").get("/askanden").text
    assert number in client_for("kommunchef").get("/askanden").text
    assert number not in client_for("fritidschef").get("/askanden").text


def test_the_list_is_narrowed_by_number_status_unit_and_money(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        year = a_submitted_request(town, title="Kameror").year
        a_submitted_request(town, title="Väktare")
    client = client_for("kommunchef")
    one = client.get(f"/askanden?q=KS {year}/0001").text
    assert "Kameror" in one and "Väktare" not in one
    assert "Väktare" in client.get(f"/askanden?q={year}/").text
    assert "passar urvalet" in client.get("/askanden?status=closed").text
    assert "Kameror" in client.get(f"/askanden?medel={town.fund.public_id}&enhet={town.unit.public_id}&ar={year}").text
    assert client.get("/askanden?efter=x").status_code == 422


def test_an_older_page_follows_by_key(app: Flask, client_for: ClientFor, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.register.paging.PAGE", 2)
    with app.app_context():
        for n in range(5):
            a_submitted_request(town, title=f"Ärende nummer {n}")
    client, seen, address = client_for("kommunchef"), [], "/askanden"
    while address:
        page = client.get(address).text
        seen += re.findall(r"Ärende nummer (\d)", page)
        following = re.search(r'href="(/askanden\?efter=[^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == ["4", "3", "2", "1", "0"]


def test_an_ended_session_while_saving_asks_to_sign_in_in_place(
    app: Flask, client_for: ClientFor, draft: str, town: Town
) -> None:
    client = client_for("sakerhetschef")
    version = value_of(client.get(f"{draft}/skriv").text, "version")
    client.post("/logga-ut")
    answer = client.post(f"{draft}/spara", data={**typed(a_full_draft(town)), "version": version}, headers=FRAGMENT)
    assert answer.status_code == 401 and "<html" not in answer.text


def test_writing_and_saving_leave_no_trace_in_the_log(app: Flask, client_for: ClientFor, draft: str, town: Town) -> None:
    client = client_for("sakerhetschef")
    version = value_of(client.get(f"{draft}/skriv").text, "version")
    client.post(f"{draft}/spara", data={**typed(a_full_draft(town)), "version": version})
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(LogEntry).where(LogEntry.case_id.is_not(None))) == 0


def test_a_draft_is_thrown_away_after_it_is_shown(app: Flask, client_for: ClientFor, draft: str) -> None:
    client = client_for("sakerhetschef")
    page = client.get(f"{draft}/kasta").text
    answer = client.post(f"{draft}/kasta", data={"form_key": value_of(page, "form_key"), "version": value_of(page, "version")})
    assert answer.status_code == 303
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_sending_what_a_colleague_has_sent_is_409_and_late_typing_stays_on_the_page(
    app: Flask, client_for: ClientFor, draft: str, town: Town
) -> None:
    client = client_for("sakerhetschef")
    form = _send(client, draft)
    version = value_of(client.get(f"{draft}/skriv").text, "version")
    assert client.post(f"{draft}/skicka-in", data=form).status_code == 303
    again = client.post(f"{draft}/skicka-in", data={**form, "form_key": str(uuid4())})
    assert again.status_code == 409 and "redan skickats in" in again.text
    late = client.post(f"{draft}/spara", data={**typed(a_full_draft(town, title="För sent skrivet")), "version": version})
    assert late.status_code == 409 and "För sent skrivet" in late.text
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(RequestVersion)) == 1


def test_a_request_is_withdrawn_with_its_reason_and_not_with_control_characters(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        address = f"/askanden/{a_submitted_request(town).public_id}/aterkalla"
    client = client_for("sakerhetschef")
    page = client.get(address).text
    form = {name: value_of(page, name) for name in ("form_key", "version")}
    assert client.post(address, data={**form, "reason": "\x00"}).status_code == 422
    assert client.post(address, data={**form, "reason": "Pengarna behövs inte."}).status_code == 303
    again = client.post(address, data={**form, "form_key": str(uuid4()), "reason": "Igen."})
    assert again.status_code == 409
