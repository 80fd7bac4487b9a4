"""How amounts, instants and days are written in the pages: ``1 000 000 kr``, ``i går 14:32``, ``22 november 2026``."""

from collections.abc import Mapping
from datetime import date, datetime

from flask import Flask
from jinja2.filters import do_xmlattr
from jinja2.nodes import EvalContext
from jinja2.utils import pass_eval_context

from portal import clock
from portal.money import format_kronor, grouped
from portal.months import in_full
from portal.people.actor import acting_as
from portal.text import _
from portal.workdays import working_days

NBSP = "\u00a0"


def kronor(amount: int | None, missing: str | None = None) -> str:
    """Whole kronor as ``1 000 000 kr``; a missing amount is said in words, never shown as 0."""
    if amount is None:
        return _("ej beloppsatt") if missing is None else missing
    return format_kronor(amount)


def signed_kronor(amount: int) -> str:
    """A ledger amount with its sign: ``+ 250 000 kr``, ``− 120 000 kr`` (U+2212)."""
    sign = "+" if amount > 0 else "\u2212" if amount < 0 else ""
    return f"{sign}{NBSP if sign else ''}{format_kronor(abs(amount))}"


def clause(text: str, order: str = "") -> str:
    """A clause as it is read: the bare number ``4.2`` as ``punkt 4.2`` in its ``order``, a clause that names its source as
    it stands."""
    if not text[:1].isdigit():
        return ", ".join(part for part in (text, order) if part)
    named = f"{_('punkt')}{NBSP}{text}"
    return _("%(clause)s i %(order)s", clause=named, order=order) if order else named


def paragraph(number: str) -> str:
    """A paragraph of minutes with its sign, which never parts from it: ``§ 31`` of ``31`` as of ``§ 31``."""
    return f"§{NBSP}{number.replace('§', '').strip()}"


def day(value: date | datetime | str | None) -> str:
    """A civil day (or its ISO text) in full, ``22 november 2026``; an instant is its day in Sweden; nothing for nothing."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = clock.local_date(value)
    return in_full(value)


def time_of_day(instant: datetime) -> str:
    """The Swedish clock time of an instant, ``14:32``."""
    return instant.astimezone(clock.STOCKHOLM).strftime("%H:%M")


def _near(instant: datetime) -> str | None:
    days_ago = (clock.today() - clock.local_date(instant)).days
    if days_ago == 0:
        return _("i dag %(time)s", time=time_of_day(instant)).replace(" ", NBSP)
    if days_ago == 1:
        return _("i går %(time)s", time=time_of_day(instant)).replace(" ", NBSP)
    return None


def when(instant: datetime | None) -> str:
    """When something happened: ``i dag 09:15``, ``i går 14:32``, otherwise the day; nothing for nothing."""
    return "" if instant is None else _near(instant) or day(instant)


def moment(instant: datetime | None) -> str:
    """As ``when``, with the clock time on older days too: ``22 november 2026 10:12`` (timelines, receipts)."""
    return "" if instant is None else _near(instant) or f"{day(instant)}{NBSP}{time_of_day(instant)}"


def since(instant: datetime | None) -> str:
    """How long something has waited: the near instant itself, then in working days, ``6 arbetsdagar``."""
    if instant is None:
        return ""
    if near := _near(instant):
        return near
    days = working_days(clock.local_date(instant), clock.today())
    if days == 0:
        return day(instant)
    if days == 1:
        return _("1 arbetsdag").replace(" ", NBSP)
    return _("%(days)s arbetsdagar", days=days).replace(" ", NBSP)


def file_size(size: int) -> str:
    """Bytes as a reader expects them: ``214 kB``, ``1,2 MB``."""
    if size < 1000:
        return f"{size}{NBSP}B"
    if size < 1_000_000:
        return f"{round(size / 1000)}{NBSP}kB"
    return f"{size / 1_000_000:.1f}{NBSP}MB".replace(".", ",")


def percent(part: int, whole: int) -> float:
    """``part`` of ``whole`` in per cent with two decimals, kept within 0–100: widths in charts."""
    return 0.0 if whole <= 0 else round(min(max(part / whole, 0.0), 1.0) * 100, 2)


def iso(value: date | datetime | None) -> str:
    """The machine-readable form for ``<time datetime>`` and ``<input type=date>``; HTML takes three decimals at most."""
    if value is None:
        return ""
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value.isoformat()


@pass_eval_context
def attributes(context: EvalContext, given: Mapping[str, object]) -> str:
    """Attributes as they stand in a tag, after a space: true stands bare as HTML wants it, false and none not at all."""
    kept = {name: "" if value is True else value for name, value in given.items() if value is not False}
    return do_xmlattr(context, kept)


def register(app: Flask) -> None:
    """Make the filters known to the templates."""
    app.jinja_env.filters.update(
        kronor=kronor,
        number=grouped,
        signed_kronor=signed_kronor,
        acting_as=acting_as,
        clause=clause,
        paragraph=paragraph,
        date=day,
        time=time_of_day,
        when=when,
        moment=moment,
        since=since,
        file_size=file_size,
        percent=percent,
        iso=iso,
        attributes=attributes,
    )
