"""Letters that come in to a case: registered by the registrar with sender, day and the other's own number, with or without
a file. A paper is registered too: where it lies is no matter of the register."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID, uuid4

from portal import clock
from portal.documents import queries as stored
from portal.errors import Invalid
from portal.funding_requests import attachments, queries
from portal.funding_requests.acting import begin
from portal.funding_requests.attachments import Kept
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.rules import REFUSALS
from portal.people.actor import Actor
from portal.register import document_queries, documents
from portal.register.document_models import Direction, RegisteredDocument, Source
from portal.register.documents import Registration
from portal.register.models import Case
from portal.register.operations import open_text, record, touch
from portal.text import _

LETTER = "letter"
MOST_LETTERS = 100  # files of one case


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What the registrar says of a letter. ``public_title`` empty: the name of its type is what everyone may read."""

    type: str
    arrived_on: date
    title: str
    counterparty: str
    public_title: str = ""
    counterparty_number: str = ""


def register_letter(
    *,
    case_id: UUID,
    letter: Letter,
    kept: Kept | None,
    by: Actor,
    seen_version: int | None,
    unread: Mapping[str, str] = MappingProxyType({}),
) -> RegisteredDocument:
    """Register a letter from outside; from now on it is public (2 kap. 9 § tryckfrihetsförordningen). ``unread`` is what of
    the form could not be read, by field: it is told together with the rest.

    Raises Refused, Conflict, Unknown, and Invalid for what does not hold, a file in quarantine or one registered before.
    """
    case, facts = begin(case_id, Action.REGISTER_LETTER, by, seen_version, queries.facts, REFUSALS)
    kind = next((each for each in document_queries.types() if each.code == letter.type), None)
    problems = {**problems_of(letter, known=kind is not None, today=clock.today()), **unread}
    if problems or kind is None:
        raise Invalid(problems)
    file = _keep(case, kept, letter.title, by=facts.actor) if kept else None
    registration = Registration(
        source=Source.LETTER if file else Source.PAPER,
        source_id=file or uuid4(),
        type=letter.type,
        title=letter.title,
        public_title=letter.public_title or kind.name,
        direction=Direction.IN,
        counterparty=letter.counterparty,
        counterparty_number=letter.counterparty_number,
        on=letter.arrived_on,
        outside=True,
    )
    document = documents.register(case, registration, by=facts.actor, now=facts.now)
    body = {
        "number": document.number,
        "type": letter.type,
        "arrived_on": letter.arrived_on.isoformat(),
        "title": open_text(case, letter.title),
        "public_title": document.public_title,
        "counterparty": open_text(case, letter.counterparty),
        "counterparty_number": open_text(case, letter.counterparty_number),
        "with_file": file is not None,
    }
    record(case, "funding_requests.register_letter", by=facts.actor, body=body, kind="registered", object_id=document.public_id)
    touch(case)  # a second tab does not register it once more
    return document


def problems_of(letter: Letter, *, known: bool, today: date) -> dict[str, str]:
    """What does not hold, by field. Pure."""
    problems = {}
    if not known:
        problems["type"] = _("Välj vilken typ av handling det är.")
    if not letter.title:
        problems["title"] = _("Skriv vad handlingen är.")
    if not letter.counterparty:
        problems["counterparty"] = _("Skriv vem handlingen kom från. Är avsändaren okänd, skriv det.")
    if letter.arrived_on > today:
        problems["arrived_on"] = _("Dagen har inte varit än. Skriv den dag handlingen kom in.")
    return problems


def _keep(case: Case, kept: Kept, title: str, *, by: Actor) -> UUID:
    """The public id of the letter's file, now a document of the case. The same file is not registered twice."""
    earlier = [each for each in stored.of_case(case.id) if each.kind == LETTER]
    if any(each.sha256 == kept.sha256 for each in earlier):
        raise Invalid({"file": _("Filen är redan registrerad i ärendet. Välj en annan fil, eller avbryt.")})
    if len(earlier) >= MOST_LETTERS:
        raise Invalid({"file": _("Ärendet har redan %(n)s inkomna filer, fler kan inte läggas till.", n=MOST_LETTERS)})
    return attachments.hand_in(case, kept, LETTER, title, by=by).public_id
