"""PREMIS: each file's own history, and that it is about the same files as METS."""

import posixpath
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from portal.archive.checking.container import AGAIN, Package
from portal.archive.checking.documents import Element, by_schema, parsed
from portal.archive.checking.found import Problem
from portal.archive.checking.lists import Lists
from portal.archive.package import formats, pronom
from portal.archive.package.premis import NAMESPACE, PRONOM

PATH = "metadata/preservation/premis.xml"
_N = {"p": NAMESPACE}
_SEALED = "digital signature generation"
_DIGESTED = "message digest calculation"


@dataclass(frozen=True, slots=True)
class Preserved:
    """A file as PREMIS has it; ``is_sealed``: the portal's seal was put on it."""

    puid: str
    is_sealed: bool


def check(package: Package, said: Lists, found: dict[str, Preserved]) -> Iterator[Problem]:
    """All of PREMIS; ``found`` gets its files by path from the package's folder."""
    for folder in ("", *(f"{each}/" for each in said.folders)):
        path = f"{folder}{PATH}"
        root, problems = parsed(package, path)
        yield from problems
        if root is None:
            continue
        yield from by_schema(path, root, "premis-v3-0.xsd")
        yield from _links(root, path)
        if folder:
            yield from _files(package, root, path, said, found)
            data = [each for each in package.facts if each.startswith(f"{folder}data/")]
            for each in data:
                if each not in found:
                    yield Problem(each, f"Filen har ingen historia i {path}.", AGAIN)


def _values(root: Element, way: str) -> list[str]:
    return [each.text or "" for each in root.iterfind(way, _N)]


def _links(root: Element, path: str) -> Iterator[Problem]:
    known: dict[str, list[str]] = {}
    for kind in ("object", "event", "agent"):
        known[kind] = _values(root, f"p:{kind}/p:{kind}Identifier/p:{kind}IdentifierValue")
        for twice in (each for each, count in Counter(known[kind]).items() if count > 1):
            yield Problem(path, f"Identiteten {twice} finns flera gånger ({kind}).", AGAIN)
    for kind, way in (
        ("agent", ".//p:linkingAgentIdentifierValue"),
        ("object", ".//p:linkingObjectIdentifierValue"),
        ("object", ".//p:relatedObjectIdentifierValue"),
        ("event", ".//p:relatedEventIdentifierValue"),
    ):
        for target in dict.fromkeys(_values(root, way)):
            if target not in known[kind]:
                yield Problem(path, f"Länkar till {target}, som inte finns ({kind}).", AGAIN)


def _files(package: Package, root: Element, path: str, said: Lists, found: dict[str, Preserved]) -> Iterator[Problem]:
    events: dict[str, dict[str, str]] = {}
    for event in root.iterfind("p:event", _N):
        thing = event.findtext("p:linkingObjectIdentifier/p:linkingObjectIdentifierValue", "", _N)
        note = event.findtext(".//p:eventOutcomeDetailNote", "", _N)
        events.setdefault(thing, {})[event.findtext("p:eventType", "", _N)] = note
    for each in root.iterfind("p:object", _N):
        happened = events.get(each.findtext("p:objectIdentifier/p:objectIdentifierValue", "", _N), {})
        where = each.findtext(".//p:contentLocationValue", "", _N)
        entry = said.entries.get(where)
        if entry is None:
            yield Problem(path, f"Berättar om {where or '(tomt)'}, som ingen METS.xml räknar upp.", AGAIN)
            continue
        registry = each.find(f".//p:formatRegistry[p:formatRegistryName='{PRONOM}']", _N)
        puid = "" if registry is None else registry.findtext("p:formatRegistryKey", "", _N)
        found[where] = Preserved(puid, _SEALED in happened)
        digest = each.findtext(".//p:messageDigest", "", _N).lower()
        if digest != entry.sha256 or happened.get(_DIGESTED, digest).lower() != digest:
            yield Problem(where, f"Kontrollsumman i {path} är en annan än i METS.xml.", AGAIN)
        if each.findtext("p:objectCharacteristics/p:size", "", _N) != entry.size:
            yield Problem(where, f"Storleken i {path} är en annan än i METS.xml.", AGAIN)
        if package.holds(where):
            yield from _format(package, where, puid, entry.mime, path)


def _format(package: Package, where: str, puid: str, mime: str, path: str) -> Iterator[Problem]:
    data = package.data(where)
    form = formats.of(data, mime)
    told = form.puid if form.puid != puid else _otherwise(data, where, puid)
    if told != puid:
        what = f"Filen är {told or 'av okänt format'} enligt PRONOM, men {path} säger {puid or 'ingenting'}."
        yield Problem(where, what, AGAIN)
    if form.mime != mime:
        yield Problem(where, f"Filen är {form.mime}, men METS.xml säger {mime}.", AGAIN)


def _otherwise(data: bytes, where: str, puid: str) -> str:
    """What PRONOM's signatures say instead of ``puid``; ``puid`` where they say the same, or do not know it."""
    told = pronom.by_content(data) or pronom.by_ending(posixpath.splitext(where)[1])
    return puid if not told or puid in told or puid not in pronom.names() else ", ".join(sorted(told))
