"""Many decisions whose documents wait are made and sealed by one run of the worker, and one that fails stops no other."""

import re
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from portal.db import session
from portal.decisions.models import Decision
from portal.documents import sender
from portal.documents.models import Document, SealedFile
from portal.documents.press import TooLarge
from portal.documents.store import current_store
from tests.conftest import ClientFor
from tests.factories.batch import as_installed, decided
from tests.factories.town import Town

COUNT, FAILS = 12, 6


@pytest.fixture
def _signals() -> Iterator[None]:
    """The command takes over how the process ends; give it back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def waiting(app: Flask, instance: Path, town: Town) -> list[str]:
    """Decisions of which none has its document yet: their numbers."""
    as_installed(instance)
    with app.app_context():
        return decided(town, COUNT)


def run(app: Flask, *arguments: str) -> Result:
    """Run a command as the operator would, elsewhere than on a terminal."""
    result = app.test_cli_runner().invoke(args=list(arguments))
    assert result.exit_code == 0, result.stderr
    return result


def sealed(app: Flask) -> dict[str, bytes]:
    """The sealed file of each decision that has one, by the decision's number."""
    with app.app_context():
        rows = session.execute(
            select(Decision.number, SealedFile.sha256)
            .join(Document, Document.source_id == Decision.public_id)
            .join(SealedFile, SealedFile.document_id == Document.id)
        ).all()
        return {number: current_store().read(sha256) for number, sha256 in rows}


@pytest.mark.usefixtures("_signals")
def test_every_decision_gets_its_sealed_document_and_the_one_that_fails_is_told_and_made_later(
    app: Flask, waiting: list[str], client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    registrar, administrator = client_for("registrator"), client_for("admin")
    assert f"{2 * COUNT} väntar, den äldsta sedan" in registrar.get("/filer").text
    printed = sender.printed

    def fails_for_one(kind: str, data: Mapping[str, object]) -> bytes:
        if kind == "decision" and waiting[FAILS] in str(data):
            raise TooLarge
        return printed(kind, data)

    with monkeypatch.context() as failing:
        failing.setattr(sender, "printed", fails_for_one)
        said = run(app, "worker", "--once").stdout
    assert re.fullmatch(r"\d+ klara på .+\. 1 gick inte och försöks igen: se Filer i portalen\.\n", said), said
    files = sealed(app)
    assert sorted(files) == sorted(set(waiting) - {waiting[FAILS]})
    assert all(data.startswith(b"%PDF-1.7") and data.count(b"/ByteRange") == 1 for data in files.values())

    page, other = registrar.get("/filer").text, administrator.get("/filer").text
    assert "1 väntar, sedan" in page and f"Beslut {waiting[FAILS]}" in page and "Handlingen är för stor för att göras." in page
    assert "Handlingen är för stor för att göras." in other
    assert "Ett ärende som du inte läser" in other and waiting[FAILS] not in other
    assert 'data-hx-trigger="every 5s"' in page

    assert run(app, "documents", "make").stdout == "1 handling görs: 0 nya i kön, 1 som väntade på ett nytt försök.\n"
    assert re.fullmatch(r"1 klara på .+\.\n", run(app, "worker", "--once").stdout)
    assert sorted(sealed(app)) == sorted(waiting)
    assert run(app, "documents", "make").stdout == "Inget gällande beslut saknar sin handling, eller så görs den nu.\n"
    page = registrar.get("/filer", headers={"HX-Request": "true", "HX-Request-Type": "partial"}).text
    assert page.startswith("<section") and "Inga väntar" in page and "every 5s" not in page
