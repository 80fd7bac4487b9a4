"""What an agreement must say, which answers fit, and files of receipts as archives write them."""

import json
from datetime import date
from typing import Any

import pytest

from portal.archive.transfer import receipts, rules
from portal.archive.transfer.receipts import Beside
from portal.archive.transfer.rules import Answer
from portal.errors import Invalid
from tests.factories.transfer import FINGERPRINT, SERVER, said

DAY = date(2026, 11, 22)
SUM = "0123456789abcdef" * 4
NOTHING = Beside(None, "")


def test_an_agreement_with_a_folder_or_a_server_is_right_as_it_stands() -> None:
    assert rules.wrong_with(said()) == {}
    assert rules.wrong_with(said(**SERVER)) == {}
    assert rules.wrong_with(said(**{**SERVER, "place": "", "host": "2001:db8::1"})) == {}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"place": "../hemligt"}, "place"),
        ({"place": "/etc"}, "place"),
        ({"place": ""}, "place"),
        ({"place": ".dold"}, "place"),
        ({"place": "arkiv "}, "place"),
        ({"valid_to": date(2019, 12, 31)}, "valid_to"),
        ({"profile_url": "ftp://profil.example"}, "profile_url"),
        ({**SERVER, "host": "två ord"}, "host"),
        ({**SERVER, "host": "-oProxyCommand=id"}, "host"),
        ({**SERVER, "host": ""}, "host"),
        ({**SERVER, "port": None}, "port"),
        ({**SERVER, "port": 65536}, "port"),
        ({**SERVER, "username": ""}, "username"),
        ({**SERVER, "host_key": "MD5:00:11"}, "host_key"),
        ({**SERVER, "host_key": FINGERPRINT + "="}, "host_key"),
        ({**SERVER, "sign_in": "agent"}, "sign_in"),
        ({**SERVER, "secret": "../log_key"}, "secret"),
        ({**SERVER, "secret": ""}, "secret"),
        ({**SERVER, "place": "inbox/../../etc"}, "place"),
    ],
)
def test_what_an_agreement_cannot_say_is_told_at_its_field(changed: dict[str, Any], field: str) -> None:
    assert list(rules.wrong_with(said(**changed))) == [field]


def test_an_agreement_is_in_force_from_its_first_day_to_its_last() -> None:
    last = date(2026, 12, 31)
    assert rules.not_valid("L1", DAY, last, DAY) is None
    assert rules.not_valid("L1", DAY, last, last) is None
    assert rules.not_valid("L1", DAY, None, date(2099, 1, 1)) is None
    assert "gäller inte förrän 2026-11-22" in str(rules.not_valid("L1", DAY, last, date(2026, 11, 21)))
    assert "gällde till 2026-12-31" in str(rules.not_valid("L1", DAY, last, date(2027, 1, 1)))


@pytest.mark.parametrize(
    ("answer", "state", "receipt", "sentence"),
    [
        (Answer("P", SUM, DAY, "M-1"), "sent", "", ""),
        (Answer("P", SUM, DAY, "M-1"), "received", "M-1", ""),
        (Answer("P", "", DAY, reason="fel"), "sent", "", ""),
        (Answer("P", SUM, DAY, "M-1"), None, "", "finns inte i leveransen LEV 2026-1"),
        (Answer("P", SUM, DAY, "M-1"), "waiting", "", "är inte skickat"),
        (Answer("P", SUM, DAY, "M-1"), "failed", "", "är inte skickat"),
        (Answer("P", "f" * 64, DAY, "M-1"), "sent", "", "mottagaren har en annan fil"),
        (Answer("P", SUM, DAY, "M-2"), "received", "M-1", "redan mottaget, med kvitto M-1"),
        (Answer("P", SUM, DAY, "M-1"), "refused", "", "redan besvarat"),
        (Answer("P", "", DAY, reason="fel"), "received", "M-1", "redan besvarat"),
        (Answer("P", SUM, date(2026, 11, 20), "M-1"), "sent", "", "kan inte vara besvarat före dess"),
    ],
)
def test_only_an_answer_about_what_was_sent_fits(answer: Answer, state: str | None, receipt: str, sentence: str) -> None:
    told = rules.refusal_of(answer, "LEV 2026-1", state, SUM, receipt, date(2026, 11, 21))
    assert sentence in told and bool(told) == bool(sentence), told


def _read(text: str, beside: Beside = NOTHING) -> list[tuple[str, str, date, str, str]]:
    answers = receipts.read(text.encode("utf-8"), beside)
    return [(each.package, each.sha256, each.on, each.receipt, each.reason) for each in answers]


def test_receipts_are_read_from_csv_json_and_lines_of_checksums() -> None:
    one = ("P-1", SUM, DAY, "M-1", "")
    assert _read(f"\ufeffPaket;SHA256;Kvitto;Datum\n\nP-1.zip;{SUM.upper()};M-1;2026-11-22\n") == [one]
    assert _read(f"package,checksum,received,receipt_id\nP-1,{SUM},2026-11-22T10:00:00Z,M-1\n") == [one]
    assert _read(json.dumps([{"package": "P-1", "sha256": SUM, "receipt": "M-1", "date": "2026-11-22"}])) == [one]
    assert _read(json.dumps({"packages": [{"OBJID": "P-1", "checksum": SUM}]}), Beside(DAY, "M-1")) == [one]
    assert _read(json.dumps({"paket": "P-1", "sha256": SUM, "kvitto": "M-1", "datum": "2026-11-22"})) == [one]
    assert _read(f"{SUM} *P-1.zip\nP-2 {SUM}\n", Beside(DAY, "M-1")) == [one, ("P-2", SUM, DAY, "M-1", "")]
    refused = _read(f"paket;sha256;orsak;datum\nP-1;{SUM};Fel arkivreferens;2026-11-22\n")
    assert refused == [("P-1", SUM, DAY, "", "Fel arkivreferens")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Filen är tom"),
        (b"\n\n", "Filen är tom"),
        (b"\xff\xfe\x00", "ingen textfil i UTF-8"),
        (b"hej;svej\n1;2\n", "rubrikerna paket och sha256"),
        (b"[1]", "Kvitto 1 i filen är ingen post"),
        (b"{", "läsa som JSON"),
        (b"[" * 5000, "läsa som JSON"),
        (b"[]", "Filen är tom"),
        (f"paket;sha256;kvitto;datum\nP-1;{SUM[:-1]};M-1;2026-11-22".encode(), "Rad 2 saknar kontrollsumma"),
        (f"paket;sha256;kvitto;datum\n;{SUM};M-1;2026-11-22".encode(), "Rad 2 saknar paketets namn"),
        (f"paket;sha256;kvitto;datum\nP-1;{SUM};M-1;i dag".encode(), "Rad 2 saknar datum"),
        (f"paket;sha256;kvitto;datum\nP-1;{SUM};;2026-11-22".encode(), "Rad 2 saknar mottagarens kvittonummer"),
        (f"paket;sha256;kvitto;datum\nP-1;{SUM};{'M' * 201};2026-11-22".encode(), "Rad 2 saknar paketets namn, eller har text"),
        (f'[{{"package": "P\\u0000", "sha256": "{SUM}", "receipt": "M", "date": "2026-11-22"}}]'.encode(), "har text som inte"),
        (b"paket;sha256\n" + b"x" * 200_000 + b";1", "Rad 2"),
    ],
)
def test_a_file_that_is_no_list_of_receipts_is_refused_with_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        receipts.read(data, NOTHING)
    assert list(refused.value.problems) == ["file"]
    assert sentence in refused.value.problems["file"]
