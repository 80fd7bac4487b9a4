"""What the frame of every page needs: the menu by permission, who is signed in, the municipality's name."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for

from portal.people.actor import Actor
from portal.people.permissions import READS_CASES, Permission
from portal.settings import current_settings
from portal.text import _
from portal.web import gate


@dataclass(frozen=True, slots=True)
class Item:
    """A place in the menu, shown to those with one of ``permissions`` (none: everyone)."""

    label: str
    endpoint: str
    icon: str
    permissions: frozenset[Permission] = frozenset()


ITEMS = (
    Item("Att göra", "desk.todo_page", "inbox"),
    Item("Aviseringar", "notices.index", "bell"),
    Item("Äskanden", "funding_requests.index", "document", READS_CASES),
    Item("Kopior", "dispatch.inbox", "mail", frozenset({Permission.RECEIVE_COPIES})),
    Item("Avsatta medel", "funds.index", "coins", frozenset({Permission.READ_FUNDS})),
    Item("Utfall", "outcome.index", "chart", frozenset({Permission.RECORD_BUDGET})),
    Item("Budgetexport", "ledger.index", "download", frozenset({Permission.RECORD_BUDGET})),
    Item("Diariet", "register.index", "register", frozenset({Permission.READ_REGISTER})),
    Item("Beslut", "decisions.index", "stamp", frozenset({Permission.READ_DECISIONS})),
    Item("Sammanträden", "meetings.index", "calendar", frozenset({Permission.KEEP_REGISTER})),
    Item("Avvikelser", "deviations.index", "flag", frozenset({Permission.READ_DEVIATIONS})),
    Item("Utlämnande", "disclosure.index", "eye", frozenset({Permission.READ_DISCLOSURES})),
    Item("Arkiv", "archive.index", "archive", frozenset({Permission.READ_ARCHIVE})),
    Item("Utskick", "deliveries.index", "mail", frozenset({Permission.ADMINISTER})),
    Item("Administration", "administration.persons", "people", frozenset({Permission.ADMINISTER})),
)

SEARCHES = READS_CASES | {Permission.READ_REGISTER}  # who finds anything by the field in the head


def menu(actor: Actor) -> list[dict[str, Any]]:
    """The places open to ``actor``, with how much waits in the first of them and how many notices are unread."""
    counts = current_app.extensions["waiting_counts"](actor) if "waiting_counts" in current_app.extensions else (None, None)
    counted = dict(zip(("desk.todo_page", "notices.index"), counts, strict=True))
    shown: list[dict[str, Any]] = []
    for item in ITEMS:
        if item.permissions and not any(actor.may(permission) for permission in item.permissions):
            continue
        if item.endpoint not in current_app.view_functions:
            continue
        href = url_for(item.endpoint)
        current = request.path == href or (href != "/" and request.path.startswith(href + "/"))
        shown.append(
            {
                "label": _(item.label),
                "href": href,
                "icon": item.icon,
                "count": counted.get(item.endpoint),
                "unread": item.endpoint == "notices.index",
                "current": current,
            }
        )
    return shown


def context() -> dict[str, Any]:
    """Values every template may use; asks nothing of the database for someone who is not signed in, nor for the page
    that says that the database is out of reach."""
    settings = current_settings()
    unreachable = g.get("without_database", False)
    frame: dict[str, Any] = {
        "municipality": settings.municipality,
        "theme_colour": settings.theme_colour,
        "demo": current_app.extensions.get("is_demo", False) if unreachable else gate.demo(),
        "nav": [],
        "me": None,
    }
    if "acting" in g and not unreachable:
        person = g.acting.actor
        frame["nav"] = menu(person)
        frame["me"] = {"name": person.name, "title": person.title or person.name, "unit": g.acting.unit,
                       "searches": any(person.may(each) for each in SEARCHES)}  # fmt: skip
    return frame


def register(app: Flask) -> None:
    """Make the frame's values known to the templates."""
    app.context_processor(context)
