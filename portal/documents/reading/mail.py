"""The head of a pasted e-mail: who got it, when it was sent and what it is about."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal.documents.reading.layout import Line

_FIELD = re.compile(
    r"(?P<name>från|from|skickat|sent|datum|date|till|to|kopia|cc|hemlig kopia|ämne|subject|bifogade filer|bilagor|attachments|"
    r"prioritet)\s?:\s*(?P<value>.*)",
    re.I,
)
_REPLIED = re.compile(r"(?:(?:sv|vb|re|fw|fwd|vs)\s?:\s*)+", re.I)
_DAY = re.compile(r"^(?:(?:den|mån|tis|ons|tors|fre|lör|sön)(?:dag)?(?:en)?\.?,?\s+){1,3}", re.I)
_ADDRESS = re.compile(r"\s*<[^<>\s]*>|\s*\([^()\s]+@[^()\s]+\)")
_SUBJECT = {"ämne", "subject"}
_SENT = {"skickat", "sent", "datum", "date"}
_COPY = {"kopia", "cc"}


@dataclass(frozen=True)
class MailHead:
    """The lines of the head, and the fields among them that say something about the request."""

    numbers: frozenset[int]
    subject: tuple[str, Line] | None
    sent: tuple[str, Line] | None
    copies: list[tuple[str, Line]]


def find_mail_head(lines: Sequence[Line]) -> MailHead | None:
    """The head of an e-mail at the top of a text: three or more of its fields on lines after each other, with a subject."""
    fields: list[tuple[str, str, Line]] = []
    for line in lines[:16]:
        match = _FIELD.fullmatch(line.text)
        if match:
            fields.append((match["name"].casefold(), match["value"].strip(), line))
        elif fields and line.gap:
            break
        elif fields and fields[-1][1].endswith((";", ",")):
            fields.append((fields[-1][0], line.text, line))  # a list of addresses that goes on
        elif fields:
            break
    names = {name for name, _value, _line in fields}
    if len(names) < 3 or not names & _SUBJECT:
        return None
    said = {name: (value, line) for name, value, line in reversed(fields) if value}
    subject = next((said[name] for name in _SUBJECT if name in said), None)
    sent = next((said[name] for name in _SENT if name in said), None)
    return MailHead(
        frozenset(line.number for _name, _value, line in fields),
        (_REPLIED.sub("", subject[0]), subject[1]) if subject else None,
        (_DAY.sub("", sent[0]), sent[1]) if sent else None,
        [
            (name, line)
            for field, value, line in fields
            if field in _COPY
            for name in (_ADDRESS.sub("", part).strip(" '\"") for part in value.split(";"))
            if name
        ],
    )
