"""The delegation order: its editions with their PDF and clauses, entered by the administrator, confirmed by the registrar.

Here and not among the funds' own pages, as the PDF is taken in and served by what stands to the right of them.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from portal import clock
from portal.documents import scanning
from portal.documents.store import current_store
from portal.documents.uploads import MIME, UploadRefused, clean_filename, take_in
from portal.errors import Invalid, Refused, Unknown
from portal.funds import order_operations as operations
from portal.funds import order_queries, queries, rules
from portal.funds.blueprint import blueprint
from portal.funds.delegation_routes import CLAUSE_FIELDS, NO, YES, choices, clause_fields
from portal.funds.order_operations import KeptFile, NewClause, NewOrder
from portal.people import queries as people
from portal.people.permissions import Permission
from portal.text import _
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import as_file, render

READS = requires(Permission.ADMINISTER, Permission.CONFIRM_AUTHORITY, Permission.READ_FUNDS)
ADMINISTERS = requires(Permission.ADMINISTER)


@blueprint.get("/administration/delegationsordning")
@READS
def orders() -> Response:
    """Every edition: in force, waiting for the registrar, replaced."""
    by = actor()
    return render(
        "funds/orders.html",
        rows=order_queries.orders(),
        today=clock.today(),
        may_administer=by.may(Permission.ADMINISTER),
        called=rules.edition_called,
    )


def _organs() -> list[tuple[str, str]]:
    return [("", _("Välj organ")), *((str(organ.public_id), organ.name) for organ in queries.organs())]


def _new(problems: Mapping[str, str], status: int) -> Response:
    first = {"name": request.args.get("namn", "")[:200], "with_clauses": YES if request.args.get("namn") else NO}
    return render(
        "funds/new_order.html",
        status=status,
        values=request.form if request.method == "POST" else first,
        problems=problems,
        organs=_organs(),
        form_key=new_form_key(),
    )


@blueprint.get("/administration/delegationsordning/ny")
@ADMINISTERS
def new_order() -> Response:
    """Its name, the decision by which it was taken, from when it holds, and the PDF."""
    return _new({}, 200)


def _file() -> KeptFile:
    """The PDF, in the store before any transaction. Raises Invalid for anything but a PDF."""
    file = request.files.get("file")
    if not file or not file.filename:
        raise Invalid({"file": _("Välj delegationsordningens PDF.")})
    data = file.read()
    try:
        mime = take_in(file.filename, data).mime
    except UploadRefused as error:
        raise Invalid({"file": str(error)}) from error
    if mime != MIME["pdf"]:
        raise Invalid({"file": _("Delegationsordningen lämnas som PDF.")})
    return KeptFile(current_store().put(data), clean_filename(file.filename))


def _order() -> NewOrder:
    only("name", "organ", "decided_on", "paragraph", "valid_from", "valid_to", "with_clauses", "file")
    fields = Fields()
    name = fields.text("name", limit=200, required=_("Skriv delegationsordningens namn."))
    organ = fields.uuid("organ", required=_("Välj det organ som har beslutat."))
    decided_on = fields.day("decided_on", required=_("Skriv beslutsdagen."))
    paragraph = fields.paragraph("paragraph", required=_("Skriv paragrafens nummer."))
    valid_from = fields.day("valid_from", required=_("Skriv från vilken dag delegationsordningen gäller."))
    valid_to = fields.day("valid_to")
    fields.done()
    assert organ is not None and decided_on is not None and valid_from is not None
    return NewOrder(
        name=name,
        organ_id=organ,
        decided_on=decided_on,
        paragraph=paragraph,
        valid_from=valid_from,
        valid_to=valid_to,
        with_clauses=request.form.get("with_clauses") == YES,
    )


@blueprint.post("/administration/delegationsordning/ny")
@ADMINISTERS
def enter_order() -> Response:
    """Enter the edition; its clauses are added on its own page."""
    try:
        kept = _file()
    except Invalid as error:
        return _new(error.problems, 422)

    def run() -> str:
        scanning.look_at(kept.sha256)
        order = operations.enter_order(new=_order(), file=kept, by=actor())
        flash(_("Delegationsordningen är införd. Den gäller när registratorn har bekräftat den."), "go")
        return url_for("funds.order", order_id=order.public_id)

    return perform(run, _new)


def _page(order_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    by, order = actor(), order_queries.order(order_id)
    rows = order_queries.clauses_of(order.id)
    is_open = order.confirmed_at is None
    may_change = is_open and by.may(Permission.ADMINISTER)
    return render(
        "funds/order.html",
        status=status,
        problems=problems,
        order=order,
        rows=rows,
        today=clock.today(),
        title=rules.edition_called(order.name, order.edition),
        may_change=may_change,
        may_confirm=is_open and by.may(Permission.CONFIRM_AUTHORITY),
        may_administer=by.may(Permission.ADMINISTER),
        refusal=rules.refusal_to_confirm_order(
            by, order.entered_by_id, [each.row.person_id for each in rows], entered_for_id=order.entered_for_id
        ),
        offered=_offered() if may_change else None,
        values=request.form if request.method == "POST" else {"capacity": rules.DELEGATED},
        form_key=new_form_key(),
    )


def _offered() -> dict[str, Any]:
    """What the form of a clause offers."""
    every = [(str(person.public_id), f"{person.name}, {person.title}") for person in people.active_persons()]
    funds = [(str(fund.public_id), f"{fund.name} {fund.year}") for fund in queries.open_funds(clock.today())]
    return {
        "persons": [("", _("Välj person")), *every],
        "deciders": [("", _("Nej, gäller alltid")), *every],
        "funds": [("", _("Medel utan egen regel")), *funds],
        "organs": _organs(),
        **choices(),
    }


@blueprint.get("/administration/delegationsordning/<uuid:order_id>")
@READS
def order(order_id: UUID) -> Response:
    """One edition: the decision it was taken by, its PDF, and its clauses about money."""
    return _page(order_id, {}, 200)


@blueprint.get("/administration/delegationsordning/<uuid:order_id>/fil")
@READS
def order_file(order_id: UUID) -> Response:
    """The PDF, as it was handed in; its content is verified against its SHA-256."""
    found = order_queries.order(order_id)
    if found.file_sha256 is None or found.file_name is None:
        raise Unknown
    scanning.require_open_file(found.file_sha256)
    return as_file(current_store().read(found.file_sha256), MIME["pdf"], found.file_name)


def _clause() -> NewClause:
    only(*CLAUSE_FIELDS)
    fields = Fields()
    values = clause_fields(fields, alone=False)
    fields.done()
    return NewClause(**values)


def _perform(order_id: UUID, act: Callable[[], str], *, to: str | None = None) -> Response:
    """Do ``act``, which returns the sentence that confirms it, and show the edition again, or ``to``."""

    def run() -> str:
        flash(act(), "go")
        return to or url_for("funds.order", order_id=order_id)

    try:
        return perform(run, lambda problems, status: _page(order_id, problems, status))
    except Refused as refused:
        return _page(order_id, {"": str(refused)}, 403)


@blueprint.post("/administration/delegationsordning/<uuid:order_id>/punkter")
@ADMINISTERS
def add_clause(order_id: UUID) -> Response:
    """Add a clause to an edition that is not confirmed."""

    def act() -> str:
        operations.add_clause(order_id=order_id, new=_clause(), by=actor())
        return _("Punkten är införd.")

    return _perform(order_id, act)


@blueprint.post("/administration/delegationsordning/<uuid:order_id>/punkter/<uuid:clause_id>/ta-bort")
@ADMINISTERS
def remove_clause(order_id: UUID, clause_id: UUID) -> Response:
    """Take a clause out of an edition that is not confirmed."""

    def act() -> str:
        only()
        operations.remove_clause(order_id=order_id, clause_id=clause_id, by=actor())
        return _("Punkten är borttagen.")

    return _perform(order_id, act)


@blueprint.post("/administration/delegationsordning/<uuid:order_id>/ta-bort")
@ADMINISTERS
def discard_order(order_id: UUID) -> Response:
    """Take away an edition that was never confirmed."""

    def act() -> str:
        only()
        operations.discard_order(order_id=order_id, by=actor())
        return _("Utgåvan är borttagen.")

    return _perform(order_id, act, to=url_for("funds.orders"))


@blueprint.post("/administration/delegationsordning/<uuid:order_id>/bekrafta")
@requires(Permission.CONFIRM_AUTHORITY)
def confirm_order(order_id: UUID) -> Response:
    """The registrar has read it against the decision: every clause counts."""

    def act() -> str:
        only()
        operations.confirm_order(order_id=order_id, by=actor(), seen_version=seen_version())
        return _("Delegationsordningen är bekräftad.")

    return _perform(order_id, act)
