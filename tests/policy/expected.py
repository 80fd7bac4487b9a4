"""What a request shall lead to, derived from the road, the permissions, and a short statement of the rules.

Pure: no application, no database. Where several say no, each of their sentences is right; a cell where only one of
them does shows that the guard behind that sentence stands.
"""

from dataclasses import dataclass

from portal.funding_requests.lifecycle import TURN, UNREGISTERED, Action, Status, step
from portal.people.permissions import Permission
from tests.policy.people import PERSONS, Who
from tests.policy.places import Place
from tests.policy.table import Kind, Outcome, Row

A, P, S = Action, Permission, Status
O = Outcome  # noqa: E741  # the outcomes are named on every other line


@dataclass(frozen=True, slots=True)
class Expected:
    """The outcome, and where a rule says no the beginning of a sentence that may say so."""

    outcome: Outcome
    says: tuple[str, ...] = ()


SHOWN, DONE, SIGN_IN, DOOR = Expected(O.SHOWN), Expected(O.DONE), Expected(O.SIGN_IN), Expected(O.DOOR)
CONFLICT, UNKNOWN, INVALID = Expected(O.CONFLICT), Expected(O.UNKNOWN), Expected(O.INVALID)

# Who sees what


def sees(place: Place, who: Who) -> bool:
    """Draft: its writers; with the nearest manager: that manager too. From the registration also requesters of the unit,
    whoever reads cases, and those named on the mark. Secret: writers, whoever took part, whoever's turn it is or
    statement is due, who reads secret content, those named."""
    if who.username in place.writers:
        return True
    if place.status is S.DRAFT:
        return False
    if place.status is S.WITH_MANAGER:
        return who.may(P.APPROVE_REQUEST, place.unit)
    named = who.username in place.named
    if not (named or who.may(P.READ_CASES) or who.may(P.READ_UNIT_CASES, place.unit)):
        return False
    turn = TURN[place.status]
    due = turn is not None and who.may(turn, place.unit)
    due = due or (place.statement_due and who.may(P.STATE_OPINION))
    return not place.secret or named or due or who.username in place.acted or who.may(P.READ_SECRET)


# Who may do what

