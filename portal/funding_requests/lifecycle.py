"""The road of a case, in one table: what each status allows, to whom, where it leads, and which package owns it.

Buttons, guards, log entry types, the diagram in the documentation and the test matrix are derived from ``STEPS``.
Pure: no session, no clock, no Flask. Whether *this* person may act *now* is said by the owning package's
``rules.REFUSALS[action](facts)``.
"""

from dataclasses import dataclass
from enum import StrEnum

from portal.people.permissions import Permission


class Status(StrEnum):
    """Whose turn it is, and nothing else."""

    DRAFT = "draft"
    WITH_MANAGER = "with_manager"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REFERRED = "referred"
    DECIDED = "decided"
    DISPATCHED = "dispatched"
    REPORTED = "reported"
    SETTLED = "settled"
    CLOSED = "closed"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can be done to a case; each has exactly one rule and one operation."""

    SUBMIT = "submit"
    DISCARD = "discard"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    TAKE_BACK = "take_back"
    WITHDRAW = "withdraw"
    FOLLOW = "follow"
    DECIDE = "decide"
    REQUEST_COMPLETION = "request_completion"
    RESUME = "resume"
    HAND_OVER = "hand_over"
    GIVE_STATEMENT = "give_statement"
    TAKE_OVER = "take_over"
    RECORD_MINUTES = "record_minutes"
    REPLACE_DECISION = "replace_decision"
    NOTE_APPEAL = "note_appeal"
    RECORD = "record"
    SEND_COPIES = "send_copies"
    REDISTRIBUTE = "redistribute"
    CONFIRM_REDISTRIBUTION = "confirm_redistribution"
    CHECK_ENTRY = "check_entry"
    REPORT_INTERIM = "report_interim"
    REPORT_BACK = "report_back"
    ACCEPT_REPORT = "accept_report"
    RETURN_REPORT = "return_report"
    CLEAN = "clean"
    CLOSE = "close"
    CLOSE_WITHOUT_REPORT = "close_without_report"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    CHECK_REGISTRATION = "check_registration"
    ENTER_NUMBER = "enter_number"
    MARK_SECRECY = "mark_secrecy"
    LIFT_MARK = "lift_mark"
    NOTE_FACT = "note_fact"
    MASK_COPY = "mask_copy"
    REGISTER_LETTER = "register_letter"
    RELATE = "relate"
    UNRELATE = "unrelate"
    DECLARE_JAV = "declare_jav"
    CORRECT = "correct"


SHOWN_AS: dict[Status, str] = {
    Status.DRAFT: "Utkast",
    Status.WITH_MANAGER: "Hos närmaste chef",
    Status.SUBMITTED: "Inskickat",
    Status.RETURNED: "Komplettering begärd",
    Status.REFERRED: "Överlämnat",
    Status.DECIDED: "Beslutat",
    Status.DISPATCHED: "Expedierat",
    Status.REPORTED: "Slutredovisat",
    Status.SETTLED: "Klart att avsluta",
    Status.CLOSED: "Avslutat",
    Status.ARCHIVED: "Arkiverat",
    Status.WITHDRAWN: "Återkallat",
}

# Before the first registration: no number, absent from the register and from every list of others.
UNREGISTERED = (Status.DRAFT, Status.WITH_MANAGER)

# The permission of whoever acts next; None where nobody has to.
TURN: dict[Status, Permission | None] = {
    Status.DRAFT: Permission.WRITE_REQUEST,
    Status.WITH_MANAGER: Permission.APPROVE_REQUEST,
    Status.SUBMITTED: Permission.DECIDE,
    Status.RETURNED: Permission.WRITE_REQUEST,
    Status.REFERRED: Permission.KEEP_REGISTER,
    Status.DECIDED: Permission.RECORD_BUDGET,
    Status.DISPATCHED: Permission.WRITE_REQUEST,
    Status.REPORTED: Permission.RECORD_BUDGET,
    Status.SETTLED: Permission.KEEP_REGISTER,
    Status.CLOSED: Permission.ARCHIVE,
    Status.ARCHIVED: None,
    Status.WITHDRAWN: Permission.KEEP_REGISTER,
}


@dataclass(frozen=True, slots=True)
class Step:
    """In ``status``, whoever has one of ``permissions`` may ask for ``action``; it leads to one of ``to``.

    ``to`` equal to ``(status,)`` means that whose turn it is does not change. An empty ``permissions`` means anyone
    who may act on the case (declare_jav).
    """

    status: Status
    action: Action
    package: str
    permissions: tuple[Permission, ...]
    to: tuple[Status, ...]

    @property
    def entry_type(self) -> str:
        """The log entry type, ``package.verb``."""
        return f"{self.package}.{self.action.value}"


S, A, P = Status, Action, Permission
_REQUESTER = (P.WRITE_REQUEST,)
_MANAGER = (P.APPROVE_REQUEST,)
_DECIDER = (P.DECIDE,)
_FINANCE = (P.RECORD_BUDGET,)
_REGISTRAR = (P.KEEP_REGISTER,)
_DECIDER_OR_REGISTRAR = (P.DECIDE, P.KEEP_REGISTER)

_ROAD: tuple[Step, ...] = (
    Step(S.DRAFT, A.SUBMIT, "funding_requests", _REQUESTER, (S.SUBMITTED, S.WITH_MANAGER)),
    Step(S.DRAFT, A.DISCARD, "funding_requests", _REQUESTER, ()),
    Step(S.WITH_MANAGER, A.APPROVE, "funding_requests", _MANAGER, (S.SUBMITTED,)),
    Step(S.WITH_MANAGER, A.SEND_BACK, "funding_requests", _MANAGER, (S.DRAFT,)),
    Step(S.WITH_MANAGER, A.TAKE_BACK, "funding_requests", _REQUESTER, (S.DRAFT,)),
    Step(S.SUBMITTED, A.DECIDE, "decisions", _DECIDER, (S.DECIDED,)),
    Step(S.SUBMITTED, A.REQUEST_COMPLETION, "decisions", _DECIDER, (S.RETURNED,)),
    Step(S.SUBMITTED, A.HAND_OVER, "decisions", _DECIDER_OR_REGISTRAR, (S.REFERRED,)),
    Step(S.SUBMITTED, A.GIVE_STATEMENT, "decisions", (P.STATE_OPINION,), (S.SUBMITTED,)),
    Step(S.SUBMITTED, A.TAKE_OVER, "decisions", _REGISTRAR, (S.REFERRED,)),
    Step(S.SUBMITTED, A.WITHDRAW, "funding_requests", _REQUESTER, (S.WITHDRAWN,)),
    Step(S.RETURNED, A.SUBMIT, "funding_requests", _REQUESTER, (S.SUBMITTED, S.REFERRED)),
    Step(S.RETURNED, A.WITHDRAW, "funding_requests", _REQUESTER, (S.WITHDRAWN,)),
    Step(S.RETURNED, A.RESUME, "decisions", _DECIDER_OR_REGISTRAR, (S.SUBMITTED, S.REFERRED)),
    Step(S.RETURNED, A.TAKE_OVER, "decisions", _REGISTRAR, (S.REFERRED,)),
    Step(S.REFERRED, A.RECORD_MINUTES, "decisions", _REGISTRAR, (S.REFERRED, S.DECIDED, S.RETURNED)),
    Step(S.REFERRED, A.WITHDRAW, "funding_requests", _REQUESTER, (S.WITHDRAWN,)),
    Step(S.REFERRED, A.GIVE_STATEMENT, "decisions", (P.STATE_OPINION,), (S.REFERRED,)),
    Step(S.DECIDED, A.RECORD, "accounting", _FINANCE, (S.DISPATCHED, S.SETTLED)),
    Step(S.DECIDED, A.SEND_COPIES, "dispatch", _REGISTRAR, (S.DECIDED,)),
    Step(S.DECIDED, A.REPLACE_DECISION, "decisions", _DECIDER_OR_REGISTRAR, (S.DECIDED,)),
    Step(S.DISPATCHED, A.REDISTRIBUTE, "accounting", _REQUESTER, (S.DISPATCHED,)),
    Step(S.DISPATCHED, A.CONFIRM_REDISTRIBUTION, "accounting", _FINANCE, (S.DISPATCHED,)),
    Step(S.DISPATCHED, A.REPORT_INTERIM, "accounting", _REQUESTER, (S.DISPATCHED,)),
    Step(S.DISPATCHED, A.REPORT_BACK, "accounting", _REQUESTER, (S.REPORTED,)),
    Step(S.DISPATCHED, A.CLEAN, "archive", _REGISTRAR, (S.DISPATCHED,)),
    Step(S.DISPATCHED, A.CLOSE_WITHOUT_REPORT, "archive", _REGISTRAR, (S.CLOSED,)),
    Step(S.DISPATCHED, A.REPLACE_DECISION, "decisions", _DECIDER_OR_REGISTRAR, (S.DECIDED,)),
    Step(S.REPORTED, A.ACCEPT_REPORT, "accounting", _FINANCE, (S.SETTLED,)),
    Step(S.REPORTED, A.RETURN_REPORT, "accounting", _FINANCE, (S.DISPATCHED,)),
    Step(S.REPORTED, A.CONFIRM_REDISTRIBUTION, "accounting", _FINANCE, (S.REPORTED,)),
    Step(S.SETTLED, A.CLEAN, "archive", _REGISTRAR, (S.SETTLED,)),
    Step(S.SETTLED, A.CLOSE, "archive", _REGISTRAR, (S.CLOSED,)),
    Step(S.SETTLED, A.REDISTRIBUTE, "accounting", _REQUESTER, (S.SETTLED,)),
    Step(S.SETTLED, A.CONFIRM_REDISTRIBUTION, "accounting", _FINANCE, (S.SETTLED,)),
    Step(S.SETTLED, A.REPLACE_DECISION, "decisions", _DECIDER_OR_REGISTRAR, (S.DECIDED,)),
    Step(S.CLOSED, A.ARCHIVE, "archive", (P.ARCHIVE,), (S.ARCHIVED,)),
    Step(S.CLOSED, A.REOPEN, "archive", _REGISTRAR, (S.DISPATCHED, S.SETTLED, S.WITHDRAWN)),
    Step(S.WITHDRAWN, A.CLEAN, "archive", _REGISTRAR, (S.WITHDRAWN,)),
    Step(S.WITHDRAWN, A.CLOSE, "archive", _REGISTRAR, (S.CLOSED,)),
)

# Where the municipality has two persons look at each budget entry: a fact, wherever the case has come since.
_ENTRY_CHECKED = (S.DECIDED, S.DISPATCHED, S.REPORTED, S.SETTLED, S.CLOSED, S.ARCHIVED)
_ROAD += tuple(Step(status, A.CHECK_ENTRY, "accounting", _FINANCE, (status,)) for status in _ENTRY_CHECKED)

# A decision is appealed, and judged by the court, wherever the case has come since.
_ROAD += tuple(Step(status, A.NOTE_APPEAL, "decisions", _REGISTRAR, (status,)) for status in _ENTRY_CHECKED)

# Once the decision has been carried out, a new request may follow it; this one stays as it is.
_CARRIED_OUT = (S.DISPATCHED, S.REPORTED, S.SETTLED, S.CLOSED, S.ARCHIVED)
_ROAD += tuple(Step(status, A.FOLLOW, "funding_requests", _REQUESTER, (status,)) for status in _CARRIED_OUT)

# Facts and corrections: any status from the registration to the archive, no change of status.
_ANY: tuple[tuple[Action, str, tuple[Permission, ...]], ...] = (
    (A.CHECK_REGISTRATION, "register", _REGISTRAR),
    (A.ENTER_NUMBER, "register", _REGISTRAR),
    (A.MARK_SECRECY, "register", _REGISTRAR),
    (A.LIFT_MARK, "register", _REGISTRAR),
    (A.NOTE_FACT, "register", _REGISTRAR),
    (A.RELATE, "register", _REGISTRAR),
    (A.UNRELATE, "register", _REGISTRAR),
    (A.MASK_COPY, "documents", _REGISTRAR),
    (A.REGISTER_LETTER, "funding_requests", _REGISTRAR),
    (A.DECLARE_JAV, "register", ()),
    (A.CORRECT, "register", (P.WRITE_REQUEST, P.DECIDE, P.RECORD_BUDGET, P.KEEP_REGISTER, P.ARCHIVE)),
)

STEPS: tuple[Step, ...] = _ROAD + tuple(
    Step(status, action, package, permissions, (status,))
    for status in Status
    if status not in UNREGISTERED
    for action, package, permissions in _ANY
)

_BY_KEY = {(step.status, step.action): step for step in STEPS}


def step(status: Status | str, action: Action) -> Step | None:
    """The step that ``action`` takes from ``status``, or None when the status does not allow it."""
    return _BY_KEY.get((Status(status), action))


def steps(status: Status | str) -> tuple[Step, ...]:
    """Every step that ``status`` allows, in the order of the table."""
    return tuple(each for each in STEPS if each.status == status)
