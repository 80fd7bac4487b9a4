"""``package build``: one ZIP per case into the folder and nothing else, or a sentence and nothing at all."""

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.archive.checking import documents, pdfa
from portal.archive.checking.found import Check, Problem, Report
from portal.archive.package import operations
from portal.db import session
from portal.documents.models import Document
from portal.documents.store import current_store
from portal.funding_requests.lifecycle import Status
from tests.factories.decisions import case_of
from tests.factories.road import case_in, run_worker
from tests.factories.town import Town
from tests.factories.transfer import a_delivery, an_agreement
from tests.integration.cli.test_export import mark_schema


def test_packages_are_built_by_number_or_for_all_and_a_damaged_file_leaves_nothing(
    app: Flask, town: Town, tmp_path: Path
) -> None:
    with app.app_context():
        mark_schema()
        number = str(case_of(case_in(Status.CLOSED, town)).number).replace("\u00a0", " ")
    runner, out = app.test_cli_runner(), tmp_path / "ut"
    args = ["package", "build", "--out", str(out)]
    for wrong in ([], [number, "--all"]):
        answer = runner.invoke(args=[*args, *wrong])
        assert (answer.exit_code, answer.stderr.count("\n")) == (2, 1)
    unknown = runner.invoke(args=[*args, number, "KS 1999/0001"])
    assert (unknown.exit_code, unknown.stderr) == (2, "Det finns inget ärende med diarienummer KS 1999/0001.\n")
    assert not out.exists()

    built = runner.invoke(args=[*args, number])
    assert built.exit_code == 0, built.stderr
    [made] = out.iterdir()
    assert built.output == f"{made}\n"
    before = made.read_bytes()
    again = runner.invoke(args=[*args, "--all"])
    assert (again.output, made.read_bytes()) == (built.output, before)

    made.unlink()
    with app.app_context():
        files = session.scalars(select(Document).where(Document.kind == "decision")).all()
        path = current_store().path(files[0].file.sha256)
    path.write_bytes(path.read_bytes() + b" ")
    damaged = runner.invoke(args=[*args, number])
    assert damaged.exit_code == 1
    assert damaged.stderr.endswith("saknas eller är skadad. Inget paket skapades för ärendet.\n")
    assert not list(out.iterdir())


def test_a_delivery_is_sent_to_its_end_and_what_could_not_be_packed_is_told(app: Flask, town: Town) -> None:
    with app.app_context():
        mark_schema()
        case_in(Status.ARCHIVED, town)
        run_worker()
        agreement_id = an_agreement(town, formats=("fmt/476",))
    runner = app.test_cli_runner()
    nothing, unknown = runner.invoke(args=["archive", "deliver"]), runner.invoke(args=["archive", "deliver", "LEV 1999-1"])
    assert (nothing.exit_code, nothing.output) == (0, "Ingen leverans väntar.\n")
    assert (unknown.exit_code, unknown.stderr) == (2, "Leveransen LEV 1999-1 finns inte.\n")
    with app.app_context():
        a_delivery(town, agreement_id)
    failed = runner.invoke(args=["archive", "deliver"])
    assert failed.exit_code == 1
    assert failed.stdout.endswith("-1: 0 av 1 paket är skickade.\n")
    assert failed.stderr == "Ärenden som inte kunde packas: 1. Leveransens sida säger varför.\n"
    with app.app_context():
        a_delivery(town, an_agreement(town, "LÖK 2026:2"))
        folder = app.extensions["settings"].deliveries
        shutil.rmtree(folder)
        folder.write_text("no folder")
    stopped = runner.invoke(args=["archive", "deliver"])
    assert (stopped.exit_code, stopped.stderr.count("\n")) == (2, 1)
    assert "-2: Mappen för leveranser, " in stopped.stderr
    folder.unlink()
    sent = runner.invoke(args=["archive", "deliver"])
    assert sent.exit_code == 0, sent.stderr
    assert sent.stdout.endswith("-2: 1 av 1 paket är skickade.\n")
    assert len(list(folder.rglob("*.zip"))) == 1


@pytest.fixture
def _without_java(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """veraPDF has a test of its own; schemas are forgotten, since a test takes one away."""
    monkeypatch.setattr(pdfa, "missing", lambda: "no Java")
    yield
    documents.schema.cache_clear()


@pytest.mark.usefixtures("_without_java")
def test_a_package_is_checked_from_the_file_alone_and_bad_input_is_one_sentence(
    app: Flask, town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        mark_schema()
        number = str(case_of(case_in(Status.WITHDRAWN, town)).number).replace("\u00a0", " ")
    runner, out = app.test_cli_runner(), tmp_path / "ut"
    build = ["package", "build", "--out", str(out), number]
    red = Report("x", "x", "", 1, 1, (Check("Sigillen", (Problem("beslut.pdf", "Sigillet håller inte.", "Hämta igen."),)),))
    with monkeypatch.context() as faulty:
        faulty.setattr(operations, "check", lambda *_args, **_more: red)
        refused = runner.invoke(args=build)
    assert refused.exit_code == 1
    assert "Paketet klarade inte kontrollen och sparades inte. Fel: 1.\nbeslut.pdf: Sigillet håller inte." in refused.stderr
    assert not list(out.iterdir())

    assert runner.invoke(args=build).exit_code == 0
    [made] = out.iterdir()
    whole = runner.invoke(args=["package", "check", str(made), "--pdf", str(tmp_path / "r.pdf")])
    assert (whole.exit_code, whole.stderr) == (0, "")
    assert "veraPDF ej körd" in whole.output
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")
    told = json.loads(runner.invoke(args=["package", "check", str(made), "--json"]).output)
    assert (told["ok"], told["package_id"]) == (True, made.stem)

    with zipfile.ZipFile(made) as package:
        package.extractall(tmp_path)
    (tmp_path / made.stem / "extra.txt").write_text("x")
    faulty_folder = runner.invoke(args=["package", "check", str(tmp_path / made.stem), "--json"])
    assert faulty_folder.exit_code == 1
    assert json.loads(faulty_folder.stdout)["checks"][1]["problems"][0]["where"] == "extra.txt"
    assert faulty_folder.stderr == "Paketet är inte helt. Fel: 1.\n"

    (tmp_path / "text.zip").write_text("ingen ZIP")
    (tmp_path / "halv.zip").write_bytes(made.read_bytes()[:-200])
    for path, sentence in (
        (tmp_path / "borta.zip", "finns inte"), (tmp_path / "text.zip", "är ingen hel ZIP-fil"),
        (tmp_path / "halv.zip", "är ingen hel ZIP-fil"),
    ):  # fmt: skip
        answer = runner.invoke(args=["package", "check", str(path)])
        assert (answer.exit_code, answer.stdout, answer.stderr.count("\n")) == (2, "", 1), answer.stderr
        assert sentence in answer.stderr
    unwritable = runner.invoke(args=["package", "check", str(made), "--pdf", str(tmp_path / "borta" / "r.pdf")])
    assert (unwritable.exit_code, unwritable.stderr.count("\n")) == (2, 1)
    documents.schema.cache_clear()
    monkeypatch.setattr(documents, "SCHEMAS", tmp_path)
    no_schema = runner.invoke(args=["package", "check", str(made)])
    assert (no_schema.exit_code, no_schema.stderr.count("\n")) == (2, 1)
    assert "Schemat mets.xsd saknas" in no_schema.stderr
