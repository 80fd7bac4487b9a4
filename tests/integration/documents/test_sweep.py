"""Files that were left and never read in do not lie in the store for ever; what a row names does."""

import os
from datetime import timedelta

import pytest
from flask import Flask

from portal import clock
from portal.accounting import code_operations, code_queries, export_operations, export_queries, outcome_operations
from portal.accounting.kept import Kept, keep
from portal.db import session, transaction
from portal.dispatch.handlers import HANDLERS, RECURRING
from portal.documents.queries import named_files
from portal.documents.store import DamagedFile, current_store
from portal.outbox.worker import run
from portal.tables import metadata
from tests.factories.accounting import a_recorded_case
from tests.factories.orders import an_order
from tests.factories.town import Town

SWEEP = [each for each in RECURRING if each.kind == "sweep"]
CODES = "Kod;Benämning;Giltig från;Giltig till\n1001;Torget;2026-01-01;\n".encode()


def a_day_passes() -> None:
    then = (clock.now() - timedelta(hours=25)).timestamp()
    for path in current_store().root.glob("??/??/*"):
        os.utime(path, (then, then))


def swept(app: Flask) -> None:
    """A day passes, and the worker does its part."""
    a_day_passes()
    run(app, HANDLERS, once=True, recurring=SWEEP)


def lies(kept: Kept) -> bool:
    try:
        return bool(current_store().read(kept.sha256))
    except DamagedFile:
        return False


def test_what_nobody_read_in_is_swept_up_and_what_any_row_names_stays(inside: Flask, town: Town) -> None:
    month = f"{clock.today():%Y-%m}"
    codes, outcome = keep("koder.csv", CODES), keep("utfall.csv", f"kod;månad;belopp\n1001;{month};5\n".encode())
    a_recorded_case(town)
    run(inside, HANDLERS, once=True)  # the case's documents
    prepared = export_operations.prepare(export_queries.template(None))
    session.rollback()
    with transaction():
        code_operations.import_codes(code_queries.part_called("projekt"), codes, by=town.actor("ekonom"))
        outcome_operations.import_outcome(kept=outcome, replaced=(), by=town.actor("ekonom"))
        export_operations.make(prepared, by=town.actor("ekonom"))
    an_order(town)
    left = keep("koder.csv", CODES + b"1002;Parken;2026-01-01;\n")
    swept(inside)
    assert not lies(left)
    names = named_files()
    assert {codes.sha256, outcome.sha256, prepared.csv_sha256, prepared.xlsx_sha256} < names
    assert len(names) >= 7, "also the decision, the request and the delegation order"
    for name in names:
        current_store().read(name)


def test_what_was_left_today_waits_to_be_read_in(inside: Flask, town: Town) -> None:
    an_order(town)
    old = keep("koder.csv", CODES)
    a_day_passes()
    new = keep("koder.csv", CODES + b"1002;Parken;2026-01-01;\n")
    run(inside, HANDLERS, once=True, recurring=SWEEP)
    assert (lies(old), lies(new)) == (False, True)


def test_every_column_that_names_a_stored_file_is_asked() -> None:
    hashes = {f"{column.table.name}.{column.name}": column.info.get("stored", True)
              for table in metadata().sorted_tables for column in table.columns if "sha" in column.name}  # fmt: skip
    # A text; files that other rows name; files that are gone, or left with a package.
    kept_elsewhere = {
        "request_version.sha256",
        "dispatch_copy.document_sha256",
        "file_scan.sha256",
        "file_damage.sha256",
        "cleaning.sha256",
        "transfer_package.sha256",
    }
    assert {name for name, stored in hashes.items() if not stored} == kept_elsewhere
    assert all(name.endswith("sha256") for name in hashes), "portal.documents.queries.named_files would pass it over"


@pytest.mark.usefixtures("town")
def test_a_database_that_names_nothing_takes_no_files_away(inside: Flask) -> None:
    left = keep("koder.csv", CODES)
    swept(inside)
    assert lies(left)
