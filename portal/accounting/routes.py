"""Redistributing, reporting back and answering a report. (Recording stands in ``dispatch``: it sends the copies too.)"""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for

from portal.accounting import forms, interim_operations, operations, pages, queries
from portal.accounting.rules import REFUSALS
from portal.funding_requests.acting import in_role
from portal.funding_requests.lifecycle import Action
from portal.money import format_kronor
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register.models import Case
from portal.register.reading import shown_case
from portal.text import _
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("accounting", __name__)

ASKS = requires(Permission.WRITE_REQUEST)
FINANCE = requires(Permission.RECORD_BUDGET)


def _opened(case_id: UUID, action: Action, permission: Permission) -> tuple[Case, str | None]:
    """The case, and why the person may not do this now (None when they may)."""
    case = shown_case(case_id, actor())
    by: Actor = in_role(actor(), (permission,), case.unit_id)
    return case, REFUSALS[action](queries.facts(case, by))


def draw(
    template: str,
    case_id: UUID,
    action: Action,
    permission: Permission,
    problems: Mapping[str, str],
    status: int,
    page: Callable[[Case], object],
) -> Response:
    """An act's page for the case: its form, or in place of it why the person may not."""
    case, refusal = _opened(case_id, action, permission)
    return render(
        template,
        status=status,
        case=case,
        refusal=refusal,
        page=page(case) if refusal is None else None,
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
    )


def _case_address(case_id: UUID) -> str:
    return url_for("desk.case", case_id=case_id)


@blueprint.get("/askanden/<uuid:case_id>/omfordela")
@ASKS
def redistribute(case_id: UUID) -> Response:
    """What each line holds now and how much may still be moved."""
    return _redistribute(case_id, {}, 200)


