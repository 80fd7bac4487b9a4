"""Signed checkpoints kept in a file of their own, outside the database.

Whoever can only write the database cannot roll the log back, nor write it anew, without disagreeing with these. The
file lies beside the key; copies in decisions and in mail, out of the municipality's hands, say the same.
"""

import json
import os
from pathlib import Path


def recall(path: Path) -> list[str]:
    """The notes kept so far, oldest first; a line that a crash cut off is passed over."""
    try:
        lines = path.read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    return [note for note in map(_read, lines) if note]


def _read(line: str) -> str:
    try:
        note = json.loads(line)
    except ValueError:
        return ""
    return note if isinstance(note, str) else ""


def remember(path: Path, note: str) -> None:
    """Keep the note of a checkpoint that has been committed; on disk before this returns. Once is enough.

    Raises OSError when the file cannot be written.
    """
    if note in recall(path):
        return
    # A line break first as well: what a crash cut off before must not swallow this note.
    line = f"\n{json.dumps(note, ensure_ascii=False)}\n"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as file:
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())