WHO: dict[Action, str] = {
    A.SUBMIT: "Det här görs av den som skriver äskanden för enheten",
    A.DISCARD: "Det här görs av den som skriver äskanden för enheten",
    A.TAKE_BACK: "Det här görs av den som skriver äskanden för enheten",
    A.APPROVE: "Det här görs av enhetens närmaste chef",
    A.SEND_BACK: "Det här görs av enhetens närmaste chef",
    A.WITHDRAW: "Det här görs av den som skriver äskanden för enheten",
    A.FOLLOW: "Det här görs av den som skriver äskanden för enheten",
    A.DECIDE: "Beslutet fattas av den som har delegation",
    A.REQUEST_COMPLETION: "Komplettering begärs av den som beslutar",
    A.HAND_OVER: "Ärendet överlämnas av den som beslutar",
    A.GIVE_STATEMENT: "Yttrandet lämnas av ekonomi",
    **dict.fromkeys((A.TAKE_OVER, A.RECORD_MINUTES), "Protokollet förs in av registratorn"),
    A.NOTE_APPEAL: "Överklagandet förs in av registratorn",
    A.REDISTRIBUTE: "Åtgärden görs av den enhet som äskade",
    A.REPORT_BACK: "Åtgärden görs av den enhet som äskade",
    A.REPORT_INTERIM: "Åtgärden görs av den enhet som äskade",
    **dict.fromkeys(
        (A.RECORD, A.CONFIRM_REDISTRIBUTION, A.CHECK_ENTRY, A.ACCEPT_REPORT, A.RETURN_REPORT), "Åtgärden görs av en ekonom"
    ),
    **dict.fromkeys((A.CLEAN, A.CLOSE, A.CLOSE_WITHOUT_REPORT, A.REOPEN, A.SEND_COPIES), "Det här görs av registratorn"),
    A.ARCHIVE: "Ärenden arkiveras av arkivarien",
    **dict.fromkeys(
        (
            A.CHECK_REGISTRATION,
            A.ENTER_NUMBER,
            A.MARK_SECRECY,
            A.LIFT_MARK,
            A.NOTE_FACT,
            A.MASK_COPY,
            A.REGISTER_LETTER,
            A.RELATE,
            A.UNRELATE,
        ),
        "Det här görs av registratorn",
    ),
    A.DECLARE_JAV: "Du har ingen uppgift i ärendet",
    A.CORRECT: "En rättelse görs av den roll som skrev uppgiften",
}
IN_REGISTER = (
    A.CHECK_REGISTRATION, A.ENTER_NUMBER, A.MARK_SECRECY, A.LIFT_MARK, A.NOTE_FACT, A.RELATE, A.UNRELATE, A.MASK_COPY,
    A.DECLARE_JAV, A.CORRECT,
)  # fmt: skip
BY_FINANCE = (A.RECORD, A.CONFIRM_REDISTRIBUTION, A.CHECK_ENTRY, A.ACCEPT_REPORT, A.RETURN_REPORT)
BY_UNIT = (A.REDISTRIBUTE, A.REPORT_INTERIM, A.REPORT_BACK)
NOT_IN_REGISTER = "Äskandet är ett utkast och finns inte i diariet"
WITH_MANAGER = "Äskandet är hos närmaste chef och"  # finns inte i diariet; kan inte ändras; är inte diariefört
NOT_ITS_WRITER = "Utkastet kan bara ändras av den som skriver det"
SENT = "Äskandet är inskickat och kan inte ändras"
JAV = "Du har anmält jäv i ärendet"
JAV_OF_OTHER = "Den du är ersättare för har anmält jäv"
# Which persons hold a delegation of their own for the money, or act on that of the one they stand in for.
DELEGATED = ("kommunchef", "vikarie", "kanslichef")
DELEGATED_FOR_MORE = ("kommunchef", "vikarie")


# Acts that nobody may do in any place, because the town asks for none; they are done in tests of their own.
NOWHERE_DONE: dict[Action, str] = {
    A.CLEAN: "only where something was written or handed in and never sent: tests/integration/archive/test_cleaning.py",
    A.UNRELATE: "only where the registrar has related two cases: tests/integration/register/test_numbers.py",
    A.CHECK_ENTRY: "only where the municipality has set a second look: tests/integration/accounting/test_control.py",
    A.REPORT_INTERIM: "only where the money asks for it: tests/integration/accounting/test_interim.py",
}


def settles(place: Place, action: Action) -> bool:
    """Whether the act decides the case by delegation: deciding, and replacing what was so decided."""
    return action is A.DECIDE or (action is A.REPLACE_DECISION and not place.political)


def enters_minutes(place: Place, action: Action) -> bool:
    """Whether the act enters minutes: also the replacing of an organ's decision."""
    return action in (A.TAKE_OVER, A.RECORD_MINUTES) or (action is A.REPLACE_DECISION and place.political)


def _asks(place: Place, action: Action) -> str:
    """The sentence to a person without the permission."""
    if action is A.REPLACE_DECISION:
        return WHO[A.RECORD_MINUTES if place.political else A.DECIDE]
    if action is A.RESUME:
        return "Ärendet är överlämnat. Registratorn" if place.handed_over else "Ärendet förs vidare av den som beslutar"
    return WHO[action]


def permitted(place: Place, action: Action, who: Who) -> bool:
    """Whether the roles allow the act, in this place."""
    if action is A.DECLARE_JAV:
        acting = (P.DECIDE, P.STATE_OPINION, P.RECORD_BUDGET, P.KEEP_REGISTER, P.ARCHIVE)
        return who.username in place.writers or any(who.may(p) for p in acting) or who.may(P.WRITE_REQUEST, place.unit)
    if enters_minutes(place, action) or (action is A.RESUME and place.handed_over):
        return who.may(P.KEEP_REGISTER)
    if settles(place, action) or action is A.RESUME:
        return who.may(P.DECIDE)
    taken = step(place.status, action)
    return taken is None or any(who.may(permission, place.unit) for permission in taken.permissions)


