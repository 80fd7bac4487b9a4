"""Agreements with an archive, and deliveries under them, in the browser."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for

from portal import clock
from portal.archive.transfer import forms, operations, queries
from portal.archive.transfer.models import Delivery
from portal.archive.transfer.queries import Agreed
from portal.archive.transfer.rules import CONTENT_TYPES, FAILED, FORMATS, RECEIVED, REFUSED, SENT, SPECS, WAITING
from portal.documents.store import DamagedFile, current_store
from portal.errors import Unknown
from portal.outbox import queries as outbox
from portal.paging import cursor, year_of
from portal.people.forms import new_key
from portal.people.permissions import Permission
from portal.text import _
from portal.web.forms import new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import as_file, render, wants_fragment

blueprint = Blueprint("transfers", __name__, url_prefix="/arkiv")

READS = requires(Permission.READ_ARCHIVE)
DELIVERS = requires(Permission.ARCHIVE)
STATES = {
    WAITING: ("Väntar", "wait", "clock"),
    SENT: ("Skickat", "info", "mail"),
    RECEIVED: ("Mottaget", "go", "done"),
    REFUSED: ("Avvisat", "stop", "refuse"),
    FAILED: ("Kunde inte packas", "stop", "warning"),
}
Problems = Mapping[str, str]


# Agreements


@blueprint.get("/avtal")
@READS
def agreements() -> Response:
    """The agreements by number."""
    return render("archive/agreements.html", rows=queries.agreements(), today=clock.today(), delivers=_delivers())


def _delivers() -> bool:
    return actor().may(Permission.ARCHIVE)


def _agreement(found: Agreed | None, problems: Problems, status: int) -> Response:
    terms = found.terms if found else None
    of_terms = {name: getattr(terms, name, "") for name in forms.OF_TERMS}
    if not terms:
        of_terms |= {"spec": SPECS[0], "content_type": CONTENT_TYPES[0], "port": 22}
    if terms and found:
        of_terms |= {"number": found.agreement.number, "folder": terms.place, "path": terms.place}
    typed = {name: request.form[name] for name in request.form}
    chosen = request.form.getlist("format") if typed else forms.named(terms.formats if terms else ())
    return render(
        "archive/agreement.html",
        status=status,
        found=found,
        editions=queries.editions(found.agreement) if found else (),
        values={**of_terms, **typed},
        chosen=chosen,
        formats=list(FORMATS),
        specs=[(each, each) for each in SPECS],
        content_types=[(each, each) for each in CONTENT_TYPES],
        today=clock.today(),
        problems=problems,
        form_key=new_form_key(),
    )


@blueprint.get("/avtal/nytt")
@DELIVERS
def new_agreement() -> Response:
    """An agreement to enter."""
    return _agreement(None, {}, 200)


@blueprint.post("/avtal/nytt")
@DELIVERS
def add_agreement() -> Response:
    """Keep a new agreement."""

    def run() -> str:
        number, said = forms.agreement()
        operations.save_agreement(number=number, said=said, agreement_id=None, seen_version=None, by=actor())
        flash(_("Avtalet %(number)s är sparat.", number=number), "go")
        return url_for("transfers.agreements")

    return perform(run, lambda problems, status: _agreement(None, problems, status))


@blueprint.get("/avtal/<uuid:agreement_id>")
@DELIVERS
def agreement(agreement_id: UUID) -> Response:
    """An agreement with its editions, to be changed."""
    return _agreement(queries.agreement(agreement_id), {}, 200)


@blueprint.post("/avtal/<uuid:agreement_id>")
@DELIVERS
def change_agreement(agreement_id: UUID) -> Response:
    """Keep a new edition of the agreement."""

    def run() -> str:
        seen = seen_version()
        number, said = forms.agreement()
        operations.save_agreement(number=number, said=said, agreement_id=agreement_id, seen_version=seen, by=actor())
        flash(_("Avtalet %(number)s har en ny utgåva. Det som är skickat står kvar under den gamla.", number=number), "go")
        return url_for("transfers.agreements")

    return perform(run, lambda problems, status: _agreement(queries.agreement(agreement_id), problems, status))


# Deliveries


@blueprint.get("/leveranser")
@READS
def index() -> Response:
    """The deliveries, the latest first."""
    rows, more = queries.deliveries(request.args.get("efter", ""))
    return render(
        "archive/deliveries.html",
        rows=rows,
        counts=queries.counts([each.id for each in rows]),
        next_href=url_for(".index", efter=cursor(rows[-1].started_at, rows[-1].id)) if more else None,
        delivers=_delivers(),
    )


@blueprint.get("/leveranser/ny")
@DELIVERS
def new() -> Response:
    """What a delivery would hold, and what it would not."""
    return _new({}, 200)


def _new(problems: Problems, status: int) -> Response:
    typed = request.form.get("year") or request.args.get("ar") or str(clock.today().year)
    year = year_of(typed)
    shown = queries.preview(year, actor(), request.args.get("efter", "")) if year else None
    chosen = request.form.get("agreement") or request.args.get("avtal", "")
    following = None
    if shown and shown.more:
        following = url_for(".new", ar=year, avtal=chosen or None, efter=cursor(shown.rows[-1].at, shown.rows[-1].id))
    today, agreed = clock.today(), queries.agreements()
    return render(
        "archive/delivery_new.html",
        status=status,
        agreements=[(str(each.agreement.public_id), f"{each.agreement.number}, {each.terms.receiver}") for each in agreed],
        years=[(str(each), str(each)) for each in range(today.year, today.year - 30, -1)],
        year=typed,
        chosen=chosen,
        shown=shown,
        next_href=following,
        problems=problems,
        form_key=new_form_key(),
    )


@blueprint.post("/leveranser/ny")
@DELIVERS
def start() -> Response:
    """Begin the delivery; the worker goes on with it."""

    def run() -> str:
        only("agreement", "year")
        agreement_id, year = forms.start()
        made = operations.start(agreement_id=agreement_id, year=year, by=actor())
        flash(_("Leveransen %(number)s är påbörjad.", number=made.number), "go")
        return url_for(".show", delivery_id=made.public_id)

    return perform(run, _new)


@blueprint.get("/leveranser/<uuid:delivery_id>")
@READS
def show(delivery_id: UUID) -> Response:
    """A delivery: how far it has come, its packages and its report."""
    return _show(delivery_id, {}, 200)


def _after() -> int | None:
    typed = request.args.get("efter", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 15 else None


def _show(delivery_id: UUID, problems: Problems, status: int) -> Response:
    found = queries.delivery(delivery_id)
    state = request.args.get("lage", "")
    state = state if state in STATES else ""
    rows, following = queries.packages(found, actor(), state, _after())
    counts = queries.counts([found.id])[found.id]
    answer = render(
        "archive/delivery.html",
        fragment="archive/_progress.html",
        status=status,
        delivery=found,
        counts=counts,
        states=STATES,
        state=state,
        standing=None if found.finished_at else outbox.standing(operations.key_of(delivery_id)),
        newer=_newer(found),
        rows=rows,
        files=queries.files_of(found) if found.finished_at else (),
        to_replace=queries.count_to_replace(found) if counts.of(REFUSED) else 0,
        next_href=url_for(".show", delivery_id=delivery_id, lage=state or None, efter=following) if following else None,
        delivers=_delivers(),
        today=clock.today(),
        values=request.form,
        problems=problems,
        sent=request.path if request.method == "POST" else "",
        new_key=new_key,
    )
    if found.finished_at and wants_fragment(request):
        answer.headers["HX-Refresh"] = "true"  # packages, report and answers are there now: the whole page is another
    return answer


def _newer(found: Delivery) -> int | None:
    """The agreement's edition in force where it is a later one than what is left to send goes by."""
    edition = found.terms.agreement.edition
    return edition if found.finished_at is None and edition != found.terms.edition else None


