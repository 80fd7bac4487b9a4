"""The one condition that every query over cases is wrapped in, tried in the database for each kind of person.

The cases are walked there; the persons are made by hand, so that each right is tried alone.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select

from portal import create_app
from portal.db import db, transaction
from portal.funding_requests import operations as requests
from portal.funding_requests.lifecycle import Action
from portal.people.actor import Actor, Holding, StoodInFor
from portal.people.permissions import Role
from portal.register import marking
from portal.register.access import find, registered, visible
from portal.register.models import Case
from tests.conftest import Road
from tests.factories.funding_requests import a_draft, a_submitted_request
from tests.factories.road import act
from tests.factories.town import ASKS_MANAGER, Town

NAMED, ALSO_NAMED, COWRITER = "kommunledning", "ekonom2", "fritidschef"


@dataclass(frozen=True, slots=True)
class Kept:
    """The walked database with a few cases more, and each case by what it is called here."""

    app: Flask
    database: Path
    cases: dict[str, UUID]


def _mark(town: Town, case_id: UUID, *readers: str) -> UUID:
    with transaction():
        marking.mark_secrecy(
            case_id=case_id,
            marking=marking.Marking(
                provision="18 kap. 8 § OSL",
                public_title="Uppgift utelämnad",
                readers=frozenset(town.person(username).public_id for username in readers),
            ),
            by=town.actor("registrator"),
            seen_version=None,
        )
    return case_id


def _marked(town: Town) -> UUID:
    """Submitted without secrets, then marked by the registrar with two persons named on the mark."""
    return _mark(town, a_submitted_request(town).public_id, NAMED, ALSO_NAMED)


def _lifted(town: Town) -> UUID:
    case_id = _marked(town)
    with transaction():
        marking.lift_mark(
            case_id=case_id, reason="Ingen sekretess.", public_title="Kameror", by=town.actor("registrator"), seen_version=None
        )
    return case_id


def _remarked(town: Town) -> UUID:
    """Marked with a reader named, lifted, and marked again with nobody named."""
    return _mark(town, _lifted(town))


def _stated(town: Town) -> UUID:
    """Finance stated its opinion while the case was open; then it was marked, with another person named."""
    case_id = a_submitted_request(town).public_id
    act(town, Action.GIVE_STATEMENT, case_id, ALSO_NAMED)
    return _mark(town, case_id, NAMED)


def _cowritten(town: Town) -> UUID:
    case = a_draft(town)
    with transaction():
        requests.add_writer(case_id=case.public_id, person_id=town.person(COWRITER).public_id, by=town.actor("sakerhetschef"))
    return case.public_id


MORE: dict[str, Callable[[Town], UUID]] = {
    "cowritten draft": _cowritten,
    "submitted, named": _marked,
    "submitted, lifted": _lifted,
    "submitted, marked again": _remarked,
    "submitted, secret, stated": _stated,
}
_kept: list[Kept] = []  # walked once in a process: the tests only read


@pytest.fixture(scope="module")
def kept(request: pytest.FixtureRequest) -> Kept:
    """The walked road and the cases above."""
    if not _kept:
        road: Road = request.getfixturevalue("road")
        _prepared, town = request.getfixturevalue("prepared")
        folder = shutil.copytree(road.folder, Path(tempfile.mkdtemp()) / "access")
        app = create_app(folder, testing=True)
        with app.app_context():
            cases = {name: walk(town) for name, walk in MORE.items()}
            db.session.remove()
            db.engine.dispose()
        _kept.append(Kept(app, folder / "portal.sqlite", road.cases | cases))
    return _kept[0]


@pytest.fixture
def engine(kept: Kept) -> Iterator[Engine]:
    """The database, within the application that says what else is due beside the turn."""
    engine = create_engine(f"sqlite:///{kept.database}")
    with kept.app.app_context():
        yield engine
    engine.dispose()


@dataclass(frozen=True, slots=True)
class Looker:
    """Shows what a person sees."""

    engine: Engine
    kept: Kept
    town: Town

    def person(self, username: str, *roles: tuple[Role, str], stands_in_for: tuple[StoodInFor, ...] = ()) -> Actor:
        """The person with this row's id and these roles (each with its unit), whatever roles the row holds."""
        row = self.town.person(username)
        holdings = tuple(Holding(role, self.town.units[unit].id) for role, unit in roles)
        return Actor(row.id, row.public_id, row.name, "", holdings, stands_in_for)

    def sees(self, actor: Actor) -> set[str]:
        """The cases the person sees, by what they are called here."""
        with self.engine.connect() as connection:
            found = set(connection.scalars(visible(select(Case.public_id), actor)))
        return {name for name, case_id in self.kept.cases.items() if case_id in found}


