"""Which schema the code wants and which one the database has, told without loading the migration tool."""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import inspect, text

from portal.db import db

MIGRATIONS = Path(__file__).parent / "migrations"
_REVISION = re.compile(r'^(down_revision|revision)\b[^=]*=\s*(?:"([^"]+)"|\'([^\']+)\'|None)', re.MULTILINE)


@cache
def wanted() -> str | None:
    """The newest revision in the code; None while there is none."""
    revisions: set[str] = set()
    followed: set[str] = set()
    for file in (MIGRATIONS / "versions").glob("*.py"):
        for name, double, single in _REVISION.findall(file.read_text(encoding="utf-8")):
            if double or single:
                (revisions if name == "revision" else followed).add(double or single)
    return next(iter(revisions - followed), None)


def present() -> str | None:
    """The revision of the database; None when it has never been made."""
    if not inspect(db.engine).has_table("alembic_version"):
        return None
    with db.engine.connect() as connection:
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def problem() -> str | None:
    """Why the database cannot be served, in one sentence, or None."""
    here = present()
    if here is None:
        return "Databasen är inte skapad. Kör: flask --app wsgi init"
    if here != wanted():
        return f"Databasens schema ({here}) är ett annat än programmets ({wanted()}). Kör: flask --app wsgi upgrade"
    return None
