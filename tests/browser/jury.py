"""Whoever judges a page by axe: all its rules in the light theme, contrast anew in the dark.

A page is judged wherever its markup holds something not judged before: on a first visit to an address an element inside
another that it has not been seen in, later an element of a kind not seen at all, whatever the status.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.looks import Look

MOST_RUNS = 150

# What can differ to a reader of the page: each kind of element, by name, and by each class and state it has.
KINDS = """() => {
  const states = ["aria-current", "aria-invalid", "disabled", "type"];
  const elements = [...document.querySelectorAll("body *")].filter((element) => !element.closest("svg"));
  const state = (element) => states.filter((each) => element.hasAttribute(each));
  const kinds = (element) => ["", ...element.classList, ...state(element)].map((each) => `${element.localName}.${each}`);
  return [...new Set(elements.flatMap(kinds))];
}"""

# How they stand: which kind of element is directly inside which.
PLACES = """() => {
  const kind = (element) => [element.localName, ...element.classList].join(".");
  const elements = [...document.querySelectorAll("body *")].filter((element) => !element.closest("svg"));
  return [...new Set(elements.map((element) => `${kind(element.parentElement)} > ${kind(element)}`))];
}"""

# What contrast is made of: each colour of text on each ground it stands on, and whether the text is large (WCAG 2.2, 1.4.3:
# from 18 points, 14 where bold; a point is 4/3 px).
COLOURS = """() => {
  const clear = "rgba(0, 0, 0, 0)";
  const ground = (element) => {
    const { backgroundColor } = getComputedStyle(element);
    return backgroundColor !== clear ? backgroundColor : element.parentElement ? ground(element.parentElement) : "";
  };
  const said = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const texts = [...document.querySelectorAll("body *")].filter((element) => element.checkVisibility()
    && (said(element) || element.matches("input, select, textarea")));
  return [...new Set(texts.map((element) => {
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const isLarge = parseFloat(fontSize) >= (fontWeight >= 700 ? 56 / 3 : 24);
    return [color, ground(element), isLarge].join(" ");
  }))];
}"""


def complaints(page: Page, where: str, *rules: str) -> list[str]:
    """What axe finds on the page as it stands, by all its rules or those named."""
    options: dict[str, object] = {"resultTypes": ["violations"]}  # nothing is gathered of what holds
    found = Axe().run(page, options=options | ({"runOnly": rules} if rules else {})).response["violations"]
    return [f"{where}: {each['id']} {each['nodes'][0]['html'][:160]} ({len(each['nodes'])})" for each in found]


class Jury:
    """What has been judged so far, in how many runs; ``found_new``: the last page held something not judged before."""

    def __init__(self) -> None:
        self.runs = 0
        self.found_new = True
        self._pages: set[str] = set()
        self._seen: dict[str, set[str]] = {"light": set(), "places": set(), "dark": set()}

    def judge(self, page: Page, look: Look) -> list[str]:
        """What is wrong with the page, which shows the look, in either theme."""
        wrong = []
        address = look.path.partition("?")[0]
        is_first = look.status == 200 and address not in self._pages
        stands_otherwise = self._has_new(page, "places", PLACES)
        self.found_new = self._has_new(page, "light", KINDS) or (is_first and stands_otherwise)
        if self.found_new:
            wrong += self._run(page, look, "light")
        if look.status == 200:
            self._pages.add(address)
        page.emulate_media(color_scheme="dark")
        if self._has_new(page, "dark", COLOURS):
            wrong += self._run(page, look, "dark", "color-contrast")  # all else is as in the light
        page.emulate_media(color_scheme="light")
        return wrong

    def _has_new(self, page: Page, of: str, what: str) -> bool:
        found = set(page.evaluate(what)) - self._seen[of]
        self._seen[of] |= found
        return bool(found)

    def _run(self, page: Page, look: Look, theme: str, *rules: str) -> list[str]:
        self.runs += 1
        return complaints(page, f"{look.name}, {theme}", *rules)
