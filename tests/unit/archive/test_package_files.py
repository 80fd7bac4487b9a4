"""What a package is made of, from plain values alone: valid, listed whole, named so that nothing leads out of it."""

import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from lxml import etree

from portal.archive.package import reading
from portal.archive.package.build import SCHEMAS, build, package_id, sweep
from portal.archive.package.profile import Profile
from portal.documents.store import DamagedFile
from tests.unit.archive.holding import FILES, PDF, a_holding, uid

PROFILE = Profile(
    creator="Åkersbro kommun", organisation_number="212000-0001", archive="Kommunarkivet", agreement_number="LÖK 7",
    reference_code="SE/ÅK/KS",
)  # fmt: skip
NAMES = {"m": "http://www.loc.gov/METS/", "e": "https://DILCIS.eu/XML/ERMS", "p": "http://www.loc.gov/premis/v3"}
XLINK, CSIP = "{http://www.w3.org/1999/xlink}", "{https://DILCIS.eu/XML/METS/CSIPExtensionMETS}"
REP = "representations/rep1"


class _Local(etree.Resolver):
    def resolve(self, url: str, _public: str, context: Any) -> Any:
        return self.resolve_filename(str(SCHEMAS / url.rpartition("/")[2]), context)


def errors(schema: str, root: Any) -> list[str]:
    """What the schema finds wrong."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local())
    wanted = etree.XMLSchema(etree.parse(SCHEMAS / schema, parser))
    wanted.validate(root)
    return [error.message for error in wanted.error_log]


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The package's files by their paths from its folder."""
    built = build(a_holding(), PROFILE, tmp_path_factory.mktemp("package"), FILES.__getitem__)
    assert (built.package_id, built.files) == ("SE-212000-0001_KS-2026-0007", 3)
    assert sha256(built.path.read_bytes()).hexdigest() == built.sha256
    with zipfile.ZipFile(built.path) as package:
        assert {name.partition("/")[0] for name in package.namelist()} == {built.package_id}
        return {name.partition("/")[2]: package.read(name) for name in package.namelist()}


def parsed(members: dict[str, bytes], path: str) -> Any:
    """A member as XML."""
    return etree.fromstring(members[path])


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("METS.xml", "mets.xsd"),
        (f"{REP}/METS.xml", "mets.xsd"),
        (f"{REP}/data/erms.xml", "ERMS_v2_1_2.xsd"),
        (f"{REP}/data/erms.xml", "ERMS_v3.xsd"),
        (f"{REP}/metadata/preservation/premis.xml", "premis-v3-0.xsd"),
        ("metadata/preservation/premis.xml", "premis-v3-0.xsd"),
    ],
)
def test_every_document_is_valid_by_the_schema_that_goes_along(members: dict[str, bytes], path: str, schema: str) -> None:
    assert errors(schema, parsed(members, path)) == []
    assert f"schemas/{schema}" in members


def test_the_rows_are_valid_by_their_own_schema(members: dict[str, bytes]) -> None:
    [own] = parsed(members, f"{REP}/data/erms.xml").iter("{urn:x-askandeportalen:case:1}case")
    assert errors("case-1.xsd", etree.fromstring(etree.tostring(own))) == []


def test_every_file_is_listed_with_what_it_is_and_nothing_else_is(members: dict[str, bytes]) -> None:
    listed = {"METS.xml"}
    for mets, folder in (("METS.xml", ""), (f"{REP}/METS.xml", f"{REP}/")):
        for each in parsed(members, mets).iterfind(".//m:*[@CHECKSUM]", NAMES):
            pointer = each if each.tag.endswith("mdRef") else each.find("m:FLocat", NAMES)
            path = folder + pointer.get(f"{XLINK}href")
            listed.add(path)
            assert each.get("CHECKSUM") == sha256(members[path]).hexdigest()
            assert int(each.get("SIZE")) == len(members[path])
            assert each.get("CREATED") == "2026-03-02T09:30:15Z"
    assert listed == set(members)
    assert not [path for path in members if ".." in path or not path.isascii()]


