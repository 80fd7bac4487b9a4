"""Everything that names no case: public pages, one's own, lists, copies, money and administration, as everyone."""

import pytest

from tests.policy import forms
from tests.policy.elsewhere import expected_elsewhere, targets
from tests.policy.matrix import Address, Got, Sender, addresses, of_cases
from tests.policy.people import EVERYONE, NOBODY, PERSONS, Who
from tests.policy.table import Outcome

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def others(sender: Sender) -> list[Address]:
    """The addresses that name no case."""
    of_case = {str(each) for each in of_cases(sender.standing)}
    return [each for each in addresses(sender.standing) if str(each) not in of_case]


def try_elsewhere(sender: Sender, address: Address, who: Who) -> list[str]:
    """The cells of one address and person."""
    wrong = []
    for target in targets(sender.world, address.row, address.rule.arguments, who):
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
        wrong += try_elsewhere(sender, address, who)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", [NOBODY, PERSONS["admin"], PERSONS["kanslichef"]], ids=lambda who: who.username or "nobody")
def test_no_address_answers_to_a_method_it_is_not_made_for(sender: Sender, who: Who) -> None:
    here = {}
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
    if address.rule.arguments & {"case_id", "document_id"}:
        return sender.parameters(address, "dispatched")
    return targets(sender.world, address.row, address.rule.arguments, PERSONS["admin"])[0].known
