"""Lines that only introduce points: *Kommunstyrelsen beslutar att*, *Nämnden föreslår kommunstyrelsen besluta:*."""

import re

PROPOSING = re.compile(r"\b(?:föreslå|hemställ|begär|anhåll)", re.I)
_INTRO = re.compile(
    r"(?:det )?(?P<organ>[A-ZÅÄÖ][\wåäöÅÄÖ& -]{3,60}?)(?: föreslås?| föreslår (?:att )?"
    r"(?P<proposed>[\wåäöÅÄÖ& -]{4,60}?))? (?:att )?"
    r"beslut(?:ar?|a)(?: (?:att )?(?:följande|enligt följande|för egen del))?(?: att)?\s?[:.]?"
)
_OWN = re.compile(r"För egen del beslutar (?P<organ>[\wåäöÅÄÖ& -]{4,60}?)(?: följande)?(?: att)?\s?[:.]?")
_IN = re.compile(r"I (?P<organ>[\wåäö& -]*(?:nämnden|styrelsen|fullmäktige|utskottet))\s?:", re.I)
_PROPOSES = re.compile(
    r"(?P<organ>[A-ZÅÄÖ][\wåäöÅÄÖ& -]{3,60}?) (?:föreslår|hemställer|begär|anhåller)(?: hos| av| om)?(?: att)? "
    r"(?P<proposed>(?:[\wåäöÅÄÖ]+-? (?:och |& )?){0,3}[\wåäöÅÄÖ-]*"
    r"(?:styrelsen|nämnden|fullmäktige|utskott(?:et)?))(?: att)?\s?[:.]?"
)


def intro_organ(text: str) -> str | None:
    """The organ in a line that only introduces points (``Kommunstyrelsen beslutar att``), or None when it is no such line."""
    own = _OWN.fullmatch(text) or _IN.fullmatch(text)
    if own:
        return own["organ"]
    match = _INTRO.fullmatch(text) or _PROPOSES.fullmatch(text)
    return (match["proposed"] or match["organ"]) if match else None
