"""Keyset paging over cases and their own, newest first: a page begins after the last row before, never at an offset."""

import re
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from portal.db import session
from portal.errors import Invalid
from portal.paging import cursor, read_cursor
from portal.register.models import Case
from portal.text import _

PAGE = 50
COUNTED = 1_000  # beyond this a count costs more than it tells
_NUMBER = re.compile(r"(?:([A-Za-zÅÄÖåäö]{1,10})[\s\u00a0-]*)?(\d{4})(?:/(\d{1,9})?)?")

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
) -> Statement:
    """``statement``, newest first by ``at`` and ``row_id``, from the row after the one the token names.

    Raises Invalid for a token that the portal did not make.
    """
    newest = statement.order_by(at.desc(), row_id.desc()).limit(PAGE + 1)
    if not raw:
        return newest
    key = read_cursor(raw)
    if key is None:
        raise Invalid({"": _("Sidan kan inte visas. Börja om från listans början.")})
    return newest.where(tuple_(at, row_id) < tuple_(literal(key[0], at.type), literal(key[1])))


def counted(statement: "Select[*tuple[Any, ...]]", row_id: InstrumentedAttribute[int] = Case.id) -> int:
    """How many rows, exact to 1 000; 1 001 means more."""
    ids = statement.with_only_columns(row_id).order_by(None).limit(COUNTED + 1)
    return session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def count_words(count: int, one: str, many: str) -> str:
    """``1 ärende``, ``37 ärenden``, ``fler än 1 000 ärenden``."""
    if count > COUNTED:
        return _("fler än 1\u00a0000 %(things)s", things=many)
    return f"{count}\u00a0{one if count == 1 else many}"


def asked_for(text: str) -> ColumnElement[bool] | None:
    """The condition that a typed number means: a whole number, its beginning, or one in another register.

    ``KS 2026/0012``, ``2026/12``, ``KS 2026/``, ``2026``; None when the text is no case number.
    """
    wanted = " ".join(text.replace("\u00a0", " ").split())
    match = _NUMBER.fullmatch(wanted)
    if not match:
        return None
    prefix, year, serial = match.groups()
    parts: list[ColumnElement[bool]] = [Case.year == int(year)]
    if serial:
        parts.append(Case.serial == int(serial))
    if prefix:
        start = f"{prefix.upper()}\u00a0"
        parts.append(and_(Case.number >= start, Case.number < start + "\uffff"))
    return or_(and_(*parts), Case.external_number == wanted)


def matching(typed: str, title: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The condition for a typed search: a case number (or its beginning), else words of ``title``, taken literally."""
    number = asked_for(typed)
    return title.icontains(typed, autoescape=True) if number is None else number


def uuid_of(raw: str) -> UUID | None:
    """A public id from an address; None when it is none, so that the filter finds nothing rather than everything."""
    try:
        return UUID(raw)
    except ValueError:
        return None
