"""The secrecy marks on a case as its page lists them (5 kap. 5 § OSL: provision, date, authority; and who, and until when)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from portal.people.actor import Actor
from portal.people.permissions import Permission
from portal.register import secrecy
from portal.register.models import Case, SecrecyMark
from portal.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One mark; ``what`` names no line or document that the reader may not read. ``change`` and ``lift`` are the addresses
    for the registrar, else empty."""

    what: str
    provision: str
    authority: str
    on: date
    by: str
    review_on: date | None
    confirmed: bool
    change: str
    lift: str


def marks_of(case: Case, actor: Actor) -> Sequence[Shown]:
    """The marks that stand, the oldest first; the names of documents are asked for where a document is marked."""
    keeps = actor.may(Permission.KEEP_REGISTER)
    found = []
    for mark, what in marks_named(case):
        where: dict[str, Any] = {"case_id": case.public_id, "mark": mark.public_id}
        found.append(
            Shown(
                what=what,
                provision=mark.provision,
                authority=mark.authority,
                on=mark.marked_on,
                by=mark.marked_by.name,
                review_on=mark.review_on,
                confirmed=mark.confirmed_at is not None,
                change=url_for("register.mark_secrecy", **where) if keeps else "",
                lift=url_for("register.lift_mark", **where) if keeps else "",
            )
        )
    return found


def marks_named(case: Case) -> Sequence[tuple[SecrecyMark, str]]:
    """The marks that stand, the oldest first, each with what it is on, to one who reads the case."""
    marks = secrecy.standing(case)
    named = {part.source_id: part.said for part in secrecy.parts(case)} if any(mark.source_id for mark in marks) else {}
    return [(mark, _what(mark, named.get(mark.source_id, "") if mark.source_id else "")) for mark in marks]


def _what(mark: SecrecyMark, document: str) -> str:
    if mark.source_id:
        return document or _("En handling")
    if not mark.line_label:
        return _("Hela ärendet")
    if mark.hides_amount:
        return _("Raden ”%(label)s” och dess belopp, och därför hela ärendet", label=mark.line_label)
    return _("Raden ”%(label)s”", label=mark.line_label)
