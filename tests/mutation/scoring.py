"""Runs mutmut and our own mutator on a copy of the tree, and says of every mutant whether a test noticed."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mutmut.configuration import reset_config
from mutmut.mutation.diff_apply import get_diff_for_mutant

from tests.mutation import tables
from tests.mutation.areas import ROOT, Target
from tests.mutation.loaded import SWIFT

_STATUS = {
    0: "survived",
    5: "survived",
    33: "survived",
    1: "killed",
    3: "killed",
    -24: "timeout",
    36: "timeout",
    152: "timeout",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A mutant by what it changes, and what came of it; ``removed`` and ``added`` are lines without their indentation."""

    path: str
    removed: str
    added: str
    outcome: str

    def shown(self) -> str:
        """As it stands in a failure, and in the list of those that change nothing."""
        lines = [f"- {line}" for line in self.removed.splitlines()] + [f"+ {line}" for line in self.added.splitlines()]
        return "\n".join([self.path, *lines])


def environment() -> dict[str, str]:
    """This process's, without what would make the tests of a mutant long or tie them to this run."""
    left_out = ("SOAK", "PYTEST", "COV_", "CI")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "_hypothesis_pytestplugin"}


def copy_of_the_tree(folder: Path) -> Path:
    """What is mutated and what tries it."""
    for name in ("portal", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "documents_made"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def by_mutmut(folder: Path, targets: list[Target], at_once: int) -> list[Change]:
    """mutmut's mutants of the targets' plain functions; each is tried with those of the tests that run the function."""
    paths = [path for target in targets for path in target.paths]
    tests = sorted({test for target in targets for test in target.tests})
    with (copy_of_the_tree(folder) / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(_settings(paths, tests))
    command = [str(Path(sys.executable).parent / "mutmut"), "run", "--max-children", str(at_once)]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    with contextlib.chdir(folder):
        reset_config()
        return [change for path in paths for change in _read(path)]


def _settings(paths: list[str], tests: list[str]) -> str:
    values = {
        "source_paths": ["portal"],
        "only_mutate": paths,
        "pytest_add_cli_args_test_selection": tests,
        "pytest_add_cli_args": SWIFT,
    }
    return "\n[tool.mutmut]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())


def _read(path: str) -> Iterator[Change]:
    meta = Path("mutants") / f"{path}.meta"
    if not meta.exists():
        return
    for name, code in json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"].items():
        function = name.rpartition(".")[2].removeprefix("x_").partition("__mutmut_")[0]
        if function in tables.AT_LOAD.get(path, ()):
            continue  # tried where the module is loaded
        outcome = _STATUS.get(code, "survived")
        removed = added = ""
        if outcome == "survived":
            removed, added = _changed_lines(get_diff_for_mutant(name, path=path))
        yield Change(path, removed, added, outcome)


def _changed_lines(diff: str) -> tuple[str, str]:
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    removed = [line[1:].strip() for line in lines if line.startswith("-")]
    added = [line[1:].strip() for line in lines if line.startswith("+")]
    return "\n".join(removed), "\n".join(added)


def by_tables(folder: Path, targets: list[Target], at_once: int) -> list[Change]:
    """Our own mutants of what runs when the targets' modules are loaded."""
    copy_of_the_tree(folder)
    found = [
        (mutant, target.tests)
        for target in targets
        for path in target.paths
        for mutant in tables.mutants(path, (folder / path).read_text(encoding="utf-8"))
    ]
    jobs, results = folder / "jobs.json", folder / "results.txt"
    jobs.write_text(json.dumps([{"path": m.path, "text": m.text, "tests": tests} for m, tests in found]), encoding="utf-8")
    command = [sys.executable, "-m", "tests.mutation.loaded", str(jobs), str(results), str(at_once)]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    outcomes = results.read_text(encoding="utf-8").split()
    return [
        Change(mutant.path, mutant.removed, mutant.added, outcome)
        for (mutant, _tests), outcome in zip(found, outcomes, strict=True)
    ]
