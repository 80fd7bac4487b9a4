"""What the virus scanner says of stored files, and whether a file may be opened by anyone.

A file is *waiting* until the scanner has looked at it, then *clean* or *quarantined*. Where no scanner is set up it is
*unscanned*, which is told and keeps nobody from opening it; what was found before stands all the same. Only files that
someone handed in are scanned: what the portal makes itself (decisions, exports) is made from text.
"""

from collections.abc import Collection, Mapping
from typing import Literal

from sqlalchemy import select

from portal.db import session
from portal.documents.models import Document, FileScan
from portal.errors import Invalid, Refused
from portal.outbox import operations as outbox
from portal.settings import current_settings
from portal.text import _

State = Literal["waiting", "clean", "quarantined", "unscanned"]
WAITING: State = "waiting"
CLEAN: State = "clean"
QUARANTINED: State = "quarantined"
UNSCANNED: State = "unscanned"


def _state(verdict: FileScan | None) -> State:
    if verdict is not None:
        return QUARANTINED if verdict.verdict == QUARANTINED else CLEAN
    return WAITING if current_settings().scanner else UNSCANNED


def state_of(sha256s: Collection[str]) -> dict[str, State]:
    """How it stands with those files, which someone handed in; one statement."""
    rows = session.scalars(select(FileScan).where(FileScan.sha256.in_(sorted(set(sha256s)))))
    verdicts: Mapping[str, FileScan] = {row.sha256: row for row in rows}
    return {sha256: _state(verdicts.get(sha256)) for sha256 in sha256s}


def state_of_document(document: Document) -> State:
    """How it stands with the document's file. ``documents.queries.of_case`` has read the verdict along with it."""
    return _state(document.scan) if document.handed_in else UNSCANNED


def may_be_opened(state: State) -> bool:
    """Whether anyone may have the file's bytes: never one in quarantine, nor one that the scanner has yet to look at."""
    return state in (CLEAN, UNSCANNED)


def look_at(sha256: str) -> None:
    """Have the scanner look at a file that someone hands in, once this transaction has committed.

    Raises Invalid for one that is known to be harmful: the same file is not taken in again.
    """
    state = state_of([sha256])[sha256]
    if state == QUARANTINED:
        raise Invalid({"file": _("Filen tas inte emot: viruskontrollen har funnit skadlig kod i den.")})
    if state == WAITING:
        outbox.enqueue(kind="scan", payload={"sha256": sha256}, key=f"scan/{sha256}")


def refusal_to_open(state: State) -> str | None:
    """Why nobody may open the file now, in one sentence."""
    if state == WAITING:
        return _("Filen väntar på viruskontroll och kan inte öppnas än. Försök igen om en stund.")
    if state == QUARANTINED:
        return _("Filen är i karantän: viruskontrollen fann skadlig kod i den. Den kan inte öppnas.")
    return None


def require_open_file(sha256: str) -> None:
    """As ``require_open``, for a file that someone handed in and that is no document of a case."""
    if refusal := refusal_to_open(state_of([sha256])[sha256]):
        raise Refused(refusal)


def require_open(document: Document) -> None:
    """Raise Refused, with the sentence to show, for a document whose file nobody may open."""
    if refusal := refusal_to_open(state_of_document(document)):
        raise Refused(refusal)
