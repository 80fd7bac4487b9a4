"""Every page that a person of the demo can reach by following links, seen with a full year behind it."""

import re

import pytest
from flask.testing import FlaskClient

from portal.demo.town import PASSWORD, USERNAMES
from tests.integration.demo.conftest import TODAY, Made

STARTS = ("/", "/konto", "/hjalp", "/personuppgifter", "/tillganglighet")
_HREF = re.compile(r'href="(/(?!static/)[^"#]*)"')
MOST = 600


def signed_in(made: Made, username: str) -> FlaskClient:
    made.app.config["WTF_CSRF_ENABLED"] = False
    client = made.app.test_client()
    assert client.post("/logga-in", data={"username": username, "password": PASSWORD}).status_code == 303
    return client


@pytest.mark.parametrize("made", [TODAY], indirect=True)
@pytest.mark.parametrize("username", USERNAMES)
def test_no_link_leads_astray(made: Made, username: str) -> None:
    client = signed_in(made, username)
    waiting, seen, astray = list(STARTS), set(STARTS), []
    while waiting:
        path = waiting.pop()
        answer = client.get(path)
        if answer.status_code != 200:
            astray.append((path, answer.status_code))
        elif answer.mimetype == "text/html":
            found = {link.replace("&amp;", "&") for link in _HREF.findall(answer.get_data(as_text=True))}
            waiting += sorted(found - seen)
            seen |= found
    assert not astray
    assert len(STARTS) < len(seen) < MOST
