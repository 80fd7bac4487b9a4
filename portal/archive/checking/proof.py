"""The log's proofs, and the seals of PDFs, by the verifier that the portal itself checks decisions with."""

import json
from collections.abc import Iterator
from datetime import datetime

from portal.archive.checking.container import AGAIN, FETCH, Package
from portal.archive.checking.found import Problem
from portal.archive.checking.preservation import Preserved
from portal.archive.package.documentation import KEY, LOG
from portal.log.entries import body_commitment
from portal.log.keys import verifies
from portal.log.merkle import leaf_hash
from portal.log.notes import NoteError, Verifier, check_proof, parse_proof
from portal.verify.check import MOST_BYTES, NotOurs, verify
from portal.verify.seals import seal_findings
from portal.verify.trust import NoKey, Trust, read_trust

_LOG, _KEY = f"documentation/{LOG}", f"documentation/{KEY}"
_SIGNED = b"/ByteRange"


def trust(package: Package) -> Trust | None:
    """What the package's own key file says, or None where it cannot be read."""
    try:
        return read_trust(package.data(_KEY).decode(), verifies)
    except (KeyError, ValueError):  # NoKey is one
        return None


def of_log(package: Package) -> Iterator[Problem]:
    """Is every entry in the log that the key signs, unchanged?"""
    known = trust(package)
    if known is None:
        yield Problem(_KEY, "Loggens nyckel saknas eller kan inte läsas.", AGAIN)
    try:
        found = json.loads(package.data(_LOG))["entries"]
        entries = [(each["header"], each["body"], each["salt"], each["proof"]) for each in found]
        headers = [json.loads(header) for header, *_rest in entries]
        numbers = [int(each["seq"]) for each in headers]
    except (KeyError, ValueError, TypeError, RecursionError):
        yield Problem(_LOG, "Loggen saknas eller kan inte läsas.", AGAIN)
        return
    if numbers != sorted(set(numbers)):
        yield Problem(_LOG, "Loggens poster står inte i ordning, eller finns flera gånger.", AGAIN)
    for (text, body, salt, proof), header in zip(entries, headers, strict=True):
        said = f"Post {header['seq']} ({header.get('action')})"
        if known and not _is_proven(known.keys[0], str(text), str(proof), int(header["seq"])):
            yield Problem(_LOG, f"{said} finns inte i den undertecknade loggen.", FETCH)
        if body is not None and not _is_bound(str(salt or ""), str(body), header.get("body_commit")):
            yield Problem(_LOG, f"{said} är ändrad: innehållet är ett annat än det som loggen band.", FETCH)


def _is_proven(key: Verifier, header: str, proof: str, number: int) -> bool:
    try:
        parsed = parse_proof(proof)
        check_proof(parsed, leaf_hash(header.encode()), key)
    except NoteError:
        return False
    return parsed.index + 1 == number


def _is_bound(salt: str, body: str, commitment: object) -> bool:
    try:
        return body_commitment(bytes.fromhex(salt), body) == commitment
    except ValueError:
        return False


def of_seals(package: Package, preserved: dict[str, Preserved], at: datetime, untried: list[str]) -> Iterator[Problem]:
    """Do the seals of the decisions hold, with what they print of the log? ``untried`` gets the files that print no proof."""
    known = trust(package)
    for where, said in preserved.items():
        if not said.is_sealed or where not in package.facts:
            continue
        if package.facts[where].size > MOST_BYTES:
            yield Problem(where, "Filen är större än ett förseglat beslut kan vara.", AGAIN)
            continue
        data = package.data(where)
        if _SIGNED not in data:
            yield Problem(where, "Sigillet saknas i filen, fast PREMIS säger att den är förseglad.", FETCH)
            continue
        try:
            found = verify(data, known, at, seal_findings).findings if known else []
        except NoKey as error:
            yield Problem(_KEY, str(error), AGAIN)
            continue
        except NotOurs:
            untried.append(where)
            continue
        for each in found:
            if not each.ok:
                yield Problem(where, each.sentence, FETCH)
