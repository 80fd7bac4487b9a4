"""A case as a package for an archive."""

import subprocess
import sys
import zipfile
from pathlib import Path

from flask import Flask

from portal.archive.package import operations
from portal.log import queries
from tests.factories.archive import an_archived_case
from tests.factories.decisions import case_of
from tests.factories.road import run_worker
from tests.factories.town import Town


def test_the_same_case_gives_the_same_bytes_and_its_own_verifier_finds_it_whole(app: Flask, town: Town, tmp_path: Path) -> None:
    with app.app_context():
        case_id = an_archived_case(town)
        run_worker()
        first = operations.package_for_operator(case_id, tmp_path)
        one = first.path.read_bytes()
        run_worker()
        again = operations.package(case_of(case_id), tmp_path, operations.profile())
        assert again == first
        assert again.path.read_bytes() == one
        [entry] = [row for row in queries.timeline(case_id) if row.action == "archive.build_package"]
        assert entry.body["sha256"] == first.sha256
    with zipfile.ZipFile(first.path) as package:
        package.extractall(tmp_path)
    root = tmp_path / first.package_id
    check = [sys.executable, "-I", str(root / "documentation" / "kontrollera_paket.py")]
    whole = subprocess.run(check, capture_output=True, text=True, check=False)
    assert whole.returncode == 0, whole.stdout + whole.stderr
    [pdf] = root.glob("representations/rep1/data/handlingar/*-decision-1.pdf")
    pdf.write_bytes(pdf.read_bytes() + b"\n")
    log = root / "documentation" / "logg.json"
    log.write_text(log.read_text("utf-8").replace("archive.close", "archive.cloze"), "utf-8")
    broken = subprocess.run(check, capture_output=True, text=True, check=False)
    assert broken.returncode == 1
    assert f"{pdf.relative_to(root)} är inte den fil" in broken.stdout
    assert "(archive.cloze) finns inte i den undertecknade loggen" in broken.stdout
