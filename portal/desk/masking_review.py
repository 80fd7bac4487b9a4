"""A masked copy that has been looked at: it lies in the store, and a signed mark in the form names it until it is made.

So what is kept is what was seen, to the last byte. Signed, since by its SHA-256 alone any stored file could be named. What
nobody makes a copy of is swept up as a file that no row names (``Store.sweep``).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from portal import clock
from portal.documents.masked_copies import MaskedFile
from portal.errors import Unknown

KEPT_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The file, of which document it is, and the ``choice`` (its digest) that it came of; ``notes`` are shown again."""

    document: str
    choice: str
    sha256: str
    size: int
    title: str
    provision: str
    places: int
    pages: int
    notes: Sequence[str] = ()

    @property
    def file(self) -> MaskedFile:
        """As it is made a document."""
        return MaskedFile(sha256=self.sha256, size=self.size, title=self.title, provision=self.provision, places=self.places)


class _Signer(TimestampSigner):
    """Signs with the time of the portal's own clock."""

    def get_timestamp(self) -> int:
        """Seconds since 1970, UTC."""
        return int(clock.now().timestamp())


def _signer(purpose: str) -> URLSafeTimedSerializer:
    key: Any = current_app.secret_key
    return URLSafeTimedSerializer(
        key, salt=f"masked:{purpose}", signer=_Signer, signer_kwargs={"digest_method": hashlib.sha256}
    )


def _read(mark: str, purpose: str) -> Any:
    """What was signed, or None for what was not, or too long ago."""
    try:
        return _signer(purpose).loads(mark, max_age=int(KEPT_FOR.total_seconds()))
    except BadData:
        return None


def mark_of(reviewed: Reviewed) -> str:
    """For the form with which the copy is made."""
    return str(_signer("form").dumps(asdict(reviewed)))


def reviewed(mark: str, document_id: UUID) -> Reviewed | None:
    """What the form names, if it was given out for that document and not long ago."""
    said = _read(mark, "form")
    return Reviewed(**said) if said is not None and said["document"] == str(document_id) else None


def picture_mark(reviewed: Reviewed) -> str:
    """For the addresses of the pages: the file and its document, and no more."""
    return str(_signer("pages").dumps([reviewed.document, reviewed.sha256]))


def file_of_pictures(mark: str, document_id: UUID) -> str:
    """The SHA-256 of the file whose pages are asked for. Raises Unknown."""
    said = _read(mark, "pages")
    if said is None or said[0] != str(document_id):
        raise Unknown
    return str(said[1])
