"""The conversation of a case on a page of its own, and what is written in it."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for

from portal.conversation import operations, queries
from portal.conversation.circles import EXPLAINED, WORDS, Audience, circles_in_words
from portal.conversation.models import LONGEST, Message
from portal.conversation.rules import WRITES, may_ask, refusal_to_answer, refusal_to_write
from portal.funding_requests.acting import in_role
from portal.people.permissions import READS_CASES
from portal.register import queries as cases
from portal.register.models import Case
from portal.register.paging import uuid_of
from portal.register.reading import shown_case
from portal.text import _
from portal.web.forms import Fields, new_form_key, only, perform
from portal.web.gate import actor, requires
from portal.web.pages import render

blueprint = Blueprint("conversation", __name__)

_DONE = {"question": "Frågan är ställd.", "answer": "Svaret är skrivet.", "comment": "Kommentaren är skriven."}


@blueprint.get("/askanden/<uuid:case_id>/samtal")
@requires(*READS_CASES)
def show(case_id: UUID) -> Response:
    """The conversation, newest first, and the form."""
    return _page(case_id, {}, 200)


def _page(case_id: UUID, problems: Mapping[str, str], status: int) -> Response:
    person = actor()
    case = shown_case(case_id, person)
    messages, following = queries.page(case, person, request.args.get("efter", ""))
    refusal = refusal_to_write(cases.facts(case, in_role(person, WRITES, case.unit_id)))
    return render(
        "conversation/show.html",
        status=status,
        case=case,
        messages=messages,
        next_href=url_for("conversation.show", case_id=case_id, efter=following) if following else None,
        refusal=refusal,
        answering=None if refusal else _answering(case),
        may_ask=may_ask(case.status),
        circles=circles_in_words(),
        explained=[(_(WORDS[each]), _(EXPLAINED[each])) for each in Audience],
        longest=LONGEST,
        people=[] if refusal else queries.candidates(case),
        problems=problems,
        values=request.form,
        form_key=new_form_key(),
    )


def _answering(case: Case) -> Message | None:
    """The question that the form answers, by the address or by the form that was refused; None for none, or one gone, or one's
    own."""
    wanted, by = uuid_of(request.form.get("answers") or request.args.get("svar", "")), actor()
    asked = queries.question(case, by, wanted) if wanted else None
    return asked if asked and refusal_to_answer(own=asked.by_id == by.person_id) is None else None


@blueprint.post("/askanden/<uuid:case_id>/samtal")
@requires(*READS_CASES)
def write(case_id: UUID) -> Response:
    """Write a comment, a question or an answer."""

    def run() -> str:
        only("text", "audience", "asks", "answers", "mention")
        fields = Fields()
        text = fields.text("text", limit=LONGEST, multiline=True, required=_("Skriv något."))
        mention = fields.text("mention", limit=600)
        answers = fields.uuid("answers")
        audience = Audience.ALL.value
        if not answers:
            audience = fields.choice(
                "audience", {each.value for each in Audience}, required=_("Välj vilka som ska se inlägget.")
            )
        fields.done()
        message = operations.write(
            case_id=case_id,
            text=text,
            audience=Audience(audience),
            asks=request.form.get("asks") == "1",
            answers=answers,
            mentions=[name.strip() for name in mention.split(",") if name.strip()],
            by=actor(),
        )
        flash(_(_DONE[message.kind]), "go")
        return url_for("desk.case", case_id=case_id, _anchor="samtal")

    return perform(run, lambda problems, status: _page(case_id, problems, status))
