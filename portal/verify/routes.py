"""*Kontrollera att ett beslut är äkta*: a page for everyone. A file is verified and forgotten; nothing of it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from flask import Blueprint, Response, request

from portal import clock
from portal.documents import queries as documents
from portal.documents.sealing import SealError, seal_note
from portal.documents.seals import current_seal
from portal.errors import Invalid
from portal.log import keys
from portal.settings import current_settings
from portal.text import _
from portal.verify import apart, single
from portal.verify.check import MOST_BYTES, NotOurs
from portal.verify.verdict import Verdict
from portal.web import gate
from portal.web.forms import only
from portal.web.gate import public
from portal.web.pages import as_file, render

blueprint = Blueprint("verify", __name__)

KEY_FILE = "loggens-nyckel.txt"


@dataclass(frozen=True, slots=True)
class Result:
    """What was found; ``kept`` is whether the portal has this very file (*now*, *earlier*, *no*), told to those signed in."""

    filename: str
    verdict: Verdict
    kept: str = ""


@blueprint.get("/kontrollera")
@public
def show() -> Response:
    """The form."""
    return _page({}, 200)


@blueprint.post("/kontrollera")
@public
def check() -> Response:
    """The same page with the verdict on the file that was sent."""
    try:
        return _page({}, 200, _result())
    except Invalid as error:
        return _page(error.problems, 422)
    except apart.Busy:
        answer = _page({"": _("Andra beslut kontrolleras just nu. Försök igen om en stund.")}, 503)
        answer.headers["Retry-After"] = "20"
        return answer


@blueprint.get("/kontrollera/nyckel")
@public
def key() -> Response:
    """The log's public key with the note on the seal, as a file that the verifier takes."""
    return as_file(_trust().encode(), "text/plain", KEY_FILE)


@blueprint.get("/kontrollera/program")
@public
def program() -> Response:
    """The verifier as one file, for whoever wants to check without the portal."""
    return as_file(single.verifier_file(), "application/octet-stream", single.NAME)


def _page(problems: Mapping[str, str], status: int, result: Result | None = None) -> Response:
    if gate.visitor():
        gate.actor()  # the page stands in the person's own frame
    return render("verify/show.html", status=status, problems=problems, result=result)


def _result() -> Result:
    only("file")
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid({"file": _("Välj filen med beslutet.")})
    pdf = file.stream.read(MOST_BYTES + 1)
    if len(pdf) > MOST_BYTES:
        raise Invalid({"file": _("Filen är större än 25\u00a0MB. Ett beslut ur portalen är mindre.")})
    try:
        verdict = apart.verify_apart(pdf, _trust(), clock.now())
    except NotOurs as error:
        raise Invalid({"file": str(error)}) from error
    return Result(file.filename[:200], verdict, _kept(pdf) if gate.visitor() else "")


def _trust() -> str:
    """The log's key, and where there are time-stamps the note on whose they are now: a printed one may be older than that.

    Raises Invalid where the portal has no log yet.
    """
    settings = current_settings()
    try:
        signer = keys.load_log_key(settings.instance / "log_key")
    except keys.KeyFileError as error:
        raise Invalid({"": _("Portalen har ingen nyckel till loggen än: inget beslut är fattat.")}) from error
    return f"{keys.public_key_text(signer)}\n{_note(signer) if settings.seal.time_stamp else ''}"


def _note(signer: keys.LogKey) -> str:
    try:
        sealing, stamps = current_seal()
    except SealError:
        return ""
    return seal_note(sealing, signer, stamps)


def _kept(pdf: bytes) -> str:
    digest = sha256(pdf).hexdigest()
    found = documents.kept_as(digest)
    if found is None:
        return "no"
    return "now" if found.file.sha256 == digest else "earlier"
