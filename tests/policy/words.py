"""The policy in words, for a reader who reads no code: ``docs/policy.md``, made of the tables that the tests go by."""

from collections.abc import Iterable, Sequence

from flask import Flask

from portal.desk.actions import _SHOWN
from portal.funding_requests.lifecycle import SHOWN_AS, STEPS, TURN, UNREGISTERED, Action, Status, Step
from portal.people.permissions import PERMISSIONS, UNIT_SCOPED, Permission, Role
from portal.people.rules import ROLE_NAMES
from tests.policy.expected import sees
from tests.policy.people import CULTURE, OFFICE, SAFETY, Who
from tests.policy.places import Place
from tests.policy.table import ANYONE_SIGNED_IN, TABLE, Door, Kind

A, P = Action, Permission

TRUSTED: dict[Permission, str] = {
    P.APPROVE_REQUEST: "as nearest manager let a request of the own unit pass, or send it back",
    P.WRITE_REQUEST: "write, send in, complete, withdraw, move money within and account for the requests of the own unit",
    P.READ_UNIT_CASES: "read the requests of the own unit once they have been sent in",
    P.READ_CASES: "read every case that has been sent in",
    P.READ_SECRET: "read also what a secrecy mark (*sekretessmarkering*) hides; each reading is logged",
    P.DECIDE: "decide, ask for completion and hand over",
    P.STATE_OPINION: "give finance's statement (*yttrande*)",
    P.RECORD_BUDGET: "record decisions in the budget, send the copies, confirm redistributions, answer final reports",
    P.MANAGE_FUNDS: "enter set-aside money (*avsatta medel*)",
    P.READ_FUNDS: "read set-aside money and its ledger",
    P.RECEIVE_COPIES: "read and acknowledge the copies sent to the own unit",
    P.KEEP_REGISTER: "keep the register (*diariet*): check, number, mark secrecy, enter minutes, close, reopen",
    P.READ_REGISTER: "read the register",
    P.READ_DECISIONS: "read the list of decisions",
    P.READ_DEVIATIONS: "read which decisions an audit looks for (*avvikelser*), and draw a sample of decisions",
    P.CONFIRM_AUTHORITY: "confirm set-aside money and delegations that another has entered",
    P.ARCHIVE: "archive closed cases",
    P.READ_ARCHIVE: "read the list of closed and archived cases",
    P.READ_DISCLOSURES: "read the requests for public records (*utlämnande*) and their review",
    P.READ_LOG: "read the log",
    P.ADMINISTER: "keep persons, roles, substitutes, units, organs and delegations; gives no right to any case",
}

