"""An extract of minutes beside the form that enters them: taken in, kept with the case, read, and what it leaves to check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import request

from portal.db import transaction
from portal.decisions import minutes_form, operations
from portal.documents import beside, queries
from portal.documents.beside import Question, View
from portal.documents.models import Document
from portal.documents.reading import Reading, read_text
from portal.errors import Invalid, Unknown
from portal.funding_requests import source_form
from portal.funding_requests.lifecycle import Action
from portal.register.models import Case
from portal.text import _
from portal.web.gate import actor

READ = "las"  # the button that reads the extract in


@dataclass(frozen=True, slots=True)
class Extract:
    """The document, what a careful reader finds in it, what it leaves open, and how it is shown."""

    document: Document
    reading: Reading
    asked: Sequence[Question]
    view: View
    to_check: Sequence[str]

    @property
    def fills(self) -> bool:
        """Whether it holds anything to fill the form with."""
        return minutes_form.says_something(self.reading)

    @property
    def unplaced(self) -> Sequence[tuple[str, str, Sequence[str], str]]:
        """What it says and the form has no field for: label, the reading's field, words, where it stands on the page."""
        found = self.reading
        said = {
            "jav": found.jav,
            "reservations": found.reservations,
            "replaces": [found.replaces] if found.replaces else [],
            "copy_recipients": found.copy_recipients,
            "for_information": found.for_information,
        }
        places = minutes_form.PLACES
        return [(_(places[field].label), field, items, places[field].to) for field, items in said.items() if items]


def taken_in(case_id: UUID, action: Action) -> UUID:
    """Keep the extract that was sent with the case; its public id. Raises Invalid, Refused, Conflict and Unknown."""
    kept = source_form.sent_document("extract")
    with transaction():
        return operations.keep_extract(case_id=case_id, action=action, kept=kept, by=actor()).public_id


def opened(case: Case, raw: str) -> Extract | None:
    """The extract that the form names, read; None where it names none. Raises Unknown for one that is not the case's."""
    if not raw:
        return None
    try:
        document = queries.by_public_id(UUID(raw))
    except ValueError:
        raise Unknown from None
    if document is None or document.case_id != case.id or document.kind != operations.EXTRACT:
        raise Unknown
    source = source_form.source_of_document(document)
    reading = read_text(source.text)
    places = {field: minutes_form.PLACES[field] for field in minutes_form.QUESTIONS}
    asked = beside.questions(source.text, reading, places) if minutes_form.says_something(reading) else []
    view = source_form.view_of(document, source, reading, minutes_form.PLACES, asked)
    check = [*_other_case(reading, case), *beside.to_check(reading, source_form.notes_of(document, source), asked)]
    return Extract(document, reading, asked, view, check)


def _other_case(reading: Reading, case: Case) -> list[str]:
    """What to say where the extract bears the number of another case."""
    own = {_plain(number) for number in (case.number, case.external_number) if number}
    if not reading.diarienummer or _plain(reading.diarienummer) in own:
        return []
    return [_("Utdraget har diarienummer %(number)s. Kontrollera att det gäller det här ärendet.", number=reading.diarienummer)]


def _plain(number: str) -> str:
    return "".join(each for each in number.casefold() if each.isalnum())


def answered(extract: Extract | None) -> Mapping[str, str]:
    """The answers that were sent to what the extract leaves open. Raises Invalid."""
    return beside.answers(request.form, extract.asked) if extract else {}


def refuse_unread() -> None:
    """Raise Invalid where an extract was sent that has not been read in: it would be lost."""
    file = request.files.get("file")
    field = "extract" if request.form.get("extract", "").strip() else "file" if file and file.filename else ""
    if field:
        raise Invalid({field: _("Utdraget är inte inläst. Tryck på Läs in utdraget, eller ta bort det.")})
