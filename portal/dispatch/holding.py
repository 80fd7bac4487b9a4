"""Copies on their way when a secrecy mark is set: held, and sent on when no mark hides what they say any more."""

from sqlalchemy import select

from portal.db import session
from portal.dispatch import operations, rules
from portal.dispatch.models import Copy
from portal.outbox import operations as outbox
from portal.people.permissions import Permission
from portal.register.models import Case
from portal.text import _


def follow_marks(case: Case) -> None:
    """Hold what waits to be sent while something is marked, with a notice to finance; send it on when nothing is.

    In the transaction of the mark, and only where it changes what is hidden: what has not been handed over when it commits
    does not leave (``sending`` looks once more). Finance may still send a held copy, which then goes as of a case with marks:
    without what is hidden.
    """
    if case.is_marked:
        _hold(case)
    else:
        _release(case)


def _hold(case: Case) -> None:
    held = _copies(case, Copy.state == "waiting")
    for copy in held:
        operations.mark_failed(copy, case, rules.HELD)
    if held:
        payload = {"event": "copy_held", "case": str(case.public_id), "permission": Permission.RECORD_BUDGET.value}
        outbox.enqueue(kind="notice", payload=payload, key=f"notice:held:{case.public_id}:{case.version}")


def _release(case: Case) -> None:
    held = Copy.failure.in_((rules.HELD, _(rules.HELD_SAID)))  # older rows have it in words
    for copy in _copies(case, Copy.state == "failed", held):
        operations.release(copy, case)


def _copies(case: Case, *conditions: object) -> list[Copy]:
    rows = select(Copy).where(Copy.case_id == case.id, *conditions).order_by(Copy.id).with_for_update()  # type: ignore[arg-type]
    return list(session.scalars(rows))
