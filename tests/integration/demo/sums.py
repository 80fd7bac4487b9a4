"""Asked, granted and used of every case of the demo, read from each place that shows them and held to what is kept.

Each function answers with what is wrong, one sentence per difference; nothing is right.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import openpyxl
import pypdfium2
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import select

from portal.accounting.models import FinalReport, FinalReportLine
from portal.db import session
from portal.decisions.models import Decision, DecisionLine
from portal.documents.models import Document
from portal.funding_requests.models import BudgetLine, FundingRequest, RequestVersion
from portal.funds.models import Fund
from portal.money import format_kronor
from portal.register.models import Case
from tests.integration.demo.conftest import Made

AMOUNTS = ("Äskat", "Beviljat", "Utfall")
Three = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Kept:
    """A submitted case as it is kept: asked, granted and used in all, and by the name of each decided line."""

    id: UUID
    number: str
    amounts: Three
    lines: dict[str, Three]
    asked_lines: dict[str, int | None]


def kept(made: Made) -> list[Kept]:
    """Every submitted case, by its own rows and no page's query."""
    with made.app.app_context():
        columns = (Case.id, Case.public_id, Case.number, FundingRequest.requested, FundingRequest.granted, FundingRequest.used)
        rows = session.execute(
            select(*columns).join(FundingRequest, FundingRequest.case_id == Case.id).where(Case.number.is_not(None))
        ).all()
        return [Kept(row[1], row[2] or "", (row[3], row[4], row[5]), _decided(row[0]), _asked(row[0])) for row in rows]


def _decided(case_id: int) -> dict[str, Three]:
    used = (
        select(FinalReportLine.decision_line_id, FinalReportLine.used)
        .join(FinalReport, FinalReport.id == FinalReportLine.report_id)
        .where(FinalReport.case_id == case_id, FinalReport.state == "accepted")
        .subquery()
    )
    rows = session.execute(
        select(DecisionLine.label, DecisionLine.requested, DecisionLine.granted, used.c.used)
        .join(Decision, Decision.id == DecisionLine.decision_id)
        .outerjoin(used, used.c.decision_line_id == DecisionLine.id)
        .where(Decision.case_id == case_id, Decision.replaced_at.is_(None))
    )
    return {label: (asked, granted, spent) for label, asked, granted, spent in rows}


def _asked(case_id: int) -> dict[str, int | None]:
    rows = session.execute(
        select(BudgetLine.label, BudgetLine.amount)
        .join(RequestVersion, RequestVersion.id == BudgetLine.version_id)
        .join(FundingRequest, FundingRequest.id == RequestVersion.funding_request_id)
        .where(FundingRequest.case_id == case_id, RequestVersion.number == FundingRequest.latest_version)
    )
    return {row.label: row.amount for row in rows}


def words(node: Any) -> str:
    """The text of a part of a page, with plain spaces."""
    return " ".join(node.text_content().split())


def kronor(shown: str) -> int | None:
    """An amount as it is shown; None for words in its place."""
    found = re.fullmatch(r"([−+]?) ?(\d{1,3}(?: \d{3})*) kr", shown)
    return int(found[2].replace(" ", "")) * (-1 if found[1] == "−" else 1) if found else None


def wrong_feet(page: str) -> Iterator[str]:
    """Every foot of a table that is not the sum of its column."""
    for table in html.fromstring(page).xpath("//table[tfoot]"):
        for foot in table.xpath("./tfoot/tr[1]/td[@data-label]"):
            label, total = foot.get("data-label"), kronor(words(foot))
            rows = table.xpath("./tbody/tr[not(@class='replaced')]/td[@data-label=$label]", label=label)
            cells = [kronor(words(cell)) for cell in rows]
            if words(foot) == "–" and not any(cells):
                continue  # not reported yet
            if total is None or sum(cell or 0 for cell in cells) != total:
                yield f"{words(table.xpath('./caption')[0])}, {label}: {cells} and {words(foot)}"


def wrong_lines(page: str, case: Kept) -> Iterator[str]:
    """Every line whose amount under one of the three names is not the one kept; decisions since replaced left out."""
    expected = {label: dict(zip(AMOUNTS, three, strict=True)) for label, three in case.lines.items()}
    for cell in html.fromstring(page).xpath("//table[not(ancestor::details)]/tbody/tr/td[@data-label]"):
        name, heads = cell.get("data-label"), cell.xpath("../th")
        label = " ".join("".join(heads[0].xpath("./text()")).split()) if heads else ""
        if name == "Belopp" and heads and words(cell.xpath("ancestor::table/caption")[0]) == "Kostnader":
            if kronor(words(cell)) != case.asked_lines.get(label):
                yield f"{label}: {words(cell)} asked, not {case.asked_lines.get(label)}"
        elif name in AMOUNTS and label in expected and kronor(words(cell)) != expected[label][name]:
            table = words(cell.xpath("ancestor::table/caption")[0])
            if (table, name) != ("Slutredovisning per rad", "Utfall"):  # a report that was returned stands there too
                yield f"{table}, {label}, {name}: {words(cell)}, not {expected[label][name]}"


