"""Runs migrations on the application's own database, in one transaction, on SQLite and PostgreSQL alike."""

from alembic import context

from portal import tables
from portal.db import changing_schema, db


def run() -> None:
    """Migrate on a connection of the application's engine. SQLite cannot ALTER much, hence batch."""
    with changing_schema(), db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=tables.metadata(),
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
