"""The budget entry as finance types it."""

from uuid import uuid4

import pytest

from portal.accounting import coding
from portal.accounting.coding import Entry
from portal.settings import CODE_PARTS

CAMERAS, GUARDS = uuid4(), uuid4()
CODE = {"ansvar": "1420", "konto": "5410", "verksamhet": "275"}
LINES = [("Kamerabevakning", CAMERAS, 1, 500_000), ("Extra väktare", GUARDS, 2, 0)]


def _entry(**changes: object) -> Entry:
    values: dict[str, object] = {"period": "2026-11", "frequency": "once", "lines": {CAMERAS: CODE}}
    return Entry(**(values | changes))  # type: ignore[arg-type]


def _problems(entry: Entry) -> dict[str, str]:
    return coding.problems(entry, coding.sides("Trygghetsmiljonen", CODE, LINES, entry), CODE_PARTS)


def test_the_rows_sum_to_zero_and_a_line_without_money_has_none() -> None:
    rows = coding.sides("Trygghetsmiljonen", CODE, LINES, _entry())
    assert [(row.label, row.amount) for row in rows] == [("Trygghetsmiljonen", -500_000), ("Kamerabevakning", 500_000)]


def test_a_complete_entry_is_accepted() -> None:
    assert _problems(_entry()) == {}


def test_a_missing_required_part_is_named_with_its_row() -> None:
    problems = _problems(_entry(lines={CAMERAS: {"ansvar": "1420", "konto": ""}}))
    assert problems == {f"code:{CAMERAS}:konto": "Ange konto för Kamerabevakning."}


@pytest.mark.parametrize("value", ["12 34", "١٢٣٤", "1234567890123", "12;34", "=1+1"])
def test_a_code_that_does_not_follow_the_plan_is_refused(value: str) -> None:
    assert "kodplan" in _problems(_entry(lines={CAMERAS: CODE | {"konto": value}}))[f"code:{CAMERAS}:konto"]


def test_a_part_that_is_no_setting_is_refused() -> None:
    assert "finns inte" in _problems(_entry(lines={CAMERAS: CODE | {"objekt": "1"}}))[f"code:{CAMERAS}:objekt"]


@pytest.mark.parametrize("period", ["", "2026", "2026-13", "2026-00", "26-11", "2026-11-01", "november 2026", "٢٠٢٦-١١"])
def test_a_period_is_a_year_and_a_month(period: str) -> None:
    assert list(_problems(_entry(period=period))) == ["period"]


def test_once_or_yearly_and_nothing_else() -> None:
    assert list(_problems(_entry(frequency="monthly"))) == ["frequency"]


def test_a_row_that_is_not_the_decisions_is_refused() -> None:
    assert "inte hör till beslutet" in _problems(_entry(lines={CAMERAS: CODE, uuid4(): CODE}))[""]


def test_codes_are_read_from_their_fields_only() -> None:
    fields = [("code:from:konto", " 5099 "), (f"code:{CAMERAS}:konto", "5410"), ("period", "2026-11")]
    assert coding.from_fields(fields, str.strip) == {"from": {"konto": "5099"}, str(CAMERAS): {"konto": "5410"}}
