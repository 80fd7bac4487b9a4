"""A document's data for machines: the same shape as is printed, without what only the eye needs, and with its schema named.

It travels beside the PDF, or inside it (PDF/A-3). The form of a decision is published (``schema/beslut-v1.json``); a new
form gets a new version, and the old one stands for ever.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "schema"
DECISION = "askandeportalen/beslut/v1"
_SCHEMAS = {"decision": DECISION}
_LOOKS = ("crest_svg", "colour")
_OF_THE_PAGE = ("block",)  # the proof's parts once more, as they are printed


def machine_readable(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a document of ``kind``: every part that is printed. Null means what a missing key means."""
    found = dict(data)
    found["municipality"] = {name: value for name, value in found["municipality"].items() if name not in _LOOKS}
    if found.get("proof"):
        found["proof"] = {name: value for name, value in found["proof"].items() if name not in _OF_THE_PAGE}
    return found | ({"schema": _SCHEMAS[kind]} if kind in _SCHEMAS else {})


def as_text(data: Any) -> str:
    """JSON as it is written to files: readable, keys in order, a line break last."""
    return f"{json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True)}\n"


def enclosed_text(kind: str, data: Mapping[str, Any]) -> str:
    """What is enclosed in the PDF."""
    return as_text(machine_readable(kind, data))


@cache
def schema(name: str) -> bytes:
    """A published schema as it is served. Raises KeyError for a name that is none."""
    if name not in {path.stem for path in FOLDER.glob("*.json")}:
        raise KeyError(name)
    return (FOLDER / f"{name}.json").read_bytes()
