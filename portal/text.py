"""User sentences: the msgid is the Swedish source, so a second language is a catalogue and not a rewrite."""

from flask import g, has_app_context
from flask_babel import get_domain

_KEPT = "portal_translations"


def _(message: str, **values: object) -> str:
    """Return ``message`` in the reader's language, with ``%(name)s`` filled in from ``values``.

    Text that is stored (in the log, a decision, a copy) is made once and never translated again.
    Outside an application (rules are pure and are tested without one) the Swedish source is the answer.
    """
    if not has_app_context():
        return message % values if values else message
    # Asked for once a request: a page has hundreds of sentences, and to find the catalogue takes longer than to read it.
    translations = g.get(_KEPT)
    if translations is None:
        translations = get_domain().get_translations()
        setattr(g, _KEPT, translations)
    translated = str(translations.gettext(message))
    return translated % values if values else translated
