"""The rules that keep persons, money and words apart, each as the person meets it: with both roles in hand, at the act."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.accounting import operations as accounting
from portal.db import Base, session, transaction
from portal.decisions import operations as decisions
from portal.decisions.models import Decision, DecisionLine, Stance
from portal.errors import Invalid, Refused, Unknown
from portal.funding_requests import operations as requests
from portal.funding_requests.lifecycle import Action, Status
from portal.funding_requests.models import RequestVersion
from portal.funds.models import Fund, LedgerRow
from portal.log.models import LogEntry
from portal.outbox.models import OutboxRow
from portal.people.models import RoleHolding
from portal.people.permissions import Role
from portal.register.models import Case, Participation
from tests.factories.decisions import a_submitted_request, an_answer, case_of
from tests.factories.funding_requests import a_draft, a_full_draft
from tests.factories.road import LINES, TOTAL, Doer, a_report, act, acts, case_in
from tests.factories.town import Town, a_delegation

pytestmark = pytest.mark.usefixtures("inside")


def hold(town: Town, username: str, *roles: Role, unit: str = "Säkerhet och trygghet") -> None:
    """Give the person more roles from today."""
    with transaction():
        for role in roles:
            session.add(
                RoleHolding(
                    person_id=town.person(username).id,
                    unit_id=town.units[unit].id,
                    role=role.value,
                    valid_from=clock.today(),
                )
            )


def stand_in(town: Town, username: str, for_: str) -> None:
    with transaction():
        town.substitute(username, stands_in_for=for_)


def delegate(town: Town, username: str) -> None:
    """A delegation of the person's own for the fund."""
    with transaction():
        row = a_delegation(person_id=town.person(username).id, fund_id=town.fund.id, organ_id=town.organ.id)
        row.entered_by_id = town.person("admin").id
        row.confirmed_by_id, row.confirmed_at = town.person("registrator").id, clock.now()


def everything() -> dict[str, int]:
    """How many rows every table has."""
    session.rollback()
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in Base.metadata.sorted_tables}


@contextmanager
def refused(match: str) -> Iterator[None]:
    """The act is refused with the sentence, and no table has a row more or less."""
    before = everything()
    with pytest.raises(Refused, match=match):
        yield
    assert everything() == before


# Rule 1: three persons


def test_whoever_only_edited_the_draft_is_requester_and_cannot_decide(town: Town) -> None:
    hold(town, "kommunchef", Role.REQUESTER)
    case = a_draft(town)
    with transaction():
        requests.add_writer(
            case_id=case.public_id, person_id=town.person("kommunchef").public_id, by=town.actor("sakerhetschef")
        )
    with transaction():
        requests.save_draft(case_id=case.public_id, draft=a_full_draft(town), by=town.actor("kommunchef"), seen=None)
    act(town, Action.SUBMIT, case.public_id, "sakerhetschef")
    with refused("Du har själv lämnat in äskandet"):
        act(town, Action.DECIDE, case.public_id, "kommunchef")


def test_whoever_edited_an_earlier_version_is_requester_for_good(town: Town) -> None:
    hold(town, "kommunchef", Role.REQUESTER)
    case_id = case_in(Status.RETURNED, town)
    with transaction():
        requests.save_draft(
            case_id=case_id, draft=a_full_draft(town, total="30 000", lines=[]), by=town.actor("kommunchef"), seen=None
        )
    act(town, Action.RESUME, case_id, "tf.kommunchef")
    with refused("Du har själv lämnat in äskandet"):
        act(town, Action.DECIDE, case_id, "kommunchef")


