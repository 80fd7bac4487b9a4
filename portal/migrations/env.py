"""Runs migrations on the application's own database, in one transaction, on SQLite and PostgreSQL alike."""

from alembic import context

from portal import tables
from portal.db import changing_schema, db


def run() -> None:
    """Migrate on a connection of the application's engine. SQLite cannot ALTER much, hence batch: tables are made anew,
    meanwhile rows may point at nothing, and before the end it is seen that none does."""
    with changing_schema(), db.engine.connect() as connection:
        embedded, driver = connection.dialect.name == "sqlite", connection.connection.driver_connection
        assert driver is not None, "the connection has just been opened"
        if embedded:
            # The setting is deaf within a transaction, and SQLAlchemy begins one at the first statement.
            driver.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=tables.metadata(),
            render_as_batch=embedded,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if embedded and (astray := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"the migration leaves rows that point at nothing: {astray[:5]}")
        connection.commit()
        if embedded:
            driver.execute("PRAGMA foreign_keys=ON")


run()
