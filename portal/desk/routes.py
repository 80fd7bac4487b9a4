"""Att göra, the case page, and the documents of a case."""

from uuid import UUID

from flask import Blueprint, Response, url_for

from portal import clock
from portal.conversation.models import LONGEST
from portal.desk import case_page, todo
from portal.desk.documents_read import shown_document
from portal.documents import scanning
from portal.documents.store import current_store
from portal.notices import operations as notices
from portal.people.actor import Actor
from portal.people.permissions import READS_CASES, Permission
from portal.register import looking, reading
from portal.register.paging import count_only
from portal.text import _
from portal.web.filters import day
from portal.web.forms import new_form_key
from portal.web.gate import actor, requires
from portal.web.pages import as_file, render

blueprint = Blueprint("desk", __name__)

_WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")


@blueprint.get("/")
@requires()
def todo_page() -> Response:
    """What waits for the person, oldest first, and what waits for others; by itself asked for as a part, every minute."""
    person = actor()
    mine = todo.for_me(person)
    errands = [{"text": e.text, "href": url_for(e.endpoint), "count": count_only(e.count)} for e in todo.errands(person)]
    return render(
        "desk/todo.html",
        fragment="desk/_todo_anew.html",
        mine=mine,
        others=todo.for_others(person),
        errands=errands,
        summary=_summary(len(mine)),
        today=f"{_WEEKDAYS[clock.today().weekday()].capitalize()} {day(clock.today())}",
        empty=_empty(person),
        browse=url_for("funding_requests.index") if any(person.may(p) for p in READS_CASES) else None,
    )


def _summary(count: int) -> str:
    if count == 0:
        return _("Inget ärende väntar på dig.")
    return _("1 ärende väntar på dig.") if count == 1 else _("%(n)s ärenden väntar på dig.", n=count)


def _empty(person: Actor) -> str:
    """What will appear here, by what the person does."""
    if person.may(Permission.DECIDE):
        return _("Här visas äskanden som du ska besluta om och svar på kompletteringar du har begärt.")
    if person.may(Permission.RECORD_BUDGET):
        return _("Här visas äskanden som kräver ditt yttrande, beslut att bokföra och slutredovisningar att granska.")
    if person.may(Permission.KEEP_REGISTER):
        return _("Här visas protokoll att föra in, registreringar att kontrollera och ärenden att avsluta.")
    if person.may(Permission.ARCHIVE):
        return _("Här visas avslutade ärenden att arkivera.")
    if person.may(Permission.RECEIVE_COPIES):
        return _("Här visas nya kopior i enhetens inkorg.")
    if person.may(Permission.WRITE_REQUEST):
        return _("Här visas dina utkast, kompletteringar som begärts och slutredovisningar att lämna.")
    return _("Här visas det som väntar på dig.")


@blueprint.get("/askanden/<uuid:case_id>")
@requires(*READS_CASES)
def case(case_id: UUID) -> Response:
    """The case on one page. Reading what a secrecy mark hides is logged before the answer leaves; that the person looked is
    noted once it is made."""
    person = actor()
    found = reading.shown(lambda: case_page.find(case_id, person), lambda found: found.case, by=person)
    page = case_page.load(found, person)
    answer = render(
        "desk/case.html",
        page=page,
        circle_words=dict(page.talk.circles) if page.talk else {},
        longest=LONGEST,
        form_key=new_form_key(),
    )
    if page.number:
        looking.note(found.request.case_id, person.person_id, found.look, page.last_seq, notices.looked_at)
    return answer


@blueprint.get("/handlingar/<uuid:document_id>")
@requires(*READS_CASES)
def download(document_id: UUID) -> Response:
    """A document of a case the person may see, as a file to save; its content is verified against its SHA-256."""
    document, _case = shown_document(document_id, actor(), allow=scanning.require_open)
    return as_file(current_store().read(document.file.sha256), document.mime, document.filename)
