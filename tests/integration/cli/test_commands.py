"""The operator's commands as they are typed: what they print, and how they end."""

import json
import re
import sqlite3
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal import create_app
from portal.db import db

ROOT = Path(__file__).parents[3]
# The printed fields, in their order: others build on them.
FIELDS = [
    "document_type", "title", "date", "diarienummer", "paragraph", "decision_or_proposal", "deciding_organ",
    "amount_total_sek", "budget_lines", "funding_source", "budget_year", "beneficiary", "decision_basis",
    "copy_recipients", "for_information", "handler", "signatories", "other_amounts", "warnings",
]  # fmt: skip


def run_in(folder: Path, *arguments: str) -> Result:
    """Run a command on the instance in ``folder``, as the operator would."""
    app = create_app(folder, testing=True)
    result = app.test_cli_runner().invoke(args=list(arguments))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return result


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A real, empty installation, made by the command."""
    folder = tmp_path_factory.mktemp("real") / "instance"
    return folder, run_in(folder, "init", "--municipality", "Björkvads kommun")


def test_init_makes_a_closed_folder_and_a_link_that_lets_the_administrator_in(made: tuple[Path, Result]) -> None:
    folder, result = made
    assert result.exit_code == 0, result.stderr
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("secret_key", "log_key", "portal.sqlite"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600, name
    found = re.search(r"http://127\.0\.0\.1:8000(/lank/\S+)", result.output)
    assert found
    client = create_app(folder, testing=True).test_client()
    page = client.get(found[1]).get_data(as_text=True)
    assert "Välj lösenord" in page
    assert "Björkvads kommun" in page


def test_init_never_writes_over_an_installation(made: tuple[Path, Result]) -> None:
    result = run_in(made[0], "init")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


def test_the_log_of_a_new_installation_holds_and_a_changed_entry_is_named(made: tuple[Path, Result], tmp_path: Path) -> None:
    good = run_in(made[0], "log", "verify")
    assert good.exit_code == 0, good.stderr
    assert "obruten" in good.output

    run_in(made[0], "backup", str(tmp_path / "copy.tar"))
    run_in(tmp_path / "other", "restore", str(tmp_path / "copy.tar"))
    (tmp_path / "other" / "log_key").write_bytes((made[0] / "log_key").read_bytes())
    (tmp_path / "other" / "log_key").chmod(0o600)
    with sqlite3.connect(tmp_path / "other" / "portal.sqlite") as connection:
        connection.execute("DROP TRIGGER log_entry_no_update")
        connection.execute("UPDATE log_entry SET action = 'people.nothing' WHERE seq = 3")
    connection.close()
    bad = run_in(tmp_path / "other", "log", "verify")
    assert bad.exit_code == 1
    assert "3" in bad.stderr
    assert "bruten" in bad.stderr


def test_the_log_key_that_is_printed_is_the_public_one(made: tuple[Path, Result]) -> None:
    result = run_in(made[0], "log", "key")
    assert result.exit_code == 0
    private = (made[0] / "log_key").read_text().strip()
    assert result.output.strip() not in private
    assert len(result.output.strip().splitlines()) == 1


def test_persons_are_added_closed_and_given_links(made: tuple[Path, Result]) -> None:
    folder = made[0]
    added = run_in(
        folder, "person", "add", "ny.ekonom", "--name", "Ny Ekonom", "--role", "finance", "--unit", "Björkvads kommun"
    )
    assert added.exit_code == 0, added.stderr
    assert "/lank/" in added.output
    assert run_in(folder, "person", "add", "ny.ekonom", "--name", "Ny Ekonom").exit_code == 2
    assert run_in(folder, "person", "add", "annan", "--name", "X", "--role", "finance", "--unit", "Finns inte").exit_code == 2
    assert run_in(folder, "person", "link", "annan").exit_code == 2  # nothing was added when the unit was wrong
    assert run_in(folder, "person", "disable", "ny.ekonom").exit_code == 0
    assert run_in(folder, "person", "link", "ny.ekonom").exit_code == 2


def test_cases_prints_a_list_even_when_it_is_empty(made: tuple[Path, Result]) -> None:
    result = run_in(made[0], "cases", "--json")
    assert result.exit_code == 0
    assert json.loads(result.output) == []
    assert run_in(made[0], "cases", "--status", "nonsense").exit_code == 2
    assert run_in(made[0], "export", "KS 2026/9999", "--out", str(made[0] / "x")).exit_code == 2


@pytest.mark.parametrize("command", [("cases",), ("log", "verify"), ("backup", "x.tar"), ("check",), ("worker", "--once")])
def test_without_an_installation_one_sentence_and_exit_2(tmp_path: Path, command: tuple[str, ...]) -> None:
    result = run_in(tmp_path / "nothing", *command)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "init" in result.stderr
    assert not (tmp_path / "nothing").exists()


def test_a_document_is_read_without_an_installation(tmp_path: Path) -> None:
    sample = ROOT / "tests" / "documents" / "bruna-mall-kvar.txt"
    result = run_in(tmp_path / "nothing", "read", str(sample), "--json")
    assert result.exit_code == 0
    found = json.loads(result.output)
    assert list(found) == FIELDS
    expected = json.loads(sample.with_suffix(".expected.json").read_text(encoding="utf-8"))
    assert (found["title"], found["amount_total_sek"]) == (expected["title"], expected["amount_total_sek"])
    missing = run_in(tmp_path / "nothing", "read", str(tmp_path / "none.txt"))
    assert missing.exit_code == 2
    assert missing.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["hammarlunda-mall.docx", "orrbro-protokoll.odt", "fallbo-tre-sidor.pdf"])
def test_a_document_of_any_format_is_read(tmp_path: Path, name: str) -> None:
    sample = ROOT / "tests" / "documents" / "formats" / name
    expected = json.loads(sample.with_suffix(".expected.json").read_text(encoding="utf-8"))
    shown = run_in(tmp_path, "read", str(sample))
    assert shown.exit_code == 0 and f"Rubrik: {expected['title']}" in shown.output
    assert ("spårade ändringar" in shown.output) == name.endswith(".docx")
    found = json.loads(run_in(tmp_path, "read", str(sample), "--json").output)
    assert (found["diarienummer"], found["amount_total_sek"]) == (expected["diarienummer"], expected["amount_total_sek"])


def test_a_file_that_cannot_be_read_is_told_in_one_sentence(tmp_path: Path) -> None:
    for name, data in (("a.pdf", b"%PDF-1.4 x"), ("b.docx", b"PK\x03\x04"), ("c.doc", b"Hej"), ("d.txt", b"")):
        (tmp_path / name).write_bytes(data)
        refused = run_in(tmp_path, "read", str(tmp_path / name))
        assert (refused.exit_code, refused.stderr.count("\n"), refused.output) == (2, 1, refused.stderr)
    folder = run_in(tmp_path, "read", str(tmp_path), "--json")
    assert folder.exit_code == 2 and "kan inte öppnas" in folder.stderr


def test_a_backup_holds_no_private_key_and_is_restored_whole(made: tuple[Path, Result], tmp_path: Path) -> None:
    file = tmp_path / "copy.tar"
    result = run_in(made[0], "backup", str(file))
    assert result.exit_code == 0, result.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    everything = file.read_bytes()
    for name in ("secret_key", "log_key"):
        assert (made[0] / name).read_bytes().strip() not in everything
    assert run_in(made[0], "backup", str(file)).exit_code == 2

    restored = run_in(tmp_path / "restored", "restore", str(file))
    assert restored.exit_code == 0, restored.stderr
    assert run_in(tmp_path / "restored", "cases", "--json").exit_code == 0
    again = run_in(tmp_path / "restored", "restore", str(file))
    assert again.exit_code == 2
    assert "inte tom" in again.stderr


def test_a_damaged_backup_is_refused_and_leaves_nothing(made: tuple[Path, Result], tmp_path: Path) -> None:
    file = tmp_path / "copy.tar"
    run_in(made[0], "backup", str(file))
    with tarfile.open(file) as tar:
        entry = tar.getmember("portal.sqlite")
    data = bytearray(file.read_bytes())
    data[entry.offset_data + entry.size // 2] ^= 1
    file.write_bytes(bytes(data))
    result = run_in(tmp_path / "restored", "restore", str(file))
    assert result.exit_code == 1
    assert "skadad" in result.stderr
    assert not (tmp_path / "restored").exists()
    (tmp_path / "text.tar").write_text("not a tar")
    assert run_in(tmp_path / "restored", "restore", str(tmp_path / "text.tar")).exit_code == 1


def test_a_missing_stored_file_stops_the_backup(instance: Path, app: Flask, tmp_path: Path) -> None:
    from portal import clock
    from portal.db import session, transaction
    from portal.documents.models import Document
    from portal.log import keys
    from portal.register.models import Case

    keys.load_or_create_log_key(instance / "log_key")
    with app.app_context(), transaction():
        now = clock.now()
        case = Case(register_id=1, unit_id=1, author_id=1, status_since=now, created_at=now)
        session.add(case)
        session.flush()
        digest = app.extensions["store"].put(b"text")
        session.add(
            Document(
                case_id=case.id, kind="attachment", version=1, title="A", filename="a.txt", mime="text/plain", size=4,
                sha256=digest, created_at=now,
            )
        )  # fmt: skip
    with app.app_context():
        path = app.extensions["store"].path(digest)
    with sqlite3.connect(instance / "portal.sqlite") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        from portal import schema

        connection.execute("INSERT INTO alembic_version VALUES (?)", (schema.wanted(),))
    connection.close()
    assert run_in(instance, "backup", str(tmp_path / "good.tar")).exit_code == 0
    path.unlink()
    result = run_in(instance, "backup", str(tmp_path / "bad.tar"))
    assert result.exit_code == 1
    assert digest in result.stderr
    assert not (tmp_path / "bad.tar").exists()


def test_check_names_a_key_that_others_can_read(made: tuple[Path, Result]) -> None:
    key = made[0] / "secret_key"
    key.chmod(0o644)
    try:
        result = run_in(made[0], "check")
    finally:
        key.chmod(0o600)
    assert result.exit_code == 1
    assert "secret_key" in result.stderr


def test_every_command_explains_itself(tmp_path: Path) -> None:
    app = create_app(tmp_path, testing=True)
    runner = app.test_cli_runner()
    for name in ("init", "worker", "check", "person", "cases", "export", "read", "log", "backup", "restore", "upgrade"):
        result = runner.invoke(args=[name, "--help"])
        assert result.exit_code == 0, name
        assert "Usage" in result.output


def test_wrong_settings_stop_everything_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('dispatch_at = "någon gång"', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "cases"],
        cwd=ROOT,
        env={"INSTANCE": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.strip().splitlines() == ['settings.toml: dispatch_at ska vara "record" eller "decision".']


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("cases", "--status", "klar"), "--status ska vara något av draft, with_manager"),
        (("cases", "--allt"), "Valet --allt finns inte."),
        (("export",), "Ange NUMBER."),
        (("export", "KS 2026/0001"), "Ange --out."),
        (("log", "nyckel"), "nyckel finns inte."),
    ],
)
def test_wrong_usage_is_answered_with_one_sentence_and_exit_2(
    made: tuple[Path, Result], arguments: tuple[str, ...], sentence: str
) -> None:
    result = run_in(made[0], *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(sentence)
    assert result.stderr.count("\n") == 1 and not result.stdout
