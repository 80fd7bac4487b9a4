"""Delegations: the administrator enters and ends them, the registrar confirms them."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from portal import clock
from portal.errors import Refused
from portal.funds import delegation_operations as operations
from portal.funds import queries, rules, wording
from portal.funds.blueprint import blueprint
from portal.funds.delegation_operations import NewDelegation
from portal.money import MoneyError, parse
from portal.people import queries as people
from portal.people.permissions import Permission
from portal.text import _
from portal.web.forms import Fields, new_form_key, only, perform
from portal.web.gate import actor, requires
from portal.web.pages import render

READS = requires(Permission.ADMINISTER, Permission.CONFIRM_AUTHORITY)
ADMINISTERS = requires(Permission.ADMINISTER)
YES, NO = "ja", "nej"
_CAPACITIES = {rules.DELEGATED: "Delegationsbeslut", rules.EXECUTION: "Verkställighet"}
_ANSWERS = {YES: "Ja", NO: "Nej"}
CLAUSE_FIELDS = (
    "person",
    "fund",
    "ceiling",
    "capacity",
    "cost_type",
    "is_reported",
    "clause",
    "organ",
    "decided_on",
    "paragraph",
    "only_when_jav_of",
)


@blueprint.get("/administration/delegationer")
@READS
def delegations() -> Response:
    """Every delegation: in force, waiting for the registrar, ended."""
    return _list({}, 200)


def _list(problems: Mapping[str, str], status: int) -> Response:
    by, today = actor(), clock.today()
    rows = [
        {
            "row": listed.row,
            "only_when_jav_of": listed.only_when_jav_of,
            "ended": listed.row.valid_to is not None and listed.row.valid_to < today,
            "refusal": rules.refusal_to_confirm(
                by, listed.row.entered_by_id, listed.row.person_id, entered_for_id=listed.row.entered_for_id
            ),
        }
        for listed in queries.delegations()
    ]
    return render(
        "funds/delegations.html",
        status=status,
        rows=rows,
        problems=problems,
        values=request.form,
        sent=request.path if problems else "",
        today=today,
        may_administer=by.may(Permission.ADMINISTER),
        may_confirm=by.may(Permission.CONFIRM_AUTHORITY),
        form_key=new_form_key(),
    )


@blueprint.get("/administration/delegationer/ny")
@ADMINISTERS
def new_delegation() -> Response:
    """Whom, for what money, how far, on what ground, how long."""
    return _new({}, 200)


def _new(problems: Mapping[str, str], status: int) -> Response:
    persons = [(str(person.public_id), f"{person.name}, {person.title}") for person in people.holders(Permission.DECIDE)]
    every = [(str(person.public_id), f"{person.name}, {person.title}") for person in people.active_persons()]
    funds = [(str(fund.public_id), f"{fund.name} {fund.year}") for fund in queries.open_funds(clock.today())]
    first = {"capacity": rules.DELEGATED, "is_reported": NO, "valid_from": clock.today().isoformat()}
    return render(
        "funds/new_delegation.html",
        status=status,
        values=request.form if request.method == "POST" else first,
        problems=problems,
        persons=[("", _("Välj person")), *every],
        deciders=[("", _("Nej, gäller alltid")), *persons],
        funds=[("", _("Medel utan egen regel")), *funds],
        organs=[("", _("Välj organ")), *((str(organ.public_id), organ.name) for organ in queries.organs())],
        choices=choices(),
        form_key=new_form_key(),
    )


def choices() -> dict[str, list[tuple[str, str]]]:
    """What a clause's form offers beside person, money and dates."""
    offered = {"capacities": _CAPACITIES, "answers": _ANSWERS}
    worded = {name: [(value, _(word)) for value, word in words.items()] for name, words in offered.items()}
    return {**worded, "kinds": wording.kinds_of_clause()}


def clause_fields(fields: Fields, *, alone: bool) -> dict[str, Any]:
    """What the form of a clause says, by the names of the operations; ``fields`` keeps what is wrong. A clause that stands
    ``alone`` names the decision it rests on, and may leave out whether decisions are reported."""

    def needed(sentence: str) -> str | None:
        return sentence if alone else None

    values: dict[str, Any] = {
        "person_id": fields.uuid("person", required=_("Välj den som får delegationen.")),
        "fund_id": fields.uuid("fund"),
        "only_when_jav_of_id": fields.uuid("only_when_jav_of"),
        "ceiling": 0,
    }
    try:
        values["ceiling"] = parse(request.form.get("ceiling", "")).kronor
    except MoneyError as error:
        fields.problems["ceiling"] = str(error)
    wanted = _("Välj delegationsbeslut eller verkställighet.")
    values["capacity"] = fields.choice("capacity", (rules.DELEGATED, rules.EXECUTION), required=wanted)
    kind = fields.choice("cost_type", ("", *rules.KINDS), required=_("Välj drift, investering eller båda."))
    reported = fields.choice(
        "is_reported", ("", YES, NO) if alone else (YES, NO), required=_("Svara om besluten anmäls till organet.")
    )
    clause = fields.text("clause", limit=200, required=_("Skriv punkten i delegationsordningen."))
    values |= {"cost_type": kind or None, "is_reported": reported == YES, "clause": clause}
    values["organ_id"] = fields.uuid("organ", required=needed(_("Välj det organ som har beslutat.")))
    values["decided_on"] = fields.day("decided_on", required=needed(_("Skriv beslutsdagen.")))
    values["paragraph"] = fields.paragraph("paragraph", required=needed(_("Skriv paragrafens nummer.")))
    return values


def _read() -> NewDelegation:
    only(*CLAUSE_FIELDS, "valid_from", "valid_to")
    fields = Fields()
    values = clause_fields(fields, alone=True)
    valid_from = fields.day("valid_from", required=_("Skriv från vilken dag delegationen gäller."))
    valid_to = fields.day("valid_to")
    fields.done()
    assert valid_from is not None
    return NewDelegation(**values, valid_from=valid_from, valid_to=valid_to)


@blueprint.post("/administration/delegationer/ny")
@ADMINISTERS
def add_delegation() -> Response:
    """Enter the row; it counts when the registrar has confirmed it."""

    def run() -> str:
        operations.add_delegation(new=_read(), by=actor())
        flash(_("Delegationen är införd. Den gäller när registratorn har bekräftat den."), "go")
        return url_for("funds.delegations")

    return perform(run, _new)


@blueprint.post("/administration/delegationer/<uuid:delegation_id>/bekrafta")
@requires(Permission.CONFIRM_AUTHORITY)
def confirm_delegation(delegation_id: UUID) -> Response:
    """The registrar has seen the decision the row rests on."""

    def run() -> str:
        only()
        operations.confirm_delegation(delegation_id=delegation_id, by=actor())
        flash(_("Delegationen är bekräftad."), "go")
        return url_for("funds.delegations")

    return _once(run)


@blueprint.post("/administration/delegationer/<uuid:delegation_id>/avsluta")
@ADMINISTERS
def end_delegation(delegation_id: UUID) -> Response:
    """The row stops after a day."""

    def run() -> str:
        only("last_day")
        fields = Fields()
        last_day = fields.day("last_day", required=_("Skriv sista dagen."))
        fields.done()
        assert last_day is not None
        operations.end_delegation(delegation_id=delegation_id, last_day=last_day, by=actor())
        flash(_("Delegationen slutar gälla."), "go")
        return url_for("funds.delegations")

    return _once(run)


def _once(run: Callable[[], str]) -> Response:
    try:
        return perform(run, _list)
    except Refused as refused:
        return _list({"": str(refused)}, 403)
