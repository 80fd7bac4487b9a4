"""The test of the test: each guard is taken away in turn, and a cell of its own must notice.

Guards are found, not listed, wherever the code lets them be found: every gate, every rule that answers with a sentence,
and every function that narrows what is seen. A guard nobody would miss is a finding.
"""

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import _lru_cache_wrapper
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select, true

from portal import clock
from portal.composition import HANDED_IN
from portal.funding_requests.lifecycle import UNREGISTERED, Action
from portal.people import queries
from portal.people.permissions import Permission
from portal.register import access
from portal.register.models import Case
from portal.web import forms as web_forms
from portal.web import gate
from portal.web.gate import Gate
from tests.policy import forms
from tests.policy.elsewhere import expected_elsewhere, targets
from tests.policy.expected import NOWHERE_DONE, Expected, at_the_door, expected
from tests.policy.matrix import Address, Sender, addresses, of_cases, try_place
from tests.policy.people import EVERYONE, NOBODY, PERSONS, Who
from tests.policy.places import KNOWN
from tests.policy.table import TABLE, Kind, Outcome, Row
from tests.policy.test_elsewhere import try_elsewhere
from tests.policy.world import World
from tests.scale import SOAK, measured
from tests.standing import Standing

RULE_MODULES = tuple(
    import_module(f"portal.{package}.rules")
    for package in ("register", "funding_requests", "decisions", "accounting", "archive", "dispatch", "funds", "people")
)


def cell(sender: Sender, address: Address, who: Who, place: str) -> list[str]:
    """What is wrong with one cell now; a crash is noticed too."""
    try:
        if address in of_cases(sender.standing):
            return try_place(sender, address, who, place)[1]
        return try_elsewhere(sender, address, who)
    except Exception as error:  # whatever breaks without its guard is noticed
        sender.standing.changed()
        return [f"{address}: {type(error).__name__}"]


# The gates


GATED = [row for row in TABLE if row.kind is not Kind.PUBLIC]
TAKEN_AWAY = GATED if SOAK else GATED[::12]


def gate_cells(sender: Sender, row: Row, who: Who) -> list[str]:
    """The row's cells of that person, in the one place where a case in the register is open to most."""
    found = [each for each in addresses(sender.standing) if each.row is row]
    return [problem for address in found for problem in cell(sender, address, who, "submitted")]


def opened(monkeypatch: pytest.MonkeyPatch, sender: Sender, row: Row, instead: Gate) -> None:
    """Put another gate before the one endpoint."""
    view, real = sender.standing.app.view_functions[row.endpoint], gate.gate_of
    monkeypatch.setattr(gate, "gate_of", lambda asked: instead if asked is view else real(asked))


