"""The words of a Word paragraph: what is shown, without what is struck out, hidden, unfilled or counted by Word."""

import re
from dataclasses import dataclass, field

from portal.documents.formats.blocks import PAGE_NUMBER
from portal.documents.formats.parts import DEEPEST, Element

_DESCEND = {"hyperlink", "ins", "moveTo", "smartTag", "customXml", "dir", "bdo", "sdtContent", "ruby", "rubyBase"}
_STRUCK = {"del", "moveFrom"}
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-", "softHyphen": ""}
_PAGES = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b")
_LEFT_OUT = re.compile(r"\s*(?:TOC|INDEX|NOTEREF)\b")
_WIDE = 2_160_000  # English metric units, 6 cm: a picture as wide may hold text, a coat of arms does not


@dataclass(slots=True)
class Field:
    """A complex field: its instruction, and whether its result has begun."""

    instruction: str = ""
    result: bool = False

    @property
    def of_pages(self) -> bool:
        """True for page numbers."""
        return bool(_PAGES.match(self.instruction))


@dataclass
class Runs:
    """Reads paragraphs one after the other: a field may begin in one and end in another."""

    w: str
    tracked: bool = False
    footnotes: bool = False
    unfilled: bool = False
    objects: bool = False
    pictures: bool = False
    fields: list[Field] = field(default_factory=list)
    _boxes: list[Element] = field(default_factory=list)
    _bold: set[bool | None] = field(default_factory=set)

    def text_of(self, paragraph: Element) -> tuple[str, bool | None]:
        """The text, and whether all of it is set in bold (None where the runs leave it to the style)."""
        self._bold = set()
        text = "".join(self._inline(paragraph, 0))
        return text, self._bold.pop() if len(self._bold) == 1 else False

    def taken_boxes(self) -> list[Element]:
        """The text boxes anchored in the paragraph that was read last."""
        boxes, self._boxes = self._boxes, []
        return boxes

    def content_of(self, control: Element) -> list[Element]:
        """What a content control holds; nothing where it shows its own prompt, or a table of contents."""
        properties = control.find(f"{self.w}sdtPr")
        if properties is not None:
            prompt = properties.find(f"{self.w}showingPlcHdr")
            if prompt is not None and prompt.get(f"{self.w}val", "1") not in ("0", "false"):
                self.unfilled = True
                return []
            gallery = properties.find(f"{self.w}docPartObj/{self.w}docPartGallery")
            if gallery is not None and gallery.get(f"{self.w}val", "") == "Table of Contents":
                return []
        return list(control.iterchildren(f"{self.w}sdtContent"))

    def _inline(self, element: Element, depth: int) -> list[str]:
        found: list[str] = []
        if depth > DEEPEST:
            return found
        for child in element:
            name = str(child.tag).rpartition("}")[2]
            if name == "r":
                found.extend(self._run(child, depth))
            elif name in _STRUCK:
                self.tracked = True
            elif name in _DESCEND:
                self.tracked = self.tracked or name in ("ins", "moveTo")
                found.extend(self._inline(child, depth + 1))
            elif name == "sdt":
                for content in self.content_of(child):
                    found.extend(self._inline(content, depth + 1))
            elif name == "fldSimple":
                found.extend(self._simple(child, depth))
            elif name in ("oMath", "oMathPara"):
                found.extend(part.text or "" for part in child.iter("{*}t"))
            elif name == "AlternateContent":
                found.extend(self._alternative(child, depth, run=False))
        return found

    def _simple(self, element: Element, depth: int) -> list[str]:
        simple = Field(element.get(f"{self.w}instr", ""))
        if simple.of_pages:
            return [PAGE_NUMBER]
        return [] if _LEFT_OUT.match(simple.instruction) else self._inline(element, depth + 1)

    def _run(self, run: Element, depth: int) -> list[str]:
        properties = run.find(f"{self.w}rPr")
        bold = None
        if properties is not None:
            hidden, weight = properties.find(f"{self.w}vanish"), properties.find(f"{self.w}b")
            if hidden is not None and hidden.get(f"{self.w}val", "1") not in ("0", "false"):
                return []
            bold = None if weight is None else weight.get(f"{self.w}val", "1") not in ("0", "false")
        found = self._parts(run, depth)
        if any(part.strip() for part in found):
            self._bold.add(bold)
        return found

    def _parts(self, run: Element, depth: int) -> list[str]:
        found: list[str] = []
        for child in run:
            name = str(child.tag).rpartition("}")[2]
            if name == "t":
                text = child.text or ""
                found.append(self._shown(text.replace("\n", " ")))
            elif name in _BREAKS:
                found.append(self._shown(_BREAKS[name]))
            elif name == "fldChar":
                found.extend(self._field_sign(child.get(f"{self.w}fldCharType", "")))
            elif name == "instrText":
                if self.fields and not self.fields[-1].result:
                    self.fields[-1].instruction += (child.text or "")[:200]
            elif name in ("footnoteReference", "endnoteReference"):
                self.footnotes = True
            elif name in ("drawing", "pict", "object"):
                self._drawn(child, name)
            elif name == "AlternateContent":
                found.extend(self._alternative(child, depth, run=True))
        return found

    def _shown(self, text: str) -> str:
        """The text, unless it stands in a field whose result is not text of the document."""
        for each in self.fields:
            if not each.result or each.of_pages or _LEFT_OUT.match(each.instruction):
                return ""
        return text

    def _field_sign(self, kind: str) -> list[str]:
        if kind == "begin" and len(self.fields) < DEEPEST:
            self.fields.append(Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].result = True
        elif kind == "end" and self.fields and self.fields.pop().of_pages:
            return [self._shown(PAGE_NUMBER)]
        return []

    def _alternative(self, element: Element, depth: int, *, run: bool) -> list[str]:
        """The first of the alternatives: they say the same in newer and in older ways."""
        chosen = next(iter(element), None)
        if chosen is None or depth > DEEPEST:
            return []
        return self._parts(chosen, depth + 1) if run else self._inline(chosen, depth + 1)

    def _drawn(self, element: Element, name: str) -> None:
        boxes = [box for box in element.iter(f"{self.w}txbxContent") if not _inside_another(box, element, box.tag)]
        self._boxes.extend(boxes)
        self.objects = self.objects or name == "object"
        extents = [extent.get("cx", "") for extent in element.iter("{*}extent")]
        wide = any(extent.isascii() and extent.isdigit() and int(extent[:12]) >= _WIDE for extent in extents)
        self.pictures = self.pictures or (wide and next(element.iter("{*}blip"), None) is not None)


def _inside_another(box: Element, top: Element, tag: object) -> bool:
    """True for a text box within a text box: it is read with the outer one. Older copies (Fallback) count as such."""
    parent = box.getparent()
    while parent is not None and parent is not top:
        if parent.tag == tag or str(parent.tag).endswith("}Fallback"):
            return True
        parent = parent.getparent()
    return False
