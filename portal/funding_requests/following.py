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
from portal.errors import Conflict, Refused
from portal.funding_requests import operations, queries
from portal.funding_requests.acting import in_role
from portal.funding_requests.content import Content, draft_from
from portal.funding_requests.lifecycle import Status
from portal.funding_requests.queries import FOLLOWS
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register import operations as register
from portal.register import queries as cases
from portal.register.access import visible
from portal.register.facts import Facts
from portal.register.models import Case, CaseRelation
from portal.register.rules import barred
from portal.text import _

AFTER = (Status.DISPATCHED, Status.REPORTED, Status.SETTLED, Status.CLOSED, Status.ARCHIVED)
_OWN = ("handler_name", "handler_role", "handler_phone", "handler_email", "date")  # of whoever asks, when they ask


def refusal_to_follow(facts: Facts) -> str | None:
    """Whoever may ask for the unit may ask anew once the decision has been carried out."""
    if refusal := barred(facts):
        return refusal
    if not facts.actor.may(Permission.WRITE_REQUEST, facts.unit_id):
        return _("Det här görs av den som skriver äskanden för enheten.")
    if Status(facts.status) not in AFTER:
        return _("Ett äskande kan följas av ett nytt först när beslutet är expedierat.")
    return None


def is_offered(case: Case, actor: Actor) -> bool:
    """Whether the page of the case shows the way to a new request: after the decision, to those who ask for the unit."""
    return Status(case.status) in AFTER and actor.may(Permission.WRITE_REQUEST, case.unit_id)


def _proposed(case: Case, content: Content) -> dict[str, Any]:
    """What the new draft begins with: what the old one asked, for this year at the earliest; secret if the old one is."""
    draft: dict[str, Any] = {key: value for key, value in draft_from(content).items() if key not in _OWN}
    draft["budget_year"] = str(max(content.budget_year, clock.today().year))
    if case.is_secret:
        mark = cases.standing_mark(case)
        draft["secrecy"], draft["provision"] = "ja", mark.provision if mark else content.provision
    return draft


def follow(*, case_id: UUID, by: Actor) -> Case:
    """A new draft of the same unit that follows the case. Raises Unknown, Refused and Conflict (nothing was asked in it)."""
    old = cases.get_case(case_id, by)
    acting = in_role(by, (Permission.WRITE_REQUEST,), old.unit_id)
    if refusal := refusal_to_follow(cases.facts(old, acting)):
        raise Refused(refusal)
    version = queries.current_version(old)
    if version is None:
        raise Conflict(_("Ärendet har inget äskande att följa."))
    if old.is_secret:
        register.note_read(old.public_id, by=acting)  # its content stands in the draft from now on
    new = operations.create_draft(unit_id=old.unit_id, by=acting, draft=_proposed(old, version.content))
    now = clock.now()
    session.add(CaseRelation(case_id=new.id, to_case_id=old.id, kind=FOLLOWS, by_id=acting.person_id, at=now))
    register.record(new, "funding_requests.follow", by=acting, body={"follows": old.number})
    return new


@dataclass(frozen=True, slots=True)
class Related:
    """A linked case as the other's page shows it; ``follows`` is false where the linked one came later."""

    public_id: UUID
    number: str | None
    title: str
    follows: bool


_FOLLOWED, _FOLLOWING = "followed", "following"


def in_thread(case: Case, actor: Actor) -> tuple[Select[*tuple[Any, ...]], ...]:
    """The cases that this one follows and that follow it, those that ``actor`` may see: as rows (how, text, title, name, at)
    of the case's thread, which are read in one statement."""

    def shown(how: str) -> Select[*tuple[Any, ...]]:
        name = cast(Case.public_id, String)
        columns = (Case.title.label("text"), Case.number.label("title"), name.label("name"), Case.created_at.label("at"))
        return select(literal(how).label("how"), *columns)

    follows = CaseRelation.kind == FOLLOWS
    before = shown(_FOLLOWED).join(CaseRelation, and_(CaseRelation.to_case_id == Case.id, follows))
    later = shown(_FOLLOWING).join(CaseRelation, and_(CaseRelation.case_id == Case.id, follows))
    return (
        visible(before.where(CaseRelation.case_id == case.id), actor),
        visible(later.where(CaseRelation.to_case_id == case.id), actor),
    )


def read_related(rows: Iterable[Any]) -> list[Related]:
    """The linked cases among the rows of a thread."""
    linked = [row for row in rows if row.how in (_FOLLOWED, _FOLLOWING)]
    return [Related(UUID(row.name), row.title, row.text, row.how == _FOLLOWED) for row in linked]


def related(case: Case, actor: Actor) -> list[Related]:
    """The linked cases that ``actor`` may see, oldest first; one statement."""
    return read_related(session.execute(union_all(*in_thread(case, actor)).order_by("at")))
