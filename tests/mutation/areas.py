"""What is mutated and which tests must notice: the rules, the road, access and money."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class Target:
    """Files that are mutated (globs from the root), and the few tests that ought to notice."""

    area: str
    files: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def paths(self) -> list[str]:
        """The files, as paths from the root of the project."""
        return sorted({str(path.relative_to(ROOT)) for pattern in self.files for path in ROOT.glob(pattern)})


TARGETS = (
    Target("money", ("portal/money/*.py",), ("tests/unit/money", "tests/unit/test_money.py")),
    Target(
        "rules",
        ("portal/register/rules.py", "portal/register/numbers.py", "portal/register/publicity.py"),
        ("tests/unit/register",),
    ),
    Target("rules", ("portal/funds/rules.py",), ("tests/unit/funds",)),
    Target(
        "rules",
        ("portal/funding_requests/rules.py",),
        ("tests/unit/funding_requests/test_rules.py", "tests/unit/funding_requests/test_combinations_of_manager.py"),
    ),
    Target(
        "rules",
        (
            "portal/decisions/rules.py",
            "portal/decisions/answer.py",
            "portal/decisions/finality.py",
            "portal/decisions/deadlines.py",
        ),
        ("tests/unit/decisions",),
    ),
    Target("rules", ("portal/accounting/rules.py", "portal/accounting/amounts.py"), ("tests/unit/accounting",)),
    Target("rules", ("portal/archive/rules.py", "portal/archive/completeness.py"), ("tests/unit/archive",)),
    Target("rules", ("portal/conversation/rules.py", "portal/conversation/circles.py"), ("tests/unit/conversation",)),
    Target("rules", ("portal/notices/digest.py", "portal/notices/kinds.py"), ("tests/unit/notices",)),
    Target(
        "rules",
        ("portal/archive/transfer/rules.py", "portal/archive/transfer/receipts.py"),
        ("tests/unit/archive/test_transfer.py",),
    ),
    Target("rules", ("portal/disclosure/rules.py", "portal/disclosure/fees.py"), ("tests/unit/disclosure",)),
    Target("rules", ("portal/dispatch/rules.py",), ("tests/unit/dispatch/test_rules.py",)),
    Target("rules", ("portal/people/rules.py",), ("tests/unit/people",)),
    Target("lifecycle", ("portal/funding_requests/lifecycle.py",), ("tests/unit/test_lifecycle_table.py",)),
    Target("lifecycle", ("portal/funding_requests/acting.py",), ("tests/unit/funding_requests/test_acting.py",)),
    Target("access", ("portal/people/permissions.py",), ("tests/unit/people/test_permissions.py",)),
    Target("access", ("portal/people/actor.py",), ("tests/unit/people/test_actor.py",)),
    Target("access", ("portal/register/access.py",), ("tests/integration/register/test_access.py",)),
    Target("access", ("portal/web/gate.py",), ("tests/unit/web/test_gate.py",)),
)
AREAS = tuple(dict.fromkeys(target.area for target in TARGETS))
