"""The key of the seal: PEM, PKCS#12 or the TEST seal; what cannot seal is refused in one sentence and leaves nothing behind."""

import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from portal.documents.sealing import SealError, SealKey, TimeStamps, seal, seal_note
from portal.log.keys import LogKey
from portal.log.notes import open_note
from portal.settings import Seal, Settings
from tests.seals import pki, private_file, rendered

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def load(folder: Path, chosen: Seal) -> SealKey:
    return SealKey.load(replace(Settings(folder, municipality="Åkersbro kommun"), seal=chosen))


def in_one_file(folder: Path, name: str) -> Seal:
    return pki().install(folder, name, stamped=False)


def in_two_files(folder: Path, name: str) -> Seal:
    (folder / "chain.pem").write_bytes(pki().pem(name, "interm", "root"))
    return Seal(key=private_file(folder / "key.pem", pki().private(name)), certificate=folder / "chain.pem")


def with_a_password(folder: Path, name: str) -> Seal:
    key = load_pem_private_key(pki().private(name), None)
    hidden = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption("åäö 1".encode()))
    return Seal(
        key=private_file(folder / "key.pem", hidden + pki().pem("root", "interm", name)),
        password_file=private_file(folder / "password", "åäö 1\n".encode()),
    )


def as_pkcs12(folder: Path, name: str) -> Seal:
    return Seal(
        key=private_file(folder / "seal.p12", pki().pkcs12(name, b"hemligt")),
        password_file=private_file(folder / "password", b"hemligt\n"),
    )


def as_pkcs12_without_password(folder: Path, name: str) -> Seal:
    return Seal(key=private_file(folder / "seal.p12", pki().pkcs12(name, None)))


@pytest.mark.parametrize("name", ["seal", "seal-384", "seal-rsa"])
@pytest.mark.parametrize("form", [in_one_file, in_two_files, with_a_password, as_pkcs12, as_pkcs12_without_password])
def test_a_key_is_read_in_every_form_with_its_chain(tmp_path: Path, form: Callable[[Path, str], Seal], name: str) -> None:
    key = load(tmp_path, form(tmp_path, name))
    assert key.certificate == pki().der(name)
    assert key.chain == (pki().der("interm"), pki().der("root"))
    assert key.root == pki().der("root")
    assert not key.is_test


def test_without_a_key_a_test_seal_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    first, second = load(tmp_path, Seal()), load(tmp_path, Seal())
    assert first.is_test
    assert first.certificate == second.certificate == first.root
    assert "TEST Åkersbro kommun" in first.subject
    assert first.valid_to.year == 9999
    assert [path.name for path in tmp_path.iterdir()] == ["test_seal.pem"]
    assert stat.S_IMODE((tmp_path / "test_seal.pem").stat().st_mode) == 0o600


def test_a_new_file_is_read_without_a_restart(tmp_path: Path) -> None:
    chosen = in_one_file(tmp_path, "seal")
    assert load(tmp_path, chosen).certificate == pki().der("seal")
    private_file(tmp_path / "seal.pem", pki().private("seal-rsa") + pki().pem("seal-rsa", "interm", "root"))
    assert load(tmp_path, chosen).certificate == pki().der("seal-rsa")


def test_the_secret_half_is_not_in_the_representation_of_a_key(tmp_path: Path) -> None:
    assert "private" not in repr(load(tmp_path, Seal())).lower()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
@pytest.mark.parametrize("file", ["seal.p12", "password"])
def test_a_secret_that_others_can_read_is_refused(tmp_path: Path, file: str, mode: int) -> None:
    chosen = as_pkcs12(tmp_path, "seal")
    (tmp_path / file).chmod(mode)
    with pytest.raises(SealError, match=f"{file} kan läsas av andra; kör chmod 600"):
        load(tmp_path, chosen)


def other_certificate(folder: Path) -> Seal:
    (folder / "chain.pem").write_bytes(pki().pem("seal-384", "interm", "root"))
    return Seal(key=private_file(folder / "key.pem", pki().private("seal")), certificate=folder / "chain.pem")


def only(*parts: bytes) -> Callable[[Path], Seal]:
    return lambda folder: Seal(key=private_file(folder / "seal.pem", b"".join(parts)))


def wrong_password(folder: Path) -> Seal:
    chosen = as_pkcs12(folder, "seal")
    private_file(folder / "password", b"annat")
    return chosen


