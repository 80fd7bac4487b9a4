"""ERMS and Dublin Core: the case and its documents, and that they say the same as METS, PREMIS and the log."""

import json
import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from portal.archive.checking.container import AGAIN, Package
from portal.archive.checking.documents import Element, by_rules, by_schema, parsed
from portal.archive.checking.found import Problem
from portal.archive.checking.lists import ROOT, Lists
from portal.archive.checking.preservation import Preserved
from portal.archive.package.documentation import LOG
from portal.archive.package.dublin_core import NAMESPACE as DC
from portal.archive.package.erms import NAMESPACE
from portal.archive.package.own_data import NAMESPACE as OWN

_N = {"e": NAMESPACE, "d": DC}
_DESCRIBED = "metadata/descriptive/dc.xml"


def check(package: Package, said: Lists, preserved: dict[str, Preserved]) -> Iterator[Problem]:
    """All of ERMS, and what must agree."""
    for folder in said.folders:
        path = f"{folder}/data/erms.xml"
        root, problems = parsed(package, path)
        yield from problems
        if root is None:
            continue
        for name in ("ERMS_v2_1_2.xsd", "ERMS_v3.xsd"):
            yield from by_schema(path, root, name)
        yield from by_rules(path, root, "erms_v3.sch")
        for own in root.iter(f"{{{OWN}}}case"):
            yield from by_schema(path, etree.fromstring(etree.tostring(own, with_tail=False)), "case-1.xsd")
        yield from _appendices(package, root, path, said, preserved)
        yield from _agrees(package, root, path, said)


def _appendices(package: Package, root: Element, path: str, said: Lists, preserved: dict[str, Preserved]) -> Iterator[Problem]:
    folder = posixpath.dirname(path)
    named = set()
    for each in root.iter(f"{{{NAMESPACE}}}appendix"):
        where = posixpath.normpath(f"{folder}/{each.get('path', '')}")
        named.add(where)
        if not where.startswith(f"{folder}/") or where not in package.sizes:
            yield Problem(path, f"Handlingen {each.get('name')} ska finnas som {each.get('path')}, men gör det inte.", AGAIN)
            continue
        known, entry = preserved.get(where), said.entries.get(where)
        if known and entry and each.get("fileFormat") != (known.puid or entry.mime):
            what = f"Formatet är {each.get('fileFormat')} i {path}, men {known.puid or entry.mime} i PREMIS."
            yield Problem(where, what, AGAIN)
        is_sealed = each.find("e:eSignature[@present='true']", _N) is not None
        if known and is_sealed != known.is_sealed:
            yield Problem(where, f"{path} och PREMIS säger olika om filen är förseglad.", AGAIN)
    for where in sorted(set(package.sizes) - named - {path}):
        if where.startswith(f"{folder}/"):
            yield Problem(where, f"Filen är ingen handling i {path}.", AGAIN)


def _agrees(package: Package, root: Element, path: str, said: Lists) -> Iterator[Problem]:
    cases = root.findall("e:aggregations/e:aggregation", _N)
    if len(cases) != 1:
        yield Problem(path, f"Ska ha ett ärende, men har {len(cases)}.", "Skapa ett paket per ärende.")
        return
    number, public_id = cases[0].findtext("e:objectId", "", _N), cases[0].get("systemIdentifier", "")
    slug = re.sub(r"[^A-Za-z0-9]+", "-", number.encode("ascii", "ignore").decode()).strip("-")
    label = said.label.removeprefix("Ärende ")
    if label != number or (slug == number.replace(" ", "-").replace("/", "-") and not package.name.endswith(slug)):
        yield Problem(path, f"Ärendet är {number}, men {ROOT} säger {label} i {package.name}.", AGAIN)
    who = {each.get("identificationType"): each.text for each in root.iterfind("e:control/e:identification", _N)}
    if who.get("arkivbildare") != said.archivist:
        yield Problem(path, f"Arkivbildaren är {who.get('arkivbildare')}, men {ROOT} säger {said.archivist}.", AGAIN)
    if who.get("organisationsnummer", said.code) != said.code:
        yield Problem(path, f"Organisationsnumret är ett annat än i {ROOT}.", AGAIN)
    described, problems = parsed(package, _DESCRIBED)
    yield from problems
    if described is not None:
        told = {each.text for each in described.iterfind("d:identifier", _N)}
        if not {number, f"urn:uuid:{public_id}"} <= told:
            yield Problem(_DESCRIBED, f"Nämner inte ärendet {number} som {path} gör.", AGAIN)
    yield from _history(package, cases[0], path)


def _history(package: Package, case: Element, path: str) -> Iterator[Problem]:
    try:
        entries = json.loads(package.data(f"documentation/{LOG}"))["entries"]
        headers = [json.loads(each["header"]) for each in entries]
        wanted = [(str(each["action"]), f"post {each['seq']}") for each in headers]
    except (ValueError, KeyError, TypeError):
        return  # told of where the log is checked
    lines = [each.text or "" for each in case.iterfind("e:archivalHistory/e:historyLine", _N)]
    same = len(lines) == len(wanted) and all(
        action in line and line.endswith(post) for line, (action, post) in zip(lines, wanted, strict=True)
    )
    if not same:
        yield Problem(path, "Ärendets historia är en annan än loggens poster.", AGAIN)
