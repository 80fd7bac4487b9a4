"""What an agreement must say, when a delivery may begin, and which answers fit what was sent. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.text import _

WAITING, SENT, RECEIVED, REFUSED, FAILED = "waiting", "sent", "received", "refused", "failed"
HELD = (WAITING, SENT, RECEIVED)
"""States of a package in which its case goes into no other delivery."""

FOLDER, SFTP = "folder", "sftp"
SPECS = ("2.1.0", "2.2.0")
CONTENT_TYPES = ("citserms_v2_1", "ERMS")
SIGN_INS = ("password", "key")
FORMATS: Mapping[str, tuple[str, ...]] = {
    "PDF/A-1": ("fmt/95", "fmt/354"),
    "PDF/A-2": ("fmt/476", "fmt/477", "fmt/478"),
    "PDF/A-3": ("fmt/479", "fmt/480", "fmt/481"),
    "PDF/A-4": ("fmt/1910", "fmt/1911", "fmt/1912"),
    "XML": ("fmt/101",),
    "Text": ("x-fmt/111",),
    "PNG": ("fmt/11", "fmt/12", "fmt/13"),
    "JPEG": ("fmt/42", "fmt/43", "fmt/44", "fmt/1507"),
    "TIFF": ("fmt/353",),
    "Word": ("fmt/412",),
    "Excel": ("fmt/214",),
    "OpenDocument": ("fmt/136", "fmt/290", "fmt/291", "fmt/1756"),
}
"""The formats that an agreement can name, and PRONOM's keys of each."""

_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.\-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45}")
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_SECRET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
_FOLDER = re.compile(r"[A-Za-z0-9ÅÄÖåäö][A-Za-z0-9ÅÄÖåäö ._-]{0,60}")
_PROFILE = re.compile(r"https?://[!-~]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an agreement says, as it is typed: see ``models.Terms``."""

    receiver: str
    receiver_code: str
    reference_code: str
    spec: str
    profile_url: str
    content_type: str
    formats: tuple[str, ...]
    channel: str
    place: str
    host: str
    port: int | None
    username: str
    host_key: str
    sign_in: str
    secret: str
    valid_from: date
    valid_to: date | None


def wrong_with(said: Said) -> dict[str, str]:
    """One sentence for each field that does not hold."""
    found: dict[str, str] = {}
    if said.profile_url and not _PROFILE.fullmatch(said.profile_url):
        found["profile_url"] = _("Profilens adress ska börja med https:// och vara utan mellanslag.")
    if said.valid_to and said.valid_to < said.valid_from:
        found["valid_to"] = _("Sista dagen ligger före den första. Ändra någon av dem.")
    return found | (_server(said) if said.channel == SFTP else _folder(said))


def _folder(said: Said) -> dict[str, str]:
    if _FOLDER.fullmatch(said.place) and not said.place.endswith((".", " ")):
        return {}
    return {"place": _("Skriv namnet på en mapp, utan snedstreck: den ligger i installationens mapp för leveranser.")}


def _server(said: Said) -> dict[str, str]:
    found = {}
    if not _HOST.fullmatch(said.host):
        found["host"] = _("Skriv serverns namn, till exempel sftp.arkivet.example.")
    if said.port is None or not 0 < said.port < 65536:
        found["port"] = _("Skriv ett portnummer från 1 till 65535, till exempel 22.")
    if not said.username:
        found["username"] = _("Skriv användarnamnet på servern.")
    if not _FINGERPRINT.fullmatch(said.host_key):
        found["host_key"] = _("Skriv serverns fingeravtryck som SHA256: följt av 43 tecken. Mottagaren lämnar det.")
    if said.sign_in not in SIGN_INS:
        found["sign_in"] = _("Välj lösenord eller nyckel.")
    if not _SECRET.fullmatch(said.secret):
        found["secret"] = _("Skriv vad filen med lösenordet eller nyckeln heter, utan ändelse.")
    if any(part == ".." for part in said.place.split("/")):
        found["place"] = _("Skriv mappen på servern utan punkter som leder uppåt.")
    return found


def not_valid(number: str, valid_from: date, valid_to: date | None, today: date) -> str | None:
    """Why nothing is sent under the agreement that day, or None."""
    if today < valid_from:
        return _("Avtalet %(number)s gäller inte förrän %(day)s.", number=number, day=valid_from)
    if valid_to and today > valid_to:
        return _("Avtalet %(number)s gällde till %(day)s. Skriv in hur länge det gäller nu.", number=number, day=valid_to)
    return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the receiver answered about one package. ``receipt`` is their id of a package that was taken, ``reason`` why one
    was not; ``line`` is where it stood in a file, 0 where it was typed."""

    package: str
    sha256: str
    on: date
    receipt: str = ""
    reason: str = ""
    line: int = 0

    @property
    def state(self) -> str:
        """What the package becomes."""
        return REFUSED if self.reason else RECEIVED


def refusal_of(answer: Answer, delivery: str, state: str | None, sha256: str | None, receipt: str, sent_on: date | None) -> str:
    """Why the answer does not fit the package, in one sentence; empty where it does. ``state`` is None for a package that is
    not in the delivery."""
    name = answer.package
    if state is None:
        return _("Paketet %(name)s finns inte i leveransen %(delivery)s.", name=name, delivery=delivery)
    if state in (WAITING, FAILED) or sent_on is None:
        return _("Paketet %(name)s är inte skickat, så det kan inte vara mottaget.", name=name)
    if answer.state == RECEIVED and answer.sha256 != sha256:
        return _("Kontrollsumman för %(name)s är inte den som skickades: mottagaren har en annan fil.", name=name)
    if state == REFUSED or (state == RECEIVED and answer.reason):
        return _("Paketet %(name)s är redan besvarat.", name=name)
    if state == RECEIVED and receipt != answer.receipt:
        return _("Paketet %(name)s är redan mottaget, med kvitto %(receipt)s.", name=name, receipt=receipt)
    if answer.on < sent_on:
        return _("Paketet %(name)s skickades %(day)s och kan inte vara besvarat före dess.", name=name, day=sent_on)
    return ""
