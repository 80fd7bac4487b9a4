"""User sentences: the msgid is the Swedish source, so a second language is a catalogue and not a rewrite."""

from flask import has_app_context
from flask_babel import gettext


def _(message: str, **values: object) -> str:
    """Return ``message`` in the reader's language, with ``%(name)s`` filled in from ``values``.

    Text that is stored (in the log, a decision, a copy) is made once and never translated again.
    Outside an application (rules are pure and are tested without one) the Swedish source is the answer.
    """
    if has_app_context():
        return str(gettext(message, **values))
    return message % values if values else message
