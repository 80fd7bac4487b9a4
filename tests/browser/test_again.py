"""Back, again and twice: nothing is done a second time, and no old page passes for the present one."""

import pytest
from flask import Flask
from playwright.sync_api import Request, expect

from tests.browser.conftest import Visit, Visitor
from tests.browser.test_ways import waiting
from tests.factories.town import Town

CASE = "Medel för trygghetsskapande åtgärder"
BLOCKED = "**/htmx*.js*"


def sent_by(person: Visitor) -> list[str]:
    """The addresses that forms are sent to from now on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url)

    person.page.on("request", note)
    return sent


def decide(chief: Visitor, path: str) -> None:
    """Grant everything."""
    chief.open(path)
    chief.press("Besluta om äskandet", to="Besluta om äskandet")
    chief.password()
    chief.press("Bevilja 1 000 000 kr", to=CASE)


@pytest.mark.parametrize("more", [{}, {"blocked": BLOCKED}, {"script": False}], ids=["boosted", "plain", "without script"])
def test_back_after_a_decision_sends_nothing_again(visit: Visit, app: Flask, town: Town, more: dict[str, object]) -> None:
    path = waiting(app, town)
    chief = visit("kommunchef", **more)
    decide(chief, path)
    sent = sent_by(chief)
    chief.expects(409)
    chief.page.go_back()
    expect(chief.page.get_by_role("button", name="Bevilja 1 000 000 kr")).to_have_count(0)
    chief.page.go_forward()
    chief.arrives(CASE)
    chief.page.reload()
    chief.arrives(CASE)
    assert not sent
    chief.open("/beslut")
    expect(chief.page.locator("main tbody tr")).to_have_count(1)


def test_back_after_signing_out_shows_nothing_of_what_was_open(visit: Visit, app: Flask, town: Town) -> None:
    path = waiting(app, town)
    chief = visit("kommunchef")
    chief.open(path)
    chief.page.locator(".person summary").click()
    chief.page.get_by_role("button", name="Logga ut").click()
    chief.arrives("Logga in")
    chief.page.go_back()
    chief.arrives("Logga in")
    expect(chief.page.get_by_text(CASE)).to_have_count(0)


@pytest.mark.parametrize("more", [{}, {"blocked": BLOCKED}], ids=["boosted", "plain"])
def test_two_presses_decide_once(visit: Visit, app: Flask, town: Town, more: dict[str, object]) -> None:
    path = waiting(app, town)
    chief = visit("kommunchef", **more)
    chief.open(f"{path}/besluta")
    chief.password()
    sent = sent_by(chief)
    chief.page.get_by_role("button", name="Bevilja 1 000 000 kr").dblclick()
    chief.arrives(CASE)
    assert len([address for address in sent if address.endswith("/besluta")]) == 1
    expect(chief.page.locator(".timeline").get_by_text("Beviljade")).to_have_count(1)


def test_a_form_that_was_left_while_it_was_sent_can_be_used_when_one_comes_back(visit: Visit, app: Flask, town: Town) -> None:
    """The browser may keep the page as it was, its buttons held."""
    path = waiting(app, town)
    chief = visit("kommunchef", blocked=BLOCKED)
    chief.open(f"{path}/komplettering")
    chief.fill("Vad behöver kompletteras", "Vad kostar väktarna?")
    button = chief.page.get_by_role("button", name="Begär komplettering")
    button.evaluate("(button) => button.form.dispatchEvent(new SubmitEvent('submit', { bubbles: true, submitter: button }))")
    expect(button).to_be_disabled()
    chief.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(button).to_be_enabled()
