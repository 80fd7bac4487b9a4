"""Where packages are put: a folder, or a server by SFTP. A file is there whole under its name, or not at all.

It is written under a name that begins with a dot, flushed, and renamed; its checksum follows in a file of its own, so that
who waits for that never takes half a package.
"""

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from portal.archive.transfer.models import Terms
from portal.archive.transfer.rules import SFTP
from portal.log.keys import KeyFileError, require_private
from portal.settings import Settings
from portal.text import _

PIECE = 256 * 1024
PART = ".part"
Beat = Callable[[], None]
"""Called between pieces of a file; what it raises ends the writing."""


class ChannelError(Exception):
    """It cannot be written there, now; ``str(error)`` is one Swedish sentence."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to put: where it lies here, its name there, and its SHA-256."""

    path: Path
    name: str
    sha256: str

    @property
    def line(self) -> bytes:
        """What its checksum file says, as sha256sum writes and checks it."""
        return f"{self.sha256}  {self.name}\n".encode()


class Channel(Protocol):
    """The folder of one delivery, wherever it is."""

    def prepare(self) -> None:
        """Make the folder, and take away what an earlier writer left unfinished. Raises ChannelError."""

    def has(self, name: str, sha256: str, size: int) -> bool:
        """Whether the file with its checksum lies there whole. Raises ChannelError."""

    def put(self, file: File, beat: Beat) -> None:
        """Put the file and its checksum there, in place of any of that name. Raises ChannelError and what ``beat`` raises."""


@contextmanager
def opened(terms: Terms, folder: str, settings: Settings) -> Iterator[Channel]:
    """The channel of the agreement, at the delivery's own folder. Raises ChannelError."""
    if terms.channel == SFTP:
        from portal.archive.transfer.sftp import Server  # imported when first used, as it takes a moment

        with Server(terms, folder, secret_of(terms, settings)) as server:
            yield server
    else:
        if settings.archive_folder is None:
            with suppress(FileExistsError):  # something else stands there, which prepare() tells
                settings.deliveries.mkdir(mode=0o700, exist_ok=True)
        yield Folder(settings.deliveries, terms.place, folder)


def secret_of(terms: Terms, settings: Settings) -> bytes:
    """The password, or the private key, in the file that the agreement names. Raises ChannelError."""
    path = secret_path(terms, settings)
    try:
        require_private(path)
        return path.read_bytes()
    except KeyFileError as error:
        raise ChannelError(str(error)) from error
    except OSError as error:
        raise ChannelError(
            _("Filen %(path)s med inloggningen till servern finns inte eller går inte att läsa.", path=path)
        ) from error


def secret_path(terms: Terms, settings: Settings) -> Path:
    """Where the operator keeps the secret of the agreement: ``NAME.password`` or ``NAME.key``."""
    return settings.instance / "transfer_secrets" / f"{terms.secret}.{terms.sign_in}"


class Folder:
    """A folder below that of the installation, which may be another machine's disk."""

    def __init__(self, root: Path, place: str, name: str) -> None:
        self.root, self.place = root, root / place / name

    def prepare(self) -> None:
        """See ``Channel``. The folder of the installation is not made: else a disk that is away would be written beside."""
        if not self.root.is_dir():
            raise ChannelError(_("Mappen för leveranser, %(path)s, finns inte. Är disken ansluten?", path=self.root))
        with self._told():
            self.place.mkdir(parents=True, exist_ok=True)
            for left in self.place.glob(f".*{PART}"):
                left.unlink(missing_ok=True)

    def has(self, name: str, sha256: str, size: int) -> bool:
        """See ``Channel``; the file is read whole."""
        path = self.place / name
        with self._told():
            try:
                if path.stat().st_size != size or beside(path).read_bytes() != File(path, name, sha256).line:
                    return False
                with path.open("rb") as file:
                    return hashlib.file_digest(file, "sha256").hexdigest() == sha256
            except FileNotFoundError:
                return False

    def put(self, file: File, beat: Beat) -> None:
        """See ``Channel``."""
        with self._told():
            with file.path.open("rb") as source:
                self._write(self.place / file.name, iter(lambda: source.read(PIECE), b""), beat)
            self._write(beside(self.place / file.name), iter([file.line]), beat)

    def _write(self, path: Path, pieces: Iterator[bytes], beat: Beat) -> None:
        part = path.with_name(f".{path.name}.{os.getpid()}{PART}")
        try:
            with part.open("wb") as file:
                for piece in pieces:
                    file.write(piece)
                    beat()
                file.flush()
                os.fsync(file.fileno())
            beat()
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ChannelError(why(error, _("mappen för leveranser"))) from error


def beside(path: Path) -> Path:
    """Where the checksum of a file stands."""
    return path.with_name(f"{path.name}.sha256")


def why(error: OSError, where: str) -> str:
    """Why the disk at ``where`` takes no more, in a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return _("Disken i %(where)s är full. Leveransen fortsätter när det finns plats.", where=where)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _("Portalen får inte skriva i %(where)s. Ge den skrivrätt; leveransen fortsätter sedan.", where=where)
    return _("Det går inte att skriva i %(where)s. Ett nytt försök görs.", where=where)
