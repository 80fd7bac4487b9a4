"""A session that ends under an open page: sign in on the spot, and what was typed is still there."""

from datetime import timedelta

from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import update

from portal import clock
from portal.db import session, transaction
from portal.people.models import UserSession
from tests.browser.conftest import Visit
from tests.browser.jury import complaints
from tests.conftest import PASSWORD


def end_all_sessions(app: Flask) -> None:
    """As if the person had been away for an hour."""
    with app.app_context(), transaction():
        session.execute(update(UserSession).values(last_seen_at=clock.now() - timedelta(hours=1)))


def test_what_was_typed_survives_a_session_that_ended(visit: Visit, app: Flask) -> None:
    admin = visit("admin")
    admin.open("/administration/enheter")
    admin.expects(401, 422)
    page = admin.page
    page.get_by_label("Namn").fill("Enheten som inte fick försvinna")

    end_all_sessions(app)
    page.get_by_role("button", name="Lägg till enheten").click()
    dialog = page.get_by_role("dialog", name="Logga in igen")
    expect(dialog).to_be_visible()
    expect(page.locator("#name")).to_have_value("Enheten som inte fick försvinna")
    assert not complaints(page, "the dialog to sign in again with")

    dialog.get_by_label("Användarnamn").fill("admin")
    dialog.get_by_label("Lösenord").fill("fel lösenord")
    dialog.get_by_role("button", name="Logga in").click()
    expect(dialog.get_by_role("alert")).to_contain_text("stämmer inte")
    dialog.get_by_label("Användarnamn").fill("admin")
    dialog.get_by_label("Lösenord").fill(PASSWORD)
    dialog.get_by_role("button", name="Logga in").click()
    expect(page.locator("#notiser")).to_contain_text("Du är inloggad igen")

    page.get_by_role("button", name="Lägg till enheten").click()
    expect(page.locator("#notiser")).to_contain_text("Enheten som inte fick försvinna är tillagd")
