"""Who gets a copy of a decision, as what, and where it reaches them. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from portal.funding_requests.content import Content
from portal.people import addresses
from portal.people.addresses import known_by
from portal.people.directory import Found
from portal.text import _

COPY, INFORMATION, ACTION = "copy", "information", "action"  # why: Kopia till, För kännedom, Ska åtgärdas
LONGEST_NAME = 200
MOST = 10_000  # recipients of one decision
MOST_TOLD = 5  # lines of a pasted list that are told to be wrong at a time
_IN_BRACKETS = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]*)>")


@dataclass(frozen=True, slots=True)
class Addressee:
    """A recipient by name, with an e-mail address or none, and why it gets the copy."""

    name: str
    email: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a copy goes: a unit's inbox, an e-mail address, both; neither is a failure with a sentence.

    ``masked``: of a secret case this recipient gets the masked copy.
    """

    unit_id: int | None
    email: str | None
    masked: bool = False

    @property
    def failure(self) -> str:
        """Why the copy reaches nobody; empty when it reaches someone."""
        if self.unit_id is None and self.email is None:
            return _("Adress saknas: mottagaren är ingen enhet i portalen och har ingen e-postadress.")
        return ""


def of_content(content: Content) -> list[Addressee]:
    """The recipients that the submitted version names: copies first, then for information; each once."""
    named = [(recipient, COPY) for recipient in content.copies]
    named += [(recipient, INFORMATION) for recipient in content.information]
    found: dict[str, Addressee] = {}
    for recipient, kind in named:
        addressee = Addressee(recipient.name, recipient.email or None, ACTION if recipient.action else kind)
        found.setdefault(known_by(recipient.name), addressee)
    return list(found.values())


def with_changes(named: Iterable[Addressee], to_act: Iterable[str], added: Iterable[Addressee]) -> list[Addressee]:
    """The named recipients, those in ``to_act`` marked *ska åtgärdas*, and the added ones; nobody is taken away."""
    marked = {known_by(name) for name in to_act}
    found = {known_by(each.name): each for each in named}
    for each in added:
        found.setdefault(known_by(each.name), each)
    return [replace(each, kind=ACTION) if key in marked else each for key, each in found.items()]


def reached(
    addressee: Addressee, units: Mapping[str, tuple[int, str | None]], directory: Mapping[str, Found] | None = None
) -> Reached:
    """Where the copy goes: to the address that was typed, else to the one in the directory, else to the unit's.

    Every unit in use, and what the directory says, stand under ``known_by(name)``; a unit as (row id, e-mail address).
    """
    key = known_by(addressee.name)
    found = (directory or {}).get(key)
    unit_id, unit_email = units.get(key, (None, None))
    if found is None:
        return Reached(unit_id, addressee.email or unit_email)
    return Reached(found.unit_id or unit_id, addressee.email or found.email or unit_email, found.masked)


def with_finance(named: Collection[Addressee], finance: Iterable[str], always: Iterable[str]) -> list[Addressee]:
    """The named recipients, those who get every decision, and finance: the first of its units unless one is there."""
    found = {known_by(each.name): each for each in named}
    for name in always:
        found.setdefault(known_by(name), Addressee(name, None, COPY))
    units = list(finance)
    if units and not any(known_by(name) in found for name in units):
        found[known_by(units[0])] = Addressee(units[0], None, COPY)
    return list(found.values())


def with_earlier(wanted: Iterable[Addressee], earlier: Iterable[Addressee]) -> list[Addressee]:
    """Also those who got what is now corrected, at the address that was right for them then."""
    found = {known_by(each.name): each for each in wanted}
    for each in earlier:
        now = found.get(known_by(each.name))
        found[known_by(each.name)] = replace(now, email=now.email or each.email) if now else each
    return list(found.values())


def address_problem(address: str) -> str | None:
    """Why this is not one e-mail address, or None. A line break would let someone write headers of their own."""
    if addresses.problem(address):
        return _("Skriv en e-postadress, till exempel registrator@kommunen.example.")
    return None


def pasted(text: str) -> tuple[list[Addressee], str]:
    """The recipients of a pasted list, one on each line, and what is wrong with it in one text, empty where nothing is.

    A line is a name, a name and an address (``Namn; adress``, or ``Namn <adress>``), or an address alone.
    """
    found: dict[str, Addressee] = {}
    wrong = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, email = _parted(line.strip())
        if problem := (address_problem(email) if email else None) or name_problem(name):
            wrong.append(_("Rad %(number)s: %(problem)s", number=number, problem=problem))
        found.setdefault(known_by(name), Addressee(name, email or None, COPY))
    if len(found) > MOST:
        wrong.insert(0, _("Listan har %(count)s mottagare. Högst 10\u00a0000 åt gången.", count=len(found)))
    more = _("Fler rader är fel på samma sätt.") if len(wrong) > MOST_TOLD else ""
    return list(found.values()), " ".join([*wrong[:MOST_TOLD], more]).strip()


def _parted(line: str) -> tuple[str, str]:
    if bracketed := _IN_BRACKETS.fullmatch(line):
        email = bracketed["email"].strip()
        return bracketed["name"].strip(' "') or email, email
    name, _mark, email = line.partition(";") if ";" in line else line.partition("\t")
    if not _mark and "@" in name:
        return name, name
    return " ".join(name.split()), email.strip()


def name_problem(name: str) -> str | None:
    """Why this is no name of a recipient, or None."""
    if not name:
        return _("Skriv mottagarens namn.")
    if len(name) > LONGEST_NAME or any(unicodedata.category(letter) == "Cc" for letter in name):
        return _("Namnet är för långt eller innehåller ett styrtecken.")
    return None


def problems(added: Iterable[Addressee]) -> dict[str, str]:
    """What is wrong with added recipients, by field name (``recipient-N`` is the N:th, from 0)."""
    found = {}
    for n, each in enumerate(added):
        if problem := name_problem(each.name):
            found[f"recipient_name-{n}"] = problem
        if each.email and (problem := address_problem(each.email)):
            found[f"recipient_email-{n}"] = problem
    return found
