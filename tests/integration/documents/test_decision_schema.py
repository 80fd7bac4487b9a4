"""A decision's data keep the form that is published for them: every capacity and outcome, and whatever the demo holds."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pikepdf
import pytest
from flask import Flask

from portal.db import session
from portal.desk.case_files import documents_of
from portal.documents import enclosing, shapes
from portal.documents.rendering import render
from portal.funding_requests.lifecycle import Action
from portal.register.models import Case
from tests import document_examples as examples
from tests.factories.decisions import a_decision, a_referred_case, a_statement, a_submitted_request
from tests.factories.dispatch import work
from tests.factories.road import act
from tests.factories.town import Town
from tests.integration.decisions.test_reporting import _reported_clause

SCHEMA: dict[str, Any] = json.loads(enclosing.schema("beslut-v1"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def broken(data: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(data)]


def exported(case: Case) -> list[dict[str, Any]]:
    """The data beside each decision among the case's files."""
    return [json.loads(content) for name, content in documents_of(case) if name.startswith("beslut-") and name.endswith("json")]


def example() -> dict[str, Any]:
    return enclosing.machine_readable("decision", examples.decision())


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "urn:askandeportalen:beslut:v1"
    assert SCHEMA["properties"]["schema"]["const"] == enclosing.DECISION
    assert broken(example()) == []


def test_the_schema_names_every_part_of_the_document_and_no_other() -> None:
    left_out = {shapes.Municipality: {"crest_svg", "colour"}, shapes.Proof: {"block"}}
    named = {
        "person": shapes.Person, "acting": shapes.ActingPerson, "organ_decision": shapes.Paragraph, "minutes": shapes.Minutes,
        "authority": shapes.Authority, "assessment": shapes.Assessment, "line": shapes.DecidedLine,
        "redistribution": shapes.Redistribution, "financing": shapes.Financing, "final_report": shapes.FinalReport,
        "conflict": shapes.Conflict, "statement": shapes.Statement, "request": shapes.Asked, "replaces": shapes.Replaces,
        "proof": shapes.Proof,
    }  # fmt: skip
    assert set(SCHEMA["$defs"]) == set(named)
    parts: list[tuple[dict[str, Any], type]] = [(SCHEMA["$defs"][name], shape) for name, shape in named.items()]
    for part, shape in [*parts, (SCHEMA["properties"]["municipality"], shapes.Municipality)]:
        assert set(part["properties"]) == set(shape.__annotations__) - left_out.get(shape, set()), shape.__name__
        assert set(part["required"]) <= shape.__required_keys__  # type: ignore[attr-defined]  # every shape is a TypedDict
        assert part["additionalProperties"] is False
    assert set(SCHEMA["properties"]) == set(shapes.DecisionDocument.__annotations__) | {"schema"}


def _without(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda data: data.pop(name)


@pytest.mark.parametrize(
    "change",
    [
        *(_without(name) for name in ("schema", "decision_number", "lines", "granted_total", "authority", "test")),
        lambda data: data.update(schema="askandeportalen/beslut/v2"),
        lambda data: data.update(granted_total="900000"),
        lambda data: data.update(granted_total=900000.5),
        lambda data: data.update(requested_total=-1),
        lambda data: data.update(date="22 november 2026"),
        lambda data: data.update(decided_at="2026-11-22T13:32:05"),
        lambda data: data.update(outcome="beviljat"),
        lambda data: data.update(more="ett fält till"),
        lambda data: data.update(capacity="political"),
        lambda data: data["lines"][0].pop("label"),
        lambda data: data["lines"][0].update(granted=True),
        lambda data: data["municipality"].update(crest_svg="<svg/>"),
        lambda data: data["proof"].update(root_hash="Z" * 64),
    ],
)
def test_a_changed_type_and_a_missing_key_are_seen(change: Callable[[dict[str, Any]], object]) -> None:
    data = example()
    change(data)
    assert broken(data)


def _delegated(town: Town) -> None:
    case_id = a_submitted_request(town)
    a_statement(town, case_id, balance=0, capital_cost=5, cost_type="investering", coding="1400")
    a_decision(town, case_id, 100_000, 0, 300_000, False)


def _executed(town: Town) -> None:
    _reported_clause(town, capacity="verkställighet", is_reported=False)
    a_decision(town)


def _political(town: Town) -> None:
    case_id = a_referred_case(town)
    act(town, Action.RECORD_MINUTES, case_id, "registrator")


@pytest.mark.parametrize(
    ("decide", "capacity", "outcome"),
    [
        (_delegated, "delegation", "partly_granted"),
        (_executed, "execution", "granted"),
        (_political, "political", "granted"),
    ],
)
def test_a_decision_is_exported_in_the_published_form_with_the_proof_that_is_printed(
    inside: Flask, town: Town, decide: Callable[[Town], None], capacity: str, outcome: str
) -> None:
    decide(town)
    work(inside)
    [data] = [data for case in session.query(Case) for data in exported(case)]
    assert (data["capacity"], data["outcome"]) == (capacity, outcome)
    assert broken(data) == []
    assert data["decision_number"] in data["proof"]["body"]
    assert data["proof"]["checkpoint"].splitlines()[1] == str(data["proof"]["tree_size"])


def test_the_form_is_published_for_everyone(app: Flask) -> None:
    answer = app.test_client().get("/schema/beslut-v1.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/schema+json")
    assert answer.get_json(force=True) == SCHEMA


def test_the_data_in_the_pdf_are_those_beside_it(tmp_path: Path) -> None:
    (tmp_path / "beslut.pdf").write_bytes(render("decision", examples.decision(), standard="a-3a"))
    with pikepdf.open(tmp_path / "beslut.pdf") as pdf:
        [name] = pdf.attachments
        enclosed = json.loads(pdf.attachments[name].get_file().read_bytes())
        assert str(pdf.attachments[name].relationship) == "/Data"
    assert name == "handling.json"
    assert enclosed == example()
    assert broken(enclosed) == []
    with pikepdf.open(io.BytesIO(render("decision", examples.decision()))) as plain:
        assert len(plain.attachments) == 0
