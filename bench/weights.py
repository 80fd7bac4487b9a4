"""What the pages weigh over the network, and how many statements they send: the rest of the figures that are kept."""

import gzip
import re
from pathlib import Path
from uuid import UUID

from flask.testing import FlaskClient

from portal import create_app
from portal.db import db
from tests.conftest import PASSWORD
from tests.integration.test_statements import MOST, statements

FIRST, LATER = 120.0, 15.0
PAGES = (
    ("Att göra", "kommunchef", "/"),
    ("Ärende", "kommunchef", "/askanden/{case}"),
    ("Diariet", "registrator", "/diariet"),
    ("Sök", "registrator", "/sok?q=trygghet"),
)
_LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def weights_table(folder: Path, case_id: UUID) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| sida | första besöket, kB | högst | senare, kB | högst | satser | högst |",
        "|---|---|---|---|---|---|---|",
    ]
    app = create_app(folder, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    for name, who, path in PAGES:
        client = app.test_client()
        assert client.post("/logga-in", data={"username": who, "password": PASSWORD}).status_code == 303
        address = path.format(case=case_id)
        asked = len(statements(app, client, address))
        page = client.get(address).get_data()
        later = len(gzip.compress(page)) / 1000
        first = later + sum(_weight(client, each) for each in sorted(set(_LINKED.findall(page.decode()))))
        lines.append(f"| {name} | {first:.0f} | {FIRST:.0f} | {later:.1f} | {LATER:.0f} | {asked} | {MOST} |".replace(".", ","))
    with app.app_context():
        db.engine.dispose()
    return "\n".join(lines) + "\n"


def _weight(client: FlaskClient, address: str) -> float:
    """Kilobytes of a static file as it is sent; a font is compressed as it is."""
    answer = client.get(address.replace("&amp;", "&"))
    assert answer.status_code == 200, address
    data = answer.get_data()
    return (len(data) if ".woff2" in address else len(gzip.compress(data))) / 1000
