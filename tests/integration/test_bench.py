"""The benchmark can be run: every page it names is there, in the portal and on the floor. What it measures is no test."""

from pathlib import Path

import pytest

import bench.__main__ as benchmark
from bench import documents, processes, sealing
from tests.conftest import Road


def test_every_page_is_measured_against_the_floor(walked: Path, road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "ROUNDS", 1)
    monkeypatch.setattr(benchmark, "EACH", 1)
    found = benchmark.measured(walked, road.cases["dispatched"])
    told = benchmark.table(found, found, len(road.cases))
    assert [line.split("|")[1].strip() for line in told.splitlines()[2:]] == [page.name for page in benchmark.PAGES]
    assert all(portal > 0 and floor > 0 for portal, floor in found)


def test_reading_three_pages_is_measured_in_word_and_in_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_WARM", 0)
    monkeypatch.setattr(documents, "_ROUNDS", 1)
    rows = documents.reading_table().splitlines()[2:]
    assert [row.split("|")[1].strip() for row in rows] == list(documents.THREE_PAGES)


def test_a_decision_is_rendered_sealed_and_verified_one_by_one_and_many_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_WARM", 0)
    monkeypatch.setattr(sealing, "_ROUNDS", 1)
    one, many = sealing.sealing_table(2).split("\n\n")
    rows = [[each.strip() for each in row.split("|")[1:-1]] for row in one.splitlines()[2:]]
    assert len(rows) == 6 and all(float(row[1]) > 0 for row in rows)
    made = many.splitlines()[2].split("|")
    assert made[1].startswith(" 2 (") and 0 < float(made[4]) < float(made[6])


def test_servers_are_started_and_what_they_take_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "ROUNDS", 1)
    row = processes.server_table().splitlines()[2].replace(",", ".").split("|")
    assert row[1].strip() == "3 processer"  # the one that was loaded, and the two forked from it
    assert float(row[2]) > 0 and float(row[4]) > 0
