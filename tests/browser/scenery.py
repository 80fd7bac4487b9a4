"""The towns the looks are taken in, and how each look is come by: by asking the portal for it, as the person who looks."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select, update
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

import portal.db
from portal import clock, create_app
from portal.accounting import queries as accounting
from portal.conversation import operations as conversation
from portal.conversation.circles import Audience
from portal.conversation.queries import ON_THE_CASE
from portal.db import db, session, transaction
from portal.dispatch.models import Copy
from portal.dispatch.recipients import ACTION
from portal.documents.models import Document
from portal.documents.store import current_store
from portal.funding_requests import attachments
from portal.funding_requests import operations as requests
from portal.funding_requests.lifecycle import Action, Status
from portal.funds import delegation_operations
from portal.funds import operations as funds
from portal.funds.rules import DELEGATED
from portal.people import operations as people
from portal.people.models import Installation, UserSession
from portal.people.rules import FREE_TRIES_NAME
from portal.register.document_models import RegisteredDocument
from portal.register.marking import Marking, mark_secrecy
from portal.register.models import Register, SecrecyMark
from portal.web import errors
from portal.web.gate import public
from tests.browser.looks import WRONG, Look, Typed
from tests.conftest import PASSWORD
from tests.factories.decisions import a_submitted_request, case_of
from tests.factories.disclosure import a_disclosure, a_refusal, a_review
from tests.factories.files import a_pdf
from tests.factories.funding_requests import a_draft, a_full_draft
from tests.factories.funding_requests import a_submitted_request as a_request_of
from tests.factories.letters import NEW_PAGE, as_docx, as_pdf
from tests.factories.orders import a_confirmed_order, an_order
from tests.factories.organs import a_list, a_meeting
from tests.factories.road import act, case_in, run_worker
from tests.factories.town import Town
from tests.factories.transfer import a_sent_delivery

LETTER = (Path(__file__).parents[1] / "documents" / "akersbro-tryggare-stationsomrade.txt").read_text(encoding="utf-8")
MORE_THAN_A_PAGE = 55
SEE_OTHER = 303
TOO_LARGE = 10  # bytes a request may have while a look asks for 413


@dataclass(frozen=True)
class Seen:
    """A look as the portal gave it: the bytes, and the cookies of whoever looked."""

    look: Look
    path: str
    answer: TestResponse
    cookie: str

    @property
    def page(self) -> str:
        """The markup."""
        return self.answer.get_data(as_text=True)


LONG_ADDRESS = "kommunledningsforvaltningen.registrator@akersbro.example"


def _sent(town: Town, address: str) -> UUID:
    """Recorded and sent, to a unit and to a council; without an address the council's copy does not come through."""
    copies = [
        {"name": town.recipient_unit.name, "email": "", "action": "ja"},
        {"name": "Lokala brottsförebyggande rådet", "email": address, "action": ""},
    ]
    case_id = a_request_of(town, copies=copies).public_id
    for action, by in ((Action.CHECK_REGISTRATION, "registrator"), (Action.DECIDE, "kommunchef"), (Action.RECORD, "ekonom")):
        act(town, action, case_id, by)
    run_worker()
    return case_id


def _empty_draft(town: Town) -> UUID:
    with transaction():
        return requests.create_draft(unit_id=town.unit.id, by=town.actor("sakerhetschef")).public_id


def _completed(town: Town) -> UUID:
    """Sent in, sent back, and sent in again with another title."""
    case_id = case_in(Status.RETURNED, town)
    with transaction():
        draft = a_full_draft(town, title="Medel för tryggare torg och hållplatser")
        requests.save_draft(case_id=case_id, draft=draft, by=town.actor("sakerhetschef"), seen=None)
    act(town, Action.SUBMIT, case_id, "sakerhetschef")
    return case_id


def _with_attachments(stage: "Stage") -> None:
    """A draft with a text in two versions, and a PDF that runs a script; and the decision that was sent."""
    town, case_id = stage.town, a_draft(stage.town).public_id
    named = (("plan.txt", b"Torget\n" * 400), ("plan.txt", b"Torget och parken\n" * 400), ("blankett.pdf", a_pdf(script=True)))
    for name, data in named:
        kept = attachments.keep(current_store(), data, name)
        with transaction():
            requests.add_attachment(case_id=case_id, kept=kept, by=town.actor("sakerhetschef"))
    stage.cases["draft, with attachments"] = case_id
    for name in ("plan.txt", "blankett.pdf"):
        newest = select(Document.public_id).where(Document.filename == name).order_by(Document.id.desc()).limit(1)
        stage.names[name.replace(".", "_")] = session.scalars(newest).one()
    decision = select(Document.public_id).where(Document.kind == "decision").order_by(Document.id).limit(1)
    stage.names["decision_document"] = session.scalars(decision).one()
    registered = select(RegisteredDocument.public_id).order_by(RegisteredDocument.id).limit(1)
    stage.names["registered"] = session.scalars(registered).one()


