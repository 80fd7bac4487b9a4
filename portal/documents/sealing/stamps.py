"""The time-stamp service (RFC 3161): where it is, and which roots its stamps are trusted to end in."""

from dataclasses import dataclass, field

from portal.documents.sealing.errors import SealError
from portal.documents.sealing.keys import certificates_in, require_files
from portal.settings import Settings
from portal.text import _


@dataclass(frozen=True, slots=True)
class TimeStamps:
    """A service at ``address``; ``roots`` are the trust anchors of its certificates (DER)."""

    address: str
    roots: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def load(cls, settings: Settings) -> "TimeStamps | None":
        """The service of the installation; None where none is set. Raises SealError when the roots cannot be read."""
        chosen = settings.seal
        if not chosen.time_stamp or chosen.time_stamp_roots is None:
            return None
        require_files(chosen)
        from cryptography.hazmat.primitives.serialization import Encoding

        found = certificates_in(chosen.time_stamp_roots)
        if not found:
            raise SealError(_("Filen %(path)s innehåller inget certifikat.", path=chosen.time_stamp_roots))
        return cls(chosen.time_stamp, tuple(each.public_bytes(Encoding.DER) for each in found))
