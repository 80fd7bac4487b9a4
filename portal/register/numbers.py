"""How a number of a register is put together: prefix, Swedish year and serial, with separators between them.

A pattern is written as ``{diarium} {år}/{löpnummer:4}``; with a width the serial has exactly so many digits, without one as
many as it needs. Pure: text in, text or one Swedish sentence out.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from portal.text import _

CASE_PATTERN = "{diarium} {år}/{löpnummer:4}"
DECISION_PATTERN = "{diarium}-{år}-{löpnummer:4}"
WORKING_PREFIX = "ÄSK"
WORKING_PATTERN = "{diarium} {år}-{löpnummer:4}"
"""How a case is named here until the registrar has entered its number in the register that is kept elsewhere."""
LONGEST = 60
LEAST_WIDTH, MOST_WIDTH = 3, 9
SUGGESTED = (
    "{diarium} {år}/{löpnummer:4}",
    "{diarium} {år}/{löpnummer:5}",
    "{diarium}-{år}-{löpnummer:5}",
    "{diarium} {löpnummer:4}/{år}",
)
_TOKEN = re.compile(r"\{([^{}]*)\}")
_SERIAL = re.compile(r"löpnummer(?::([0-9]{1,2}))?")
_SEPARATORS = re.compile(r"[ /.\-]{1,3}")
_PREFIX = re.compile(r"[A-ZÅÄÖ]{1,10}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that has been read; ``width`` None: as many digits as the serial needs."""

    text: str
    width: int | None

    @property
    def last(self) -> int | None:
        """The last serial there is room for in a year; None where there is no last one."""
        return 10**self.width - 1 if self.width else None

    def number(self, prefix: str, year: int, serial: int) -> str:
        """The number as it is printed; its spaces do not break."""
        digits = f"{serial:0{self.width}d}" if self.width else str(serial)
        filled = self.text.replace("{diarium}", prefix).replace("{år}", str(year))
        return _TOKEN.sub(digits, filled).replace(" ", "\u00a0")

    def skeleton(self, prefix: str) -> str:
        """What is left of a number when its figures are all alike: two numbers can be the same only where these are."""
        return _TOKEN.sub("#", self.text.replace("{diarium}", prefix))


def problem(text: str) -> str | None:
    """Why ``text`` is no pattern, and how to mend it; None when it is one."""
    if len(text) > LONGEST:
        return _("Mönstret är för långt. Skriv högst %(most)s tecken.", most=LONGEST)
    tokens, between = _TOKEN.findall(text), _TOKEN.split(text)[::2]
    serials = [found for found in map(_SERIAL.fullmatch, tokens) if found]
    others = [token for token in tokens if not _SERIAL.fullmatch(token) and token not in ("diarium", "år")]
    if others:
        return _("{%(part)s} finns inte. Delarna är {diarium}, {år} och {löpnummer:4}.", part=others[0])
    if len(serials) != 1 or tokens.count("år") != 1 or tokens.count("diarium") > 1:
        return _("Mönstret ska ha {år} och {löpnummer} en gång var, och {diarium} högst en gång.")
    if between[0] or between[-1] or not all(map(_SEPARATORS.fullmatch, between[1:-1])):
        return _("Mellan delarna står bara skiljetecken: mellanslag, snedstreck, bindestreck eller punkt.")
    width = serials[0][1]
    if width and not LEAST_WIDTH <= int(width) <= MOST_WIDTH:
        return _("Löpnumret har %(least)s till %(most)s siffror: {löpnummer:4}.", least=LEAST_WIDTH, most=MOST_WIDTH)
    return None


def read(text: str) -> Pattern:
    """The pattern. Raises ValueError with the sentence when it is none."""
    if sentence := problem(text):
        raise ValueError(sentence)
    width = next(found[1] for found in map(_SERIAL.fullmatch, _TOKEN.findall(text)) if found)
    return Pattern(text, int(width) if width else None)


def prefix_problem(prefix: str) -> str | None:
    """Why ``prefix`` cannot begin a register's numbers; None when it can."""
    if not _PREFIX.fullmatch(prefix):
        return _("Beteckningen är en till tio stora bokstäver, till exempel KS.")
    if prefix == WORKING_PREFIX:
        return _("ÄSK är beteckningen för ärenden som väntar på sitt diarienummer. Välj en annan.")
    return None


def clash(own: Collection[tuple[str, str]], others: Collection[tuple[str, str]]) -> str | None:
    """Why numbers of a register could be the same as others': both as (prefix, pattern); None when they never can."""
    taken = {read(pattern).skeleton(prefix) for prefix, pattern in others}
    taken.add(read(WORKING_PATTERN).skeleton(WORKING_PREFIX))
    seen: set[str] = set()
    for prefix, pattern in own:
        skeleton = read(pattern).skeleton(prefix)
        if skeleton in taken:
            return _("Mönstret kan ge nummer som ett annat diarium ger. Ta med {diarium} eller välj andra skiljetecken.")
        if skeleton in seen:
            return _("Ärenden och beslut får inte ha samma mönster. Välj andra skiljetecken för det ena.")
        seen.add(skeleton)
    return None


def exhausted(pattern: Pattern, serial: int, name: str, year: int) -> str | None:
    """Why ``serial`` has no room in ``pattern``, and who mends it; None when it has."""
    if pattern.last is None or serial <= pattern.last:
        return None
    return _(
        "%(name)s har inga fler nummer för %(year)s: mönstret rymmer %(last)s. "
        "Administratören ger löpnumret fler siffror under Diarier.",
        name=name, year=year, last=pattern.last,
    )  # fmt: skip


def taken(number: str) -> str:
    """The sentence where a series comes to a number that stands already."""
    return _("Numret %(number)s är redan använt. Administratören ändrar mönstret under Diarier.", number=number)


def normalised(typed: str) -> str:
    """A number as typed from another register: its spaces single."""
    return " ".join(typed.replace("\u00a0", " ").split())
