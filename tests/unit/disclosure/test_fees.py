"""What copies on paper cost: nine pages free, fifty kronor for ten, two kronor for each page after that."""

import pytest

from portal.disclosure.fees import MOST_PAGES, Tariff, fee


@pytest.mark.parametrize(("pages", "kronor"), [(0, 0), (1, 0), (9, 0), (10, 50), (11, 52), (20, 70), (100, 230)])
def test_an_order_costs_what_the_usual_tariff_says(pages: int, kronor: int) -> None:
    assert fee(pages, Tariff()) == kronor


def test_a_municipality_sets_a_tariff_of_its_own() -> None:
    assert [fee(pages, Tariff(0, 10, 3)) for pages in (0, 1, 2, 5)] == [0, 10, 13, 22]
    assert fee(500, Tariff(500, 50, 2)) == 0


@pytest.mark.parametrize("pages", [-1, MOST_PAGES + 1])
def test_there_are_no_fewer_pages_than_none_and_no_more_than_anyone_prints(pages: int) -> None:
    with pytest.raises(ValueError, match=str(pages)):
        fee(pages, Tariff())
