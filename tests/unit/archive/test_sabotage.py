"""A package that somebody changed is red in the check, with the sentence that says what was changed; a good one is green."""

import json
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from portal.archive.checking import documents, pdfa, preservation, reporting
from portal.archive.checking.check import check
from portal.archive.checking.found import Report, Unreadable
from portal.archive.package.build import build
from portal.archive.package.formats import Format
from portal.archive.package.holdings import Entry
from portal.archive.package.operations import Faulty
from portal.log.entries import body_commitment
from portal.log.keys import LogKey
from portal.log.merkle import frontier_of, inclusion_proof, leaf_hash
from portal.log.merkle import root as root_of
from portal.log.notes import Proof, TreeHead, sign
from tests.unit.archive import holding
from tests.unit.archive.holding import AT, FILES, a_holding
from tests.unit.archive.test_package_files import NAMES, PROFILE, REP, XLINK

Members = dict[str, bytes]
NOW = datetime(2026, 11, 24, tzinfo=UTC)
ROOT = "SE-212000-0001_KS-2026-0007"
CSIP = "{https://DILCIS.eu/XML/METS/CSIPExtensionMETS}"
ERMS, PREMIS, LOG = f"{REP}/data/erms.xml", f"{REP}/metadata/preservation/premis.xml", "documentation/logg.json"
PDF = f"{REP}/data/handlingar/001-decision-1.pdf"


def _entries(key: LogKey) -> tuple[Entry, ...]:
    """Two entries of the case, proven in a log of two."""
    body, salt, headers = '{"text":"x"}', b"\x01" * 32, []
    for number, action in ((1, "archive.close"), (2, "archive.archive")):
        said = {"action": action, "actor": None, "body_commit": body_commitment(salt, body), "role": "system", "seq": number}
        headers.append(json.dumps(said | {"object": {"kind": "case", "id": "x"}}))
    leaves = [leaf_hash(each.encode()) for each in headers]
    note = sign(TreeHead(key.name, 2, root_of(frontier_of(leaves))), key)
    return tuple(
        Entry(at + 1, AT, header, body, salt, Proof(at, tuple(inclusion_proof(leaves, at)), note).text())
        for at, header in enumerate(headers)
    )


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Members:
    """A whole package's files, by their paths in the ZIP."""
    key = LogKey.generate("portalen")
    held = a_holding()
    tables = {name: rows for name, rows in held.tables.items() if name != "sealed_file"}
    held = replace(held, tables=tables, log=_entries(key), log_key=str(key.public))
    built = build(held, PROFILE, tmp_path_factory.mktemp("package"), FILES.__getitem__)
    with zipfile.ZipFile(built.path) as package:
        return {name.partition("/")[2]: package.read(name) for name in package.namelist()}


