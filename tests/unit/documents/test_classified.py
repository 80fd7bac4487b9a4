"""Nothing is taken in before the question of security-classified material has been answered with no."""

import pytest

from portal.documents.classified import FIELD, NO, YES, refuse_classified
from portal.errors import Invalid


def test_no_lets_the_files_in() -> None:
    refuse_classified(NO)


@pytest.mark.parametrize(("answer", "told"), [(YES, "säkerhetsskyddschef"), ("", "Svara på om"), ("NEJ", "Svara på om")])
def test_every_other_answer_stops_them_and_says_what_to_do(answer: str, told: str) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_classified(answer)
    assert told in refused.value.problems[FIELD]
