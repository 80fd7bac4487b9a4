"""All rows of a case as XML of our own, within ERMS's ``additionalXMLData``: nothing that the portal holds is left behind.

Each table is named as in the database with its fields; a field that is empty (null) is left out of its row.
"""

import base64
import json
import re
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lxml import etree

from portal.archive.package.holdings import Row, Tables, Value

Element = Any  # lxml ships no types
NAMESPACE = "urn:x-askandeportalen:case:1"
_Q = f"{{{NAMESPACE}}}"
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def allowed(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def written(value: Value) -> tuple[str, str]:
    """The kind of a value and the value as text. Text that XML cannot hold is written as JSON."""
    match value:
        case bool():
            return "bool", "true" if value else "false"
        case int():
            return "int", str(value)
        case datetime():
            return "datetime", value.isoformat()
        case date():
            return "date", value.isoformat()
        case UUID():
            return "uuid", str(value)
        case bytes():
            return "base64", base64.b64encode(value).decode()
        case str():
            return ("escaped", json.dumps(value)) if _FORBIDDEN.search(value) else ("text", value)
        case _:
            return "json", json.dumps(value, ensure_ascii=True)


def read(kind: str, text: str) -> Value:
    """The value that was written. Raises ValueError for a kind that is not known, or a text that is not of its kind."""
    match kind:
        case "text":
            return text
        case "bool" if text in ("true", "false"):
            return text == "true"
        case "int":
            return int(text)
        case "datetime":
            return datetime.fromisoformat(text)
        case "date":
            return date.fromisoformat(text)
        case "uuid":
            return UUID(text)
        case "base64":
            return base64.b64decode(text, validate=True)
        case "escaped" | "json":
            found: Value = json.loads(text)
            return found
    raise ValueError(f"{text!r} is no {kind}")


def element(tables: Tables) -> Element:
    """The rows as one element."""
    root = etree.Element(f"{_Q}case", nsmap={"p": NAMESPACE})
    for name in sorted(tables):
        rows = tables[name]
        table = etree.SubElement(root, f"{_Q}table", name=name, fields=" ".join(rows[0]))
        for row in rows:
            made = etree.SubElement(table, f"{_Q}row")
            for field, value in row.items():
                if value is not None:
                    kind, text = written(value)
                    etree.SubElement(made, f"{_Q}field", name=field, type=kind).text = text
    return root


def rows_of(root: Element) -> dict[str, tuple[Row, ...]]:
    """The rows again. Raises ValueError where a value is not of its kind, KeyError where a name is missing."""
    return {
        table.attrib["name"]: tuple(_row(each, table.attrib["fields"].split()) for each in table.iterfind(f"{_Q}row"))
        for table in root.iterfind(f"{_Q}table")
    }


def _row(row: Element, fields: list[str]) -> Row:
    found: dict[str, Value] = dict.fromkeys(fields)
    for each in row.iterfind(f"{_Q}field"):
        found[each.attrib["name"]] = read(each.attrib["type"], each.text or "")
    return found