_THREE = "has not asked for the money and has not decided"
_SETTLES = "the delegation reaches; has not asked for the money, given the statement, or recorded a decision of the case"
_OPEN_CLOSE = "registration checked, documents made, copies through, redistributions confirmed"
ONLY_IF: dict[Action, str] = {
    A.SUBMIT: "everything demanded is written; a draft never sent in only by its writers who ask for that unit",
    A.DISCARD: "never sent in; by its writers who ask for that unit",
    A.APPROVE: "manager of the unit who has neither written nor sent in the request; frozen, numbered and registered now",
    A.SEND_BACK: "manager of the unit who has neither written nor sent in the request; with a reason",
    A.TAKE_BACK: "by its writers who ask for that unit",
    A.WITHDRAW: "with a reason",
    A.FOLLOW: "makes a draft linked to this case, which stays as it is",
    A.DECIDE: f"{_SETTLES}; money enough is left; password",
    A.REQUEST_COMPLETION: "has not asked for the money",
    A.RESUME: "decision maker: has not asked for the money; registrar: only where the case has been handed over",
    A.HAND_OVER: "recommending (*tillstyrks*, *avstyrks*) only by a decision maker who has not asked for the money; "
    "registrar: only where no decision maker may act, and without recommendation",
    A.GIVE_STATEMENT: f"{_THREE}",
    A.TAKE_OVER: "has not asked for the money and has not recorded a decision of the case; with organ, day and paragraph",
    A.RECORD_MINUTES: "has not asked for the money and has not recorded a decision of the case",
    A.REPLACE_DECISION: f"a decision by delegation: decision maker; {_SETTLES}; password. An organ's decision: registrar, by "
    "new minutes; has not asked for the money and has not recorded a decision of the case",
    A.NOTE_APPEAL: "there is a decision; bars nothing",
    A.RECORD: f"{_THREE}; password",
    A.SEND_COPIES: "the copies of the decision in force have not been queued; recording then queues none",
    A.REDISTRIBUTE: "money was granted on at least two lines and the decision allows it; not after the report is accepted; "
    "has not decided or recorded",
    A.CONFIRM_REDISTRIBUTION: f"{_THREE}; something waits to be confirmed",
    A.CHECK_ENTRY: f"{_THREE}; has not recorded the entry; the municipality wants a second person's look "
    "(`budget_control`) and something waits for it",
    A.REPORT_INTERIM: "where the money asks for it, from ten working days before 30 April and 31 August; once for each; "
    "has not decided or recorded",
    A.REPORT_BACK: "no redistribution waits to be confirmed; has not decided or recorded",
    A.ACCEPT_REPORT: _THREE,
    A.RETURN_REPORT: f"{_THREE}; with a reason",
    A.CLEAN: "working material that was never sent in: each piece kept or cleaned out",
    A.CLOSE: f"{_OPEN_CLOSE}, and the final report accepted where one was due",
    A.CLOSE_WITHOUT_REPORT: f"{_OPEN_CLOSE}; with a reason",
    A.REOPEN: "with a reason; back to the status it was closed from",
    A.ARCHIVE: "–",
    A.CHECK_REGISTRATION: "once",
    A.ENTER_NUMBER: "–",
    A.MARK_SECRECY: "with the provision; may name persons who shall read the case all the same",
    A.LIFT_MARK: "a mark stands; with a reason",
    A.NOTE_FACT: "–",
    A.RELATE: "to another case in the register, by its number; told in both",
    A.UNRELATE: "a relation stands; with a reason; that it stood is kept",
    A.REGISTER_LETTER: "what it is, from whom and when it came; with or without a file",
    A.MASK_COPY: "a document of the case that is a PDF and no masked copy; with the provision; the copy has been looked at",
    A.DECLARE_JAV: "once; whoever writes, decides, states, records, keeps the register or archives",
    A.CORRECT: "a new entry that says what was wrong; nothing written is changed",
}

_INTRODUCTION = """# Who may do what

Generated by `tools/generate_docs.py` from the tables that decide (roles, permissions, the road) and the policy table of the
tests (`tests/policy`); do not edit. The tests send every request below as everyone named below, wherever a case can stand,
and hold the answer against this policy; they fail when an address is added without being listed here.

## Four questions, in this order

1. **Who is it?** Without a living sign-in there is nothing but the public pages. A closed account (*stängt konto*), a sign-in
   idle for 30 minutes or older than 10 hours, and one that has been ended, are no sign-in, from the next click on.
2. **Does any of the person's roles open this door?** A role is held in a unit, from one day to another, both included. A
   person with several roles may what each of them allows. A substitute (*ersättare*, *tf*) may in the period what the one
   stood in for may; the day after, nothing of it is left.
3. **May the person see the case?** If not, it is to that person as if it did not exist.
4. **May this person do this, in this case, now?** The case's status says what can be done at all; the rules below say who
   may not, whatever their roles: administrators are no exception.

## What a no looks like

| who says no | when | the answer | what is left behind |
|---|---|---|---|
| the sign-in | nobody is signed in | the sign-in page (303 to `/logga-in`; 401 with what was typed kept, where a \
form was sent) | nothing |
| the door | no role opens it | 403, *Ingen av dina roller ger rätt till sidan.* | nothing |
| visibility | the person may not see the case, copy or document, or there is none | 404, the same bytes in both \
cases | nothing |
| the status | it is not the case's turn for this, or it has changed since the page was opened | 409 with the case as \
it now stands \
(a page that only asks says so in place of its form) | nothing |
| a rule | another person, or another day, is needed | 403 with a sentence that says why and who can; the page shows \
the sentence \
in place of the form, and the button is a sentence too | nothing |
| the form | a field is missing, wrong, or should not be there | 422, with what was typed and what to mend | nothing |

"Nothing" means neither database, outbox nor the case's log. One trace is left on purpose: that somebody with the right to it
read a case under secrecy, also when the page then said no to an act."""

