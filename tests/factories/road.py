"""The whole road, walked through operations: a case in any status, and every action with arguments that hold.

Call everything here inside an application context and outside a transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from portal import clock
from portal.accounting import coding, control_operations, interim_operations
from portal.accounting import operations as accounting
from portal.accounting import queries as money
from portal.accounting.checks import LineReport, Report
from portal.accounting.coding import Entry
from portal.archive import operations as archive
from portal.archive.material import KEEP, pieces
from portal.db import session, transaction
from portal.decisions import appeals, queries
from portal.decisions import operations as decisions
from portal.decisions.answer import Answer, Move
from portal.decisions.appeals import Filed
from portal.decisions.minutes import Minutes, MinutesKind
from portal.decisions.models import Capacity, Decision, Stance
from portal.decisions.statement import Opinion
from portal.dispatch import operations as dispatch
from portal.documents import queries as documents
from portal.documents.masked_copies import MaskedFile, mask_copy
from portal.documents.masking.choice import Choice
from portal.documents.models import Document
from portal.documents.operations import add_document
from portal.documents.store import current_store
from portal.funding_requests import following, letters, managing
from portal.funding_requests import operations as requests
from portal.funding_requests.letters import Letter
from portal.funding_requests.lifecycle import Action, Status
from portal.funding_requests.queries import current_version
from portal.outbox.worker import Worker
from portal.people.actor import Actor
from portal.register import marking, relating
from portal.register.models import Case
from tests.factories.decisions import a_submitted_request, an_answer, case_of
from tests.factories.files import a_pdf
from tests.factories.funding_requests import a_draft, a_full_draft
from tests.factories.town import ASKS_MANAGER, Town

CODE = {"ansvar": "1200", "konto": "4600"}
# Little money, so that many cases of one unit stay below the ceiling of the delegation.
LINES: tuple[tuple[str, str], ...] = (("Kamerabevakning", "20 000"), ("Väktare", "10 000"), ("Trygghetsmätning", ""))
TOTAL = "30 000"

Lines = tuple[tuple[str, str], ...]
Act = Callable[[UUID, Actor, int | None], object]


def run_worker() -> None:
    """Let the worker do everything that is due: documents made, copies sent."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the worker opens contexts of its own
    session.rollback()
    worker = Worker(app, app.extensions["outbox_handlers"])
    while worker.turn():
        pass
    session.rollback()


def a_document(case_id: UUID) -> Document:
    """A PDF of the case; where the worker has not made any, the one it will make of the request."""
    case = case_of(case_id)
    made = next((each for each in documents.of_case(case.id) if each.mime == "application/pdf"), None)
    data = a_pdf()
    return made or add_document(
        case_id=case.id,
        kind="submission",
        title="Tjänsteskrivelse, version 1",
        filename="tjansteskrivelse.pdf",
        mime="application/pdf",
        sha256=current_store().put(data),
        size=len(data),
        source_id=case.public_id,
        by=None,
    )


def mask_a_document(case_id: UUID, by: Actor, seen_version: int | None) -> Document:
    """A masked copy of a document of the case, as it has been looked at."""
    data = a_pdf(2)
    file = MaskedFile(
        sha256=current_store().put(data), size=len(data), title="Maskad kopia av Tjänsteskrivelse, version 1",
        provision="18 kap. 8 § OSL", places=1,
    )  # fmt: skip
    return mask_copy(
        case_id=case_id,
        document_id=a_document(case_id).public_id,
        file=file,
        choice=Choice(("Väktare",)),
        by=by,
        seen_version=seen_version,
    )


def a_letter(**changes: Any) -> Letter:
    """A letter from the police that came in today, on paper."""
    letter = Letter(
        type="letter",
        arrived_on=clock.today(),
        title="Yttrande om kamerorna",
        counterparty="Polismyndigheten",
        counterparty_number="A123.456/2026",
    )
    return replace(letter, **changes)


def in_force(case_id: UUID) -> Decision | None:
    """The decision in force; None before one. What is made from None is empty: the operation has to refuse it itself."""
    return queries.in_force(case_of(case_id))


def in_full(case_id: UUID) -> Answer:
    """Everything granted, and free to move between the lines."""
    if current_version(case_of(case_id)) is None:
        return Answer(lines=(), text="Säkerhetsenheten beviljas pengarna.")
    return an_answer(case_id, redistribution=Move.FREE, cap=None)


def an_entry(case_id: UUID) -> Entry | None:
    """The budget entry of the decision in force; None where it grants no money."""
    decision = in_force(case_id)
    if decision is None or not decision.granted:
        return None
    lines = {line.public_id: CODE for line in decision.lines if line.granted}
    period = coding.period_in(decision.fund.year if decision.fund else None, clock.today())
    return Entry(period=period, frequency="once", lines=lines, source=CODE, outcome=f"P{decision.case_id}")


