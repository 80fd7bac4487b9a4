"""Addresses typed by hand, or cut in two by a mail program: a list answers, whatever stands after the question mark."""

from base64 import urlsafe_b64encode

import pytest

from tests.conftest import ClientFor

BIG = "9" * 30
LISTS = ("/askanden", "/diariet", "/beslut")


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize("year", ["0000", "9999", BIG, "9" * 6_000, "²", "٢٠٢٦", "-1"])
def test_a_year_that_is_none_finds_nothing(client_for: ClientFor, page: str, year: str) -> None:
    answer = client_for("revisor").get(page, query_string={"ar": year})
    assert answer.status_code == 200


@pytest.mark.parametrize("page", LISTS)
@pytest.mark.parametrize("row", [BIG, "9" * 6_000, "-" + BIG, "x", "²"])
def test_a_page_token_that_is_none_says_where_to_begin(client_for: ClientFor, page: str, row: str) -> None:
    answer = client_for("revisor").get(
        page, query_string={"efter": urlsafe_b64encode(f'["2026-11-22T10:00:00+00:00",{row}]'.encode()).decode()}
    )
    assert answer.status_code == 422
    assert "Börja om från listans början." in answer.get_data(as_text=True)
