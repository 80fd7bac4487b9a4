"""The any-status acts of the register: check, number, secrecy, facts, jäv, corrections. None changes whose turn it is."""

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from flask import current_app
from sqlalchemy import select, update

from portal import clock
from portal.db import session
from portal.errors import Conflict, Invalid, Refused
from portal.outbox import operations as outbox
from portal.people.actor import Actor
from portal.people.models import Person
from portal.people.permissions import Permission
from portal.register import queries
from portal.register.facts import Facts
from portal.register.models import Case, CaseFact, ConflictOfInterest, MarkReader, SecrecyMark
from portal.register.operations import open_text, record, touch
from portal.register.rules import REFUSALS
from portal.text import _

FACT_KINDS: dict[str, str] = {
    "reported": "Anmält till organet",
    "posted": "Tillkännagivet på anslagstavlan",
    "appealed": "Överklagat",
    "final": "Vunnit laga kraft",
    "disclosed": "Utlämnat",
    "other": "Annan händelse",
}
Follow = Callable[[Case, CaseFact], None]  # what a fact means to a package that builds on this one
_ROLES = (Permission.DECIDE, Permission.RECORD_BUDGET, Permission.KEEP_REGISTER, Permission.ARCHIVE, Permission.WRITE_REQUEST)


def begin(
    case_id: UUID,
    action: str,
    by: Actor,
    seen_version: int | None,
    refusals: Mapping[str, Callable[[Facts], str | None]] = REFUSALS,
) -> tuple[Case, Facts]:
    """The locked case and the facts on which the act was allowed. Raises Unknown, Conflict or Refused.

    ``refusals`` are the rules of the package that owns the act.
    """
    case = queries.get_case(case_id, by, lock=True)
    if seen_version is not None and seen_version != case.version:
        raise Conflict(_("Någon annan har ändrat i ärendet. Läs det på nytt innan du fortsätter."))
    facts = queries.facts(case, in_role(by, action, case.unit_id))
    if refusal := refusals[action](facts):
        raise Refused(refusal)
    return case, facts


def in_role(by: Actor, action: str, unit_id: int) -> Actor:
    """``by`` in the role the act is done in: an own role first. A correction may be made for the one stood in for; jäv is
    declared by each for themselves."""
    if action not in ("declare_jav", "correct"):
        return by.acting(Permission.KEEP_REGISTER)
    held = next((permission for permission in _ROLES if by.holds(permission, unit_id)), None)
    if held is None and action == "correct":
        held = next((permission for permission in _ROLES if by.may(permission, unit_id)), None)
    return by.acting(held, unit_id) if held else by


def _note(case: Case, kind: str, by: Actor, *, text: str = "", on: date | None = None) -> CaseFact:
    now = clock.now()
    fact = CaseFact(case_id=case.id, kind=kind, on_date=on or clock.local_date(now), text=text, by_id=by.person_id, at=now)
    session.add(fact)
    session.flush()  # the log entry names it
    return fact


def provisional_title(case: Case) -> str:
    """What the register shows of a case until the registrar has looked at what its title says."""
    return _("Äskande om medel – %(unit)s", unit=case.unit.name)


def check_registration(*, case_id: UUID, by: Actor, seen_version: int | None) -> Case:
    """The registrar has looked at number, dates, sender and title (5 kap. 2 § offentlighets- och sekretesslagen)."""
    case, facts = begin(case_id, "check_registration", by, seen_version)
    case.checked_at = _note(case, "registration_checked", facts.actor).at
    if not case.is_secret and case.public_title == provisional_title(case):
        case.public_title = case.title
    record(case, "register.check_registration", by=facts.actor, body={"number": case.number})
    return case


def enter_number(*, case_id: UUID, number: str, public_title: str, by: Actor, seen_version: int | None) -> Case:
    """Note the case's number in another register, and what the own register shows as its title."""
    case, facts = begin(case_id, "enter_number", by, seen_version)
    if not public_title:
        raise Invalid({"public_title": _("Skriv vad ärendet gäller, så att det kan visas i diariet.")})
    case.external_number, case.public_title = number or None, public_title
    body = {"number": case.number, "external_number": number, "public_title": public_title}
    record(case, "register.enter_number", by=facts.actor, body=body)
    touch(case)
    return case


def mark_secrecy(
    *, case_id: UUID, provision: str, public_title: str, readers: frozenset[UUID], by: Actor, seen_version: int | None
) -> Case:
    """Mark the case, or confirm the mark the requester asked for. A warning, never a decision (5 kap. 5 § OSL)."""
    case, facts = begin(case_id, "mark_secrecy", by, seen_version)
    _require_provision(provision, public_title)
    now = clock.now()
    mark = queries.standing_mark(case)
    action = "register.mark_secrecy" if mark is None else "register.confirm_mark"
    if mark is None:
        mark = SecrecyMark(case_id=case.id, marked_on=clock.local_date(now), marked_by_id=facts.actor.person_id, provision="",
                           authority=case.register.name)  # fmt: skip
        session.add(mark)
    mark.provision, mark.confirmed_at, mark.confirmed_by_id = provision, now, facts.actor.person_id
    case.is_secret, case.public_title = True, public_title
    session.flush()  # the readers need the mark's id
    _name_readers(mark, readers)
    record(case, action, by=facts.actor, body={"provision": provision, "readers": len(readers)}, kind="mark",
           object_id=mark.public_id)  # fmt: skip
    touch(case)
    return case


