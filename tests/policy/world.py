"""The snapshot every request is sent at: the walked road, those whose rights are less plain, and everyone signed in."""

import shutil
import sqlite3
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from portal import clock, create_app
from portal.accounting import outcome_operations
from portal.accounting.kept import keep
from portal.accounting.models import Redistribution
from portal.db import db, session, transaction
from portal.decisions.answer import asked_lines
from portal.decisions.meeting_models import DelegationReport, Meeting
from portal.decisions.queries import in_force
from portal.desk.masking_review import Reviewed, mark_of
from portal.dispatch.models import Copy
from portal.documents.masking.choice import Choice
from portal.documents.models import Document
from portal.documents.store import current_store
from portal.documents.uploads import MIME
from portal.funding_requests import operations as requests
from portal.funding_requests.lifecycle import Action
from portal.funding_requests.models import FundingRequest
from portal.funding_requests.queries import current_version
from portal.funds import delegation_operations
from portal.funds import operations as funds
from portal.funds.delegation_operations import NewDelegation
from portal.funds.operations import PoliticalDecision
from portal.funds.rules import DELEGATED
from portal.notices import operations as notices
from portal.notices.models import Notice
from portal.people import directory, queries, sign_in, standing_in
from portal.people import operations as people
from portal.people.models import Person, RoleHolding, Substitution, UserSession
from portal.people.passwords import use_cheap_profile
from portal.register import marking
from portal.register.document_models import RegisteredDocument
from portal.register.models import Case, Register
from tests.conftest import PASSWORD, Road
from tests.factories import disclosure, transfer
from tests.factories.decisions import case_of
from tests.factories.files import a_pdf
from tests.factories.ledger import a_file_and_a_template
from tests.factories.orders import a_clause, an_order
from tests.factories.organs import a_list, a_meeting
from tests.factories.road import act, run_worker
from tests.factories.town import Row, Town
from tests.policy.people import MORE, PERSONS
from tests.policy.places import ASKER, WALKS

