"""Delegation decisions are reported to the organ (anmäls): which are, and that the day is kept on the decision in force."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import clock
from portal.db import session, transaction
from portal.decisions import queries
from portal.decisions.appeals import Filed, note_appeal
from portal.decisions.finality import last_day_to_appeal
from portal.decisions.meeting_models import Appeal
from portal.decisions.models import Decision
from portal.errors import Invalid
from portal.funding_requests.lifecycle import Action
from portal.funds.delegation_operations import NewDelegation, add_delegation, confirm_delegation
from portal.funds.models import Delegation
from portal.register.marking import note_fact
from tests.conftest import ClientFor
from tests.factories.decisions import a_decision, a_submitted_request, case_of
from tests.factories.organs import a_list
from tests.factories.road import act
from tests.factories.town import CEILING, Town


def _reported_clause(town: Town, **changed: object) -> None:
    """The chief's delegation ends and another one is entered by the administrator and confirmed by the registrar."""
    day = clock.today()
    fields: dict[str, object] = {
        "person_id": town.person("kommunchef").public_id,
        "fund_id": town.fund.public_id,
        "ceiling": CEILING,
        "capacity": "delegationsbeslut",
        "clause": "4.2",
        "organ_id": town.organ.public_id,
        "decided_on": day,
        "paragraph": "12",
        "only_when_jav_of_id": None,
        "valid_from": day,
        "valid_to": None,
        "is_reported": True,
    }
    with transaction():
        chief = town.person("kommunchef").id
        yesterday = day - timedelta(days=1)
        session.execute(update(Delegation).where(Delegation.person_id == chief).values(valid_to=yesterday))
        new = NewDelegation(**{**fields, **changed})  # type: ignore[arg-type]  # fields by name
        row = add_delegation(new=new, by=town.actor("admin"))
        confirm_delegation(delegation_id=row.public_id, by=town.actor("registrator"))


def _decided(case_id: UUID) -> Decision:
    session.rollback()
    decision = queries.in_force(case_of(case_id))
    assert decision is not None
    return decision


def _note(town: Town, case_id: UUID, *, days: int = 0, kind: str = "reported") -> None:
    with transaction():
        note_fact(
            case_id=case_id,
            kind=kind,
            on=clock.today() + timedelta(days=days),
            text="",
            by=town.actor("registrator"),
            seen_version=None,
        )


def test_what_the_clause_says_of_reporting_is_frozen_on_the_decision(app: Flask, town: Town) -> None:
    with app.app_context():
        _reported_clause(town)
        case_id, _decision = a_decision(town)
        with transaction():
            session.execute(update(Delegation).values(is_reported=False))
        assert _decided(case_id).is_reported
        assert _decided(case_id).reported_on is None


def test_a_decision_under_a_clause_that_is_not_reported_is_not(app: Flask, town: Town) -> None:
    with app.app_context():
        assert not a_decision(town)[1].is_reported


def test_verkstallighet_is_never_reported_and_cannot_be_entered_as_such(app: Flask, town: Town) -> None:
    with app.app_context():
        with pytest.raises(Invalid) as refused:
            _reported_clause(town, capacity="verkställighet")
        assert "anmäls inte" in refused.value.problems["is_reported"]
        session.rollback()
        _reported_clause(town, capacity="verkställighet", is_reported=False)
        case_id, _decision = a_decision(town)
        assert (_decided(case_id).capacity, _decided(case_id).is_reported) == ("verkställighet", False)
        _note(town, case_id)
        assert _decided(case_id).reported_on is None


