"""What a verification comes to. Pure; both engines (pyHanko's and the one of the standard library) answer in these."""

from dataclasses import dataclass
from typing import Literal, get_args

What = Literal["file", "seal", "certificate", "time", "changes", "log", "decision"]
KINDS: tuple[What, ...] = get_args(What)


@dataclass(frozen=True)
class Finding:
    """One condition and whether it holds. ``is_test`` is set where a TEST seal was found."""

    what: What
    ok: bool
    sentence: str  # Swedish, for the reader
    is_test: bool = False


@dataclass(frozen=True)
class DecidedLine:
    """One line of a decision. Without ``requested`` it has no price, and ``included`` answers. Whole kronor.

    The label is empty where the case is secret: the log then holds numbers only.
    """

    label: str
    requested: int | None
    granted: int | None
    included: bool | None
    condition: str


@dataclass(frozen=True)
class Decided:
    """What was decided, as the log entry says. Texts are empty where the case is secret. Whole kronor, ISO dates."""

    number: str
    case_number: str
    decided_on: str
    capacity: str
    outcome: str
    requested: int | None
    granted: int
    lines: tuple[DecidedLine, ...]
    text: str
    reason: str
    is_secret: bool


@dataclass(frozen=True)
class Verdict:
    """Every finding, in the order of ``KINDS``, and what was decided where the log entry could be read."""

    findings: tuple[Finding, ...]
    decided: Decided | None = None

    @property
    def ok(self) -> bool:
        """True when every kind of finding is there, and all hold."""
        return {finding.what for finding in self.findings} == set(KINDS) and all(each.ok for each in self.findings)

    @property
    def is_test(self) -> bool:
        """True when the seal is a TEST seal: genuine as a file, but nobody's word."""
        return any(finding.is_test for finding in self.findings)
