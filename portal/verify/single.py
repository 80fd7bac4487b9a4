"""The verifier as one file for outsiders, ``kontrollera_beslut.pyz``: it needs Python, and nothing else.

A zip file that Python runs (PEP 441), made of the sources that it is reached by: the command, the engine of the
standard library, and the pure modules of the log. The same sources give the same bytes.
"""

import ast
import io
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

NAME = "kontrollera_beslut.pyz"
LEAST = (3, 10)

_ROOT = Path(__file__).parents[2]
_ROOTS = ("portal.verify.command", "portal.verify.alone")
_PURE = ("portal.verify", "portal.log")
_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can say
_SHEBANG = b"#!/usr/bin/env python3\n"
_EMPTY = '"""The part of the portal that verifies decisions."""\n'
# Old Pythons must be able to read this one, so that they can say that they are too old.
_MAIN = f'''"""Verify a decision: python {NAME} FIL.pdf --key NYCKEL"""

import sys

if sys.version_info < {LEAST}:
    sys.stderr.write("Kontrollen fungerar med Python {LEAST[0]}.{LEAST[1]} eller senare.\\n")
    sys.exit(2)

from datetime import datetime, timezone

from portal.verify import alone, command
from portal.verify.alone import ed25519


def now():
    return datetime.now(timezone.utc)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(
        command.main(
            sys.argv[1:], program="python {NAME}", engine=alone.seal_findings, ed25519=ed25519.verifies, now=now
        )
    )
'''


class NotPure(ImportError):
    """A module that the single file would need is not part of what outsiders can run."""


def _path(module: str) -> Path | None:
    base = _ROOT.joinpath(*module.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)


def _imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level or node.module is None:
                raise NotPure("a relative import")
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def sources() -> dict[str, str]:
    """The files in the zip by their names. Raises NotPure when something else of the portal would be needed."""
    found: dict[str, str] = {"__main__.py": _MAIN, "portal/__init__.py": _EMPTY}
    waiting = list(_ROOTS)
    while waiting:
        module = waiting.pop()
        path = _path(module)
        if path is None or not module.startswith("portal."):
            if module.startswith("portal.") and _path(module.rpartition(".")[0]) is None:
                raise NotPure(module)
            continue
        name = path.relative_to(_ROOT).as_posix()
        if name in found:
            continue
        if not module.startswith(_PURE):
            raise NotPure(module)
        found[name] = path.read_text("utf-8")
        waiting += [module.rpartition(".")[0], *_imported(found[name])]
    return found


@cache
def verifier_file() -> bytes:
    """The file itself."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, source in sorted(sources().items()):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, source.encode(), zipfile.ZIP_DEFLATED, 9)
    return _SHEBANG + packed.getvalue()
