"""The seal of a decision, verified with the standard library alone: the conditions of this file are the engine's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.verify.alone import changes, document, harmless, signed, timestamps
from portal.verify.alone.certificates import (
    DIGITAL_SIGNATURE,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    NON_REPUDIATION,
    Certificate,
    certificate,
)
from portal.verify.alone.der import NotDer
from portal.verify.alone.document import Document
from portal.verify.alone.messages import DATA, BadMessage, Message, open_message
from portal.verify.alone.paths import Trust, Untrusted
from portal.verify.alone.revocation import Source, sources
from portal.verify.alone.syntax import Ref, Stream, UnreadablePdf
from portal.verify.decided import day
from portal.verify.trust import SealNote
from portal.verify.verdict import Finding, What

# For what an extended key usage must allow (RFC 9336, and the older ones): documents, mail, or anything.
_DOCUMENTS = {
    "1.3.6.1.5.5.7.3.36",
    "2.5.29.37.0",
    "1.3.6.1.5.5.7.3.4",
    "1.3.6.1.4.1.311.10.3.12",
    "1.2.840.113583.1.1.5",
}
_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
_MOST_KEPT = 2000  # certificates, lists and answers in the file
_CLOCKS = timedelta(minutes=5)  # how far the clocks of two services, or of the reader, may differ
TEST = "TEST "


class Refused(Exception):
    """A condition that does not hold: which one, and a Swedish sentence."""

    def __init__(self, what: What, sentence: str) -> None:
        super().__init__(sentence)
        self.what = what


@dataclass
class _Case:
    """One file under verification, and what has been found so far."""

    pdf: bytes
    trusted: SealNote
    at: datetime
    findings: list[Finding] = field(default_factory=list)

    def holds(self, what: What, sentence: str, is_test: bool = False) -> None:
        self.findings.append(Finding(what, True, sentence, is_test))


def seal_findings(pdf: bytes, trusted: SealNote, at: datetime) -> list[Finding]:
    """The findings *file*, *seal*, *certificate*, *time* and *changes*, up to the first that does not hold."""
    case = _Case(pdf, trusted, at)
    try:
        _verify(case)
    except Refused as refused:
        case.findings.append(Finding(refused.what, False, str(refused)))
    except UnreadablePdf as error:
        case.findings.append(Finding("file", False, f"Filen är inte som portalen gör den: {error}."))
    except NotDer:
        case.findings.append(Finding("certificate", False, "Ett certifikat i filen är felaktigt."))
    return case.findings


def _verify(case: _Case) -> None:
    file = document.read(case.pdf)
    found = harmless.trouble(file.view())
    if found is not None:
        raise UnreadablePdf(found)
    try:
        seal = signed.find_seal(file)
        stamps = signed.time_stamps(file)
    except signed.NotSealed as error:
        raise Refused("seal", str(error)) from error
    case.holds("file", "Filen är hel: inget står efter dess slut, och den bär ingen kod och inga dolda delar.")
    message = _message(case, seal)
    case.holds("seal", "Sigillet är helt och täcker hela handlingen.", _is_test(message.signer))
    _check_changes(file, seal, stamps)
    proven = _time(case, file, message, stamps)
    _certificate(case, file, message, proven, bool(stamps))
    extra = "Efter sigillet har bara sådant lagts till som gör att det håller länge."
    case.holds("changes", extra if len(file.revisions) > seal.revisions else "Inget har ändrats sedan sigillet sattes.")


def _check_changes(file: Document, seal: signed.Signed, stamps: Sequence[signed.Signed]) -> None:
    """That each revision after the seal only makes it last, and that every time stamp came with one of them."""
    added: list[int] = []
    for count in range(seal.revisions, len(file.revisions)):
        try:
            new = changes.check_revision(file.view(count), file.view(count + 1))
        except changes.Changed as error:
            raise Refused("changes", f"Handlingen är ändrad efter att sigillet sattes: {error}.") from error
        added += [count + 1] * len(new)
    if added != [stamp.revisions for stamp in stamps]:
        raise Refused("changes", "En tidsstämpel täcker inte den del av filen som den lades till i.")


def _message(case: _Case, seal: signed.Signed) -> Message:
    try:
        message = open_message(seal.message, DATA, seal.covered)
    except BadMessage as error:
        raise Refused("seal", "Sigillet håller inte: handlingen eller sigillet är ändrat.") from error
    if message.signer.fingerprint != case.trusted.certificate:
        raise Refused("certificate", "Sigillet är gjort med ett annat certifikat än kommunens.")
    return message


def _day(moment: datetime) -> str:
    return day(moment.date().isoformat())


def _is_test(signer: Certificate) -> bool:
    return signer.self_issued and signer.name.startswith(TEST)


@dataclass(frozen=True)
class _Kept:
    """Certificates and revocation data that came along in the file."""

    certificates: Sequence[Certificate]
    sources: Sequence[Source]


def _kept(file: Document, *messages: Message) -> _Kept:
    view = file.view()
    store = view.dictionary(view.catalog().get("DSS", {}))
    raws: dict[str, list[bytes]] = {}
    for key in ("Certs", "CRLs", "OCSPs"):
        listed = view.get(store.get(key, []))
        if not isinstance(listed, list) or len(listed) > _MOST_KEPT:
            raise UnreadablePdf("uppgifterna om certifikaten har fel form")
        streams = [view.get(item) for item in listed if isinstance(item, Ref)]
        raws[key] = [file.budget.unpack(stream) for stream in streams if isinstance(stream, Stream)]
    certificates = [each for message in messages for each in message.certificates]
    for raw in raws["Certs"]:
        try:
            certificates.append(certificate(raw))
        except NotDer:
            continue  # of a kind that no chain of ours can go through
    known = {each.raw: each for each in certificates}
    lists = [*raws["CRLs"], *(raw for message in messages for raw in message.revocation)]
    return _Kept(list(known.values()), sources(lists, raws["OCSPs"]))


def _time(case: _Case, file: Document, message: Message, stamps: Sequence[signed.Signed]) -> datetime:
    """The earliest time that is proven for the seal; ``at`` when it has no time stamp.

    From the outermost inwards: each stamp's certificate must have been valid when the next stamp was made.
    """
    if len(message.stamps) > 1:
        raise Refused("time", "Sigillet har flera tidsstämplar där det ska ha en.")
    try:
        opened = [timestamps.open_stamp(stamp.message, stamp.covered) for stamp in reversed(stamps)]
        opened += [timestamps.open_stamp(token, message.signature) for token in message.stamps]
    except BadMessage as error:
        raise Refused("time", "En tidsstämpel håller inte.") from error
    if message.stamps and not stamps:
        raise Refused("time", "Sigillets tidsstämpel följs inte av någon som täcker hela filen: filen är avskuren.")
    kept = _kept(file, message, *(stamp.message for stamp in opened))
    trust = Trust(case.trusted.time_roots, kept.certificates, kept.sources)
    proven = case.at
    for stamp in opened:
        if stamp.at - proven > _CLOCKS:
            raise Refused("time", "En tidsstämpel är senare än den som ska täcka den, eller än dagen för prövningen.")
        _check_stamp(trust, stamp, proven, newest=stamp is opened[0])
        proven = min(stamp.at, proven)
    if opened:
        case.holds("time", f"Sigillet fanns {_day(proven)} kl. {proven:%H:%M} UTC: en tidsstämpel styrker det.")
    else:
        case.holds("time", f"Sigillet har ingen tidsstämpel. Det är prövat som om det sattes {_day(proven)}.")
    return proven


def _check_stamp(trust: Trust, stamp: timestamps.Stamp, proven: datetime, newest: bool) -> None:
    """RFC 3161 2.3: a certificate for time stamping alone, and the extension says that it must be understood.

    Nobody can be asked about the ``newest`` one: the file was done when it was made.
    """
    extension = stamp.signer.extensions.get(EXTENDED_KEY_USAGE)
    if stamp.signer.purposes() != {_TIME_STAMPING} or extension is None or not extension.critical:
        raise Refused("time", "En tidsstämpel är gjord med ett certifikat för annat än tidsstämplar.")
    if not (stamp.signer.may(DIGITAL_SIGNATURE) or stamp.signer.may(NON_REPUDIATION)):
        raise Refused("time", "En tidsstämpel är gjord med ett certifikat för annat än tidsstämplar.")
    try:
        chain = trust.chain(stamp.signer, proven)
    except Untrusted as error:
        raise Refused("time", f"En tidsstämpel godtas inte: {error}.") from error
    unanswered = None if newest else trust.unanswered(chain, proven)
    if unanswered is not None:
        raise Refused("time", f"Det framgår inte om certifikatet för {unanswered.name} var återkallat.")


def _certificate(case: _Case, file: Document, message: Message, proven: datetime, lasting: bool) -> None:
    """That the seal's certificate is for documents, and was valid and not revoked at the proven time."""
    signer = message.signer
    purposes = signer.purposes()
    usable = KEY_USAGE in signer.extensions and (signer.may(DIGITAL_SIGNATURE) or signer.may(NON_REPUDIATION))
    if signer.authority() is not None or not usable or (purposes is not None and not purposes & _DOCUMENTS):
        raise Refused("certificate", "Sigillets certifikat är utfärdat för annat än att underteckna handlingar.")
    if not signer.valid_at(proven):
        ends = f"från {_day(signer.valid_from)} till {_day(signer.valid_to)}"
        raise Refused("time", f"Sigillets certifikat gällde {ends}, och inget bevisar att sigillet sattes då.")
    kept = _kept(file, message)
    trust = Trust(case.trusted.roots, kept.certificates, kept.sources)
    try:
        chain = trust.chain(signer, proven)
    except Untrusted as error:
        raise Refused("certificate", f"Sigillets certifikat godtas inte: {error}.") from error
    unanswered = trust.unanswered(chain, proven) if lasting else None
    if unanswered is not None:
        raise Refused("certificate", f"Det framgår inte om certifikatet för {unanswered.name} var återkallat.")
    case.holds("certificate", f"Sigillet är gjort med certifikatet för {signer.name}, som gällde {_day(proven)}.")
