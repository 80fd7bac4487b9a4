"""The any-status acts of the register: check, number, secrecy, facts, jäv, corrections. None changes whose turn it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import exists, select, update

from portal import clock
from portal.db import session
from portal.errors import Conflict, Invalid, Refused
from portal.outbox import operations as outbox
from portal.people.actor import Actor
from portal.people.models import Person
from portal.people.permissions import Permission
from portal.register import access, numbers, queries, secrecy
from portal.register.document_models import RegisteredDocument
from portal.register.facts import Facts
from portal.register.models import Case, CaseFact, ConflictOfInterest, MarkReader, SecrecyMark
from portal.register.operations import open_text, record, touch
from portal.register.rules import REFUSALS
from portal.text import _

FACT_KINDS: dict[str, str] = {
    "reported": "Anmält till organet",
    "adjusted": "Protokollet justerat",
    "posted": "Tillkännagivet på anslagstavlan",
    "appealed": "Överklagat",
    "final": "Vunnit laga kraft",
    "disclosed": "Utlämnat",
    "other": "Annan händelse",
}
# What is noted so today: an appeal is entered with its court and number.
NOTED_KINDS = {kind: words for kind, words in FACT_KINDS.items() if kind != "appealed"}
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


def title_when_checked(case: Case) -> str:
    """What the register shows of the case once its registration is checked: its own title, unless the registrar has written
    another, or a mark may hide words of it."""
    return case.title if not case.is_marked and case.public_title == provisional_title(case) else case.public_title


def title_when_marked(case: Case) -> str:
    """What the register is offered to show of a case that is being marked: never its own title by mere haste."""
    return provisional_title(case) if not case.is_secret and case.public_title == case.title else case.public_title


def check_registration(*, case_id: UUID, by: Actor, seen_version: int | None) -> Case:
    """The registrar has looked at number, dates, sender and title (5 kap. 2 § offentlighets- och sekretesslagen)."""
    case, facts = begin(case_id, "check_registration", by, seen_version)
    case.checked_at = _note(case, "registration_checked", facts.actor).at
    case.public_title = title_when_checked(case)
    record(case, "register.check_registration", by=facts.actor, body={"number": case.number})
    return case


def enter_number(*, case_id: UUID, number: str, public_title: str, by: Actor, seen_version: int | None) -> Case:
    """Note the case's number in another register, and what the own register shows as its title. Raises Invalid for a number
    that another case has, here or there."""
    case, facts = begin(case_id, "enter_number", by, seen_version)
    number, problems = numbers.normalised(number), {}
    if not public_title:
        problems["public_title"] = _("Skriv vad ärendet gäller, så att det kan visas i diariet.")
    if case.kept_elsewhere and not number:
        problems["number"] = _("Skriv numret som ärendet har fått i diariet. Ärendet kan inte beslutas utan det.")
    elif number and (other := queries.numbered(number, besides=case, hold=True)):
        problems["number"] = _("Numret finns redan: det är ärende %(number)s. Kontrollera numret.", number=other.number)
    if problems:
        raise Invalid(problems)
    case.external_number, case.public_title = number or None, public_title
    body = {"number": case.number, "external_number": number, "public_title": public_title}
    record(case, "register.enter_number", by=facts.actor, body=body)
    touch(case)
    return case


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """What the registrar says of a mark. Without ``line_label`` and ``source_id`` it is on the whole case.

    ``public_title`` is what everyone may read instead: of the case, or of the document; of a line nothing. ``readers`` are
    the public ids of persons who may read what it hides, ``review_on`` the Swedish day to look at it again.
    """

    provision: str
    public_title: str = ""
    readers: frozenset[UUID] = frozenset()
    line_label: str = ""
    source_id: UUID | None = None
    hides_amount: bool = False
    review_on: date | None = None

    @property
    def hides_case(self) -> bool:
        """Whether the whole case is hidden: also by an amount, which could else be reckoned from any total."""
        return self.source_id is None and (not self.line_label or self.hides_amount)


def mark_secrecy(*, case_id: UUID, marking: Marking, by: Actor, seen_version: int | None) -> Case:
    """Mark the case, a line or a document, or confirm and change the mark that stands on it.

    A warning, never a decision (5 kap. 5 § OSL). Nothing secret leaves after it: copies on their way are held. Raises Invalid.
    """
    case, facts = begin(case_id, "mark_secrecy", by, seen_version)
    now = clock.now()
    _require(marking, clock.local_date(now))
    was = secrecy.on_same(case, line_label=marking.line_label, source_id=marking.source_id)
    action = "register.mark_secrecy" if was is None else "register.confirm_mark"
    set_ = was or _new_mark(case, marking, facts.actor, now)
    set_.provision, set_.confirmed_at, set_.confirmed_by_id = marking.provision, now, facts.actor.person_id
    set_.hides_amount, set_.review_on = marking.hides_amount, marking.review_on
    if marking.hides_case:
        case.public_title = marking.public_title
    elif marking.source_id:
        _entitle(case, marking.source_id, marking.public_title)
    session.flush()  # the readers need the mark's id
    _name_readers(set_, marking.readers)
    changed = _mirror(case) or was is None
    body = {"provision": marking.provision, "readers": len(marking.readers), "part": _part_of(set_)}
    if marking.review_on:
        body["review_on"] = marking.review_on.isoformat()
    record(case, action, by=facts.actor, body=body, kind="mark", object_id=set_.public_id)
    if changed:
        _tell(case)
    touch(case)
    return case


def _new_mark(case: Case, marking: Marking, by: Actor, now: datetime) -> SecrecyMark:
    made = SecrecyMark(
        case_id=case.id,
        line_label=marking.line_label,
        source_id=marking.source_id,
        marked_on=clock.local_date(now),
        marked_by_id=by.person_id,
        provision="",
        authority=case.register.name,
    )
    session.add(made)
    return made


def _part_of(mark: SecrecyMark) -> str:
    """What the log says the mark is on; it names neither line nor document."""
    return "document" if mark.source_id else "line" if mark.line_label else "case"


def _entitle(case: Case, source_id: UUID, public_title: str) -> None:
    """What the register shows everyone of the document, where it is one of those the register numbers."""
    session.execute(
        update(RegisteredDocument)
        .where(RegisteredDocument.case_id == case.id, RegisteredDocument.source_id == source_id)
        .values(public_title=public_title, version=RegisteredDocument.version + 1)
    )


def _mirror(case: Case) -> bool:
    """Keep on the case what the marks that stand on it come to; whether that is another than before."""
    before = case.is_secret, case.is_partly_secret
    stands = (SecrecyMark.case_id == case.id, SecrecyMark.lifted_at.is_(None))
    session.flush()
    case.is_secret = bool(session.scalar(select(exists().where(*stands, *access.ON_THE_WHOLE))))
    case.is_partly_secret = bool(session.scalar(select(exists().where(*stands, *access.ON_A_PART))))
    return (case.is_secret, case.is_partly_secret) != before


def _tell(case: Case) -> None:
    """Let the packages that keep something of the case (copies on their way, words to search) follow its marks."""
    session.flush()
    when_marked: Sequence[Callable[[Case], None]] = current_app.extensions["when_marked"]
    for follow in when_marked:
        follow(case)


def _require(marking: Marking, today: date) -> None:
    problems = {}
    if not marking.provision:
        problems["provision"] = _("Skriv vilken bestämmelse markeringen gäller, till exempel 18 kap. 8 § OSL.")
    if not marking.public_title and (marking.hides_case or marking.source_id):
        problems["public_title"] = _("Skriv vad som får stå i diariet. Uppgifter kan utelämnas.")
    if marking.review_on and marking.review_on <= today:
        problems["review_on"] = _("Skriv en dag efter i dag, då markeringen ska omprövas.")
    if problems:
        raise Invalid(problems)


def _name_readers(mark: SecrecyMark, readers: frozenset[UUID]) -> None:
    named = set(session.scalars(select(MarkReader.person_id).where(MarkReader.mark_id == mark.id)))
    for person_id in session.scalars(select(Person.id).where(Person.public_id.in_(readers))):
        if person_id not in named:
            session.add(MarkReader(mark_id=mark.id, person_id=person_id))


def carry_marks(case: Case, old: Sequence[str], new: Sequence[str], by: Actor, now: datetime) -> None:
    """A new version calls its lines ``new`` where the one before it called them ``old``: the mark on a line that is called
    otherwise now stands on what it is called too, until the registrar has looked at it."""
    marks = {mark.line_label: mark for mark in secrecy.standing(case) if mark.line_label}
    for was, label in zip(old, new, strict=False):
        known = marks.get(was)
        if known is not None and label and label not in old and label not in marks:
            marked = _new_mark(case, Marking(provision=known.provision, line_label=label), by, now)
            marked.provision, marked.authority = known.provision, known.authority
            marked.hides_amount, marked.review_on = known.hides_amount, known.review_on
            session.flush()  # the log entry names it
            body = {"provision": known.provision, "readers": 0, "part": _part_of(marked)}
            record(case, "register.mark_secrecy", by=by, body=body, kind="mark", object_id=marked.public_id)


def lift_mark(
    *, case_id: UUID, reason: str, public_title: str, by: Actor, seen_version: int | None, mark_id: UUID | None = None
) -> Case:
    """Lift a mark, which need not be named where it is the only one; with the last on the whole case the register shows
    ``public_title`` from now on. Copies that were held go on their way. Raises Unknown and Invalid."""
    case, facts = begin(case_id, "lift_mark", by, seen_version)
    lifted = secrecy.standing(case) if mark_id is None else [secrecy.mark_of(case, mark_id)]
    problems = {}
    if len(lifted) > 1:
        problems["mark"] = _("Välj vilken markering som hävs.")
    if not reason:
        problems["reason"] = _("Skriv varför markeringen hävs.")
    if problems:
        raise Invalid(problems)
    was_secret = case.is_secret
    session.execute(
        update(SecrecyMark)
        .where(SecrecyMark.id.in_([mark.id for mark in lifted]))
        .values(lifted_at=clock.now(), lifted_by_id=facts.actor.person_id)
    )
    changed = _mirror(case)
    if was_secret and not case.is_secret:
        if not public_title:
            raise Invalid({"public_title": _("Skriv vad ärendet gäller, så att det kan visas i diariet.")})
        case.public_title = public_title
    record(case, "register.lift_mark", by=facts.actor, body={"reason": open_text(case, reason)})
    if changed:
        _tell(case)
    touch(case)
    return case


def note_fact(*, case_id: UUID, kind: str, on: date, text: str, by: Actor, seen_version: int | None) -> Case:
    """Note something that happened to the case outside the portal: reported, posted, appealed, final."""
    case, facts = begin(case_id, "note_fact", by, seen_version)
    if kind not in NOTED_KINDS:
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
