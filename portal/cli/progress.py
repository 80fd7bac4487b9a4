"""How far long work has come: one line that is written over on a terminal, and elsewhere only the line it ends with."""

from typing import IO

from portal.outbox.progress import Progress

_MINUTE, _HOUR = 60.0, 3600.0


def number(count: int) -> str:
    """A count with its thousands apart."""
    return f"{count:,}".replace(",", "\u00a0")


def about(seconds: float) -> str:
    """Roughly how long."""
    if seconds < _MINUTE:
        return "mindre än en minut"
    if seconds < 1.5 * _MINUTE:
        return "omkring en minut"
    if seconds < 1.5 * _HOUR:
        return f"omkring {round(seconds / _MINUTE)} minuter"
    return f"omkring {round(seconds / _HOUR)} timmar"


def under_way(progress: Progress) -> str:
    """The line while it goes on: how many of how many, and roughly how long is left."""
    parts = [f"{number(progress.done)} av {number(progress.total)} klara"]
    if progress.seconds_left is not None and progress.left:
        parts.append(f"{about(progress.seconds_left)} kvar")
    if progress.failing:
        parts.append(f"{number(progress.failing)} försöks igen")
    return ", ".join(parts)


def ended(progress: Progress) -> str:
    """The line it ends with."""
    if not progress.done and not progress.failing:
        return "Inget väntade."
    said = f"{number(progress.done)} klara på {_took(progress.seconds)}."
    if progress.left:
        said += f" {number(progress.left)} är kvar."
    if progress.failing:
        said += f" {number(progress.failing)} gick inte och försöks igen: se Filer i portalen."
    return said


def _took(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


class Line:
    """The line on ``file``."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._last: Progress | None = None
        self._width = 0

    def tell(self, progress: Progress) -> None:
        """Write the line over on a terminal; anywhere else say nothing yet."""
        self._last = progress
        if self._file.isatty():
            self._write(under_way(progress))

    def close(self) -> None:
        """End with one line."""
        if self._last is not None:
            self._write(ended(self._last))
            self._file.write("\n")
            self._file.flush()

    def _write(self, text: str) -> None:
        start = "\r" if self._file.isatty() else ""
        self._file.write(f"{start}{text.ljust(self._width)}" if start else text)
        self._file.flush()
        self._width = len(text)
