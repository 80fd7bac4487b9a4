"""The places of the road with what the policy has to know of each, and the places where two roles meet in one person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app

from portal.db import transaction
from portal.funding_requests import attachments, operations
from portal.funding_requests.lifecycle import Action, Status
from tests.factories import decisions as made
from tests.factories.places import PLACES, status_of
from tests.factories.road import LINES, TOTAL, act, case_in, run_worker, with_the_manager
from tests.factories.town import Town
from tests.policy.people import CITY, CULTURE, SAFETY

ASKER = "sakerhetschef"
TEXT = "Tjänsteskrivelse\n\nMedel till vakter\n\nFörslag till beslut\n\nSäkerhetsenheten beviljas 50 000 kr till vakter.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a case stands, and who has had which part in it."""

    status: Status
    unit: str = SAFETY
    asked: frozenset[str] = frozenset({ASKER})
    writers: frozenset[str] = frozenset({ASKER})
    decided: frozenset[str] = frozenset()
    recorded: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()
    minuted: frozenset[str] = frozenset()
    jav: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    secret: bool = False
    political: bool = False
    handed_over: bool = False
    checked: bool = False
    report_due: bool = True
    money: bool = True
    priced_lines: int = 2
    moved: bool = False
    failed_copy: bool = False
    complete: bool = True
    read_in: bool = False
    statement_due: bool = False
    covered: bool = True
    """Whether kommunchef's delegation (and that of those who decide as she does) reaches the amount."""

    @property
    def acted(self) -> frozenset[str]:
        """Whoever has decided, stated, recorded or entered minutes."""
        return self.decided | self.recorded | self.stated | self.minuted


def _one(*names: str) -> frozenset[str]:
    return frozenset(names)


_DECIDED: dict[str, Any] = {"decided": _one("kommunchef")}
_RECORDED: dict[str, Any] = {**_DECIDED, "recorded": _one("ekonom"), "checked": True}
_SECRET: dict[str, Any] = {"secret": True, "priced_lines": 1}
_ALONE = _one("kanslichef")
_CITY: dict[str, Any] = {"unit": CITY, "asked": _one("stadsmiljochef"), "writers": _one("stadsmiljochef")}

KNOWN: dict[str, Place] = {
    "draft": Place(status=Status.DRAFT, writers=_one(ASKER, "medskrivare")),
    "with_manager": Place(status=Status.WITH_MANAGER, **_CITY),
    "submitted, let pass by the manager": Place(status=Status.SUBMITTED, **_CITY),
    "submitted": Place(status=Status.SUBMITTED),
    "submitted, no decision maker may act": Place(
        status=Status.SUBMITTED, jav=_one("kommunchef", "tf.kommunchef", "kanslichef")
    ),
    "submitted, secret": Place(status=Status.SUBMITTED, **_SECRET),
    "submitted, secret, statement due": Place(status=Status.SUBMITTED, statement_due=True, **_SECRET),
    "returned": Place(status=Status.RETURNED),
    "returned by the organ": Place(status=Status.RETURNED, handed_over=True, minuted=_one("registrator")),
    "referred": Place(status=Status.REFERRED, handed_over=True, stated=_one("ekonom2")),
    "decided": Place(status=Status.DECIDED, **_DECIDED),
    "decided by the organ": Place(
        status=Status.DECIDED, handed_over=True, political=True, minuted=_one("registrator"), decided=_one()
    ),
    "decided, rejected": Place(status=Status.DECIDED, money=False, **_DECIDED),
    "dispatched": Place(status=Status.DISPATCHED, **_RECORDED),
    "dispatched, money moved": Place(status=Status.DISPATCHED, moved=True, **_RECORDED),
    "dispatched, secret": Place(
        status=Status.DISPATCHED,
        named=_one("namngiven"),
        failed_copy=True,
        **_SECRET,
        **_RECORDED,
    ),
    "reported": Place(status=Status.REPORTED, **_RECORDED),
    "settled": Place(status=Status.SETTLED, **_RECORDED),
    "settled, no report due": Place(status=Status.SETTLED, report_due=False, **_RECORDED),
    "closed": Place(status=Status.CLOSED, **_RECORDED),
    "archived": Place(status=Status.ARCHIVED, **_RECORDED),
    "withdrawn": Place(status=Status.WITHDRAWN),
    "draft, read in": Place(status=Status.DRAFT, complete=False, read_in=True),
    # Where one person holds what should be in several hands, and what the money and the units bring.
    "with_manager, by one who is manager": Place(
        status=Status.WITH_MANAGER, unit=CITY, asked=_one("omradeschef"), writers=_one("omradeschef")
    ),
    "submitted, of another unit": Place(
        status=Status.SUBMITTED, unit=CULTURE, asked=_one("fritidschef"), writers=_one("fritidschef")
    ),
    "submitted, above the ceiling": Place(status=Status.SUBMITTED, covered=False),
    "submitted, by one who may decide": Place(status=Status.SUBMITTED, asked=_ALONE, writers=_ALONE),
    "submitted, stated by one who may decide": Place(status=Status.SUBMITTED, stated=_ALONE),
    "referred, by one who keeps the register": Place(status=Status.REFERRED, handed_over=True, asked=_ALONE, writers=_ALONE),
    "decided, by one who keeps accounts": Place(status=Status.DECIDED, decided=_ALONE),
    "decided, of one who keeps accounts": Place(status=Status.DECIDED, asked=_ALONE, writers=_ALONE, **_DECIDED),
    "dispatched, decided by one who asks": Place(
        status=Status.DISPATCHED, decided=_ALONE, recorded=_one("ekonom"), checked=True
    ),
    "dispatched, recorded by one who decides": Place(
        status=Status.DISPATCHED, decided=_one("kommunchef"), recorded=_ALONE, checked=True
    ),
    "closed, an archivist biased": Place(status=Status.CLOSED, jav=_one("arkivarie2"), **_RECORDED),
    "dispatched, the organ's, recorded by the registrar": Place(
        status=Status.DISPATCHED,
        handed_over=True,
        political=True,
        minuted=_one("registrator"),
        recorded=_ALONE,
        checked=True,
    ),
}
PLAIN = tuple(PLACES)
"""The places every other test knows too."""


