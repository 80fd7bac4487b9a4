"""What mail that comes back says of a mail of ours (RFC 3464), also where it says so in no fixed form. Pure.

An answer that is no report (a holiday reply, our own mail sent back to us) says nothing, and nobody answers it: a mailbox
that loops comes to an end here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.parser import HeaderParser

from portal.text import _

LARGEST = 256 * 1024  # bytes looked at: a report comes before the mail that it sends back
_OUTCOMES = {"failed": "failed", "delayed": "delayed", "delivered": "delivered", "relayed": "relayed", "expanded": "relayed"}
_MESSAGE_ID = re.compile(r"<?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}@[A-Za-z0-9.-]+)>?")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_CODE = re.compile(r"\b5\d\d[ -]")
_SENT_BACK = re.compile(
    r"undeliver|could not be delivered|delivery (?:has )?failed|returned mail|failure notice|not found|unknown user|"
    r"no such user|kunde inte levereras|gick inte att leverera|kom inte fram|olevererbar|finns inte",
    re.IGNORECASE,
)
_SAID, _NAMED = 500, 254  # characters kept


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail says has become of a mail of ours: ``about`` are the Message-IDs that it names.

    ``outcome`` is delivered, delayed, failed or relayed; ``status`` the code (5.1.1), empty where none is given.
    """

    about: tuple[str, ...]
    outcome: str
    recipient: str
    status: str
    said: str


def read(raw: bytes) -> Report | None:
    """The report in a mail; None where it is none, and for what cannot be read."""
    try:
        return _read(message_from_bytes(raw[:LARGEST]))
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):  # made to be unreadable, or badly
        return None


def read_pasted(text: str) -> Report | None:
    """The report in what someone pasted: a whole mail with its headers, or only what it says and the Message-ID in it."""
    raw = text.lstrip().encode("utf-8", "replace")
    found = read(raw)
    if found is not None:
        return found
    about = tuple(dict.fromkeys(f"<{each}>" for each in _MESSAGE_ID.findall(text)))
    if not about or not (_SENT_BACK.search(text) or _STATUS.search(text) or _CODE.search(text)):
        return None
    status = next((each for each in _STATUS.findall(text) if each[0] == "5"), "")
    line = next((line for line in text.splitlines() if _SENT_BACK.search(line) or _STATUS.search(line)), "")
    return Report(about, "failed", "", status, _plain(line))


def _read(message: Message) -> Report | None:
    if message.get_content_type() != "multipart/report":
        return None
    statuses = [part for part in message.walk() if part.get_content_type() == "message/delivery-status"]
    if not statuses:
        return None
    blocks = [block for block in _blocks(statuses[0]) if block.get("Action") or block.get("Status")]
    if not blocks:
        return None
    block = blocks[0]  # a mail of ours has one recipient
    outcome = _OUTCOMES.get(str(block.get("Action", "")).strip().casefold())
    status = _STATUS.search(str(block.get("Status", "")))
    if outcome is None and status:
        outcome = {"2": "delivered", "4": "delayed", "5": "failed"}[status[1][0]]
    about = tuple(dict.fromkeys(_about(message, statuses[0])))
    if outcome is None or not about:
        return None
    recipient = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "").rpartition(";")[2]
    return Report(
        about, outcome, _plain(recipient, _NAMED), status[1] if status else "", _plain(str(block.get("Diagnostic-Code", "")))
    )


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a delivery status: of the mail, then of each recipient."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (each for each in payload if isinstance(each, Message))
        return
    for group in re.split(r"\n\s*\n", str(payload).replace("\r\n", "\n")):
        yield HeaderParser().parsestr(group)


def _about(message: Message, status: Message) -> Iterator[str]:
    """The Message-IDs of the mails that the report may be about: of what it sends back, and the envelope's."""
    for part in message.walk():
        if part is message:
            continue
        if part.get_content_type() == "text/rfc822-headers":
            part = message_from_string(_text_of(part))  # the headers themselves are what is looked at
        if found := _MESSAGE_ID.search(str(part.get("Message-ID", ""))):
            yield f"<{found[1]}>"
    for block in _blocks(status):
        if found := _MESSAGE_ID.search(str(block.get("Original-Envelope-Id", ""))):
            yield f"<{found[1]}>"


def _text_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else str(payload)


def _plain(text: str, most: int = _SAID) -> str:
    """On one line, without signs that steer anything, and no longer than is kept."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())[:most]


def reason(report: Report) -> str:
    """Why a mail came back, in a sentence for whoever is to mend it."""
    detail = report.status[2:]
    if detail in ("1.1", "1.2", "1.3", "1.6", "1.10"):
        sentence = _("E-posten kom tillbaka: adressen finns inte hos mottagaren.")
    elif detail == "2.2":
        sentence = _("E-posten kom tillbaka: mottagarens brevlåda är full.")
    elif detail.startswith("7."):
        sentence = _("E-posten kom tillbaka: mottagarens server släpper inte in den.")
    else:
        sentence = _("E-posten kom tillbaka.")
    return f"{sentence} ({report.said or report.status})" if report.said or report.status else sentence
