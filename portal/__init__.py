"""Äskandeportalen: funding requests in a municipality, from the first line to the archive."""

import os
import sys
from importlib import import_module
from pathlib import Path

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from portal import cli, composition, db, schema, tables
from portal.documents import crest
from portal.documents.sealing import SealError
from portal.documents.sealing.keys import require_files
from portal.documents.store import Store
from portal.people import passwords
from portal.settings import Settings, SettingsError, instance_path, load, secret_key
from portal.web import assets, errors, filters, gate, headers, incoming, nav, theme

# In the order of imports: a package knows those before it.
BLUEPRINTS = (
    "web.standing",
    "people.routes",
    "people.administration",
    "people.recipient_routes",
    "register.organ_routes",
    "register.register_routes",
    "register.document_routes",
    "register.mark_routes",  # adds, as relation_routes does, to the blueprint of register.routes
    "verify.routes",
    "funding_requests.routes",
    "decisions.fund_routes",
    "decisions.routes",
    "decisions.meeting_routes",
    "decisions.delegated_routes",
    "accounting.control_routes",  # adds to the blueprint of accounting.routes
    "accounting.code_routes",
    "accounting.export_routes",
    "accounting.outcome_routes",
    "conversation.routes",
    "notices.routes",
    "dispatch.routes",
    "dispatch.standing_routes",
    "archive.routes",
    "archive.transfer.routes",
    "disclosure.answer_routes",  # adds, as review_routes does, to the blueprint of disclosure.routes
    "desk.picture_routes",  # adds to the blueprint of desk.routes
    "desk.preview_routes",
    "desk.masking_routes",
    "desk.deviation_routes",
    "desk.secrecy_routes",
    "desk.printed_routes",
    "desk.papers_routes",
    "desk.stored_routes",
    "desk.search_routes",
)
STATIC_KEPT_SECONDS = 3600
MEGABYTE = 1024 * 1024


def create_app(instance: Path | None = None, *, testing: bool = False, check_schema: bool | None = None) -> Flask:
    """The portal for the installation in ``instance`` (else ``INSTANCE`` in the environment, else ``instance``).

    A server refuses a database of another schema; the command line does not, since it is what changes it.
    ``testing`` hashes cheaply and lets errors through. Stops with one sentence and exit 2 when it cannot serve.
    """
    folder = (instance or instance_path()).absolute()
    app = Flask(__name__, static_folder="static")
    try:
        settings = load(folder)
        theme.check(settings.theme_colour)
        drawn = crest.load(folder, settings.crest)
        _configure(app, settings, testing)
    except SettingsError as error:
        raise _stop(str(error)) from error
    db.init_app(app)
    Babel(app, default_locale="sv", default_timezone="Europe/Stockholm")
    gate.register(app)  # before the CSRF check, so that an ended session is answered as such
    CSRFProtect(app)
    Htmx(app)
    for part in (assets, errors, filters, headers, incoming, nav):
        part.register(app)
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f"portal.{name}").blueprint)
    tables.metadata()
    app.extensions["settings"] = settings
    app.extensions["crest"] = drawn
    app.extensions["store"] = Store(folder / "blobs")
    app.extensions.update(composition.HANDED_IN)
    cli.register(app)
    _wrap(app, settings)
    from_cli = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
    if check_schema if check_schema is not None else not (from_cli or testing):
        _refuse_seal_read_by_others(settings)
        _refuse_other_schema(app)
    return app


def _configure(app: Flask, settings: Settings, testing: bool) -> None:
    app.config.update(
        TESTING=testing,
        SECRET_KEY=secret_key(settings.instance),
        SQLALCHEMY_DATABASE_URI=settings.database_address,
        MAX_CONTENT_LENGTH=30 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        MAX_FORM_PARTS=2000,
        TRUSTED_HOSTS=settings.hosts,
        SESSION_COOKIE_NAME="__Host-portal" if settings.is_https else "portal",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a page left open over lunch must still be able to send its form
        WTF_CSRF_SSL_STRICT=False,  # a missing Referer passes; gate refuses a foreign Origin
    )
    passwords.use_cheap_profile(testing)


def _wrap(app: Flask, settings: Settings) -> None:
    static = WhiteNoise(app.wsgi_app, allow_all_origins=False, max_age=STATIC_KEPT_SECONDS)
    static.add_files(str(app.static_folder), prefix="static/")
    # Outside of all that answers: static files not changed since, or asked for in a wrong way, pass no view.
    app.wsgi_app = headers.Everywhere(static, is_https=settings.is_https)  # type: ignore[method-assign]  # as Flask documents it
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # likewise


def _refuse_other_schema(app: Flask) -> None:
    with app.app_context():
        problem = schema.problem()
        db.db.engine.dispose()  # nothing opened here may be shared by forked servers
    if problem:
        raise _stop(problem)


def _refuse_seal_read_by_others(settings: Settings) -> None:
    """A server seals nothing, but is not started beside a seal that anyone on the machine may use."""
    try:
        require_files(settings.seal)
    except SealError as error:
        raise _stop(str(error)) from error


def _stop(sentence: str) -> SystemExit:
    sys.stderr.write(f"{sentence}\n")
    return SystemExit(2)