def moved_amounts(case_id: UUID, kronor: int = 1_000) -> dict[UUID, int]:
    """The amounts per line of the decision in force with ``kronor`` moved from the first line to the second."""
    decision = in_force(case_id)
    if decision is None:
        return {}
    held = money.current_amounts(decision)
    lines = [line for line in decision.lines if line.id in held and line.granted]
    if len(lines) < 2:
        return {}
    amounts = {line.public_id: held[line.id] for line in lines}
    amounts[lines[0].public_id] -= kronor
    amounts[lines[1].public_id] += kronor
    return amounts


def a_report(case_id: UUID, *, unused: int = 0) -> Report:
    """Everything that was granted was used, less ``unused`` kronor of the first line."""
    decision = in_force(case_id)
    if decision is None:
        return Report(lines={}, summary="Åtgärderna är genomförda.")
    due = money.lines_due(decision, money.current_amounts(decision))
    first = next((line.line for line in due if line.amount is not None), None)
    lines = {
        line.line: LineReport(
            used=None if line.amount is None else line.amount - (unused if line.line == first else 0),
            effect="Det blev tryggare.",
        )
        for line in due
    }
    return Report(lines=lines, summary="Åtgärderna är genomförda.")


def the_minutes(town: Town, kind: MinutesKind = MinutesKind.DECIDING, paragraph: str = "88") -> Minutes:
    """What kommunstyrelsen did with the case yesterday."""
    return Minutes(
        organ_id=town.organ.public_id,
        meeting_date=clock.today() - timedelta(days=1),
        paragraph=paragraph,
        kind=kind,
        text="Kommunstyrelsen beslutar enligt förslaget.",
    )


def _replace(town: Town, case_id: UUID, by: Actor, seen: int | None) -> Decision:
    decision = in_force(case_id)
    political = decision is not None and decision.capacity == Capacity.POLITICAL
    return decisions.replace_decision(
        case_id=case_id,
        answer=in_full(case_id),
        reason="Ett belopp var fel.",
        by=by,
        seen_version=seen,
        minutes=the_minutes(town, paragraph="99") if political else None,
    )


def _appealed(case_id: UUID) -> Filed:
    """An appeal of the decision in force, with a number of its own."""
    number = f"{len(appeals.appeals_of(case_of(case_id))) + 1}-26"
    court = "Förvaltningsrätten i Stockholm"
    return Filed(decision_id=None, court=court, court_number=number, filed_on=clock.today())


def _confirm(case_id: UUID, by: Actor, seen: int | None) -> object:
    waiting = [each for each in money.redistributions(case_of(case_id)) if each.confirmed_at is None]
    made = waiting[0].public_id if waiting else case_id  # without one, the rule answers before the id is looked at
    lines = {line.decision_line.public_id: CODE for each in waiting for line in each.lines}
    decision = in_force(case_id)
    period = coding.period_in(decision.fund.year if decision and decision.fund else None, clock.today())
    entry = Entry(period=period, frequency="once", lines=lines)
    return accounting.confirm_redistribution(case_id=case_id, redistribution_id=made, entry=entry, by=by, seen_version=seen)


def another_case(town: Town, case_id: UUID) -> str:
    """The number of another case in the register; of one made and withdrawn where there is none. Within a transaction."""
    found = session.scalar(select(Case.number).where(Case.number.is_not(None), Case.public_id != case_id).order_by(Case.id))
    if found is None:
        by = town.actor("sakerhetschef")
        other = requests.create_draft(unit_id=town.unit.id, by=by, draft=a_full_draft(town)).public_id
        requests.submit(case_id=other, by=by, seen_version=None)
        found = requests.withdraw(case_id=other, reason="Behövs inte.", by=by, seen_version=None).number
    return str(found)


def relations_of(case_id: UUID, by: Actor) -> list[int]:
    """The row ids of the case's standing relations."""
    return [each.id for each in relating.relations(case_of(case_id), by)]


def keep_all(case_id: UUID) -> dict[UUID, str]:
    """The choice to keep all working material of the case."""
    return {piece.id: KEEP for piece in pieces(case_of(case_id))}


