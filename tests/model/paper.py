"""The road as it would be kept on paper: who may do what, and what follows. Pure, and written from the rules, not the code.

A second opinion: it knows no table, no query and none of the portal's rules. ``verdict`` says how an act ends;
``done`` writes down what an act that was done leaves behind.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

DONE, REFUSED, CONFLICT, UNKNOWN, INVALID = "done", "refused", "conflict", "unknown", "invalid"

SAFETY, CULTURE, CITY = "Säkerhet och trygghet", "Kultur och fritid", "Stadsmiljö"
MANAGERS = {"forvaltningschef", "allt"}  # of Stadsmiljö, the one unit that asks its nearest manager
ROLES: dict[str, set[str]] = {
    "sakerhetschef": {SAFETY}, "sakerhetssamordnare": {SAFETY}, "fritidschef": {CULTURE}, "kommunchef": {"decides"},
    "stadsmiljochef": {CITY}, "forvaltningschef": {"manages"},
    "tf.kommunchef": {"decides"}, "ekonom": {"finance"}, "ekonom2": {"finance"}, "registrator": {"register"},
    "arkivarie": {"archive"}, "revisor": {"audit"}, "admin": set(), "kommunledning": set(),
    "allt": {SAFETY, CITY, "manages", "decides", "finance", "register", "archive"},
}  # fmt: skip
# Whose delegation, to which money, up to how many kronor, and (where so) only when another is jävig.
DELEGATIONS = (
    ("kommunchef", "one", 1_500_000, ""), ("kommunchef", "two", 500_000, ""),
    ("tf.kommunchef", "one", 1_500_000, "kommunchef"), ("allt", "one", 1_500_000, ""),
)  # fmt: skip
# Where each act is in turn. The others, the registrar's and those of everyone, are in turn once there is a number.
TURNS = {
    "submit": "draft returned", "discard": "draft", "withdraw": "submitted returned referred", "decide": "submitted",
    "request_completion": "submitted", "hand_over": "submitted", "give_statement": "submitted referred",
    "take_over": "submitted returned", "resume": "returned",
    "record_minutes": "referred", "replace_decision": "decided dispatched settled",
    "record": "decided", "send_copies": "decided", "redistribute": "dispatched settled",
    "confirm_redistribution": "dispatched reported settled",
    "report_interim": "dispatched", "report_back": "dispatched", "close_without_report": "dispatched",
    "accept_report": "reported",
    "return_report": "reported", "close": "settled withdrawn", "archive": "closed", "reopen": "closed",
    "clean": "dispatched settled withdrawn",
    "save": "draft returned", "approve": "with_manager", "send_back": "with_manager", "take_back": "with_manager",
    "check_entry": "decided dispatched reported settled closed archived",
    "follow": "dispatched reported settled closed archived",
    "note_appeal": "decided dispatched reported settled closed archived",
    "register_letter": "submitted returned referred decided dispatched reported settled closed archived withdrawn",
}  # fmt: skip
DUE = {
    "submitted": "decides", "referred": "register", "decided": "finance", "reported": "finance", "settled": "register",
    "closed": "archive", "withdrawn": "register",
}  # fmt: skip
PARTS = ("requester", "decision_maker", "recorder", "statement", "minutes", "jav")
MANAGER = {"approve", "send_back"}
REQUESTS = {"take_back", "follow", "submit", "discard", "save", "withdraw", "redistribute", "report_back", "report_interim"}
FINANCE = {"check_entry", "record", "confirm_redistribution", "accept_report", "return_report", "give_statement"}


class Act(NamedTuple):
    """An act as it is tried: by whom, on what, seeing which version, with which words and amounts."""

    name: str
    who: str
    confirmed: bool = True
    stale: bool = False
    grants: tuple[int | bool, ...] = ()
    report: bool = True
    stance: bool = False
    minutes: str = "deciding"
    moves: bool = True
    unused: int = 0

    def kronor(self, case: "Paper") -> list[int]:
        """What is granted on the lines that have an amount."""
        return [int(grant) for grant, line in zip(self.grants, answered(case.asked), strict=True) if line is not None]


@dataclass
class Money:
    """Set-aside money: kronor."""

    aside: int
    granted: int = 0
    reversed: int = 0
    returned: int = 0

    @property
    def left(self) -> int:
        return self.aside - self.granted + self.reversed + self.returned


@dataclass
class Paper:
    """What is known of a case. ``lines`` is what is written, ``asked`` what was sent in; None is a line without amount."""

    unit: str
    money: str
    lines: tuple[int | None, ...]
    secret_asked: bool
    writer: str
    status: str = "draft"
    version: int = 1
    serial: int | None = None
    versions: int = 0
    asked: tuple[int | None, ...] = ()
    parts: dict[str, set[str]] = field(default_factory=lambda: {part: set() for part in PARTS})
    mark: str = ""
    checked: bool = False
    handed_over: bool = False
    granted: int | None = None
    lines_granted: int = 0
    held: int = 0
    political: bool = False
    moves: bool = False
    report: bool = False
    unconfirmed: int = 0
    documented: bool = False
    waiting: int = 0
    queued: bool = False  # the copies of the decision in force, by the registrar
    kept_back: int = 0  # held since the case was marked before they had left
    sent: int = 0
    used: int = 0
    accepted: bool = False
    closed_from: str = ""
    decisions: int = 0
    material: set[str] = field(default_factory=set)
    follows: "Paper | None" = field(default=None, compare=False, repr=False)
    related: list[tuple[str, "Paper", "Paper"]] = field(default_factory=list, compare=False, repr=False)

    @property
    def relations(self) -> list[tuple[str, "Paper", "Paper"]]:
        """The relations that stand, oldest first: of what kind, from which case and to which."""
        return [each for each in self.related if each[1].serial is not None and each[1].status != "discarded"]

    @property
    def undocumented(self) -> bool:
        return self.granted is not None and not self.documented

    def has(self, who: str, *parts: str) -> bool:
        return any(who in self.parts[part] for part in parts)


@dataclass
class World:
    """Every case and all money; ``tf`` says that tf.kommunchef stands in for kommunchef."""

    tf: bool
    money: dict[str, Money]
    cases: list[Paper] = field(default_factory=list)
    serials: int = 0
    decisions: int = 0

    def ways(self, who: str) -> list[set[str]]:
        """Everyone an act by ``who`` as decision maker counts for: alone, or standing in and so both."""
        own = [{who}] if "decides" in ROLES[who] else []
        return [*own, {who, "kommunchef"}] if self.tf and who == "tf.kommunchef" else own

    def ceilings(self, case: Paper, way: set[str]) -> list[int]:
        """Kronor of each delegation in force that ``way`` may decide the case by."""
        holder = "kommunchef" if len(way) == 2 else min(way)
        return [
            ceiling for person, money, ceiling, jav_of in DELEGATIONS
            if (person, money) == (holder, case.money) and (not jav_of or case.has(jav_of, "jav"))
        ]  # fmt: skip

    def other(self, case: Paper) -> "Paper | None":
        """The first other case in the register: the one that a relation is said to."""
        return next((each for each in self.cases if each.serial is not None and each is not case), None)

    def counted(self, case: Paper) -> int:
        """The request with the unit's others to the same money: undecided as asked, decided as granted, withdrawn not."""
        others = [
            other for other in self.cases
            if other is not case and other.serial and (other.unit, other.money) == (case.unit, case.money)
            and "withdrawn" not in (other.status, other.closed_from)
        ]  # fmt: skip
        asked = total(case.asked if case.serial else case.lines)
        return asked + sum(total(other.asked) if other.granted is None else other.granted for other in others)

    def passes_manager(self, case: Paper) -> bool:
        """Whether the nearest manager sees it first: one who has not written it can, and they are not who would decide."""
        able = MANAGERS - case.parts["requester"]
        counted = self.counted(case)
        reaching = (row for row in DELEGATIONS if (row[1], row[3]) == (case.money, "") and row[2] >= counted)
        deciders = {row[0] for row in reaching}
        return case.serial is None and case.unit == CITY and bool(able) and able != deciders - case.parts["requester"]