def _require_provision(provision: str, public_title: str) -> None:
    problems = {}
    if not provision:
        problems["provision"] = _("Skriv vilken bestämmelse markeringen gäller, till exempel 18 kap. 8 § OSL.")
    if not public_title:
        problems["public_title"] = _("Skriv vad som får stå i diariet. Uppgifter kan utelämnas.")
    if problems:
        raise Invalid(problems)


def _name_readers(mark: SecrecyMark, readers: frozenset[UUID]) -> None:
    named = set(session.scalars(select(MarkReader.person_id).where(MarkReader.mark_id == mark.id)))
    for person_id in session.scalars(select(Person.id).where(Person.public_id.in_(readers))):
        if person_id not in named:
            session.add(MarkReader(mark_id=mark.id, person_id=person_id))


def lift_mark(*, case_id: UUID, reason: str, public_title: str, by: Actor, seen_version: int | None) -> Case:
    """Lift every mark that stands; the register shows ``public_title`` from now on."""
    case, facts = begin(case_id, "lift_mark", by, seen_version)
    if not reason:
        raise Invalid({"reason": _("Skriv varför markeringen hävs.")})
    if not public_title:
        raise Invalid({"public_title": _("Skriv vad ärendet gäller, så att det kan visas i diariet.")})
    session.execute(
        update(SecrecyMark)
        .where(SecrecyMark.case_id == case.id, SecrecyMark.lifted_at.is_(None))
        .values(lifted_at=clock.now(), lifted_by_id=facts.actor.person_id)
    )
    case.is_secret, case.public_title = False, public_title
    record(case, "register.lift_mark", by=facts.actor, body={"reason": reason})
    touch(case)
    return case


def note_fact(*, case_id: UUID, kind: str, on: date, text: str, by: Actor, seen_version: int | None) -> Case:
    """Note something that happened to the case outside the portal: reported, posted, appealed, final."""
    case, facts = begin(case_id, "note_fact", by, seen_version)
    if kind not in FACT_KINDS:
        raise Invalid({"kind": _("Välj vad som har hänt.")})
    if kind == "other" and not text:
        raise Invalid({"text": _("Skriv vad som har hänt.")})
    fact = _note(case, kind, facts.actor, text=text, on=on)
    when_noted: Mapping[str, Follow] = current_app.extensions["when_noted"]
    if follow := when_noted.get(kind):
        follow(case, fact)
    body = {"kind": kind, "on_date": on.isoformat(), "text": open_text(case, text)}
    record(case, "register.note_fact", by=facts.actor, body=body, kind="fact", object_id=fact.public_id)
    touch(case)  # a second tab does not note it once more
    return case


def declare_jav(*, case_id: UUID, reason: str, by: Actor, seen_version: int | None) -> Case:
    """State a conflict of interest: from now on ``by`` does nothing more in the case, and the registrar is told.

    6 kap. 28–32 §§ and 7 kap. 4 § kommunallagen.
    """
    case, facts = begin(case_id, "declare_jav", by, seen_version)
    if not reason:
        raise Invalid({"reason": _("Skriv vad jävet består i.")})
    jav = ConflictOfInterest(case_id=case.id, person_id=facts.actor.person_id, reason=reason, declared_at=clock.now())
    session.add(jav)
    session.flush()  # the log entry names it
    record(case, "register.declare_jav", by=facts.actor, body={"reason": open_text(case, reason)}, kind="jav",
           object_id=jav.public_id)  # fmt: skip
    outbox.enqueue(
        kind="notice",
        payload={"event": "jav", "case": str(case.public_id), "permission": Permission.KEEP_REGISTER.value},
        key=f"notice:jav:{jav.public_id}",
    )
    touch(case)
    return case


def correct(*, case_id: UUID, what: str, text: str, by: Actor, seen_version: int | None) -> Case:
    """Correct a clerical error by a new entry that says what was wrong and what it should be; nothing is changed."""
    case, facts = begin(case_id, "correct", by, seen_version)
    problems = {}
    if not what:
        problems["what"] = _("Skriv vad som är fel.")
    if not text:
        problems["text"] = _("Skriv hur det ska vara.")
    if problems:
        raise Invalid(problems)
    fact = _note(case, "correction", facts.actor, text=f"{what}\n{text}")
    body = {"what": open_text(case, what), "text": open_text(case, f"{what} → {text}")}
    record(case, "register.correct", by=facts.actor, body=body, kind="fact", object_id=fact.public_id)
    touch(case)  # a second tab does not write it once more
    return case
