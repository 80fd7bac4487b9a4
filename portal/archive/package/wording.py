"""Words of the package for what is kept as names of kinds. Pure."""

import json
from collections.abc import Mapping

from portal.archive.package.holdings import Entry

OUTCOMES: Mapping[str, str] = {"granted": "beviljat", "partly": "delvis beviljat", "rejected": "avslaget"}
CAPACITIES: Mapping[str, str] = {each: each for each in ("delegationsbeslut", "verkställighet", "politiskt beslut")}
DISPOSALS: Mapping[str, str] = {"keep": "bevaras", "dispose": "gallras", "when_useless": "gallras vid inaktualitet"}
COUNTED_FROM: Mapping[str, str] = {"decided": "beslutet", "closed": "ärendets avslut"}
FACTS: Mapping[str, str] = {"registration_checked": "registreringen kontrollerad"}


def told(entry: Entry) -> str:
    """An entry of the log as one line: when, who in which role, what, and about what."""
    header = json.loads(entry.header)
    who = header["actor"] or "portalen"
    thing = header["object"]
    return (
        f"{entry.at.isoformat()} {header['action']} {thing['kind']} {thing['id']} av {who} ({header['role']}), post {entry.seq}"
    )
