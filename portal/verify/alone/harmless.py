"""That nothing in the file runs, asks, plays or hides: by what every object in it holds."""

from __future__ import annotations

from portal.verify.alone.document import View
from portal.verify.alone.syntax import Name, PdfObject, Ref, Stream

_ACTING = {"JavaScript", "JS", "OpenAction", "AA", "Launch", "XFA", "RichMedia", "Movie", "Sound", "3D", "OCProperties"}
_ACTIONS = {
    "JavaScript", "Launch", "SubmitForm", "ResetForm", "ImportData", "GoToE", "GoToR", "Rendition", "Movie", "Sound", "Hide",
}  # fmt: skip
_DATA = "application/json"


def trouble(view: View) -> str | None:
    """What in the file does more than show itself: a Swedish phrase; None when nothing does."""
    for number in view.numbers():
        waiting: list[PdfObject] = [view.get(Ref(number, 0))]
        while waiting:
            value = waiting.pop()
            if isinstance(value, list):
                waiting += value
                continue
            entries = value.entries if isinstance(value, Stream) else value
            if not isinstance(entries, dict):
                continue
            if _ACTING & entries.keys() or (isinstance(entries.get("S"), Name) and entries["S"] in _ACTIONS):
                return "den bär kod, formulär, film eller dolda delar"
            if entries.get("Type") == Name("EmbeddedFile") and entries.get("Subtype") != Name(_DATA):
                return "den bär en annan fil i sig"
            waiting += entries.values()
    return None
