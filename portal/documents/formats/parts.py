"""The XML parts of a package, parsed within bounds: no entities, no network, no more elements than memory allows."""

import re
from typing import Any

from portal.documents import packages
from portal.documents.formats.shapes import UnreadableFile
from portal.documents.packages import MEGABYTE
from portal.text import _

MOST_MARKUP = 600_000  # tags and attributes of all parts together; a page of a Word file has a few hundred
MOST_UNPACKED = 40 * MEGABYTE
DEEPEST = 60  # tables in tables and the like; beyond it nothing is read
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.I)

Element = Any  # lxml ships no types


def package(data: bytes, kind: str, wanted: str) -> dict[str, bytes]:
    """The XML members whose names match ``wanted``. Raises UnreadableFile."""
    pattern = re.compile(wanted)
    try:
        members = packages.unpacked(data, lambda name: pattern.fullmatch(name) is not None, most=MOST_UNPACKED)
    except packages.BrokenPackage as error:
        raise broken(kind) from error
    except (packages.TooManyMembers, packages.TooMuchUnpacked) as error:
        raise too_large() from error
    if sum(part.count(b"<") + part.count(b'="') + part.count(b"='") for part in members.values()) > MOST_MARKUP:
        raise too_large()
    return members


def parsed(part: bytes, kind: str) -> Element:
    """The root of an XML part. Raises UnreadableFile where it is not well-formed, or declares entities."""
    from lxml import etree

    if _DOCTYPE.search(part):
        raise broken(kind)
    # The encoding is ours: with another one, the tags counted above would be other tags.
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(part, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise broken(kind) from error


def broken(kind: str) -> UnreadableFile:
    """What is said of a file that cannot be read as what its name says."""
    return UnreadableFile(
        _(
            "Filen är skadad eller är ingen %(kind)s-fil. Öppna den i programmet den gjordes i och spara den på nytt.",
            kind=kind,
        )
    )


def too_large() -> UnreadableFile:
    """What is said of a file that unpacks to more than is read."""
    return UnreadableFile(_("Filen är för stor för att läsas in. Kopiera den text som behövs och klistra in den i stället."))
