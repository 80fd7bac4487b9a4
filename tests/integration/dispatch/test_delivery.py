"""Where copies go, how each came to its recipient, and what came back: from the directory to the proof of dispatch."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal import clock, workdays
from portal.db import session, transaction
from portal.decisions.models import Decision
from portal.dispatch import handlers, many, operations, pages, reminders, returning, sending
from portal.dispatch.models import Copy, DeliveryReport, Mail
from portal.dispatch.recipients import ACTION, COPY, Addressee
from portal.documents.masked_copies import KIND
from portal.documents.operations import add_document
from portal.documents.queries import by_source
from portal.errors import Invalid, Refused
from portal.funding_requests.lifecycle import Action
from portal.log.queries import timeline
from portal.outbox import operations as outbox
from portal.outbox.models import OutboxRow
from portal.outbox.worker import Failed, run
from portal.people import directory
from portal.people.models import Installation
from portal.register.models import Case
from portal.settings import Mail as Server
from tests import scale
from tests.conftest import PASSWORD, ClientFor
from tests.factories.accounting import an_entry, decision_of
from tests.factories.decisions import a_decision, case_of
from tests.factories.dispatch import copies, work
from tests.factories.funding_requests import a_submitted_request
from tests.factories.road import act
from tests.factories.town import Town
from tests.forms import fill
from tests.unit.dispatch.test_bounces import OURS, report

OUTSIDE = [Addressee(f"Rådet {n}", f"radet{n}@example.org", COPY) for n in range(4)]


def _in_demo() -> None:
    """Mail is kept, and leaves no machine."""
    with transaction():
        session.get_one(Installation, 1).is_demo = True


def _sent(town: Town, *added: Addressee, to_act: tuple[str, ...] = (), case_id: UUID | None = None) -> UUID:
    case_id, decision = a_decision(town, case_id)
    entry = an_entry(decision)
    with transaction():
        operations.record_and_queue(
            case_id=case_id, entry=entry, by=town.actor("ekonom"), seen_version=None, added=added, to_act=to_act
        )
    return case_id


def _named(name: str) -> Copy:
    return next(copy for copy in copies() if copy.recipient == name)


def _entry(name: str, **change: object) -> directory.Entry:
    values: dict[str, object] = {
        "name": name, "kind": "external", "email": "", "unit_id": None, "is_external": False, "every_decision": False,
        "masked": False, "valid_from": clock.today(), "valid_to": None, "sure": False,
    }  # fmt: skip
    return directory.Entry(**(values | change))  # type: ignore[arg-type]


def test_a_copy_goes_where_the_directory_says_and_finance_and_those_of_every_decision_always_get_one(
    inside: Flask, town: Town
) -> None:
    _in_demo()
    with transaction():
        for entry in (
            _entry("Trygghetsrådet", email="radet@example.org"),
            _entry("Revisionen", email="revision@example.org", every_decision=True),
            _entry("Säkerhet", kind="unit", unit_id=town.unit.public_id),
            _entry("Gamla rådet", email="gamla@example.org", valid_from=clock.today() + timedelta(days=1)),
        ):
            directory.add_recipient(entry, by=town.actor("admin"))
    named = [{"name": name, "email": "", "action": ""} for name in ("trygghetsrådet", "Säkerhet", "Gamla rådet")]
    case_id = a_submitted_request(town, copies=named, information=[]).public_id
    _sent(town, case_id=case_id)
    found = {copy.recipient: (copy.email, copy.unit_id, copy.state) for copy in copies()}
    assert found == {
        "trygghetsrådet": ("radet@example.org", None, "waiting"),
        "Säkerhet": (None, town.unit.id, "waiting"),
        "Gamla rådet": (None, None, "failed"),
        "Revisionen": ("revision@example.org", None, "waiting"),
        "Ekonomiavdelningen": ("2@akersbro.example", town.units["Ekonomiavdelningen"].id, "waiting"),
    }


def test_a_corrected_decision_goes_to_everyone_who_got_the_first_where_it_reached_them(inside: Flask, town: Town) -> None:
    case_id = _sent(town, OUTSIDE[0], Addressee("Utan adress", None, COPY))
    with transaction():
        operations.retry(
            case_id=case_id, copy_id=_named("Utan adress").public_id, email="nu@example.org", by=town.actor("ekonom")
        )
    act(town, Action.REPLACE_DECISION, case_id, "kommunchef")
    with transaction():
        queued = operations.queue_copies(decision_of(case_id))
    assert queued == ["Kommunledningsförvaltningen", "Ekonomiavdelningen", "Rådet 0", "Utan adress"]
    assert [copy.email for copy in copies()[-2:]] == ["radet0@example.org", "nu@example.org"]
    _in_demo()
    work(inside)
    told = session.scalars(select(Mail.body).where(Mail.to == "nu@example.org").order_by(Mail.id)).all()[-1]
    first = session.scalars(select(Decision.number).order_by(Decision.id)).all()[0]
    assert f"Det ersätter beslut {first}." in told


def test_a_waiting_copy_is_printed_and_handed_over_and_the_worker_then_leaves_it(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        case_id = _sent(town, OUTSIDE[0])
        run(app, {kind: handle for kind, handle in handlers.HANDLERS.items() if kind != "copy"}, once=True)
        copy_id = _named("Rådet 0").public_id
    address = f"/askanden/{case_id}/kopior/{copy_id}/skicka-igen"
    client = client_for("ekonom")
    page = client.get(address).text
    assert "Kopian väntar på att skickas" in page and "missiv.pdf" in page and "Skicka kopian igen" not in page
    assert fill(client, address, note="", how="note").status_code == 422
    assert fill(client, address, note="I receptionen", handed_by="Vaktmästaren", how="note").status_code == 303
    with app.app_context():
        _in_demo()
        work(app)
        copy = _named("Rådet 0")
        assert (copy.state, copy.delivery_note) == ("delivered", "I receptionen, av Vaktmästaren")
        assert copy.document_sha256 and not session.scalars(select(Mail.to).where(Mail.to == copy.email)).all()
        with transaction(), pytest.raises(Refused, match="redan skickad"):
            operations.note_delivery(case_id=case_id, copy_id=copy_id, note="Igen", by=town.actor("ekonom"))
        bodies = {row.action: row.body for row in timeline(case_id)}
        assert bodies["dispatch.send"]["sha256"] == copy.document_sha256 == bodies["dispatch.note_delivery"]["sha256"]
    proof = client.get(f"/askanden/{case_id}/expediering").text
    assert str(copy.document_sha256) in proof and "I receptionen, av Vaktmästaren" in proof and "Framme" in proof
    assert "Rådet 0" not in client.get(f"/askanden/{case_id}/expediering?lage=failed").text
    assert client_for("kommunledning").get(f"/askanden/{case_id}/expediering").status_code in (403, 404)


@pytest.fixture
def box(inside: Flask, tmp_path: Path) -> Path:
    """An empty Maildir that the portal reads."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / "studsar" / name).mkdir(parents=True)
    server = Server("127.0.0.1", "portalen@akersbro.example", bounces=tmp_path / "studsar")
    inside.extensions["settings"] = replace(inside.extensions["settings"], mail=server)
    return tmp_path / "studsar"


