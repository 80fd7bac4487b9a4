"""When a visit to a case begins, and what came after the one before it."""

from datetime import timedelta

from portal.register.looking import VISIT_ENDS, Look, Since, read
from portal.register.models import CaseLook
from tests.unit.persons import NOW

EARLIER = Since(NOW - timedelta(days=1), 4)
MINUTE = timedelta(minutes=1)


def test_whoever_comes_back_within_half_an_hour_is_on_the_same_visit() -> None:
    look = Look(Since(NOW, 9), EARLIER)
    assert look.visit_at(NOW + MINUTE) == EARLIER
    assert look.visit_at(NOW + VISIT_ENDS) == EARLIER
    assert look.visit_at(NOW + VISIT_ENDS + MINUTE) == look.seen


def test_on_the_first_visit_nothing_is_new() -> None:
    look = Look(Since(NOW, 9), None)
    assert look.visit_at(NOW + MINUTE) is None
    assert look.visit_at(NOW + VISIT_ENDS + MINUTE) == look.seen


def test_a_row_is_read_as_a_value_with_and_without_an_earlier_visit() -> None:
    assert read(None) is None
    assert read(CaseLook(seen_at=NOW, seen_seq=9)) == Look(Since(NOW, 9), None)
    row = CaseLook(seen_at=NOW, seen_seq=9, before_at=EARLIER.at, before_seq=EARLIER.seq)
    assert read(row) == Look(Since(NOW, 9), EARLIER)
