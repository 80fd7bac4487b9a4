"""The bytes of version 1, which may never change."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from portal.log import entries

HEADER = entries.Header(
    seq=7,
    at=datetime(2026, 3, 9, 8, 15, 30, 123000, tzinfo=UTC),
    actor=UUID("11111111-2222-4333-8444-555555555555"),
    acting_for=None,
    role="requester",
    action="funding_requests.submit",
    object_kind="case",
    object_id=UUID("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"),
    case_id=UUID("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"),
    body_commit="ab" * 32,
)


def changed(**values: object) -> entries.Header:
    fields = {name: getattr(HEADER, name) for name in entries.Header.__slots__}
    return entries.Header(**{**fields, **values})


def test_version_one_of_a_header_is_these_bytes_for_ever() -> None:
    expected = (
        '{"acting_for":null,"action":"funding_requests.submit","actor":"11111111-2222-4333-8444-555555555555",'
        '"at":1773044130123,"body_commit":"' + "ab" * 32 + '","case":"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",'
        '"object":{"id":"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee","kind":"case"},"role":"requester","seq":7,"v":1}'
    )
    assert HEADER.json() == expected
    assert HEADER.leaf() == sha256(b"\x00" + expected.encode()).digest()


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 8},
        {"at": HEADER.at + timedelta(milliseconds=1)},
        {"actor": None},
        {"acting_for": HEADER.actor},
        {"role": "registrar"},
        {"action": "decisions.decide"},
        {"object_kind": "fund"},
        {"object_id": HEADER.actor},
        {"case_id": None},
        {"body_commit": "ac" * 32},
    ],
)
def test_every_field_of_the_header_is_in_the_leaf(change: dict[str, object]) -> None:
    assert changed(**change).leaf() != HEADER.leaf()


def test_keys_are_sorted_and_swedish_letters_kept() -> None:
    assert entries.canonical({"ö": [1, True, None], "a": {"c": "å", "b": -2}}) == '{"a":{"b":-2,"c":"å"},"ö":[1,true,null]}'


@pytest.mark.parametrize("value", [1.0, float("nan"), b"x", {1: "a"}, object(), [1.5], {"a": {"b": 0.1}}, "\ud800"])
def test_what_has_no_single_spelling_is_refused(value: object) -> None:
    with pytest.raises(entries.EntryError):
        entries.canonical({"x": value})


@pytest.mark.parametrize(
    "change",
    [{"seq": 0}, {"action": "decide"}, {"action": "Decisions.decide"}, {"object_kind": "a b"}, {"action": "a.b\n"}],
)
def test_a_malformed_header_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(entries.EntryError):
        changed(**change).json()


def test_an_instant_with_parts_of_a_millisecond_is_refused() -> None:
    with pytest.raises(entries.EntryError):
        changed(at=HEADER.at + timedelta(microseconds=1)).json()


def test_the_same_body_has_another_commitment_under_another_salt() -> None:
    assert entries.body_commitment(b"\x00" * 32, "{}") != entries.body_commitment(b"\x01" * 32, "{}")
