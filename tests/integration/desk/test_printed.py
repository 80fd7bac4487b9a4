"""Lists and the case sheet as documents: they say what their page shows the person, and never what is hidden from them."""

import re
import subprocess
import tracemalloc
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from time import perf_counter
from unittest.mock import patch
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select, update

from portal import clock
from portal.db import db, session, transaction
from portal.decisions.models import Decision
from portal.documents import press
from portal.funds.delegation_operations import NewDelegation, add_delegation, confirm_delegation
from portal.funds.models import Delegation
from portal.log.models import LogEntry
from portal.register import diary, paging
from portal.register.marking import note_fact
from tests.conftest import ClientFor, Road
from tests.factories.decisions import a_decision, a_submitted_request, case_of
from tests.factories.many import multiply
from tests.factories.places import SECRET_LINE, SECRET_TITLE, a_secret_request
from tests.factories.road import act
from tests.factories.town import CEILING, Town
from tests.integration.test_statements import _BESIDES as BESIDES
from tests.integration.test_statements import asked, statements
from tests.scale import measured

HIDDEN = "torget"  # in the title and the line of the secret requests, and nowhere else
assert HIDDEN in SECRET_TITLE and HIDDEN in SECRET_LINE
EXTRACT, IN_FORCE, TO_REPORT = "/diariet.pdf", "/administration/delegationer.pdf", "/beslut/anmalan.pdf"


@pytest.fixture
def instance(request: pytest.FixtureRequest, walked: Path) -> Path:
    """This module's tests stand on the walked road."""
    return walked


def pdf(client: FlaskClient, address: str) -> bytes:
    """The document at the address, as the file it is handed out as."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    assert answer.mimetype == "application/pdf" and answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return answer.get_data()


def words(document: bytes) -> str:
    """Everything the document says, as it is read, in one line."""
    told = subprocess.run(["pdftotext", "-layout", "-", "-"], input=document, capture_output=True, check=True, timeout=30)
    said = told.stdout.decode().replace("\u00a0", " ").replace("\u200b", "")
    return " ".join(said.split())


def sheet(road: Road, place: str) -> str:
    """Where the case sheet of the case in the place is."""
    return f"/askanden/{road.cases[place]}/diarieblad.pdf"


def sentence(answer: str) -> str:
    """What a page that could not be made says."""
    return " ".join(html.fromstring(answer).xpath("string(//main)").replace("\u00a0", " ").split())


def numbers(text: str) -> list[str]:
    return re.findall(r"KS \d{4}/\d{4}", text)


# The register


def the_register(page: str) -> list[str]:
    """Number and public title of each row of the register's page."""
    rows = html.fromstring(page.replace("\u00a0", " ")).xpath("//table[contains(@class, 'hover')]/tbody/tr")
    return [" ".join(f"{numbers(row[0].text_content())[0]} {row[1].xpath('text()')[0]}".split()) for row in rows]


@pytest.mark.parametrize("username", ["registrator", "ekonom2", "fritidschef"])
def test_the_extract_says_what_the_register_shows_the_person_in_the_same_order(client_for: ClientFor, username: str) -> None:
    client = client_for(username)
    shown = the_register(client.get("/diariet").text)
    said = words(pdf(client, EXTRACT))
    assert len(shown) > 10 and numbers(said) == [row[:12] for row in shown]
    assert HIDDEN not in said.lower() and "Uppgift utelämnad" in said
    assert all(row[13:] in said for row in shown)
    assert f"Antal ärenden {len(shown)}" in said and "Kommunstyrelsens diarium" in said


def test_the_extract_obeys_the_filters_and_says_which(client_for: ClientFor, town: Town) -> None:
    client, this = client_for("registrator"), clock.today().year
    other = town.units["Stadsmiljö"]
    for chosen, told in (
        (f"enhet={other.public_id}", "Avsändare Stadsmiljö"),
        (f"q={quote(f'KS {this}/0002')}", f"Nummer eller ord KS {this}/0002"),
        ("ej_kontrollerade=1", "Registrering Ej kontrollerade"),
        (f"ar={this}", f"År {this}"),
    ):
        said = words(pdf(client, f"{EXTRACT}?{chosen}"))
        listed = numbers(said.partition("Diarienummer")[2])
        assert told in said and listed == [row[:12] for row in the_register(client.get(f"/diariet?{chosen}").text)] != []


