"""The chain from a certificate to an anchor that is trusted (RFC 5280, 6.1), at a given time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from portal.verify.alone.certificates import OCSP_NO_CHECK, SIGN_CERTIFICATES, Certificate
from portal.verify.alone.der import NotDer
from portal.verify.alone.revocation import Source, Status
from portal.verify.decided import day

_LONGEST = 8
_FRESH = timedelta(days=7)  # an answer that does not say how long it speaks for
_MOST_TRIED = 200  # signatures: certificates that all name each other must not keep anybody waiting


class Untrusted(ValueError):
    """The certificate is not to be trusted; ``str`` says why, in Swedish, with neither capital nor full stop."""


@dataclass(frozen=True)
class Trust:
    """What is trusted and known: the anchors' fingerprints, other certificates, and who was revoked."""

    anchors: frozenset[str]
    others: Sequence[Certificate]
    sources: Sequence[Source]

    def chain(self, leaf: Certificate, at: datetime) -> list[Certificate]:
        """The chain from ``leaf`` to an anchor, all valid at ``at`` and none revoked before. Raises Untrusted."""
        try:
            return self._chain(leaf, at)
        except NotDer as error:
            raise Untrusted("ett certifikat i kedjan är felaktigt") from error

    def _chain(self, leaf: Certificate, at: datetime) -> list[Certificate]:
        failure = "kedjan leder inte till något av de certifikat som kommunen litar på"
        tried = [0]
        for chain in self._chains([leaf], tried):
            problem = _problem(chain, at) or self._revoked(chain, at)
            if problem is None:
                return chain
            failure = problem
        raise Untrusted(failure)

    def _chains(self, begun: list[Certificate], tried: list[int]) -> Iterator[list[Certificate]]:
        """Every chain of signatures that ends in an anchor."""
        last = begun[-1]
        if last.fingerprint in self.anchors:
            yield begun
            return
        if len(begun) >= _LONGEST:
            return
        for issuer in self.others:
            if issuer.subject != last.issuer or any(issuer.raw == each.raw for each in begun):
                continue
            tried[0] += 1
            if tried[0] > _MOST_TRIED:
                raise Untrusted("det finns för många certifikat")
            if last.signed_by(issuer):
                yield from self._chains([*begun, issuer], tried)

    def _revoked(self, chain: list[Certificate], at: datetime) -> str | None:
        for subject, issuer in pairwise(chain):
            for source in self.sources:
                status = source.status(subject, issuer)
                if status is not None and status.revoked is not None and status.revoked <= at:
                    return f"certifikatet för {subject.name} var återkallat"
        return None

    def unanswered(self, chain: list[Certificate], at: datetime) -> Certificate | None:
        """A certificate of which nothing that came along says that it was not revoked at the time ``at``."""
        for subject, issuer in pairwise(chain):
            found = [source.status(subject, issuer) for source in self.sources]
            spoken = any(each is not None and _speaks(each, at) for each in found)
            if not spoken and OCSP_NO_CHECK not in subject.extensions:
                return subject
        return None


def _speaks(status: Status, at: datetime) -> bool:
    return at <= status.known_to if status.known_to else at - status.known_from <= _FRESH


def _problem(chain: list[Certificate], at: datetime) -> str | None:
    below = 0  # authorities between the leaf and this one that do not only renew themselves
    for place, each in enumerate(chain):
        if not each.valid_at(at):
            return f"certifikatet för {each.name} gällde inte {day(at.date().isoformat())}"
        if each.unknown_critical:
            return f"certifikatet för {each.name} har villkor som inte kan prövas"
        if place == 0:
            continue
        length = each.authority()
        if length is None or not each.may(SIGN_CERTIFICATES):
            return f"certifikatet för {each.name} får inte utfärda andra"
        if length < below:
            return f"certifikatet för {each.name} får inte utfärda så långa kedjor"
        below += not each.self_issued
    return None
