"""Since when a document is public and why, or why it is not yet (2 kap. 9–12 §§ tryckfrihetsförordningen)."""

from datetime import date
from typing import Any

import pytest

from portal.register import documents, publicity
from portal.register.document_models import Direction, PublicGround, Source
from portal.register.documents import Correction
from portal.register.publicity import Circumstances, public_since

DRAWN_UP, ADJUSTED, HANDLED = date(2026, 3, 3), date(2026, 3, 9), date(2026, 4, 1)


def since(**known: Any) -> tuple[date, PublicGround] | None:
    usual: dict[str, Any] = {"direction": Direction.DRAWN_UP, "source": Source.VERSION, "dated_on": DRAWN_UP}
    return public_since(Circumstances(**{**usual, **known}))


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        ({}, None),
        ({"direction": Direction.IN}, None),
        ({"direction": Direction.OUT}, None),
        ({"direction": Direction.IN, "outside": True}, (DRAWN_UP, PublicGround.RECEIVED)),
        ({"direction": Direction.OUT, "outside": True}, (DRAWN_UP, PublicGround.DISPATCHED)),
        ({"direction": Direction.DRAWN_UP, "outside": True}, None),
        ({"handled_on": HANDLED}, (HANDLED, PublicGround.FINALLY_HANDLED)),
        ({"handled_on": DRAWN_UP, "dated_on": HANDLED}, (HANDLED, PublicGround.FINALLY_HANDLED)),
        ({"direction": Direction.IN, "outside": True, "handled_on": HANDLED}, (DRAWN_UP, PublicGround.RECEIVED)),
        ({"source": Source.MINUTES}, None),
        ({"source": Source.MINUTES, "adjusted_on": ADJUSTED}, (ADJUSTED, PublicGround.ADJUSTED)),
        ({"source": Source.MINUTES, "adjusted_on": ADJUSTED, "handled_on": HANDLED}, (ADJUSTED, PublicGround.ADJUSTED)),
        ({"source": Source.STATEMENT, "adjusted_on": ADJUSTED}, None),
    ],
)
def test_a_document_is_public_since_then(known: dict[str, Any], wanted: object) -> None:
    assert since(**known) == wanted


@pytest.mark.parametrize(
    ("ground", "words"),
    [
        ("received", "(inkommen, 2 kap. 9 § tryckfrihetsförordningen)"),
        ("dispatched", "(expedierad, 2 kap. 10 § tryckfrihetsförordningen)"),
        ("finally_handled", "(ärendet är slutbehandlat, 2 kap. 10 § tryckfrihetsförordningen)"),
        ("adjusted", "(justerad, 2 kap. 10 § tryckfrihetsförordningen)"),
        ("completed", "(färdigställd, 2 kap. 10 § tryckfrihetsförordningen)"),
    ],
)
def test_it_is_said_in_one_sentence_with_the_ground(ground: str, words: str) -> None:
    said = publicity.said(ground, "3 mars 2026", Source.VERSION)
    assert said == f"Allmän handling sedan 3 mars 2026 {words}."
    assert publicity.said_briefly(ground, "3 mars 2026").startswith("Allmän sedan 3 mars 2026 (")


def test_of_what_is_not_public_it_is_said_why() -> None:
    assert publicity.said(None, "", Source.VERSION).startswith("Ej allmän ännu: handlingen är upprättad inom myndigheten.")
    assert publicity.said(None, "", Source.MINUTES).startswith("Ej allmän ännu: protokollet är inte justerat.")
    assert publicity.said_briefly(None, "") == "Ej allmän ännu"


def test_a_correction_holds_a_known_type_titles_and_a_day_that_has_been() -> None:
    right = Correction(type="letter", dated_on=DRAWN_UP, title="A", public_title="B", counterparty="", counterparty_number="")
    assert documents.problems_of(right, known=True, today=DRAWN_UP) == {}
    wrong = Correction(type="x", dated_on=HANDLED, title="", public_title="", counterparty="", counterparty_number="")
    assert set(documents.problems_of(wrong, known=False, today=ADJUSTED)) == {"type", "title", "public_title", "dated_on"}
