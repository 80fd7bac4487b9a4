"""*Filer* follows what the worker does by itself, leaves the focus where it is, and stops when nothing waits."""

from collections.abc import Mapping
from threading import Event

import pytest
from flask import Flask
from playwright.sync_api import expect

from portal.db import transaction
from portal.decisions.deciding import document_key
from portal.documents import sender
from portal.documents.press import TooLarge
from portal.outbox import operations as outbox
from tests.browser.conftest import Visit
from tests.factories.decisions import a_decision
from tests.factories.town import Town


def test_what_waits_is_followed_without_a_press(visit: Visit, app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    printed, mended = sender.printed, Event()

    def fails_at_first(kind: str, data: Mapping[str, object]) -> bytes:
        if kind == "decision" and not mended.is_set():
            raise TooLarge
        return printed(kind, data)

    monkeypatch.setattr(sender, "printed", fails_at_first)
    registrar = visit("registrator")
    registrar.open("/filer")
    with app.app_context():
        decision = a_decision(town)[1]
        number, key = decision.number, document_key(str(decision.public_id))
    page = registrar.page
    page.reload()
    row = page.get_by_role("row", name=f"Beslut {number}")
    expect(row).to_contain_text("för stor")
    row.get_by_role("link").focus()
    with page.expect_response(lambda answer: answer.url.endswith("/filer")):
        pass  # asked by itself
    expect(row.get_by_role("link")).to_be_focused()
    mended.set()
    with app.app_context(), transaction():
        outbox.retry(key)
    expect(page.locator("#vantar")).to_contain_text("Inga väntar")
    expect(page.locator("#vantar table")).to_have_count(0)
    expect(page.locator("#vantar[data-hx-trigger]")).to_have_count(0)