@pytest.mark.parametrize("row", TAKEN_AWAY, ids=lambda row: f"{row.endpoint} {row.method}")
def test_a_gate_that_is_gone_or_changed_is_noticed(sender: Sender, row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    changes: list[tuple[Gate, Who]] = [(Gate(is_public=True), NOBODY)]
    if row.door:
        stopped = next(who for who in EVERYONE if who.let_in and at_the_door(row, who) is not None)
        changes.append((Gate(), stopped))
    for permission in row.door:
        changes += _without(row, permission)
    for instead, who in changes:
        with monkeypatch.context() as patch:
            opened(patch, sender, row, instead)
            assert gate_cells(sender, row, who), f"{row.endpoint}: nobody notices {instead} as {who.username or 'nobody'}"


def _without(row: Row, permission: Permission) -> Iterator[tuple[Gate, Who]]:
    """The gate without one of its permissions, and whom it would shut out: one who comes in by that alone."""
    less = row.door - {permission}
    if not less:
        return
    for who in EVERYONE:
        if who.let_in and who.may(permission) and not any(who.may(other) for other in less):
            yield Gate(permissions=less), who
            return


# The rules

_SAYS = "str | None"
# What is typed wrong, which is no matter of who may do what.
NOT_OF_ACCESS = {"password_problem", "period_problem", "role_problem", "substitute_problem", "absence_problem"}
# Rules that no request can miss, because another guard says no before them: who does, and what else holds them.
SAID_BEFORE: dict[str, str] = {
    "decisions._in_turn": "acting.begin answers 409 first; the rule itself: tests/unit/decisions",
    "funding_requests.refusal_of_files": "no place has a file in quarantine: tests/integration/documents/test_clamd.py",
    "funds.refusal_to_manage": "the door of every page of set-aside money",
    "funds.refusal_to_discard": "the door of taking away an entry; the rule itself: tests/unit/funds",
    "funds.refusal_to_delegate": "the door of every page of delegations",
    "accounting._finance": "the door of every act of finance; without it: tests/integration/test_road_actions.py",
    "accounting.refusal_to_export": "the door of every page of files to the ledger",
    "accounting.refusal_to_keep_templates": "the door of every page of the ledger's templates",
    "accounting.refusal_to_read_codes": "the door of every page of code tables",
    "accounting.refusal_to_read_outcome": "the door; without it: tests/integration/accounting/test_outcome.py",
    "accounting.refusal_to_hand_out": "no file of the world tells what is secret: tests/integration/accounting/test_export.py",
    "archive._registrar": "the door of closing and reopening; without it: tests/integration/test_road_actions.py",
    "people.end_of_substitution_problem": "only for a last day that has been: tests/integration/people/test_bad_periods.py",
    "decisions.number_is_demanded": "no place has a register kept elsewhere: tests/integration/register/test_numbers.py",
    "decisions.refusal_to_note_appeal": "the door, and the rules it is made of; the rule itself: tests/unit/decisions",
    "decisions.refusal_to_appeal": "no place carries out an earlier decision: tests/integration/decisions/test_reporting.py",
    "decisions.refusal_of_stance": "only with a recommendation in the form: tests/integration/decisions",
}


def rules_in(module: ModuleType) -> list[str]:
    """Every function of the module that answers None, or with the sentence of a refusal."""
    return [
        name
        for name, found in vars(module).items()
        if inspect.isfunction(found)
        and found.__module__ == module.__name__
        and name not in NOT_OF_ACCESS
        and str(inspect.signature(found).return_annotation) == _SAYS
    ]


RULES = [f"{module.__name__.split('.')[1]}.{name}" for module in RULE_MODULES for name in rules_in(module)]


def forget_statements() -> None:
    """Let go of the statements that are kept for who asks: a condition that is put in another's place stands in none."""
    for name, module in list(sys.modules.items()):
        if name.startswith("portal"):
            for value in list(vars(module).values()):
                if type(value) is _lru_cache_wrapper:  # asking anything of a proxy outside a request would raise
                    value.cache_clear()


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """What was put together with another's conditions is not kept."""
    yield
    forget_statements()


def instead_of(patch: pytest.MonkeyPatch, real: Callable[..., Any], other: Callable[..., Any]) -> None:
    """Put ``other`` wherever the portal holds the function: in modules that took it in, and in the tables of rules."""
    forget_statements()
    for name, module in list(sys.modules.items()):
        if not name.startswith("portal"):
            continue
        for held, value in list(vars(module).items()):
            if value is real:
                patch.setattr(module, held, other)
    for module in RULE_MODULES:
        table: dict[Any, Callable[..., Any]] = getattr(module, "REFUSALS", {})
        for action, rule in table.items():
            if rule is real:
                patch.setitem(table, action, other)


def function(rule: str) -> Callable[..., Any]:
    """The function of a rule called ``package.name``."""
    package, _dot, name = rule.partition(".")
    found: Callable[..., Any] = getattr(import_module(f"portal.{package}.rules"), name)
    return found


def allow(*_given: Any, **_named: Any) -> None:
    """A rule that lets everything pass."""
    return


@dataclass(frozen=True, slots=True)
class Cell:
    """A request in which a rule has the say; ``alone`` counts how many sentences would be right."""

    alone: int
    address: Address
    who: Who
    place: str


def ruled(sender: Sender) -> Iterator[Cell]:
    """Every cell in which a rule has the say; in the short run the pages of a few places, and of those who are told the same
    by one address in one place only the first."""
    told = set()
    for address in addresses(sender.standing):
        if address in of_cases(sender.standing):
            for place in KNOWN:
                if address.row.method == "GET" and not SOAK and place not in ("draft", "submitted", "dispatched"):
                    continue
                for who in EVERYONE:
                    wanted = expected(address.row, who, KNOWN[place])
                    if wanted.outcome is Outcome.RULE and (SOAK or (str(address), place, wanted.says) not in told):
                        told.add((str(address), place, wanted.says))
                        yield Cell(len(wanted.says), address, who, place)
        else:
            for who in EVERYONE:
                found = targets(sender.world, address.row, address.rule.arguments, who) if who.let_in else []
                if any(expected_elsewhere(address.row, who, each.name).outcome is Outcome.RULE for each in found):
                    yield Cell(1, address, who, "")


@pytest.fixture(scope="module")
def said(world: World, standing: Standing) -> dict[str, list[Cell]]:
    """Which cells each rule says no in: every rule listened to while the requests are sent once."""
    clock.set_source(lambda: world.moment)
    sender = Sender(world, standing)
    cells: dict[str, list[Cell]] = {rule: [] for rule in RULES}
    now: list[str] = []

    def listening(rule: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def listen(*given: Any, **named: Any) -> Any:
            answer = real(*given, **named)
            if answer is not None:
                now.append(rule)
            return answer

        return listen

    with pytest.MonkeyPatch.context() as patch:
        for rule in RULES:
            real = function(rule)
            instead_of(patch, real, listening(rule, real))
        for each in sorted(ruled(sender), key=lambda cell: cell.alone):
            now.clear()
            cell(sender, each.address, each.who, each.place)
            for rule in dict.fromkeys(now):
                cells[rule].append(each)
    return cells


TRIED = 4
"""How many of a rule's own cells are tried before it is said that nobody would miss it."""


PASSWORD_RULE = "people.refusal_without_password"
"""Its cells are those sent without a password, below."""


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule != PASSWORD_RULE])
def test_a_rule_that_says_nothing_any_more_is_noticed(
    sender: Sender, said: dict[str, list[Cell]], rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = said[rule]
    instead_of(monkeypatch, function(rule), allow)
    red = any(cell(sender, each.address, each.who, each.place) for each in own[: len(own) if SOAK else TRIED])
    if rule in SAID_BEFORE:
        assert not red, "it is missed after all: take it off the list"
    else:
        assert own, "it says no in no cell: add the place where it does"
        assert red, [f"{each.address} {each.who.username} {each.place}" for each in own[:TRIED]]


# Who sees what

OF_ACCESS = {name for name, found in vars(access).items() if inspect.isfunction(found) and found.__module__ == access.__name__}
SIGHT = sorted(OF_ACCESS - {"whom"})  # which gathers what the others follow from, and narrows nothing itself
CONDITIONS = [name for name in SIGHT if name.startswith(("_", "is_"))]


def is_noticed(sender: Sender) -> bool:
    """Whether anything is wrong where a person opens what they may not see: the case page, and the form of an act."""
    pages = [each for each in addresses(sender.standing) if each.row.key in (("desk.case", "GET"), ("register.correct", "GET"))]
    return any(
        problem
        for page in pages
        for who in EVERYONE
        if who.let_in and at_the_door(page.row, who) is None
        for place in KNOWN
        if expected(page.row, who, KNOWN[place]).outcome is Outcome.UNKNOWN
        for problem in cell(sender, page, who, place)
    )


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_on_who_sees_that_always_holds_is_noticed(
    sender: Sender, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead_of(monkeypatch, getattr(access, name), lambda *_given: true())
    assert is_noticed(sender)


@pytest.mark.parametrize("permission", list(HANDED_IN["also_due"]))
def test_an_act_that_is_always_due_beside_the_turn_is_noticed(
    sender: Sender, permission: Permission, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = sender.standing.app.extensions
    monkeypatch.setitem(known, "also_due", {**known["also_due"], permission: true})
    assert is_noticed(sender)


@pytest.mark.parametrize("name", ["visible", "find"])
def test_a_search_for_cases_that_asks_nobody_is_noticed(sender: Sender, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def all_of_them(asked: Any, _actor: object) -> Any:
        return asked if name == "visible" else select(Case).where(Case.public_id == asked)

    instead_of(monkeypatch, getattr(access, name), all_of_them)
    assert is_noticed(sender)


def test_a_register_that_shows_drafts_is_noticed(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    page = next(each for each in addresses(sender.standing) if each.row.endpoint == "register.index")
    listed = sender.send(page, PERSONS["registrator"], {}).text.count("<tr")
    assert listed == sum(place.status not in UNREGISTERED for place in KNOWN.values()) + 1
    instead_of(monkeypatch, access.registered, lambda statement, _actor: statement)
    try:
        shown = sender.send(page, PERSONS["registrator"], {}).text.count("<tr")
    except Exception:  # a draft has no number to show
        shown = 0
    assert shown != listed


def test_every_function_that_narrows_what_is_seen_is_tried() -> None:
    of_parts = {"reads_parts", "reads_mark"}  # tried where parts are hidden: tests/secrecy
    assert set(SIGHT) == {*CONDITIONS, "visible", "find", "registered"} | of_parts


# Forms: what is not asked for, what is stale, and the password


def done_once(sender: Sender) -> Iterator[tuple[Address, Who, str, forms.Form]]:
    """Each act on a case as someone who may do it, where it may be done, with what they send."""
    for address in of_cases(sender.standing):
        row = address.row
        if row.kind is Kind.ACT and row.action not in NOWHERE_DONE:
            who, place = next(
                (who, place) for place in KNOWN for who in EVERYONE if expected(row, who, KNOWN[place]).outcome is Outcome.DONE
            )
            yield address, who, place, forms.of_case(sender.world, row.endpoint, row.action, place)


def test_the_acts_left_out_are_those_nobody_may_do_anywhere() -> None:
    acts = [row for row in TABLE if row.kind is Kind.ACT]
    everywhere = [(who, place) for who in EVERYONE for place in KNOWN.values()]
    done = {row.action for row in acts if any(expected(row, *each).outcome is Outcome.DONE for each in everywhere)}
    assert {row.action for row in acts} - done == set(NOWHERE_DONE)


def not_refused(sender: Sender, change: Callable[[forms.Form], forms.Form], wanted: Outcome) -> list[str]:
    """The acts that were not refused although something was wrong with the form."""
    found = []
    for address, who, place, form in done_once(sender):
        changed = change(form)
        if changed == form:
            continue
        got = sender.send(address, who, sender.parameters(address, place), changed)
        found += sender.wrong(address, who, place, got, Expected(wanted))[:1]
    return found


def smuggled(form: forms.Form) -> forms.Form:
    """With a field that nobody asked for."""
    return {**form, "status": "archived"}


def stale(form: forms.Form) -> forms.Form:
    """From a page shown before the case's last change."""
    return {**form, "version": str(int(form["version"]) + 7)} if "version" in form else form


def test_a_field_that_is_not_asked_for_is_refused_and_that_guard_is_missed(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not_refused(sender, smuggled, Outcome.INVALID) == []
    instead_of(monkeypatch, web_forms.only, allow)
    assert len(not_refused(sender, smuggled, Outcome.INVALID)) > len(Action) - len(NOWHERE_DONE) - 2


def test_a_stale_page_acts_on_nothing_and_that_guard_is_missed(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not_refused(sender, stale, Outcome.CONFLICT) == []
    instead_of(monkeypatch, web_forms.seen_version, allow)
    assert len(not_refused(sender, stale, Outcome.CONFLICT)) > len(Action) - len(NOWHERE_DONE) - 3


WEIGHTY = {"decisions.perform_decide", "decisions.perform_replace_decision", "dispatch.perform_record"}


def test_acts_of_weight_ask_for_the_password_after_five_minutes_and_that_guard_is_missed(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = sender.world.moment + timedelta(minutes=6)
    clock.set_source(lambda: later)

    def not_asked() -> set[str]:
        passed = set()
        for address, who, place, form in done_once(sender):
            got = sender.send(address, who, sender.parameters(address, place), form)
            if got.outcome is Outcome.DONE:
                passed.add(address.row.endpoint)
            sender.restore()
        return passed

    acts = {row.endpoint for row in TABLE if row.kind is Kind.ACT and row.action not in NOWHERE_DONE}
    assert acts - not_asked() == WEIGHTY
    instead_of(monkeypatch, function(PASSWORD_RULE), allow)
    assert acts == not_asked()


# The sign-in


def opens(sender: Sender, username: str) -> bool:
    """Whether the person's cookie still opens their own page."""
    page = next(each for each in addresses(sender.standing) if each.row.endpoint == "people.account")
    return sender.send(page, PERSONS[username], {}).outcome is Outcome.SHOWN


def at(sender: Sender, **later: int) -> None:
    """Set the clock so long after everyone signed in."""
    moment = sender.world.moment + timedelta(**later)
    clock.set_source(lambda: moment)


def test_a_sign_in_that_stands_idle_ends_and_that_guard_is_missed(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    at(sender, minutes=29)
    assert opens(sender, "revisor")
    at(sender, minutes=60)
    assert not opens(sender, "revisor")
    monkeypatch.setattr(queries, "IDLE", timedelta(days=100))
    assert opens(sender, "revisor")


def test_a_sign_in_in_use_ends_after_ten_hours_and_that_guard_is_missed(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "IDLE", timedelta(days=100))
    at(sender, hours=9, minutes=59)
    assert opens(sender, "revisor")
    at(sender, hours=10, minutes=1)
    assert not opens(sender, "revisor")
    monkeypatch.setattr(queries, "ABSOLUTE", timedelta(days=100))
    assert opens(sender, "revisor")


def test_a_closed_account_has_no_sign_in_and_that_guard_is_missed(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not opens(sender, "avstangd")
    monkeypatch.setattr(queries, "_SIGNED_IN", queries._session_with_roles(true()))
    assert opens(sender, "avstangd")


def test_guards_are_counted() -> None:
    measured("policy guards", gates=len(TAKEN_AWAY), rules=len(RULES), sight=len(SIGHT), others=7)
    assert len(GATED) > 100 and len(RULES) > 40
