"""Who may send a copy again and acknowledge one."""

from dataclasses import replace
from uuid import uuid4

import pytest

from portal.dispatch import rules
from portal.dispatch.recipients import ACTION
from portal.people.actor import Actor, Holding
from portal.people.permissions import Role

FINANCE = Actor(
    person_id=1,
    public_id=uuid4(),
    name="Ekonom",
    title="Ekonom",
    holdings=(Holding(Role.FINANCE, 1), Holding(Role.RECIPIENT, 1)),
)
FAILED = rules.Facts(
    actor=FINANCE,
    status="dispatched",
    unit_id=1,
    kind=ACTION,
    state="failed",
    opened=False,
    acknowledged=False,
    jav=frozenset(),
)


def test_a_copy_that_failed_is_sent_again_by_finance() -> None:
    assert rules.retry(FAILED) is None


@pytest.mark.parametrize("status", ["closed", "archived"])
def test_nothing_is_sent_again_or_acknowledged_after_closing(status: str) -> None:
    assert rules.retry(replace(FAILED, status=status)) == "Ärendet är avslutat. Registratorn kan öppna det igen."
    assert rules.acknowledge(replace(FAILED, status=status, state="sent")) is not None


def test_whoever_is_javig_sends_nothing() -> None:
    assert rules.retry(replace(FAILED, jav=frozenset({1}))) is not None
