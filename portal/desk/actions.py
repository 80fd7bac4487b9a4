"""What a person can do with a case now: the role's actions in this status, each open or refused with its sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from portal.accounting import queries as accounting_queries
from portal.accounting import rules as accounting_rules
from portal.archive import queries as archive_queries
from portal.archive import rules as archive_rules
from portal.decisions import queries as decision_queries
from portal.decisions import rules as decision_rules
from portal.dispatch import queries as dispatch_queries
from portal.dispatch import rules as dispatch_rules
from portal.documents import rules as document_rules
from portal.funding_requests import queries as request_queries
from portal.funding_requests import rules as request_rules
from portal.funding_requests.acting import in_role
from portal.funding_requests.lifecycle import TURN, Action, Status, Step, steps
from portal.funding_requests.models import FundingRequest
from portal.people.actor import Actor
from portal.register import queries as register_queries
from portal.register import rules as register_rules
from portal.register.models import Case
from portal.register.queries import Parts
from portal.text import _


@dataclass(frozen=True, slots=True)
class Button:
    """A verb with its object, where it leads and how it looks. ``refusal`` is the sentence when it is not open."""

    action: Action
    label: str
    endpoint: str
    kind: str
    refusal: str | None


@dataclass(frozen=True, slots=True)
class _Shown:
    label: str
    endpoint: str
    kind: str = ""


_SHOWN: dict[Action, _Shown] = {
    Action.SUBMIT: _Shown("Skriv klart och skicka in", "funding_requests.write", "primary"),
    Action.APPROVE: _Shown("Godkänn och skicka in", "funding_requests.approve", "primary"),
    Action.SEND_BACK: _Shown("Lämna tillbaka äskandet", "funding_requests.send_back"),
    Action.TAKE_BACK: _Shown("Ta tillbaka äskandet", "funding_requests.take_back"),
    Action.DISCARD: _Shown("Kasta utkastet", "funding_requests.discard", "quiet"),
    Action.WITHDRAW: _Shown("Återkalla äskandet", "funding_requests.withdraw", "grave"),
    Action.FOLLOW: _Shown("Nytt äskande efter beslutet", "funding_requests.follow"),
    Action.DECIDE: _Shown("Besluta om äskandet", "decisions.decide", "primary"),
    Action.REQUEST_COMPLETION: _Shown("Begär komplettering", "decisions.request_completion"),
    Action.RESUME: _Shown("Fortsätt utan komplettering", "decisions.resume"),
    Action.HAND_OVER: _Shown("Överlämna till ett organ", "decisions.hand_over"),
    Action.GIVE_STATEMENT: _Shown("Lämna yttrande", "decisions.give_statement"),
    Action.TAKE_OVER: _Shown("För in att ett organ tar över", "decisions.take_over", "quiet"),
    Action.RECORD_MINUTES: _Shown("För in protokollet", "decisions.record_minutes", "primary"),
    Action.REPLACE_DECISION: _Shown("Ersätt beslutet", "decisions.replace_decision"),
    Action.NOTE_APPEAL: _Shown("För in ett överklagande", "decisions.note_appeal", "quiet"),
    Action.RECORD: _Shown("Bokför och expediera beslutet", "dispatch.record", "primary"),
    Action.SEND_COPIES: _Shown("Skicka kopiorna av beslutet", "dispatch.send_copies"),
    Action.REDISTRIBUTE: _Shown("Omfördela inom beviljat belopp", "accounting.redistribute"),
    Action.CONFIRM_REDISTRIBUTION: _Shown("Bekräfta omfördelningen", "accounting.confirm_redistribution"),
    Action.CHECK_ENTRY: _Shown("Kontrollera budgetjusteringen", "accounting.check_entry"),
    Action.REPORT_INTERIM: _Shown("Lämna lägesrapport", "accounting.report_interim"),
    Action.REPORT_BACK: _Shown("Lämna slutredovisning", "accounting.report_back", "primary"),
    Action.ACCEPT_REPORT: _Shown("Godkänn slutredovisningen", "accounting.accept_report", "primary"),
    Action.RETURN_REPORT: _Shown("Lämna tillbaka slutredovisningen", "accounting.return_report"),
    Action.CLEAN: _Shown("Rensa ärendet", "archive.clean"),
    Action.CLOSE: _Shown("Avsluta ärendet", "archive.close", "primary"),
    Action.CLOSE_WITHOUT_REPORT: _Shown("Avsluta utan slutredovisning", "archive.close_without_report"),
    Action.REOPEN: _Shown("Öppna ärendet igen", "archive.reopen"),
    Action.ARCHIVE: _Shown("Arkivera ärendet", "archive.index", "primary"),
    Action.CHECK_REGISTRATION: _Shown("Kontrollera registreringen", "register.check_registration"),
    Action.ENTER_NUMBER: _Shown("Ange annat diarienummer", "register.enter_number", "quiet"),
    Action.MARK_SECRECY: _Shown("Sekretessmarkera ärendet", "register.mark_secrecy", "quiet"),
    Action.LIFT_MARK: _Shown("Häv eller bekräfta markeringen", "register.lift_mark", "quiet"),
    Action.NOTE_FACT: _Shown("Anteckna en händelse", "register.note_fact", "quiet"),
    Action.RELATE: _Shown("Ange samband med ett ärende", "register.relate", "quiet"),
    Action.UNRELATE: _Shown("Avsluta ett samband", "register.unrelate", "quiet"),
    Action.CORRECT: _Shown("Rätta ett skrivfel", "register.correct", "quiet"),
    Action.REGISTER_LETTER: _Shown("Registrera inkommen handling", "funding_requests.register_letter", "quiet"),
    Action.MASK_COPY: _Shown("Maska en handling", "masking.choose", "quiet"),
    Action.DECLARE_JAV: _Shown("Anmäl jäv", "register.declare_jav", "quiet"),
}

# Nothing to do is no refusal: these are not shown until there is something to confirm or lift.
_ONLY_WHEN_OPEN = frozenset(
    {
        Action.CONFIRM_REDISTRIBUTION,
        Action.CHECK_ENTRY,
        Action.REPORT_INTERIM,
        Action.LIFT_MARK,
        Action.UNRELATE,
        Action.CLEAN,
        Action.SEND_COPIES,
        Action.CHECK_REGISTRATION,
    }
)

_FACTS: dict[str, Callable[..., Any]] = {
    "register": register_queries.facts,
    "documents": register_queries.facts,
    "funding_requests": request_queries.facts,
    "decisions": decision_queries.facts,
    "accounting": accounting_queries.facts,
    "dispatch": dispatch_queries.case_facts,
    "archive": archive_queries.facts,
}
# What each package's facts read of the decision in force and its surroundings: read together, in one statement.
_COLUMNS: dict[str, decision_queries.Columns] = {
    "decisions": decision_queries.columns,
    "accounting": accounting_queries.columns,
    "dispatch": dispatch_queries.columns,
    "archive": archive_queries.columns,
}
_REFUSALS: dict[str, Mapping[Any, Callable[[Any], str | None]]] = {
    "register": register_rules.REFUSALS,
    "documents": document_rules.REFUSALS,
    "funding_requests": request_rules.REFUSALS,
    "decisions": decision_rules.REFUSALS,
    "accounting": accounting_rules.REFUSALS,
    "dispatch": dispatch_rules.REFUSALS,
    "archive": archive_rules.REFUSALS,
}


def _concerns(step: Step, actor: Actor, case: Case) -> bool:
    return any(actor.may(permission, case.unit_id) for permission in step.permissions) or not step.permissions


def _known(request: FundingRequest, packages: set[str]) -> dict[str, dict[str, Any]]:
    """What each package's facts would otherwise ask for one by one, as their arguments."""
    columns = {name: of for name, of in _COLUMNS.items() if name in packages}
    row = decision_queries.standing(request.case, *columns.values()) if columns else ()
    known: dict[str, dict[str, Any]] = {"funding_requests": {"request": request}}
    at = 0
    for name, of in columns.items():
        many = _how_many(of)
        known[name] = {"known": row[at : at + many]}
        at += many
    return known


@cache
def _how_many(columns: decision_queries.Columns) -> int:
    return len(columns())


def buttons(request: FundingRequest, actor: Actor, parts: Parts) -> list[Button]:
    """The actor's actions in the case's status, the one that is due first. What the rules look at is read once; ``parts`` is
    who has taken which part in the case."""
    case = request.case
    open_steps = [step for step in steps(case.status) if _concerns(step, actor, case)]
    known = _known(request, {step.package for step in open_steps})
    facts: dict[tuple[str, Any], Any] = {}
    found = []
    for step in open_steps:
        acting = in_role(actor, step.permissions, case.unit_id)
        key = (step.package, acting.acting_role)
        if key not in facts:
            facts[key] = _FACTS[step.package](case, acting, parts=parts, **known.get(step.package, {}))
        refusal = _REFUSALS[step.package][step.action](facts[key])
        if refusal and step.action in _ONLY_WHEN_OPEN:
            continue
        shown = _SHOWN[step.action]
        found.append(Button(step.action, _(shown.label), shown.endpoint, shown.kind, refusal))
    due = TURN[Status(case.status)]
    return sorted(found, key=lambda b: (b.kind != "primary", b.kind == "quiet", due is None))