def _with_a_marked_line(town: Town) -> UUID:
    """Two lines are secret; the mark on one of them was to be looked at yesterday."""
    case_id = case_in(Status.SUBMITTED, town)
    for label in ("Väktare", "Trygghetsmätning"):
        said = Marking(provision="18 kap. 8 § OSL", public_title="", line_label=label)
        with transaction():
            mark_secrecy(case_id=case_id, marking=said, by=town.actor("registrator"), seen_version=None)
    with transaction():  # the clock has no other day here
        theirs = update(SecrecyMark).where(SecrecyMark.line_label == "Väktare")
        session.execute(theirs.values(review_on=clock.today() - timedelta(days=1)))
    return case_id


def _talked(town: Town, case_id: UUID) -> UUID:
    """More is said than the case page shows; one question has its answer, the one returned has not. Somebody is mentioned."""
    with transaction():
        for n in range(ON_THE_CASE):
            conversation.write(case_id=case_id, text=f"Offert {n} är på väg.", by=town.actor("sakerhetschef"))
        asked = conversation.write(case_id=case_id, text="Räcker en offert?", asks=True, by=town.actor("sakerhetschef"))
        conversation.write(
            case_id=case_id, text="Ja, om den gäller hela beloppet.", answers=asked.public_id, by=town.actor("ekonom")
        )
        circle, mentions = Audience.HANDLERS, ["kommunchef"]
        conversation.write(case_id=case_id, text="Se sidan 3.", audience=circle, mentions=mentions, by=town.actor("ekonom"))
        open_ = conversation.write(case_id=case_id, text="Ska momsen ingå?", asks=True, by=town.actor("sakerhetschef"))
        return open_.public_id


def _waiting_authority(town: Town) -> UUID:
    """More money and a delegation that the registrar has not confirmed yet; the money's decision."""
    day = clock.today() - timedelta(days=3)
    decision = funds.PoliticalDecision(amount=250_000, organ_id=town.organ.public_id, decided_on=day, paragraph="91")
    delegation = delegation_operations.NewDelegation(
        person_id=town.person("tf.kommunchef").public_id,
        fund_id=None,
        ceiling=50_000,
        capacity=DELEGATED,
        clause="Delegationsordningen 4.4",
        organ_id=town.organ.public_id,
        decided_on=day,
        paragraph="92",
        only_when_jav_of_id=None,
        valid_from=clock.today(),
        valid_to=None,
    )
    with transaction():
        row = funds.propose_change(fund_id=town.fund.public_id, decision=decision, by=town.actor("ekonom"))
        delegation_operations.add_delegation(new=delegation, by=town.actor("admin"))
        return row.public_id


class Stage:
    """One town: an application on a folder of its own, and its people signed in."""

    def __init__(self, folder: Path, town: Town, cases: dict[str, UUID]) -> None:
        self.town, self.cases = town, dict(cases)
        self.app: Flask = create_app(folder, testing=True)
        self.app.config["PROPAGATE_EXCEPTIONS"] = False
        self.app.register_error_handler(Exception, errors.unforeseen)
        self.names: dict[str, object] = {"fund": town.fund.public_id}
        self._clients: dict[str, FlaskClient] = {}

    def client(self, who: str) -> FlaskClient:
        """The person's browser, signed in once with the real form; a new one for nobody."""
        if not who:
            return self.app.test_client()
        if who not in self._clients:
            self._clients[who] = self.signed_in(who)
        return self._clients[who]

    def signed_in(self, who: str) -> FlaskClient:
        """A browser of the person's own in which the person has just signed in."""
        client = self.app.test_client()
        _to, sent = form_of(client.get("/logga-in"))
        sent["username"], sent["password"] = who, PASSWORD
        assert client.post("/logga-in", data=sent).status_code == 303
        return client

    def forget(self) -> None:
        """Everyone has to sign in again."""
        self._clients.clear()

    def path(self, look: Look) -> str:
        """The look's address with every name in it filled in."""
        names = dict(self.names)
        if look.place:
            names["case"] = self.cases[look.place]
        return look.path.format_map({name: str(value) for name, value in names.items()})

    def close(self) -> None:
        """Leave the database."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


def form_of(page: TestResponse, to: str = "") -> tuple[str, MultiDict[str, str]]:
    """Where the page's form goes and its fields, as a browser would send them; ``to`` is how its address ends."""
    document = html.fromstring(page.data)
    forms = [form for form in document.xpath("//main//form | //dialog//form") if form.method == "POST"]
    wanted = next(form for form in forms if (form.get("action") or "").split("?")[0].endswith(to))
    return wanted.get("action") or "", MultiDict([(name, str(value)) for name, value in wanted.form_values()])


