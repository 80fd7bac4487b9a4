"""The checker that comes from npm is the same everywhere: pinned, hashed, and from no machine in particular."""

import json
from pathlib import Path

NU = Path(__file__).parents[3] / "tools" / "nu"
REGISTRY = "https://registry.npmjs.org/"


def test_every_package_is_pinned_by_its_hash() -> None:
    asked = json.loads((NU / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    packages = json.loads((NU / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    locked = {name.removeprefix("node_modules/"): package for name, package in packages.items() if name}
    assert {name: package["version"] for name, package in locked.items()} == asked
    for name, package in locked.items():
        assert package["integrity"].startswith("sha512-"), name
        assert package.get("resolved", REGISTRY).startswith(REGISTRY), name
