"""The delegation order: entered by one, confirmed by another, in editions that take each other's place by the day."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import session, transaction
from portal.errors import Conflict, Invalid, Refused
from portal.funds import delegation_operations, order_operations, order_queries
from portal.funds.delegation_operations import NewDelegation
from portal.funds.models import Delegation, DelegationOrder
from portal.funds.operations import PoliticalDecision, propose_change
from portal.funds.queries import delegations
from portal.log.models import LogBody, LogEntry
from portal.people.models import RoleHolding
from portal.people.permissions import Role
from tests.conftest import ClientFor
from tests.factories.decisions import a_decision, a_submitted_request
from tests.factories.orders import PDF, a_clause, a_confirmed_order, an_order
from tests.factories.town import Town


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    with app.app_context():
        yield app


def order_of(order_id: UUID) -> DelegationOrder:
    session.rollback()
    return order_queries.order(order_id)


def clauses(order_id: UUID) -> list[Delegation]:
    return [each.row for each in order_queries.clauses_of(order_of(order_id).id)]


def confirm(town: Town, order_id: UUID, by: str = "registrator", seen: int | None = None) -> None:
    with transaction():
        order_operations.confirm_order(order_id=order_id, by=town.actor(by), seen_version=seen)


def test_no_clause_counts_until_the_registrar_has_confirmed_the_whole(inside: Flask, town: Town) -> None:
    with transaction():
        session.query(Delegation).delete()
    order_id = an_order(town)
    case_id = a_submitted_request(town)
    with pytest.raises(Refused):
        a_decision(town, case_id)
    session.rollback()
    confirm(town, order_id)
    _case, decision = a_decision(town, case_id)
    assert decision.authority["clause"] == "4.2"
    assert decision.authority["order"] == "Delegationsordning, utgåva 1"
    assert decision.authority["paragraph"] == "231"
    assert decision.is_reported


def test_the_page_the_print_and_the_log_name_clause_edition_and_decision(
    inside: Flask, town: Town, client_for: ClientFor
) -> None:
    with transaction():
        session.query(Delegation).delete()
    a_confirmed_order(town)
    case_id, _decision = a_decision(town)
    page = client_for("sakerhetschef").get(f"/askanden/{case_id}").get_data(as_text=True)
    assert "punkt\u00a04.2 i Delegationsordning, utgåva 1, Kommunstyrelsen" in page and "§\u00a0231" in page


def test_the_list_of_decisions_says_in_which_order_a_clause_stands(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        with transaction():
            session.query(Delegation).delete()
        a_confirmed_order(town)
        a_decision(town)
    chief = client_for("kommunchef")
    for place in ("/beslut", "/beslut.csv"):
        listed = chief.get(place).get_data(as_text=True)
        assert "Delegationsbeslut, punkt\u00a04.2 i Delegationsordning" in listed and "utgåva" not in listed
    assert "Kommunchef, Kommunchef" not in chief.get("/beslut").get_data(as_text=True)


@pytest.mark.parametrize("who", ["admin", "ekonom", "kommunchef", "revisor"])
def test_only_a_registrar_confirms(inside: Flask, town: Town, who: str) -> None:
    with pytest.raises(Refused):
        confirm(town, an_order(town), who)


def test_whoever_is_given_a_delegation_by_it_does_not_confirm_it(inside: Flask, town: Town) -> None:
    order_id = an_order(town, person="registrator")
    with pytest.raises(Refused, match="ger dig själv"):
        confirm(town, order_id)


def test_whoever_stands_in_for_one_who_is_given_a_delegation_does_not_confirm_it(inside: Flask, town: Town) -> None:
    with transaction():
        town.substitute("arkivarie", stands_in_for="registrator")
    order_id = an_order(town, person="registrator")
    with pytest.raises(Refused, match="ger dig själv"), transaction():
        by = town.actor("arkivarie").standing_in(town.person("registrator").id, town.actor("registrator").holdings[0].role)
        order_operations.confirm_order(order_id=order_id, by=by)


def a_registrar_who_enters_too(town: Town) -> None:
    """The registrar is administrator and finance as well, and the municipal clerk stands in for them."""
    with transaction():
        town.substitute("kommunledning", stands_in_for="registrator")
        held = {"person_id": town.person("registrator").id, "unit_id": town.unit.id, "valid_from": clock.today()}
        session.add_all(RoleHolding(role=role.value, **held) for role in (Role.ADMINISTRATOR, Role.FINANCE))


@pytest.mark.parametrize("what", ["edition", "delegation", "money"])
def test_whoever_stands_in_for_the_registrar_confirms_nothing_that_the_registrar_has_entered(
    app: Flask, town: Town, client_for: ClientFor, what: str
) -> None:
    """Standing in counts as both persons, here too; what another has entered they confirm, as tf registrator in the log."""
    with app.app_context():
        a_registrar_who_enters_too(town)
        addresses = {who: _to_confirm(town, what, by=who) for who in ("registrator", "ekonom" if what == "money" else "admin")}
    substitute = client_for("kommunledning")
    for who, address in addresses.items():
        form = {"form_key": str(uuid4())} | ({"version": "2"} if what == "edition" else {})
        answer = substitute.post(f"{address}/bekrafta", data=form)
        assert answer.status_code == (403 if who == "registrator" else 303)
        assert ("Den du är ersättare för har fört in uppgiften." in answer.text) == (who == "registrator")
    with app.app_context():
        entry = session.scalars(select(LogEntry).order_by(LogEntry.seq.desc()).limit(1)).one()
        assert entry.action.startswith("funds.confirm")
        assert (entry.acting_for, entry.role) == (town.person("registrator").public_id, "registrar")


@pytest.mark.parametrize("what", ["edition", "delegation", "money"])
def test_the_registrar_confirms_nothing_that_a_substitute_has_entered_for_them(
    app: Flask, town: Town, client_for: ClientFor, what: str
) -> None:
    with app.app_context():
        a_registrar_who_enters_too(town)
        address = _to_confirm(town, what, by="kommunledning")
    form = {"form_key": str(uuid4())} | ({"version": "2"} if what == "edition" else {})
    answer = client_for("registrator").post(f"{address}/bekrafta", data=form)
    assert (answer.status_code, "Din ersättare har fört in uppgiften." in answer.text) == (403, True)


def _to_confirm(town: Town, what: str, *, by: str) -> str:
    """The address of something that ``by`` has entered."""
    actor = town.actor(by)
    if what == "edition":
        return f"/administration/delegationsordning/{an_order(town, by=by, name=f'Delegationsordning {by}')}"
    with transaction():
        if what == "delegation":
            new = NewDelegation(
                person_id=town.person("tf.kommunchef").public_id,
                fund_id=None,
                ceiling=1,
                capacity="delegationsbeslut",
                clause=f"3.5 {by}",
                organ_id=town.organ.public_id,
                decided_on=clock.today(),
                paragraph="8",
                valid_from=clock.today(),
                valid_to=None,
            )
            row = delegation_operations.add_delegation(new=new, by=actor)
            return f"/administration/delegationer/{row.public_id}"
        decision = PoliticalDecision(amount=1, organ_id=town.organ.public_id, decided_on=clock.today(), paragraph=by)
        return f"/avsatta-medel/beslut/{propose_change(fund_id=town.fund.public_id, decision=decision, by=actor).public_id}"


def test_an_empty_edition_and_one_changed_meanwhile_are_not_confirmed(inside: Flask, town: Town) -> None:
    order_id = an_order(town, clauses=False)
    with pytest.raises(Refused, match="inga punkter"):
        confirm(town, order_id)
    seen = order_of(order_id).version
    a_clause(town, order_id)
    with pytest.raises(Conflict, match="ändrats"):
        confirm(town, order_id, seen=seen)
    confirm(town, order_id, seen=order_of(order_id).version)


def test_a_confirmed_edition_is_changed_by_nobody(inside: Flask, town: Town) -> None:
    order_id = a_confirmed_order(town)
    row = clauses(order_id)[0].public_id
    admin = town.actor("admin")
    for act in (
        lambda: a_clause(town, order_id, person="ekonom"),
        lambda: order_operations.remove_clause(order_id=order_id, clause_id=row, by=admin),
        lambda: order_operations.discard_order(order_id=order_id, by=admin),
        lambda: order_operations.confirm_order(order_id=order_id, by=town.actor("registrator")),
    ):
        with pytest.raises(Conflict):
            act()
        session.rollback()


def test_a_clause_is_not_confirmed_by_itself(inside: Flask, town: Town) -> None:
    row = clauses(an_order(town))[0].public_id
    with pytest.raises(Conflict, match="tillsammans"), transaction():
        delegation_operations.confirm_delegation(delegation_id=row, by=town.actor("registrator"))


def test_a_new_edition_ends_the_older_one_and_its_clauses_the_day_before(inside: Flask, town: Town) -> None:
    today = clock.today()
    older = a_confirmed_order(town)
    newer = an_order(town, valid_from=today + timedelta(days=10), with_clauses=True, clauses=False)
    assert [(row.clause, row.ceiling) for row in clauses(newer)] == [("4.2", 1_000_000)]
    assert order_of(older).valid_to is None
    confirm(town, newer)
    last = today + timedelta(days=9)
    assert order_of(older).valid_to == last
    assert {row.valid_to for row in clauses(older)} == {last}
    assert {row.valid_from for row in clauses(newer)} == {last + timedelta(days=1)}
    assert (order_of(newer).edition, order_of(newer).replaces_id) == (2, order_of(older).id)


@pytest.mark.parametrize(("ends_in", "taken_over"), [(9, False), (10, True), (30, True)])
def test_a_clause_that_was_ended_does_not_come_back_with_the_next_edition(
    inside: Flask, town: Town, ends_in: int, taken_over: bool
) -> None:
    today = clock.today()
    last_day = today + timedelta(days=ends_in)
    older = a_confirmed_order(town)
    with transaction():
        delegation_operations.end_delegation(
            delegation_id=clauses(older)[0].public_id, last_day=last_day, by=town.actor("admin")
        )
    newer = an_order(town, valid_from=today + timedelta(days=10), with_clauses=True, clauses=False)
    assert [row.valid_to for row in clauses(newer)] == ([last_day] if taken_over else [])


def logged(action: str) -> list[dict[str, Any]]:
    """What the log's entries of the kind say, in order."""
    entries = select(LogBody.json).join(LogEntry, LogEntry.seq == LogBody.seq).where(LogEntry.action == action)
    return [json.loads(body) for body in session.scalars(entries.order_by(LogEntry.seq))]


