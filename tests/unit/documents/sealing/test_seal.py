"""The seal on a file: what it is at each level, that it is verified before it is handed on, and what services may answer."""

import subprocess
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm

from portal.clock import local_date
from portal.documents.sealing import SealError, StampsAway, TooLate, network, pades, proving, revoked, seal, upgrade
from tests import verapdf
from tests.seals import honest, pki, rendered, renewed, slowly


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither stamps nor what was told of certificates in another test."""
    monkeypatch.setattr(pades, "_services", {})
    monkeypatch.setattr(revoked, "_kept", {})


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("key", ["seal", "seal-384", "seal-rsa", "test"])
def test_the_seal_certifies_the_whole_file_and_allows_no_changes(key: str) -> None:
    sealed = honest("B-B", key)
    assert sealed.data.startswith(rendered())
    assert (sealed.level, sealed.renew_by) == ("B-B", None)
    found = PdfFileReader(BytesIO(sealed.data)).embedded_signatures
    assert [each.field_name for each in found] == ["Sigill"]
    assert found[0].docmdp_level == MDPPerm.NO_CHANGES
    assert found[0].sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert found[0].md_algorithm == "sha256"
    assert found[0].sig_field["/Rect"] == [0, 0, 0, 0] or max(found[0].sig_field["/Rect"]) < 0
    assert b"/Version" not in sealed.data[len(rendered()) :], "PDF/A-2 is PDF 1.7"


def test_pdfsig_agrees(tmp_path: Path) -> None:
    (tmp_path / "beslut.pdf").write_bytes(honest().data)
    told = subprocess.run(["pdfsig", "-nocert", tmp_path / "beslut.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told


def test_with_a_service_the_file_holds_time_stamps_roots_and_what_is_told_of_every_certificate() -> None:
    sealed = honest("B-LTA")
    assert sealed.renew_by == local_date(now() + pades.LONGEST)
    reader = PdfFileReader(BytesIO(sealed.data))
    assert [each.sig_object_type for each in reader.embedded_signatures] == ["/Sig", "/DocTimeStamp"]
    kept = reader.root["/DSS"]
    certificates = {stream.get_object().data for stream in kept["/Certs"]}
    assert {pki().der(name) for name in ("seal", "interm", "root", "tsa", "time-root")} <= certificates
    assert (len(kept["/OCSPs"]), len(kept["/CRLs"])) == (1, 2)


@pytest.mark.parametrize("key", ["seal", "test"])
def test_a_file_sealed_without_time_stamps_is_lifted_later_and_begins_with_what_it_was(key: str) -> None:
    before, after = honest("B-B", key), honest("upgraded", key)
    assert after.level == "B-LTA"
    assert after.data.startswith(before.data)
    assert len(after.data) > len(before.data)


def test_a_renewed_file_begins_with_what_it_was_and_outlives_every_certificate_in_it() -> None:
    first, second, third = honest("B-LTA"), renewed(2028), renewed(2028, 2030)
    assert second.data.startswith(first.data)
    assert third.data.startswith(second.data)
    assert third.renew_by == (datetime(2030, 3, 1, tzinfo=UTC) + pades.LONGEST).date()
    late = datetime(2040, 1, 1, tzinfo=UTC)
    with pki().at(late):  # the seal's certificate and the first service's have ended
        assert upgrade(third.data, pki().stamps("tsa2"), late).level == "B-LTA"


def test_a_file_that_was_not_renewed_in_time_cannot_be_renewed() -> None:
    late = datetime(2032, 1, 1, tzinfo=UTC)
    with pki().at(late), pytest.raises(SealError):
        upgrade(honest("B-LTA").data, pki().stamps("tsa2"), late)
    with pki().at(late), pytest.raises(TooLate, match="gick ut 2031-01-01"):
        upgrade(honest("B-B").data, pki().stamps("tsa2"), late)


def test_the_day_to_renew_is_that_of_the_first_certificate_of_the_stamp_that_ends() -> None:
    moment = datetime(2030, 3, 1, tzinfo=UTC)
    with pki().at(moment):
        assert upgrade(honest("B-B").data, pki().stamps("tsa"), moment).renew_by == date(2031, 1, 1)


def test_every_level_keeps_pdf_a_and_pdf_ua(tmp_path: Path) -> None:
    verapdf.require()
    files = {"B-B": honest().data, "B-LTA": honest("B-LTA").data, "renewed twice": renewed(2028, 2030).data}
    for name, data in files.items():
        (tmp_path / f"{name}.pdf").write_bytes(data)
        for flavour in ("2a", "ua1"):
            assert verapdf.failures(tmp_path / f"{name}.pdf", flavour) == [], (name, flavour)


def refused(_path: str) -> Iterable[bytes]:
    from asn1crypto import tsp

    return [tsp.TimeStampResp({"status": {"status": "rejection", "fail_info": {"bad_request"}}}).dump()]


def nothing_but_for_stamps(path: str) -> Iterable[bytes] | None:
    return None if "/tsa/" in path else [b"nonsens"]


ANSWERS: dict[str, Callable[[str], Iterable[bytes] | None]] = {
    "empty": lambda _path: [b""],
    "nonsense": lambda _path: [b"<html>"],
    "DER of another kind": lambda _path: [b"\x30\x03\x02\x01\x00"],
    "a refusal": refused,
    "endless": lambda _path: (b"0" * 65536 for _each in range(1000)),
    "a byte at a time": lambda _path: slowly(60),
    "no revocation data": nothing_but_for_stamps,
}


@pytest.mark.parametrize("what", ANSWERS)
def test_with_a_service_that_answers_badly_the_file_is_sealed_without_time_stamps(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "SECONDS", 0.3)
    begun = time.monotonic()
    with pki().answers(ANSWERS[what]):
        made = seal(rendered(), pki().key(), now(), pki().stamps())
        with pytest.raises(StampsAway) as away:
            upgrade(made.data, pki().stamps(), now())
    assert made.level == "B-B"
    assert time.monotonic() - begun < 5
    assert str(away.value).endswith(".")


def test_with_a_service_that_is_not_there_the_file_is_sealed_without_time_stamps() -> None:
    stamps = type(pki().stamps())("http://127.0.0.1:9/tid", pki().stamps().roots)
    assert seal(rendered(), pki().key(), now(), stamps).level == "B-B"
    with pytest.raises(StampsAway, match=r"127\.0\.0\.1 kan inte nås"):
        upgrade(honest().data, stamps, now())


def test_a_stamp_of_something_else_is_not_taken() -> None:
    first: list[bytes] = []

    def always_the_first(path: str) -> Iterable[bytes] | None:
        return first or None if "/tsa/" in path else None

    first.append(pki().stamp(b"annat"))
    with pki().answers(always_the_first), pytest.raises(StampsAway, match="inte är en tidsstämpel"):
        upgrade(honest().data, pki().stamps(), now())


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_stamp_of_another_time_is_not_taken(hours: int) -> None:
    with pki().at(now() + timedelta(hours=hours)):
        assert seal(rendered(), pki().key(), now(), pki().stamps()).level == "B-B"


def test_a_stamp_that_leads_to_another_root_is_not_taken() -> None:
    stamps = type(pki().stamps())(pki().address("other-tsa"), pki().stamps().roots)
    with pytest.raises(SealError, match="godtas inte"):
        upgrade(honest().data, stamps, now())


def test_the_issuers_are_asked_once_for_a_row_of_files_and_anew_when_they_have_newer_word() -> None:
    moment = now()

    def asked(later: timedelta) -> list[str]:
        pki().asked.clear()
        with pki().at(moment + later):
            upgrade(honest().data, pki().stamps(), moment + later)
        return sorted(path.split("/")[2] for path in pki().asked if "/tsa/" not in path)

    assert asked(timedelta()) == ["crls", "crls", "ocsp"]
    assert asked(timedelta(minutes=5)) == []
    assert asked(timedelta(minutes=15)) == ["ocsp"]  # which says for how long it holds: ten minutes
    assert asked(timedelta(minutes=40)) == ["crls", "crls", "ocsp"]


def test_a_revoked_certificate_gets_no_time_stamps() -> None:
    assert seal(rendered(), pki().key("seal-revoked"), now(), pki().stamps()).level == "B-B"


def test_a_file_that_could_not_be_kept_is_not_issued_with_time_stamps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "as_if_renewed", lambda _seal, spec, _until: spec)  # as if nobody renewed it
    assert seal(rendered(), pki().key(), now(), pki().stamps()).level == "B-B"


def test_what_does_not_hold_when_it_is_verified_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = pades._PdfSigner.async_sign_pdf

    async def spoilt(*args: Any, **kwargs: Any) -> BytesIO:
        data = (await signed(*args, **kwargs)).getvalue()
        at = data.index(b"/Reference [", len(rendered()))  # in what the signature covers
        return BytesIO(data[:at] + b"/Referencf [" + data[at + 12 :])

    monkeypatch.setattr(pades._PdfSigner, "async_sign_pdf", spoilt)
    with pytest.raises(SealError, match="håller inte"):
        seal(rendered(), pki().key(), now())


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"nonsens" * 100])
def test_what_is_no_pdf_is_not_sealed(data: bytes) -> None:
    with pytest.raises(SealError, match="kan inte förseglas"):
        seal(data, pki().key(), now())


def test_a_sealed_file_is_not_sealed_again_nor_an_unsealed_one_stamped() -> None:
    with pytest.raises(SealError, match="kan inte förseglas"):
        seal(honest().data, pki().key(), now())
    with pytest.raises(SealError, match="inte ett sigill"):
        upgrade(rendered(), pki().stamps(), now())


@pytest.mark.parametrize("service", ["tsa-two", "tsa-loose"])
def test_a_service_that_stamps_with_a_certificate_for_more_than_time_stamps_is_not_used(service: str) -> None:
    made = seal(rendered(), pki().key(), now(), pki().stamps(service))
    assert made.level == "B-B"
    with pytest.raises(SealError, match="godtas inte"):
        upgrade(made.data, pki().stamps(service), now())
