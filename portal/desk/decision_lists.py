"""The list of decisions (beslutsförteckning) as a document: the choice of the page, all its pages."""

from portal import clock
from portal.decisions import listing
from portal.decisions.document import Frame
from portal.decisions.list_routes import capacity_of
from portal.documents.list_shapes import DecisionList, DecisionRow
from portal.errors import Invalid
from portal.paging import unreadable_days
from portal.people.actor import Actor
from portal.register import paging
from portal.text import _


def decision_list(by: Actor, chosen: listing.Filters, frame: Frame, unit: str) -> DecisionList:
    """The data of the list, made for ``unit``, in one statement.

    It is read by more than whoever had it made: of a secret case it has the title that the register shows. Raises Invalid
    for a day that is none, and for more than can be printed.
    """
    if unreadable_days(chosen):
        raise Invalid({"fran": _("Datumet kan inte läsas. Skriv det som 2026-11-22.")})
    rows = listing.first_of(by, chosen, paging.MOST_PRINTED)
    listing.printable(rows)
    return {
        "made_at": frame.made_at.isoformat(),
        "municipality": frame.municipality,
        "test": frame.test,
        "title": _("Beslut"),
        "unit": unit,
        "date": clock.local_date(frame.made_at).isoformat(),
        "made_by": {"name": by.name, "title": by.title or None},
        "rows": [_row(row) for row in rows],
    }


def _row(row: listing.Row) -> DecisionRow:
    decision, case = row.decision, row.case
    outcome = listing.outcome_said(decision)
    return {
        "number": decision.number,
        "date": decision.decided_on.isoformat(),
        "case_number": case.diary_number or "",
        "title": case.listed_title or None,
        "outcome": _("%(outcome)s, ersatt", outcome=outcome) if decision.replaced_at else outcome,
        "form": capacity_of(decision),
        "decided_by": row.decided_by,
        "granted": decision.granted,
        "replaced": decision.replaced_at is not None,
    }