def acts(town: Town) -> dict[Action, Act]:
    """Every action of the road as one call with arguments that hold for the case as it stands."""
    organ = town.organ.public_id
    title = "Trygghetsskapande åtgärder"
    return {
        Action.SUBMIT: lambda c, by, v: requests.submit(case_id=c, by=by, seen_version=v),
        Action.APPROVE: lambda c, by, v: managing.approve(case_id=c, by=by, seen_version=v),
        Action.SEND_BACK: lambda c, by, v: managing.send_back(
            case_id=c, reason="Beloppet är inte styrkt.", by=by, seen_version=v
        ),
        Action.TAKE_BACK: lambda c, by, v: managing.take_back(case_id=c, by=by, seen_version=v),
        Action.DISCARD: lambda c, by, v: requests.discard(case_id=c, by=by, seen_version=v),
        Action.WITHDRAW: lambda c, by, v: requests.withdraw(case_id=c, reason="Behövs inte längre.", by=by, seen_version=v),
        Action.FOLLOW: lambda c, by, v: following.follow(case_id=c, by=by, seen_version=v),
        Action.DECIDE: lambda c, by, v: decisions.decide(case_id=c, answer=in_full(c), by=by, seen_version=v),
        Action.REQUEST_COMPLETION: lambda c, by, v: decisions.request_completion(
            case_id=c, reason="Offert saknas.", answer_by=clock.today() + timedelta(days=14), by=by, seen_version=v
        ),
        Action.RESUME: lambda c, by, v: decisions.resume(case_id=c, reason="Underlaget räcker.", by=by, seen_version=v),
        Action.HAND_OVER: lambda c, by, v: decisions.hand_over(
            case_id=c, organ_id=organ, stance=Stance.NONE, text="", by=by, seen_version=v
        ),
        Action.GIVE_STATEMENT: lambda c, by, v: decisions.give_statement(
            case_id=c, opinion=Opinion(text="Medel finns.", cost_type="drift"), by=by, seen_version=v
        ),
        Action.RECORD_MINUTES: lambda c, by, v: decisions.record_minutes(
            case_id=c, minutes=the_minutes(town), answer=in_full(c), by=by, seen_version=v
        ),
        Action.TAKE_OVER: lambda c, by, v: decisions.take_over(
            case_id=c, minutes=the_minutes(town, MinutesKind.TAKEN_OVER, "87"), by=by, seen_version=v
        ),
        Action.REPLACE_DECISION: lambda c, by, v: _replace(town, c, by, v),
        Action.NOTE_APPEAL: lambda c, by, v: appeals.note_appeal(case_id=c, said=_appealed(c), by=by, seen_version=v),
        Action.RECORD: lambda c, by, v: dispatch.record_and_queue(case_id=c, entry=an_entry(c), by=by, seen_version=v),
        Action.SEND_COPIES: lambda c, by, v: dispatch.send_copies(case_id=c, by=by, seen_version=v),
        Action.REDISTRIBUTE: lambda c, by, v: accounting.redistribute(
            case_id=c, amounts_now=moved_amounts(c), reason="Anbuden blev lägre.", by=by, seen_version=v
        ),
        Action.CONFIRM_REDISTRIBUTION: _confirm,
        Action.CHECK_ENTRY: lambda c, by, v: control_operations.check_entry(case_id=c, by=by, seen_version=v),
        Action.REPORT_INTERIM: lambda c, by, v: interim_operations.report_interim(
            case_id=c, text="Hälften är gjort.", by=by, seen_version=v
        ),
        Action.REPORT_BACK: lambda c, by, v: accounting.report_back(case_id=c, report=a_report(c), by=by, seen_version=v),
        Action.ACCEPT_REPORT: lambda c, by, v: accounting.accept_report(case_id=c, by=by, seen_version=v),
        Action.RETURN_REPORT: lambda c, by, v: accounting.return_report(
            case_id=c, reason="Effekten saknas.", by=by, seen_version=v
        ),
        Action.CLEAN: lambda c, by, v: archive.clean(case_id=c, chosen=keep_all(c), by=by, seen_version=v),
        Action.CLOSE: lambda c, by, v: archive.close(case_id=c, by=by, seen_version=v),
        Action.CLOSE_WITHOUT_REPORT: lambda c, by, v: archive.close_without_report(
            case_id=c, reason="Enheten är nedlagd.", by=by, seen_version=v
        ),
        Action.REOPEN: lambda c, by, v: archive.reopen(case_id=c, reason="Ett dokument saknades.", by=by, seen_version=v),
        Action.ARCHIVE: lambda c, by, v: archive.archive(case_id=c, by=by, seen_version=v),
        Action.CHECK_REGISTRATION: lambda c, by, v: marking.check_registration(case_id=c, by=by, seen_version=v),
        Action.ENTER_NUMBER: lambda c, by, v: marking.enter_number(
            case_id=c, number=f"KS {c.hex[:6]}/26", public_title=title, by=by, seen_version=v
        ),
        Action.MARK_SECRECY: lambda c, by, v: marking.mark_secrecy(
            case_id=c,
            marking=marking.Marking(provision="18 kap. 8 § OSL", public_title="Uppgift utelämnad"),
            by=by,
            seen_version=v,
        ),
        Action.LIFT_MARK: lambda c, by, v: marking.lift_mark(
            case_id=c, reason="Uppgifterna är kända.", public_title=title, by=by, seen_version=v
        ),
        Action.NOTE_FACT: lambda c, by, v: marking.note_fact(
            case_id=c, kind="reported", on=clock.today(), text="", by=by, seen_version=v
        ),
        Action.MASK_COPY: mask_a_document,
        Action.REGISTER_LETTER: lambda c, by, v: letters.register_letter(
            case_id=c, letter=a_letter(), kept=None, by=by, seen_version=v
        ),
        Action.RELATE: lambda c, by, v: relating.relate(
            case_id=c, other=another_case(town, c), kind="belongs", by=by, seen_version=v
        ),
        Action.UNRELATE: lambda c, by, v: relating.unrelate(
            case_id=c, relation_id=next(iter(relations_of(c, by)), None), reason="Fel ärende.", by=by, seen_version=v
        ),
        Action.DECLARE_JAV: lambda c, by, v: marking.declare_jav(case_id=c, reason="Nära anhörig.", by=by, seen_version=v),
        Action.CORRECT: lambda c, by, v: marking.correct(
            case_id=c, what="Fel datum.", text="Rätt datum.", by=by, seen_version=v
        ),
    }


