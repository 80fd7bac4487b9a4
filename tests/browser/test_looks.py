"""The list of looks is whole: every address, every place on the road, every error and every template is on it."""

from flask import Flask

from portal.web import errors
from tests.browser.looks import CASES, LOOKS
from tests.browser.scenery import Scenery
from tests.factories.places import PLACES

# Addresses that give a browser something other than a page of ours.
NOT_PAGES = {
    "static",
    "standing.theme_sheet",
    "standing.health_line",
    "funding_requests.after_reading",  # leads on to the draft or to what can be sent
    "funding_requests.preview",
    "decisions.as_csv",
    "decisions.as_xlsx",
    "decisions.preview",
    "funding_requests.as_csv",
    "funding_requests.as_xlsx",
    "deviations.as_csv",
    "deviations.as_xlsx",
    "secrecy.as_csv",
    "secrecy.as_xlsx",
    "desk.download",
    "desk.page_picture",
    "papers.letter",
    "papers.folder",
    "papers.delegated_list",
    "printed.delegated_list",
    "funding_requests.draft_letter",
    "previews.picture",
    "masking.picture",
    "disclosure.decision_file",
    "disclosure.folder",
    "transfers.report",
    "dispatch.copy_document",
    "dispatch.missive",
    "standing.decision_schema",
    "verify.key",
    "verify.program",
    "funds.order_file",
    "ledger.csv_file",
    "ledger.xlsx_file",
    "printed.register_extract",
    "printed.day_list",
    "printed.decision_list",
    "printed.case_sheet",
    "printed.delegations_in_force",
    "printed.decisions_to_report",
}
OTHERS = dict.fromkeys(
    ("printed.delegations_in_force", "secrecy.as_csv", "secrecy.as_xlsx"), "registrator"
)  # where finance has no business


def test_every_address_a_browser_can_open_is_looked_at(scenery: Scenery) -> None:
    app = scenery.stage("walked").app
    addresses = app.url_map.bind("localhost")
    looked_at = {
        addresses.match(scenery.stage(look.town).path(look).partition("?")[0])[0]
        for look in LOOKS
        if "finns-inte" not in look.path
    }
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - NOT_PAGES - looked_at == set(), "not on the list of looks"
    assert pages >= NOT_PAGES, "an exception for an address that is gone"


def test_what_is_excepted_is_no_page(scenery: Scenery) -> None:
    app: Flask = scenery.stage("walked").app
    for rule in app.url_map.iter_rules():
        if rule.endpoint in NOT_PAGES and not rule.arguments:
            client = scenery.stage("walked").client(OTHERS.get(rule.endpoint, "ekonom"))
            assert "html" not in str(client.get(rule.rule).content_type), rule.rule


def test_the_case_is_looked_at_in_every_place_of_the_road() -> None:
    drafts = {"draft"}  # a draft has no page but the one it is written on
    assert set(PLACES) - drafts - {look.place for look in CASES} == set()


def test_every_error_has_been_met(scenery: Scenery) -> None:
    met = {scenery.see(look).look.status for look in LOOKS}
    assert errors._SHOWN - {405} <= met
    assert {401, 422, 429, 500} <= met


def test_every_template_has_been_drawn(scenery: Scenery) -> None:
    """A page that no look reaches is a page nobody has looked at."""
    for look in LOOKS:
        scenery.see(look)
    app = scenery.stage("walked").app
    drawn = {name for stage in scenery.stages.values() for _loader, name in stage.app.jinja_env.cache or {}}
    assert set(app.jinja_env.list_templates(extensions=["html"])) - drawn == set()
