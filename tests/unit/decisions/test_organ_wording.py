"""A proposal worded for the organ that decides: one row per way in which a request begins its points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.decisions.organ_wording import WAYS, Organ, Organs, organs, put_to
from portal.money import find_amounts

BOARD = Organ("Kommunstyrelsen", "kommunstyrelsen")
COUNCIL = Organ("Kommunfullmäktige", "kommunfullmäktige")
COMMITTEE = Organ("Kommunstyrelsens arbetsutskott", "kommunstyrelsens arbetsutskott")
SCHOOLS = Organ("Barn- och utbildningsnämnden", "barn- och utbildningsnämnden")
ALONE = Organs(BOARD)
BY_PROPOSAL = Organs(COUNCIL, BOARD)

REWORDED = [
    ("att bevilja säkerhetsenheten 300 000 kr.", "att bevilja säkerhetsenheten 300 000 kr."),
    ("Att bevilja säkerhetsenheten 300 000 kr.", "att bevilja säkerhetsenheten 300 000 kr."),
    ("ATT medlen anvisas ur reserven.", "att medlen anvisas ur reserven."),
    ("att besluta att bevilja 300 000 kr.", "att bevilja 300 000 kr."),
    ("1. Anvisa 300 000 kr till kameror.", "att anvisa 300 000 kr till kameror."),
    ("– bevilja 300 000 kr.", "att bevilja 300 000 kr."),
    ("Bevilja säkerhetsenheten 300 000 kr.", "att bevilja säkerhetsenheten 300 000 kr."),
    ("Uppdra åt ekonomichefen att bokföra det.", "att uppdra åt ekonomichefen att bokföra det."),
    ("Avsätt 300 000 kr för kameror.", "att avsätta 300 000 kr för kameror."),
    ("Kommunchefen beslutar att bevilja säkerhetsenheten 300 000 kr.", "att bevilja säkerhetsenheten 300 000 kr."),
    ("Kommunchefen beslutar bevilja 300 000 kr.", "att bevilja 300 000 kr."),
    ("Tf kommunchefen beviljar fritidsenheten 96 500 kr.", "att bevilja fritidsenheten 96 500 kr."),
    ("Kommunstyrelsen beslutar att 300 000 kr beviljas.", "att 300 000 kr beviljas."),
    ("Säkerhetschefen föreslår att kommunstyrelsen beslutar att bevilja 300 000 kr.", "att bevilja 300 000 kr."),
    ("Säkerhetschefen föreslår att kommunstyrelsen beviljar 300 000 kr.", "att bevilja 300 000 kr."),
    ("Säkerhetschefen föreslår kommunstyrelsen besluta att bevilja 300 000 kr.", "att bevilja 300 000 kr."),
    ("Säkerhetschefen föreslår kommunstyrelsen att bevilja 300 000 kr.", "att bevilja 300 000 kr."),
    ("Säkerhetschefen föreslår bevilja 300 000 kr.", "att bevilja 300 000 kr."),
    ("Förvaltningen hemställer att kommunstyrelsen beslutar bevilja 300 000 kr.", "att bevilja 300 000 kr."),
    ("Säkerhetsenheten föreslår att 300 000 kr beviljas ur reserven.", "att 300 000 kr beviljas ur reserven."),
    ("Det föreslås att kommunstyrelsen beslutar att bevilja 300 000 kr.", "att bevilja 300 000 kr."),
    ("Det föreslås att 300 000 kr beviljas.", "att 300 000 kr beviljas."),
    ("Kommunstyrelsen föreslås besluta att bevilja 300 000 kr.", "att bevilja 300 000 kr."),
    ("Kommunstyrelsen föreslås bevilja 300 000 kr.", "att bevilja 300 000 kr."),
    ("Kommunstyrelsen beviljar enheten 5 tkr och ger den i uppdrag.", "att bevilja enheten 5 tkr och ge den i uppdrag."),
    ("att kommunstyrelsen beviljar 300 000 kr.", "att bevilja 300 000 kr."),
    ("Säkerhetsenheten äskar 300 000 kr för kameror.", "att bevilja säkerhetsenheten 300 000 kr för kameror."),
    ("Barn- och utbildningsnämnden ansöker om 428 000 kr.", "att bevilja barn- och utbildningsnämnden 428 000 kr."),
    ("1 000 000 kr av medlen beviljas till enheten.", "att 1 000 000 kr av medlen beviljas till enheten."),
    ("Säkerhetsenheten återredovisar arbetet i mars.", "att säkerhetsenheten återredovisar arbetet i mars."),
    ("Tekniska förvaltningen beviljas 175 000 kr.", "att tekniska förvaltningen beviljas 175 000 kr."),
    ("IT-enheten tilldelas 300 000 kr.", "att IT-enheten tilldelas 300 000 kr."),
    ("Kostnaden finansieras ur reserven.", "att kostnaden finansieras ur reserven."),
    ("Finansiering sker ur reserven.", "att finansiering sker ur reserven."),
    ("Paragrafen förklaras omedelbart justerad.", "att paragrafen förklaras omedelbart justerad."),
]  # fmt: skip

OWN_WORDS = [
    "Under 2026 beviljas säkerhetsenheten 300 000 kr.",  # the order of words is another after att
    "Medlen får inte användas till annat.",  # att medlen inte får
    "Säkerhetschefen äskar 300 000 kr.",  # to which unit?
    "Säkerhetsenheten äskar 300 000 kr av kommunstyrelsen.",
    "Vi äskar 300 000 kr.",
    "Åkersbro Bostads AB beviljas 300 000 kr.",  # a name keeps its capital; perhaps it is none
    "Fritidsnämnden beslutar att bevilja 300 000 kr.",  # another organ's decision
    "Säkerhetschefen föreslår att fritidsnämnden beslutar att bevilja 300 000 kr.",
    "För egen del beslutar kommunstyrelsen att bevilja 300 000 kr.",
    "Se tjänsteskrivelsen.",
]


@pytest.mark.parametrize(("point", "worded"), REWORDED)
def test_each_way_of_beginning_becomes_what_the_organ_decides(point: str, worded: str) -> None:
    assert put_to([point], ALONE).points == (f"Kommunstyrelsen beslutar {worded}",)
    proposed = put_to([point], BY_PROPOSAL)
    assert proposed.points == (f"Kommunstyrelsen föreslår kommunfullmäktige besluta {worded}",)
    assert proposed.reworded


@pytest.mark.parametrize("point", OWN_WORDS)
def test_a_point_that_is_not_certain_stands_in_the_requests_own_words_under_the_organs_heading(point: str) -> None:
    found = put_to(["Bevilja säkerhetsenheten 300 000 kr.", point], ALONE)
    assert found.heading == "Förslag till beslut i kommunstyrelsen"
    assert found.points == ("Bevilja säkerhetsenheten 300 000 kr.", point)
    assert (found.intro, found.reworded) == ("", False)


def test_every_way_in_the_table_words_some_point() -> None:
    unused = [way.name for way in WAYS if not any(way.begins.fullmatch(point) for point, _worded in REWORDED)]
    assert unused == ["någon föreslår organet föreslå ett annat besluta"]
    chain = "Säkerhetschefen föreslår kommunstyrelsen föreslå kommunfullmäktige besluta att bevilja 300 000 kr."
    assert put_to([chain], BY_PROPOSAL).points == (
        "Kommunstyrelsen föreslår kommunfullmäktige besluta att bevilja 300 000 kr.",
    )


def test_several_points_are_led_in_once_and_keep_their_order() -> None:
    found = put_to(["Bevilja enheten 300 000 kr.", " ", "Kostnaden finansieras ur reserven."], BY_PROPOSAL)
    assert found.intro == "Kommunstyrelsen föreslår kommunfullmäktige besluta"
    assert found.points == ("att bevilja enheten 300 000 kr.", "att kostnaden finansieras ur reserven.")
    assert found.heading == "Förslag till beslut i kommunstyrelsen"


def test_what_the_request_lets_the_board_decide_the_council_decides_when_the_case_has_been_passed_on() -> None:
    point = "Säkerhetschefen föreslår att kommunstyrelsen beslutar att bevilja 300 000 kr."
    council_said = "Kommunstyrelsen föreslår kommunfullmäktige besluta att bevilja 300 000 kr."
    assert put_to([point], BY_PROPOSAL).points == (council_said,)
    assert not put_to([council_said], ALONE).reworded, "nobody has said that the board decides what the council is asked for"
    assert put_to([council_said], BY_PROPOSAL).points == (council_said,)


def test_the_committee_is_known_by_what_it_is_called_for_short() -> None:
    found = put_to(["Arbetsutskottet anvisar 300 000 kr."], Organs(COMMITTEE))
    assert found.points == ("Kommunstyrelsens arbetsutskott beslutar att anvisa 300 000 kr.",)


@pytest.mark.parametrize(
    ("handed_to", "asked", "passed_on_from", "decides", "prepares"),
    [
        (BOARD, None, None, BOARD, None),
        (BOARD, BOARD, None, BOARD, None),
        (BOARD, COUNCIL, None, COUNCIL, BOARD),
        (COMMITTEE, BOARD, None, BOARD, COMMITTEE),
        (SCHOOLS, BOARD, None, BOARD, SCHOOLS),
        (BOARD, SCHOOLS, None, BOARD, None),
        (COUNCIL, BOARD, BOARD, COUNCIL, BOARD),
        (BOARD, None, COMMITTEE, BOARD, COMMITTEE),
        (COMMITTEE, None, BOARD, COMMITTEE, None),
        (SCHOOLS, None, SCHOOLS, SCHOOLS, None),
    ],
)
def test_a_higher_organ_decides_on_the_proposal_of_a_lower_one(
    handed_to: Organ, asked: Organ | None, passed_on_from: Organ | None, decides: Organ, prepares: Organ | None
) -> None:
    found = organs(handed_to, asked, passed_on_from)
    assert (found.deciding, found.preparing) == (decides, prepares)


@given(st.lists(st.sampled_from([point for point, _worded in REWORDED] + OWN_WORDS) | st.text(max_size=80), max_size=4))
def test_no_rewording_changes_an_amount_or_loses_a_point(points: list[str]) -> None:
    kept = [point.strip() for point in points if point.strip()]
    for to in (ALONE, BY_PROPOSAL):
        found = put_to(points, to)
        assert len(found.points) == len(kept)
        for before, after in zip(kept, found.points, strict=True):
            assert [each.kronor for each in find_amounts(after)] == [each.kronor for each in find_amounts(before)]
