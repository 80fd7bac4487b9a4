"""With the nearest manager: what is sent there is locked and unregistered until someone else than who wrote it lets it pass."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.db import session, transaction
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.funding_requests import listing, managing, operations, queries
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.models import BudgetLine, FundingRequest, RequestVersion
from portal.funds.models import Delegation, Fund
from portal.log.models import LogBody, LogEntry
from portal.log.queries import timeline
from portal.outbox.models import OutboxRow
from portal.people import operations as people
from portal.people.actor import Actor
from portal.people.models import Person, RoleHolding, Unit
from portal.people.permissions import Permission, Role
from portal.register import queries as cases
from portal.register.models import Case, CaseWriter, NumberSeries, SecrecyMark
from tests.factories.decisions import case_of
from tests.factories.funding_requests import a_draft, a_full_draft
from tests.factories.road import act, run_worker, with_the_manager
from tests.factories.town import ASKS_MANAGER, Town

pytestmark = pytest.mark.usefixtures("inside")
WRITER, MANAGER = "stadsmiljochef", "forvaltningschef"


def _role(town: Town, username: str, role: Role, unit: str = ASKS_MANAGER, *, days: int | None = None) -> None:
    """Give the person a role, until today and ``days`` more where that is said."""
    today = clock.today()
    with transaction():
        session.add(
            RoleHolding(
                person_id=town.person(username).id,
                unit_id=town.units[unit].id,
                role=role.value,
                valid_from=today - timedelta(days=30),
                valid_to=None if days is None else today + timedelta(days=days),
            )
        )


def _end_manager(town: Town, username: str = MANAGER) -> None:
    """The person has been manager until yesterday."""
    with transaction():
        held = session.scalars(
            select(RoleHolding).where(RoleHolding.person_id == town.person(username).id, RoleHolding.role == "manager")
        ).one()
        held.valid_to = clock.today() - timedelta(days=1)


def _entries(case_id: UUID) -> list[str]:
    return list(session.scalars(select(LogEntry.action).where(LogEntry.case_id == case_id).order_by(LogEntry.seq)))


def _approval(case_id: UUID) -> Mapping[str, object]:
    return next(row.body for row in timeline(case_id) if row.action == "funding_requests.approve")


def _notices(event: str) -> list[str]:
    rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == "notice"))
    return [row.payload["permission"] for row in rows if row.payload["event"] == event]


def test_sent_to_the_manager_it_is_locked_with_nothing_frozen_and_no_number(town: Town) -> None:
    case_id = with_the_manager(town)
    case = case_of(case_id)
    assert (case.status, case.turn, case.number, case.submitted_at) == ("with_manager", "approve_request", None, None)
    assert [session.scalar(select(func.count()).select_from(table)) for table in (RequestVersion, BudgetLine)] == [0, 0]
    assert session.scalar(select(func.count()).select_from(NumberSeries)) == 0
    assert _entries(case_id) == ["funding_requests.submit"] and _notices("with_manager") == ["approve_request"]
    writer = town.actor(WRITER)
    with pytest.raises(Conflict, match="hos närmaste chef"), transaction():
        operations.save_draft(case_id=case_id, draft=a_full_draft(town), by=writer, seen=None)
    for action in (Action.SUBMIT, Action.DISCARD, Action.WITHDRAW):
        with pytest.raises(Conflict):
            act(town, action, case_id, WRITER)


def test_approving_freezes_numbers_and_registers_with_the_requester_still_the_requester(town: Town) -> None:
    case_id = with_the_manager(town)
    act(town, Action.APPROVE, case_id, MANAGER)
    case = case_of(case_id)
    version = queries.current_version(case)
    assert version is not None and (case.status, case.turn) == ("submitted", "decide")
    assert case.number is not None and version.number == 1
    assert version.submitted_by == "Stadsmiljöchef i Åkersbro"
    assert version.row.submitted_by_id == town.person(WRITER).id
    assert cases.parts_of(case)["requester"] == {town.person(WRITER).id}
    body = _approval(case_id)
    assert (body["sha256"], body["number"], body["by"]) == (version.sha256, case.number, "Förvaltningschef i Åkersbro")
    assert _notices("submitted") == ["decide"] and _notices("approved") == ["write_request"]
    assert "submission_document" in set(session.scalars(select(OutboxRow.kind)))


def test_a_yes_on_secrecy_is_a_mark_from_the_approval_on_set_by_who_asks(town: Town) -> None:
    case_id = with_the_manager(town, secrecy="ja", provision="18 kap. 8 § OSL")
    assert not case_of(case_id).is_secret
    act(town, Action.APPROVE, case_id, MANAGER)
    case, mark = case_of(case_id), session.scalars(select(SecrecyMark)).one()
    assert case.is_secret and case.public_title == "Uppgift utelämnad"
    assert mark.marked_by_id == town.person(WRITER).id


def test_sent_back_it_is_a_draft_again_with_the_reason_kept_and_not_in_the_log(town: Town) -> None:
    case_id = with_the_manager(town)
    act(town, Action.SEND_BACK, case_id, MANAGER)
    case = case_of(case_id)
    assert (case.status, case.turn, case.number) == ("draft", "write_request", None)
    assert queries.request_of(case).requested is None
    sent_back = queries.latest_fact(case, queries.SENT_BACK)
    assert sent_back is not None and sent_back.text == "Beloppet är inte styrkt."
    assert not [body for body in session.scalars(select(LogBody.json)) if "styrkt" in body]
    assert not _sees(town.actor(MANAGER), case_id)


@pytest.mark.parametrize("action", [Action.SEND_BACK, Action.TAKE_BACK])
def test_a_draft_that_came_back_can_be_sent_anew_or_thrown_away(town: Town, action: Action) -> None:
    for after in (Action.SUBMIT, Action.DISCARD):
        case_id = with_the_manager(town)
        act(town, action, case_id, MANAGER if action is Action.SEND_BACK else WRITER)
        act(town, after, case_id, WRITER)
        found = session.scalars(select(Case.status).where(Case.public_id == case_id)).one_or_none()
        assert found == ("with_manager" if after is Action.SUBMIT else None)


def test_a_reason_is_wanted_for_sending_back(town: Town) -> None:
    case_id, by = with_the_manager(town), town.actor(MANAGER)
    for reason, sentence in ((" ", "Skriv varför"), ("x" * 10_001, "för lång")):
        with pytest.raises(Invalid, match=sentence), transaction():
            managing.send_back(case_id=case_id, reason=reason, by=by, seen_version=None)
    assert case_of(case_id).status == "with_manager"


def test_an_attachment_can_be_removed_once_it_is_a_draft_again(town: Town) -> None:
    from flask import current_app

    from portal.funding_requests import attachments

    case = a_draft(town, by=WRITER, unit=ASKS_MANAGER)
    kept = attachments.keep(current_app.extensions["store"], b"Offert", "offert.txt")
    with transaction():
        operations.add_attachment(case_id=case.public_id, kept=kept, by=town.actor(WRITER))
    act(town, Action.SUBMIT, case.public_id, WRITER)
    assert not attachments.listed(case_of(case.public_id))[0].removable
    act(town, Action.TAKE_BACK, case.public_id, WRITER)
    assert attachments.listed(case_of(case.public_id))[0].removable


# Who sees it


def test_only_its_writers_and_the_manager_know_that_it_is_there(town: Town) -> None:
    _role(town, "sakerhetssamordnare", Role.REQUESTER)  # asks for the same unit, but does not write this one
    case_id = with_the_manager(town, title="Belysning vid torget")
    seen = {name for name in town.people if _sees(town.actor(name), case_id)}
    assert seen == {WRITER, MANAGER}
    assert {name for name in town.people if _finds(town.actor(name))} == set()


def _sees(by: Actor, case_id: UUID) -> bool:
    try:
        cases.get_case(case_id, by)
    except Unknown:
        return False
    return True


def _finds(by: Actor) -> bool:
    reads = (Permission.READ_CASES, Permission.READ_UNIT_CASES, Permission.WRITE_REQUEST)
    return any(by.may(p) for p in reads) and bool(listing.listed(by, listing.Filters(q="Belysning")).rows)


def test_a_manager_of_another_unit_sees_nothing_of_it(town: Town) -> None:
    _role(town, "fritidschef", Role.MANAGER, "Kultur och fritid")
    case_id = with_the_manager(town)
    with pytest.raises(Unknown):
        act(town, Action.APPROVE, case_id, "fritidschef")


# Who may


def test_whoever_wrote_it_does_not_approve_it_also_where_they_are_manager(town: Town) -> None:
    _role(town, WRITER, Role.MANAGER)
    case_id = with_the_manager(town)
    for action in (Action.APPROVE, Action.SEND_BACK):
        with pytest.raises(Refused, match="Du har själv skrivit"):
            act(town, action, case_id, WRITER)
    act(town, Action.APPROVE, case_id, MANAGER)


def test_a_co_writer_who_is_manager_does_not_approve_what_they_have_edited(town: Town) -> None:
    _role(town, "sakerhetschef", Role.MANAGER)
    draft = a_draft(town, by=WRITER, unit=ASKS_MANAGER)
    case_id = draft.public_id
    with transaction():
        operations.add_writer(case_id=case_id, person_id=town.person("sakerhetschef").public_id, by=town.actor(WRITER))
    with transaction():
        edited = a_full_draft(town, title="Ändrad av medskrivaren")
        operations.save_draft(case_id=case_id, draft=edited, by=town.actor("sakerhetschef"), seen=None)
    act(town, Action.SUBMIT, case_id, WRITER)
    with pytest.raises(Refused, match="Du har själv skrivit"):
        act(town, Action.APPROVE, case_id, "sakerhetschef")


def _stands_in(town: Town, username: str, other: str) -> None:
    with transaction():
        town.substitute(username, stands_in_for=other)


def test_a_substitute_of_the_manager_approves_for_them(town: Town) -> None:
    _stands_in(town, "ekonom2", MANAGER)
    case_id = with_the_manager(town)
    act(town, Action.APPROVE, case_id, "ekonom2")
    assert _approval(case_id)["for_title"] == "Förvaltningschef"


def test_a_substitute_counts_as_both_the_writer_and_the_manager(town: Town) -> None:
    _stands_in(town, WRITER, MANAGER)
    case_id = with_the_manager(town)
    with pytest.raises(Refused, match="Du har själv skrivit"):
        act(town, Action.APPROVE, case_id, WRITER)


def test_nobody_approves_for_a_manager_who_wrote_it(town: Town) -> None:
    _role(town, WRITER, Role.MANAGER)
    _stands_in(town, "ekonom2", WRITER)
    case_id = with_the_manager(town)
    with pytest.raises(Refused, match="Den du är ersättare för"):
        act(town, Action.APPROVE, case_id, "ekonom2")
    _stands_in(town, "ekonom2", MANAGER)  # and so for one who has not
    act(town, Action.APPROVE, case_id, "ekonom2")


def test_a_manager_in_their_own_right_who_stands_in_for_the_writer_approves(town: Town) -> None:
    _stands_in(town, MANAGER, WRITER)
    case_id = with_the_manager(town)
    act(town, Action.APPROVE, case_id, MANAGER)


def test_approving_bars_nobody_from_deciding(town: Town) -> None:
    _role(town, "kommunchef", Role.MANAGER)
    case_id = with_the_manager(town)
    act(town, Action.APPROVE, case_id, "kommunchef")
    act(town, Action.DECIDE, case_id, "kommunchef")
    assert case_of(case_id).status == "decided"


def test_a_writer_from_another_unit_does_not_take_it_back(town: Town) -> None:
    case_id = with_the_manager(town)
    with transaction():
        case = case_of(case_id)
        session.add(CaseWriter(case_id=case.id, person_id=town.person("fritidschef").id, added_at=clock.now()))
    with pytest.raises(Refused, match="skriver äskanden för enheten"):
        act(town, Action.TAKE_BACK, case_id, "fritidschef")


def test_a_manager_who_also_asks_for_the_unit_does_not_take_back_what_others_wrote(town: Town) -> None:
    _role(town, MANAGER, Role.REQUESTER)
    case_id = with_the_manager(town)
    with pytest.raises(Refused, match="medskrivare"):
        act(town, Action.TAKE_BACK, case_id, MANAGER)


def test_a_stale_page_does_not_approve_what_was_taken_back_and_sent_anew(town: Town) -> None:
    case_id = with_the_manager(town)
    seen = case_of(case_id).version
    act(town, Action.TAKE_BACK, case_id, WRITER)
    act(town, Action.SUBMIT, case_id, WRITER)
    with pytest.raises(Conflict, match="ändrat i ärendet"):
        act(town, Action.APPROVE, case_id, MANAGER, seen=seen)


# When it does not go that way


def _sent(town: Town) -> str:
    return case_of(with_the_manager(town)).status


def test_without_a_manager_it_goes_straight_on(town: Town) -> None:
    _end_manager(town)
    assert _sent(town) == "submitted"


def test_on_the_last_day_of_the_role_it_still_goes_by_the_manager(town: Town) -> None:
    _end_manager(town)
    _role(town, "fritidschef", Role.MANAGER, days=0)
    assert _sent(town) == "with_manager"


def test_a_manager_whose_account_is_closed_is_none(town: Town) -> None:
    with transaction():
        session.get_one(Person, town.person(MANAGER).id).disabled_at = clock.now()
    assert _sent(town) == "submitted"


def test_where_the_only_manager_wrote_it_it_goes_straight_on(town: Town) -> None:
    _end_manager(town)
    _role(town, WRITER, Role.MANAGER)
    assert _sent(town) == "submitted"


def test_it_can_be_had_back_when_the_manager_left_and_then_goes_straight_on(town: Town) -> None:
    case_id = with_the_manager(town)
    _end_manager(town)
    act(town, Action.TAKE_BACK, case_id, WRITER)
    act(town, Action.SUBMIT, case_id, WRITER)
    assert case_of(case_id).status == "submitted"


def test_a_unit_that_does_not_ask_sends_straight_on_and_one_that_begins_to_asks(town: Town) -> None:
    unit = town.units[ASKS_MANAGER]
    for asks, status in ((False, "submitted"), (True, "with_manager")):
        with transaction():
            people.ask_manager(unit_id=unit.public_id, asks=asks, by=town.actor("admin"))
        assert _sent(town) == status


def test_what_waits_is_approved_also_after_the_unit_stopped_asking(town: Town) -> None:
    case_id = with_the_manager(town)
    with transaction():
        session.get_one(Unit, town.units[ASKS_MANAGER].id).asks_manager = False
    act(town, Action.APPROVE, case_id, MANAGER)
    assert case_of(case_id).status == "submitted"


def test_a_manager_who_would_decide_it_is_not_asked_first(town: Town) -> None:
    _end_manager(town)
    _role(town, "kommunchef", Role.MANAGER)
    assert _sent(town) == "submitted"


def test_a_manager_who_would_decide_is_asked_where_another_manager_is_too(town: Town) -> None:
    _role(town, "kommunchef", Role.MANAGER)
    assert _sent(town) == "with_manager"


def test_a_manager_whose_delegation_does_not_reach_is_asked(town: Town) -> None:
    """The ceiling is tried on the request with the unit's others to the same money."""
    _end_manager(town)
    _role(town, "kommunchef", Role.MANAGER)
    with transaction():
        row = session.scalars(
            select(Delegation).where(Delegation.fund_id == town.fund.id, Delegation.person_id == town.person("kommunchef").id)
        ).one()
        row.ceiling = 50_000
    assert [_sent(town), _sent(town)] == ["submitted", "with_manager"]  # 30 000, then 60 000 together


