"""Forms with an effect: sent twice they act once, a stale one is told so, and what was typed is never lost."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID, uuid4

from flask import Response, redirect, request
from sqlalchemy.exc import IntegrityError

from portal.db import is_duplicate, transaction
from portal.errors import Conflict, Invalid, Refused, Unknown
from portal.paging import day_of
from portal.people import operations as people
from portal.text import _
from portal.web.gate import actor, confirm

# Names every form may carry beside its own fields.
_FRAME = frozenset({"csrf_token", "form_key", "version", "password"})

Again = Callable[[Mapping[str, str], int], Response]


def new_form_key() -> str:
    """A key for one showing of a form; a redrawn form keeps the key it was sent with."""
    return request.form.get("form_key") or str(uuid4())


def form_key() -> UUID:
    """The key the form was sent with. Raises Invalid when it is missing or not a UUID."""
    try:
        return UUID(request.form.get("form_key", ""))
    except ValueError:
        raise Invalid({"": _("Formuläret saknar sin nyckel. Ladda om sidan och försök igen.")}) from None


def seen_version() -> int:
    """The version of the case that the form was drawn from. Raises Invalid when it is missing or no number."""
    raw = request.form.get("version", "")
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 9):
        raise Invalid({"": _("Formuläret saknar ärendets version. Ladda om sidan och försök igen.")})
    return int(raw)


def perform(run: Callable[[], str], again: Again, *, password: bool = False) -> Response:
    """Do what the form asks for, once, in one transaction, and answer 303 to where ``run`` says it led.

    The form's key is stored with that address in the same transaction, so a repeat (double click, resent form,
    second tab) is answered with the first result. ``again`` draws the form anew with what was typed: 422 for
    Invalid, 409 for Conflict. With ``password`` the password is tried first, outside the transaction.
    """
    try:
        key = form_key()
        earlier = people.earlier_result(key=key, person_id=actor().person_id)
        if earlier is None and password:
            earlier = _confirmed(key)
        return _see(earlier if earlier is not None else _once(run, key))
    except Invalid as error:
        return again(error.problems, 422)
    except Conflict as error:
        return again({"": str(error)}, 409)


def _confirmed(key: UUID) -> str | None:
    """Try the password. What the same form led to while this press was held up by the first one's try, else None.

    Raises Invalid when the password is wrong or wanted.
    """
    by = actor()
    try:
        confirm(request.form.get("password", ""))
    except Invalid:
        earlier = people.earlier_result(key=key, person_id=by.person_id)
        if earlier is None:
            raise
        return earlier
    return None


def _once(run: Callable[[], str], key: UUID) -> str:
    by = actor()
    try:
        with transaction():
            earlier = people.earlier_result(key=key, person_id=by.person_id)
            if earlier is not None:
                return earlier
            location = run()
            people.remember_result(key=key, person_id=by.person_id, location=location)
            return location
    except (IntegrityError, Conflict, Refused, Invalid, Unknown) as error:
        # Two servers may try the same key at the same moment (PostgreSQL): the second, which had to wait for the first
        # one's locks, finds the form's own work done and its result kept.
        earlier = people.earlier_result(key=key, person_id=by.person_id)
        if earlier is not None:
            return earlier
        if isinstance(error, IntegrityError) and is_duplicate(error):
            raise Conflict(_("Någon annan förde just in samma uppgift. Läs på nytt innan du fortsätter.")) from error
        raise


def _see(location: str) -> Response:
    answer = redirect(location, 303)
    assert isinstance(answer, Response)
    return answer


def only(*names: str) -> None:
    """Refuse a form with a field that is not allowed now (mass assignment) or that is given twice where one is meant.

    A name ending in ``*`` allows a repeated field, or ending in ``:*`` or ``-*`` a family of fields with one for each thing
    it is about. Raises Invalid.
    """
    families = tuple(name[:-1] for name in names if name.endswith("*"))
    single = _FRAME | {name for name in names if not name.endswith("*")}
    for name in list(request.form) + list(request.files):
        family = next((family for family in families if name.startswith(family)), "")
        if name in single or family.endswith((":", "-")):
            if len(request.form.getlist(name)) > 1:
                raise Invalid({"": _("Formuläret innehåller samma fält två gånger. Ladda om sidan och försök igen.")})
        elif not family:
            raise Invalid({"": _("Formuläret innehåller ett fält som inte får ändras nu.")})


def clean(value: str, *, multiline: bool) -> str:
    """``value`` with white space tidied: single lines lose line breaks, paragraphs get plain ones.

    Raises ValueError with a Swedish sentence for control characters (NUL and the like) and text direction overrides.
    """
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    for character in value:
        if character in "\n\t":
            continue
        if unicodedata.category(character) == "Cc" or character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068":
            raise ValueError(_("Texten innehåller ett osynligt styrtecken. Ta bort det och försök igen."))
    value = value if multiline else " ".join(value.split("\n"))
    return unicodedata.normalize("NFC", value.strip(" \t\n"))


def read_day(raw: str) -> date | None:
    """A civil date as the browser sends it (YYYY-MM-DD), of a year that anyone can mean; None when it is not."""
    return day_of(raw.strip())


def paragraph_number(text: str) -> str:
    """The number of a paragraph of minutes, without the sign."""
    return text.lstrip("§ \u00a0")


_PROVISION = re.compile(r"\b\d+\s*(?:kap\b\.?\s*\d+\s*[a-z]?\s*§|:\s*\d+)", re.IGNORECASE)


def names_provision(text: str) -> bool:
    """Whether ``text`` names a provision by chapter and section (*18 kap. 8 § OSL*, *OSL 18:8*)."""
    return bool(_PROVISION.search(text))


class Fields:
    """Reads the sent form field by field and gathers one sentence per field that does not hold."""

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}

    def text(self, name: str, *, limit: int, multiline: bool = False, required: str | None = None) -> str:
        """The cleaned text of a field; ``required`` is the sentence when it is empty."""
        try:
            value = clean(request.form.get(name, ""), multiline=multiline)
        except ValueError as error:
            self.problems[name] = str(error)
            return ""
        if len(value) > limit:
            self.problems[name] = _(
                "Texten är %(length)s tecken och får vara högst %(limit)s. Korta den.", length=len(value), limit=limit
            )
        elif required and not value:
            self.problems[name] = required
        return value

    def paragraph(self, name: str, *, required: str | None = None) -> str:
        """The number of a paragraph of minutes, however it was written (*§ 61*); only the sign is no number."""
        number = paragraph_number(self.text(name, limit=50, required=required))
        if required and not number:
            self.problems.setdefault(name, required)
        return number

    def provision(self, name: str, *, limit: int, required: str | None = None) -> str:
        """A provision on secrecy, by chapter and section: a refusal says which it rests on (6 kap. 3 § OSL, 33 § FL)."""
        value = self.text(name, limit=limit, required=required)
        if value and not names_provision(value):
            self.problems.setdefault(name, _("Skriv bestämmelsen med kapitel och paragraf, till exempel 18 kap. 8 § OSL."))
        return value

    def choice(self, name: str, allowed: frozenset[str] | set[str] | tuple[str, ...], *, required: str) -> str:
        """One of the allowed values, else the sentence ``required``."""
        value = request.form.get(name, "")
        if value not in allowed:
            self.problems[name] = required
            return ""
        return value

    def day(self, name: str, *, required: str | None = None) -> date | None:
        """A civil date as the browser sends it (YYYY-MM-DD); None when the field is empty."""
        raw = request.form.get(name, "").strip()
        if not raw:
            if required:
                self.problems[name] = required
            return None
        value = read_day(raw)
        if value is None:
            self.problems[name] = _("Datumet kan inte läsas. Skriv det som 2026-11-22.")
            return None
        return value

    def days(self, name: str, most: int) -> int | None:
        """A number of working days from 1 to ``most``; None when the field is empty."""
        raw = request.form.get(name, "").strip()
        if not raw:
            return None
        if not (raw.isascii() and raw.isdigit() and len(raw) <= 9 and 1 <= int(raw) <= most):
            self.problems[name] = _("Skriv ett antal arbetsdagar från 1 till %(most)s.", most=most)
            return None
        return int(raw)

    def uuid(self, name: str, *, required: str | None = None) -> UUID | None:
        """A public id; None when the field is empty and may be."""
        raw = request.form.get(name, "")
        if not raw and not required:
            return None
        try:
            return UUID(raw)
        except ValueError:
            self.problems[name] = required or _("Valet finns inte längre. Välj på nytt.")
            return None

    def done(self) -> None:
        """Raise Invalid with every sentence gathered, if any."""
        if self.problems:
            raise Invalid(dict(self.problems))


def note(run: Callable[[], object]) -> None:
    """Write what a GET may write (a secret was read, a copy was opened) in a transaction of its own, before the answer."""
    with transaction():
        run()