def test_an_extract_of_nothing_says_so(client_for: ClientFor) -> None:
    client = client_for("registrator")
    for chosen in ("ar=2001", "ar=inget", f"enhet={uuid4()}", "enhet=x", "q=finns+inte+alls"):
        said = words(pdf(client, f"{EXTRACT}?{chosen}"))
        assert "Inget ärende passar urvalet." in said and "Antal ärenden 0" in said, chosen


def test_what_cannot_be_searched_for_or_printed_is_told_in_a_sentence(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for("registrator")
    answer = client.get(f"{EXTRACT}?q={quote('åt')}")
    assert answer.status_code == 422 and "Skriv minst tre tecken" in sentence(answer.text)
    monkeypatch.setattr(paging, "MOST_PRINTED", 3)
    answer = client.get(EXTRACT)
    assert answer.status_code == 422 and "Välj ett år eller en avsändare" in sentence(answer.text)
    monkeypatch.undo()
    monkeypatch.setattr("portal.desk.printed_routes.printed_at_ease", _too_large)
    answer = client.get(EXTRACT)
    assert answer.status_code == 422 and "Gör urvalet mindre" in sentence(answer.text)


def _too_large(_kind: str, _data: object) -> bytes:
    raise press.TooLarge("the time ran out")


def test_twelve_hundred_rows_are_read_a_slice_at_a_time_in_one_statement_and_printed_apart(
    app: Flask, client_for: ClientFor, instance: Path, town: Town
) -> None:
    client = client_for("registrator")
    few = statements(app, client, EXTRACT)
    with app.app_context():
        db.engine.dispose()
    cases = multiply(instance / "portal.sqlite", 1_200)
    begun = perf_counter()
    with asked(app) as seen, patch.object(press, "printed", side_effect=AssertionError("printed in this process")):
        said = numbers(words(pdf(client, EXTRACT)))
    took = perf_counter() - begun
    assert len([each for each in seen if not each.startswith(BESIDES)]) == len(few) <= 12
    assert len(said) > 1_000 and len(set(said)) > 900
    assert took < 60  # a few seconds, and some more on a busy machine
    with app.app_context():
        peaks = [_peak(town, most) for most in (600, 1_100)]
    assert peaks[1] < peaks[0] * 1.2, peaks
    measured("registerutdrag", rows=cases, seconds=round(took, 2))


def _peak(town: Town, most: int) -> int:
    """The most bytes that reading so many rows of the register, and dropping each, takes."""
    by = town.actor("registrator")
    for _row in diary.extract(by, diary.Filters(), 10):
        pass  # what is made once is made
    tracemalloc.start()
    try:
        assert sum(1 for _row in diary.extract(by, diary.Filters(), most)) == most + 1
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# The case sheet


def test_the_case_sheet_tells_documents_decision_copies_and_events_in_order(
    app: Flask, client_for: ClientFor, road: Road
) -> None:
    client = client_for("ekonom")
    page = client.get(f"/askanden/{road.cases['dispatched']}").text
    assert "Diarieblad (PDF)" in page and sheet(road, "dispatched") in page
    said = words(pdf(client, sheet(road, "dispatched")))
    with app.app_context():
        case = case_of(road.cases["dispatched"])
        decision = session.scalars(select(Decision).where(Decision.case_id == case.id)).one()
        number, decided = str(case.number).replace("\u00a0", " "), decision.number
    assert f"Diarienummer {number}" in said and "Avsändare Säkerhet och trygghet" in said and "Status Expedierat" in said
    assert re.search(r"1 \d{4}-\d\d-\d\d Tjänsteskrivelse, version 1 Från Säkerhet och trygghet", said)
    assert f"Delegationsbeslut {decided} Upprättad" in said
    assert re.search(rf"{decided} \d{{4}}-\d\d-\d\d Kommunchef Beviljat", said)
    assert re.search(rf"Kommunledningsförvaltningen .*{decided} .*Ekonomiavdelningen .*{decided}", said)
    assert re.search(r"SHA-256[0-9a-f]{64}", said.replace(" ", "")), "what was sent"
    timeline = html.fromstring(page).xpath("//section[@aria-labelledby='handelser']//li/h3/text()")
    events = said.partition("Händelser")[2]
    found = [events.find(" ".join(unescape(each).replace("\u00a0", " ").split())) for each in reversed(timeline)]
    assert len(found) > 4 and -1 not in found[:4] and found[:4] == sorted(found[:4])


def reads() -> int:
    return len(session.scalars(select(LogEntry.seq).where(LogEntry.action == "register.read_secret")).all())


def test_the_sheet_of_a_secret_case_is_its_row_in_the_register_without_right_and_is_logged_with_right(
    app: Flask, client_for: ClientFor, road: Road
) -> None:
    for place in ("submitted, secret", "dispatched, secret"):
        with app.app_context():
            before = reads()
        for username in ("ekonom2", "fritidschef"):
            said = words(pdf(client_for(username), sheet(road, place)))
            assert HIDDEN not in said.lower() and "Uppgift utelämnad" in said
            assert "Filer och händelser är utelämnade" in said and "Säkerhet och trygghet" in said
            assert "5 000 kr" not in said and "Tjänsteskrivelse" not in said and "18 kap." not in said
        with app.app_context():
            assert reads() == before
        said = words(pdf(client_for("revisor"), sheet(road, place)))
        assert (
            SECRET_TITLE in said
            and "Ärendemening i diariet Uppgift utelämnad" in said
            and "Hela ärendet: 18 kap. 8 § OSL" in said
        )
        with app.app_context():
            assert reads() == before + 1


def test_what_is_not_in_the_register_has_no_sheet(client_for: ClientFor, road: Road) -> None:
    author = client_for("sakerhetschef")
    assert author.get(sheet(road, "draft")).status_code == 404
    assert author.get(f"/askanden/{uuid4()}/diarieblad.pdf").status_code == 404
    assert "Diarieblad" not in client_for("forvaltningschef").get(f"/askanden/{road.cases['with_manager']}").text
    assert client_for("forvaltningschef").get(sheet(road, "with_manager")).status_code == 404
    assert client_for("kommunledning").get(sheet(road, "dispatched")).status_code == 403


# Delegations


def test_the_list_holds_the_delegations_in_force_on_the_day(client_for: ClientFor) -> None:
    client = client_for("registrator")
    said = words(pdf(client, IN_FORCE))
    assert "Antal delegationer 3" in said and "Trygghetsmiljonen" in said and "1 500 000 kr" in said
    assert "vid jäv för kommunchef" in said and "§ 231" in said and "Delegationsordningen 4.2" in said
    said = words(pdf(client, f"{IN_FORCE}?dag=2025-12-31"))
    assert "Ingen delegation gäller den dagen." in said and "den 31 december 2025" in said
    assert 'action="/administration/delegationer.pdf"' in client.get("/administration/delegationer").text
    for day in ("i+dag", "2026-02-30", "9999-01-01", "%00"):
        answer = client.get(f"{IN_FORCE}?dag={day}")
        assert answer.status_code == 422 and "Datumet kan inte läsas." in sentence(answer.text), day


def a_reported_clause(town: Town) -> None:
    """The chief's delegation ends, and one whose decisions are reported is entered and confirmed."""
    today = clock.today()
    with transaction():
        chief = town.person("kommunchef").id
        session.execute(update(Delegation).where(Delegation.person_id == chief).values(valid_to=today - timedelta(days=1)))
        new = NewDelegation(
            person_id=town.person("kommunchef").public_id,
            fund_id=town.fund.public_id,
            ceiling=CEILING,
            capacity="delegationsbeslut",
            clause="4.2",
            organ_id=town.organ.public_id,
            decided_on=today,
            paragraph="12",
            only_when_jav_of_id=None,
            valid_from=today,
            valid_to=None,
            is_reported=True,
        )
        row = add_delegation(new=new, by=town.actor("admin"))
        confirm_delegation(delegation_id=row.public_id, by=town.actor("registrator"))


def a_secret_decision(town: Town) -> str:
    """The number of a decision in a case that is marked."""
    case_id = a_secret_request(town)
    act(town, "mark_secrecy", case_id, "registrator")  # type: ignore[arg-type]  # a StrEnum's value
    return a_decision(town, case_id)[1].number


def reported(town: Town, case_id: UUID) -> None:
    with transaction():
        note_fact(case_id=case_id, kind="reported", on=clock.today(), text="", by=town.actor("registrator"), seen_version=None)


@pytest.fixture
def decided(app: Flask, town: Town) -> tuple[UUID, str, str, str]:
    """A case with its decision, that of another case, and that of a secret one: all to be reported."""
    with app.app_context():
        a_reported_clause(town)
        small = [("Belysning", "1 000")]
        case_id, first = a_decision(town, a_submitted_request(town, lines=small, total="1 000"))
        other = a_decision(town, a_submitted_request(town, lines=small, total="1 000"))[1].number
        return case_id, first.number, other, a_secret_decision(town)


def test_the_list_to_the_organ_holds_what_is_to_be_reported_and_its_sum(
    app: Flask, client_for: ClientFor, town: Town, decided: tuple[UUID, str, str, str]
) -> None:
    case_id, *all_three = decided
    client = client_for("registrator")
    page = client.get("/beslut?anmalan=inte").text
    assert "Anmälan av delegationsbeslut (PDF)" in page and f"{TO_REPORT}?anmalan=inte" in page
    assert TO_REPORT not in client.get("/beslut").text
    said = words(pdf(client, f"{TO_REPORT}?anmalan=inte"))
    assert all(number in said for number in all_three) and "Antal beslut 3" in said and "Summa 7 000 kr" in said
    assert "Delegationsbeslut att anmäla till kommunstyrelsen" in said and "punkt 4.2" in said and "7 kap. 8 §" in said
    assert HIDDEN not in said.lower() and "Uppgift utelämnad" in said  # the organ's papers are read by others
    said = words(pdf(client_for("tf.kommunchef"), TO_REPORT))
    assert [number in said for number in all_three] == [True, True, False] and HIDDEN not in said.lower()
    assert "inte får läsa är inte med" in said
    with app.app_context():
        reported(town, case_id)
    said = words(pdf(client, TO_REPORT))
    assert [number in said for number in all_three] == [False, True, True] and "Summa 6 000 kr" in said


def test_the_list_to_the_organ_obeys_the_filters_of_the_page(
    client_for: ClientFor, town: Town, decided: tuple[UUID, str, str, str]
) -> None:
    client, today = client_for("registrator"), clock.today()
    tomorrow, number = today + timedelta(days=1), decided[1]
    for chosen, held in (
        (f"ar={today.year}", True),
        (f"ar={today.year - 1}", False),
        (f"fran={today}&till={today}", True),
        (f"fran={tomorrow}", False),
        (f"till={today - timedelta(days=1)}", False),
        (f"anmalan={town.organ.public_id}", True),
        (f"anmalan={town.council.public_id}", False),
        ("utfall=rejected", False),
        (f"beslutsfattare={town.person('kommunchef').public_id}", True),
    ):
        said = words(pdf(client, f"{TO_REPORT}?{chosen}"))
        page = client.get(f"/beslut?anmalan=inte&{chosen}" if "anmalan" not in chosen else f"/beslut?{chosen}").text
        assert (number in said) is (number in page) is held, chosen
        assert ("Inget delegationsbeslut passar urvalet." in said) is not held, chosen
    assert f"Period {date(today.year, 1, 1).day} januari" in words(pdf(client, f"{TO_REPORT}?ar={today.year}"))
    said = words(pdf(client, f"{TO_REPORT}?anmalan={town.council.public_id}"))
    assert "Delegationsbeslut att anmäla till kommunfullmäktige" in said


def test_a_day_that_is_none_is_told_on_the_page_and_in_place_of_the_list(client_for: ClientFor) -> None:
    client = client_for("registrator")
    page = client.get("/beslut?fran=2026-02-30&till=x")
    assert page.status_code == 200 and page.text.count("Datumet kan inte läsas. Skriv det som 2026-11-22.") == 2
    assert "Inget beslut passar urvalet" in page.text
    answer = client.get(f"{TO_REPORT}?fran=2026-02-30")
    assert answer.status_code == 422 and "Datumet kan inte läsas." in sentence(answer.text)
