"""What a decision's document costs: rendered, sealed and verified, one after the other warm and many in a row.

Wall time, as a clerk waits: medians and the ninth decile; beside it processor time, which a busy machine moves less.
Many in a row are made by a worker in a process of its own, so that the memory told is its own. ``DECISIONS=1000 make
bench`` for more in a row.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bench.processes import megabytes
from portal import clock, create_app, tables
from portal.db import db, session, transaction
from portal.decisions import queries as decisions
from portal.decisions.document import Frame
from portal.decisions.models import Decision
from portal.dispatch import handlers
from portal.dispatch import queries as dispatch
from portal.documents import seals, sender, word
from portal.documents.sealing import seal, seal_note
from portal.funding_requests import queries as requests
from portal.funding_requests.document import document_data as submission_data
from portal.log import keys
from portal.outbox.worker import Worker
from portal.verify import alone
from portal.verify import seals as by_pyhanko
from portal.verify.alone import ed25519
from portal.verify.check import SealEngine, verify
from portal.verify.single import verifier_file
from portal.verify.trust import Ed25519, read_trust
from tests.conftest import PASSWORD
from tests.factories.batch import decided
from tests.factories.town import build
from tests.robustness.served import ROOT

MANY = int(os.environ.get("DECISIONS", "200"))
MOST = 100.0  # milliseconds, rendered and sealed, the median
_WARM, _ROUNDS = 3, 30

Taken = list[tuple[float, float]]
"""Of each round the milliseconds by the clock and of the processor."""


def sealing_table(many: int = MANY) -> str:
    """The figures as two Markdown tables."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        app = create_app(folder, testing=True)
        with app.app_context():
            tables.metadata().create_all(db.engine)
            with transaction():
                town = build(PASSWORD)
            decided(town, many)
            rows = _one_at_a_time(folder)
            session.remove()
            db.engine.dispose()
        return _one_table(rows) + "\n" + _many_table(_in_a_row(folder), many)


