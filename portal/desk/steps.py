"""The road as a short stepper: which step the case is at, who has it, and when it passed the earlier ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.decisions.models import Decision
from portal.funding_requests.lifecycle import Status
from portal.log.queries import TimelineRow
from portal.register.models import Case
from portal.text import _
from portal.web.filters import day

_AT: dict[Status, int] = {
    Status.DRAFT: 0,
    Status.WITH_MANAGER: 1,
    Status.SUBMITTED: 1,
    Status.RETURNED: 1,
    Status.REFERRED: 1,
    Status.DECIDED: 2,
    Status.DISPATCHED: 3,
    Status.REPORTED: 4,
    Status.SETTLED: 5,
    Status.WITHDRAWN: 5,
    Status.CLOSED: 6,
    Status.ARCHIVED: 6,
}
# The log entry with which a step was reached; the latest one counts. A draft is written by the one who submits it.
_DECIDED = frozenset({"decisions.decide", "decisions.replace_decision"})
_REACHED: tuple[frozenset[str], ...] = (
    frozenset({"funding_requests.submit"}),
    frozenset({"funding_requests.submit", "funding_requests.approve"}),
    _DECIDED,
    frozenset({"accounting.record"}),
    frozenset({"accounting.report_back"}),
    frozenset({"archive.close", "archive.close_without_report"}),
)
_APPROVED = frozenset({"funding_requests.approve"})
_WITHDRAWN = (_REACHED[0], _REACHED[1], frozenset({"funding_requests.withdraw"}), _REACHED[5])


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``state`` is done, now or empty."""

    label: str
    state: str
    who: str
    when: str


def _holders(case: Case, decision: Decision | None, organ: str | None) -> tuple[str, ...]:
    """Who has the case at each step."""
    if case.status == Status.RETURNED:
        waiting = _("väntar på komplettering")
    else:
        waiting = _("hos %(organ)s", organ=organ) if organ else _("hos beslutsfattaren")
    report = _due(decision) or _("hos den som äskar")
    return (_("hos den som äskar"), waiting, _("hos ekonomi"), report, _("hos ekonomi"), _("hos registratorn"))


def _ahead(decision: Decision | None, organ: str | None) -> tuple[str, ...]:
    """Who takes the case to each step."""
    decides = organ[:1].upper() + organ[1:] if organ else _("Beslutsfattare")
    return ("", _("Den som äskar"), decides, _("Ekonomi"), _due(decision) or _("Den som äskar"), _("Registrator"))


def _due(decision: Decision | None) -> str:
    return _("senast %(day)s", day=day(decision.report_by)) if decision and decision.report_by else ""


def _reached(rows: Sequence[TimelineRow], entries: frozenset[str]) -> tuple[str, str]:
    """By whom and when; two empty words when the step was passed over."""
    for row in reversed(rows):
        if row.action in entries:
            who = row.body.get("as") or row.body.get("by_title") or row.body.get("by")
            return str(who or ""), day(row.at)
    return "", ""


def road(case: Case, decision: Decision | None, rows: Sequence[TimelineRow], organ: str | None) -> list[Step]:
    """The six steps, or the four of a withdrawn case; one more where the nearest manager has had a say."""
    labels: tuple[str, ...] = (_("Utkast"), _("Inskickat"), _("Beslut"), _("Expedierat"), _("Slutredovisning"), _("Avslutat"))
    reached, now = _REACHED, _AT[Status(case.status)]
    holders, ahead = _holders(case, decision, organ), _ahead(decision, organ)
    if case.status == Status.WITHDRAWN or case.closed_from == Status.WITHDRAWN:
        labels, reached = (*labels[:2], _("Återkallat"), labels[5]), _WITHDRAWN
        now = 2 if case.status == Status.WITHDRAWN else 4
        holders, ahead = (*holders[:2], holders[5]), (*ahead[:3], ahead[5])
    if case.status == Status.WITH_MANAGER or any(row.action in _APPROVED for row in rows):
        labels, reached = (labels[0], _("Hos närmaste chef"), *labels[1:]), (reached[0], _APPROVED, *reached[1:])
        holders, ahead = (holders[0], "", *holders[1:]), (ahead[0], "", *ahead[1:])
        now += now > 0 and case.status != Status.WITH_MANAGER
    found = []
    for number, label in enumerate(labels):
        if number < now:
            who, when = _reached(rows, reached[number])
            if reached[number] is _DECIDED and decision and decision.minutes:
                who, when = decision.minutes.organ.name, day(decision.minutes.meeting_date)
            found.append(Step(label, "done", who or _("behövdes inte"), when if number else ""))
        else:
            found.append(Step(label, "now" if number == now else "", holders[number] if number == now else ahead[number], ""))
    return found
