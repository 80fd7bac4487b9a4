"""Documents that the worker makes, from the command line."""

import click
from flask.cli import with_appcontext

from portal.cli.progress import number
from portal.cli.shared import Group, needs_database, say


@click.group(cls=Group, help="Be om handlingar som saknas.")
def documents() -> None:
    """The group of the commands."""


@documents.command(help="Ställ de gällande beslut i kö som saknar sin handling; arbetaren gör dem. Kan köras om.")
@with_appcontext
@needs_database
def make() -> None:
    """Queue what is missing, and try at once what waits for another try."""
    from portal.dispatch.missing import make_missing

    asked = make_missing()
    total = asked.queued + asked.hurried
    if not total:
        say("Inget gällande beslut saknar sin handling, eller så görs den nu.")
        return
    say(f"{number(total)} {'handling' if total == 1 else 'handlingar'} görs: {number(asked.queued)} nya i kön, "
        f"{number(asked.hurried)} som väntade på ett nytt försök.")  # fmt: skip
