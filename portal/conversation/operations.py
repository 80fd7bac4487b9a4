"""Writing in the conversation and removing from it. The case itself is not changed by what is said on it."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, select, update

from portal import clock
from portal.conversation import queries
from portal.conversation.circles import Audience
from portal.conversation.models import LONGEST, Mention, Message
from portal.conversation.rules import WRITES, may_ask, refusal_to_answer, refusal_to_write
from portal.db import changed_rows, session
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.funding_requests.acting import in_role
from portal.outbox import operations as outbox
from portal.people import queries as people
from portal.people.actor import Actor
from portal.people.models import Person
from portal.register import queries as cases
from portal.register.models import Case
from portal.register.operations import record
from portal.text import _

MOST_MENTIONED = 10


def write(
    *,
    case_id: UUID,
    text: str,
    by: Actor,
    audience: Audience = Audience.ALL,
    asks: bool = False,
    answers: UUID | None = None,
    mentions: Sequence[str] = (),
) -> Message:
    """Write a message; with ``asks`` a question, with ``answers`` (a question's public id) an answer in the question's circle.

    ``mentions`` are usernames, names or titles, each of one person who sees the case. Raises Unknown, Refused, Conflict (the
    completion has come meanwhile: nothing waits for an answer) and Invalid.
    """
    case = cases.get_case(case_id, by, lock=True)
    facts = cases.facts(case, in_role(by, WRITES, case.unit_id))
    if refusal := refusal_to_write(facts):
        raise Refused(refusal)
    if asks and not answers and not may_ask(case.status):
        raise Conflict(_("Komplettering är inte längre begärd. Skriv det som en kommentar i stället."))
    question = queries.question(case, by, answers) if answers else None
    if question and (refusal := refusal_to_answer(own=question.by_id == by.person_id)):
        raise Refused(refusal)
    persons = _mentioned(case, text, mentions, by)
    message = Message(
        case_id=case.id,
        by_id=by.person_id,
        at=clock.now(),
        kind="answer" if question else "question" if asks else "comment",
        answer_to_id=question.id if question else None,
        audience=question.audience if question else audience.value,
        text=text,
        mentioned=", ".join(person.title or person.name for person in persons),
    )
    session.add(message)
    session.flush()  # the mentions and the log entry name it
    session.add_all(Mention(message_id=message.id, person_id=person.id) for person in persons)
    body = {"kind": message.kind, "audience": message.audience}
    record(case, _entry_type(message), by=facts.actor, body=body, kind="message", object_id=message.public_id)
    for person in persons:
        notice = {"event": "mentioned", "case": str(case.public_id), "person": str(person.public_id)}
        outbox.enqueue(kind="notice", payload=notice, key=f"notice:mentioned:{message.public_id}:{person.public_id}")
    return message


def _entry_type(message: Message) -> str:
    """What is written for fewer than see the case is an entry of its own: it makes the case new to nobody else."""
    return "conversation.write" if message.audience == Audience.ALL else "conversation.write_within"


def _mentioned(case: Case, text: str, typed: Sequence[str], by: Actor) -> list[Person]:
    """Those mentioned, each once and not the writer. Raises Invalid with what is wrong with text and names."""
    problems = {}
    if not text:
        problems["text"] = _("Skriv något.")
    elif len(text) > LONGEST:
        problems["text"] = _("Texten är %(n)s tecken och får vara högst %(most)s. Korta den.", n=len(text), most=LONGEST)
    persons: dict[int, Person] = {}
    names = list(dict.fromkeys(typed))
    if len(names) > MOST_MENTIONED:
        problems["mention"] = _("Nämn högst %(n)s personer åt gången.", n=MOST_MENTIONED)
    for name in names[:MOST_MENTIONED]:
        found = queries.named(name)
        if refusal := _refusal_to_mention(case, name, found):
            problems.setdefault("mention", refusal)
        elif found[0].id != by.person_id:
            persons[found[0].id] = found[0]
    if problems:
        raise Invalid(problems)
    return list(persons.values())


def _refusal_to_mention(case: Case, name: str, found: Sequence[Person]) -> str | None:
    if not found:
        return _("Ingen i portalen heter ”%(name)s”. Skriv användarnamnet, namnet eller titeln.", name=name[:60])
    if len(found) > 1:
        return _("Flera personer heter ”%(name)s”. Skriv användarnamnet i stället.", name=name[:60])
    try:
        cases.get_case(case.public_id, people.actor(found[0].id))
    except Unknown:
        return _("%(name)s får inte se ärendet och kan inte nämnas. Ta bort namnet.", name=found[0].title or found[0].name)
    return None


def remove(*, case: Case, ids: Collection[UUID]) -> int:
    """Remove the messages with these public ids from the case and return how many they were; what is not of the case stays.

    For the cleaning of a case, which has the rule and the log entry: what they said is nowhere kept.
    """
    wanted = select(Message.id).where(Message.case_id == case.id, Message.public_id.in_(list(ids)))
    found = list(session.scalars(wanted))
    if not found:
        return 0
    session.execute(update(Message).where(Message.answer_to_id.in_(found)).values(answer_to_id=None))
    session.execute(delete(Mention).where(Mention.message_id.in_(found)))
    return changed_rows(delete(Message).where(Message.id.in_(found)))