def test_the_log_alone_says_what_came_into_force_and_what_it_replaced(inside: Flask, town: Town) -> None:
    today = clock.today()
    older = an_order(town, clauses=False)
    decider, jav_of = town.actor("sakerhetschef").names, town.person("kommunchef")
    a_clause(town, older, person="sakerhetschef", cost_type="drift", only_when_jav_of_id=jav_of.public_id)
    own = {"organ_id": town.council.public_id, "decided_on": today - timedelta(days=30), "paragraph": "77"}
    a_clause(town, older, fund_id=None, clause="5.1", ceiling=40_000, capacity="verkställighet", is_reported=False, **own)
    confirm(town, older)
    newer = an_order(town, valid_from=today + timedelta(days=10), paragraph="300", with_clauses=True, clauses=False)
    confirm(town, newer)

    first, second = logged("funds.confirm_order")
    assert (first["replaces"], first["replaced_ends"]) == ("", "")
    assert second["replaces"] == "Delegationsordning, utgåva 1"
    assert second["replaced_ends"] == (today + timedelta(days=9)).isoformat()
    taken_over, executed = second["clauses"]
    assert taken_over == {
        "order": "Delegationsordning, utgåva 2",
        "person": decider["by"],
        "person_title": decider["by_title"],
        "fund": f"{town.fund.name} {today.year}",
        "cost_type": "drift",
        "ceiling": 1_000_000,
        "capacity": "delegationsbeslut",
        "clause": "4.2",
        "is_reported": "ja",
        "only_when_jav_of": jav_of.name,
        "organ": town.organ.name,
        "date": (today - timedelta(days=10)).isoformat(),
        "paragraph": "300",
        "valid_from": (today + timedelta(days=10)).isoformat(),
        "valid_to": "",
    }
    assert (executed["organ"], executed["paragraph"], executed["fund"]) == ("Kommunfullmäktige", "77", "")
    assert [each["clause"] for each in first["clauses"]] == ["4.2", "5.1"]
    assert [each["clause"] for each in logged("funds.add_clause")] == ["4.2", "5.1"]
    assert [each["clauses"] for each in logged("funds.enter_order")] == [[], second["clauses"]]


