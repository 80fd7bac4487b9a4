"""Making an organ's next list of decisions by delegation, and noting what becomes of it; by the registrar, each logged."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import and_, false, func, or_, select, update

from portal import clock
from portal.db import hold, session
from portal.decisions import delegated
from portal.decisions import delegated_queries as queries
from portal.decisions.deciding import DECISION_SERIES
from portal.decisions.delegated import ListKind, Noted, Passed, Series
from portal.decisions.meeting_models import DelegationReport
from portal.decisions.models import Capacity, Decision
from portal.errors import Conflict, Invalid, Refused
from portal.log import operations as log
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register import numbers, paging
from portal.register.models import NumberSeries, Organ, Register
from portal.text import _


def _registrar(by: Actor) -> Actor:
    if not by.may(Permission.KEEP_REGISTER):
        raise Refused(_("Listor över delegationsbeslut görs av registratorn."))
    return by.acting(Permission.KEEP_REGISTER)


def _record(action: str, row: DelegationReport, organ: str, *, by: Actor, body: dict[str, object]) -> None:
    log.append(
        action=f"decisions.{action}",
        by=by,
        object_kind="delegation_report",
        object_id=row.public_id,
        case_id=None,
        body={"organ": organ, "kind": row.kind, **by.names, **body},
    )


def make_list(*, organ_id: UUID, kind: ListKind, by: Actor) -> DelegationReport:
    """Every decision by the organ's delegation that is on no list and has not been reported, at most 5 000 and the oldest
    first; with the numbers that the list passes by and what they are.

    Raises Refused, and Invalid when there is no such decision.
    """
    by, now = _registrar(by), clock.now()
    organ = session.scalars(select(Organ).where(Organ.public_id == organ_id)).one_or_none()
    if organ is None:
        raise Invalid({"organ": _("Organet finns inte längre. Välj ett annat.")})
    hold(select(Organ.id).where(Organ.id == organ.id).with_for_update(key_share=True))  # one list of an organ at a time
    # Read before the decisions: every number up to these then stands with its decision, and none given since is missing.
    numbered = select(NumberSeries.register_id, NumberSeries.year, NumberSeries.last)
    given = {(row[0], row[1]): row[2] for row in session.execute(numbered.where(NumberSeries.kind == DECISION_SERIES))}
    found = session.execute(
        queries.unlisted(organ.id, kind)
        .with_only_columns(Decision.id, Decision.number, Decision.register_id, Decision.year, Decision.serial)
        .order_by(Decision.id)
        .limit(paging.MOST_PRINTED + 1)
    ).all()
    if not found:
        raise Invalid({"": _("Det finns inget nytt delegationsbeslut att ta upp på en lista.")})
    listed = found[: paging.MOST_PRINTED]
    series, covered = _reached(queries.covered_by_last(organ.id, kind), listed, given if len(found) == len(listed) else {})
    row = DelegationReport(
        public_id=uuid4(),
        organ_id=organ.id,
        kind=kind.value,
        decisions=len(listed),
        covered=[{"register": key[0], "year": key[1], "last": last} for key, last in sorted(covered.items())],
        skipped=[],
        made_by_id=by.person_id,
        at=now,
    )
    session.add(row)
    session.flush()  # the decisions need its id
    for begin in range(0, len(listed), 500):
        ids = [each.id for each in listed[begin : begin + 500]]
        session.execute(update(Decision).where(Decision.id.in_(ids)).values(report_id=row.id))
    row.skipped = _passed(series, row)
    missing = [each["number"] for each in row.skipped if each["what"] == Passed.MISSING]
    body: dict[str, object] = {"decisions": [each.number for each in listed], "missing": missing}
    _record("make_list", row, organ.in_text, by=by, body=body)
    return row


Key = tuple[int, int]  # of a series: register and year


def _reached(
    before: Mapping[Key, int] | None, listed: Sequence[Any], given: Mapping[Key, int]
) -> tuple[list[Series], dict[Key, int]]:
    """The series that the list reaches over, and where it ends in each that it or one ``before`` it has reached.

    ``given`` are the last numbers of each series; empty where not all that waits is on the list, which then ends with the
    last that is.
    """
    lowest: dict[Key, int] = {}
    highest: dict[Key, int] = {}
    for each in listed:
        key = (each.register_id, each.year)
        lowest[key], highest[key] = min(lowest.get(key, each.serial), each.serial), max(highest.get(key, 0), each.serial)
    covered = dict(before or {})
    found = []
    for key in sorted({*given, *highest}):
        last = max(given.get(key, 0), highest.get(key, 0))
        if reached := delegated.reach(key, before, lowest.get(key), last):
            found.append(reached)
            covered[key] = last
    return found, covered


def _passed(series: Sequence[Series], row: DelegationReport) -> list[dict[str, Any]]:
    """The numbers of the series that are not on the list, and what each is; one that no decision has is missing. Two
    statements."""
    within = [
        and_(Decision.register_id == one.register_id, Decision.year == one.year, Decision.serial.between(one.first, one.last))
        for one in series
    ]
    found = session.execute(
        select(Decision.register_id, Decision.year, Decision.serial, Decision.number, Decision.capacity, Decision.report_id,
               Decision.delegated_by_id, Decision.reported_on).where(or_(false(), *within)))  # fmt: skip
    there = {(each.register_id, each.year, each.serial): each for each in found}
    theirs = select(Register).where(Register.id.in_([one.register_id for one in series]))
    registers = {register.id: register for register in session.scalars(theirs)}
    passed = []
    for one in series:
        register = registers[one.register_id]
        pattern = numbers.read(register.decision_pattern)
        for serial in range(one.first, one.last + 1):
            known = there.get((one.register_id, one.year, serial))
            if known is None:
                number = pattern.number(register.prefix, one.year, serial)
                passed.append({"number": number, "what": Passed.MISSING.value})
            elif known.report_id != row.id:
                passed.append({"number": known.number, "what": _what(known, row.organ_id).value})
    return passed


def _what(known: Any, organ_id: int) -> Passed:
    if known.capacity == Capacity.POLITICAL:
        return Passed.POLITICAL
    if known.capacity == Capacity.EXECUTION:
        return Passed.EXECUTION
    if known.delegated_by_id != organ_id:
        return Passed.OTHER_ORGAN
    if known.report_id is not None:
        return Passed.OTHER_LIST
    return Passed.NOTED if known.reported_on else Passed.WAITING


def note_list(*, list_id: UUID, noted: Noted, reason: str, by: Actor, seen_version: int) -> DelegationReport:
    """Note when the organ was told, its minutes adjusted, and the notice put up. What has been noted is changed with a reason.

    Raises Refused, Conflict, Unknown and Invalid.
    """
    by = _registrar(by)
    row = queries.one(list_id, lock=True)
    if row.version != seen_version:
        raise Conflict(_("Någon annan har ändrat listan. Läs den på nytt innan du fortsätter."))
    last = session.scalar(select(func.max(Decision.decided_on)).where(Decision.report_id == row.id))
    assert last is not None, "a list holds a decision"
    problems = delegated.problems(noted, kind=row.kind, last_decided_on=last, today=clock.today())
    old = noted_of(row)
    if not problems and noted == old:
        problems[""] = _("Det du skrev står redan på listan.")
    if not problems and delegated.changes(old, noted) and not reason:
        problems["reason"] = _("Skriv varför uppgiften ändras.")
    if problems:
        raise Invalid(problems)
    row.meeting_date, row.paragraph, row.adjusted_on, row.posted_on = (
        noted.meeting_date, noted.paragraph, noted.adjusted_on, noted.posted_on)  # fmt: skip
    row.version += 1
    if noted.meeting_date != old.meeting_date:
        session.execute(update(Decision).where(Decision.report_id == row.id).values(reported_on=noted.meeting_date))
    body: dict[str, object] = {**_as_said(noted), "was": _as_said(old), "reason": reason}
    _record("note_list", row, row.organ.in_text, by=by, body=body)
    return row


def noted_of(row: DelegationReport) -> Noted:
    """What has been noted of the list."""
    return Noted(meeting_date=row.meeting_date, paragraph=row.paragraph, adjusted_on=row.adjusted_on, posted_on=row.posted_on)


def _as_said(noted: Noted) -> dict[str, object]:
    days = {"meeting_date": noted.meeting_date, "adjusted_on": noted.adjusted_on, "posted_on": noted.posted_on}
    return {**{name: day.isoformat() if day else None for name, day in days.items()}, "paragraph": noted.paragraph}
