"""Reads of persons, roles, substitutes and sessions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Date, Select, and_, bindparam, case, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from portal import clock
from portal.db import hold, session
from portal.errors import Unknown
from portal.people.actor import Actor, Holding, StoodInFor
from portal.people.models import Installation, Person, RoleHolding, Substitution, Unit, UserSession
from portal.people.permissions import PERMISSIONS, Permission, Role

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
PAGE = 50
_OWNER = aliased(Person)  # made once: an alias remembers its columns


@dataclass(frozen=True, slots=True)
class Acting:
    """The actor with the name of the unit that stands in the page's head."""

    actor: Actor
    unit: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A living session: who it belongs to, with the roles in force now, and when it was last seen."""

    session_id: int
    session_public_id: UUID
    person_id: int
    last_seen_at: datetime
    confirmed_at: datetime | None
    must_change_password: bool
    acting: Acting


# Person's id, public id, name and title; a role, its unit and the unit's name.
_PersonRow = tuple[Any, ...]


def _alive(owner: Any = Person) -> Any:
    """With the moments of ``_moments`` as parameters."""
    return and_(
        UserSession.ended_at.is_(None),
        UserSession.last_seen_at > bindparam("seen_after"),
        UserSession.created_at > bindparam("begun_after"),
        owner.disabled_at.is_(None),
    )


def _moments(now: datetime) -> dict[str, datetime]:
    return {"seen_after": now - IDLE, "begun_after": now - ABSOLUTE}


def _in_force(first: Any, last: Any, today: date | BindParameter[date]) -> Any:
    return and_(first <= today, or_(last.is_(None), last >= today))


def _with_roles(statement: Select[*tuple[Any, ...]], person_id: InstrumentedAttribute[int]) -> Select[*tuple[Any, ...]]:
    """``statement`` joined with the person and everyone that person stands in for, with the roles in force on the
    parameter ``today``.

    Seven columns are added; the person's own rows come first.
    """
    today = bindparam("today", type_=Date)
    stood_in_for = select(Substitution.person_id).where(
        Substitution.substitute_id == person_id, _in_force(Substitution.valid_from, Substitution.valid_to, today)
    )
    return (
        statement.join(Person, or_(Person.id == person_id, Person.id.in_(stood_in_for)))
        .outerjoin(
            RoleHolding,
            and_(RoleHolding.person_id == Person.id, _in_force(RoleHolding.valid_from, RoleHolding.valid_to, today)),
        )
        .outerjoin(Unit, Unit.id == RoleHolding.unit_id)
        .add_columns(Person.id, Person.public_id, Person.name, Person.title, RoleHolding.role, RoleHolding.unit_id, Unit.name)
        .order_by(case((Person.id == person_id, 0), else_=1), Person.id, RoleHolding.valid_from, RoleHolding.id)
    )


def hold_right_to_act(person_id: int) -> None:
    """Hold what the person may do (sessions, account, roles, substitutions) as it is until the transaction ends: whoever
    changes it waits, and what is logged before the change was done before it."""
    stood_in_for = select(Substitution.person_id).where(Substitution.substitute_id == person_id)
    rows = select(Person.id).where(or_(Person.id == person_id, Person.id.in_(stood_in_for))).order_by(Person.id)
    hold(rows.with_for_update(read=True))


def hold_to_change(person_id: Any) -> None:
    """Wait for every act of the person that has begun, and let none begin until the transaction ends.

    ``person_id`` is a row id, or a subquery that finds it.
    """
    hold(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def _session_with_roles(alive: Any) -> Select[*tuple[Any, ...]]:
    """The session behind ``token_hash``, with the person and roles, where ``alive``."""
    return _with_roles(
        select(
            UserSession.id,
            UserSession.public_id,
            UserSession.person_id,
            UserSession.last_seen_at,
            UserSession.confirmed_at,
            _OWNER.must_change_password,
        )
        .join(_OWNER, _OWNER.id == UserSession.person_id)
        .where(UserSession.token_hash == bindparam("token_hash"), alive),
        UserSession.person_id,
    )


# Made once, since every page asks the first: to make the statement took longer than to run it.
_SIGNED_IN = _session_with_roles(_alive(_OWNER))
_ACTING = _with_roles(select(_OWNER.id).select_from(_OWNER).where(_OWNER.id == bindparam("person_id")), _OWNER.id)


def signed_in(token_hash: str) -> SignedIn | None:
    """The session behind a cookie's token, unless it has ended, stood idle too long or its person is disabled.

    With the person's roles and substitutions in the same statement: every page begins with this one.
    """
    rows = session.execute(_SIGNED_IN, {"token_hash": token_hash, "today": clock.today(), **_moments(clock.now())}).all()
    if not rows:
        return None
    session_id, public_id, person_id, last_seen_at, confirmed_at, must_change, *_rest = rows[0]
    acting = _acting([row[6:] for row in rows], person_id, confirmed_at=confirmed_at)
    return SignedIn(session_id, public_id, person_id, last_seen_at, confirmed_at, must_change, acting)


def acting(person_id: int) -> Acting:
    """The person with the roles in force today, own and stood in for, in one statement.

    Raises Unknown for an unknown person.
    """
    rows = session.execute(_ACTING, {"person_id": person_id, "today": clock.today()}).all()
    return _acting([row[1:] for row in rows], person_id, confirmed_at=None)


def _acting(rows: Sequence[_PersonRow], person_id: int, *, confirmed_at: datetime | None) -> Acting:
    own = [row for row in rows if row[0] == person_id]
    if not own:
        raise Unknown
    actor = Actor(
        person_id=person_id,
        public_id=own[0][1],
        name=own[0][2],
        title=own[0][3],
        holdings=_holdings(own),
        stands_in_for=_others(rows, person_id),
        confirmed_at=confirmed_at,
    )
    return Acting(actor=actor, unit=next((row[6] for row in own if row[6]), ""))


def _holdings(rows: Iterable[_PersonRow]) -> tuple[Holding, ...]:
    return tuple(Holding(Role(row[4]), row[5]) for row in rows if row[4])


def _others(rows: Sequence[_PersonRow], person_id: int) -> tuple[StoodInFor, ...]:
    others = {row[0]: row for row in rows if row[0] != person_id}
    return tuple(
        StoodInFor(
            person_id=row[0],
            public_id=row[1],
            name=row[2],
            title=row[3],
            holdings=_holdings(each for each in rows if each[0] == row[0]),
        )
        for row in others.values()
    )


def actor(person_id: int) -> Actor:
    """The person as an actor, with the roles in force today. Raises Unknown for an unknown person."""
    return acting(person_id).actor


def person(public_id: UUID) -> Person:
    """The person. Raises Unknown."""
    found = session.scalars(select(Person).where(Person.public_id == public_id)).one_or_none()
    if found is None:
        raise Unknown
    return found


def person_by_username(username: str) -> Person | None:
    """The person who signs in with this name, however it was written."""
    return session.scalars(select(Person).where(Person.username == username.strip().casefold())).one_or_none()


def persons(*, after: str | None = None, search: str = "") -> tuple[list[Person], str | None]:
    """A page of persons by username, with the key of the next page."""
    statement: Select[Person] = select(Person).order_by(Person.username).limit(PAGE + 1)
    if after:
        statement = statement.where(Person.username > after)
    if search:
        # Two forms, because SQLite's lower() leaves Å, Ä and Ö as they are.
        wanted = {search, search.lower(), search.capitalize()}
        statement = statement.where(
            or_(
                *(column.contains(each, autoescape=True) for each in wanted for column in (Person.name, Person.title)),
                Person.username.contains(search.casefold(), autoescape=True),
            )
        )
    rows = list(session.scalars(statement))
    return rows[:PAGE], rows[PAGE - 1].username if len(rows) > PAGE else None


def roles_in_force(person_ids: Iterable[int]) -> dict[int, list[tuple[Role, str]]]:
    """Role and unit name held today, per person, in one statement."""
    rows = session.execute(
        select(RoleHolding.person_id, RoleHolding.role, Unit.name)
        .join(Unit, Unit.id == RoleHolding.unit_id)
        .where(
            RoleHolding.person_id.in_(list(person_ids)),
            _in_force(RoleHolding.valid_from, RoleHolding.valid_to, clock.today()),
        )
        .order_by(RoleHolding.id)
    )
    held: dict[int, list[tuple[Role, str]]] = {}
    for person_id, role, unit in rows:
        held.setdefault(person_id, []).append((Role(role), unit))
    return held


def roles(person_id: int) -> list[RoleHolding]:
    """Every role the person holds, has held or will hold, newest first."""
    return list(
        session.scalars(
            select(RoleHolding)
            .where(RoleHolding.person_id == person_id)
            .options(joinedload(RoleHolding.unit))
            .order_by(RoleHolding.valid_from.desc(), RoleHolding.id.desc())
        )
    )


def substitutions(person_id: int) -> list[Substitution]:
    """Who stands in for the person and for whom the person stands in, newest first."""
    return list(
        session.scalars(
            select(Substitution)
            .where(or_(Substitution.person_id == person_id, Substitution.substitute_id == person_id))
            .options(joinedload(Substitution.person), joinedload(Substitution.substitute), joinedload(Substitution.ended_by))
            .order_by(Substitution.valid_from.desc(), Substitution.id.desc())
        )
    )


def active_persons() -> list[Person]:
    """Everyone who can sign in, by name, for lists to choose from."""
    return list(session.scalars(select(Person).where(Person.disabled_at.is_(None)).order_by(Person.name, Person.id)))


def units(*, ended: bool = False) -> list[Unit]:
    """The units in use, by name; with ``ended`` those too that are used no longer."""
    statement = select(Unit).order_by(Unit.name)
    if not ended:
        statement = statement.where(or_(Unit.ended_on.is_(None), Unit.ended_on >= clock.today()))
    return list(session.scalars(statement))


def unit(public_id: UUID) -> Unit:
    """The unit. Raises Unknown."""
    found = session.scalars(select(Unit).where(Unit.public_id == public_id)).one_or_none()
    if found is None:
        raise Unknown
    return found


def units_of(actor: Actor, permission: Permission) -> list[Unit]:
    """The units in use for which the actor holds ``permission``, by name."""
    held = actor.units(permission)
    return [each for each in units() if each.id in held] if held else []


def holders(permission: Permission, *, unit_id: int | None = None) -> list[Person]:
    """Everyone whose role in force today gives ``permission`` (in the unit), for notices and lists to choose from."""
    giving = [role.value for role, given in PERMISSIONS.items() if permission in given]
    held = exists().where(
        RoleHolding.person_id == Person.id,
        RoleHolding.role.in_(giving),
        _in_force(RoleHolding.valid_from, RoleHolding.valid_to, clock.today()),
    )
    if unit_id is not None:
        held = held.where(RoleHolding.unit_id == unit_id)
    return list(session.scalars(select(Person).where(held, Person.disabled_at.is_(None)).order_by(Person.name, Person.id)))


def holders_by_permission(wanted: Mapping[Permission, int | None]) -> dict[Permission, frozenset[int]]:
    """The row ids of those whose role in force today gives each permission (in the unit, where one is named); one statement."""
    giving = [role.value for role, given in PERMISSIONS.items() if not given.isdisjoint(wanted)]
    rows = session.execute(
        select(RoleHolding.person_id, RoleHolding.role, RoleHolding.unit_id)
        .join(Person, Person.id == RoleHolding.person_id)
        .where(
            RoleHolding.role.in_(giving),
            _in_force(RoleHolding.valid_from, RoleHolding.valid_to, clock.today()),
            Person.disabled_at.is_(None),
        )
    ).all()
    return {
        permission: frozenset(
            person for person, role, unit in rows if permission in PERMISSIONS[Role(role)] and unit_id in (None, unit)
        )
        for permission, unit_id in wanted.items()
    }


def units_and_holding(permission: Permission) -> list[tuple[Unit, bool]]:
    """Every unit in use, the oldest first, and whether someone holds ``permission`` in it today, in one statement."""
    giving = [role.value for role, given in PERMISSIONS.items() if permission in given]
    held = select(RoleHolding.unit_id).where(
        RoleHolding.role.in_(giving), _in_force(RoleHolding.valid_from, RoleHolding.valid_to, clock.today())
    )
    in_use = or_(Unit.ended_on.is_(None), Unit.ended_on >= clock.today())
    rows = session.execute(select(Unit, Unit.id.in_(held)).where(in_use).order_by(Unit.id))
    return [(unit, bool(holds)) for unit, holds in rows]


def managers_by_unit() -> dict[int, list[str]]:
    """The names of those who are nearest manager today, per unit (row id), in one statement."""
    giving = [role.value for role, given in PERMISSIONS.items() if Permission.APPROVE_REQUEST in given]
    rows = session.execute(
        select(RoleHolding.unit_id, Person.name)
        .join(Person, Person.id == RoleHolding.person_id)
        .where(
            RoleHolding.role.in_(giving),
            _in_force(RoleHolding.valid_from, RoleHolding.valid_to, clock.today()),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.name, RoleHolding.id)
    )
    found: dict[int, list[str]] = {}
    for unit_id, name in rows:
        found.setdefault(unit_id, []).append(name)
    return found


def living_sessions(person_id: int) -> list[UserSession]:
    """The person's sessions that still open doors, newest first."""
    return list(
        session.scalars(
            select(UserSession)
            .join(Person, Person.id == UserSession.person_id)
            .where(UserSession.person_id == person_id, _alive())
            .order_by(UserSession.created_at.desc()),
            _moments(clock.now()),
        )
    )


def is_demo() -> bool | None:
    """Whether this database was made as a demo; None before it has been made at all."""
    return session.scalar(select(Installation.is_demo))
