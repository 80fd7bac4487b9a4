"""Files sent to be attached: those that hold are kept in the store, of the others it is said why, one by one."""

from dataclasses import dataclass
from uuid import UUID

from flask import flash, request

from portal.documents.classified import FIELD, refuse_classified
from portal.documents.store import current_store
from portal.documents.uploads import MAX_FILES_PER_CASE, clean_filename
from portal.errors import Invalid
from portal.funding_requests import attachments, operations
from portal.funding_requests.content import TEXTS
from portal.people.actor import Actor
from portal.text import _

FILES = "files"
TOLD = "attaching"
"""The category of the messages that stand beside the list of attachments."""
_NAME_SHOWN = 60  # characters of a name in a message: the messages of twenty files fit into a cookie


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: the files that are in the store, and a sentence for each that was not taken in."""

    kept: list[attachments.Kept]
    refused: list[str]


def is_asked() -> bool:
    """Whether the form is to attach files: its button was pressed, or a whole page came with files chosen."""
    return bool(request.form.get("attach")) or any(file.filename for file in request.files.getlist(FILES))


def has_draft() -> bool:
    """Whether what is typed was sent too. Script sends each file alone; what is typed it saves by itself."""
    return any(name in request.form for name in TEXTS)


def sent() -> Sent:
    """The sent files, each checked and put into the store. Raises Invalid when none is to be attached."""
    files = [file for file in request.files.getlist(FILES) if file.filename]
    if not files:
        raise Invalid({FILES: _("Välj de filer som ska bifogas.")})
    if len(files) > MAX_FILES_PER_CASE:
        raise Invalid({FILES: _("Högst %(n)s filer kan bifogas åt gången. Ingen av dem är bifogad.", n=MAX_FILES_PER_CASE)})
    refuse_classified(request.form.get(FIELD, ""))
    kept, refused = [], []
    for file in files:
        name = file.filename or ""
        try:
            kept.append(attachments.keep(current_store(), file.read(), name))
        except Invalid as error:
            refused.append(_said(name, error))
    return _some(Sent(kept, refused))


def attach(case_id: UUID, received: Sent, by: Actor) -> Sent:
    """Attach the kept files within the caller's transaction: what was attached, and all sentences. Raises Invalid when
    not one could be attached."""
    attached, refused = [], list(received.refused)
    for kept in received.kept:
        try:
            operations.add_attachment(case_id=case_id, kept=kept, by=by)
            attached.append(kept)
        except Invalid as error:
            refused.append(_said(kept.filename, error))
    return _some(Sent(attached, refused))


def _said(filename: str, error: Invalid) -> str:
    name = clean_filename(filename)
    shown = name if len(name) <= _NAME_SHOWN else f"{name[:_NAME_SHOWN]}…"
    return f"{shown}: {' '.join(error.problems.values())}"


def _some(found: Sent) -> Sent:
    if not found.kept:
        raise Invalid({f"{FILES}-{n}": sentence for n, sentence in enumerate(found.refused)})
    return found


def tell(done: Sent) -> None:
    """Say on the next page which files were not taken in beside those that were."""
    if not done.refused:
        return
    count = len(done.kept)
    all_files = count + len(done.refused)
    flash(_("%(count)s av %(all)s filer är bifogade.", count=count, all=all_files), TOLD)
    for sentence in done.refused:
        flash(sentence, TOLD)
