"""The one table of the road: complete, consistent, and the source of everything derived from it."""

import pkgutil
import subprocess
import sys
from importlib import import_module
from inspect import isfunction, signature
from pathlib import Path

import pytest

from portal.funding_requests.lifecycle import SHOWN_AS, STEPS, TURN, Action, Status, step, steps

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("register", "documents", "funding_requests", "decisions", "accounting", "dispatch", "archive")


def test_every_status_has_a_name_and_says_whose_turn_it_is() -> None:
    assert set(SHOWN_AS) == set(TURN) == set(Status)
    assert [status for status in Status if TURN[status] is None] == [Status.ARCHIVED]


def test_no_step_stands_twice() -> None:
    keys = [(each.status, each.action) for each in STEPS]
    assert len(keys) == len(set(keys))


def test_every_status_is_reached_from_draft_and_leads_to_the_archive() -> None:
    reached, frontier = {Status.DRAFT}, [Status.DRAFT]
    while frontier:
        for each in steps(frontier.pop()):
            frontier += [target for target in each.to if target not in reached]
            reached.update(each.to)
    assert reached == set(Status)


def test_a_closed_case_allows_only_archiving_reopening_and_facts() -> None:
    facts = {a for a in Action if step(Status.ARCHIVED, a)}
    assert {each.action for each in steps(Status.CLOSED)} == facts | {Action.ARCHIVE, Action.REOPEN}


def test_facts_never_change_whose_turn_it_is() -> None:
    for each in STEPS:
        if step(Status.ARCHIVED, each.action):
            assert each.to == (each.status,)


def _operations(package: str, action: Action) -> list[str]:
    """Where the package itself defines the act on a case: a function of that name that takes the case and who acts."""
    found = []
    for each in pkgutil.iter_modules(import_module(f"portal.{package}").__path__, f"portal.{package}."):
        made = getattr(import_module(each.name), action.value, None)
        if isfunction(made) and made.__module__ == each.name and {"case_id", "by"} <= set(signature(made).parameters):
            found.append(each.name)
    return found


@pytest.mark.parametrize("action", list(Action))
def test_every_action_has_exactly_one_rule_and_one_operation(action: Action) -> None:
    owners = {each.package for each in STEPS if each.action is action}
    assert len(owners) == 1
    rules = [p for p in PACKAGES if action in import_module(f"portal.{p}.rules").REFUSALS]
    operations = [p for p in PACKAGES for _module in _operations(p, action)]
    assert rules == operations == list(owners)


def test_the_documented_road_is_the_road_in_the_code() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools/generate_docs.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
