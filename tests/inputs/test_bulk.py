"""Bad input in bulk through every part of a request, as everyone: never a fault of ours, never a change, never an echo."""

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings

from tests.inputs import nasty
from tests.inputs.asking import CHOICES, encoded, requests
from tests.inputs.conftest import EVERYONE, USERNAMES
from tests.inputs.files import HOSTILE, Hostile
from tests.inputs.holds import problems
from tests.inputs.stage import Answer, Asked, Stage, multipart
from tests.scale import SOAK, times

# Drawn requests for each person. A smaller number in INPUTS makes a soak that fits into less time.
EACH = int(os.environ.get("INPUTS", times(60, 7_500)))
# Its only field is the token, and whoever sends it is no longer there to send the next.
WITHOUT_FIELDS = {"people.log_out"}
everyone = pytest.mark.parametrize("username", EVERYONE, ids=[name or "anonymous" for name in EVERYONE])


def holds(stage: Stage, username: str, asked: Asked) -> Answer:
    """Send it, and hold the answer to everything that is to be so of every answer."""
    answer = stage.send(username, asked)
    found = problems(stage, asked, answer)
    assert not found, f"{username or 'anonymous'} {asked.method} {asked.path}?{asked.query}: {found}"
    return answer


def test_every_form_of_the_portal_is_filled_in_by_somebody(stage: Stage) -> None:
    posted = {rule.endpoint for rule in stage.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posted - set(stage.found.forms) == WITHOUT_FIELDS


@everyone
def test_whatever_is_sent_nothing_breaks_changes_or_is_echoed(stage: Stage, username: str) -> None:
    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        derandomize=not SOAK,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(asked=requests(stage.app, stage.found, username))
    def each(asked: Asked) -> None:
        holds(stage, username, asked)

    each()


def test_every_address_takes_every_method_without_a_fault(stage: Stage) -> None:
    rules = sorted(stage.app.url_map.iter_rules(), key=lambda rule: rule.rule)
    for number, rule in enumerate(rules):
        address = next(iter(stage.found.addresses.get(rule.endpoint, ())), "/askanden/x")
        for turn, method in enumerate(nasty.METHODS[number % times(3, 1) :: times(3, 1)]):
            holds(stage, USERNAMES[(number + turn) % len(USERNAMES)], Asked(method, address.partition("?")[0], body=b"a=1"))


def test_every_list_takes_everything_in_its_address(stage: Stage) -> None:
    lists = (
        "/askanden",
        "/diariet",
        "/sok",
        "/beslut",
        "/arkiv",
        "/kopior",
        "/utkorg",
        "/administration",
        "/omfordelningar",
        "/logga-in",
    )
    values = (*nasty.TEXT, *nasty.NUMBERS, *nasty.DATES, *nasty.YEARS, *nasty.IDS, *nasty.CURSORS)
    for number, value in enumerate(values):
        for turn, where in enumerate(lists[number % times(9, 1) :: times(9, 1)]):
            names = nasty.QUERY_NAMES[turn % 3 :: times(6, 2)]
            who = {"/kopior": "kommunledning", "/administration": "admin"}.get(where, "registrator")
            holds(stage, who, Asked("GET", where, "&".join(f"{encoded(name)}={encoded(value)[:8_000]}" for name in names)))


@pytest.mark.parametrize("length", [31 * 2**20, 2**21 + 5])
def test_a_body_that_is_too_large_is_turned_away_in_one_sentence(stage: Stage, length: int) -> None:
    for where in ("/askanden/las-in", "/askanden/ny"):
        for chunked in (False, True):
            asked = Asked(
                "POST", where, body=b"text=" + b"x" * length, content_type="application/x-www-form-urlencoded", chunked=chunked
            )
            assert holds(stage, "sakerhetschef", asked).status == (411 if chunked else 413), (where, length)


@pytest.mark.parametrize("hostile", HOSTILE, ids=[each.label for each in HOSTILE])
def test_a_hostile_file_is_judged_right_and_breaks_nothing(stage: Stage, hostile: Hostile) -> None:
    for form in stage.found.forms["funding_requests.save"][:1]:
        sent = [(name, value) for name, value in form.fields if name not in ("csrf_token", "classified")]
        body, kind = multipart([*sent, ("attach", "1"), ("classified", "nej")], [("files", hostile.filename, hostile.data())])
        answer = holds(stage, form.username, Asked("POST", form.action, body=body, content_type=kind))
        assert (answer.status == 303) is hostile.attached, answer.body.decode()
    for form in stage.found.forms["funding_requests.take_in"][:1]:
        sent = [(name, value) for name, value in form.fields if name not in ("csrf_token", "text", "classified")]
        sent += [("classified", "nej")]
        body, kind = multipart(sent, [("file", hostile.filename, hostile.data())])
        answer = holds(stage, form.username, Asked("POST", form.action, body=body, content_type=kind))
        assert answer.status in (303, 422)


# The harness bites: each of these faults, planted in the application, is found.


@pytest.fixture
def planted(stage: Stage) -> Iterator[Flask]:
    """The application with room for a planted view; everything as before afterwards."""
    views = stage.app.view_functions
    kept = dict(views)
    yield stage.app
    views.clear()
    views.update(kept)
    stage.faults = 0


def _plant(app: Flask, answer: object) -> None:
    from portal.web.gate import public

    def view() -> Any:
        return answer() if callable(answer) else answer

    app.view_functions["standing.help_page"] = public(view)


def test_a_fault_of_ours_is_seen_as_500(stage: Stage, planted: Flask) -> None:
    _plant(planted, lambda: 1 // 0)
    asked = Asked("GET", "/hjalp")
    found = problems(stage, asked, stage.send("", asked))
    assert "status 500" in found
    assert any("ZeroDivisionError" in line for line in found), "and what was logged with it"


def test_an_echo_a_redirect_away_and_an_injected_header_are_seen(stage: Stage, planted: Flask) -> None:
    asked = Asked("GET", "/hjalp")
    for answer, what in (
        ((nasty.CANARY, 200), "unescaped"),
        (("", 303, {"Location": "//example.org"}), "redirect away"),
        (("", 200, {"X-Canary": "1"}), "header injected"),
        (("Bad Request", 400), "no sentence"),
    ):
        _plant(planted, answer)
        assert any(what in line for line in problems(stage, asked, stage.send("", asked))), what


def test_a_change_by_reading_and_a_loss_of_what_was_typed_are_seen(stage: Stage, planted: Flask) -> None:
    def rename() -> str:
        from portal.db import db

        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE unit SET name = name || '!'")
        return ""

    _plant(planted, rename)
    asked = Asked("GET", "/hjalp")
    assert any("changed: unit" in line for line in problems(stage, asked, stage.send("", asked)))
    assert stage.differences() == {}, "and set back"
    _plant(planted, ("Rätta det.", 422))
    asked = Asked("GET", "/hjalp", kept=("Så skrev jag.",))
    assert any("lost what was typed" in line for line in problems(stage, asked, stage.send("", asked)))


def test_what_is_saved_while_typing_may_leave_out_the_form_but_not_draw_it_empty(stage: Stage) -> None:
    html = (("Content-Type", "text/html"),)
    asked = Asked("POST", "/askanden/x/spara", headers=(("HX-Request", "true"),), kept=("Så skrev jag.",))
    assert problems(stage, asked, Answer(422, html, "<p>Utkastet är inte sparat.</p>".encode())) == []
    assert problems(stage, asked, Answer(422, html, "<form></form><p>Utkastet är inte sparat.</p>".encode())) != []
    assert problems(stage, replace(asked, headers=()), Answer(422, html, "<p>Utkastet är inte sparat.</p>".encode())) != []


def test_every_kind_of_request_is_drawn() -> None:
    assert set(CHOICES) == {"form", "address", "body", "wild"}
