"""Keyset paging over cases and their own, newest first: a page begins after the last row before, never at an offset."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    false,
    func,
    literal,
    literal_column,
    not_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, QueryableAttribute

from portal.clock import midnight
from portal.db import session
from portal.errors import Invalid
from portal.paging import cursor, day_of, read_cursor
from portal.register.models import Case
from portal.text import _

PAGE = 50
MOST_IN_FILE = 20_000
"""Rows of a list that are handed out as a file; more than that is a question to narrow."""
MOST_PRINTED = 5_000
"""Rows of a list that are printed: so many take some seconds, and nobody reads more on paper."""
COUNTED = 1_000  # beyond this a count costs more than it tells
FEWEST_LETTERS = 3  # of a word searched for: titles have no index of their parts
_NUMBER = re.compile(r"(?:([A-Za-zÅÄÖåäö]{1,10})[ \u00a0/.-]*)?(?:(\d{4})(?:[/.-](\d{1,9})?)?|(\d{1,9})/(\d{4}))")
_SEPARATORS = "\u00a0-/."

Statement = TypeVar("Statement", bound="Select[*tuple[Any, ...]]")


def token(case: Case) -> str:
    """Where the next page begins: after ``case``."""
    return cursor(case.submitted_at or case.created_at, case.id)


def after(
    statement: Statement,
    raw: str,
    *,
    at: "InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]" = Case.submitted_at,
    row_id: InstrumentedAttribute[int] = Case.id,
    most: int = PAGE,
) -> Statement:
    """``statement``, newest first by ``at`` and ``row_id``, from the row after the one the token names: ``most`` rows and
    one more, which says that there are more.

    Raises Invalid for a token that the portal did not make.
    """
    return _beyond(statement, raw, at, row_id).order_by(at.desc(), row_id.desc()).limit(most + 1)


def _beyond(statement: Statement, raw: str, at: InstrumentedAttribute[Any], row_id: InstrumentedAttribute[int]) -> Statement:
    if not raw:
        return statement
    key = read_cursor(raw)
    if key is None:
        raise Invalid({"": _("Sidan kan inte visas. Börja om från listans början.")})
    return statement.where(tuple_(at, row_id) < tuple_(literal(key[0], at.type), literal(key[1])))


def after_either(
    statement: Statement,
    either: Sequence[ColumnElement[bool]],
    raw: str,
    *,
    at: "InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]" = Case.submitted_at,
    row_id: InstrumentedAttribute[int] = Case.id,
    most: int = PAGE,
) -> Statement:
    """As ``after``, of the rows that meet one of ``either``, conditions that no row meets two of.

    Each condition is read along its own index in the list's order and the streams are merged, so that no more is read
    than the page needs; an OR of them would be read whole and sorted.
    """
    if len(either) == 1:
        return after(statement.where(either[0]), raw, at=at, row_id=row_id, most=most)
    keys = _beyond(statement, raw, at, row_id).with_only_columns(at.label("at"), row_id.label("id"))
    merged = union_all(*(keys.where(condition) for condition in either))
    page = merged.order_by(literal_column("at").desc(), literal_column("id").desc()).limit(most + 1).subquery("page")
    return statement.join(page, page.c.id == row_id).order_by(page.c.at.desc(), page.c.id.desc())


def counted(
    statement: "Select[*tuple[Any, ...]]",
    *,
    at: "InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]" = Case.submitted_at,
    row_id: InstrumentedAttribute[int] = Case.id,
    either: Sequence[ColumnElement[bool]] = (),
) -> int:
    """How many rows (that meet one of ``either``, as in ``after_either``), exact to 1 000; 1 001 means more.

    They are read along the index that the list is read along: then 1 001 rows are all that is read.
    """
    ids = statement.with_only_columns(row_id)
    if len(either) > 1:
        some: Select[int] | CompoundSelect[int] = union_all(*(ids.where(condition) for condition in either))
    else:
        some = ids.where(*either).order_by(at.desc(), row_id.desc())
    return session.scalar(select(func.count()).select_from(some.limit(COUNTED + 1).subquery("page"))) or 0


def within(statement: Statement, at: InstrumentedAttribute[datetime], first: str, last: str) -> Statement:
    """``statement`` from the first to the last Swedish day as typed; nothing where one of them is none."""
    begins, ends = day_of(first), day_of(last)
    if (first and begins is None) or (last and ends is None):
        return statement.where(false())
    if begins:
        statement = statement.where(at >= midnight(begins))
    if ends:
        statement = statement.where(at < midnight(ends + timedelta(days=1)))
    return statement


def whole(rows: Sequence[Any]) -> None:
    """Raises Invalid when ``rows`` are more than fit in a file."""
    if len(rows) > MOST_IN_FILE:
        raise Invalid({"": _("Urvalet är större än 20\u00a0000 rader. Välj år eller enhet och hämta det i delar.")})


def count_only(count: int) -> str:
    """``37``, ``fler än 1 000``."""
    return _("fler än 1\u00a0000") if count > COUNTED else str(count)


def count_words(count: int, one: str, many: str) -> str:
    """``1 ärende``, ``37 ärenden``, ``fler än 1 000 ärenden``."""
    if count > COUNTED:
        return _("fler än 1\u00a0000 %(things)s", things=many)
    return f"{count}\u00a0{one if count == 1 else many}"


def asked_for(text: str) -> list[ColumnElement[bool]]:
    """What a typed number means, as conditions for ``after_either``: a whole number or its beginning, or one in another
    register.

    ``KS 2026/0012``, ``KS-2026-0012``, ``KS 12/2026``, ``2026/12``, ``KS 2026/``, ``2026``; none where the text
    is no case number.
    """
    wanted = " ".join(text.replace("\u00a0", " ").split())
    match = _NUMBER.fullmatch(wanted)
    if not match:
        return []
    prefix, year, serial, serial_first, year_last = match.groups()
    year, serial = year or year_last, serial or serial_first
    parts: list[ColumnElement[bool]] = [Case.year == int(year)]
    if serial:
        parts.append(Case.serial == int(serial))
    if prefix:
        starts = [f"{prefix.upper()}{separator}" for separator in _SEPARATORS]
        parts.append(func.substr(Case.number, 1, len(prefix) + 1).in_(starts))  # the year's index keeps the order
    own = and_(*parts)
    return [own, and_(Case.external_number == wanted, not_(own))]


def too_short(typed: str) -> str | None:
    """Why nothing is searched for, in a sentence; None when something can be."""
    if not typed or len(typed) >= FEWEST_LETTERS or asked_for(typed):
        return None
    return _("Skriv minst tre tecken för att söka i rubriken.")


def matching(typed: str, title: QueryableAttribute[str]) -> list[ColumnElement[bool]]:
    """The conditions for a typed search, for ``after_either``: a case number (or its beginning), else words of ``title``,
    taken literally."""
    if too_short(typed):
        return [false()]
    return asked_for(typed) or [title.icontains(typed, autoescape=True)]


def uuid_of(raw: str) -> UUID | None:
    """A public id from an address; None when it is none, so that the filter finds nothing rather than everything."""
    try:
        return UUID(raw)
    except ValueError:
        return None
