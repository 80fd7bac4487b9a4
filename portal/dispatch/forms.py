"""Reads the recipients of the recording form: the ticked ones, and the rows being added."""

from collections.abc import Mapping

from flask import request

from portal.dispatch import recipients
from portal.dispatch.pages import MOST_ADDED, AddedRow
from portal.dispatch.recipients import Addressee
from portal.errors import Invalid
from portal.people import directory
from portal.web.forms import Fields, clean

RECIPIENT_FIELDS = ("act*", "recipient_*", "many", "add", "sure")
LONGEST_LIST = 1_500_000  # characters of a pasted list


def _tidy(value: str) -> str:
    try:
        return clean(value, multiline=False)[:300]
    except ValueError:
        return "\x00"  # refused by the check of recipients, which names the row


def added() -> list[AddedRow]:
    """The rows for recipients that the request did not name, as typed; one more when that was asked for."""
    names = request.form.getlist("recipient_name")[:MOST_ADDED]
    emails = request.form.getlist("recipient_email")[:MOST_ADDED]
    ticked = request.form.getlist("recipient_act")
    rows = [
        AddedRow(name=_tidy(name), email=_tidy(email), to_act=str(n) in ticked)
        for n, (name, email) in enumerate(zip(names, emails, strict=False))
    ]
    if request.form.get("add") == "recipients" and len(rows) < MOST_ADDED:
        rows.append(AddedRow(name="", email="", to_act=False))
    return rows


def look_for_slips(typed: Mapping[str, str]) -> None:
    """Point out addresses, by field, that look like a slip of the pen, unless whoever typed them says that they are right.
    Raises Invalid."""
    if request.form.get("sure") == "1":
        return
    found = {name: directory.slip(address) for name, address in typed.items() if address}
    if wrong := {name: directory.to_mend(sentence) for name, sentence in found.items() if sentence}:
        raise Invalid(wrong)


def marked() -> list[str] | None:
    """The named recipients ticked as *ska åtgärdas*; None when no form has been sent."""
    return request.form.getlist("act") if request.method == "POST" else None


def pasted() -> list[Addressee]:
    """The recipients of the pasted list. Raises Invalid."""
    fields = Fields()
    found, problem = recipients.pasted(fields.text("many", limit=LONGEST_LIST, multiline=True))
    if problem:
        fields.problems["many"] = problem
    fields.done()
    return found
