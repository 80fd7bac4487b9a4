"""What this package's rules look at, beside what every rule does."""

from dataclasses import dataclass

from portal.register.facts import Facts as BaseFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(BaseFacts):
    """``missing`` is one sentence per thing that must be in place before closing, ``report_missing`` the report's own.
    ``has_material``: there is working material to keep or to clean out."""

    missing: tuple[str, ...]
    report_missing: str | None
    has_material: bool = False
