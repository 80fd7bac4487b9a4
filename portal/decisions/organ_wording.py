"""A request's proposal worded for the organ that decides: *Kommunstyrelsen beslutar att …*. Pure.

Requests begin their points in many ways (*att bevilja*, *Kommunchefen beslutar*, *Säkerhetschefen föreslår att …*). ``WAYS``
is the table of them. A point that none of them knows is not guessed at: then all points stand in the request's own words
under the organ's heading.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.documents.reading.kinds import ORGAN
from portal.documents.reading.vocabulary import BODIES, ROLES, any_of
from portal.money import find_amounts
from portal.text import _


@dataclass(frozen=True, slots=True)
class Organ:
    """An organ: ``name`` begins with a capital, ``in_text`` is how it reads in a sentence."""

    name: str
    in_text: str


@dataclass(frozen=True, slots=True)
class PutTo:
    """A proposal put to an organ: the heading, the words that lead several points in (else empty), and the points.

    ``reworded`` is False where the points are the request's own words.
    """

    heading: str
    intro: str
    points: tuple[str, ...]
    reworded: bool


_SHORT = ("arbetsutskottet", "utskottet", "nämnden", "styrelsen")


@dataclass(frozen=True, slots=True)
class Organs:
    """Which organ decides, and which prepares the decision and proposes it (None where the deciding one does)."""

    deciding: Organ
    preparing: Organ | None = None

    @property
    def meeting(self) -> Organ:
        """The organ that the papers go to now."""
        return self.preparing or self.deciding

    @property
    def lead(self) -> str:
        """What comes before *att*: who decides, or who proposes it to whom."""
        if self.preparing is None:
            return _("%(organ)s beslutar", organ=self.deciding.name)
        return _("%(organ)s föreslår %(deciding)s besluta", organ=self.preparing.name, deciding=self.deciding.in_text)

    def have(self, named: str) -> bool:
        """Whether words name one of the two, by its name or by what it is called for short (*arbetsutskottet*)."""
        said = named.strip().casefold()
        own = [name.casefold() for each in (self.deciding, self.preparing) if each for name in (each.name, each.in_text)]
        return said in own or any(said == short and short[:-2] in name for short in _SHORT for name in own)


_STANDING = (("fullmäktige", 4), ("utskott", 1), ("styrelse", 3))


def _standing(organ: Organ) -> int:
    """How high an organ stands: fullmäktige, styrelsen, a nämnd, an utskott."""
    words = f"{organ.name} {organ.in_text}".casefold()
    return next((rank for word, rank in _STANDING if word in words), 2)


def organs(handed_to: Organ, asked: Organ | None, passed_on_from: Organ | None) -> Organs:
    """Who decides and who prepares: of the organ that has the case now, the one that the request asks to decide, and the
    one that passed the case on. A higher organ decides on a lower one's proposal, never the other way round."""
    if passed_on_from and _standing(handed_to) > _standing(passed_on_from):
        return Organs(handed_to, passed_on_from)
    if asked and _standing(asked) > _standing(handed_to):
        return Organs(asked, handed_to)
    return Organs(handed_to)


def put_to(points: Sequence[str], to: Organs) -> PutTo:
    """The points as the organ would decide them, else as the request words them."""
    own = tuple(point.strip() for point in points if point.strip())
    heading = _("Förslag till beslut i %(organ)s", organ=to.meeting.in_text)
    worded = [_worded(point, to) for point in own]
    found = [point for point in worded if point is not None]
    if not own or len(found) < len(own):
        return PutTo(heading, "", own, reworded=False)
    if len(found) == 1:
        return PutTo(heading, "", (f"{to.lead} {found[0]}",), reworded=True)
    return PutTo(heading, to.lead, tuple(found), reworded=True)


# ---- how a point begins ----

