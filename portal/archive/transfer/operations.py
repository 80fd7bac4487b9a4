"""Agreements, deliveries and answers: what the archivist does, and what the worker notes. The only writes of this package."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from portal import clock
from portal.archive.package import gathering
from portal.archive.transfer import queries, rules
from portal.archive.transfer.models import Agreement, Delivery, DeliveryFile, SentPackage, Terms
from portal.archive.transfer.rules import FAILED, RECEIVED, REFUSED, SENT, WAITING, Answer, Said
from portal.db import hold_name, session
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.log import operations as log
from portal.outbox import operations as outbox
from portal.outbox.operations import Task
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register.models import Case
from portal.register.operations import next_of_the_house, open_text
from portal.text import _

KIND = "archive_delivery"
SERIES = "archive_delivery"
_ROWS = 500


def key_of(delivery_id: UUID) -> str:
    """The key that a delivery's sending is queued under."""
    return f"{KIND}:{delivery_id}"


def _require(by: Actor) -> None:
    if not by.may(Permission.ARCHIVE):
        raise Refused(_("Det här görs av arkivarien."))


def _stale(seen: int, version: int) -> None:
    if seen != version:
        raise Conflict(_("Någon annan har ändrat uppgifterna sedan sidan visades. Läs på nytt innan du fortsätter."))


# Agreements


def save_agreement(*, number: str, said: Said, agreement_id: UUID | None, seen_version: int | None, by: Actor) -> Agreement:
    """Keep a new agreement, or a new edition of one; earlier editions stay as they were. Raises Refused, Invalid, Conflict
    and Unknown."""
    _require(by)
    problems = rules.wrong_with(said)
    hold_name("transfer agreements")
    found = queries.agreement(agreement_id).agreement if agreement_id else None
    if found is not None:
        _stale(seen_version or 0, found.version)
    taken = session.scalar(select(Agreement.id).where(Agreement.number == number))
    if taken is not None and (found is None or found.id != taken):
        problems["number"] = _("Det finns redan ett avtal med numret %(number)s.", number=number)
    if problems:
        raise Invalid(problems)
    if found is None:
        found = Agreement(public_id=uuid4(), number=number)
        session.add(found)
        session.flush()
    else:
        found.number, found.edition, found.version = number, found.edition + 1, found.version + 1
    values = asdict(said) | {"formats": list(said.formats)}
    session.add(Terms(agreement_id=found.id, edition=found.edition, set_by_id=by.person_id, set_at=clock.now(), **values))
    body = {key: str(value) if isinstance(value, date) else value for key, value in values.items()}
    _log("archive.keep_agreement", by, "agreement", found.public_id, {"number": number, "edition": found.edition, **body})
    return found


# Deliveries


def start(*, agreement_id: UUID, year: int, by: Actor) -> Delivery:
    """Begin a delivery of the cases archived in ``year`` that are in none. Raises Refused, and Invalid where the
    agreement is not in force or nothing is left to deliver."""
    _require(by)
    hold_name("transfer deliveries")
    try:
        agreed = queries.agreement(agreement_id)
    except Unknown:
        raise Invalid({"agreement": _("Avtalet finns inte. Välj ett annat.")}) from None
    _require_valid(agreed.terms, agreed.agreement.number)
    made = _begun(agreed.terms, year, None, by)
    count, beyond = 0, None
    while rows := queries.going(year, by, beyond, _ROWS):
        _add(made, [{"case_id": case_id} for case_id, _at in rows])
        count += len(rows)
        beyond = (rows[-1][1], rows[-1][0])
    if not count:
        raise Invalid(
            {"year": _("Det finns inget att leverera från %(year)s: det är redan levererat eller påbörjat.", year=year)}
        )
    _queue(made, agreed.agreement.number, count, by)
    return made


