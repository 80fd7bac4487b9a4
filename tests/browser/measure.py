"""What is measured in a page as it is shown; the measures themselves are in ``measure.js``."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_MEASURES = Path(__file__).with_name("measure.js").read_text(encoding="utf-8")


def measure(page: Page, what: str, *arguments: Any) -> list[str]:
    """What the measure of that name finds, as sentences; empty when all is well."""
    found: list[str] = page.evaluate(f"(given) => {_MEASURES.strip()}[given[0]](...given.slice(1))", [what, *arguments])
    return found
