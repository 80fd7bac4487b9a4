"""The title in the head of a document: what is left when letterhead, labels, dates, numbers and people are taken away."""

import re
from collections.abc import Sequence

from portal.documents.reading.dates import is_date
from portal.documents.reading.kinds import ORGAN, find_kind, without_kind
from portal.documents.reading.layout import PLACEHOLDER, Line, joined
from portal.documents.reading.names import EMAIL, PHONE, is_name, is_role, name_and_role
from portal.documents.reading.numbers import NUMBER_LABEL, find_number, without_number

_LABEL = re.compile(
    r"(?:datum|sammanträdesdatum|sida|sid|handläggare|kontaktperson|kontakt|föredragande|telefon|tfn|e-?post|mobil|"
    r"direkt(?:nr|telefon)|"
    r"adress|diarie\w*|dnr|ert? datum|vårt datum|er(?:t)? (?:referens|beteckning)|vår (?:referens|beteckning)|referens|"
    r"plats(?: och tid)?|"
    r"organisation|förvaltning|enhet|avdelning|nämnd|upprättad(?: av)?|utfärda[dt]t?|version|status|dokumenttyp|mottagare|"
    r"(?:äskande|ansökande|sökande|begärande) (?:enhet|förvaltning|nämnd|avdelning|verksamhet|part)|upprättat av|skriven av|"
    r"författare|besluts?fattare|beslut av|från|skickat|"
    r"ärende ?(?:nr|nummer)|sekretess|paragraf|informationsklass|giltig\w*|beslutsinstans|besluts?organ|till)\b\s*[:.]?.*",
    re.I,
)
_TITLE_LABEL = re.compile(
    r"(?:ärende(?:rubrik|mening|titel)?|rubrik|titel|ärendet avser|angående|ang\.|avser)\s*:\s*(.*)", re.I
)
_OPEN_END = re.compile(r"(?:[,&–-]|\b(?:och|samt|för|av|till|i|om|med|vid|från|på|ur|den|det|en|ett))$")
_LABEL_ALONE = re.compile(r"(?:ärende(?:rubrik|mening|titel)?|rubrik|ärendet avser|angående)\s?:?", re.I)
_UNIT = re.compile(
    r"(?:[\wåäöÅÄÖ&-]+(?:s|en)?\s){0,5}[\wåäöÅÄÖ&-]*(?:förvaltning(?:en)?|kontor(?:et)?|enhet(?:en)?|avdelning(?:en)?|"
    r"nämnd(?:en)?|styrelse(?:n)?|"
    r"kansli(?:et)?|utskott(?:et)?|fullmäktige|kommun|stad|region|sektor(?:n)?|stab(?:en)?|tjänsten?|bolag(?:et)?|ab)"
    r"(?:\s(?:för\s)?[A-ZÅÄÖ&][\wåäö&]*(?:\s(?:&|och)\s[A-ZÅÄÖ][\wåäö]*)*)?",
    re.I,
)
_SAYS_MORE = re.compile(r"\d| (?:för|av|till|om|från) [a-zåäö]")  # than the name of a unit: "Plan 2024 för kommunstyrelsen"
_GREETING = re.compile(r"(?:hej|god dag|tjänare|bästa \w+|hälsningar|(?:med )?(?:vänliga?|bästa) hälsning(?:ar)?)[ ,!.]*", re.I)
_MEETING = re.compile(r"(?:[A-Za-zåäöÅÄÖ]{2,6}\s?)?§\s?\d+\b|ärende(?:nr)?\s?\d+\b|(?:allmänna|enskilda) utskottet", re.I)
_MONEY_WORD = re.compile(
    r"äska|begär|ansök|medel|anslag|fördelning|bidrag|ram\b|budget|finansier|investering|satsning|förstärk|stöd|"
    r"hemställ|resurs|tillskott|inköp|omfördel",
    re.I,
)
_OTHER_KIND = re.compile(
    r"(?:protokoll|kallelse|beslut|yttrande|promemoria|pm|missiv|äskande|skrivelse|begäran|ansökan|brev|utkast|rapport|"
    r"information|inbjudan|minnesanteckningar|delegationsbeslut|meddelande|anteckningar|underlag|bilaga \d*|"
    r"(?:blankett|formulär)\b.*)",
    re.I,
)


# The name of a yearly round; the title where there is no other.
_BANNER = re.compile(
    r"(?:äskande|begäran|ansökan|hemställan) till [\wåäö -]*(?:styrelsen|nämnden|fullmäktige|utskottet|gruppen|ledningen)|"
    r"(?:budget)?(?:äskanden?|ansökan|begäran)\s(?:inför|till|i|om)\s(?:budget\w*|år|verksamhetsplan\w*)?\s?(?:20\d\d\W*)*",
    re.I,
)


def _is_letterhead(chunk: str) -> bool:
    """True for a piece of the head that is not the title: label, date, number, unit, person, way to reach someone."""
    text = chunk.strip(" .:|")
    return (
        not re.search(r"[^\W\d_]{2}", text)
        or bool(_LABEL.fullmatch(text))
        or is_date(text)
        or bool(NUMBER_LABEL.match(text))
        or bool(PLACEHOLDER.search(text) and len(PLACEHOLDER.sub("", text).strip()) < 15)
        or bool(re.match(r"[A-ZÅÄÖ][\w/ .-]{2,24}:\s", text) and not _MONEY_WORD.search(text))
        or bool(_OTHER_KIND.fullmatch(text) or _GREETING.fullmatch(text))
        or bool(ORGAN.fullmatch(text))
        or bool(_UNIT.fullmatch(text) and not _MONEY_WORD.search(text) and not _SAYS_MORE.search(text))
        or bool(EMAIL.search(text) or (PHONE.search(text) and len(text) < 60) or re.search(r"www\.|https?:", text))
        or is_name(text)
        or bool(name_and_role(text))
        or (is_role(text) and not _MONEY_WORD.search(text) and len(text.split()) <= 4)
        or bool(re.fullmatch(r"(?:sida\s)?\d+\s?(?:\(\d+\)|av \d+)?", text, re.I))
        or bool(re.match(r"\d{3}\s\d{2}\s[A-ZÅÄÖ]", text))
    )


