"""The documents of a case as files, for whoever must hand them on: named by us, each decision's data beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from portal.decisions import queries as decisions
from portal.decisions.document import Frame
from portal.decisions.models import Statement
from portal.decisions.proof import proof_of
from portal.desk.documents_read import WITHHELD, withheld
from portal.documents import queries as documents
from portal.documents import scanning
from portal.documents.enclosing import as_text, machine_readable
from portal.documents.models import Document
from portal.documents.sender import municipality
from portal.documents.shapes import Proof
from portal.documents.store import current_store
from portal.people.queries import is_demo
from portal.register.models import Case
from portal.text import _
from portal.verify import printed
from portal.verify.alone.syntax import UnreadablePdf
from portal.verify.pages import pages_text

DECISION = "decision"
# What each kind of document is called among the files.
NAMES = {
    DECISION: "beslut",
    "submission": "tjansteskrivelse",
    "statement": "yttrande",
    "attachment": "bilaga",
    "source": "inlast",
    "minutes": "protokollsutdrag",
    "masked_copy": "maskad-kopia",
}


def documents_of(case: Case) -> Iterator[tuple[str, bytes]]:
    """Name and content of every document of the case, and of each decision's data. Raises DamagedFile.

    A file that nobody may open, or that the veil that lies withholds, is left out; in its place stands a text that says why.
    """
    store = current_store()
    for document in documents.of_case(case.id):
        name = _name(document)
        refusal = scanning.refusal_to_open(scanning.state_of_document(document))
        if refusal := _(WITHHELD) if withheld(document) else refusal:
            yield f"{name}.saknas.txt", f"{document.filename}: {refusal}\n".encode()
            continue
        content = store.read(document.file.sha256)
        yield name, content
        if document.kind == DECISION and document.source_id:
            data = _data(case, document.source_id, content, document)
            yield str(Path(name).with_suffix(".json")), as_text(data).encode()


def statements_of(case: Case) -> Iterator[tuple[str, bytes]]:
    """Finance's statements on the case as one file of data; none when there are none."""
    given = decisions.statements(case)
    if given:
        yield "yttranden.json", as_text([_said(each) for each in given]).encode()


def _said(statement: Statement) -> dict[str, Any]:
    columns = ("text", "stance", "balance", "cost_type", "capital_cost", "coding")
    who = {"by": statement.by.name, "by_title": statement.by.title, "at": statement.at.isoformat()}
    return who | {name: getattr(statement, name) for name in columns}


def _data(case: Case, decision_id: UUID, pdf: bytes, document: Document) -> Any:
    """The decision's data, with the proof that its document carries."""
    decision, _case = decisions.decision(decision_id)
    frame = Frame(municipality(), document.created_at, test=bool(is_demo()))
    proof = _printed_proof(pdf, decision.log_seq)
    return machine_readable(DECISION, decisions.document_data(decision, case, frame, proof))


def _printed_proof(pdf: bytes, seq: int | None) -> Proof | None:
    """The proof as it stands in the document; None in one that was made before all of it was printed."""
    try:
        found = printed.read(pages_text(pdf))
    except (printed.NotPrinted, UnreadablePdf):
        return None
    return proof_of(seq or 0, found)


def _name(document: Document) -> str:
    """A name of our own making: what someone called an uploaded file must not choose where it is written."""
    ending = "".join(c for c in Path(document.filename).suffix if c.isalnum() or c == ".")[:10]
    stem = "".join(c if c.isalnum() or c == "-" else "-" for c in Path(document.filename).stem)[:80] or "handling"
    name = NAMES.get(document.kind, "handling")
    return f"{name}-{document.version}-{stem.removeprefix(name + '-')}{ending}"