CODES = "Kod;Benämning;Giltig från;Giltig till\n2001;Torget;2026-01-01;\n2002;Parken;2026-01-01;2026-12-31\n"


def _send_to_the_ledger(stage: Stage) -> None:
    """A table of codes read in and another file left, a template, and a file to the ledger."""
    client = stage.client("ekonom")
    for text in (CODES, CODES.replace("Torget", "Stortorget")):
        _to, sent = form_of(client.get("/kodtabeller/projekt"), "projekt")
        answer = client.post("/kodtabeller/projekt", data={**sent, "file": (BytesIO(text.encode()), "koder.csv")})
        left = answer.location
        if text == CODES:
            to, sent = form_of(client.get(left), "las-in")
            assert client.post(to, data=sent).status_code == 303
    _to, sent = form_of(client.get("/budgetexport/mallar/ny"))
    sent["name"] = "Till ekonomisystemet"
    assert client.post("/budgetexport/mallar/ny", data=sent).status_code == 303
    _to, sent = form_of(client.get("/budgetexport"), "budgetexport")
    made = client.post("/budgetexport", data=sent).location
    mallar = html.fromstring(client.get("/budgetexport/mallar").data)
    stage.names |= {
        "codes": left.partition("fil=")[2],
        "export": made.rpartition("/")[2],
        "template": mallar.xpath("//tbody//a/@href")[0].rpartition("/")[2],
    }


def _read_outcome_in(stage: Stage) -> None:
    """Last month's outcome read in, with a code that is nobody's; and another file for the month left."""
    client = stage.client("ekonom")
    month = clock.today().replace(day=1) - timedelta(days=1)
    for amount in ("12500", "13000"):
        _to, sent = form_of(client.get("/utfall"))
        text = f"projekt;belopp;månad\n2001;{amount};{month:%Y-%m}\n9999;700;{month:%Y-%m}\n"
        left = client.post("/utfall", data={**sent, "file": (BytesIO(text.encode()), "utfall.csv")}).location
        if amount == "12500":
            to, sent = form_of(client.get(left), "las-in")
            assert client.post(to, data=sent).status_code == 303
    read_in = html.fromstring(client.get("/utfall").data).xpath("//tbody//a/@href")
    stage.names |= {"outcome_file": left.partition("fil=")[2], "outcome": read_in[0].partition("?")[0].rpartition("/")[2]}


WRONG_SUM = LETTER.replace("Nattvandring och samverkan 100kkr", "Nattvandring och samverkan 200kkr")
NO_REQUEST = "Tjänsteskrivelse\n\nUppföljning av trygghetsarbetet\n\nSammanfattning\n\nEnheten redovisar läget.\n"


def _read_letters_in(stage: Stage) -> None:
    """Drafts made from letters; and a second browser of their author's, to be seen on the account page."""
    stage.signed_in("sakerhetschef")
    client = stage.client("sakerhetschef")
    letters = {
        "draft, read in": (LETTER.encode(), "askande.txt"),
        "draft, read in from a PDF": (
            as_pdf(WRONG_SUM.replace("Beslutsunderlag\n", f"{NEW_PAGE}Beslutsunderlag\n")),
            "askande.pdf",
        ),
        "draft, read in from Word": (as_docx(WRONG_SUM), "askande.docx"),
        "draft, read in, no request": (NO_REQUEST.encode(), "rapport.txt"),
    }
    for place, (data, filename) in letters.items():
        _to, sent = form_of(client.get("/askanden/las-in"))
        answer = client.post("/askanden/las-in", data={**sent, "classified": "nej", "file": (BytesIO(data), filename)})
        stage.cases[place] = UUID(answer.location.split("/")[-2])


