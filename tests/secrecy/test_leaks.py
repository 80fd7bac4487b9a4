"""Nobody without right meets a word of what is secret: on no page, in no list, search, file, PDF, mail, log line or index.

Every address the portal has is asked for as everyone, of every kind of secret there is. In ``make test`` a cut of it.
"""

import html
import io
import logging
import re
import shutil
import subprocess
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.routing import Rule

from portal import create_app
from portal.db import db, session
from portal.dispatch.models import Copy, Mail
from portal.documents.models import Document
from portal.log.models import LogBody
from portal.outbox.models import OutboxRow
from portal.register.search_models import SearchEntry
from tests.conftest import PASSWORD, unsynced
from tests.factories.decisions import case_of
from tests.factories.town import PEOPLE, Town
from tests.scale import measured, times
from tests.secrecy.world import AMOUNT, BARE_AMOUNT, Secret, registered_of, secrets

USERNAMES = [username for username, *_rest in PEOPLE]
ASKED = times(400, 1_000_000)
MOST_LEAKS_TOLD = 20
NOT_ASKED = {
    "standing.role_help": "help, the same for everyone",
    "static": "the portal's own files, the same for everyone",
    "people.log_in": "before anyone is known",
    "people.link": "a link of a person, before anyone is known",
    "administration.person": "of a person",
    "registers.show": "of a register: its name and its numbers",
    "funds.order": "of the delegation order",
    "funds.order_file": "of the delegation order",
    "funds.confirm": "of a fund's own decision",
    **dict.fromkeys(
        ("transfers.agreement", "transfers.show", "transfers.report"),
        "an agreement, and archived cases for those who read every secret: registrar, archivist and auditor",
    ),
    "ledger.template": "columns of files, without a case",
    "codes.show": "codes, without a case",
    "codes.review": "codes, without a case",
    "outcome.show": "what was read in from the ledger, by code",
    "masking.picture": "a picture, which says no word",
}
"""What names no case, or says no word, and why."""


@dataclass(frozen=True, slots=True)
class World:
    """The portal with its secrets, everyone signed in, and what is known of the cases."""

    app: Flask
    clients: dict[str, FlaskClient]
    secrets: list[Secret]


