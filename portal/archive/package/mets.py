"""The lists of what a package holds (METS, E-ARK CSIP and SIP): one of the package and one of its representation. Pure.

The representation stands both as ``Representations`` and as ``Representations/rep1``: one public validator wants the first,
the other the second, and both accept both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from lxml import etree

from portal.archive.package.content import Member
from portal.archive.package.erms import instant
from portal.archive.package.holdings import Holding
from portal.archive.package.own_data import Element, allowed
from portal.archive.package.profile import SOFTWARE, SOFTWARE_VERSION, Profile

METS, XLINK, XSI = "http://www.loc.gov/METS/", "http://www.w3.org/1999/xlink", "http://www.w3.org/2001/XMLSchema-instance"
CSIP, SIP = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS", "https://DILCIS.eu/XML/METS/SIPExtensionMETS"
REPRESENTATION = "Representations/rep1"
_NAMES = {None: METS, "xlink": XLINK, "xsi": XSI, "csip": CSIP, "sip": SIP}
_Q = f"{{{METS}}}"
_SCHEMAS = ((METS, "mets.xsd"), (XLINK, "xlink.xsd"), (CSIP, "DILCISExtensionMETS.xsd"), (SIP, "DILCISExtensionSIPMETS.xsd"))


@dataclass(frozen=True, slots=True)
class Maker:
    """What a METS document is made from: the case, whose package, and the name it is identified by."""

    held: Holding
    profile: Profile
    object_id: str

    def id(self, what: str) -> str:
        """An XML identifier that is the same for the same thing."""
        case: UUID = self.held.case["public_id"]
        return f"uuid-{uuid5(case, f'{self.object_id} {what}')}"

    @property
    def at(self) -> str:
        """When, in whole seconds."""
        return instant(self.held.made_at.replace(microsecond=0))


def of_package(
    maker: Maker, described: Member, preserved: Member, groups: Mapping[str, Sequence[Member]], representation: Member
) -> bytes:
    """The METS document of the package. ``groups`` are its own files by group (Documentation, Schemas)."""
    root = _root(maker, "schemas/")
    _header(root, maker)
    dmd = _section(etree.SubElement(root, f"{_Q}dmdSec"), maker, described, "DC")
    amd = _section(_admin(root), maker, preserved, "PREMIS")
    files = _add(root, "fileSec", ID=maker.id("fileSec"))
    for use, members in groups.items():
        _group(files, maker, use, members)
    for use in ("Representations", REPRESENTATION):
        group = _group(files, maker, use, [representation])
        group.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", maker.profile.content_information_type)
    top = _structure(root, maker)
    _add(top, "div", ID=maker.id("div Metadata"), LABEL="Metadata", ADMID=amd, DMDID=dmd)
    for use in (*groups, "Representations"):
        pointed = _add(top, "div", ID=maker.id(f"div {use}"), LABEL=use)
        _add(pointed, "fptr", FILEID=maker.id(f"group {use}"))
    for parent, name in ((pointed, "inner"), (top, "outer")):
        div = _add(parent, "div", ID=maker.id(f"div {name} {REPRESENTATION}"), LABEL=REPRESENTATION)
        _pointer(div, "mptr", representation.path, {f"{{{XLINK}}}title": maker.id(f"group {REPRESENTATION}")})
    return _written(root)


def of_representation(maker: Maker, preserved: Member, data: Sequence[Member]) -> bytes:
    """The METS document of the representation; paths are from its own folder."""
    root = _root(maker, "../../schemas/")
    _header(root, maker)
    amd = _section(_admin(root), maker, preserved, "PREMIS")
    _group(_add(root, "fileSec", ID=maker.id("fileSec")), maker, "Data", data)
    top = _structure(root, maker)
    _add(top, "div", ID=maker.id("div Metadata"), LABEL="Metadata", ADMID=amd)
    pointed = _add(top, "div", ID=maker.id("div Data"), LABEL="Data")
    _add(pointed, "fptr", FILEID=maker.id("group Data"))
    return _written(root)


def _written(root: Element) -> bytes:
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return found


def _add(parent: Element, name: str, text: str | None = None, **attributes: object) -> Element:
    made = etree.SubElement(parent, f"{_Q}{name}", {key: allowed(str(value)) for key, value in attributes.items()})
    made.text = allowed(text) if text is not None else None
    return made


def _root(maker: Maker, schemas: str) -> Element:
    profile = maker.profile
    root = etree.Element(f"{_Q}mets", nsmap=_NAMES)
    root.set("OBJID", maker.object_id)
    root.set("TYPE", "Datasets")
    root.set("LABEL", allowed(f"Ärende {maker.held.number}"))
    root.set("PROFILE", profile.profile)
    root.set(f"{{{CSIP}}}CONTENTINFORMATIONTYPE", profile.content_information_type)
    root.set(f"{{{XSI}}}schemaLocation", " ".join(f"{name} {schemas}{file}" for name, file in _SCHEMAS))
    return root


def _header(root: Element, maker: Maker) -> None:
    profile = maker.profile
    header = _add(root, "metsHdr", CREATEDATE=maker.at, LASTMODDATE=maker.at, RECORDSTATUS=profile.record_status)
    header.set(f"{{{CSIP}}}OAISPACKAGETYPE", "SIP")
    _agent(header, SOFTWARE, SOFTWARE_VERSION, "SOFTWARE VERSION", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    for role, name, code in (
        ("CREATOR", profile.creator, profile.code),
        ("ARCHIVIST", profile.creator, profile.code),
        ("PRESERVATION", profile.archive or profile.creator, profile.archive_code or profile.code),
    ):
        _agent(header, name, code, "IDENTIFICATIONCODE", ROLE=role, TYPE="ORGANIZATION")
    if profile.agreement_number:
        _add(header, "altRecordID", profile.agreement_number, TYPE="SUBMISSIONAGREEMENT")
    if profile.reference_code:
        _add(header, "altRecordID", profile.reference_code, TYPE="REFERENCECODE")
    if profile.replaces:
        _add(header, "altRecordID", profile.replaces, TYPE="REPLACES")


def _agent(header: Element, name: str, note: str, kind: str, **attributes: str) -> None:
    agent = _add(header, "agent", **attributes)
    _add(agent, "name", name)
    _add(agent, "note", note).set(f"{{{CSIP}}}NOTETYPE", kind)


def _admin(root: Element) -> Element:
    return _add(_add(root, "amdSec"), "digiprovMD")


def _section(section: Element, maker: Maker, member: Member, kind: str) -> str:
    section_id = maker.id(f"section {kind}")
    section.set("ID", section_id)
    section.set("CREATED", maker.at)
    section.set("STATUS", "CURRENT")
    pointer = _pointer(section, "mdRef", member.path)
    for name, value in (("MDTYPE", kind), *_described(maker, member)):
        pointer.set(name, value)
    return section_id


def _described(maker: Maker, member: Member) -> tuple[tuple[str, str], ...]:
    return (
        ("MIMETYPE", member.format.mime),
        ("SIZE", str(member.size)),
        ("CREATED", maker.at),
        ("CHECKSUM", member.sha256),
        ("CHECKSUMTYPE", "SHA-256"),
    )


def _pointer(parent: Element, name: str, path: str, more: Mapping[str, str] | None = None) -> Element:
    made = _add(parent, name, LOCTYPE="URL")
    made.set(f"{{{XLINK}}}type", "simple")
    made.set(f"{{{XLINK}}}href", path)
    for key, value in (more or {}).items():
        made.set(key, value)
    return made


def _group(files: Element, maker: Maker, use: str, members: Sequence[Member]) -> Element:
    group = _add(files, "fileGrp", USE=use, ID=maker.id(f"group {use}"))
    for member in members:
        file = _add(group, "file", ID=maker.id(f"file {use} {member.path}"))
        for name, value in _described(maker, member):
            file.set(name, value)
        _pointer(file, "FLocat", member.path)
    return group


def _structure(root: Element, maker: Maker) -> Element:
    made = _add(root, "structMap", ID=maker.id("structMap"), TYPE="PHYSICAL", LABEL="CSIP")
    return _add(made, "div", ID=maker.id("div"), LABEL=maker.object_id)
