"""Questions, answers and comments on a case: who reads them, who may write, and that nothing else comes of them."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from portal.archive import material
from portal.conversation import operations, queries
from portal.conversation.circles import Audience
from portal.conversation.models import Mention, Message
from portal.db import session, transaction
from portal.dispatch.models import Mail
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.funding_requests.lifecycle import Action
from portal.log.queries import timeline
from portal.people.models import Installation
from portal.register import marking, secrecy
from portal.register.marking import Marking
from tests.conftest import ClientFor
from tests.factories.decisions import case_of
from tests.factories.dispatch import work
from tests.factories.funding_requests import a_draft, a_submitted_request
from tests.factories.places import a_secret_request
from tests.factories.road import act
from tests.factories.town import Town
from tests.forms import fields, fill

Say = Callable[..., UUID]


@pytest.fixture
def say(app: Flask, town: Town) -> Say:
    """Write a message on the case as somebody; its public id."""

    def said(case_id: UUID, who: str, text: str = "Hej.", **more: object) -> UUID:
        with transaction():
            message = operations.write(case_id=case_id, text=text, by=town.actor(who), **more)  # type: ignore[arg-type]
            return message.public_id

    return said


def texts(town: Town, case_id: UUID, who: str) -> list[str]:
    """What the person reads of the conversation, newest first."""
    return [each.text for each in queries.page(case_of(case_id), town.actor(who))[0]]


def test_a_message_is_read_in_its_circle_by_its_writer_and_by_those_it_mentions(app: Flask, town: Town, say: Say) -> None:
    with app.app_context():
        case_id = a_submitted_request(town).public_id
        for audience in Audience:
            say(case_id, "sakerhetschef", f"till {audience}", audience=audience, mentions=[])
        every = [f"till {audience}" for audience in reversed(Audience)]
        assert texts(town, case_id, "sakerhetschef") == texts(town, case_id, "registrator") == every
        assert texts(town, case_id, "revisor") == every
        assert texts(town, case_id, "sakerhetssamordnare") == ["till unit", "till all"]
        assert texts(town, case_id, "ekonom") == texts(town, case_id, "kommunchef") == ["till handlers", "till all"]
        assert texts(town, case_id, "arkivarie") == ["till all"]
        with transaction():
            session.get_one(Installation, 1).is_demo = True  # what is mailed is kept to be read
        say(case_id, "kommunchef", "Hör gärna.", audience=Audience.HANDLERS, mentions=["Säkerhetssamordnare", "kommunchef"])
        assert texts(town, case_id, "sakerhetssamordnare")[0] == "Hör gärna."
        assert "Hör gärna." not in texts(town, case_id, "sakerhetschef")
        shown = queries.page(case_of(case_id), town.actor("ekonom"))[0][0]
        assert (shown.mentioned, shown.kind, shown.own) == ("Säkerhetssamordnare", "comment", False)  # not oneself
        assert session.scalar(select(func.count()).select_from(Mention)) == 1
        work(app)  # the one mentioned is told by mail: the number, and nothing of what was said
        [mail] = [each for each in session.scalars(select(Mail)) if each.subject.startswith("Du är nämnd i samtalet om ärende")]
        assert mail.to == "sakerhetssamordnare@akersbro.example" and "Hör gärna" not in mail.body


def test_a_question_waits_for_its_answer_while_a_completion_is_asked_for(app: Flask, town: Town, say: Say) -> None:
    with app.app_context():
        case_id = a_submitted_request(town).public_id
        with pytest.raises(Conflict, match="Komplettering är inte längre begärd"):
            say(case_id, "sakerhetschef", asks=True)
        act(town, Action.REQUEST_COMPLETION, case_id, "kommunchef")
        version = case_of(case_id).version
        asked = say(case_id, "sakerhetschef", "Räcker en offert?", asks=True, audience=Audience.HANDLERS)
        [shown], _next = queries.page(case_of(case_id), town.actor("ekonom"))
        assert (shown.kind, shown.open) == ("question", True)
        with pytest.raises(Unknown):  # one outside the circle does not know that there is a question
            say(case_id, "sakerhetssamordnare", answers=asked)
        (mine,), _next = queries.page(case_of(case_id), town.actor("sakerhetschef"))
        assert (shown.awaits_reader, mine.open, mine.awaits_reader) == (True, True, False)
        with pytest.raises(Refused, match="Frågan är din egen"):
            say(case_id, "sakerhetschef", answers=asked)
        say(case_id, "ekonom", "Ja.", answers=asked, audience=Audience.REGISTRAR)
        answer, question = queries.page(case_of(case_id), town.actor("sakerhetschef"))[0]  # the one who asked reads it
        assert (answer.kind, answer.audience, answer.asked) == ("answer", Audience.HANDLERS, "Räcker en offert?")
        assert (answer.asked_by, question.open) == ("Säkerhetschef", False)
        assert "Ja." not in texts(town, case_id, "sakerhetssamordnare")
        assert case_of(case_id).version == version  # nobody's form has become stale


def test_what_does_not_hold_is_refused_with_a_sentence_and_nothing_is_written(app: Flask, town: Town, say: Say) -> None:
    def problems(**wrong: object) -> dict[str, str]:
        with pytest.raises(Invalid) as found:
            say(case_id, "kommunchef", **wrong)
        return found.value.problems

    with app.app_context():
        case_id = a_secret_request(town)
        assert problems(text="") == {"text": "Skriv något."}
        assert "5001 tecken och får vara högst 5000" in problems(text="x" * 5001)["text"]
        assert problems(mentions=["Ingen Alls"])["mention"].startswith("Ingen i portalen heter ”Ingen Alls”")
        secret = problems(mentions=["Registrator", "ekonom2"])["mention"]
        assert secret == "Controller får inte se ärendet och kan inte nämnas. Ta bort namnet."
        assert "högst 10 personer" in problems(mentions=[str(n) for n in range(11)])["mention"]
        for case, who, sentence in (
            (case_id, "revisor", "har ingen uppgift i det"),
            (a_draft(town).public_id, "sakerhetschef", "Samtalet öppnas när äskandet har diarieförts"),
        ):
            with pytest.raises(Refused, match=sentence):
                say(case, who)
        with pytest.raises(Unknown):
            say(case_id, "ekonom2")
        assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_the_log_tells_that_one_wrote_and_nothing_of_what(app: Flask, town: Town, say: Say) -> None:
    with app.app_context():
        case_id = a_submitted_request(town).public_id
        say(case_id, "ekonom", "Hemligt ord")
        say(case_id, "ekonom", "Hemligt ord", audience=Audience.HANDLERS)
        rows = [row for row in timeline(case_id) if row.action.startswith("conversation")]
        assert [(row.action, row.body["kind"]) for row in rows] == [
            ("conversation.write", "comment"),
            ("conversation.write_within", "comment"),
        ]
        assert "Hemligt" not in str(rows)


def test_what_was_said_is_gone_through_when_the_case_is_cleaned_and_what_is_removed_is_nowhere_left(
    app: Flask, town: Town, say: Say, client_for: ClientFor
) -> None:
    with app.app_context():
        case_id, other = (a_submitted_request(town).public_id for _n in range(2))
        act(town, Action.REQUEST_COMPLETION, case_id, "kommunchef")
        asked = say(case_id, "sakerhetschef", "Fråga", asks=True, mentions=["kommunchef"])
    answering, own = f"/askanden/{case_id}/samtal?svar={asked}", client_for("sakerhetschef")
    for page in (own.get(f"/askanden/{case_id}"), own.get(f"/askanden/{case_id}/samtal"), own.get(answering)):
        assert "Fråga" in page.text and "Svara på frågan" not in page.text and 'name="answers"' not in page.text
    other_one = client_for("kommunchef")
    assert "Svara på frågan" in other_one.get(f"/askanden/{case_id}").text and 'name="answers"' in other_one.get(answering).text
    with app.app_context():
        say(case_id, "kommunchef", "Svar", answers=asked)
        say(case_id, "ekonom", "Lång " * 50, audience=Audience.HANDLERS)
        elsewhere = say(other, "kommunchef")
        assert material.pieces(case_of(other)) != []
        act(town, Action.WITHDRAW, case_id, "sakerhetschef")
    client, address = client_for("registrator"), f"/askanden/{case_id}"
    assert f'href="{address}/rensa"' in client.get(address).text
    page = client.get(f"{address}/rensa").text
    assert "Kommentar i samtalet, Ekonom" in page and "de som handlägger ärendet." in page and "Läs hela texten" in page
    with app.app_context():
        found = {piece.name[:4]: piece.id for piece in material.pieces(case_of(case_id))}
        assert list(found) == ["Fråg", "Svar", "Lång"]
    chosen = {f"piece:{found[each]}": choice for each, choice in (("Fråg", "clean"), ("Svar", "keep"), ("Lång", "clean"))}
    assert fill(client, f"{address}/rensa", **{**chosen, f"piece:{elsewhere}": "clean"}).status_code == 303
    with app.app_context():
        kept = [(each.text, each.answer_to_id) for each in session.scalars(select(Message).order_by(Message.id))]
        assert kept == [("Svar", None), ("Hej.", None)]
        assert session.scalar(select(func.count()).select_from(Mention)) == 0
        assert material.pieces(case_of(case_id)) == []
        body = timeline(case_id)[-1].body
        assert (body["cleaned_count"], [each["name"] for each in body["kept"]]) == (2, [""]) and "Lång" not in str(body)
    assert f'href="{address}/rensa"' not in client.get(address).text


def test_a_thousand_comments_are_paged_and_the_case_page_shows_the_newest(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        case_id = a_submitted_request(town).public_id
        with transaction():
            case, who = case_of(case_id), town.person("ekonom").id
            at = case.created_at
            same = {"case_id": case.id, "by_id": who, "at": at, "kind": "comment", "audience": "all"}
            session.execute(insert(Message), [{**same, "text": f"nr {n}."} for n in range(1_000)])
    client = client_for("kommunchef")
    page = client.get(f"/askanden/{case_id}").get_data(as_text=True)
    assert "nr 999." in page and "nr 995." in page and "nr 994." not in page
    assert "Visa äldre inlägg" in page and "Skrev i samtalet" not in page
    first = client.get(f"/askanden/{case_id}/samtal").get_data(as_text=True)
    assert "nr 950." in first and "nr 949." not in first
    with app.app_context():
        _rows, following = queries.page(case_of(case_id), town.actor("kommunchef"))
    second = client.get(f"/askanden/{case_id}/samtal?efter={following}").get_data(as_text=True)
    assert "nr 949." in second and "nr 900." in second and "nr 950." not in second
    assert client.get(f"/askanden/{case_id}/samtal?efter=hittepå").status_code == 422


def test_one_writes_on_the_case_page_and_what_is_refused_stays_typed(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        case_id = a_submitted_request(town).public_id
        act(town, Action.REQUEST_COMPLETION, case_id, "kommunchef")
    address, client = f"/askanden/{case_id}", client_for("sakerhetschef")
    sent = fields(client.get(address).get_data(as_text=True), f"{address}/samtal")
    refused = client.post(f"{address}/samtal", data={**sent, "text": "Räcker det?", "asks": "1", "mention": "Nisse, ekonom"})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422 and "Ingen i portalen heter ”Nisse”" in page
    kept = fields(page, f"{address}/samtal")
    assert (kept["text"].strip(), kept["mention"], kept["asks"]) == ("Räcker det?", "Nisse, ekonom", "1")
    again = client.post(f"{address}/samtal", data={**kept, "mention": "ekonom"})
    assert again.status_code == 303 and again.location == f"{address}#samtal"
    shown = client_for("ekonom").get(address).get_data(as_text=True)
    assert "Räcker det?" in shown and "Obesvarad fråga" in shown and "nämner Ekonom" in shown and "Syns för: alla" in shown
    with app.app_context():
        [(question, _asker)] = queries.of_case(case_of(case_id), most=2)
    answered = fill(
        client_for("ekonom"), f"{address}/samtal?svar={question.public_id}", to=f"{address}/samtal", text="Ja, det räcker."
    )
    assert answered.status_code == 303
    page = client.get(address).get_data(as_text=True)
    assert "Ja, det räcker." in page and "Obesvarad fråga" not in page
    for wrong in ({"audience": "alla"}, {"text": "a\x00b"}, {"status": "decided"}):
        assert (
            client.post(f"{address}/samtal", data={**sent, "text": "Hej", "form_key": str(uuid4()), **wrong}).status_code == 422
        )


def test_what_a_mark_hides_is_hidden_in_the_conversation(app: Flask, town: Town, client_for: ClientFor, say: Say) -> None:
    with app.app_context():
        case_id = a_submitted_request(town).public_id
        say(case_id, "kommunchef", "Hur dyra blir Väktare?")
        with transaction():
            said = Marking(provision="18 kap. 8 § OSL", public_title="Uppgift utelämnad", line_label="Väktare")
            marking.mark_secrecy(case_id=case_id, marking=said, by=town.actor("registrator"), seen_version=None)
        hidden = {
            who: bool(secrecy.hidden(case_of(case_id), town.actor(who))) for who in ("sakerhetssamordnare", "registrator")
        }
    assert hidden == {"sakerhetssamordnare": True, "registrator": False}
    for address in (f"/askanden/{case_id}", f"/askanden/{case_id}/samtal"):
        assert "Väktare" in client_for("registrator").get(address).text
        page = client_for("sakerhetssamordnare").get(address).text
        assert "Väktare" not in page and "Hur dyra blir uppgift utelämnad?" in page
