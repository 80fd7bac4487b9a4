"""DER is read strictly, and whatever is read (certificates, messages, PDF files) ends in the verifier's own errors."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.verify.alone import der, document, messages, revocation, seal_findings, signed, timestamps
from portal.verify.alone.certificates import certificate
from portal.verify.pages import UnreadablePdf, pages_text
from portal.verify.trust import SealNote
from tests import scale, seals

NOTE = SealNote("00" * 32, frozenset(["00" * 32]), frozenset())
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_every_other_spelling_of_a_value_is_refused() -> None:
    for spelt in (
        "",
        "02",
        "0201",
        "020100ff",  # a byte too many
        "02810100",  # a length that has a shorter form
        "0282000100",
        "0280",  # indefinite
        "30800000",
        "3f810100",  # a tag of several bytes
        "028500000000010000",
    ):
        with pytest.raises(der.NotDer):
            der.parse(bytes.fromhex(spelt))
    for spelt, read in (
        ("0200", der.Node.integer),
        ("02020001", der.Node.integer),
        ("0202ffff", der.Node.integer),
        ("010101", der.Node.boolean),
        ("0100", der.Node.boolean),
        ("0600", der.Node.oid),
        ("060280 01".replace(" ", ""), der.Node.oid),
        ("060281", der.Node.oid),
        ("0300", der.Node.bits),
        ("03020101", der.Node.bits),
        ("03020101", der.Node.flags),
        ("030100", der.Node.boolean),
        ("170b323630313031303030305a", der.Node.time),  # no seconds
        ("170d3236303130313030303030302b", der.Node.time),
        ("170d3236303233303030303030305a", der.Node.time),  # the thirtieth of February
        ("180f32303236303130313030303030302e5a", der.Node.time),
        ("18113230323630313031303030303030" + "2e305a", der.Node.time),  # a fraction that ends in zero
        ("1813323032363031303130303030" + "30302b30313030", der.Node.time),
        ("3003020100", der.Node.integer),
        ("0203010001", der.Node.children),
    ):
        with pytest.raises(der.NotDer):
            read(der.parse(bytes.fromhex(spelt)))


def test_what_is_spelt_right_is_read() -> None:
    def parsed(spelt: str) -> der.Node:
        return der.parse(bytes.fromhex(spelt))

    assert parsed("020200ff").integer() == 255
    assert parsed("0201ff").integer() == -1
    assert parsed("06082a8648ce3d030107").oid() == "1.2.840.10045.3.1.7"
    assert parsed("0603551d0f").oid() == "2.5.29.15"
    assert parsed("030206c0").flags() == {0, 1}
    assert parsed("170d3439313233313233353935395a").time() == datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert parsed("170d3530303130313030303030305a").time() == datetime(1950, 1, 1, tzinfo=UTC)
    assert parsed("180f39393939313233313233353935395a").time() == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert parsed("1812323032363131323331333430303" + "02e31325a").time().microsecond == 120_000
    assert der.parse_padded(bytes.fromhex("0201050000")).integer() == 5
    with pytest.raises(der.NotDer):
        der.parse_padded(bytes.fromhex("0201050001"))


def _mutated(data: bytes, changes: list[tuple[int, int, int]]) -> bytes:
    """``data`` with bytes exchanged, taken out or put in, at places counted from its beginning or end."""
    made = bytearray(data)
    for kind, place, value in changes:
        at = place % max(len(made), 1)
        if kind == 0:
            made[at : at + 1] = bytes([value])
        elif kind == 1:
            del made[at : at + value % 32]
        else:
            made[at:at] = bytes([value]) * (value % 8)
    return bytes(made)


CHANGES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 200_000), st.integers(0, 255)), min_size=1, max_size=4)
QUIET = settings(
    max_examples=scale.times(25, 5_000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)


@QUIET
@given(st.one_of(st.binary(max_size=200), CHANGES))
@example(b"")
def test_damaged_certificates_and_messages_end_in_the_verifiers_own_errors(changed: bytes | list[tuple[int, int, int]]) -> None:
    key = seals.test_key()
    found = signed.find_seal(document.read(seals.honest("B-B", "test").data))
    for original in (key.certificate, found.message):
        data = changed if isinstance(changed, bytes) else _mutated(original, changed)
        with contextlib.suppress(der.NotDer):
            certificate(data)
        for read in (revocation.revocation_list, revocation.answer):
            try:
                read(data)
            except der.NotDer:
                continue
        for kind in (messages.DATA, messages.TST_INFO):
            try:
                messages.open_message(data, kind, found.covered if kind == messages.DATA else None)
            except messages.BadMessage:
                continue
        try:
            timestamps.open_stamp(data, b"")
        except messages.BadMessage:
            continue


@QUIET
@given(CHANGES)
def test_a_damaged_file_is_never_genuine_and_never_an_error(changes: list[tuple[int, int, int]]) -> None:
    key = seals.test_key()
    note = SealNote(key.fingerprint, frozenset([key.fingerprint]), frozenset())
    whole = seals.honest("B-B", "test").data
    damaged = _mutated(whole, changes)
    found = seal_findings(damaged, note, datetime.now(UTC))
    assert found[-1].sentence.endswith(".")
    assert damaged == whole or not all(finding.ok for finding in found)
    try:
        pages_text(damaged)
    except UnreadablePdf as error:
        assert str(error)


@QUIET
@given(st.binary(max_size=400), st.sampled_from([b"", b"%PDF-1.7\n"]), st.sampled_from([b"", b"startxref\n9\n%%EOF"]))
def test_junk_of_any_kind_is_refused_with_a_sentence(junk: bytes, head: bytes, tail: bytes) -> None:
    found = seal_findings(head + junk + tail, NOTE, NOW)
    assert [finding.ok for finding in found] == [False]
    assert found[0].sentence
