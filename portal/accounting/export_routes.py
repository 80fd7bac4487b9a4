"""Files to the ledger in the browser: what waits, the batches, their files and answers, and the templates."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for

from portal.accounting import export_operations, export_queries, exporting
from portal.accounting.export_operations import Prepared
from portal.accounting.exporting import SEPARATORS, Template
from portal.accounting.models import ExportTemplate
from portal.errors import Invalid, Unknown
from portal.people.permissions import Permission
from portal.settings import current_settings
from portal.text import _
from portal.web.forms import Fields, new_form_key, only, perform, seen_version
from portal.web.gate import actor, requires
from portal.web.pages import as_file, render

blueprint = Blueprint("ledger", __name__)

FINANCE = requires(Permission.RECORD_BUDGET)
KEEPS_TEMPLATES = requires(Permission.RECORD_BUDGET, Permission.ADMINISTER)
STATES = {
    "made": ("Väntar på svar", "wait", "clock"),
    "accepted": ("Godkänd", "go", "done"),
    "rejected": ("Avvisad", "stop", "refuse"),
}
_LONGEST_HEADING = 60


def _after(name: str = "efter") -> int | None:
    """Where a page of a list begins; a token that says nothing begins it anew."""
    typed = request.args.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 15 else None


@blueprint.get("/budgetexport")
@FINANCE
def index() -> Response:
    """What waits for the ledger, and the batches, newest first."""
    return _index({}, 200)


def _index(problems: Mapping[str, str], status: int) -> Response:
    rows, following = export_queries.batches(_after())
    return render(
        "accounting/exports.html",
        status=status,
        waiting=export_queries.count_waiting(),
        control=current_settings().budget_control,
        rows=rows,
        states=STATES,
        templates=[("", _("Standard")), *((str(each.public_id), each.name) for each in export_queries.templates())],
        next_href=url_for("ledger.index", efter=following) if following else None,
        problems=problems,
        form_key=new_form_key(),
    )


@blueprint.post("/budgetexport")
@FINANCE
def make() -> Response:
    """Make a batch of what waits."""
    prepared: Prepared | Invalid
    try:
        only("template")
        chosen = Fields().uuid("template")
        prepared = export_operations.prepare(export_queries.template(chosen))
    except Unknown:
        prepared = Invalid({"template": _("Mallen finns inte längre. Välj en annan.")})
    except Invalid as error:
        prepared = error

    def run() -> str:
        if isinstance(prepared, Invalid):
            raise prepared
        made = export_operations.make(prepared, by=actor())
        flash(_("Fil %(number)s är gjord. Hämta den och läs in den i ekonomisystemet.", number=made.number), "go")
        return url_for("ledger.show", export_id=made.public_id)

    return perform(run, _index)


@blueprint.get("/budgetexport/<uuid:export_id>")
@FINANCE
def show(export_id: UUID) -> Response:
    """A batch: its files, its answer and its entries."""
    return _show(export_id, {}, 200)


def _show(export_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    batch = export_queries.batch(export_id)
    rows, following = export_queries.entries_of(batch, actor(), _after())
    return render(
        "accounting/export.html",
        status=status,
        batch=batch,
        state=STATES[batch.state],
        rows=rows,
        next_href=url_for("ledger.show", export_id=export_id, efter=following) if following else None,
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
    )


@blueprint.get("/budgetexport/<uuid:export_id>/fil.csv")
@FINANCE
def csv_file(export_id: UUID) -> Response:
    """The file as CSV."""
    return _download(export_id, "csv")


@blueprint.get("/budgetexport/<uuid:export_id>/fil.xlsx")
@FINANCE
def xlsx_file(export_id: UUID) -> Response:
    """The file as a spreadsheet."""
    return _download(export_id, "xlsx")


def _download(export_id: UUID, kind: str) -> Response:
    file = export_queries.file_of(export_id, kind)
    return as_file(file.content, file.mime, file.name)


@blueprint.post("/budgetexport/<uuid:export_id>/svar")
@FINANCE
def answer(export_id: UUID) -> Response:
    """The ledger took the file, or did not."""

    def run() -> str:
        only("answer", "reason")
        fields = Fields()
        reason = fields.text("reason", limit=2_000, multiline=True)
        said = fields.choice("answer", ("accepted", "rejected"), required=_("Välj om filen lästes in eller avvisades."))
        fields.done()
        made = export_operations.answer(export_id=export_id, accepted=said == "accepted", reason=reason, by=actor())
        told = {
            "accepted": _("Fil %(number)s är godkänd.", number=made.number),
            "rejected": _("Fil %(number)s är avvisad. Justeringarna väntar på en ny fil.", number=made.number),
        }
        flash(told[said], "go")
        return url_for("ledger.show", export_id=export_id)

    return perform(run, lambda problems, status: _show(export_id, problems, status))


@blueprint.get("/budgetexport/mallar")
@KEEPS_TEMPLATES
def templates() -> Response:
    """The templates by name."""
    return render("accounting/export_templates.html", rows=export_queries.templates())


@blueprint.get("/budgetexport/mallar/ny")
@KEEPS_TEMPLATES
def new_template() -> Response:
    """A template to begin with: the standard one."""
    return _template(None, {}, 200)


@blueprint.get("/budgetexport/mallar/<uuid:template_id>")
@KEEPS_TEMPLATES
def template(template_id: UUID) -> Response:
    """A template to change."""
    return _template(export_queries.template_row(template_id), {}, 200)


def _template(row: ExportTemplate | None, problems: Mapping[str, str], status: int) -> Response:
    known = exporting.sources(current_settings().code_parts)
    now = export_queries.template(row.public_id if row else None)
    order = {source: str(place) for place, (source, _heading) in enumerate(now.columns, 1)}
    headings = dict(now.columns)
    typed = request.form
    return render(
        "accounting/export_template.html",
        status=status,
        row=row,
        name=typed.get("name", row.name if row else ""),
        separator=typed.get("separator", now.separator),
        separators=list(SEPARATORS.items()),
        columns=[
            {
                "source": source,
                "own": own,
                "order": typed.get(f"order:{source}", "" if typed else order.get(source, "")),
                "heading": typed.get(f"heading:{source}", headings.get(source, own)),
            }
            for source, own in known.items()
        ],
        problems=problems,
        form_key=new_form_key(),
    )


def _typed_template() -> Template:
    """The template of the sent form: the columns that have a place, in its order. Raises Invalid."""
    only("name", "separator", "order:*", "heading:*")
    fields = Fields()
    name = fields.text("name", limit=60, required=_("Skriv vad mallen heter."))
    placed = []
    for source, own in exporting.sources(current_settings().code_parts).items():
        place = fields.text(f"order:{source}", limit=3)
        heading = fields.text(f"heading:{source}", limit=_LONGEST_HEADING) or own
        if place and not (place.isascii() and place.isdigit()):
            fields.problems[f"order:{source}"] = _("Skriv platsen som ett tal, eller lämna den tom.")
        elif place:
            placed.append((int(place), source, heading))
    fields.done()
    columns = tuple((source, heading) for _place, source, heading in sorted(placed, key=lambda column: column[0]))
    return Template(name=name, columns=columns, separator=request.form.get("separator", ""))


@blueprint.post("/budgetexport/mallar/ny")
@KEEPS_TEMPLATES
def add_template() -> Response:
    """Keep a new template."""

    def run() -> str:
        export_operations.save_template(_typed_template(), template_id=None, seen_version=None, by=actor())
        flash(_("Mallen är sparad."), "go")
        return url_for("ledger.templates")

    return perform(run, lambda problems, status: _template(None, problems, status))


@blueprint.post("/budgetexport/mallar/<uuid:template_id>")
@KEEPS_TEMPLATES
def change_template(template_id: UUID) -> Response:
    """Change a template."""

    def run() -> str:
        seen = seen_version()
        export_operations.save_template(_typed_template(), template_id=template_id, seen_version=seen, by=actor())
        flash(_("Mallen är sparad."), "go")
        return url_for("ledger.templates")

    return perform(run, lambda problems, status: _template(export_queries.template_row(template_id), problems, status))