def test_a_manager_whose_delegation_is_for_another_kind_of_cost_is_asked(town: Town) -> None:
    _end_manager(town)
    _role(town, "kommunchef", Role.MANAGER)
    for kind, status in (("investering", "with_manager"), ("drift", "submitted")):
        with transaction():
            chosen = select(Delegation).where(Delegation.person_id == town.person("kommunchef").id)
            for row in session.scalars(chosen):
                row.cost_type = kind
        assert _sent(town) == status


def test_a_completion_goes_straight_back_to_who_asked_for_it(town: Town) -> None:
    case_id = with_the_manager(town)
    act(town, Action.APPROVE, case_id, MANAGER)
    act(town, Action.REQUEST_COMPLETION, case_id, "kommunchef")
    act(town, Action.SUBMIT, case_id, WRITER)
    case = case_of(case_id)
    version = queries.current_version(case)
    assert case.status == "submitted" and version is not None and version.number == 2


def test_what_holds_no_longer_is_not_approved_and_says_what_to_do(town: Town) -> None:
    case_id = with_the_manager(town)
    with transaction():
        session.get_one(Fund, town.fund.id).ended_on = clock.today() - timedelta(days=1)
    with pytest.raises(Invalid, match=r"kan inte godkännas som det är skrivet.*Lämna tillbaka det"):
        act(town, Action.APPROVE, case_id, MANAGER)
    request = session.scalars(select(FundingRequest).join(Case).where(Case.public_id == case_id)).one()
    assert (request.latest_version, case_of(case_id).status) == (0, "with_manager")


# Notices


def _mailed() -> set[str]:
    from portal.dispatch.models import Mail

    return {f"{mail.to}: {mail.subject}" for mail in session.scalars(select(Mail))}


def test_notices_reach_the_manager_and_the_writers_and_nobody_else(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.dispatch.sending.mails", lambda: True)
    monkeypatch.setattr("portal.dispatch.sending.hand_over", lambda _letter: None)
    _role(town, "sakerhetssamordnare", Role.REQUESTER)
    case_id = with_the_manager(town, title="Belysning vid torget")
    run_worker()
    assert _mailed() == {"forvaltningschef@akersbro.example: Ett äskande väntar på att du godkänner det"}
    act(town, Action.SEND_BACK, case_id, MANAGER)
    run_worker()
    mailed = _mailed() - {"forvaltningschef@akersbro.example: Ett äskande väntar på att du godkänner det"}
    assert mailed == {"stadsmiljochef@akersbro.example: Ditt äskande är lämnat tillbaka av närmaste chef"}
