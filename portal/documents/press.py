"""One typst run. A large one is done by a process of its own, so that its memory and its time stay bounded.

Run by path and without the portal, it takes a request as JSON on standard input and gives the PDF on standard output. The
memory that a table of ten thousand rows takes is given back when the process ends.
"""

import json
import resource
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
    from portal import aside  # not known to this file when it is the program

    try:
        return aside.answered(Path(__file__), json.dumps(request).encode(), seconds=MOST_SECONDS)
    except aside.Ended as error:
        raise TooLarge(str(error)) from error


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    sys.stdout.buffer.write(printed(json.load(sys.stdin.buffer)))
