"""Building and handing over mail. At least once: a mail that goes twice carries the same Message-ID.

Headers are built by the standard library's modern policy, which refuses line breaks in any header; addresses are
checked before that.
"""

import smtplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from portal.dispatch.recipients import address_problem
from portal.settings import Mail as Server
from portal.text import _

TIMEOUT_SECONDS = 20
PERMANENT = range(500, 600)  # RFC 5321 4.2.1: the server will not take it however often it is tried


@dataclass(frozen=True, slots=True)
class Attached:
    """A PDF that goes with a mail."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail, ready to be handed over. ``at`` is when its content was fixed, so that a resent mail is the same."""

    message_id: str
    to: str
    subject: str
    body: str
    at: datetime
    attached: tuple[Attached, ...] = ()


class Undeliverable(Exception):
    """The mail server will not take the mail, now or later; ``str(error)`` is a Swedish sentence."""


class NotNow(Exception):
    """The mail server cannot be reached, or asks to be called later; ``str(error)`` is a Swedish sentence.

    ``of_this_mail``: it was reached and would not take this one; else it takes none, which is nothing against the mail.
    """

    def __init__(self, sentence: str, *, of_this_mail: bool = False) -> None:
        super().__init__(sentence)
        self.of_this_mail = of_this_mail


def build(letter: Letter, sender: str) -> EmailMessage:
    """The mail as it leaves. Raises Undeliverable when the address or the subject cannot stand in a header."""
    if problem := address_problem(letter.to):
        raise Undeliverable(problem)
    message = EmailMessage()
    local, _at, domain = letter.to.rpartition("@")
    try:
        message["From"] = sender
        message["To"] = Address(username=local, domain=domain)
        message["Subject"] = letter.subject
        message["Message-ID"] = letter.message_id
    except ValueError as error:
        raise Undeliverable(_("Ämnesraden eller adressen innehåller ett tecken som inte får stå i ett brevhuvud.")) from error
    message["Date"] = format_datetime(letter.at)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies to us
    message.set_content(letter.body)
    for each in letter.attached:
        message.add_attachment(each.content, maintype="application", subtype="pdf", filename=each.filename)
    return message


def hand_over(letter: Letter, server: Server) -> None:
    """Give the mail to the municipality's mail server. Raises Undeliverable or NotNow."""
    message = build(letter, server.sender)
    try:
        with smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS) as smtp:
            if server.starttls:
                smtp.starttls(context=ssl.create_default_context())
            if server.username:
                smtp.login(server.username, server.password())
            smtp.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        raise _answered(max(code for code, _text in refused.recipients.values())) from refused
    except smtplib.SMTPResponseException as answer:
        # A refused sender, sign-in or greeting is the operator's to mend, not the recipient's: it is tried again.
        wants = isinstance(answer, smtplib.SMTPDataError)
        raise _answered(answer.smtp_code if wants else 0) from answer
    except (smtplib.SMTPException, OSError) as error:
        raise NotNow(_("E-postservern svarar inte. Ett nytt försök görs.")) from error


def _answered(code: int) -> Exception:
    if code in PERMANENT:
        return Undeliverable(_("Mottagarens e-postserver tog inte emot adressen eller brevet."))
    return NotNow(_("E-postservern tog inte emot brevet just nu. Ett nytt försök görs."), of_this_mail=code > 0)


def names(attached: Iterable[Attached]) -> list[str]:
    """The file names of what goes with a mail."""
    return [each.filename for each in attached]
