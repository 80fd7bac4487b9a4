"""What is a person's name, what is a role, and how a person is reached. Names are text here and prove nothing."""

import re

from portal.documents.reading.vocabulary import BEFORE_ROLE, ROLES, any_of

_WORD = r"[A-ZÅÄÖÉÜØÆ][a-zåäöéèüóáíøæç]+(?:-[A-ZÅÄÖÉÜ][a-zåäöéèü]+)?"
_NAME = re.compile(
    rf"{_WORD}(?:\s(?:[A-ZÅÄÖ]\.?|de|af|av|von|van|der|den|la|Mc{_WORD}|"
    rf"{_WORD})){{0,3}}\s(?:{_WORD})(?:\s\([A-ZÅÄÖ]{{1,4}}\))?"
)
_NOT_NAME = re.compile(
    r"nämnd|förvaltning|kontor|enhet|avdelning|kommun|styrelse|utskott|fullmäktige|tjänst|beslut|bilaga|kopia|handling|"
    r"äskande|medel|revision|polis|region|\bstad\b|nummer|hälsning|datum|sammanträde|projekt|stöd|centrum|bolag|kansli|"
    r"för\s|och\s|\bvård|\bskol|teknik|service|kultur|fritid|miljö|ekonomi|adress|telefon|diarie|förslag|säkerhet\b|postadress",
    re.I,
)
_ROLE = re.compile(rf"\b[\wåäöÅÄÖ-]*(?:{any_of(ROLES)}|\bvd)(?:en|n|s)?\b", re.I)
_ROLE_BEGINS = re.compile(rf"(?:{any_of(BEFORE_ROLE)})\b", re.I)
INCOMPLETE = re.compile(r"-$|\b(?:och|samt|för|biträdande|tillförordnad|tf\.?|vice|förste|stf\.?)$", re.I)
PHONE = re.compile(r"(?<![\d-])(?:\+46\s?(?:\(0\))?|0)\d{1,3}\s?[-–/ ]\s?\d[\d ]{3,9}\d(?!\d)")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
ROLE_LABEL = re.compile(r"^(?:befattning|titel|roll|funktion):\s*", re.I)
_GREETING = re.compile(r"(?:med )?(?:vänliga?|bästa) hälsning(?:ar)?|hälsningar|vid pennan|för .{3,40}|.{2,30} som ovan", re.I)

_BEGIN_SENTENCE = frozenset(
    ("Innan", "På", "Vid", "Mot", "Av", "Under", "Efter", "Därefter", "Även", "För", "Ledamoten", "Ersättaren", "Samtliga")
)
LONGEST_SIGNATURE = 12  # words of a name and a role


def is_greeting(text: str) -> bool:
    """True for what stands over a signature: *Med vänlig hälsning*, *För förvaltningen*, *Åkersbro som ovan*."""
    return bool(_GREETING.fullmatch(text.strip(" ,.")))


def is_name(text: str) -> bool:
    """True for text that is nothing but a person's name."""
    return len(text) <= 50 and bool(_NAME.fullmatch(text)) and not _NOT_NAME.search(text) and not _ROLE.search(text)


def is_role(text: str) -> bool:
    """True for a title such as *Tillförordnad kommundirektör*."""
    text = ROLE_LABEL.sub("", text)
    if len(text) > 90 or re.search(r"\d|:|[.;]$", text):
        return False
    return len(text.split()) <= 8 and bool(_ROLE.search(text) or _ROLE_BEGINS.match(text) or text.endswith("-"))


def name_and_role(text: str, *, any_role: bool = False) -> tuple[str, str] | None:
    """``Karin Alm, säkerhetschef`` as name and role; ``any_role`` where the place says that it is one."""
    match = re.fullmatch(r"([^,\d]{4,50}),\s*([^,\d@]{2,80}(?:,\s[^,\d@]{2,40})?)", text)
    if not match or not is_name(match[1].strip()):
        return None
    known = is_role(match[2].strip()) or (any_role and len(match[2].split()) <= 4 and match[2].strip(" .").islower())
    return (match[1].strip(), match[2].strip()) if known else None


def role_and_name(text: str) -> tuple[str, str] | None:
    """``Kommunchef Thomas Ek``, as columns run together: the role, and the name of the next person."""
    words = text.split(" ")
    if len(words) > LONGEST_SIGNATURE:
        return None
    for at in range(1, len(words) - 1):
        role, name = " ".join(words[:at]), " ".join(words[at:])
        if is_name(name) and is_role(role):
            return role, name
    return None


def name_then_role(text: str) -> tuple[str, str] | None:
    """``Sara Ek Kommunchef``: a name and a role with nothing between them."""
    words = text.split(" ")
    if len(words) > LONGEST_SIGNATURE:
        return None
    for at in range(2, min(len(words), 5)):
        name, role = " ".join(words[:at]), " ".join(words[at:])
        if is_name(name) and is_role(role) and role[:1].isupper():
            return name, role
    return None


def two_by_two(names: str, roles: str) -> list[tuple[str, str | None]] | None:
    """Two columns that were run together: ``Sara Ek Bo Alm`` over ``Kommunchef Säkerhetschef``."""
    words, of_role = names.split(" "), roles.split(" ")
    if len(words) != 4 or not 2 <= len(of_role) <= LONGEST_SIGNATURE:
        return None
    for at in range(1, len(of_role)):
        first, second = " ".join(of_role[:at]), " ".join(of_role[at:])
        if _ROLE.search(of_role[at - 1]) and is_role(first) and is_role(second) and second[:1].isupper():
            return [(" ".join(words[:2]), first), (" ".join(words[2:]), second)]
    return None


def names_in(text: str) -> list[str]:
    """The persons that running text names, with their party and without their role or the word the sentence begins with."""
    found: list[str] = []
    for match in _NAME.finditer(text):
        words = match[0].split(" ")
        while len(words) > 2 and (words[0] in _BEGIN_SENTENCE or _ROLE.fullmatch(words[0])):
            words = words[1:]
        name = " ".join(words)
        if is_name(name) and words[0] not in _BEGIN_SENTENCE:
            found.append(name)
    return found