def replace(*, delivery_id: UUID, by: Actor) -> Delivery:
    """Begin a delivery of new packages in place of those refused in another. Raises as ``start``."""
    _require(by)
    hold_name("transfer deliveries")
    refused = queries.delivery(delivery_id)
    agreed = queries.agreement(refused.terms.agreement.public_id)
    _require_valid(agreed.terms, agreed.agreement.number)
    rows = session.scalars(queries.to_replace(refused).order_by(SentPackage.id)).all()
    if not rows:
        raise Invalid({"": _("Inget avvisat paket i leveransen väntar på en ersättning.")})
    made = _begun(agreed.terms, refused.year, refused.id, by)
    tried = session.scalars(select(SentPackage).where(SentPackage.replaces_id.in_([each.id for each in rows])))
    for earlier in tried:  # failed, so it stands in nobody's place
        earlier.replaces_id, earlier.edition = None, 1
    session.flush()
    _add(made, [{"case_id": each.case_id, "replaces_id": each.id, "edition": each.edition + 1} for each in rows])
    _queue(made, agreed.agreement.number, len(rows), by)
    return made


def _require_valid(terms: Terms, number: str) -> None:
    if sentence := rules.not_valid(number, terms.valid_from, terms.valid_to, clock.today()):
        raise Invalid({"agreement": sentence})


def _begun(terms: Terms, year: int, replaces: int | None, by: Actor) -> Delivery:
    now = clock.now()
    number_year, serial = next_of_the_house(kind=SERIES, now=now)
    made = Delivery(
        public_id=uuid4(),
        number=f"LEV {number_year}-{serial}",
        number_year=number_year,
        serial=serial,
        terms_id=terms.id,
        year=year,
        replaces_id=replaces,
        started_by_id=by.person_id,
        started_at=now,
    )
    session.add(made)
    session.flush()
    return made


def _add(made: Delivery, rows: Sequence[Mapping[str, Any]]) -> None:
    begun = {"delivery_id": made.id, "replaces_id": None, "edition": 1}
    session.execute(insert(SentPackage), [{**begun, "public_id": uuid4(), **row} for row in rows])


def _queue(made: Delivery, agreement: str, count: int, by: Actor) -> None:
    outbox.enqueue(kind=KIND, payload={"delivery": str(made.public_id)}, key=key_of(made.public_id))
    body = {"number": made.number, "agreement": agreement, "year": made.year, "cases": count}
    _log("archive.start_delivery", by, "delivery", made.public_id, body)


def retry(*, delivery_id: UUID, edition: int | None, seen_version: int, by: Actor) -> Delivery:
    """Try again at once; with ``edition`` the rest goes by the agreement's edition in force, if it is that one. Raises Refused,
    Conflict and Unknown."""
    _require(by)
    found = queries.delivery(delivery_id)
    _stale(seen_version, found.version)
    if found.finished_at is not None:
        raise Conflict(_("Leveransen är redan avslutad."))
    agreed = queries.agreement(found.terms.agreement.public_id)
    if edition is not None and edition != found.terms.edition:
        _stale(edition, agreed.terms.edition)
        found.terms_id, found.version = agreed.terms.id, found.version + 1
        body = {"number": found.number, "agreement": agreed.agreement.number, "edition": edition}
        _log("archive.continue_delivery", by, "delivery", found.public_id, body)
    outbox.retry(key_of(found.public_id))
    return found


# Answers


def answer(*, delivery_id: UUID, answers: Sequence[Answer], by: Actor) -> int:
    """Note what the receiver answered; how many were new. All of it, or nothing: raises Invalid with the sentence about the
    first that does not fit, Refused and Unknown."""
    _require(by)
    hold_name("transfer answers")
    found = queries.delivery(delivery_id)
    held = queries.by_names(found, [each.package for each in answers])
    now, new = clock.now(), 0
    if any(each.on > clock.local_date(now) for each in answers):
        raise Invalid({"on": _("Dagen ligger i framtiden. Skriv den dag då mottagaren svarade.")})
    cases = _cases([each.case_id for each in held.values()])
    for each in answers:
        package = held.get(each.package)
        if sentence := _unfit(each, found, package):
            raise Invalid({"file" if each.line else "package": _at(each.line, sentence)})
        assert package is not None
        if package.state == SENT:
            _note_answer(package, each, found, cases[package.case_id], now, by)
            new += 1
    return new


