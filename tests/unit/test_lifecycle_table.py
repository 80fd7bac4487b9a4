"""The road of a case, stated once more apart from the table in the code: the two must agree, row by row."""

import pytest

from portal.funding_requests.lifecycle import SHOWN_AS, STEPS, TURN, Action, Status, step, steps

# status: action (package) by whom -> where it leads. Several who may are joined by +, several ways out by |.
ROAD = """
draft: submit (funding_requests) write_request -> submitted|with_manager
draft: discard (funding_requests) write_request -> nowhere
with_manager: approve (funding_requests) approve_request -> submitted
with_manager: send_back (funding_requests) approve_request -> draft
with_manager: take_back (funding_requests) write_request -> draft
submitted: decide (decisions) decide -> decided
submitted: request_completion (decisions) decide -> returned
submitted: hand_over (decisions) decide+keep_register -> referred
submitted: give_statement (decisions) state_opinion -> submitted
submitted: take_over (decisions) keep_register -> referred
submitted: withdraw (funding_requests) write_request -> withdrawn
returned: submit (funding_requests) write_request -> submitted|referred
returned: withdraw (funding_requests) write_request -> withdrawn
returned: resume (decisions) decide+keep_register -> submitted|referred
returned: take_over (decisions) keep_register -> referred
referred: record_minutes (decisions) keep_register -> referred|decided|returned
referred: withdraw (funding_requests) write_request -> withdrawn
referred: give_statement (decisions) state_opinion -> referred
decided: record (accounting) record_budget -> dispatched|settled
decided: send_copies (dispatch) keep_register -> decided
decided: replace_decision (decisions) decide+keep_register -> decided
decided: check_entry (accounting) record_budget -> decided
decided: note_appeal (decisions) keep_register -> decided
dispatched: redistribute (accounting) write_request -> dispatched
dispatched: confirm_redistribution (accounting) record_budget -> dispatched
dispatched: report_interim (accounting) write_request -> dispatched
dispatched: report_back (accounting) write_request -> reported
dispatched: clean (archive) keep_register -> dispatched
dispatched: close_without_report (archive) keep_register -> closed
dispatched: replace_decision (decisions) decide+keep_register -> decided
dispatched: check_entry (accounting) record_budget -> dispatched
dispatched: note_appeal (decisions) keep_register -> dispatched
dispatched: follow (funding_requests) write_request -> dispatched
reported: accept_report (accounting) record_budget -> settled
reported: return_report (accounting) record_budget -> dispatched
reported: confirm_redistribution (accounting) record_budget -> reported
reported: check_entry (accounting) record_budget -> reported
reported: note_appeal (decisions) keep_register -> reported
reported: follow (funding_requests) write_request -> reported
settled: clean (archive) keep_register -> settled
settled: close (archive) keep_register -> closed
settled: redistribute (accounting) write_request -> settled
settled: confirm_redistribution (accounting) record_budget -> settled
settled: replace_decision (decisions) decide+keep_register -> decided
settled: check_entry (accounting) record_budget -> settled
settled: note_appeal (decisions) keep_register -> settled
settled: follow (funding_requests) write_request -> settled
closed: archive (archive) archive -> archived
closed: reopen (archive) keep_register -> dispatched|settled|withdrawn
closed: check_entry (accounting) record_budget -> closed
closed: note_appeal (decisions) keep_register -> closed
closed: follow (funding_requests) write_request -> closed
archived: check_entry (accounting) record_budget -> archived
archived: note_appeal (decisions) keep_register -> archived
archived: follow (funding_requests) write_request -> archived
withdrawn: clean (archive) keep_register -> withdrawn
withdrawn: close (archive) keep_register -> closed
"""
# From the first submit to the archive, without a change of whose turn it is.
ALWAYS = """
check_registration (register) keep_register
enter_number (register) keep_register
mark_secrecy (register) keep_register
lift_mark (register) keep_register
note_fact (register) keep_register
relate (register) keep_register
unrelate (register) keep_register
mask_copy (documents) keep_register
register_letter (funding_requests) keep_register
declare_jav (register) anyone
correct (register) write_request+decide+record_budget+keep_register+archive
"""
WHOSE_TURN = {
    "draft": ("Utkast", "write_request"),
    "with_manager": ("Hos närmaste chef", "approve_request"),
    "submitted": ("Inskickat", "decide"),
    "returned": ("Komplettering begärd", "write_request"),
    "referred": ("Överlämnat", "keep_register"),
    "decided": ("Beslutat", "record_budget"),
    "dispatched": ("Expedierat", "write_request"),
    "reported": ("Slutredovisat", "record_budget"),
    "settled": ("Klart att avsluta", "keep_register"),
    "closed": ("Avslutat", "archive"),
    "archived": ("Arkiverat", None),
    "withdrawn": ("Återkallat", "keep_register"),
}


def rows(status: str) -> list[str]:
    """What the code allows in ``status``, in the words of the tables above."""
    return [
        f"{each.status.value}: {each.action.value} ({each.package}) "
        f"{'+'.join(permission.value for permission in each.permissions) or 'anyone'} "
        f"-> {'|'.join(target.value for target in each.to) or 'nowhere'}"
        for each in steps(status)
    ]


def expected(status: str) -> list[str]:
    own = [row for row in ROAD.strip().splitlines() if row.startswith(f"{status}:")]
    if status in ("draft", "with_manager"):
        return own
    return own + [f"{status}: {row} -> {status}" for row in ALWAYS.strip().splitlines()]


def test_these_are_the_statuses_under_the_names_that_are_stored() -> None:
    assert [status.value for status in Status] == list(WHOSE_TURN)
    assert all(status.value == status.name.lower() for status in Status)


def test_each_action_is_stored_under_its_own_name() -> None:
    assert all(action.value == action.name.lower() for action in Action)
    assert {action.value for action in Action} == {each.action.value for each in STEPS}


@pytest.mark.parametrize("status", list(WHOSE_TURN))
def test_a_status_allows_exactly_this_to_these(status: str) -> None:
    assert rows(status) == expected(status)


@pytest.mark.parametrize("status", list(WHOSE_TURN))
def test_a_status_is_shown_so_and_it_is_this_ones_turn(status: str) -> None:
    turn = TURN[Status(status)]
    assert (SHOWN_AS[Status(status)], turn.value if turn else None) == WHOSE_TURN[status]


def test_a_step_is_found_by_status_and_action_and_by_nothing_else() -> None:
    for status in Status:
        for action in Action:
            found = step(status.value, action)
            allowed = [each for each in steps(status) if each.action is action]
            assert [found] == allowed if allowed else found is None


def test_an_entry_in_the_log_is_named_package_dot_verb() -> None:
    assert {each.entry_type for each in steps("returned") if each.package != "register"} == {
        "funding_requests.submit",
        "funding_requests.withdraw",
        "decisions.resume",
        "decisions.take_over",
        "documents.mask_copy",
        "funding_requests.register_letter",
    }
