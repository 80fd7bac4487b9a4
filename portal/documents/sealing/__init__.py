"""The organisation's seal on a PDF: PAdES, certified, no changes allowed. Bytes in, bytes out; no Flask, no database.

pyHanko is imported when something is sealed: it costs a second and memory that most processes never need.
"""

from portal.documents.sealing.errors import SealError, StampsAway, TooLate
from portal.documents.sealing.keys import SealKey
from portal.documents.sealing.note import seal_note
from portal.documents.sealing.stamps import TimeStamps
from portal.documents.sealing.writing import Level, Sealed, seal, upgrade

__all__ = ["Level", "SealError", "SealKey", "Sealed", "StampsAway", "TimeStamps", "TooLate", "seal", "seal_note", "upgrade"]
