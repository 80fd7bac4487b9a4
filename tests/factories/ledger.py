"""What goes to the ledger, made as finance makes it."""

from dataclasses import replace
from unittest.mock import patch
from uuid import UUID

from portal.accounting import export_operations, export_queries
from portal.db import session, transaction
from tests.factories.town import Town


def a_file_and_a_template(town: Town) -> tuple[UUID, UUID]:
    """A file to the ledger with the oldest entry, so that others still wait, and a template of the municipality's own."""
    with patch.object(export_queries, "MOST", 1):
        prepared = export_operations.prepare(export_queries.template(None))
    session.rollback()
    by = town.actor("ekonom")
    with transaction():
        made = export_operations.make(prepared, by=by)
        own = replace(prepared.template, name="Till ekonomisystemet")
        kept = export_operations.save_template(own, template_id=None, seen_version=None, by=by)
        return made.public_id, kept.public_id
