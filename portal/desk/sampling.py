"""Handing out a drawn sample: that it was drawn, and that secret content was read, is logged before any of it leaves."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from portal import sheets
from portal.db import transaction
from portal.decisions.listing import outcome_said
from portal.decisions.models import Decision
from portal.desk import deviations, sample
from portal.desk.case_files import documents_of, statements_of
from portal.desk.deviations import Kind, Span
from portal.errors import Unknown
from portal.log import operations as log
from portal.people.actor import Actor
from portal.register import reading
from portal.register.models import Case
from portal.sheets import Cell
from portal.text import _

HEADINGS = (
    "Ordning", "Beslut", "Beslutsdag", "Ärende", "Rubrik", "Enhet", "Utfall", "Form", "Beslutat av", "Tf för", "Äskat",
    "Beviljat", "Mapp", "Plats i dragningen",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draw:
    """What was asked for and what it came to. ``rows`` are the drawn decisions with their cases, in order."""

    seed: str
    kind: Kind | None
    span: Span
    size: int
    rows: Sequence[tuple[Decision, Case]]


def draw(actor: Actor, kind: Kind | None, span: Span, seed: str) -> Draw:
    """The sample that follows from the seed: 30 decisions, or as many as there are, of those ``actor`` may see."""
    population = deviations.population(actor, kind, span)
    return Draw(seed, kind, span, len(population), deviations.decisions_of(actor, sample.drawn(population, seed)))


def note(found: Draw, action: str, *, by: Actor) -> None:
    """Log the draw (``draw_sample``) or that it was handed out (``export_sample``), so that it can be repeated."""
    body = {
        **by.names,
        "seed": found.seed,
        "kind": found.kind.value if found.kind else None,
        "year": found.span.year,
        "of": found.size,
        "decisions": [decision.number for decision, _case in found.rows],
    }
    log.append(action=f"desk.{action}", by=by, object_kind="person", object_id=by.public_id, case_id=None, body=body)


def hand_out(actor: Actor, kind: Kind | None, span: Span, seed: str) -> IO[bytes]:
    """The sample as a ZIP, open at its beginning, after what is read of it has been logged. Called outside transactions.

    Each case is read as on its own page: through a veil over what ``actor`` may not read of it, else the reading is logged.
    Raises Unknown when nothing is drawn or when what was drawn may not be seen any more, and DamagedFile.
    """
    first = draw(actor, kind, span, seed)
    if not first.rows:
        raise Unknown
    chosen = [decision.id for decision, _case in first.rows]
    with transaction():
        note(first, "export_sample", by=actor)
    rows = deviations.decisions_of(actor, chosen)  # the transaction has let go of what was read before it
    if len(rows) < len(chosen):
        raise Unknown
    return _packed(Draw(seed, kind, span, first.size, rows), actor)


def _packed(found: Draw, actor: Actor) -> IO[bytes]:
    """The files on disk, not in memory: attachments are large. The file is gone when it is closed."""
    made: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it when it has been sent
    try:
        sums = []
        with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=1) as package:
            for name, content in _files(found, actor):
                package.writestr(name, content)
                sums.append(f"{sha256(content).hexdigest()}  {name}\n")
            package.writestr("SHA256SUMS", "".join(sums))
        made.seek(0)
    except BaseException:
        made.close()
        raise
    return made


def _files(found: Draw, actor: Actor) -> Iterator[tuple[str, bytes]]:
    yield "urval.txt", _told(found).encode()
    yield "index.csv", sheets.as_csv(HEADINGS, [_cells(n, found.seed, *row) for n, row in enumerate(found.rows, 1)])
    for case_id in dict.fromkeys([case.public_id for _decision, case in found.rows]):
        case = reading.shown_case(case_id, actor)
        for name, content in (*documents_of(case), *statements_of(case)):
            yield f"{_folder(case)}/{name}", content


def _folder(case: Case) -> str:
    return "".join(c if c.isalnum() else "-" for c in case.diary_number or str(case.public_id))


def _cells(n: int, seed: str, decision: Decision, case: Case) -> list[Cell]:
    named: list[Cell] = [n, decision.number, decision.decided_on, case.diary_number, case.listed_title, case.unit.name]
    stood_in_for = decision.acting_for.title or decision.acting_for.name if decision.acting_for else ""
    # Minutes are entered by the registrar; the organ decided.
    decided_by = decision.minutes.organ.name if decision.minutes else decision.decided_by.name
    who: list[Cell] = [outcome_said(decision), decision.capacity.capitalize(), decided_by, stood_in_for]
    place = sample.place(seed, decision.number)
    return [*named, *who, decision.requested, decision.granted, _folder(case), place]


def _told(found: Draw) -> str:
    """How the sample was drawn and how the draw is repeated, for whoever opens the file."""
    kind = _(deviations.NAMES[found.kind]) if found.kind else _("Alla beslut")
    return _(
        "Urval av beslut\n\n"
        "Slag: %(kind)s\nÅr: %(year)s\nDraget den: %(today)s\nFrö: %(seed)s\nDragna: %(drawn)s av %(of)s\n\n"
        "Dragningen upprepas så här: räkna SHA-256 av texten frö:beslutsnummer för varje beslut i urvalet, ordna besluten "
        "efter resultatet skrivet hexadecimalt och ta de första %(size)s. Index.csv har resultatet för de dragna.\n"
        "SHA256SUMS har varje fils kontrollsumma och prövas med sha256sum -c SHA256SUMS.\n",
        kind=kind,
        year=found.span.year or _("alla"),
        today=found.span.today.isoformat(),
        seed=found.seed,
        drawn=len(found.rows),
        of=found.size,
        size=sample.SIZE,
    )
