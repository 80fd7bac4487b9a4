"""A form sent without script after the session had ended: what was typed is carried through the sign-in.

The fields travel in the page as they were sent, never a password or a token, and are put before the person again
after signing in. Nothing is done until the person sends them.
"""

import json

from flask import request

# What must not be carried: secrets, and the token of a session that is gone.
_LEFT_OUT = frozenset({"csrf_token", "password", "new_password", "again", "username"})
_MOST_CHARACTERS = 1_000_000
NAME = "kept"
ADDRESS = "kept_to"

Fields = list[tuple[str, str]]


def of_request() -> str:
    """The sent fields as JSON; empty when there is nothing to carry or it is too much."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in _LEFT_OUT]
    text = json.dumps(fields, ensure_ascii=False) if fields else ""
    return text if len(text) <= _MOST_CHARACTERS else ""


def read(text: str) -> Fields:
    """The carried fields; empty when ``text`` is not what ``of_request`` wrote."""
    try:
        rows = json.loads(text) if text else []
    except ValueError:
        return []
    if not isinstance(rows, list):
        return []
    return [
        (row[0], row[1])
        for row in rows
        if isinstance(row, list) and len(row) == 2 and all(isinstance(part, str) for part in row) and row[0] not in _LEFT_OUT
    ]
