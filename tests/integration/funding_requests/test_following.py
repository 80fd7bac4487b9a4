"""A new request after a decided one: what it begins with, who may begin it, and where the two show each other."""

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdfium2 import PdfDocument
from werkzeug.test import TestResponse

from portal.db import session, transaction
from portal.decisions import queries as decisions
from portal.decisions.document import Frame
from portal.documents import rendering
from portal.errors import Conflict, Refused, Unknown
from portal.funding_requests import operations, queries
from portal.funding_requests.following import follow, related
from portal.funding_requests.lifecycle import Action, Status
from portal.log.models import LogEntry
from portal.register.models import Case, CaseRelation
from tests.conftest import ClientFor
from tests.factories.decisions import a_decision, case_of
from tests.factories.places import a_dispatched_secret_request
from tests.factories.road import act, case_in, run_worker
from tests.factories.town import Town

ASKER = "sakerhetschef"


def followed(town: Town, old: UUID, *, by: str = ASKER) -> UUID:
    """The draft that follows the case."""
    with transaction():
        return follow(case_id=old, by=town.actor(by), seen_version=None).public_id


def sent(town: Town, old: UUID) -> UUID:
    """The request that follows the case, sent in."""
    new = followed(town, old)
    with transaction():
        operations.submit(case_id=new, by=town.actor(ASKER), seen_version=None)
    return new


@pytest.fixture
def settled(inside: Flask, town: Town) -> Iterator[UUID]:
    yield case_in(Status.SETTLED, town)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("status", [Status.DISPATCHED, Status.REPORTED, Status.SETTLED, Status.CLOSED])
def test_after_the_decision_the_lines_and_the_wording_are_proposed_anew(town: Town, status: Status) -> None:
    old = case_in(status, town)
    before, asked = case_of(old).version, queries.current_version(case_of(old))
    new = followed(town, old)
    draft = queries.draft_of_case(case_of(new), queries.request_of(case_of(new)))
    assert asked is not None
    assert [(line["label"], line["amount"]) for line in draft["lines"]] == [
        (line.label, "" if line.amount is None else str(line.amount)) for line in asked.content.lines
    ]
    assert (draft["title"], draft["points"]) == (asked.content.title, list(asked.content.points))
    assert draft["handler_name"] == "Säkerhetschef i Åkersbro"
    assert case_of(new).number is None
    assert (case_of(old).status, case_of(old).version) == (status, before)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.RETURNED, Status.DECIDED, Status.WITHDRAWN])
def test_nothing_follows_a_case_whose_decision_has_not_been_carried_out(town: Town, status: Status) -> None:
    old = case_in(status, town)
    with pytest.raises(Conflict):
        followed(town, old)
    assert session.query(CaseRelation).count() == 0


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("archived", [False, True])
def test_nothing_follows_what_was_taken_back_before_a_decision(town: Town, archived: bool) -> None:
    old = case_in(Status.WITHDRAWN, town)
    act(town, Action.CHECK_REGISTRATION, old, "registrator")
    run_worker()
    act(town, Action.CLOSE, old, "registrator")
    if archived:
        act(town, Action.ARCHIVE, old, "arkivarie")
    with pytest.raises(Refused, match="Äskandet återkallades"):
        followed(town, old)
    assert session.query(CaseRelation).count() == 0


def test_one_who_has_a_draft_that_follows_sends_it_or_throws_it_away_first(
    walked_settled: UUID, app: Flask, town: Town, client_for: ClientFor
) -> None:
    address, client = f"/askanden/{walked_settled}/nytt-askande", client_for(ASKER)
    with app.app_context():
        version = str(case_of(walked_settled).version)

    def begin(who: FlaskClient) -> TestResponse:
        return who.post(address, data={"form_key": str(uuid4()), "version": version})

    first = begin(client)
    second = begin(client)
    assert (first.status_code, second.status_code) == (303, 403)
    told = "Du har redan börjat ett äskande efter det här."
    assert told in second.text and told in client.get(address).text
    with app.app_context():
        assert session.query(CaseRelation).count() == 1
    assert begin(client_for("sakerhetssamordnare")).status_code == 303  # sees nothing of the other's draft
    with app.app_context():
        act(town, Action.SUBMIT, UUID(first.location.split("/")[2]), ASKER)
    assert begin(client).status_code == 303


def test_only_the_unit_that_asked_asks_anew(settled: UUID, town: Town) -> None:
    with pytest.raises(Unknown):
        followed(town, settled, by="fritidschef")
    with pytest.raises(Refused, match="skriver äskanden för enheten"):
        followed(town, settled, by="ekonom")
    followed(town, settled, by="sakerhetssamordnare")


