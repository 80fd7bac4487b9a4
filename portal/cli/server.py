"""Making an instance, checking it, and the worker."""

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import schema
from portal.cli.shared import Command, Stop, Wrong, instance, needs_database, say
from portal.settings import KEY_BYTES, LOOPBACK, current_settings, write_private

SETTINGS_TEMPLATE = """\
# Inställningar för den här installationen. Starta om portalen efter en ändring.
municipality = "{municipality}"
public_address = "{address}"
# dispatch_at = "decision"   # kopiorna skickas när beslutet fattas i stället för när det bokförs

# scanner = "/run/clamav/clamd.ctl"   # viruskontroll av det som lämnas in (clamd)

# [seal]                              # kommunens sigill; utan det förseglas beslut med ett TESTSIGILL
# key = "seal.p12"                    # eller seal.pem med nyckel och certifikat, chmod 600
# password_file = "seal_password"     # egen fil i den här mappen, chmod 600
# time_stamp = "http://tid.exempel.se"
# time_stamp_roots = "tid.pem"        # rotcertifikat som tidsstämplarna ska leda till

# [mail]
# host = "smtp.exempel.se"
# port = 587
# starttls = true                   # eller tls = true och port = 465
# ca_file = "utfardare.pem"         # när serverns certifikat är utfärdat av kommunen själv
# username = "portalen"
# password_file = "mail_password"   # egen fil i den här mappen, chmod 600
# sender = "askanden@exempel.se"
# bounces = "/var/mail/askanden"    # Maildir dit studsar till avsändaren kommer
"""


def make_folder(folder: Path, *, municipality: str, address: str) -> None:
    """The folder of an instance (0700) with its settings and keys (0600); what is there already stays."""
    import secrets

    from portal.documents.sealing import generated
    from portal.log import keys

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    if not (folder / "settings.toml").exists():
        text = SETTINGS_TEMPLATE.format(municipality=municipality, address=address)
        (folder / "settings.toml").write_text(text, encoding="utf-8")
    if not (folder / "secret_key").exists():
        write_private(folder / "secret_key", secrets.token_bytes(KEY_BYTES))
    keys.load_or_create_log_key(folder / "log_key")
    generated.load_or_create(folder, municipality)


def _prepare_migrations() -> None:
    import flask_migrate

    from portal.db import db

    if "migrate" not in current_app.extensions:
        flask_migrate.Migrate(current_app, db, directory=str(schema.MIGRATIONS), render_as_batch=True)


def bring_up() -> None:
    """Bring the schema of the database to the newest."""
    import flask_migrate

    _prepare_migrations()
    flask_migrate.upgrade(directory=str(schema.MIGRATIONS))


@click.command(cls=Command, help="Uppgradera databasens schema till programmets.")
@with_appcontext
def upgrade() -> None:
    """Run the migrations that the database has not seen."""
    if not current_settings().database and not (instance() / "portal.sqlite").exists():
        raise Stop(f"Det finns ingen installation i {instance()}. Kör: flask --app wsgi init")
    bring_up()
    say(f"Databasens schema är {schema.present()}.")


@click.command(cls=Command, help="Skriv ett utkast till migrering ur skillnaden mellan modeller och databas (för utvecklare).")
@click.argument("message")
@with_appcontext
def revision(message: str) -> None:
    """Draft a migration. It never sees changed CHECKs or triggers: those are written by hand."""
    import flask_migrate

    _prepare_migrations()
    flask_migrate.revision(directory=str(schema.MIGRATIONS), message=message, autogenerate=True)


@click.command(cls=Command, help="Skapa en tom installation och visa en engångslänk för administratören.")
@click.option("--municipality", default="Kommunens namn", show_default=True, help="Kommunens namn.")
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Adressen som användarna skriver.")
@with_appcontext
def init(municipality: str, address: str) -> None:
    """An empty real instance."""
    from portal import settings as settings_module
    from portal.db import transaction
    from portal.people import installation
    from portal.register import installation as register_installation

    folder = instance()
    if (folder / "portal.sqlite").exists():
        raise Stop(f"Det finns redan en installation i {folder}.")
    try:
        make_folder(folder, municipality=municipality, address=address)
        current_app.extensions["settings"] = settings_module.load(folder)
        bring_up()
    except (OSError, settings_module.SettingsError) as error:
        raise Stop(f"Installationen kunde inte skapas: {error}") from error
    if schema.present() is None:
        raise Stop("Databasen kunde inte skapas: programmet saknar sina migreringar.")
    with transaction():
        token = installation.begin(municipality=municipality, is_demo=False)
        register_installation.begin()
    (folder / "portal.sqlite").chmod(0o600)
    say(f"Installationen är skapad i {folder}.")
    say(f"Logga in som administratör inom 15 minuter: {current_settings().public_address.rstrip('/')}/lank/{token}")