def test_a_requester_who_is_also_ekonom_records_nothing_and_gives_no_statement(town: Town) -> None:
    hold(town, "ekonom", Role.REQUESTER)
    case_id = case_in(Status.SUBMITTED, town, doer=Doer(requester="ekonom"))
    with refused("Du har själv lämnat in äskandet"):
        act(town, Action.GIVE_STATEMENT, case_id, "ekonom")
    act(town, Action.DECIDE, case_id, "kommunchef")
    with refused("Du har själv arbetat med äskandet"):
        act(town, Action.RECORD, case_id, "ekonom")
    act(town, Action.RECORD, case_id, "ekonom2")


def test_a_decision_maker_who_is_also_ekonom_does_not_record_the_own_decision(town: Town) -> None:
    hold(town, "kommunchef", Role.FINANCE)
    case_id = case_in(Status.DECIDED, town)
    with refused("Du har själv beslutat"):
        act(town, Action.RECORD, case_id, "kommunchef")


def test_whoever_decided_as_a_substitute_counts_as_both_and_neither_records(town: Town) -> None:
    hold(town, "kommunchef", Role.FINANCE)
    stand_in(town, "ekonom", for_="kommunchef")
    case_id = case_in(Status.DECIDED, town, doer=Doer(decision_maker="ekonom"))
    for username in ("ekonom", "kommunchef"):
        with refused("Du har själv beslutat"):
            act(town, Action.RECORD, case_id, username)
    act(town, Action.RECORD, case_id, "ekonom2")


def test_a_substitute_for_the_requester_does_not_decide_with_anothers_authority(town: Town) -> None:
    """The requester stands in for the chief; and the chief's own substitute asked: both ways are closed."""
    stand_in(town, "sakerhetschef", for_="kommunchef")
    case_id = a_submitted_request(town)
    with refused("Du har själv lämnat in äskandet"):
        act(town, Action.DECIDE, case_id, "sakerhetschef")
    act(town, Action.DECIDE, case_id, "kommunchef")


def test_a_request_written_while_standing_in_for_the_chief_is_not_also_decided_by_the_chief(town: Town) -> None:
    """Acting by substitution counts as both persons, so what the substitute asks for the chief has asked for too."""
    hold(town, "kommunchef", Role.REQUESTER, unit="Kultur och fritid")
    stand_in(town, "sakerhetssamordnare", for_="kommunchef")
    case_id = a_submitted_request(town, by="sakerhetssamordnare", unit="Kultur och fritid")
    with refused("lämnat in äskandet"):
        act(town, Action.DECIDE, case_id, "kommunchef")


def test_with_a_delegation_of_ones_own_a_substitute_counts_as_oneself(town: Town) -> None:
    hold(town, "kommunchef", Role.REQUESTER)
    stand_in(town, "tf.kommunchef", for_="kommunchef")
    case_id = a_submitted_request(town, by="kommunchef")
    with refused("Du har ingen delegation för de här pengarna"):  # nor may the one stood in for, who asked
        act(town, Action.DECIDE, case_id, "tf.kommunchef")
    delegate(town, "tf.kommunchef")
    act(town, Action.DECIDE, case_id, "tf.kommunchef")
    deciders = select(Participation.person_id).where(Participation.part == "decision_maker")
    assert session.scalars(deciders).all() == [town.person("tf.kommunchef").id]


def test_an_administrator_who_asked_does_not_decide_and_without_roles_sees_nothing(town: Town) -> None:
    case_id = a_submitted_request(town)
    with pytest.raises(Unknown):
        act(town, Action.DECIDE, case_id, "admin")
    hold(town, "admin", *Role)
    delegate(town, "admin")
    mine = a_submitted_request(town, by="admin", lines=LINES, total=TOTAL)
    for action in (Action.DECIDE, Action.REQUEST_COMPLETION, Action.GIVE_STATEMENT):
        with refused("själv lämnat in äskandet"):
            act(town, action, mine, "admin")


