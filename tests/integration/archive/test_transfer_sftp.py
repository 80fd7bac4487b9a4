"""Packages to a real OpenSSH server: pinned by its host key, whole or not at all, and one sentence for whatever is wrong."""

import asyncio
import hashlib
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from portal.archive.transfer import channels, sftp
from portal.archive.transfer.channels import ChannelError, File
from portal.settings import Settings
from tests.factories import sshd
from tests.factories.sshd import SFTP_SERVER, Sshd, running
from tests.factories.transfer import SERVER

pytestmark = pytest.mark.skipif(not sshd.SSHD, reason="sshd is not installed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    made = sshd.made(tmp_path_factory.mktemp("sshd"))
    with running(made):
        yield made


@pytest.fixture
def settings(server: Sshd, tmp_path: Path) -> Settings:
    folder = tmp_path / "transfer_secrets"
    folder.mkdir()
    for name, content in (("regionarkivet.key", server.key.read_bytes()), ("regionarkivet.password", b"fel\n")):
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
    return Settings(instance=tmp_path)


def terms(server: Sshd, **changed: object) -> Any:
    said = {
        **SERVER,
        "port": server.port,
        "username": server.username,
        "host_key": server.fingerprints["ed25519"],
        "place": str(server.inbox),
    }
    return SimpleNamespace(**{**said, **changed})


def a_file(folder: Path, size: int = 3_000_000) -> File:
    path = folder / "KS-1.zip"
    path.write_bytes(secrets.token_bytes(size))
    return File(path, path.name, hashlib.sha256(path.read_bytes()).hexdigest())


def nothing() -> None:
    """Nobody minds how far it has come."""


def sent(server: Sshd, settings: Settings, file: File, **changed: object) -> None:
    with channels.opened(terms(server, **changed), "LEV-1", settings) as channel:
        channel.prepare()
        channel.put(file, nothing)


def lying(server: Sshd) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in (server.inbox / "LEV-1").glob("*")}


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_a_file_arrives_whole_with_its_checksum_whichever_of_the_servers_keys_is_pinned(
    server: Sshd, settings: Settings, tmp_path: Path, kind: str
) -> None:
    file = a_file(tmp_path)
    with channels.opened(terms(server, host_key=server.fingerprints[kind]), "LEV-1", settings) as channel:
        channel.prepare()
        (server.inbox / "LEV-1" / f".{file.name}.part").write_bytes(b"half")
        channel.prepare()
        assert not channel.has(file.name, file.sha256, 3_000_000)
        channel.put(file, nothing)
        channel.put(file, nothing)  # in place of itself
        assert channel.has(file.name, file.sha256, 3_000_000)
        assert not channel.has(file.name, "0" * 64, 3_000_000)
    assert lying(server) == {file.name: file.path.read_bytes(), f"{file.name}.sha256": file.line}


def test_whoever_sends_may_have_a_loop_of_their_own_running(server: Sshd, settings: Settings, tmp_path: Path) -> None:
    file = a_file(tmp_path)

    async def busy() -> None:
        with channels.opened(terms(server, host_key=server.fingerprints["ed25519"]), "LEV-9", settings) as channel:
            channel.prepare()
            channel.put(file, nothing)

    with ThreadPoolExecutor(1) as apart:  # where another test's browser has a loop running, this thread may not have one more
        apart.submit(lambda: asyncio.run(busy())).result()
    assert (server.inbox / "LEV-9" / file.name).stat().st_size == file.path.stat().st_size


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"host_key": SERVER["host_key"]}, "har en annan värdnyckel än avtalets. Inget skickades"),
        ({"sign_in": "password"}, "godtog inte inloggningen"),
        ({"username": "finns-inte"}, "godtog inte inloggningen"),
        ({"secret": "borta"}, "finns inte eller går inte att läsa"),
        ({"port": 1}, "går inte att nå på port 1"),
        ({"place": "/finns/inte"}, "finns inte, eller får inte skrivas i"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(
    server: Sshd, settings: Settings, tmp_path: Path, changed: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ChannelError, match=sentence) as told:
        sent(server, settings, a_file(tmp_path, 10), **changed)
    assert "\n" not in str(told.value)
    assert str(told.value).endswith(".")


def test_a_secret_that_others_may_read_or_that_is_no_key_is_not_used(server: Sshd, settings: Settings, tmp_path: Path) -> None:
    key = settings.instance / "transfer_secrets" / "regionarkivet.key"
    key.chmod(0o640)
    with pytest.raises(ChannelError, match="kör chmod 600"):
        sent(server, settings, a_file(tmp_path, 10))
    key.chmod(0o600)
    key.write_text("ingen nyckel")
    with pytest.raises(ChannelError, match="går inte att läsa, eller är skyddad med lösenord"):
        sent(server, settings, a_file(tmp_path, 10))


@pytest.mark.parametrize(
    ("does", "sentence"),
    [
        ("trap '' XFSZ; ulimit -f 1000; exec {}", "Är disken där full?"),  # the kernel refuses the rest
        ("dd bs=32k count=40 2>/dev/null | {}; kill -9 $PPID", "bröts"),  # gone in the middle of the file
    ],
)
def test_a_full_disk_or_a_line_cut_in_mid_file_leaves_no_half_package_and_the_next_try_goes_through(
    server: Sshd, settings: Settings, tmp_path: Path, does: str, sentence: str
) -> None:
    program = tmp_path / "sftp"
    program.write_text(f"#!/bin/sh\n{does.format(SFTP_SERVER)}\n", encoding="utf-8")
    program.chmod(0o755)
    for left in (server.inbox / "LEV-1").glob("*"):
        left.unlink()
    file = a_file(tmp_path)
    other = Sshd(server.folder, sshd.free_port(), server.fingerprints, server.username)
    with running(other, str(program)), pytest.raises(ChannelError, match=sentence):
        sent(server, settings, file, port=other.port)
    assert {name for name in lying(server) if not name.startswith(".")} == set()
    sent(server, settings, file)
    assert lying(server) == {file.name: file.path.read_bytes(), f"{file.name}.sha256": file.line}


def test_a_server_that_says_nothing_is_given_up(server: Sshd, settings: Settings, tmp_path: Path) -> None:
    import socket

    with socket.socket() as silent, patch.object(sftp, "SECONDS", 0.2):
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(ChannelError, match=r"går inte att nå|bröts"):
            sent(server, settings, a_file(tmp_path, 10), port=silent.getsockname()[1])
