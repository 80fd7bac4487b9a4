"""What formats the files of a package are in, held against what an agreement takes."""

import zipfile
from collections.abc import Collection
from pathlib import Path

from lxml import etree

from portal.archive.package.premis import NAMESPACE
from portal.text import _

_PREMIS = "representations/rep1/metadata/preservation/premis.xml"
_FILES = "representations/rep1/data/handlingar/"
_N = {"p": NAMESPACE}


class NotTaken(Exception):
    """The agreement does not take a file's format; ``str(error)`` is one Swedish sentence."""


def require(path: Path, taken: Collection[str]) -> None:
    """Raise NotTaken for a package with a file of the case whose PUID is not among ``taken``; empty takes everything."""
    if not taken:
        return
    with zipfile.ZipFile(path) as package:
        name = next(each for each in package.namelist() if each.endswith(f"/{_PREMIS}"))
        root = etree.fromstring(package.read(name), etree.XMLParser(resolve_entities=False, no_network=True))
    refused = []
    for each in root.iterfind("p:object", _N):
        where = each.findtext(".//p:contentLocationValue", "", _N)
        form = each.findtext(".//p:formatName", "", _N), each.findtext(".//p:formatVersion", "", _N)
        puid = each.findtext(".//p:formatRegistryKey", "", _N)
        if where.startswith(_FILES) and puid not in taken:
            refused.append((where.removeprefix(_FILES), " ".join(part for part in form if part)))
    if refused:
        name, form_name = refused[0]
        raise NotTaken(
            _(
                "Avtalet tar inte emot formatet på %(count)s av filerna. Den första är %(name)s (%(form)s).",
                count=len(refused),
                name=name,
                form=form_name,
            )
        )
