"""Verifying a file that anyone may have sent: in a process of its own, one at a time in each process of the server."""

import json
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from portal import aside
from portal.verify.check import NotOurs
from portal.verify.verdict import Decided, DecidedLine, Finding, Verdict

_WORKER = Path(__file__).with_name("apart_worker.py")
_LONGEST = 40.0  # seconds for an answer
_WAITING = 15.0  # seconds that one waits for the one before it
_turn = threading.Lock()


class Busy(Exception):
    """Others are being verified."""


def verify_apart(pdf: bytes, trust: str, at: datetime) -> Verdict:
    """The verdict on ``pdf``; ``trust`` is what a key file holds. Raises NotOurs as ``check.verify`` does, and Busy.

    A file that takes too much time or memory is not genuine.
    """
    if not _turn.acquire(timeout=_WAITING):
        raise Busy
    try:
        answer = _answer(pdf, {"trust": trust, "at": at.isoformat(), "size": len(pdf)})
    finally:
        _turn.release()
    if answer is None:
        return Verdict((Finding("file", False, "Filen är för stor eller för invecklad för att vara ett beslut ur portalen."),))
    if "not_ours" in answer:
        raise NotOurs(answer["not_ours"])
    return _verdict(answer)


def _answer(pdf: bytes, asked: dict[str, object]) -> dict[str, Any] | None:
    try:
        said = aside.answered(_WORKER, json.dumps(asked).encode() + b"\n" + pdf, seconds=_LONGEST)
    except aside.Ended:
        return None
    answer: dict[str, Any] = json.loads(said)
    return answer


def _verdict(answer: dict[str, Any]) -> Verdict:
    decided = answer["decided"]
    if decided is not None:
        decided = Decided(**{**decided, "lines": tuple(DecidedLine(**line) for line in decided["lines"])})
    return Verdict(tuple(Finding(**each) for each in answer["findings"]), decided)