def _processor() -> float:
    """Seconds that this process and those it has waited for have taken."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _timed(act: Callable[[int], object], rounds: int = 0) -> Taken:
    """What each round took; ``act`` is told which it is."""
    taken = []
    for number in range(_WARM + (rounds or _ROUNDS)):
        begun, processor = time.perf_counter(), _processor()
        act(number)
        taken.append(((time.perf_counter() - begun) * 1000, (_processor() - processor) * 1000))
    return taken[_WARM:]


def _one_at_a_time(folder: Path) -> list[tuple[str, Taken]]:
    """Each step on decisions that differ, as they do; nothing is stored."""
    key, stamps = seals.current_seal()
    log_key = keys.load_or_create_log_key(folder / "log_key")
    note = seal_note(key, log_key, stamps)
    found = session.scalars(select(Decision).order_by(Decision.id).limit(_WARM + _ROUNDS)).all()
    data = [_data(decision, note) for decision in found]

    def rendered(number: int) -> bytes:
        return sender.printed("decision", data[number % len(data)])

    pdfs = [rendered(number) for number in range(len(data))]
    sealed = [seal(pdf, key, clock.now()).data for pdf in pdfs]
    line = keys.public_key_text(log_key)

    def verified(engine: SealEngine, curve: Ed25519) -> Callable[[int], object]:
        trust = read_trust(line, curve)

        def act(number: int) -> object:
            verdict = verify(sealed[number % len(sealed)], trust, clock.now(), engine)
            assert verdict.ok, verdict.findings
            return verdict

        return act

    letter = _letter(found[0])
    return [
        ("Beslutet görs som PDF", _timed(rendered)),
        ("Beslutet görs och förseglas (P-256, B-B)", _timed(lambda number: seal(rendered(number), key, clock.now()))),
        ("Beslutet kontrolleras, pyHanko", _timed(verified(by_pyhanko.seal_findings, keys.verifies))),
        ("Beslutet kontrolleras, egen kod", _timed(verified(alone.seal_findings, ed25519.verifies))),
        ("Beslutet kontrolleras av filen för utomstående, från start", _outside(folder, sealed[0], log_key)),
        ("Tjänsteskrivelsen görs som Word", _timed(lambda _number: word.letter(letter))),
    ]


def _data(decision: Decision, note: str) -> Any:
    found = dispatch.decision_for_worker(decision.public_id)
    assert found is not None and decision.log_seq is not None
    proof = handlers._proof(decision.log_seq, note)
    return decisions.document_data(*found, Frame(sender.municipality(), clock.now(), test=False), proof)


def _letter(decision: Decision) -> Any:
    version, case = requests.version(decision.request_version.public_id)
    return submission_data(
        version.content,
        municipality=sender.municipality(),
        made_at=version.submitted_at,
        case_number=case.number,
        version=version.number,
        submitted_at=version.submitted_at,
        test=False,
    )


def _outside(folder: Path, pdf: bytes, key: keys.LogKey) -> Taken:
    program, file = folder / "kontrollera_beslut.pyz", folder / "beslut.pdf"
    program.write_bytes(verifier_file())
    file.write_bytes(pdf)
    command = [sys.executable, "-I", str(program), str(file), "--key", keys.public_key_text(key)]
    return _timed(lambda _number: subprocess.run(command, check=True, capture_output=True), min(_ROUNDS, 5))


def _one_table(rows: list[tuple[str, Taken]]) -> str:
    lines = [
        "| ett i taget, varmt | ms, median | ms, 90 % | × bara PDF | högst | processortid, ms | × bara PDF |",
        "|---|---|---|---|---|---|---|",
    ]
    alone = [statistics.median(each) for each in zip(*rows[0][1], strict=True)]
    for number, (name, taken) in enumerate(rows):
        clock_, processor = (sorted(each) for each in zip(*taken, strict=True))
        median, busy = statistics.median(clock_), statistics.median(processor)
        verdict = f"{MOST:.0f}: {'ja' if median <= MOST else 'NEJ'}" if number == 1 else ""
        times, busy_times = (f"{value:.1f}".replace(".", ",") for value in (median / alone[0], busy / alone[1]))
        ninth = clock_[int(0.9 * (len(clock_) - 1))]
        lines.append(f"| {name} | {median:.0f} | {ninth:.0f} | {times} | {verdict} | {busy:.0f} | {busy_times} |")
    return "\n".join(lines) + "\n"


def _in_a_row(folder: Path) -> dict[str, float]:
    """What a worker of its own says of itself, having done all that waits."""
    command = [sys.executable, "-m", "bench.sealing", str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _many_table(found: dict[str, float], many: int) -> str:
    lines = [
        "| beslut i rad | sekunder | per beslut, ms | minne vid start, MB | efter en tiondel, MB | efter alla, MB |",
        "|---|---|---|---|---|---|",
        f"| {many} (med tjänsteskrivelse och meddelanden) | {found['seconds']:.0f} | {found['seconds'] / many * 1000:.0f} "
        f"| {found['start']:.0f} | {found['tenth']:.0f} | {found['end']:.0f} |",
    ]
    return "\n".join(lines) + "\n"


def work(folder: Path) -> dict[str, float]:
    """Do all that waits in the instance: seconds, and megabytes at the start, after a tenth and at the end."""
    app = create_app(folder, testing=True)
    worker = Worker(app, app.extensions["outbox_handlers"])
    with app.app_context():
        waiting = session.scalar(select(Decision.id).order_by(Decision.id.desc()).limit(1)) or 0
    done, tenth, start, begun = 0, 0.0, megabytes(), time.perf_counter()
    while worker.turn():
        done += 1
        if done == waiting // 2:  # about five tasks to each decision
            tenth = megabytes()
    return {"seconds": time.perf_counter() - begun, "start": start, "tenth": tenth, "end": megabytes()}


if __name__ == "__main__":
    print(json.dumps(work(Path(sys.argv[1]))))
