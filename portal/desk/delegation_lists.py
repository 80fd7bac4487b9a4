"""Lists of delegations as documents: those in force on a day, and the decisions by delegation that an organ is told of."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from portal import clock
from portal.decisions import delegated_queries as delegated
from portal.decisions import listing
from portal.decisions.delegated import KINDS, PASSED, ListKind, Passed
from portal.decisions.delegated_routes import facts as list_facts
from portal.decisions.delegated_routes import title as list_title
from portal.decisions.document import Frame
from portal.decisions.meeting_models import DelegationReport
from portal.decisions.models import Decision
from portal.documents.list_shapes import DelegationList, ListedDecision, ListedDelegation, Period
from portal.documents.shapes import ActingPerson, Person
from portal.errors import Invalid
from portal.funds import queries as funds
from portal.funds.models import Delegation
from portal.funds.rules import edition_called, without_edition
from portal.paging import day_of, unreadable_days, year_of
from portal.people import models as people
from portal.people.actor import Actor, acting_as
from portal.people.permissions import Permission
from portal.register import paging
from portal.register.models import Case, Organ
from portal.text import _
from portal.web.filters import clause, day


def _frame(frame: Frame, title: str, unit: str) -> DelegationList:
    return {
        "made_at": frame.made_at.isoformat(),
        "municipality": frame.municipality,
        "test": frame.test,
        "title": title,
        "unit": unit,
        "date": clock.local_date(frame.made_at).isoformat(),
        "use": "in_force",
    }


def _person(person: people.Person) -> Person:
    return {"name": person.name, "title": person.title or None}


# Those in force on a day


def in_force(on: date, frame: Frame, unit: str) -> DelegationList:
    """The delegations that are confirmed and in force on the day, by person; one statement."""
    rows = [_delegation(each) for each in funds.delegations(on=on)]
    said = _("Vem som får besluta om vilka pengar, upp till vilket belopp, och på vilken grund.")
    title = _("Delegationer som gäller den %(day)s", day=day(on))
    return {**_frame(frame, title, unit), "introduction": said, "delegations": rows}


def _delegation(listed: funds.ListedDelegation) -> ListedDelegation:
    row = listed.row
    jav_of = listed.only_when_jav_of
    order = edition_called(row.order.name, row.order.edition) if row.order else ""
    return {
        "person": _person(row.person),
        "money": _money(row),
        "ceiling": row.ceiling,
        "clause": clause(row.clause, order),
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "condition": _("vid jäv för %(title)s", title=jav_of.lower()) if jav_of else None,
        "note": _("%(capacity)s, anmäls", capacity=row.capacity.capitalize()) if row.is_reported else row.capacity.capitalize(),
        "rests_on": {
            "organ": row.rests_on_organ.name,
            "date": row.rests_on_date.isoformat(),
            "paragraph": row.rests_on_paragraph,
        },
    }


def _money(row: Delegation) -> str:
    money = f"{row.fund.name} {row.fund.year}" if row.fund else _("Medel utan egen regel")
    return _("%(money)s, bara %(kind)s", money=money, kind=row.cost_type) if row.cost_type else money


# Those to report


def to_report(by: Actor, chosen: listing.Filters, frame: Frame, unit: str) -> DelegationList:
    """The choice of decisions that are to be reported (anmälas) to an organ and have not been; two statements at most.

    What the list says is read by whoever reads the organ's papers: of a marked case it has the title that the register shows.
    Raises Invalid for a day that is none, and for more than can be printed.
    """
    if unreadable_days(chosen):
        raise Invalid({"fran": _("Datumet kan inte läsas. Skriv det som 2026-11-22.")})
    chosen = replace(chosen, reported=chosen.reported or listing.UNREPORTED, after="")
    rows = listing.first_of(by, chosen, paging.MOST_PRINTED)
    listing.printable(rows)
    organ = _organ(chosen.reported, rows)
    told = _("Delegationsbeslut att anmäla till %(organ)s", organ=organ.in_text) if organ else _("Delegationsbeslut att anmäla")
    return {
        **_frame(frame, told, unit),
        "use": "decisions",
        "organ": organ.name if organ else None,
        "period": _period(chosen),
        "introduction": _introduction(by),
        "decisions": [_decision(row.decision, row.case) for row in rows],
    }


def as_made(row: DelegationReport, by: Actor, frame: Frame, unit: str) -> DelegationList:
    """A list that was made, all of it: complete for everyone, with what one may not read left out; two statements at most."""
    rows, _following = delegated.listed(row, by, most=paging.MOST_PRINTED + 1)
    listing.printable(rows)
    said = {
        ListKind.REPORTED: _("Besluten har fattats med stöd av delegation och anmäls enligt 7 kap. 8 § kommunallagen."),
        ListKind.RECORDED: _(
            "Besluten har fattats med stöd av delegation, anmäls inte till organet och protokollförs särskilt enligt "
            "7 kap. 8 § kommunallagen."
        ),
    }
    return {
        **_frame(frame, list_title(row), unit),
        "use": "decisions",
        "document_type": _(KINDS[row.kind]),
        "organ": row.organ.name,
        "introduction": said[ListKind(row.kind)],
        "facts": [{"label": label, "value": value} for label, value in list_facts(row)],
        "decisions": [_listed(each) for each in rows],
        "passed": [
            {"number": each["number"], "what": _(PASSED[each["what"]]), "missing": each["what"] == Passed.MISSING}
            for each in row.skipped
        ],
    }


def _listed(each: delegated.Listed) -> ListedDecision:
    """As ``_decision``; of a case that may not be read what the register shows, and no more of the decision."""
    made: ListedDecision = {**_decision(each.decision, each.case), "title": each.title or None}
    return made if each.readable else {**made, "clause": None, "outcome": None, "amount": None}


def _organ(chosen: str, rows: list[listing.Row]) -> Organ | None:
    """The organ that was chosen, or else the only one that the decisions are to be reported to."""
    wanted: UUID | None = paging.uuid_of(chosen)
    named = {row.decision.delegated_by_id for row in rows}
    return next((each for each in funds.organs() if each.public_id == wanted or (wanted is None and named == {each.id})), None)


def _period(chosen: listing.Filters) -> Period | None:
    first, last, year = day_of(chosen.first), day_of(chosen.last), year_of(chosen.year)
    if year:
        begins, ends = date(year, 1, 1), date(year, 12, 31)
        first, last = max(first or begins, begins), min(last or ends, ends)
    if first is None and last is None:
        return None
    return {"from": first.isoformat() if first else None, "to": last.isoformat() if last else None}


def _introduction(by: Actor) -> str:
    said = _("Besluten har fattats med stöd av delegation och anmäls enligt 7 kap. 8 § kommunallagen.")
    if by.may(Permission.READ_SECRET):
        return said
    return f"{said} {_('Beslut i sekretessmarkerade ärenden som den som har tagit fram listan inte får läsa är inte med.')}"


def _decision(decision: Decision, case: Case) -> ListedDecision:
    ground = decision.authority
    order = without_edition(str(ground.get("order") or ""))
    outcome = listing.outcome_said(decision)
    return {
        "number": decision.number,
        "date": decision.decided_on.isoformat(),
        "decided_by": _decider(decision),
        "title": case.listed_title or None,
        "case_number": case.diary_number,
        "clause": clause(str(ground.get("clause") or ""), order) or None,
        "outcome": _("%(outcome)s, ersatt", outcome=outcome) if decision.replaced_at else outcome,
        "amount": decision.granted,
        "replaced": decision.replaced_at is not None,
    }


def _decider(decision: Decision) -> ActingPerson:
    who, principal = decision.decided_by, decision.acting_for
    if principal is None:
        return {"name": who.name, "title": who.title or None}
    title = acting_as(principal.title or principal.name)
    return {"name": who.name, "title": title, "acting_for": _person(principal)}