def _at(line: int, sentence: str) -> str:
    return _("Rad %(line)s: %(what)s Inget ur filen är infört.", line=line, what=sentence) if line else sentence


def _unfit(each: Answer, found: Delivery, package: SentPackage | None) -> str:
    if package is None:
        return rules.refusal_of(each, found.number, None, None, "", None)
    sent_on = clock.local_date(package.sent_at) if package.sent_at else None
    return rules.refusal_of(each, found.number, package.state, package.sha256, package.receipt, sent_on)


def _cases(ids: Sequence[int]) -> dict[int, Case]:
    found: dict[int, Case] = {}
    for start in range(0, len(ids), _ROWS):
        found |= {each.id: each for each in session.scalars(select(Case).where(Case.id.in_(ids[start : start + _ROWS])))}
    return found


def _note_answer(package: SentPackage, each: Answer, found: Delivery, case: Case, now: datetime, by: Actor) -> None:
    package.state, package.answered_on, package.answered_at, package.answered_by_id = each.state, each.on, now, by.person_id
    package.receipt, package.reason = each.receipt, each.reason
    body = {"package": each.package, "delivery": found.number, "on": each.on.isoformat()}
    said = (
        {"receipt": each.receipt, "sha256": package.sha256}
        if each.state == RECEIVED
        else {"reason": open_text(case, each.reason)}
    )
    action = {RECEIVED: gathering.RECEIVED, REFUSED: gathering.REFUSED}[each.state]
    _log(action, by, "package", package.public_id, {**body, **said}, case.public_id)


# What the worker notes, each time in the transaction that keeps its lease


def note_made(package_id: int, made: Mapping[str, Any], task: Task) -> None:
    """The package is made and about to leave: by this it is known again."""
    outbox.prolong(task)
    package = session.get_one(SentPackage, package_id)
    for name, value in made.items():
        setattr(package, name, value)


def note_sent(package_id: int, task: Task) -> None:
    """The package lies whole where it was to go."""
    outbox.prolong(task)
    package = session.get_one(SentPackage, package_id)
    if package.state != WAITING:
        return
    delivery = session.get_one(Delivery, package.delivery_id)
    package.state, package.sent_at, package.terms_id = SENT, clock.now(), delivery.terms_id
    body = {"package": package.name, "sha256": package.sha256, "delivery": delivery.number}
    _log(gathering.SENT, None, "package", package.public_id, body, session.get_one(Case, package.case_id).public_id)


def withhold(package_id: int, problem: str, task: Task) -> None:
    """The package could not be made right, and does not leave; its case is free to go in another delivery."""
    outbox.prolong(task)
    package = session.get_one(SentPackage, package_id)
    package.state, package.problem = FAILED, problem
    package.name = package.sha256 = package.size = None
    delivery = session.get_one(Delivery, package.delivery_id)
    body = {"delivery": delivery.number}  # not why: that may name a document
    _log(gathering.WITHHELD, None, "package", package.public_id, body, session.get_one(Case, package.case_id).public_id)


def keep_report(delivery_row: int, files: Sequence[Mapping[str, Any]], task: Task) -> None:
    """The report as it goes along."""
    outbox.prolong(task)
    for file in files:
        session.add(DeliveryFile(delivery_id=delivery_row, **file))


def finish(delivery_row: int, task: Task) -> None:
    """Everything has left, the report too. Raises LeaseLost."""
    outbox.finish(task)
    found = session.get_one(Delivery, delivery_row)
    if found.finished_at is None:
        found.finished_at, found.version = clock.now(), found.version + 1
        counted = queries.counts([found.id])[found.id]
        body = {"number": found.number, "sent": counted.total - counted.of(FAILED), "failed": counted.of(FAILED)}
        _log("archive.finish_delivery", None, "delivery", found.public_id, body)


def _log(
    action: str, by: Actor | None, kind: str, object_id: UUID, body: Mapping[str, Any], case_id: UUID | None = None
) -> None:
    acting = by.acting(Permission.ARCHIVE) if by else None
    named = {**body, **(acting.names if acting else {})}
    log.append(action=action, by=acting, object_kind=kind, object_id=object_id, case_id=case_id, body=named)
