"""Sending every form that names a case, as everyone, wherever a case can stand."""

import pytest

from tests.policy.matrix import Sender, cells, try_place
from tests.policy.places import KNOWN


@pytest.mark.parametrize("place", KNOWN)
def test_an_act_is_done_refused_or_unknown_as_the_policy_says(sender: Sender, place: str) -> None:
    wrong = []
    for address, who in cells(sender.standing, "POST", place):
        wrong += try_place(sender, address, who, place)[1]
    assert not wrong, "\n".join(wrong)
