"""Everything that names no case: public pages, one's own, lists, copies, money and administration, as everyone."""

from uuid import uuid4
from zlib import crc32

import pytest

from tests.policy import forms
from tests.policy.elsewhere import Target, expected_elsewhere, targets
from tests.policy.expected import at_the_door
from tests.policy.matrix import OF_A_CASE, Address, Got, Sender, addresses, cells, of_cases
from tests.policy.people import EVERYONE, NOBODY, PERSONS, Who
from tests.policy.places import KNOWN
from tests.policy.table import ROWS, Outcome
from tests.scale import SOAK, measured

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def others(sender: Sender) -> list[Address]:
    """The addresses that name no case."""
    of_case = {str(each) for each in of_cases(sender.standing)}
    return [each for each in addresses(sender.standing) if str(each) not in of_case]


def alike(address: Address, who: Who, target: Target) -> bool:
    """Whether the short run leaves out the cell: a page that is shown is drawn for every third of those who may see it, the
    same ones in every run; everything else is asked for as everyone."""
    is_shown = address.row.method == "GET" and expected_elsewhere(address.row, who, target.name).outcome is Outcome.SHOWN
    return is_shown and crc32(f"{address} {who.username} {target.name}".encode()) % 3 > 0


def try_elsewhere(sender: Sender, address: Address, who: Who, *, all_of_it: bool = True) -> list[str]:
    """The cells of one address and person; or those that the short run asks for."""
    wrong = []
    for target in targets(sender.world, address.row, address.rule.arguments, who):
        if not all_of_it and alike(address, who, target):
            continue
        form = None
        if address.row.method == "POST":
            version = {} if target.version is None else {"version": str(target.version)}
            form = {**forms.elsewhere(sender.world, address.row.endpoint, who.username), **version}
        got = sender.send(address, who, target.known, form)
        wrong += sender.wrong(address, who, target.name, got, expected_elsewhere(address.row, who, target.name))
    return wrong


@pytest.mark.parametrize("who", EVERYONE, ids=lambda who: who.username or "nobody")
def test_what_names_no_case_answers_as_the_policy_says(sender: Sender, who: Who) -> None:
    wrong = []
    for address in others(sender):
        wrong += try_elsewhere(sender, address, who, all_of_it=SOAK)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", [NOBODY, PERSONS["admin"], PERSONS["kanslichef"]], ids=lambda who: who.username or "nobody")
def test_no_address_answers_to_a_method_it_is_not_made_for(sender: Sender, who: Who) -> None:
    here: dict[str, tuple[Address, set[str]]] = {}
    for address in addresses(sender.standing):
        here.setdefault(address.rule.rule, (address, set()))[1].update(address.rule.methods or ())
    wrong = []
    for address, methods in here.values():
        known = targets_of(sender, address)
        for method in sorted(set(METHODS) - methods):
            got: Got = sender.send(address, who, known, method=method)
            if got.outcome is not Outcome.METHOD or sender.standing.changed():
                wrong.append(f"{method} {address.rule.rule}: {got.outcome}")
    assert not wrong, "\n".join(wrong)


def targets_of(sender: Sender, address: Address) -> dict[str, object]:
    """Parameters that lead somewhere, where there is something."""
    if address.rule.arguments & OF_A_CASE:
        return sender.parameters(address, "dispatched")
    return targets(sender.world, address.row, address.rule.arguments, PERSONS["admin"])[0].known


def test_the_matrix_is_large_enough(sender: Sender) -> None:
    of_case = sum(1 for place in KNOWN for method in ("GET", "POST") for _cell in cells(sender.standing, method, place))
    elsewhere = sum(
        SOAK or not alike(address, who, target)
        for address in others(sender)
        for who in EVERYONE
        for target in targets(sender.world, address.row, address.rule.arguments, who)
    )
    measured("policy", cells=of_case + elsewhere, places=len(KNOWN), persons=len(EVERYONE), routes=len(ROWS))
    assert of_case + elsewhere >= 10_000


def test_no_form_is_taken_without_its_token(sender: Sender) -> None:
    """The door is asked first; whoever it lets in is refused for want of the token, and nothing happens."""
    sender.standing.app.config["WTF_CSRF_ENABLED"] = True
    wrong = []
    for address in addresses(sender.standing):
        if address.row.method != "POST":
            continue
        for who in (NOBODY, PERSONS["admin"], PERSONS["kanslichef"]):
            got = sender.send(address, who, targets_of(sender, address), {"form_key": str(uuid4())})
            stopped = at_the_door(address.row, who)
            right = got.outcome is stopped.outcome if stopped else got.answer.status_code == 400
            if not right or sender.standing.changed():
                wrong.append(f"{address} as {who.username or 'nobody'}: {got.answer.status}")
    assert not wrong, "\n".join(wrong)
