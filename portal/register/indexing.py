"""Writing what search looks in, in the transaction of what it tells of: only what differs from what is there.

What the texts of a case are is told by the package that knows them all (``desk.indexed``).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from portal.db import is_sqlite, session
from portal.register.search_models import SearchAmount, SearchEntry, SearchPosting, SearchTerm
from portal.register.terms import composed, phrase, stem, terms, tokens, word_id

LONGEST_TEXT = 200_000  # characters of one text that are looked in
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
    for key, entry in wanted.items():
        _keep(case_id, entry, there.get(key))
    _keep_amounts(case_id, amounts)


def add(case_id: int, entry: Entry, there: Mapping[Key, Held]) -> None:
    """Make the case found by one more entry, or by another text of one that it has."""
    _keep(case_id, entry, there.get((entry.kind, entry.source)))


def _keep(case_id: int, entry: Entry, known: Held | None) -> None:
    if entry.text is None:
        if known and (known.scope, known.label) != (entry.scope, entry.label):
            _change(known.id, scope=entry.scope, label=entry.label)
        return
    text = composed(entry.text)[:LONGEST_TEXT].replace("\x00", " ")
    digest = blake2b(text.encode(errors="replace"), digest_size=16).hexdigest()
    if known and known.digest == digest:
        if (known.scope, known.label) != (entry.scope, entry.label):
            _change(known.id, scope=entry.scope, label=entry.label)
        return
    values = {"scope": entry.scope, "label": entry.label, "text": text, "folded": phrase(text), "digest": digest}
    if known:
        _unpost(case_id, [known.id])
        _change(known.id, **values)
        entry_id = known.id
    else:
        new = insert(SearchEntry).values(case_id=case_id, kind=entry.kind, source=entry.source, **values)
        entry_id = session.execute(new.returning(SearchEntry.id)).scalar_one()
    _post(case_id, entry_id, text)


def _change(entry_id: int, **values: str) -> None:
    session.execute(update(SearchEntry).where(SearchEntry.id == entry_id).values(**values))


def _unpost(case_id: int, entries: Sequence[int]) -> None:
    session.execute(delete(SearchPosting).where(SearchPosting.case_id == case_id, SearchPosting.entry_id.in_(entries)))


def _post(case_id: int, entry_id: int, text: str) -> None:
    first: dict[str, int] = {}
    for word, start, _end in tokens(text):
        first.setdefault(stem(word), start)
    if not first:
        return
    _learn(first)
    session.execute(
        insert(SearchPosting),
        [
            {"case_id": case_id, "word_id": word_id(word), "entry_id": entry_id, "position": position}
            for word, position in first.items()
        ],
    )


def _learn(words: Iterable[str]) -> None:
    """Note the words that no case has held before, with what they are looked up under; in one order, so that no two wait
    for each other."""
    numbers = {word_id(word): word for word in words}
    asked = sorted(numbers)
    for begin in range(0, len(asked), _AT_A_TIME):
        some = asked[begin : begin + _AT_A_TIME]
        known = session.scalars(select(SearchTerm.word_id).where(SearchTerm.word_id.in_(some)).distinct()).all()
        for number in known:
            del numbers[number]
    rows = sorted({(term, number) for number, word in numbers.items() for term in terms(word)})
    if rows:
        make = sqlite.insert if is_sqlite() else postgresql.insert
        statement = make(SearchTerm).on_conflict_do_nothing()
        session.execute(statement, [{"term": term, "word_id": number} for term, number in rows])


def _keep_amounts(case_id: int, amounts: Iterable[AmountOf]) -> None:
    wanted = {(each.amount, each.what): each.scope for each in amounts}
    rows = session.execute(
        select(SearchAmount.amount, SearchAmount.what, SearchAmount.scope).where(SearchAmount.case_id == case_id)
    )
    there = {(amount, what): scope for amount, what, scope in rows}
    if there == wanted:
        return
    session.execute(delete(SearchAmount).where(SearchAmount.case_id == case_id))
    if wanted:
        session.execute(
            insert(SearchAmount),
            [{"case_id": case_id, "amount": kronor, "what": what, "scope": scope} for (kronor, what), scope in wanted.items()],
        )
