"""What a case is found by: every text of it that the packages hold, and what the files that were handed in say.

Every act on a case is in the log (``register.operations.record``), and what is acted on is indexed before the same transaction
commits, so nothing can be written that is not found. A file is read after commit, by the worker.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Uuid, bindparam, exists, literal, null, select, union_all

from portal.accounting.models import FinalReport, FinalReportLine, InterimReport, Redistribution
from portal.db import session, transaction
from portal.decisions.models import Decision, DecisionLine, HandOver, MinutesEntry, Statement
from portal.desk.documents_read import withheld_by
from portal.documents import scanning
from portal.documents.formats import UnreadableFile, source_of
from portal.documents.models import Document
from portal.documents.store import DamagedFile, current_store
from portal.funding_requests.models import CompletionRequest, FundingRequest, RequestVersion
from portal.outbox import operations as outbox
from portal.outbox.operations import Task
from portal.outbox.worker import Handler, Later, Recurring
from portal.people.models import Person, Unit
from portal.register import indexing, secrecy
from portal.register.document_models import RegisteredDocument
from portal.register.indexing import AmountOf, Entry, Held
from portal.register.models import Case, CaseFact, Participation
from portal.register.search_models import SearchEntry
from portal.text import _
from portal.veil import Veil

FILE, CATCH_UP = "search_file", "search_catch_up"
HOURLY = Recurring(CATCH_UP, timedelta(hours=1))
_CASES_AT_A_TIME = 20
_UNTIL_SCANNED = 60.0  # seconds
_LABELS = {
    "decision": "Beslut",
    "statement": "Yttrande",
    "hand_over": "Överlämnande",
    "minutes": "Protokoll",
    "completion": "Begäran om komplettering",
    "report": "Slutredovisning",
    "interim_report": "Lägesrapport",
    "fact": "Anteckning",
    "redistribution": "Omfördelning",
    "condition": "Villkor",
    "effect": "Effekt",
}


def index_acted_on() -> None:
    """Index every case that was acted on in this transaction, and is in the register."""
    for case_id in indexing.acted_on():
        _index(case_id)


def _index(case_id: int) -> None:
    found = session.execute(
        select(Case, Unit.name, FundingRequest, RequestVersion.public_id, RequestVersion.content)
        .join(Unit, Unit.id == Case.unit_id)
        .outerjoin(FundingRequest, FundingRequest.case_id == Case.id)
        .outerjoin(
            RequestVersion,
            (RequestVersion.funding_request_id == FundingRequest.id) & (RequestVersion.number == FundingRequest.latest_version),
        )
        .where(Case.id == case_id, Case.number.is_not(None))
    ).one_or_none()
    if found is None:
        return
    case, unit, request, version, content = found
    written = json.loads(content) if content else {}
    hidden = secrecy.open_to_all(case)
    entries = [
        *_of_register(case, unit),
        *_of_content(version, written),
        *_of_rows(case),
        *_of_persons(case, written),
        *_of_documents(case, hidden),
    ]
    there = indexing.held(case_id)
    veiled = _veiled(entries, hidden) if hidden else [entry for _source, entry in entries]
    again = _read_otherwise(veiled, there)
    if hidden:  # nobody finds a file by words that are hidden now, until it has been read again
        veiled = [replace(each, text="") if each.source in again and each.scope == "open" else each for each in veiled]
    indexing.index(case_id, veiled, _amounts(request, written), there)
    for entry in veiled:
        if entry.kind == "file" and entry.source in again:
            outbox.enqueue(kind=FILE, payload={"document": entry.source}, key=f"{FILE}:{entry.source}:{case.version}")
        elif entry.kind == "file" and (entry.kind, entry.source) not in there:
            outbox.enqueue(kind=FILE, payload={"document": entry.source}, key=f"{FILE}:{entry.source}")


def _read_otherwise(entries: Collection[Entry], there: Mapping[indexing.Key, Held]) -> frozenset[str]:
    """The files whose kept text is not what a reading would keep, since marks on parts have been set or lifted."""
    now = next((indexing.digest_of(each.text or "") for each in entries if each.kind == "hidden"), "")
    was = there.get(("hidden", ""))
    is_other = now != (was.digest if was else "")
    files = [(each, there.get((each.kind, each.source))) for each in entries if each.kind == "file"]
    return frozenset(each.source for each, known in files if known and (is_other or known.scope != each.scope))


Sourced = tuple[UUID | None, Entry]


def _veiled(entries: list[Sourced], hidden: secrecy.Hidden) -> list[Entry]:
    """The entries without what marks on parts hide; that is an entry of its own, for those who may read it."""
    over = Veil(hidden.words)
    told: list[Entry] = []
    for source, entry in entries:
        if entry.scope == "secret" or (source in hidden.sources and entry.scope != "register"):
            told.append(Entry(entry.kind, entry.source, "secret", entry.label, entry.text))
        else:
            text = None if entry.text is None else over.over(entry.text)
            told.append(Entry(entry.kind, entry.source, entry.scope, over.over(entry.label), text))
    return [*told, Entry("hidden", "", "secret", _("Sekretessmarkerad uppgift"), "\n".join(sorted(hidden.words)))]


def _of_register(case: Case, unit: str) -> Iterator[Sourced]:
    """What everyone who reads the register sees, and the title that only its readers do."""
    numbers = " · ".join(filter(None, (case.number, case.external_number)))
    yield None, Entry("number", "", "register", _("Diarienummer"), numbers)
    yield None, Entry("title", "public", "register", _("Ärendemening"), case.public_title)
    yield None, Entry("sender", "", "register", _("Avsändare"), unit)
    if case.title != case.public_title:
        yield None, Entry("title", "own", "open", _("Rubrik"), case.title)


def _of_content(version: UUID | None, written: Mapping[str, Any]) -> Iterator[Sourced]:
    if not written:
        return
    parts = [*written["points"], written["description"]]
    for section in written["sections"]:
        parts += [section["heading"], section["text"]]
    parts += [line["label"] for line in written["lines"]]
    parts += [written["financing"], *written["basis"], written.get("receiver") or ""]
    yield version, Entry("request", "", "open", _("Äskandet"), "\n".join(filter(None, parts)))


def _rows(kind: str, table: Any, label: Any, *texts: Any, source: Any = None, of: Any = None) -> "Select[Any]":
    """The texts of a table's rows. ``source`` is the document they stand in, their own where it is left out; ``of`` is what
    the rows are lines of, by which their case is known, with how they are joined."""
    own = table.public_id if source is None else source
    text: ColumnElement[str] = texts[0]
    for more in texts[1:]:
        text = text + literal("\n") + more
    columns = (literal(kind).label("kind"), own.label("source"), table.id.label("id"), label.label("label"), text.label("text"))
    if of is None:
        return select(*columns).where(table.case_id == bindparam("case_id"))
    whole, joined = of
    return select(*columns).join(whole, joined).where(whole.case_id == bindparam("case_id"))


# Made once: it is the same in every act.
# fmt: off
_ROWS = union_all(
    _rows(
        "decision", Decision, Decision.number, Decision.text, Decision.reason, Decision.presenter, Decision.financing,
        Decision.replacement_reason, Decision.no_statement_reason,
    ),
    _rows(
        "condition", DecisionLine, DecisionLine.label, DecisionLine.condition, source=Decision.public_id,
        of=(Decision, Decision.id == DecisionLine.decision_id),
    ),
    _rows("statement", Statement, literal(""), Statement.text, Statement.coding),
    _rows("hand_over", HandOver, literal(""), HandOver.text),
    _rows("minutes", MinutesEntry, MinutesEntry.paragraph, MinutesEntry.text),
    _rows("completion", CompletionRequest, literal(""), CompletionRequest.reason, source=null().cast(Uuid)),
    _rows("redistribution", Redistribution, literal(""), Redistribution.reason),
    _rows("report", FinalReport, literal(""), FinalReport.summary, FinalReport.answer),
    _rows(
        "effect", FinalReportLine, DecisionLine.label, FinalReportLine.effect, source=FinalReport.public_id,
        of=(FinalReport, FinalReport.id == FinalReportLine.report_id),
    ).join(DecisionLine, DecisionLine.id == FinalReportLine.decision_line_id),
    _rows("interim_report", InterimReport, literal(""), InterimReport.text),
    _rows("fact", CaseFact, literal(""), CaseFact.text),
)
# fmt: on


def _of_rows(case: Case) -> Iterator[Sourced]:
    """Decisions and what surrounds them, in one statement."""
    for kind, source, row_id, name, text in session.execute(_ROWS, {"case_id": case.id}):
        if text.strip():
            label = f"{_(_LABELS[kind])} {name}".strip()
            yield source, Entry(kind, str(row_id), "open", label, f"{name}\n{text}" if name else text)


def _of_persons(case: Case, written: Mapping[str, Any]) -> Iterator[Sourced]:
    """Who has acted in the case, and who its document names."""
    acted = select(Person.name, Person.title).join(Participation, Participation.person_id == Person.id)
    names = [f"{name}, {title}" if title else name for name, title in session.execute(
        acted.where(Participation.case_id == case.id).distinct().order_by(Person.name, Person.title)
    )]  # fmt: skip
    if written:
        handler = written["handler"]
        names += [handler["name"], handler["email"]]
        names += [person["name"] for part in ("signatories", "copies", "information") for person in written[part]]
    if told := "\n".join(dict.fromkeys(filter(None, names))):
        yield None, Entry("person", "", "open", _("Personer"), told)


def _of_documents(case: Case, hidden: secrecy.Hidden) -> Iterator[Sourced]:
    """What the register says of the documents, and the files that were handed in."""
    rows = session.execute(
        select(RegisteredDocument.source_id, RegisteredDocument.number, RegisteredDocument.public_title,
               RegisteredDocument.title, RegisteredDocument.counterparty, RegisteredDocument.counterparty_number)
        .where(RegisteredDocument.case_id == case.id)
    )  # fmt: skip
    for source, number, public, title, counterparty, their_number in rows:
        label = _("Handling %(n)s", n=number)
        yield source, Entry("document", f"{number}", "register", label, public)
        more = "\n".join(filter(None, (title if title != public else "", counterparty, their_number)))
        if more:
            yield source, Entry("document", f"{number} own", "open", label, more)
    files = session.execute(
        select(*_OF_FILE, Document.title)
        .where(Document.case_id == case.id, Document.source_id.is_(None), Document.created_by_id.is_not(None))
        .order_by(Document.id)
    )
    for file in files:
        yield file.public_id, Entry("file_name", str(file.public_id), "open", file.filename, f"{file.filename}\n{file.title}")
        yield _of_file(file, hidden, None)


_OF_FILE = (Document.public_id, Document.kind, Document.source_id, Document.original_id, Document.filename)


def _of_file(file: "Row[*tuple[Any, ...]]", hidden: secrecy.Hidden, text: str | None) -> Sourced:
    """What a file says; one that marks on parts of the case withhold is secret whole."""
    scope = "secret" if hidden and withheld_by(hidden, file) else "open"
    return file.public_id, Entry("file", str(file.public_id), scope, file.filename, text)


def _amounts(request: FundingRequest | None, written: Mapping[str, Any]) -> Iterator[AmountOf]:
    """What was asked, granted and used, and what the lines ask for; a hidden amount hides the whole case."""
    if request is None:
        return
    for what, kronor in (("requested", request.requested), ("granted", request.granted), ("used", request.used)):
        if kronor is not None:
            yield AmountOf(what, kronor, "open")
    for line in written.get("lines", ()):
        if line["amount"] is not None:
            yield AmountOf("line", line["amount"], "open")


def read_file(payload: Mapping[str, object], task: Task) -> None:
    """Read a file that was handed in, so that the case is found by what it says. A file that cannot be read says nothing."""
    public_id = UUID(str(payload["document"]))
    found = session.execute(select(Document.case_id, Document.sha256, *_OF_FILE).where(Document.public_id == public_id))
    row = found.one_or_none()
    state = scanning.state_of([row.sha256])[row.sha256] if row else scanning.QUARANTINED
    session.rollback()  # nothing is held while the file is read
    if state == scanning.WAITING:
        raise Later(_UNTIL_SCANNED, _("Viruskontrollen ser på filen."))
    text = "" if row is None or state == scanning.QUARANTINED else _text_of(row.sha256, row.filename)
    with transaction():
        # Held: a mark that is being set is either read here, or finds what is written here when it indexes the case.
        case = session.get(Case, row.case_id, with_for_update=True) if row else None
        still = session.scalar(select(Document.id).where(Document.public_id == public_id))
        if row is not None and case is not None and still is not None:
            hidden = secrecy.open_to_all(case)
            read = _of_file(row, hidden, text)
            entry = _veiled([read], hidden)[0] if hidden else read[1]
            indexing.add(case.id, [entry], indexing.held(case.id))
        outbox.finish(task)


def _text_of(sha256: str, filename: str) -> str:
    try:
        return source_of(current_store().read(sha256), filename).text
    except (UnreadableFile, DamagedFile, OSError):
        return ""


def catch_up(_payload: Mapping[str, object], task: Task) -> None:
    """Index the cases that no search finds yet: those from before there was one. Raises Later while there are more."""
    missing = select(Case.id).where(Case.number.is_not(None), ~exists().where(SearchEntry.case_id == Case.id))
    with transaction():
        # Held against marks that are being set; a case that another holds is indexed when that act is done, or next time.
        held = missing.order_by(Case.id.desc()).limit(_CASES_AT_A_TIME).with_for_update(skip_locked=True, of=Case)
        cases = list(session.scalars(held))
        for case_id in cases:
            _index(case_id)
        if len(cases) < _CASES_AT_A_TIME:
            outbox.finish(task)
    if len(cases) == _CASES_AT_A_TIME:
        raise Later(0, _("Ärenden görs sökbara."))


HANDLERS: dict[str, Handler] = {FILE: read_file, CATCH_UP: catch_up}
RECURRING = (HOURLY,)
