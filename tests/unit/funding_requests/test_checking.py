"""What a draft must hold to be sent: one clear sentence per field, nothing guessed, nothing half read."""

from datetime import date
from typing import Any

import pytest

from portal.errors import Invalid
from portal.funding_requests.checking import Choices, check, read
from portal.funding_requests.content import Content, Draft, FundRef, OrganRef, Person, draft_from, draft_of

FUND = FundRef("Trygghetsmiljonen", 2026, "11111111-1111-4111-8111-111111111111")
ORGAN = OrganRef("Kommunstyrelsen", "kommunstyrelsen", "22222222-2222-4222-8222-222222222222")
CHOICES = Choices(
    unit="Säkerhetsenheten",
    department="Kommunledningsförvaltningen",
    requester=Person("Säkerhetschef", "Säkerhetschef"),
    today=date(2026, 11, 22),
    organs={ORGAN.public_id: ORGAN},
    funds={FUND.public_id: FUND},
)
FULL: dict[str, Any] = {
    "title": "Medel för trygghet",
    "points": ["1 mnkr ur Trygghetsmiljonen beviljas säkerhetsenheten."],
    "description": "Läget kräver det.",
    "lines": [
        {"label": "Kameror", "amount": "600 tkr", "cost_type": "investering"},
        {"label": "Väktare", "amount": "400kkr", "cost_type": "drift"},
        {"label": "Mätning", "amount": "", "cost_type": "vet inte"},
    ],
    "total": "1 mkr",
    "fund": FUND.public_id,
    "budget_year": "2026",
    "redistribution": "ja",
    "secrecy": "nej",
    "basis": ["Tjänsteskrivelse 2026-11-22"],
    "copies": [{"name": "Ekonomiavdelningen"}],
}


def _draft(**changes: Any) -> Draft:
    return draft_of({**FULL, **changes})


def _problems(**changes: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        check(_draft(**changes), CHOICES)
    return refused.value.problems


def _lines(*amounts: str) -> list[dict[str, str]]:
    return [{"label": f"Rad {n}", "amount": amount, "cost_type": "drift"} for n, amount in enumerate(amounts, 1)]


def test_a_full_draft_becomes_typed_content() -> None:
    content = check(_draft(), CHOICES)
    assert (content.total, content.fund, content.budget_year) == (1_000_000, FUND, 2026)
    assert [line.amount for line in content.lines] == [600_000, 400_000, None]
    assert content.date == "2026-11-22" and content.receiver == "Säkerhetsenheten"


def test_content_survives_its_own_json_and_gives_the_same_bytes() -> None:
    content = check(_draft(), CHOICES)
    assert Content.from_json(content.to_json()) == content
    assert Content.from_json(content.to_json()).to_json() == content.to_json()


def test_a_new_version_begins_with_what_the_old_one_says() -> None:
    content = check(_draft(), CHOICES)
    assert check(draft_from(content), CHOICES) == content


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("title", "title"),
        ("points", "point-1"),
        ("description", "description"),
        ("lines", "line_label-1"),
        ("total", "total"),
        ("fund", "fund"),
        ("budget_year", "budget_year"),
        ("redistribution", "redistribution"),
        ("secrecy", "secrecy"),
        ("basis", "basis-1"),
        ("copies", "copy_name-1"),
    ],
)
def test_what_is_missing_is_named_at_its_field_and_counts_as_not_begun(field: str, key: str) -> None:
    changes = {field: [] if isinstance(FULL[field], list) else ""}
    assert key in _problems(**changes)
    assert key in read(_draft(**changes), CHOICES).empty


def test_an_organ_is_enough_without_set_aside_money_when_financing_is_said() -> None:
    assert "financing" in _problems(fund="", organ=ORGAN.public_id)
    assert check(_draft(fund="", organ=ORGAN.public_id, financing="Driftbudget"), CHOICES).organ == ORGAN


@pytest.mark.parametrize(
    "amount",
    ["١٢٣", "1\x00000 kr", "1" + "0" * 30, "-500 tkr", "1.500", "40–50 tkr", "2026 500 000", "12 basbelopp", "5 öre", "0 kr",
     "9" * 5000],
)  # fmt: skip
def test_an_amount_that_is_not_one_certain_amount_is_one_sentence_at_its_field(amount: str) -> None:
    problems = _problems(lines=_lines(amount))
    assert list(problems) == ["line_amount-1"]
    assert problems["line_amount-1"].endswith(".")
    assert list(_problems(total=amount)) == ["total"]


@pytest.mark.parametrize(
    ("total", "words"), [("900 tkr", "100\u00a0000\u00a0kr högre"), ("1,2 mnkr", "200\u00a0000\u00a0kr lägre")]
)
def test_lines_and_total_that_differ_name_the_difference(total: str, words: str) -> None:
    assert words in _problems(total=total)["total"]


def test_unpriced_lines_alone_need_no_sum() -> None:
    content = check(_draft(lines=_lines("", "-", "ej beloppsatt")), CHOICES)
    assert [line.amount for line in content.lines] == [None, None, None] and content.priced == ()


def test_same_cost_type_for_all_lines_answers_for_each() -> None:
    lines = [{**line, "cost_type": ""} for line in _lines("1 mkr")]
    assert "line_cost_type-1" in _problems(lines=lines)
    assert check(_draft(lines=lines, cost_type_all="vet inte"), CHOICES).lines[0].cost_type == "vet inte"


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"title": "Rubrik\x00"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "\u202eakissub"}, "title"),
        ({"points": ["x" * 4_001]}, "point-1"),
        ({"description": "x" * 40_001}, "description"),
        ({"copies": [{"name": "Polisen", "email": "inte en adress"}]}, "copy_email-1"),
        ({"budget_year": "1926"}, "budget_year"),
        ({"budget_year": "2027"}, "budget_year"),
        ({"date": "i går"}, "date"),
        ({"fund": "33333333-3333-4333-8333-333333333333"}, "fund"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_at_its_field(changes: dict[str, Any], key: str) -> None:
    problems = _problems(**changes)
    assert key in problems and key not in read(_draft(**changes), CHOICES).empty


def test_line_breaks_in_names_and_titles_become_spaces() -> None:
    content = check(_draft(title="Medel\r\nBcc: x", copies=[{"name": "Ekonomi\nX: y"}]), CHOICES)
    assert content.title == "Medel Bcc: x" and content.copies[0].name == "Ekonomi X: y"


def test_empty_rows_are_no_rows_and_problems_point_at_the_row_as_shown() -> None:
    lines = [{"label": "", "amount": "", "cost_type": ""}, {"label": "", "amount": "1 mkr", "cost_type": "drift"}]
    assert list(_problems(lines=lines)) == ["line_label-2"]