@pytest.fixture
def look(engine: Engine, kept: Kept, prepared: tuple[Path, Town]) -> Looker:
    return Looker(engine, kept, prepared[1])


OWN, OTHER, ELSEWHERE = "Säkerhet och trygghet", "Räddningstjänsten", "Kultur och fritid"
CITY = ASKS_MANAGER
DRAFTS = {"draft", "cowritten draft", "with_manager"}  # not in the register yet
OF_THE_CITY = {"with_manager", "submitted, let pass by the manager"}  # written in the unit that asks its manager
SECRET = {
    "submitted, secret",
    "submitted, named",
    "submitted, marked again",
    "submitted, secret, stated",
    "dispatched, secret",
}


def everything(kept: Kept) -> set[str]:
    return set(kept.cases)


def plain(kept: Kept) -> set[str]:
    """Submitted, and not secret."""
    return everything(kept) - DRAFTS - SECRET


def test_a_person_without_roles_or_parts_sees_nothing(look: Looker) -> None:
    assert look.sees(look.person("revisor")) == set()


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.ARCHIVIST, Role.AUDITOR])
def test_who_reads_secrets_sees_all_that_was_submitted(look: Looker, role: Role) -> None:
    assert look.sees(look.person("revisor", (role, OTHER))) == everything(look.kept) - DRAFTS


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.RECIPIENT])
def test_who_reads_no_cases_sees_none(look: Looker, role: Role) -> None:
    assert look.sees(look.person("revisor", (role, OWN))) == set()


def test_a_decision_maker_sees_what_is_open_and_the_secret_that_waits_for_a_decision(look: Looker) -> None:
    waiting = {"submitted, secret", "submitted, named", "submitted, marked again", "submitted, secret, stated"}
    assert look.sees(look.person("revisor", (Role.DECISION_MAKER, OTHER))) == plain(look.kept) | waiting


def test_finance_sees_what_is_open_and_no_secret_that_waits_for_others(look: Looker) -> None:
    assert look.sees(look.person("revisor", (Role.FINANCE, OTHER))) == plain(look.kept)


def test_a_requester_of_the_unit_sees_what_is_open_and_the_secret_that_waits_for_the_unit(look: Looker) -> None:
    assert look.sees(look.person("revisor", (Role.REQUESTER, OWN))) == (plain(look.kept) - OF_THE_CITY) | {"dispatched, secret"}


def test_a_manager_sees_what_waits_for_them_and_what_is_open_in_their_own_unit_only(look: Looker) -> None:
    assert look.sees(look.person("revisor", (Role.MANAGER, CITY))) == OF_THE_CITY
    assert look.sees(look.person("revisor", (Role.MANAGER, OWN))) == plain(look.kept) - OF_THE_CITY


def test_a_requester_of_the_unit_does_not_see_what_another_has_with_the_manager(look: Looker) -> None:
    assert look.sees(look.person("revisor", (Role.REQUESTER, CITY))) == {"submitted, let pass by the manager"}


def test_a_requester_of_another_unit_sees_nothing(look: Looker) -> None:
    assert look.sees(look.person("revisor", (Role.REQUESTER, OTHER))) == set()