def total(lines: tuple[int | None, ...]) -> int:
    """What is asked for."""
    return sum(amount or 0 for amount in lines) or 90_000


def answered(lines: tuple[int | None, ...]) -> tuple[int | None, ...]:
    """What is decided: the lines, or the whole request as one row above them when none has an amount."""
    return lines if any(lines) else (total(lines), *lines)


def sees(case: Paper, who: str) -> bool:
    """Whether the content is shown to ``who``."""
    if who == case.writer:
        return True
    roles = ROLES[who]
    manages = case.unit == CITY and "manages" in roles
    if case.status == "with_manager":
        return manages
    if case.serial is None or (not manages and not roles & {case.unit, "decides", "finance", "register", "archive", "audit"}):
        return False
    due = case.unit if case.status in ("draft", "returned", "dispatched") else DUE.get(case.status, "")
    acted = case.has(who, "decision_maker", "statement", "recorder", "minutes")
    return not case.mark or bool(roles & {"register", "archive", "audit", due}) or acted


def may(world: World, case: Paper, act: Act) -> bool:
    """Whether the rules let this person do this now."""
    who, name, roles = act.who, act.name, ROLES[act.who]
    if name in MANAGER:
        return case.unit == CITY and "manages" in roles and not case.has(who, "requester")
    if case.serial is None and name not in REQUESTS:
        return False
    if name == "declare_jav":
        return not case.has(who, "jav") and bool(roles & {case.unit, "decides", "finance", "register", "archive"})
    if name in ("decide", "request_completion", "resume", "hand_over") and not (name == "resume" and case.handed_over):
        return _decides(world, case, act)
    if name == "replace_decision" and not case.political:
        return _decides(world, case, act)
    if case.has(who, "jav"):
        return False
    if name in REQUESTS:
        accounts = name in ("redistribute", "report_back") and case.has(who, "decision_maker", "recorder")
        writes = who == case.writer or case.serial is not None
        begun = name == "follow" and any(_is_being_written(other, case, who) for other in world.cases)
        return case.unit in roles and writes and not accounts and not begun and _facts_allow(case, act)
    if name in FINANCE:
        kept_apart = case.has(who, "requester", "decision_maker")
        return "finance" in roles and not kept_apart and (name != "record" or act.confirmed) and _facts_allow(case, act)
    if name in ("take_over", "record_minutes", "replace_decision"):
        return "register" in roles and not case.has(who, "requester", "recorder")
    if name == "correct":
        return bool(roles & {case.unit, "decides", "finance", "register", "archive"})
    return ("archive" if name == "archive" else "register") in roles and _facts_allow(case, act)


