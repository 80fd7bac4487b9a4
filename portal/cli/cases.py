"""Cases from the command line: a list, the documents of one, and reading a tjänsteskrivelse without an instance."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from portal.cli.shared import Command, Stop, Wrong, needs_database, say
from portal.funding_requests.lifecycle import Status

if TYPE_CHECKING:
    from portal.register.models import Case


@click.command(cls=Command, help="Visa ärendena: diarienummer, läge, äskat och beviljat.")
@click.option("--status", type=click.Choice([status.value for status in Status]), help="Bara ärenden i det här läget.")
@click.option("--json", "as_json", is_flag=True, help="Skriv en JSON-lista i stället för en tabell.")
@with_appcontext
@needs_database
def cases(status: str | None, as_json: bool) -> None:
    """All cases, drafts too, in the order they were made."""
    from sqlalchemy import select

    from portal.db import session
    from portal.funding_requests.models import FundingRequest
    from portal.people.models import Unit
    from portal.register.models import Case

    # The operator can read the whole instance, so nobody's rights narrow this list.
    statement = (
        select(
            Case.public_id, Case.number, Case.title, Case.status, Unit.name, FundingRequest.requested, FundingRequest.granted
        )
        .join(FundingRequest, FundingRequest.case_id == Case.id)
        .join(Unit, Unit.id == Case.unit_id)
        .order_by(Case.id)
    )
    if status:
        statement = statement.where(Case.status == status)
    names = ("uuid", "number", "title", "status", "unit", "requested_sek", "granted_sek")
    rows = [dict(zip(names, (str(row[0]), *row[1:]), strict=True)) for row in session.execute(statement)]
    if as_json:
        say(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        amounts = f"{_plain(row['requested_sek']):>12} {_plain(row['granted_sek']):>12}"
        say(f"{row['number'] or '–':<16} {row['status']:<12} {amounts}  {row['title']}")


def _plain(amount: object) -> str:
    return "–" if amount is None else str(amount)


@click.command(
    cls=Command,
    help="Läs en tjänsteskrivelse eller ett protokollsutdrag: Word, PDF, OpenDocument eller text. Behöver ingen installation.",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Skriv allt som lästes som JSON.")
def read(file: Path, as_json: bool) -> None:
    """What a careful reader finds in the file."""
    from portal.documents import formats, reading

    try:
        source = formats.source_at(file)
    except formats.UnreadableFile as error:
        raise Stop(str(error)) from error
    found = reading.read_text(source.text)
    found.warnings += source.notes
    if as_json:
        say(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        say(reading.summary(found))


@click.command(cls=Command, help="Skriv alla handlingar i ett ärende som filer.")
@click.argument("number")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="Mappen att skriva i.")
@with_appcontext
@needs_database
def export(number: str, folder: Path) -> None:
    """Every document of the case; the decision as beslut-*.pdf and its data as beslut-*.json."""
    from portal.cli.exporting import write_documents
    from portal.documents.store import DamagedFile

    case = case_numbered(number)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = write_documents(case, folder)
    except OSError as error:
        raise Stop(f"Det går inte att skriva i {folder}: {error.strerror}.") from error
    except DamagedFile as error:
        raise Wrong(f"Handlingen {error.sha256} saknas eller är skadad.") from error
    for path in written:
        say(str(path))


def case_numbered(number: str) -> "Case":
    """The case of that number, spaces as typed. Raises Stop."""
    from sqlalchemy import select

    from portal.db import session
    from portal.register.models import Case

    wanted = " ".join(number.split())
    case = session.scalars(select(Case).where(Case.number == wanted.replace(" ", "\u00a0"))).one_or_none()
    if case is None:
        raise Stop(f"Det finns inget ärende med diarienummer {wanted}.")
    return case
