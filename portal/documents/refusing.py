"""Why a file is not taken in, and what is told of one that is."""

from portal.text import _

# What a reader should know before opening a file that was taken in as it is; the key is what is stored with it.
CAUTIONS = {
    "script": "Filen innehåller skript.",
    "action": "Filen gör något av sig själv när den öppnas.",
    "files": "Filen har andra filer inuti sig.",
    "form": "Filen innehåller ett formulär (XFA) som inte alla program visar.",
    "media": "Filen innehåller ljud, film eller 3D.",
}


class UploadRefused(Exception):
    """The file is not taken in. ``str(error)`` is the Swedish sentence that the person reads."""


def cautions_told(cautions: str) -> list[str]:
    """The sentences of what is stored in ``Document.cautions``, in the order of the table."""
    kept = cautions.split()
    return [_(sentence) for key, sentence in CAUTIONS.items() if key in kept]


def is_not(kind: str) -> UploadRefused:
    """For a file that is something else than its name says."""
    told = _("Filens innehåll är inte %(kind)s, fast namnet slutar så.", kind=kind)
    return UploadRefused(f"{told} {_('Spara den som %(kind)s och bifoga den igen.', kind=kind)}")


def is_broken(kind: str) -> UploadRefused:
    """For a file that its own program would not open either."""
    told = _("Filen är skadad och går inte att läsa som %(kind)s.", kind=kind)
    return UploadRefused(f"{told} {_('Spara den på nytt och bifoga den igen.')}")