def _is_being_written(other: Paper, case: Paper, who: str) -> bool:
    """Whether ``other`` follows the case, is written by ``who`` and is not in the register yet."""
    return other.follows is case and other.writer == who and other.serial is None and other.status != "discarded"


def _facts_allow(case: Paper, act: Act) -> bool:
    if act.name == "follow":
        return case.closed_from != "withdrawn"
    if act.name == "note_appeal":
        return case.granted is not None
    if act.name == "redistribute":
        over = case.status == "settled" and case.report
        return case.lines_granted > 1 and case.moves and not over
    if act.name == "report_back":
        return not case.unconfirmed
    if act.name in ("report_interim", "check_entry"):
        return False  # the town's money asks for no lägesrapport, and nobody checks its entries
    if act.name == "confirm_redistribution":
        return case.unconfirmed > 0
    if act.name in ("close", "close_without_report"):
        decided = case.granted is None or (case.documented and not case.waiting + case.kept_back and not case.unconfirmed)
        reported = act.name != "close" or not case.report or case.accepted
        return case.checked and case.mark != "asked" and decided and reported
    facts = {
        "check_registration": not case.checked,
        "lift_mark": bool(case.mark),
        "unrelate": bool(case.relations),
        "clean": bool(case.material),
        "send_copies": not case.queued,
    }
    return facts.get(act.name, True)


def _decides(world: World, case: Paper, act: Act) -> bool:
    ways, jav, asked = world.ways(act.who), case.parts["jav"], case.parts["requester"]
    if act.name == "hand_over":
        if not ways:
            able = [who for who, roles in ROLES.items() if "decides" in roles and who not in jav | asked]
            return "register" in ROLES[act.who] and act.who not in jav and not able and not act.stance
        return any(not way & (jav | (asked if act.stance else set())) for way in ways)
    if act.name in ("request_completion", "resume"):
        return any(not way & (jav | asked) for way in ways)
    barred = jav | asked | case.parts["recorder"] | case.parts["statement"]
    counted = world.counted(case)
    return act.confirmed and any(
        not way & barred and any(ceiling >= counted for ceiling in world.ceilings(case, way)) for way in ways
    )


def verdict(world: World, case: Paper, act: Act) -> str:
    """How the act ends: unseen, out of turn, stale, refused, not holding, beyond the money, or done."""
    if case.status == "discarded" or not sees(case, act.who):
        return UNKNOWN
    if case.status not in TURNS.get(act.name, case.status).split() or (act.stale and act.name != "save"):
        return CONFLICT
    if not may(world, case, act):
        return REFUSED
    return _grants(world, case, act)


def _decides_money(act: Act) -> bool:
    return act.name in ("decide", "replace_decision") or (act.name == "record_minutes" and act.minutes == "deciding")


def _grants(world: World, case: Paper, act: Act) -> str:
    if act.name == "relate":
        other = world.other(case)
        stands = any(kind == "belongs" and (other is of or other is to) for kind, of, to in case.relations)
        return INVALID if stands else DONE
    if not _decides_money(act):
        return DONE
    if any(grant > (line or 0) for grant, line in zip(act.grants, answered(case.asked), strict=True) if line is not None):
        return INVALID
    if case.money and sum(act.kronor(case)) > world.money[case.money].left + case.held:
        return REFUSED
    return DONE


