"""Recording and sending a decision, sending a copy again, a unit's inbox, and the outbox of a demo."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for

from portal import clock
from portal.accounting import forms as accounting_forms
from portal.accounting import queries as accounting
from portal.accounting.rules import REFUSALS
from portal.dispatch import forms, missives, operations, pages, queries, reading, rules
from portal.documents.sender import printed_at_ease
from portal.documents.store import current_store
from portal.errors import Unknown
from portal.funding_requests.acting import in_role
from portal.funding_requests.lifecycle import Action
from portal.people.permissions import READS_CASES, Permission
from portal.register.reading import shown_case
from portal.text import _
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor, demo, requires
from portal.web.pages import as_file, render

blueprint = Blueprint("dispatch", __name__)

FINANCE = requires(Permission.RECORD_BUDGET)
REGISTRAR = requires(Permission.KEEP_REGISTER)
SENDERS = (Permission.RECORD_BUDGET, Permission.KEEP_REGISTER)
SENDS = requires(*SENDERS)
READS = requires(*READS_CASES)
RECEIVES = requires(Permission.RECEIVE_COPIES)


@blueprint.get("/askanden/<uuid:case_id>/bokfor")
@FINANCE
def record(case_id: UUID) -> Response:
    """The budget entry, the recipients, and the one button."""
    return _record(case_id, {}, 200)


def _record(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    case = shown_case(case_id, actor())
    refusal = REFUSALS[Action.RECORD](accounting.facts(case, in_role(actor(), (Permission.RECORD_BUDGET,), case.unit_id)))
    return render(
        "dispatch/record.html",
        status=status,
        case=case,
        refusal=refusal,
        page=None if refusal else pages.record_page(case, request.form, forms.added(), forms.marked()),
        sure=request.form.get("sure"),
        problems=problems,
        form_key=new_form_key(),
    )


@blueprint.post("/askanden/<uuid:case_id>/bokfor")
@FINANCE
def perform_record(case_id: UUID) -> Response:
    """Record the decision and queue the copies; "Lägg till mottagare" only draws one more row."""
    if request.form.get("add") == "recipients":
        return _record(case_id, {}, 200)

    def run() -> str:
        only(*accounting_forms.ENTRY_FIELDS, *forms.RECIPIENT_FIELDS)
        entry = accounting_forms.entry(Fields()) if "period" in request.form else None
        forms.look_for_slips({f"recipient_email-{n}": row.email for n, row in enumerate(forms.added())})
        decision = operations.record_and_queue(
            case_id=case_id,
            entry=entry,
            by=actor(),
            seen_version=seen_version(),
            to_act=forms.marked() or (),
            added=[*pages.addressees(forms.added()), *forms.pasted()],
        )
        done = _("Budgetjusteringen är bokförd och kopiorna skickas.") if entry else _("Kopiorna av beslutet skickas.")
        flash(_("Beslut %(number)s är expedierat. %(done)s", number=decision.number, done=done), "go")
        return url_for("desk.case", case_id=case_id)

    return perform(run, lambda problems, status: _record(case_id, problems, status), password=True)


@blueprint.get("/askanden/<uuid:case_id>/skicka-kopior")
@REGISTRAR
def send_copies(case_id: UUID) -> Response:
    """Who gets a copy, for the registrar to send them where finance has not."""
    return _send_copies(case_id, {}, 200)


def _send_copies(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    case = shown_case(case_id, actor())
    by = in_role(actor(), (Permission.KEEP_REGISTER,), case.unit_id)
    refusal = rules.REFUSALS[Action.SEND_COPIES](queries.case_facts(case, by))
    return render(
        "dispatch/send_copies.html",
        status=status,
        case=case,
        refusal=refusal,
        page=None if refusal else pages.send_page(case),
        problems=problems,
        form_key=new_form_key(),
    )


@blueprint.post("/askanden/<uuid:case_id>/skicka-kopior")
@REGISTRAR
def perform_send_copies(case_id: UUID) -> Response:
    """Queue the copies; the decision still waits to be recorded."""

    def run() -> str:
        only()
        decision = operations.send_copies(case_id=case_id, by=actor(), seen_version=seen_version())
        flash(_("Kopiorna av beslut %(number)s skickas.", number=decision.number), "go")
        return url_for("desk.case", case_id=case_id, _anchor="kopior")

    return perform(run, lambda problems, status: _send_copies(case_id, problems, status))


@blueprint.get("/askanden/<uuid:case_id>/kopior/<uuid:copy_id>/skicka-igen")
@SENDS
def retry(case_id: UUID, copy_id: UUID) -> Response:
    """Why the copy did not come through, where it is to go instead, and the way by hand."""
    return _retry(case_id, copy_id, {}, 200)


def _retry(case_id: UUID, copy_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    case = shown_case(case_id, actor())
    copy = queries.copy_of_case(copy_id, case)
    facts = queries.facts(copy, case, actor())
    document = reading.decision_document(copy.decision)
    return render(
        "dispatch/retry.html",
        status=status,
        case=case,
        copy=copy,
        reason=rules.failure_said(copy.failure),
        refusal=rules.REFUSALS["retry"](facts),
        not_by_hand=rules.REFUSALS["note_delivery"](facts),
        document=document,
        handed_by=actor().name,
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
    )


@blueprint.post("/askanden/<uuid:case_id>/kopior/<uuid:copy_id>/skicka-igen")
@SENDS
def perform_retry(case_id: UUID, copy_id: UUID) -> Response:
    """Send the copy again, or note that it was handed over in another way."""

    def run() -> str:
        only("email", "note", "handed_by", "how", "sure")
        fields = Fields()
        email, note = fields.text("email", limit=300), fields.text("note", limit=200)
        handed_by = fields.text("handed_by", limit=120)
        fields.done()
        if request.form.get("how") == "note":
            copy = operations.note_delivery(case_id=case_id, copy_id=copy_id, note=note, handed_by=handed_by, by=actor())
            flash(_("Kopian till %(name)s är antecknad som lämnad.", name=copy.recipient), "go")
        else:
            forms.look_for_slips({"email": email})
            copy = operations.retry(case_id=case_id, copy_id=copy_id, email=email, by=actor())
            flash(_("Kopian till %(name)s skickas igen.", name=copy.recipient), "go")
        return url_for("desk.case", case_id=case_id, _anchor="kopior")

    return perform(run, lambda problems, status: _retry(case_id, copy_id, problems, status))


@blueprint.get("/askanden/<uuid:case_id>/kopior/<uuid:copy_id>/missiv.pdf")
@SENDS
def missive(case_id: UUID, copy_id: UUID) -> Response:
    """The letter that goes with the copy, made when it is asked for."""
    case = shown_case(case_id, actor())
    found = queries.to_send(queries.copy_of_case(copy_id, case).public_id)
    if found is None:
        raise Unknown
    name, data = missives.filename(found.decision), missives.of_copy(found)
    return as_file(printed_at_ease("dispatch_letter", data), "application/pdf", name)


@blueprint.get("/askanden/<uuid:case_id>/expediering")
@READS
def copies(case_id: UUID) -> Response:
    """Every copy of the case's decisions: to whom, how, when, and the SHA-256 of what was sent; a proof to print."""
    case, state = shown_case(case_id, actor()), request.args.get("lage", "")
    rows, following = queries.page_of_copies(case, state=state, after=request.args.get("efter"))
    dispatched = pages.dispatched(case)
    return render(
        "dispatch/copies.html",
        fragment="dispatch/_progress.html",
        case=case,
        rows=pages.deliveries(rows),
        counts=dispatched.counts,
        moving=dispatched.moving,
        state=state if state in queries.STATES else "",
        states=pages.STATES,
        may_send=any(actor().may(each) for each in SENDERS),
        made_at=clock.now(),
        next_href=url_for(".copies", case_id=case_id, lage=state or None, efter=following) if following else None,
    )


