"""Filling an empty database with the demo."""

from flask import Flask

from portal import clock
from portal.db import session
from portal.demo.calendar import Course
from portal.demo.course import case_events, town_events
from portal.demo.town import PASSWORD, Town
from portal.demo.walk import catch_up, walk
from portal.errors import Refused
from portal.people import passwords, queries
from portal.text import _


def build(app: Flask) -> None:
    """Walk a year that ended yesterday, documents made and copies sent. Raises Refused where something is installed.

    An application context is open. Every event commits by itself: when the walk stops half-way, the instance is to be
    thrown away.
    """
    if queries.is_demo() is not None:
        raise Refused(_("Installationen finns redan."))
    session.rollback()
    course, town = Course(clock.today()), Town()
    walk(app, course, town_events(town, course, passwords.hashed(PASSWORD)) + case_events(town, course))
    catch_up(app)
