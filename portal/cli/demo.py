"""Making the demo: an instance of its own with a made-up municipality in it."""

import os
import shutil
from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext

from portal.cli.server import bring_up, make_folder
from portal.cli.shared import Command, Stop, instance, needs_database, say


@click.command(cls=Command, help="Skapa en demoinstallation: Åkersbro kommun med ärenden i alla lägen.")
@with_appcontext
def demo() -> None:
    """Only where nothing has been installed: a demo never becomes a real instance, nor the reverse."""
    from portal.demo.town import PASSWORD, USERNAMES

    folder = instance()
    if (folder / "portal.sqlite").exists():
        raise Stop(f"Det finns redan en installation i {folder}.")
    if folder.exists() and any(folder.iterdir()):
        raise Stop(f"{folder} är inte tom. Skapa demot i en ny mapp med INSTANCE=…")
    part = folder.with_name(f".{folder.name}.part")
    try:
        _make(part)
        if folder.exists():
            folder.rmdir()
        part.rename(folder)  # there is either a whole demo or none, wherever the making of it was cut off
    except OSError as error:
        raise Stop(f"Demot kunde inte skapas i {folder}: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    say(f"Demoinstallationen är skapad i {folder}.")
    say(f"Användare: {' '.join(USERNAMES)}. Lösenord: {PASSWORD}.")


def address() -> str:
    """Where the demo will be served, as its mails say: on the port that ``make run`` was given."""
    from portal.demo.town import ADDRESS

    port = os.environ.get("PORT", "")
    return f"{ADDRESS.rpartition(':')[0]}:{port}" if port.isascii() and port.isdigit() else ADDRESS


def _make(folder: Path) -> None:
    """A whole demo in ``folder``, by an application of its own; what an earlier try left there is removed."""
    from portal import create_app
    from portal.db import db
    from portal.demo.town import MUNICIPALITY

    if folder.exists():
        shutil.rmtree(folder)
    make_folder(folder, municipality=MUNICIPALITY, address=address())
    app = create_app(folder, check_schema=False)
    with app.app_context():
        bring_up()
        _fill(app)
        db.session.remove()
        db.engine.dispose()  # the last connection folds the write-ahead log into the database
    (folder / "portal.sqlite").chmod(0o600)


@needs_database
def _fill(app: Flask) -> None:
    from portal.demo.build import build

    build(app)
