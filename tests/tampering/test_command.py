"""The command for outsiders: plain lines, an exit code, and one sentence where it cannot be done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal import clock
from portal.log.keys import LogKey, verifies
from portal.verify import command, seals
from portal.verify.check import MOST_BYTES
from tests.tampering.kinds import KINDS
from tests.tampering.stage import Stage

ROOT = Path(__file__).parents[2]
SOME = ("amount_changed", "byte_flipped_in_the_signature", "proof_of_another_case", "foreign_pdf", "no_pdf_at_all")


def run(*arguments: str) -> int:
    return command.main(arguments, program="verify", engine=seals.seal_findings, ed25519=verifies, now=clock.now)


@pytest.fixture
def pdf(stage: Stage, tmp_path: Path) -> Path:
    path = tmp_path / "beslut.pdf"
    path.write_bytes(stage.sealed("main", "seal", "B-LTA"))
    return path


def test_it_needs_no_instance_and_says_what_was_decided(stage: Stage, pdf: Path) -> None:
    key = pdf.with_name("nyckel.txt")
    key.write_text(f"{stage.key_line}\n", encoding="utf-8")
    surroundings = {name: value for name, value in os.environ.items() if name != "INSTANCE"}
    told = subprocess.run(
        [sys.executable, "-m", "portal.verify", str(pdf), "--key", str(key)],
        cwd=ROOT, env=surroundings, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")
    lines = told.stdout.splitlines()
    assert [line[:4] for line in lines[:7]] == ["rätt"] * 7
    assert lines[-1] == "Beslutet är äkta."
    assert "  delvis beviljat, 800\u00a0000\u00a0kr av äskade 1\u00a0000\u00a0000\u00a0kr." in lines
    assert "  Kamerabevakning: 400\u00a0000\u00a0kr" in lines


def test_the_line_itself_may_be_the_key_and_the_answer_json(
    stage: Stage, pdf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(pdf), "--key", stage.key_line, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["genuine"], told["test"]) == (True, False)
    assert told["decided"]["granted"] == 800_000


def test_a_test_seal_is_said_loudly(stage: Stage, pdf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pdf.write_bytes(stage.sealed())
    assert run(str(pdf), "--key", stage.key_line) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[-2].startswith("OBS: sigillet är ett TEST-sigill.") and told[-1] == "Beslutet är äkta."


@pytest.mark.parametrize("name", SOME)
def test_what_is_not_genuine_ends_with_one(stage: Stage, pdf: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    pdf.write_bytes(next(kind.make(stage) for kind in KINDS if kind.name == name))
    assert run(str(pdf), "--key", stage.key_line) == 1
    told = capsys.readouterr()
    if told.err:
        assert told.err.count("\n") == 1 and not told.out
    else:
        assert "FEL" in told.out and told.out.endswith("Beslutet kan inte styrkas.\n")


def test_another_key_vouches_for_nothing(stage: Stage, pdf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(pdf), "--key", str(LogKey.generate(stage.log_key.name).public)) == 1
    assert "inte undertecknad med" in capsys.readouterr().out


def test_a_day_may_be_asked_about(stage: Stage, pdf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(pdf), "--key", stage.key_line, "--at", "2045-01-01") == 1
    assert "gick ut" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["{pdf}"], "Skriv: verify FIL.pdf --key NYCKEL"),
        (["{pdf}", "--key", "{key}", "--vid", "x"], "Skriv: verify"),
        (["{pdf}", "--key", "{key}", "--at", "i går"], "Dagen i --at skrivs"),
        (["{pdf}.finns-inte", "--key", "{key}"], "kan inte läsas"),
        (["{pdf}", "--key", "finns-inte.txt"], "kan inte läsas"),
        (["{pdf}", "--key", "a+b+c"], "Nyckeln är inte raden"),
        (["{pdf}", "--key", "{pdf}"], "Nyckel"),
        (["{large}", "--key", "{key}"], "är för stor"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    stage: Stage, pdf: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    large = pdf.with_name("stor.pdf")
    with large.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert run(*(each.format(pdf=pdf, key=stage.key_line, large=large) for each in arguments)) == 2
    told = capsys.readouterr()
    assert sentence in told.err and told.err.count("\n") == 1 and not told.out
