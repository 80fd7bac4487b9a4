"""What a check of a package comes to. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


class Unreadable(Exception):
    """There is nothing to check, or nothing to check with; ``str(error)`` is a Swedish sentence."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong: in which file, what, and how it is mended. Swedish, for who received the package."""

    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} {self.mend}"


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of check with what it found. ``note`` says what could not be tried; that is no fault of the package."""

    name: str
    problems: tuple[Problem, ...] = ()
    note: str = ""

    @property
    def verdict(self) -> Literal["passed", "warnings", "failed"]:
        """How it went, as the templates name it: *failed*, *warnings* where something was not tried, *passed*."""
        return "failed" if self.problems else "warnings" if self.note else "passed"


@dataclass(frozen=True, slots=True)
class Report:
    """The result. ``sha256`` is that of the ZIP, empty for a folder; ``size`` is what the files take unpacked, in bytes."""

    name: str
    package_id: str
    sha256: str
    files: int
    size: int
    checks: tuple[Check, ...]

    @property
    def problems(self) -> Sequence[Problem]:
        """All of them, check by check."""
        return [each for check in self.checks for each in check.problems]

    @property
    def ok(self) -> bool:
        """True when nothing is wrong."""
        return not self.problems
