"""Working material of a case: drafts never sent, files never enclosed, comments from before the registration, and what is
said in its conversation.

It is no allmän handling unless it is kept with the case when that is archived (2 kap. 12 § tryckfrihetsförordningen): what
adds facts is kept, the rest may be cleaned out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, exists, or_, select, type_coerce
from sqlalchemy.orm import aliased

from portal import clock
from portal.archive.models import Cleaning
from portal.conversation import queries as conversation
from portal.conversation.circles import WORDS, Audience
from portal.conversation.models import Message
from portal.db import session
from portal.documents.models import Document
from portal.funding_requests.attachments import ATTACHED, SOURCE
from portal.funding_requests.models import FundingRequest, RequestVersion
from portal.funding_requests.queries import SENT_BACK, request_of
from portal.months import in_full
from portal.register.models import Case, CaseFact
from portal.text import _

DRAFT, COMMENT, MESSAGE = "draft", "comment", "message"
FILES = (ATTACHED, SOURCE)
KEEP, CLEAN = "keep", "clean"
MESSAGES_AT_ONCE = 100
"""Messages gone through at a time, the oldest first: the rest are asked about when these are done."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of working material: what it is and where it came from, in words. ``proposed`` is what stands chosen."""

    kind: str
    id: UUID
    name: str
    detail: str
    sha256: str
    proposed: str = KEEP


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _never_enclosed(case_id: Any) -> ColumnElement[bool]:
    """Of a ``Document``: handed in with the case of that row id, named by no submitted version of its request, and no
    masked copy has been made of it, which would have been given out."""
    request, version, copy = aliased(FundingRequest), aliased(RequestVersion), aliased(Document)
    named = exists().where(
        request.case_id == case_id,
        version.funding_request_id == request.id,
        type_coerce(version.content, Text).contains(Document.sha256),
    )
    masked = exists().where(copy.original_id == Document.id)
    return and_(Document.case_id == case_id, Document.kind.in_(FILES), Document.source_id.is_(None), ~named, ~masked)


def _files(case: Case) -> list[Piece]:
    words = {ATTACHED: _("Bilaga som inte skickades in."), SOURCE: _("Dokument som lästes in.")}
    files = session.scalars(select(Document).where(_never_enclosed(case.id)).order_by(Document.id))
    return [
        Piece(file.kind, file.public_id, file.filename, f"{words[file.kind]} {file.source_note}", file.sha256) for file in files
    ]


def _draft(case: Case, draft: Mapping[str, Any]) -> Piece:
    title = " ".join(str(draft.get("title", "")).split()) or _("Utkast utan rubrik")
    digest = _digest(json.dumps(draft, ensure_ascii=False, sort_keys=True))
    return Piece(DRAFT, case.public_id, title, _("Utkast till en komplettering som inte skickades in."), digest, CLEAN)


def pieces(case: Case) -> list[Piece]:
    """The working material of the case that nobody has decided on yet."""
    found, draft = _files(case), request_of(case).draft
    if draft:
        found.append(_draft(case, draft))
    facts = select(CaseFact).where(CaseFact.case_id == case.id, CaseFact.kind == SENT_BACK).order_by(CaseFact.id)
    said = _("Kommentar från närmaste chef före registreringen.")
    found += [Piece(COMMENT, fact.public_id, fact.text, said, _digest(fact.text)) for fact in session.scalars(facts)]
    rows = session.execute(
        select(Cleaning.object_id, Cleaning.sha256).where(Cleaning.case_id == case.id, Cleaning.kind != MESSAGE)
    )
    decided = {(row.object_id, row.sha256) for row in rows}
    return [each for each in found if (each.id, each.sha256) not in decided] + _messages(case)


def _messages(case: Case) -> list[Piece]:
    """What was said, as it was written: nobody changes it, so each is decided on once."""
    undecided = ~exists().where(Cleaning.case_id == case.id, Cleaning.object_id == Message.public_id)
    words = {"question": _("Fråga"), "answer": _("Svar"), "comment": _("Kommentar")}
    return [
        Piece(
            MESSAGE,
            message.public_id,
            message.text,
            _(
                "%(kind)s i samtalet, %(who)s %(day)s. Syns för: %(circle)s.",
                kind=words[message.kind],
                who=person.title or person.name,
                day=in_full(clock.local_date(message.at)),
                circle=_(WORDS[Audience(message.audience)]).lower(),
            ),
            _digest(message.text),
        )
        for message, person in conversation.of_case(case, undecided, most=MESSAGES_AT_ONCE)
    ]


def has_material(case_id: Any) -> ColumnElement[bool]:
    """Whether the case has working material that nobody has decided on, as a column of a statement about it."""
    decided = Cleaning.case_id == case_id
    files = exists().where(_never_enclosed(case_id), ~exists().where(decided, Cleaning.object_id == Document.public_id))
    request = aliased(FundingRequest)
    written = exists().where(request.case_id == case_id, request.draft.is_not(None), cast(request.draft, Text) != "null")
    comments = exists().where(
        CaseFact.case_id == case_id,
        CaseFact.kind == SENT_BACK,
        ~exists().where(decided, Cleaning.object_id == CaseFact.public_id),
    )
    said = exists().where(Message.case_id == case_id, ~exists().where(decided, Cleaning.object_id == Message.public_id))
    return or_(files, and_(written, ~exists().where(decided, Cleaning.kind == DRAFT)), comments, said)
