"""The plan of meetings as it is pasted, and what the requester is told of the next one."""

from datetime import date

import pytest

from portal.decisions.meetings import MOST_LINES, Planned, next_said, read

TODAY = date(2026, 11, 23)


def test_a_pasted_line_is_a_meeting_with_its_last_day_for_papers_or_ten_working_days_before() -> None:
    plan = "2026-12-14 2026-12-01\n\n 11 januari 2027, handlingar 4 januari 2027\n2027-02-08"
    found, problem = read(plan, days_before=10, today=TODAY)
    assert problem is None
    assert found == [
        Planned(date(2026, 12, 14), date(2026, 12, 1)),
        Planned(date(2027, 1, 11), date(2027, 1, 4)),
        Planned(date(2027, 2, 8), date(2027, 1, 25)),
    ]


def test_with_no_days_before_papers_come_on_the_day_itself() -> None:
    assert read("2026-12-14", days_before=0, today=TODAY)[0] == [Planned(date(2026, 12, 14), date(2026, 12, 14))]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Skriv minst en"),
        ("2026-12-14\nsnart", "Rad 2 kan inte läsas"),
        ("2026-02-30", "Rad 1 kan inte läsas"),
        ("31 februari 2027", "Rad 1 kan inte läsas"),
        ("2026-12-14 2026-12-01 2026-12-02", "Rad 1 kan inte läsas"),
        ("2026-11-22", "Rad 1: sammanträdesdagen har redan varit"),
        ("2062-12-14", "mer än tre år fram"),
        ("2026-12-14 2026-12-15", "ligger efter sammanträdet"),
        ("2026-12-14\n14 december 2026", "Rad 2: 14\u00a0december\u00a02026 står två gånger"),
        (
            "\n".join(f"{2026 + n // 336 + 1}-{n // 28 % 12 + 1:02}-{n % 28 + 1:02}" for n in range(MOST_LINES + 1)),
            "fler än 100",
        ),
    ],
)
def test_a_plan_that_does_not_hold_is_told_in_one_sentence_and_nothing_of_it_is_read(text: str, told: str) -> None:
    found, problem = read(text, days_before=10, today=TODAY)
    assert found == []
    assert problem and told in problem


def test_the_next_meeting_is_told_with_its_last_day_for_papers_and_the_one_after_where_that_has_been() -> None:
    first, second = Planned(date(2026, 12, 14), date(2026, 12, 1)), Planned(date(2027, 1, 11), date(2027, 1, 4))

    def plain(today: date) -> str:
        return (next_said("kommunstyrelsen", [first, second], today=today) or "").replace("\u00a0", " ")

    assert plain(date(2026, 12, 1)) == (
        "Nästa sammanträde: kommunstyrelsen 14 december 2026, handlingar senast 1 december 2026."
    )
    assert plain(date(2026, 12, 2)) == (
        "Nästa sammanträde: kommunstyrelsen 14 december 2026. Sista dag för handlingar dit var 1 december 2026. "
        "Därefter 11 januari 2027, handlingar senast 4 januari 2027."
    )
    assert next_said("kommunstyrelsen", [], today=TODAY) is None
