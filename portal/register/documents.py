"""Registering the documents of a case, in the transaction in which each comes to be. Only these write their rows.

What an act makes is registered by the package that makes it, and the act's own log entry names it. What the registrar
registers or corrects has an entry of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case as case_when
from sqlalchemy import func, select, update

from portal import clock
from portal.db import changed_rows, session
from portal.errors import Conflict, Invalid, Refused
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register import document_queries as found
from portal.register.document_models import Direction, DocumentType, PublicGround, RegisteredDocument, Source
from portal.register.models import Case, Register
from portal.register.operations import open_text, record
from portal.register.publicity import Circumstances, public_since
from portal.register.queries import facts, get_case
from portal.register.rules import registrar_only
from portal.text import _

LONGEST_TITLE = 200
_TYPES: Mapping[Source, str] = {
    Source.STATEMENT: "statement",
    Source.HAND_OVER: "missive",
    Source.MINUTES: "minutes_extract",
    Source.DECISION: "decision",
    Source.BUDGET_ENTRY: "budget_entry",
    Source.COPY: "copy",
    Source.REDISTRIBUTION: "redistribution",
    Source.INTERIM_REPORT: "interim_report",
    Source.FINAL_REPORT: "final_report",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What the register is to say of a document. ``type`` is the code of its type where the source does not tell it;
    ``on`` the day it came in or was drawn up, today when left out; ``public_title`` the title when left out."""

    source: Source
    source_id: UUID
    title: str
    public_title: str = ""
    type: str = ""
    direction: Direction = Direction.DRAWN_UP
    counterparty: str = ""
    counterparty_number: str = ""
    on: date | None = None
    outside: bool = False
    adjusted_on: date | None = None


def register(case: Case, entry: Registration, *, by: Actor | None, now: datetime) -> RegisteredDocument:
    """Give the document its number within the case, and say since when it is public; once per source."""
    last, handled_on = session.execute(
        select(
            func.coalesce(func.max(RegisteredDocument.number), 0),
            func.min(RegisteredDocument.public_since).filter(
                RegisteredDocument.public_ground == PublicGround.FINALLY_HANDLED.value
            ),
        ).where(RegisteredDocument.case_id == case.id)
    ).one()
    today = clock.local_date(now)
    dated_on = entry.on or today
    public = public_since(
        Circumstances(
            direction=entry.direction,
            source=entry.source,
            dated_on=dated_on,
            outside=entry.outside,
            adjusted_on=entry.adjusted_on,
            handled_on=handled_on,
        )
    )
    code = entry.type or _TYPES[entry.source]
    document = RegisteredDocument(
        case_id=case.id,
        number=last + 1,
        direction=entry.direction.value,
        type_id=select(DocumentType.id).where(DocumentType.code == code).scalar_subquery(),
        dated_on=dated_on,
        title=entry.title,
        public_title=entry.public_title or entry.title,
        counterparty=entry.counterparty,
        counterparty_number=entry.counterparty_number,
        source_kind=entry.source.value,
        source_id=entry.source_id,
        public_since=public[0] if public else None,
        public_ground=public[1].value if public else None,
        registered_by_id=by.person_id if by else None,
        registered_at=now,
        registered_on=today,
    )
    session.add(document)
    session.flush()  # the next document of the case comes after it
    return document


def is_registered(source_id: UUID) -> bool:
    """Whether what has that public id stands in the register already: a copy may be sent more than once."""
    return session.scalar(select(RegisteredDocument.id).where(RegisteredDocument.source_id == source_id)) is not None


def hold(case: Case) -> None:
    """Hold the case's row until the transaction ends, where no act on the case holds it."""
    session.execute(select(Case.id).where(Case.id == case.id).with_for_update())


def made_public(case: Case, ground: PublicGround, *, on: date) -> None:
    """What of the case is not public yet becomes so: the case has been finally handled, or has gone to another authority.
    Nothing is so before the day it came in or was drawn up."""
    since = case_when((RegisteredDocument.dated_on > on, RegisteredDocument.dated_on), else_=on)
    session.execute(
        update(RegisteredDocument)
        .where(RegisteredDocument.case_id == case.id, RegisteredDocument.public_since.is_(None))
        .values(public_since=since, public_ground=ground.value)
    )


def is_outside(organ_id: int | None) -> bool:
    """Whether the organ is another authority than the one that decides, which is that of the first register
    (kommunstyrelsen; 2 kap. 5 § tryckfrihetsförordningen). An unknown one is not."""
    own = session.scalar(select(Register.organ_id).order_by(Register.id).limit(1))
    return organ_id is not None and own is not None and organ_id != own


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What the registrar may correct of a registered document."""

    type: str
    dated_on: date
    title: str
    public_title: str
    counterparty: str
    counterparty_number: str


def correct_document(
    *, document_id: UUID, correction: Correction, by: Actor, seen_version: int | None
) -> tuple[RegisteredDocument, Case]:
    """Correct what the register says of a document; the document itself stays as it is.

    Raises Unknown, Refused, Conflict where another registrar came first, and Invalid.
    """
    document, case = found.find(document_id, by)
    get_case(case.public_id, by, lock=True)
    acting = facts(case, by.acting(Permission.KEEP_REGISTER))
    if refusal := registrar_only(acting):
        raise Refused(refusal)
    type_id = found.type_id(correction.type)
    if problems := problems_of(correction, known=type_id is not None, today=clock.today()):
        raise Invalid(problems)
    body = {"number": document.number, "before": _logged(case, _as_it_is(document)), "after": _logged(case, correction)}
    changed = changed_rows(
        update(RegisteredDocument)
        .where(RegisteredDocument.id == document.id, RegisteredDocument.version == seen_version)
        .values(
            type_id=type_id,
            dated_on=correction.dated_on,
            title=correction.title,
            public_title=correction.public_title,
            counterparty=correction.counterparty,
            counterparty_number=correction.counterparty_number,
            version=RegisteredDocument.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    if changed != 1:
        raise Conflict(_("Någon annan har ändrat uppgifterna om handlingen. Läs dem på nytt innan du fortsätter."))
    record(case, "register.correct_document", by=acting.actor, body=body, kind="registered", object_id=document.public_id)
    session.expire(document)
    return document, case


def problems_of(correction: Correction, *, known: bool, today: date) -> dict[str, str]:
    """What does not hold of what the register is to say, by field. Pure."""
    problems = {}
    if not known:
        problems["type"] = _("Välj vilken typ av handling det är.")
    if not correction.title:
        problems["title"] = _("Skriv vad handlingen är.")
    if not correction.public_title:
        problems["public_title"] = _("Skriv vad som får stå i diariet. Uppgifter kan utelämnas.")
    if correction.dated_on > today:
        problems["dated_on"] = _("Dagen har inte varit än. Skriv den dag handlingen kom in eller upprättades.")
    return problems


def _as_it_is(document: RegisteredDocument) -> Correction:
    return Correction(
        type=document.type.code,
        dated_on=document.dated_on,
        title=document.title,
        public_title=document.public_title,
        counterparty=document.counterparty,
        counterparty_number=document.counterparty_number,
    )


def _logged(case: Case, correction: Correction) -> dict[str, str]:
    """Of a secret case the log says no more than everyone may read."""
    return {
        "type": correction.type,
        "dated_on": correction.dated_on.isoformat(),
        "title": open_text(case, correction.title),
        "public_title": correction.public_title,
        "counterparty": open_text(case, correction.counterparty),
        "counterparty_number": open_text(case, correction.counterparty_number),
    }
