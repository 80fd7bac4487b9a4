"""What one e-mail address is, what looks like a slip of the pen in one, and when two names are the same. Pure."""

import re
from collections.abc import Iterable

from portal.text import _

# One address in one header: no spaces, no line breaks, no second address, ASCII on both sides of the @ (RFC 5321 4.1.2).
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_DOMAIN = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
_ADDRESS = re.compile(f"(?P<local>{_LOCAL})@{_DOMAIN}", re.ASCII)
LONGEST, LONGEST_LOCAL = 254, 64


def problem(address: str) -> str | None:
    """Why this is not one e-mail address that can be reached from anywhere, in a sentence; None when it is."""
    if any(ord(letter) < 0x20 or ord(letter) == 0x7F for letter in address):
        return _("E-postadressen innehåller en radbrytning eller ett styrtecken. Skriv den på nytt.")
    if address.count("@") > 1 or any(mark in address for mark in ",;"):
        return _("Skriv en enda e-postadress.")
    found = _ADDRESS.fullmatch(address)
    if len(address) > LONGEST or not found or len(found["local"]) > LONGEST_LOCAL:
        return _("E-postadressen kan inte läsas. Skriv den som namn@exempel.se.")
    return None


def known_by(name: str) -> str:
    """The form under which two spellings of a recipient are the same one."""
    return " ".join(name.split()).casefold()


def domain(address: str) -> str:
    """What stands after the @, in lower case."""
    return address.rpartition("@")[2].casefold()


def mistaken(address: str, known: Iterable[str]) -> str | None:
    """The one of the ``known`` domains that this address is a slip of the pen from; None where its own is known, or none
    is near."""
    here, others = domain(address), {each.casefold() for each in known}
    if here in others:
        return None
    return next((other for other in sorted(others) if _one_slip(here, other)), None)


def _one_slip(a: str, b: str) -> bool:
    """Whether one letter was put in, left out, mistaken or swapped with the next."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    start = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    rest_a, rest_b = a[start:], b[start:]
    swapped = len(rest_a) > 1 and rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:]
    return swapped or rest_a[1:] == rest_b[1:] or rest_a[1:] == rest_b or rest_a == rest_b[1:]
