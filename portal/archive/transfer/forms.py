"""Reads an agreement, a receipt and a refusal as they are typed."""

from collections.abc import Collection
from uuid import UUID

from flask import request

from portal import clock
from portal.archive.transfer import receipts
from portal.archive.transfer.rules import CONTENT_TYPES, FOLDER, FORMATS, SFTP, SPECS, Answer, Said
from portal.errors import Invalid
from portal.text import _
from portal.web.forms import Fields, only

AGREEMENT = (
    "number", "receiver", "receiver_code", "reference_code", "spec", "profile_url", "content_type", "channel", "folder",
    "host", "port", "username", "path", "host_key", "sign_in", "secret", "valid_from", "valid_to", "format*",
)  # fmt: skip
OF_TERMS = (
    "receiver", "receiver_code", "reference_code", "spec", "profile_url", "content_type", "channel", "host", "port", "username",
    "host_key", "sign_in", "secret", "valid_from", "valid_to",
)  # fmt: skip
_SHORT = 200


def named(puids: Collection[str]) -> list[str]:
    """The formats that the PUIDs are of, as the form names them."""
    return [name for name, own in FORMATS.items() if set(own) <= set(puids)]


def agreement() -> tuple[str, Said]:
    """The number and what the agreement says. Raises Invalid for what cannot be read; the rest is for the rules."""
    only(*AGREEMENT)
    read = Fields()
    channel = read.choice("channel", (FOLDER, SFTP), required=_("Välj om paketen läggs i en mapp eller skickas med SFTP."))
    server, number = channel == SFTP, read.text("number", limit=60, required=_("Skriv leveransöverenskommelsens nummer."))
    receiver = read.text("receiver", limit=_SHORT, required=_("Skriv vilket arkiv som tar emot."))
    texts = {name: read.text(name, limit=_SHORT) for name in ("receiver_code", "reference_code", "profile_url")}
    of_server = {name: read.text(name, limit=_SHORT) for name in ("host", "username", "host_key", "secret", "path", "port")}
    folder = read.text("folder", limit=_SHORT)
    spec = read.choice("spec", SPECS, required=_("Välj version av specifikationen."))
    content_type = read.choice("content_type", CONTENT_TYPES, required=_("Välj hur innehållets typ skrivs."))
    first = read.day("valid_from", required=_("Skriv den första dagen som avtalet gäller."))
    last = read.day("valid_to")
    formats = _formats(read)
    read.done()
    assert first is not None
    port = of_server.pop("port")
    path = of_server.pop("path")
    said = Said(
        receiver=receiver,
        spec=spec,
        content_type=content_type,
        formats=formats,
        channel=channel,
        place=path if server else folder,
        port=int(port) if server and port.isascii() and port.isdigit() and len(port) <= 5 else None,
        sign_in=request.form.get("sign_in", "") if server else "",
        valid_from=first,
        valid_to=last,
        **texts,
        **{name: value if server else "" for name, value in of_server.items()},
    )
    return number, said


def _formats(read: Fields) -> tuple[str, ...]:
    chosen = request.form.getlist("format")
    if any(each not in FORMATS for each in chosen):
        read.problems["format"] = _("Välj bland formaten i listan.")
        return ()
    return tuple(puid for name in FORMATS if name in chosen for puid in FORMATS[name])


def start() -> tuple[UUID, int]:
    """The agreement's id as it stands in the form, and the year."""
    read = Fields()
    agreement_id = read.uuid("agreement", required=_("Välj ett avtal."))
    typed = request.form.get("year", "")
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else 0
    if not 1990 <= year <= clock.today().year:
        read.problems["year"] = _("Skriv året då ärendena arkiverades, till exempel %(year)s.", year=clock.today().year)
    read.done()
    assert agreement_id is not None
    return agreement_id, year


def receipt() -> list[Answer]:
    """The receipt as it is typed, or those in the file. Raises Invalid."""
    only("package", "sha256", "receipt", "on", "file")
    read = Fields()
    number, on = read.text("receipt", limit=_SHORT), read.day("on")
    sent = request.files.get("file")
    if sent and sent.filename:
        read.done()
        return receipts.read(sent.read(), receipts.Beside(on, number))
    package = read.text("package", limit=_SHORT, required=_("Skriv paketets namn, eller välj en fil med kvitton."))
    sha256 = read.text("sha256", limit=100, required=_("Skriv kontrollsumman som mottagaren har."))
    if not number:
        read.problems["receipt"] = _("Skriv mottagarens kvittonummer.")
    if on is None:
        read.problems.setdefault("on", _("Skriv den dag då mottagaren tog emot paketet."))
    read.done()
    assert on is not None
    return [Answer(package.removesuffix(".zip"), "".join(sha256.split()).lower(), on, receipt=number)]


def refusal() -> list[Answer]:
    """That the receiver did not take a package. Raises Invalid."""
    only("package", "reason", "on")
    read = Fields()
    package = read.text("package", limit=_SHORT, required=_("Skriv paketets namn."))
    reason = read.text("reason", limit=2_000, multiline=True, required=_("Skriv varför mottagaren avvisade paketet."))
    on = read.day("on", required=_("Skriv den dag då mottagaren svarade."))
    read.done()
    assert on is not None
    return [Answer(package.removesuffix(".zip"), "", on, reason=reason)]


def edition() -> int | None:
    """The edition that the rest is to go by; None where it is to go on as it is. Raises Invalid."""
    typed = request.form.get("edition", "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 6):
        raise Invalid({"": _("Formuläret saknar avtalets utgåva. Ladda om sidan och försök igen.")})
    return int(typed)
