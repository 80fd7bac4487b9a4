"""What an operation raises; ``web.errors`` turns each into a page."""


class Refused(Exception):
    """The rules say no. ``str(error)`` is the Swedish sentence the person reads; nothing has changed."""


class Conflict(Exception):
    """Out of turn or stale: someone else came first. ``str(error)`` is the Swedish sentence; nothing has changed."""


class Invalid(Exception):
    """What was typed does not hold. ``problems`` maps a field's name to one Swedish sentence; nothing has changed."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


class Unknown(Exception):
    """There is no such thing, or it is not visible to the person: the answer is the same."""
