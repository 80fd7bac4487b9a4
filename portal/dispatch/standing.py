"""How it stands with what is to be sent: what waits and why, what did not come through, and what came back unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.db import session
from portal.dispatch.many import KIND as MANY
from portal.dispatch.models import Copy, DeliveryReport
from portal.dispatch.queries import PAGE
from portal.dispatch.rules import failure_said
from portal.errors import Refused
from portal.log import operations as log
from portal.outbox import operations as outbox
from portal.outbox import queries as waiting
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register.access import is_visible
from portal.register.models import Case
from portal.register.queries import DIARY_NUMBER
from portal.text import _

KINDS = ("copy", MANY, "notice", "notice_mail", "digest", "decision_document", "bounces")
WHAT = {
    "copy": "Kopia",
    MANY: "Utskick till många",
    "notice": "Avisering",
    "notice_mail": "Brev om en avisering",
    "digest": "Dagens aviseringar i ett brev",
    "decision_document": "Beslutshandling som kopiorna väntar på",
    "bounces": "Läsning av studsar",
}
MOST = 50
DOOR = (Permission.ADMINISTER, Permission.RECORD_BUDGET, Permission.KEEP_REGISTER)


@dataclass(frozen=True, slots=True)
class Failing:
    """A task that did not work and is tried again: what, why, how often, and when next."""

    what: str
    reason: str
    tries: int
    again_at: datetime


@dataclass(frozen=True, slots=True)
class Stuck:
    """A copy that did not come through. ``recipient`` is empty where the case is secret and the reader has no right to it."""

    case_id: UUID
    copy_id: UUID
    number: str
    recipient: str
    reason: str
    readable: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The page: how much waits, what of it fails, the copies that failed, and what came back about no copy."""

    waiting: waiting.Counted
    failing: Sequence[Failing]
    stuck: Sequence[Stuck]
    following: str | None
    unknown: Sequence[DeliveryReport]

    @property
    def moving(self) -> bool:
        """Whether the page is another in a moment."""
        return self.waiting.count > 0


def standing(actor: Actor, after: str | None = None) -> Standing:
    """How it stands now, in four statements."""
    rows = waiting.failing(MOST, KINDS)
    stuck, following = _stuck(actor, after)
    unknown = select(DeliveryReport).where(DeliveryReport.copy_id.is_(None)).order_by(DeliveryReport.id.desc()).limit(MOST)
    return Standing(
        waiting=waiting.waiting(KINDS),
        failing=[Failing(_(WHAT[row.kind]), row.error or "", row.attempts, row.run_at) for row in rows],
        stuck=stuck,
        following=following,
        unknown=session.scalars(unknown).all(),
    )


def _stuck(actor: Actor, after: str | None) -> tuple[list[Stuck], str | None]:
    """A page of the copies that failed. The number stands in the register for everyone; the rest as far as one may see."""
    statement = (
        select(
            Copy.id,
            Case.public_id,
            Copy.public_id,
            DIARY_NUMBER,
            Case.is_secret,
            Copy.recipient,
            Copy.failure,
            is_visible(actor),
        )
        .join(Case, Case.id == Copy.case_id)
        .where(Copy.state == "failed")
        .order_by(Copy.id)
        .limit(PAGE + 1)
    )
    if after and after.isascii() and after.isdigit() and len(after) < 19:
        statement = statement.where(Copy.id > int(after))
    rows = session.execute(statement).all()
    found = [
        Stuck(case_id, copy_id, number or "", "" if secret and not seen else name, failure_said(failure), bool(seen))
        for _id, case_id, copy_id, number, secret, name, failure, seen in rows[:PAGE]
    ]
    return found, str(rows[PAGE - 1][0]) if len(rows) > PAGE else None


def hurry(*, by: Actor) -> int:
    """Try now everything that waits for another try; how many there were. Raises Refused."""
    held = [permission for permission in DOOR if by.may(permission)]
    if not held:
        raise Refused(_("Utskicken sköts av administratören, ekonomi eller registratorn."))
    count = outbox.hurry(KINDS)
    if count:
        body: dict[str, object] = {**by.names, "count": count}
        log.append(
            action="outbox.hurry",
            by=by.acting(held[0]),
            object_kind="person",
            object_id=by.public_id,
            case_id=None,
            body=body,
        )  # of no case: it changes when something is tried, and nothing else
    return count
