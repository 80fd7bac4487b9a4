"""Showing a case: that secret content was read is in the log before it is shown."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from portal import veil
from portal.db import session, transaction
from portal.people.actor import Actor
from portal.register import queries, secrecy
from portal.register.models import Case
from portal.register.operations import note_read

Found = TypeVar("Found")


def shown(
    load: Callable[[], Found],
    case_of: Callable[[Found], Case],
    *,
    by: Actor,
    allow: Callable[[Found], object] = lambda _found: None,
    document: UUID | None = None,
) -> Found:
    """What ``load`` finds for a page. Of a secret case the reading is logged first, in a transaction of its own; of one
    with marks on parts, by whoever reads them, and for everyone else it is read through a veil over them.

    ``load`` runs again after that, so it reads the case and no more; what hangs on the case is read afterwards.
    ``allow`` raises where the page is not to be shown at all: then nothing was read, and nothing is logged. ``document`` is
    the one that is read, where it is not the case itself.
    Called outside transactions. Raises what the two raise: Unknown when the case may not be seen (any more).
    """
    veil.lift()
    found = load()
    allow(found)
    case = case_of(found)
    if not case.is_marked:
        return found
    case_id, veiled = case.public_id, secrecy.lay_veil(case, by)
    if veiled and not case.is_secret:
        session.rollback()  # what was read before the veil lay
        return load()
    with transaction():
        note_read(case_id, by=by, document=document)
    return load()  # the transaction has let go of what was read before it


def shown_case(case_id: UUID, by: Actor, *, allow: Callable[[Case], object] = lambda _case: None) -> Case:
    """The case for a page that ``by`` opens. Raises Unknown, and what ``allow`` raises."""
    return shown(lambda: queries.get_case(case_id, by), lambda case: case, by=by, allow=allow)
