"""Tries mutants of whole modules: each in a process of its own that loads the mutant in the module's place.

Run as ``python -m tests.mutation.loaded JOBS RESULTS`` in the project's folder; JOBS is a JSON list of mutants with
the tests to try, RESULTS one line per mutant: killed, survived or timeout.
"""

import contextlib
import gc
import importlib.abc
import importlib.machinery
import io
import json
import os
import sys
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

TOO_LONG = 120.0  # seconds; far above what the tests take on the machine that is slowest
# Looking for what was never raised or closed takes longer than the tests do.
SWIFT = ["--assert=plain", "--hypothesis-profile=ci", *("-p", "no:cacheprovider", "-p", "no:unraisableexception")]
ARGUMENTS = ["-x", "-q", "--no-header", "--tb=no", *SWIFT]


class _Mutated(importlib.machinery.SourceFileLoader):
    """Loads a module from the mutant's text."""

    text = ""

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.text, self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the mutant where the module is asked for."""

    def __init__(self, path: str, text: str) -> None:
        self.name = path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        self.text = text

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is None or spec.origin is None:
            return None
        loader = _Mutated(fullname, spec.origin)
        loader.text = self.text
        spec.loader = loader
        return spec


def _forget_the_project() -> None:
    """What the project needs from others stays loaded; its own modules are loaded anew."""
    for name in [name for name in sys.modules if name.partition(".")[0] in ("portal", "tests")]:
        del sys.modules[name]


def _only_what_is_asked_for() -> None:
    """Unit tests need a few modules of the portal: its package is there without the application it would load."""
    package = ModuleType("portal")
    package.__path__ = [str(Path("portal").resolve())]
    sys.modules["portal"] = package


def _tried(job: dict[str, Any]) -> int:
    """In the child: what pytest answers with the mutant in place (0: nobody noticed)."""
    sys.meta_path.insert(0, _Finder(job["path"], job["text"]))
    arguments = ARGUMENTS
    if all(test.startswith("tests/unit/") for test in job["tests"]):
        _only_what_is_asked_for()
        arguments = [*ARGUMENTS, "--noconftest"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return int(pytest.main([*arguments, *job["tests"]]))


def _begin(job: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):  # a mutant that cannot be loaded is noticed
            code = _tried(job)
        os._exit(code)
    return child


def _outcome(status: int) -> str:
    """Five is pytest's word for no tests found: nobody looked."""
    return {0: "survived", 5: "survived"}.get(os.waitstatus_to_exitcode(status), "killed")


def main(jobs_file: Path, results_file: Path, at_once: int) -> None:
    """Try every mutant, ``at_once`` at a time."""
    jobs = json.loads(jobs_file.read_text(encoding="utf-8"))
    pytest.main(["--collect-only", "-qqq", *SWIFT, *sorted({test for job in jobs for test in job["tests"]})])
    sys.dont_write_bytecode = True
    _forget_the_project()
    gc.freeze()
    running: dict[int, tuple[int, float]] = {}
    outcomes: dict[int, str] = {}
    waiting = list(range(len(jobs)))
    while waiting or running:
        while waiting and len(running) < at_once:
            n = waiting.pop(0)
            running[_begin(jobs[n])] = (n, time.monotonic() + TOO_LONG)
        _wait(running, outcomes)
    results_file.write_text("\n".join(outcomes[n] for n in range(len(jobs))) + "\n", encoding="utf-8")


def _wait(running: dict[int, tuple[int, float]], outcomes: dict[int, str]) -> None:
    """Take in the children that have ended, and end those that run too long."""
    for child, (n, until) in list(running.items()):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            outcomes[n] = _outcome(status)
            del running[child]
        elif time.monotonic() > until:
            os.kill(child, 9)
            os.waitpid(child, 0)
            outcomes[n] = "timeout"
            del running[child]
    time.sleep(0.005)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
