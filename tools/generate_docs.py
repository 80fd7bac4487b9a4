"""Writes the documents that are derived from the code; a test checks that they are current.

python tools/generate_docs.py          writes docs/lifecycle.md, docs/policy.md and docs/systemdokumentation.md
python tools/generate_docs.py --check  exit 1 when a document is not current
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portal import create_app
from portal.funding_requests.lifecycle import SHOWN_AS, STEPS, TURN, Status, steps
from portal.people.permissions import PERMISSIONS, Permission
from tests.policy import words
from tools.system_documentation import system

ROOT = Path(__file__).resolve().parent.parent


def _roles(permissions: tuple[Permission, ...]) -> str:
    if not permissions:
        return "whoever may act on the case"
    names = [role.value for role, held in PERMISSIONS.items() if any(p in held for p in permissions)]
    return ", ".join(names)


def _diagram() -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> draft"]
    for step in STEPS:
        for target in step.to:
            if target is not step.status:
                lines.append(f"    {step.status.value} --> {target.value}: {step.action.value}")
    lines += ["    archived --> [*]", "```"]
    return lines


def lifecycle() -> str:
    """The road as a diagram and a table, from ``portal/funding_requests/lifecycle.py``."""
    lines = [
        "# The road of a case",
        "",
        "Generated from `portal/funding_requests/lifecycle.py` by `tools/generate_docs.py`; do not edit.",
        "",
        *_diagram(),
        "",
        "| Status | shown as | whose turn | action | asked by | leads to |",
        "|---|---|---|---|---|---|",
    ]
    for status in Status:
        turn = TURN[status]
        for number, step in enumerate(steps(status)):
            head = (status.value, SHOWN_AS[status], _roles((turn,)) if turn else "nobody") if number == 0 else ("", "", "")
            unchanged = step.to == (status,)
            leads_to = "no change" if unchanged else ", ".join(t.value for t in step.to) or "the draft is deleted"
            lines.append(f"| {' | '.join(head)} | {step.entry_type} | {_roles(step.permissions)} | {leads_to} |")
    return "\n".join(lines) + "\n"


def policy() -> str:
    """Who may do what, from the roles, the road and the policy table of the tests."""
    with tempfile.TemporaryDirectory() as folder:
        return words.policy(create_app(Path(folder), testing=True))


DOCUMENTS = {
    ROOT / "docs" / "lifecycle.md": lifecycle,
    ROOT / "docs" / "policy.md": policy,
    ROOT / "docs" / "systemdokumentation.md": system,
}


def main() -> int:
    """Write, or with --check compare, every generated document."""
    stale = []
    for path, make in DOCUMENTS.items():
        if "--check" in sys.argv:
            if not path.exists() or path.read_text(encoding="utf-8") != make():
                stale.append(path.name)
        else:
            path.write_text(make(), encoding="utf-8")
    if stale:
        sys.stderr.write(f"Not current: {', '.join(stale)}. Run tools/generate_docs.py.\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
