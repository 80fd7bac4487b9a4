"""Page heads and feet: what they alone say is read before the body, once."""

import re
from collections.abc import Sequence

_CHUNK = re.compile(r"\t+| {3,}|\s\|\s")
_NUMBERED = re.compile(r"\b(?:dnr|diarie\s?n|ärende\s?n|beteckning)", re.I)
_MOST_LINES = 25
_FRONT = 30  # lines of the body where its own head may stand


def before_body(body: str, heads: Sequence[str], feet: Sequence[str]) -> str:
    """What the body's beginning lacks of the page heads, of the feet only a number of the register; then a blank line."""
    front = [line for line in body.splitlines() if line.strip()][:_FRONT]
    known = set(map(_folded, front))
    folded = _folded("\n".join(front))
    kept: list[str] = []
    for number, head in enumerate(heads):
        for line in head.splitlines():
            # Later heads are those of the following pages: they repeat the first, but for what it lacks.
            if number and not re.search(r"\d", line):
                continue
            kept.extend(_lacking(line, known, folded))
    numbered = bool(_NUMBERED.search(folded + " ".join(kept)))
    for line in (line for foot in feet for line in foot.splitlines() if not numbered and _NUMBERED.search(line)):
        kept.extend(_lacking(line, known, folded))
    while kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept[:_MOST_LINES]) + "\n\n" if kept else ""


def _lacking(line: str, known: set[str], body: str) -> list[str]:
    """The line, or those of its columns that the body lacks; kept lines are known from then on."""
    if not line.strip():
        return [""]
    line = line.removeprefix("# ")
    if _folded(line) in known:
        return []
    if line.startswith("|"):
        columns = [line]
    else:
        columns = [chunk for chunk in _CHUNK.split(line) if chunk.strip() and not _stands_in(_folded(chunk), known, body)]
    known.update(map(_folded, [line, *columns]))
    return ["\t".join(columns)] if columns else []


def _stands_in(chunk: str, known: set[str], body: str) -> bool:
    """True for a column that is a line of the body, or a fact with digits that stands there."""
    return chunk in known or (bool(re.search(r"\d", chunk)) and len(chunk) > 5 and chunk in body)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
