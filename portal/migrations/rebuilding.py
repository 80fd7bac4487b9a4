"""Making a table anew with all it has, for migrations: SQLite cannot ALTER much, and forgets CHECKs when asked of them."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import op
from alembic.operations.base import BatchOperations


@contextmanager
def rebuilt(name: str) -> Iterator[BatchOperations]:
    """The table with its CHECKs, which SQLite must be told of when a table is made anew."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        with op.batch_alter_table(name) as batch:
            yield batch
        return
    table = sa.Table(name, sa.MetaData(), autoload_with=bind)
    known = {str(each.name) for each in table.constraints}
    for check in sa.inspect(bind).get_check_constraints(name):
        if check["name"] not in known:
            table.append_constraint(sa.CheckConstraint(check["sqltext"], name=op.f(str(check["name"]))))
    with op.batch_alter_table(name, copy_from=table, recreate="always") as batch:
        yield batch
