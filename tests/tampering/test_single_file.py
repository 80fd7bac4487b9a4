"""The outsider's drill: a Python with no packages, the one file, a PDF and the log's public key. Nothing else, no network."""

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from portal import clock
from portal.verify import alone, single
from portal.verify.alone import ed25519
from portal.verify.check import verify
from portal.verify.trust import read_trust
from tests.tampering.kinds import KINDS
from tests.tampering.stage import Stage
from tests.unit.verify.bombs import BOMBS

LONGEST = 20  # seconds for any file, on a loaded machine
TAMPERED = (
    "byte_flipped_in_the_content_of_a_page",
    "byte_flipped_in_the_signature",
    "junk_appended",
    "seal_cut_away",
    "page_shows_another_amount",
    "note_laid_over_a_page",
    "page_changed_after_the_time_stamps",
    "certified_with_forms_allowed",
    "amount_changed",
    "amount_changed_and_sealed_by_another",
    "proof_of_another_case",
    "checkpoint_by_another_key",
    "no_pdf_at_all",
)


@dataclass(frozen=True)
class Outsider:
    """Somebody else's computer."""

    python: Path
    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the file with these arguments; nothing of ours is on the way, and nobody answers on the network."""
        return subprocess.run(
            [self.python, "-I", self.folder / single.NAME, *arguments],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "http_proxy": "http://127.0.0.1:9", "LANG": "C"},
            capture_output=True,
            timeout=LONGEST,
            text=True,
            encoding="utf-8",
            check=False,
        )

    def check(self, pdf: bytes, *more: str, key: str = "kommun.pub") -> subprocess.CompletedProcess[str]:
        """Check one file."""
        (self.folder / "beslut.pdf").write_bytes(pdf)
        return self.run("beslut.pdf", "--key", key, *more)


@pytest.fixture(scope="module")
def outsider(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Outsider:
    """An empty environment, the file and the key."""
    folder = tmp_path_factory.mktemp("utomstående")
    venv.create(folder / "tom", with_pip=False)
    (folder / single.NAME).write_bytes(single.verifier_file())
    (folder / "kommun.pub").write_text(stage.key_line + "\n")
    python = folder / "tom" / "bin" / "python"
    packages = subprocess.run([python, "-I", "-c", "import cryptography"], capture_output=True, check=False)
    assert packages.returncode != 0
    return Outsider(python, folder)


def test_honest_files_are_genuine_in_one_command(stage: Stage, outsider: Outsider) -> None:
    for pdf, more in (
        (stage.sealed("main"), ()),
        (stage.sealed("secret"), ()),
        (stage.sealed("main", "seal", "B-LTA"), ()),
        (stage.renewed(2030, 2035), ("--at", "2036-03-01")),
    ):
        answer = outsider.check(pdf, *more)
        assert (answer.returncode, answer.stderr) == (0, ""), answer.stdout + answer.stderr
        assert "Beslutet är äkta." in answer.stdout
        assert "FEL" not in answer.stdout
    assert "TEST" in outsider.check(stage.sealed("main")).stdout


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_file_gets_exit_code_1_and_the_reason(stage: Stage, outsider: Outsider, name: str) -> None:
    kind = next(kind for kind in KINDS if kind.name == name)
    answer = outsider.check(kind.make(stage))
    assert answer.returncode == 1
    assert "Beslutet är äkta" not in answer.stdout
    assert "FEL" in answer.stdout or len(answer.stderr.strip().splitlines()) == 1
    assert "Traceback" not in answer.stdout + answer.stderr


def test_wrong_usage_gets_exit_code_2_and_one_sentence(stage: Stage, outsider: Outsider) -> None:
    (outsider.folder / "beslut.pdf").write_bytes(stage.sealed("main"))
    (outsider.folder / "trasig.pub").write_bytes(b"\xff\xfe" + bytes(40))
    for arguments in (
        (),
        ("beslut.pdf",),
        ("beslut.pdf", "--key"),
        ("saknas.pdf", "--key", "kommun.pub"),
        ("beslut.pdf", "--key", "saknas.pub"),
        ("beslut.pdf", "--key", "trasig.pub"),
        ("beslut.pdf", "--key", "beslut.pdf"),
        ("beslut.pdf", "--key", stage.key_line[:-4] + "AAAA"),
        ("beslut.pdf", "--key", "kommun.pub", "--at", "i går"),
        (".", "--key", "kommun.pub"),
    ):
        answer = outsider.run(*arguments)
        assert (answer.returncode, answer.stdout) == (2, ""), arguments
        assert answer.stderr.strip().endswith(".") and len(answer.stderr.strip().splitlines()) == 1, answer.stderr


@pytest.mark.parametrize("name", ["nothing", "a bomb of zeros", "a circle of pages"])
def test_junk_and_bombs_end_in_a_sentence(outsider: Outsider, name: str) -> None:
    answer = outsider.check(BOMBS[name]())
    assert answer.returncode == 1
    assert (answer.stdout + answer.stderr).strip().endswith(".")
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("key", ["seal-384", "seal-rsa"])
def test_other_kinds_of_keys_seal_as_well(stage: Stage, key: str) -> None:
    for level in ("B-B", "B-LTA"):
        trust = read_trust(stage.key_line, ed25519.verifies)
        verdict = verify(stage.sealed("main", key, level), trust, clock.now(), alone.seal_findings)
        assert verdict.ok, verdict.findings


def test_the_log_key_of_another_municipality_vouches_for_nothing(stage: Stage, outsider: Outsider) -> None:
    from portal.log.keys import LogKey

    (outsider.folder / "annan.pub").write_text(f"{LogKey.generate(stage.log_key.name).public}\n")
    answer = outsider.check(stage.sealed("main"), key="annan.pub")
    assert answer.returncode == 1
    assert "Beslutet kan inte styrkas." in answer.stdout


def test_a_file_that_nobody_kept_up_is_not_genuine_when_its_last_stamp_has_ended(stage: Stage, outsider: Outsider) -> None:
    pdf = stage.sealed("main", "seal", "B-LTA")
    assert outsider.check(pdf, "--at", "2030-12-31").returncode == 0
    assert outsider.check(pdf, "--at", "2031-01-02").returncode == 1


def test_the_file_is_the_same_twice_and_holds_sources_of_the_verifier_alone(tmp_path: Path) -> None:
    first = single.verifier_file()
    single.verifier_file.cache_clear()
    assert single.verifier_file() == first
    (tmp_path / "k.pyz").write_bytes(first)
    with ZipFile(tmp_path / "k.pyz") as archive:
        names = archive.namelist()
        assert all(info.date_time == (1980, 1, 1, 0, 0, 0) for info in archive.infolist())
    assert "portal/verify/seals.py" not in names
    assert all(
        name.startswith(("portal/verify/", "portal/log/")) or name in ("__main__.py", "portal/__init__.py") for name in names
    )
    code = "import sys, runpy; sys.argv = ['k', '--help']; sys.path.insert(0, sys.argv[0])"
    loaded = f"{code}\ntry: runpy.run_path({str(tmp_path / 'k.pyz')!r}, run_name='__main__')\nexcept SystemExit: pass\n"
    shown = (
        "bad = {m.partition('.')[0] for m in sys.modules} - set(sys.stdlib_module_names) - {'__main__', 'portal'}\nprint(bad)"
    )
    answer = subprocess.run(
        [sys.executable, "-I", "-S", "-c", loaded + shown], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert answer.stdout.strip().splitlines()[-1] == "set()"


def test_an_older_python_is_told_so_in_one_sentence() -> None:
    source = single.sources()["__main__.py"]
    guard = source[: source.index("from datetime")]
    old = guard.replace("import sys\n", "import sys\nsys.version_info = (3, 9, 18)\n")
    answer = subprocess.run([sys.executable, "-c", old], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (2, "Kontrollen fungerar med Python 3.10 eller senare.\n")
