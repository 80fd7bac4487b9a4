"""What a document leaves open is offered, never set; a contradiction shows both and chooses none."""

import pytest

from portal.documents.reading import Doubt, Reading, read_text

HEAD = (
    "Åkersbro kommun\nTjänsteskrivelse\n{date}\nDnr KS 2026/12\n\n"
    "Äskande om medel till kameror{title}\n\nFörslag till beslut\n\n"
)
POINT = "Kommunstyrelsen beviljar säkerhetsenheten {amount} ur trygghetsmiljonen 2026 för kameror{when}.\n"


def document(
    amount: str = "300 000 kr", *, title: str = "", date: str = "Datum: 2026-03-02", when: str = "", after: str = ""
) -> str:
    return HEAD.format(date=date, title=title) + POINT.format(amount=amount, when=when) + after


def doubt_about(field: str, reading: Reading) -> Doubt:
    (doubt,) = [each for each in reading.doubts if each.field == field]
    return doubt


def offered(doubt: Doubt, text: str) -> list[tuple[str, str | None]]:
    """Each value with the words that stand in its passage."""
    return [(each.value, text[each.span.start : each.span.end] if each.span else None) for each in doubt.options]


@pytest.mark.parametrize(
    ("amount", "options"),
    [
        ("400–500 tkr", [("400000", "400–500 tkr"), ("500000", "400–500 tkr")]),
        ("mellan 300 000 och 350 000 kronor", [("300000", None), ("350000", None)]),
        ("1.500 tkr", [("1500000", None), ("1500", None)]),
        ("850 000 kr per år", [("850000", "850 000 kr")]),
    ],
)
def test_an_amount_that_is_not_one_amount_is_offered_and_not_set(amount: str, options: list[tuple[str, str | None]]) -> None:
    text = document(amount)
    reading = read_text(text)
    assert reading.amount_total_sek is None
    doubt = doubt_about("amount_total_sek", reading)
    assert doubt.sentence in reading.warnings
    for (value, words), (wanted, passage) in zip(offered(doubt, text), options, strict=True):
        assert value == wanted and words
        assert passage in (None, words)


def test_a_total_against_the_sum_of_its_lines_shows_both_and_chooses_none() -> None:
    text = document("900 000 kr", after="\nKostnader\n\nKameror 600 000 kr\nSkyltar 250 000 kr\n")
    reading = read_text(text)
    assert reading.amount_total_sek is None
    (stated, _), (added, rows) = offered(doubt_about("amount_total_sek", reading), text)
    assert (stated, added) == ("900000", "850000")
    assert rows and rows.startswith("Kameror") and rows.endswith("250 000 kr")


def test_a_title_that_asks_for_another_amount_than_the_point_shows_both_and_chooses_none() -> None:
    text = document(title=" om 350 000 kr")
    reading = read_text(text)
    assert reading.amount_total_sek is None
    assert offered(doubt_about("amount_total_sek", reading), text) == [("350000", "350 000 kr"), ("300000", "300 000 kr")]
    part = read_text(document(title=" om 350 000 kr", after="\nAnsökan avslås i övrigt.\n"))
    assert part.amount_total_sek == 300_000 and not [each for each in part.doubts if each.field == "amount_total_sek"]


def test_a_cost_that_is_paid_in_part_elsewhere_is_no_contradiction_and_no_budget() -> None:
    costs = "\nKostnader\n\nKameror 400 000 kr\nSkyltar 100 000 kr\n\nFörvaltningen bidrar själv med 200 000 kr.\n"
    reading = read_text(document(after=costs))
    assert (reading.amount_total_sek, reading.budget_lines) == (300_000, [])


def test_a_list_without_a_unit_is_offered_in_kronor_and_in_thousands() -> None:
    text = HEAD.format(date="Datum: 2026-03-02", title="") + "Kommunstyrelsen beviljar medel enligt tabellen.\n\n"
    text += "Kostnader\n\n| Åtgärd | Belopp |\n| Kameror | 400 |\n| Skyltar | 100 |\n"
    reading = read_text(text)
    assert reading.amount_total_sek is None and not reading.budget_lines
    assert [each.value for each in doubt_about("amount_total_sek", reading).options] == ["500", "500000"]


def test_a_title_spelled_in_two_ways_stands_as_the_head_spells_it_and_both_are_offered() -> None:
    text = document(after="\nBeslutsunderlag\n\nÅskande om medel till kameror, 2026-03-02\n")
    reading = read_text(text)
    assert reading.title == "Äskande om medel till kameror"
    assert [value for value, _words in offered(doubt_about("title", reading), text)] == [
        "Äskande om medel till kameror",
        "Åskande om medel till kameror",
    ]


def test_two_dates_of_equal_standing_are_both_offered_and_none_is_set() -> None:
    text = document(date="Datum: 2026-03-02\nUpprättad: 2026-03-09")
    reading = read_text(text)
    assert reading.date is None
    assert offered(doubt_about("date", reading), text) == [
        ("2026-03-02", "Datum: 2026-03-02"),
        ("2026-03-09", "Upprättad: 2026-03-09"),
    ]


def test_a_date_without_a_label_far_down_stands_and_is_pointed_out() -> None:
    text = document(date="", after="\nBakgrund\n\nDet är mörkt.\n\n2026-03-02\n")
    reading = read_text(text)
    assert reading.date == "2026-03-02"
    assert offered(doubt_about("date", reading), text) == [("2026-03-02", "2026-03-02")]
    assert not [each for each in read_text(document()).doubts if each.field == "date"]


def test_a_budget_year_is_set_where_it_is_said_and_offered_where_it_is_guessed() -> None:
    text = document(when=" under 2027").replace(" 2026 för", " för")
    reading = read_text(text)
    assert reading.budget_year is None
    assert [each.value for each in doubt_about("budget_year", reading).options] == ["2027"]
    said = read_text(document(when=" för 2026"))
    assert said.budget_year == 2026 and not [each for each in said.doubts if each.field == "budget_year"]


def test_financing_that_only_the_description_mentions_is_offered() -> None:
    text = document(after="\nEkonomi\n\nMedlen tas ur kommunstyrelsens anslag för oförutsedda behov.\n").replace(
        " ur trygghetsmiljonen 2026", ""
    )
    reading = read_text(text)
    assert reading.funding_source is None
    ((value, _words),) = offered(doubt_about("funding_source", reading), text)
    assert value == "kommunstyrelsens anslag för oförutsedda behov"


def test_a_plain_document_leaves_nothing_open() -> None:
    assert not read_text(document(when=" för 2026")).doubts
