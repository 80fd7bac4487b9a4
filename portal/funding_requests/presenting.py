"""A case's status in the words people read. Pure."""

from collections.abc import Sequence

from portal.funding_requests.lifecycle import SHOWN_AS, TURN, Status
from portal.money import find_amounts
from portal.people.permissions import Permission
from portal.text import _

OUTCOME_WORDS: dict[str, str] = {"granted": "Beviljat", "partly": "Delvis beviljat", "rejected": "Avslaget"}


WAITS_FOR: dict[Permission, str] = {
    Permission.WRITE_REQUEST: "Hos den som äskar",
    Permission.APPROVE_REQUEST: "Hos närmaste chef",
    Permission.DECIDE: "Hos beslutsfattaren",
    Permission.RECORD_BUDGET: "Hos ekonomi",
    Permission.KEEP_REGISTER: "Hos registratorn",
    Permission.ARCHIVE: "Hos arkivarien",
}


def waits_for(status: str) -> str:
    """With whom the case is, by its status; empty where nobody has to act."""
    due = TURN[Status(status)]
    return _(WAITS_FOR[due]) if due else ""


def shown_status(status: str, outcome: str | None = None, organ_in_text: str | None = None) -> str:
    """The status as shown: a decision by its outcome, a hand-over with the organ where that is known."""
    if status == Status.DECIDED and outcome:
        return _(OUTCOME_WORDS[outcome])
    if status == Status.REFERRED and organ_in_text:
        return _("Överlämnat till %(organ)s", organ=organ_in_text)
    return _(SHOWN_AS[Status(status)])


def status_choices() -> list[tuple[str, str]]:
    """Every status for a filter of cases in the register, after the draft, in the order of the road."""
    return [(status.value, _(SHOWN_AS[status])) for status in Status if status is not Status.WITH_MANAGER]


def other_amounts(points: Sequence[str], total: int | None) -> list[int]:
    """The amounts of the proposal, kronor, when what is asked for is neither one of them nor their sum: worth a look
    before it is sent, for the decision is proposed in these words."""
    found = [each.kronor for point in points for each in find_amounts(point) if each.period is None]
    told = [kronor for kronor in found if kronor is not None]
    return [] if total is None or total in (*told, sum(told)) else told
