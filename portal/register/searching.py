"""The search over everything: which cases hold all that was typed, newest first, and where in them it stands.

Two ways to the same answer, chosen by how often the rarest of what was typed occurs. A rare word's cases are few: they are
read whole, counted exactly and sorted. Where every word is common, the cases are walked newest first instead and asked whether
they hold them, so many at a time; then the next page begins where that ended. So no search reads more as the cases grow.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from portal import clock
from portal.db import session
from portal.errors import Invalid
from portal.paging import cursor, read_cursor, year_of
from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register import search_statements as statements
from portal.register.models import Case
from portal.register.paging import uuid_of
from portal.register.search_statements import Part, Shape
from portal.register.search_words import Asked, Marker, read
from portal.settings import current_settings
from portal.text import _

PAGE = 20
RARE = 2_000  # places where a word stands that are read whole
WALKED = 2_000  # cases that are asked at a time, where every word is common
MOST_WORDS = 500  # words that begin alike; of more only whole words and last parts are meant
FEW = 8  # words that answer to what was typed
SNIPPETS = 3  # shown of a case

KINDS: Mapping[str, tuple[str, ...]] = {
    "rubrik": ("number", "title", "sender"),
    "text": ("request",),
    "beslut": (
        "decision",
        "condition",
        "statement",
        "hand_over",
        "minutes",
        "completion",
        "redistribution",
        "report",
        "effect",
        "interim_report",
        "fact",
    ),
    "handling": ("document", "file", "file_name"),
    "person": ("person",),
    "belopp": ("amount",),
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
        whole = self.readable and not self.case.is_marked
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


@dataclass(frozen=True, slots=True)
class _Known:
    """What was asked for, with how many words answer to it and in how many places they stand."""

    asked: Asked
    words: int
    places: int
    general: bool = False

    def part(self, kinds: tuple[str, ...] | None) -> Part:
        """Its shape, in those kinds of text."""
        return Part(len(self.asked.ranges), bool(self.asked.phrase), self.words <= FEW, kinds)


def _known(asked: Sequence[Asked]) -> list[_Known]:
    """As far as it is worth counting; one statement."""
    parts = tuple(Part(len(each.ranges)) for each in asked)
    row = session.execute(statements.counting(parts, MOST_WORDS, RARE), statements.values(asked)).one()
    return [_Known(each, row[2 * n], row[2 * n + 1]) for n, each in enumerate(asked)]


def _narrowed(asked: Sequence[Asked]) -> list[_Known]:
    """The same, where a beginning that too many words share is narrowed to whole words and last parts."""
    known = _known(asked)
    if all(each.words <= MOST_WORDS for each in known):
        return known
    general = {each.asked.typed for each in known if each.words > MOST_WORDS}
    narrowed = [replace(each, ranges=each.exact) if each.typed in general else each for each in asked]
    return [replace(each, general=each.asked.typed in general) for each in _known(narrowed)]


def search(actor: Actor, asked: Sequence[Asked], chosen: Filters) -> Found:
    """One page of the cases that hold all that was asked for. Raises Invalid for a page token that is none."""
    begun = read_cursor(chosen.after) if chosen.after else None
    if chosen.after and begun is None:
        raise Invalid({"": _("Sidan kan inte visas. Börja om från listans början.")})
    known = _narrowed([*asked, *read(chosen.person).asked])
    general = [each.asked.typed for each in known if each.general]
    if not all(each.places for each in known):
        return Found(general=general)
    kinds = KINDS.get(chosen.kind, ()) if chosen.kind else None
    parts = tuple(each.part(kinds if n < len(asked) else KINDS["person"]) for n, each in enumerate(known))
    filled = statements.values([each.asked for each in known])
    filled |= {"year": year_of(chosen.year), "unit": uuid_of(chosen.unit), "status": chosen.status}
    shape = Shape(parts, PAGE, year=bool(chosen.year), unit=bool(chosen.unit), status=bool(chosen.status), begun=bool(begun))
    if begun:
        filled |= {"begun_at": begun[0], "begun_id": begun[1]}
    rarest = min(range(len(known)), key=lambda n: known[n].places)
    if known[rarest].places <= RARE:
        rows, following, count, walked_on = _read_whole(actor, replace(shape, rarest=rarest), filled)
    else:
        rows, following, count, walked_on = _walk(actor, shape, filled)
    places = _snippets(known[: len(asked)], parts, rows, filled, (actor.may(Permission.READ_SECRET), kinds))
    hits = [Hit(row, seen, places.get(row.id, ())) for row, seen in rows]
    return Found(hits, following, count, walked_on, general)


Rows = list[tuple[Case, bool]]
Page = tuple[Rows, str | None, int | None, bool]


def _read_whole(actor: Actor, shape: Shape, filled: Mapping[str, Any]) -> Page:
    """The page out of the cases that hold a rare word, with how many they are."""
    statement = statements.whole(replace(actor, confirmed_at=None), clock.today(), current_settings(), shape)
    found = session.execute(statement, filled).all()
    rows = [(row, bool(seen)) for row, seen, _count in found[:PAGE]]
    following = _token(rows[-1][0]) if len(found) > PAGE else None
    return rows, following, found[0][2] if found else 0, False


def _walk(actor: Actor, shape: Shape, filled: Mapping[str, Any]) -> Page:
    """The page out of the next cases in order, asked one by one until it is full or so many have been asked."""
    at, asked = session.execute(statements.last_of(replace(shape, parts=()), WALKED), filled).one()
    last = (at, 0) if asked == WALKED else None  # before every case of that instant
    if last is not None:
        filled = {**filled, "until_at": last[0], "until_id": last[1]}
        shape = replace(shape, until=True)
    statement = statements.walked(replace(actor, confirmed_at=None), clock.today(), current_settings(), shape)
    found = session.execute(statement, filled).all()
    rows = [(row, bool(seen)) for row, seen in found[:PAGE]]
    if len(found) > PAGE:
        return rows, _token(rows[-1][0]), None, False
    count = len(rows) if last is None and not shape.begun else None
    return rows, cursor(last[0], last[1]) if last else None, count, last is not None


def _token(row: Case) -> str:
    assert row.submitted_at is not None
    return cursor(row.submitted_at, row.id)


def _snippets(
    known: Sequence[_Known],
    parts: Sequence[Part],
    rows: Rows,
    filled: Mapping[str, Any],
    reads: tuple[bool, tuple[str, ...] | None],
) -> Mapping[int, Sequence[Snippet]]:
    """The places in the cases of the page. Of a secret case none is shown here: it is read on its own page, which is logged.

    ``reads``: whether marked parts too, and in which kinds of text.
    """
    words = tuple((n, part) for n, part in enumerate(parts[: len(known)]) if part.ranges)
    if not words or not rows:
        return {}
    told = [row.id for row, seen in rows if seen and not row.is_secret]
    secret, kinds = reads
    statement = statements.snippets(words, kinds, secret, _("Sekretessmarkerad uppgift"))
    marker = Marker([each.asked for each in known if not each.asked.amounts])
    found: dict[int, dict[int, Snippet]] = defaultdict(dict)
    for case_id, entry_id, _kind, said, text, begins in session.execute(
        statement, {**filled, "cases": [row.id for row, _seen in rows], "told": told}
    ):
        of_case = found[case_id]
        if entry_id in of_case or len(of_case) < SNIPPETS:
            snippet = Snippet(said, marker.pieces(_trimmed(text, begins)))
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
    if len(text) == statements.SNIPPET and " " in piece[-30:]:
        piece = piece.rsplit(" ", 1)[0] + " …"
    return piece