def test_the_log_says_the_last_day_of_a_replaced_edition_that_had_ended_before(inside: Flask, town: Town) -> None:
    today = clock.today()
    older = an_order(town, valid_to=today + timedelta(days=2))
    confirm(town, older)
    newer = an_order(town, valid_from=today + timedelta(days=10))
    confirm(town, newer)
    assert logged("funds.confirm_order")[1]["replaced_ends"] == (today + timedelta(days=2)).isoformat()


@pytest.mark.parametrize("first", [date(2027, 1, 1), date(2028, 2, 29), date(2027, 3, 28), date(2027, 10, 31)])
def test_the_editions_change_at_midnight_in_sweden(inside: Flask, town: Town, first: date) -> None:
    midnight = datetime(first.year, first.month, first.day, tzinfo=clock.STOCKHOLM).astimezone(UTC)
    clock.set_source(lambda: midnight - timedelta(days=3))
    with transaction():
        session.query(Delegation).delete()
    a_confirmed_order(town)
    newer = an_order(town, valid_from=first, clauses=False)
    a_clause(town, newer, clause="5.1", ceiling=900_000)
    confirm(town, newer)
    for moment, clause in ((midnight - timedelta(seconds=1), "4.2"), (midnight, "5.1")):
        clock.set_source(lambda moment=moment: moment)
        with transaction():
            rows = clauses_in_force(town)
        assert rows == [clause]


