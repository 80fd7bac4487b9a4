"""The token that says where a page of a list ended."""

from datetime import UTC, datetime

import pytest

from portal.paging import cursor, read_cursor

AT = datetime(2026, 11, 22, 9, 30, 0, 123000, tzinfo=UTC)


def test_a_token_says_what_was_put_into_it() -> None:
    assert read_cursor(cursor(AT, 17)) == (AT, 17)


@pytest.mark.parametrize("token", [None, "", "skräp", "bnVsbA", "W10", "å", "A" * 5000, cursor(AT.replace(tzinfo=None), 1)])
def test_a_token_that_says_nothing_begins_the_list_anew(token: str | None) -> None:
    assert read_cursor(token) is None