def act(town: Town, action: Action, case_id: UUID, by: str, *, seen: int | None = None) -> object:
    """Do ``action`` on the case as the person, in a transaction of its own, with arguments that hold."""
    with transaction():
        return acts(town)[action](case_id, town.actor(by), seen)


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does what on the way."""

    requester: str = "sakerhetschef"
    decision_maker: str = "kommunchef"
    finance: str = "ekonom"
    registrar: str = "registrator"
    archivist: str = "arkivarie"


# The road in order: which action leads to each status, and who does it. A status is reached through those before it.
_WAY: dict[Status, tuple[Status, Action, str]] = {
    Status.RETURNED: (Status.SUBMITTED, Action.REQUEST_COMPLETION, "decision_maker"),
    Status.REFERRED: (Status.SUBMITTED, Action.HAND_OVER, "decision_maker"),
    Status.WITHDRAWN: (Status.SUBMITTED, Action.WITHDRAW, "requester"),
    Status.DECIDED: (Status.SUBMITTED, Action.DECIDE, "decision_maker"),
    Status.DISPATCHED: (Status.DECIDED, Action.RECORD, "finance"),
    Status.REPORTED: (Status.DISPATCHED, Action.REPORT_BACK, "requester"),
    Status.SETTLED: (Status.REPORTED, Action.ACCEPT_REPORT, "finance"),
    Status.CLOSED: (Status.SETTLED, Action.CLOSE, "registrar"),
    Status.ARCHIVED: (Status.CLOSED, Action.ARCHIVE, "archivist"),
}


def with_the_manager(
    town: Town, *, by: str = "stadsmiljochef", lines: Lines = LINES, total: str = TOTAL, **changes: Any
) -> UUID:
    """A case of the unit that asks its nearest manager, sent there and not yet answered."""
    typed = [{"label": label, "amount": amount, "cost_type": "drift"} for label, amount in lines]
    case = a_draft(town, by=by, unit=ASKS_MANAGER, lines=typed, total=total, **changes)
    act(town, Action.SUBMIT, case.public_id, by)
    return case.public_id


def case_in(
    status: Status,
    town: Town,
    *,
    lines: Lines = LINES,
    total: str = TOTAL,
    doer: Doer | None = None,
) -> UUID:
    """A case of Säkerhet och trygghet in ``status``, with its registration checked and its documents made where the
    gate to closing wants them."""
    who = doer or Doer()
    if status is Status.DRAFT:
        return a_draft(town, by=who.requester).public_id
    if status is Status.WITH_MANAGER:
        return with_the_manager(town, lines=lines, total=total)
    if status is Status.SUBMITTED:
        return a_submitted_request(town, by=who.requester, lines=lines, total=total)
    before, action, role = _WAY[status]
    case_id = case_in(before, town, lines=lines, total=total, doer=who)
    if action is Action.RECORD:
        act(town, Action.CHECK_REGISTRATION, case_id, who.registrar)
    act(town, action, case_id, getattr(who, role))
    if action is Action.RECORD:
        run_worker()
    return case_id
