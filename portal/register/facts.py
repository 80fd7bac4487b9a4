"""The facts a rule looks at, as one plain value: a rule never asks the database anything itself."""

from dataclasses import dataclass
from datetime import datetime

from portal.people.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known about a case and the person who wants to act on it. Sets hold person ids.

    ``requesters`` are all who edited or submitted any version, ``decision_makers`` who decided, ``recorders`` who
    recorded, ``jav`` who declared a conflict of interest. Acting for another counts both persons, here and in
    ``actor.persons``. Packages further along extend this class with what their own rules need.
    """

    now: datetime
    actor: Actor
    status: str
    unit_id: int
    is_writer: bool
    requesters: frozenset[int]
    decision_makers: frozenset[int]
    recorders: frozenset[int]
    statement_givers: frozenset[int]
    jav: frozenset[int]
    submitted_before: bool
    is_secret: bool
    registration_checked: bool
    has_mark: bool
    awaits_number: bool = False  # its register is kept elsewhere, and the number given there is not entered yet
    is_related: bool = False  # some standing relation to another case in the register