def _submitted(town: Town, by: str, unit: str = SAFETY, total: str = TOTAL, fund: str = "Trygghetsmiljonen") -> UUID:
    lines = LINES if total == TOTAL else (("Väktare", total),)
    return made.a_submitted_request(town, by=by, unit=unit, lines=lines, total=total, fund=fund)


def _walk(start: Callable[[Town], UUID], *steps: tuple[Action, str]) -> Callable[[Town], UUID]:
    def walk(town: Town) -> UUID:
        case_id = start(town)
        for action, by in steps:
            act(town, action, case_id, by)
            if action is Action.RECORD:
                run_worker()
        return case_id

    return walk


def _plain(town: Town) -> UUID:
    return case_in(Status.SUBMITTED, town)


def _of_kanslichef(town: Town) -> UUID:
    return _submitted(town, "kanslichef")


def _read_in(town: Town) -> UUID:
    """A draft of which only the document it is to be read from is there."""
    store = current_app.extensions["store"]
    kept = attachments.keep(store, TEXT.encode(), "tjansteskrivelse.txt")
    with transaction():
        made_of = operations.read_in(case_id=None, unit_id=town.unit.id, kept=kept, by=town.actor(ASKER))
        return made_of.public_id


A = Action
_CHECK = (A.CHECK_REGISTRATION, "registrator")
WALKS: dict[str, Callable[[Town], UUID]] = {
    "submitted, secret, statement due": lambda town: made.a_submitted_request(
        town, by=ASKER, lines=(("Larm", "10 000"),), total="10 000", cost_type="vet inte", secrecy="ja"
    ),
    "draft, read in": _read_in,
    "with_manager, by one who is manager": lambda town: with_the_manager(town, by="omradeschef"),
    "submitted, of another unit": lambda town: _submitted(town, "fritidschef", CULTURE),
    "submitted, above the ceiling": lambda town: _submitted(town, ASKER, total="600 000", fund="Kommunstyrelsens oförutsedda"),
    "submitted, by one who may decide": _of_kanslichef,
    "submitted, stated by one who may decide": _walk(_plain, (A.GIVE_STATEMENT, "kanslichef")),
    "referred, by one who keeps the register": _walk(_of_kanslichef, (A.HAND_OVER, "kommunchef")),
    "decided, by one who keeps accounts": _walk(_plain, (A.DECIDE, "kanslichef")),
    "decided, of one who keeps accounts": _walk(_of_kanslichef, (A.DECIDE, "kommunchef")),
    "dispatched, decided by one who asks": _walk(_plain, _CHECK, (A.DECIDE, "kanslichef"), (A.RECORD, "ekonom")),
    "dispatched, recorded by one who decides": _walk(_plain, _CHECK, (A.DECIDE, "kommunchef"), (A.RECORD, "kanslichef")),
    "closed, an archivist biased": _walk(lambda town: case_in(Status.CLOSED, town), (A.DECLARE_JAV, "arkivarie2")),
    "dispatched, the organ's, recorded by the registrar": _walk(
        _plain, _CHECK, (A.HAND_OVER, "kommunchef"), (A.RECORD_MINUTES, "registrator"), (A.RECORD, "kanslichef")
    ),
}
assert set(KNOWN) == {*PLACES, *WALKS}
assert all(status_of(name) is place.status for name, place in KNOWN.items())
