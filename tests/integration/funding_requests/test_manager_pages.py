"""The nearest manager in the browser: what the pages show to whom, and what pressing leads to."""

from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal.db import session, transaction
from portal.people.models import RoleHolding, Unit
from portal.register.models import Case
from tests.conftest import ClientFor
from tests.factories.funding_requests import a_draft
from tests.factories.road import act, with_the_manager
from tests.factories.town import ASKS_MANAGER, Town
from tests.integration.test_statements import MOST, statements, told

WRITER, MANAGER = "stadsmiljochef", "forvaltningschef"


@pytest.fixture
def case_id(app: Flask, town: Town) -> UUID:
    """A case with the manager."""
    with app.app_context():
        return with_the_manager(town, title="Belysning vid torget")


def _version(app: Flask, case_id: UUID) -> str:
    with app.app_context():
        return str(session.scalars(select(Case.version).where(Case.public_id == case_id)).one())


def _sent(app: Flask, case_id: UUID, **typed: str) -> dict[str, str]:
    return {"form_key": str(uuid4()), "version": _version(app, case_id), **typed}


def test_the_manager_finds_it_reads_it_whole_and_can_approve_or_send_back(case_id: UUID, client_for: ClientFor) -> None:
    manager = client_for(MANAGER)
    todo = manager.get("/").get_data(as_text=True)
    assert "Belysning vid torget" in todo and "Godkänn eller lämna tillbaka" in todo and "30\u00a0000\u00a0kr" in todo
    page = manager.get(f"/askanden/{case_id}").get_data(as_text=True)
    for shown in (
        "Hos närmaste chef",
        "Din tur att godkänna",
        "Skadegörelsen har ökat",
        "Godkänn och skicka in",
        "Lämna tillbaka",
    ):
        assert shown in page, shown
    assert "Ta tillbaka äskandet" not in page and "Anmäl jäv" not in page


def test_the_writer_sees_where_it_is_and_can_have_it_back(case_id: UUID, client_for: ClientFor) -> None:
    writer = client_for(WRITER)
    page = writer.get(f"/askanden/{case_id}").get_data(as_text=True)
    assert "Ta tillbaka äskandet" in page and "Godkänn och skicka in" not in page
    assert f'href="/askanden/{case_id}"' in writer.get("/askanden").get_data(as_text=True)
    assert "Hos närmaste chef" in writer.get("/").get_data(as_text=True)
    assert writer.get(f"/askanden/{case_id}/skriv").status_code == 403


@pytest.mark.parametrize("page", ["/", "/askanden", "/askanden?q=Belysning", "/diariet", "/diariet?q=Belysning", "/beslut"])
@pytest.mark.parametrize("other", ["registrator", "kommunchef", "revisor", "sakerhetschef"])
def test_nobody_else_finds_it_anywhere(case_id: UUID, client_for: ClientFor, page: str, other: str) -> None:
    shown = client_for(other).get(page).get_data(as_text=True).replace("q=Belysning", "").replace('value="Belysning"', "")
    assert "vid torget" not in shown and str(case_id) not in shown


def test_approving_says_the_number_and_sending_back_says_why(
    app: Flask, case_id: UUID, client_for: ClientFor, town: Town
) -> None:
    manager, writer = client_for(MANAGER), client_for(WRITER)
    answer = manager.post(f"/askanden/{case_id}/lamna-tillbaka", data=_sent(app, case_id))
    assert answer.status_code == 422 and "Skriv varför äskandet lämnas tillbaka" in answer.get_data(as_text=True)
    reason = {"reason": "Beloppet är inte styrkt."}
    answer = manager.post(f"/askanden/{case_id}/lamna-tillbaka", data=_sent(app, case_id, **reason))
    assert (answer.status_code, answer.location) == (303, "/")
    assert manager.get(f"/askanden/{case_id}").status_code == 404
    for page in ("", "/skriv"):
        assert reason["reason"] in writer.get(f"/askanden/{case_id}{page}").get_data(as_text=True)
    review = writer.get(f"/askanden/{case_id}/granska").get_data(as_text=True)
    assert "Skicka till närmaste chef" in review
    with app.app_context():
        draft = session.scalars(select(Case).where(Case.public_id == case_id)).one()
        seen = {"draft_version": "1"}
        assert draft.status == "draft"
    answer = writer.post(f"/askanden/{case_id}/skicka-in", data=_sent(app, case_id, **seen))
    assert answer.status_code == 303
    assert "skickat till närmaste chef" in writer.get(f"/askanden/{case_id}").get_data(as_text=True)
    assert manager.post(f"/askanden/{case_id}/godkann", data=_sent(app, case_id)).status_code == 303
    page = manager.get(f"/askanden/{case_id}").get_data(as_text=True)
    assert "Det har diarienummer KS" in page and "Godkände äskandet" in page
    assert reason["reason"] not in client_for("kommunchef").get(f"/askanden/{case_id}").get_data(as_text=True)


def test_a_draft_goes_by_the_manager_only_where_the_review_said_so(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        case_id = a_draft(town).public_id
    review = client_for("sakerhetschef").get(f"/askanden/{case_id}/granska").get_data(as_text=True)
    assert "närmaste chef" not in review


def test_the_administrator_sets_it_per_unit_and_sees_that_a_manager_is_missing(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    admin = client_for("admin")
    page = admin.get("/administration/enheter").get_data(as_text=True)
    assert "Förvaltningschef i Åkersbro" in page and "Chef saknas" not in page
    unit = town.units["Kultur och fritid"]
    form = {"form_key": str(uuid4()), "version": "1", "asks_manager": "ja"}
    assert admin.post(f"/administration/enheter/{unit.public_id}/narmaste-chef", data=form).status_code == 303
    assert "Chef saknas" in admin.get("/administration/enheter").get_data(as_text=True)
    form = {"form_key": str(uuid4()), "version": "2", "asks_manager": "kanske"}
    assert admin.post(f"/administration/enheter/{unit.public_id}/narmaste-chef", data=form).status_code == 422
    with app.app_context():
        assert session.get_one(Unit, unit.id).asks_manager
        with transaction():
            session.query(RoleHolding).filter_by(role="manager").delete()
    page = admin.get("/administration/enheter").get_data(as_text=True)
    assert page.count("Chef saknas") == 2 and ASKS_MANAGER in page


def test_the_road_has_one_step_more_where_the_manager_had_a_say(app: Flask, town: Town, client_for: ClientFor) -> None:
    from portal.funding_requests.lifecycle import Action

    with app.app_context():
        case_id = with_the_manager(town)
        act(town, Action.APPROVE, case_id, MANAGER)
    road = (
        client_for("kommunchef").get(f"/askanden/{case_id}").get_data(as_text=True).split('class="road"')[1].split("</ol>")[0]
    )
    steps = [each.split("</b>")[0].rsplit(">", 1)[-1] for each in road.split("<li")[1:]]
    assert steps[:3] == ["Utkast", "Hos närmaste chef", "Inskickat"]
    assert 'aria-current="step"' in road.split("<li")[3]


def test_the_review_and_the_writing_page_of_such_a_unit_ask_at_most_twelve_statements(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        case_id = a_draft(town, by=WRITER, unit=ASKS_MANAGER).public_id
    writer = client_for(WRITER)
    for page in ("granska", "skriv"):
        seen = statements(app, writer, f"/askanden/{case_id}/{page}")
        assert len(seen) <= MOST, f"{page} {len(seen)}\n{told(seen)}"
