"""What is typed on the decision's form, read without a browser."""

from datetime import date

import pytest

from portal.decisions import forms, minutes_form
from portal.decisions.answer import AskedLine

ASKED = (AskedLine("Kameror", 60_000, "drift", 1), AskedLine("Mätning", None, "drift", 2))
TYPED = {"granted-0": "60 000", "included-1": "ja", "move": "none", "report": "ja", "text": "Beviljas."}


@pytest.mark.parametrize("pressed", ["hela:" + "9" * 6_000, "hela:7", "hela:²", "hela:-1", "hela:", "hela:1", "rakna"])
def test_a_button_that_names_no_priced_line_changes_nothing(pressed: str) -> None:
    values = {**TYPED, "granted-0": "1"}
    assert forms.quick(ASKED, values, pressed) == values


def test_the_buttons_of_a_line_fill_it_or_empty_it() -> None:
    assert forms.quick(ASKED, TYPED, "inget:0")["granted-0"] == "0"
    assert forms.quick(ASKED, {**TYPED, "granted-0": "1"}, "hela:0")["granted-0"] == "60\u00a0000"


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2027-02-30", "i morgon", ""])
def test_a_final_report_is_due_on_a_day_that_comes(day: str) -> None:
    assert "report_by" in forms.read(ASKED, {**TYPED, "report_by": day}).problems


def test_a_day_of_next_year_is_read() -> None:
    assert forms.read(ASKED, {**TYPED, "report_by": "2027-01-31"}).answer.report_by == date(2027, 1, 31)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_minutes_of_no_meeting_are_not_read(day: str) -> None:
    values = {"organ": "97d94134-fefd-4e7d-8d90-d5080124d178", "meeting_date": day, "paragraph": "7", "kind": "preparing"}
    minutes, problems = minutes_form.read(values, text="Beredde.")
    assert minutes is None
    assert "meeting_date" in problems
