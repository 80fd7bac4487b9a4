"""The search over everything: which cases hold all that was typed, newest first, and where in them it stands.

Two ways to the same answer, chosen by how often the rarest of what was typed occurs. A rare word's cases are few: they are
read whole, counted exactly and sorted. Where every word is common, the cases are walked newest first instead and asked whether
they hold them, so many at a time; then the next page begins where that ended. So no search reads more as the cases grow.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal, or_, select, true, tuple_
from sqlalchemy.orm import joinedload

from portal.db import session
from portal.errors import Invalid
from portal.paging import cursor, read_cursor, year_of
from portal.people.actor import Actor
from portal.people.models import Unit
from portal.people.permissions import Permission
from portal.register import access
from portal.register.models import Case
from portal.register.paging import uuid_of
from portal.register.search_models import SearchAmount, SearchEntry, SearchPosting, SearchTerm
from portal.register.search_words import Asked, pieces, read
from portal.text import _

PAGE = 20
RARE = 2_000  # places where a word stands that are read whole
WALKED = 2_000  # cases that are asked at a time, where every word is common
MOST_WORDS = 500  # words that begin alike; of more only whole words and last parts are meant
FEW = 8  # words that answer to what was typed
SNIPPETS = 3  # shown of a case
_BEFORE, _SNIPPET = 60, 190  # characters before the word, and in all
_MOST_PLACES = 400

KINDS: Mapping[str, tuple[str, ...]] = {
    "rubrik": ("number", "title", "sender"),
    "text": ("request",),
    "beslut": ("decision", "statement", "hand_over", "minutes", "completion", "report", "interim_report", "fact"),
    "handling": ("document", "file", "file_name"),
    "person": ("person",),
    "belopp": (),
}
"""What a hit may be in, by the word in the address."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What was chosen, as it stands in the address; ``q`` is what was typed."""

    q: str = ""
    year: str = ""
    unit: str = ""
    status: str = ""
    kind: str = ""
    person: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A place in a case: what it stands in, and the words around in runs, with whether each was asked for."""

    label: str
    runs: Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A case that holds what was asked for. ``readable``: the person sees more of it than the register's row."""

    case: Case
    readable: bool
    snippets: Sequence[Snippet]

    @property
    def title(self) -> str:
        """The title, or the public one where the other is not to be seen, or holds what is read on the case's own page."""
        whole = self.readable and not (self.case.is_secret or self.case.is_partly_secret)
        return self.case.title if whole else self.case.public_title


@dataclass(frozen=True, slots=True)
class Found:
    """One page. ``count`` is exact to 1 000, None where every word is common. ``following`` is the token of the next;
    ``walked_on``: the page may be short, since so many cases were asked and the next page asks more. ``general`` are the words
    that so many others begin with that only whole words and last parts were meant."""

    hits: Sequence[Hit] = ()
    following: str | None = None
    count: int | None = 0
    walked_on: bool = False
    general: Sequence[str] = ()