_GRANTS = {
    "beviljar": "bevilja", "anvisar": "anvisa", "anslår": "anslå", "avsätter": "avsätta", "tilldelar": "tilldela",
    "tillför": "tillföra", "överför": "överföra", "omfördelar": "omfördela", "fördelar": "fördela", "utökar": "utöka",
    "godkänner": "godkänna", "bifaller": "bifalla", "avslår": "avslå", "ger": "ge", "lämnar": "lämna", "uppdrar": "uppdra",
    "medger": "medge", "finansierar": "finansiera", "antar": "anta", "noterar": "notera", "reserverar": "reservera",
    "tillskjuter": "tillskjuta", "delegerar": "delegera", "ställer": "ställa", "förklarar": "förklara", "tar": "ta",
}  # fmt: skip
_IMPERATIVES = {"godkänn": "godkänna", "avsätt": "avsätta", "tillskjut": "tillskjuta", "ställ": "ställa", "medge": "medge"}
_INFINITIVES = "|".join(_GRANTS.values())
_PRESENT = "|".join(_GRANTS)
_PASSIVE = (
    "beviljas|anvisas|anslås|avsätts|tilldelas|tillförs|överförs|omfördelas|fördelas|utökas|ökas|minskas|godkänns|bifalls|"
    "avslås|finansieras|tas|hämtas|täcks|betalas|belastar|belastas|avräknas|disponeras|anmäls|återredovisas|återredovisar|"
    "återrapporteras|återrapporterar|redovisas|redovisar|rapporteras|rapporterar|följs|förklaras|justeras|ges|lämnas|ställs|"
    "uppdras|får|ska|skall|kan|gäller|reserveras|sker|överlämnas|lånefinansieras"
)
# What stands before a subordinate clause's verb (*att medlen inte får*) but after a main clause's: then it must be moved.
_MOVES = r"(?:inte|ej|även|också|endast|bara|dock|därmed|därför|alltid|aldrig)\b"
_WHO = r"(?P<who>[^\W\d][^.;:,\d]{1,80}?)"
_ROLE = re.compile(rf"[\w-]*(?:{any_of(ROLES)})(?:en|n)?", re.I)
_BODY = re.compile(rf"[\w-]*(?:{any_of(BODIES)})\w{{0,3}}", re.I)
_ASIDE = re.compile(r"\b(?:av|hos|från) (?:kommun|[\wåäö -]{0,40}(?:nämnd|styrelse|utskott))", re.I)
# Nouns that are no names: a sentence that begins with one begins with a small letter after *att*.
_COMMON = re.compile(
    r"(?:kostnad|utgift|finansiering|insats|åtgärd|satsning|budget|ram|paragraf|ordning|redovisning|uppföljning|investering|"
    r"begäran|ansökan|återredovisning|anslag|belopp|bidrag|tilläggsanslag|beslut|uppdrag|projekt|äskande|förslag|ärende|medel|medlen|resterande)"
    r"(?:en|et|n|erna|arna)?|[\w-]*(?:nämnden|förvaltningen|kontoret|enheten|avdelningen|styrelsen|fullmäktige|utskottet|"
    r"kansliet|tjänsten|sektorn|staben|gruppen|rådet|skolan|chefen|direktören|ekonomen|samordnaren|strategen|revisorn|"
    r"revisorerna|registratorn)s?|ett|en|högst",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a point begins. ``reworded`` answers what is left to word, or the point from *att* on; None where
    this point is not certain all the same."""

    name: str
    begins: re.Pattern[str]
    reworded: Callable[[re.Match[str], Organs], str | None]


def _rest(match: re.Match[str], _to: Organs) -> str:
    return match["rest"]


def _of_decider(match: re.Match[str], to: Organs) -> str | None:
    """What a chief or the organ itself is said to decide; not what another organ is."""
    who = match["who"].strip()
    return match["rest"] if to.have(who) or _ROLE.fullmatch(who.split(" ")[-1]) else None


def _proposed_to(match: re.Match[str], to: Organs) -> str | None:
    return match["rest"] if to.have(match["organ"].strip()) else None


def _proposed(match: re.Match[str], _to: Organs) -> str | None:
    """What somebody proposes without naming who decides; what another organ is to decide is left alone."""
    other = re.match(rf"(?:{ORGAN.pattern})\s+(?:besluta|föreslå)", match["rest"], re.I)
    return None if other else f"att {match['rest']}"


def _verb(match: re.Match[str], to: Organs) -> str | None:
    """*Kommunstyrelsen beviljar …* as *att bevilja …*, with the verbs that go on from it."""
    if _of_decider(match, to) is None:
        return None
    rest = re.sub(rf"\b(och|samt) ({_PRESENT})\b", lambda more: f"{more[1]} {_GRANTS[more[2]]}", match["rest"])
    return f"att {_GRANTS[match['verb'].casefold()]} {rest}"


def _asked(match: re.Match[str], _to: Organs) -> str | None:
    """*Säkerhetsenheten äskar 300 000 kr …*: who asks is who gets it, where it is a unit and the amount comes next."""
    who, rest = match["who"].strip(), match["rest"]
    amounts = find_amounts(rest)
    certain = _BODY.fullmatch(who.split(" ")[-1]) and not _ROLE.fullmatch(who.split(" ")[-1])
    if not certain or not amounts or amounts[0].start or _ASIDE.search(rest):
        return None
    small = _small(who)
    return f"att bevilja {small} {rest}" if small else None


def _clause(match: re.Match[str], _to: Organs) -> str | None:
    """*300 000 kr beviljas till …* after *att*: the subject first, so that the order of words is the same."""
    return small if (small := _small(match[0])) is None else f"att {small}"


def _small(words: str) -> str | None:
    """Words as they go on inside a sentence; None where their first may be a name or no subject."""
    first = words.split(" ")[0]
    if first[0].isdigit() or first[0].islower():
        return words
    if re.match(r"[A-ZÅÄÖ][a-zåäö]+a [\w-]*(?:nämnden|förvaltningen|avdelningen|kontoret|enheten)\b", words):
        return first[0].lower() + words[1:]  # Tekniska nämnden
    if len(first) > 1 and first[1].isupper():  # IT-enheten
        return words if _COMMON.fullmatch(first) else None
    if _COMMON.fullmatch(first) or re.match(r"\w+-(?: och| &)? [\w-]*(?:nämnden|förvaltningen|kontoret)", words):
        return first[0].lower() + words[1:]
    return None


def _way(name: str, pattern: str, reworded: Callable[[re.Match[str], Organs], str | None]) -> Way:
    return Way(name, re.compile(pattern, re.I | re.S), reworded)


_ORGAN = r"(?P<organ>[^.;:,\d]{3,80}?)"
_PROPOSES = r"(?:föreslår|hemställer|begär|anhåller om)"

WAYS: tuple[Way, ...] = (
    _way("a number or a bullet", r"(?:\d{1,2}[.)]|[a-zåäö]\)|[-–—•*])\s+(?P<rest>.+)", _rest),
    _way("besluta att", r"(?:att )?besluta (?:följande:?\s)?(?P<rest>att .+)", _rest),
    _way("det föreslås att organet beslutar", rf"(?:det )?föreslås att {_ORGAN} beslutar? (?P<rest>(?:att )?.+)", _proposed_to),
    _way("det föreslås att", r"(?:det )?föreslås att (?P<rest>.+)", _proposed),
    _way(
        "någon föreslår organet föreslå ett annat besluta",
        rf"{_WHO} {_PROPOSES} (?:att )?[^.;:,\d]{{3,60}}? föreslår? (?:att )?{_ORGAN} (?:att )?beslutar? (?P<rest>(?:att )?.+)",
        _proposed_to,
    ),
    _way(
        "någon föreslår organet besluta",
        rf"{_WHO} {_PROPOSES} (?:att )?{_ORGAN} (?:att )?beslutar? (?P<rest>(?:att )?.+)",
        _proposed_to,
    ),
    _way("någon föreslår organet att bevilja", rf"{_WHO} {_PROPOSES} (?:av |hos )?{_ORGAN} (?P<rest>att .+)", _proposed_to),
    _way("organet föreslås besluta", rf"{_ORGAN} föreslås (?:att )?(?:besluta )?(?P<rest>(?:att )?.+)", _proposed_to),
    _way("någon beslutar", rf"{_WHO} beslutar(?: följande)?:? (?P<rest>(?:att )?.+)", _of_decider),
    _way("någon föreslår att", rf"{_WHO} {_PROPOSES} att (?P<rest>.+)", _proposed),
    _way("någon föreslår bevilja", rf"{_WHO} föreslår (?:att )?(?P<rest>(?:{_INFINITIVES})\b.+)", _rest),
    _way("att", r"att (?P<rest>.+)", lambda match, _to: f"att {match['rest']}"),
    _way("bevilja", rf"(?P<rest>(?:{_INFINITIVES})\b.+)", lambda m, _to: f"att {m['rest'][0].lower()}{m['rest'][1:]}"),
    _way(
        "avsätt",
        rf"(?P<verb>{'|'.join(_IMPERATIVES)})\b (?P<rest>.+)",
        lambda match, _to: f"att {_IMPERATIVES[match['verb'].casefold()]} {match['rest']}",
    ),
    _way("organet beviljar", rf"{_WHO} (?P<verb>{_PRESENT}) (?!{_MOVES})(?P<rest>.+)", _verb),
    _way("enheten äskar", rf"{_WHO} (?:äskar|begär|ansöker om|söker|hemställer om) (?:om )?(?P<rest>\d.+)", _asked),
    _way("pengarna beviljas", rf"[^.;:]{{2,160}}? (?:{_PASSIVE})\b(?! {_MOVES}).*", _clause),
)
_MOST_STEPS = 5  # a number, who proposes it, who decides, and the point itself


def _worded(point: str, to: Organs) -> str | None:
    """The point from *att* on; None where no way of the table is certain."""
    text = point
    for _step in range(_MOST_STEPS):
        if text.startswith("att ") and not re.match(r"att besluta att\b", text):
            return _without_own_name(text, to)
        way, match = next(((way, match) for way in WAYS if (match := way.begins.fullmatch(text))), (None, None))
        step = way.reworded(match, to) if way and match else None
        if step is None:
            return None
        text = step.strip()
    return None


def _without_own_name(text: str, to: Organs) -> str | None:
    """*att kommunstyrelsen beviljar* after *Kommunstyrelsen beslutar* is no more than *att bevilja*; what another organ is
    asked to propose to this one is what this one decides."""
    proposed = re.match(rf"att föreslå {_ORGAN} (?:att )?besluta (?P<rest>att .+)", text, re.I | re.S)
    if proposed and to.have(proposed["organ"]):
        return proposed["rest"]
    own = re.match(rf"att (?P<who>[^.;:,\d]{{3,60}}?) (?P<verb>{_PRESENT}) (?!{_MOVES})(?P<rest>.+)", text, re.I | re.S)
    if own and to.have(own["who"]):
        return _verb(own, to)
    if re.match(r"att [^.;:,\d]{3,60}? beslutar?\b", text, re.I):
        return None  # another organ decides, or the same one again
    return text
