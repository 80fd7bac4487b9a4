"""The road as people walk it in a browser, step by step; with whatever hands the visitor has."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import expect

from portal import clock
from portal.log import keys, verifier, witness
from tests.browser.conftest import Visitor
from tests.browser.scenery import LETTER

TITLE = "Äskande om medel – Tryggare stationsområde"


def read_in(person: Visitor) -> None:
    """Paste the letter and answer what it does not say."""
    person.open("/")
    person.press("Äskanden", within="nav.menu")
    person.arrives("Äskanden")
    person.press("Nytt äskande", to="Nytt äskande")
    person.press("Läs in en tjänsteskrivelse", to="Läs in en tjänsteskrivelse")
    person.fill("Klistra in texten", LETTER)
    person.choose("Innehåller dokumentet säkerhetsskyddsklassificerade uppgifter?", "Nej")
    person.press("Läs in dokumentet")
    person.sees("uppgifter hittade i")
    person.look()


def answer(person: Visitor) -> None:
    """Answer what the letter does not say, and let the rest stand."""
    main = person.page.locator("main")
    if main.get_by_role("group", name="Vilket budgetår").count():
        person.choose("Vilket budgetår gäller äskandet?", str(clock.today().year))
    else:
        person.write(person.page.locator("[name=budget_year]"), str(clock.today().year))
    person.choose("Vill enheten kunna omfördela mellan raderna?", "Ja, ta med frågan")
    person.choose("Innehåller äskandet uppgifter som kan omfattas av sekretess?", "Nej")
    person.pick(main.get_by_label("Drift eller investering"), "Drift")
    person.activate(main.get_by_role("button", name=re.compile("^Lägg in .* i utkastet$")))
    person.presses += 1
    person.arrives("Granska äskandet")


def submit(person: Visitor) -> str:
    """Check the answers and send the request in; the path of the case."""
    person.sees("1 000 000 kr")
    person.press("Skicka in äskandet", to=TITLE)
    person.told("Äskandet är inskickat")
    expect(person.page).to_have_url(re.compile("/askanden/[0-9a-f-]{36}$"))
    return person.page.url.removeprefix(person.address)


def decide_in_part(chief: Visitor, *, script: bool = True) -> None:
    """From what waits to a decision: a line less than asked, the reason, the password. Without script a press of a
    button works out what follows; with it that is said as one types."""
    chief.open("/")
    chief.press(TITLE, to=TITLE)
    chief.press("Besluta om äskandet", to="Besluta om äskandet")
    granted = chief.page.get_by_label("Beviljat belopp, Nattvandring och samverkan")
    chief.write(granted, "0")
    if script:
        granted.press("Tab")
    else:
        chief.press("Räkna om", to="Besluta om äskandet")
    expect(chief.page.locator(".say")).to_contain_text("Du beviljar 900 000 kr av 1 000 000 kr")
    expect(chief.page.locator("#utfall-del")).to_contain_text("Delvis beviljat")
    chief.fill("Skäl", "Nattvandringen ryms i den egna ramen.")
    chief.password()
    chief.press("Bevilja 900 000 kr", to=TITLE)
    chief.told("Beslutet är fattat")


def record(finance: Visitor) -> None:
    """The budget entry, and the copies queued in the same step."""
    finance.open("/")
    finance.press(TITLE, to=TITLE)
    finance.press("Bokför och expediera beslutet", to="Bokför och expediera beslutet")
    for box in finance.page.locator("input[name^='code:']").all():
        if not box.input_value():
            finance.write(box, "4600")
    act = finance.page.get_by_label("Ska åtgärdas")
    if act.count():
        finance.tick(act.first)
    finance.password()
    finance.press("Bekräfta budgetjusteringen och expediera", to=TITLE)


def until(visitor: Visitor, path: str, words: str, tries: int = 40) -> None:
    """Come back to the page until the worker has done its part."""
    for _ in range(tries):
        visitor.open(path)
        if visitor.page.locator("main").get_by_text(words).count():
            return
        visitor.page.wait_for_timeout(250)
    raise AssertionError(f"{words!r} never stood on {path}")


def acknowledge(unit: Visitor) -> None:
    """Open the copy and acknowledge it."""
    unit.open("/kopior")
    unit.activate(unit.page.locator("main a.title").first)
    unit.sees("Nästa steg")
    unit.look()
    unit.press("Kvittera mottagandet")
    unit.told("vitter")


def report(person: Visitor, path: str) -> None:
    """What was used and what came of it."""
    person.open(path)
    person.press("Lämna slutredovisning", to="Lämna slutredovisning")
    used = person.page.locator("input.money")
    for box, amount in zip(used.all(), ("600 000", "250 tkr"), strict=False):
        person.write(box, amount)
    for box in person.page.get_by_label("Effekt").all():
        person.write(box, "Anmälningarna har minskat från 31 till 12.")
    for box in used.all():
        if not box.input_value():
            person.write(box, "0")
    person.press("Lämna slutredovisning", to=TITLE)


def the_log_holds(app: Flask, instance: Path) -> None:
    """Everything that was done stands in the log, which is whole."""
    key = keys.load_log_key(instance / "log_key")
    with app.app_context():
        verdict = verifier.verify(key.public, witness.recall(instance / "log_notes"))
    assert verdict.ok, verdict.reason
    assert verdict.size > 10


@dataclass(frozen=True)
class Walked:
    """Presses that it took: of the one who asks, until the request was sent; of the one who decides; of finance."""

    asking: int
    deciding: int
    recording: int


def walk(visit: Callable[[str], Visitor], app: Flask, instance: Path, *, script: bool = True) -> Walked:
    """From a pasted letter to an archived decision, by everyone who takes part, each with the browser ``visit`` gives."""
    asks = visit("sakerhetschef")
    read_in(asks)
    answer(asks)
    path = submit(asks)
    asking = asks.presses

    chief, finance = visit("kommunchef"), visit("ekonom")
    decide_in_part(chief, script=script)
    record(finance)
    walked = Walked(asking, chief.presses, finance.presses)

    until(finance, path, "Skickad")
    acknowledge(visit("kommunledning"))

    registrar = visit("registrator")
    registrar.open(path)
    registrar.press("Kontrollera registreringen", to="Kontrollera registreringen")
    registrar.press("Registreringen stämmer", to=TITLE)

    report(asks, path)
    finance.open("/")
    finance.press(TITLE, to=TITLE)
    finance.press("Godkänn slutredovisningen", to="Godkänn slutredovisningen")
    finance.press("Godkänn slutredovisningen", to=TITLE)

    registrar.open(path)
    registrar.press("Avsluta ärendet", to="Avsluta ärendet")
    registrar.press("Avsluta ärendet", to=TITLE)

    keeper = visit("arkivarie")
    keeper.open("/arkiv")
    keeper.press("Arkivera 1 ärende", to="Arkiv")
    keeper.told("rkiv")

    auditor = visit("revisor")
    auditor.open(path)
    told = auditor.page.locator(".timeline")
    for words in (r"900\s000\skr", "Kvitterade", "Godkände", "Avslutade", "Arkiverade"):
        expect(told).to_contain_text(re.compile(words))
    expect(auditor.page.locator("main")).to_contain_text("Loggen är obruten")
    assert not auditor.page.locator("aside.panel a.button").count()
    the_log_holds(app, instance)
    return walked
