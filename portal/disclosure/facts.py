"""What the rules of disclosure look at, as plain values."""

from dataclasses import dataclass

from portal.people.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A document of the request as the rules see it. ``assessment`` is None until someone has assessed it; ``decided`` tells
    that the written decision covers it; ``jav`` holds the ids of those who have declared a conflict of interest in its case."""

    assessment: str | None
    archived: bool
    decided: bool
    jav: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a request. ``decided``: a written decision has been made; ``items`` in the order of the page."""

    actor: Actor
    closed: bool
    handed_out: bool
    decided: bool
    items: tuple[Item, ...] = ()
