"""The signed note on the seal: what certificate and what trust anchors the log's key vouches for (C2SP signed-note)."""

import hashlib

from portal.documents.sealing.keys import SealKey
from portal.documents.sealing.stamps import TimeStamps
from portal.log import notes

TITLE = "askandeportalen/sigill/v1"


def seal_note(key: SealKey, log_key: notes.Signer, stamps: TimeStamps | None = None) -> str:
    """The note, which is printed in the proof of each decision."""
    lines = [TITLE, log_key.name, f"sigill {key.fingerprint}", f"rot {_hash(key.root)}"]
    lines += [f"tid {_hash(root)}" for root in (stamps.roots if stamps else ())]
    return notes.sign_text("".join(f"{line}\n" for line in lines), log_key)


def _hash(certificate: bytes) -> str:
    return hashlib.sha256(certificate).hexdigest()
