"""The decision's document says what was decided, also when it is made later."""

import pytest

from portal import clock
from portal.db import session, transaction
from portal.decisions import operations, queries
from portal.decisions.document import Frame
from portal.decisions.statement import Opinion
from portal.documents import rendering
from portal.register.models import ConflictOfInterest
from tests.factories.decisions import a_decision, a_referred_case, a_submitted_request, an_answer, case_of, minutes_from

pytestmark = pytest.mark.usefixtures("inside")
FRAME = {"name": "Åkersbro kommun"}


def document_of(case_id):
    decided = queries.in_force(case_of(case_id))
    found = queries.decision(decided.public_id)
    return queries.document_data(found[0], found[1], Frame(FRAME, clock.now()))


def test_a_delegated_decision_names_clause_ceiling_lines_and_money(town):
    case_id = a_submitted_request(town)
    with transaction():
        opinion = Opinion(text="Medel finns.")
        operations.give_statement(case_id=case_id, opinion=opinion, by=town.actor("ekonom"), seen_version=None)
    a_decision(town, case_id, 100_000, 500_000, 300_000, True)
    data = document_of(case_id)
    assert (data["capacity"], data["outcome"], data["granted_total"]) == ("delegation", "partly_granted", 900_000)
    assert data["authority"]["clause"] == "Delegationsordningen 4.2"
    assert data["authority"]["rests_on"]["organ"] == "Kommunstyrelsen"
    assert data["financing"]["left_before"] == 1_000_000 and data["financing"]["left_after"] == 100_000
    assert data["lines"][3] == {
        "label": "Trygghetsmätning",
        "requested": None,
        "granted": None,
        "included": True,
        "condition": None,
        "assessment": None,
    }
    assert [statement["text"] for statement in data["statements"]] == ["Medel finns."]
    assert data["decided_by"]["name"] == "Kommunchef i Åkersbro"
    assert data["copies_to"] == ["Kommunledningsförvaltningen"]
    assert rendering.render("decision", data).startswith(b"%PDF")


def test_a_jav_of_a_decider_is_named_in_the_decision_and_a_later_one_is_not(town):
    case_id = a_submitted_request(town)

    def declare(username):
        with transaction():
            row = ConflictOfInterest(
                case_id=case_of(case_id).id, person_id=town.person(username).id, reason="Släkt", declared_at=clock.now()
            )
            session.add(row)

    declare("kommunchef")
    declare("ekonom2")
    a_decision(town, case_id, by="tf.kommunchef")
    declare("tf.kommunchef")
    named = [conflict["person"]["name"] for conflict in document_of(case_id)["conflicts"]]
    assert named == ["Kommunchef i Åkersbro"]


def test_an_organs_decision_names_the_minutes_and_who_entered_them(town):
    case_id = a_referred_case(town)
    with transaction():
        operations.record_minutes(
            case_id=case_id,
            minutes=minutes_from(town),
            answer=an_answer(case_id),
            by=town.actor("registrator"),
            seen_version=None,
        )
    data = document_of(case_id)
    assert data["capacity"] == "political" and data["authority"] is None and data["decided_by"] is None
    assert data["minutes"]["organ"] == "Kommunstyrelsen" and data["minutes"]["paragraph"] == "88"
    assert data["entered_by"]["name"] == "Registrator i Åkersbro"
    assert rendering.render("decision", data).startswith(b"%PDF")


def test_a_replacing_decision_names_the_one_it_replaces(town):
    case_id, first = a_decision(town)
    number = first.number
    with transaction():
        operations.replace_decision(
            case_id=case_id,
            answer=an_answer(case_id, 1, 0, 0, False),
            reason="Räknefel.",
            by=town.actor("kommunchef"),
            seen_version=None,
        )
    assert document_of(case_id)["replaces"]["decision_number"] == number
