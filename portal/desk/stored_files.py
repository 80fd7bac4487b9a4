"""How it stands with the stored files: what is in quarantine, what is damaged, and when all of them were last read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, literal_column, or_, select

from portal.db import session
from portal.documents.models import Document, FileDamage, FileScan, FileScrub, SealedFile
from portal.people.actor import Actor
from portal.register.access import visible
from portal.register.models import Case
from portal.settings import current_settings
from portal.text import _

MOST = 100
# In the words of the index: a bound value would keep the planner from it.
_QUARANTINED: ColumnElement[bool] = literal_column("file_scan.verdict = 'quarantined'")


@dataclass(frozen=True, slots=True)
class InQuarantine:
    """A file, with the cases that have it as far as the person may see them; ``name`` is left out where a mark may hide it."""

    signature: str
    at: datetime
    cases: Sequence[tuple[Case, str]]


@dataclass(frozen=True, slots=True)
class Damaged:
    """A file that is missing or not what it was, by its SHA-256."""

    sha256: str
    at: datetime
    cases: Sequence[tuple[Case, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The page. ``scanned`` is whether a scanner is set up; ``read_at`` when all files had last been read, and how many."""

    quarantined: Sequence[InQuarantine]
    damaged: Sequence[Damaged]
    scanned: bool
    read_at: datetime | None
    files: int


def quarantined() -> "Select[str]":
    """The files in quarantine that a document still names."""
    return select(FileScan.sha256).where(_QUARANTINED, exists().where(Document.sha256 == FileScan.sha256))


def damaged() -> "Select[str]":
    """The files that are known to be damaged."""
    return select(FileDamage.sha256)


def standing(actor: Actor) -> Standing:
    """How it stands now; four statements."""
    found = session.scalars(
        select(FileScan).where(FileScan.sha256.in_(quarantined())).order_by(FileScan.sha256).limit(MOST)
    ).all()
    lost = session.scalars(select(FileDamage).order_by(FileDamage.sha256).limit(MOST)).all()
    cases = _cases([*(each.sha256 for each in found), *(each.sha256 for each in lost)], actor)
    last = (
        session.scalars(select(FileScrub).where(FileScrub.done_at.is_not(None)).order_by(FileScrub.done_at.desc()).limit(1))
    ).one_or_none()
    return Standing(
        quarantined=sorted(
            (InQuarantine(each.signature, each.scanned_at, cases.get(each.sha256, ())) for each in found),
            key=lambda each: each.at,
            reverse=True,
        ),
        damaged=[Damaged(each.sha256, each.found_at, cases.get(each.sha256, ())) for each in lost],
        scanned=current_settings().scanner is not None,
        read_at=last.done_at if last else None,
        files=last.files if last else 0,
    )


def _cases(sha256s: Sequence[str], actor: Actor) -> dict[str, list[tuple[Case, str]]]:
    sealed = select(SealedFile.document_id).where(SealedFile.sha256.in_(sha256s))
    theirs = or_(Document.sha256.in_(sha256s), Document.id.in_(sealed))
    statement = select(Document, Case).join(Case, Case.id == Document.case_id).where(theirs)
    told: dict[str, list[tuple[Case, str]]] = {}
    rows: Any = session.execute(visible(statement, actor).order_by(Document.id).limit(10 * MOST)) if sha256s else ()
    for document, case in rows:
        for sha256 in {document.sha256, document.file.sha256}:
            told.setdefault(sha256, []).append((case, _("en fil") if case.is_marked else document.filename))
    return told
