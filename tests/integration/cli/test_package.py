"""``package build``: one ZIP per case into the folder and nothing else, or a sentence and nothing at all."""

import shutil
from pathlib import Path

from flask import Flask
from sqlalchemy import select

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