def _asked_for(town: Town, archived: UUID) -> dict[str, UUID]:
    """Requests for public records: one to review, one reviewed, one refused in writing with its document made."""
    asked, reviewed, refused = a_disclosure(town, archived), a_review(town, archived), a_refusal(town, archived)
    run_worker()
    return {
        "asked": asked.request_id,
        "asked_item": asked.item_id,
        "reviewed": reviewed.request_id,
        "reviewed_item": reviewed.item_id,
        "refused": refused.request_id,
    }


class Scenery:
    """Every town, made when it is first asked for, and the way to each look."""

    def __init__(self, make: Callable[[str], Path], town: Town, cases: dict[str, UUID]) -> None:
        self._make, self._town, self._cases = make, town, cases
        self.stages: dict[str, Stage] = {}
        self._seen: dict[str, Seen] = {}

    def stage(self, name: str) -> Stage:
        """The town by name: walked, empty, crowded, demo."""
        if name not in self.stages:
            stage = Stage(self._make(name), self._town, self._cases)
            with stage.app.app_context():
                getattr(self, f"_set_{name}")(stage)
                session.remove()
            if name == "walked":
                _read_letters_in(stage)
                _send_to_the_ledger(stage)
                _read_outcome_in(stage)
            self.stages[name] = stage
        return self.stages[name]

    def close(self) -> None:
        """Leave every database."""
        for stage in self.stages.values():
            stage.close()

    # What each town holds beside what it was copied from.

    def _set_empty(self, stage: Stage) -> None:
        """Nothing has happened here."""

    def _set_crowded(self, stage: Stage) -> None:
        for _ in range(MORE_THAN_A_PAGE):
            a_submitted_request(stage.town, lines=(("Väktare", "1 000"),), total="1 000")

    def _set_demo(self, stage: Stage) -> None:
        with transaction():
            session.get_one(Installation, 1).is_demo = True
        stage.app.extensions.pop("is_demo", None)
        _sent(stage.town, LONG_ADDRESS)

    def _set_walked(self, stage: Stage) -> None:
        town = stage.town
        stage.cases["dispatched, copy failed"] = _sent(town, "")
        stage.cases["draft, empty"] = _empty_draft(town)
        stage.cases["submitted, decided meanwhile"] = case_in(Status.SUBMITTED, town)
        stage.cases["submitted, a second version"] = _completed(town)
        _with_attachments(stage)
        act(town, Action.RELATE, stage.cases["settled, no report due"], "registrator")
        act(town, Action.NOTE_APPEAL, stage.cases["decided, rejected"], "registrator")
        stage.cases["submitted, a line marked"] = _with_a_marked_line(town)
        stage.names |= _asked_for(town, stage.cases["archived"])
        stage.names["agreement"], stage.names["delivery"] = a_sent_delivery(town)
        stage.names |= {"list": a_list(town), "meeting": a_meeting(town)}
        decision_id = _waiting_authority(town)
        order_id = a_confirmed_order(town)
        waiting = an_order(town, valid_from=clock.today() + timedelta(days=30), with_clauses=True, clauses=False)
        with transaction():
            town.substitute("ekonom2", stands_in_for="ekonom")
            closed = people.disable(person_id=town.person("fritidschef").public_id, by=town.actor("admin")).public_id
            _person, link = people.new_link(person_id=town.person("kommunledning").public_id, by=town.actor("admin"))
        question = _talked(town, stage.cases["returned"])
        with transaction():  # working material, longer than what is shown of it at once
            conversation.write(case_id=stage.cases["settled"], text="Offerten kom sent. " * 12, by=town.actor("ekonom"))
        failed = session.scalars(select(Copy).where(Copy.state == "failed").order_by(Copy.id.desc())).first()
        arrived = session.scalars(select(Copy).where(Copy.state == "sent").order_by(Copy.id)).all()
        moved = accounting.redistributions(case_of(stage.cases["dispatched, money moved"]))[0]
        assert failed is not None
        stage.names |= {
            "fund_decision": decision_id,
            "order": order_id,
            "waiting_order": waiting,
            "person": town.person("ekonom2").public_id,
            "closed_person": closed,
            "register": session.scalars(select(Register.public_id)).one(),
            "link": link.rsplit("/", 1)[-1],
            "question": question,
            "failed": failed.public_id,
            "copy": arrived[0].public_id,
            "acted": next(copy.public_id for copy in arrived if copy.kind == ACTION),
            "redistribution": moved.public_id,
        }

    # From a look to what the portal answers.

    def way(self, look: Look) -> tuple[str, str]:
        """The path of the look, and the cookies of whoever looks."""
        stage = self.stage(look.town)
        return stage.path(look), self._cookie(stage, stage.client(look.who))

    @staticmethod
    def _cookie(stage: Stage, client: FlaskClient) -> str:
        cookie = client.get_cookie(str(stage.app.config["SESSION_COOKIE_NAME"]))
        return cookie.value if cookie else ""

    def see(self, look: Look) -> Seen:
        """Ask for the look as the person who looks, once; the answer has the status it is listed with."""
        if look.name not in self._seen:
            self._seen[look.name] = self._see(look)
        return self._seen[look.name]

    def _see(self, look: Look) -> Seen:
        stage = self.stage(look.town)
        path, client = stage.path(look), stage.client(look.who)
        with ExitStack() as during:
            form = form_of(client.get(path), look.to) if look.sends is not None else None
            if look.trouble:
                during.enter_context(TROUBLES[look.trouble](stage))
            if form is None:
                answer = client.get(path, headers=look.headers)
            else:
                answer = _send(client, path, form, look.sends or {}, look.headers)
            if look.then is not None:
                answer = _send(client, path, form_of(answer), look.then, look.headers)
        if answer.status_code == SEE_OTHER:
            answer = client.get(answer.location)
        assert answer.status_code == look.status, f"{look.name}: {answer.status_code} {answer.get_data(as_text=True)[-3000:]}"
        return Seen(look, path, answer, self._cookie(stage, client))


