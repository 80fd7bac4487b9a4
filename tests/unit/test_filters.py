"""How amounts, instants and days are written in the pages."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jinja2 import Environment

from portal import clock
from portal.web import filters

NB = "\u00a0"
# A Sunday in Sweden, 12:00 (UTC+1).
NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _stopped_clock() -> Iterator[None]:
    clock.set_source(lambda: NOW)
    yield
    clock.set_source(None)


def test_amount_is_grouped_with_no_break_spaces() -> None:
    assert filters.kronor(1_000_000) == f"1{NB}000{NB}000{NB}kr"


def test_missing_amount_is_said_in_words_and_zero_is_zero() -> None:
    assert filters.kronor(None) == "ej beloppsatt"
    assert filters.kronor(None, "inte beslutat") == "inte beslutat"
    assert filters.kronor(0) == f"0{NB}kr"


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(250_000, f"+{NB}250{NB}000{NB}kr"), (-120_000, f"\u2212{NB}120{NB}000{NB}kr"), (0, f"0{NB}kr")],
)
def test_ledger_amount_carries_its_sign(amount: int, shown: str) -> None:
    assert filters.signed_kronor(amount) == shown


def test_instants_near_now_are_told_by_the_swedish_clock() -> None:
    assert filters.when(datetime(2026, 11, 22, 7, 5, tzinfo=UTC)) == f"i{NB}dag{NB}08:05"
    # 23:30 UTC on Friday is already Saturday in Sweden.
    assert filters.when(datetime(2026, 11, 20, 23, 30, tzinfo=UTC)) == f"i{NB}går{NB}00:30"


def test_older_instant_is_its_day_and_its_time_where_the_time_matters() -> None:
    instant = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert filters.when(instant) == f"1{NB}juli{NB}2026"
    assert filters.moment(instant) == f"1{NB}juli{NB}2026{NB}00:30"


def test_nothing_is_shown_for_what_has_not_happened() -> None:
    assert filters.when(None) == filters.moment(None) == filters.day(None) == filters.since(None) == ""


def test_waiting_is_counted_in_working_days() -> None:
    assert filters.since(datetime(2026, 11, 13, 9, 0, tzinfo=UTC)) == f"5{NB}arbetsdagar"
    assert filters.since(datetime(2026, 11, 19, 9, 0, tzinfo=UTC)) == f"1{NB}arbetsdag"
    assert filters.since(datetime(2026, 11, 21, 13, 32, tzinfo=UTC)) == f"i{NB}går{NB}14:32"
    # Over a weekend no working day has passed: the day itself says more than 0.
    assert filters.since(datetime(2026, 11, 20, 9, 0, tzinfo=UTC)) == f"20{NB}november{NB}2026"


@pytest.mark.parametrize(("size", "shown"), [(999, f"999{NB}B"), (214_400, f"214{NB}kB"), (1_240_000, f"1,2{NB}MB")])
def test_file_size_is_readable(size: int, shown: str) -> None:
    assert filters.file_size(size) == shown


def test_chart_widths_stay_inside_the_chart() -> None:
    assert filters.percent(250_000, 1_250_000) == 20.0
    assert filters.percent(3, 2) == 100.0
    assert filters.percent(-1, 2) == filters.percent(1, 0) == 0.0


def test_an_instant_for_machines_has_no_more_decimals_than_html_takes() -> None:
    assert filters.iso(datetime(2026, 11, 22, 13, 32, 1, 164_512, tzinfo=UTC)) == "2026-11-22T13:32:01.164+00:00"
    assert filters.iso(date(2026, 11, 22)) == "2026-11-22"
    assert filters.iso(None) == ""


def test_a_true_attribute_stands_bare() -> None:
    environment = Environment(autoescape=True)
    environment.filters["attributes"] = filters.attributes
    drawn = environment.from_string("<input{{ given|attributes }}>").render(
        given={"required": True, "disabled": False, "title": None, "maxlength": 200, "value": '"<'}
    )
    assert drawn == '<input required="" maxlength="200" value="&#34;&lt;">'


@pytest.mark.parametrize(
    ("clause", "shown"), [("4.2", "punkt\u00a04.2"), ("Delegationsordningen 4.6", "Delegationsordningen 4.6")]
)
def test_a_clause_that_is_only_a_number_is_called_a_clause(clause: str, shown: str) -> None:
    assert filters.clause(clause) == shown


def test_a_clause_that_is_only_a_number_names_the_order_it_stands_in() -> None:
    assert filters.clause("4.2", "Delegationsordning, utgåva 1") == "punkt\u00a04.2 i Delegationsordning, utgåva 1"
    assert filters.clause("Delegationsordningen 4.6", "") == "Delegationsordningen 4.6"
    assert filters.clause("Förordnande 7", "Delegationsordning, utgåva 1") == "Förordnande 7, Delegationsordning, utgåva 1"


@pytest.mark.parametrize("written", ["31", "§ 31", "§31", "§\u00a031 "])
def test_a_paragraph_never_parts_from_its_sign(written: str) -> None:
    assert filters.paragraph(written) == f"§{NB}31"


def test_no_page_writes_the_sign_of_a_paragraph_by_itself() -> None:
    """On a narrow page the sign would stand last in one line and the number first in the next."""
    pages = sorted((Path(filters.__file__).parent.parent / "templates").rglob("*.html"))
    assert [page.name for page in pages if re.search(r'§ (\{\{|")', page.read_text(encoding="utf-8"))] == []
