"""Persons from the command line: for the operator who has locked everyone out."""

import click
from flask.cli import with_appcontext

from portal.cli.shared import Group, Stop, needs_database, say
from portal.people.permissions import Role
from portal.settings import current_settings


def _address(token: str) -> str:
    return f"{current_settings().public_address.rstrip('/')}/lank/{token}"


@click.group(cls=Group, help="Lägg till personer, stäng konton och skapa engångslänkar.")
def person() -> None:
    """The group of the commands."""


@person.command(help="Lägg till en person och visa en engångslänk.")
@click.argument("username")
@click.option("--name", required=True, help="Personens namn.")
@click.option("--title", default="", help="Titeln som skrivs ut bredvid namnet.")
@click.option("--email", default="", help="E-postadress.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="En roll från och med i dag.")
@click.option("--unit", "unit_name", default="", help="Enheten som rollen gäller.")
@with_appcontext
@needs_database
def add(username: str, name: str, title: str, email: str, role: str | None, unit_name: str) -> None:
    """A new person, perhaps with a role from today."""
    from portal import clock
    from portal.db import transaction
    from portal.people import operations, queries

    with transaction():
        made, token = operations.add_person(username=username, name=name, title=title, email=email, by=None)
        if role:
            unit = next((unit for unit in queries.units() if unit.name == unit_name), None)
            if unit is None:
                raise Stop(f"Enheten {unit_name or '(--unit saknas)'} finns inte.")
            operations.grant_role(
                person_id=made.public_id,
                unit_id=unit.public_id,
                role=Role(role),
                valid_from=clock.today(),
                valid_to=None,
                by=None,
            )
    say(f"{username} är tillagd. Engångslänk, 15 minuter: {_address(token)}")


@person.command(help="Stäng ett konto; inloggningarna upphör genast.")
@click.argument("username")
@with_appcontext
@needs_database
def disable(username: str) -> None:
    """Close an account."""
    from portal.db import transaction
    from portal.people import operations, queries

    with transaction():
        found = queries.person_by_username(username)
        if found is None:
            raise Stop(f"Det finns ingen person med användarnamnet {username}.")
        operations.disable(person_id=found.public_id, by=None)
    say(f"Kontot {username} är stängt.")


@person.command(help="Skapa en ny engångslänk till en person.")
@click.argument("username")
@with_appcontext
@needs_database
def link(username: str) -> None:
    """A new one-time link."""
    from portal.db import transaction
    from portal.people import operations, queries

    with transaction():
        found = queries.person_by_username(username)
        if found is None:
            raise Stop(f"Det finns ingen person med användarnamnet {username}.")
        _person, token = operations.new_link(person_id=found.public_id, by=None)
    say(f"Engångslänk, 15 minuter: {_address(token)}")
