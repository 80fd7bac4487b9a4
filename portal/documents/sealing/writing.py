"""Sealing a PDF, and adding to a sealed one what makes it hold longer than its certificates.

All that is added is appended: the bytes that were there stand first, unchanged.
"""

import logging
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from portal.documents.sealing.errors import SealError
from portal.documents.sealing.keys import SealKey
from portal.documents.sealing.running import finished
from portal.documents.sealing.stamps import TimeStamps

Level = Literal["B-B", "B-LTA"]
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed file. ``renew_by`` is the day by which its outermost time-stamp must be followed by another; None at B-B."""

    data: bytes
    level: Level
    renew_by: date | None


def seal(pdf: bytes, key: SealKey, at: datetime, stamps: TimeStamps | None = None) -> Sealed:
    """Seal ``pdf``, which is a file of our own making. With ``stamps`` it is a B-LTA file, unless they cannot be had now:
    then it is a B-B one, which ``upgrade`` lifts later.

    The result has been verified. Raises SealError.
    """
    from portal.documents.sealing import pades

    key.require_valid(at)
    if stamps is not None:
        try:
            return finished(pades.sealed_with_stamps(pdf, key, at, stamps))
        except SealError as error:
            _logger.warning("sealed without time-stamps: %s", error)
    return finished(pades.sealed(pdf, key, at))


def upgrade(pdf: bytes, stamps: TimeStamps, at: datetime) -> Sealed:
    """The sealed file with a new document time-stamp, and what is told of the certificates: a B-B one becomes a B-LTA one,
    and a B-LTA one holds for another year. No key is needed.

    The result begins with ``pdf`` and has been verified. Raises SealError, and StampsAway when it may work later.
    """
    from portal.documents.sealing import pades

    return finished(pades.stamped(pdf, stamps, at))
