"""A visitor with nothing but a keyboard: Tab, Shift, Enter, Space, arrows and letters."""

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visitor
from tests.browser.measure import measure

MOST_TABS = 250
LONG = 60  # characters; longer texts are pasted

# Where the keyboard is, seen from the element that is looked for: there, at another radio button of its group, elsewhere.
_HERE = """(wanted) => {
  const now = document.activeElement;
  if (now === wanted) return "there";
  const radios = wanted.type === "radio" && now?.type === "radio";
  return radios && now.name === wanted.name && now.form === wanted.form ? "group" : "";
}"""


class Keys(Visitor):
    """Everything a visitor does, without a pointer. At each stop on the way the place of the keyboard must be seen."""

    stops = 0

    def reach(self, what: Locator) -> None:
        """Tab to the element, from wherever the keyboard is."""
        expect(what).to_be_visible()
        measure(self.page, "remember")
        for _ in range(MOST_TABS):
            here = what.evaluate(_HERE)
            if here:
                break
            self.page.keyboard.press("Tab")
            self.stops += 1
            unseen = measure(self.page, "focus")
            assert not unseen, f"{self.page.url}: {unseen}"
        else:
            raise AssertionError(f"{self.page.url}: {what} cannot be reached with Tab")
        if here == "group":
            self._to_choice(what)

    def _to_choice(self, what: Locator) -> None:
        for _ in range(MOST_TABS):
            self.page.keyboard.press("ArrowDown")
            if what.evaluate(_HERE) == "there":
                return
        raise AssertionError(f"{self.page.url}: {what} cannot be reached with arrows")

    def activate(self, what: Locator) -> None:
        """Enter, which presses a button and follows a link alike."""
        self.reach(what)
        self.page.keyboard.press("Enter")

    def write(self, where: Locator, text: str) -> None:
        """Select all, and write over it."""
        self.reach(where)
        self.page.keyboard.press("Control+a")
        if not text:
            self.page.keyboard.press("Delete")
        elif len(text) > LONG:
            self.page.keyboard.insert_text(text)
        else:
            self.page.keyboard.type(text)
        expect(where).to_have_value(text)

    def pick(self, where: Locator, option: str) -> None:
        """Arrow down the list, from its first choice."""
        self.reach(where)
        self.page.keyboard.press("Home")
        for _ in range(where.locator("option").count()):
            if where.evaluate("list => list.selectedOptions[0].label") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{option!r} is not to be had")

    def tick(self, what: Locator) -> None:
        """Space, where it is not chosen already."""
        self.reach(what)
        if not what.is_checked():
            self.page.keyboard.press("Space")
        expect(what).to_be_checked()
