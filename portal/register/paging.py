"""Keyset paging over cases, newest first: a page begins after the last row of the one before, never at an offset."""

import re
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_

from portal.db import session
from portal.errors import Invalid
from portal.register.models import Case
from portal.text import _

PAGE = 50
COUNTED = 1_000  # beyond this a count costs more than it tells
_NUMBER = re.compile(r"(?:([A-Za-zÅÄÖåäö]{1,10})[\s\u00a0-]*)?(\d{4})(?:/(\d{1,9})?)?")

Statement = TypeVar("Statement", bound="Select[*tuple[Any, ...]]")


def token(case: Case) -> str:
    """Where the next page begins: after ``case``."""
    return f"{case.submitted_at.isoformat() if case.submitted_at else ''}_{case.id}"


def after(statement: Statement, raw: str) -> Statement:
    """``statement`` over submitted cases, newest first, from the row after the one the token names.

    Raises Invalid for a token that this module did not make.
    """
    newest = statement.order_by(Case.submitted_at.desc(), Case.id.desc()).limit(PAGE + 1)
    if not raw:
        return newest
    moment, _sep, number = raw.partition("_")
    try:
        at, last = datetime.fromisoformat(moment), int(number)
    except ValueError:
        raise Invalid({"": _("Sidan kan inte visas. Börja om från listans början.")}) from None
    if at.tzinfo is None:
        raise Invalid({"": _("Sidan kan inte visas. Börja om från listans början.")})
    return newest.where(tuple_(Case.submitted_at, Case.id) < tuple_(literal(at, Case.submitted_at.type), literal(last)))


def counted(statement: "Select[*tuple[Any, ...]]") -> int:
    """How many rows, exact to 1 000; 1 001 means more."""
    ids = statement.with_only_columns(Case.id).order_by(None).limit(COUNTED + 1)
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


def uuid_of(raw: str) -> UUID | None:
    """A public id from an address; None when it is none, so that the filter finds nothing rather than everything."""
    try:
        return UUID(raw)
    except ValueError:
        return None
