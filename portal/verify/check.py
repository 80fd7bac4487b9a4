"""The whole verification of one file: the seal by the engine given, then the log and the pages. No clock, no network."""

from collections.abc import Callable, Iterable
from datetime import datetime

from portal.log.notes import Verifier
from portal.verify import decided, logproof, printed
from portal.verify.pages import UnreadablePdf, page_runs, pages_text
from portal.verify.trust import SealNote, Trust, trusted_seal
from portal.verify.verdict import KINDS, Decided, Finding, Verdict

MOST_BYTES = 25 * 1024 * 1024

SealEngine = Callable[[bytes, SealNote, datetime], list[Finding]]
"""The findings *file*, *seal*, *certificate*, *time* and *changes* of a PDF, as of an instant. Raises nothing."""


class NotOurs(ValueError):
    """The file is no decision made by the portal; ``str(error)`` is a Swedish sentence."""


def verify(pdf: bytes, trust: Trust, at: datetime, engine: SealEngine) -> Verdict:
    """Whether ``pdf`` is a decision as the log that ``trust`` names says, sealed and unchanged, at the instant ``at``.

    Raises NotOurs for a file that is no PDF or has no proof, and NoKey for a key file that contradicts itself.
    """
    if not pdf.startswith(b"%PDF-"):
        raise NotOurs("Filen är inte en PDF.")
    try:
        proof = printed.read(pages_text(pdf))
    except UnreadablePdf as error:
        return Verdict((Finding("file", False, f"Filen är inte som portalen gör den: {error}."),))
    except printed.NotPrinted as error:
        raise NotOurs("Filen är inte ett beslut ur portalen: beviset ur loggen saknas eller kan inte läsas.") from error
    seal = trusted_seal(proof.seal, trust)
    if seal is None:
        found = [Finding("seal", False, "Uppgiften om vilket sigill som gäller är inte undertecknad med loggens nyckel.")]
    else:
        found = engine(pdf, seal, at)
    more, what = log_findings(pdf, proof, trust.keys)
    return Verdict(tuple(sorted([*found, *more], key=lambda each: KINDS.index(each.what))), what)


def log_findings(pdf: bytes, proof: printed.Printed, keys: Iterable[Verifier]) -> tuple[list[Finding], Decided | None]:
    """The findings *log* and *decision*, and what was decided where the log says it."""
    logged, failure = None, "Ingen nyckel till loggen."
    for key in keys:
        try:
            logged = logproof.check(proof, key)
            break
        except logproof.NotInLog as error:
            failure = str(error)
    if logged is None:
        return [Finding("log", False, failure)], None
    size = f"{logged.head.size} {'post' if logged.head.size == 1 else 'poster'}"
    sentence = f"Beslutet är post {logged.seq} i loggen {logged.head.origin}, undertecknad när den hade {size}."
    log = Finding("log", True, sentence)
    try:
        what, entry = decided.read_body(proof.body)
    except decided.NotThisDecision as error:
        return [log, Finding("decision", False, str(error))], None
    flow = "".join(run.text for page in page_runs(pdf) for run in page if not run.artifact)
    try:
        decided.compare(flow, what, entry)
        decided.compare_proof(flow, logged.seq, logged.head.size, logged.head.root.hex(), str(key))
    except decided.NotThisDecision as error:
        return [log, Finding("decision", False, str(error))], what
    said = "Sidorna säger det som loggen säger att kommunen beslutade."
    if what.is_secret:
        said = "Sidorna säger de nummer och belopp som loggen säger; texterna i ett ärende med sekretess står inte i loggen."
    return [log, Finding("decision", True, said)], what