def packed(members: Members, folder: Path, more: Callable[[zipfile.ZipFile], object] = lambda _package: None) -> Path:
    """The files as a ZIP, with whatever ``more`` adds."""
    with zipfile.ZipFile(folder / "paket.zip", "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(f"{ROOT}/{name}", data)
        more(package)
    return folder / "paket.zip"


def checked(path: Path) -> Report:
    """What the check finds, without Java."""
    return check(path, NOW, with_verapdf=False)


def told(report: Report) -> str:
    """Everything that it says."""
    return "\n".join(map(str, report.problems))


def relisted(members: Members) -> Members:
    """The package with sizes and digests in METS as the files now are: what a careful forger does."""
    for mets, folder in ((f"{REP}/METS.xml", f"{REP}/"), ("METS.xml", "")):
        root = etree.fromstring(members[mets])
        for each in root.iterfind(".//m:*[@CHECKSUM]", NAMES):
            pointer = each if each.tag.endswith("mdRef") else each.find("m:FLocat", NAMES)
            data = members[folder + pointer.get(f"{XLINK}href")]
            each.set("CHECKSUM", sha256(data).hexdigest())
            each.set("SIZE", str(len(data)))
        members[mets] = etree.tostring(root)
    return members


def _swap(path: str, old: str, new: str, *, count: int = 1) -> Callable[[Members], object]:
    def change(members: Members) -> None:
        assert old.encode() in members[path], f"{old} stands not in {path}"
        members[path] = members[path].replace(old.encode(), new.encode(), count)

    return change


def _without(path: str) -> Callable[[Members], object]:
    return lambda members: members.pop(path)


def _edit(path: str, way: str, change: Callable[[Any], object]) -> Callable[[Members], object]:
    def edited(members: Members) -> None:
        root = etree.fromstring(members[path])
        change(root if way == "." else root.find(way, NAMES))
        members[path] = etree.tostring(root)

    return edited


def _gone(element: Any) -> None:
    element.getparent().remove(element)


def _remove(path: str, way: str) -> Callable[[Members], object]:
    return _edit(path, way, _gone)


def _unset(path: str, way: str, name: str) -> Callable[[Members], object]:
    return _edit(path, way, lambda element: element.attrib.pop(name))


def _set(path: str, way: str, name: str, value: str) -> Callable[[Members], object]:
    return _edit(path, way, lambda element: element.set(name, value))


def _text(path: str, way: str, value: str) -> Callable[[Members], object]:
    return _edit(path, way, lambda element: setattr(element, "text", value))


def _put(path: str, data: bytes) -> Callable[[Members], object]:
    return lambda members: members.update({path: data})


def _same_id(members: Members) -> None:
    root = etree.fromstring(members["METS.xml"])
    root.find("m:fileSec", NAMES).set("ID", root.find("m:structMap", NAMES).get("ID"))
    members["METS.xml"] = etree.tostring(root)


def _no_schemas(members: Members) -> None:
    for path in [each for each in members if each.startswith("schemas/")]:
        del members[path]


SUBMITTER = "m:metsHdr/m:agent[@ROLE='CREATOR'][@TYPE='ORGANIZATION']"
SABOTAGE: dict[str, tuple[Callable[[Members], object], str]] = {
    "a changed PDF": (_swap(PDF, "%%EOF", "%%EOX"), f"{PDF}: Filen är ändrad"),
    "a longer PDF": (_swap(PDF, "%%EOF", "%%EOF\n"), f"{PDF}: Filen är {len(holding.PDF) + 1} byte"),
    "a missing PDF": (_without(PDF), f"{PDF}: Filen saknas i paketet"),
    "a file that nobody lists": (_put("extra.txt", b"x"), "extra.txt: Filen står inte i någon METS.xml"),
    "a file beside the documents": (_put(f"{REP}/data/extra.txt", b"x"), f"{REP}/data/extra.txt: Filen är ingen handling"),
    "changed PREMIS": (_swap(PREMIS, "success", "failure"), f"{PREMIS}: Filen är ändrad"),
    "another OBJID": (_set("METS.xml", ".", "OBJID", "annat"), "METS.xml: OBJID är annat, men mappen heter"),
    "no OBJID": (_unset("METS.xml", ".", "OBJID"), "METS.xml: OBJID är tomt"),
    "no CREATEDATE": (_unset("METS.xml", "m:metsHdr", "CREATEDATE"), "METS.xml: CREATEDATE saknas"),
    "no header": (_remove("METS.xml", "m:metsHdr"), "METS.xml: metsHdr saknas"),
    "another TYPE": (_set("METS.xml", ".", "TYPE", "Dataset"), "METS.xml: TYPE är Dataset"),
    "nobody submits": (_remove("METS.xml", SUBMITTER), "Uppgiften om den som lämnar paketet saknas"),
    "no structMap": (_remove("METS.xml", "m:structMap"), "Strukturen (structMap med LABEL=CSIP) saknas"),
    "no METS of the representation": (_without(f"{REP}/METS.xml"), f"{REP}/METS.xml: Filen saknas"),
    "broken METS of the representation": (_put(f"{REP}/METS.xml", b"<mets>"), f"{REP}/METS.xml: Är inte XML"),
    "no CHECKSUM": (_unset("METS.xml", ".//m:mdRef", "CHECKSUM"), "Har ingen kontrollsumma av slaget SHA-256"),
    "no schemas": (_no_schemas, "schemas/mets.xsd: Filen saknas"),
    "no METS": (_without("METS.xml"), "METS.xml: Filen saknas"),
    "METS outside its schema": (_set("METS.xml", "m:fileSec", "FEL", "x"), "METS.xml: Följer inte schemat mets.xsd, rad"),
    "a pointer to nothing": (_set("METS.xml", ".//m:fptr", "FILEID", "uuid-x"), "FILEID pekar på uuid-x, som inte finns"),
    "a way out": (_set("METS.xml", ".//m:mdRef", f"{XLINK}href", "../../etc/passwd"), "Pekar ut ur paketet"),
    "a damaged METS of the package": (_put("METS.xml", b"<mets"), "METS.xml: Är inte XML som går att läsa"),
    "nobody's archive": (_remove("METS.xml", "m:metsHdr/m:agent[@ROLE='ARCHIVIST']"), "Uppgiften om arkivbildaren saknas"),
    "nobody receives": (
        _remove("METS.xml", "m:metsHdr/m:agent[@ROLE='PRESERVATION']"),
        "Uppgiften om arkivmyndigheten saknas",
    ),
    "no program": (_remove("METS.xml", "m:metsHdr/m:agent[@TYPE='OTHER']"), "Uppgiften om programmet som gjorde paketet"),
    "another kind of package": (_set("METS.xml", "m:metsHdr", f"{CSIP}OAISPACKAGETYPE", "AIP"), "OAISPACKAGETYPE ska vara SIP"),
    "another profile": (_set("METS.xml", ".", "PROFILE", "http://exempel.se/p.xml"), "PROFILE är inte en av E-ARK SIP"),
    "another content": (_set("METS.xml", ".", f"{CSIP}CONTENTINFORMATIONTYPE", "SIARD2"), "CONTENTINFORMATIONTYPE ska vara"),
    "another digest method": (_set("METS.xml", ".//m:mdRef", "CHECKSUMTYPE", "MD5"), "Har ingen kontrollsumma av slaget"),
    "no documentation": (
        _remove("METS.xml", "m:fileSec/m:fileGrp[@USE='Documentation']"),
        "Filgruppen Documentation saknas",
    ),
    "no description": (_remove("METS.xml", "m:dmdSec"), "Pekaren till beskrivningen (Dublin Core) saknas"),
    "another media type": (_set("METS.xml", ".//m:mdRef", "MIMETYPE", "text/html"), "MIMETYPE är text/html"),
    "the same id twice": (_same_id, "METS.xml: Identiteten uuid-"),
}
FORGED: dict[str, tuple[Callable[[Members], object], str]] = {
    "ERMS without a number": (_remove(ERMS, ".//e:objectId"), f"{ERMS}: Följer inte schemat ERMS_v3.xsd"),
    "a rule of ERMS broken": (_set(ERMS, ".//e:agent", "agentType", "other"), f"{ERMS}: Bryter en regel i erms_v3.sch"),
    "ERMS of another case": (_text(ERMS, ".//e:objectId", "KS 2026/0008"), "Ärendet är KS 2026/0008, men METS.xml"),
    "ERMS of another authority": (_text(ERMS, ".//e:identification", "Bro kommun"), "Arkivbildaren är Bro kommun"),
    "a document that is nowhere": (_set(ERMS, ".//e:appendix", "path", "handlingar/9.pdf"), "ska finnas som handlingar/9.pdf"),
    "another format in ERMS": (_set(ERMS, ".//e:appendix", "fileFormat", "fmt/1"), f"{PDF}: Formatet är fmt/1"),
    "another history": (_text(ERMS, ".//e:historyLine", "intet"), "Ärendets historia är en annan än loggens poster"),
    "rows outside their schema": (_swap(ERMS, 'type="uuid"', 'type="gissning"'), f"{ERMS}: Följer inte schemat case-1.xsd"),
    "a doctype": (_swap(ERMS, "<erms", "<!DOCTYPE erms><erms"), f"{ERMS}: Har en DOCTYPE"),
    "another digest in PREMIS": (_text(PREMIS, ".//p:messageDigest", "0" * 64), f"{PDF}: Kontrollsumman i {PREMIS}"),
    "another size in PREMIS": (_text(PREMIS, ".//p:size", "1"), f"{PDF}: Storleken i {PREMIS}"),
    "another PUID": (_text(PREMIS, ".//p:formatRegistryKey", "fmt/95"), f"{PDF}: Filen är fmt/476 enligt PRONOM"),
    "PREMIS that links to nothing": (_text(PREMIS, ".//p:linkingAgentIdentifierValue", "x"), f"{PREMIS}: Länkar till x"),
    "PREMIS outside its schema": (_remove(PREMIS, ".//p:objectCharacteristics"), f"{PREMIS}: Följer inte schemat"),
    "a file without history": (_remove(PREMIS, "p:object"), f"{PDF}: Filen har ingen historia"),
    "a seal that was never put on": (
        _swap(PREMIS, "<eventType>creation", "<eventType>digital signature generation"), f"{PDF}: Sigillet saknas i filen",
    ),
    "a log entry's body": (_swap(LOG, '\\"text\\":\\"x\\"', '\\"text\\":\\"y\\"'), f"{LOG}: Post 1 (archive.close) är ändrad"),
    "a log entry's header": (_swap(LOG, "archive.close", "archive.cloze"), "Post 1 (archive.cloze) finns inte i"),
    "a log that is no log": (_put(LOG, b"[]"), f"{LOG}: Loggen saknas eller kan inte läsas"),
    "another key": (_put("documentation/loggens-nyckel.txt", b"x\n"), "Loggens nyckel saknas eller kan inte läsas"),
    "another case in Dublin Core": (
        _swap("metadata/descriptive/dc.xml", "KS 2026/0007", "KS 2026/0001", count=9), "dc.xml: Nämner inte ärendet",
    ),
}  # fmt: skip


def test_what_pronoms_signatures_deny_is_told_though_the_portal_believes_it(
    good: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preservation.pronom, "by_content", lambda _data: frozenset({"fmt/95", "fmt/354"}))
    monkeypatch.setattr(preservation.formats, "of", lambda _data, mime: Format(mime, "", "", "fmt/476", ".pdf"))
    assert f"{PDF}: Filen är fmt/354, fmt/95 enligt PRONOM, men" in told(checked(packed(good, tmp_path)))


def test_a_good_package_is_green_as_zip_and_as_folder(good: Members, tmp_path: Path) -> None:
    report = checked(packed(good, tmp_path))
    assert report.ok, told(report)
    assert (report.package_id, report.files) == (ROOT, len(good))
    with zipfile.ZipFile(tmp_path / "paket.zip") as package:
        package.extractall(tmp_path)
    assert checked(tmp_path / ROOT).ok


def test_without_java_it_says_so_and_is_not_red(good: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfa, "missing", lambda: "no Java")
    report = check(packed(good, tmp_path), NOW)
    assert report.ok
    assert "veraPDF ej körd" in reporting.as_text(report)
    assert json.loads(reporting.as_json(report))["ok"] is True


@pytest.mark.parametrize("name", SABOTAGE)
def test_what_was_changed_is_told(good: Members, tmp_path: Path, name: str) -> None:
    members, (change, sentence) = dict(good), SABOTAGE[name]
    change(members)
    assert sentence in told(checked(packed(members, tmp_path)))


@pytest.mark.parametrize("name", FORGED)
def test_what_was_changed_with_the_lists_made_to_fit_is_told(good: Members, tmp_path: Path, name: str) -> None:
    members, (change, sentence) = dict(good), FORGED[name]
    change(members)
    assert sentence in told(checked(packed(relisted(members), tmp_path)))


def _link(package: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo(f"{ROOT}/link")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    package.writestr(info, "/etc/passwd")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (lambda package: package.writestr(f"{ROOT}/../x", b"x"), "Namnet leder ut ur paketet"),
        (lambda package: package.writestr("/etc/x", b"x"), "Namnet leder ut ur paketet"),
        (lambda package: package.writestr(f"{ROOT}/a\\b", b"x"), "tecken som inte alla system tar emot"),
        (lambda package: package.writestr(f"{ROOT}/mets.xml", b"x"), "Namnet finns flera gånger"),
        (lambda package: package.writestr(f"{ROOT}/METS.xml", b"x"), "Namnet finns flera gånger"),
        (lambda package: package.writestr("annan/x", b"x"), "ska ha en enda mapp överst"),
        (lambda package: package.writestr(f"{ROOT}/bomb", bytes(3_000_000)), "(en zip-bomb) och läses inte"),
        (_link, "Är en länk eller en enhet"),
        (lambda package: package.writestr(f"{ROOT}/z", b"x", zipfile.ZIP_BZIP2), "packad på ett sätt som e-arkiv inte läser"),
    ],
)
def test_traps_of_a_zip_are_told(
    good: Members, tmp_path: Path, more: Callable[[zipfile.ZipFile], object], sentence: str
) -> None:
    assert sentence in told(checked(packed(good, tmp_path, more)))


