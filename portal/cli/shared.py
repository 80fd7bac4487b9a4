"""What the commands share: how they stop, and what they demand of the instance."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import IO, Any, ParamSpec, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from portal import schema
from portal.errors import Conflict, Invalid, Refused
from portal.settings import current_settings

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


class Command(click.Command):
    """A command that answers wrong usage with one sentence, in the language of its help."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Raises Stop for what cannot be understood."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise Stop(f"{_misused(error)} Se {ctx.command_path} --help.") from error


class Group(click.Group):
    """A group of such commands."""

    command_class = Command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Raises Stop for a command that the group does not have."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise Stop(f"{args[0]} finns inte. Se {ctx.command_path} --help.") from error


def _misused(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"Valet {error.option_name} finns inte."
    if isinstance(error, click.BadParameter) and error.param:
        name = str(error.param.get_error_hint(error.ctx)).replace("'", "")
        if isinstance(error, click.MissingParameter):
            return f"Ange {name}."
        if isinstance(error.param.type, click.Choice):
            return f"{name} ska vara något av {', '.join(error.param.type.choices)}."
        return f"Värdet för {name} kan inte användas."
    return "Kommandot kan inte tolkas."


def instance() -> Path:
    """The folder of the instance."""
    return current_settings().instance


def say(line: str) -> None:
    """A line on stdout."""
    click.echo(line)


def needs_database(command: Callable[P, R]) -> Callable[P, R]:
    """Stop with one sentence when there is no instance or its schema is another; what the rules refuse stops too."""

    @wraps(command)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        here = current_settings()
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
