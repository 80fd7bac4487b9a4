"""The organs that decide (kommunstyrelsen, a nämnd): added and ended by the administrator, logged like every change."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.db import session
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.log import operations as log
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register import allowed
from portal.register.models import Organ
from portal.text import _


def organs(*, ended: bool = False) -> list[Organ]:
    """The organs in use, by name; with ``ended`` those too that are used no longer."""
    statement = select(Organ).order_by(Organ.name)
    if not ended:
        statement = statement.where(or_(Organ.ended_on.is_(None), Organ.ended_on >= clock.today()))
    return list(session.scalars(statement))


def organ(public_id: UUID) -> Organ:
    """The organ. Raises Unknown."""
    found = session.scalars(select(Organ).where(Organ.public_id == public_id)).one_or_none()
    if found is None:
        raise Unknown
    return found


def only_administrator(by: Actor | None) -> None:
    """Refuse anyone else; ``None`` is the installation itself. Raises Refused."""
    if by is not None and not by.may(Permission.ADMINISTER):
        raise Refused(_("Det här kan bara en administratör göra."))


def _record(action: str, organ: Organ, *, by: Actor | None, body: Mapping[str, object]) -> None:
    names = by.names if by else {}
    log.append(
        action=f"register.{action}",
        by=by.acting(Permission.ADMINISTER) if by else None,
        object_kind="organ",
        object_id=organ.public_id,
        case_id=None,
        body={"name": organ.name, **names, **body},
    )


def add_organ(*, name: str, in_text: str = "", by: Actor | None) -> Organ:
    """A new organ; ``in_text`` is how the name reads in a sentence. Raises Invalid when the name is taken."""
    only_administrator(by)
    name = name.strip()
    if not name:
        raise Invalid({"name": _("Skriv organets namn.")})
    organ = Organ(name=name, in_text=in_text.strip() or name[0].lower() + name[1:])
    try:
        with session.begin_nested():
            session.add(organ)
    except IntegrityError:
        raise Invalid({"name": _("Det finns redan ett organ med det namnet.")}) from None
    _record("add_organ", organ, by=by, body={"in_text": organ.in_text})
    return organ


def set_deadlines(*, organ_id: UUID, days: Mapping[str, int | None], by: Actor) -> Organ:
    """Working days allowed for statement, decision and dispatch in what is handed over to the organ; None: as the money.

    What waits already is counted by the new ones. Raises Refused.
    """
    if not by.may(Permission.ADMINISTER):
        raise Refused(_("Det här kan bara en administratör göra."))
    found = organ(organ_id)
    found.statement_days, found.decision_days, found.dispatch_days = (days[name] for name in allowed.DAYS)
    _record("set_deadlines", found, by=by, body={name: days[name] or 0 for name in allowed.DAYS})
    return found


def end_organ(*, organ_id: UUID, last_day: date, by: Actor) -> Organ:
    """Let an organ be chosen no more after ``last_day``; its decisions stay. Raises Refused, and Conflict when it has ended
    that day already."""
    only_administrator(by)
    ended = organ(organ_id)
    if ended.ended_on == last_day:
        raise Conflict(_("Organet är redan avslutat den dagen."))
    ended.ended_on = last_day
    _record("end_organ", ended, by=by, body={"ended_on": last_day.isoformat()})
    return ended
