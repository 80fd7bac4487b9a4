"""What holds for passwords, periods and administration. Pure: values in, None or one Swedish sentence out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from portal.people.actor import Actor
from portal.people.permissions import Role
from portal.text import _

MIN_PASSWORD = 12
MAX_PASSWORD = 256
STRONG = 4  # zxcvbn: at least 10^10 guesses
ESTIMATED = 72  # characters; the estimate takes long for long ones, and these are enough
CONFIRMED_FOR = timedelta(minutes=5)

# Free tries before waiting begins, the first wait, and the longest: a lock that never ends would let anyone shut a
# person out by typing their name.
FREE_TRIES_NAME = 5
FREE_TRIES_ADDRESS = 20
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)
COUNTED_FOR = timedelta(hours=1)

CLAUSE, APPOINTMENT = "clause", "appointment"  # the grounds on which someone stands in for another


@dataclass(frozen=True, slots=True)
class Period:
    """Two civil dates, both included; an open end is None."""

    first: date
    last: date | None

    def meets(self, other: "Period") -> bool:
        """Whether some day belongs to both."""
        return (self.last is None or other.first <= self.last) and (other.last is None or self.first <= other.last)

    def within(self, other: "Period") -> "Period":
        """The days that belong to both; the two must meet."""
        lasts = [last for last in (self.last, other.last) if last is not None]
        return Period(max(self.first, other.first), min(lasts, default=None))


@cache
def _context_words() -> tuple[str, ...]:
    """Words of the work, the product and the season, which anyone who knows the portal would try first."""
    lines = (Path(__file__).parent / "context_words.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def password_problem(password: str, *, known: Iterable[str]) -> str | None:
    """Why this cannot be the person's password, or None. No demand on kinds of characters (NIST SP 800-63B).

    It must take more than ten thousand million guesses by someone who tries leaked passwords, words, names, dates and
    keyboard patterns first, with ``known`` (the person's names, the municipality) at the top of the list. Estimated
    here, by zxcvbn with its 30 000 most leaked passwords: asking outside would tell the password.
    """
    if len(password) < MIN_PASSWORD:
        return _("Lösenordet ska ha minst %(n)s tecken.", n=MIN_PASSWORD)
    if len(password) > MAX_PASSWORD:
        return _("Lösenordet får ha högst %(n)s tecken.", n=MAX_PASSWORD)
    from zxcvbn import zxcvbn  # its lists take memory that only a change of password needs

    words = [word for text in known for word in text.casefold().split() if len(word) > 2]
    if zxcvbn(password[:ESTIMATED], user_inputs=[*words, *_context_words()])["score"] < STRONG:
        return _("Lösenordet är för lätt att gissa. Välj till exempel fyra ord utan samband.")
    return None


def refusal_without_password(actor: Actor, now: datetime) -> str | None:
    """None when the password was given within five minutes, else the sentence that asks for it."""
    if actor.confirmed_at is not None and now - actor.confirmed_at < CONFIRMED_FOR:
        return None
    return _("Ange ditt lösenord för att fortsätta.")


def wait(failures: int, *, free: int) -> timedelta:
    """How long after the last failure the next try may come: doubled each time, up to five minutes."""
    if failures < free:
        return timedelta(0)
    doublings: int = min(failures - free, 10)
    return min(FIRST_WAIT * int(2**doublings), LONGEST_WAIT)


def period_problem(period: Period) -> str | None:
    """Why the period cannot be, or None."""
    if period.last is not None and period.last < period.first:
        return _("Slutdagen kan inte ligga före startdagen.")
    return None


def role_problem(period: Period, *, held: Iterable[Period]) -> str | None:
    """Why the role cannot be given for the period, or None; ``held`` are the same role's periods in the unit."""
    if problem := period_problem(period):
        return problem
    if any(period.meets(other) for other in held):
        return _("Personen har redan rollen för enheten under en del av tiden.")
    return None


@dataclass(frozen=True, slots=True)
class StandsIn:
    """``substitute_id`` acts for ``person_id`` (tf) in the period."""

    person_id: int
    substitute_id: int
    period: Period


def substitute_problem(period: Period, *, person_id: int, substitute_id: int, held: Iterable[StandsIn]) -> str | None:
    """Why the substitute cannot be appointed, or None; ``held`` are the other substitutions.

    One person stands in at a time, so that a decision says which one did; and nobody stands in, by way of others or not,
    for someone who on the same day stands in for them.
    """
    if person_id == substitute_id:
        return _("En person kan inte vara sin egen ersättare.")
    if problem := period_problem(period):
        return problem
    rows = [row for row in held if row.period.meets(period)]
    if any(row.person_id == person_id and row.substitute_id == substitute_id for row in rows):
        return _("Personen är redan ersättare under en del av tiden.")
    if any(row.person_id == person_id for row in rows):
        return _("En annan är redan ersättare under en del av tiden. Avsluta den ersättningen eller välj andra dagar.")
    if _leads_back(period, person_id, substitute_id, rows):
        return _("De två skulle ersätta varandra under en del av tiden, direkt eller genom andra. Välj en annan ersättare.")
    return None


def _leads_back(period: Period, start: int, now: int, rows: Iterable[StandsIn]) -> bool:
    """Whether who stands in for ``now``, and for them in turn, comes back to ``start`` on some day of the period."""
    rows = list(rows)
    left, seen = [(now, period)], set()
    while left:
        person_id, days = left.pop()
        if person_id == start:
            return True
        for row in rows:
            if row.person_id == person_id and row.period.meets(days):
                step = (row.substitute_id, row.period.within(days))
                if step not in seen:
                    seen.add(step)
                    left.append(step)
    return False


def end_of_substitution_problem(held: Period, last_day: date, today: date) -> str | None:
    """Why the substitution cannot end with the day, or None. Never behind what may have been done by it: a day that has been
    stays within its time, as a delegation's does."""
    if problem := period_problem(Period(held.first, last_day)):
        return problem
    if held.last is not None and last_day > held.last:
        return _("Ersättningen slutar tidigare än så. Utse ersättaren på nytt för en längre tid.")
    if last_day < today:
        return _("Sista dagen är tidigast i dag, så att det som ersättaren har gjort ligger inom tiden.")
    return None


def ground_problems(
    *, kind: str, clause: str, number: str, appointed_by: str, dated: date | None, today: date
) -> dict[str, str]:
    """What is missing of the ground on which someone stands in, by field: a clause of the delegation order, or an
    appointment (förordnande) with its number, date and by whom."""
    if kind == CLAUSE:
        return {} if clause else {"ground": _("Skriv grunden för ersättningen, till exempel delegationsordningens punkt.")}
    if kind != APPOINTMENT:
        return {"ground_kind": _("Välj punkt i delegationsordningen eller förordnande.")}
    problems = {}
    if not number:
        problems["ground_number"] = _("Skriv förordnandets nummer.")
    if dated is None:
        problems["ground_date"] = _("Skriv förordnandets datum.")
    elif dated > today:
        problems["ground_date"] = _("Förordnandets datum ligger i framtiden.")
    if not appointed_by:
        problems["appointed_by"] = _("Skriv vem som har förordnat.")
    return problems


def absence_problem(period: Period, *, person_id: int, stands_in_id: int | None, held: Iterable[Period]) -> str | None:
    """Why one's own absence cannot be noted, or None; ``held`` are one's other absences."""
    if person_id == stands_in_id:
        return _("Ange någon annan än dig själv.")
    if problem := period_problem(period):
        return problem
    if any(period.meets(other) for other in held):
        return _("Du har redan angett frånvaro under en del av tiden.")
    return None


def refusal_to_disable(actor: Actor, person_id: int) -> str | None:
    """Nobody closes their own account: the last administrator would lock everyone out."""
    if actor.person_id == person_id:
        return _("Du kan inte stänga ditt eget konto. En annan administratör kan göra det.")
    return None


ROLE_NAMES: dict[Role, str] = {
    Role.REQUESTER: "Äskande chef",
    Role.DECISION_MAKER: "Beslutsfattare",
    Role.FINANCE: "Ekonom",
    Role.RECIPIENT: "Mottagare",
    Role.REGISTRAR: "Registrator",
    Role.ARCHIVIST: "Arkivarie",
    Role.AUDITOR: "Revisor",
    Role.MANAGER: "Närmaste chef",
    Role.ADMINISTRATOR: "Administratör",
}
