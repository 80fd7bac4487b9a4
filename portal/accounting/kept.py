"""A file that is looked through before it is read in: it lies in the store, and a signed address names it until then.

Signed, since by its SHA-256 alone any stored file could be asked for. The address holds for half a day: what nobody has
read in by then is swept up as a file that no row names (``Store.sweep``).
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app, request
from itsdangerous import BadData, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from portal import clock
from portal.documents.store import current_store
from portal.documents.uploads import clean_filename
from portal.errors import Conflict, Invalid, Unknown
from portal.text import _

KEPT_FOR = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Kept:
    """An uploaded file as it lies in the store, and the month that was chosen for it (empty: none was asked for)."""

    name: str
    sha256: str
    month: str = ""


class _Signer(TimestampSigner):
    """Signs with the time of the portal's own clock."""

    def get_timestamp(self) -> int:
        """Seconds since 1970, UTC."""
        return int(clock.now().timestamp())


def _signer(purpose: str) -> URLSafeTimedSerializer:
    key: Any = current_app.secret_key
    return URLSafeTimedSerializer(key, salt=f"kept:{purpose}", signer=_Signer, signer_kwargs={"digest_method": hashlib.sha256})


def sent_file() -> tuple[str, bytes]:
    """Name and content of the file in the sent form. Raises Invalid where there is none."""
    file = request.files.get("file")
    if not file or not file.filename:
        raise Invalid({"file": _("Välj en CSV-fil.")})
    return clean_filename(file.filename), file.read()


def keep(name: str, content: bytes, month: str = "") -> Kept:
    """Put the file into the store, unchanged."""
    return Kept(name, current_store().put(content), month)


def token(kept: Kept, purpose: str) -> str:
    """Names the file in an address, for ``purpose`` and no other."""
    return _signer(purpose).dumps([kept.name, kept.sha256, kept.month])


def named(token: str, purpose: str) -> Kept:
    """The file that the token names. Raises Unknown for one that was not given out, and Conflict for one that is too old."""
    try:
        return Kept(*_signer(purpose).loads(token, max_age=int(KEPT_FOR.total_seconds())))
    except SignatureExpired:
        raise Conflict(_("Filen valdes för länge sedan och har inte lästs in. Välj den på nytt.")) from None
    except BadData:
        raise Unknown from None
