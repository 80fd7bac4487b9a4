"""Every kind of document with its example, and what a hostile or careless writer may have put in each of its texts."""

import re
from collections.abc import Callable
from typing import Any

from tests import document_examples, letter_examples, list_examples

KINDS: dict[str, tuple[str, Callable[[], Any]]] = {
    "decision": ("decision", document_examples.decision),
    "submission": ("submission", document_examples.submission),
    "statement": ("statement", letter_examples.statement),
    "dispatch_letter": ("dispatch_letter", letter_examples.dispatch_letter),
    "register_extract": ("register_extract", list_examples.register_extract),
    "day_list": ("day_list", list_examples.day_list),
    "decision_list": ("decision_list", list_examples.decision_list),
    "case_sheet": ("case_sheet", list_examples.case_sheet),
    "delegations": ("delegation_list", list_examples.delegations_in_force),
    "decisions_to_report": ("delegation_list", list_examples.decisions_to_report),
    "disposal_report": ("disposal_report", letter_examples.disposal_report),
    "disclosure_decision": ("disclosure_decision", letter_examples.disclosure_decision),
    "delivery_report": ("delivery_report", letter_examples.delivery_report),
    "package_report": ("package_report", letter_examples.package_report),
}
# What a template chooses by, and so never prints as it stands.
_CODES = {
    *("delegation", "execution", "political", "granted", "partly_granted", "rejected", "free", "up_to", "no"),
    *("operating", "investment", "unknown", "in_force", "decisions", "incoming", "outgoing", "made", "action", "copy"),
    *("withheld", "masked", "not_public"),
    *("information", "passed", "warnings", "failed", "done", "before_start"),
}
_FIXED = re.compile(r"\d{4}-\d\d-\d\d(T.*)?|[0-9a-f]{64}")
_NOT_TEXT = {"proof", "colour", "crest_svg", "schema"}


def is_text(value: object) -> bool:
    """Whether the value is a text that someone wrote, which is printed as it stands."""
    return isinstance(value, str) and value not in _CODES and not _FIXED.fullmatch(value)


def rewritten(data: Any, write: Callable[[str], str]) -> Any:
    """``data`` with every text in it written anew by ``write``."""
    if isinstance(data, dict):
        return {name: value if name in _NOT_TEXT else rewritten(value, write) for name, value in data.items()}
    if isinstance(data, list):
        return [rewritten(each, write) for each in data]
    return write(data) if is_text(data) else data


def texts(data: Any) -> list[str]:
    """Every text in ``data``."""
    found: list[str] = []
    rewritten(data, lambda text: found.append(text) or text)  # type: ignore[func-returns-value]  # the text is kept
    return found