def _persons(place: Place, action: Action, who: Who) -> frozenset[str]:
    """Whom the act counts for: also the one stood in for, where the role comes from there."""
    taken = step(place.status, action)
    permissions = taken.permissions if taken else ()
    own = any(who.holds(permission, place.unit) for permission in permissions)
    return frozenset({who.username} if own or not who.stands_in_for else {who.username, who.stands_in_for})


def _four_eyes(place: Place, action: Action, who: Who) -> list[str]:
    persons = _persons(place, action, who)
    found = []
    if persons & place.asked:
        if settles(place, action) or action is A.REQUEST_COMPLETION or (action is A.RESUME and not place.handed_over):
            found.append("Du har själv lämnat in äskandet. Beslutet kan fattas")
        if action is A.GIVE_STATEMENT:
            found.append("Du har själv lämnat in äskandet. Yttrandet")
        if enters_minutes(place, action):
            found.append("Du har själv lämnat in äskandet. Protokollet")
        if action in (A.APPROVE, A.SEND_BACK):
            found.append("Du har själv skrivit äskandet")
        if action in BY_FINANCE:
            found.append("Du har själv arbetat med äskandet")
    if persons & place.decided:
        if action in BY_FINANCE:
            found.append("Du har själv beslutat i ärendet. Åtgärden kan göras av en annan ekonom")
        if action in BY_UNIT:
            found.append("Du har själv beslutat i ärendet. Åtgärden kan göras av en annan person")
    if persons & place.recorded:
        if settles(place, action):
            found.append("Du har bokfört ett beslut i ärendet. Ett nytt beslut")
        if enters_minutes(place, action):
            found.append("Du har bokfört ett beslut i ärendet. Protokollet")
        if action in BY_UNIT:
            found.append("Du har själv bokfört beslutet")
    if persons & place.stated and settles(place, action):
        found.append("Du har lämnat yttrande i ärendet")
    return found


def _authority(place: Place, who: Who) -> list[str]:
    if who.username not in (DELEGATED if place.covered else DELEGATED_FOR_MORE):
        return ["Du har ingen delegation för de här pengarna"]
    return [] if place.covered else ["Äskandet räknas till"]


def _biased(place: Place, action: Action, who: Who) -> list[str]:
    if action is A.DECLARE_JAV:
        return ["Du har redan anmält jäv"] if who.username in place.jav else []
    if who.username in place.jav:
        return [JAV]
    return [JAV_OF_OTHER] if _persons(place, action, who) & place.jav else []


def _state(place: Place, action: Action, who: Who) -> list[str]:
    """What is missing, done already, or left to another."""
    missing = ["Ärendet kan inte avslutas ännu", "Det här saknas innan ärendet"]
    incomplete = place.moved or place.failed_copy or not place.checked
    said = {
        A.REDISTRIBUTE: [
            *(["Det finns inga rader att omfördela"] if not place.money or place.priced_lines < 2 else []),
            *(["Slutredovisningen är godkänd"] if place.status is S.SETTLED and place.report_due else []),
        ],
        A.CONFIRM_REDISTRIBUTION: [] if place.moved else ["Det finns ingen omfördelning att bekräfta"],
        A.CHECK_ENTRY: ["Kommunen låter inte en andra person"],  # unless the operator has set it
        A.REPORT_INTERIM: ["Ingen lägesrapport ska lämnas nu"],  # the town's money asks for none
        A.REPORT_BACK: ["En omfördelning väntar på ekonomens"] if place.moved else [],
        A.CLOSE: missing if incomplete else [],
        A.CLOSE_WITHOUT_REPORT: missing if incomplete else [],
        A.CHECK_REGISTRATION: ["Registreringen är redan kontrollerad"] if place.checked else [],
        A.LIFT_MARK: [] if place.secret else ["Ärendet har ingen sekretessmarkering"],
        A.CLEAN: ["Det finns inget arbetsmaterial"],
        A.UNRELATE: ["Ärendet har inget samband"],
    }.get(action, [])
    if action is A.HAND_OVER and not who.may(P.DECIDE) and not place.jav:
        said.append("Ärendet överlämnas av den som beslutar. Registratorn gör det när")
    return said


