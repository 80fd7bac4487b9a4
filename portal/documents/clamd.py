"""Asking clamd about a file: INSTREAM over a Unix socket or TCP (clamd(8)), with bounds on size and time.

The file is sent in pieces, each after its length, and ended by a piece of none; clamd answers with one line.
"""

import re
import socket
import struct
from dataclasses import dataclass

from portal.documents.uploads import MAX_FILE
from portal.settings import Scanner

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0  # a large package with many pictures; well within the lease of the worker
MOST_BYTES = 2 * MAX_FILE  # a picture painted anew may be larger than it was sent
_PIECE = 64 * 1024
_LONGEST_ANSWER = 4096
_FOUND = re.compile(r"stream: (.{1,200}) FOUND")


class ScannerAway(Exception):
    """clamd cannot be reached, or does not answer as it should; why, for the log of the worker."""


@dataclass(frozen=True, slots=True)
class Found:
    """What clamd says of a file: ``signature`` is what was found, empty for nothing."""

    signature: str


def version(scanner: Scanner) -> str:
    """The program and its signatures, as clamd calls them: another text means that files are worth another look."""
    with _connected(scanner) as door:
        return _asked(door, b"zVERSION\0")[:200]


def look(scanner: Scanner, data: bytes) -> Found:
    """What clamd finds in the bytes. Raises ScannerAway."""
    if len(data) > MOST_BYTES:
        raise ScannerAway("the file is larger than what is sent to the scanner")
    with _connected(scanner) as door:
        answer = _asked(door, b"zINSTREAM\0", data)
    if found := _FOUND.fullmatch(answer):
        return Found(found[1])
    if answer == "stream: OK":
        return Found("")
    raise ScannerAway(answer)


def _connected(scanner: Scanner) -> socket.socket:
    try:
        if not scanner.socket:
            return socket.create_connection((scanner.host, scanner.port), CONNECT_SECONDS)
        door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            door.settimeout(CONNECT_SECONDS)
            door.connect(scanner.socket)
        except OSError:
            door.close()
            raise
        return door
    except OSError as error:
        raise ScannerAway(str(error)) from error


def _asked(door: socket.socket, command: bytes, data: bytes | None = None) -> str:
    try:
        door.settimeout(ANSWER_SECONDS)
        door.sendall(command)
        if data is not None:
            for start in range(0, len(data), _PIECE):
                piece = data[start : start + _PIECE]
                door.sendall(struct.pack("!I", len(piece)) + piece)
            door.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER and (more := door.recv(_LONGEST_ANSWER)):
            answer += more
    except OSError as error:
        raise ScannerAway(str(error)) from error
    if not answer.endswith(b"\0"):
        raise ScannerAway("the answer was cut off")
    return answer[:-1].decode("utf-8", "replace")