def test_what_mets_points_at_within_itself_is_there(members: dict[str, bytes]) -> None:
    for path in ("METS.xml", f"{REP}/METS.xml"):
        root = parsed(members, path)
        ids = [each.get("ID") for each in root.iter() if each.get("ID")]
        assert len(ids) == len(set(ids))
        for name in ("FILEID", "ADMID", "DMDID"):
            assert {each.get(name) for each in root.iter() if each.get(name)} <= set(ids)
        for pointer in root.iterfind(".//m:mptr", NAMES):
            assert pointer.get(f"{XLINK}title") in ids
            assert pointer.get(f"{XLINK}href") in members


def test_the_package_says_whose_it_is_and_by_which_agreement(members: dict[str, bytes]) -> None:
    root = parsed(members, "METS.xml")
    assert (root.get("OBJID"), root.get("TYPE")) == ("SE-212000-0001_KS-2026-0007", "Datasets")
    assert root.get("PROFILE") == "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"
    assert root.get(f"{CSIP}CONTENTINFORMATIONTYPE") == "citserms_v2_1"
    header = root.find("m:metsHdr", NAMES)
    assert header.get(f"{CSIP}OAISPACKAGETYPE") == "SIP"
    said = {
        (each.get("ROLE"), each.get("TYPE")): each.findtext("m:name", None, NAMES) for each in header.iterfind("m:agent", NAMES)
    }
    assert said[("ARCHIVIST", "ORGANIZATION")] == said[("CREATOR", "ORGANIZATION")] == "Åkersbro kommun"
    assert said[("PRESERVATION", "ORGANIZATION")] == "Kommunarkivet"
    numbers = {each.get("TYPE"): each.text for each in header.iterfind("m:altRecordID", NAMES)}
    assert numbers == {"SUBMISSIONAGREEMENT": "LÖK 7", "REFERENCECODE": "SE/ÅK/KS"}


def test_a_title_that_a_mark_hides_does_not_stand_in_dublin_core(members: dict[str, bytes]) -> None:
    described = members["metadata/descriptive/dc.xml"].decode()
    assert "Uppgift utelämnad" in described
    assert "Kameror" not in described


def test_erms_tells_the_case_its_marks_its_decision_and_what_replaced_it(members: dict[str, bytes]) -> None:
    case = parsed(members, f"{REP}/data/erms.xml").find(".//e:aggregation", NAMES)
    assert case.findtext("e:title", None, NAMES) == "Kameror & larm <nytt>"
    relation = case.find("e:relation", NAMES)
    assert (relation.get("relationType"), relation.text) == ("is_replaced_with", f"KS 2026/0009 {uid('other')}")
    [mark] = case.findall("e:restriction", NAMES)
    assert "raden Larm, även beloppet" in mark.findtext("e:explanatoryText", None, NAMES)
    [on_document] = case.findall("e:record/e:restriction", NAMES)
    assert on_document.findtext("e:explanatoryText", None, NAMES).endswith("Hävd.")
    decided = case.find("e:action", NAMES)
    who = [each.findtext("e:name", None, NAMES) for each in decided.iterfind(".//e:agent", NAMES)]
    assert who[:2] == ["Kommunstyrelsen 2026-03-02 § 12", "Registrator"]
    assert decided.findtext("e:actionText", None, NAMES) == "KS-2026-0003: Beviljas 10 000 kr."


def test_each_document_has_its_files_and_one_that_is_data_alone_is_written_out(members: dict[str, bytes]) -> None:
    first, second = parsed(members, f"{REP}/data/erms.xml").findall(".//e:record", NAMES)
    paths = [[each.get("path") for each in record.iterfind(".//e:appendix", NAMES)] for record in (first, second)]
    assert paths == [["handlingar/001-decision-1.pdf", "handlingar/002-masked-copy-2.pdf"], ["handlingar/003-budget-entry.txt"]]
    assert members[f"{REP}/data/handlingar/001-decision-1.pdf"] == PDF
    text = members[f"{REP}/data/handlingar/003-budget-entry.txt"].decode()
    assert "Av: Registrator" in text
    assert "  Larm: 10000 kr, konto 6411" in text
    relation = first.find("e:relation", NAMES)
    assert (relation.get("relationType"), relation.text) == (
        "is_redacted_version_of",
        f"{uid('document 2')} {uid('document 1')}",
    )


