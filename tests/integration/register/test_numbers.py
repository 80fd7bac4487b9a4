"""Numbers by the register's pattern, registers kept elsewhere, and how cases belong together."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import clock, workdays
from portal.db import session, transaction
from portal.desk import todo
from portal.desk.sentences import has_template
from portal.errors import Conflict, Invalid, Refused
from portal.funding_requests import operations as requests
from portal.log.models import LogEntry
from portal.register import diary, marking, registers, relating
from portal.register.models import Case, CaseRelation, NumberSeries, Register
from portal.register.numbers import CASE_PATTERN, DECISION_PATTERN
from portal.register.registers import Registering
from tests.conftest import ClientFor
from tests.factories.decisions import a_decision
from tests.factories.funding_requests import a_draft, a_submitted_request
from tests.factories.town import Town

YEAR = clock.today().year


def _said(**changed: object) -> Registering:
    said: dict[str, object] = {"name": "Diariet", "pattern": CASE_PATTERN, "decision_pattern": DECISION_PATTERN}
    return Registering(**{**said, **changed})  # type: ignore[arg-type]  # by name


def _register(town: Town) -> Register:
    session.expire_all()
    return session.get_one(Register, town.register_id)


def _change(town: Town, **changed: object) -> Register:
    row = _register(town)
    public_id, version = row.public_id, row.version
    with transaction():
        registers.change(register_id=public_id, said=_said(**changed), by=town.actor("admin"), seen_version=version)
    return _register(town)


def _enter(case: Case, number: str, town: Town) -> None:
    by, title = town.actor("registrator"), case.public_title
    with transaction():
        marking.enter_number(case_id=case.public_id, number=number, public_title=title, by=by, seen_version=None)
    session.expire_all()


@pytest.mark.usefixtures("inside")
class TestPatterns:
    """What the administrator says of a register holds from the next number on."""

    def test_a_changed_pattern_holds_from_the_next_number_and_numbers_given_stand(self, town: Town) -> None:
        first = a_submitted_request(town).number
        _change(town, pattern="{diarium}-{år}-{löpnummer:5}", decision_pattern="{diarium}.{år}/{löpnummer:3}")
        second = a_submitted_request(town)
        assert (first, second.number) == (f"KS\u00a0{YEAR}/0001", f"KS-{YEAR}-00002")
        assert session.scalars(select(Case.number).order_by(Case.id)).all() == [first, second.number]
        assert registers.next_numbers(_register(town), "{diarium} {år}/{löpnummer:4}")[0] == f"KS\u00a0{YEAR}/0003"
        _case, decision = a_decision(town, second.public_id)
        assert decision.number == f"KS.{YEAR}/001"

    def test_a_series_at_its_end_takes_no_number_says_who_mends_it_and_goes_on_when_it_is_mended(self, town: Town) -> None:
        a_submitted_request(town)
        with transaction():
            session.execute(update(NumberSeries).values(last=9_999))
        draft = a_draft(town)
        with pytest.raises(Refused, match="inga fler nummer för"), transaction():
            requests.submit(case_id=draft.public_id, by=town.actor("sakerhetschef"), seen_version=None)
        assert session.scalars(select(NumberSeries.last)).one() == 9_999  # nothing is lost of it
        assert registers.next_numbers(_register(town), CASE_PATTERN) == []
        _change(town, pattern="{diarium} {år}/{löpnummer:5}")
        with transaction():
            requests.submit(case_id=draft.public_id, by=town.actor("sakerhetschef"), seen_version=None)
        session.expire_all()
        assert session.get_one(Case, draft.id).number == f"KS\u00a0{YEAR}/10000"

    def test_a_unit_s_cases_go_to_the_register_it_has_chosen_also_those_begun_before(self, town: Town) -> None:
        draft = a_draft(town)
        unit = town.unit.public_id
        with transaction():
            new = registers.add(
                prefix="TN", said=_said(units=frozenset({unit})), organ_id=town.council.public_id, by=town.actor("admin")
            )
        register_id, public_id, version = new.id, new.public_id, new.version
        with transaction():
            requests.submit(case_id=draft.public_id, by=town.actor("sakerhetschef"), seen_version=None)
        session.expire_all()
        case = session.get_one(Case, draft.id)
        assert (case.number, case.register_id) == (f"TN\u00a0{YEAR}/0001", register_id)
        with transaction():
            yesterday = clock.today() - timedelta(days=1)
            registers.end(register_id=public_id, last_day=yesterday, by=town.actor("admin"), seen_version=version)
        assert a_submitted_request(town).number == f"KS\u00a0{YEAR}/0001"
        last = _register(town)
        public_id, version = last.public_id, last.version
        with pytest.raises(Conflict, match="enda"), transaction():
            registers.end(register_id=public_id, last_day=clock.today(), by=town.actor("admin"), seen_version=version)

    def test_what_could_give_another_s_numbers_or_is_seen_too_late_is_refused_and_changes_nothing(self, town: Town) -> None:
        case = a_submitted_request(town)
        admin, organ = town.actor("admin"), town.organ.public_id
        with transaction():
            registers.add(prefix="TN", said=_said(), organ_id=organ, by=admin)
        odd = _said(pattern="{diarium}.{år}.{löpnummer}", decision_pattern="{diarium}/{år}/{löpnummer}")
        with pytest.raises(Invalid) as taken, transaction():
            registers.add(prefix="TN", said=odd, organ_id=organ, by=admin)
        with pytest.raises(Invalid) as alike, transaction():
            registers.add(
                prefix="BUN",
                said=_said(pattern="{år}/{löpnummer}", decision_pattern="{år}-{löpnummer}"),
                organ_id=None,
                by=admin,
            )
        with pytest.raises(Refused), transaction():
            registers.add(prefix="SN", said=_said(), organ_id=organ, by=town.actor("registrator"))
        _enter(case, f"KS-{YEAR}-00003", town)
        with pytest.raises(Invalid) as given:
            _change(town, pattern="{diarium}-{år}-{löpnummer:5}", decision_pattern="{diarium}.{år}.{löpnummer:5}")
        with pytest.raises(Conflict), transaction():
            registers.change(register_id=_register(town).public_id, said=_said(), by=admin, seen_version=99)
        assert (set(taken.value.problems), set(alike.value.problems)) == ({"prefix"}, {"organ"})
        assert str(case.number) in given.value.problems["pattern"]
        assert _register(town).pattern == CASE_PATTERN


@pytest.mark.usefixtures("inside")
class TestElsewhere:
    """A register that is kept in another system."""

    def test_a_case_has_a_working_number_until_the_registrar_enters_its_own_which_decide_demands(self, town: Town) -> None:
        _change(town, is_elsewhere=True)
        case, other = a_submitted_request(town), a_submitted_request(town)
        assert [case.number, other.number] == [f"ÄSK\u00a0{YEAR}-0001", f"ÄSK\u00a0{YEAR}-0002"]
        waiting = todo.for_me(town.actor("registrator"))
        by = workdays.after(clock.today(), 1)
        assert [(row.task, row.deadline, row.is_late) for row in waiting] == [("Ange diarienumret", by, False)] * 2
        with pytest.raises(Refused, match="väntar på sitt diarienummer"):
            a_decision(town, case.public_id)
        for wrong, says in (("", "Skriv numret"), (str(other.number).lower(), "finns redan")):
            with pytest.raises(Invalid) as problem:
                _enter(case, wrong, town)
            assert says in problem.value.problems["number"]
        _enter(case, "KS 2026/00417", town)
        with pytest.raises(Invalid) as same:
            _enter(other, "KS\u00a02026/00417", town)
        assert "KS\u00a02026/00417" not in same.value.problems["number"] and str(case.number) in same.value.problems["number"]
        case = session.get_one(Case, case.id)
        assert (case.diary_number, case.other_number) == ("KS 2026/00417", f"ÄSK\u00a0{YEAR}-0001")
        entry, _readable = diary.entry(case.public_id, town.actor("registrator"))
        assert (entry.number, entry.external_number) == (case.diary_number, case.other_number)
        assert [row.number for row in todo.for_me(town.actor("registrator"))] == [f"ÄSK\u00a0{YEAR}-0002"]
        assert a_decision(town, case.public_id)[1].number == f"KS-{YEAR}-0001"
        _change(town)  # kept here again
        assert a_submitted_request(town).number == f"KS\u00a0{YEAR}/0001"

    def test_a_number_not_entered_within_a_working_day_is_late(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        _change(town, is_elsewhere=True)
        a_submitted_request(town)
        later = clock.now() + timedelta(days=8)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert [row.is_late for row in todo.for_me(town.actor("registrator"))] == [True]


@pytest.mark.usefixtures("inside")
class TestRelations:
    """How cases belong together, said by the registrar."""

    def test_two_cases_tell_how_they_belong_together_until_an_entry_ends_it(self, town: Town) -> None:
        case, other = a_submitted_request(town, title="Kameror"), a_submitted_request(town, title="Väktare")
        by = town.actor("registrator")

        def relate(number: str, kind: str) -> None:
            with transaction():
                relating.relate(case_id=case.public_id, other=number, kind=kind, by=by, seen_version=None)

        typed = str(other.number).lower().replace("\u00a0", " ")
        relate(typed, "replaces")
        there, back = (relating.relations(session.get_one(Case, each.id), by) for each in (case, other))
        assert [(each.says, each.number) for each in (*there, *back)] == [
            ("ersätter", other.number),
            ("ersätts av", case.number),
        ]
        own = str(case.number)
        for number, kind, field in ((typed, "replaces", "other"), (own, "belongs", "other"), ("KS 2031/1", "belongs", "other")):
            with pytest.raises(Invalid) as problem:
                relate(number, kind)
            assert set(problem.value.problems) == {field}
        with pytest.raises(Refused), transaction():
            relating.relate(case_id=case.public_id, other=typed, kind="belongs", by=town.actor("ekonom"), seen_version=None)
        with transaction():  # from the other case, which has changed nothing itself
            relating.unrelate(case_id=other.public_id, relation_id=back[0].id, reason="Fel ärende.", by=by, seen_version=None)
        row = session.scalars(select(CaseRelation)).one()
        assert row.ended_at is not None and row.ended_by_id == by.person_id
        assert relating.relations(session.get_one(Case, case.id), by) == []
        with pytest.raises(Refused, match="inget samband"), transaction():
            relating.unrelate(case_id=case.public_id, relation_id=row.id, reason="Igen.", by=by, seen_version=None)
        relate(typed, "replaces")  # once more after it was ended
        told = session.scalars(
            select(LogEntry.action).where(LogEntry.action.like("register.%relate")).order_by(LogEntry.seq)
        ).all()
        assert told == ["register.relate"] * 2 + ["register.unrelate"] * 2 + ["register.relate"] * 2
        assert all(map(has_template, told))


def _form(page: str, action: str) -> dict[str, str]:
    form = page.split(f'action="{action}"')[1] if action else page
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', form)[0] for name in ("form_key", "version")}


def test_the_administrator_tries_a_pattern_saves_it_and_is_told_what_is_wrong_with_another(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        address = f"/administration/diarier/{_register(town).public_id}"
    client = client_for("admin")
    assert f"KS\u00a0{YEAR}/0001" in client.get("/administration/diarier").text
    tried = client.get(address, query_string={"monster": "{diarium}-{år}-{löpnummer:5}"}).text
    assert f"KS-{YEAR}-00001, KS-{YEAR}-00002" in tried
    assert "bara skiljetecken" in client.get(address, query_string={"monster": "{diarium}{år}/{löpnummer:5}"}).text
    sent = {"name": "Diariet", "decision_pattern": DECISION_PATTERN, **_form(tried, address)}
    wrong = client.post(address, data={**sent, "pattern": "Nr {löpnummer:4} {år}"})
    assert wrong.status_code == 422 and "skiljetecken" in wrong.text and "Nr {löpnummer:4} {år}" in wrong.text
    assert client.post(address, data={**sent, "pattern": "{diarium} {år}/{löpnummer:5}"}).status_code == 303
    assert (
        client.post(address, data={**sent, "pattern": "{diarium} {år}/{löpnummer:6}", "form_key": str(UUID(int=7))}).status_code
        == 409
    )


def test_the_registrar_relates_two_cases_and_enters_a_number_on_pages_that_keep_what_was_typed(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        case, other = a_submitted_request(town), a_submitted_request(town, title="Väktare i centrum")
        case_id, number = case.public_id, str(other.number)
    client = client_for("registrator")
    page = f"/askanden/{case_id}/samband"
    form = _form(client.get(page).text, "")
    wrong = client.post(page, data={**form, "kind": "belongs", "other": "KS 1999/77"})
    assert wrong.status_code == 422 and "KS 1999/77" in wrong.text and "inget ärende med det numret" in wrong.text
    assert client.post(page, data={**form, "kind": "belongs", "other": number}).status_code == 303
    shown = client.get(f"/askanden/{case_id}").text
    assert "Hör ihop med" in shown and "Väktare i centrum" in shown
    ending = f"/askanden/{case_id}/avsluta-samband"
    drawn = client.get(ending).text
    assert client.post(ending, data={**_form(drawn, ""), "relation": "x'", "reason": "Fel."}).status_code == 422
    chosen = re.findall(r'name="relation" value="(\d+)"', drawn)[0]
    assert client.post(ending, data={**_form(drawn, ""), "relation": chosen, "reason": "Fel."}).status_code == 303
    assert "Hör ihop med" not in client.get(f"/askanden/{case_id}").text.split('id="handelser"')[0]
    assert client.get(f"/askanden/{case_id}/nummer").status_code == 200
