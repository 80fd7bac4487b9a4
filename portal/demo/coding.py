"""The demo's accounts, read in as a code table, and its first file of budget entries to the ledger."""

from portal.accounting import code_operations, code_queries, export_operations, export_queries
from portal.accounting.kept import keep
from portal.demo.town import Town

_ACCOUNTS = (
    ("6411", "Inventarier", ""),
    ("4600", "Köp av verksamhet", ""),
    ("5410", "Förbrukningsinventarier", ""),
    ("6310", "Hyra av larm och kameror", ""),
    ("7410", "Bevakningskostnader", "2024-12-31"),
    ("9990", "Medel att fördela", ""),
)


def read_accounts_in(town: Town) -> None:
    """Finance reads in which accounts there are; one of them is closed."""
    rows = [f"{code};{label};2020-01-01;{last}" for code, label, last in _ACCOUNTS]
    content = "\n".join(["Kod;Benämning;Giltig från;Giltig till", *rows]).encode("cp1252")
    file = keep("konton.csv", content)
    code_operations.import_codes(code_queries.part_called("konto"), file, by=town.actor("ekonom"))


def send_to_the_ledger(town: Town) -> None:
    """What has been recorded so far goes to the ledger, which takes it."""
    by = town.actor("ekonom")
    made = export_operations.make(export_operations.prepare(export_queries.template(None)), by=by)
    export_operations.answer(export_id=made.public_id, accepted=True, reason="", by=by)
