"""What changed between two versions, as a reader compares them."""

from dataclasses import replace
from typing import Any

from portal.funding_requests.checking import check
from portal.funding_requests.content import Content, Line, Recipient
from portal.funding_requests.differences import differences, words
from tests.unit.funding_requests.test_checking import CHOICES, _draft


def _content(**changes: Any) -> Content:
    return replace(check(_draft(), CHOICES), **changes)


def test_equal_versions_differ_in_nothing() -> None:
    assert not differences(_content(), _content())


def test_changed_added_and_removed_lines_and_the_total_are_rows_of_amounts() -> None:
    new = _content(
        lines=(Line("Kameror", 500_000, "investering"), Line("Belysning", None, "drift"), Line("Mätning", None, "vet inte")),
        total=500_000,
    )
    rows = [(row.label, row.before, row.after, row.is_amount) for row in differences(_content(), new).rows]
    assert rows == [
        ("Äskat belopp", "1\u00a0000\u00a0000\u00a0kr", "500\u00a0000\u00a0kr", True),
        ("Kameror", "600\u00a0000\u00a0kr", "500\u00a0000\u00a0kr", True),
        ("Belysning", None, "ej beloppsatt", True),
        ("Väktare", "400\u00a0000\u00a0kr", None, True),
    ]


def test_a_changed_answer_and_recipient_are_rows() -> None:
    new = _content(redistribution=False, copies=(Recipient("Polisen", None, False),))
    labels = {row.label: (row.before, row.after) for row in differences(_content(), new).rows}
    assert labels["Omfördelning mellan raderna"] == ("Ja", "Nej")
    assert labels["Kopia till"] == ("Ekonomiavdelningen", "Polisen")


def test_a_changed_text_shows_what_was_taken_away_and_what_came() -> None:
    (text,) = differences(_content(), _content(description="Läget kräver mer.")).texts
    assert text.label == "Beskrivning"
    assert ("removed", "det.") in text.pieces and ("added", "mer.") in text.pieces
    assert "".join(piece for kind, piece in text.pieces if kind != "removed") == "Läget kräver mer."


def test_a_very_long_text_is_shown_whole_rather_than_compared_for_minutes() -> None:
    assert [kind for kind, _text in words("a " * 5_000, "b " * 5_000)] == ["removed", "added"]
