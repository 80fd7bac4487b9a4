"""What lines hold after redistributions, and what may still be moved."""

from uuid import UUID, uuid4

from portal.accounting import amounts
from portal.accounting.checks import LineDue, LineReport, Report, overspent, redistribution_problems, report_problems

CAMERAS, GUARDS, SURVEY = uuid4(), uuid4(), uuid4()
GRANTED = {CAMERAS: 500_000, GUARDS: 300_000}
NO_TYPES: dict[UUID, str] = {}


def _problems(after: dict[UUID, int], cap_left: int | None = None, reason: str = "Väktarna räckte längre.") -> str:
    return " ".join(redistribution_problems(GRANTED, after, cap_left, reason, granted=GRANTED, cost_types=NO_TYPES).values())


def _moved(before: dict[UUID, int], after: dict[UUID, int], **cost_types: str) -> str:
    types = {CAMERAS: cost_types["cameras"], GUARDS: cost_types["guards"], SURVEY: cost_types.get("survey", "vet inte")}
    granted = {CAMERAS: 500_000, GUARDS: 300_000, SURVEY: 100_000}
    return redistribution_problems(before, after, None, "Skäl.", granted=granted, cost_types=types).get("", "")


def test_a_line_holds_what_was_granted_and_every_change_after_it() -> None:
    changes = [(CAMERAS, -20_000), (GUARDS, 20_000), (CAMERAS, 5_000), (GUARDS, -5_000)]
    assert amounts.current(GRANTED, changes) == {CAMERAS: 485_000, GUARDS: 315_000}


def test_moved_counts_each_krona_once() -> None:
    assert amounts.moved([-20_000, 15_000, 5_000]) == 20_000


def test_a_redistribution_that_keeps_the_total_is_accepted() -> None:
    assert _problems({CAMERAS: 480_000, GUARDS: 320_000}) == ""


def test_money_is_not_moved_from_drift_to_investering() -> None:
    whole = {CAMERAS: 500_000, GUARDS: 300_000, SURVEY: 100_000}
    after = {CAMERAS: 520_000, GUARDS: 280_000}
    assert "från drift till investering" in _moved(whole, after, cameras="investering", guards="drift")
    assert _moved(whole, after, cameras="drift", guards="investering") == ""
    assert _moved(whole, after, cameras="drift", guards="drift") == ""
    assert _moved(whole, after, cameras="investering", guards="investering") == ""
    assert _moved(whole, {CAMERAS: 520_000, SURVEY: 80_000}, cameras="investering", guards="drift") == ""


def test_nor_is_it_by_steps_over_a_line_of_neither_kind() -> None:
    between = {CAMERAS: 500_000, GUARDS: 280_000, SURVEY: 120_000}
    after = {CAMERAS: 520_000, GUARDS: 280_000, SURVEY: 100_000}
    assert "från drift till investering" in _moved(between, after, cameras="investering", guards="drift")
    assert _moved(between, {GUARDS: 300_000, SURVEY: 100_000}, cameras="investering", guards="drift") == ""


def test_a_new_total_is_named_with_its_difference() -> None:
    assert "20\u00a0000\u00a0kr mer" in _problems({CAMERAS: 500_000, GUARDS: 320_000})
    assert "20\u00a0000\u00a0kr mindre" in _problems({CAMERAS: 480_000, GUARDS: 300_000})


def test_a_line_never_goes_below_zero() -> None:
    assert "mindre än 0" in _problems({CAMERAS: 810_000, GUARDS: -10_000})


def test_moving_more_than_the_cap_leaves_is_refused_with_what_is_left() -> None:
    assert "högst 10\u00a0000\u00a0kr" in _problems({CAMERAS: 480_000, GUARDS: 320_000}, cap_left=10_000)
    assert _problems({CAMERAS: 490_000, GUARDS: 310_000}, cap_left=10_000) == ""


def test_the_cap_counts_every_redistribution_before() -> None:
    assert amounts.left_of_cap(50_000, 45_000) == 5_000
    assert amounts.left_of_cap(50_000, 60_000) == 0
    assert amounts.left_of_cap(None, 60_000) is None


def test_unchanged_lines_and_a_missing_reason_are_told() -> None:
    assert "Ingen rad har fått ett nytt belopp" in _problems(dict(GRANTED))
    assert "Skriv varför" in _problems({CAMERAS: 480_000, GUARDS: 320_000}, reason="")


def test_a_line_of_another_decision_is_refused() -> None:
    assert "hör inte" not in _problems(dict(GRANTED))
    assert "inte hör till beslutet" in _problems({**GRANTED, SURVEY: 1})


DUE = (
    LineDue(line=CAMERAS, label="Kamerabevakning", amount=500_000),
    LineDue(line=SURVEY, label="Trygghetsmätning", amount=None),
)


def _report(used: int | None, effect: str = "Mindre skadegörelse.", summary: str = "") -> Report:
    lines = {CAMERAS: LineReport(used=used, effect=effect), SURVEY: LineReport(used=None, effect="Gjord i mars.")}
    return Report(lines=lines, summary=summary)


def test_a_report_accounts_for_every_line() -> None:
    assert report_problems(DUE, _report(450_000)) == {}
    assert "utfallet för Kamerabevakning" in " ".join(report_problems(DUE, _report(None)).values())
    assert "Kamerabevakning gav" in " ".join(report_problems(DUE, _report(450_000, effect="")).values())
    assert len(report_problems(DUE, Report(lines={}, summary=""))) == 3


def test_more_used_than_granted_needs_a_reason() -> None:
    assert overspent(DUE, _report(520_000)) == 20_000
    assert "20\u00a0000\u00a0kr högre" in report_problems(DUE, _report(520_000))["summary"]
    assert report_problems(DUE, _report(520_000, summary="Tillståndet krävde en kamera till.")) == {}


def test_an_unpriced_line_has_no_used_amount() -> None:
    lines = {CAMERAS: LineReport(used=1, effect="x"), SURVEY: LineReport(used=5, effect="x")}
    assert "inte beloppsatt" in " ".join(report_problems(DUE, Report(lines=lines, summary="")).values())
