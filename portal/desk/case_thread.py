"""What is written in a case, as its page shows it: statements, questions, reasons, linked cases and the newest messages.

All of it is read in one statement, as rows that each kind then picks its own from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, Select, and_, bindparam, cast, literal, null, select, union_all

from portal.conversation import queries as conversation
from portal.db import session
from portal.decisions.models import HandOver, Statement
from portal.funding_requests import queries as requests
from portal.funding_requests.following import in_thread
from portal.funding_requests.models import CompletionRequest
from portal.people.actor import Actor
from portal.people.models import Person
from portal.register import access
from portal.register.models import Case, CaseFact
from portal.text import _


@dataclass(frozen=True, slots=True)
class Said:
    """Something written in the case: a question, a reason."""

    who: str
    what: str
    when: datetime
    text: str


_SAID_HOW = {
    "completion": "begärde komplettering",
    "hand_over": "överlämnade ärendet",
    "sent_back": "lämnade tillbaka äskandet",
    "fact": "återkallade äskandet",
}


class Author(NamedTuple):
    """Who gave a statement, by title and name."""

    title: str
    name: str


@dataclass(frozen=True, slots=True)
class Stated:
    """Finance's statement as it is shown; amounts are kronor."""

    text: str
    stance: str
    balance: int | None
    cost_type: str
    capital_cost: int | None
    coding: str
    by: Author
    at: datetime


_STATED = ("stance", "balance", "cost_type", "capital_cost", "coding")
_NOTHING_STATED = tuple(cast(null(), getattr(Statement, name).type).label(name) for name in _STATED)


def stated(rows: Sequence[Any]) -> list[Stated]:
    """Finance's statements among the rows of a thread."""
    found = []
    for row in rows:
        if row.how == "statement":
            figures: dict[str, Any] = {name: getattr(row, name) for name in _STATED}
            found.append(Stated(text=row.text, by=Author(row.title, row.name), at=row.at, **figures))
    return found


def read(case: Case, actor: Actor) -> Sequence[Any]:
    """Finance's statements, questions, hand-over texts and reasons to withdraw, the cases linked to this one and the newest
    messages, oldest first; one statement."""
    statement = _saying(access.whom(actor), case.unit_id, case.number is None)
    return sorted(session.execute(statement, {"case_id": case.id}), key=lambda row: row.at)


_CASE_ID = bindparam("case_id", type_=Case.id.type)


@lru_cache(maxsize=256)
def _saying(whom: access.Whom, unit_id: int, unregistered: bool) -> CompoundSelect[*tuple[Any, ...]]:
    """What ``read`` asks."""
    actor = whom[0]

    def arm(how: str, of: Any, text: Any, by: Any, at: Any, *conditions: Any) -> Select[*tuple[Any, ...]]:
        columns = (
            literal(how).label("how"),
            text.label("text"),
            Person.title.label("title"),
            Person.name.label("name"),
            at.label("at"),
        )
        return select(*columns).select_from(of).join(Person, Person.id == by).where(of.case_id == _CASE_ID, *conditions)

    asked, given, withdrawn = CompletionRequest, HandOver, CaseFact.kind == "withdrawn"
    # Why it was sent back is for those who write: the register has no part in it.
    sent_back = and_(CaseFact.kind == requests.SENT_BACK, literal(unregistered))
    statements = arm("statement", Statement, Statement.text, Statement.by_id, Statement.at)
    arms = (
        arm("completion", asked, asked.reason, asked.asked_by_id, asked.asked_at),
        arm("hand_over", given, given.text, given.by_id, given.at, given.text != ""),
        arm("fact", CaseFact, CaseFact.text, CaseFact.by_id, CaseFact.at, withdrawn),
        arm("sent_back", CaseFact, CaseFact.text, CaseFact.by_id, CaseFact.at, sent_back),
        *in_thread(_CASE_ID, actor),
    )
    others = [each.add_columns(*conversation.NOTHING, *_NOTHING_STATED) for each in arms]
    others.append(conversation.in_thread(_CASE_ID, unit_id, actor).add_columns(*_NOTHING_STATED))
    own = statements.add_columns(*conversation.NOTHING, *(getattr(Statement, name) for name in _STATED))
    return union_all(*others, own)


def said(rows: Sequence[Any]) -> list[Said]:
    """The questions and reasons among the rows of a thread."""
    return [Said(row.title or row.name, _(_SAID_HOW[row.how]), row.at, row.text) for row in rows if row.how in _SAID_HOW]
