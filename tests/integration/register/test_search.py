"""The search over everything: what is found, by whom, in what order, and that nothing secret is told."""

import html
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from portal.db import session, transaction
from portal.decisions.models import Decision, DecisionLine
from portal.documents import operations as documents
from portal.documents.store import current_store
from portal.funding_requests.lifecycle import Action
from portal.outbox import operations as outbox
from portal.outbox.models import OutboxRow
from portal.register import marking, searching
from portal.register.search_models import SearchAmount, SearchEntry, SearchPosting, SearchTerm
from tests.conftest import ClientFor
from tests.factories.decisions import case_of
from tests.factories.funding_requests import a_submitted_request
from tests.factories.letters import as_docx
from tests.factories.places import PLACES, SECRET_LINE, a_secret_request
from tests.factories.road import act, run_worker
from tests.factories.town import Town
from tests.integration.test_statements import asked, statements

LINES = [
    {"label": "Övervakningskameror vid Ålbroskolan", "amount": "300 000", "cost_type": "drift"},
    {"label": "Idéutbyte", "amount": "40 000", "cost_type": "drift"},
]


def a_request(town: Town, title: str = "Trygghet på torget", **changes: object) -> UUID:
    return a_submitted_request(town, title=title, lines=LINES, total="340 000", **changes).public_id


def shown(client: FlaskClient, typed: str, **chosen: str) -> str:
    """What the page says, its markup taken away save the marks."""
    answer = client.get("/sok", query_string={"q": typed, **chosen})
    assert answer.status_code == 200, answer.status
    main = answer.get_data(as_text=True).partition("<main")[2].partition("</main")[0]
    return html.unescape(re.sub(r"<(?!/?mark>)[^>]*>", "", main)).replace("\u00a0", " ")


def numbers(client: FlaskClient, typed: str, **chosen: str) -> list[str]:
    """The cases found, in their order."""
    return re.findall(r"KS 2026/\d{4}(?= ·)", shown(client, typed, **chosen))


def number_of(app: Flask, case_id: UUID) -> str:
    with app.app_context():
        return (case_of(case_id).number or "").replace("\u00a0", " ")


