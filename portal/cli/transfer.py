"""Deliveries to an e-archive, from the command line."""

from uuid import UUID

import click
from flask.cli import with_appcontext

from portal.cli.shared import Command, Group, Stop, Wrong, needs_database, say


@click.group(cls=Group, help="Leveranser till e-arkivet.")
def archive() -> None:
    """The group of the commands."""


@archive.command(cls=Command, help="Skicka det som väntar i påbörjade leveranser, eller i en av dem, till slutet.")
@click.argument("number", metavar="[LEVERANS]", required=False)
@with_appcontext
@needs_database
def deliver(number: str | None) -> None:
    """What the worker does with a delivery, now; a line for each when it is sent."""
    from portal.archive.transfer import queries, sending
    from portal.archive.transfer.rules import FAILED
    from portal.documents.store import DamagedFile
    from portal.errors import Unknown
    from portal.outbox.worker import Failed

    try:
        wanted = [(queries.numbered(number), number)] if number else queries.unfinished()
    except Unknown:
        raise Stop(f"Leveransen {number} finns inte.") from None
    failed = 0
    for delivery_id, named in wanted:
        try:
            sending.deliver_now(delivery_id, lambda each: _tell(each))
        except (Failed, DamagedFile) as error:
            raise Stop(f"{named}: {error}") from error
        counts = queries.counts([row := queries.delivery(delivery_id).id])[row]
        failed += counts.of(FAILED)
        say(f"{named}: {counts.total - counts.of(FAILED)} av {counts.total} paket är skickade.")
    if not wanted:
        say("Ingen leverans väntar.")
    if failed:
        raise Wrong(f"Ärenden som inte kunde packas: {failed}. Leveransens sida säger varför.")


def _tell(delivery_id: UUID) -> None:
    from portal.archive.transfer import queries

    row = queries.delivery(delivery_id)
    counts = queries.counts([row.id])[row.id]
    click.echo(f"{row.number}: {counts.done} av {counts.total} paket klara.", err=True)