def test_jav_bars_from_asking_anew(settled: UUID, town: Town) -> None:
    act(town, Action.DECLARE_JAV, settled, ASKER)
    with pytest.raises(Refused, match="jäv"):
        followed(town, settled)


def test_a_draft_that_follows_is_not_seen_until_it_is_sent_and_then_by_both(settled: UUID, town: Town) -> None:
    new = followed(town, settled)
    assert [(other.public_id, other.follows) for other in related(case_of(new), town.actor(ASKER))] == [(settled, True)]
    assert [other.public_id for other in related(case_of(settled), town.actor(ASKER))] == [new]
    assert related(case_of(settled), town.actor("ekonom")) == []
    with transaction():
        operations.submit(case_id=new, by=town.actor(ASKER), seen_version=None)
    assert [(o.public_id, o.number, o.follows) for o in related(case_of(settled), town.actor("ekonom"))] == [
        (new, case_of(new).number, False)
    ]


@pytest.mark.usefixtures("inside")
def test_a_secret_case_is_not_shown_on_the_other_ones_page_and_makes_the_draft_secret(town: Town) -> None:
    old = a_dispatched_secret_request(town)
    new = followed(town, old)
    draft = queries.draft_of_case(case_of(new), queries.request_of(case_of(new)))
    assert (draft["secrecy"], draft["provision"]) == ("ja", "18 kap. 8 § OSL")
    reads = session.query(LogEntry).filter_by(action="register.read_secret", case_id=old).count()
    assert reads == 1, "what was secret has been read into the draft, and the log says so"
    with transaction():
        operations.submit(case_id=new, by=town.actor(ASKER), seen_version=None)
    act(town, Action.LIFT_MARK, new, "registrator")
    assert related(case_of(new), town.actor("ekonom2")) == []
    assert [other.public_id for other in related(case_of(new), town.actor("registrator"))] == [old]


def test_a_discarded_draft_leaves_no_link(settled: UUID, town: Town) -> None:
    new = followed(town, settled)
    act(town, Action.DISCARD, new, ASKER)
    assert related(case_of(settled), town.actor(ASKER)) == []
    assert session.query(Case).count() == 1


def _text(pdf: bytes) -> str:
    return " ".join(page.get_textpage().get_text_range() for page in PdfDocument(pdf))


def test_the_submission_and_the_decision_name_the_number_they_follow(settled: UUID, town: Town, inside: Flask) -> None:
    number = case_of(settled).number
    assert number is not None
    new = sent(town, settled)
    version = queries.current_version(case_of(new))
    assert version is not None
    assert version.content.follows == number
    run_worker()
    a_decision(town, new)
    decision = decisions.in_force(case_of(new))
    assert decision is not None
    data = decisions.document_data(decision, case_of(new), Frame({"name": "Åkersbro kommun"}, decision.decided_at), None)
    assert f"Följer på {number}".replace("\u00a0", " ") in _text(rendering.render("decision", data)).replace(
        "\u00a0", " "
    ).replace("\r\n", " ")


def test_the_page_offers_it_and_begins_it_once(walked_settled: UUID, client_for: ClientFor) -> None:
    client = client_for(ASKER)
    case = client.get(f"/askanden/{walked_settled}").get_data(as_text=True)
    assert f"/askanden/{walked_settled}/nytt-askande" in case
    assert "nytt-askande" not in client_for("ekonom").get(f"/askanden/{walked_settled}").get_data(as_text=True)
    version = re.search(r'name="version" value="(\d+)"', client.get(f"/askanden/{walked_settled}/nytt-askande").text)
    assert version is not None
    form = {"form_key": str(uuid4()), "version": version[1]}
    first = client.post(f"/askanden/{walked_settled}/nytt-askande", data=form)
    again = client.post(f"/askanden/{walked_settled}/nytt-askande", data=form)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert "Kamerabevakning" in client.get(first.location).get_data(as_text=True)
    assert "Ärenden som hör ihop" in client.get(f"/askanden/{walked_settled}").get_data(as_text=True)


@pytest.fixture
def walked_settled(app: Flask, town: Town) -> UUID:
    with app.app_context():
        return case_in(Status.SETTLED, town)


def test_before_the_decision_has_been_carried_out_the_page_says_so(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        old = case_in(Status.DECIDED, town)
    page = client_for(ASKER).get(f"/askanden/{old}/nytt-askande").text
    assert "Ett äskande kan följas av ett nytt först när beslutet är expedierat." in page
    assert 'name="form_key"' not in page
