"""A case's status in the words people read. Pure."""

from portal.funding_requests.lifecycle import SHOWN_AS, Status
from portal.text import _

OUTCOME_WORDS: dict[str, str] = {"granted": "Beviljat", "partly": "Delvis beviljat", "rejected": "Avslaget"}


def shown_status(status: str, outcome: str | None = None, organ_in_text: str | None = None) -> str:
    """The status as shown: a decision by its outcome, a hand-over with the organ where that is known."""
    if status == Status.DECIDED and outcome:
        return _(OUTCOME_WORDS[outcome])
    if status == Status.REFERRED and organ_in_text:
        return _("Överlämnat till %(organ)s", organ=organ_in_text)
    return _(SHOWN_AS[Status(status)])


def status_choices() -> list[tuple[str, str]]:
    """Every status for a filter, in the order of the road."""
    return [(status.value, _(SHOWN_AS[status])) for status in Status]
