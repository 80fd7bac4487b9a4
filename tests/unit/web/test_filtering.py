"""What a list is narrowed to in its address: read, written and told in one way."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask_babel import Babel

from portal.web.filtering import Narrowing, day_problems, days_in_words


@dataclass(frozen=True)
class Choice:
    q: str = ""
    unit: str = ""
    first: str = ""
    last: str = ""
    after: str = ""


NARROWING = Narrowing(
    Choice, "list", {"q": "q", "unit": "enhet", "first": "fran", "last": "till", "after": "efter"}, most={"q": 5}
)


@pytest.fixture
def house() -> Flask:
    app = Flask(__name__)
    Babel(app, default_locale="sv")
    for name in ("list", "list_as_file"):
        app.add_url_rule(f"/{name}", name, lambda: "")
    return app


def chosen(house: Flask, query: str) -> Choice:
    with house.test_request_context(f"/list?{query}"):
        return NARROWING.chosen()


def test_a_value_is_read_without_space_around_it_and_what_nobody_can_type_and_no_longer_than_it_may_be(house: Flask) -> None:
    assert chosen(house, "q=%20%20ab%00c%20&enhet=4&okand=1") == Choice(q="abc", unit="4")
    assert chosen(house, "q=" + "a" * 50 + "&enhet=" + "b" * 500) == Choice(q="a" * 5, unit="b" * 200)
    assert chosen(house, "") == Choice()


def test_an_address_has_what_is_chosen_and_begins_at_the_first_page(house: Flask) -> None:
    with house.test_request_context("/"):
        choice = Choice(q="a b", unit="4", after="token")
        assert NARROWING.values(choice) == {"q": "a b", "enhet": "4"}
        assert NARROWING.address(choice, endpoint="list_as_file", vantar=None) == "/list_as_file?q=a+b&enhet=4"
        assert NARROWING.next_page(choice, "more") == "/list?q=a+b&enhet=4&efter=more"
        assert NARROWING.next_page(choice, None) is None


def test_a_tag_says_what_is_chosen_in_words_where_there_are_any_and_leads_to_the_rest(house: Flask) -> None:
    with house.test_request_context("/"):
        choice = Choice(q="el", unit="4", first="2026-03-01", last="x", after="token")
        words = {"unit": {"4": "Gatukontoret"}, **days_in_words(choice)}
        assert NARROWING.tags(choice, words) == [
            ("”el”", "/list?enhet=4&fran=2026-03-01&till=x"),
            ("Gatukontoret", "/list?q=el&fran=2026-03-01&till=x"),
            ("från 1\xa0mars\xa02026", "/list?q=el&enhet=4&till=x"),
            ("till x", "/list?q=el&enhet=4&fran=2026-03-01"),
        ]
        assert NARROWING.tags(Choice(unit="9"), words, but=("q",)) == [("9", "/list")]
        assert list(day_problems(choice)) == ["last"] and "Datumet kan inte läsas" in day_problems(choice)["last"]
