"""What the log says of a case can be told: every entry of the whole road has its sentence on the timeline."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.db import session, transaction
from portal.desk import sentences
from portal.dispatch import operations as dispatch
from portal.dispatch.models import Copy
from portal.funding_requests.lifecycle import STEPS, Action
from portal.log import queries as log
from tests.factories import funding_requests
from tests.factories.decisions import case_of
from tests.factories.road import act, run_worker
from tests.factories.town import Town
from tests.integration.conftest import Road

LINES = [{"label": "Belysning", "amount": "5 000", "cost_type": "drift"}]
PORTAL = Path(sentences.__file__).parent.parent
# Entries of these packages' own things, not of any case.
CASELESS = (
    "people.",
    "notices.",
    "funds.",
    "log.",
    "outbox.",
    "accounting.import_",
    "accounting.save_export_template",
    "disclosure.make_",
)


@pytest.fixture
def instance(walked: Path) -> Path:
    return walked


def recorded() -> set[str]:
    """Those of them that are log entries: they stand in a call that writes the log, not in ``url_for`` or a route."""
    found = set()
    for file in sorted(PORTAL.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        for call in re.finditer(r'\b(?:record|log|_close|append)\(\s*(?:[\w.]+,\s*|action=)"([a-z_]+\.[a-z_]+)"', text):
            found.add(call[1])
    return found


def test_every_step_of_the_road_has_a_sentence() -> None:
    assert [step.entry_type for step in STEPS if not sentences.has_template(step.entry_type)] == []


def test_every_entry_type_that_the_code_writes_about_a_case_has_a_sentence() -> None:
    types = {each for each in recorded() if not each.startswith(CASELESS)}
    assert len(types) > 25, types
    assert sorted(each for each in types if not sentences.has_template(each)) == []


@pytest.mark.usefixtures("inside")
def test_every_entry_of_every_place_of_the_road_is_told_with_nothing_left_out(road: Road) -> None:
    for place, case_id in road.cases.items():
        for row in log.timeline(case_id):
            told = sentences.tell(row)
            assert told.text and told.who, (place, row.action)
            assert "None" not in told.text + told.detail, (place, row.action, told)
            assert not re.search(r"  | ,|: *$| av *$|till *$", told.text), (place, row.action, told.text)


@pytest.mark.usefixtures("inside")
def test_what_becomes_of_copies_is_told(town: Town) -> None:
    nowhere = [{"name": town.recipient_unit.name, "email": "", "action": "ja"}, {"name": "Polisen", "email": "", "action": ""}]
    case_id = funding_requests.a_submitted_request(town, lines=LINES, total="5 000", copies=nowhere, information=[]).public_id
    act(town, Action.DECIDE, case_id, "kommunchef")
    act(town, Action.RECORD, case_id, "ekonom")
    run_worker()
    copies = {
        copy.recipient: copy.public_id for copy in session.scalars(select(Copy).where(Copy.case_id == case_of(case_id).id))
    }
    with transaction():
        dispatch.open_copy(copy_id=copies[town.recipient_unit.name], by=town.actor("kommunledning"))
    with transaction():
        dispatch.acknowledge(copy_id=copies[town.recipient_unit.name], by=town.actor("kommunledning"))
    with transaction():
        dispatch.note_delivery(case_id=case_id, copy_id=copies["Polisen"], note="Med post", by=town.actor("ekonom"))
    told = [sentences.tell(row) for row in log.timeline(case_id) if row.action.startswith("dispatch.")]
    assert len(told) >= 4
    assert any("Polisen" in each.text + each.detail for each in told)


@pytest.mark.usefixtures("inside")
def test_what_a_secret_case_is_about_is_in_no_sentence_and_in_no_entry(road: Road) -> None:
    rows = log.timeline(road.cases["submitted, secret"])
    assert rows
    for row in rows:
        told = sentences.tell(row)
        assert "torget" not in f"{told.text} {told.detail} {row.body}".lower(), row.action
