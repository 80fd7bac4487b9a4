"""Who gets a copy of a decision, as what, and where it reaches them. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from portal.funding_requests.content import Content
from portal.text import _

# What one address in one header may be: no spaces, no line breaks, no second address, ASCII on both sides of the @.
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9-]{1,63})*", re.ASCII
)
COPY, INFORMATION, ACTION = "copy", "information", "action"  # why: Kopia till, För kännedom, Ska åtgärdas
LONGEST_ADDRESS = 254
MOST = 100  # recipients of one decision


@dataclass(frozen=True, slots=True)
class Addressee:
    """A recipient by name, with an e-mail address or none, and why it gets the copy."""

    name: str
    email: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a copy goes: a unit's inbox, an e-mail address, both; neither is a failure with a sentence."""

    unit_id: int | None
    email: str | None

    @property
    def failure(self) -> str:
        """Why the copy reaches nobody; empty when it reaches someone."""
        if self.unit_id is None and self.email is None:
            return _("Adress saknas: mottagaren är ingen enhet i portalen och har ingen e-postadress.")
        return ""


def known_by(name: str) -> str:
    """The form under which two spellings of a recipient are the same one."""
    return " ".join(name.split()).casefold()


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


def reached(addressee: Addressee, units: Mapping[str, tuple[int, str | None]]) -> Reached:
    """Where the copy goes, given every unit in use as ``known_by(name)`` → (row id, e-mail address)."""
    unit_id, unit_email = units.get(known_by(addressee.name), (None, None))
    return Reached(unit_id, addressee.email or unit_email)


def address_problem(address: str) -> str | None:
    """Why this is not one e-mail address, or None. A line break would let someone write headers of their own."""
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        return _("Skriv en e-postadress, till exempel registrator@kommunen.example.")
    return None


def problems(added: Iterable[Addressee]) -> dict[str, str]:
    """What is wrong with added recipients, by field name (``recipient-N`` is the N:th, from 0)."""
    found = {}
    for n, each in enumerate(added):
        if not each.name:
            found[f"recipient_name-{n}"] = _("Skriv mottagarens namn.")
        elif len(each.name) > 200 or any(ord(letter) < 0x20 or ord(letter) == 0x7F for letter in each.name):
            found[f"recipient_name-{n}"] = _("Namnet är för långt eller innehåller ett styrtecken.")
        if each.email and (problem := address_problem(each.email)):
            found[f"recipient_email-{n}"] = problem
    return found
