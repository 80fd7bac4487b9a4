"""Where the keyboard and the reader are after a page, a part of a page or an error has come."""

import re

from flask import Flask
from playwright.sync_api import expect

from tests.browser.conftest import Visit, Visitor
from tests.browser.test_ways import begin, waiting
from tests.factories.town import Town

CASE = "Medel för trygghetsskapande åtgärder"


def is_announced(person: Visitor, words: str) -> None:
    """A screen reader is told."""
    told = person.page.locator("[role=status].hidden, [role=status]", has_text=words)
    expect(told.first).to_be_attached()


def test_after_a_link_the_keyboard_is_at_the_heading_and_the_title_is_told(visit: Visit, app: Flask, town: Town) -> None:
    waiting(app, town)
    chief = visit("kommunchef")
    chief.press(CASE, to=CASE)
    expect(chief.page.locator("h1")).to_be_focused()
    is_announced(chief, CASE)
    chief.activate(chief.page.locator("nav.menu a[href='/']"))
    chief.arrives("Att göra")
    expect(chief.page.locator("h1")).to_be_focused()
    is_announced(chief, "Att göra")


def test_after_a_step_back_the_keyboard_is_at_the_heading(visit: Visit, app: Flask, town: Town) -> None:
    waiting(app, town)
    chief = visit("kommunchef")
    chief.press(CASE, to=CASE)
    chief.page.go_back()
    chief.arrives("Att göra")
    expect(chief.page.locator("h1")).to_be_focused()


def refused(chief: Visitor, path: str) -> None:
    """Ask for a completion without saying of what."""
    chief.open(f"{path}/komplettering")
    chief.expects(422)
    chief.page.locator("main form").evaluate("form => { form.noValidate = true; }")
    chief.press("Begär komplettering")
    summary = chief.page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("att rätta")
    field = chief.page.get_by_label("Vad behöver kompletteras")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("Fel: "))
    summary.get_by_role("link").first.click()
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport()


def test_a_refused_form_puts_the_keyboard_at_what_is_wrong(visit: Visit, app: Flask, town: Town) -> None:
    chief, path = visit("kommunchef"), waiting(app, town)
    refused(chief, path)
    assert "/komplettering" in chief.page.url


def test_and_so_it_does_where_the_page_is_loaded_anew(visit: Visit, app: Flask, town: Town) -> None:
    refused(visit("kommunchef", blocked="**/htmx*.js*"), waiting(app, town))


def test_what_is_worked_out_meanwhile_leaves_the_keyboard_where_it_is(visit: Visit, app: Flask, town: Town) -> None:
    path = waiting(app, town)
    chief = visit("kommunchef")
    chief.open(f"{path}/besluta")
    nothing = chief.page.get_by_role("button", name="Inget på raden").first
    with chief.page.expect_response(lambda answer: answer.request.method == "POST"):
        nothing.press("Enter")
    expect(chief.page.locator("#utfall-del")).to_contain_text("Delvis beviljat")
    expect(nothing).to_be_focused()


def test_saving_leaves_the_keyboard_and_the_caret_where_they_are(visit: Visit) -> None:
    asks = visit("sakerhetschef")
    begin(asks)
    field = asks.page.get_by_label("Ärendebeskrivning")
    field.fill("Lamporna är gamla.")
    with asks.page.expect_response(re.compile("/spara$")):
        field.press("Home")
        field.press("A")
    expect(asks.page.locator("[data-saved]")).to_contain_text("Sparat")
    expect(field).to_be_focused()
    assert field.evaluate("field => field.selectionStart") == 1


def test_a_new_line_takes_the_keyboard_with_it(visit: Visit) -> None:
    asks = visit("sakerhetschef")
    begin(asks)
    lines = asks.page.locator("[data-lines] tbody tr")
    before = lines.count()
    last = asks.page.locator("[data-lines] tbody tr [data-amount]").last
    last.focus()
    last.press("Enter")
    expect(lines).to_have_count(before + 1)
    expect(lines.last.locator("input, textarea").first).to_be_focused()


def test_a_notice_that_is_closed_hands_the_keyboard_back(visit: Visit, app: Flask, town: Town) -> None:
    path = waiting(app, town)
    chief = visit("kommunchef")
    chief.open(f"{path}/komplettering")
    chief.fill("Vad behöver kompletteras", "Vad kostar väktarna?")
    chief.press("Begär komplettering", to=CASE)
    chief.page.get_by_role("button", name="Stäng meddelandet").press("Enter")
    expect(chief.page.locator("#notiser .notice")).to_have_count(0)
    expect(chief.page.locator("h1")).to_be_focused()
