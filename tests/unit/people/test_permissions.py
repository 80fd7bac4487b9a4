"""What each role is trusted with, stated once more apart from the table in the code: the two must agree."""

from collections.abc import Iterable

import pytest

from portal.people.permissions import PERMISSIONS, UNIT_SCOPED, Permission, Role
from portal.people.rules import ROLE_NAMES

READING = "read_cases read_funds read_register read_decisions"
TRUSTED_WITH = {
    "requester": "write_request read_unit_cases read_funds read_register",
    "decision_maker": f"{READING} decide",
    "finance": f"{READING} state_opinion record_budget manage_funds read_deviations",
    "recipient": "receive_copies",
    "registrar": f"{READING} keep_register read_secret confirm_authority read_archive read_disclosures",
    "archivist": f"{READING} archive read_secret read_archive read_disclosures",
    "auditor": f"{READING} read_secret read_log read_archive read_deviations read_disclosures",
    "manager": "approve_request read_unit_cases read_funds read_register",
    "administrator": "administer",
}
# Permissions that change something. An auditor holds none of them, and no two of a case's three persons share one.
CHANGES = {"write_request", "decide", "state_opinion", "record_budget", "manage_funds", "keep_register", "confirm_authority",
           "approve_request", "archive", "administer"}  # fmt: skip


def names(permissions: Iterable[Permission]) -> set[str]:
    return {permission.value for permission in permissions}


def test_the_roles_are_these_nine_under_the_names_that_are_stored() -> None:
    assert {role.value for role in Role} == set(TRUSTED_WITH)
    assert {role.name.lower() for role in Role} == set(TRUSTED_WITH)


def test_each_permission_is_stored_under_its_own_name_and_held_by_some_role() -> None:
    assert all(permission.value == permission.name.lower() for permission in Permission)
    assert {name for held in TRUSTED_WITH.values() for name in held.split()} == names(Permission)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_trusted_with_exactly_this(role: Role) -> None:
    assert names(PERMISSIONS[role]) == set(TRUSTED_WITH[role.value].split())


def test_only_writing_approving_reading_the_units_cases_and_receiving_copies_are_held_for_one_unit() -> None:
    assert names(UNIT_SCOPED) == {"write_request", "approve_request", "read_unit_cases", "receive_copies"}


def test_the_auditor_changes_nothing_and_the_administrator_reads_no_case() -> None:
    assert not names(PERMISSIONS[Role.AUDITOR]) & CHANGES
    assert not {name for name in names(PERMISSIONS[Role.ADMINISTRATOR]) if name.startswith("read")}


def test_no_two_roles_share_a_right_to_change() -> None:
    held = [name for role in Role for name in names(PERMISSIONS[role]) & CHANGES]
    assert sorted(held) == sorted(CHANGES)


def test_each_role_is_shown_under_its_swedish_name() -> None:
    assert {role.value: name for role, name in ROLE_NAMES.items()} == {
        "requester": "Äskande chef",
        "decision_maker": "Beslutsfattare",
        "finance": "Ekonom",
        "recipient": "Mottagare",
        "registrar": "Registrator",
        "archivist": "Arkivarie",
        "auditor": "Revisor",
        "manager": "Närmaste chef",
        "administrator": "Administratör",
    }
