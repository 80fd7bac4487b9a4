"""Making the demo: an instance of its own with a made-up municipality in it."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.cli.server import bring_up, make_folder
from portal.cli.shared import Stop, instance, needs_database, say, settings


@click.command(help="Skapa en demoinstallation: Åkersbro kommun med ärenden i alla lägen.")
@with_appcontext
def demo() -> None:
    """Only where nothing has been installed: a demo never becomes a real instance, nor the reverse."""
    from portal.demo.town import PASSWORD, USERNAMES

    folder = instance()
    if settings().database:
        raise Stop("Demot skapas bara i en egen SQLite-databas. Ta bort database ur settings.toml.")
    if (folder / "portal.sqlite").exists():
        raise Stop(f"Det finns redan en installation i {folder}.")
    _make(folder)
    _fill()
    (folder / "portal.sqlite").chmod(0o600)
    say(f"Demoinstallationen är skapad i {folder}.")
    say(f"Användare: {' '.join(USERNAMES)}. Lösenord: {PASSWORD}.")


def _make(folder: Path) -> None:
    from portal import settings as settings_module
    from portal.demo.town import ADDRESS, MUNICIPALITY

    try:
        make_folder(folder, municipality=MUNICIPALITY, address=ADDRESS)
        current_app.extensions["settings"] = settings_module.load(folder)
        bring_up()
    except (OSError, settings_module.SettingsError) as error:
        raise Stop(f"Installationen kunde inte skapas: {error}") from error


@needs_database
def _fill() -> None:
    from portal.demo.build import build

    build(current_app._get_current_object())  # type: ignore[attr-defined]  # the proxy's own door to the application
