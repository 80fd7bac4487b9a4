"""``python -m portal.verify FILE.pdf --key KEY [--at ÅÅÅÅ-MM-DD] [--json]``: the same words from both engines.

Exit 0 genuine, 1 not, 2 wrong usage or a file that cannot be read.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NoReturn

from portal.verify.check import MOST_BYTES, NotOurs, SealEngine, verify
from portal.verify.decided import day, kronor
from portal.verify.trust import Ed25519, NoKey, Trust, read_trust
from portal.verify.verdict import Decided, Verdict

GENUINE = "Beslutet är äkta."
NOT_PROVEN = "Beslutet kan inte styrkas."
TEST = "OBS: sigillet är ett TEST-sigill. Handlingen är gjord på prov och ingen kommun står bakom den."
OUTCOMES = {"granted": "beviljat", "partly": "delvis beviljat", "rejected": "avslaget"}
_MOST_KEY = 64 * 1024
_UTC = timezone.utc  # noqa: UP017 (the single file runs on Pythons that have no datetime.UTC)


class Stop(Exception):
    """One sentence on standard error, and an exit code."""

    def __init__(self, sentence: str, code: int = 2) -> None:
        super().__init__(sentence)
        self.code = code


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Wrong usage in one sentence."""
        raise Stop(f"Skriv: {self.prog} FIL.pdf --key NYCKEL [--at ÅÅÅÅ-MM-DD] [--json].")


def _arguments(program: str, arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(prog=program, description="Kontrollera att ett beslut är äkta.", add_help=True)
    parser.add_argument("file", metavar="FIL.pdf", help="beslutet")
    parser.add_argument("--key", required=True, metavar="NYCKEL", help="loggens offentliga nyckel: raden, eller en fil med den")
    parser.add_argument("--at", metavar="ÅÅÅÅ-MM-DD", help="pröva certifikat som om det vore denna dag (annars i dag)")
    parser.add_argument("--json", action="store_true", help="svara i JSON")
    return parser.parse_args(arguments)


def _bytes(path: str, most: int, what: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise Stop(f"{what} {path} kan inte läsas.") from error
    if len(data) > most:
        raise Stop(f"{what} {path} är för stor: högst {most // 1024} kB tas emot.")
    return data


def _trust(key: str, ed25519: Ed25519) -> Trust:
    if "+" in key and not Path(key).exists():
        return read_trust(key, ed25519)
    try:
        return read_trust(_bytes(key, _MOST_KEY, "Nyckelfilen").decode(), ed25519)
    except UnicodeDecodeError as error:
        raise NoKey("Nyckeln är inte raden som kommunen har lämnat ut för sin logg.") from error


def _instant(text: str | None, now: Callable[[], datetime]) -> datetime:
    if text is None:
        return now()
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=_UTC) + timedelta(days=1, seconds=-1)
    except (ValueError, OverflowError) as error:
        raise Stop("Dagen i --at skrivs ÅÅÅÅ-MM-DD.") from error


def told(decided: Decided) -> list[str]:
    """What was decided, in lines for a reader."""
    asked = "utan angivet belopp" if decided.requested is None else f"av äskade {kronor(decided.requested)}"
    lines = [
        f"Beslut {decided.number} i ärende {decided.case_number}, {day(decided.decided_on)}, {decided.capacity}:",
        f"  {OUTCOMES[decided.outcome]}, {kronor(decided.granted)} {asked}.",
    ]
    for number, line in enumerate(decided.lines, 1):
        answer = ("ingår" if line.included else "ingår inte") if line.requested is None else kronor(line.granted or 0)
        lines.append(f"  {line.label or f'Rad {number}'}: {answer}")
    return lines


def as_json(verdict: Verdict) -> str:
    """The verdict for a program."""
    answer = {
        "genuine": verdict.ok,
        "test": verdict.is_test,
        "findings": [{"what": each.what, "ok": each.ok, "sentence": each.sentence} for each in verdict.findings],
        "decided": asdict(verdict.decided) if verdict.decided else None,
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def as_text(verdict: Verdict) -> str:
    """One line a finding, then what was decided, then the verdict."""
    lines = [f"{'rätt' if each.ok else 'FEL '}  {each.sentence}" for each in verdict.findings]
    if verdict.decided:
        lines += ["", *told(verdict.decided)]
    lines += ["", *([TEST] if verdict.is_test else []), GENUINE if verdict.ok else NOT_PROVEN]
    return "\n".join(lines)


def main(arguments: Sequence[str], *, program: str, engine: SealEngine, ed25519: Ed25519, now: Callable[[], datetime]) -> int:
    """Verify the file named in ``arguments``, write the verdict and return the exit code."""
    try:
        asked = _arguments(program, arguments)
        trust = _trust(asked.key, ed25519)
        at = _instant(asked.at, now)
        verdict = verify(_bytes(asked.file, MOST_BYTES, "Filen"), trust, at, engine)
    except (Stop, NoKey, NotOurs) as error:
        sys.stderr.write(f"{error}\n")
        return error.code if isinstance(error, Stop) else 1 if isinstance(error, NotOurs) else 2
    sys.stdout.write((as_json(verdict) if asked.json else as_text(verdict)) + "\n")
    return 0 if verdict.ok else 1