def test_one_person_with_every_role_is_stopped_at_each_next_signature(town: Town) -> None:
    hold(town, "admin", *Role)
    delegate(town, "admin")
    case_id = a_submitted_request(town, lines=LINES, total=TOTAL)
    act(town, Action.DECIDE, case_id, "admin")
    with refused("Du har själv beslutat"):
        act(town, Action.RECORD, case_id, "admin")
    act(town, Action.RECORD, case_id, "ekonom")
    for action in (Action.REPORT_BACK, Action.REDISTRIBUTE):
        with refused("Du har själv beslutat"):
            act(town, action, case_id, "admin")
    act(town, Action.REPORT_BACK, case_id, "sakerhetschef")
    with refused("Du har själv beslutat"):
        act(town, Action.ACCEPT_REPORT, case_id, "admin")


def test_whoever_recorded_does_not_replace_the_decision(town: Town) -> None:
    hold(town, "ekonom", Role.DECISION_MAKER)
    delegate(town, "ekonom")
    case_id = case_in(Status.DISPATCHED, town)
    with refused("Du har bokfört ett beslut"):
        act(town, Action.REPLACE_DECISION, case_id, "ekonom")


def test_whoever_gave_the_statement_does_not_decide(town: Town) -> None:
    hold(town, "ekonom", Role.DECISION_MAKER)
    delegate(town, "ekonom")
    case_id = a_submitted_request(town)
    act(town, Action.GIVE_STATEMENT, case_id, "ekonom")
    with refused("Du har lämnat yttrande"):
        act(town, Action.DECIDE, case_id, "ekonom")


def test_a_registrar_who_asked_does_not_enter_the_minutes(town: Town) -> None:
    hold(town, "registrator", Role.REQUESTER)
    case_id = case_in(Status.REFERRED, town, doer=Doer(requester="registrator"))
    with refused("Du har själv lämnat in äskandet"):
        act(town, Action.RECORD_MINUTES, case_id, "registrator")


def test_a_decision_maker_who_asked_may_hand_over_but_only_without_recommending(town: Town) -> None:
    hold(town, "kommunchef", Role.REQUESTER)
    case_id = a_submitted_request(town, by="kommunchef")
    asked = {"case_id": case_id, "organ_id": town.organ.public_id, "text": "Behovet är styrkt.", "seen_version": None}
    with refused("överlämnas utan ställningstagande"), transaction():
        decisions.hand_over(**asked, stance=Stance.SUPPORT, by=town.actor("kommunchef"))
    act(town, Action.HAND_OVER, case_id, "kommunchef")
    assert case_of(case_id).status == "referred"


def test_the_same_person_may_not_report_back_on_money_they_recorded(town: Town) -> None:
    hold(town, "ekonom", Role.REQUESTER)
    case_id = case_in(Status.DISPATCHED, town)
    with refused("Du har själv bokfört"):
        act(town, Action.REPORT_BACK, case_id, "ekonom")


def test_whoever_moved_the_money_does_not_confirm_it(town: Town) -> None:
    hold(town, "ekonom2", Role.REQUESTER)
    case_id = case_in(Status.DISPATCHED, town)
    act(town, Action.REDISTRIBUTE, case_id, "ekonom2")
    with refused("Du har själv arbetat med äskandet"):
        act(town, Action.CONFIRM_REDISTRIBUTION, case_id, "ekonom2")
    act(town, Action.CONFIRM_REDISTRIBUTION, case_id, "ekonom")


# Rule 2: jäv

