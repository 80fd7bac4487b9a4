"""Who gets a copy, and what mails say."""

from uuid import uuid4

import pytest

from portal.dispatch.letters import About, copy_text, notice_subject, notice_text, subject
from portal.dispatch.recipients import ACTION, COPY, INFORMATION, Addressee, address_problem, reached, with_changes
from portal.dispatch.rules import Facts, acknowledge, retry
from portal.people.actor import Actor, Holding
from portal.people.permissions import Role

UNITS = {"kommunledningsförvaltningen": (4, "klf@akersbro.example"), "kultur och fritid": (5, None)}
NAMED = [Addressee("Kommunledningsförvaltningen", None, COPY), Addressee("Trygghetsrådet", None, INFORMATION)]


@pytest.mark.parametrize(
    "name", ["Kommunledningsförvaltningen", " KOMMUNLEDNINGSFÖRVALTNINGEN ", "kommunledningsförvaltningen"]
)
def test_a_unit_is_found_however_its_name_is_written(name: str) -> None:
    found = reached(Addressee(name, None, COPY), UNITS)
    assert (found.unit_id, found.email, found.failure) == (4, "klf@akersbro.example", "")


def test_a_stranger_without_an_address_is_a_failure_with_a_sentence() -> None:
    assert reached(NAMED[1], UNITS).failure.startswith("Adress saknas")
    assert reached(Addressee("Kultur och  fritid", None, COPY), UNITS).failure == ""


def test_marking_and_adding_takes_nobody_away_and_adds_nobody_twice() -> None:
    added = [Addressee("trygghetsrådet", "radet@example.org", COPY), Addressee("Polisen", "polis@example.org", COPY)]
    found = with_changes(NAMED, ["Trygghetsrådet"], added)
    assert [(each.name, each.kind) for each in found] == [
        ("Kommunledningsförvaltningen", COPY),
        ("Trygghetsrådet", ACTION),
        ("Polisen", COPY),
    ]


@pytest.mark.parametrize("address", ["a@b.example", "förnamn@b.example", "o'neil+x@sub.b.example"])
def test_plain_addresses_pass_and_others_are_told(address: str) -> None:
    assert (address_problem(address) is None) == address.isascii()


def _about(*, is_secret: bool = False) -> About:
    return About(
        number="KS\u00a02026/0001",
        title="Medel\r\nBcc: x@example.org",
        is_secret=is_secret,
        municipality="Åkersbro kommun",
        address="https://portal.example/askanden/1",
    )


def test_a_subject_is_one_line_whatever_the_title_holds() -> None:
    assert subject("Beslut i ärende", _about()) == "Beslut i ärende KS 2026/0001: Medel Bcc: x@example.org"


def test_a_secret_case_is_its_number_in_subject_and_body() -> None:
    about = _about(is_secret=True)
    text = copy_text(about, decision="Beslut 1", to_act=True, in_portal=True, checkpoint="logg\n1\nrot\n")
    assert subject("Beslut i ärende", about).endswith("KS 2026/0001")
    assert "Medel" not in text and "bifogas inte" in text and "ska åtgärdas" in text


def test_a_notice_holds_nothing_of_the_content() -> None:
    for event in ("submitted", "decided", "returned", "handed_over", "withdrawn", "something new"):
        assert "Medel" not in notice_subject(event, _about()) + notice_text(event, _about())


def _facts(role: Role, **changes: object) -> Facts:
    holdings = (Holding(role, 4),)
    by = Actor(person_id=1, public_id=uuid4(), name="N", title="T", holdings=holdings)
    values: dict[str, object] = {
        "actor": by,
        "status": "dispatched",
        "unit_id": 4,
        "kind": ACTION,
        "state": "sent",
        "opened": True,
        "acknowledged": False,
        "jav": frozenset(),
    }
    return Facts(**(values | changes))  # type: ignore[arg-type]


def test_only_the_receiving_unit_acknowledges_only_what_is_to_be_acted_on_only_once() -> None:
    assert acknowledge(_facts(Role.RECIPIENT)) is None
    for changes in ({"unit_id": 9}, {"unit_id": None}, {"kind": COPY}, {"kind": INFORMATION}, {"acknowledged": True},
                    {"state": "failed"}, {"status": "closed"}, {"status": "archived"}):  # fmt: skip
        assert acknowledge(_facts(Role.RECIPIENT, **changes))
    assert acknowledge(_facts(Role.FINANCE))


def test_only_a_failed_copy_is_sent_again_by_finance_or_the_registrar() -> None:
    for role in Role:
        may = retry(_facts(role, state="failed")) is None
        assert may == (role in (Role.FINANCE, Role.REGISTRAR))
    assert retry(_facts(Role.FINANCE, state="sent")) and retry(_facts(Role.FINANCE, state="waiting"))
    assert retry(_facts(Role.FINANCE, state="failed", jav=frozenset({1})))