def clauses_in_force(town: Town) -> list[str]:
    return [each.row.clause for each in delegations(fund_id=town.fund.id, on=clock.today())]


def test_backwards_and_overlapping_editions_are_refused(inside: Flask, town: Town) -> None:
    today = clock.today()
    for changed, field in (
        ({"valid_to": today - timedelta(days=1)}, "valid_to"),
        ({"decided_on": today + timedelta(days=1), "valid_from": today + timedelta(days=2)}, "decided_on"),
        ({"valid_from": today - timedelta(days=400)}, "valid_from"),
    ):
        with pytest.raises(Invalid) as refused:
            an_order(town, **changed)
        assert list(refused.value.problems) == [field]
        session.rollback()
    a_confirmed_order(town)
    for first in (today, today - timedelta(days=1)):
        with pytest.raises(Invalid, match="äldre"):
            an_order(town, valid_from=first)
        session.rollback()
    an_order(town, valid_from=today + timedelta(days=1))
    with pytest.raises(Invalid, match="väntar på registratorn"):
        an_order(town, valid_from=today + timedelta(days=5))


def test_an_edition_confirmed_too_late_is_entered_anew(inside: Flask, town: Town) -> None:
    a_confirmed_order(town)
    newer = an_order(town, valid_from=clock.today() + timedelta(days=1))
    later = clock.now() + timedelta(days=2)
    clock.set_source(lambda: later)
    with pytest.raises(Refused, match="har varit"):
        confirm(town, newer)
    with transaction():
        order_operations.discard_order(order_id=newer, by=town.actor("admin"))
    assert [each.order.edition for each in order_queries.orders()] == [1]
    assert not session.scalars(
        select(Delegation).where(Delegation.order_id.is_not(None), Delegation.confirmed_at.is_(None))
    ).all()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ceiling": 0}, "ceiling"),
        ({"ceiling": -1}, "ceiling"),
        ({"capacity": "verkställighet", "is_reported": True}, "is_reported"),
        ({"capacity": "verkställighet", "is_reported": False}, "organ"),
        ({"capacity": "tillstyrkan"}, "capacity"),
        ({"cost_type": "lån"}, "cost_type"),
        ({"clause": ""}, "clause"),
    ],
)
def test_a_clause_that_cannot_be_is_refused(inside: Flask, town: Town, changed: dict[str, object], field: str) -> None:
    order_id = an_order(town, clauses=False)
    with pytest.raises(Invalid) as refused:
        a_clause(town, order_id, **changed)
    assert field in refused.value.problems


