"""The token that says where a page of a list ended."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest

from portal.paging import cursor, read_cursor

AT = datetime(2026, 11, 22, 9, 30, 0, 123000, tzinfo=UTC)


def test_a_token_says_what_was_put_into_it() -> None:
    assert read_cursor(cursor(AT, 17)) == (AT, 17)


@pytest.mark.parametrize("token", [None, "", "skräp", "bnVsbA", "W10", "å", "A" * 5000, cursor(AT.replace(tzinfo=None), 1)])
def test_a_token_that_says_nothing_begins_the_list_anew(token: str | None) -> None:
    assert read_cursor(token) is None


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_token_of_an_instant_that_no_calendar_has_begins_the_list_anew(instant: str) -> None:
    assert read_cursor(urlsafe_b64encode(json.dumps([instant, 1]).encode()).decode().rstrip("=")) is None
