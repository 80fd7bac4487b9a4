"""The portal does what the paper says, whatever is tried, in any order, by anyone; and where a rule is left out, it shows."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import event, literal, select

from portal import clock, create_app
from portal.accounting import rules as accounting
from portal.db import db, session, transaction
from portal.decisions import queries as decision_queries
from portal.decisions import rules as deciding
from portal.documents.sealing import Sealed
from portal.funding_requests import acting
from portal.funding_requests import rules as request_rules
from portal.funding_requests.lifecycle import Action
from portal.funds import operations as funds
from portal.people.models import Person, RoleHolding
from portal.people.passwords import hashed, use_cheap_profile
from portal.people.permissions import Role
from portal.register import operations as register
from tests.conftest import PASSWORD, unsynced
from tests.factories.town import CEILING, Row, Town, a_delegation
from tests.model.machine import Walk
from tests.model.paper import CITY, SAFETY
from tests.scale import SOAK, measured, times

RUNS, STEPS = times(20, 2000), times(20, 30)
UNTIL_FOUND = 400
_OFFICE = "Kommunledningskontoret"
EVERY_ROLE = (
    *((Role.REQUESTER, unit) for unit in (SAFETY, CITY)),
    (Role.MANAGER, CITY),
    *((role, _OFFICE) for role in (Role.DECISION_MAKER, Role.FINANCE, Role.REGISTRAR, Role.ARCHIVIST)),
)


@pytest.fixture(scope="module")
def walk(prepared: tuple[Path, Town], tmp_path_factory: pytest.TempPathFactory) -> Iterator[type[Walk]]:
    """The machine on an instance of its own: the town, and one person who holds every role."""
    use_cheap_profile(True)
    folder = tmp_path_factory.mktemp("model")
    shutil.copy(prepared[0] / "portal.sqlite", folder)
    (folder / "secret_key").write_bytes(b"k" * 32)
    app = create_app(folder, testing=True)
    app.config["WTF_CSRF_ENABLED"] = False
    town = prepared[1]
    with app.app_context():
        event.listen(db.engine, "connect", unsynced)  # nothing here outlives the run
        with transaction():
            everyman = _one_with_every_role(town)
        session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    begun = folder / "begun.sqlite"
    shutil.copy(folder / "portal.sqlite", begun)
    Walk.app, Walk.prepared = app, begun
    Walk.town = Town(**{name: getattr(town, name) for name in Town.__slots__} | {"people": {**town.people, "allt": everyman}})
    yield Walk
    with app.app_context():
        session.remove()
        db.engine.dispose()


def _one_with_every_role(town: Town) -> Row:
    person = Person(
        username="allt", name="Allt i allo", title="Kanslichef", password_hash=hashed(PASSWORD), created_at=clock.now()
    )
    session.add(person)
    session.flush()
    for role, in_unit in EVERY_ROLE:
        unit = town.units[in_unit]
        since = clock.today() - timedelta(days=30)
        session.add(RoleHolding(person_id=person.id, unit_id=unit.id, role=role.value, valid_from=since))
    row = a_delegation(person_id=person.id, fund_id=town.fund.id, organ_id=town.organ.id, ceiling=CEILING)
    row.entered_by_id, row.confirmed_by_id = town.person("admin").id, town.person("registrator").id
    row.confirmed_at = clock.now()
    session.flush()
    return Row(person.id, person.public_id, "allt")


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting a page takes a tenth of a second and is tried elsewhere; here it is only that a document is made."""
    monkeypatch.setattr("portal.documents.rendering.render", lambda _kind, data, **_how: b"%PDF-1.7 " + repr(data).encode())
    monkeypatch.setattr("portal.documents.sealing.seal", lambda pdf, *_how: Sealed(pdf + b" sealed", "B-B", None))


def play(machine: type[Walk], *, runs: int, steps: int, search: bool = False) -> None:
    """Run the machine; with ``search`` stop at the first disagreement, without looking for a shorter one."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            derandomize=search or not SOAK,
            database=None,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,) if search else (Phase.generate, Phase.shrink),
        ),
    )


def test_portal_and_paper_agree_on_every_act(walk: type[Walk]) -> None:
    walk.outcomes.clear()
    play(walk, runs=RUNS, steps=STEPS)
    tried = walk.outcomes
    assert set(tried) >= {"done", "refused", "conflict", "unknown"}, tried
    measured("model", runs=RUNS, steps=STEPS, disagreements=0, **tried)


def _never(_facts: object) -> None:
    """A rule that refuses nobody."""


def _without_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    begin = acting.begin

    def any_version(case_id: Any, action: Any, by: Any, _seen: Any, facts_of: Any, refusals: Any) -> Any:
        return begin(case_id, action, by, None, facts_of, refusals)

    for module in ("funding_requests", "decisions", "accounting", "archive"):
        monkeypatch.setattr(f"portal.{module}.operations.begin", any_version)


def _forgotten_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(funds, "_ledger", lambda *_arguments, **_named: None)


def _a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    number = register.next_number

    def twice(**which: Any) -> tuple[int, int]:
        number(**which)
        return number(**which)

    monkeypatch.setattr(register, "next_number", twice)


def _siblings_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision_queries, "sum_of_others", lambda _case: select(literal(0)).scalar_subquery())


def _money_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the guarded UPDATE nor the sum: what is granted is never taken."""
    monkeypatch.setattr(funds, "grant", lambda *_arguments, **_named: (0, 0))


LEFT_OUT: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "whoever asks does not decide": lambda patch: patch.setattr(deciding, "requester_may_not_decide", _never),
    "whoever decided does not record": lambda patch: patch.setattr(accounting, "_three_persons", _never),
    "whoever is jävig does not act": lambda patch: patch.setattr(deciding, "barred", _never),
    "whoever stated an opinion does not decide": lambda patch: patch.setattr(
        deciding, "statement_giver_may_not_decide", _never
    ),
    "the unit's other requests count": _siblings_forgotten,
    "a stale page does not act": _without_stale,
    "whoever wrote it does not let it pass": lambda patch: patch.setitem(request_rules.REFUSALS, Action.APPROVE, _never),
    "every movement is in the ledger": _forgotten_ledger,
    "what is granted is taken": _money_without_end,
    "numbers have no gaps": _a_gap,
}


QUICKLY_FOUND = {"every movement is in the ledger", "numbers have no gaps"}  # the others take minutes, in the soak
RULES = [pytest.param(rule, marks=() if rule in QUICKLY_FOUND else pytest.mark.soak) for rule in LEFT_OUT]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_is_left_out_shows(walk: type[Walk], rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    LEFT_OUT[rule](monkeypatch)
    with pytest.raises(AssertionError):
        play(walk, runs=UNTIL_FOUND, steps=STEPS, search=True)
