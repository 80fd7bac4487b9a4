"""What the rules of this package and those to its right look at, beside the facts every case has."""

from dataclasses import dataclass

from portal.register.facts import Facts as CaseFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(CaseFacts):
    """``handed_over``: an organ decides, so a new version goes back to it. ``latest_version`` is 0 before the first submit.
    ``taken_back``: closed after it was withdrawn, so that nothing was decided. ``follows_already``: the actor writes a
    request that follows this one and has not been sent in."""

    handed_over: bool
    latest_version: int
    has_draft: bool
    taken_back: bool = False
    follows_already: bool = False