def _redistribute(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    return draw(
        "accounting/redistribute.html",
        case_id,
        Action.REDISTRIBUTE,
        Permission.WRITE_REQUEST,
        problems,
        status,
        pages.lines_to_move,
    )


@blueprint.post("/askanden/<uuid:case_id>/omfordela")
@ASKS
def perform_redistribute(case_id: UUID) -> Response:
    """Move the money; finance then confirms the entry."""

    def run() -> str:
        only("amount:*", "reason")
        fields = Fields()
        amounts = forms.amounts(fields)
        reason = fields.text("reason", limit=forms.LONGEST_TEXT, multiline=True)
        fields.done()
        made = operations.redistribute(
            case_id=case_id, amounts_now=amounts, reason=reason, by=actor(), seen_version=seen_version()
        )
        flash(_("Du har omfördelat %(sum)s. En ekonom bekräftar budgetjusteringen.", sum=format_kronor(made.moved)), "go")
        return _case_address(case_id)

    return perform(run, lambda problems, status: _redistribute(case_id, problems, status))


@blueprint.get("/omfordelningar")
@FINANCE
def redistributions() -> Response:
    """Redistributions that wait for finance, oldest first."""
    rows, following = queries.unconfirmed(actor(), request.args.get("efter"))
    next_href = url_for("accounting.redistributions", efter=following) if following else None
    return render("accounting/redistributions.html", rows=rows, next_href=next_href)


@blueprint.get("/askanden/<uuid:case_id>/omfordela/bekrafta")
@blueprint.get("/askanden/<uuid:case_id>/omfordela/<uuid:redistribution_id>/bekrafta")
@FINANCE
def confirm_redistribution(case_id: UUID, redistribution_id: UUID | None = None) -> Response:
    """The changed budget entry, filled in with the codes the lines have."""
    return _confirm(case_id, redistribution_id, {}, 200)


def _confirm(case_id: UUID, redistribution_id: UUID | None, problems: Mapping[str, str], status: int) -> Response:
    return draw(
        "accounting/confirm_redistribution.html",
        case_id,
        Action.CONFIRM_REDISTRIBUTION,
        Permission.RECORD_BUDGET,
        problems,
        status,
        lambda case: pages.entry_to_confirm(case, redistribution_id, request.form),
    )


@blueprint.post("/askanden/<uuid:case_id>/omfordela/<uuid:redistribution_id>/bekrafta")
@FINANCE
def perform_confirm_redistribution(case_id: UUID, redistribution_id: UUID) -> Response:
    """Record the changed entry."""

    def run() -> str:
        only(*forms.ENTRY_FIELDS)
        entry = forms.entry(Fields())
        operations.confirm_redistribution(
            case_id=case_id, redistribution_id=redistribution_id, entry=entry, by=actor(), seen_version=seen_version()
        )
        flash(_("Budgetjusteringen av omfördelningen är bekräftad."), "go")
        return _case_address(case_id)

    return perform(run, lambda problems, status: _confirm(case_id, redistribution_id, problems, status))


@blueprint.get("/askanden/<uuid:case_id>/lagesrapport")
@ASKS
def report_interim(case_id: UUID) -> Response:
    """How it stands, at a tertial date."""
    return _interim(case_id, {}, 200)


def _interim(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    return draw(
        "accounting/report_interim.html",
        case_id,
        Action.REPORT_INTERIM,
        Permission.WRITE_REQUEST,
        problems,
        status,
        lambda case: pages.interim_to_write(case, queries.facts(case, actor()).interim_due),
    )


@blueprint.post("/askanden/<uuid:case_id>/lagesrapport")
@ASKS
def perform_report_interim(case_id: UUID) -> Response:
    """Hand in the interim report."""

    def run() -> str:
        only("text")
        fields = Fields()
        text = fields.text("text", limit=forms.LONGEST_TEXT, multiline=True)
        fields.done()
        interim_operations.report_interim(case_id=case_id, text=text, by=actor(), seen_version=seen_version())
        flash(_("Lägesrapporten är lämnad."), "go")
        return _case_address(case_id)

    return perform(run, lambda problems, status: _interim(case_id, problems, status))


@blueprint.get("/askanden/<uuid:case_id>/slutredovisa")
@ASKS
def report_back(case_id: UUID) -> Response:
    """One row per granted line: what was used and what came of it."""
    return _report(case_id, {}, 200)


def _report(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    return draw(
        "accounting/report_back.html",
        case_id,
        Action.REPORT_BACK,
        Permission.WRITE_REQUEST,
        problems,
        status,
        pages.report_to_write,
    )


@blueprint.post("/askanden/<uuid:case_id>/slutredovisa")
@ASKS
def perform_report_back(case_id: UUID) -> Response:
    """Hand in the final report."""

    def run() -> str:
        only("used:*", "effect:*", "summary")
        report = forms.report(Fields())
        made = operations.report_back(case_id=case_id, report=report, by=actor(), seen_version=seen_version())
        flash(_("Slutredovisningen är lämnad. Utfallet är %(sum)s.", sum=format_kronor(made.used)), "go")
        return _case_address(case_id)

    return perform(run, lambda problems, status: _report(case_id, problems, status))


@blueprint.get("/askanden/<uuid:case_id>/godkann-slutredovisning")
@FINANCE
def accept_report(case_id: UUID) -> Response:
    """The report, and what goes back to the set-aside money."""
    return _answer("accounting/accept_report.html", case_id, Action.ACCEPT_REPORT, {}, 200)


def _answer(template: str, case_id: UUID, action: Action, problems: Mapping[str, str], status: int) -> Response:
    return draw(template, case_id, action, Permission.RECORD_BUDGET, problems, status, pages.report_to_answer)


@blueprint.post("/askanden/<uuid:case_id>/godkann-slutredovisning")
@FINANCE
def perform_accept_report(case_id: UUID) -> Response:
    """Find the report in order."""

    def run() -> str:
        only()
        operations.accept_report(case_id=case_id, by=actor(), seen_version=seen_version())
        flash(_("Slutredovisningen är godkänd. Registratorn kan avsluta ärendet."), "go")
        return _case_address(case_id)

    return perform(run, lambda p, s: _answer("accounting/accept_report.html", case_id, Action.ACCEPT_REPORT, p, s))


@blueprint.get("/askanden/<uuid:case_id>/aterlamna-slutredovisning")
@FINANCE
def return_report(case_id: UUID) -> Response:
    """The report, and the field for what is to be changed."""
    return _answer("accounting/return_report.html", case_id, Action.RETURN_REPORT, {}, 200)


@blueprint.post("/askanden/<uuid:case_id>/aterlamna-slutredovisning")
@FINANCE
def perform_return_report(case_id: UUID) -> Response:
    """Send the report back."""

    def run() -> str:
        only("reason")
        fields = Fields()
        reason = fields.text(
            "reason",
            limit=forms.LONGEST_TEXT,
            multiline=True,
            required=_("Skriv vad som ska ändras i slutredovisningen."),
        )
        fields.done()
        operations.return_report(case_id=case_id, reason=reason, by=actor(), seen_version=seen_version())
        flash(_("Slutredovisningen är återlämnad till den enhet som äskade."), "go")
        return _case_address(case_id)

    return perform(run, lambda p, s: _answer("accounting/return_report.html", case_id, Action.RETURN_REPORT, p, s))
