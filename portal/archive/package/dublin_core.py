"""The package described as Dublin Core: what it is, whose, when, and under which number. Pure."""

from lxml import etree

from portal.archive.package.erms import instant
from portal.archive.package.holdings import Holding
from portal.archive.package.own_data import allowed
from portal.archive.package.profile import Profile

NAMESPACE = "http://purl.org/dc/elements/1.1/"


def document(held: Holding, profile: Profile) -> bytes:
    """The XML document. What a mark may hide does not stand here: the title is the public one."""
    case = held.case
    root = etree.Element("metadata", nsmap={"dc": NAMESPACE})
    for name, value in (
        ("title", case["public_title"] if case["is_secret"] or case["is_partly_secret"] else case["title"]),
        ("creator", profile.creator),
        ("subject", "äskande"),
        ("publisher", profile.creator),
        ("date", instant(case["submitted_at"] or case["created_at"])[:10]),
        ("type", "Dataset"),
        ("identifier", held.number),
        ("identifier", f"urn:uuid:{case['public_id']}"),
        ("language", "sv"),
    ):
        etree.SubElement(root, f"{{{NAMESPACE}}}{name}").text = allowed(str(value))
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return found