BARRED = [
    (Status.SUBMITTED, "kommunchef", (Action.DECIDE, Action.REQUEST_COMPLETION, Action.HAND_OVER)),
    (Status.SUBMITTED, "ekonom", (Action.GIVE_STATEMENT,)),
    (Status.SUBMITTED, "sakerhetschef", (Action.WITHDRAW, Action.CORRECT)),
    (Status.RETURNED, "sakerhetschef", (Action.SUBMIT, Action.WITHDRAW)),
    (Status.RETURNED, "kommunchef", (Action.RESUME,)),
    (Status.REFERRED, "registrator", (Action.RECORD_MINUTES, Action.CHECK_REGISTRATION, Action.NOTE_FACT, Action.MARK_SECRECY)),
    (Status.DECIDED, "ekonom", (Action.RECORD, Action.CORRECT)),
    (Status.DECIDED, "kommunchef", (Action.REPLACE_DECISION,)),
    (Status.DISPATCHED, "sakerhetschef", (Action.REPORT_BACK, Action.REDISTRIBUTE)),
    (Status.DISPATCHED, "registrator", (Action.CLOSE_WITHOUT_REPORT,)),
    (Status.REPORTED, "ekonom", (Action.ACCEPT_REPORT, Action.RETURN_REPORT)),
    (Status.SETTLED, "registrator", (Action.CLOSE, Action.ENTER_NUMBER)),
    (Status.CLOSED, "registrator", (Action.REOPEN,)),
    (Status.CLOSED, "arkivarie", (Action.ARCHIVE,)),
]


@pytest.mark.parametrize(("status", "username", "actions"), BARRED, ids=[f"{s}-{u}" for s, u, _a in BARRED])
def test_a_declared_jav_bars_the_person_from_every_act(
    town: Town, status: Status, username: str, actions: tuple[Action, ...]
) -> None:
    case_id = case_in(status, town)
    act(town, Action.DECLARE_JAV, case_id, username)
    for action in actions:
        with refused("anmält jäv"):
            act(town, action, case_id, username)
    with refused("redan anmält jäv"):
        act(town, Action.DECLARE_JAV, case_id, username)


def test_the_substitute_of_a_chief_with_jav_is_barred_too(town: Town) -> None:
    stand_in(town, "ekonom2", for_="kommunchef")
    case_id = a_submitted_request(town)
    act(town, Action.DECLARE_JAV, case_id, "kommunchef")
    for action in (Action.DECIDE, Action.REQUEST_COMPLETION, Action.HAND_OVER):
        with refused("jäv"):
            act(town, action, case_id, "ekonom2")
    act(town, Action.GIVE_STATEMENT, case_id, "ekonom2")  # the ekonom's own work, as oneself


def test_jav_is_in_the_log_with_who_and_why(town: Town) -> None:
    case_id = a_submitted_request(town)
    act(town, Action.DECLARE_JAV, case_id, "kommunchef")
    entry = session.scalars(select(LogEntry).where(LogEntry.action == "register.declare_jav")).one()
    assert (entry.case_id, entry.actor) == (case_id, town.person("kommunchef").public_id)


def test_the_registrar_hands_over_only_when_every_way_to_a_decision_is_closed(town: Town) -> None:
    """A substitute without jäv of their own, for a decision maker without jäv, is still a way."""
    stand_in(town, "ekonom2", for_="tf.kommunchef")
    case_id = a_submitted_request(town)
    act(town, Action.DECLARE_JAV, case_id, "kommunchef")
    with refused("Ärendet överlämnas av den som beslutar"):
        act(town, Action.HAND_OVER, case_id, "registrator")
    act(town, Action.DECLARE_JAV, case_id, "tf.kommunchef")
    act(town, Action.HAND_OVER, case_id, "registrator")
    assert case_of(case_id).status == "referred"


# Rules 3 to 6: authority, money, lines, reasons


def test_above_the_ceiling_reject_and_part_grant_are_refused_like_a_grant_but_completion_is_not(town: Town) -> None:
    case_id = a_submitted_request(town, fund=town.other_fund.name, lines=[("Stängsel", "500 001")], total="500 001")
    for granted in (500_001, 1, 0):
        with refused("räcker"), transaction():
            decisions.decide(
                case_id=case_id, answer=an_answer(case_id, granted), by=town.actor("kommunchef"), seen_version=None
            )
    act(town, Action.REQUEST_COMPLETION, case_id, "kommunchef")
    act(town, Action.RESUME, case_id, "kommunchef")
    act(town, Action.HAND_OVER, case_id, "kommunchef")


