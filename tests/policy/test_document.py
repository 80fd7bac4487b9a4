"""The document tells of every table: no permission, step or door can change without ``docs/policy.md`` being wrong."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from portal.funding_requests import lifecycle
from portal.funding_requests.lifecycle import STEPS, Action, Status, Step
from portal.people.permissions import PERMISSIONS, Permission, Role
from tests.policy import words

DOCUMENT = Path(__file__).parents[2] / "docs" / "policy.md"


@pytest.fixture
def shown(app: Flask) -> Iterator[Flask]:
    """The application whose addresses the document lists."""
    assert words.policy(app) == DOCUMENT.read_text(encoding="utf-8"), "run tools/generate_docs.py"
    yield app


@pytest.mark.parametrize("role", list(Role))
def test_a_permission_given_to_a_role_or_taken_from_it_makes_the_document_wrong(
    shown: Flask, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = PERMISSIONS[role]
    for permission in Permission:
        monkeypatch.setitem(PERMISSIONS, role, held ^ {permission})
        assert words.policy(shown) != DOCUMENT.read_text(encoding="utf-8"), permission


def _changed(step: Step) -> Iterator[Step]:
    """The step with one permission more or less, another status it leads to, or one fewer."""
    for permission in Permission:
        others = tuple(each for each in step.permissions if each is not permission)
        yield replace(step, permissions=others if permission in step.permissions else (*step.permissions, permission))
    if step.to:
        yield replace(step, to=step.to[1:])
    yield replace(step, to=(*step.to, next(status for status in Status if status not in step.to)))


@pytest.mark.parametrize("number", range(len(STEPS)), ids=[f"{each.status}-{each.action}" for each in STEPS])
def test_a_step_of_the_road_that_is_changed_or_gone_makes_the_document_wrong(
    shown: Flask, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = DOCUMENT.read_text(encoding="utf-8")
    assert "\n".join(words._acts()) in written
    for changed in (*_changed(STEPS[number]), None):
        steps = (*STEPS[:number], *((changed,) if changed else ()), *STEPS[number + 1 :])
        monkeypatch.setattr(words, "STEPS", steps)
        assert "\n".join(words._acts()) not in written, changed


def test_whose_turn_it_is_stands_in_the_document(shown: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    written = DOCUMENT.read_text(encoding="utf-8")
    for status, turn in lifecycle.TURN.items():
        for other in (each for each in (*Permission, None) if each is not turn):
            with monkeypatch.context() as patch:
                patch.setitem(lifecycle.TURN, status, other)
                assert words.policy(shown) != written, (status, other)


def test_every_act_has_its_conditions_in_words() -> None:
    assert set(words.ONLY_IF) == set(Action)
    assert set(words.TRUSTED) == set(Permission)
