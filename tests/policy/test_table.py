"""Every address stands in the policy table, and nothing else does."""

import pytest
from flask import Flask

from portal.web.gate import gate_of
from tests.policy.table import ROWS, TABLE, Kind, Row


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every endpoint with every method it answers to."""
    return {
        (rule.endpoint, method) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def missing(app: Flask) -> list[str]:
    """One sentence for each route that the table does not know, and for each row that leads nowhere."""
    here = routes(app)
    unlisted = [f"{endpoint} ({method}) has no row in tests/policy/table.py: say what it is and who may come in."
                for endpoint, method in sorted(here - set(ROWS))]  # fmt: skip
    return unlisted + [f"{endpoint} ({method}) stands in tests/policy/table.py, but there is no such route."
                       for endpoint, method in sorted(set(ROWS) - here)]  # fmt: skip


def test_every_route_has_its_row_and_every_row_its_route(app: Flask) -> None:
    assert not missing(app), "\n".join(missing(app))


def test_a_new_route_is_named_until_it_is_listed(app: Flask) -> None:
    app.add_url_rule("/nytt", endpoint="desk.new", view_func=lambda: "", methods=["GET", "POST"])
    assert [sentence.split(" has no row")[0] for sentence in missing(app)] == ["desk.new (GET)", "desk.new (POST)"]


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.endpoint != "static"], ids=lambda row: f"{row.endpoint} {row.method}"
)
def test_the_gate_is_the_door_of_the_table(app: Flask, row: Row) -> None:
    gate = gate_of(app.view_functions[row.endpoint])
    assert gate is not None, "the endpoint does not say who may come in"
    assert gate.is_public is (row.kind is Kind.PUBLIC)
    assert gate.permissions == row.door


def test_every_parameter_in_an_address_has_a_type(app: Flask) -> None:
    loose = []
    for rule in app.url_map.iter_rules():
        for name, kind in rule._converters.items():
            if type(kind).__name__ == "UnicodeConverter" and "<string(" not in rule.rule:
                loose.append(f"{rule.rule} ({name})")
    assert loose == []
