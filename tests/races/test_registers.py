"""Numbers, registrars and receipts at the same moment."""

from functools import partial
from uuid import UUID

from sqlalchemy import func, select

from portal import clock
from portal.db import session
from portal.decisions.models import Decision
from portal.dispatch.models import Copy
from portal.funding_requests.lifecycle import Action
from portal.register.document_models import RegisteredDocument
from portal.register.models import Case, NumberSeries, Register, SecrecyMark
from portal.register.numbers import read
from tests.factories.decisions import case_of
from tests.factories.funding_requests import a_draft
from tests.factories.road import act, run_worker
from tests.races.arena import Arena, everything_holds, logged, rows
from tests.races.test_same_case import TO_DECIDED, deciding, of, recording
from tests.scale import times

ROUNDS = times(1, 12)
TOGETHER = 8


def test_eight_who_send_in_at_the_same_moment_get_eight_numbers_in_a_row(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            drafts = [a_draft(arena.town, fund=str(arena.big.public_id)).public_id for _ in range(TOGETHER)]
            before = max((serial for serial in session.scalars(select(Case.serial)) if serial), default=0)
        answers = arena.race(
            *(arena.shot("sakerhetschef", of(case_id, "granska"), to=of(case_id, "skicka-in")) for case_id in drafts)
        )
        assert all(answer.won for answer in answers), answers
        with arena.inside():
            given = sorted(session.scalars(select(func.coalesce(Case.serial, 0)).where(Case.public_id.in_(drafts))))
            assert given == [*range(before + 1, before + TOGETHER + 1)]
    everything_holds(arena)


def test_those_who_send_in_while_the_pattern_is_changed_get_numbers_of_the_old_or_the_new_one_and_none_twice(
    arena: Arena,
) -> None:
    """The change holds from the next number on; whoever was first, the series has no gap."""
    patterns = ("{diarium} {löpnummer:4}/{år}", "{diarium} {år}/{löpnummer:4}")
    for chosen in patterns * ROUNDS:
        with arena.inside():
            drafts = [a_draft(arena.town, fund=str(arena.big.public_id)).public_id for _ in range(4)]
            register = session.scalars(select(Register)).one()
            prefix, page = register.prefix, f"/administration/diarier/{register.public_id}"
            before = session.scalars(select(NumberSeries.last).where(NumberSeries.kind == "case")).one_or_none() or 0
        change = arena.shot("admin", page, pattern=chosen)
        sending = [arena.shot("sakerhetschef", of(each, "granska"), to=of(each, "skicka-in")) for each in drafts]
        answers = arena.race(*sending[:2], change, *sending[2:])
        assert all(answer.won for answer in answers), answers
        with arena.inside():
            assert session.scalars(select(Register.pattern)).one() == chosen
            given = [
                (serial or 0, number)
                for serial, number in session.execute(select(Case.serial, Case.number).where(Case.public_id.in_(drafts)))
            ]
            assert sorted(serial for serial, _number in given) == [*range(before + 1, before + 5)]
            year = clock.today().year
            assert all(
                number in {read(pattern).number(prefix, year, serial) for pattern in patterns} for serial, number in given
            )
    everything_holds(arena)


def test_of_two_registrars_who_correct_what_the_register_says_of_a_document_one_does(arena: Arena) -> None:
    for _ in range(2 * ROUNDS):
        with arena.inside():
            case_id = arena.submitted()
            document = session.scalars(
                select(RegisteredDocument.public_id).where(RegisteredDocument.case_id == case_of(case_id).id).limit(1)
            ).one()
        page = f"/diariet/handlingar/{document}"
        titles = {"registrator": "Äskande om kameror", "registrator2": "Äskande om väktare"}
        won = arena.duel(*(arena.shot(by, page, title=title) for by, title in titles.items()))
        with arena.inside():
            stands = session.scalars(select(RegisteredDocument).where(RegisteredDocument.public_id == document)).one()
            assert stands.title in titles.values() and stands.version == 2, (stands.title, stands.version, won)
            assert logged(case_id, "register.correct_document") == 1
    everything_holds(arena)


def test_eight_decisions_at_the_same_moment_are_numbered_in_a_row(arena: Arena) -> None:
    for _ in range(ROUNDS):
        with arena.inside():
            cases = [arena.submitted() for _ in range(TOGETHER)]
            before = rows(Decision)
        arena.give_password("kommunchef")
        arena.give_password("tf.kommunchef")
        shots = [deciding(arena, case_id, ("kommunchef", "tf.kommunchef")[n % 2]) for n, case_id in enumerate(cases)]
        for shot in shots:
            shot.sent.pop("password")
        assert all(answer.won for answer in arena.race(*shots))
        with arena.inside():
            assert rows(Decision) == before + TOGETHER
    everything_holds(arena)


def test_of_two_registrars_who_mark_a_case_as_secret_one_does(arena: Arena) -> None:
    for _ in range(2 * ROUNDS):
        with arena.inside():
            case_id = arena.submitted()
        typed = {"provision": "18 kap. 8 § OSL", "public_title": "Uppgift utelämnad"}
        arena.duel(*(arena.shot(by, of(case_id, "sekretess"), **typed) for by in ("registrator", "registrator2")))
        with arena.inside():
            assert rows(SecrecyMark, SecrecyMark.case_id == case_of(case_id).id) == 1
            assert logged(case_id, "register.mark_secrecy", "register.confirm_mark") == 1
    everything_holds(arena)


def test_a_registration_is_checked_while_the_case_is_decided(arena: Arena) -> None:
    """The check changes nothing that the decision rests on: both are done."""
    for _ in range(ROUNDS):
        with arena.inside():
            case_id = arena.submitted()
        answers = arena.race(arena.shot("registrator", of(case_id, "registrering")), deciding(arena, case_id))
        assert answers[1].won, answers
        with arena.inside():
            assert logged(case_id, "register.check_registration") == answers[0].won
    everything_holds(arena)


def to_acknowledge(arena: Arena) -> tuple[UUID, UUID]:
    """A sent copy that is to be acknowledged, and its case."""
    arena.empty_queue()
    case_id = arena.walked(*TO_DECIDED)
    shot = recording(arena, case_id)
    shot.sent.setlist("act", [arena.town.recipient_unit.name])
    assert shot.client.post(shot.to, data=shot.sent).status_code == 303
    run_worker()
    statement = select(Copy.public_id).where(Copy.case_id == case_of(case_id).id, Copy.kind == "action")
    return case_id, session.scalars(statement).one()


def test_of_two_who_acknowledge_a_copy_one_does(arena: Arena) -> None:
    for _ in range(2 * ROUNDS):
        with arena.inside():
            case_id, copy_id = to_acknowledge(arena)
        page, to = f"/kopior/{copy_id}", f"/kopior/{copy_id}/kvittera"
        arena.duel(*(arena.shot(by, page, to=to) for by in ("kommunledning", "kommunledning2")))
        with arena.inside():
            assert logged(case_id, "dispatch.acknowledge") == 1
    everything_holds(arena)


def test_a_copy_opened_by_two_at_once_is_noted_as_opened_by_the_first(arena: Arena) -> None:
    for _ in range(2 * ROUNDS):
        with arena.inside():
            case_id, copy_id = to_acknowledge(arena)
        browsers = [arena.browser(arena.signed_in(by)) for by in ("kommunledning", "kommunledning2") * 2]
        answers = arena.at_once([partial(browser.get, f"/kopior/{copy_id}") for browser in browsers])
        assert {answer.status_code for answer in answers} == {200}
        with arena.inside():
            assert logged(case_id, "dispatch.open") == 1
    everything_holds(arena)


def test_a_closed_case_is_archived_once_and_not_opened_again_meanwhile(arena: Arena) -> None:
    steps = (*TO_DECIDED, (Action.RECORD, "ekonom"))
    for _ in range(ROUNDS):
        with arena.inside():
            arena.empty_queue()
            case_id = arena.walked((Action.CHECK_REGISTRATION, "registrator"), *steps)
            run_worker()
            act(arena.town, Action.CLOSE_WITHOUT_REPORT, case_id, "registrator")
        archiving = [arena.shot(by, "/arkiv", to="/arkiv", case=[str(case_id)]) for by in ("arkivarie", "arkivarie2")]
        reopening = arena.shot("registrator", of(case_id, "ateroppna"), reason="Ett dokument saknades.")
        arena.race(*archiving, reopening)
        with arena.inside():
            case = case_of(case_id)
            done = (logged(case_id, "archive.archive"), logged(case_id, "archive.reopen"))
            assert (case.status, done) in (("archived", (1, 0)), ("dispatched", (0, 1)))
    everything_holds(arena)