def test_a_request_split_in_two_stays_above_the_ceiling_whoever_decides_first(town: Town) -> None:
    part = {"fund": town.other_fund.name, "lines": [("Stängsel", "300 000")], "total": "300 000"}
    first, second = a_submitted_request(town, **part), a_submitted_request(town, **part, by="sakerhetssamordnare")
    for case_id in (first, second):
        with refused("600\u00a0000\u00a0kr"):
            act(town, Action.DECIDE, case_id, "kommunchef")


def test_a_delegation_that_the_registrar_has_not_confirmed_gives_no_authority(town: Town) -> None:
    hold(town, "ekonom2", Role.DECISION_MAKER)
    with transaction():
        row = a_delegation(person_id=town.person("ekonom2").id, fund_id=town.fund.id, organ_id=town.organ.id)
        row.entered_by_id = town.person("admin").id
    case_id = a_submitted_request(town)
    with refused("ingen delegation"):
        act(town, Action.DECIDE, case_id, "ekonom2")


def test_what_is_asked_is_not_deducted_and_what_was_not_used_comes_back(town: Town) -> None:
    def left() -> int:
        session.rollback()
        return session.get_one(Fund, town.fund.id).left

    case_id = case_in(Status.DISPATCHED, town)
    a_submitted_request(town, lines=[("Läger", "400 000")], total="400 000", by="fritidschef", unit="Kultur och fritid")
    assert left() == 970_000
    with transaction():
        accounting.report_back(
            case_id=case_id, report=a_report(case_id, unused=5_000), by=town.actor("sakerhetschef"), seen_version=None
        )
    act(town, Action.ACCEPT_REPORT, case_id, "ekonom")
    assert left() == 975_000
    signs = {"set_aside": 1, "granted": -1, "reversed": 1, "returned": 1, "used": 0}
    rows = session.execute(select(LedgerRow.kind, LedgerRow.amount).where(LedgerRow.fund_id == town.fund.id))
    assert sum(signs[kind] * amount for kind, amount in rows) == 975_000


def test_an_unpriced_line_is_never_zero_kronor_and_does_not_make_a_grant_partial(town: Town) -> None:
    case_id = case_in(Status.DECIDED, town)
    line = session.scalars(select(DecisionLine).where(DecisionLine.label == "Trygghetsmätning")).one()
    assert (line.requested, line.granted, line.included) == (None, None, True)
    assert session.scalars(select(Decision.outcome)).one() == "granted"
    act(town, Action.RECORD, case_id, "ekonom")  # its entry codes only the lines that hold money


@pytest.mark.parametrize("granted", [(20_000, 9_999, True), (20_000, 10_000, False), (0, 0, False)])
def test_a_reason_is_demanded_unless_all_is_granted_and_every_unpriced_line_is_included(
    town: Town, granted: tuple[int | bool, ...]
) -> None:
    case_id = case_in(Status.SUBMITTED, town)
    before = everything()
    answer = an_answer(case_id, *granted, reason=" ", redistribution="none", cap=None)
    with pytest.raises(Invalid) as invalid, transaction():
        decisions.decide(case_id=case_id, answer=answer, by=town.actor("kommunchef"), seen_version=None)
    assert list(invalid.value.problems) == ["reason"]
    assert everything() == before


def test_more_than_was_asked_on_a_line_is_not_granted(town: Town) -> None:
    case_id = case_in(Status.SUBMITTED, town)
    with pytest.raises(Invalid, match="nytt äskande"), transaction():
        answer = an_answer(case_id, 20_001, 9_999, True)
        decisions.decide(case_id=case_id, answer=answer, by=town.actor("kommunchef"), seen_version=None)


# Rules 7, 9, 10: nothing changed, all or nothing, the password again