def a_needless_password(folder: Path) -> Seal:
    return replace(in_one_file(folder, "seal"), password_file=private_file(folder / "password", b"hemligt"))


def no_password(folder: Path) -> Seal:
    return replace(with_a_password(folder, "seal"), password_file=None)


def missing(folder: Path) -> Seal:
    return Seal(key=folder / "seal.pem")


REFUSED: dict[str, tuple[Callable[[Path], Seal], str]] = {
    "missing": (missing, "finns inte"),
    "empty": (only(b""), "går inte att läsa"),
    "no key": (only(b"hemligt"), "går inte att läsa"),
    "cut": (lambda folder: only(pki().pkcs12("seal", None)[:-50])(folder), "går inte att läsa"),
    "PEM that is none": (only(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), "går inte att läsa"),
    "only a certificate": (lambda folder: only(pki().pem("seal"))(folder), "ingen nyckel"),
    "only a key": (lambda folder: only(pki().private("seal"))(folder), "inget certifikat"),
    "another's certificate": (other_certificate, "hör inte ihop"),
    "wrong password": (wrong_password, "fel lösenord"),
    "needless password": (a_needless_password, "Lösenordet"),
    "no password": (no_password, "Lösenordet"),
    "a CA": (lambda folder: only(pki().private("interm"), pki().pem("interm", "root"))(folder), "utfärdares"),
    "for encryption": (lambda folder: in_one_file(folder, "seal-encrypt"), "keyUsage"),
    "for servers": (lambda folder: in_one_file(folder, "seal-tls"), "extendedKeyUsage"),
    "for time-stamps": (lambda folder: only(pki().private("tsa"), pki().pem("tsa", "time-root"))(folder), "extendedKeyUsage"),
    "another curve": (lambda folder: in_one_file(folder, "seal-521"), "P-256 eller P-384"),
    "without its issuer": (lambda folder: only(pki().private("seal"), pki().pem("seal", "root"))(folder), "CN=interm"),
    "without a root": (lambda folder: only(pki().private("seal"), pki().pem("seal", "interm"))(folder), "CN=root"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_seal_is_refused_with_one_sentence(tmp_path: Path, what: str) -> None:
    make, told = REFUSED[what]
    chosen = make(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SealError, match=told) as refused:
        load(tmp_path, chosen)
    assert str(refused.value).count("\n") == 0
    assert str(refused.value).endswith(".")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(("name", "told"), [("seal-expired", "gick ut 2025-01-01"), ("seal-future", "gälla 2090-01-01")])
def test_nothing_is_sealed_outside_the_certificates_time(tmp_path: Path, name: str, told: str) -> None:
    key = load(tmp_path, in_one_file(tmp_path, name))
    with pytest.raises(SealError, match=told):
        seal(rendered(), key, NOW)


def test_time_stamps_are_read_with_their_roots(tmp_path: Path) -> None:
    chosen = pki().install(tmp_path)
    found = TimeStamps.load(replace(Settings(tmp_path), seal=chosen))
    assert found == TimeStamps(pki().address(), (pki().der("time-root"), pki().der("other-root")))
    (tmp_path / "tid.pem").write_bytes(b"ingenting")
    with pytest.raises(SealError, match="inget certifikat"):
        TimeStamps.load(replace(Settings(tmp_path), seal=chosen))
    assert TimeStamps.load(Settings(tmp_path)) is None


def test_the_note_names_what_seals_and_what_it_leads_to() -> None:
    key = LogKey.generate("logg.example/akersbro")
    lines = open_note(seal_note(pki().key(), key, pki().stamps()), key.public).splitlines()
    hashes = [x509.load_der_x509_certificate(pki().der(name)) for name in ("seal", "root", "time-root")]
    marks = [each.fingerprint(each.signature_hash_algorithm).hex() for each in hashes if each.signature_hash_algorithm]
    assert lines == ["askandeportalen/sigill/v1", key.name, f"sigill {marks[0]}", f"rot {marks[1]}", f"tid {marks[2]}"]


def test_a_server_starts_without_what_only_sealing_needs() -> None:
    dear = {"pyhanko", "asn1crypto", "aiohttp", "cryptography.x509"}
    code = f"import sys, portal, portal.dispatch.handlers; print(sorted({dear} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
