"""Delivery of archived cases by agreement: every package whole, once, known by its checksum, and answered for."""

import hashlib
import json
import os
import resource
import shutil
import signal
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import func, select

from portal import clock
from portal.archive.checking import documents as checked_by
from portal.archive.checking.check import check
from portal.archive.package import build
from portal.archive.transfer import channels, operations, queries, sending
from portal.archive.transfer.models import Delivery, SentPackage
from portal.archive.transfer.rules import Answer
from portal.db import db, session, transaction
from portal.documents import sender
from portal.documents.store import current_store
from portal.errors import Invalid, Refused
from portal.funding_requests.lifecycle import Action
from portal.log import queries as log
from portal.outbox import queries as outbox
from portal.outbox.models import OutboxRow
from portal.register.models import Case
from portal.register.retention_models import CaseClass, RetentionClass
from tests.conftest import ClientFor
from tests.factories.archive import an_archived_case
from tests.factories.road import act, run_worker
from tests.factories.town import Town
from tests.factories.transfer import a_delivery, an_agreement, answered
from tests.forms import fields, fill

TODAY = clock.today()


@pytest.fixture
def delivered(app: Flask, town: Town) -> tuple[UUID, UUID]:
    """An archived case and a delivery with it, begun and not sent."""
    with app.app_context():
        case_id = an_archived_case(town)
        run_worker()
        return case_id, a_delivery(town, an_agreement(town))


def packages_of(delivery_id: UUID) -> list[SentPackage]:
    session.rollback()
    statement = select(SentPackage).join(Delivery).where(Delivery.public_id == delivery_id).order_by(SentPackage.id)
    return list(session.scalars(statement))


def lying(folder: Path) -> dict[str, str]:
    """What lies in a folder: SHA-256 by name."""
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(folder.iterdir())}


def told(delivery_id: UUID) -> str:
    """Why the delivery waits, as its page says."""
    session.rollback()
    standing = outbox.standing(operations.key_of(delivery_id))
    return standing.error or "" if standing and not standing.done_at else ""


def hurry(delivery_id: UUID) -> None:
    """Try again now."""
    with transaction():
        row = session.scalars(select(OutboxRow).where(OutboxRow.unique_key == operations.key_of(delivery_id))).one()
        row.run_at = clock.now()
    run_worker()


def test_a_delivery_lies_whole_with_its_report_and_every_package_is_known_by_its_checksum(
    app: Flask, town: Town, delivered: tuple[UUID, UUID], client_for: ClientFor
) -> None:
    case_id, delivery_id = delivered
    with app.app_context():
        run_worker()
        [package] = packages_of(delivery_id)
        found = queries.delivery(delivery_id)
        folder = app.extensions["settings"].deliveries / "regionarkivet" / found.number.replace(" ", "-")
        files, sha256 = lying(folder), str(package.sha256)
        name = f"{package.name}.zip"
        assert (package.state, files[name]) == ("sent", package.sha256)
        report = f"leveransrapport-{found.number.replace(' ', '-')}"
        assert set(files) == {f"{each}{more}" for each in (name, f"{report}.json", f"{report}.pdf") for more in ("", ".sha256")}
        assert all(
            (folder / f"{each}.sha256").read_text() == f"{files[each]}  {each}\n" for each in files if ".sha256" not in each
        )
        said = json.loads((folder / f"{report}.json").read_text("utf-8"))
        assert [each["sha256"] for each in said["packages"]] == [package.sha256]
        assert (said["agreement"], said["receiver"], said["sums"]) == (
            "LÖK 2026:1",
            "Regionarkivet",
            {"packages": 1, "not_sent": 0},
        )
        assert {each["verdict"] for each in said["checks"]} <= {"passed", "warnings"}
        assert check(folder / name, clock.now(), with_verapdf=False).ok
        with zipfile.ZipFile(folder / name) as held:
            mets = etree.fromstring(held.read(f"{package.name}/METS.xml"))
        ids = {each.get("TYPE"): each.text for each in mets.iter("{*}altRecordID")}
        assert ids == {"SUBMISSIONAGREEMENT": "LÖK 2026:1", "REFERENCECODE": "SE/ABR/KS"}
        assert [row.body["sha256"] for row in log.timeline(case_id) if row.action == "archive.send_package"] == [package.sha256]
        assert found.finished_at and not (app.extensions["settings"].instance / "transfer_work" / str(delivery_id)).exists()
        with pytest.raises(Invalid, match="redan levererat"):
            a_delivery(town, found.terms.agreement.public_id)
    page = client_for("arkivarie").get(f"/arkiv/leveranser/{delivery_id}")
    assert sha256 in page.text and "every 5s" not in page.text
    asking = client_for("arkivarie").get(f"/arkiv/leveranser/{delivery_id}", headers={"HX-Request": "true"})
    assert asking.headers.get("HX-Refresh") == "true"  # whoever waits sees the report and the packages as they are now
    fetched = client_for("revisor").get(f"/arkiv/leveranser/{delivery_id}/rapport/{report}.pdf")
    assert fetched.data.startswith(b"%PDF-")


