"""Packages to a server by SFTP, whose host key is the one in the agreement and no other."""

import asyncio
import posixpath
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self, TypeVar

import asyncssh

from portal.archive.transfer.channels import PART, PIECE, Beat, ChannelError, File
from portal.archive.transfer.models import Terms
from portal.text import _

SECONDS = 30.0
"""How long a server may take to answer."""

_KEYS = (
    ("ssh-ed25519",),
    ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    ("rsa-sha2-512", "rsa-sha2-256"),
)
Result = TypeVar("Result")


class _OtherKey(Exception):
    """The server has another key than the one in the agreement."""


class _Pinned(asyncssh.SSHClient):
    """Trusts the key with the fingerprint, and notes what the server showed."""

    def __init__(self, fingerprint: str, shown: list[str]) -> None:
        self._fingerprint, self._shown = fingerprint, shown

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Whether it is that key; that the server holds its private half is tried by asyncssh."""
        self._shown.append(key.get_fingerprint())
        return self._shown[-1] == self._fingerprint


def _quiet_runner() -> asyncio.Runner:
    runner = asyncio.Runner()
    # Of the pieces under way when a line is cut, one error is told; the others say the same once more.
    runner.get_loop().set_exception_handler(lambda _loop, _context: None)
    return runner


class Server:
    """See ``channels.Channel``. A loop of its own runs in a thread of its own while it is open, so that whoever calls
    may have one too; nothing of it is left running."""

    def __init__(self, terms: Terms, folder: str, secret: bytes) -> None:
        self.host, self.port, self.username = terms.host, terms.port or 22, terms.username
        self.fingerprint, self.sign_in, self._secret = terms.host_key, terms.sign_in, secret
        self.place = posixpath.join(terms.place, folder) if terms.place else folder
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sftp")
        self._runner = self._thread.submit(_quiet_runner).result()
        self._connection: asyncssh.SSHClientConnection
        self._sftp: asyncssh.SFTPClient
        self._is_open = False

    def __enter__(self) -> Self:
        with self._told():
            try:
                self._connection = self._wait(self._connect())
                self._sftp = self._wait(self._connection.start_sftp_client())
            except BaseException:
                self._close()
                raise
        self._is_open = True
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with suppress(OSError, asyncssh.Error, TimeoutError):
            self._connection.abort()
            self._wait(self._connection.wait_closed())
        self._close()

    def _close(self) -> None:
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()

    def prepare(self) -> None:
        """See ``Channel``. Only the delivery's own folder is made: the one in the agreement is the receiver's."""
        with self._told():
            if not self._wait(self._sftp.isdir(self.place)):
                self._wait(self._sftp.mkdir(self.place))
            for name in self._wait(self._sftp.listdir(self.place)):
                if isinstance(name, str) and name.startswith(".") and name.endswith(PART):
                    self._wait(self._sftp.remove(self._path(name)))

    def has(self, name: str, sha256: str, size: int) -> bool:
        """See ``Channel``. By its size and the checksum beside it, which is put there last; the file is not read back."""
        with self._told():
            try:
                if self._wait(self._sftp.stat(self._path(name))).size != size:
                    return False
                return self._wait(self._read(f"{name}.sha256")) == sha256.encode()
            except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                return False

    def put(self, file: File, beat: Beat) -> None:
        """See ``Channel``."""
        with self._told(), file.path.open("rb") as source:
            self._write(file.name, lambda: source.read(PIECE), beat)
            line = iter([file.line])
            self._write(f"{file.name}.sha256", lambda: next(line, b""), beat)

    def _path(self, name: str) -> str:
        return posixpath.join(self.place, name)

    def _write(self, name: str, read: Callable[[], bytes], beat: Beat) -> None:
        part, size = self._path(f".{name}{PART}"), 0
        remote: asyncssh.SFTPClientFile = self._wait(self._sftp.open(part, "wb"))
        try:
            while piece := read():
                self._wait(remote.write(piece))
                size += len(piece)
                beat()
            with suppress(asyncssh.SFTPOpUnsupported):  # not every server can; then it is as safe as the server is
                self._wait(remote.fsync())
        finally:
            self._wait(remote.close())
        if self._wait(self._sftp.stat(part)).size != size:
            raise ChannelError(_("Servern %(host)s tog inte emot hela filen. Ett nytt försök görs.", host=self.host))
        beat()
        self._rename(part, self._path(name))

    def _rename(self, part: str, path: str) -> None:
        try:
            self._wait(self._sftp.posix_rename(part, path))
        except asyncssh.SFTPOpUnsupported:
            with suppress(asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                self._wait(self._sftp.remove(path))
            self._wait(self._sftp.rename(part, path))

    async def _read(self, name: str) -> bytes:
        async with self._sftp.open(self._path(name), "rb") as file:
            found = await file.read(64)
            return found if isinstance(found, bytes) else found.encode()

    def _wait(self, asked: Coroutine[Any, Any, Result] | Any) -> Result:
        async def within() -> Result:
            async with asyncio.timeout(SECONDS):
                found: Result = await asked
                return found

        return self._thread.submit(self._runner.run, within()).result()

    async def _connect(self) -> asyncssh.SSHClientConnection:
        """With the kind of key that has the fingerprint: a server has several, and the agreement names one. A server that lacks
        a kind hangs up."""
        shown: list[str] = []
        lost: Exception = _OtherKey()
        for kinds in _KEYS:
            try:
                return await self._by_key(kinds, shown)
            except asyncssh.HostKeyNotVerifiable:
                continue
            except (asyncssh.KeyExchangeFailed, asyncssh.ConnectionLost, ConnectionResetError) as error:
                lost = error
        raise _OtherKey if shown else lost

    async def _by_key(self, kinds: tuple[str, ...], shown: list[str]) -> asyncssh.SSHClientConnection:
        keys: list[asyncssh.SSHKey] = []
        if self.sign_in == "key":
            try:
                keys = [asyncssh.import_private_key(self._secret)]
            except (asyncssh.KeyImportError, UnicodeDecodeError):
                sentence = _("Nyckeln till servern %(host)s går inte att läsa, eller är skyddad med lösenord.", host=self.host)
                raise ChannelError(sentence) from None
        return await asyncssh.connect(
            self.host,
            self.port,
            username=self.username,
            password=None if keys else self._secret.decode("utf-8", "replace").strip("\r\n"),
            client_keys=keys or None,
            preferred_auth="publickey" if keys else "password,keyboard-interactive",
            known_hosts=([], [], []),
            server_host_key_algs=kinds,
            client_factory=lambda: _Pinned(self.fingerprint, shown),
            agent_path=None,
            config=None,
            connect_timeout=SECONDS,
            login_timeout=SECONDS,
            keepalive_interval=10,
            keepalive_count_max=3,
        )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the library and the net raise, as one sentence each."""
        try:
            yield
        except _OtherKey as error:
            said = _(
                "Servern %(host)s har en annan värdnyckel än avtalets. Inget skickades: fråga mottagaren om det.",
                host=self.host,
            )
            raise ChannelError(said) from error
        except asyncssh.PermissionDenied as error:
            said = _(
                "Servern %(host)s godtog inte inloggningen. Kontrollera användarnamnet och filen med hemligheten.",
                host=self.host,
            )
            raise ChannelError(said) from error
        except (
            asyncssh.SFTPPermissionDenied,
            asyncssh.SFTPNoSuchFile,
            asyncssh.SFTPNoSuchPath,
            asyncssh.SFTPWriteProtect,
        ) as error:
            said = _(
                "Mappen på servern %(host)s finns inte, eller får inte skrivas i. Kontrollera den i avtalet.", host=self.host
            )
            raise ChannelError(said) from error
        except (asyncssh.SFTPNoConnection, asyncssh.SFTPConnectionLost) as error:
            raise ChannelError(self._cut()) from error
        except asyncssh.SFTPError as error:
            said = _("Servern %(host)s kunde inte skriva filen. Är disken där full? Ett nytt försök görs.", host=self.host)
            raise ChannelError(said) from error
        except asyncssh.Error as error:
            raise ChannelError(self._cut()) from error
        except (OSError, TimeoutError) as error:
            if self._is_open:
                raise ChannelError(self._cut()) from error
            said = _("Servern %(host)s går inte att nå på port %(port)s. Ett nytt försök görs.", host=self.host, port=self.port)
            raise ChannelError(said) from error

    def _cut(self) -> str:
        return _("Förbindelsen till servern %(host)s bröts. Ett nytt försök görs, och inget halvt ligger kvar.", host=self.host)