def test_several_roles_see_what_each_of_them_sees_and_the_turn_of_another_unit_is_not_ones_own(look: Looker) -> None:
    waiting = {"submitted, secret", "submitted, named", "submitted, marked again", "submitted, secret, stated"}
    elsewhere = look.person("revisor", (Role.REQUESTER, OTHER), (Role.DECISION_MAKER, OTHER))
    assert look.sees(elsewhere) == plain(look.kept) | waiting
    here = look.person("revisor", (Role.REQUESTER, OWN), (Role.DECISION_MAKER, OTHER))
    assert look.sees(here) == plain(look.kept) | waiting | {"dispatched, secret"}


def test_a_substitute_sees_what_the_role_stood_in_for_sees(look: Looker) -> None:
    chief = look.town.person("kommunchef")
    holding = Holding(Role.REQUESTER, look.town.unit.id)
    substitute = look.person("revisor", stands_in_for=(StoodInFor(chief.id, chief.public_id, chief.name, "", (holding,)),))
    assert look.sees(substitute) == (plain(look.kept) - OF_THE_CITY) | {"dispatched, secret"}


def test_the_author_sees_their_own_whatever_roles_are_left(look: Looker) -> None:
    assert look.sees(look.person("sakerhetschef")) == everything(look.kept) - OF_THE_CITY
    assert look.sees(look.person("stadsmiljochef")) == OF_THE_CITY


def test_a_named_cowriter_sees_the_draft(look: Looker) -> None:
    assert look.sees(look.person(COWRITER)) == {"cowritten draft"}
    assert look.sees(look.person(COWRITER, (Role.REQUESTER, ELSEWHERE))) == {"cowritten draft"}


def test_a_person_named_on_marks_that_stand_sees_those_cases_and_no_other(look: Looker) -> None:
    assert look.sees(look.person(NAMED)) == {"submitted, named", "submitted, secret, stated"}


def test_a_named_person_who_reads_cases_reads_those_secrets_too(look: Looker) -> None:
    assert look.sees(look.person(NAMED, (Role.FINANCE, OTHER))) == plain(look.kept) | {
        "submitted, named",
        "submitted, secret, stated",
    }


@pytest.mark.parametrize(
    ("username", "role", "secret"),
    [
        ("kommunchef", Role.FINANCE, {"dispatched, secret"}),  # decided
        ("ekonom", Role.FINANCE, {"dispatched, secret"}),  # recorded
        ("ekonom2", Role.FINANCE, {"submitted, named", "submitted, secret, stated"}),  # named; stated an opinion
        ("registrator", Role.FINANCE, set()),  # kept the register, which is no part in the case
        ("sakerhetssamordnare", Role.FINANCE, set()),
    ],
)
def test_whoever_decided_stated_or_recorded_still_sees_the_secret(
    look: Looker, username: str, role: Role, secret: set[str]
) -> None:
    assert look.sees(look.person(username, (role, OTHER))) == plain(look.kept) | secret


def test_having_acted_gives_nobody_without_a_role_the_case_back(look: Looker) -> None:
    assert look.sees(look.person("kommunchef")) == set()
    assert look.sees(look.person("ekonom")) == set()
    assert look.sees(look.person(ALSO_NAMED)) == {"submitted, named"}


def test_the_register_shows_every_number_to_whoever_reads_it_and_to_nobody_else(look: Looker) -> None:
    def rows(actor: Actor) -> set[str]:
        with look.engine.connect() as connection:
            found = set(connection.scalars(registered(select(Case.public_id), actor)))
        return {name for name, case_id in look.kept.cases.items() if case_id in found}

    assert rows(look.person("revisor", (Role.REQUESTER, OTHER))) == everything(look.kept) - DRAFTS
    assert rows(look.person("sakerhetschef", (Role.RECIPIENT, OWN), (Role.ADMINISTRATOR, OWN))) == set()


def test_one_case_is_found_by_those_who_see_it_and_is_unknown_to_others(look: Looker) -> None:
    def found(public_id: UUID, actor: Actor) -> list[UUID]:
        with look.engine.connect() as connection:
            return [row.public_id for row in connection.execute(find(public_id, actor))]

    here = look.kept.cases["submitted"]
    auditor = look.person("revisor", (Role.AUDITOR, OTHER))
    assert found(here, auditor) == [here]
    assert found(uuid4(), auditor) == []
    assert found(here, look.person("revisor")) == []
