"""What may be added to a sealed file, as rules of pyHanko's difference analysis. Imported when a seal is tried.

pyHanko's own rules let the title and everything else that the file says of itself be exchanged. Here only when it was
last added to, and by which program, may change.
"""

from collections.abc import Iterable
from typing import Any

from lxml import etree
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.sign import diff_analysis as rules
from pyhanko.sign.diff_analysis.policy_api import SuspiciousModification

_OF_CATALOG = {"/AcroForm", "/DSS", "/Extensions", "/Metadata"}
_OF_INFO = {"/ModDate", "/Producer"}
_OF_XMP = {
    "{http://ns.adobe.com/xap/1.0/}ModifyDate",
    "{http://ns.adobe.com/xap/1.0/}MetadataDate",
    "{http://ns.adobe.com/pdf/1.3/}Producer",
}


class _Info(rules.DocInfoRule):
    def apply(self, old: Any, new: Any) -> Iterable[Any]:
        if _described(old) != _described(new):
            raise SuspiciousModification("the document information says something else")
        yield from super().apply(old, new)


def _described(revision: Any) -> dict[str, str]:
    reference = revision.trailer_view.get_value_as_reference("/Info", optional=True)
    found = {} if reference is None else revision.get_object(reference)
    return {key: str(found[key]) for key in found if key not in _OF_INFO}


class _Metadata(rules.MetadataUpdateRule):
    def apply(self, old: Any, new: Any) -> Iterable[Any]:
        if _xmp(old) != _xmp(new):
            raise SuspiciousModification("the metadata say something else")
        yield from super().apply(old, new)


def _xmp(revision: Any) -> object:
    if "/Metadata" not in revision.root:
        return None
    data = revision.root.get_value_as_reference("/Metadata").get_object().read_data(DecodePurpose.XMP_METADATA)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    return _plain(etree.fromstring(data, parser))


def _plain(element: Any) -> object:
    """The element without what may change, white space between elements, and the order of attributes."""
    attributes = {name: value for name, value in element.attrib.items() if name not in _OF_XMP | {"{adobe:ns:meta/}xmptk"}}
    children = [_plain(child) for child in element if child.tag not in _OF_XMP]
    return element.tag, attributes, (element.text or "").strip(), (element.tail or "").strip(), children


def policy() -> Any:
    """Time-stamps with their fields, the certificates' store, and nothing else."""
    level = rules.ModificationLevel.LTA_UPDATES
    fields = [rules.SigFieldCreationRule(), rules.SigFieldModificationRule()]
    return rules.StandardDiffPolicy(
        global_rules=[
            rules.CatalogModificationRule(_OF_CATALOG),
            _Info().as_qualified(level),
            _Metadata().as_qualified(level),  # type: ignore[no-untyped-call]  # the constructor of pyHanko's rule
            rules.XrefStreamRule().as_qualified(level),
            rules.ObjectStreamRule().as_qualified(level),
            rules.DSSCompareRule().as_qualified(level),
        ],
        form_rule=rules.FormUpdatingRule(field_rules=fields),
    )
