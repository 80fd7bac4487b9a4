"""Cases with secrets of every kind, each with words that stand nowhere else, and who has the right to meet them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from portal import clock
from portal.accounting import export_operations, export_queries
from portal.db import session, transaction
from portal.decisions import operations as decisions
from portal.decisions.statement import Opinion
from portal.documents.store import current_store
from portal.funding_requests import attachments, letters
from portal.funding_requests import operations as requests
from portal.funding_requests.lifecycle import Action
from portal.register import marking
from portal.register.document_models import RegisteredDocument
from portal.register.marking import Marking
from portal.register.models import Case
from tests.factories.accounting import decision_of, redistribute
from tests.factories.decisions import an_answer, case_of
from tests.factories.disclosure import PROVISION, a_disclosure, a_refusal
from tests.factories.funding_requests import a_draft, attach
from tests.factories.organs import a_list, a_meeting
from tests.factories.road import a_letter, act, run_worker
from tests.factories.town import Town

AMOUNT = "18 437"
BARE_AMOUNT = "18437"
"""As a file writes it."""
READS_SECRETS = frozenset({"registrator", "arkivarie", "arkivarie2", "revisor"})
WRITER, ASKS_STATEMENT, HIDES_AMOUNT = "sakerhetschef", "Zorblinge", "Snäckvarp"


@dataclass(frozen=True, slots=True)
class Secret:
    """A case, the words that are hidden, and the persons who may meet them."""

    name: str
    case_id: UUID
    number: str
    words: tuple[str, ...]
    may: frozenset[str]
    names: tuple[Mapping[str, UUID], ...]
    """What addresses name besides the case: each request for its documents with what it asks for, and where its money went."""


def _lines(*labels: str) -> list[dict[str, str]]:
    amounts = (AMOUNT if labels[0] == HIDES_AMOUNT else "17 391", "10 000")
    kinds = ("vet inte" if labels[0] == ASKS_STATEMENT else "drift", "drift")
    rows = zip(labels, amounts, kinds, strict=False)
    return [{"label": label, "amount": amount, "cost_type": kind} for label, amount, kind in rows]


def _draft(town: Town, *labels: str, **changes: Any) -> UUID:
    total = str(sum(int(line["amount"].replace(" ", "")) for line in _lines(*labels)))
    return a_draft(town, lines=_lines(*labels), total=total, points=["Medel beviljas."], **changes).public_id


def _decide(town: Town, case_id: UUID, *granted: int, **more: Any) -> None:
    with transaction():
        answer = an_answer(case_id, *granted, **more) if granted else an_answer(case_id, **more)
        decisions.decide(case_id=case_id, answer=answer, by=town.actor("kommunchef"), seen_version=None)


def _mark(town: Town, case_id: UUID, **changes: Any) -> None:
    said = {"provision": PROVISION, "public_title": "Uppgift utelämnad", **changes}
    with transaction():
        marking.mark_secrecy(case_id=case_id, marking=Marking(**said), by=town.actor("registrator"), seen_version=None)


def _whole(town: Town) -> tuple[UUID, tuple[str, ...], frozenset[str]]:
    """Secret from the first moment, with something secret said in every way, decided and sent."""
    case_id = _draft(
        town, "Zorblinge", "Väktare", title="Quexholm stärks", description="Vid Fnurtagen finns en lucka.", secrecy="ja"
    )
    attach(town, case_id, b"Vid Dunkelhaga finns larmet.", "Ritning-Brolkvist.txt", by=WRITER)
    act(town, Action.SUBMIT, case_id, WRITER)
    act(town, Action.MARK_SECRECY, case_id, "registrator")
    with transaction():
        decisions.request_completion(
            case_id=case_id, reason="Beskriv Mjuxgatan.", answer_by=clock.today() + timedelta(days=9),
            by=town.actor("kommunchef"), seen_version=None,
        )  # fmt: skip
    act(town, Action.SUBMIT, case_id, WRITER)
    with transaction():
        opinion = Opinion(text="Wimpelsta kostar mer.", cost_type="drift")
        decisions.give_statement(case_id=case_id, opinion=opinion, by=town.actor("ekonom2"), seen_version=None)
    act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
    _decide(town, case_id, 17_000, 10_000, text="Jolmvik beviljas medel.", reason="Krexpunkten får vänta.")
    act(town, Action.RECORD, case_id, "ekonom")
    said = "zorblinge quexholm fnurtagen brolkvist dunkelhaga mjuxgatan wimpelsta jolmvik krexpunkten"
    return case_id, tuple(said.split()), frozenset({WRITER, "sakerhetssamordnare", "kommunchef", "ekonom", "ekonom2"})


def _line_before(town: Town) -> tuple[UUID, tuple[str, ...], frozenset[str]]:
    """A line marked before the decision, which then names it, as do its log entry, its copies and its budget entry."""
    case_id = _draft(town, "Glimraby", "Väktare", description="Mest kostar glimraby, som brukligt.", title="Tryggare torg")
    act(town, Action.SUBMIT, case_id, WRITER)
    _mark(town, case_id, line_label="Glimraby")
    act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
    _decide(town, case_id, 17_000, 10_000, text="Glimraby beviljas.", reason="Glimraby får mindre.")
    act(town, Action.RECORD, case_id, "ekonom")
    return case_id, ("glimraby",), frozenset({WRITER, "sakerhetssamordnare", "kommunchef", "ekonom"})


def _line_after(town: Town) -> tuple[UUID, tuple[str, ...], frozenset[str]]:
    """A line marked when all was done: the log, the PDFs and the sent copies are as they were."""
    case_id = _draft(town, "Rosthult", "Väktare", title="Tryggare park")
    kept = attachments.keep(current_store(), "Äskande\n\nRosthult kostar mest.".encode(), "Askande.txt")
    with transaction():
        requests.read_in(case_id=case_id, unit_id=None, kept=kept, by=town.actor(WRITER))
    act(town, Action.SUBMIT, case_id, WRITER)
    act(town, Action.CHECK_REGISTRATION, case_id, "registrator")
    _decide(town, case_id, text="Rosthult beviljas.", report_by=None)
    act(town, Action.RECORD, case_id, "ekonom")
    run_worker()
    _mark(town, case_id, line_label="Rosthult")
    return case_id, ("rosthult",), frozenset({WRITER, "kommunchef", "ekonom"})


def _documents(town: Town) -> tuple[UUID, tuple[str, ...], frozenset[str]]:
    """An attached file and a letter on paper that are marked, in a case that waits for its decision."""
    case_id = _draft(town, "Väktare", title="Tryggare väg")
    attach(town, case_id, "Vid Tussekulla slår larmet av.".encode(), "Plan-Hedermyr.txt", by=WRITER)
    act(town, Action.SUBMIT, case_id, WRITER)
    with transaction():
        letter = letters.register_letter(
            case_id=case_id, letter=a_letter(title="Tips om Virkelund", counterparty="Anmälare Yxtorp"), kept=None,
            by=town.actor("registrator"), seen_version=None,
        )  # fmt: skip
        source = letter.source_id
    files = attachments.listed(case_of(case_id))
    session.rollback()
    _mark(town, case_id, source_id=files[0].public_id)
    _mark(town, case_id, source_id=source, public_title="Skrivelse")
    words = ("hedermyr", "tussekulla", "virkelund", "yxtorp")
    return case_id, words, frozenset({WRITER, "kommunchef", "tf.kommunchef"})


def _amount(town: Town) -> tuple[UUID, tuple[str, ...], frozenset[str]]:
    """A line whose amount is marked too, which hides the whole case."""
    case_id = _draft(town, "Snäckvarp", title="Tryggare hamn i Lönnefall")
    act(town, Action.SUBMIT, case_id, WRITER)
    _mark(town, case_id, line_label="Snäckvarp", hides_amount=True)
    return case_id, ("snäckvarp", "lönnefall"), frozenset({WRITER, "kommunchef", "tf.kommunchef"})


KINDS: dict[str, Callable[[Town], tuple[UUID, tuple[str, ...], frozenset[str]]]] = {
    "the whole case": _whole,
    "a line, marked before the decision": _line_before,
    "a line, marked after everything": _line_after,
    "documents": _documents,
    "a line with its amount": _amount,
}


def secrets(town: Town) -> list[Secret]:
    """Every case, made in the open database, asked for, listed and sent to the ledger, with the worker's work done."""
    made = []
    for name, make in KINDS.items():
        made.append((name, *make(town)))
        run_worker()
    shared = {
        "fund_id": town.fund.public_id,
        "meeting_id": a_meeting(town),
        "list_id": a_list(town),
        "export_id": _exported(town),
    }
    found = []
    for name, case_id, words, may in made:
        asked = [a_disclosure(town, case_id), a_disclosure(town, case_id, "given"), a_refusal(town, case_id)]
        moved = {"redistribution_id": _moved(town, case_id) if name in RECORDED else uuid4()}
        names = tuple({**shared, **moved, "request_id": each.request_id, "item_id": each.item_id} for each in asked)
        case: Case = case_of(case_id)
        number = (case.number or "").replace("\u00a0", " ").lower()
        session.rollback()
        found.append(Secret(name, case_id, number, words, may | READS_SECRETS, names))
    run_worker()
    return found


RECORDED = ("a line, marked before the decision", "a line, marked after everything")
"""Of these the requester moves money between the lines."""


def _moved(town: Town, case_id: UUID) -> UUID:
    first, second = (line for line in decision_of(case_id).lines if line.granted)
    moved = {first.label: (first.granted or 0) - 1_000, second.label: (second.granted or 0) + 1_000}
    session.rollback()
    return redistribute(town, case_id, by=WRITER, **moved)


def _exported(town: Town) -> UUID:
    """The file to the ledger, with every entry there is."""
    prepared = export_operations.prepare(export_queries.template(None))
    session.rollback()
    with transaction():
        return export_operations.make(prepared, by=town.actor("ekonom")).public_id


def registered_of(case_id: UUID) -> UUID:
    """The newest document of the case in the register; one that is nowhere where it has none."""
    case = case_of(case_id)
    found = session.query(RegisteredDocument.public_id).filter_by(case_id=case.id).order_by(RegisteredDocument.number.desc())
    row = found.first()
    return row[0] if row else uuid4()