def reasons(place: Place, action: Action, who: Who) -> tuple[str, ...]:
    """Every sentence with which a rule may say no to the act where the status allows it; none: it is done."""
    if not permitted(place, action, who):
        return (_asks(place, action), *_biased(place, action, who))
    found = [*_biased(place, action, who), *_four_eyes(place, action, who), *_state(place, action, who)]
    if settles(place, action):
        found += _authority(place, who)
    if action in (A.SUBMIT, A.DISCARD):
        found += writing(place, who)
    if action is A.TAKE_BACK and who.username not in place.writers:
        found.append(NOT_ITS_WRITER)
    return tuple(found)


def writing(place: Place, who: Who) -> list[str]:
    """Why the person may not write in the case now; empty when they may."""
    said = [JAV] if who.username in place.jav else []
    writer = who.username in place.writers and who.may(P.WRITE_REQUEST)
    if not writer and not who.may(P.WRITE_REQUEST, place.unit):
        said.append(WHO[A.SUBMIT])
    elif place.status is S.WITH_MANAGER:
        said.append(WITH_MANAGER if writer else NOT_ITS_WRITER)
    elif step(place.status, A.SUBMIT) is None:
        said.append(SENT)
    return said


def act(place: Place, action: Action, who: Who) -> Expected:
    """What sending the act leads to, for one whom the door lets in."""
    if not sees(place, who):
        return UNKNOWN
    if step(place.status, action) is None:
        return Expected(O.RULE, (NOT_IN_REGISTER, WITH_MANAGER)) if action in IN_REGISTER else CONFLICT
    said = reasons(place, action, who)
    if said:
        return Expected(O.RULE, said)
    return INVALID if action is A.SUBMIT and not place.complete else DONE


def form(place: Place, action: Action, who: Who, late: Outcome) -> Expected:
    """What opening the act's form leads to, for one whom the door lets in."""
    if not sees(place, who):
        return UNKNOWN
    if step(place.status, action) is None:
        return Expected(late, _late(place, action, who) if late is O.RULE else ())
    said = reasons(place, action, who)
    return Expected(O.RULE, said) if said else SHOWN


def _late(place: Place, action: Action, who: Who) -> tuple[str, ...]:
    if action is A.DISCARD:
        return ("Ett äskande som har skickats in kastas inte", *writing(place, who))
    if action is A.WITHDRAW:
        unit = () if who.may(P.WRITE_REQUEST, place.unit) else (WHO[A.WITHDRAW],)
        why = WITH_MANAGER if place.status is S.WITH_MANAGER else "Äskandet kan återkallas fram till beslutet"
        return unit or (JAV, JAV_OF_OTHER, why)
    if action is A.FOLLOW:
        unit = () if who.may(P.WRITE_REQUEST, place.unit) else (WHO[A.FOLLOW],)
        return unit or (JAV, JAV_OF_OTHER, "Ett äskande kan följas av ett nytt först när")
    if action is A.RECORD and place.status in (S.DISPATCHED, S.REPORTED, S.SETTLED):
        return ("Beslutet är redan bokfört och expedierat",)
    return ("Åtgärden är inte möjlig i ärendets nuvarande läge",)


# What is neither an act nor its form


