"""What others' programs say of packages of real cases: one that was granted and archived, one refused, one withdrawn."""

import importlib.util
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import etree

from portal import clock
from portal.archive.checking import pdfa
from portal.archive.checking.check import check
from portal.archive.checking.reporting import as_pdf
from portal.archive.package import formats, operations
from portal.funding_requests.lifecycle import Action
from tests import verapdf
from tests.factories.archive import an_archived_case
from tests.factories.decisions import a_decision, a_submitted_request
from tests.factories.road import act, run_worker
from tests.factories.town import Town

DATA = "representations/rep1/data"


def _need(module: str) -> None:
    """Skip where the wheel of the validators is missing; in CI fail instead."""
    if importlib.util.find_spec(module) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{module} must be there in CI: requirements-validators.txt")
        pytest.skip(f"{module} is not installed")


@pytest.fixture
def packages(app: Flask, town: Town, tmp_path: Path) -> list[Path]:
    """The packages, unpacked, by their folders; the ZIPs lie beside them."""
    with app.app_context():
        granted = an_archived_case(town)
        refused = a_submitted_request(town)
        a_decision(town, refused, 0, 0, 0, 0)
        withdrawn = a_submitted_request(town)
        act(town, Action.WITHDRAW, withdrawn, "sakerhetschef")
        run_worker()
        built = [operations.package_for_operator(each, tmp_path) for each in (granted, refused, withdrawn)]
    for each in built:
        with zipfile.ZipFile(each.path) as package:
            package.extractall(tmp_path)
    return [tmp_path / each.package_id for each in built]


def _fido(path: Path) -> tuple[set[str], str]:
    """The PUIDs that fido names, and what it knew them by."""
    answers: list[tuple[set[str], str]] = []
    told = _identifier()
    told.handle_matches = lambda _name, matches, _time, by="": answers.append(({told.get_puid(f) for f, _sig in matches}, by))
    told.identify_file(str(path))
    return answers[-1]


def _signatures(fido: Any) -> list[str]:
    """The signatures of PRONOM that the wheel brings, not those that its library names by default."""
    conf = Path(fido.__file__).parent / "conf"
    return [str(max(conf.glob("formats-v*.xml"))), str(conf / "format_extensions.xml")]


def _identifier() -> Any:
    fido = importlib.import_module("fido.fido")
    if not hasattr(_identifier, "one"):
        _identifier.one = fido.Fido(quiet=True, nocontainer=True, format_files=_signatures(fido))  # type: ignore[attr-defined]
    return _identifier.one  # type: ignore[attr-defined]


def _broken_rules(erms: Path) -> list[str]:
    """What the compiled Schematron of svk-validate asserts in vain."""
    import saxonche

    spec = importlib.util.find_spec("svk_validate")
    assert spec and spec.origin
    rules = Path(spec.origin).parent / "schemata" / "erms-3-0-0"
    schema = etree.XMLSchema(etree.parse(rules / "ERMS_v3.xsd"))
    schema.validate(etree.parse(erms))
    with saxonche.PySaxonProcessor() as saxon:
        style = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(rules / "erms_v3_sch_compiled.xsl"))
        said = style.transform_to_string(source_file=str(erms))
    failed = etree.fromstring(said.encode()).iter("{http://purl.oclc.org/dsdl/svrl}failed-assert")
    return [*(each.message for each in schema.error_log), *("".join(each.itertext()) for each in failed)]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")  # fido closes no file
def test_others_find_the_packages_of_real_cases_right(packages: list[Path]) -> None:
    _need("fido")
    _need("saxonche")
    for folder in packages:
        assert _broken_rules(folder / DATA / "erms.xml") == []
        for path in sorted((folder / DATA).rglob("*.*")):
            ours = formats.of(path.read_bytes(), "text/plain" if path.suffix == ".txt" else "")
            puids, by = _fido(path)
            if path.suffix != ".txt" or by != "extension":  # by its ending alone: every format that has it
                assert ours.puid in puids, (path.name, puids, by)
    spoilt = packages[0] / DATA / "erms.xml"
    spoilt.write_bytes(spoilt.read_bytes().replace(b'agentType="creator"', b'agentType="other"', 1))
    assert len(_broken_rules(spoilt)) == 1


def test_verapdf_passes_every_pdf_and_pdfsig_every_seal(packages: list[Path]) -> None:
    verapdf.require()
    for folder in packages:
        report = check(folder.parent / f"{folder.name}.zip", clock.now())
        assert report.ok, [str(each) for each in report.problems]
        assert pdfa.NOT_RUN not in {each.note for each in report.checks}
        for pdf in sorted((folder / DATA).rglob("*-decision-*.pdf")):
            if shutil.which("pdfsig"):
                said = subprocess.run(["pdfsig", "-nocert", str(pdf)], capture_output=True, text=True, check=False).stdout
                assert "Signature is Valid" in said, said
    kept = packages[0].parent / "rapport.pdf"
    kept.write_bytes(as_pdf(report, clock.now(), "Åkersbro kommun"))
    assert verapdf.failures(kept, "2a") == []
