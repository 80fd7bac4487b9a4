"""A public key infrastructure for tests: certificates that seal, a time-stamp service and what tells of revoked ones.

``pki()`` is one for the whole run, served on loopback by threads of this process. Its clock is the real one until ``at`` is
set. What it answers can be spoilt: ``answers`` makes every question go wrong, as services do.
"""

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from asn1crypto import tsp
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, ServiceLabel
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, pkcs12

from portal.documents.rendering import render
from portal.documents.sealing import Sealed, SealKey, TimeStamps, seal, upgrade
from portal.settings import Seal, Settings
from tests import document_examples

OTHER_ROOT = "other-root"
_STAMPING = ("tsa", "tsa2", "tsa-two", "tsa-loose", "other-tsa")
_P256 = ("root", "interm", "ocsp", "seal", "seal-expired", "seal-future", "seal-tls", "seal-encrypt", "seal-ca",
         "seal-revoked", "time-root", *_STAMPING, OTHER_ROOT, "other")  # fmt: skip
_KEYS: dict[str, Callable[[], Any]] = {
    **dict.fromkeys(_P256, lambda: ec.generate_private_key(ec.SECP256R1())),
    "seal-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "seal-521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "seal-rsa": lambda: rsa.generate_private_key(65537, 2048),
}
Tree = dict[str, Any]


