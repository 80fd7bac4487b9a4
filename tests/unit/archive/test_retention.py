"""The class of a case and its retention, as ERMS tells them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from lxml import etree

from portal.archive.package import erms
from portal.archive.package.profile import Profile
from portal.archive.package.retention import years_after
from tests.unit.archive.holding import AT, DAY, a_holding, uid

NAMES = {"e": erms.NAMESPACE}


def told(path: str, **change: Any) -> list[str]:
    """What stands at a path of the case under a class."""
    row = {"id": 5, "plan_id": 1, "code": "2.1", "name": "Äskanden", "parent": "2", "process": "Pröva äskanden",
           "disposal": "keep", "years": None, "counted_from": None} | change  # fmt: skip
    held = a_holding(
        case_class=({"id": 1, "case_id": 10, "class_id": 5, "set_by_id": None, "reason": "", "set_at": AT},),
        retention_class=(row,),
        retention_plan=({"id": 1, "public_id": uid("plan"), "scheme": "KLASSA", "edition": "2.1", "valid_from": DAY},),
    )
    profile = Profile(creator="Åkersbro kommun")
    return [str(each) for each in etree.fromstring(erms.document(held, (), profile)).xpath(path, namespaces=NAMES)]


def test_the_scheme_with_its_edition_and_the_class_of_the_case_stand_in_erms_and_its_documents_have_it_too() -> None:
    assert told("//e:classificationSchema//e:p/text()") == ["KLASSA, utgåva 2.1, gäller från 2026-03-02"]
    assert set(told("//e:aggregation/e:classification/text() | //e:record/e:classification/text()")) == {"Pröva äskanden"}
    assert len(told("//e:record/e:classification")) == len(told("//e:record")) > 0
    assert told("//e:aggregation/e:classification/@classificationCode", process="") == ["2.1"]


def test_what_is_kept_has_no_end_and_names_the_rule() -> None:
    assert told("//e:aggregation/e:disposal/@disposable") == ["false"]
    assert told("//e:aggregation/e:disposal/e:disposalScheduleId/text()") == ["KLASSA 2.1: 2.1"]
    assert told("//e:disposalDate[@dateType='retention_period_end']") == []


def test_what_is_disposed_of_in_time_says_after_how_many_years_and_the_day_they_have_passed() -> None:
    class_of = {"disposal": "dispose", "years": 7, "counted_from": "closed"}
    assert told("//e:aggregation/e:disposal/@disposable", **class_of) == ["true"]
    assert told("//e:aggregation/e:disposal/e:disposalPeriod/text()", **class_of) == ["7 år från ärendets avslut"]
    end = "//e:aggregation/e:disposal//e:disposalDate[@dateType='retention_period_end']/text()"
    assert told(end, **class_of) == ["2033-03-02T00:00:00"]
    assert told("//e:aggregation/e:disposal/e:disposalAction/text()", disposal="when_useless") == ["gallras vid inaktualitet"]


@pytest.mark.parametrize(
    ("day", "years", "then"),
    [
        (date(2024, 2, 29), 1, date(2025, 3, 1)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2026, 3, 2), 7, date(2033, 3, 2)),
    ],
)
def test_years_are_full_years(day: date, years: int, then: date) -> None:
    assert years_after(day, years) == then


def test_years_counted_from_the_decision_begin_when_it_was_made() -> None:
    start = "//e:aggregation/e:disposal//e:disposalDate[@dateType='retention_period_start']/text()"
    found = told(start, disposal="dispose", years=10, counted_from="decided")
    assert datetime.fromisoformat(found[0]).astimezone(UTC) == AT
