"""What is said on the case page: the newest messages with the form to write, and the timeline with what is new in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.conversation import queries as conversation
from portal.conversation.circles import circles_in_words
from portal.conversation.rules import WRITES, may_ask, refusal_to_write
from portal.desk.sentences import Told, tell
from portal.funding_requests.acting import in_role
from portal.log.queries import TimelineRow
from portal.people.actor import Actor
from portal.register import looking
from portal.register import queries as register
from portal.register.models import Case


@dataclass(frozen=True, slots=True)
class Talk:
    """The newest of the conversation, and the form to write in it, or why not. ``more``: there are older messages."""

    messages: Sequence[conversation.Shown]
    more: bool
    refusal: str | None
    may_ask: bool
    circles: Sequence[tuple[str, str]]


def talk(case: Case, actor: Actor, parts: register.Parts, rows: Sequence[Any]) -> Talk | None:
    """None before the registration: there is none yet."""
    if case.number is None:
        return None
    messages, more = conversation.read_thread(rows, actor)
    facts = register.facts(case, in_role(actor, WRITES, case.unit_id), parts=parts)
    return Talk(messages, more, refusal_to_write(facts), may_ask(case.status), circles_in_words())


@dataclass(frozen=True, slots=True)
class Event(Told):
    """A line of the timeline; ``new`` since the person's last visit."""

    new: bool


def events(rows: Sequence[TimelineRow], actor: Actor, since: looking.Since | None) -> list[Event]:
    """The timeline, newest first. One's own acts, and that someone read, are no news."""
    found = []
    for row in reversed(rows):
        news = since is not None and row.seq > since.seq and row.actor != actor.public_id and row.action not in looking.QUIET
        told = tell(row)
        found.append(Event(told.when, told.who, told.text, told.detail, told.key, news))
    return found
