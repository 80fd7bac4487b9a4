"""Every document of a case as files, and the list of cases as JSON."""

import json
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from portal import schema
from portal.cli.shared import instance as folder_of_instance
from portal.db import changing_schema, db
from tests.factories.decisions import a_decision, case_of
from tests.factories.road import run_worker
from tests.factories.town import Town


def mark_schema() -> None:
    """The prepared database is made from the models; the commands want to see a revision."""
    with changing_schema(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.execute(text("INSERT INTO alembic_version VALUES (:it)"), {"it": schema.wanted()})


def test_a_decided_case_is_exported_with_the_decision_as_pdf_and_data(app: Flask, town: Town, tmp_path: Path) -> None:
    with app.app_context():
        mark_schema()
        case_id, _decision = a_decision(town)
        run_worker()
        number = case_of(case_id).number
        assert folder_of_instance().exists()
    assert number
    runner = app.test_cli_runner()
    result = runner.invoke(args=["export", number.replace("\u00a0", " "), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.stderr

    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert sorted(Path(line).name for line in result.output.splitlines()) == names
    [pdf] = (tmp_path / "out").glob("beslut-*.pdf")
    assert pdf.read_bytes().startswith(b"%PDF-")
    [data] = (tmp_path / "out").glob("beslut-*.json")
    content = json.loads(data.read_text(encoding="utf-8"))
    assert content["case_number"] == number
    assert any(name.startswith("tjansteskrivelse-1-") for name in names)


def test_cases_tells_what_was_asked_and_granted(app: Flask, town: Town) -> None:
    with app.app_context():
        mark_schema()
        case_id, decision = a_decision(town)
        granted = decision.granted
    result = app.test_cli_runner().invoke(args=["cases", "--json", "--status", "decided"])
    assert result.exit_code == 0, result.stderr
    [row] = json.loads(result.output)
    assert list(row) == ["uuid", "number", "title", "status", "unit", "requested_sek", "granted_sek"]
    assert (row["uuid"], row["status"], row["granted_sek"]) == (str(case_id), "decided", granted)
    assert row["requested_sek"] >= granted
