"""From what was chosen to the finished copy: masked, set, and looked through before anyone sees it. Knows no case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from portal.documents import rendering
from portal.documents.formats import UnreadableFile
from portal.documents.masking import checking, data, leaves, pages
from portal.documents.masking.choice import Choice, Passage, problem_with
from portal.documents.masking.finding import Finder, suggestions
from portal.documents.press import TooLarge
from portal.errors import Invalid
from portal.text import _

MOST_BYTES = 25_000_000  # of a finished copy: as much as can be attached to a mail, and to a case
PHRASES, PASSAGES = "phrases", "passage"
"""The fields of the form that a problem is told at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What stands on the copy of how it came about: under which provision, by whom, when, and of which document."""

    provision: str
    name: str
    title: str
    made_at: datetime
    original: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A finished copy. ``title`` is the original's, with what is hidden left out; ``places`` counts what is masked."""

    pdf: bytes = field(repr=False)
    title: str
    places: int
    notes: Sequence[str]


class Original(Protocol):
    """A document that can be masked."""

    @property
    def passages(self) -> Sequence[Passage]: ...
    @property
    def suggested(self) -> list[str]: ...
    @property
    def has_pages(self) -> bool: ...
    def made(self, choice: Choice, stamp: Stamp) -> Made: ...


@dataclass(frozen=True)
class OwnDocument:
    """A document that the portal set from ``data``: its copy is set anew."""

    kind: str
    data: Mapping[str, Any] = field(repr=False)
    has_pages: bool = False

    @cached_property
    def passages(self) -> list[Passage]:
        """What can be chosen."""
        return leaves.passages(self.data)

    @property
    def suggested(self) -> list[str]:
        """Personal numbers and the like in the text."""
        return suggestions("\n".join(each.text for each in self.passages))

    def made(self, choice: Choice, stamp: Stamp) -> Made:
        """The copy. Raises Invalid where what is chosen cannot be hidden, or is nothing."""
        _demand(choice, self.passages)
        result = data.masked(self.data, choice)
        title = data.title_without(stamp.original, result.hidden, result.shown, Finder(choice.phrases))
        content = {**result.data, "made_at": stamp.made_at.isoformat(), "masked": _note(stamp, title)}
        made = _finished(_set(self.kind, content), choice, title, result.places, result.notes)
        _demand_found(result.missing)  # what only the template says has been told by now
        return made


@dataclass(frozen=True)
class HandedIn:
    """A PDF whose pages are drawn: ``frame`` is what the first page says of sender and unit."""

    paged: pages.Paged
    frame: Mapping[str, Any] = field(repr=False)
    has_pages: bool = True

    @cached_property
    def passages(self) -> list[Passage]:
        """What can be chosen."""
        return pages.passages(self.paged)

    @property
    def suggested(self) -> list[str]:
        """Personal numbers and the like in the text."""
        return suggestions(self.paged.text)

    def made(self, choice: Choice, stamp: Stamp) -> Made:
        """The copy. Raises Invalid where what is chosen cannot be hidden, or is nothing."""
        _demand(choice, self.passages)
        try:
            result = pages.painted(self.paged, choice)
        except UnreadableFile as error:
            raise Invalid({"": str(error)}) from error
        _demand_found(result.missing)
        title = data.title_without(stamp.original, result.hidden, result.shown, Finder(choice.phrases, loose=True))
        content = {
            **self.frame,
            "title": title,
            "pages": result.pages,
            "made_at": stamp.made_at.isoformat(),
            "masked": _note(stamp, title),
        }
        return _finished(_set("masked_pages", content, result.pictures), choice, title, result.places, result.notes)


def _demand(choice: Choice, passages: Sequence[Passage]) -> None:
    if problem := problem_with(choice.phrases):
        raise Invalid({PHRASES: problem})
    if choice.is_empty:
        raise Invalid({PHRASES: _("Inget är valt. Skriv ett uttryck eller kryssa i det som ska maskas.")})
    if not choice.passages <= {each.key for each in passages}:
        raise Invalid({PASSAGES: _("Ett av de valda styckena finns inte i handlingen. Ladda om sidan och välj på nytt.")})


def _demand_found(missing: Sequence[str]) -> None:
    if missing:
        sentence = _(
            "Det här finns inte i handlingen: %(phrases)s. Rätta stavningen eller ta bort raden.", phrases=_listed(missing)
        )
        raise Invalid({PHRASES: sentence})


def _listed(phrases: Sequence[str]) -> str:
    shown = ", ".join(f"”{phrase}”" for phrase in phrases[:10])
    return shown if len(phrases) <= 10 else _("%(shown)s och %(n)s till", shown=shown, n=len(phrases) - 10)


def _note(stamp: Stamp, title: str) -> dict[str, Any]:
    return {
        "provision": stamp.provision,
        "by": {"name": stamp.name, "title": stamp.title or None},
        "made_at": stamp.made_at.isoformat(),
        "original": title,
    }


def _set(kind: str, content: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF. Always PDF/A-2a: nothing is enclosed in a masked copy."""
    try:
        pdf = rendering.render(kind, content, pictures)
    except TooLarge as error:
        raise Invalid({"": _("Handlingen är för stor för att maskas. Maska den i delar.")}) from error
    if len(pdf) > MOST_BYTES:
        raise Invalid({"": _("Den maskade kopian blir för stor, mer än 25\u00a0MB. Maska handlingen i delar.")})
    return pdf


def _finished(pdf: bytes, choice: Choice, title: str, places: int, notes: Sequence[str]) -> Made:
    left = checking.remaining(pdf, Finder(choice.phrases))
    if left:
        raise Invalid(
            {
                PHRASES: _(
                    "%(phrases)s står också i handlingens fasta text, i rubriker eller i uppgiften om vem som maskar, "
                    "och kan inte maskas där. Skriv ett längre uttryck eller kryssa i stycket.",
                    phrases=_listed(left),
                )
            }
        )
    return Made(pdf=pdf, title=title, places=places, notes=notes)