def _read(app: Flask) -> None:
    with transaction():
        outbox.enqueue(kind=returning.KIND, payload={}, key=f"{returning.KIND}:{clock.now().isoformat()}")
    run(app, handlers.HANDLERS, once=True)
    session.expire_all()


def about(copy: Copy, **how: str) -> bytes:
    """A report about the copy's mail."""
    return report(**how).replace(OURS.encode(), copy.message_id.encode())  # type: ignore[arg-type]


def test_what_comes_back_is_noted_once_with_its_copy_and_nothing_is_answered(inside: Flask, town: Town, box: Path) -> None:
    _in_demo()
    case_id = _sent(town, *OUTSIDE)
    work(inside)
    mails = session.scalar(select(func.count()).select_from(Mail))
    in_box = {
        "1": about(_named("Rådet 0")),
        "2": about(_named("Rådet 1"), action="delivered", status="2.0.0"),
        "3": about(_named("Rådet 2"), action="delayed", status="4.4.1"),
        "4": about(_named("Kommunledningsförvaltningen"), status="5.2.2", said="smtp; 552 full"),
        "5": report(),  # of a mail that is no copy
        "6": b"From: a@example.org\nAuto-Submitted: auto-replied\n\n" + _named("Rådet 3").message_id.encode(),
        "7": bytes(EmailMessage()) + b"x" * (returning.LARGEST + 1),
        "8": b"\xff\x00",
    }
    for name, raw in in_box.items():
        (box / "new" / name).write_bytes(raw)
    (box / "new" / "link").symlink_to("/etc/passwd")
    _read(inside)
    (box / "new" / "9").write_bytes(in_box["1"])  # the same mail, delivered once more
    _read(inside)
    states = [_named(f"Rådet {n}").state for n in range(4)]
    assert states == ["failed", "delivered", "sent", "sent"]
    assert _named("Rådet 0").failure.startswith("E-posten kom tillbaka: adressen finns inte")
    in_portal = _named("Kommunledningsförvaltningen")
    assert in_portal.state == "sent" and "full" in in_portal.failure, "it lies in the inbox all the same"
    assert session.scalar(select(func.count()).select_from(DeliveryReport)) == 5
    assert sorted(each.name for each in (box / "cur").iterdir()) == [f"{n}:2,S" for n in range(1, 10)]
    assert [each.name for each in (box / "new").iterdir()] == ["link"]
    assert session.scalar(select(func.count()).select_from(Mail)) == mails, "nothing is ever answered"
    actions = [row.action for row in timeline(case_id)]
    assert (actions.count("dispatch.fail"), actions.count("dispatch.deliver")) == (2, 1)
    (box / "new" / "link").unlink()
    (box / "new").rmdir()
    with transaction():
        outbox.enqueue(kind=returning.KIND, payload={}, key="gone")
        task = outbox.claim("here")
    assert task is not None
    with pytest.raises(Failed, match=r"mail\.bounces"):
        returning.read_mailbox({}, task)


