"""What mail that comes back says of a mail of ours, in every form it comes in; and what says nothing."""

import pytest

from portal.dispatch import bounces

OURS = "<6f1c1e1e-0b6b-4b0e-9d53-2f4a1f0c9a11@portal.example>"


def report(
    *,
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 no such user",
    returned: str = f"Content-Type: message/rfc822\n\nMessage-ID: {OURS}\nSubject: Beslut\n\nBrev\n",
    fields: str = "",
) -> bytes:
    """A report as mail servers make them."""
    parts = (
        "Content-Type: text/plain; charset=utf-8\n\nDitt brev kom inte fram.\n",
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n{fields}\n"
        f"Final-Recipient: rfc822; radet@example.org\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {said}\n",
        returned,
    )
    head = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@example.org\nTo: portalen@akersbro.example\nSubject: Undelivered\n"
        "Message-ID: <report@example.org>\nMIME-Version: 1.0\nAuto-Submitted: auto-replied\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    )
    return (head + "".join(f"--b\n{part}\n" for part in parts) + "--b--\n").encode()


HEADERS = f"Content-Type: text/rfc822-headers\n\nMessage-ID: {OURS}\nSubject: Beslut\n"
ENVELOPE = f"Original-Envelope-Id: {OURS.strip('<>')}\n"


@pytest.mark.parametrize(
    "raw",
    [
        report(),
        report(returned=HEADERS),
        report(returned="Content-Type: text/plain\n\n-\n", fields=ENVELOPE),
        report().replace(b"\n", b"\r\n"),
    ],
)
def test_a_report_names_our_mail_by_what_it_sends_back_or_by_the_envelope(raw: bytes) -> None:
    found = bounces.read(raw)
    assert found is not None
    assert (found.about, found.outcome, found.status, found.recipient) == ((OURS,), "failed", "5.1.1", "radet@example.org")
    assert bounces.reason(found).startswith("E-posten kom tillbaka: adressen finns inte hos mottagaren. (smtp; 550")


@pytest.mark.parametrize(
    ("action", "status", "outcome"),
    [("Delivered", "2.0.0", "delivered"), ("delayed", "4.4.1", "delayed"), ("relayed", "2.1.9", "relayed"),
     ("expanded", "2.1.5", "relayed"), ("", "5.2.2", "failed"), ("", "4.0.0", "delayed"), ("", "2.0.0", "delivered")],
)  # fmt: skip
def test_what_became_of_it_is_the_action_or_else_the_status(action: str, status: str, outcome: str) -> None:
    found = bounces.read(report(action=action, status=status))
    assert found is not None and found.outcome == outcome


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe" * 100,
        f"From: a@example.org\nMessage-ID: {OURS}\nSubject: Beslut\n\nVårt eget brev".encode(),  # a mailbox that loops
        f"From: a@example.org\nAuto-Submitted: auto-replied\nIn-Reply-To: {OURS}\n\nJag är på semester.".encode(),
        report(action="eaten", status="x"),
        report(returned="Content-Type: text/plain\n\ninget\n"),
        report(returned="Content-Type: message/rfc822\n\nMessage-ID: <theirs@example.org>\n\n-\n"),
        b'Content-Type: multipart/report; boundary="b"\n\n--b\nContent-Type: message/delivery-status\n\n--b--\n',
        b"Content-Type: multipart/report; boundary=\n\n--\n",
        b"Content-Type: multipart/report; charset=nonsense; boundary=b\n\n--b\n",
    ],
)
def test_what_is_no_report_about_a_mail_of_ours_says_nothing(raw: bytes) -> None:
    assert bounces.read(raw) is None


def test_a_report_that_is_cut_off_or_nested_deep_is_looked_at_without_harm() -> None:
    whole = report()
    for length in range(0, len(whole), 37):
        bounces.read(whole[:length])
    nested = b"Content-Type: message/rfc822\n\n" * 3_000
    assert bounces.read(b"Content-Type: multipart/report; boundary=b\n\n--b\n" + nested) is None


@pytest.mark.parametrize("said", ["550 5.1.1 unknown user", "Brevet kunde inte levereras till radet@example.org"])
def test_pasted_text_with_our_message_id_and_a_word_of_failure_is_taken(said: str) -> None:
    found = bounces.read_pasted(f"{said}\n\nOriginal message headers:\nMessage-ID: {OURS}\n")
    assert found is not None and found.about == (OURS,) and found.outcome == "failed"
    assert said in bounces.reason(found)


@pytest.mark.parametrize("text", ["", "Kunde inte levereras", f"Message-ID: {OURS}", "550 no such user <a@b.example>"])
def test_pasted_text_without_either_is_not(text: str) -> None:
    assert bounces.read_pasted(text) is None


def test_what_a_server_says_is_kept_on_one_line_without_signs_that_steer() -> None:
    found = bounces.read(report(said="smtp; 550 \x1b[31m nej\n tack " + "x" * 2_000))
    assert found is not None and "\x1b" not in found.said and len(found.said) <= 500
