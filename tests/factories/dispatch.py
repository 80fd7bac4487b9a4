"""The worker, run until nothing is due. Call outside a transaction."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.dispatch.handlers import HANDLERS
from portal.dispatch.models import Copy
from portal.outbox.worker import run


def work(app: Flask, *, hours: int = 2) -> None:
    """Do everything that is due now, and everything that is due in ``hours`` hours: what asked to wait is tried again."""
    run(app, HANDLERS, once=True)
    later = clock.now() + timedelta(hours=hours)
    clock.set_source(lambda: later)
    try:
        run(app, HANDLERS, once=True)
    finally:
        clock.set_source(None)
    session.expire_all()


def copies() -> list[Copy]:
    """Every copy as it stands now."""
    session.expire_all()
    return list(session.scalars(select(Copy).order_by(Copy.id)))
