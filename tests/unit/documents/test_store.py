"""The store: what is put is read, damage is noticed, and a crash never leaves half a file under a name."""

import hashlib
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.documents.store import DamagedFile, Store

DATA = "Tjänsteskrivelse".encode()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "instance" / "blobs")


def files_of(store: Store) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def test_what_is_put_is_read_under_its_hash(store: Store) -> None:
    sha256 = store.put(DATA)
    assert sha256 == hashlib.sha256(DATA).hexdigest()
    assert store.read(sha256) == DATA
    assert store.path(sha256) == store.root / sha256[:2] / sha256[2:4] / sha256


def test_files_and_folders_are_closed_to_others(store: Store) -> None:
    old = os.umask(0)
    try:
        path = store.path(store.put(DATA))
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent, store.root)} == {0o700}


def test_same_bytes_are_kept_once(store: Store) -> None:
    first = store.path(store.put(DATA)).stat().st_ino
    assert store.path(store.put(DATA)).stat().st_ino == first
    assert len(files_of(store)) == 1


@pytest.mark.parametrize("damage", [b"", DATA[:-1], DATA + b" ", DATA.replace(b"T", b"t")])
def test_a_changed_file_is_not_handed_out(store: Store, damage: bytes) -> None:
    sha256 = store.put(DATA)
    store.path(sha256).write_bytes(damage)
    with pytest.raises(DamagedFile) as caught:
        store.read(sha256)
    assert caught.value.sha256 == sha256


def test_a_missing_file_is_damage(store: Store) -> None:
    with pytest.raises(DamagedFile):
        store.read("a" * 64)


def test_putting_the_bytes_again_mends_a_damaged_file(store: Store) -> None:
    sha256 = store.put(DATA)
    store.path(sha256).write_bytes(b"")
    store.put(DATA)
    assert store.read(sha256) == DATA


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "\n", "/" + "a" * 63])
def test_only_a_hash_is_a_name(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.read(name)


def test_file_and_folders_are_flushed_before_put_returns(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        flushed.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    path = store.path(store.put(DATA))
    assert Path(flushed[-2]).name.startswith(".new-")
    assert flushed[-1] == str(path.parent)
    assert {str(store.root.parent), str(store.root), str(path.parent.parent)} <= set(flushed)


def test_a_full_disk_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    store.put(b"first, so that the folders are there")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        store.put(DATA)
    monkeypatch.undo()
    with pytest.raises(DamagedFile):
        store.read(hashlib.sha256(DATA).hexdigest())
    assert len(files_of(store)) == 1


NOW = datetime.now(UTC)


def aged(store: Store, data: bytes, hours: int) -> Path:
    """A file that was put so many hours ago."""
    path = store.path(store.put(data))
    at = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(path, (at, at))
    return path


def test_old_files_that_nothing_names_are_swept_up_and_no_others(store: Store) -> None:
    named, old, new = aged(store, b"1", 100), aged(store, b"2", 25), aged(store, b"3", 23)
    half = old.with_name(".new-abc")  # what a crash left of a file that was being written
    half.write_bytes(b"")
    os.utime(half, (0, 0))
    assert store.sweep({named.name}, NOW - timedelta(days=1)) == 2
    assert [path.exists() for path in (named, old, new, half)] == [True, False, True, False]


def test_an_old_file_that_is_put_again_counts_as_new(store: Store) -> None:
    path = aged(store, DATA, 100)
    store.put(DATA)
    assert store.sweep(set(), NOW - timedelta(days=1)) == 0
    assert path.exists()


def test_an_old_file_is_not_swept_up_in_the_moment_it_is_put_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    path, real, swept = aged(store, DATA, 100), os.utime, []

    def utime(there: Path) -> None:
        swept.append(store.sweep(set(), NOW))
        real(there)

    monkeypatch.setattr(os, "utime", utime)
    store.put(DATA)
    assert swept == [0] and path.exists()


def test_nothing_is_swept_up_while_a_file_is_put_or_a_backup_reads(store: Store) -> None:
    path = aged(store, DATA, 100)
    with store.unswept():
        assert store.sweep(set(), NOW) == 0
    assert path.exists()
    assert store.sweep(set(), NOW) == 1
