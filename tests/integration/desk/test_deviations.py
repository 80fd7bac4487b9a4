"""Avvikelser: of each kind the decision that shows and the one that nearly does; the files say what the page says."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from uuid import UUID, uuid4
from zipfile import ZipFile

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import clock
from portal.db import session, transaction
from portal.decisions import operations, queries
from portal.decisions.models import Decision
from portal.desk import deviations, sample
from portal.desk.deviations import NAMES, Kind, Span
from portal.errors import Invalid
from portal.funding_requests.lifecycle import Action
from portal.funds.models import Delegation
from portal.log.models import LogBody, LogEntry
from portal.people.models import RoleHolding
from portal.register.models import Case
from tests.conftest import ClientFor
from tests.factories.accounting import a_recorded_case, report_back
from tests.factories.decisions import a_referred_case, a_statement, a_submitted_request, an_answer, case_of
from tests.factories.road import act, run_worker
from tests.factories.town import Town

SMALL = (("Larm", "10 000"),)
THIS_YEAR = clock.today().year


def asked(town: Town, cost_type: str = "drift", **more: str) -> UUID:
    return a_submitted_request(town, lines=SMALL, total="10 000", cost_type=cost_type, **more)


def decide(town: Town, case_id: UUID, *granted: int | bool, by: str = "kommunchef", **said: object) -> str:
    with transaction():
        operations.decide(case_id=case_id, answer=an_answer(case_id, *granted, **said), by=town.actor(by), seen_version=None)
    decision = queries.in_force(case_of(case_id))
    assert decision is not None
    return decision.number


def span(year: int | None = None, days: int = 45) -> Span:
    return Span(clock.today(), days, year)


def numbers(town: Town, kind: Kind, of: Span | None = None, username: str = "revisor") -> list[str]:
    return [row.decision.number for row in deviations.page(town.actor(username), kind, of or span()).rows]


def whys(town: Town, kind: Kind) -> list[str]:
    return [row.why for row in deviations.page(town.actor("revisor"), kind, span()).rows]


@pytest.fixture
def later() -> Iterator[list[timedelta]]:
    """How much later than now the clock stands; the test changes its one element."""
    ahead, start = [timedelta()], clock.now()
    clock.set_source(lambda: start + ahead[0])
    yield ahead
    clock.set_source(None)


def test_a_decision_by_a_substitute_and_not_one_by_the_chief_who_has_one(inside: Flask, town: Town) -> None:
    with transaction():
        town.substitute("tf.kommunchef", stands_in_for="kommunchef")
    shown, _near = decide(town, asked(town), by="tf.kommunchef"), decide(town, asked(town))
    assert numbers(town, Kind.ACTING) == [shown]
    assert whys(town, Kind.ACTING) == ["Biträdande kommunchef i Åkersbro, tf kommunchef"]


def test_a_decision_against_the_statement_and_not_one_against_an_earlier(inside: Flask, town: Town) -> None:
    against, changed = asked(town), asked(town)
    for case_id, stances in ((against, ["avstyrks"]), (changed, ["avstyrks", "tillstyrks"])):
        for stance in stances:
            a_statement(town, case_id, stance=stance)
    shown, _near = decide(town, against), decide(town, changed)
    assert numbers(town, Kind.AGAINST) == [shown]
    assert whys(town, Kind.AGAINST) == ["Beviljat. Ekonomi avstyrkte."]


def test_money_to_the_own_unit_and_not_a_rejection_of_it(inside: Flask, town: Town) -> None:
    start = clock.today() - timedelta(days=1)
    with transaction():
        session.add(
            RoleHolding(person_id=town.person("kommunchef").id, unit_id=town.unit.id, role="recipient", valid_from=start)
        )
    shown, _near = decide(town, asked(town)), decide(town, asked(town), 0, text="Äskandet avslås.")
    assert numbers(town, Kind.OWN_UNIT) == [shown]


def test_a_decision_without_the_required_statement_and_not_one_with_it(inside: Flask, town: Town) -> None:
    stated = asked(town, "investering")
    a_statement(town, stated, cost_type="investering", capital_cost=500)
    shown = decide(town, asked(town, "investering"), no_statement_reason="Larmet är trasigt.")
    _near = decide(town, stated)
    assert numbers(town, Kind.NO_STATEMENT) == [shown]
    assert whys(town, Kind.NO_STATEMENT) == ["Larmet är trasigt."]


def test_a_late_or_missing_final_report_and_not_one_that_came_on_its_last_day_or_is_due_today(
    inside: Flask, town: Town, later: list[timedelta]
) -> None:
    due = clock.today() + timedelta(days=10)
    in_time, late, missing, due_today = (asked(town) for _n in range(4))
    made = [decide(town, case_id, report_by=due) for case_id in (in_time, late, missing)]
    decide(town, due_today, report_by=due + timedelta(days=1))
    for case_id in (in_time, late):
        a_recorded_case(town, case_id)
    noon = timedelta(hours=12) - (clock.now() - datetime.combine(clock.today(), datetime.min.time(), tzinfo=clock.STOCKHOLM))
    later[0] = timedelta(days=10) + noon
    report_back(town, in_time)
    assert numbers(town, Kind.LATE_REPORT) == []
    later[0] = timedelta(days=11) + noon
    report_back(town, late)
    assert sorted(numbers(town, Kind.LATE_REPORT)) == sorted(made[1:])
    said = " ".join(whys(town, Kind.LATE_REPORT))
    assert said.count("Inte lämnad.") == 1 and said.count("Lämnad ") == 1
    act(town, Action.RETURN_REPORT, in_time, "ekonom")  # what was sent back is no report
    assert sorted(numbers(town, Kind.LATE_REPORT)) == sorted(made)
    assert (
        numbers(town, Kind.LATE_REPORT, span(due.year + 1)) == [] and len(numbers(town, Kind.LATE_REPORT, span(due.year))) == 3
    )


def test_the_last_day_of_a_final_report_ends_at_midnight_in_sweden(inside: Flask, town: Town, later: list[timedelta]) -> None:
    """In winter, and on the days when summer time begins and ends."""
    start, year = clock.now(), clock.today().year + 1
    days = [date(year, 1, 31), _last_sunday(year, 3), _last_sunday(year, 10)]
    cases = [(due, asked(town), asked(town)) for due in days]
    made = [[decide(town, case_id, report_by=due) for case_id in both] for due, *both in cases]
    for _due, *both in cases:
        for case_id in both:
            a_recorded_case(town, case_id)
    for due, in_time, late in cases:
        midnight = datetime.combine(due + timedelta(days=1), time(), tzinfo=clock.STOCKHOLM)
        later[0] = midnight - timedelta(seconds=1) - start
        report_back(town, in_time)
        later[0] = midnight - start
        report_back(town, late)
    assert sorted(numbers(town, Kind.LATE_REPORT)) == sorted(late for _in_time, late in made)


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def test_a_delegated_decision_not_reported_in_time_and_not_one_that_was_or_need_not_be(
    inside: Flask, town: Town, later: list[timedelta]
) -> None:
    with transaction():
        session.execute(update(Delegation).values(is_reported=False))
    decide(town, asked(town))
    with transaction():
        session.execute(update(Delegation).values(is_reported=True))
    reported = asked(town)
    shown, _done = decide(town, asked(town)), decide(town, reported)
    act(town, Action.NOTE_FACT, reported, "registrator")
    later[0] = timedelta(days=45)
    assert numbers(town, Kind.UNREPORTED) == []
    later[0] = timedelta(days=46)
    assert numbers(town, Kind.UNREPORTED) == [shown]
    assert numbers(town, Kind.UNREPORTED, span(days=60)) == []


def test_a_decision_that_replaces_another_and_not_the_one_it_replaced(inside: Flask, town: Town) -> None:
    case_id = asked(town)
    old = decide(town, case_id)
    act(town, Action.REPLACE_DECISION, case_id, "kommunchef")
    new = queries.in_force(case_of(case_id))
    assert new is not None and numbers(town, Kind.REPLACED) == [new.number]
    assert whys(town, Kind.REPLACED) == [f"Ersätter {old}. Ett belopp var fel."]


def test_counts_agree_with_the_pages_and_a_year_narrows_both(inside: Flask, town: Town) -> None:
    for _n in range(3):
        decide(town, asked(town, "vet inte"), no_statement_reason="Det brådskar.")
    revisor = town.actor("revisor")
    everything, this, before = deviations.counts(revisor, [span(), span(THIS_YEAR), span(THIS_YEAR - 1)])
    for kind in Kind:
        assert everything[kind] == this[kind] == len(numbers(town, kind)) == (3 if kind is Kind.NO_STATEMENT else 0)
        assert before[kind] == 0 and numbers(town, kind, span(THIS_YEAR - 1)) == []


def test_a_page_ends_where_the_next_begins(
    inside: Flask, town: Town, monkeypatch: pytest.MonkeyPatch, later: list[timedelta]
) -> None:
    due = clock.today() + timedelta(days=1)
    made = {decide(town, asked(town, "vet inte"), no_statement_reason="x", report_by=due) for _n in range(5)}
    monkeypatch.setattr("portal.register.paging.PAGE", 2)
    later[0] = timedelta(days=3)
    for kind in (Kind.NO_STATEMENT, Kind.LATE_REPORT):
        seen: list[str] = []
        after: str | None = ""
        while after is not None:
            page = deviations.page(town.actor("revisor"), kind, span(), after)
            seen, after = seen + [row.decision.number for row in page.rows], page.following
        assert seen == sorted(made, reverse=True), kind
        with pytest.raises(Invalid):
            deviations.page(town.actor("revisor"), kind, span(), "strunt")


def test_secret_content_is_neither_shown_nor_counted_for_finance(inside: Flask, town: Town) -> None:
    case_id = asked(town, "investering", secrecy="ja")
    secret = decide(town, case_id, no_statement_reason="Skyddet brådskar.")
    act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
    a_recorded_case(town, case_id)
    assert numbers(town, Kind.NO_STATEMENT) == [secret]
    assert numbers(town, Kind.NO_STATEMENT, username="ekonom2") == []
    assert deviations.counts(town.actor("ekonom2"), [span()])[0][Kind.NO_STATEMENT] == 0
    assert deviations.population(town.actor("ekonom2"), None, span()) == []


@pytest.fixture
def some(app: Flask, town: Town) -> list[str]:
    """Two decisions without their statement (one secret), and one as it should be."""
    with app.app_context():
        made = [
            decide(town, asked(town, "vet inte"), no_statement_reason="=Det brådskar."),
            decide(town, secret := asked(town, "vet inte", secrecy="ja"), no_statement_reason="Skyddet brådskar."),
            decide(town, asked(town)),
        ]
        a_recorded_case(town, secret, by="ekonom2")
    return made


def rows_of(page: str) -> list[tuple[str, str]]:
    """Number and reason of every row of the list."""
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    found = re.findall(r'<a class="title"[^>]*>([^<]*)</a>.*?data-label="Vad som avviker">([^<]*)<', table, re.S)
    return [(number, why) for number, why in found]


@pytest.mark.parametrize("username", ["revisor", "ekonom"])
def test_the_files_say_what_the_page_says(client_for: ClientFor, some: list[str], username: str) -> None:
    client = client_for(username)
    for chosen in ("", f"&ar={THIS_YEAR}", f"&ar={THIS_YEAR - 1}"):
        page = client.get(f"/avvikelser?slag=utan-yttrande{chosen}")
        assert page.status_code == 200
        if "Inget beslut avviker så" in page.text:
            shown: list[tuple[str, str]] = []
        else:
            shown = rows_of(page.text)
        assert len(shown) == (0 if chosen.endswith(str(THIS_YEAR - 1)) else 2 if username == "revisor" else 1), chosen
        table = list(
            csv.reader(
                io.StringIO(client.get(f"/avvikelser.csv?slag=utan-yttrande{chosen}").data.decode("utf-8-sig")), delimiter=";"
            )
        )
        assert [(row[1], row[6].removeprefix("'")) for row in table[1:]] == shown
        assert "=Det" not in {row[6][:4] for row in table[1:]}  # no formula in a spreadsheet
        book = openpyxl.load_workbook(io.BytesIO(client.get(f"/avvikelser.xlsx?slag=utan-yttrande{chosen}").data))
        cells = list(book.worksheets[0].values)
        assert [(row[1], row[6]) for row in cells[1:]] == shown
    overview = client.get("/avvikelser.csv").data.decode("utf-8-sig").splitlines()
    assert f"{NAMES[Kind.NO_STATEMENT]};{2 if username == 'revisor' else 1}" in overview
    assert len(overview) == len(Kind) + 1


def test_the_page_shows_every_kind_with_its_chart_and_the_same_figures_as_a_table(
    client_for: ClientFor, some: list[str]
) -> None:
    page = client_for("revisor").get("/avvikelser").text
    svg = page[page.index('<svg class="chart"') : page.index("</svg>", page.index('<svg class="chart"'))]
    assert "style=" not in page and all(name in svg for name in NAMES.values())
    assert f"{NAMES[Kind.NO_STATEMENT]}: " in svg and f"{THIS_YEAR} 2" in svg
    table = page[page.index("Visa diagrammet som tabell") :]
    assert f'<th scope="row">{NAMES[Kind.NO_STATEMENT]}</th>' in table and f'data-label="{THIS_YEAR}">2<' in table


@pytest.mark.parametrize("username", ["sakerhetschef", "kommunchef", "registrator", "arkivarie", "kommunledning", "admin"])
def test_nobody_but_auditor_and_finance_comes_in(client_for: ClientFor, username: str) -> None:
    client = client_for(username)
    for address in ("/avvikelser", "/avvikelser.csv", "/avvikelser.xlsx", "/avvikelser/urval", "/avvikelser/urval.zip?fro=1"):
        assert client.get(address).status_code == 403, address
    assert client.post("/avvikelser/urval", data={"form_key": str(uuid4()), "ar": "", "slag": ""}).status_code == 403
    assert "/avvikelser" not in client.get("/").text


def test_what_is_no_kind_year_or_seed_is_refused_with_a_sentence(client_for: ClientFor, some: list[str]) -> None:
    client = client_for("revisor")
    for address in ("/avvikelser?slag=x", "/avvikelser?ar=26", "/avvikelser/urval?fro=abc", "/avvikelser/urval.zip?fro=-1"):
        assert client.get(address).status_code == 422, address
    assert client.get("/avvikelser/urval.zip").status_code == 404
    assert client.get(f"/avvikelser/urval.zip?fro=1&ar={THIS_YEAR - 3}").status_code == 404
    bad = client.post("/avvikelser/urval", data={"form_key": str(uuid4()), "ar": "1066", "slag": "x"})
    assert bad.status_code == 422 and "Välj ett slag i listan." in bad.text


def entries(action: str) -> list[dict[str, object]]:
    found = session.scalars(
        select(LogBody.json).join(LogEntry, LogEntry.seq == LogBody.seq).where(LogEntry.action == action).order_by(LogEntry.seq)
    )
    return [json.loads(body) for body in found]


def test_a_draw_is_logged_with_its_seed_and_its_address_repeats_it(app: Flask, client_for: ClientFor, some: list[str]) -> None:
    client = client_for("revisor")
    form = {"form_key": str(uuid4()), "ar": str(THIS_YEAR), "slag": ""}
    drawn = client.post("/avvikelser/urval", data=form)
    assert drawn.status_code == 303
    assert client.post("/avvikelser/urval", data=form).location == drawn.location  # sent twice, drawn once
    first, again = client.get(drawn.location).text, client.get(drawn.location).text
    shown = re.findall(r'<a class="title"[^>]*>([^<]*)</a>', first)
    assert shown == re.findall(r'<a class="title"[^>]*>([^<]*)</a>', again) and set(shown) == set(some)
    with app.app_context():
        [entry] = entries("desk.draw_sample")
        assert (entry["year"], entry["kind"], entry["of"], entry["decisions"]) == (THIS_YEAR, None, 3, shown)
        assert f"fro={entry['seed']}" in drawn.location and str(entry["seed"]) in first


def test_everything_in_the_drawn_cases_is_handed_out_and_each_secret_one_logged_as_read(
    app: Flask, client_for: ClientFor, town: Town, some: list[str]
) -> None:
    with app.app_context():
        run_worker()
    client = client_for("revisor")
    answer = client.get(f"/avvikelser/urval.zip?fro=4711&ar={THIS_YEAR}")
    assert answer.status_code == 200 and answer.mimetype == "application/zip"
    package = ZipFile(io.BytesIO(answer.data))
    names = package.namelist()
    for line in package.read("SHA256SUMS").decode().splitlines():
        digest, _space, name = line.partition("  ")
        assert sha256(package.read(name)).hexdigest() == digest
        names.remove(name)
    assert names == ["SHA256SUMS"]
    index = list(csv.DictReader(io.StringIO(package.read("index.csv").decode("utf-8-sig")), delimiter=";"))
    assert {row["Beslut"] for row in index} == set(some)
    assert [row["Plats i dragningen"] for row in index] == sorted(sample.place("4711", number) for number in some)
    assert {row["Utfall"] for row in index} <= {"Beviljat", "Delvis beviljat", "Avslaget"}
    for row in index:
        inside = [name for name in package.namelist() if name.startswith(f"{row['Mapp']}/")]
        [pdf] = [name for name in inside if re.search(r"/beslut-1-.*\.pdf$", name)]
        [data] = [name for name in inside if re.search(r"/beslut-1-.*\.json$", name)]
        assert package.read(pdf).startswith(b"%PDF-") and any("/tjansteskrivelse-1-" in name for name in inside)
        assert json.loads(package.read(data))["decision_number"] == row["Beslut"]
    with app.app_context():
        [entry] = entries("desk.export_sample")
        assert (entry["seed"], entry["of"]) == ("4711", 3)
        assert len(entries("register.read_secret")) == 1
    finance = ZipFile(io.BytesIO(client_for("ekonom").get("/avvikelser/urval.zip?fro=4711").data))
    assert len(finance.read("index.csv").decode().splitlines()) == 3  # the secret one is not there to be drawn


def test_the_index_says_that_the_organ_decided_what_the_registrar_entered(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        act(town, Action.RECORD_MINUTES, a_referred_case(town), "registrator")
    package = ZipFile(io.BytesIO(client_for("revisor").get("/avvikelser/urval.zip?fro=1").data))
    [row] = csv.DictReader(io.StringIO(package.read("index.csv").decode("utf-8-sig")), delimiter=";")
    assert (row["Form"], row["Beslutat av"], row["Utfall"]) == ("Politiskt beslut", "Kommunstyrelsen", "Beviljat")


def test_the_reasons_of_a_secret_decision_are_read_in_the_case_where_the_reading_is_logged(
    app: Flask, client_for: ClientFor, town: Town, some: list[str]
) -> None:
    with app.app_context():
        secret = session.scalars(select(Case.public_id).where(Case.is_secret.is_(True))).one()
        with transaction():
            operations.replace_decision(
                case_id=secret,
                answer=an_answer(secret, no_statement_reason="Skyddet brådskar."),
                reason="Ett utpekat hot.",
                by=town.actor("kommunchef"),
                seen_version=None,
            )
        before = len(entries("register.read_secret"))
    client = client_for("revisor")
    for kind, told in (("ersatta", "Ersätter "), ("utan-yttrande", "Det brådskar.")):
        for file in ("", ".csv"):
            page = client.get(f"/avvikelser{file}?slag={kind}").get_data(as_text=True)
            assert told in page and "Skälet läses i ärendet." in page
            assert "Skyddet brådskar" not in page and "utpekat hot" not in page
    with app.app_context():
        assert len(entries("register.read_secret")) == before
    page = client.get(f"/askanden/{secret}").text
    assert "Skyddet brådskar." in page and "Ett utpekat hot." in page
    with app.app_context():
        assert len(entries("register.read_secret")) == before + 1


def test_finances_statements_go_with_the_case(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        case_id = asked(town)
        a_statement(town, case_id, stance="avstyrks", balance=5)
        decide(town, case_id)
        folder = case_of(case_id).number
    assert folder is not None
    package = ZipFile(io.BytesIO(client_for("revisor").get("/avvikelser/urval.zip?fro=1").data))
    name = next(name for name in package.namelist() if name.endswith("/yttranden.json"))
    [said] = json.loads(package.read(name))
    assert (said["stance"], said["balance"], said["text"]) == ("avstyrks", 5, "Medel finns.")
    assert re.sub(r"\W", "-", folder) == name.partition("/")[0]


def test_each_decision_in_force_is_among_those_drawn_from(inside: Flask, town: Town) -> None:
    made = {decide(town, asked(town)) for _n in range(3)}
    assert {number for _id, number in deviations.population(town.actor("revisor"), None, span(THIS_YEAR))} == made
    assert session.query(Decision).count() == 3
