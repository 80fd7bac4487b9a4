"""Text as a Word file can hold it: XML refuses some characters, and some would turn what stands beside them around."""

import re

# Not allowed in XML 1.0 (2.2 Char), and the marks that change the direction of what follows (Unicode 16, UAX 9: X1-X8).
_REFUSED = re.compile("[^\t\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")


def in_word(text: str) -> str:
    """``text`` with what a Word file refuses shown as its code point, ``[U+0007]``, as in the PDF.

    Nothing vanishes: a reader sees that a character stood there, and which. Line ends are one kind.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return _REFUSED.sub(lambda found: f"[U+{ord(found[0]):04X}]", lines)


def on_one_line(text: str) -> str:
    """The same where there is room for one line: line ends and tabs are spaces, no-break spaces stay."""
    return re.sub("[ \t\n]+", " ", in_word(text)).strip()


def paragraphs(text: str) -> list[str]:
    """The paragraphs of plain text: an empty line parts them."""
    return [part for part in re.split(r"\n[ \t\u00a0]*\n\s*", in_word(text).strip()) if part.strip()]
