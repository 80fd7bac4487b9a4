"""Errors in one place: 422 invalid, 403 refused, 409 stale or out of turn, 404 unknown, 503 busy with Retry-After."""

import logging
from uuid import uuid4

from flask import Flask, Response, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from portal.db import session
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.text import _

logger = logging.getLogger("portal")

RETRY_AFTER_SECONDS = 5
_NEVER_SHOWN = {"password", "csrf_token", "form_key", "version", "proposed"}
_SHOWN = {400, 403, 404, 405, 409, 413, 422, 503}


def _page(status: int, **context: object) -> Response:
    template = status if status in _SHOWN - {405} else 400 if status < 500 else 500
    return make_response(render_template(f"errors/{template}.html", **context), status)


def refused(error: Refused) -> Response:
    """The rules say no: the sentence, and nothing changed."""
    return _page(403, sentence=str(error))


def conflict(error: Conflict) -> Response:
    """Someone came first: what has happened, the way to the case as it now stands, and what was typed, to copy."""
    case_id = (request.view_args or {}).get("case_id")
    back = url_for("desk.case", case_id=case_id) if case_id else ""
    return _page(409, sentence=str(error), back=back, typed=_typed_text())


def _typed_text() -> str:
    """The running text of the form that was sent: words, not choices, never a password."""
    sent = [value.strip() for name, values in request.form.lists() if name not in _NEVER_SHOWN for value in values]
    return "\n\n".join(dict.fromkeys(value for value in sent if " " in value))


def invalid(error: Invalid) -> Response:
    """A form that could not be drawn again (its own page draws most of them), with what was typed, to copy."""
    return _page(422, sentence=" ".join(error.problems.values()), typed=_typed_text())


def unknown(_error: Unknown) -> Response:
    """Unknown and not visible are the same bytes."""
    return _page(404)


def csrf(_error: CSRFError) -> Response:
    """The form's token is missing or belongs to another session."""
    return _page(
        400, sentence=_("Sidan har legat öppen för länge eller kom från ett annat håll. Ladda om den och försök igen.")
    )


def busy(error: OperationalError) -> Response:
    """The database is locked by another process, or gone: nothing was changed, try again."""
    session.rollback()
    reference = uuid4().hex[:8]
    logger.warning("database busy [%s]: %s", reference, error.orig)
    answer = _page(503, sentence=_("Databasen är upptagen. Inget har ändrats. Försök igen om en liten stund."))
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def http(error: HTTPException) -> Response:
    """Every other answer that is an error in HTTP's own terms."""
    status = error.code or 500
    if error.response is not None or status < 400:
        response = error.get_response()
        return make_response(response)
    answer = _page(status)
    if status == 405:
        answer.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
    return answer


def unforeseen(error: Exception) -> Response:
    """A fault of ours: a reference id for the log, and no detail on the page."""
    session.rollback()
    reference = uuid4().hex[:8]
    logger.exception("unforeseen error [%s]", reference, exc_info=error)
    return _page(500, reference=reference)


def register(app: Flask) -> None:
    """Put the handlers in place."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(Conflict, conflict)
    app.register_error_handler(Invalid, invalid)
    app.register_error_handler(Unknown, unknown)
    app.register_error_handler(CSRFError, csrf)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(HTTPException, http)
    if not app.testing:
        app.register_error_handler(Exception, unforeseen)
