"""What everyone does beside the cases: the administrator keeps the directory, and people read what they are told of."""

from datetime import date, timedelta

from portal import clock
from portal.demo.town import DOMAIN, Town
from portal.notices import operations as notices
from portal.people import directory, installation
from portal.people.directory import Entry

# name, kind, mailbox, days that it is valid (None: until further notice)
DIRECTORY: tuple[tuple[str, str, str, int | None], ...] = (
    ("Kommunens säkerhetsråd", "role", f"sakerhetsrad@{DOMAIN}", None),
    ("Kommunens fackliga företrädare", "role", f"facklig.samverkan@{DOMAIN}", None),
    ("Ortens företagarförening", "external", "kansli@foretagarna.example", None),
    ("Regionens beredskapsfunktion", "external", "beredskap@regionen.example", None),
    ("Projektet Trygga resor", "role", f"trygga.resor@{DOMAIN}", 20),
)


def keep_directory(town: Town) -> None:
    """The administrator enters those who get copies now and then; one of them for a project that has ended."""
    for name, kind, email, days in DIRECTORY:
        directory.add_recipient(_entry(name, kind, email, clock.today(), days), by=town.actor(installation.ADMINISTRATOR))


def _entry(name: str, kind: str, email: str, today: date, days: int | None) -> Entry:
    return Entry(
        name=name,
        kind=kind,
        email=email,
        unit_id=None,
        is_external=kind == "external",
        every_decision=False,
        masked=kind == "external",
        valid_from=today,
        valid_to=today + timedelta(days=days) if days else None,
        sure=True,
    )


def read_notices(town: Town) -> None:
    """Everyone has read what they have been told so far."""
    for username in town.people:
        notices.read_all(by=town.actor(username))
