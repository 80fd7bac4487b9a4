"""The statements of a search, by their shape: put together once for each person and kept, with what was typed filled in later.

What each hangs on is in its arguments; the day and the settings are there for what ``access`` looks at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import joinedload

from portal.people.actor import Actor
from portal.people.models import Unit
from portal.people.permissions import Permission
from portal.register import access
from portal.register.models import Case
from portal.register.search_models import SearchAmount, SearchEntry, SearchPosting, SearchTerm
from portal.register.search_words import Asked
from portal.settings import Settings

BEFORE, SNIPPET, MOST_PLACES = 60, 190, 400  # characters before a word and in all; places that are looked at on a page
_IN_ORDER = (Case.submitted_at.desc(), Case.id.desc())
_KEY = tuple_(Case.submitted_at, Case.id)


@dataclass(frozen=True, slots=True)
class Part:
    """The shape of one thing asked for: how many ranges of terms (none: an amount), whether word by word; ``few`` words answer
    to it; ``kinds`` of text it may stand in (None: any)."""

    ranges: int
    phrase: bool = False
    few: bool = True
    kinds: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What a search asks, without its words. ``rarest`` is the part whose cases are read whole, None where cases are walked;
    ``until``: they are walked as far as a certain one."""

    parts: tuple[Part, ...]
    page: int
    rarest: int | None = None
    year: bool = False
    unit: bool = False
    status: bool = False
    begun: bool = False
    until: bool = False


def values(asked: Sequence[Asked]) -> dict[str, Any]:
    """What is filled in for the parts, in their order."""
    filled: dict[str, Any] = {}
    for n, each in enumerate(asked):
        if each.amounts:
            filled[f"from_{n}"], filled[f"to_{n}"] = each.amounts
        for m, (low, high) in enumerate(each.ranges):
            filled[f"low_{n}_{m}"], filled[f"high_{n}_{m}"] = low, high
        if each.phrase:
            filled[f"phrase_{n}"] = each.phrase
    return filled


def _text(name: str) -> BindParameter[str]:
    return bindparam(name, type_=String())


def _words(n: int, part: Part) -> "Select[int]":
    """The words that answer to the part."""
    ranges = (SearchTerm.term.between(_text(f"low_{n}_{m}"), _text(f"high_{n}_{m}")) for m in range(part.ranges))
    return select(SearchTerm.word_id).where(or_(*ranges))


def _between(n: int) -> ColumnElement[bool]:
    return SearchAmount.amount.between(bindparam(f"from_{n}", type_=BigInteger()), bindparam(f"to_{n}", type_=BigInteger()))


def _places(n: int, part: Part) -> "Select[int]":
    """The cases that hold it somewhere, seen or not."""
    if not part.ranges:
        return select(SearchAmount.case_id).where(_between(n))
    return select(SearchPosting.case_id).where(SearchPosting.word_id.in_(_words(n, part)))


@lru_cache(maxsize=64)
def counting(parts: tuple[Part, ...], words: int, rare: int) -> "Select[*tuple[Any, ...]]":
    """How many words answer to each part, and in how many places they stand, to one more than ``words`` and ``rare``."""

    def some(statement: "Select[int]", most: int) -> Any:
        return select(func.count()).select_from(statement.limit(most + 1).subquery()).scalar_subquery()

    columns: list[Any] = []
    for n, part in enumerate(parts):
        columns += [some(_words(n, part), words) if part.ranges else literal(0), some(_places(n, part), rare)]
    return select(*columns)


def _holds(n: int, part: Part, actor: Actor) -> ColumnElement[bool]:
    """Whether a ``Case`` row holds it in a text that the actor may read: the one place that looks into the index.

    Who sees the case stands outside the subqueries: inside them it would be asked of no case in particular.
    """
    seen = access.is_visible(actor)
    if not part.ranges:
        if part.kinds is not None and "amount" not in part.kinds:
            return false()
        return and_(exists().where(SearchAmount.case_id == Case.id, _between(n), SearchAmount.scope == "open"), seen)

    def stands(*scopes: str) -> ColumnElement[bool]:
        # Beside few words the index of a case's words is asked for each; else the words of the case are held against them.
        word = SearchPosting.word_id if part.few else SearchPosting.word_id + 0
        conditions: list[ColumnElement[bool]] = [
            SearchPosting.case_id == Case.id,
            word.in_(_words(n, part)),
            SearchEntry.id == SearchPosting.entry_id,
            SearchEntry.scope.in_(scopes),
        ]
        if part.kinds is not None:
            conditions.append(SearchEntry.kind.in_(part.kinds))
        if part.phrase:
            conditions.append(SearchEntry.folded.contains(_text(f"phrase_{n}")))  # holds letters, digits, slashes and spaces
        return exists().where(*conditions)

    ways = [and_(seen, stands("register", "open"))]
    if actor.may(Permission.READ_REGISTER) and not actor.may(Permission.READ_SECRET):
        ways.append(stands("register"))  # who reads everything has found it already
    ways.append(and_(Case.is_partly_secret, seen, access.reads_parts(actor), stands("secret")))
    return or_(*ways)