AGENT = "policy"
MASKED, PROVISION = "Väktare", disclosure.PROVISION
CHOSEN = "hägg lykta sten moln vår"  # a password the portal takes; the town's own was never asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What addresses and forms name of one case."""

    case_id: UUID
    number: str = ""
    version: int = 0
    draft_version: int = 0
    asked: tuple[int | None, ...] = ()
    lines: tuple[tuple[UUID, int | None], ...] = ()
    redistribution: UUID | None = None
    document: UUID | None = None
    has_pages: bool = False
    looked_at: str = ""
    """The mark of a masked copy of the document that has been looked at."""
    registered: UUID | None = None
    copies: dict[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The instance, everyone's cookie, every case, and the rows that addresses beside the cases name."""

    folder: Path
    town: Town
    moment: datetime
    cookies: dict[str, str]
    sessions: dict[str, UUID]
    """A second session of each person, to be ended."""
    cases: dict[str, Known]
    rows: dict[str, UUID]
    versions: dict[str, int]
    link: str


def _join(town: Town) -> None:
    """The persons the town lacks, by the administrator's real operations; each sets a password with the link."""
    admin = "admin"
    for who in MORE:
        with transaction():
            person, token = people.add_person(username=who.username, name=f"{who.username} i Åkersbro", by=town.actor(admin))
            town.people[who.username] = Row(person.id, person.public_id, person.name)
            for role, unit in who.roles:
                people.grant_role(
                    person_id=person.public_id,
                    unit_id=town.units[unit].public_id,
                    role=role,
                    valid_from=clock.today(),
                    valid_to=None,
                    by=town.actor(admin),
                )
        sign_in.use_link(token=token, password=CHOSEN, again=CHOSEN, client=AGENT)
    _stand_in(town, "vikarie", 0, 30)
    _stand_in(town, "fd.vikarie", -30, -1)


def _stand_in(town: Town, username: str, first: int, last: int) -> None:
    today = clock.today()
    with transaction():
        standing_in.appoint_substitute(
            person_id=town.person("kommunchef").public_id,
            substitute_id=town.person(username).public_id,
            ground="Delegationsordningen 1.4",
            valid_from=today + timedelta(days=first),
            valid_to=today + timedelta(days=last),
            by=town.actor("admin"),
        )


def _delegate(town: Town, username: str) -> UUID:
    today = clock.today()
    new = NewDelegation(
        person_id=town.person(username).public_id,
        fund_id=town.fund.public_id,
        ceiling=1_500_000,
        capacity=DELEGATED,
        clause="Delegationsordningen 4.4",
        organ_id=town.organ.public_id,
        decided_on=today,
        paragraph="§ 12",
        only_when_jav_of_id=None,
        valid_from=today,
        valid_to=None,
    )
    with transaction():
        return delegation_operations.add_delegation(new=new, by=town.actor("admin")).public_id


def _raise_fund(town: Town, by: str, paragraph: str) -> UUID:
    decision = PoliticalDecision(amount=1_000, organ_id=town.organ.public_id, decided_on=clock.today(), paragraph=paragraph)
    with transaction():
        return funds.propose_change(fund_id=town.other_fund.public_id, decision=decision, by=town.actor(by)).public_id


def _away(town: Town, who: str) -> UUID:
    later = clock.today() + timedelta(days=60)  # nothing else of this place falls on that day
    with transaction():
        return standing_in.note_absence(valid_from=later, valid_to=later, stands_in_id=None, by=town.actor(who)).public_id


def _told(town: Town, case_id: UUID, who: str) -> UUID:
    """A notice of a case that the person sees."""
    case = session.scalars(select(Case).where(Case.public_id == case_id)).one()
    with transaction():
        notices.deliver("jav", [queries.person(town.person(who).public_id)], case=case, key="policy")
    mine = (Notice.key == "policy", Notice.person_id == town.person(who).id)
    return session.scalars(select(Notice.public_id).where(*mine)).one()


def _in_directory(town: Town) -> UUID:
    """A recipient whom no request names."""
    with transaction():
        entry = directory.Entry(
            name="Trygghetsrådet", kind="external", email="radet@example.org", unit_id=None, is_external=True,
            every_decision=False, masked=False, valid_from=clock.today(), valid_to=None, sure=True,
        )  # fmt: skip
        return directory.add_recipient(entry, by=town.actor("admin")).public_id


def _read_in_outcome(town: Town) -> UUID:
    """Finance reads in what a month has cost, on a code that is no grant's."""
    content = f"kod;månad;belopp\nX1;{clock.today():%Y-%m};1 000\n".encode()
    file = keep("utfall.csv", content)
    with transaction():
        made = outcome_operations.import_outcome(kept=file, replaced=(), by=town.actor("ekonom"))
        return made[0].public_id


def _exported(town: Town) -> dict[str, UUID]:
    file, template = a_file_and_a_template(town)
    return {"file to the ledger": file, "template": template}


def _edition(town: Town) -> dict[str, UUID]:
    order_id = an_order(town, clauses=False)
    clause = a_clause(town, order_id, person="kanslichef")
    return {"an edition that gives kanslichef": order_id, "its clause": clause}


def _asked_for(town: Town, cases: dict[str, UUID]) -> dict[str, UUID]:
    """Requests for documents of an archived case: one to review, one reviewed, one refused with its document made."""
    archived = cases["archived"]
    asked = {
        "a request": disclosure.a_disclosure(town, archived),
        "a request that was reviewed": disclosure.a_review(town, archived),
        "a request that was refused": disclosure.a_refusal(town, archived),
    }
    run_worker()
    return {
        **{name: each.request_id for name, each in asked.items()},
        **{f"{name}, its document": each.item_id for name, each in asked.items()},
        "another document of its case": disclosure.documents_of(archived)[1],
    }


def _delivered(town: Town) -> dict[str, UUID]:
    """A delivery of the archived case, sent and not yet finished, and its agreement."""
    agreement_id, delivery_id = transfer.a_sent_delivery(town)
    return {"an agreement": agreement_id, "a delivery": delivery_id}


def _walk(town: Town, cases: dict[str, UUID]) -> dict[str, UUID]:
    """The rest of the road, and what the less plain persons have to do with the cases that were there."""
    confirmed = _delegate(town, "kanslichef")
    with transaction():
        delegation_operations.confirm_delegation(delegation_id=confirmed, by=town.actor("registrator"))
    a_list(town)  # of what has been decided so far
    a_meeting(town)
    walked = {**cases, **{name: walk(town) for name, walk in WALKS.items()}}
    act(town, Action.DECLARE_JAV, walked["submitted, no decision maker may act"], "kanslichef")
    with transaction():
        requests.add_writer(case_id=walked["draft"], person_id=town.person("medskrivare").public_id, by=town.actor(ASKER))
    with transaction():
        marking.mark_secrecy(
            case_id=walked["dispatched, secret"],
            marking=marking.Marking(
                provision="18 kap. 8 § OSL",
                public_title="Uppgift utelämnad",
                readers=frozenset({town.person("namngiven").public_id}),
            ),
            by=town.actor("registrator"),
            seen_version=None,
        )
    run_worker()
    return walked


def _known(case_id: UUID) -> Known:
    case = case_of(case_id)
    request = session.scalars(select(FundingRequest).where(FundingRequest.case_id == case.id)).one()
    version, decision = current_version(case), in_force(case)
    asked: tuple[int | None, ...] = ()
    if version is not None:
        asked = tuple(line.requested for line in asked_lines(version.lines, version.content.total))
    # One with pages before others: those are shown as pictures too.
    first = select(Document).where(Document.case_id == case.id).order_by(Document.mime != MIME["pdf"], Document.id).limit(1)
    document = session.scalars(first).first()
    moved = select(Redistribution.public_id).where(Redistribution.case_id == case.id)
    return Known(
        case_id=case_id,
        number=case.number or "",
        version=case.version,
        draft_version=request.draft_version,
        asked=asked,
        lines=tuple((line.public_id, line.granted) for line in decision.lines) if decision else (),
        redistribution=session.scalars(moved.limit(1)).first(),
        document=document.public_id if document else None,
        has_pages=document is not None and document.mime == MIME["pdf"],
        looked_at=_looked_at(document) if document else "",
        registered=session.scalar(
            select(RegisteredDocument.public_id).where(RegisteredDocument.case_id == case.id, RegisteredDocument.number == 1)
        ),
        copies={copy.recipient: copy.public_id for copy in session.scalars(select(Copy).where(Copy.case_id == case.id))},
    )


def _looked_at(document: Document) -> str:
    data = a_pdf(2)
    return mark_of(
        Reviewed(
            document=str(document.public_id),
            choice=Choice((MASKED,)).digest(PROVISION),
            sha256=current_store().put(data),
            size=len(data),
            title="Maskad kopia",
            provision=PROVISION,
            places=1,
            pages=2,
        )
    )


def password_of(username: str) -> str:
    """What the person signs in with."""
    return CHOSEN if username in {who.username for who in MORE} else PASSWORD


def _sign_in(app: Flask, town: Town) -> tuple[dict[str, str], dict[str, UUID]]:
    """Everyone signs in with the real form, twice, and gives the password again as before an act of weight."""
    cookies, sessions = {}, {}
    for username in PERSONS:
        for _time in range(2):
            client = app.test_client()
            answer = client.post("/logga-in", data={"username": username, "password": password_of(username)})
            assert answer.status_code == 303, answer.get_data(as_text=True)
            client.get("/konto")
        cookie = client.get_cookie("portal")
        assert cookie is not None
        cookies[username] = f"portal={cookie.value}"
        with app.app_context():
            rows = session.scalars(
                select(UserSession)
                .where(UserSession.person_id == town.person(username).id, UserSession.ended_at.is_(None))
                .order_by(UserSession.id.desc())
            ).all()
            sessions[username] = rows[1].public_id
            seen = queries.signed_in(rows[0].token_hash)
            assert seen is not None
            sign_in.confirm(seen=seen, password=password_of(username), address="127.0.0.1")
    return cookies, sessions


def build(road: Road, town: Town, folder: Path) -> World:
    """Walk on from the road, sign everyone in, and close the account of one."""
    use_cheap_profile(True)
    shutil.copytree(road.folder, folder)
    app = create_app(folder, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    town = Town(**{name: getattr(town, name) for name in Town.__slots__} | {"people": dict(town.people)})
    moment = clock.now()
    with app.app_context():
        _join(town)
        delegations = {}
        walked = _walk(town, road.cases)
        for username in ("tf.kommunchef", "kanslichef"):
            delegations[f"delegation for {username}"] = _delegate(town, username)
        told = {f"notice of {who}": _told(town, walked["dispatched"], who) for who in ("ekonom", "revisor")}
        away = {f"absence of {who}": _away(town, who) for who in ("ekonom", "revisor")}
        raised = {f"decision by {by}": _raise_fund(town, by, number) for by, number in (("ekonom", "30"), ("kanslichef", "31"))}
        raised["outcome"] = _read_in_outcome(town)
        raised["a recipient"] = _in_directory(town)
        raised |= _exported(town)
        raised |= _edition(town)
        raised |= _asked_for(town, walked)
        raised |= _delivered(town)
    clock.set_source(lambda: moment)
    cookies, sessions = _sign_in(app, town)
    with app.app_context():
        with transaction():
            link = people.new_link(person_id=town.person("ekonom2").public_id, by=town.actor("admin"))[1]
            people.disable(person_id=town.person("avstangd").public_id, by=town.actor("admin"))
        world = World(
            folder=folder,
            town=town,
            moment=moment,
            cookies=cookies,
            sessions=sessions,
            cases={place: _known(case_id) for place, case_id in walked.items()},
            rows={**delegations, **raised, **away, **told, **_rows(town)},
            versions=_versions(),
            link=link,
        )
        db.session.remove()
        db.engine.dispose()
    clock.set_source(None)
    last = sqlite3.connect(folder / "portal.sqlite")
    assert last.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0, "someone still reads; a copy would lack rows"
    last.close()
    return world


def _rows(town: Town) -> dict[str, UUID]:
    holding = select(RoleHolding.public_id).where(RoleHolding.person_id == town.person("ekonom2").id)
    standing = select(Substitution.public_id).where(Substitution.substitute_id == town.person("vikarie").id)
    return {
        "role of ekonom2": session.scalars(holding).one(),
        "substitution of vikarie": session.scalars(standing).one(),
        "a list": session.scalars(select(DelegationReport.public_id)).one(),
        "a meeting": session.scalars(select(Meeting.public_id)).one(),
        "a register": session.scalars(select(Register.public_id)).one(),
    }


def _versions() -> dict[str, int]:
    """The version each row stands at, which forms carry; a row that has not been changed stands at 1."""
    persons = {person.username: person.version for person in session.scalars(select(Person))}
    return {
        **persons,
        **disclosure.VERSIONS,
        "role of ekonom2": 1,
        "substitution of vikarie": 1,
        "a unit": 1,
        "a register": 1,
        "a meeting": 1,
        "a list": 1,
        "a template": 1,
        "a recipient": 1,
        "an agreement": 1,
        "a delivery": 1,
        "an edition that gives kanslichef": 2,
    }
