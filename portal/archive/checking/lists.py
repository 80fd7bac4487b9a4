"""What METS says that the package holds, at both levels, held against what it holds."""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from portal.archive.checking.container import AGAIN, FETCH, Package
from portal.archive.checking.documents import Element, by_schema, parsed
from portal.archive.checking.found import Problem
from portal.archive.package.mets import CSIP, METS, XLINK

ROOT = "METS.xml"
_M, _X, _C = f"{{{METS}}}", f"{{{XLINK}}}", f"{{{CSIP}}}"
_N = {"m": METS}
_TYPES = ("citserms_v2_1", "citserms_v3_0", "ERMS")
_PROFILES = "https://earksip.dilcis.eu/profile/E-ARK-SIP"
_STATUSES = ("NEW", "SUPPLEMENT", "REPLACEMENT", "TEST", "VERSION", "DELETE", "OTHER")
_AGENTS = (
    ("CREATOR", "OTHER", "SOFTWARE VERSION", "programmet som gjorde paketet"),
    ("CREATOR", "ORGANIZATION", "IDENTIFICATIONCODE", "den som lämnar paketet"),
    ("ARCHIVIST", "ORGANIZATION", "IDENTIFICATIONCODE", "arkivbildaren"),
    ("PRESERVATION", "ORGANIZATION", "IDENTIFICATIONCODE", "arkivmyndigheten"),
)
_MIMES = {
    ".xml": "application/xml", ".xsd": "application/xml", ".sch": "application/xml", ".json": "application/json",
    ".txt": "text/plain", ".csv": "text/csv", ".py": "text/x-python", ".pyz": "application/zip",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as METS has it."""

    size: str
    sha256: str
    mime: str


@dataclass(slots=True)
class Lists:
    """What METS said: every listed file, what its header names, and the folders of the representations."""

    entries: dict[str, Entry] = field(default_factory=dict)
    label: str = ""
    archivist: str = ""
    code: str = ""
    folders: list[str] = field(default_factory=list)


def check(package: Package, said: Lists) -> Iterator[Problem]:
    """Everything that METS can be wrong about; ``said`` is filled in."""
    root, problems = parsed(package, ROOT)
    yield from problems
    if root is not None:
        said.label = root.get("LABEL", "")
        said.archivist = root.findtext("m:metsHdr/m:agent[@ROLE='ARCHIVIST']/m:name", "", _N)
        said.code = root.findtext("m:metsHdr/m:agent[@ROLE='ARCHIVIST']/m:note", "", _N)
        yield from _document(package, root, ROOT, package.name, said)
        yield from _whole(root)
    pointed = [] if root is None else [each.get(f"{_X}href", "") for each in root.iter(f"{_M}mptr")]
    found = [path for path in package.sizes if re.fullmatch(rf"representations/[^/]+/{ROOT}", path)]
    for path in dict.fromkeys((*pointed, *found)):
        folder = posixpath.dirname(path)
        inner, problems = parsed(package, path)
        yield from problems
        if inner is not None:
            said.folders.append(folder)
            yield from _document(package, inner, path, posixpath.basename(folder), said)
    if not said.folders and root is not None:
        yield Problem(ROOT, "Paketet har ingen representation: det som arkiveras saknas.", AGAIN)
    for path in sorted(set(package.sizes) - set(said.entries) - {ROOT}):
        yield Problem(path, "Filen står inte i någon METS.xml.", "Ta bort den, eller skapa paketet på nytt med den i.")


def _document(package: Package, root: Element, path: str, name: str, said: Lists) -> Iterator[Problem]:
    yield from by_schema(path, root, "mets.xsd")
    if root.get("OBJID") != name:
        what = f"OBJID är {root.get('OBJID') or 'tomt'}, men mappen heter {name}."
        yield Problem(path, what, "Låt mappen och OBJID heta lika.")
    yield from _header(root, path)
    for each in root.iter(f"{_M}mdRef", f"{_M}file"):
        yield from _listed(package, each, path, said)
    yield from _pointers(root, path)


def _header(root: Element, path: str) -> Iterator[Problem]:
    if root.get("TYPE") != "Datasets":
        yield Problem(path, f"TYPE är {root.get('TYPE') or 'tomt'}, men ska vara Datasets.", AGAIN)
    if not root.get("PROFILE", "").startswith(_PROFILES):
        yield Problem(path, "PROFILE är inte en av E-ARK SIP:s profiler.", AGAIN)
    if root.get(f"{_C}CONTENTINFORMATIONTYPE") not in _TYPES:
        yield Problem(path, f"CONTENTINFORMATIONTYPE ska vara en av {', '.join(_TYPES)}.", AGAIN)
    header = root.find("m:metsHdr", _N)
    if header is None:
        yield Problem(path, "metsHdr saknas: vem som har gjort paketet, och när.", AGAIN)
        return
    if not header.get("CREATEDATE"):
        yield Problem(path, "CREATEDATE saknas: när paketet gjordes.", AGAIN)
    if header.get("RECORDSTATUS", "NEW") not in _STATUSES:
        yield Problem(path, f"RECORDSTATUS ska vara en av {', '.join(_STATUSES)}.", AGAIN)
    if header.get(f"{_C}OAISPACKAGETYPE") != "SIP":
        yield Problem(path, "OAISPACKAGETYPE ska vara SIP.", AGAIN)
    for role, kind, note, who in _AGENTS:
        agents = header.iterfind(f"m:agent[@ROLE='{role}'][@TYPE='{kind}']", _N)
        if not any(each.findtext("m:name", "", _N) and _noted(each, note) for each in agents):
            yield Problem(path, f"Uppgiften om {who} saknas eller är inte hel (agent {role}).", AGAIN)


def _noted(agent: Element, kind: str) -> bool:
    return any(each.get(f"{_C}NOTETYPE") == kind and each.text for each in agent.iterfind("m:note", _N))


def _listed(package: Package, each: Element, path: str, said: Lists) -> Iterator[Problem]:
    pointer = each if each.tag == f"{_M}mdRef" else each.find("m:FLocat", _N)
    href = "" if pointer is None else pointer.get(f"{_X}href", "")
    where = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(href)))
    if not href or where.startswith(("..", "/")) or ":" in href:
        yield Problem(path, f"Pekar ut ur paketet eller på ingenting: {href or '(tomt)'}.", AGAIN)
        return
    entry = Entry(each.get("SIZE", ""), each.get("CHECKSUM", "").lower(), each.get("MIMETYPE", ""))
    said.entries[where] = entry
    if each.get("CHECKSUMTYPE") != "SHA-256" or len(entry.sha256) != 64:
        yield Problem(where, f"Har ingen kontrollsumma av slaget SHA-256 i {path}.", AGAIN)
    if not each.get("CREATED"):
        yield Problem(where, f"Har inget datum (CREATED) i {path}.", AGAIN)
    wanted = _MIMES.get(posixpath.splitext(where)[1].lower())
    if not entry.mime or (wanted and entry.mime != wanted):
        yield Problem(where, f"MIMETYPE är {entry.mime or 'tomt'} i {path}, men borde vara {wanted or 'angivet'}.", AGAIN)
    if where not in package.sizes:
        yield Problem(where, f"Filen saknas i paketet, men står i {path}.", FETCH)
    elif fact := package.facts.get(where):
        if entry.size != str(fact.size):
            yield Problem(where, f"Filen är {fact.size} byte, men {path} säger {entry.size or 'ingenting'}.", FETCH)
        if entry.sha256 and entry.sha256 != fact.sha256:
            yield Problem(where, f"Filen är ändrad: kontrollsumman är en annan än i {path}.", FETCH)


def _pointers(root: Element, path: str) -> Iterator[Problem]:
    ids = Counter(each.get("ID") for each in root.iter() if each.get("ID"))
    for twice in (each for each, count in ids.items() if count > 1):
        yield Problem(path, f"Identiteten {twice} finns flera gånger.", AGAIN)
    for each in root.iter():
        for name in ("FILEID", "ADMID", "DMDID"):
            for target in each.get(name, "").split():
                if target not in ids:
                    yield Problem(path, f"{name} pekar på {target}, som inte finns.", AGAIN)
    for each in root.iter(f"{_M}mptr"):
        if each.get(f"{_X}title") not in ids:
            yield Problem(path, "En pekare till en representation nämner ingen filgrupp som finns.", AGAIN)
    maps = root.findall("m:structMap[@LABEL='CSIP'][@TYPE='PHYSICAL']", _N)
    if len(maps) != 1:
        yield Problem(path, "Strukturen (structMap med LABEL=CSIP) saknas eller finns flera gånger.", AGAIN)
        return
    used = {target for each in maps[0].iter() for name in ("FILEID", "ADMID", "DMDID") for target in each.get(name, "").split()}
    used |= {each.get(f"{_X}title") for each in maps[0].iter(f"{_M}mptr")}
    for each in root.iter(f"{_M}dmdSec", f"{_M}digiprovMD", f"{_M}fileGrp"):
        if each.get("ID") not in used:
            yield Problem(path, f"{each.get('USE') or 'Metadata'} finns men nämns inte i strukturen.", AGAIN)


def _whole(root: Element) -> Iterator[Problem]:
    """What the package's own METS must name."""
    for use in ("Documentation", "Schemas"):
        if root.find(f"m:fileSec/m:fileGrp[@USE='{use}']/m:file", _N) is None:
            yield Problem(ROOT, f"Filgruppen {use} saknas eller är tom.", AGAIN)
    for section, what in (("dmdSec", "beskrivningen (Dublin Core)"), ("amdSec/m:digiprovMD", "bevarandet (PREMIS)")):
        if root.find(f"m:{section}/m:mdRef", _N) is None:
            yield Problem(ROOT, f"Pekaren till {what} saknas.", AGAIN)
