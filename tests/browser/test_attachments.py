"""Attaching files as people do: dropped, chosen by mouse or keyboard, large ones over a slow line, bad ones among good."""

import re
from pathlib import Path

from flask import Flask
from playwright.sync_api import CDPSession, Locator, expect

from tests.browser.conftest import Visit, Visitor
from tests.browser.keys import Keys
from tests.factories.funding_requests import a_draft
from tests.factories.town import Town

MEGABYTE = 1024 * 1024
DROP = """(area, files) => {
  const carried = new DataTransfer();
  for (const [name, text] of files) carried.items.add(new File([text], name, {type: "text/plain"}));
  for (const kind of ["dragover", "drop"]) {
    area.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: carried}));
  }
}"""


def _opened(person: Visitor, app: Flask, town: Town) -> None:
    """The person writes a request, at the part with the attachments."""
    with app.app_context():
        path = f"/askanden/{a_draft(town).public_id}/skriv"
    person.open(f"{path}#bilagor")


def _part(person: Visitor) -> Locator:
    return person.page.locator("#bilagor")


def _listed(person: Visitor) -> Locator:
    return person.page.locator("#bilagor-lista > ul > li > div > a")


def _says(person: Visitor, words: str | re.Pattern[str]) -> None:
    expect(_part(person).get_by_role("status")).to_have_text(words)


def test_files_are_dropped_and_a_refused_one_stands_with_its_reason_beside_those_attached(
    visit: Visit, app: Flask, town: Town
) -> None:
    asks = visit("sakerhetschef")
    _opened(asks, app, town)
    asks.expects(422)
    asks.page.locator("#title").fill("Rubrik under arbete")
    area = _part(asks).get_by_role("button", name="Välj filer att bifoga")
    area.evaluate(DROP, [["lägesbild.txt", "Plats"], ["program.exe", "MZ"], ["offert.csv", "a;b\n"]])
    _says(asks, "Svara på frågan ovanför, så skickas filerna.")
    expect(_listed(asks)).to_have_count(0)
    asks.choose("Innehåller filerna säkerhetsskyddsklassificerade", "Nej")
    _says(asks, "2 av 3 filer är bifogade. De andra står nedanför, med orsaken.")
    expect(_listed(asks)).to_have_text(["lägesbild.txt", "offert.csv"])
    expect(_part(asks).locator(".uploads")).to_contain_text("Filtypen tas inte emot.")
    area.evaluate(DROP, [["lägesbild.txt", "Annan plats"]])
    _says(asks, "1 fil är bifogad.")
    expect(_part(asks)).to_contain_text("version 2")
    expect(asks.page.locator("#title")).to_have_value("Rubrik under arbete")

    asks.choose("Innehåller filerna säkerhetsskyddsklassificerade", "Ja")
    expect(_part(asks).locator(".notice.stop")).to_contain_text("säkerhetsskyddschef")
    expect(area).to_be_disabled()
    area.evaluate(DROP, [["hemligt.txt", "Hemligt"]])
    asks.page.reload()
    expect(_listed(asks)).to_have_text(["offert.csv", "lägesbild.txt"])


def test_a_large_file_shows_its_progress_and_is_cancelled_sent_again_and_waited_for(
    visit: Visit, app: Flask, town: Town, tmp_path: Path
) -> None:
    asks = visit("sakerhetschef")
    _opened(asks, app, town)
    asks.choose("Innehåller filerna säkerhetsskyddsklassificerade", "Nej")
    large, huge = tmp_path / "stor.txt", tmp_path / "för stor.txt"
    large.write_bytes(b"Plats " * (25 * MEGABYTE // 6))
    huge.write_bytes(b"a" * (25 * MEGABYTE + 1))
    line = asks.page.context.new_cdp_session(asks.page)
    _throttle(line, 8 * MEGABYTE)
    area = _part(asks).get_by_role("button", name="Välj filer att bifoga")
    with asks.page.expect_file_chooser() as chooser:
        area.click()
    chooser.value.set_files([large, huge])
    rows = _part(asks).locator(".uploads > li")
    expect(rows.nth(1)).to_contain_text("får vara högst 25\u00a0MB. Den är inte skickad.")
    expect(rows.nth(0).locator(".state")).to_have_text(re.compile(r"^[1-9]\d?\u00a0%$"))
    _says(asks, re.compile(r"^0 av 1 fil, [1-9]\d?\u00a0%$"))
    assert 0 < rows.nth(0).locator("progress").evaluate("bar => bar.position") < 1
    asks.page.locator("#title").fill("Går att skriva under tiden")

    asks.page.get_by_role("button", name="Granska och skicka in").click()
    _says(asks, "Vänta tills filerna är bifogade, eller avbryt dem.")
    rows.nth(0).get_by_role("button", name="Avbryt stor.txt").click()
    expect(rows).to_have_count(1)
    expect(area).to_be_focused()

    _throttle(line, -1)
    asks.page.route("**/spara", lambda route: route.abort("connectionreset"), times=1)
    with asks.page.expect_file_chooser() as chooser:
        area.click()
    chooser.value.set_files([large])
    expect(rows.nth(1)).to_contain_text("Förbindelsen bröts. Filen är inte bifogad.")
    asks.watch.troubles.clear()  # the connection that was cut on purpose
    rows.nth(1).get_by_role("button", name="Försök igen stor.txt").click()
    expect(_listed(asks)).to_have_text(["stor.txt"])
    _says(asks, "1 fil är bifogad.")


def _throttle(line: CDPSession, bytes_a_second: int) -> None:
    speed = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", speed)


def test_files_are_attached_with_the_keyboard_alone(visit: Visit, app: Flask, town: Town, tmp_path: Path) -> None:
    asks = visit("sakerhetschef", kind=Keys)
    _opened(asks, app, town)
    asks.choose("Innehåller filerna säkerhetsskyddsklassificerade", "Nej")
    file = tmp_path / "lägesbild.txt"
    file.write_text("Plats", encoding="utf-8")
    with asks.page.expect_file_chooser() as chooser:
        asks.activate(_part(asks).get_by_role("button", name="Välj filer att bifoga"))
    assert chooser.value.is_multiple()
    chooser.value.set_files([file])
    _says(asks, "1 fil är bifogad.")
    expect(_listed(asks)).to_have_text(["lägesbild.txt"])


def test_several_files_are_attached_by_a_plain_form(visit: Visit, app: Flask, town: Town, tmp_path: Path) -> None:
    asks = visit("sakerhetschef", script=False)
    _opened(asks, app, town)
    asks.expects(422)
    asks.fill("Rubrik", "Skrivet utan skript")
    files = [tmp_path / name for name in ("lägesbild.txt", "program.exe")]
    for file in files:
        file.write_bytes(b"Plats" if file.suffix == ".txt" else b"MZ")
    asks.page.get_by_label("Filer att bifoga").set_input_files(files)
    asks.press("Bifoga filerna")
    expect(asks.page.locator(".errors")).to_contain_text("Svara på om innehållet är säkerhetsskyddsklassificerat.")
    expect(asks.page.locator("#title")).to_have_value("Skrivet utan skript")
    asks.choose("Innehåller filerna säkerhetsskyddsklassificerade", "Nej")
    asks.page.get_by_label("Filer att bifoga").set_input_files(files)
    asks.press("Bifoga filerna")
    expect(_listed(asks)).to_have_text(["lägesbild.txt"])
    expect(_part(asks)).to_contain_text("1 av 2 filer är bifogade.program.exe: Filtypen tas inte emot.")
    expect(asks.page.locator("#title")).to_have_value("Skrivet utan skript")