def _send(
    client: FlaskClient, page: str, form: tuple[str, MultiDict[str, str]], typed: Typed, headers: dict[str, str]
) -> TestResponse:
    to, fields = form
    for name, value in typed.items():
        fields.setlist(name, value if isinstance(value, list) else [value])
    return client.post(to or page, data=fields, headers=headers)


# What can be wrong with the portal while someone looks.


@contextmanager
def _signed_out(stage: Stage) -> Iterator[None]:
    """Everyone has been away for an hour."""
    with stage.app.app_context(), transaction():
        session.execute(update(UserSession).values(last_seen_at=clock.now() - timedelta(hours=1)))
    yield
    stage.forget()


@contextmanager
def _throttled(stage: Stage) -> Iterator[None]:
    """Someone has tried to get in as the auditor, and failed too many times."""
    client = stage.client("")
    for _ in range(FREE_TRIES_NAME):
        _send(client, "/logga-in", form_of(client.get("/logga-in")), {"username": "revisor", "password": WRONG}, {})
    yield


@contextmanager
def _large(stage: Stage) -> Iterator[None]:
    """Hardly anything fits: what is sent is too large."""
    with patch.dict(stage.app.config, MAX_CONTENT_LENGTH=TOO_LARGE, MAX_FORM_MEMORY_SIZE=TOO_LARGE):
        yield


@contextmanager
def _busy(stage: Stage) -> Iterator[None]:
    """Another process writes for longer than anyone waits."""
    with stage.app.app_context():
        path = db.engine.url.database
        db.session.remove()
        db.engine.dispose()
    with patch.object(portal.db, "BUSY_TIMEOUT_MS", 50), closing(sqlite3.connect(str(path))) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()
    with stage.app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _fault(stage: Stage) -> Iterator[None]:
    """A page with a fault of ours in it."""

    def broken() -> str:
        raise RuntimeError("a fault of ours")

    whole = stage.app.view_functions["standing.personal_data"]
    stage.app.view_functions["standing.personal_data"] = public(broken)
    yield
    stage.app.view_functions["standing.personal_data"] = whole


@contextmanager
def _decided_meanwhile(stage: Stage) -> Iterator[None]:
    """The deputy's form lies open while the chief decides."""
    with stage.app.app_context():
        act(stage.town, Action.DECIDE, stage.cases["submitted, decided meanwhile"], "kommunchef")
        db.session.remove()
    yield


TROUBLES: dict[str, Callable[[Stage], AbstractContextManager[None]]] = {
    "signed out": _signed_out,
    "throttled": _throttled,
    "large": _large,
    "busy": _busy,
    "fault": _fault,
    "decided meanwhile": _decided_meanwhile,
}