@blueprint.get("/kopior")
@RECEIVES
def inbox() -> Response:
    """The copies sent to the person's units, unread first."""
    after = request.args.get("efter")
    unread, more_unread = queries.inbox(actor(), unread=True)
    read, next_page = queries.inbox(actor(), unread=False, after=after)
    return render(
        "dispatch/inbox.html",
        unread=[] if after else unread,
        more_unread=bool(more_unread) and not after,
        read=read,
        kinds=pages.KINDS,
        next_href=url_for("dispatch.inbox", efter=next_page) if next_page else None,
    )


@blueprint.get("/kopior/<uuid:copy_id>")
@RECEIVES
def copy(copy_id: UUID) -> Response:
    """The copy. That it was opened, when and by whom is noted: the one reading that writes, as a receipt does."""
    reading.note_opened(copy_id, actor)
    return _copy(copy_id, {}, 200)


def _copy(copy_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    received = queries.received(copy_id, actor())
    refusal = rules.REFUSALS["acknowledge"](queries.facts(received.copy, received.case, actor()))
    return render(
        "dispatch/copy.html",
        status=status,
        received=received,
        kind=pages.KINDS[received.copy.kind],
        document=reading.document_of(received),
        may_acknowledge=refusal is None,
        problems=problems,
        form_key=new_form_key(),
    )


@blueprint.post("/kopior/<uuid:copy_id>/kvittera")
@RECEIVES
def acknowledge(copy_id: UUID) -> Response:
    """Acknowledge a copy marked *ska åtgärdas*."""

    def run() -> str:
        only()
        operations.acknowledge(copy_id=copy_id, by=actor())
        flash(_("Mottagandet är kvitterat."), "go")
        return url_for("dispatch.copy", copy_id=copy_id)

    return perform(run, lambda problems, status: _copy(copy_id, problems, status))


@blueprint.get("/kopior/<uuid:copy_id>/beslut.pdf")
@RECEIVES
def copy_document(copy_id: UUID) -> Response:
    """The decision as PDF, for the unit it was sent to; of a secret case only for those who may read it."""
    name, content = reading.decision_pdf(copy_id, actor, current_store())
    return as_file(content, "application/pdf", name)


@blueprint.get("/utkorg")
@requires()
def outbox() -> Response:
    """In a demo: the mails that would have been sent."""
    if not demo():
        raise Unknown
    rows, next_page = queries.outbox(request.args.get("efter"))
    return render(
        "dispatch/outbox.html", rows=rows, next_href=url_for("dispatch.outbox", efter=next_page) if next_page else None
    )
