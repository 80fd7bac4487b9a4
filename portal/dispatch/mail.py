"""Building and handing over mail. At least once: a mail that goes twice carries the same Message-ID.

Headers are built by the standard library's modern policy, which refuses line breaks in any header; addresses are
checked before that.
"""

import smtplib
import ssl
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit
from uuid import UUID

from portal.dispatch.recipients import address_problem
from portal.settings import Mail as Server
from portal.settings import current_settings
from portal.text import _

TIMEOUT_SECONDS = 20
_SIGNED_IN = 235
_EXPIRED, _OTHER_NAME = 10, (62, 64)  # X509_V_ERR_CERT_HAS_EXPIRED, …_HOSTNAME_MISMATCH, …_IP_ADDRESS_MISMATCH
PERMANENT = range(500, 600)  # RFC 5321 4.2.1: the server will not take it however often it is tried


@dataclass(frozen=True, slots=True)
class Attached:
    """A PDF that goes with a mail."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail, ready to be handed over. ``at`` is when its content was fixed, so that a resent mail is the same.

    ``wants_report``: the recipient's server is asked to say that it has arrived, where ours passes that on (RFC 3461).
    """

    message_id: str
    to: str
    subject: str
    body: str
    at: datetime
    attached: tuple[Attached, ...] = ()
    wants_report: bool = False


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
        with connected(server) as smtp:
            asked = letter.wants_report and smtp.has_extn("dsn")
            smtp.send_message(
                message,
                mail_options=("RET=HDRS", f"ENVID={letter.message_id.strip('<>')}") if asked else (),
                rcpt_options=("NOTIFY=SUCCESS,FAILURE,DELAY",) if asked else (),
            )
    except smtplib.SMTPRecipientsRefused as refused:
        raise _answered(max(code for code, _text in refused.recipients.values())) from refused
    except smtplib.SMTPResponseException as answer:
        # A refused sender, sign-in or greeting is the operator's to mend, not the recipient's: it is tried again.
        wants = isinstance(answer, smtplib.SMTPDataError)
        raise _answered(answer.smtp_code if wants else 0) from answer
    except (smtplib.SMTPException, OSError) as error:
        raise NotNow(_("E-postservern svarar inte. Ett nytt försök görs.")) from error


@contextmanager
def connected(server: Server) -> Iterator[smtplib.SMTP]:
    """A call to the mail server, protected and signed in as the settings say.

    Raises NotNow with what is for the operator to mend; else as smtplib does.
    """
    with _called(server) as smtp:
        if server.starttls and not server.tls:
            _protect(smtp, server)
        if server.username:
            _sign_in(smtp, server)
        smtp.ehlo_or_helo_if_needed()
        yield smtp


def _called(server: Server) -> smtplib.SMTP:
    if not server.tls:
        return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=_trusting(server))
    except ssl.SSLError as error:
        raise NotNow(_unprotected(error, server.host)) from error


def _protect(smtp: smtplib.SMTP, server: Server) -> None:
    try:
        smtp.starttls(context=_trusting(server))
    except smtplib.SMTPNotSupportedError as error:
        raise NotNow(_("E-postservern erbjuder ingen kryptering (STARTTLS). Inget skickas oskyddat.")) from error
    except ssl.SSLError as error:
        raise NotNow(_unprotected(error, server.host)) from error


def _trusting(server: Server) -> ssl.SSLContext:
    """TLS 1.2 or later, to a server with a certificate for its name from an authority that is trusted."""
    try:
        context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise NotNow(_("Filen mail.ca_file med betrodda certifikat kan inte läsas.")) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _unprotected(error: ssl.SSLError, host: str) -> str:
    """Why the call could not be protected, in a sentence for whoever keeps the portal."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return _("Den krypterade förbindelsen till e-postservern kunde inte upprättas. Inget skickas oskyddat.")
    if error.verify_code in _OTHER_NAME:
        return _("E-postserverns certifikat gäller inte för %(host)s. Inget skickas förrän det är rättat.", host=host)
    if error.verify_code == _EXPIRED:
        return _("E-postserverns certifikat har gått ut. Inget skickas förrän det är förnyat.")
    return _("E-postserverns certifikat är utfärdat av någon som portalen inte litar på. Ange utfärdaren i mail.ca_file.")


def _sign_in(smtp: smtplib.SMTP, server: Server) -> None:
    try:
        password = server.password()
    except (OSError, UnicodeDecodeError) as error:
        raise NotNow(_("Lösenordet till e-postservern kan inte läsas ur filen mail.password_file.")) from error
    try:
        if (server.username + password).isascii():
            smtp.login(server.username, password)
        else:
            _sign_in_plainly(smtp, server.username, password)
    except smtplib.SMTPAuthenticationError as error:
        raise NotNow(_("E-postservern godtar inte portalens användarnamn och lösenord.")) from error
    except smtplib.SMTPNotSupportedError as error:
        raise NotNow(_("E-postservern erbjuder ingen inloggning, men mail.username är angivet.")) from error


def _sign_in_plainly(smtp: smtplib.SMTP, username: str, password: str) -> None:
    """AUTH PLAIN in UTF-8, as RFC 4616 has it: smtplib's own sign-in takes ASCII only. Raises as that does."""
    smtp.ehlo_or_helo_if_needed()
    if not smtp.has_extn("auth"):
        raise smtplib.SMTPNotSupportedError
    given = b64encode(f"\0{username}\0{password}".encode()).decode()
    code, answer = smtp.docmd("AUTH", f"PLAIN {given}")
    if code != _SIGNED_IN:
        raise smtplib.SMTPAuthenticationError(code, answer)


def message_id(public_id: UUID) -> str:
    """The Message-ID of a mail about the thing with that id: the same however often it is sent."""
    host = urlsplit(current_settings().public_address).hostname or "localhost"
    return f"<{public_id}@{host}>"


def _answered(code: int) -> Exception:
    if code in PERMANENT:
        return Undeliverable(_("Mottagarens e-postserver tog inte emot adressen eller brevet."))
    return NotNow(_("E-postservern tog inte emot brevet just nu. Ett nytt försök görs."), of_this_mail=code > 0)


def names(attached: Iterable[Attached]) -> list[str]:
    """The file names of what goes with a mail."""
    return [each.filename for each in attached]