def test_a_receipt_for_another_package_or_another_file_is_refused_and_a_right_one_is_kept_once(
    app: Flask, town: Town, delivered: tuple[UUID, UUID], client_for: ClientFor
) -> None:
    case_id, delivery_id = delivered
    with app.app_context():
        waiting = Answer("SE_1", "0" * 64, TODAY, receipt="M-1")
        with pytest.raises(Invalid, match=r"Paketet SE_1 finns inte i leveransen LEV \d+-1\."):
            answered(town, delivery_id, waiting)
        run_worker()
        [package] = packages_of(delivery_id)
        name, sha256 = str(package.name), str(package.sha256)
        with pytest.raises(Invalid, match="mottagaren har en annan fil"):
            answered(town, delivery_id, Answer(name, "0" * 64, TODAY, receipt="M-1"))
        with pytest.raises(Invalid, match="före dess"):
            answered(town, delivery_id, Answer(name, sha256, TODAY.replace(year=TODAY.year - 1), receipt="M-1"))
        with pytest.raises(Refused, match="görs av arkivarien"), transaction():
            operations.answer(delivery_id=delivery_id, answers=[], by=town.actor("registrator"))
        assert packages_of(delivery_id)[0].state == "sent"
    client, page = client_for("arkivarie"), f"/arkiv/leveranser/{delivery_id}"
    for content, sentence in (
        (f"{'1' * 64}  {name}.zip\n", "Rad 1: Kontrollsumman för"),
        (f"{sha256}  {name}.zip\n{sha256}  other.zip\n", "Rad 2: Paketet other finns inte"),
    ):
        sent = fields(client.get(page).text, f"{page}/kvitto")
        answer = client.post(
            f"{page}/kvitto", data={**sent, "file": (BytesIO(content.encode()), "kvitto.txt"), "receipt": "M-7"}
        )
        assert answer.status_code == 422 and sentence in answer.text, answer.text
    sent = fields(client.get(page).text, f"{page}/kvitto")
    file = (BytesIO(f"paket;sha256;kvitto;datum\n{name};{sha256};M-7;{TODAY}\n".encode()), "kvitto.csv")
    assert client.post(f"{page}/kvitto", data={**sent, "file": file}).status_code == 303
    with app.app_context():
        assert answered(town, delivery_id, Answer(name, sha256, TODAY, receipt="M-7")) == 0
        with pytest.raises(Invalid, match="redan mottaget, med kvitto M-7"):
            answered(town, delivery_id, Answer(name, sha256, TODAY, receipt="M-8"))
        [package] = packages_of(delivery_id)
        assert (package.state, package.receipt, package.answered_on) == ("received", "M-7", TODAY)
        held = queries.receipt_of(package.case_id)
        assert held and (held.agreement, held.sha256, held.receipt) == ("LÖK 2026:1", sha256, "M-7")
        assert [row.action for row in log.timeline(case_id)].count("archive.receive_package") == 1


