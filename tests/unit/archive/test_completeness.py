"""What must be in place before a case is closed."""

import pytest

from portal.archive.completeness import COPIES, DOCUMENT, REPORT, Standing, checklist, missing, report_missing


def standing(**changes: object) -> Standing:
    values: dict[str, object] = {
        "registration_checked": True,
        "unconfirmed_marks": 0,
        "granted": 800_000,
        "document_made": True,
        "copies_waiting": 0,
        "copies_failed": 0,
        "entry_recorded": True,
        "unconfirmed_redistributions": 0,
        "report_due": True,
        "report_accepted": True,
    }
    return Standing(**(values | changes))  # type: ignore[arg-type]


def test_a_complete_case_can_be_closed() -> None:
    assert missing(standing()) == []
    assert report_missing(standing()) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"registration_checked": False}, "Registreringen är inte kontrollerad."),
        ({"awaits_number": True}, "Ärendet väntar på sitt diarienummer."),
        ({"unconfirmed_marks": 1}, "En sekretessmarkering är varken bekräftad eller hävd."),
        ({"document_made": False}, "Beslutshandlingen är inte skapad ännu."),
        ({"copies_waiting": 2}, "2 av kopiorna väntar på att skickas."),
        ({"copies_failed": 1}, "1 av kopiorna har inte kommit fram."),
        ({"entry_recorded": False}, "Budgetjusteringen är inte bokförd."),
        ({"unconfirmed_redistributions": 1}, "En omfördelning väntar på ekonomens bekräftelse."),
    ],
)
def test_each_missing_thing_has_one_sentence(changes: dict[str, object], sentence: str) -> None:
    assert missing(standing(**changes)) == [sentence]


def test_a_rejection_needs_no_budget_entry_and_no_report() -> None:
    rejected = standing(granted=0, entry_recorded=False, report_accepted=False, report_due=False)
    assert missing(rejected) == []
    assert report_missing(rejected) is None


def test_a_withdrawn_request_needs_neither_document_nor_entry() -> None:
    withdrawn = standing(granted=None, document_made=False, entry_recorded=False, report_due=False, report_accepted=False)
    assert missing(withdrawn) == []


def test_a_due_report_must_be_accepted() -> None:
    assert report_missing(standing(report_accepted=False)) == "Slutredovisningen är inte godkänd."


def test_the_list_of_the_gate_tells_what_is_in_place_too_and_the_report_only_where_it_is_asked_for() -> None:
    whole = checklist(standing())
    assert [each.missing for each in whole] == [None] * 7 and all(each.in_place for each in whole)
    assert REPORT not in [each.about for each in checklist(standing(report_accepted=False), with_report=False)]
    withdrawn = {each.about for each in checklist(standing(granted=None))}
    assert not withdrawn & {DOCUMENT, COPIES, REPORT}
    lacking = [
        each.about for each in checklist(standing(copies_failed=1, copies_waiting=1, report_accepted=False)) if each.missing
    ]
    assert lacking == [COPIES, COPIES, REPORT]
