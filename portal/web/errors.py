"""Errors in one place: 422 invalid, 403 refused, 409 stale or out of turn, 404 unknown, 503 busy with Retry-After."""

import errno
import logging
from uuid import uuid4

from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from portal.db import release
from portal.documents.store import DamagedFile
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.text import _
from portal.web import gate

logger = logging.getLogger("portal")

RETRY_AFTER_SECONDS = 5
_NEVER_SHOWN = {"password", "csrf_token", "form_key", "version", "proposed"}
_SHOWN = {400, 403, 404, 405, 409, 413, 422, 503}
_SOMEONE_ELSE_WRITES = ("SQLITE_BUSY", "SQLITE_LOCKED")
# The disk is full, broken or gone; every other OSError is a fault of ours.
_OF_THE_DISK = frozenset(
    {
        *(errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS),
        *(errno.ESTALE, errno.ENOTCONN, errno.ECONNABORTED, errno.ENODEV, errno.ENXIO),  # a disk on the network, or pulled out
    }
)


def _page(status: int, **context: object) -> Response:
    if status >= 500:
        g.without_database = True  # it may be what has failed: the page is made from what is in memory
    template = status if status in _SHOWN - {405} else 400 if status < 500 else 500
    return make_response(render_template(f"errors/{template}.html", **context), status)


def refused(error: Refused) -> Response:
    """The rules say no: the sentence, and nothing changed."""
    gate.tell("denied", 403)
    return _page(403, sentence=str(error), typed=typed_text())


def conflict(error: Conflict) -> Response:
    """Someone came first: what has happened, the way to the case as it now stands, and what was typed, to copy."""
    case_id = (request.view_args or {}).get("case_id")
    back = url_for("desk.case", case_id=case_id) if case_id else ""
    return _page(409, sentence=str(error), back=back, typed=typed_text())


def typed_text() -> str:
    """The running text of the form that was sent: words, not choices, never a password; nothing of a form cut in two."""
    try:
        form = request.form
    except HTTPException:
        return ""
    sent = [value.strip() for name, values in form.lists() if name not in _NEVER_SHOWN for value in values]
    return "\n\n".join(dict.fromkeys(value for value in sent if " " in value))


def invalid(error: Invalid) -> Response:
    """A form that could not be drawn again (its own page draws most of them), with what was typed, to copy."""
    return _page(422, sentence=" ".join(error.problems.values()), typed=typed_text())


def unknown(_error: Unknown) -> Response:
    """Unknown and not visible are the same bytes; the security line too says only that nothing was shown."""
    gate.tell("denied", 404)
    return _page(404)


def csrf(_error: CSRFError) -> Response:
    """The form's token is missing or belongs to another session."""
    gate.tell("form_token_refused", 400)
    return _page(
        400, sentence=_("Sidan har legat öppen för länge eller kom från ett annat håll. Ladda om den och försök igen.")
    )


def busy(error: OperationalError) -> Response:
    """The database is locked by another process: nothing was changed, try again. Or it is gone, or its disk is."""
    if not str(getattr(error.orig, "sqlite_errorname", "")).startswith(_SOMEONE_ELSE_WRITES):
        return _out_of_reach(f"database: {error.orig}")
    return _later(f"database: {error.orig}", _("Databasen är upptagen. Inget har ändrats. Försök igen om en liten stund."))


def lost(error: DBAPIError) -> Response:
    """The connection was lost in the middle of something. Any other error of the database's driver is unforeseen."""
    if error.connection_invalidated:
        return _out_of_reach(f"database: {error.orig}")
    if current_app.testing:
        raise error
    return unforeseen(error)


def disk(error: OSError) -> Response:
    """The disk takes nothing more, or gives nothing back. Any other OSError is unforeseen."""
    if error.errno in _OF_THE_DISK:
        return _out_of_reach(f"disk: {error}")
    if current_app.testing:
        raise error
    return unforeseen(error)


def damaged(error: DamagedFile) -> Response:
    """A stored file is missing or not what it was: nothing of it is sent."""
    return _later(str(error), _("Filen är skadad i portalens lager och lämnas inte ut. Säg till den som sköter portalen."))


def _out_of_reach(what: str) -> Response:
    # A connection may break after the commit was sent: whether the act was done is not known, so it is not said.
    return _later(
        what,
        _(
            "Portalen når inte sin databas eller disk just nu. Försök igen om en liten stund. "
            "Skickar du samma formulär igen görs det ändå bara en gång."
        ),
    )


def _later(what: str, sentence: str) -> Response:
    """503: nothing is held, and whoever asks comes back."""
    release()
    reference = uuid4().hex[:8]
    logger.warning("out of reach [%s]: %s", reference, what)
    answer = _page(503, sentence=sentence)
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
    release()
    reference = uuid4().hex[:8]
    logger.exception("unforeseen error [%s]", reference, exc_info=error)
    return _page(500, reference=reference)


def register(app: Flask) -> None:
    """Put the handlers in place."""
    app.jinja_env.globals["typed_text"] = typed_text
    app.register_error_handler(Refused, refused)
    app.register_error_handler(Conflict, conflict)
    app.register_error_handler(Invalid, invalid)
    app.register_error_handler(Unknown, unknown)
    app.register_error_handler(CSRFError, csrf)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(DBAPIError, lost)
    app.register_error_handler(OSError, disk)
    app.register_error_handler(DamagedFile, damaged)
    app.register_error_handler(HTTPException, http)
    if not app.testing:
        app.register_error_handler(Exception, unforeseen)
