"""The floor: the least Flask application that answers the same questions from the same database.

It looks up who is signed in by the cookie, reads the rows that the page shows and fills in a table. No rights, no menu, no
log, no headers. A figure that is told as a multiple of it can be compared between machines.
"""

import hashlib
import re
import sqlite3
from pathlib import Path

from flask import Flask, g, render_template_string, request
from markupsafe import Markup, escape

_ROWS = """<!doctype html><html lang="sv"><title>{{ title }}</title><h1>{{ title }}</h1><table>{% for row in rows %}
<tr>{% for each in row %}<td>{{ each }}</td>{% endfor %}</tr>{% endfor %}</table>"""

_LIST = "SELECT public_id, number, title, status, status_since FROM register_case WHERE "
PAGES = {
    "todo": (_LIST + "turn = 'decide' ORDER BY status_since, id LIMIT 50",),
    "requests": (_LIST + "submitted_at IS NOT NULL ORDER BY submitted_at DESC, id DESC LIMIT 50",),
    "register": (_LIST + "number IS NOT NULL ORDER BY year DESC, serial DESC LIMIT 50",),
    "decisions": ("SELECT number, requested, granted, decided_at FROM decision ORDER BY decided_at DESC, id DESC LIMIT 50",),
    "funds": ("SELECT name, year, set_aside, granted, reversed, returned FROM fund ORDER BY year DESC, name LIMIT 50",),
    "case": (
        "SELECT * FROM register_case WHERE public_id = :case",
        "SELECT request.* FROM funding_request AS request JOIN register_case AS c ON c.id = case_id WHERE public_id = :case",
        "SELECT line.* FROM budget_line AS line JOIN request_version AS v ON v.id = line.version_id JOIN funding_request AS r"
        " ON r.id = v.funding_request_id JOIN register_case AS c ON c.id = r.case_id WHERE c.public_id = :case",
        "SELECT d.* FROM decision AS d JOIN register_case AS c ON c.id = d.case_id WHERE c.public_id = :case",
        "SELECT title, filename, size FROM document WHERE case_id = (SELECT id FROM register_case WHERE public_id = :case)",
        "SELECT at, action, role FROM log_entry WHERE case_id = :case ORDER BY seq DESC LIMIT 50",
    ),
}
_WORDS = "(SELECT word_id FROM search_term WHERE term BETWEEN :low AND :high)"
_HOLDS = {
    "common": f"EXISTS (SELECT 1 FROM search_posting AS p WHERE p.case_id = register_case.id AND p.word_id IN {_WORDS})",  # noqa: S608 own names
    "rare": f"id IN (SELECT case_id FROM search_posting WHERE word_id IN {_WORDS})",  # noqa: S608 own names
}
_FOUND = (
    "SELECT id, public_id, number, title, status, submitted_at FROM register_case WHERE number IS NOT NULL AND {holds}"
    " ORDER BY submitted_at DESC, id DESC LIMIT 20"
)
_PLACES = (
    "SELECT p.case_id, substr(e.text, max(p.position - 60, 0) + 1, 190) FROM search_posting AS p"  # noqa: S608 own names
    f" JOIN search_entry AS e ON e.id = p.entry_id WHERE p.case_id IN ({{cases}}) AND p.word_id IN {_WORDS}"
)


def create_floor(database: Path) -> Flask:
    """The floor on the portal's own database file, read only."""
    app = Flask("floor")

    @app.before_request
    def sign_in() -> None:
        """Who is signed in, by the cookie's token."""
        g.database = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        token = hashlib.sha256(request.cookies.get("floor", "").encode()).hexdigest()
        g.person = g.database.execute(
            "SELECT person_id FROM user_session WHERE token_hash = ? AND ended_at IS NULL", (token,)
        ).fetchone()

    @app.teardown_request
    def close(_error: object) -> None:
        """Let go of the database."""
        g.database.close()

    @app.get("/search/<how>/<word>")
    def search(how: str, word: str) -> str:
        """The newest cases that hold a word that begins so, each with a place where it stands."""
        asked = {"low": word, "high": word + "\U0010ffff"}
        found = g.database.execute(_FOUND.format(holds=_HOLDS[how]), asked).fetchall()
        cases = ", ".join(str(row[0]) for row in found) or "NULL"
        places = dict(g.database.execute(_PLACES.format(cases=cases), asked).fetchall())
        marked = re.compile(rf"\w*{re.escape(word)}\w*", re.IGNORECASE)
        rows = [
            (*row[1:], Markup(marked.sub(r"<mark>\g<0></mark>", str(escape(places.get(row[0], ""))))))  # noqa: S704 escaped
            for row in found
        ]
        return render_template_string(_ROWS, title=word, rows=rows)

    @app.get("/<page>")
    @app.get("/<page>/<case>")
    def show(page: str, case: str = "") -> str:
        """The rows of the page in a table."""
        rows = [row for sql in PAGES[page] for row in g.database.execute(sql, {"case": case})]
        return render_template_string(_ROWS, title=page, rows=rows)

    return app