def _in_ranges(column: Any, ranges: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    return or_(*(column == low if low == high else column.between(low, high) for low, high in ranges))


def _words(asked: Asked) -> "Select[int]":
    return select(SearchTerm.word_id).where(_in_ranges(SearchTerm.term, asked.ranges))


def _places(asked: Asked) -> "Select[int]":
    """The cases that hold it somewhere, seen or not."""
    if asked.amounts:
        return select(SearchAmount.case_id).where(SearchAmount.amount.between(*asked.amounts))
    return select(SearchPosting.case_id).where(SearchPosting.word_id.in_(_words(asked)))


@dataclass(frozen=True, slots=True)
class _Known:
    asked: Asked
    words: int
    places: int
    general: bool = False


def _known(asked: Sequence[Asked]) -> list[_Known]:
    """How many words answer to each, and in how many places they stand, as far as it is worth counting; one statement."""

    def some(statement: "Select[int]", most: int) -> Any:
        return select(func.count()).select_from(statement.limit(most + 1).subquery()).scalar_subquery()

    columns: list[Any] = []
    for each in asked:
        columns += [literal(0) if each.amounts else some(_words(each), MOST_WORDS), some(_places(each), RARE)]
    row = session.execute(select(*columns)).one()
    return [_Known(each, row[2 * n], row[2 * n + 1]) for n, each in enumerate(asked)]


def _narrowed(asked: Sequence[Asked]) -> list[_Known]:
    """The same, where a beginning that too many words share is narrowed to whole words and last parts."""
    known = _known(asked)
    if all(each.words <= MOST_WORDS for each in known):
        return known
    general = {each.asked.typed for each in known if each.words > MOST_WORDS}
    narrowed = [replace(each, ranges=each.exact) if each.typed in general else each for each in asked]
    return [replace(each, general=each.asked.typed in general) for each in _known(narrowed)]


def _chosen(chosen: Filters) -> list[ColumnElement[bool]]:
    """The register's rows that the choice leaves."""
    held: list[ColumnElement[bool]] = [Case.number.is_not(None)]
    if chosen.year:
        year = year_of(chosen.year)
        held.append(Case.year == year if year else false())
    if chosen.unit:
        unit = select(Unit.id).where(Unit.public_id == uuid_of(chosen.unit))
        held.append(Case.unit_id == unit.scalar_subquery())
    if chosen.status:
        held.append(Case.status == chosen.status)
    return held


def _holds(each: _Known, actor: Actor, kind: str) -> ColumnElement[bool]:
    """Whether a ``Case`` row holds it in a text that the actor may read: the one place that looks into the index.

    Who sees the case stands outside the subqueries: inside them it would be asked of no case in particular.
    """
    seen = access.is_visible(actor)
    if each.asked.amounts:
        if kind not in ("", "belopp"):
            return false()
        between = SearchAmount.amount.between(*each.asked.amounts)
        return and_(exists().where(SearchAmount.case_id == Case.id, between, SearchAmount.scope == "open"), seen)

    def stands(*scopes: str) -> ColumnElement[bool]:
        # Beside few words the index of a case's words is asked for each; else the words of the case are held against them.
        word = SearchPosting.word_id if each.words <= FEW else SearchPosting.word_id + 0
        conditions: list[ColumnElement[bool]] = [
            SearchPosting.case_id == Case.id,
            word.in_(_words(each.asked)),
            SearchEntry.id == SearchPosting.entry_id,
            SearchEntry.scope.in_(scopes),
        ]
        if kind:
            conditions.append(SearchEntry.kind.in_(KINDS.get(kind, ())))
        if each.asked.phrase:
            conditions.append(SearchEntry.folded.contains(each.asked.phrase, autoescape=True))
        return exists().where(*conditions)

    ways = [and_(seen, stands("register", "open"))]
    if actor.may(Permission.READ_REGISTER):
        ways.append(stands("register"))
    ways.append(and_(Case.is_partly_secret, seen, access.reads_parts(actor), stands("secret")))
    return or_(*ways)


def search(actor: Actor, asked: Sequence[Asked], chosen: Filters) -> Found:
    """One page of the cases that hold all that was asked for. Raises Invalid for a page token that is none."""
    begun = read_cursor(chosen.after) if chosen.after else None
    if chosen.after and begun is None:
        raise Invalid({"": _("Sidan kan inte visas. Börja om från listans början.")})
    known = _narrowed([*asked, *read(chosen.person).asked])
    general = [each.asked.typed for each in known if each.general]
    if not all(each.places for each in known):
        return Found(general=general)
    holds = [_holds(each, actor, "person" if n >= len(asked) else chosen.kind) for n, each in enumerate(known)]
    rarest = min(known, key=lambda each: each.places)
    if rarest.places <= RARE:
        few = Case.id.in_(_places(rarest.asked))
        rows, following, count, walked_on = _read_whole([few, *_chosen(chosen)], holds, actor, begun)
    else:
        rows, following, count, walked_on = _walk(_chosen(chosen), holds, actor, begun)
    places = _snippets([each.asked for each in known], rows, actor, chosen.kind)
    hits = [Hit(row, seen, places.get(row.id, ())) for row, seen in rows]
    return Found(hits, following, count, walked_on, general)


Rows = list[tuple[Case, bool]]
Page = tuple[Rows, str | None, int | None, bool]
_KEY = tuple_(Case.submitted_at, Case.id)
Begun = tuple[datetime, int] | None
Conditions = Sequence[ColumnElement[bool]]


def _beyond(begun: Begun) -> ColumnElement[bool]:
    if begun is None:
        return true()
    return tuple_(literal(begun[0], Case.submitted_at.type), literal(begun[1])) > _KEY


def _read_whole(chosen: Conditions, holds: Conditions, actor: Actor, begun: Begun) -> Page:
    """The page out of the cases that hold a rare word, with how many they are."""
    all_of_them = select(Case.id.label("id"), func.count().over().label("count")).where(*chosen, *holds).subquery()
    statement = (
        select(Case, access.is_visible(actor), all_of_them.c.count)
        .join(all_of_them, all_of_them.c.id == Case.id)
        .where(_beyond(begun))
        .options(joinedload(Case.unit))
        .order_by(Case.submitted_at.desc(), Case.id.desc())
        .limit(PAGE + 1)
    )
    found = session.execute(statement).all()
    rows = [(row, bool(seen)) for row, seen, _count in found[:PAGE]]
    following = _token(rows[-1][0]) if len(found) > PAGE else None
    return rows, following, found[0][2] if found else 0, False


def _walk(chosen: Conditions, holds: Conditions, actor: Actor, begun: Begun) -> Page:
    """The page out of the next cases in order, asked one by one until it is full or so many have been asked."""
    in_order = (Case.submitted_at.desc(), Case.id.desc())
    last = session.execute(
        select(Case.submitted_at, Case.id).where(*chosen, _beyond(begun)).order_by(*in_order).offset(WALKED - 1).limit(1)
    ).one_or_none()
    statement = select(Case, access.is_visible(actor)).where(*chosen, *holds, _beyond(begun))
    if last is not None:
        until = tuple_(literal(last[0], Case.submitted_at.type), literal(last[1]))
        statement = statement.where(until <= _KEY)
    found = session.execute(statement.options(joinedload(Case.unit)).order_by(*in_order).limit(PAGE + 1)).all()
    rows = [(row, bool(seen)) for row, seen in found[:PAGE]]
    if len(found) > PAGE:
        return rows, _token(rows[-1][0]), None, False
    count = len(rows) if last is None and begun is None else None
    return rows, cursor(last[0], last[1]) if last and last[0] else None, count, last is not None


def _token(row: Case) -> str:
    assert row.submitted_at is not None
    return cursor(row.submitted_at, row.id)


def _snippets(asked: Sequence[Asked], rows: Rows, actor: Actor, kind: str) -> Mapping[int, Sequence[Snippet]]:
    """The places in the cases of the page. Of a secret case none is shown here: it is read on its own page, which is logged."""
    words = [each for each in asked if not each.amounts]
    told = [row.id for row, seen in rows if seen and not row.is_secret]
    public = [row.id for row, seen in rows if not seen or row.is_secret]
    if not words or not rows:
        return {}
    start = case((SearchPosting.position > _BEFORE, SearchPosting.position - _BEFORE), else_=0)
    ranges = [each for one in words for each in one.ranges]
    hidden = SearchEntry.scope == "secret"  # that it is there is told to those who may read it; what it says on its own page
    label = case((hidden, literal(_("Sekretessmarkerad uppgift"))), else_=SearchEntry.label)
    shown = case((hidden, ""), else_=func.substr(SearchEntry.text, start + 1, _SNIPPET))
    scopes = ("open", "secret") if actor.may(Permission.READ_SECRET) else ("open",)
    statement = (
        select(SearchEntry.case_id, SearchEntry.id, SearchEntry.kind, label, shown, start)
        .join(SearchPosting, SearchPosting.entry_id == SearchEntry.id)
        .where(
            SearchPosting.case_id.in_([*told, *public]),
            SearchPosting.word_id.in_(select(SearchTerm.word_id).where(_in_ranges(SearchTerm.term, ranges))),
            or_(SearchEntry.scope == "register", and_(SearchEntry.scope.in_(scopes), SearchEntry.case_id.in_(told))),
            SearchEntry.kind != "title",  # stands in the row itself
            SearchEntry.kind.in_(KINDS[kind]) if kind in KINDS else true(),
        )
        .order_by(SearchEntry.case_id, SearchEntry.id, SearchPosting.position)
        .limit(_MOST_PLACES)
    )
    found: dict[int, dict[int, Snippet]] = defaultdict(dict)
    for case_id, entry_id, entry_kind, said, text, begins in session.execute(statement):
        of_case = found[case_id]
        if entry_kind != "number" and (entry_id in of_case or len(of_case) < SNIPPETS):
            snippet = Snippet(said, pieces(_trimmed(text, begins), tuple(words)))
            if entry_id not in of_case or _marks(snippet) > _marks(of_case[entry_id]):  # where most of the words stand
                of_case[entry_id] = snippet
    return {case_id: list(each.values()) for case_id, each in found.items()}


def _marks(snippet: Snippet) -> int:
    return sum(marked for _text, marked in snippet.runs)


def _trimmed(text: str, begins: int) -> str:
    """A piece of a text without the half words at its ends."""
    piece = " ".join(text.split())
    if begins and " " in piece[:30]:
        piece = "… " + piece.split(" ", 1)[1]
    if len(text) == _SNIPPET and " " in piece[-30:]:
        piece = piece.rsplit(" ", 1)[0] + " …"
    return piece


def titled(hit: Hit, asked: Sequence[Asked]) -> list[tuple[str, bool]]:
    """The title of a hit in runs, with whether each was asked for."""
    return pieces(hit.title, tuple(each for each in asked if not each.amounts))
