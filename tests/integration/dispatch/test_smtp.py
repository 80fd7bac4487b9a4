"""A real mail server over TLS with sign-in: what fits is taken, what does not is told before anything leaves."""

import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from portal.dispatch import mail
from portal.dispatch.mail import Letter, NotNow
from portal.settings import Mail as Server
from tests.robustness.served import HOST, free_port

LETTER = Letter(
    message_id="<6f1c1e1e-0b6b-4b0e-9d53-2f4a1f0c9a11@portal.example>",
    to="radet@example.org",
    subject="Beslut i ärende KS 2026/0001",
    body="Hej",
    at=datetime(2026, 11, 22, tzinfo=UTC),
    wants_report=True,
)
PASSWORD = "hemligt för brevlådan"


class Speaking(SMTP):
    """A server that takes the parameters of RFC 3461, and keeps them."""

    async def smtp_MAIL(self, arg: str | None) -> None:
        self.event_handler.asked.append(arg)
        await super().smtp_MAIL((arg or "").partition(" RET=")[0])

    async def smtp_RCPT(self, arg: str | None) -> None:
        self.event_handler.asked.append(arg)
        await super().smtp_RCPT((arg or "").partition(" NOTIFY=")[0])


class Calls(Controller):
    def factory(self) -> SMTP:
        return Speaking(self.handler, **self.SMTP_kwargs)


@dataclass
class Taken:
    """What the server got: mails, and the parameters of their envelopes."""

    mails: list[bytes] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)
    speaks_dsn: bool = True

    async def handle_EHLO(self, _s: SMTP, session: Session, _e: Envelope, name: str, responses: list[str]) -> list[str]:
        session.host_name = name
        return [*responses[:-1], *(["250-DSN"] if self.speaks_dsn else []), responses[-1]]

    async def handle_DATA(self, _s: SMTP, _x: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content)
        return "250 OK"


def _sign_in(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: Any) -> AuthResult:
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (b"portalen", PASSWORD.encode())
    return AuthResult(success=right, handled=False)


@dataclass(frozen=True)
class Papers:
    """A server's certificate, and a file with its authority."""

    chain: Path
    ca: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)
        return context


def papers(folder: Path, *, name: str = HOST, days: int = 30) -> Papers:
    """A certificate for ``name`` that is its own authority, valid until ``days`` from now."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Kommunens e-post")])
    here = x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(Encoding.PEM)
    chain, ca = folder / "chain.pem", folder / "ca.pem"
    chain.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + pem)
    ca.write_bytes(pem)
    return Papers(chain, ca)


@contextmanager
def serving(taken: Taken, **how: Any) -> Iterator[int]:
    controller = Calls(taken, hostname=HOST, port=free_port(), **how)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def over_starttls(its: Papers) -> dict[str, Any]:
    return {"tls_context": its.context(), "require_starttls": True, "authenticator": _sign_in, "auth_required": True}


@pytest.fixture
def server(tmp_path: Path) -> Server:
    (tmp_path / "mail_password").write_text(PASSWORD + "\n")
    return Server(
        HOST,
        "portalen@akersbro.example",
        username="portalen",
        password_file=tmp_path / "mail_password",
        ca_file=tmp_path / "ca.pem",
    )


def test_a_mail_goes_over_starttls_and_over_tls_signed_in_and_asks_for_a_report(tmp_path: Path, server: Server) -> None:
    its = papers(tmp_path)
    for how, tls in ((over_starttls(its), False), ({"ssl_context": its.context(), "authenticator": _sign_in,
                                                     "auth_require_tls": False}, True)):  # fmt: skip
        taken = Taken()
        with serving(taken, **how) as port:
            mail.hand_over(LETTER, replace(server, port=port, tls=tls))
            (got,) = taken.mails
            assert LETTER.message_id.encode() in got
            asked = " ".join(str(each) for each in taken.asked)
            assert "RET=HDRS" in asked and f"ENVID={LETTER.message_id[1:-1]}" in asked
            assert "NOTIFY=SUCCESS,FAILURE,DELAY" in asked
            taken.asked.clear()
            taken.speaks_dsn = False
            mail.hand_over(LETTER, replace(server, port=port, tls=tls))
            assert "NOTIFY" not in " ".join(str(each) for each in taken.asked)


@pytest.mark.parametrize(
    ("its", "trusted", "said"),
    [
        ({"name": "mail.example"}, True, f"certifikat gäller inte för {HOST}"),
        ({"days": -1}, True, "certifikat har gått ut"),
        ({}, False, "utfärdat av någon som portalen inte litar på"),
    ],
)
@pytest.mark.parametrize("tls", [False, True])
def test_a_certificate_that_does_not_fit_is_told_and_nothing_leaves(
    tmp_path: Path, server: Server, its: dict[str, Any], trusted: bool, said: str, tls: bool
) -> None:
    made, taken = papers(tmp_path, **its), Taken()
    how = {"ssl_context": made.context()} if tls else over_starttls(made)
    server = replace(server, tls=tls, ca_file=made.ca if trusted else None)
    with serving(taken, **how) as port, pytest.raises(NotNow, match=said) as told:
        mail.hand_over(LETTER, replace(server, port=port))
    assert taken.mails == [] and not told.value.of_this_mail


def test_what_the_operator_is_to_mend_is_told_and_nothing_leaves_unprotected(tmp_path: Path, server: Server) -> None:
    made, taken = papers(tmp_path), Taken()
    (tmp_path / "other").write_text("fel")
    with serving(taken, **over_starttls(made)) as port:
        here = replace(server, port=port)
        for wrong, said in (
            (replace(here, password_file=tmp_path / "other"), "godtar inte portalens användarnamn och lösenord"),
            (replace(here, password_file=tmp_path / "none"), "Lösenordet till e-postservern kan inte läsas"),
            (replace(here, ca_file=tmp_path / "none"), "mail.ca_file"),
            (replace(here, ca_file=tmp_path / "other"), "mail.ca_file"),
        ):
            with pytest.raises(NotNow, match=said):
                mail.hand_over(LETTER, wrong)
    with serving(taken) as port:
        here = replace(server, port=port)
        for wrong, said in (
            (here, "ingen kryptering"),
            (replace(here, starttls=False), "ingen inloggning"),
            (replace(here, tls=True), "krypterade förbindelsen"),
        ):
            with pytest.raises(NotNow, match=said):
                mail.hand_over(LETTER, wrong)
    assert taken.mails == []
