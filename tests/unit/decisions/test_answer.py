"""Outcome, reasons and the proposed text follow from the lines."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.decisions.answer import (
    WHOLE_REQUEST,
    Answer,
    AskedLine,
    LineAnswer,
    Move,
    asked_lines,
    in_full,
    needs_reason,
    outcome,
    problems,
    settled,
)
from portal.decisions.models import Outcome
from portal.decisions.wording import button, points_of, proposed_text, what_happens

TODAY = date(2026, 11, 22)
CAMERAS = AskedLine("Kamerabevakning", 600_000, "investering", 1)
GUARDS = AskedLine("Väktare", 300_000, "drift", 2)
SURVEY = AskedLine("Trygghetsmätning", None, "drift", 3)
ASKED = (CAMERAS, GUARDS, SURVEY)


@dataclass
class Line:
    id: int
    label: str
    amount: int | None
    cost_type: str = "drift"


def answered(cameras, guards, survey):
    return (LineAnswer(cameras), LineAnswer(guards), LineAnswer(included=survey))


@pytest.mark.parametrize(
    ("lines", "expected", "reason"),
    [
        (answered(600_000, 300_000, True), Outcome.GRANTED, False),
        (answered(600_000, 300_000, False), Outcome.GRANTED, True),
        (answered(600_000, 299_999, True), Outcome.PARTLY, True),
        (answered(0, 300_000, False), Outcome.PARTLY, True),
        (answered(0, 0, True), Outcome.PARTLY, True),
        (answered(0, 0, False), Outcome.REJECTED, True),
    ],
)
def test_outcome_and_demand_for_a_reason_follow_from_the_lines(lines, expected, reason):
    assert outcome(ASKED, lines) is expected
    assert needs_reason(ASKED, lines) is reason


def test_a_request_without_priced_lines_is_decided_as_one_row_above_the_unpriced():
    rows = asked_lines([Line(1, "Trygghetsmätning", None), Line(2, "EST", None)], 500_000)
    assert [(row.label, row.requested) for row in rows] == [(WHOLE_REQUEST, 500_000), ("Trygghetsmätning", None), ("EST", None)]
    assert outcome(rows, in_full(rows)) is Outcome.GRANTED


def test_lines_with_amounts_are_decided_as_they_are():
    rows = asked_lines([Line(1, "Kameror", 10), Line(2, "EST", None)], 10)
    assert [row.label for row in rows] == ["Kameror", "EST"]


FULL = Answer(lines=in_full(ASKED), text="900 000 kr beviljas.", redistribution=Move.FREE, report_by=date(2027, 1, 31))


def test_a_full_answer_has_no_problems():
    assert problems(ASKED, FULL, today=TODAY) == {}


def test_granting_more_than_a_line_asks_for_is_refused_with_a_sentence():
    found = problems(ASKED, replace(FULL, lines=answered(600_001, 300_000, True)), today=TODAY)
    assert list(found) == ["granted-0"]
    assert "600\u00a0000\u00a0kr" in found["granted-0"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "  "}, "text"),
        ({"lines": answered(600_000, 0, True)}, "reason"),
        ({"lines": answered(600_000, None, True)}, "granted-1"),
        ({"lines": answered(600_000, -1, True)}, "granted-1"),
        ({"lines": (LineAnswer(600_000), LineAnswer(300_000), LineAnswer(granted=0))}, "granted-2"),
        ({"redistribution": Move.CAPPED, "cap": None}, "cap"),
        ({"redistribution": Move.CAPPED, "cap": 900_001}, "cap"),
        ({"report_by": TODAY}, "report_by"),
        ({"lines": in_full(ASKED)[:2]}, ""),
    ],
)
def test_what_does_not_hold_is_said_at_its_field(change, field):
    assert list(problems(ASKED, replace(FULL, **change), today=TODAY)) == [field]


def test_a_rejection_moves_nothing_and_has_nothing_to_report():
    none = settled(replace(FULL, lines=answered(0, 0, False), redistribution=Move.CAPPED, cap=5))
    assert (none.redistribution, none.cap, none.report_by) == (Move.NONE, None, None)


amounts = st.integers(1, 5_000_000)
asked_and_answered = st.lists(st.tuples(amounts | st.none(), st.integers(0, 100), st.booleans()), min_size=1, max_size=6)


@given(asked_and_answered)
def test_the_three_outcomes_exclude_each_other_and_agree_with_the_sums(rows):
    asked = tuple(AskedLine(f"rad {n}", amount, "drift", n) for n, (amount, _share, _yes) in enumerate(rows))
    assume(any(row.requested is not None for row in asked))
    lines = tuple(
        LineAnswer(included=yes) if amount is None else LineAnswer(amount * share // 100) for amount, share, yes in rows
    )
    total = sum(row.requested or 0 for row in asked)
    granted = sum(line.granted or 0 for line in lines)
    found = outcome(asked, lines)
    assert (found is Outcome.GRANTED) == (granted == total)
    assert (found is Outcome.REJECTED) == (granted == 0 and not any(line.included for line in lines))
    # what the table demands: no reason is only possible where the outcome is granted
    assert needs_reason(asked, lines) or found is Outcome.GRANTED


SEED = "1 mkr av trygghetsmiljonen beviljas till säkerhetsenheten för att utveckla arbetet."


def text_for(points, lines, asked=(CAMERAS, GUARDS), requested=900_000):
    return proposed_text(points, requested=requested, asked=asked, lines=lines)


def test_the_text_is_the_requests_own_with_the_granted_amount():
    rows = asked_lines([Line(1, "Kameror", 600_000), Line(2, "Väktare", 400_000)], 1_000_000)
    text = text_for([SEED], (LineAnswer(500_000), LineAnswer(400_000)), rows, 1_000_000)
    assert text.startswith("900\u00a0000\u00a0kr av trygghetsmiljonen beviljas till")
    full = text_for([SEED], in_full(rows), rows, 1_000_000)
    assert full.startswith("1\u00a0000\u00a0000\u00a0kr av trygghetsmiljonen")


def test_each_point_gets_its_own_lines_granted_amount():
    points = ["Högst 600 tkr beviljas till kameror.", "300 000 kr beviljas till väktare.", "Skadorna uppgick till 1,5 mkr."]
    text = text_for(points, (LineAnswer(450_000), LineAnswer(0)))
    assert points_of(text) == [
        "Högst 450\u00a0000\u00a0kr beviljas till kameror.",
        "0\u00a0kr beviljas till väktare.",
        "Skadorna uppgick till 1,5 mkr.",
    ]


def test_two_lines_with_the_same_amount_are_answered_in_their_order():
    asked = (replace_amount(CAMERAS, 50_000), replace_amount(GUARDS, 50_000))
    points = ["50 000 kr till kameror.", "50 000 kr till väktare."]
    assert points_of(text_for(points, (LineAnswer(10_000), LineAnswer(50_000)), asked, 100_000)) == [
        "10\u00a0000\u00a0kr till kameror.",
        "50\u00a0000\u00a0kr till väktare.",
    ]


def replace_amount(line, amount):
    return replace(line, requested=amount)


def test_a_rejection_says_only_that():
    assert text_for([SEED], (LineAnswer(0), LineAnswer(0))) == "Äskandet avslås."


@given(amounts, st.integers(0, 100))
def test_the_requested_total_never_stands_in_the_text_of_a_smaller_grant(total, share):
    granted = total * share // 100
    assume(0 < granted < total)
    asked = (AskedLine(WHOLE_REQUEST, total, "drift", None),)
    text = text_for([f"{total} kr beviljas."], (LineAnswer(granted),), asked, total)
    assert text == f"{granted:,}".replace(",", "\u00a0") + "\u00a0kr beviljas."


def test_the_sentence_says_what_will_happen():
    sentence = what_happens(
        granted=900_000, requested=1_000_000, fund="Trygghetsmiljonen", left_after=100_000, recipients=2
    ).replace("\u00a0", " ")
    assert sentence == (
        "Du beviljar 900 000 kr av 1 000 000 kr ur Trygghetsmiljonen (kvar att fördela: 100 000 kr). "
        "Ekonomi expedierar beslutet till 2 mottagare."
    )


def test_the_button_is_a_verb_with_its_amount():
    assert button(900_000, includes_unpriced=True) == "Bevilja 900\u00a0000\u00a0kr"
    assert button(0, includes_unpriced=True) == "Fatta beslutet"
    assert button(0, includes_unpriced=False) == "Avslå äskandet"


# Each problem word for word, and each bound at its krona and day.

MORE_THAN_ASKED = "Det går inte att bevilja mer än vad som är äskat på raden, {}. Mer kräver ett nytt äskande."
NO_AMOUNT = "Skriv det beviljade beloppet, 0 kr om inget beviljas på raden."
NO_CHOICE = "Välj om raden ingår eller inte."
NO_REASON = "Skriv skälen. De behövs när inte allt beviljas."
CAP = "Skriv hur mycket som får omfördelas, högst det beviljade beloppet."


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"lines": in_full(ASKED)[:2]}, {"": "Raderna har ändrats. Läs äskandet på nytt."}),
        ({"text": " \n"}, {"text": "Skriv beslutet."}),
        ({"lines": answered(600_000, 299_999, True)}, {"reason": NO_REASON}),
        ({"lines": answered(600_000, 299_999, True), "reason": " "}, {"reason": NO_REASON}),
        ({"lines": answered(600_000, 299_999, True), "reason": "Medlen räcker inte."}, {}),
        ({"lines": answered(600_000, 300_000, None)}, {"granted-2": NO_CHOICE}),
        ({"lines": (LineAnswer(600_000), LineAnswer(300_000), LineAnswer(granted=0, included=True))}, {"granted-2": NO_CHOICE}),
        ({"lines": answered(None, 300_000, True)}, {"granted-0": NO_AMOUNT}),
        ({"lines": (LineAnswer(600_000, included=True), *in_full(ASKED)[1:])}, {"granted-0": NO_AMOUNT}),
        ({"lines": answered(-1, 300_000, True)}, {"granted-0": "Beloppet är negativt. Skriv det utan minustecken."}),
        ({"lines": answered(600_001, 300_001, True)},
         {"granted-0": MORE_THAN_ASKED.format("600\u00a0000\u00a0kr"),
          "granted-1": MORE_THAN_ASKED.format("300\u00a0000\u00a0kr")}),
        ({"redistribution": Move.CAPPED, "cap": None}, {"cap": CAP}),
        ({"redistribution": Move.CAPPED, "cap": 0}, {"cap": CAP}),
        ({"redistribution": Move.CAPPED, "cap": -1}, {"cap": CAP}),
        ({"redistribution": Move.CAPPED, "cap": 1}, {}),
        ({"redistribution": Move.CAPPED, "cap": 900_000}, {}),
        ({"redistribution": Move.CAPPED, "cap": 900_001}, {"cap": CAP}),
        ({"redistribution": Move.FREE, "cap": None}, {}),
        ({"report_by": TODAY}, {"report_by": "Slutredovisningen ska lämnas efter i dag. Välj ett senare datum."}),
        ({"report_by": date(2026, 11, 23)}, {}),
        ({"report_by": None}, {}),
        ({"text": "", "report_by": TODAY},
         {"text": "Skriv beslutet.", "report_by": "Slutredovisningen ska lämnas efter i dag. Välj ett senare datum."}),
        # While a line does not hold, nothing is said of what follows from the lines.
        ({"lines": answered(-1, 0, True), "text": ""}, {"granted-0": "Beloppet är negativt. Skriv det utan minustecken."}),
    ],
)  # fmt: skip
def test_each_problem_is_said_word_for_word(change, found):
    assert problems(ASKED, replace(FULL, **change), today=TODAY) == found


def test_the_granted_total_and_the_unpriced_are_counted_from_the_lines():
    some = replace(FULL, lines=answered(1, None, False))
    assert (FULL.granted, FULL.includes_unpriced) == (900_000, True)
    assert (some.granted, some.includes_unpriced) == (1, False)


def test_an_answer_says_no_to_all_that_it_does_not_mention():
    plain = Answer(lines=(), text="")
    assert (plain.reason, plain.redistribution, plain.cap, plain.report_by, plain.presenter) == ("", Move.NONE, None, None, "")
    assert (LineAnswer().granted, LineAnswer().included, LineAnswer().condition) == (None, None, "")


def test_what_is_asked_keeps_label_amount_kind_and_line():
    assert asked_lines([Line(4, "Kameror", 10, "investering"), Line(5, "EST", None)], 10) == (
        AskedLine("Kameror", 10, "investering", 4),
        AskedLine("EST", None, "drift", 5),
    )
    assert asked_lines([Line(5, "EST", None)], 10) == (
        AskedLine("Hela äskandet", 10, "vet inte", None),
        AskedLine("EST", None, "drift", 5),
    )


def test_in_full_is_the_whole_amount_and_everything_unpriced():
    assert in_full(ASKED) == (LineAnswer(600_000), LineAnswer(300_000), LineAnswer(included=True))


def test_a_cap_stands_only_beside_a_capped_answer_and_a_grant_keeps_its_report():
    capped = replace(FULL, redistribution=Move.CAPPED, cap=5)
    assert settled(capped) is capped
    assert settled(replace(FULL, cap=5)) == FULL
    unpriced = settled(replace(FULL, lines=answered(0, 0, True), cap=5))
    assert (unpriced.redistribution, unpriced.cap, unpriced.report_by) == (Move.NONE, None, None)


def test_an_outcome_of_lines_and_answers_that_do_not_belong_together_is_an_error():
    with pytest.raises(ValueError, match="zip"):
        outcome(ASKED, in_full(ASKED)[:2])


def test_the_answers_on_moving_money_are_stored_so():
    assert [move.value for move in Move] == ["free", "capped", "none"]