def _pages(row: Row, place: Place, who: Who) -> Expected:
    """A page or a save of the writing, and the pages that show the case."""
    if row.endpoint == "printed.case_sheet":  # the row in the register, which everyone who reads the register sees
        return UNKNOWN if place.status in (S.DRAFT, S.WITH_MANAGER) else SHOWN
    if not sees(place, who):
        return UNKNOWN
    if row.kind is Kind.CASE:
        return _case_pages(row, place, who)
    said = writing(place, who)
    if row.endpoint == "funding_requests.save" and step(place.status, A.SUBMIT) is None:
        return CONFLICT
    if said:
        return Expected(O.RULE, tuple(said))
    if row.endpoint in ("funding_requests.read", "funding_requests.fill") and not place.read_in:
        return UNKNOWN  # nothing has been read in
    if row.endpoint in ("funding_requests.preview", "funding_requests.draft_letter") and not place.complete:
        return UNKNOWN  # nothing that could be sent
    return DONE if row.method == "POST" or row.endpoint == "funding_requests.after_reading" else SHOWN


def _case_pages(row: Row, place: Place, who: Who) -> Expected:
    if row.endpoint == "decisions.preview":
        return SHOWN if place.status is S.SUBMITTED else CONFLICT
    if row.endpoint == "papers.letter":
        return UNKNOWN if place.status in UNREGISTERED else SHOWN
    if row.endpoint == "papers.folder":
        return SHOWN if place.status is S.REFERRED else CONFLICT
    if row.endpoint == "masking.picture":
        return UNKNOWN  # the mark in the address was never given out
    if row.endpoint == "masking.choose":
        return UNKNOWN if place.status in UNREGISTERED else SHOWN
    if row.endpoint == "conversation.write":
        return _talk(place, who)
    if row.endpoint in (
        "conversation.show",
        "desk.case",
        "desk.download",
        "desk.page_picture",
        "previews.show",
        "previews.picture",
    ):
        return SHOWN
    if row.endpoint in ("dispatch.missive", "dispatch.copies"):
        return SHOWN
    said = [JAV] if who.username in place.jav else []
    if row.endpoint.startswith("registered."):
        return Expected(O.RULE, tuple(said)) if said else DONE if row.method == "POST" else SHOWN
    if place.status in (S.CLOSED, S.ARCHIVED):
        said.append("Ärendet är avslutat. Registratorn kan öppna")
    elif not place.failed_copy:
        said.append("Kopian är redan skickad eller på väg")
    if said:
        return Expected(O.RULE, tuple(said))
    return DONE if row.method == "POST" else SHOWN


TALKS = (
    P.DECIDE, P.STATE_OPINION, P.RECORD_BUDGET, P.KEEP_REGISTER, P.ARCHIVE, P.WRITE_REQUEST, P.APPROVE_REQUEST
)  # fmt: skip


def _talk(place: Place, who: Who) -> Expected:
    """Writing in the conversation: whoever has a part in the case, from the registration until it is closed."""
    if place.status in UNREGISTERED:
        return Expected(O.RULE, ("Samtalet öppnas när",))
    own = any(who.holds(permission, place.unit) for permission in TALKS)
    persons = {who.username} if own or not who.stands_in_for else {who.username, who.stands_in_for}
    said = ["Samtalet är stängt"] if place.status in (S.CLOSED, S.ARCHIVED) else []
    said += [JAV] if who.username in place.jav else [JAV_OF_OTHER] if persons & place.jav else []
    if who.username not in place.writers and not any(who.may(permission, place.unit) for permission in TALKS):
        said.append("Du läser ärendet men har ingen uppgift i det")
    return Expected(O.RULE, tuple(said)) if said else DONE


def at_the_door(row: Row, who: Who) -> Expected | None:
    """What the door says before anything is looked at; None when the person comes in."""
    if row.kind is Kind.PUBLIC:
        return None
    if not who.let_in:
        return SIGN_IN
    return DOOR if row.door and not any(who.may(permission) for permission in row.door) else None


def expected(row: Row, who: Who, place: Place | None) -> Expected:
    """What the request leads to where the address names a case; ``place`` None: there is no such case."""
    if answer := at_the_door(row, who):
        return answer
    if place is None:
        return UNKNOWN
    if row.action is None:
        return _pages(row, place, who)
    return form(place, row.action, who, row.late) if row.kind is Kind.FORM else act(place, row.action, who)


__all__ = ["PERSONS", "Expected", "expected", "sees"]
