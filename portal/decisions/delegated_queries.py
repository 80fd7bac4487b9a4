"""Reads of the lists of decisions by delegation: what waits to be listed, the lists, and what stands on one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, literal, literal_column, select, union_all
from sqlalchemy.orm import joinedload

from portal.db import session
from portal.decisions.delegated import ListKind
from portal.decisions.meeting_models import DelegationReport
from portal.decisions.models import Decision
from portal.errors import Invalid, Unknown
from portal.paging import cursor
from portal.people.actor import Actor
from portal.register import access, paging
from portal.register.models import Case, Organ
from portal.text import _

# In the words of the index: a bound value would keep the planner from it.
_UNLISTED = "decision.delegated_by_id IS NOT NULL AND decision.report_id IS NULL AND decision.reported_on IS NULL"


def unlisted(organ_id: int, kind: ListKind) -> Select[Decision]:
    """The decisions by the organ's delegation that belong on its next list of that kind."""
    reported = Decision.is_reported.is_(kind is ListKind.REPORTED)
    return select(Decision).where(literal_column(f"({_UNLISTED})"), Decision.delegated_by_id == organ_id, reported)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many decisions wait for an organ's next list of a kind, exact to 1 000, and since which day."""

    organ: Organ
    kind: ListKind
    count: int
    since: date


def waiting() -> list[Waiting]:
    """What waits to be listed, by organ and kind; two statements that read no more than they tell."""
    organs = session.scalars(select(Organ).order_by(Organ.name)).all()
    asked = [(n, kind) for n, _organ in enumerate(organs) for kind in ListKind]
    arms = []
    for place, (n, kind) in enumerate(asked):
        theirs = unlisted(organs[n].id, kind)
        first = theirs.with_only_columns(Decision.decided_on).order_by(Decision.id).limit(1).scalar_subquery()
        some = theirs.with_only_columns(Decision.id).limit(paging.COUNTED + 1).subquery(f"waiting_{place}")
        arms.append(select(literal(place).label("place"), select(func.count()).select_from(some).scalar_subquery(), first))
    if not arms:
        return []
    rows = sorted(session.execute(union_all(*arms)))
    return [Waiting(organs[asked[place][0]], asked[place][1], count, since) for place, count, since in rows if count]


def covered_by_last(organ_id: int, kind: ListKind) -> dict[tuple[int, int], int] | None:
    """Where the organ's latest list of the kind ended in each series (register, year); None before the first."""
    theirs = (DelegationReport.organ_id == organ_id, DelegationReport.kind == kind.value)
    newest = select(DelegationReport.covered).where(*theirs).order_by(DelegationReport.id.desc()).limit(1)
    rows = session.scalars(newest).one_or_none()
    return None if rows is None else {(row["register"], row["year"]): row["last"] for row in rows}


def lists(after: str) -> tuple[Sequence[DelegationReport], str | None]:
    """A page of the lists, newest first, and the token of the next. Raises Invalid for a token that is none."""
    statement = select(DelegationReport).options(joinedload(DelegationReport.organ))
    page = paging.after(statement, after, at=DelegationReport.at, row_id=DelegationReport.id)
    found = session.scalars(page).all()
    rows = found[: paging.PAGE]
    return rows, cursor(rows[-1].at, rows[-1].id) if len(found) > len(rows) else None


def one(public_id: UUID, *, lock: bool = False) -> DelegationReport:
    """The list, held until the transaction ends with ``lock``. Raises Unknown."""
    statement = select(DelegationReport).where(DelegationReport.public_id == public_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise Unknown
    return found


@dataclass(frozen=True, slots=True)
class Listed:
    """A decision on a list, as one may see it: a case whose content one may not see has the title of the register."""

    decision: Decision
    case: Case
    readable: bool

    @property
    def title(self) -> str:
        """What the decision was about: that of a marked case as the register shows it, for the organ's papers are public."""
        return self.case.listed_title if self.readable else self.case.public_title


def listed(row: DelegationReport, actor: Actor, *, after: str = "", most: int = paging.PAGE) -> tuple[list[Listed], str | None]:
    """A page of the decisions on the list in the order of their numbers, and the token of the next; one statement.

    Every one of them is there for whoever reads decisions: the list is complete, its secrets are not told.
    """
    statement = (
        select(Decision, Case, access.is_visible(actor))
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.report_id == row.id)
        .options(joinedload(Decision.decided_by), joinedload(Decision.acting_for))
    )
    if after:
        if not (after.isascii() and after.isdigit() and len(after) < 19):
            raise Invalid({"": _("Sidan kan inte visas. Börja om från listans början.")})
        statement = statement.where(Decision.id > int(after))
    found = [Listed(*each) for each in session.execute(statement.order_by(Decision.id).limit(most + 1))]
    rows = found[:most]
    return rows, str(rows[-1].decision.id) if len(found) > most else None
