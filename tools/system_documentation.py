"""The system documentation (RA-FS 2009:1 ch. 5): words of ours around what is derived from the code."""

import re
from importlib import metadata as installed
from pathlib import Path

from portal.archive.package import documentation, formats
from portal.db import Base
from portal.desk import sentences
from portal.funding_requests.lifecycle import SHOWN_AS, TURN, Status
from portal.people.permissions import PERMISSIONS
from portal.people.rules import ROLE_NAMES
from portal.register.retention_models import FIRST_CLASSES, FIRST_PLAN
from portal.tables import metadata

ROOT = Path(__file__).resolve().parent.parent
_NAME = re.compile(r"^([a-zA-Z0-9_.-]+)(?:\[[a-z,]+\])?==([^ \\;]+)", re.MULTILINE)


def _status(status: Status) -> str:
    turn = TURN[status]
    holders = [ROLE_NAMES[role].lower() for role, held in PERMISSIONS.items() if turn in held]
    return f"| `{status.value}` | {SHOWN_AS[status]} | {', '.join(holders) or 'ingen'} |"


def _archival() -> list[str]:
    rows = [f"| PDF/A-{version} | {puid} | application/pdf |" for puid, version in formats._PDFA.values()]
    named = [formats.XML, formats.TEXT]
    rows += [f"| {each.name} | {each.puid} | {each.mime} |" for each in named]
    return [*rows, "| JPEG, TIFF, PNG | efter version | image/jpeg, image/tiff, image/png |"]


def _libraries() -> list[str]:
    asked = {
        re.split(r"[\[=<> ]", line)[0].lower()
        for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith(("#", "-"))
    }
    pinned = _NAME.findall((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    return [f"| {name} | {version} | {_licence(name)} |" for name, version in pinned if name.lower() in asked]


def _licence(name: str) -> str:
    """What the library says of its licence, in one line."""
    said = installed.metadata(name)
    classified = [each.rsplit(" :: ", 1)[-1] for each in said.get_all("Classifier") or () if each.startswith("License :: ")]
    text = said.get("License-Expression") or ", ".join(classified) or (said.get("License") or "").split("\n", 1)[0]
    return text.replace("|", "/") or "se biblioteket"


def _tables() -> list[str]:
    lines = []
    meaning = {mapper.local_table.name: mapper.class_.__doc__ or "" for mapper in Base.registry.mappers}
    for table in sorted(metadata().tables.values(), key=lambda each: each.name):
        said = " ".join(meaning.get(table.name, "").split())
        lines += [f"### `{table.name}`", *([said] if said else []), ""]
        lines += [f"- {documentation.field_line(column)}" for column in table.columns]
        lines.append("")
    return lines


def _plan() -> list[str]:
    name = f"{FIRST_PLAN['scheme']}, utgåva {FIRST_PLAN['edition']}"
    return [f"| {each['code']} | {each['name']} ({name}) | bevaras |" for each in FIRST_CLASSES]


def system() -> str:
    """The whole document. Raises KeyError when the words ask for a part that nothing makes."""
    parts = {
        "lagen": [_status(status) for status in Status],
        "roller": [f"| {name} | `{role.value}` |" for role, name in ROLE_NAMES.items()],
        "format": _archival(),
        "handelser": [f"- `{action}`" for action in sorted(sentences.TOLD)],
        "plan": _plan(),
        "steg": [str(len(list((ROOT / "portal" / "migrations" / "versions").glob("[0-9]*.py"))))],
        "bibliotek": _libraries(),
        "tabeller": _tables(),
    }
    words = (ROOT / "tools" / "systemdokumentation.md").read_text(encoding="utf-8")
    return re.sub(r"\[\[(\w+)\]\]", lambda found: "\n".join(parts[found[1]]).rstrip("\n"), words)