def test_a_refused_package_is_replaced_by_one_that_names_it(
    app: Flask, town: Town, delivered: tuple[UUID, UUID], client_for: ClientFor
) -> None:
    _case_id, delivery_id = delivered
    with app.app_context():
        run_worker()
        name = str(packages_of(delivery_id)[0].name)
        assert answered(town, delivery_id, Answer(name, "", TODAY, reason="Fel arkivreferens")) == 1
    client = client_for("arkivarie")
    preview = client.get("/arkiv/leveranser/ny").text
    assert "ersätts från leveransen där de avvisades" in preview
    made = fill(client, f"/arkiv/leveranser/{delivery_id}", to=f"/arkiv/leveranser/{delivery_id}/ersatt")
    assert made.status_code == 303
    again = UUID(made.location.rsplit("/", 1)[-1])
    with app.app_context():
        run_worker()
        [package] = packages_of(again)
        assert not package.problem
        assert (package.state, package.name, package.edition) == ("sent", f"E2_{name}", 2)
        number = queries.delivery(again).number.replace(" ", "-")
        path = app.extensions["settings"].deliveries / "regionarkivet" / number / f"E2_{name}.zip"
        assert check(path, clock.now(), with_verapdf=False).ok
        with zipfile.ZipFile(path) as held:
            header = etree.fromstring(held.read(f"E2_{name}/METS.xml")).find("{*}metsHdr")
        assert header is not None and header.get("RECORDSTATUS") == "REPLACEMENT"
        assert [each.text for each in header.iter("{*}altRecordID") if each.get("TYPE") == "REPLACES"] == [name]
        with transaction(), pytest.raises(Invalid, match="Inget avvisat paket"):
            operations.replace(delivery_id=delivery_id, by=town.actor("arkivarie"))
    assert f"Ersätter {name}" in client.get(f"/arkiv/leveranser/{again}").text