_FOR_EVERY_ACT = """## What holds for every act on a case

- **Jäv.** Whoever has declared a conflict of interest (*jäv*, 6 kap. 28–32 §§ kommunallagen) does nothing more in the case,
  in any role; nor does whoever stands in for that person, as long as the role comes from there.
- **Three persons.** Who asks for the money, who decides and who records are three persons. Everyone who has edited or sent in
  any version counts as asking. A substitute counts as both persons.
- **Fresh.** A form sent from a page that is no longer as the case stands is answered 409 and does nothing; a form sent twice
  acts once.
- **Delegation.** *The delegation reaches* below: a confirmed row in force covers the amount, counted with the unit's other
  requests to the same money and budget year. A substitute decides on the row of the one stood in for. Above the ceiling the
  case can be handed over. Money is never granted beyond what is left, by anyone.
- **Password.** *password* below: it was given within the last five minutes, or is given with the act.
- **Drafts** are not in the register, nor is what waits with the nearest manager: the register's acts begin with the first
  registration. Where a unit asks its nearest manager, the first sending in goes there; not where nobody but the writers is
  manager, nor where the managers are exactly those who would decide."""


def _roles(permissions: Iterable[Permission]) -> str:
    wanted = set(permissions)
    return ", ".join(ROLE_NAMES[role] for role, held in PERMISSIONS.items() if held & wanted)


def _by(permissions: Sequence[Permission]) -> str:
    if not permissions:
        return "whoever takes part"
    return f"{_roles(permissions)} (`{'`, `'.join(permission.value for permission in permissions)}`)"


def _door(door: Door, kind: Kind) -> str:
    if kind is Kind.PUBLIC:
        return "everyone, signed in or not"
    return "everyone signed in" if door == ANYONE_SIGNED_IN else _by(sorted(door))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows), ""]


def _trust() -> list[str]:
    head = ["what the role is trusted with", *(ROLE_NAMES[role] for role in Role)]
    rows = []
    for permission in Permission:
        scope = ", for the own unit" if permission in UNIT_SCOPED else ""
        marks = ["●" if permission in PERMISSIONS[role] else "" for role in Role]
        rows.append([f"{TRUSTED[permission]} (`{permission.value}`{scope})", *marks])
    return ["## What each role is trusted with", "", *_table(head, rows)]


_VIEWERS: tuple[tuple[str, Who], ...] = (
    ("who wrote it, and named co-writers (*medskrivare*)", Who("writer", ((Role.REQUESTER, CULTURE),))),
    ("Äskande chef of the unit", Who("unit", ((Role.REQUESTER, SAFETY),))),
    ("Äskande chef of another unit", Who("other", ((Role.REQUESTER, CULTURE),))),
    *((ROLE_NAMES[role], Who(role.value, ((role, OFFICE),))) for role in Role if role not in (Role.REQUESTER, Role.MANAGER)),
    ("Närmaste chef of the unit", Who("manager", ((Role.MANAGER, SAFETY),))),
    ("named on the mark, otherwise without right", Who("named", ((Role.REQUESTER, CULTURE),))),
    ("Ekonom who gave the statement or recorded", Who("acted", ((Role.FINANCE, OFFICE),))),
)


def _seen(who: Who, *, secret: bool) -> str:
    yes = []
    for status in (each for each in Status if each not in UNREGISTERED):
        place = Place(
            status=status,
            secret=secret,
            writers=frozenset({"writer"}),
            named=frozenset({"named"} if secret else ()),
            stated=frozenset({"acted"}),
        )
        if sees(place, who):
            yes.append(status)
    if len(yes) == len(Status) - len(UNREGISTERED):
        return "yes"
    return f"while it is their turn ({', '.join(SHOWN_AS[each] for each in yes)})" if yes else "no"


def _sight() -> list[str]:
    draft, waits = (Place(status=status, writers=frozenset({"writer"})) for status in UNREGISTERED)
    rows = [
        [
            words,
            *("yes" if sees(place, who) else "no" for place in (draft, waits)),
            _seen(who, secret=False),
            _seen(who, secret=True),
        ]
        for words, who in _VIEWERS
    ]
    head = ["who", "a draft (*utkast*)", "with the nearest manager", "a case sent in", "a case under secrecy"]
    return [
        "## Who sees the content of a case",
        "",
        *_table(head, rows),
        "The register (*diariet*) shows everyone who reads it number, date and public title of every case, also of those",
        "under secrecy (then what the registrar lets be read there). A Mottagare reads the copies sent to the own unit;",
        "of a case under secrecy only that a copy has come. An Administratör sees no case by virtue of that role.",
        "An Ekonom sees a case under secrecy also while a statement (*yttrande*) is required of it and missing.",
        "",
    ]