def _rest_of(line: Line) -> str:
    """The words of a line of the head that may be the title."""
    kept = []
    for _at, chunk in line.chunks:
        for part in re.split(r"\s\|\s", chunk):
            part = _MEETING.sub("", part, count=1).strip(" .:") if _MEETING.match(part) else part
            part = NUMBER_LABEL.split(part)[0].strip() if NUMBER_LABEL.search(part) and not NUMBER_LABEL.match(part) else part
            if part and not _is_letterhead(part) and not (find_kind([line]) and len(part) < 25) and not _is_number(part):
                kept.append(part)
    return " ".join(kept)


def _is_number(text: str) -> bool:
    line = Line(0, 0, len(text), text, text, True, False)
    found = find_number([line])
    return found is not None and found[0] == text


def find_title(front: Sequence[Line], after: int, *, headless: bool) -> tuple[str, list[Line]] | None:
    """The title among the lines of the head; ``after`` is the line number it must not stand before (the § of minutes)."""
    candidates: list[list[tuple[Line, str]]] = []
    previous: Line | None = None
    for position, line in enumerate(front):
        if headless and len(line.text) > 40 and line.text.endswith("."):
            break  # the letter has begun
        labelled = _TITLE_LABEL.fullmatch(line.text)
        if labelled and not is_role(labelled[1]) and not _is_number(labelled[1]):
            following = front[position + 1 : position + 2]
            if labelled[1]:
                going_on = [line, *_continued(line, front[position + 1 : position + 4])]
                return joined([labelled[1], *(each.text for each in going_on[1:])]), going_on
            if following:
                return following[0].text, list(following)
        if len(line.chunks) > 1 and _LABEL_ALONE.fullmatch(line.chunks[0][1]) and not _is_letterhead(line.chunks[1][1]):
            named = [line, *_continued(line, front[position + 1 : position + 4])]
            return joined([" ".join(chunk for _at, chunk in line.chunks[1:]), *(each.text for each in named[1:])]), named
        if _LABEL_ALONE.fullmatch(line.text) and position + 1 < len(front) and _rest_of(front[position + 1]):
            below = front[position + 1]
            named = [below, *_continued(below, front[position + 2 : position + 5])]
            return joined(each.text for each in named), named
        text = "" if line.noise or line.number < after else _rest_of(line)
        if previous is not None and not line.gap and _OPEN_END.search(previous.text) and not line.noise:
            text = line.text  # whatever it names, the title above breaks off before it
        if text:
            whole = text == line.text or (text == line.chunks[0][1] and text[:1].islower())
            if previous is not None and not line.gap and candidates and previous.number == line.number - 1 and whole:
                candidates[-1].append((line, text))
            else:
                candidates.append([(line, text)])
            previous = line
        else:
            previous = None
    best = _best(candidates, headless=headless)
    if not best:
        return None
    words = re.sub(r"^\d{1,2}\.\s+(?=[A-ZÅÄÖ])", "", joined(text for _line, text in best))
    aside = re.fullmatch(r"(.+?)\s*\(([^()]+)\)", words)
    words = aside[1] if aside and _is_number(aside[2]) else without_number(words)
    return without_kind(words), [line for line, _text in best]


def labelled_title(lines: Sequence[Line]) -> tuple[str, list[Line]] | None:
    """The title in a field of a form further down: *Rubrik: …*."""
    for line in lines:
        field = re.fullmatch(r"(?:ärende)?(?:rubrik|mening|titel)\s*:\s*(.{8,})", line.text, re.I)
        if field and not is_role(field[1]):
            return field[1], [line]
    return None


def _continued(line: Line, following: Sequence[Line]) -> list[Line]:
    """The lines a labelled title goes on with: it broke off inside a phrase, or they begin inside one."""
    taken: list[Line] = []
    for each in following:
        open_end = _OPEN_END.search(line.text)
        if each.gap or each.noise or ":" in each.text or not (open_end or each.text[:1].islower()):
            break
        taken.append(each)
        line = each
    return taken


def _best(candidates: list[list[tuple[Line, str]]], *, headless: bool) -> list[tuple[Line, str]] | None:
    """The candidate that speaks of money, else the last before the first heading (the first where there is none)."""
    short = [block for block in candidates if len(block) <= 4 and len(joined(text for _l, text in block)) <= 250]
    titles = [block for block in short if not re.search(r"[.!?]$", block[-1][1]) or len(block[-1][1]) < 40]
    marked = [block for block in titles if block[0][0].marked]
    spoken = [block for block in marked or titles if any(_MONEY_WORD.search(text) for _line, text in block)]
    spoken.sort(key=lambda block: bool(_BANNER.fullmatch(joined(text for _line, text in block))))
    pool = spoken or marked or titles
    if not pool:
        return None
    return pool[0] if headless or spoken else pool[-1]
