"""The register extract (registerutdrag): what the register page shows of a choice of cases, all its pages, as a document;
and the post of a day (dagens post)."""

from datetime import date

from portal import clock
from portal.decisions.document import Frame
from portal.documents.list_shapes import Choice, DayList, PostRow, RegisterExtract, RegisterRow
from portal.errors import Invalid
from portal.funding_requests.presenting import shown_status
from portal.people.actor import Actor
from portal.register import diary, document_queries, paging, publicity
from portal.register.document_queries import Registered
from portal.text import _
from portal.web.filters import day as in_words


def _row(entry: diary.Entry) -> RegisterRow:
    return {
        "number": entry.number,
        "external_number": entry.external_number,
        "date": clock.local_date(entry.registered_at).isoformat(),
        "title": entry.title or None,
        "sender": entry.sender,
        "status": shown_status(entry.status),
    }


def _selection(chosen: diary.Filters) -> list[Choice]:
    """The filters in words, in the order of the page."""
    units = {str(unit.public_id): unit.name for unit in diary.units()} if chosen.unit else {}
    said = (
        (_("Nummer eller ord"), chosen.q),
        (_("Avsändare"), units.get(chosen.unit, _("Okänd enhet")) if chosen.unit else ""),
        (_("År"), chosen.year),
        (_("Registrering"), _("Ej kontrollerade") if chosen.unchecked else ""),
    )
    return [{"label": label, "value": value} for label, value in said if value]


def register_extract(by: Actor, chosen: diary.Filters, frame: Frame, unit: str) -> RegisterExtract:
    """The data of the extract, made for ``unit``, in one or two statements.

    Raises Invalid where nothing can be searched for, or more is found than can be printed.
    """
    if sentence := paging.too_short(chosen.q):
        raise Invalid({"q": sentence})
    rows: list[RegisterRow] = []
    registers: set[str] = set()
    for entry in diary.extract(by, chosen, paging.MOST_PRINTED):
        rows.append(_row(entry))
        registers.add(entry.register)
    if len(rows) > paging.MOST_PRINTED:
        raise Invalid(
            {"": _("Urvalet är större än 5\u00a0000 ärenden. Välj ett år eller en avsändare, och hämta det i delar.")}
        )
    return {
        "made_at": frame.made_at.isoformat(),
        "municipality": frame.municipality,
        "test": frame.test,
        "title": registers.pop() if len(registers) == 1 else _("Diariet"),
        "unit": unit,
        "date": clock.local_date(frame.made_at).isoformat(),
        "selection": _selection(chosen),
        "made_by": {"name": by.name, "title": by.title or None},
        "rows": rows,
    }


def _posted(row: Registered) -> PostRow:
    document = row.document
    since = in_words(document.public_since) if document.public_since else ""
    return {
        "case_number": row.case.diary_number or "",
        "number": document.number,
        "title": row.title,
        "kind": document.type.name,
        "date": document.dated_on.isoformat(),
        "party": row.counterparty,
        "party_number": row.counterparty_number or None,
        "public": publicity.said_briefly(document.public_ground, since),
    }


def day_list(by: Actor, on: date, frame: Frame, unit: str) -> DayList:
    """The data of what was registered on a day, made for ``unit``. Raises Invalid where it is more than can be printed."""
    found = document_queries.of_day(on, by, most=document_queries.MOST_PRINTED)
    if found.following:
        raise Invalid({"": _("Dagens post är större än 2\u00a0000 handlingar och skrivs inte ut. Läs den på sidan.")})
    return {
        "made_at": frame.made_at.isoformat(),
        "municipality": frame.municipality,
        "test": frame.test,
        "title": _("Dagens post"),
        "unit": unit,
        "date": clock.local_date(frame.made_at).isoformat(),
        "day": on.isoformat(),
        "made_by": {"name": by.name, "title": by.title or None},
        "rows": [_posted(row) for row in found.rows],
    }
