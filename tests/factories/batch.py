"""Many decisions that wait for their documents, each walked by the real road. Call outside a transaction."""

import sqlite3
from pathlib import Path

from portal import schema
from portal.log import keys
from tests.factories.decisions import a_decision, a_submitted_request
from tests.factories.town import Town

# So little money that thousands of the unit's requests stay below the ceiling of the delegation.
_LINES = (("Kamerabevakning", "60"), ("Väktare", "40"), ("Trygghetsmätning", ""))


def decided(town: Town, count: int) -> list[str]:
    """The numbers of so many decisions, in the order they were made."""
    return [a_decision(town, a_submitted_request(town, lines=_LINES, total="100"))[1].number for _one in range(count)]


def as_installed(folder: Path) -> None:
    """Give an instance of the tests what the commands look for: its key of the log, and which schema it has."""
    keys.load_or_create_log_key(folder / "log_key")
    with sqlite3.connect(folder / "portal.sqlite") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (schema.wanted(),))
    connection.close()
