"""What the road does not pass but some form is drawn for: a draft ready to send, a document being read in, acts that await
a second person."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from portal import clock
from portal.archive.transfer.rules import Answer
from portal.conversation import operations as conversation
from portal.db import session, transaction
from portal.documents.store import Store
from portal.funding_requests import attachments, operations
from portal.funding_requests.lifecycle import Action, Status
from portal.funds import operations as funds
from portal.funds.delegation_operations import NewDelegation, add_delegation
from portal.funds.operations import PoliticalDecision
from portal.people import directory, standing_in
from portal.people import operations as people
from portal.register.models import Register
from tests.factories.archive import an_archived_case
from tests.factories.disclosure import a_disclosure, a_review
from tests.factories.funding_requests import a_draft, a_full_draft, a_submitted_request
from tests.factories.organs import a_list, a_meeting
from tests.factories.road import act, case_in, run_worker
from tests.factories.town import Town
from tests.factories.transfer import a_package_of, a_sent_delivery, answered
from tests.inputs import money_situations

LETTER = Path(__file__).parents[1] / "documents" / "akersbro-tryggare-stationsomrade.txt"

# Whose pages they are, and the addresses at which to look beside those that are linked.
Seeds = dict[str, tuple[str, ...]]


def arise(town: Town, cases: Mapping[str, UUID]) -> Seeds:
    """Make each situation through the operations, and say where it shows. ``cases``: the road's, by place."""
    money = money_situations.arise(town, cases)
    agreement, delivery = a_sent_delivery(town)
    refused = str(a_package_of(delivery).name)
    answered(town, delivery, Answer(refused, "", clock.today(), reason="Fel arkivreferens"))
    an_archived_case(town)  # which waits for the next delivery
    ready, being_read = str(a_draft(town).public_id), _being_read(town)
    _copy_to_acknowledge(town)
    _question(town, cases["returned"])
    to_clean, related = _with_working_material(town), cases["settled"]
    act(town, Action.RELATE, related, "registrator")
    register = session.scalars(select(Register.public_id)).one()
    made, meeting = a_list(town), a_meeting(town)
    case_in(Status.DECIDED, town)  # which waits for the next list
    asked, reviewed = a_disclosure(town, cases["archived"]), a_review(town, cases["archived"])
    with transaction():
        proposed = funds.propose_change(fund_id=town.fund.public_id, decision=_decision(town), by=town.actor("ekonom"))
        awaiting = str(proposed.public_id)
        add_delegation(new=_delegation(town), by=town.actor("admin"))
        _absences(town)
        directory.add_recipient(_recipient(), by=town.actor("admin"))
        _person, token = people.new_link(person_id=town.person("arkivarie2").public_id, by=town.actor("admin"))
    disabled = town.person("fritidschef").public_id
    session.rollback()
    seeds: Seeds = {
        "": ("/logga-in", f"/lank/{token}"),
        "sakerhetschef": ("/", f"/askanden/{ready}/granska", f"/askanden/{being_read}/las-in", f"/askanden/{ready}/inlast"),
        "registrator": (
            "/",
            f"/avsatta-medel/beslut/{awaiting}/bekrafta",
            "/administration/delegationer",
            f"/askanden/{to_clean}/rensa",
            f"/askanden/{related}/avsluta-samband",
            f"/beslut/listor/{made}",
            f"/sammantraden/{meeting}",
            f"{asked.address}?q=2026",
            asked.item,
            f"{reviewed.address}/lamna-ut",
            f"{reviewed.address}/beslut",
        ),
        "admin": (
            "/administration",
            "/administration/mottagare",
            "/utskick",
            "/administration/diarier",
            f"/administration/diarier/{register}",
            f"/administration/personer/{disabled}",
            f"/administration/personer/{town.person('ekonom').public_id}",
        ),
        "ekonom": ("/",),
        "arkivarie": (
            f"/arkiv/avtal/{agreement}",
            f"/arkiv/leveranser/{delivery}",
            "/arkiv/avtal/nytt",
            "/arkiv/leveranser/ny",
        ),
    }
    return {name: (*seeds.get(name, ()), *money.get(name, ())) for name in {*seeds, *money}}


def _being_read(town: Town) -> str:
    store = current_app.extensions["store"]
    assert isinstance(store, Store)
    kept = attachments.keep(store, LETTER.read_bytes(), "skrivelse.txt")
    with transaction():
        case = operations.read_in(case_id=None, unit_id=town.unit.id, kept=kept, by=town.actor("sakerhetschef"))
    return str(case.public_id)


def _question(town: Town, case_id: UUID) -> None:
    with transaction():
        conversation.write(case_id=case_id, text="Räcker en offert?", asks=True, by=town.actor("sakerhetschef"))


def _with_working_material(town: Town) -> UUID:
    """A decided case with a draft that was never sent in."""
    line = {"label": "Belysning", "amount": "4 000", "cost_type": "drift"}
    case_id = a_submitted_request(town, lines=[line], total="4 000").public_id
    act(town, Action.REQUEST_COMPLETION, case_id, "kommunchef")
    with transaction():
        draft = a_full_draft(town, lines=[line], total="4 000")
        operations.save_draft(case_id=case_id, draft=draft, by=town.actor("sakerhetschef"), seen=None)
    for action, by in ((Action.RESUME, "kommunchef"), (Action.DECIDE, "kommunchef"), (Action.RECORD, "ekonom")):
        act(town, action, case_id, by)
    return case_id


def _copy_to_acknowledge(town: Town) -> None:
    case_id = a_submitted_request(
        town, lines=[{"label": "Räcke", "amount": "5 000", "cost_type": "drift"}], total="5 000"
    ).public_id
    for action, by in (
        (Action.CHECK_REGISTRATION, "registrator"),
        (Action.DECIDE, "kommunchef"),
        (Action.RECORD, "ekonom"),
    ):
        act(town, action, case_id, by)
    run_worker()


def _decision(town: Town) -> PoliticalDecision:
    return PoliticalDecision(organ_id=town.organ.public_id, decided_on=clock.today(), paragraph="§ 9", amount=250_000)


def _delegation(town: Town) -> NewDelegation:
    today = clock.today()
    return NewDelegation(
        person_id=town.person("tf.kommunchef").public_id,
        fund_id=town.fund.public_id,
        ceiling=100_000,
        capacity="delegationsbeslut",
        clause="Delegationsordningen 4.9",
        organ_id=town.organ.public_id,
        decided_on=date(today.year - 1, 12, 10),
        paragraph="§ 232",
        only_when_jav_of_id=None,
        valid_from=today,
        valid_to=None,
    )


def _recipient() -> directory.Entry:
    return directory.Entry(
        name="Trygghetsrådet", kind="external", email="radet@example.org", unit_id=None, is_external=True,
        every_decision=False, masked=False, valid_from=clock.today(), valid_to=None, sure=True,
    )  # fmt: skip


def _absences(town: Town) -> None:
    admin, today = town.actor("admin"), clock.today()
    standing_in.appoint_substitute(
        person_id=town.person("ekonom").public_id,
        substitute_id=town.person("ekonom2").public_id,
        ground="Arbetsordningen 3.1",
        valid_from=today,
        valid_to=today + timedelta(days=14),
        by=admin,
    )
    people.disable(person_id=town.person("fritidschef").public_id, by=admin)
