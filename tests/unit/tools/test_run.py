"""`make run` where it cannot: one sentence on stderr and exit 2, nothing else."""

import ast
import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "tools" / "run.py"


@pytest.fixture
def run() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("run", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ran(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def stopped(*arguments: str, **environment: str) -> str:
    done = ran(*arguments, **environment)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_asked_for_help_it_says_what_it_does_and_does_nothing(asked: str, tmp_path: Path) -> None:
    done = ran(asked, PORT="none", INSTANCE=str(tmp_path / "instance"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "serverar portalen" in done.stdout
    assert "PORT=" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [("--port", "8001"), ("demo",), ("--help", "--demo")])
def test_an_argument_that_it_does_not_know_is_named(arguments: tuple[str, ...]) -> None:
    unknown = next(each for each in arguments if each != "--help")
    assert unknown in stopped(*arguments)


def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "upptagen" in stopped(PORT=str(taken.getsockname()[1]))


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1"])
def test_a_port_that_is_none_is_told(port: str) -> None:
    assert port in stopped(PORT=port)


def test_an_old_python_is_told(run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(run.sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit) as stop:
        run.check_python()
    assert stop.value.code == 2
    assert "3.11" in capsys.readouterr().err


def test_a_python_without_venv_is_told(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit) as stop:
        run.check_python()
    assert stop.value.code == 2
    assert "venv" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_told(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run.os, "access", lambda *_arguments: False)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    with pytest.raises(SystemExit) as stop:
        run.install()
    assert stop.value.code == 2
    assert "skriva" in capsys.readouterr().err


def test_an_old_python_can_parse_the_script_far_enough_to_say_so() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))