_AREAS = {
    "funding_requests": "Writing and sending in",
    "decisions": "Statement, decision and hand-over",
    "accounting": "Budget, redistribution and final report",
    "dispatch": "Copies",
    "archive": "Closing and archiving",
    "register": "The register, in any status from the first sending in",
    "documents": "Documents",
}


def _kind(step: Step) -> tuple[tuple[Permission, ...], bool]:
    return step.permissions, step.to == (step.status,)


ALWAYS = ("register", "documents")  # their acts change no status


def _acts() -> list[str]:
    lines = []
    for package, title in _AREAS.items():
        rows = []
        for action in Action:
            taken = [step for step in STEPS if step.action is action and step.package == package]
            if (
                package in ALWAYS
                and len(taken) == len(Status) - len(UNREGISTERED)
                and len({_kind(step) for step in taken}) == 1
            ):
                taken = taken[:1]
            for step in taken:
                status = "any, once registered" if package in ALWAYS and len(taken) == 1 else SHOWN_AS[step.status]
                to = ", ".join(SHOWN_AS[each] for each in step.to) or "the draft is thrown away"
                leads = "no change" if step.to == (step.status,) else to
                rows.append([_SHOWN[action].label, status, _by(step.permissions), ONLY_IF[action], leads])
        head = ["act", "in status", "may be asked for by", "only if", "leads to"]
        lines += [f"### {title}", "", *_table(head, rows)]
    return ["## Acts on a case: status × role × conditions", "", *lines]


def _turns() -> list[str]:
    rows = [[SHOWN_AS[status], _by((turn,)) if turn else "nobody"] for status, turn in TURN.items()]
    return ["## Whose turn it is", "", *_table(["status", "turn"], rows)]


_OWN_TABLES = {
    Kind.PUBLIC: "Open to everyone",
    Kind.OWN: "One's own",
    Kind.LIST: "Lists",
    Kind.CASE: "Pages of a case",
    Kind.WRITING: "Writing a request",
    Kind.COPY: "Copies",
    Kind.MONEY: "Set-aside money and delegations",
    Kind.ADMINISTRATION: "Administration",
    Kind.DISCLOSURE: "Requests for public records",
    Kind.TRANSFER: "Deliveries to an archive",
}
_NOTES = {
    Kind.LIST: "A list shows only what the person may see, or in the register what is public.",
    Kind.CASE: "Only of a case the person may see.",
    Kind.WRITING: "A draft is written by its writers; what was sent back for completion also by the others of the unit.",
    Kind.MONEY: "Two persons: who has entered money or a delegation does not confirm it, nor does the one it is for.",
    Kind.ADMINISTRATION: "Nobody closes their own account.",
    Kind.DISCLOSURE: "The archivist only for documents of archived cases; nobody who is biased in one of the cases.",
}


def _others() -> list[str]:
    lines = []
    for kind, title in _OWN_TABLES.items():
        asked: dict[tuple[str, str], None] = {}
        for row in TABLE:
            if row.kind is kind:
                asked[row.what, _door(row.door, kind)] = None
        note = [_NOTES[kind], ""] if kind in _NOTES else []
        lines += [f"### {title}", "", *note, *_table(["what", "who"], [list(pair) for pair in asked])]
    return ["## Everything else", "", *lines]


def _routes(app: Flask) -> list[str]:
    rows = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: (each.rule, each.endpoint)):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            row = next(each for each in TABLE if each.key == (rule.endpoint, method))
            rows.append([f"`{rule.rule}`", method, row.kind.value, row.what, _door(row.door, row.kind)])
    return ["## Every address", "", *_table(["address", "method", "is", "what", "door"], rows)]


def policy(app: Flask) -> str:
    """The whole document."""
    parts = [_INTRODUCTION, "", *_trust(), *_sight(), *_turns(), _FOR_EVERY_ACT, "", *_acts(), *_others(), *_routes(app)]
    return "\n".join(parts).rstrip("\n") + "\n"
