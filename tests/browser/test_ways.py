"""Other ways the road is walked: without script, through an organ's minutes, by way of a completion, on a phone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import unquote_plus

from flask import Flask
from playwright.sync_api import Response, expect

from portal import clock
from tests.browser.conftest import Visit, Visitor
from tests.browser.road import TITLE, answer, read_in
from tests.browser.test_sign_in_again import end_all_sessions
from tests.conftest import PASSWORD
from tests.factories import decisions as walked
from tests.factories.town import Town

MOST_TAPS = 3  # to decide in full, the password not counted


def waiting(app: Flask, town: Town) -> str:
    """A submitted request; the path of its case."""
    with app.app_context():
        return f"/askanden/{walked.a_submitted_request(town)}"


def handed_over(app: Flask, town: Town) -> str:
    """A request that waits for kommunstyrelsen; the path of its case."""
    with app.app_context():
        return f"/askanden/{walked.a_referred_case(town)}"


def test_a_refused_form_without_script_keeps_what_was_typed(visit: Visit) -> None:
    asks = visit("sakerhetschef", script=False)
    read_in(asks)
    asks.expects(422)
    asks.page.get_by_label("Rubrik", exact=True).fill("Tryggare station")
    asks.page.get_by_label("Äskat belopp", exact=True).fill("1.500")
    asks.page.get_by_role("button", name=re.compile("^Lägg in ")).click()
    asks.look()
    expect(asks.page.get_by_label("Rubrik", exact=True)).to_have_value("Tryggare station")
    expect(asks.page.get_by_label("Äskat belopp", exact=True)).to_have_value("1.500")


def test_minutes_decide_a_case_that_was_handed_over(visit: Visit, app: Flask, town: Town) -> None:
    path = waiting(app, town)
    chief = visit("kommunchef")
    chief.open(path)
    chief.press("Överlämna till ett organ", to="Överlämna ärendet")
    chief.page.get_by_label("Till", exact=True).select_option(label="Kommunstyrelsen")
    chief.choose("Äskandet", "Tillstyrks")
    chief.fill("Skäl", "Behovet är styrkt.")
    chief.press("Överlämna ärendet")
    chief.arrives("Medel för trygghetsskapande åtgärder")
    expect(chief.page.locator(".turn").first).to_contain_text("Överlämnat")

    keeper = visit("registrator")
    keeper.open(path)
    keeper.press("För in protokollet", to="För in protokollet")
    keeper.page.get_by_label("Organ", exact=True).select_option(label="Kommunstyrelsen")
    keeper.fill("Sammanträdesdag", (clock.today() - timedelta(days=1)).isoformat())
    keeper.fill("Paragraf", "88")
    keeper.choose("Vad organet gjorde", "Beslutade i ärendet")
    keeper.fill("Vad protokollet säger", "Kommunstyrelsen beviljar säkerhetsenheten 1 000 000 kr.")
    keeper.press("För in protokollet", to="Medel för trygghetsskapande åtgärder")
    keeper.sees("Politiskt beslut")
    expect(keeper.page.locator("main")).to_contain_text("§\u00a088")


def test_a_completion_gives_a_second_version_and_shows_what_changed(visit: Visit, app: Flask, town: Town) -> None:
    path = waiting(app, town)
    title = "Medel för trygghetsskapande åtgärder"
    chief = visit("kommunchef")
    chief.open(path)
    chief.press("Begär komplettering", to="Begär komplettering")
    chief.fill("Vad behöver kompletteras", "Vad kostar väktarna per kväll?")
    chief.press("Begär komplettering", to=title)

    asks = visit("sakerhetschef")
    asks.open("/")
    asks.press(title, to=title)
    asks.press("Skriv klart och skicka in")
    expect(asks.page.locator("form.writing")).to_be_visible()
    asks.sees("Vad kostar väktarna per kväll?")
    asks.page.locator("#line_amount-3").fill("250 tkr")
    asks.page.locator("#total").fill("950 tkr")
    asks.page.locator("#description").fill("En väktare kostar 4 000 kr per kväll.")
    asks.press("Granska och skicka in", to="Granska äskandet")
    asks.press("Skicka in äskandet", to=title)

    chief.open(path)
    versions = chief.page.get_by_role("region", name=re.compile("^Versioner"))
    expect(versions).to_contain_text("2 inskickade")
    expect(versions.locator("ins", has_text="250\u00a0000\u00a0kr")).to_have_count(1)
    expect(versions.locator("del", has_text="300\u00a0000\u00a0kr")).to_have_count(1)


def test_a_request_is_granted_in_full_with_three_taps_on_a_phone(visit: Visit, app: Flask, town: Town) -> None:
    waiting(app, town)
    chief = visit("kommunchef", width=390, has_touch=True)
    chief.presses = 0
    chief.press("Medel för trygghetsskapande åtgärder", to="Medel för trygghetsskapande åtgärder")
    chief.page.locator(".dock a.button").click()
    chief.presses += 1
    chief.arrives("Besluta om äskandet")
    chief.password()
    chief.press("Bevilja 1 000 000 kr", to="Medel för trygghetsskapande åtgärder")
    assert chief.presses <= MOST_TAPS


def test_what_is_written_survives_a_closed_browser(visit: Visit) -> None:
    asks = visit("sakerhetschef")
    begin(asks)
    asks.fill("Rubrik", "Ljusare gångväg")
    with saved(asks, "Lamporna"):
        asks.page.get_by_label("Ärendebeskrivning").fill("Lamporna är från 1974.")
    expect(asks.page.locator("[data-saved]")).to_contain_text("Sparat")
    path = asks.page.url.removeprefix(asks.address)
    asks.page.context.close()

    again = visit("sakerhetschef")
    again.open(path)
    expect(again.page.get_by_label("Rubrik", exact=True)).to_have_value("Ljusare gångväg")
    expect(again.page.get_by_label("Ärendebeskrivning")).to_have_value("Lamporna är från 1974.")


@contextmanager
def saved(person: Visitor, words: str) -> Iterator[None]:
    """What is typed meanwhile is saved, these words with it."""

    def is_it(answer: Response) -> bool:
        return answer.url.endswith("/spara") and words in unquote_plus(answer.request.post_data or "") and answer.ok

    with person.page.expect_response(is_it):
        yield


def begin(person: Visitor) -> None:
    """An empty draft."""
    person.open("/askanden/ny")
    person.press("Börja skriva", to="Nytt äskande")
    expect(person.page.locator("form.writing")).to_be_visible()


def test_a_session_that_ends_while_one_writes_loses_nothing(visit: Visit, app: Flask) -> None:
    asks = visit("sakerhetschef")
    begin(asks)
    asks.expects(401)
    end_all_sessions(app)
    asks.fill("Rubrik", "Ljusare gångväg")
    dialog = asks.page.locator("#logga-in-igen")
    expect(dialog).to_be_visible()
    expect(asks.page.locator("#title")).to_have_value("Ljusare gångväg")
    dialog.get_by_label("Användarnamn").fill("sakerhetschef")
    dialog.get_by_label("Lösenord").fill(PASSWORD)
    dialog.get_by_role("button", name="Logga in").click()
    expect(dialog).not_to_be_visible()
    expect(asks.page.locator("[data-saved]")).to_contain_text("Sparat")
    asks.page.reload()
    expect(asks.page.locator("#title")).to_have_value("Ljusare gångväg")


def test_two_presses_send_a_request_in_once(visit: Visit, app: Flask, town: Town) -> None:
    asks = visit("sakerhetschef")
    read_in(asks)
    answer(asks)
    sent: list[str] = []
    asks.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    asks.page.locator("main").get_by_role("button", name="Skicka in äskandet").dblclick()
    asks.arrives(TITLE)
    assert len(sent) == 1
    expect(asks.page.locator(".timeline").get_by_text("Skickade in version 1")).to_have_count(1)
    registrar = visit("registrator")
    registrar.open("/diariet")
    expect(registrar.page.locator("main tbody tr")).to_have_count(1)


def test_a_form_left_open_in_another_tab_says_what_has_happened_and_keeps_the_text(
    visit: Visit, app: Flask, town: Town
) -> None:
    path = waiting(app, town)
    chief = visit("kommunchef")
    chief.open(f"{path}/besluta")
    other = chief.tab()
    other.open(f"{path}/besluta")
    other.password()
    other.press("Bevilja 1 000 000 kr", to="Medel för trygghetsskapande åtgärder")

    chief.expects(409)
    chief.fill("Skäl", "Skrivet i den andra fliken.")
    chief.password()
    chief.press("Bevilja 1 000 000 kr")
    chief.arrives("Någon annan hann före")
    chief.sees("Ärendet har redan beslutats.")
    expect(chief.page.get_by_label("Det du skrev")).to_have_value(re.compile("Skrivet i den andra fliken."))
    chief.press("Öppna ärendet", to="Medel för trygghetsskapande åtgärder")
    chief.open("/beslut")
    expect(chief.page.locator("main tbody tr")).to_have_count(1)


def test_two_tabs_of_a_draft_do_not_overwrite_each_other(visit: Visit) -> None:
    asks = visit("sakerhetschef")
    begin(asks)
    other = asks.tab()
    other.open(asks.page.url)
    with saved(asks, "första"):
        asks.fill("Rubrik", "Från den första fliken")
    expect(asks.page.locator("[data-saved]")).to_contain_text("Sparat")

    other.expects(409)
    other.fill("Rubrik", "Från den andra fliken")
    expect(other.page.locator("[data-saved]")).to_contain_text("Inte sparat")
    expect(other.page.locator("#title")).to_have_value("Från den andra fliken")
    asks.page.reload()
    expect(asks.page.locator("#title")).to_have_value("Från den första fliken")
