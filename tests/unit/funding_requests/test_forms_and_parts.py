"""The form's rows, the parts' states, amounts read back, passages of a read document."""

import pytest
from werkzeug.datastructures import MultiDict

from portal.documents.reading import read_text
from portal.errors import Invalid
from portal.funding_requests import forms, reading_in
from portal.funding_requests.checking import read
from portal.funding_requests.content import draft_of
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.readback import read_back, tally
from portal.funding_requests.rules import REFUSALS
from portal.funding_requests.sections import tasks, what_remains
from tests.unit.funding_requests.test_checking import CHOICES, FUND, _draft


def test_a_form_keeps_every_typed_character() -> None:
    draft = forms.draft_from_form(MultiDict([("title", " \x00 Å "), ("point", "ett"), ("point", ""), ("line_label", "x"),
                                             ("line_amount", "1.500"), ("line_cost_type", "")]))  # fmt: skip
    assert draft["title"] == " \x00 Å " and draft["points"] == ["ett", ""]
    unasked = dict.fromkeys(("camera", "assessment", "assessed_by", "assessed_on"), "")
    assert draft["lines"] == [{"label": "x", "amount": "1.500", "cost_type": "", **unasked}]


def test_columns_that_do_not_fit_together_are_refused_rather_than_shifted() -> None:
    with pytest.raises(Invalid):
        forms.draft_from_form(MultiDict([("line_label", "a"), ("line_label", "b"), ("line_amount", "1")]))


@pytest.mark.parametrize("button", [{"remove": "lines:9"}, {"move": "lines:1:up"}, {"move": "lines:3:down"}, {"remove": "x"}])
def test_a_button_for_a_row_that_is_not_there_changes_nothing(button: dict[str, str]) -> None:
    draft = _draft()
    before = list(draft["lines"])
    forms.apply_rows(draft, MultiDict(button))
    assert draft["lines"] == before


@pytest.mark.parametrize("button", [{"add": "title"}, {"remove": "status:1"}, {"move": "organ:1:up"}])
def test_a_button_for_a_field_that_has_no_rows_is_refused(button: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        forms.apply_rows(_draft(), MultiDict(button))


def test_parts_are_done_begun_wrong_or_empty() -> None:
    draft = _draft(total="1.500", description="", copies=[])
    states = {task.label: task.state for task in tasks(draft, read(draft, CHOICES), "/skriv")}
    assert states["Rubrik och förslag"] == "Klar"
    assert states["Kostnader"] == "Att rätta"
    assert states["Beskrivning"] == "Inte påbörjad"
    assert states["Mottagare och sekretess"] == "Påbörjad"


def test_what_remains_names_the_parts() -> None:
    draft = _draft(total="1.500", description="")
    sentence = what_remains(tasks(draft, read(draft, CHOICES), "/skriv"))
    assert sentence == "Att rätta: Kostnader. Återstår: Beskrivning."


@pytest.mark.parametrize(
    ("typed", "shown", "unsure"),
    [
        ("100kkr", "100kkr → 100\u00a0000\u00a0kr", False),
        ("600 000", "600\u00a0000\u00a0kr", False),
        ("300", "Läses som 300\u00a0kr. Menar du 300\u00a0000\u00a0kr?", True),
        ("", "ej beloppsatt", False),
    ],
)
def test_an_amount_is_read_back(typed: str, shown: str, unsure: bool) -> None:
    reading = read_back(typed)
    assert (reading.text, reading.unsure) == (shown, unsure)


def test_the_tally_says_how_far_lines_and_total_are_apart() -> None:
    sums = tally(_draft(total="1,2 mnkr"))
    assert (sums.sum, sums.asked, sums.gap, sums.off) == (1_000_000, 1_200_000, -200_000, True)


@pytest.mark.parametrize(("source", "year", "match"), [("trygghetsmiljonen", 2026, True), ("trygghetsmiljonen", 2025, False),
                                                       ("oförutsedda medel", 2026, False), (None, 2026, False)])  # fmt: skip
def test_money_is_matched_by_name_and_year_or_not_at_all(source: str | None, year: int, match: bool) -> None:
    assert reading_in.match_fund(source, CHOICES.funds, year) == (FUND.public_id if match else "")


def test_reading_fills_only_what_is_empty_and_the_persons_answers_go_first() -> None:
    letter = "Nya belysningen\n\nFörslag till beslut\n\n500 tkr beviljas parkenheten.\n\nKopia till\n\nEkonomi\n"
    found = reading_in.found(read_text(letter), CHOICES.funds, CHOICES.organs, 2026)
    mine = draft_of({"title": "Min rubrik"})
    new = reading_in.filled(mine, found, {"budget_year": "2026", "total": "600 tkr"})
    assert (new["title"], new["budget_year"], new["total"]) == ("Min rubrik", "2026", "600 tkr")
    assert new["copies"][0]["name"] == "Ekonomi"


def test_every_action_of_the_package_has_one_rule() -> None:
    manager = {Action.APPROVE, Action.SEND_BACK, Action.TAKE_BACK}
    assert set(REFUSALS) == {Action.SUBMIT, Action.DISCARD, Action.WITHDRAW, Action.FOLLOW, Action.REGISTER_LETTER, *manager}
