"""Names of files in a folder that is handed on, whatever somebody called them: safe on Windows, no two alike. Pure."""

import re

from portal.documents.uploads import clean_filename

LONGEST = 100  # characters of a name, its ending among them
_LONGEST_ENDING = 10


def safe(name: str, longest: int = LONGEST) -> str:
    """``name`` as Windows, macOS and archives take it: no ``/ \\ : ? *``, å, ä and ö kept, the ending kept when it is cut."""
    plain = clean_filename(re.sub(r"[/\\:|]+", "-", name))
    if len(plain) <= longest:
        return plain
    stem, ending = parted(plain)
    return stem[: longest - len(ending)].rstrip(" .") + ending


def parted(name: str) -> tuple[str, str]:
    """A name without its ending, and the ending with its full stop; nothing where there is none."""
    stem, dot, ending = name.rpartition(".")
    return (stem, dot + ending) if stem and len(ending) <= _LONGEST_ENDING and ending.isalnum() else (name, "")


class Names:
    """The names given out in one folder: asked for the same again, the next has a number."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def given(self, name: str) -> str:
        """``name`` made safe; no two that differ only in capitals, which Windows takes for one file."""
        made = safe(name)
        stem, ending = parted(made)
        count = 1
        while made.casefold() in self._given:
            count += 1
            number = f" ({count})"
            made = safe(stem, LONGEST - len(ending) - len(number)) + number + ending
        self._given.add(made.casefold())
        return made
