"""A line of camera surveillance: the documented assessment is asked for, kept with the version, shown wherever it is read."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.accounting.models import BudgetEntry
from portal.db import session, transaction
from portal.decisions import queries as decisions
from portal.decisions.document import Frame
from portal.decisions.models import Decision, DecisionLine
from portal.documents import rendering
from portal.errors import Invalid
from portal.funding_requests import operations, queries
from portal.funding_requests.content import Assessment, Content, draft_from, suggests_camera
from portal.funding_requests.differences import differences
from portal.funding_requests.document import document_data
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.models import BudgetLine, FundingRequest
from tests.conftest import ClientFor
from tests.factories.decisions import case_of
from tests.factories.funding_requests import a_draft, a_full_draft, a_submitted_request, typed
from tests.factories.road import act
from tests.factories.town import Town

ANSWERED = {"camera": "ja", "assessment": "before_start", "assessed_by": "Säkerhetschef", "assessed_on": "2099-03-01"}


def _camera(**changes: str) -> list[dict[str, str]]:
    lines = [
        {"label": "Kameror på torget", "amount": "30 000", "cost_type": "drift", **ANSWERED, **changes},
        {"label": "Skyltar", "amount": "10 000", "cost_type": "drift"},
    ]
    return lines


def _problems(town: Town, **changes: str) -> dict[str, str]:
    case = a_draft(town, lines=_camera(**changes), total="40 000")
    with pytest.raises(Invalid) as refused, transaction():
        operations.submit(case_id=case.public_id, by=town.actor("sakerhetschef"), seen_version=None)
    return refused.value.problems


def _submitted(town: Town, **changes: str) -> Any:
    return a_submitted_request(town, lines=_camera(**changes), total="40 000").public_id


def _decide(town: Town, case_id: UUID) -> None:
    act(town, Action.GIVE_STATEMENT, case_id, "ekonom2")  # a camera needs one
    act(town, Action.DECIDE, case_id, "kommunchef")


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"assessment": ""}, "line_assessment-1", "svara om bedömningen"),
        ({"assessment": "sen"}, "line_assessment-1", "svara om bedömningen"),
        ({"assessed_by": " "}, "line_assessed_by-1", "skriv vem som ansvarar"),
        ({"assessed_by": "x" * 201}, "line_assessed_by-1", "högst 200"),
        ({"assessed_by": "A\u202eB"}, "line_assessed_by-1", "otillåtet tecken"),
        ({"assessed_on": ""}, "line_assessed_on-1", "skriv när"),
        ({"assessed_on": "i våras"}, "line_assessed_on-1", "år-månad-dag"),
        ({"assessed_on": "2027-02-29"}, "line_assessed_on-1", "år-månad-dag"),
        ({"assessment": "done", "assessed_on": "2099-03-01"}, "line_assessed_on-1", "framåt i tiden"),
        ({"assessed_on": "2020-02-29"}, "line_assessed_on-1", "har passerat"),
        ({"camera": "kanske"}, "line_camera-1", "välj om raden gäller"),
    ],
)
def test_each_answer_that_is_missing_or_wrong_stops_with_one_sentence(
    town: Town, changes: dict[str, str], field: str, sentence: str
) -> None:
    problems = _problems(town, **changes)
    assert list(problems) == [field] and sentence in problems[field]


@pytest.mark.usefixtures("inside")
def test_three_missing_answers_are_three_sentences(town: Town) -> None:
    problems = _problems(town, assessment="", assessed_by="", assessed_on="")
    assert set(problems) == {"line_assessment-1", "line_assessed_by-1", "line_assessed_on-1"}


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(("state", "days"), [("done", 0), ("done", -400), ("before_start", 0), ("before_start", 30)])
def test_the_day_itself_holds_for_both_answers(town: Town, state: str, days: int) -> None:
    on = (clock.today() + timedelta(days=days)).isoformat()
    case_id = _submitted(town, assessment=state, assessed_on=on)
    version = queries.current_version(case_of(case_id))
    assert version is not None
    assert version.content.lines[0].assessment == Assessment(state, "Säkerhetschef", on)  # type: ignore[arg-type]
    assert [line.assessment for line in version.lines] == [state, None]


@pytest.mark.usefixtures("inside")
def test_a_line_that_is_no_camera_asks_for_nothing_whatever_else_was_typed(town: Town) -> None:
    for answer in ("", "nej"):
        case_id = _submitted(town, camera=answer, assessment="done", assessed_by="", assessed_on="aldrig")
        version = queries.current_version(case_of(case_id))
        assert version is not None and version.content.lines[0].assessment is None


@pytest.mark.usefixtures("inside")
def test_the_name_of_a_line_is_a_proposal_and_stops_nothing(town: Town) -> None:
    case_id = a_submitted_request(town).public_id  # "Kamerabevakning", unanswered
    assert session.scalars(select(BudgetLine.assessment)).all() == [None, None, None]
    assert case_of(case_id).status == "submitted"


@pytest.mark.parametrize(
    ("label", "said"),
    [("Kamerabevakning", True), ("Fyra övervakningskameror", True), ("TRYGGHETSKAMERA", True), ("CCTV vid stationen", True),
     ("Kameral tjänst", False), ("Kamratstödjare", False), ("Väktare", False), ("", False)],
)  # fmt: skip
def test_what_a_name_suggests(label: str, said: bool) -> None:
    assert suggests_camera(label) is said


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("kind", "camera", "needs"),
    [("drift", "", False), ("drift", "ja", True), ("investering", "", True), ("vet inte", "", True), ("drift", "nej", False)],
)
def test_a_request_with_a_camera_an_investment_or_a_doubt_needs_finances_statement(
    town: Town, kind: str, camera: str, needs: bool
) -> None:
    _submitted(town, cost_type=kind, camera=camera)
    assert session.scalars(select(FundingRequest.needs_statement)).one() is needs


@pytest.mark.usefixtures("inside")
def test_a_version_from_before_it_was_asked_for_still_reads(town: Town) -> None:
    version = queries.current_version(a_submitted_request(town))
    assert version is not None
    raw = json.loads(version.row.content)
    for line in raw["lines"]:
        del line["assessment"]
    old = Content.from_json(json.dumps(raw))
    assert [line.assessment for line in old.lines] == [None, None, None] and old == version.content


@pytest.mark.usefixtures("inside")
def test_a_new_version_begins_with_the_answers_and_a_change_is_told(town: Town) -> None:
    case_id = _submitted(town)
    act(town, Action.REQUEST_COMPLETION, case_id, "kommunchef")
    version = queries.current_version(case_of(case_id))
    assert version is not None
    begun = draft_from(version.content)
    assert {name: begun["lines"][0][name] for name in ANSWERED} == ANSWERED  # type: ignore[literal-required]
    assert begun["lines"][1]["camera"] == ""
    today = clock.today().isoformat()
    done = _camera(assessment="done", assessed_on=today)
    with transaction():
        changed = a_full_draft(town, lines=done, total="40 000")
        operations.save_draft(case_id=case_id, draft=changed, by=town.actor("sakerhetschef"), seen=None)
    act(town, Action.SUBMIT, case_id, "sakerhetschef")
    second = queries.current_version(case_of(case_id))
    assert second is not None
    rows = [row for row in differences(version.content, second.content).rows if "kamerabevakning" in row.label]
    assert [(row.before, row.after) for row in rows] == [
        ("bedömning före start 2099-03-01, Säkerhetschef", f"bedömning gjord {today}, Säkerhetschef")
    ]


@pytest.mark.usefixtures("inside")
def test_the_decision_keeps_it_per_line_and_both_documents_say_it(town: Town) -> None:
    case_id = _submitted(town)
    _decide(town, case_id)
    assert session.scalars(select(DecisionLine.assessment).order_by(DecisionLine.position)).all() == ["before_start", None]
    case, frame = case_of(case_id), Frame({"name": "Åkersbro kommun"}, clock.now())
    version = queries.current_version(case)
    assert version is not None
    asked = document_data(version.content, municipality={"name": "Åkersbro kommun"}, made_at=clock.now())
    decided = decisions.document_data(session.scalars(select(Decision)).one(), case, frame)
    expected = {"state": "before_start", "by": "Säkerhetschef", "on": "2099-03-01"}
    assert [line["assessment"] for line in asked["lines"]] == [expected, None]
    assert [line["assessment"] for line in decided["lines"]] == [expected, None]
    for kind, data in (("submission", asked), ("decision", decided)):
        text = _text(rendering.render(kind, data))
        assert "Bedömning enligt 9 § kamerabevakningslagen görs före start, senast 1 mars 2099. Ansvarig: Säkerhetschef" in text


def _text(pdf: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    return " ".join(" ".join(pages).replace("\u00a0", " ").replace("\xad", "").split())


@pytest.mark.usefixtures("inside")
def test_of_a_request_without_amounts_the_row_above_the_lines_has_none(town: Town) -> None:
    lines = [{**line, "amount": ""} for line in _camera()]
    case_id = a_submitted_request(town, lines=lines, total="40 000").public_id
    _decide(town, case_id)
    decided = decisions.document_data(
        session.scalars(select(Decision)).one(), case_of(case_id), Frame({"name": "Åkersbro kommun"}, clock.now())
    )
    assert [(line["label"], bool(line["assessment"])) for line in decided["lines"]] == [
        ("Hela äskandet", False),
        ("Kameror på torget", True),
        ("Skyltar", False),
    ]
    assert session.scalars(select(BudgetEntry.id)).all() == []


# In the browser


def test_writing_asks_where_the_name_suggests_it_and_shows_it_wherever_it_is_read(
    app: Flask, client_for: ClientFor, town: Town
) -> None:
    with app.app_context():
        case_id = a_draft(
            town, lines=_camera(camera="", assessment="", assessed_by="", assessed_on=""), total="40 000"
        ).public_id
    writer = client_for("sakerhetschef")
    page = writer.get(f"/askanden/{case_id}/skriv").get_data(as_text=True)
    assert page.count("ser ut att gälla kamerabevakning") == 1 and page.count('name="line_camera"') == 2
    assert "ser ut att gälla kamerabevakning" in writer.get(f"/askanden/{case_id}/granska").get_data(as_text=True)
    with app.app_context():
        sent = {**typed(a_full_draft(town, lines=_camera(assessed_by=""), total="40 000")), "version": "1"}
    assert writer.post(f"/askanden/{case_id}/spara", data=sent).status_code == 303
    review = writer.get(f"/askanden/{case_id}/granska").get_data(as_text=True)
    assert "Rad 1: skriv vem som ansvarar" in review and "ser ut att gälla" not in review
    with app.app_context():
        sent = {**typed(a_full_draft(town, lines=_camera(), total="40 000")), "version": "2"}
    assert writer.post(f"/askanden/{case_id}/spara", data=sent).status_code == 303
    said = "görs före start, senast 1 mars 2099. Ansvarig: Säkerhetschef"
    assert said in _plain(writer.get(f"/askanden/{case_id}/granska").get_data(as_text=True))
    form = {"form_key": str(uuid4()), "version": "1", "draft_version": "3"}
    assert writer.post(f"/askanden/{case_id}/skicka-in", data=form).status_code == 303
    with app.app_context():
        _decide(town, case_id)
    page = _plain(writer.get(f"/askanden/{case_id}").get_data(as_text=True))
    assert said in page and "Bedömningen görs före start." in page
    assert "tillstånd" not in page.casefold()


def _plain(page: str) -> str:
    return page.replace("\u00a0", " ")


def test_an_answer_the_form_lacks_in_one_row_is_refused_whole(app: Flask, client_for: ClientFor, town: Town) -> None:
    with app.app_context():
        case_id = a_draft(town).public_id
        sent = {**typed(a_full_draft(town, lines=_camera(), total="40 000")), "version": "1", "line_camera": ["ja"]}
    answer = client_for("sakerhetschef").post(f"/askanden/{case_id}/spara", data=sent)
    assert answer.status_code == 422