def _frozen(model: type[Base], but: tuple[str, ...] = ()) -> list[dict[str, object]]:
    session.rollback()
    rows = session.execute(select(model.__table__).order_by(model.__table__.c.id))
    return [{key: value for key, value in row._mapping.items() if key not in but} for row in rows]


def test_a_new_version_and_a_new_decision_leave_the_old_ones_as_they_were(town: Town) -> None:
    case_id = case_in(Status.RETURNED, town)
    versions = _frozen(RequestVersion)
    act(town, Action.SUBMIT, case_id, "sakerhetssamordnare")
    assert _frozen(RequestVersion)[: len(versions)] == versions
    act(town, Action.DECIDE, case_id, "kommunchef")
    decided, lines = _frozen(Decision, ("replaced_at",)), _frozen(DecisionLine)
    act(town, Action.REPLACE_DECISION, case_id, "kommunchef")
    assert _frozen(Decision, ("replaced_at",))[: len(decided)] == decided
    assert _frozen(DecisionLine)[: len(lines)] == lines
    assert len(_frozen(Decision)) == len(decided) + 1


@pytest.mark.parametrize(
    ("status", "action", "username"),
    [
        (Status.DRAFT, Action.SUBMIT, "sakerhetschef"),
        (Status.SUBMITTED, Action.DECIDE, "kommunchef"),
        (Status.DECIDED, Action.RECORD, "ekonom"),
        (Status.REPORTED, Action.ACCEPT_REPORT, "ekonom"),
        (Status.SETTLED, Action.CLOSE, "registrator"),
    ],
)
def test_an_act_that_dies_before_the_commit_has_left_nothing(town: Town, status: Status, action: Action, username: str) -> None:
    case_id = case_in(status, town)
    before, version = everything(), case_of(case_id).version
    with pytest.raises(KeyboardInterrupt), transaction():
        acts(town)[action](case_id, town.actor(username), None)
        session.flush()
        raise KeyboardInterrupt
    assert everything() == before
    assert (case_of(case_id).status, case_of(case_id).version) == (status.value, version)


def test_a_submit_writes_number_version_log_and_outbox_together(town: Town) -> None:
    case = a_draft(town)
    before = everything()
    act(town, Action.SUBMIT, case.public_id, "sakerhetschef")
    after = everything()
    grown = {name for name in after if after[name] > before[name]}
    assert {RequestVersion.__tablename__, LogEntry.__tablename__, OutboxRow.__tablename__} <= grown
    assert session.scalar(select(Case.number).where(Case.public_id == case.public_id))


@pytest.mark.parametrize(
    ("status", "action", "username"),
    [
        (Status.SUBMITTED, Action.DECIDE, "kommunchef"),
        (Status.DECIDED, Action.REPLACE_DECISION, "kommunchef"),
        (Status.DECIDED, Action.RECORD, "ekonom"),
    ],
)
def test_deciding_and_recording_want_a_password_not_older_than_five_minutes(
    town: Town, status: Status, action: Action, username: str
) -> None:
    case_id = case_in(status, town)

    def attempt(minutes: float) -> None:
        by = replace(town.actor(username), confirmed_at=clock.now() - timedelta(minutes=minutes))
        with transaction():
            acts(town)[action](case_id, by, None)

    for minutes in (5, 60):
        with refused("Ange ditt lösenord"):
            attempt(minutes)
    attempt(4.9)


def test_nothing_but_archiving_reopening_and_facts_is_done_after_closing(town: Town) -> None:
    case_id: UUID = case_in(Status.ARCHIVED, town)
    hold(town, "admin", *Role)
    before = everything()
    for action in (
        Action.SUBMIT,
        Action.WITHDRAW,
        Action.DECIDE,
        Action.RECORD,
        Action.REPORT_BACK,
        Action.CLOSE,
        Action.REOPEN,
    ):
        with pytest.raises(Exception, match="arkiverat"):
            act(town, action, case_id, "admin")
    assert everything() == before