@pytest.fixture(scope="module")
def world(prepared: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Made once: nothing here changes what it looks at, save that readings are logged."""
    folder = tmp_path_factory.mktemp("secrets")
    shutil.copy(prepared[0] / "portal.sqlite", folder / "portal.sqlite")
    (folder / "secret_key").write_bytes(b"k" * 32)
    app = create_app(folder, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        event.listen(db.engine, "connect", unsynced)
        made = secrets(prepared[1])
    yield World(app, {username: _signed_in(app, username) for username in USERNAMES}, made)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _signed_in(app: Flask, username: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/logga-in", data={"username": username, "password": PASSWORD}).status_code == 303
    return client


def texts_of(data: bytes) -> str:
    """What a reader finds in an answer: pages, PDFs, and whatever lies in a folder."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return " ".join([*parts.namelist(), *(texts_of(parts.read(name)) for name in parts.namelist())])
    if data.startswith(b"%PDF-"):
        asked = {"capture_output": True, "check": True, "timeout": 30}
        data = subprocess.run(["pdftotext", "-", "-"], input=data, **asked).stdout  # type: ignore[call-overload]
    return html.unescape(data.decode("utf-8", "replace"))


def plain(text: str) -> str:
    """As a person reads it: no-break spaces and soft hyphens are nothing to see, and capitals no matter."""
    return " ".join(text.replace("\u00ad", "").replace("\u202f", " ").replace("\u00a0", " ").lower().split())


def names_of(secret: Secret) -> Iterator[dict[str, UUID | int]]:
    """What addresses of the case may name: each document, copy and request once, with the first of the rest."""
    case = case_of(secret.case_id)
    files = list(session.scalars(select(Document.public_id).where(Document.case_id == case.id).order_by(Document.id)))
    copies = list(session.scalars(select(Copy.public_id).where(Copy.case_id == case.id).order_by(Copy.id)))
    registered = registered_of(secret.case_id)
    for n in range(max(len(files), len(copies), len(secret.names))):
        yield {
            "case_id": secret.case_id,
            "document_id": files[n] if n < len(files) else uuid4(),
            "copy_id": copies[n] if n < len(copies) else uuid4(),
            "registered_id": registered,
            "number": 1,
            **secret.names[n % len(secret.names)],
        }


def addresses(app: Flask, secret: Secret) -> list[str]:
    """Every address about the case, and every list, narrowed to it too."""
    found = []
    with app.app_context():
        known = list(names_of(secret))
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_ASKED:
            continue
        if rule.arguments:
            found += [_built(rule, each) for each in known]
        elif rule.rule.endswith("urval.zip"):
            found.append(f"{rule.rule}?fro=1")
        else:
            found += [rule.rule, f"{rule.rule}?q={secret.number.upper()}", f"{rule.rule}?ar=2026"]
    return sorted(set(found))


def _built(rule: Rule, known: dict[str, UUID | int]) -> str:
    built = rule.build({name: known[name] for name in rule.arguments}, append_unknown=False)
    assert built is not None
    return built[1]


def asked_in_all(world: World) -> list[tuple[Secret, str, str]]:
    """Who is asked for what, in an order that is the same each time and has some of everything in its beginning."""
    every = []
    for secret in world.secrets:
        every += [(secret, username, address) for address in addresses(world.app, secret) for username in USERNAMES]
    return sorted((each for each in every if each[1] not in each[0].may), key=lambda each: zlib.crc32(_key(*each)))


def _key(secret: Secret, username: str, address: str) -> bytes:
    """Ids are new each time: an address is known by its shape."""
    shape = "/".join("*" if len(part) >= 32 else part for part in address.split("?")[0].split("/"))
    return f"{secret.name} {username} {shape}".encode()


def hidden_in(secret: Secret, said: str) -> list[str]:
    """The hidden words that stand in what was said."""
    found = [word for word in secret.words if word in said]
    if secret.name == "a line with its amount":
        found += re.findall(rf"(?<![0-9a-f-])(?:{AMOUNT}|{BARE_AMOUNT})(?![0-9a-f-])", said)  # not within an id or a digest
    return found


def test_no_answer_to_anyone_without_right_says_a_word_of_what_is_secret(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    leaks, shown, statuses = [], 0, Counter[int]()
    for secret, username, address in asked_in_all(world)[:ASKED]:
        answer = world.clients[username].get(address)
        statuses[answer.status_code] += 1
        shown += answer.status_code == 200
        said = plain(f"{address} {answer.headers} {texts_of(answer.get_data())}")
        # Lists tell of other cases too, of which the person may know other secrets.
        leaks += [f"{username} {address}: {word} ({secret.name})" for word in hidden_in(secret, said)]
        answer.close()
    assert not leaks, "\n".join(leaks[:MOST_LEAKS_TOLD])
    assert not [word for secret in world.secrets for word in hidden_in(secret, plain(caplog.text))]
    assert shown > sum(statuses.values()) // 5, statuses  # not all of it was closed doors
    assert not [status for status in statuses if status >= 500]
    measured("secrecy", responses=sum(statuses.values()), shown=shown, leaks=len(leaks))


def test_every_address_is_asked_for_or_says_why_not(world: World) -> None:
    rules = {rule.endpoint: rule for rule in world.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert set(NOT_ASKED) <= set(rules)
    with world.app.app_context():
        known = {name for secret in world.secrets for each in names_of(secret) for name in each}
    unasked = {endpoint for endpoint, rule in rules.items() if rule.arguments - known}
    assert unasked <= set(NOT_ASKED), unasked - set(NOT_ASKED)


def test_those_with_right_do_meet_every_word(world: World) -> None:
    """Else the search above would find nothing for want of anything to find."""
    for secret in world.secrets:
        client = world.clients["registrator"]
        said = plain(texts_of(client.get(f"/askanden/{secret.case_id}").get_data()))
        with world.app.app_context():
            files = [each["document_id"] for each in names_of(secret)]
        said += plain(" ".join(texts_of(client.get(f"/handlingar/{each}").get_data()) for each in files))
        missing = [word for word in secret.words if word not in said]
        assert not missing, (secret.name, missing)


def test_a_search_for_a_secret_word_finds_nothing_for_those_without_right(world: World) -> None:
    for secret in world.secrets:
        username = "tf.kommunchef" if "tf.kommunchef" not in secret.may else "ekonom2"
        assert username not in secret.may
        for word in secret.words:
            for page in ("/askanden", "/diariet", "/beslut", "/sok"):
                answer = world.clients[username].get(f"{page}?q={word}")
                if answer.status_code == 200 and page != "/beslut":  # which has no search
                    assert secret.number not in plain(answer.text), (page, word)


def test_what_left_or_is_read_by_others_holds_no_secret_word(world: World) -> None:
    """Mails, queued work, and what the log and the open index say of what was secret when they were written."""
    with world.app.app_context():
        mails = plain(" ".join(f"{m.subject} {m.body} {m.attachments}" for m in session.scalars(select(Mail))))
        queued = plain(" ".join(str(row.payload) for row in session.scalars(select(OutboxRow))))
        log = plain(" ".join(session.scalars(select(LogBody.json))))
        for secret in world.secrets:
            if secret.name not in ("the whole case", "a line with its amount"):  # there the case itself is not seen
                case = case_of(secret.case_id)
                told = select(SearchEntry).where(SearchEntry.case_id == case.id, SearchEntry.scope != "secret")
                index = plain(" ".join(f"{each.label} {each.text} {each.folded}" for each in session.scalars(told)))
                assert not hidden_in(secret, index), secret.name
    for secret in world.secrets:
        assert not hidden_in(secret, mails + queued), secret.name
        if secret.name != "documents":  # registered before they were marked: the log stands as it was written
            known_before = {"snäckvarp", "lönnefall", "rosthult", BARE_AMOUNT}  # these too
            assert not [word for word in hidden_in(secret, log) if word not in known_before], secret.name


def test_secret_readings_are_shown_to_auditor_and_registrar_alone(world: World) -> None:
    for username in USERNAMES:
        answer = world.clients[username].get("/diariet/last-sekretess")
        assert (answer.status_code == 200) is (username in {"revisor", "registrator"}), username
    secret = world.secrets[1]
    world.clients["revisor"].get(f"/askanden/{secret.case_id}")
    newest = plain(world.clients["registrator"].get("/diariet/last-sekretess").text)
    assert "revisor" in newest.split("<tbody>")[1].split("</tr>")[0] and secret.number in newest
    none = world.clients["registrator"].get("/diariet/last-sekretess?till=2020-01-01").text
    assert "Ingen läsning passar urvalet" in none
    as_csv = world.clients["revisor"].get("/diariet/last-sekretess.csv")
    assert as_csv.status_code == 200 and secret.number.upper().encode() in as_csv.get_data().replace(b"\xc2\xa0", b" ")