def test_the_same_person_has_one_clause_for_the_same_money_and_kind(inside: Flask, town: Town) -> None:
    order_id = an_order(town)
    with pytest.raises(Invalid, match="redan en punkt"):
        a_clause(town, order_id)
    session.rollback()
    a_clause(town, order_id, cost_type="drift", clause="4.3")


def test_what_is_executed_names_the_decision_that_allotted_the_money(inside: Flask, town: Town) -> None:
    order_id = an_order(town, clauses=False)
    day = clock.today() - timedelta(days=30)
    own = {"organ_id": town.council.public_id, "decided_on": day, "paragraph": "77"}
    a_clause(town, order_id, capacity="verkställighet", is_reported=False, **own)
    row = clauses(order_id)[0]
    assert (row.rests_on_organ.name, row.rests_on_date, row.rests_on_paragraph) == ("Kommunfullmäktige", day, "77")


def test_the_pages_take_an_order_from_its_pdf_to_its_confirmation(app: Flask, town: Town, client_for: ClientFor) -> None:
    admin, registrar, today = client_for("admin"), client_for("registrator"), clock.today().isoformat()
    sent = {
        "form_key": str(uuid4()),
        "name": "Kommunstyrelsens delegationsordning",
        "organ": str(town.organ.public_id),
        "decided_on": today,
        "paragraph": "§ 12",
        "valid_from": today,
        "valid_to": "",
        "with_clauses": "nej",
    }
    base = "/administration/delegationsordning"
    assert admin.post(f"{base}/ny", data=dict(sent)).status_code == 422
    wrong = admin.post(f"{base}/ny", data={**sent, "file": (BytesIO(b"a,b\n1,2\n"), "ordning.csv")})
    assert wrong.status_code == 422 and "lämnas som PDF" in wrong.get_data(as_text=True)
    made = admin.post(f"{base}/ny", data={**sent, "file": (BytesIO(PDF), "ordning.pdf")})
    assert made.status_code == 303
    page = made.headers["Location"]
    clause = {
        "form_key": str(uuid4()),
        "person": str(town.person("kommunchef").public_id),
        "fund": str(town.fund.public_id),
        "cost_type": "drift",
        "ceiling": "-5",
        "capacity": "delegationsbeslut",
        "is_reported": "ja",
        "clause": "4.2",
        "only_when_jav_of": "",
        "organ": "",
        "decided_on": "",
        "paragraph": "",
    }
    assert admin.post(f"{page}/punkter", data=clause).status_code == 422
    assert admin.post(f"{page}/punkter", data=clause | {"ceiling": "500 tkr", "form_key": str(uuid4())}).status_code == 303
    assert "Delegationsordningar att bekräfta" in registrar.get("/").get_data(as_text=True)
    shown = registrar.get(page).get_data(as_text=True)
    assert "500\u00a0000\u00a0kr" in shown and "bara drift" in shown and "anmäls" in shown
    with app.app_context():
        version = order_of(UUID(page.rsplit("/", 1)[-1])).version
    confirmed = registrar.post(f"{page}/bekrafta", data={"form_key": str(uuid4()), "version": version})
    assert confirmed.status_code == 303
    assert "Gäller" in client_for("revisor").get(base).get_data(as_text=True)
    file = client_for("revisor").get(f"{page}/fil")
    assert file.data == PDF and "ordning.pdf" in file.headers["Content-Disposition"]
    assert client_for("kommunledning").get(page).status_code == 403
