"""What a list is narrowed to, as its address says it: read, written and told in one way for every list.

A value that says nothing never breaks a page and never finds more than was asked for: the list is empty, its tag shows what
was typed, and of a day that is none a sentence says so where it stands.
"""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from flask import request, url_for

from portal.paging import day_of, unreadable_days
from portal.text import _
from portal.web.filters import day

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

MOST = 200
"""Characters of a value that are read."""
_DAYS = {"first": "från %(day)s", "last": "till %(day)s"}

Chosen = TypeVar("Chosen", bound="DataclassInstance")
Words = Mapping[str, Mapping[str, str]]
"""By field what its values are called."""


def typed(name: str, most: int = MOST) -> str:
    """What the address says of ``name``, without white space around and without what nobody can have typed."""
    raw = request.args.get(name, "")[: 2 * most].strip()
    return "".join(each for each in raw if unicodedata.category(each) != "Cc")[:most]


def day_problems(chosen: Any) -> dict[str, str]:
    """A sentence for each day in a choice that is none."""
    return dict.fromkeys(unreadable_days(chosen), _("Datumet kan inte läsas. Skriv det som 2026-11-22."))


def days_in_words(chosen: Any) -> Words:
    """The days in a choice as their tags say them."""
    values = {name: getattr(chosen, name) for name in _DAYS}
    return {name: {value: _(_DAYS[name], day=day(day_of(value)) or value)} for name, value in values.items()}


class Narrowing(Generic[Chosen]):
    """How one list's choice stands in its address: ``names`` has for each field of ``chosen``, all texts, what the address
    calls it, in the order of the tags; ``after`` is where the page begins. ``most`` has the fields of another length."""

    def __init__(
        self, chosen: type[Chosen], endpoint: str, names: Mapping[str, str], most: Mapping[str, int] | None = None
    ) -> None:
        self._made, self._endpoint, self._names, self._most = chosen, endpoint, names, most or {}

    def chosen(self) -> Chosen:
        """The choice that stands in the address."""
        return self._made(**{name: typed(shown, self._most.get(name, MOST)) for name, shown in self._names.items()})

    def values(self, chosen: Chosen, *, but: Collection[str] = ("after",)) -> dict[str, Any]:
        """The choice as an address has it, from the first page on; without the fields of ``but``."""
        said = asdict(chosen)
        return {shown: said[name] for name, shown in self._names.items() if said[name] and name not in but}

    def address(self, chosen: Chosen, *, endpoint: str = "", **more: Any) -> str:
        """The first page of the list, or of another view of it, with this choice; ``more`` as the address has it."""
        return url_for(endpoint or self._endpoint, **self.values(chosen), **more)

    def next_page(self, chosen: Chosen, following: str | None) -> str | None:
        """The page after this one; None where there is none."""
        if following is None:
            return None
        return url_for(self._endpoint, **self.values(replace(chosen, after=following), but=()))

    def tags(self, chosen: Chosen, words: Words, *, but: Collection[str] = ()) -> list[tuple[str, str]]:
        """What is chosen in words, each with the address without it; what was typed to search for is quoted."""
        found = []
        for name in self._names:
            value: str = getattr(chosen, name)
            if value and name not in ("after", *but):
                said = words.get(name, {}).get(value) or (f"”{value}”" if name in ("q", "text") else value)
                found.append((said, url_for(self._endpoint, **self.values(chosen, but=("after", name)))))
        return found
