"""Which rows go into the package: every table that hangs on a case, or a reason why not."""

from portal.archive.package import tables
from portal.tables import metadata


def test_every_table_that_points_at_a_case_is_in_the_package_or_left_out_with_a_reason() -> None:
    pointing = {
        table.name for table in metadata().sorted_tables for column in table.columns if tables.points_at(column) == tables.CASE
    }
    assert pointing <= {*tables.own(), *tables.LEFT_OUT}
    assert all(tables.LEFT_OUT.values())


def test_what_belongs_to_a_row_of_the_case_comes_along() -> None:
    assert {"decision_line", "budget_line", "final_report_line", "sealed_file", "mention", "mark_reader"} <= set(tables.own())


def test_every_row_pointed_at_lies_in_the_package_too() -> None:
    known = {*tables.own(), *tables.SHARED}
    lost = {f"{name}.{column} -> {to}" for name in known for column, to in tables.pointers(name) if to not in known}
    assert not lost


def test_of_a_person_nothing_is_told_but_name_and_title() -> None:
    assert tables.columns_of("person") == ("id", "public_id", "name", "title")
    assert tables.columns_of(tables.RELATED) == ("id", "public_id", "number", "public_title")