def wrong_on_pages(made: Made, client: FlaskClient) -> Iterator[str]:
    """The case's own figures, its lines and the feet of every table; and the feet of the lists."""
    for case in kept(made):
        page = client.get(f"/askanden/{case.id}").text
        figures = html.fromstring(page).xpath("//dl[@class='figures']/div")
        shown = {words(each.find("dt")): kronor(words(each.find("dd"))) for each in figures}
        if tuple(shown[name] for name in AMOUNTS) != case.amounts:
            yield f"{case.number}: {shown}, not {case.amounts}"
        yield from (f"{case.number}: {each}" for each in (*wrong_feet(page), *wrong_lines(page, case)))
    for path in ("/askanden", "/beslut", "/avsatta-medel"):
        yield from wrong_feet(client.get(path).text)


def _pdf(data: bytes) -> str:
    with pypdfium2.PdfDocument(data) as document:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())


def wrong_in_documents(made: Made, client: FlaskClient) -> Iterator[str]:
    """Every submission and decision as a PDF: what does not stand there of its lines and of the whole."""
    with made.app.app_context():
        decisions = {
            each.public_id: [each.requested, each.granted, *(n for line in each.lines for n in (line.requested, line.granted))]
            for each in session.scalars(select(Decision))
        }
        versions = {
            public_id: list(session.scalars(select(BudgetLine.amount).where(BudgetLine.version_id == version_id)))
            for version_id, public_id in session.execute(select(RequestVersion.id, RequestVersion.public_id))
        }
        documents = session.execute(
            select(Document.public_id, Document.title, Document.source_id).where(
                Document.kind.in_(("decision", "submission")), Document.mime == "application/pdf"
            )
        ).all()
    expected = decisions | {key: [*amounts, sum(n or 0 for n in amounts)] for key, amounts in versions.items()}
    if len(documents) < len(expected):
        yield f"{len(documents)} documents of {len(expected)} versions and decisions"
    for document, title, source in documents:
        assert source is not None, title
        text = _pdf(client.get(f"/handlingar/{document}").get_data())
        for amount in expected[source]:
            if amount and format_kronor(amount).replace("\u00a0", " ") not in text:
                yield f"{title}: {amount} does not stand there"


def _csv(client: FlaskClient, path: str) -> list[dict[str, str]]:
    text = client.get(f"{path}.csv").get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def _xlsx(client: FlaskClient, path: str) -> list[dict[str, str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{path}.xlsx").get_data())).active
    assert sheet is not None
    heads, *rows = sheet.iter_rows(values_only=True)
    return [{str(head): "" if cell is None else str(cell) for head, cell in zip(heads, row, strict=True)} for row in rows]


def wrong_in_files(made: Made, client: FlaskClient) -> Iterator[str]:
    """The lists of requests and of decisions, as CSV and as Excel: a row's three amounts, against what is kept."""
    cases = {case.number: case.amounts for case in kept(made)}
    with made.app.app_context():
        rows = session.execute(select(Decision.number, Decision.requested, Decision.granted)).all()
    decided: dict[str, Three] = {number: (asked, granted, None) for number, asked, granted in rows}
    for path, key, expected, names in (
        ("/askanden", "Ärende", cases, AMOUNTS),
        ("/beslut", "Beslut", decided, AMOUNTS[:2]),
    ):
        for read in (_csv, _xlsx):
            found = {row[key]: [row[name] for name in names] for row in read(client, path)}
            for number, amounts in expected.items():
                shown = ["" if amount is None else str(amount) for amount in amounts[: len(names)]]
                if found.get(number) != shown:
                    yield f"{path}{read.__name__}, {number}: {found.get(number)}, not {shown}"


def wrong_of_funds(made: Made, client: FlaskClient) -> Iterator[str]:
    """Set aside, granted, asked and left of each fund on its page and in the list, against its cases."""
    listed = html.fromstring(client.get("/avsatta-medel").text)
    with made.app.app_context():
        funds = session.scalars(select(Fund)).all()
        for fund in funds:
            cases = session.execute(
                select(FundingRequest.requested, Case.status)
                .join(Case, Case.id == FundingRequest.case_id)
                .where(FundingRequest.fund_id == fund.id, Case.number.is_not(None))
            ).all()
            asked = sum(requested or 0 for requested, status in cases if status in ("submitted", "returned", "referred"))
            held = fund.granted - fund.reversed - fund.returned
            row = listed.xpath("//tr[th//a[contains(@href, $id)]]", id=str(fund.public_id))[0]
            shown = {cell.get("data-label"): kronor(re.sub(r"( kr).*", r"\1", words(cell))) for cell in row.xpath("./td")}
            for name, amount in (("Avsatt", fund.set_aside), ("Beviljat, ej återfört", held), ("Äskat, ej beslutat", asked),
                                 ("Kvar att fördela", fund.left), ("Utfall", fund.used)):  # fmt: skip
                if shown.get(name) != amount:
                    yield f"{fund.name} {fund.year}, {name}: {shown.get(name)}, not {amount}"
            yield from wrong_feet(client.get(f"/avsatta-medel/{fund.public_id}").text)