def _instant(name: str) -> Any:
    return tuple_(bindparam(f"{name}_at", type_=Case.submitted_at.type), bindparam(f"{name}_id", type_=Case.id.type))


def _chosen(shape: Shape) -> list[ColumnElement[bool]]:
    """The register's rows that the choice leaves."""
    held: list[ColumnElement[bool]] = [Case.number.is_not(None)]
    if shape.year:
        held.append(Case.year == bindparam("year"))
    if shape.unit:
        unit = select(Unit.id).where(Unit.public_id == bindparam("unit", type_=Uuid()))
        held.append(Case.unit_id == unit.scalar_subquery())
    if shape.status:
        held.append(Case.status == _text("status"))
    return held


@lru_cache(maxsize=128)
def whole(actor: Actor, _day: date, _settings: Settings, shape: Shape) -> "Select[*tuple[Any, ...]]":
    """The page out of the cases that hold a rare word, with whether each is seen, and how many they are."""
    assert shape.rarest is not None
    few = Case.id.in_(_places(shape.rarest, shape.parts[shape.rarest]))
    holds = (_holds(n, part, actor) for n, part in enumerate(shape.parts))
    counted = select(Case.id.label("id"), func.count().over().label("count")).where(few, *_chosen(shape), *holds).subquery()
    return (
        select(Case, access.is_visible(actor), counted.c.count)
        .join(counted, counted.c.id == Case.id)
        .where(_instant("begun") > _KEY if shape.begun else true())
        .options(joinedload(Case.unit))
        .order_by(*_IN_ORDER)
        .limit(shape.page + 1)
    )


@lru_cache(maxsize=64)
def last_of(shape: Shape, walked: int) -> "Select[*tuple[Any, ...]]":
    """When the last of the next ``walked`` cases came, and how many they are. Those of the same instant are walked with it."""
    beyond = _instant("begun") > _KEY if shape.begun else true()
    # Only what is registered has been submitted: said so, it is all in the index.
    chosen = (Case.submitted_at.is_not(None), *_chosen(shape)[1:], beyond)
    page = select(Case.submitted_at, Case.id).where(*chosen).order_by(*_IN_ORDER).limit(walked).subquery("page")
    return select(func.min(page.c.submitted_at), func.count()).select_from(page)


@lru_cache(maxsize=128)
def walked(actor: Actor, _day: date, _settings: Settings, shape: Shape) -> "Select[*tuple[Any, ...]]":
    """The page out of the next cases in order, asked one by one until it is full, with whether each is seen."""
    conditions = [_holds(n, part, actor) for n, part in enumerate(shape.parts)]
    if shape.begun:
        conditions.append(_instant("begun") > _KEY)
    if shape.until:
        conditions.append(_instant("until") <= _KEY)
    statement = select(Case, access.is_visible(actor)).where(*_chosen(shape), *conditions)
    return statement.options(joinedload(Case.unit)).order_by(*_IN_ORDER).limit(shape.page + 1)


@lru_cache(maxsize=64)
def snippets(parts: tuple[tuple[int, Part], ...], kinds: tuple[str, ...] | None, secret: bool, said: str) -> "Select[Any]":
    """Where the words stand in ``cases``: of those that are ``told`` also what not everyone reads, of a part that is marked
    only that it is there (``said``)."""
    start = case((SearchPosting.position > BEFORE, SearchPosting.position - BEFORE), else_=0)
    hidden = SearchEntry.scope == "secret"
    label = case((hidden, literal(said)), else_=SearchEntry.label)
    shown = case((hidden, ""), else_=func.substr(SearchEntry.text, start + 1, SNIPPET))
    told = SearchEntry.case_id.in_(bindparam("told", expanding=True))
    scopes = ("open", "secret") if secret else ("open",)
    words = or_(*(SearchPosting.word_id.in_(_words(n, part)) for n, part in parts))
    return (
        select(SearchEntry.case_id, SearchEntry.id, SearchEntry.kind, label, shown, start)
        .join(SearchPosting, SearchPosting.entry_id == SearchEntry.id)
        .where(
            SearchPosting.case_id.in_(bindparam("cases", expanding=True)),
            words,
            or_(SearchEntry.scope == "register", and_(SearchEntry.scope.in_(scopes), told)),
            SearchEntry.kind.not_in(("title", "number", "sender")),  # stand in the row itself
            true() if kinds is None else SearchEntry.kind.in_(kinds),
        )
        .order_by(SearchEntry.case_id, SearchEntry.id, SearchPosting.position)
        .limit(MOST_PLACES)
    )