def test_premis_tells_each_files_format_and_history(members: dict[str, bytes]) -> None:
    root = parsed(members, f"{REP}/metadata/preservation/premis.xml")
    digests = {each.findtext(".//p:messageDigest", None, NAMES) for each in root.iterfind("p:object", NAMES)}
    assert digests == {sha256(data).hexdigest() for path, data in members.items() if path.startswith(f"{REP}/data/")}
    decision = root.find("p:object", NAMES)
    assert decision.findtext(".//p:formatRegistryKey", None, NAMES) == "fmt/476"
    kinds = [each.findtext("p:eventType", None, NAMES) for each in root.iterfind("p:event", NAMES)]
    assert {
        "creation",
        "digital signature generation",
        "digital signature validation",
        "format identification",
        "message digest calculation",
    } <= set(kinds)
    agents = {each.findtext(".//p:agentIdentifierValue", None, NAMES) for each in root.iterfind("p:agent", NAMES)}
    assert {each.findtext("p:agentName", None, NAMES) for each in root.iterfind("p:agent", NAMES)} == {
        "Registrator",
        "Äskandeportalen",
    }
    derived = {each.text for each in root.iterfind(".//p:relatedObjectIdentifierValue", NAMES)}
    assert derived == {str(uid("document 1"))}
    assert {each.text for each in root.iterfind(".//p:linkingAgentIdentifierValue", NAMES)} <= agents


def test_it_reads_back_and_the_elements_of_erms_agree_with_the_rows(tmp_path: Path) -> None:
    held = a_holding()
    built = build(held, PROFILE, tmp_path, FILES.__getitem__)
    assert reading.holding(built.path).tables == held.tables
    found = reading.described(built.path)
    assert reading.differences(held, found) == []
    other = a_holding(closing=(), unit=())
    assert reading.differences(other, found) == ["closed_at"]
    assert dict(reading.files(built.path, held)) == {UUID(str(uid(f"document {n}"))): each for n, each in enumerate(FILES, 1)}


def test_2_2_0_is_a_setting_and_a_case_without_the_authoritys_number_is_named_by_its_own(tmp_path: Path) -> None:
    profile = Profile(creator="Kommunen", spec="2.2.0", content_information_type="ERMS")
    assert package_id(a_holding(), profile) == "KS-2026-0007"
    built = build(a_holding(), profile, tmp_path, FILES.__getitem__)
    with zipfile.ZipFile(built.path) as package:
        root = etree.fromstring(package.read("KS-2026-0007/METS.xml"))
    assert root.get("PROFILE").endswith("E-ARK-SIP-v2-2-0.xml")
    assert errors("mets.xsd", root) == []


def test_a_damaged_file_or_a_full_disk_leaves_nothing_and_the_package_before_stands(tmp_path: Path) -> None:
    whole = build(a_holding(), PROFILE, tmp_path, FILES.__getitem__)
    before = whole.path.read_bytes()
    for error in (DamagedFile("0" * 64), OSError(28, "No space left on device")):

        def fails(_name: str, error: Exception = error) -> bytes:
            raise error

        with pytest.raises(type(error)):
            build(a_holding(), PROFILE, tmp_path, fails)
        assert [path.name for path in tmp_path.iterdir()] == [whole.path.name]
        assert whole.path.read_bytes() == before


def test_what_a_killed_builder_left_is_swept_up_and_what_one_writes_now_is_not(tmp_path: Path) -> None:
    (tmp_path / ".package-dead.part").write_bytes(b"half")
    seen = []

    def read(name: str) -> bytes:
        sweep(tmp_path)
        seen.append(len(list(tmp_path.glob(".package-*"))))
        return FILES[name]

    built = build(a_holding(), PROFILE, tmp_path, read)
    assert set(seen) == {1}
    assert list(tmp_path.iterdir()) == [built.path]


@pytest.mark.parametrize("content", [b"no zip", None])
def test_what_is_no_package_is_told_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "paket.zip"
    if content is None:
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("a/METS.xml", "")
    else:
        path.write_bytes(content)
    with pytest.raises(reading.UnreadablePackage):
        reading.holding(path)


def test_amounts_stand_as_numbers_and_what_is_not_known_is_left_out(members: dict[str, bytes]) -> None:
    case = parsed(members, f"{REP}/data/erms.xml").find(".//e:aggregation", NAMES)
    own = case.findall("e:additionalInformation/e:ownElement/e:ownElement", NAMES)
    said = {each.get("name"): each.findtext("e:value", None, NAMES) for each in own}
    assert said == {"äskat belopp": "20000", "beviljat belopp": "10000", "budgetår": "2026"}