def _certificate(issuer: str, first: int, last: int, *usage: str, **rest: Any) -> Tree:
    """Valid from the first of January of the one year to the same day of the other."""
    days = {"valid-from": f"{first}-01-01T00:00:00+0000", "valid-to": f"{last}-01-01T00:00:00+0000"}
    allowed = {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": list(usage)}}
    return {"issuer": issuer, "validity": days, "extensions": [allowed, *rest.pop("extensions", ())], **rest}


def _crl(issuer: str) -> Tree:
    return {"id": "crl_distribution_points", "smart-value": {"schema": "crl-dist-url", "params": {"crl-repo-names": [issuer]}}}


_MAY_ISSUE: Tree = {"id": "basic_constraints", "critical": True, "value": {"ca": True}}


def _ca(issuer: str, *extensions: Tree, **rest: Any) -> Tree:
    return _certificate(issuer, 2000, 2500, "key_cert_sign", "crl_sign", extensions=[_MAY_ISSUE, *extensions], **rest)


def _seal(
    first: int = 2020, last: int = 2031, *usage: str, more: Sequence[Tree] = (), issuer: str = "interm", **rest: Any
) -> Tree:
    asked = {"schema": "aia-urls", "params": {"ocsp-responder-names": ["interm"]}}
    told = [{"id": "authority_information_access", "smart-value": asked}] if issuer == "interm" else []
    extensions = [_crl(issuer), *told, *more]
    return _certificate(
        issuer, first, last, *(usage or ("digital_signature", "non_repudiation")), extensions=extensions, **rest
    )


def _purpose(*names: str, critical: bool = True) -> Tree:
    return {"id": "extended_key_usage", "critical": critical, "value": list(names)}


def _stamps(issuer: str, first: int, last: int, purpose: Tree | None = None) -> Tree:
    told = [purpose or _purpose("time_stamping"), _crl(issuer)]
    return _certificate(issuer, first, last, "digital_signature", extensions=told)


def _certificates() -> Tree:
    return {
        **{name: _ca(name, subject=name) for name in ("root", "time-root", OTHER_ROOT)},
        "interm": _ca("root", _crl("root")),
        "ocsp": _certificate(
            "interm", 2000, 2400, "digital_signature", extensions=[_purpose("ocsp_signing"), {"id": "ocsp_no_check"}]
        ),
        "seal": _seal(),
        **{name: _seal(2026, 2035) for name in ("seal-384", "seal-521", "seal-rsa")},
        "seal-expired": _seal(2020, 2025),
        "seal-future": _seal(2090, 2095),
        "seal-encrypt": _seal(2020, 2031, "key_encipherment"),
        "seal-tls": _seal(more=[_purpose("server_auth")]),
        "seal-ca": _seal(more=[_MAY_ISSUE]),
        "seal-revoked": _seal(revocation={"revoked-since": "2026-01-01T00:00:00+0000", "reason": "key_compromise"}),
        "tsa": _stamps("time-root", 2020, 2031),
        "tsa2": _stamps("time-root", 2030, 2099),
        "tsa-two": _stamps("time-root", 2020, 2031, _purpose("time_stamping", "client_auth")),
        "tsa-loose": _stamps("time-root", 2020, 2031, _purpose("time_stamping", critical=False)),
        "other": _seal(issuer=OTHER_ROOT),
        "other-tsa": _stamps(OTHER_ROOT, 2020, 2031),
    }


def _services() -> Tree:
    roots = ("root", "interm", "time-root", OTHER_ROOT)
    return {
        "ocsp": {"interm": {"for-issuer": "interm", "responder-cert": "ocsp", "signing-key": "ocsp"}},
        "crl-repo": {name: {"for-issuer": name, "signing-key": name, "simulated-update-schedule": "P30D"} for name in roots},
        "time-stamping": {name: {"signing-key": name, "signing-cert": name} for name in _STAMPING},
    }


def _config() -> Tree:
    pki = {
        "keyset": "keys",
        "entity-defaults": {"country-name": "SE", "organization-name": "Provutgivaren"},
        "entities": {name: {"common-name": name} for name in _KEYS},
        "certs": _certificates(),
        "services": _services(),
    }
    return {
        "keysets": {"keys": {"keys": {name: {"path": f"{name}.pem"} for name in _KEYS}}},
        "pki-architectures": {"pki": pki},
    }


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """Say nothing."""


class Pki:
    """The certificates, and the services that stand behind them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, make in _KEYS.items():
            data = make().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            (folder / f"{name}.pem").write_bytes(data)
        self._server = _Server(("127.0.0.1", 0), _Quiet)
        self._server.set_app(self._serve)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        config = CertomancerConfig(_config(), key_search_dir=str(folder), external_url_prefix=self.base)
        self._pki = config.get_pki_arch(ArchLabel("pki"))
        self._animator = Animator(AnimatorArchStore({ArchLabel("pki"): self._pki}), with_web_ui=False)
        self._spoilt: Callable[[str], Iterable[bytes] | None] = lambda _path: None
        self.asked: list[str] = []
        Thread(target=self._server.serve_forever, daemon=True).start()

    def _serve(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        self.asked.append(environ["PATH_INFO"])
        spoilt = self._spoilt(environ["PATH_INFO"])
        if spoilt is None:
            return self._animator(environ, start)  # type: ignore[no-any-return]  # certomancer has no types
        start("200 OK", [("Content-Type", "application/timestamp-reply")])
        return spoilt

    @contextmanager
    def at(self, moment: datetime | None) -> Iterator[None]:
        """Let the services' clock stand at ``moment``."""
        self._animator.fixed_time = moment
        try:
            yield
        finally:
            self._animator.fixed_time = None

    @contextmanager
    def answers(self, spoilt: Callable[[str], Iterable[bytes] | None]) -> Iterator[None]:
        """Let ``spoilt`` answer, given the path, instead of the services; None lets them answer."""
        self._spoilt = spoilt
        try:
            yield
        finally:
            self._spoilt = lambda _path: None

    def address(self, service: str = "tsa") -> str:
        """Where the time-stamp service of that name is: tsa until 2031, tsa2 from 2030, other-tsa with a root of its own."""
        return f"{self.base}/pki/tsa/{service}"

    def der(self, name: str) -> bytes:
        """A certificate."""
        return bytes(self._pki.get_cert(CertLabel(name)).dump())

    def pem(self, *names: str) -> bytes:
        """Certificates as PEM."""
        return b"".join(x509.load_der_x509_certificate(self.der(name)).public_bytes(Encoding.PEM) for name in names)

    def private(self, name: str) -> bytes:
        """A private key as PEM."""
        return (self.folder / f"{name}.pem").read_bytes()

    def stamps(self, service: str = "tsa") -> TimeStamps:
        """A time-stamp service with the root that it is trusted by."""
        return TimeStamps(self.address(service), (self.der(OTHER_ROOT if service.startswith("other") else "time-root"),))

    def stamp(self, content: bytes) -> bytes:
        """What the service answers when it is asked to stamp ``content``."""
        imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": hashlib.sha256(content).digest()}
        asked = tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "cert_req": True})
        service = self._pki.service_registry.summon_timestamper(ServiceLabel("tsa"))
        return bytes(service.request_tsa_response(asked).dump())

    def install(self, folder: Path, name: str = "seal", *, service: str = "tsa", stamped: bool = True) -> Seal:
        """Write key and certificates into ``folder``, as an operator does, and return the settings."""
        root = (OTHER_ROOT,) if name == "other" else ("interm", "root")
        private_file(folder / f"{name}.pem", self.private(name) + self.pem(name, *root))
        if not stamped:
            return Seal(key=folder / f"{name}.pem")
        (folder / "tid.pem").write_bytes(self.pem("time-root", OTHER_ROOT))
        return Seal(key=folder / f"{name}.pem", time_stamp=self.address(service), time_stamp_roots=folder / "tid.pem")

    def pkcs12(self, name: str, password: bytes | None) -> bytes:
        """Key and chain as a PKCS#12 file."""
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        key: Any = load_pem_private_key(self.private(name), None)
        own, *others = (x509.load_der_x509_certificate(self.der(each)) for each in (name, "interm", "root"))
        hidden = BestAvailableEncryption(password) if password else NoEncryption()
        return pkcs12.serialize_key_and_certificates(b"sigill", key, own, others, hidden)

    @cache  # noqa: B019  # it lives as long as the run
    def key(self, name: str = "seal") -> SealKey:
        """The key of that name, read from files."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        return SealKey.load(replace(Settings(folder), seal=self.install(folder, name)))


def private_file(path: Path, content: bytes) -> Path:
    """Write a file that only its owner can read."""
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@cache
def pki() -> Pki:
    """The one of this run."""
    return Pki(Path(tempfile.mkdtemp(prefix="pki-")))


@cache
def test_key() -> SealKey:
    """A TEST seal, as an installation without a key makes it."""
    return SealKey.load(Settings(Path(tempfile.mkdtemp(prefix="seal-")), municipality="Åkersbro kommun"))


@cache
def rendered() -> bytes:
    """A decision before it is sealed."""
    return render("decision", document_examples.decision())


def honest(level: str = "B-B", key: str = "seal") -> Sealed:
    """A sealed decision of that level, made now: B-B, B-LTA, or upgraded (from B-B to B-LTA); ``test`` is the TEST seal."""
    return _honest(level, key)


@cache
def _honest(level: str, key: str) -> Sealed:
    at = datetime.now(UTC)
    chosen = test_key() if key == "test" else pki().key(key)
    if level == "upgraded":
        return upgrade(honest("B-B", key).data, pki().stamps(), at)
    made = seal(rendered(), chosen, at, pki().stamps() if level == "B-LTA" else None)
    assert made.level == level
    return made


def renewed(*years: int, key: str = "seal") -> Sealed:
    """A B-LTA decision of today that was renewed in each of the years, by the service of that time."""
    return _renewed(years, key)


@cache
def _renewed(years: tuple[int, ...], key: str) -> Sealed:
    if not years:
        return honest("B-LTA", key)
    moment = datetime(years[-1], 3, 1, tzinfo=UTC)
    before = _renewed(years[:-1], key)
    with pki().at(moment):
        return upgrade(before.data, pki().stamps("tsa" if moment.year < 2030 else "tsa2"), moment)


def slowly(seconds: float, part: bytes = b"0") -> Iterator[bytes]:
    """An answer that comes a byte at a time and never ends."""
    stop = time.monotonic() + seconds
    while time.monotonic() < stop:
        yield part
        time.sleep(0.05)
