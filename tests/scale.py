"""How much a campaign does: a short, representative cut in `make test`, all of it in `make soak`."""

import json
import os
from pathlib import Path

SOAK = bool(os.environ.get("SOAK"))
_REPORT = os.environ.get("SOAK_REPORT")


def times(short: int, soak: int) -> int:
    """``short`` in `make test`, ``soak`` in `make soak`."""
    return soak if SOAK else short


def measured(campaign: str, **figures: int | float | str) -> None:
    """Keep what a campaign came to, for the table that `make soak` ends with."""
    if _REPORT:
        with Path(_REPORT).open("a", encoding="utf-8") as report:
            report.write(json.dumps({"campaign": campaign, **figures}, ensure_ascii=False) + "\n")
