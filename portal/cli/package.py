"""Packages for an e-archive, from the command line."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import click
from flask.cli import with_appcontext

from portal.cli.shared import Command, Group, Stop, Wrong, needs_database, say
from portal.funding_requests.lifecycle import Status
from portal.settings import current_settings

PACKED = (Status.CLOSED, Status.ARCHIVED)


@click.group(cls=Group, help="Paket för e-arkivet.")
def package() -> None:
    """The group of the commands."""


@package.command(cls=Command, help="Skapa ett paket (E-ARK SIP) för varje ärende: en ZIP-fil per ärende i mappen.")
@click.argument("numbers", metavar="[DIARIENUMMER]...", nargs=-1)
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="Mappen att skriva i.")
@click.option("--all", "every", is_flag=True, help="Alla avslutade och arkiverade ärenden.")
@with_appcontext
@needs_database
def build(numbers: tuple[str, ...], folder: Path, every: bool) -> None:
    """One ZIP per case, whole or not at all; the paths of those made on stdout."""
    from portal.archive.checking.found import Unreadable
    from portal.archive.package import operations
    from portal.archive.package.build import sweep
    from portal.documents.store import DamagedFile
    from portal.log.keys import KeyFileError
    from portal.outbox.worker import Failed

    if every == bool(numbers):
        raise Stop("Ange ett diarienummer eller --all. Se flask package build --help.")
    wanted = operations.numbered([each.value for each in PACKED]) if every else iter(_found(numbers))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sweep(folder)
        for case_id in wanted:
            say(str(operations.package_for_operator(case_id, folder).path))
    except OSError as error:
        raise Stop(f"Det går inte att skriva i {folder}: {error.strerror}.") from error
    except DamagedFile as error:
        raise Wrong(f"Handlingen {error.sha256} saknas eller är skadad. Inget paket skapades för ärendet.") from error
    except operations.Faulty as error:
        raise Wrong(str(error)) from error
    except (KeyFileError, Failed, Unreadable) as error:
        raise Stop(str(error)) from error


@package.command(cls=Command, help="Kontrollera ett paket, som ZIP-fil eller mapp: varje fil, schema, bevis och sigill.")
@click.argument("path", metavar="PAKET", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Skriv också en rapport som PDF.")
@with_appcontext
def check(path: Path, as_json: bool, pdf: Path | None) -> None:
    """Every fault, where it is and how it is mended; nothing of the database is used."""
    from portal import clock
    from portal.archive.checking import reporting
    from portal.archive.checking.check import check as checked
    from portal.archive.checking.found import Unreadable

    try:
        report = checked(path, clock.now())
    except Unreadable as error:
        raise Stop(str(error)) from error
    if pdf:
        try:
            pdf.write_bytes(reporting.as_pdf(report, clock.now(), current_settings().municipality))
        except OSError as error:
            raise Stop(f"{pdf} kan inte skrivas: {error.strerror}.") from error
    say(reporting.as_json(report) if as_json else reporting.as_text(report))
    if not report.ok:
        raise Wrong(f"Paketet är inte helt. Fel: {len(report.problems)}.")


def _found(numbers: tuple[str, ...]) -> Iterator[UUID]:
    """The cases, all of them looked up before the first is packed."""
    from portal.cli.cases import case_numbered

    return iter([case_numbered(number).public_id for number in numbers])
