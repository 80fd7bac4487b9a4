"""Who sees what: one function wraps every query over case data.

Draft: its author and named co-writers; with the nearest manager: that manager too. From the registration: they,
requesters of the same unit, decision makers, finance, registrar, archivist, auditor. Administrator: no case content.
Secret content: author and co-writers, whoever decided, stated or recorded, holders of the action now due, registrar,
archivist, auditor, persons named on the mark.
Copies are seen through the unit they were sent to (``dispatch``). What is not visible answers as unknown.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true

from portal.people.actor import Actor
from portal.people.permissions import UNIT_SCOPED, Permission
from portal.register.models import Case, CaseWriter, MarkReader, Part, Participation, SecrecyMark
from portal.settings import Settings, current_settings

Statement = TypeVar("Statement", bound="Select[*tuple[Any, ...]]")

_ACTED = (Part.DECISION_MAKER.value, Part.STATEMENT.value, Part.RECORDER.value, Part.MINUTES.value)
ON_THE_WHOLE = (SecrecyMark.source_id.is_(None), or_(SecrecyMark.line_label == "", SecrecyMark.hides_amount))
"""Marks that hide the whole case."""
ON_A_PART = (or_(SecrecyMark.source_id.is_not(None), SecrecyMark.line_label != ""), SecrecyMark.hides_amount.is_(False))
"""Marks that hide a line's label, or a document, and leave the rest of the case as it is."""


def _is_writer(actor: Actor) -> ColumnElement[bool]:
    return exists().where(CaseWriter.case_id == Case.id, CaseWriter.person_id == actor.person_id)


def _reads_submitted(actor: Actor) -> ColumnElement[bool]:
    if actor.may(Permission.READ_CASES):
        return true()
    units = actor.units(Permission.READ_UNIT_CASES)
    return Case.unit_id.in_(units) if units else false()


_Beside = tuple[tuple[Permission, Callable[[], ColumnElement[bool]]], ...]


def _also_due() -> _Beside:
    """What is due beside the turn, told by the package that knows; the register knows nothing of requests."""
    beside: Mapping[Permission, Callable[[], ColumnElement[bool]]] = current_app.extensions["also_due"]
    return tuple(beside.items())


def _turn_is(actor: Actor) -> ColumnElement[bool]:
    """The next act on the case is due from a role the actor holds."""
    anywhere = [p.value for p in Permission if p not in UNIT_SCOPED and actor.may(p)]
    units = actor.units(Permission.WRITE_REQUEST)
    due: ColumnElement[bool] = Case.turn.in_(anywhere) if anywhere else false()
    if units:
        due = or_(due, and_(Case.turn == Permission.WRITE_REQUEST.value, Case.unit_id.in_(units)))
    return or_(due, *(condition() for permission, condition in _also_due() if actor.may(permission)))


def _named(actor: Actor) -> ColumnElement[bool]:
    """Named on a mark on the whole case; a line whose amount is hidden hides it too."""
    return exists().where(
        SecrecyMark.case_id == Case.id,
        SecrecyMark.lifted_at.is_(None),
        *ON_THE_WHOLE,
        MarkReader.mark_id == SecrecyMark.id,
        MarkReader.person_id == actor.person_id,
    )


def _takes_part(actor: Actor) -> ColumnElement[bool]:
    """By role, by what they have done in the case, or since the next act is theirs."""
    if actor.may(Permission.READ_SECRET):
        return true()
    acted = exists().where(
        Participation.case_id == Case.id, Participation.person_id == actor.person_id, Participation.part.in_(_ACTED)
    )
    return or_(acted, _turn_is(actor))


def _reads_secret(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.may(Permission.READ_SECRET) else or_(_takes_part(actor), _named(actor))


def reads_parts(actor: Actor) -> ColumnElement[bool]:
    """The condition under which ``actor``, who sees a ``Case`` row, reads what marks on its lines and documents hide.

    The one rule for parts: as of a secret case. Who is named on the mark of one part reads that part (``reads_mark``).
    """
    return true() if actor.may(Permission.READ_SECRET) else or_(_is_writer(actor), _takes_part(actor))


def reads_mark(actor: Actor) -> ColumnElement[bool]:
    """The condition under which ``actor`` reads what a ``SecrecyMark`` row of a visible ``Case`` row hides."""
    named = exists().where(MarkReader.mark_id == SecrecyMark.id, MarkReader.person_id == actor.person_id)
    return or_(reads_parts(actor), named)


def _to_approve(actor: Actor) -> ColumnElement[bool]:
    """Not in the register yet, and with the nearest manager of the unit, who the actor is or stands in for."""
    units = actor.units(Permission.APPROVE_REQUEST)
    return and_(Case.turn == Permission.APPROVE_REQUEST.value, Case.unit_id.in_(units)) if units else false()


Whom = tuple[Actor, Settings, _Beside]


def whom(actor: Actor) -> Whom:
    """All that the conditions of this module follow from: who asks with which roles, and what the municipality has set.

    What is kept for it is what is asked, never what was answered: each request finds the roles in force anew.
    """
    return replace(actor, confirmed_at=None), current_settings(), _also_due()


def is_visible(actor: Actor) -> ColumnElement[bool]:
    """The condition under which ``actor`` sees the content of a ``Case`` row of the enclosing query."""
    return _is_visible(*whom(actor))


@lru_cache(maxsize=256)  # to put it together takes longer than to have it answered
def _is_visible(actor: Actor, _settings: Settings, _beside: _Beside) -> ColumnElement[bool]:
    submitted = and_(
        Case.number.is_not(None),
        or_(
            _reads_submitted(actor),
            _named(actor),
        ),
        or_(Case.is_secret.is_(False), _reads_secret(actor)),
    )
    # What the row itself answers stands first: for most rows nothing else is then asked.
    return or_(submitted, _to_approve(actor), _is_writer(actor))


def visible(statement: Statement, actor: Actor) -> Statement:
    """``statement`` (which selects from or joins ``Case``) narrowed to the cases whose content ``actor`` may see."""
    return statement.where(is_visible(actor))


def registered(statement: Statement, actor: Actor) -> Statement:
    """``statement`` narrowed to rows of the register (diariet), which is public: number, date and public title.

    Titles of secret cases are never shown from here: the caller prints ``public_title``.
    """
    if not actor.may(Permission.READ_REGISTER):
        return statement.where(false())
    # A case has its number from when it is submitted (CHECK numbered_when_submitted), which stands in the list's index.
    return statement.where(Case.submitted_at.is_not(None))


def find(public_id: Any, actor: Actor) -> Select[Case]:
    """The case with that public id, if ``actor`` may see it."""
    return visible(select(Case).where(Case.public_id == public_id), actor)
