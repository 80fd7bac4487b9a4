"""The tjänsteskrivelse as a Word file, the papers for the organ that a case was handed over to, and what it is told of."""

from uuid import UUID

from flask import Blueprint, Response, g, request

from portal import clock
from portal.decisions import committee_papers, delegated_queries
from portal.decisions.document import Frame
from portal.desk import case_page, delegation_lists, papers
from portal.desk.case_page import Found
from portal.desk.paper_names import safe
from portal.documents import sender, word
from portal.errors import Conflict, Unknown
from portal.funding_requests.document import of_version
from portal.funding_requests.queries import Version
from portal.people.permissions import READS_CASES, Permission
from portal.register import reading
from portal.text import _
from portal.web.gate import actor, demo, requires
from portal.web.pages import as_file, as_large_file

blueprint = Blueprint("papers", __name__)


def _version(found: Found) -> Version:
    """The version that the address names, else the latest. Raises Unknown."""
    asked = request.args.get("version", "")
    wanted = [each for each in found.versions if str(each.number) == asked] if asked else found.versions[-1:]
    if not wanted:
        raise Unknown
    return wanted[0]


@blueprint.get("/askanden/<uuid:case_id>/tjansteskrivelse.docx")
@requires(*READS_CASES)
def letter(case_id: UUID) -> Response:
    """A submitted version of the request as a Word file. Of a secret case the reading is logged before it leaves."""
    by = actor()
    found = reading.shown(lambda: case_page.find(case_id, by), lambda found: found.case, by=by, allow=_version)
    version = _version(found)
    data = of_version(version, found.case.diary_number, municipality=sender.municipality(), test=demo())
    name = safe(_("Tjänsteskrivelse %(number)s version %(n)s.docx", number=found.case.diary_number or "", n=version.number))
    return as_file(word.letter(data), word.MIME, name)


def _handed_over(found: Found) -> None:
    """Raises Conflict where no organ has the case now."""
    if said := committee_papers.refusal(found.case.status):
        raise Conflict(said)


@blueprint.get("/askanden/<uuid:case_id>/underlag.zip")
@requires(*READS_CASES)
def folder(case_id: UUID) -> Response:
    """The papers for the organ as one folder. Of a secret case the reading is logged before it leaves."""
    by = actor()
    found = reading.shown(lambda: case_page.find(case_id, by), lambda found: found.case, by=by, allow=_handed_over)
    version = found.versions[-1]
    made = papers.Papers(
        found.case,
        version,
        committee_papers.handed(found.request, version.content),
        Frame(sender.municipality(), clock.now(), test=demo()),
    )
    return as_large_file(papers.folder(made), "application/zip", f"{made.name}.zip")


@blueprint.get("/beslut/listor/<uuid:list_id>.docx")
@requires(Permission.READ_DECISIONS)
def delegated_list(list_id: UUID) -> Response:
    """A list of decisions by delegation as a Word file, to put among the organ's papers."""
    row = delegated_queries.one(list_id)
    frame = Frame(sender.municipality(), clock.now(), test=demo())
    data = delegation_lists.as_made(row, actor(), frame, g.acting.unit)
    return as_file(word.decision_list(data), word.MIME, f"delegationsbeslut-{clock.local_date(row.at).isoformat()}.docx")