def test_what_cannot_be_made_right_is_never_delivered_and_says_why(
    app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        cases = [an_archived_case(town) for _ in range(2)]
        run_worker()
        agreement_id = an_agreement(town, formats=("fmt/476",))
        monkeypatch.setattr(operations, "_ROWS", 1)  # a page of cases at a time
        delivery_id = a_delivery(town, agreement_id)
        first = packages_of(delivery_id)[0]
        document = next(each for each in sending.documents.of_case(first.case_id) if each.kind == "decision")
        stored, filename = current_store().path(document.sha256), document.filename
        stored.chmod(0o600)
        stored.write_bytes(stored.read_bytes() + b" ")
        run_worker()
        tampered, other = packages_of(delivery_id)
        assert tampered.state == other.state == "failed"
        assert tampered.problem.startswith(f"Filen {filename} saknas eller är skadad.")
        assert "Avtalet tar inte emot formatet på" in other.problem and "Plain Text File" in other.problem
        assert [row.action for row in log.timeline(cases[0])].count("archive.withhold_package") == 1
        assert queries.delivery(delivery_id).finished_at
        assert not any((app.extensions["settings"].deliveries / "regionarkivet").rglob("*.*"))
        shown = queries.preview(TODAY.year, town.actor("arkivarie"), "")
        assert [bool(row.problem) for row in shown.rows] == [True, True]  # free to go in another delivery


def test_a_missing_schema_or_a_full_or_absent_disk_stops_the_delivery_with_a_sentence_and_it_goes_on(
    app: Flask, delivered: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _case_id, delivery_id = delivered
    with app.app_context():
        settings = app.extensions["settings"]
        schemas = tmp_path / "schemas"
        shutil.copytree(build.SCHEMAS, schemas)
        (schemas / "premis-v3-0.xsd").unlink()
        with monkeypatch.context() as patch:
            patch.setattr(checked_by, "SCHEMAS", schemas)
            checked_by.schema.cache_clear()
            run_worker()
        checked_by.schema.cache_clear()
        assert "premis-v3-0.xsd" in told(delivery_id)
        with monkeypatch.context() as patch:
            patch.setattr(channels.Folder, "_write", _with_little_room(channels.Folder._write))
            hurry(delivery_id)
        assert told(delivery_id) == "Disken i mappen för leveranser är full. Leveransen fortsätter när det finns plats."
        [package] = packages_of(delivery_id)
        assert package.state == "waiting" and package.sha256  # noted, and known again
        shutil.rmtree(settings.deliveries)
        settings.deliveries.write_text("no folder")
        hurry(delivery_id)
        assert told(delivery_id)
        settings.deliveries.unlink()
        hurry(delivery_id)
        assert packages_of(delivery_id)[0].state == "sent"
        assert not told(delivery_id)
        assert not list(settings.deliveries.rglob(".*"))


def _with_little_room(write: Any) -> Any:
    """The real writing on a disk of 4 096 bytes: the kernel refuses the rest."""

    def written(*arguments: Any) -> None:
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
        try:
            write(*arguments)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    return written


class _Killer:
    """Kills its own process the ``n``-th time that something is about to be made lasting: flushed, renamed or committed."""

    def __init__(self, moment: int) -> None:
        self.left = moment

    def __call__(self, do: Any) -> Any:
        def done(*arguments: Any, **named: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return do(*arguments, **named)

        return done


def _lives(app: Flask, delivery_id: UUID, moment: int) -> bool:
    """A process that delivers, and is killed at the moment; whether it came to the end."""
    with app.app_context():
        session.remove()
        db.engine.dispose()
    child = os.fork()
    if not child:
        with suppress(BaseException), app.app_context():
            kill = _Killer(moment)
            os.fsync, Path.replace = kill(os.fsync), kill(Path.replace)  # type: ignore[method-assign]
            channels.PIECE, sending._Sender._beat = 50_000, kill(sending._Sender._beat)  # type: ignore[method-assign]
            session().commit = kill(session().commit)  # type: ignore[method-assign]
            sender.printed = lambda _kind, _data: b"%PDF-"  # typst's threads do not outlive a fork
            sending.deliver_now(delivery_id, lambda _each: None)
            os._exit(0)
        os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    return not os.WIFSIGNALED(status)


def _whole(folder: Path) -> dict[str, tuple[int, str]]:
    """The files that lie there with their checksum: which file on the disk, and what it holds. None has a name before that."""
    found = {}
    for name, sha256 in lying(folder).items() if folder.exists() else ():
        told = folder / f"{name}.sha256"
        if not name.startswith(".") and told.exists():
            assert told.read_text() == f"{sha256}  {name}\n"
            found[name] = ((folder / name).stat().st_ino, sha256)
    return found


def test_killed_at_any_moment_a_delivery_goes_on_and_every_package_lies_there_once(app: Flask, town: Town) -> None:
    with app.app_context():
        case_id = an_archived_case(town)
        run_worker()
        delivery_id = a_delivery(town, an_agreement(town))
        number = queries.delivery(delivery_id).number.replace(" ", "-")
        folder = app.extensions["settings"].deliveries / "regionarkivet" / number
    moment, seen, named = 1, _whole(folder), set()
    while not _lives(app, delivery_id, moment):
        now = _whole(folder)
        assert seen.items() <= now.items(), f"what lay there whole before moment {moment} lies there untouched"
        seen = now
        named |= {each for each in lying(folder).items() if not each[0].startswith(".")} if folder.exists() else set()
        moment += 1
    assert moment > 6
    with app.app_context():
        found = packages_of(delivery_id)
        files = lying(folder)
        assert [each.state for each in found] == ["sent"]
        assert named <= set(files.items()), "nothing half has ever had a name"
        assert [files[f"{each.name}.zip"] for each in found] == [each.sha256 for each in found]
        assert len(files) == 6 and not any(name.startswith(".") for name in files)
        assert [row.action for row in log.timeline(case_id)].count("archive.send_package") == 1
        assert queries.delivery(delivery_id).finished_at
        assert not (app.extensions["settings"].instance / "transfer_work" / str(delivery_id)).exists()


def test_two_who_begin_the_same_delivery_at_once_begin_one(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        an_archived_case(town)
        agreement_id = an_agreement(town)
    clients = [client_for(name) for name in ("arkivarie", "arkivarie2")]
    forms = [fields(client.get("/arkiv/leveranser/ny").text, "/arkiv/leveranser/ny") for client in clients]
    for form in forms:
        form["agreement"] = str(agreement_id)
    with ThreadPoolExecutor(2) as pool:
        sent = [
            pool.submit(client.post, "/arkiv/leveranser/ny", data=form) for client, form in zip(clients, forms, strict=True)
        ]
        answers = [each.result() for each in sent]
    assert sorted(each.status_code for each in answers) == [303, 422]
    assert "Det finns inget att leverera" in next(each.text for each in answers if each.status_code == 422)
    with app.app_context():
        assert session.scalar(select(func.count()).select_from(SentPackage)) == 1
        assert queries.agreement(agreement_id).agreement.number == "LÖK 2026:1"


def test_a_changed_agreement_is_a_new_edition_and_what_is_left_goes_by_it_when_that_is_asked_for(
    app: Flask, town: Town, delivered: tuple[UUID, UUID], client_for: ClientFor
) -> None:
    _case_id, delivery_id = delivered
    client = client_for("arkivarie")
    with app.app_context():
        found = queries.delivery(delivery_id)
        agreement_id = found.terms.agreement.public_id
    changed = fill(client, f"/arkiv/avtal/{agreement_id}", folder="nya-mappen", format=["PDF/A-2", "Text"])
    assert changed.status_code == 303, changed.text
    stale = fill(client, f"/arkiv/avtal/{agreement_id}", version="1", folder="nyare")
    assert stale.status_code == 409 and "Någon annan har ändrat" in stale.text
    page = client.get(f"/arkiv/avtal/{agreement_id}").text
    assert "Mappen regionarkivet" in page and "Mappen nya-mappen" in page
    shown = f"/arkiv/leveranser/{delivery_id}"
    assert "Fortsätt enligt utgåva 2 av avtalet" in client.get(shown).text
    assert fill(client, shown, to=f"{shown}/forsok-igen", edition="2").status_code == 303
    with app.app_context():
        run_worker()
        [package] = packages_of(delivery_id)
        assert package.state == "sent" and package.terms_id == queries.agreement(agreement_id).terms.id
        assert list((app.extensions["settings"].deliveries / "nya-mappen").rglob(f"{package.name}.zip"))


def test_what_is_to_be_disposed_of_or_whoever_delivers_is_biased_in_does_not_go(app: Flask, town: Town) -> None:
    with app.app_context():
        cases = [an_archived_case(town) for _ in range(2)]
        agreement_id = an_agreement(town)
        act(town, Action.DECLARE_JAV, cases[0], "arkivarie")
        shown = queries.preview(TODAY.year, town.actor("arkivarie"), "")
        assert ([row.public_id for row in shown.rows], shown.biased, shown.to_dispose) == ([cases[1]], 1, 0)
        with transaction():
            of_case = select(RetentionClass).join(CaseClass).join(Case).where(Case.public_id == cases[1])
            disposed = session.scalars(of_case).one()
            disposed.disposal, disposed.years, disposed.counted_from = "dispose", 7, "closed"
        shown = queries.preview(TODAY.year, town.actor("arkivarie2"), "")
        assert (shown.rows, shown.to_dispose) == ([], 2)
        with pytest.raises(Invalid, match="inget att leverera"):
            a_delivery(town, agreement_id)
        with pytest.raises(Invalid, match="gällde till 2021-01-01"):
            a_delivery(town, an_agreement(town, "LÖK 2020:1", valid_to=date(2021, 1, 1)))
