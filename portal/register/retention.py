"""The class of a case in the retention plan: set when the case is registered."""

from datetime import datetime

from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.register.models import Case
from portal.register.retention_models import REQUEST, CaseClass, RetentionClass, RetentionPlan


def classify_first(case: Case, *, now: datetime) -> None:
    """Set the class that the edition in force on the Swedish civil day of ``now`` gives to requests. Where it names none the
    case is without a class."""
    day = clock.local_date(now)
    in_force = (
        select(RetentionPlan.id).where(RetentionPlan.valid_from <= day).order_by(RetentionPlan.valid_from.desc()).limit(1)
    )
    found = session.scalar(
        select(RetentionClass.id).where(
            RetentionClass.plan_id == in_force.scalar_subquery(), RetentionClass.case_type == REQUEST
        )
    )
    if found is not None:
        session.add(CaseClass(case_id=case.id, class_id=found, set_at=now))
