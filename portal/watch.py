"""Security lines: who was refused what, for whoever watches the installation; one JSON object a line on standard error.

(OWASP ASVS 5.0, 16.2 and 16.3.) What stands in the tamper-evident log is not told again here: this is what the log does
not hold, since nothing was changed. No password, token, form or case text may be given to ``note``.
"""

import json
import logging
import sys
from typing import TextIO

from portal import clock

LONGEST = 200


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what is standard error now, not when the module was loaded: the server may have replaced it."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _value: TextIO) -> None:
        raise AttributeError("security lines go to standard error")


_logger = logging.getLogger("portal.security")
_logger.setLevel(logging.INFO)
_logger.propagate = False  # the line is whole as it is: no prefix, and not twice
_logger.addHandler(_StandardError())


def note(event: str, **facts: str | int | None) -> None:
    """One line: the event, the instant (UTC) and the facts. Text from outside can neither end nor colour the line."""
    told: dict[str, str | int | None] = {"event": event, "at": clock.now().isoformat(timespec="milliseconds")}
    told |= {name: value[:LONGEST] if isinstance(value, str) else value for name, value in facts.items()}
    # ASCII only: every control character is then written \u00.., save DEL, which JSON lets pass.
    _logger.warning("%s", json.dumps(told, ensure_ascii=True).replace("\x7f", "\\u007f"))
