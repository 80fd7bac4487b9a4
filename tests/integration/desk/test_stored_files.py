"""*Filer*: what is in quarantine or damaged, told to the registrar and to the administrator as far as each may see."""

import pytest
from flask import Flask

from portal import clock
from portal.db import session, transaction
from portal.documents import scans
from portal.documents.models import FileDamage
from portal.documents.store import current_store
from portal.funding_requests import attachments
from portal.funding_requests import operations as requests
from tests.conftest import ClientFor
from tests.factories.funding_requests import a_draft, a_full_draft
from tests.factories.town import Town


@pytest.fixture
def harmed(app: Flask, town: Town) -> Flask:
    """A submitted request, one under a secrecy mark and a draft: each with a file in quarantine; and one file lost."""
    with app.app_context():
        by = town.actor("sakerhetschef")
        for name, secrecy in (("oppen", "nej"), ("hemlig", "ja"), ("utkast", "nej")):
            case = a_draft(town, **a_full_draft(town, secrecy=secrecy))
            kept = attachments.keep(current_store(), f"Text {name}".encode(), f"{name}.txt")
            with transaction():
                requests.add_attachment(case_id=case.public_id, kept=kept, by=by)
            if name != "utkast":
                with transaction():
                    requests.submit(case_id=case.public_id, by=by, seen_version=None)
            with transaction():
                scans._keep(kept.sha256, f"Portal.{name.capitalize()}", "prov")
        lost = attachments.keep(current_store(), b"borta", "borta.txt")
        with transaction():
            requests.add_attachment(case_id=case.public_id, kept=lost, by=by)
            session.add(FileDamage(sha256=lost.sha256, found_at=clock.now()))
    return app


def test_the_registrar_sees_which_files_and_no_name_of_a_secret_case(harmed: Flask, client_for: ClientFor) -> None:
    client = client_for("registrator")
    page = client.get("/filer").text
    assert all(f"Portal.{name}" in page for name in ("Oppen", "Hemlig", "Utkast"))
    assert ("oppen.txt" in page, "hemlig.txt" in page, "utkast.txt" in page) == (True, False, False)
    todo = client.get("/").text
    assert "Filer i karantän" in todo and "Skadade filer" in todo


def test_the_administrator_sees_that_there_are_such_files_and_no_case(harmed: Flask, client_for: ClientFor) -> None:
    client = client_for("admin")
    page = client.get("/filer").text
    assert (page.count("Portal."), page.count("Ett ärende som du inte läser")) == (3, 4)
    assert not any(name in page for name in ("oppen.txt", "hemlig.txt", "utkast.txt", "KS 2026"))
    assert "Filer i karantän" in client.get("/").text


def test_a_file_in_quarantine_that_was_taken_back_is_no_longer_counted(app: Flask, town: Town, client_for: ClientFor) -> None:
    with app.app_context():
        by = town.actor("sakerhetschef")
        case = a_draft(town)
        kept = attachments.keep(current_store(), b"Text", "a.txt")
        with transaction():
            requests.add_attachment(case_id=case.public_id, kept=kept, by=by)
        with transaction():
            scans._keep(kept.sha256, "Portal.Test", "prov")
        with transaction():
            requests.remove_attachment(case_id=case.public_id, document_id=attachments.listed(case)[0].public_id, by=by)
    client = client_for("registrator")
    assert "Ingen fil är i karantän" in client.get("/filer").text
    assert "Filer i karantän" not in client.get("/").text
