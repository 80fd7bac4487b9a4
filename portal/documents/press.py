"""One typst run. A large one is done by a process of its own, so that its memory and its time stay bounded.

Run by path and without the portal, it takes a request as JSON on standard input and gives the PDF on standard output. The
memory that a table of ten thousand rows takes is given back when the process ends.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MOST_SECONDS = 120
MOST_MEMORY = 3 * 1024**3  # bytes of address space; ten thousand rows take about one gigabyte


class TooLarge(Exception):
    """The document takes more time or memory than one document may."""


def printed(request: Mapping[str, Any]) -> bytes:
    """The PDF, made in this process. Raises what typst raises when the result would break a standard."""
    import typst

    pdf = typst.compile(
        request["template"],
        root=request["root"],
        font_paths=[request["fonts"]],
        ignore_system_fonts=True,
        sys_inputs=request["inputs"],
        pdf_standards=request["standards"],
        timestamp=request["timestamp"],
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no single file")
    return pdf


def printed_apart(request: Mapping[str, Any]) -> bytes:
    """The PDF, made in a process of its own. Raises TooLarge when that takes too long, or ends without a document."""
    try:
        done = subprocess.run(  # noqa: S603 (our own program, by its path and without a shell)
            [sys.executable, "-I", str(Path(__file__))],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
            env={"PATH": os.defpath},  # nothing of the server's surroundings, which may hold secrets
        )
    except subprocess.TimeoutExpired as error:
        raise TooLarge("the time ran out") from error
    if done.returncode != 0:
        raise TooLarge(done.stderr.decode(errors="replace")[-500:])
    return done.stdout


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    sys.stdout.buffer.write(printed(json.load(sys.stdin.buffer)))
