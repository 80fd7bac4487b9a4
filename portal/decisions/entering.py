"""Entering an organ's minutes in a case, and what a decision in them rests on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.decisions.deciding import Ground, hold
from portal.decisions.minutes import Minutes, MinutesKind, problems
from portal.decisions.models import Capacity, MinutesEntry
from portal.errors import Invalid
from portal.funds import operations as funds
from portal.funds.models import FundDecision
from portal.people.actor import Actor
from portal.register import documents
from portal.register.document_models import Direction, PublicGround, Source
from portal.register.documents import Registration
from portal.register.models import Case, Organ
from portal.register.operations import open_text, record
from portal.text import _


def enter(case: Case, minutes: Minutes, *, by: Actor, now: datetime) -> MinutesEntry:
    """Write the entry and its log entry. Raises Invalid when it does not hold or has been entered before."""
    if found := problems(minutes, today=clock.today()):
        raise Invalid(found)
    if minutes.kind is MinutesKind.DECIDING:
        hold(case, minutes.fund_decision_id, now)
    organ = _organ(minutes.organ_id, "organ")
    onward = _organ(minutes.passed_on_to_id, "passed_on_to") if minutes.passed_on_to_id else None
    paragraph = minutes.paragraph.strip()
    _only_once(case, organ, minutes, paragraph)
    entry = MinutesEntry(
        case_id=case.id,
        organ=organ,
        meeting_date=minutes.meeting_date,
        paragraph=paragraph,
        kind=minutes.kind.value,
        text=minutes.text.strip(),
        adjusted_on=minutes.adjusted_on,
        posted_on=minutes.posted_on,
        passed_on_to_id=onward.id if onward else None,
        by_id=by.person_id,
        at=now,
    )
    session.add(entry)
    session.flush()  # the decision and the log need its ids
    body: dict[str, object] = {
        "organ": organ.in_text,
        "organ_name": organ.name,
        "meeting_date": minutes.meeting_date.isoformat(),
        "paragraph": paragraph,
        "kind": minutes.kind.value,
        "text": open_text(case, entry.text),
        "adjusted_on": minutes.adjusted_on.isoformat() if minutes.adjusted_on else None,
        "posted_on": minutes.posted_on.isoformat() if minutes.posted_on else None,
        "passed_on_to": onward.in_text if onward else None,
    }
    _register(case, entry, by=by, now=now)
    act = "take_over" if minutes.kind is MinutesKind.TAKEN_OVER else "record_minutes"
    record(case, f"decisions.{act}", by=by, body=body, kind="minutes", object_id=entry.public_id)
    return entry


def _register(case: Case, entry: MinutesEntry, *, by: Actor, now: datetime) -> None:
    """The extract in the register. A case that another authority is passed or takes over goes there with its documents."""
    organ, outside = entry.organ, documents.is_outside(entry.organ_id)
    words = {"organ": organ.name, "day": entry.meeting_date.isoformat(), "paragraph": entry.paragraph}
    registration = Registration(
        source=Source.MINUTES,
        source_id=entry.public_id,
        title=_("%(organ)s %(day)s, § %(paragraph)s", **words),
        direction=Direction.IN if outside else Direction.DRAWN_UP,
        counterparty=organ.name,
        on=None if outside else entry.adjusted_on or entry.meeting_date,
        outside=outside,
        adjusted_on=entry.adjusted_on,
    )
    documents.register(case, registration, by=by, now=now)
    if documents.is_outside(entry.passed_on_to_id) or (outside and entry.kind == MinutesKind.TAKEN_OVER):
        documents.made_public(case, PublicGround.DISPATCHED, on=clock.local_date(now))


def ground_of(entry: MinutesEntry, minutes: Minutes, *, by: Actor) -> Ground:
    """What an organ's decision rests on: the minutes. A decision to set more aside that they carry is confirmed first."""
    if minutes.fund_decision_id is not None:
        _carries(entry, minutes.fund_decision_id)
        funds.confirm_fund_decision(decision_id=minutes.fund_decision_id, by=by)
    authority: dict[str, str | int] = {
        "capacity": Capacity.POLITICAL.value,
        "organ": entry.organ.name,
        "date": entry.meeting_date.isoformat(),
        "paragraph": entry.paragraph,
    }
    return Ground(
        capacity=Capacity.POLITICAL,
        authority=authority,
        decided_on=entry.meeting_date,
        minutes=entry,
        financing=minutes.financing.strip(),
    )


def _carries(entry: MinutesEntry, fund_decision_id: UUID) -> None:
    """The decision to set money aside was made at the same meeting, by the same organ."""
    found = session.scalars(select(FundDecision).where(FundDecision.public_id == fund_decision_id)).one_or_none()
    if found is None or found.kind != "set_aside" or (found.organ_id, found.decided_on) != (entry.organ_id, entry.meeting_date):
        raise Invalid({"fund_decision": _("Beslutet att avsätta mer är inte från samma organ och dag som protokollet.")})


def _only_once(case: Case, organ: Organ, minutes: Minutes, paragraph: str) -> None:
    same = select(MinutesEntry.id).where(
        MinutesEntry.case_id == case.id,
        MinutesEntry.organ_id == organ.id,
        MinutesEntry.meeting_date == minutes.meeting_date,
        MinutesEntry.paragraph == paragraph,
    )
    if session.scalar(same) is not None:
        raise Invalid({"paragraph": _("Paragrafen är redan införd i ärendet.")})


def _organ(public_id: UUID, field: str) -> Organ:
    organ = session.scalars(select(Organ).where(Organ.public_id == public_id)).one_or_none()
    if organ is None:
        raise Invalid({field: _("Organet finns inte längre. Välj ett annat.")})
    return organ
