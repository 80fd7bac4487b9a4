"""The register extract (registerutdrag): what the register page shows of a choice of cases, all its pages, as a document."""

from portal import clock
from portal.decisions.document import Frame
from portal.documents.list_shapes import Choice, RegisterExtract, RegisterRow
from portal.errors import Invalid
from portal.funding_requests.presenting import shown_status
from portal.people.actor import Actor
from portal.register import diary, paging
from portal.text import _


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
