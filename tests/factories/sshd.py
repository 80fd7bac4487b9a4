"""A real OpenSSH server on loopback: its own host keys and configuration, files in a folder, nothing left running."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""
SFTP_SERVER = "/usr/lib/openssh/sftp-server"


def _key(path: Path, kind: str) -> str:
    """Make a key pair; the fingerprint."""
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path)], check=True)
    told = subprocess.run(["ssh-keygen", "-lf", f"{path}.pub"], check=True, capture_output=True, text=True).stdout
    return told.split()[1]


def free_port() -> int:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@dataclass
class Sshd:
    """The server: where it listens, the fingerprints of its keys, whose key it lets in, and the folder for files."""

    folder: Path
    port: int
    fingerprints: dict[str, str]
    username: str

    @property
    def key(self) -> Path:
        """The private key that is let in."""
        return self.folder / "client"

    @property
    def inbox(self) -> Path:
        """Where files are put."""
        return self.folder / "inbox"


@contextmanager
def running(server: Sshd, sftp: str = "internal-sftp") -> Iterator[None]:
    """The server at work; ``sftp`` is what serves files."""
    config = server.folder / "sshd_config"
    config.write_text(
        f"""
        ListenAddress 127.0.0.1
        Port {server.port}
        HostKey {server.folder}/ed25519
        HostKey {server.folder}/rsa
        AuthorizedKeysFile {server.folder}/client.pub
        PidFile none
        StrictModes no
        UsePAM no
        PermitRootLogin yes
        PasswordAuthentication yes
        Subsystem sftp {sftp}
        """,
        encoding="utf-8",
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where sshd goes when it has given up root
    process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        _await(server.port)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _await(port: int) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
            return
        time.sleep(0.02)
    raise AssertionError("sshd does not answer")


def made(folder: Path) -> Sshd:
    """The keys and folders of a server."""
    (folder / "inbox").mkdir(parents=True)
    fingerprints = {kind: _key(folder / kind, kind) for kind in ("ed25519", "rsa")}
    _key(folder / "client", "ed25519")
    return Sshd(folder, free_port(), fingerprints, getpass.getuser())
