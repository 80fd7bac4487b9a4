"""Every page that a person of the demo can reach by following links, seen with a full year behind it."""

import csv
import io
import re
from typing import Any

import pypdfium2
import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from portal.db import session
from portal.decisions.models import Decision
from portal.demo.town import PASSWORD, USERNAMES
from portal.documents.models import Document
from portal.funding_requests.models import FundingRequest
from portal.money import format_kronor
from portal.register.models import Case
from tests.integration.demo.conftest import TODAY, Made

STARTS = ("/", "/konto", "/hjalp", "/personuppgifter", "/tillganglighet")
_HREF = re.compile(r'href="(/(?!static/)[^"#]*)"')
MOST = 600


def signed_in(made: Made, username: str) -> FlaskClient:
    made.app.config["WTF_CSRF_ENABLED"] = False
    client = made.app.test_client()
    assert client.post("/logga-in", data={"username": username, "password": PASSWORD}).status_code == 303
    return client


@pytest.mark.parametrize("made", [TODAY], indirect=True)
@pytest.mark.parametrize("username", USERNAMES)
def test_no_link_leads_astray(made: Made, username: str) -> None:
    client = signed_in(made, username)
    waiting, seen, astray = list(STARTS), set(STARTS), []
    while waiting:
        path = waiting.pop()
        answer = client.get(path)
        if answer.status_code != 200:
            astray.append((path, answer.status_code))
        elif answer.mimetype == "text/html":
            found = {link.replace("&amp;", "&") for link in _HREF.findall(answer.get_data(as_text=True))}
            waiting += sorted(found - seen)
            seen |= found
    assert not astray
    assert len(STARTS) < len(seen) < MOST


# Asked, granted and used: the same wherever they are shown


def words(node: Any) -> str:
    """The text of a part of a page, with plain spaces."""
    return " ".join(node.text_content().split())


def kronor(shown: str) -> int | None:
    """An amount as it is shown; None for words in its place."""
    found = re.fullmatch(r"([−+]?) ?(\d{1,3}(?: \d{3})*) kr", shown)
    return int(found[2].replace(" ", "")) * (-1 if found[1] == "−" else 1) if found else None


def wrong_sums(page: str) -> list[str]:
    """Every foot of a table that is not the sum of its column."""
    wrong = []
    for table in html.fromstring(page).xpath("//table[tfoot]"):
        for foot in table.xpath("./tfoot/tr[1]/td[@data-label]"):
            label, total = foot.get("data-label"), kronor(words(foot))
            cells = [
                kronor(words(cell))
                for cell in table.xpath("./tbody/tr[not(@class='replaced')]/td[@data-label=$label]", label=label)
            ]
            if words(foot) == "–" and not any(cells):
                continue  # not reported yet
            if total is None or sum(cell or 0 for cell in cells) != total:
                wrong.append(f"{words(table.xpath('./caption')[0])}, {label}: {cells} and {words(foot)}")
    return wrong


def figures(page: str) -> dict[str, int | None]:
    """What stands at the top of a case."""
    return {
        words(each.find("dt")): kronor(words(each.find("dd")))
        for each in html.fromstring(page).xpath("//dl[@class='figures']/div")
    }


def pdf_text(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        text = " ".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.split())


def cases_of(made: Made) -> list[tuple[Any, ...]]:
    """Every submitted case of the demo that an auditor reads, with its three amounts."""
    columns = (Case.public_id, Case.number, FundingRequest.requested, FundingRequest.granted, FundingRequest.used)
    with made.app.app_context():
        submitted = select(*columns).join(FundingRequest, FundingRequest.case_id == Case.id).where(Case.number.is_not(None))
        return [tuple(row) for row in session.execute(submitted)]


@pytest.mark.parametrize("made", [TODAY], indirect=True)
def test_every_sum_on_every_page_of_every_case_is_the_sum_of_its_rows(made: Made) -> None:
    client, wrong = signed_in(made, "revisor"), []
    found = cases_of(made)
    for public_id, number, *amounts in found:
        page = client.get(f"/askanden/{public_id}").text
        shown = figures(page)
        if [shown[name] for name in ("Äskat", "Beviljat", "Utfall")] != amounts:
            wrong.append(f"{number}: {shown}, not {amounts}")
        wrong += [f"{number}: {each}" for each in wrong_sums(page)]
    for path in ("/askanden", "/beslut", "/avsatta-medel"):
        wrong += wrong_sums(client.get(path).text)
    assert not wrong, "\n".join(wrong)
    assert len(found) > 15 and sum(used is not None for *_rest, used in found) > 2


@pytest.mark.parametrize("made", [TODAY], indirect=True)
def test_every_document_and_file_says_the_same_amounts_as_the_case(made: Made) -> None:
    client, wrong, read = signed_in(made, "revisor"), [], 0
    listed = client.get("/askanden.csv").get_data().decode("utf-8-sig")
    rows = {row["Ärende"]: row for row in csv.DictReader(io.StringIO(listed, newline=""), delimiter=";")}
    for public_id, number, *amounts in cases_of(made):
        row = rows[number]
        if [row[name] for name in ("Äskat", "Beviljat", "Utfall")] != ["" if each is None else str(each) for each in amounts]:
            wrong.append(f"{number}: the file says {row}, not {amounts}")
        with made.app.app_context():
            documents = session.execute(
                select(Document.public_id, Document.kind, Decision.requested, Decision.granted)
                .join(Case, Case.id == Document.case_id)
                .join(Decision, Decision.public_id == Document.source_id)
                .where(Case.public_id == public_id, Document.kind == "decision", Document.mime == "application/pdf")
            ).all()
        for document, _kind, requested, granted in documents:
            text = pdf_text(client.get(f"/handlingar/{document}").get_data())
            read += 1
            for amount in (requested, granted):
                if amount and format_kronor(amount).replace("\u00a0", " ") not in text:
                    wrong.append(f"{number}: no {amount} in the decision")
    assert not wrong, "\n".join(wrong)
    assert read > 8
