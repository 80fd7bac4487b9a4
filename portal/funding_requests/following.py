"""A new request that follows a decided one: for more money, or for something else than the decision allows.

The decided case is not changed; the new one is a draft like any other, with the lines and the wording of the old one to
begin with. The two are linked for good, and each shows the other to whoever may see it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, String, and_, cast, literal, select, union_all

from portal import clock
from portal.db import session
from portal.errors import Conflict
from portal.funding_requests import operations, queries
from portal.funding_requests.acting import begin
from portal.funding_requests.content import Content, draft_from
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.models import ToldContent
from portal.funding_requests.queries import FOLLOWS
from portal.funding_requests.rules import REFUSALS
from portal.people.actor import Actor
from portal.register import operations as register
from portal.register import queries as cases
from portal.register import secrecy
from portal.register.access import visible
from portal.register.models import Case, CaseRelation
from portal.text import _
from portal.veil import Veil

_OWN = ("handler_name", "handler_role", "handler_phone", "handler_email", "date")  # of whoever asks, when they ask


def _proposed(case: Case, content: Content) -> dict[str, Any]:
    """What the new draft begins with: what the old one asked, for this year at the earliest; secret if the old one is."""
    draft: dict[str, Any] = {key: value for key, value in draft_from(content).items() if key not in _OWN}
    draft["budget_year"] = str(max(content.budget_year, clock.today().year))
    if case.is_secret:
        mark = cases.standing_mark(case)
        draft["secrecy"], draft["provision"] = "ja", mark.provision if mark else content.provision
    elif case.is_partly_secret:  # what is hidden there may stand here too: the registrar looks at it
        draft["secrecy"], draft["provision"] = "ja", content.provision or secrecy.standing(case)[0].provision
    return draft


def follow(*, case_id: UUID, by: Actor, seen_version: int | None) -> Case:
    """A new draft of the same unit that follows the case. Raises by the rules, and Conflict (nothing was asked in it)."""
    old, facts = begin(case_id, Action.FOLLOW, by, seen_version, queries.facts, REFUSALS)
    acting = facts.actor
    version = queries.current_version(old)
    if version is None:
        raise Conflict(_("Ärendet har inget äskande att följa."))
    hidden = secrecy.hidden(old, acting)
    if old.is_secret or (old.is_partly_secret and not hidden):
        register.note_read(old.public_id, by=acting)  # its content stands in the draft from now on
    content = version.content
    if hidden:
        content = Content.from_json(ToldContent().veiled(content.to_json(), Veil(hidden.words)))
    new = operations.create_draft(unit_id=old.unit_id, by=acting, draft=_proposed(old, content))
    now = clock.now()
    session.add(CaseRelation(case_id=new.id, to_case_id=old.id, kind=FOLLOWS, by_id=acting.person_id, at=now))
    register.record(new, "funding_requests.follow", by=acting, body={"follows": old.number})
    return new


@dataclass(frozen=True, slots=True)
class Related:
    """A linked case as the other's page shows it; ``follows`` is false where the linked one came later. ``says`` begins the
    line: *Hör ihop med*."""

    public_id: UUID
    number: str | None
    title: str
    follows: bool
    says: str


_TO, _FROM = "relation to ", "relation from "
_SAYS = {
    f"{_TO}follows": "Följer på",
    f"{_FROM}follows": "Följs av",
    f"{_TO}replaces": "Ersätter",
    f"{_FROM}replaces": "Ersätts av",
    f"{_TO}belongs": "Hör ihop med",
    f"{_FROM}belongs": "Hör ihop med",
}


def in_thread(case_id: Any, actor: Actor) -> tuple[Select[*tuple[Any, ...]], ...]:
    """The cases that the one with ``case_id`` is related to, those that ``actor`` may see: as rows (how, text, title, name, at)
    of the case's thread, which are read in one statement."""

    def shown(how: str) -> Select[*tuple[Any, ...]]:
        name = cast(Case.public_id, String)
        columns = (Case.title.label("text"), cases.DIARY_NUMBER.label("title"), name.label("name"), Case.created_at.label("at"))
        return select(literal(how).concat(CaseRelation.kind).label("how"), *columns)

    stands = CaseRelation.ended_at.is_(None)
    before = shown(_TO).join(CaseRelation, and_(CaseRelation.to_case_id == Case.id, stands))
    later = shown(_FROM).join(CaseRelation, and_(CaseRelation.case_id == Case.id, stands))
    return (
        visible(before.where(CaseRelation.case_id == case_id), actor),
        visible(later.where(CaseRelation.to_case_id == case_id), actor),
    )


def read_related(rows: Iterable[Any]) -> list[Related]:
    """The linked cases among the rows of a thread."""
    linked = [row for row in rows if row.how in _SAYS]
    followed = f"{_TO}{FOLLOWS}"
    return [Related(UUID(row.name), row.title, row.text, row.how == followed, _(_SAYS[row.how])) for row in linked]


def related(case: Case, actor: Actor) -> list[Related]:
    """The linked cases that ``actor`` may see, oldest first; one statement."""
    return read_related(session.execute(union_all(*in_thread(case.id, actor)).order_by("at")))