def test_links_in_a_folder_are_told_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "paket").mkdir()
    (tmp_path / "paket" / "METS.xml").write_text("<x/>")
    (tmp_path / "paket" / "out").symlink_to("/etc")
    report = checked(tmp_path / "paket")
    assert "out: Är en länk" in told(report)
    assert report.files == 1


def test_a_damaged_file_in_the_zip_is_told_with_all_else(good: Members, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "paket.zip", "w") as package:
        for name, data in good.items():
            package.writestr(f"{ROOT}/{name}", data)
    path = tmp_path / "paket.zip"
    path.write_bytes(path.read_bytes().replace(b"%%EOF\n", b"%%EOX\n", 1))
    assert f"{PDF}: Filen går inte att läsa: den är skadad" in told(checked(path))


def _hollow() -> bytes:
    file = BytesIO()
    zipfile.ZipFile(file, "w").close()
    return file.getvalue()


@pytest.mark.parametrize("spoil", [lambda data: data[:-30], lambda _data: b"", lambda _data: _hollow(), lambda _data: b"text"])
def test_a_file_that_is_no_whole_zip_is_one_sentence(good: Members, tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = packed(good, tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(Unreadable, match=r"är ingen hel ZIP-fil|är tom"):
        checked(path)


@pytest.fixture
def _forgotten() -> Iterator[None]:
    documents.schema.cache_clear()
    yield
    documents.schema.cache_clear()


@pytest.mark.usefixtures("_forgotten")
def test_an_installation_without_a_schema_says_which(good: Members, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "SCHEMAS", tmp_path)
    with pytest.raises(Unreadable, match=r"Schemat mets\.xsd saknas eller är skadat i installationen"):
        checked(packed(good, tmp_path))


def test_all_faults_are_told_at_once_each_with_how_to_mend_it(good: Members, tmp_path: Path) -> None:
    members = dict(good)
    for name in ("a changed PDF", "no CREATEDATE", "a file that nobody lists", "another TYPE"):
        SABOTAGE[name][0](members)
    report = checked(packed(members, tmp_path))
    assert len(report.problems) >= 4
    assert all(each.where and each.what and each.mend for each in report.problems)


def test_a_package_that_does_not_pass_is_never_left_behind(tmp_path: Path) -> None:
    def examine(path: Path) -> None:
        report = checked(path)  # the entry of this case is in no log
        assert not report.ok
        raise Faulty(report)

    with pytest.raises(Faulty, match=r"klarade inte kontrollen och sparades inte"):
        build(a_holding(), PROFILE, tmp_path, FILES.__getitem__, examine)
    assert list(tmp_path.iterdir()) == []