def test_what_only_carries_out_an_earlier_decision_cannot_be_entered_as_appealed(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        _reported_clause(town, capacity="verkställighet", is_reported=False)
        case_id, _decision = a_decision(town)
        appealed = Filed(decision_id=None, court="Förvaltningsrätten", court_number="1-26", filed_on=clock.today())
        with pytest.raises(Invalid) as refused, transaction():
            note_appeal(case_id=case_id, said=appealed, by=town.actor("registrator"), seen_version=None)
        assert "kan inte överklagas" in refused.value.problems["decision"]
        session.rollback()
        assert session.scalars(select(Appeal)).all() == []
    page = client_for("registrator").get(f"/askanden/{case_id}/overklagande").get_data(as_text=True)
    assert "kan inte överklagas" in page and 'name="court"' not in page


def test_the_registrars_note_that_it_was_reported_is_kept_on_the_decision_in_force(app: Flask, town: Town) -> None:
    with app.app_context():
        _reported_clause(town)
        case_id, _decision = a_decision(town)
        with pytest.raises(Invalid, match="inte anmält än"):
            _note(town, case_id, kind="posted")
        assert _decided(case_id).reported_on is None
        _note(town, case_id)
        assert _decided(case_id).reported_on == clock.today()


def test_what_is_reported_by_itself_keeps_its_own_days_and_gains_legal_force_by_them(app: Flask, town: Town) -> None:
    with app.app_context():
        _reported_clause(town)
        case_id, _decision = a_decision(town)
        act(town, Action.REPLACE_DECISION, case_id, "kommunchef")
        _note(town, case_id)
        with pytest.raises(Invalid, match="justerats före"):
            _note(town, case_id, kind="adjusted", days=-1)
        _note(town, case_id, kind="adjusted")
        _note(town, case_id, kind="posted")
        assert queries.finality_of(_decided(case_id)).last_day == last_day_to_appeal(clock.today())
        assert {each.posted_on for each in queries.decisions_of(case_of(case_id))} == {clock.today()}


def test_a_day_with_nothing_to_keep_it_is_refused(app: Flask, town: Town) -> None:
    with app.app_context():
        case_id = a_submitted_request(town)
        with pytest.raises(Invalid, match="inte beslutat"):
            _note(town, case_id, kind="adjusted")
        session.rollback()
        case_id, _decision = a_decision(town, case_id)
        a_list(town)
        for kind in ("reported", "adjusted", "posted"):
            with pytest.raises(Invalid, match="står på en lista"):
                _note(town, case_id, kind=kind)
        assert _decided(case_id).reported_on is None


def test_a_decision_is_reported_neither_before_it_was_made_nor_tomorrow(app: Flask, town: Town) -> None:
    with app.app_context():
        _reported_clause(town)
        case_id, _decision = a_decision(town)
        for days in (-1, 1):
            with pytest.raises(Invalid):
                _note(town, case_id, days=days)
            session.rollback()
        assert _decided(case_id).reported_on is None


def test_before_a_decision_the_note_is_kept_and_nothing_follows(app: Flask, town: Town) -> None:
    with app.app_context():
        case_id = a_submitted_request(town)
        _note(town, case_id)
        session.rollback()
        assert queries.in_force(case_of(case_id)) is None


def test_what_was_replaced_before_it_was_reported_is_reported_with_what_replaced_it(app: Flask, town: Town) -> None:
    with app.app_context():
        _reported_clause(town)
        case_id, _decision = a_decision(town)
        act(town, Action.REPLACE_DECISION, case_id, "kommunchef")
        _note(town, case_id)
        session.rollback()
        assert [decision.reported_on for decision in queries.decisions_of(case_of(case_id))] == [clock.today()] * 2


def test_what_was_reported_before_it_was_replaced_keeps_its_day(app: Flask, town: Town) -> None:
    tomorrow = clock.now() + timedelta(days=1)
    with app.app_context():
        _reported_clause(town)
        case_id, _decision = a_decision(town)
        _note(town, case_id)
        act(town, Action.REPLACE_DECISION, case_id, "kommunchef")
        first = clock.today()
        clock.set_source(lambda: tomorrow)
        _note(town, case_id)
        session.rollback()
        assert [decision.reported_on for decision in queries.decisions_of(case_of(case_id))] == [first, clock.today()]


def test_the_list_is_narrowed_to_what_has_not_been_reported(app: Flask, town: Town, client_for: ClientFor) -> None:
    def small() -> UUID:
        return a_submitted_request(town, lines=[("Belysning", "1 000")], total="1 000")

    with app.app_context():
        unreported_by_rule = a_decision(town, small())[1].number
        _reported_clause(town)
        case_id, first = a_decision(town, small())
        waiting, noted = first.number, a_decision(town, small())
        _note(town, noted[0])
        reported = noted[1].number
    client = client_for("registrator")
    page, everyone = client.get("/beslut?anmalan=inte").text, client.get("/beslut").text
    assert all(number in everyone for number in (unreported_by_rule, waiting, reported))
    assert [number in page for number in (waiting, unreported_by_rule, reported)] == [True, False, False]
    assert "Inte anmälda till organet" in page
    assert waiting in client.get("/beslut.csv?anmalan=inte").text
    assert reported not in client.get("/beslut.csv?anmalan=inte").text
    with app.app_context():
        _note(town, case_id)
    assert waiting not in client.get("/beslut?anmalan=inte").text
    assert waiting not in client.get("/beslut?anmalan=ja").text
