"""The budget entry as finance types it."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from portal.accounting import coding
from portal.accounting.coding import Entry, Plan
from portal.settings import CODE_PARTS, CodePart, Settings

CAMERAS, GUARDS = uuid4(), uuid4()
CODE = {"ansvar": "1420", "konto": "5410", "verksamhet": "275"}
LINES = [("Kamerabevakning", CAMERAS, 1, 500_000), ("Extra väktare", GUARDS, 2, 0)]


def _entry(**changes: object) -> Entry:
    values: dict[str, object] = {"period": "2026-11", "frequency": "once", "lines": {CAMERAS: CODE}, "outcome": "2601"}
    return Entry(**(values | changes))  # type: ignore[arg-type]


PLAN = Plan(parts=CODE_PARTS, read_on="projekt")


def _problems(entry: Entry, plan: Plan = PLAN, cost_type: str = "drift", year: int | None = None) -> dict[str, str]:
    rows = coding.sides(
        "Trygghetsmiljonen", CODE, LINES, entry, read_on=plan.read_on, cost_types={CAMERAS: cost_type, GUARDS: "drift"}
    )
    return coding.problems(entry, rows, plan, year)


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


def test_every_line_gets_the_one_code_that_the_outcome_is_read_on() -> None:
    entry = _entry()
    rows = coding.sides("Trygghetsmiljonen", CODE, LINES, entry, read_on="projekt")
    assert [row.code.get("projekt") for row in rows] == [None, "2601"]


def test_without_the_code_that_the_outcome_is_read_on_nothing_is_recorded() -> None:
    assert _problems(_entry(outcome="")) == {"outcome": "Ange det projekt som utfallet ska läsas på."}


def test_a_line_with_another_project_than_the_grants_is_refused() -> None:
    problems = _problems(_entry(lines={CAMERAS: CODE | {"projekt": "9999"}}))
    assert problems == {f"code:{CAMERAS}:projekt": "Hela beviljandet läses på samma projekt. Ange det en gång."}


def test_where_the_coding_has_no_such_part_no_code_is_demanded() -> None:
    parts = tuple(part for part in CODE_PARTS if part.key not in ("projekt", "aktivitet"))
    assert _problems(_entry(outcome=""), Plan(parts=parts)) == {}


KINDS = Plan(
    parts=(
        CodePart("ansvar", "Ansvar", required=True),
        CodePart("konto", "Konto", required=True),
        CodePart("verksamhet", "Verksamhet", required_for=("drift", "investering")),
        CodePart("projekt", "Projekt", required_for=("investering",)),
        CodePart("motpart", "Motpart", required_for=("intern",)),
    ),
    internal_accounts="7[0-9]9[0-9]",
)


@pytest.mark.parametrize(
    ("cost_type", "konto", "missing"),
    [
        ("drift", "5410", {"verksamhet"}),
        ("investering", "5410", {"verksamhet", "projekt"}),
        ("vet inte", "5410", set()),
        ("drift", "7191", {"verksamhet", "motpart"}),
    ],
)
def test_what_a_line_demands_follows_from_its_kind(cost_type: str, konto: str, missing: set[str]) -> None:
    problems = _problems(_entry(lines={CAMERAS: {"ansvar": "1420", "konto": konto}}, outcome=""), KINDS, cost_type)
    assert {name.rpartition(":")[2] for name in problems} == missing
    assert all("det krävs för" in sentence for sentence in problems.values())


BALANCE = Plan(parts=CODE_PARTS, read_on="projekt", balance_accounts=Settings(Path()).balance_accounts)


@pytest.mark.parametrize("konto", ["1220", "2440", "1", "29"])
@pytest.mark.parametrize(("cost_type", "kind"), [("drift", "drift"), ("investering", "investering")])
def test_a_grant_is_not_recorded_on_an_account_of_the_balance_sheet(konto: str, cost_type: str, kind: str) -> None:
    found = _problems(_entry(lines={CAMERAS: CODE | {"konto": konto}}), BALANCE, cost_type)
    said = f"Konto {konto} för Kamerabevakning är ett balanskonto. Ange ett resultatkonto: beloppet är {kind}."
    assert found == {f"code:{CAMERAS}:konto": said}


@pytest.mark.parametrize(
    ("konto", "cost_type", "plan"),
    [("3120", "drift", BALANCE), ("8910", "investering", BALANCE), ("1220", "vet inte", BALANCE), ("1220", "drift", PLAN)],
)
def test_any_other_account_is_accepted(konto: str, cost_type: str, plan: Plan) -> None:
    assert _problems(_entry(lines={CAMERAS: CODE | {"konto": konto}}), plan, cost_type) == {}


def test_money_is_taken_from_whatever_account_it_was_set_aside_on() -> None:
    assert _problems(_entry(source={"ansvar": "1420", "konto": "2999"}), BALANCE) == {}


def test_the_from_side_is_of_no_kind() -> None:
    entry = _entry(lines={CAMERAS: CODE | {"projekt": "1"}}, outcome="")
    rows = coding.sides("Trygghetsmiljonen", {"ansvar": "1", "konto": "2"}, LINES, entry, cost_types={CAMERAS: "investering"})
    assert coding.problems(entry, rows, KINDS) == {}


@pytest.mark.parametrize("period", ["2025-12", "2027-01"])
def test_a_period_outside_the_year_of_the_money_is_refused(period: str) -> None:
    assert _problems(_entry(period=period), year=2026) == {"period": "Medlen är avsatta för 2026. Ange en period det året."}
    assert _problems(_entry(period=period)) == {}


@pytest.mark.parametrize(
    ("today", "year", "period"),
    [
        (date(2026, 11, 22), None, "2026-11"),
        (date(2026, 11, 22), 2026, "2026-11"),
        (date(2027, 1, 4), 2026, "2026-12"),
        (date(2026, 12, 30), 2027, "2027-01"),
    ],
)
def test_the_proposed_period_is_in_the_year_of_the_money(today: date, year: int | None, period: str) -> None:
    assert coding.period_in(year, today) == period