def done(world: World, case: Paper, act: Act) -> None:
    """Write down what the act leaves behind."""
    name = act.name
    case.version += name not in ("save", "check_registration", "follow")
    _leaves_material(case, name)
    if part := PART_TAKEN.get(name):
        case.parts[part].add(act.who)
    if _decides_money(act):
        _decided(world, case, act)
    elif name == "record_minutes":
        case.parts["minutes"].add(act.who)
        case.status = "returned" if act.minutes == "referred_back" else case.status
    elif name == "submit" and world.passes_manager(case):
        case.status = "with_manager"
    elif name in ("submit", "approve"):
        _submitted(world, case)
    elif name == "record":
        case.status, case.waiting = "dispatched" if case.report else "settled", case.waiting + 2 * (not case.queued)
    elif name == "send_copies":
        case.queued, case.waiting = True, case.waiting + 2
    elif name in ("redistribute", "confirm_redistribution"):
        case.unconfirmed += 1 if name == "redistribute" else -1
    elif name in ("mark_secrecy", "lift_mark"):
        was, case.mark = bool(case.mark), "confirmed" if name == "mark_secrecy" else ""
        if was != bool(case.mark):  # a mark that is looked at once more changes nothing for what goes as of a marked case
            on_the_way = case.waiting + case.kept_back
            case.waiting, case.kept_back = (0, on_the_way) if case.mark else (on_the_way, 0)
    elif name in ("close", "close_without_report"):
        case.closed_from, case.status = case.status, "closed"
    elif name == "relate":
        other = world.other(case)
        assert other is not None
        relate(case, other, "belongs")
    elif name == "unrelate":
        ended = case.relations[0]
        for each in ended[1:]:
            each.related = [one for one in each.related if one is not ended]
    elif name == "reopen":
        case.status, case.closed_from = case.closed_from, ""
    elif name == "accept_report":
        _accepted(world, case)
    case.used = act.unused if name == "report_back" else case.used
    case.checked |= name == "check_registration"
    case.handed_over |= name in ("hand_over", "take_over")
    if name == "resume":
        case.status = "referred" if case.handed_over else "submitted"
    case.status = LEADS_TO.get(name, case.status)


def _leaves_material(case: Paper, name: str) -> None:
    """What was written and never sent, and why the manager sent it back, is working material until someone decides on it."""
    if name == "save" and case.status == "returned":
        case.material.add("draft")
    elif name in ("submit", "withdraw"):
        case.material.discard("draft")
    elif name == "send_back":
        case.material.add("comment")
    elif name == "clean":
        case.material.clear()


def relate(case: Paper, to: Paper, kind: str) -> None:
    """Write the relation down with both cases."""
    said = (kind, case, to)
    case.related.append(said)
    to.related.append(said)


PART_TAKEN = {
    "submit": "requester", "save": "requester", "redistribute": "requester", "report_back": "requester", "record": "recorder",
    "confirm_redistribution": "recorder", "accept_report": "recorder", "return_report": "recorder",
    "give_statement": "statement", "declare_jav": "jav", "take_over": "minutes",
}  # fmt: skip
LEADS_TO = {
    "withdraw": "withdrawn", "request_completion": "returned", "hand_over": "referred", "take_over": "referred",
    "report_back": "reported",
    "send_back": "draft", "take_back": "draft", "accept_report": "settled",
    "return_report": "dispatched", "archive": "archived", "discard": "discarded",
}  # fmt: skip


def _submitted(world: World, case: Paper) -> None:
    if case.serial is None:
        world.serials += 1
        case.serial = world.serials
    case.asked, case.versions = case.lines, case.versions + 1
    case.mark = case.mark or ("asked" if case.secret_asked else "")
    case.status = "referred" if case.handed_over else "submitted"


def _accepted(world: World, case: Paper) -> None:
    """What was not used comes back to where it was set aside."""
    case.accepted = True
    if case.money:
        world.money[case.money].returned += case.used
        case.held -= case.used


def _decided(world: World, case: Paper, act: Act) -> None:
    granted = sum(act.kronor(case))
    minutes = act.name == "record_minutes" or case.political
    if minutes:
        case.parts["minutes"].add(act.who)
    else:
        barred = case.parts["jav"] | case.parts["requester"]
        counted = world.counted(case)
        able = [way for way in world.ways(act.who) if any(c >= counted for c in world.ceilings(case, way))]
        case.parts["decision_maker"] |= next(way for way in able if not way & barred)
    if case.money:
        money = world.money[case.money]
        money.reversed, money.granted, case.held = money.reversed + case.held, money.granted + granted, granted
    case.political, case.granted, case.status = minutes, granted, "decided"
    case.lines_granted = sum(kronor > 0 for kronor in act.kronor(case))
    case.report, case.moves = act.report and bool(granted), act.moves and bool(granted)
    case.unconfirmed, case.documented, case.accepted, case.queued = 0, False, False, False
    case.decisions, world.decisions = case.decisions + 1, world.decisions + 1
