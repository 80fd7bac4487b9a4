"""A process of its own in which one file is verified: what a hostile PDF does to memory or time stays here, and ends.

Run by path (see ``apart``), without the portal around it: only the modules that verify are imported. It reads a line of
JSON and the file from standard input, and answers with one line of JSON.
"""

import json
import os
import resource
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from types import ModuleType

MEGABYTE = 1024 * 1024
MEMORY = 700 * MEGABYTE
SECONDS = 20  # of computing


def _portal_without_its_application() -> None:
    """Let ``portal.verify`` be found without running ``portal/__init__``, which builds the whole application."""
    portal = ModuleType("portal")
    portal.__path__ = [str(Path(__file__).parents[1])]
    sys.modules["portal"] = portal


def main() -> None:
    """Verify what comes in on standard input."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # what a file can make its readers say is kept by nobody
    _portal_without_its_application()
    from portal.log.keys import verifies
    from portal.verify.check import NotOurs, verify
    from portal.verify.seals import seal_findings
    from portal.verify.trust import read_trust

    asked = json.loads(sys.stdin.buffer.readline())
    pdf = sys.stdin.buffer.read(asked["size"])
    try:
        found = verify(pdf, read_trust(asked["trust"], verifies), datetime.fromisoformat(asked["at"]), seal_findings)
        answer: dict[str, object] = asdict(found)
    except NotOurs as error:
        answer = {"not_ours": str(error)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
