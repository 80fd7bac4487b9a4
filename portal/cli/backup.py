"""Backup and restore: one tar file with a consistent copy of the database, the stored files and the settings.

Private keys are never in it: whoever holds the file can read the cases but sign nothing. Nothing is believed because
it could be written: what is in the file is read again, and the log is computed anew on the copy.
"""

import hashlib
import json
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import click
from flask.cli import with_appcontext

from portal.cli.shared import Command, Stop, Wrong, instance, needs_database, say
from portal.settings import current_settings

DATABASE = "portal.sqlite"
MANIFEST = "manifest.json"
PUBLIC_KEY = "log_key.pub"
NOTES = "log_notes"
FORMAT = 1
_BLOCK = 1 << 20


@click.command(cls=Command, help="Skriv en säkerhetskopia: databas, handlingar och inställningar, utan privata nycklar.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
@needs_database
def backup(file: Path) -> None:
    """A verified copy of the instance in one file; the portal may run meanwhile."""
    from portal.documents.store import Store
    from portal.log import keys

    if current_settings().database:
        raise Stop("PostgreSQL säkerhetskopieras med pg_dump; kopiera också mappen blobs.")
    if file.exists():
        raise Stop(f"{file} finns redan.")
    part = file.with_name(f"{file.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=file.absolute().parent) as folder:
            copy = Path(folder)
            # The notes first: they may never tell of more than the copied log holds.
            for name in ("settings.toml", NOTES):
                if (instance() / name).exists():
                    shutil.copyfile(instance() / name, copy / name)
            _copy_database(instance() / DATABASE, copy / DATABASE)
            public = keys.public_key_text(keys.load_log_key(instance() / "log_key"))
            (copy / PUBLIC_KEY).write_text(f"{public}\n", encoding="utf-8")
            _check_database(copy, instance() / "blobs")
            with Store(instance() / "blobs").unswept():
                _write_tar(part, copy, instance() / "blobs")
        _read_again(part)
        part.replace(file)
    except keys.KeyFileError as error:
        raise Stop(str(error)) from error
    except OSError as error:
        raise Stop(f"Säkerhetskopian kunde inte skrivas: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)
    say(f"Säkerhetskopian är skriven och kontrollerad: {file}")


def _copy_database(source: Path, target: Path) -> None:
    """One consistent moment of the database, whatever is written meanwhile (SQLite VACUUM INTO)."""
    connection = sqlite3.connect(source)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()
    target.chmod(0o600)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path.relative_to(folder).as_posix(), path


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_tar(target: Path, copy: Path, blobs: Path) -> None:
    files = [*_files(copy), *((f"blobs/{name}", path) for name, path in _files(blobs))]
    manifest = json.dumps({"format": FORMAT, "files": {name: _hash(path) for name, path in files}}, indent=0).encode()
    with tarfile.open(target, "x") as tar:
        target.chmod(0o600)
        head = tarfile.TarInfo(MANIFEST)
        head.size = len(manifest)
        tar.addfile(head, BytesIO(manifest))
        for name, path in files:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = path.stat().st_size, 0o600
            with path.open("rb") as file:
                tar.addfile(entry, file)


def _read_again(file: Path, folder: Path | None = None) -> None:
    """Read every member, compare it with the manifest and, with ``folder``, write it there. Raises Wrong."""
    try:
        with tarfile.open(file, "r:") as tar:
            first = tar.next()
            source = tar.extractfile(first) if first and first.name == MANIFEST else None
            manifest = json.loads(source.read()) if source else {}
            if manifest.get("format") != FORMAT:
                raise Wrong(f"{file} är ingen säkerhetskopia av portalen.")
            wanted: dict[str, str] = dict(manifest["files"])
            for entry in tar.getmembers()[1:]:
                if wanted.pop(entry.name, None) != _take(tar, entry, folder):
                    raise Wrong(f"{entry.name} i säkerhetskopian är skadad.")
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise Wrong(f"{file} är ingen säkerhetskopia av portalen, eller är skadad.") from error
    if wanted:
        raise Wrong(f"{min(wanted)} saknas i säkerhetskopian.")


def _take(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path | None) -> str:
    """The SHA-256 of a member, which is also written into ``folder``. Raises Wrong for a name that leads elsewhere."""
    parts = Path(entry.name).parts
    source = tar.extractfile(entry)
    if source is None or entry.name.startswith("/") or ".." in parts:
        raise Wrong(f"Säkerhetskopian innehåller något annat än filer: {entry.name}.")
    digest = hashlib.sha256()
    target = folder / entry.name if folder else None
    if target:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("xb") if target else BytesIO() as written:
        while block := source.read(_BLOCK):
            digest.update(block)
            if target:
                written.write(block)
    if target:
        target.chmod(0o600)
    return digest.hexdigest()


def _check_database(folder: Path, blobs: Path) -> None:
    """The copy is whole, its log holds, and every file a row names is there with the right bytes. Raises Wrong."""
    connection = sqlite3.connect(folder / DATABASE)
    try:
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise Wrong("Databasen i kopian är skadad.")
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            raise Wrong("Databasen i kopian har rader som pekar på sådant som inte finns.")
    finally:
        connection.close()
    _check_inside(folder, blobs)


def _check_inside(folder: Path, blobs: Path) -> None:
    from portal import create_app
    from portal.db import db, session
    from portal.documents import queries as documents
    from portal.documents.store import DamagedFile, Store
    from portal.log import keys, verifier, witness

    app = create_app(folder, check_schema=False)
    with app.app_context():
        public = keys.PublicLogKey.parse((folder / PUBLIC_KEY).read_text(encoding="utf-8"))
        verdict = verifier.verify(public, witness.recall(folder / NOTES))
        store = Store(blobs)
        try:
            for sha256 in sorted(documents.named_files()):
                store.read(sha256)
        except DamagedFile as error:
            raise Wrong(f"Handlingen {error.sha256} saknas eller är skadad.") from error
        finally:
            session.rollback()
            db.engine.dispose()
    if not verdict.ok:
        raise Wrong(f"Loggen är bruten. {verdict.reason}")


@click.command(cls=Command, help="Återställ en säkerhetskopia i en tom mapp (INSTANCE).")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_appcontext
def restore(file: Path) -> None:
    """Unpack, check everything, and only then put it in place."""
    import secrets

    from portal.settings import KEY_BYTES, write_private

    folder = instance()
    if not file.exists():
        raise Stop(f"{file} finns inte.")
    if folder.exists() and any(folder.iterdir()):
        raise Stop(f"{folder} är inte tom. Återställ till en ny mapp med INSTANCE=…")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".restore-") as name:
            unpacked = Path(name) / "instance"
            unpacked.mkdir(mode=0o700)
            _read_again(file, unpacked)
            _check_database(unpacked, unpacked / "blobs")
            for rest in ("-wal", "-shm"):
                (unpacked / f"{DATABASE}{rest}").unlink(missing_ok=True)
            write_private(unpacked / "secret_key", secrets.token_bytes(KEY_BYTES))
            if folder.exists():
                folder.rmdir()
            unpacked.rename(folder)
    except OSError as error:
        raise Stop(f"Säkerhetskopian kunde inte återställas: {error.strerror or error}.") from error
    say(f"Säkerhetskopian är återställd i {folder} och kontrollerad: databas, logg och handlingar.")
    for name in _left_out(folder):
        say(f"Lägg tillbaka filen {name} (den finns inte i kopian) innan portalen startas.")


def _left_out(folder: Path) -> list[str]:
    """The log's key, and what the settings name for the seal."""
    from portal.documents.sealing.keys import files_of
    from portal.settings import load

    seal = load(folder).seal
    named = [*files_of(seal), *([seal.time_stamp_roots] if seal.time_stamp_roots else [])]
    return ["log_key", *(str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path) for path in named)]