@click.command(cls=Command, help="Gör det som väntar i utkorgen: handlingar, kopior, meddelanden. Avslutas med Ctrl-C.")
@click.option("--once", is_flag=True, help="Gör det som väntar nu och sluta sedan.")
@with_appcontext
@needs_database
def worker(once: bool) -> None:
    """The worker, a process of its own."""
    from threading import Event

    from portal.cli.progress import Line
    from portal.documents import seals
    from portal.documents.sealing import SealError
    from portal.outbox import worker as outbox_worker

    try:
        seals.current_seal()
    except SealError as error:
        raise Stop(str(error)) from error
    stop, line = Event(), Line(sys.stdout) if once else None
    outbox_worker.stop_on_signals(stop)
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own door to the application
    handlers = app.extensions["outbox_handlers"]
    recurring = app.extensions["outbox_recurring"]
    outbox_worker.run(app, handlers, once=once, stop=stop, recurring=recurring, tell=line.tell if line else None)
    if line:
        line.close()


def _files() -> list[str]:
    problems = []
    secrets = sorted((instance() / "transfer_secrets").glob("*"))
    for path in (*(instance() / name for name in ("secret_key", "log_key", "mail_password")), *secrets):
        if path.is_file() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            problems.append(f"{path} kan läsas av andra; kör chmod 600 på den.")
    if not (instance() / "secret_key").exists():
        problems.append(f"{instance() / 'secret_key'} saknas.")
    return problems


def _address() -> list[str]:
    from urllib.parse import urlsplit

    here = current_settings()
    problems = []
    if not here.is_https and urlsplit(here.public_address).hostname not in LOOPBACK:
        problems.append("public_address ska börja med https:// utanför den egna datorn.")
    if here.mail and not (here.mail.starttls or here.mail.tls) and here.mail.host not in LOOPBACK:
        problems.append("mail.starttls är avstängt: e-post skulle skickas oskyddad.")
    if current_app.debug:
        problems.append("Felsökningsläget är på.")
    return problems


def _database() -> list[str]:
    from portal.db import is_sqlite, session

    if not is_sqlite():
        address = current_settings().database
        local = "@localhost" in address or "@127.0.0.1" in address or "host=/" in address or "@/" in address
        return [] if local or "sslmode=verify-full" in address else ["database ska ha sslmode=verify-full."]
    connection = session.connection()
    problems = []
    if connection.exec_driver_sql("PRAGMA synchronous").scalar() != 2:
        problems.append("SQLite körs inte med synchronous=FULL.")
    if connection.exec_driver_sql("PRAGMA journal_mode").scalar() != "wal":
        problems.append("SQLite körs inte med WAL: ligger databasen på en nätverksdisk?")
    return problems


def _stored() -> list[str]:
    from portal.documents import scrubbing

    problems = [
        f"Filen {sha256} är skadad eller saknas; hämta den ur en säkerhetskopia." for sha256 in scrubbing.damaged_files()
    ]
    if late := scrubbing.lateness():
        problems.append(late)
    return problems


def _scanner() -> list[str]:
    from portal.documents import clamd

    scanner = current_settings().scanner
    if scanner is None:
        return []
    problems = []
    if scanner.host and scanner.host not in LOOPBACK:
        problems.append("scanner ska stå på samma dator: filerna skickas oskyddade till den.")
    try:
        clamd.version(scanner)
    except clamd.ScannerAway as error:
        problems.append(f"Viruskontrollen svarar inte: {error}")
    return problems


def _seal() -> list[str]:
    from portal import clock
    from portal.documents import seals
    from portal.documents.sealing import SealError

    try:
        key, _stamps = seals.current_seal()
        key.require_valid(clock.now())
    except SealError as error:
        return [str(error)]
    if key.valid_to - clock.now() < seals.EXPIRY_TOLD:
        return [f"Sigillets certifikat går ut {clock.local_date(key.valid_to)}: skaffa ett nytt."]
    return []


def _seal_notes() -> list[str]:
    """What an operator should know of the seal and need not mend."""
    from portal.documents import seals
    from portal.people.queries import is_demo

    notes = []
    key, stamps = seals.current_seal()
    if key.is_test and not is_demo():
        notes.append("Inget sigill är inställt: beslut förseglas med ett TESTSIGILL.")
    if stamps is not None and (waiting := seals.waiting()):
        notes.append(f"Förseglade handlingar som väntar på tidsstämpel: {waiting}.")
    return notes


CHECKS: tuple[Callable[[], list[str]], ...] = (_files, _address, _database, _stored, _scanner, _seal)


@click.command(
    cls=Command,
    help="Kontrollera installationen: nycklar, adress, e-post, databas, lagrade filer, viruskontroll, sigill, arbetare, logg.",
)
@with_appcontext
@needs_database
def check() -> None:
    """Everything that must hold before the portal is opened to anyone."""
    from portal.web.standing import health

    problems = [problem for tried in CHECKS for problem in tried()]
    if problem := health():
        problems.append(problem)
    if problems:
        raise Wrong("\n".join(problems))
    if current_settings().scanner is None:
        say("Ingen viruskontroll är inställd: det som lämnas in öppnas utan kontroll.")
    for note in _seal_notes():
        say(note)
    say("Installationen mår bra.")
