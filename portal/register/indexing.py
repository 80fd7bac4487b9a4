"""Writing what search looks in, in the transaction of what it tells of: only what differs from what is there.

What the texts of a case are is told by the package that knows them all (``desk.indexed``).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.db import Base, hold_name, is_sqlite, session
from portal.register.search_models import SearchAmount, SearchEntry, SearchPosting
from portal.register.terms import composed, phrase, stem, terms, tokens, word_id

LONGEST_TEXT = 200_000  # characters of one text that are looked in
# As tables: rows are written by the hundred, and none of them is ever an object.
_ENTRIES, _TERMS, _POSTINGS = (Base.metadata.tables[each] for each in ("search_entry", "search_term", "search_posting"))
_AT_A_TIME = 400  # values in one statement


@dataclass(frozen=True, slots=True)
class Entry:
    """A text to look in. ``text`` None: as it was indexed before, if it was (a file, which is read after commit)."""

    kind: str
    source: str
    scope: str
    label: str
    text: str | None


@dataclass(frozen=True, slots=True)
class AmountOf:
    """An amount to look for, kronor."""

    what: str
    amount: int
    scope: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of an entry that is there."""

    id: int
    scope: str
    label: str
    digest: str


Key = tuple[str, str]


def note_acted_on(case_id: int) -> None:
    """Have the case indexed when the transaction ends."""
    session.info.setdefault("acted_on", set()).add(case_id)


def acted_on() -> Collection[int]:
    """The cases acted on in this transaction, once."""
    found: set[int] = session.info.pop("acted_on", set())
    return sorted(found)


def held(case_id: int) -> Mapping[Key, Held]:
    """The entries of a case, without their texts."""
    columns = (SearchEntry.kind, SearchEntry.source, SearchEntry.id, SearchEntry.scope, SearchEntry.label, SearchEntry.digest)
    rows = session.execute(select(*columns).where(SearchEntry.case_id == case_id))
    return {(kind, source): Held(row_id, scope, label, digest) for kind, source, row_id, scope, label, digest in rows}


def index(case_id: int, entries: Iterable[Entry], amounts: Iterable[AmountOf], there: Mapping[Key, Held]) -> None:
    """Make the case found by ``entries`` and ``amounts``, and by nothing else. ``there`` is what ``held`` told."""
    wanted = {(entry.kind, entry.source): entry for entry in entries}
    gone = [each.id for key, each in there.items() if key not in wanted]
    if gone:
        _unpost(case_id, gone)
        session.execute(delete(SearchEntry).where(SearchEntry.id.in_(gone)))
    add(case_id, wanted.values(), there)
    _keep_amounts(case_id, amounts)


def add(case_id: int, entries: Iterable[Entry], there: Mapping[Key, Held]) -> None:
    """Make the case found by these too: new ones, or ones that have another text now."""
    new: list[dict[str, object]] = []
    written: list[tuple[int, str]] = []
    for entry in entries:
        known = there.get((entry.kind, entry.source))
        values: dict[str, object] = {"scope": entry.scope, "label": entry.label}
        text = None if entry.text is None else _kept(entry.text)
        if text is not None:
            values |= {"text": text, "digest": _digest(text)}
        is_other = text is not None and (known is None or known.digest != values["digest"])
        if is_other and text is not None:
            values["folded"] = phrase(text)
        if known is None and text is not None:
            new.append({"case_id": case_id, "kind": entry.kind, "source": entry.source, **values})
        elif known and (is_other or (known.scope, known.label) != (entry.scope, entry.label)):
            session.execute(update(SearchEntry).where(SearchEntry.id == known.id).values(**values))
            if is_other and text is not None:
                _unpost(case_id, [known.id])
                written.append((known.id, text))
    if new:
        rows = session.execute(_ENTRIES.insert().returning(_ENTRIES.c.id, _ENTRIES.c.text), new)
        written += [(entry_id, text) for entry_id, text in rows]
    _post(case_id, written)


def digest_of(text: str) -> str:
    """What an entry with that text is held with."""
    return _digest(_kept(text))


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()


def _kept(text: str) -> str:
    return composed(text)[:LONGEST_TEXT].replace("\x00", " ")


def _unpost(case_id: int, entries: Sequence[int]) -> None:
    session.execute(delete(SearchPosting).where(SearchPosting.case_id == case_id, SearchPosting.entry_id.in_(entries)))


def _post(case_id: int, written: Iterable[tuple[int, str]]) -> None:
    """Note where the words of the texts stand."""
    postings = []
    words: set[str] = set()
    for entry_id, text in written:
        first: dict[str, int] = {}
        for word, start, _end in tokens(text):
            first.setdefault(stem(word), start)
        words |= first.keys()
        postings += [
            {"case_id": case_id, "word_id": word_id(word), "entry_id": entry_id, "position": position}
            for word, position in first.items()
        ]
    if postings:
        _learn(words)
        session.execute(_POSTINGS.insert(), postings)


def _learn(words: Iterable[str]) -> None:
    """Note the words that no case has held before, with what they are looked up under. One transaction does so at a time, so
    that no two wait for each other; acts come here last, holding the head of the log."""
    numbers = {word_id(word): word for word in words}
    asked = sorted(numbers)
    for begin in range(0, len(asked), _AT_A_TIME):
        some = asked[begin : begin + _AT_A_TIME]
        for number in session.scalars(select(_TERMS.c.word_id).where(_TERMS.c.word_id.in_(some)).distinct()):
            del numbers[number]
    rows = sorted({(term, number) for number, word in numbers.items() for term in terms(word)})
    if rows:
        hold_name("search terms")
        make = sqlite.insert if is_sqlite() else postgresql.insert
        session.execute(make(_TERMS).on_conflict_do_nothing(), [{"term": term, "word_id": number} for term, number in rows])


def _keep_amounts(case_id: int, amounts: Iterable[AmountOf]) -> None:
    wanted = {(each.amount, each.what): each.scope for each in amounts}
    rows = session.execute(
        select(SearchAmount.amount, SearchAmount.what, SearchAmount.scope).where(SearchAmount.case_id == case_id)
    )
    there = {(amount, what): scope for amount, what, scope in rows}
    new = {key: scope for key, scope in wanted.items() if there.get(key) != scope}
    if there.keys() - wanted.keys() or there.keys() & new.keys():
        session.execute(delete(SearchAmount).where(SearchAmount.case_id == case_id))
        new = wanted
    if new:
        session.execute(
            insert(SearchAmount),
            [{"case_id": case_id, "amount": kronor, "what": what, "scope": scope} for (kronor, what), scope in new.items()],
        )
