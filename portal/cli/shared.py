"""What the commands share: how they stop, and what they demand of the instance."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

import click
from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from portal import schema
from portal.errors import Conflict, Invalid, Refused
from portal.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")


class Stop(click.ClickException):
    """Usage or environment: one sentence on stderr, exit 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the sentence as it is."""
        click.echo(self.message, err=True, file=file)


class Wrong(Stop):
    """The thing checked is wrong: one sentence on stderr, exit 1."""

    exit_code = 1


def settings() -> Settings:
    """The settings of the instance the command works on."""
    found: Settings = current_app.extensions["settings"]
    return found


def instance() -> Path:
    """The folder of the instance."""
    return settings().instance


def say(line: str) -> None:
    """A line on stdout."""
    click.echo(line)


def needs_database(command: Callable[P, R]) -> Callable[P, R]:
    """Stop with one sentence when there is no instance or its schema is another; what the rules refuse stops too."""

    @wraps(command)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        here = settings()
        if not here.database and not (here.instance / "portal.sqlite").exists():
            raise Stop(f"Det finns ingen installation i {here.instance}. Kör: flask --app wsgi init")
        try:
            if problem := schema.problem():
                raise Stop(problem)
            return command(*args, **kwargs)
        except (Refused, Conflict, Invalid) as error:
            raise Stop(str(error)) from error
        except SQLAlchemyError as error:
            raise Stop(f"Databasen svarar inte: {str(error).splitlines()[0]}") from error

    return checked
