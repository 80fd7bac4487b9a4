"""A dispatch to many: its rows are made some hundreds at a time, and sent by the batch, so that memory stays flat."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from portal import clock
from portal.db import session
from portal.decisions.models import Decision
from portal.dispatch.mail import message_id
from portal.dispatch.models import Copy
from portal.dispatch.recipients import Addressee, Reached
from portal.outbox import operations as outbox

FROM = 100  # copies queued at once; fewer have a task and a log entry each
BATCH = 50  # copies of one task: they are told in one log entry, and done within the lease of one
_ROWS = 500
KIND = "copies"

New = Sequence[tuple[Addressee, Reached]]


def row(decision: Decision, addressee: Addressee, reached: Reached) -> dict[str, Any]:
    """A new copy as its columns; one that reaches nobody has failed from the start."""
    public_id = uuid4()
    return {
        "public_id": public_id,
        "case_id": decision.case_id,
        "decision_id": decision.id,
        "recipient": addressee.name,
        "kind": addressee.kind,
        "unit_id": reached.unit_id,
        "email": reached.email,
        "masked": reached.masked,
        "state": "failed" if reached.failure else "waiting",
        "failure": reached.failure,
        "message_id": message_id(public_id),
        "queued_at": clock.now(),
    }


def queue(decision: Decision, new: New) -> None:
    """Make the copies and queue their sending, in the transaction that the caller holds."""
    waiting: list[UUID] = []
    for start in range(0, len(new), _ROWS):
        rows = [row(decision, *each) for each in new[start : start + _ROWS]]
        session.execute(insert(Copy), rows)
        waiting += [each["public_id"] for each in rows if each["state"] == "waiting"]
    for payload in _tasks(waiting):
        outbox.enqueue(kind=KIND, payload={"copies": payload}, key=f"{KIND}:{decision.public_id}:{payload[0]}")


def _tasks(copies: Sequence[UUID]) -> Iterator[list[str]]:
    for start in range(0, len(copies), BATCH):
        yield [str(each) for each in copies[start : start + BATCH]]
