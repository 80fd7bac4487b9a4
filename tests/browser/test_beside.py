"""A document beside its fields, as it is used: a chosen field shows its passage, with script and without, wide and narrow."""

import re

from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import Visit, Visitor
from tests.browser.scenery import WRONG_SUM
from tests.factories.letters import NEW_PAGE, as_docx, as_pdf

PDF = as_pdf(WRONG_SUM.replace("Beslutsunderlag\n", f"{NEW_PAGE}Beslutsunderlag\n"))
HEADING = "Läs in en tjänsteskrivelse"


def upload(person: Visitor, data: bytes = PDF, name: str = "askande.pdf") -> None:
    """Hand the letter in as a file, and arrive where it stands beside its fields."""
    person.open("/askanden/las-in")
    file: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    person.page.get_by_label("Eller ladda upp en fil").set_input_files(files=[file])
    person.choose("Innehåller dokumentet säkerhetsskyddsklassificerade uppgifter?", "Nej")
    person.press("Läs in dokumentet")
    expect(person.page.locator("#kallan")).to_be_visible()
    person.look()


def test_choosing_a_field_lights_its_passage_on_the_page_and_keeps_both_in_view(visit: Visit) -> None:
    asks = visit("sakerhetschef")
    upload(asks)
    source, lit = asks.page.locator("#kallan"), asks.page.locator(".mark.lit")
    asks.page.get_by_label("Rubrik", exact=True).focus()
    expect(lit).to_have_attribute("data-marks", "kalla-title-1")
    asks.page.get_by_role("link", name="Visa i texten Kopia till").click()
    expect(lit).to_have_attribute("data-marks", "kalla-copy-recipients-1")
    expect(lit).to_be_in_viewport()
    assert source.evaluate("source => source.scrollTop") > 0, "the second page was not brought into view"
    expect(asks.page.get_by_role("link", name="Visa i texten Kopia till")).to_be_in_viewport()
    expect(asks.page).not_to_have_url(re.compile("#"))
    # The picture is fetched, and as large as its place: nothing moves when it comes.
    expect(asks.page.get_by_role("img", name=re.compile("^Sida 1"))).to_have_js_property("naturalWidth", 893)
    asks.choose("Vilket belopp äskas?", "1 100 000 kr")
    total = asks.page.get_by_label("Äskat belopp", exact=True)
    expect(total).to_have_value("1\u00a0100\u00a0000\u00a0kr")
    expect(lit).to_have_attribute("data-marks", "kalla-svar-amount-total-sek-2")
    total.fill("900 tkr")
    expect(asks.page.get_by_role("group", name="Vilket belopp äskas?").get_by_label("Något annat")).to_be_checked()


def test_without_script_the_link_lights_the_passage_and_the_passage_leads_back(visit: Visit) -> None:
    asks = visit("sakerhetschef", script=False)
    upload(asks)
    asks.page.get_by_role("link", name="Visa i texten Kopia till").click()
    mark = asks.page.locator("#kalla-copy-recipients-1")
    expect(mark).to_be_in_viewport()
    expect(mark.locator("rect").first).to_have_css("stroke-width", "2.5px")
    asks.page.locator("#kalla-title-1").click()
    expect(asks.page.get_by_label("Rubrik", exact=True)).to_be_focused()


def test_on_a_phone_the_document_leads_back_to_the_field_one_came_from(visit: Visit) -> None:
    asks = visit("sakerhetschef", width=390)
    upload(asks, as_docx(WRONG_SUM), "askande.docx")
    asks.page.get_by_label("Rubrik", exact=True).focus()
    expect(asks.page.get_by_label("Rubrik", exact=True)).to_be_in_viewport()
    asks.page.get_by_role("link", name="Visa i texten Rubrik").click()
    expect(asks.page.locator("mark.lit").first).to_be_in_viewport()
    asks.page.get_by_role("link", name="Till uppgifterna").click()
    expect(asks.page.get_by_label("Rubrik", exact=True)).to_be_focused()