def test_a_case_is_found_by_stems_parts_of_words_numbers_names_and_amounts(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        first, second = a_request(town), a_request(town, title="Belysning vid bron")
        act(town, Action.DECIDE, first, "kommunchef")
    one, other = number_of(app, first), number_of(app, second)
    client = client_for("ekonom")
    both = [other, one]
    for typed in ("kameror", "övervakningskamera", "skolans kameran", "ålbro", "ideutbyte", "300 tkr", "200–350 tkr",
                  "över 339 tkr", "Säkerhetschef", '"vid Ålbroskolan"', "340 000 kr kamera"):  # fmt: skip
        assert numbers(client, typed) == both, typed
    for typed in ("albro", "kameral", "idéutbytena x", "under 30 tkr", '"Ålbroskolan vid"', "%", "_", "kam*r", "🙂"):
        assert numbers(client, typed) == [], typed
    otherwise = one.replace(" ", "-").replace("/", ":")
    assert numbers(client, "torget") == numbers(client, one) == numbers(client, otherwise) == [one]
    assert numbers(client, "kameror", status="submitted") == [other]
    assert numbers(client, "kameror", traff="rubrik") == numbers(client, "kameror", ar="2025") == []
    assert numbers(client, "beviljas", traff="beslut") == numbers(client, "kameror", person="kommunchef") == [one]
    assert "<mark>Övervakningskameror</mark> vid <mark>Ålbroskolan</mark>" in shown(client, "kameror skolan")
    assert "2 ärenden" in shown(client, "kameror")


def test_what_is_searched_for_is_asked_of_the_database_in_few_statements_and_too_long_is_refused(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        a_request(town)
    client = client_for("registrator")
    bare = len(statements(app, client, "/sok"))
    asked = len(statements(app, client, "/sok?q=kameror+torget+300+tkr&person=chef&traff=text"))
    assert asked - bare <= 4 and asked <= 12, (bare, asked)
    answer = client.get("/sok", query_string={"q": "kamera " * 1_500})
    assert answer.status_code == 422 and "Skriv högst 200 tecken" in answer.get_data(as_text=True)


def test_nothing_of_a_secret_case_is_found_or_told_to_whom_it_is_not_for(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        secret, open_ = a_secret_request(town), a_request(town)
        for walk in (PLACES["decided"], PLACES["dispatched, secret"]):  # rights to one case are none to another
            walk(town)
    number, words = number_of(app, secret), SECRET_LINE.split()
    for username in ("ekonom2", "sakerhetschef", "revisor"):
        client = client_for(username)
        may = username != "ekonom2"
        for typed in (SECRET_LINE, "5 000 kr", words[-1] + " " + words[0], f'"{SECRET_LINE}"'):
            said = shown(client, typed)
            assert (number in said) is may, (username, typed)
            assert SECRET_LINE not in said.replace(f"”{typed}”", ""), (username, typed)
        assert (number in numbers(client, "utelämnad")) is True
    stranger = client_for("ekonom2")
    assert shown(stranger, "larm").replace("larm", "") == shown(stranger, "qwerty").replace("qwerty", "")
    assert client_for("admin").get("/sok?q=torget").status_code == 403
    assert numbers(client_for("ekonom2"), "torget") == [number_of(app, open_)]


def test_a_marked_line_is_found_by_none_but_those_who_read_it(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        case_id = a_request(town)
        with transaction():
            mark = marking.Marking(provision="18 kap. 8 § OSL", public_title="", line_label=LINES[0]["label"])
            marking.mark_secrecy(case_id=case_id, marking=mark, by=town.actor("registrator"), seen_version=None)
        stored = session.scalars(select(SearchEntry.text).where(SearchEntry.scope != "secret")).all()
        assert not any("kameror" in text for text in stored)
    assert numbers(client_for("ekonom2"), "övervakningskameror") == []
    assert numbers(client_for("ekonom2"), "idéutbyte") == [number_of(app, case_id)]
    said = shown(client_for("registrator"), "övervakningskameror")
    assert "Sekretessmarkerad uppgift" in said and "Ålbroskolan" not in said
    with app.app_context(), transaction():
        marking.lift_mark(
            case_id=case_id, reason="Prövat.", public_title="Trygghet", by=town.actor("registrator"), seen_version=None
        )
    assert numbers(client_for("ekonom2"), "övervakningskameror") == [number_of(app, case_id)]


def test_a_file_is_found_by_what_it_says_once_the_worker_has_read_it(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        case_id = a_request(town)
        data = as_docx("Offert på rörelsedetektorer.\n\nLeverans i maj.")
        with transaction():
            documents.add_document(
                case_id=case_of(case_id).id, kind="attachment", title="Offert", filename="offert.docx", mime="application/zip",
                sha256=current_store().put(data), size=len(data), by=town.actor("sakerhetschef"), in_series=True,
            )  # fmt: skip
    client = client_for("ekonom")
    assert numbers(client, "offert.docx") and not numbers(client, "rörelsedetektor")
    with app.app_context():
        run_worker()
        assert not session.scalars(select(OutboxRow).where(OutboxRow.kind == "search_file", OutboxRow.done_at.is_(None))).all()
    assert "<mark>rörelsedetektorer</mark>" in shown(client, "detektor", traff="handling")


def test_a_file_is_read_again_when_a_line_is_marked_and_when_the_mark_is_lifted(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    def marked(act: Any, **more: Any) -> None:
        with app.app_context():
            with transaction():
                act(case_id=case_id, by=town.actor("registrator"), seen_version=None, **more)
            told = session.scalars(select(SearchEntry.text).where(SearchEntry.kind == "file")).all()
            session.rollback()
            run_worker()
        assert act is marking.lift_mark or told == [""]

    with app.app_context():
        case_id = a_request(town)
        data = as_docx("Offert på övervakningskameror vid Ålbroskolan.\n\nLeverans i maj.")
        with transaction():
            documents.add_document(
                case_id=case_of(case_id).id, kind="attachment", title="Offert", filename="offert.docx", mime="application/zip",
                sha256=current_store().put(data), size=len(data), by=town.actor("sakerhetschef"), in_series=True,
            )  # fmt: skip
        run_worker()
    client = client_for("ekonom2")
    said = marking.Marking(provision="18 kap. 8 § OSL", line_label=LINES[0]["label"])
    assert "<mark>Ålbroskolan</mark>" in shown(client, "ålbroskolan", traff="handling")
    marked(marking.mark_secrecy, marking=said)
    assert numbers(client, "ålbroskolan", traff="handling") == [] and numbers(client, "leverans")
    marked(marking.lift_mark, reason="Prövat.", public_title="")
    assert "<mark>Ålbroskolan</mark>" in shown(client, "ålbroskolan", traff="handling")


def test_cases_from_before_there_was_a_search_are_found_when_the_worker_has_caught_up(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        case_id = a_request(town)
        with transaction():
            for table in (SearchPosting, SearchEntry, SearchAmount, SearchTerm):
                session.execute(delete(table))
        client = client_for("ekonom")
        assert numbers(client, "kameror") == []
        with transaction():
            outbox.enqueue(kind="search_catch_up", payload={}, key=f"catch up {uuid4()}")
        run_worker()
        assert session.scalar(select(func.count()).select_from(SearchAmount)) == 3
    assert numbers(client, "kameror") == numbers(client, "300 tkr") == [number_of(app, case_id)]


@pytest.mark.parametrize("rare", [0, searching.RARE])
def test_pages_follow_on_each_other_newest_first_whether_words_are_rare_or_common(
    app: Flask, client_for: ClientFor, town: Town, monkeypatch: pytest.MonkeyPatch, rare: int
) -> None:
    monkeypatch.setattr(searching, "RARE", rare)
    monkeypatch.setattr(searching, "WALKED", 2)
    monkeypatch.setattr(searching, "PAGE", 2)
    with app.app_context():
        every = [a_request(town) if n % 2 else a_request(town, title=f"Nummer {n}") for n in range(5)]
    wanted = [number_of(app, case_id) for case_id in reversed(every)]
    client, found, token = client_for("ekonom"), [], ""
    for _page in range(9):
        answer = client.get("/sok", query_string={"q": "kameror", "efter": token}).get_data(as_text=True)
        found += re.findall(r"KS\u00a02026/\d{4}(?= ·)", answer)
        following = re.search(r'href="/sok\?[^"]*efter=([^"&]+)', answer)
        if not following:
            break
        token = following[1]
    assert [each.replace("\u00a0", " ") for each in found] == wanted


def test_what_changes_is_found_anew_and_what_was_is_not(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        case_id = a_request(town)
        with transaction():
            marking.enter_number(
                case_id=case_id, number="XKV 2026/777", public_title="Lyktor", by=town.actor("registrator"), seen_version=None
            )
        assert session.scalars(select(SearchPosting.entry_id)).all()
        with asked(app) as sent:
            act(town, Action.NOTE_FACT, case_id, "registrator")
        assert any("INSERT INTO log_entry" in each for each in sent)
        written = [each for each in sent if "search_posting" in each and not each.startswith("SELECT")]
        assert written == []  # the fact says no word: what stands is not written again
    client = client_for("ekonom")
    assert numbers(client, "lyktor") == numbers(client, "XKV 2026/0777") == numbers(client, "torget") != []
    assert "KS 2026/" not in shown(client, "äskande om medel", traff="rubrik")


def test_reasons_answers_effects_and_conditions_are_found_and_by_nobody_whom_a_mark_hides_them_from(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        case_id = a_request(town)
        for action, by in ((Action.DECIDE, "kommunchef"), (Action.REPLACE_DECISION, "kommunchef"), (Action.RECORD, "ekonom"),
                           (Action.REDISTRIBUTE, "sakerhetschef"), (Action.CONFIRM_REDISTRIBUTION, "ekonom"),
                           (Action.REPORT_BACK, "sakerhetschef")):  # fmt: skip
            act(town, action, case_id, by)
        with transaction():
            of = select(Decision.id).where(Decision.case_id == case_of(case_id).id)
            line = session.scalars(select(DecisionLine).where(DecisionLine.decision_id.in_(of)).limit(1)).one()
            line.condition = "Bara vid grindarna."
        act(town, Action.RETURN_REPORT, case_id, "ekonom")
    said = {"belopp var fel": "Beslut", "anbuden": "Omfördelning", "effekten saknas": "Slutredovisning",
            '"blev tryggare"': "Effekt", "grindarna": "Villkor"}  # fmt: skip
    reader, number = client_for("ekonom2"), [number_of(app, case_id)]
    for typed, where in said.items():
        assert numbers(reader, typed) == numbers(reader, typed, traff="beslut") == number, typed
        assert where in shown(reader, typed, traff="beslut"), typed
    with app.app_context(), transaction():
        mark = marking.Marking(provision="18 kap. 8 § OSL", public_title="Uppgift utelämnad")
        marking.mark_secrecy(case_id=case_id, marking=mark, by=town.actor("registrator"), seen_version=None)
    for typed in said:
        assert numbers(client_for("fritidschef"), typed) == [], typed
        assert numbers(client_for("registrator"), typed) == number, typed
