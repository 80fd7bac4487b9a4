"""The frame's headers, the page-or-fragment answer, and the parts every page is built of."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, flash, render_template_string
from flask.testing import FlaskClient
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, DictLoader

from portal.web import assets, filters, headers
from portal.web.pages import render

PORTAL = Path(__file__).parents[2] / "portal"
OWN = {
    "page.html": '{% extends "layout.html" %}{% block title %}Att göra{% endblock %}'
    '{% block main %}<h1 tabindex="-1">Att göra</h1>{% include "part.html" %}{% endblock %}',
    "part.html": "<p>delen</p>",
}


@pytest.fixture
def app() -> Iterator[Flask]:
    app = Flask("portal", root_path=str(PORTAL))
    app.config.update(SECRET_KEY="x", TESTING=True)
    CSRFProtect(app)
    for part in (filters, headers, assets):
        part.register(app)
    assert app.jinja_loader is not None
    app.jinja_loader = ChoiceLoader([DictLoader(OWN), app.jinja_loader])
    app.context_processor(lambda: {"municipality": "Åkersbro kommun", "demo": True, "nav": [], "me": None})

    @app.get("/")
    def page() -> object:
        return render("page.html", fragment="part.html")

    @app.get("/meddelande")
    def message() -> object:
        flash("Äskandet är <inskickat>.", "go")
        return render("page.html")

    yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_page_begins_its_title_with_the_heading_and_says_test_in_a_demo(client: FlaskClient) -> None:
    body = client.get("/").text
    assert "<title>Att göra – Äskandeportalen</title>" in body
    assert "<b>TEST</b>" in body
    assert '<html lang="sv">' in body


def test_script_gets_the_part_alone(client: FlaskClient) -> None:
    assert client.get("/", headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text == "<p>delen</p>"


@pytest.mark.parametrize("extra", [{"HX-Request-Type": "full"}, {"HX-Boosted": "true"}, {"HX-History-Restore-Request": "true"}])
def test_boosted_and_restored_pages_are_whole(client: FlaskClient, extra: dict[str, str]) -> None:
    assert "<title>" in client.get("/", headers={"HX-Request": "true", **extra}).text


def test_answers_and_errors_are_kept_by_nobody_and_differ_for_the_script(client: FlaskClient) -> None:
    for path, status in (("/", 200), ("/finns-inte", 404)):
        answer = client.get(path)
        assert answer.status_code == status
        assert answer.headers["Cache-Control"] == "no-store"
        assert "HX-Request" in answer.headers["Vary"]


def test_static_file_may_be_kept_and_changes_address_with_its_content(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = assets.asset("portal.css")
    assert "?v=" in address
    assert address in client.get("/").text
    with client.get(address) as answer:
        assert answer.headers.get("Cache-Control") != "no-store"


def test_message_is_shown_once_and_never_as_markup(client: FlaskClient) -> None:
    assert "Äskandet är &lt;inskickat&gt;." in client.get("/meddelande").text
    assert "inskickat" not in client.get("/").text


def ui(app: Flask, source: str, **context: object) -> str:
    with app.test_request_context():
        return render_template_string('{% import "ui/all.html" as ui %}' + source, **context)


def test_field_keeps_what_was_typed_and_names_its_problem(app: Flask) -> None:
    html = ui(app, '{{ ui.field("title", "Rubrik", typed, hint="Syns.", error="Skriv en rubrik.") }}', typed='"><b>')
    assert 'value="&#34;&gt;&lt;b&gt;"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="title-hint title-fel"' in html
    assert 'id="title-fel"' in html


def test_typed_text_keeps_its_first_line_break(app: Flask) -> None:
    # A browser drops the first line break after <textarea>.
    assert ">\n\nrad</textarea>" in ui(app, '{{ ui.field("t", "Text", "\\nrad", kind="textarea") }}')


def test_password_is_never_sent_back(app: Flask) -> None:
    assert "hemlig" not in ui(app, '{{ ui.field("p", "Lösenord", "hemlig", kind="password") }}')


def test_error_summary_links_to_the_fields_and_counts_them(app: Flask) -> None:
    html = ui(app, "{{ ui.error_summary(problems) }}", problems={"title": "Skriv en rubrik.", "": "Summan skiljer sig."})
    assert "Två saker att rätta" in html
    assert '<a href="#title">Skriv en rubrik.</a>' in html
    assert "<li>Summan skiljer sig.</li>" in html
    assert ui(app, "{{ ui.error_summary({}) }}") == ""


def test_money_bar_says_in_words_what_it_shows(app: Flask) -> None:
    html = ui(app, "{{ ui.money_bar(1250000, 250000, 900000) }}")
    assert "återstår 100\u00a0000\u00a0kr" in html
    assert 'width="20.0%"' in html


def test_waterfall_ends_where_the_money_does_and_has_its_table(app: Flask) -> None:
    rows = [
        {"label": "Avsatt", "amount": 1_000_000, "kind": "level"},
        {"label": "Beviljat", "amount": -400_000, "kind": "change"},
        {"label": "Kvar att fördela", "amount": 0, "kind": "total"},
        {"label": "Äskat, ej beslutat", "amount": 2_000_000, "kind": "asked"},
    ]
    html = ui(app, '{{ ui.chart_waterfall("w", "Pengarna", rows) }}', rows=rows)
    assert 'class="spent" x="30.0%" y="82" width="20.0%"' in html
    assert '<th scope="row">Kvar att fördela</th><td class="amount">600\u00a0000\u00a0kr</td>' in html


def test_status_shown_with_its_own_icon_and_word(app: Flask) -> None:
    html = ui(app, '{{ ui.status("Överlämnat till kommunstyrelsen") }}')
    assert 'class="tag info"' in html
    assert "<svg" in html
    assert "Överlämnat till kommunstyrelsen" in html


def test_a_page_that_only_refuses_leads_back() -> None:
    """Where the refusal takes the place of the whole form, a hurried reader has nothing else to press."""
    pages = sorted((PORTAL / "templates").rglob("*.html"))
    alone = re.compile(r"ui\.refused\((?:(?!url_for)[^}])*\}\}\{% else %\}")
    own_page = [page for page in pages if page.name != "order.html"]  # where the edition itself stands above
    assert [page.name for page in own_page if alone.search(page.read_text(encoding="utf-8"))] == []
