"""Signing in, staying in and being let out."""

from flask import Flask

from tests.conftest import PASSWORD, ClientFor


def test_two_browsers_do_not_share_a_person(app: Flask, client_for: ClientFor) -> None:
    inside = client_for("kommunchef")
    outside = app.test_client()

    assert inside.get("/konto").status_code == 200
    answer = outside.get("/konto")
    assert answer.status_code == 303
    assert answer.location == "/logga-in?next=/konto"