def test_a_pasted_bounce_and_what_waits_stand_on_the_page_of_dispatches(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        _in_demo()
        case_id = _sent(town, OUTSIDE[0])
        work(app)
        pasted = about(_named("Rådet 0")).decode()
        copy_id = _named("Rådet 0").public_id
        number = str(case_of(case_id).number).replace("\u00a0", " ")
    client, to = client_for("admin"), "/utskick/studsar"
    assert "Det går inte att se vilket brev" in fill(client, "/utskick", to=to, text="Hej!").text
    assert fill(client, "/utskick", to=to, text=pasted).status_code == 303
    assert "redan inläst" in client.get(fill(client, "/utskick", to=to, text=pasted).location).text
    page = client.get("/utskick").text.replace("\u00a0", " ")
    assert number in page and "Rådet 0" in page and "adressen finns inte" in page and "skicka-igen" not in page
    assert "skicka-igen" in client_for("ekonom").get("/utskick").text
    assert "Kopior som inte kom fram" in client_for("ekonom").get("/").text
    with app.app_context(), transaction():
        session.execute(update(Case).values(is_secret=True))
        outbox.enqueue(kind="copy", payload={"copy": str(_named("Rådet 0").public_id)}, key="waits")
        session.execute(
            update(OutboxRow).where(OutboxRow.unique_key == "waits").values(
                failures=3, last_error="E-postservern svarar inte.", run_at=clock.now() + timedelta(hours=1)
            )
        )  # fmt: skip
    page = client.get("/utskick").text
    assert "Rådet 0" not in page and "Uppgift utelämnad" in page and "E-postservern svarar inte." in page
    assert fill(client, "/utskick", to="/utskick/forsok-igen").status_code == 303
    with app.app_context():
        row = session.scalars(select(OutboxRow).where(OutboxRow.unique_key == "waits")).one()
        assert row.run_at <= clock.now() and row.failures == 3
    assert client_for("revisor").get("/utskick").status_code == 403
    retry = f"/askanden/{case_id}/kopior/{copy_id}/skicka-igen"
    slip = fill(client_for("ekonom"), retry, email="radet@akersbo.example", how="send")
    assert slip.status_code == 422 and "liknar adresserna på akersbro.example" in slip.text
    assert fill(client_for("ekonom"), retry, email="radet@akersbo.example", how="send", sure="1").status_code == 303


def test_of_a_secret_case_whoever_gets_masked_copies_gets_the_masked_one_and_others_none(inside: Flask, town: Town) -> None:
    _in_demo()
    with transaction():
        for n in (0, 1):
            entry = _entry(f"Rådet {n}", email=f"radet{n}@example.org", masked=n == 0)
            directory.add_recipient(entry, by=town.actor("admin"))
    case_id = _sent(town, *OUTSIDE[:2])
    run(inside, {kind: handle for kind, handle in handlers.HANDLERS.items() if kind != "copy"}, once=True)
    case, original = case_of(case_id), by_source(decision_of(case_id).public_id, "decision")
    assert original is not None
    with transaction():
        session.execute(update(Case).values(is_secret=True, public_title="Uppgift utelämnad"))
        digest = inside.extensions["store"].put(b"%PDF-maskad")
        masked = {"kind": KIND, "version": 1, "title": "Maskad", "filename": "maskad-kopia-1.pdf", "mime": "application/pdf"}
        add_document(
            case_id=case.id, sha256=digest, size=11, source_id=original.public_id, original_id=original.id, by=None, **masked
        )  # type: ignore[arg-type]
    work(inside)
    sent = {mail.to: mail for mail in session.scalars(select(Mail))}
    assert (
        sent["radet0@example.org"].attachments == ["maskad-kopia-1.pdf"] and "i maskad form" in sent["radet0@example.org"].body
    )
    assert sent["radet1@example.org"].attachments == [] and "bifogas inte" in sent["radet1@example.org"].body
    assert (_named("Rådet 0").document_sha256, _named("Rådet 1").document_sha256) == (digest, None)


def test_a_unit_that_has_not_acknowledged_is_reminded_once_after_five_working_days(inside: Flask, town: Town) -> None:
    _in_demo()
    case_id = _sent(town, OUTSIDE[0], to_act=("Kommunledningsförvaltningen", "Rådet 0"))
    work(inside, hours=0)
    assert _named("Kommunledningsförvaltningen").kind == ACTION

    def reminded(day_after: int) -> list[str]:
        day = workdays.after(clock.today(), day_after) if day_after else clock.today()
        noon = clock.now() + (day - clock.today())
        clock.set_source(lambda: noon)
        try:
            run(inside, handlers.HANDLERS, once=True, recurring=[reminders.DAILY])
        finally:
            clock.set_source(None)
        session.expire_all()
        return list(session.scalars(select(Mail.to).where(Mail.subject.startswith("Kvittera")).order_by(Mail.id)))

    assert reminded(4) == []
    assert reminded(5) == reminded(6) == ["3@akersbro.example"], "whoever is no unit in the portal cannot acknowledge"
    assert [row.action for row in timeline(case_id)].count("dispatch.remind") == 1


MANY = scale.times(120, 10_000)


def test_a_dispatch_to_many_is_made_in_batches_told_in_the_log_by_the_batch_and_shows_how_far_it_has_come(
    app: Flask, town: Town, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, text = client_for("ekonom"), "\n".join(f"Förening {n}; forening{n}@example.org" for n in range(MANY))
    with app.app_context():
        _in_demo()
        case_id, decision = a_decision(town)
        lines = [str(line.public_id) for line in decision.lines if line.granted]
    codes = {f"code:{line}:{part}": value for line in lines for part, value in (("ansvar", "1420"), ("konto", "5410"))}
    typed = {"code:from:konto": "5099", "password": PASSWORD, **codes}
    address = f"/askanden/{case_id}/bokfor"
    slip = fill(client, address, recipient_name="Rådet", recipient_email="radet@akersbo.example", **typed)
    assert slip.status_code == 422 and "liknar adresserna på akersbro.example" in slip.text
    assert "Adresserna är rätt som de står" in slip.text and 'value="radet@akersbo.example"' in slip.text
    wrong = fill(client, address, many=f"{text}\nFel; a@b\n", **typed)
    assert wrong.status_code == 422 and f"Rad {MANY + 1}: " in wrong.text and "Förening 7; " in wrong.text
    assert fill(client, address, many=text, **typed).status_code == 303
    monkeypatch.setattr(sending.missives, "of_copy", lambda _found: {})  # that a letter is made is held elsewhere
    monkeypatch.setattr(sending.sender, "printed", _instead_of_letters(sending.sender.printed))
    with app.app_context():
        tasks = session.scalars(select(OutboxRow).where(OutboxRow.kind == many.KIND)).all()
        assert len(tasks) == -(-(MANY + 2) // many.BATCH)
        run(app, {kind: handle for kind, handle in handlers.HANDLERS.items() if kind != many.KIND}, once=True)
        ids = [UUID(each) for each in tasks[0].payload["copies"]]  # type: ignore[attr-defined]
        for copy_id in ids[:7]:  # and then the worker is killed
            sending._one_of_many(copy_id)
        session.rollback()
    page = client.get(f"/askanden/{case_id}/expediering").text
    assert f"7 av {MANY + 2} kopior har gått".replace(" ", "") in page.replace("\u00a0", "").replace(" ", "")
    assert 'data-hx-trigger="every 5s"' in page
    with app.app_context():
        work(app)
        assert session.scalar(select(func.count()).where(Copy.state == "sent")) == MANY + 2
        assert session.scalar(select(func.count()).select_from(Mail).where(Mail.to.startswith("forening"))) == MANY
        told = [row.body for row in timeline(case_id) if row.action == "dispatch.send_many"]
        assert sum(body["count"] for body in told) == MANY + 2 and len(told) == len(tasks)
        assert told[0]["copies"][0]["sha256"] == _named("Förening 1").document_sha256
        assert session.scalar(select(func.count()).select_from(Decision)) == 1
    page = client.get(f"/askanden/{case_id}").text
    assert "Expedieringsbevis med alla" in page and page.count("Missiv") <= 40
    assert page.partition('id="diarieforda"')[2].count("<small>Till ") == pages.SHOWN_ON_CASE
    assert 'data-hx-trigger="every 5s"' not in client.get(f"/askanden/{case_id}/expediering").text


def _instead_of_letters(printed):  # type: ignore[no-untyped-def]
    return lambda kind, data: b"%PDF-missiv" if kind == "dispatch_letter" else printed(kind, data)


def test_the_registrar_sends_what_finance_has_not_and_recording_then_sends_nothing_more(
    app: Flask, town: Town, client_for: ClientFor
) -> None:
    with app.app_context():
        case_id, _decision = a_decision(town)
    registrar, finance = client_for("registrator"), client_for("ekonom")
    address = f"/askanden/{case_id}/skicka-kopior"
    assert "Skicka kopiorna till" in registrar.get(address).text
    assert fill(registrar, address).status_code == 303
    with app.app_context():
        sent = [copy.recipient for copy in copies()]
        assert sent and case_of(case_id).status == "decided"
    assert "redan skickade" in registrar.get(address).text
    drawn = finance.get(f"/askanden/{case_id}/bokfor").text
    assert "Inget mer skickas" in drawn and "Lägg till mottagare" not in drawn
    with app.app_context():
        entry, by = an_entry(decision_of(case_id)), town.actor("ekonom")
        with pytest.raises(Invalid, match="redan skickade"), transaction():
            operations.record_and_queue(case_id=case_id, entry=entry, by=by, seen_version=None, added=[OUTSIDE[0]])
        with transaction():
            operations.record_and_queue(case_id=case_id, entry=entry, by=by, seen_version=None)
        assert [copy.recipient for copy in copies()] == sent
        written = [row.action for row in timeline(case_id)]
        assert written.count("dispatch.send_copies") == written.count("dispatch.queue") == 1