@blueprint.post("/leveranser/<uuid:delivery_id>/forsok-igen")
@DELIVERS
def retry(delivery_id: UUID) -> Response:
    """Try now, by the agreement as it stands if that was chosen."""

    def run() -> str:
        only("edition")
        edition = forms.edition()
        operations.retry(delivery_id=delivery_id, edition=edition, seen_version=seen_version(), by=actor())
        flash(_("Leveransen försöks nu."), "go")
        return url_for(".show", delivery_id=delivery_id)

    return perform(run, lambda problems, status: _show(delivery_id, problems, status))


@blueprint.post("/leveranser/<uuid:delivery_id>/kvitto")
@DELIVERS
def receive(delivery_id: UUID) -> Response:
    """Note receipts: one that is typed, or those of a file."""

    def run() -> str:
        answers = forms.receipt()
        new = operations.answer(delivery_id=delivery_id, answers=answers, by=actor())
        flash(_("Kvitton införda: %(new)s av %(count)s var nya.", new=new, count=len(answers)), "go")
        return url_for(".show", delivery_id=delivery_id)

    return perform(run, lambda problems, status: _show(delivery_id, problems, status))


@blueprint.post("/leveranser/<uuid:delivery_id>/avvisat")
@DELIVERS
def refuse(delivery_id: UUID) -> Response:
    """Note that the receiver did not take a package."""

    def run() -> str:
        operations.answer(delivery_id=delivery_id, answers=forms.refusal(), by=actor())
        flash(_("Paketet är antecknat som avvisat."), "go")
        return url_for(".show", delivery_id=delivery_id)

    return perform(run, lambda problems, status: _show(delivery_id, problems, status))


@blueprint.post("/leveranser/<uuid:delivery_id>/ersatt")
@DELIVERS
def replace(delivery_id: UUID) -> Response:
    """Begin a delivery of packages in place of the refused ones."""

    def run() -> str:
        only()
        made = operations.replace(delivery_id=delivery_id, by=actor())
        flash(_("Leveransen %(number)s ersätter de avvisade paketen.", number=made.number), "go")
        return url_for(".show", delivery_id=made.public_id)

    return perform(run, lambda problems, status: _show(delivery_id, problems, status))


@blueprint.get("/leveranser/<uuid:delivery_id>/rapport/<string(maxlength=120):name>")
@READS
def report(delivery_id: UUID, name: str) -> Response:
    """A file of the report that went along."""
    file = queries.file_of(delivery_id, name)
    try:
        return as_file(current_store().read(file.sha256), file.mime, file.name)
    except DamagedFile:
        raise Unknown from None
