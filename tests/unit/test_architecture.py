"""The house's rules, read from the source: imports go one way, rules are pure, only one place commits."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "portal"

GROUND = ("db", "watch", "money", "clock", "text", "errors", "settings", "schema", "tables", "veil")
ORDER = (
    *GROUND,
    "log",
    "outbox",
    "people",
    "register",
    "funds",
    "documents",
    "verify",
    "funding_requests",
    "decisions",
    "accounting",
    "conversation",
    "notices",
    "dispatch",
    "archive",
    "disclosure",
    "desk",
    "demo",
    "cli",
)
# Modules that speak HTTP: they may use the session, the request and web.
HTTP = ("routes", "forms", "pages", "blueprint", "administration")
PURE = ("rules", "lifecycle", "content", "permissions", "actor", "facts", "merkle", "shapes", "clauses")
MODULES = sorted(path for path in ROOT.rglob("*.py") if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    return ".".join(("portal", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


def package_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports(path: Path) -> Iterator[str]:
    """Every module named by an import, ``from portal import x`` as ``portal.x``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def speaks_http(path: Path) -> bool:
    return path.stem in HTTP or path.stem.endswith(("_routes", "_form", "_forms", "_pages")) or _makes_a_blueprint(path)


def _makes_a_blueprint(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    return "@blueprint." in text or "Blueprint(" in text


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    package = package_of(name_of(path))
    if package not in ORDER:
        return  # the application itself and web, which serve everything
    # What the ground holds imports nothing of the packages; beside each other they may stand in any order.
    own = ORDER.index(package) if package not in GROUND else len(GROUND) - 1
    for module in imports(path):
        other = package_of(module) if module.startswith("portal") else ""
        if other in ORDER and other != package:
            assert ORDER.index(other) <= own or package == "tables", f"{name_of(path)} imports {module}"


@pytest.mark.parametrize("path", [path for path in MODULES if not speaks_http(path)], ids=name_of)
def test_only_what_speaks_http_imports_web(path: Path) -> None:
    module = name_of(path)
    if package_of(module) in ("web", "cli", "demo", "desk", ""):
        return  # desk is pages and nothing else
    assert not [name for name in imports(path) if name.startswith("portal.web")], module


def is_pure(path: Path) -> bool:
    return (path.stem in PURE or path.parent.name == "money") and path.parent.name != "demo"


@pytest.mark.parametrize("path", filter(is_pure, MODULES), ids=name_of)
def test_rules_are_pure(path: Path) -> None:
    forbidden = ("flask", "sqlalchemy", "portal.db", "portal.clock", "portal.log.operations")
    bad = [name for name in imports(path) if name.startswith(forbidden) or name == "portal.clock"]
    assert not bad, f"{name_of(path)} imports {bad}"


@pytest.mark.parametrize("path", [path for path in MODULES if _makes_a_blueprint(path)], ids=name_of)
def test_routes_select_nothing_and_write_nothing(path: Path) -> None:
    bad = [name for name in imports(path) if name.startswith("sqlalchemy") or name in ("portal.db.session", "portal.db.db")]
    assert not bad, f"{name_of(path)} imports {bad}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_transaction_commits(path: Path) -> None:
    if path == ROOT / "db.py":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr != "commit", f"{name_of(path)}:{node.lineno} commits"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_the_clock_is_asked_in_one_place(path: Path) -> None:
    if path == ROOT / "clock.py":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            called = f"{node.func.value.id}.{node.func.attr}"
            assert called not in ("datetime.now", "datetime.utcnow", "date.today"), f"{name_of(path)}:{node.lineno}"


def test_the_portal_imports_nothing_that_only_its_tests_install() -> None:
    pinned = (ROOT.parent / "requirements.txt").read_text(encoding="utf-8")
    installed = {name.lower() for name in re.findall(r"^([\w.-]+)(?:\[.*\])?==", pinned, re.MULTILINE)}
    holders = packages_distributions()
    for path in MODULES:
        for module in {name.split(".")[0] for name in imports(path)} - {"portal", "_typeshed"} - sys.stdlib_module_names:
            assert installed & {name.lower() for name in holders[module]}, f"{name_of(path)} imports {module}"
