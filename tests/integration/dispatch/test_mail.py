"""Mail over a real SMTP server: once, with its PDF, with the same Message-ID when it goes again, and no header injected."""

import hashlib
import socket
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import select, update

from portal import clock
from portal.db import session, transaction
from portal.dispatch import operations, recipients
from portal.dispatch.mail import Letter, Undeliverable, build
from portal.dispatch.models import Copy
from portal.dispatch.recipients import COPY, Addressee
from portal.errors import Invalid
from portal.outbox import queries as outbox
from portal.outbox.models import OutboxRow
from portal.register.models import Case
from portal.settings import Mail as Server
from tests.factories.accounting import an_entry
from tests.factories.decisions import a_decision
from tests.factories.dispatch import copies, work
from tests.factories.town import Town
from tests.unit.documents.test_rendering import pages_of, squeezed

OUTSIDE = Addressee("Trygghetsrådet", "radet@example.org", COPY)


class Sink:
    """A mail server that keeps what it gets; ``answer`` is what it says to a recipient or a message."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.answer_to_recipient = "250 OK"
        self.answer_to_data = "250 OK"

    async def handle_RCPT(self, _s: SMTP, _x: Session, envelope: Envelope, address: str, _o: list[str]) -> str:
        if self.answer_to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_recipient

    async def handle_DATA(self, _s: SMTP, _x: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append(message)
        return self.answer_to_data

    def to(self, address: str) -> list[EmailMessage]:
        """What was sent to one address."""
        return [message for message in self.got if address in str(message["To"])]


@pytest.fixture
def sink(inside: Flask) -> Iterator[Sink]:
    """A running mail server that the portal is set to use."""
    handler = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    server = Server("127.0.0.1", "Äskandeportalen <portalen@akersbro.example>", port=port, starttls=False)
    inside.extensions["settings"] = replace(inside.extensions["settings"], mail=server)
    yield handler
    controller.stop()


def _send(town: Town, *added: Addressee) -> None:
    case_id, decision = a_decision(town)
    entry = an_entry(decision)
    with transaction():
        operations.record_and_queue(case_id=case_id, entry=entry, by=town.actor("ekonom"), seen_version=None, added=added)


def test_the_copy_arrives_with_the_decision_as_pdf(inside: Flask, town: Town, sink: Sink) -> None:
    _send(town, OUTSIDE)
    work(inside)
    (message,) = sink.to("radet@example.org")
    attachment, letter = message.iter_attachments()
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_content().startswith(b"%PDF")
    assert str(letter.get_filename()).startswith("missiv-")
    printed = squeezed("".join(pages_of(letter.get_content())))
    for wanted in ("Trygghetsrådet", "Kopia till", hashlib.sha256(attachment.get_content()).hexdigest()):
        assert squeezed(wanted) in printed
    body = message.get_body()
    assert body is not None and "Kontrollpunkt i kommunens logg" in body.get_content()
    assert message["Message-ID"] == copies()[-1].message_id
    assert copies()[-1].state == "sent"


def test_a_mail_sent_twice_carries_the_same_message_id(inside: Flask, town: Town, sink: Sink) -> None:
    """The worker died after the server took the mail and before it could be noted."""
    _send(town, OUTSIDE)
    work(inside)
    copy = copies()[-1]
    with transaction():
        session.execute(update(Copy).where(Copy.id == copy.id).values(state="waiting", sent_at=None))
        session.execute(update(OutboxRow).where(OutboxRow.unique_key == f"copy:{copy.public_id}:1").values(done_at=None))
    work(inside)
    first, second = sink.to("radet@example.org")
    assert first["Message-ID"] == second["Message-ID"]
    assert copies()[-1].state == "sent"


def test_a_refused_address_becomes_a_failed_copy_with_a_sentence(inside: Flask, town: Town, sink: Sink) -> None:
    sink.answer_to_recipient = "550 no such user"
    _send(town, OUTSIDE)
    work(inside)
    assert copies()[-1].state == "failed"
    assert copies()[-1].failure == "Mottagarens e-postserver tog inte emot adressen eller brevet."


def test_a_server_that_is_busy_is_tried_again_and_the_copy_waits(inside: Flask, town: Town, sink: Sink) -> None:
    sink.answer_to_data = "451 try later"
    _send(town, OUTSIDE)
    work(inside)
    copy = copies()[-1]
    assert copy.state == "waiting"
    standing = outbox.standing(f"copy:{copy.public_id}:1")
    assert standing is not None and standing.failures and standing.done_at is None
    sink.answer_to_data = "250 OK"
    work(inside, hours=8)
    assert copies()[-1].state == "sent"


def test_a_server_that_cannot_be_reached_keeps_the_copy_waiting(inside: Flask, town: Town) -> None:
    server = Server("127.0.0.1", "portalen@akersbro.example", port=9, starttls=False)
    inside.extensions["settings"] = replace(inside.extensions["settings"], mail=server)
    _send(town, OUTSIDE)
    work(inside)
    assert copies()[-1].state == "waiting"


@pytest.mark.parametrize(("port", "state"), [(0, "waiting"), (None, "failed")])
def test_a_week_without_a_server_fails_no_copy_but_a_week_of_its_refusals_does(
    inside: Flask, town: Town, sink: Sink, port: int | None, state: str
) -> None:
    """A server that is down says nothing of the address; one that will not take this mail for so long does."""
    settings = inside.extensions["settings"]
    there = settings.mail
    assert there is not None
    sink.answer_to_data = "451 try later"
    if port is not None:
        inside.extensions["settings"] = replace(settings, mail=replace(there, port=9))
    _send(town, OUTSIDE)
    for hours in range(0, 24 * 7, 12):
        work(inside, hours=hours)
    assert copies()[-1].state == state
    sink.answer_to_data, inside.extensions["settings"] = "250 OK", settings
    work(inside, hours=24 * 8)
    assert copies()[-1].state == ("sent" if state == "waiting" else "failed")


def test_refusals_in_quick_succession_fail_no_copy(inside: Flask, town: Town, sink: Sink) -> None:
    """Greylisting asks for patience, not for tries."""
    sink.answer_to_data = "451 try later"
    _send(town, OUTSIDE)
    for _try in range(8):
        work(inside, hours=0)
        with transaction():
            session.execute(update(OutboxRow).where(OutboxRow.kind == "copy").values(run_at=clock.now()))
    assert copies()[-1].state == "waiting"


def test_a_secret_case_is_named_by_its_number_alone_and_no_document_is_mailed(inside: Flask, town: Town, sink: Sink) -> None:
    _send(town, OUTSIDE)
    with transaction():
        session.execute(update(Case).values(is_secret=True, title="Hemligt skalskydd", public_title="Uppgift utelämnad"))
    work(inside)
    number = session.scalars(select(Case.number)).one() or ""
    (message,) = sink.to("radet@example.org")
    assert message["Subject"].endswith(" ".join(number.split()))
    assert not list(message.iter_attachments())
    assert "skalskydd" not in str(message)


@pytest.mark.parametrize(
    "address",
    [
        "radet@example.org\r\nBcc: alla@example.org",
        "radet@example.org\nBcc: x@example.org",
        "a@example.org, b@example.org",
        "Namn <a@example.org>",
        "a b@example.org",
        "a@exa\x00mple.org",
        "@example.org",
        "a@",
        "a@b..c" + "x" * 260,
    ],
)
def test_an_address_that_is_not_one_address_is_refused_and_nothing_is_recorded(inside: Flask, town: Town, address: str) -> None:
    with pytest.raises(Invalid, match="Skriv en e-postadress"):
        _send(town, Addressee("Rådet", address, COPY))
    assert copies() == []
    assert session.scalars(select(Case.status)).one() == "decided"


def test_a_line_break_in_a_recipients_name_is_refused() -> None:
    assert recipients.problems([Addressee("Rådet\r\nBcc: x@example.org", None, COPY)])


def test_a_line_break_in_a_subject_never_leaves() -> None:
    letter = Letter(
        message_id="<1@example.org>",
        to="a@example.org",
        subject="Beslut\r\nBcc: alla@example.org",
        body="",
        at=clock.now(),
    )
    with pytest.raises(Undeliverable):
        build(letter, "portalen@akersbro.example")
