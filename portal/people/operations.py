"""Administration of persons, units and roles. Each change is a log entry; the caller holds the transaction."""

from datetime import date
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.db import session
from portal.errors import Conflict, Invalid, Refused
from portal.log import operations as log
from portal.people import addresses, queries, rules
from portal.people.actor import Actor
from portal.people.models import FormResult, Installation, Person, RoleHolding, Unit, UserSession
from portal.people.permissions import Permission, Role
from portal.people.sign_in import make_link
from portal.text import _


def earlier_result(*, key: UUID, person_id: int) -> str | None:
    """Where this person's form with this key led the first time it was sent; None when it is new."""
    return session.scalar(select(FormResult.location).where(FormResult.key == key, FormResult.person_id == person_id))


def remember_result(*, key: UUID, person_id: int, location: str) -> None:
    """Keep where the form led; a second one with the same key breaks the UNIQUE and so the whole transaction."""
    session.add(FormResult(key=key, person_id=person_id, location=location, at=clock.now()))
    session.flush()


def guard(by: Actor | None) -> None:
    """``by`` is None only for the operator at the command line."""
    if by is not None and not by.may(Permission.ADMINISTER):
        raise Refused(_("Det här kan bara en administratör göra."))


def record(action: str, *, by: Actor | None, object_id: UUID, kind: str = "person", body: dict[str, object]) -> None:
    """The log entry of an act of administration; names are frozen in the body."""
    names = by.names if by else {}
    log.append(
        action=f"people.{action}",
        by=by.acting(Permission.ADMINISTER) if by else None,
        object_kind=kind,
        object_id=object_id,
        case_id=None,
        body={**names, **body},
    )


def _bump(row: Person | Unit | RoleHolding, seen: int | None) -> None:
    if seen is not None and row.version != seen:
        raise Conflict(_("Någon annan har ändrat uppgifterna. Läs dem på nytt innan du fortsätter."))
    row.version += 1


def _held(public_id: UUID) -> Person:
    """The person, whose acts that have begun are done and who begins none until this transaction ends. Raises Unknown."""
    queries.hold_to_change(select(Person.id).where(Person.public_id == public_id).scalar_subquery())
    return queries.person(public_id)


def _email(value: str) -> str | None:
    value = value.strip()
    if not value:
        return None
    if problem := addresses.problem(value):
        raise Invalid({"email": problem})
    return value


def add_person(
    *, username: str, name: str, title: str = "", email: str = "", phone: str = "", by: Actor | None
) -> tuple[Person, str]:
    """A new person without a password, and the token of the one-time link with which to set one.

    Raises Invalid when the name for signing in is taken or cannot be one.
    """
    guard(by)
    username = username.strip().casefold()
    if not (1 <= len(username) <= 60 and all(c.isalnum() or c in ".-_@" for c in username)):
        raise Invalid({"username": _("Användarnamnet får bestå av bokstäver, siffror, punkt, bindestreck och @.")})
    if not name.strip():
        raise Invalid({"name": _("Skriv personens namn.")})
    person = Person(
        username=username,
        name=name.strip(),
        title=title.strip(),
        email=_email(email),
        phone=phone.strip() or None,
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        raise Invalid({"username": _("Användarnamnet finns redan.")}) from None
    record(
        "add_person",
        by=by,
        object_id=person.public_id,
        body={"name": person.name, "title": person.title, "username": username},
    )
    return person, make_link(person.id)


def change_person(
    *, person_id: UUID, name: str, title: str, email: str, phone: str, by: Actor | None, seen_version: int | None
) -> Person:
    """Change name, title and how to reach the person. What was printed earlier keeps the earlier name."""
    guard(by)
    person = _held(person_id)
    _bump(person, seen_version)
    if not name.strip():
        raise Invalid({"name": _("Skriv personens namn.")})
    before = {"old_name": person.name, "old_title": person.title}
    person.name, person.title = name.strip(), title.strip()
    person.email, person.phone = _email(email), phone.strip() or None
    record("change_person", by=by, object_id=person.public_id, body={**before, "name": person.name, "title": person.title})
    return person


def new_link(*, person_id: UUID, by: Actor | None) -> tuple[Person, str]:
    """A new one-time link for someone who has lost the password. Raises Refused for a closed account."""
    guard(by)
    person = queries.person(person_id)
    if person.disabled_at is not None:
        raise Refused(_("Kontot är stängt. Öppna det innan du ger ut en länk."))
    record("give_link", by=by, object_id=person.public_id, body={"name": person.name})
    return person, make_link(person.id)


def disable(*, person_id: UUID, by: Actor | None, seen_version: int | None = None) -> Person:
    """Close an account: the person's sessions end now and no sign-in works. Raises Refused for one's own."""
    guard(by)
    person = _held(person_id)
    if by is not None and (refusal := rules.refusal_to_disable(by, person.id)):
        raise Refused(refusal)
    _bump(person, seen_version)
    now = clock.now()
    person.disabled_at = now
    session.execute(
        update(UserSession).where(UserSession.person_id == person.id, UserSession.ended_at.is_(None)).values(ended_at=now)
    )
    record("disable", by=by, object_id=person.public_id, body={"name": person.name})
    return person


def enable(*, person_id: UUID, by: Actor | None, seen_version: int | None = None) -> Person:
    """Open a closed account again; the person gets in with the earlier password or a new link."""
    guard(by)
    person = queries.person(person_id)
    _bump(person, seen_version)
    person.disabled_at = None
    record("enable", by=by, object_id=person.public_id, body={"name": person.name})
    return person


def end_sessions(*, person_id: UUID, by: Actor) -> None:
    """Sign a person out everywhere."""
    guard(by)
    person = _held(person_id)
    session.execute(
        update(UserSession)
        .where(UserSession.person_id == person.id, UserSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    record("end_sessions", by=by, object_id=person.public_id, body={"name": person.name})


def grant_role(
    *, person_id: UUID, unit_id: UUID, role: Role, valid_from: date, valid_to: date | None, by: Actor | None
) -> RoleHolding:
    """Give a role in a unit from–to, both days included. Raises Invalid when the same role overlaps."""
    guard(by)
    person, unit = _held(person_id), queries.unit(unit_id)
    same = session.scalars(
        select(RoleHolding).where(
            RoleHolding.person_id == person.id, RoleHolding.unit_id == unit.id, RoleHolding.role == role.value
        )
    )
    held = [rules.Period(each.valid_from, each.valid_to) for each in same]
    if problem := rules.role_problem(rules.Period(valid_from, valid_to), held=held):
        raise Invalid({"valid_from": problem})
    holding = RoleHolding(person_id=person.id, unit_id=unit.id, role=role.value, valid_from=valid_from, valid_to=valid_to)
    session.add(holding)
    session.flush()
    record("grant_role", by=by, object_id=holding.public_id, kind="role", body=_role_body(holding, person, unit))
    return holding


def _role_body(holding: RoleHolding, person: Person, unit: Unit) -> dict[str, object]:
    return {
        "name": person.name,
        "person": str(person.public_id),
        "role": holding.role,
        "unit": unit.name,
        "valid_from": holding.valid_from.isoformat(),
        "valid_to": holding.valid_to.isoformat() if holding.valid_to else "",
    }


def end_role(*, holding_id: UUID, last_day: date, by: Actor | None, seen_version: int | None = None) -> RoleHolding:
    """Let a role end with ``last_day``, which still counts. Raises Invalid for a day before the first."""
    guard(by)
    queries.hold_to_change(select(RoleHolding.person_id).where(RoleHolding.public_id == holding_id).scalar_subquery())
    holding = session.scalars(select(RoleHolding).where(RoleHolding.public_id == holding_id)).one_or_none()
    if holding is None:
        raise Conflict(_("Rollen finns inte längre."))
    if problem := rules.period_problem(rules.Period(holding.valid_from, last_day)):
        raise Invalid({"valid_to": problem})
    _bump(holding, seen_version)
    holding.valid_to = last_day
    body = _role_body(holding, holding.person, holding.unit)
    record("end_role", by=by, object_id=holding.public_id, kind="role", body=body)
    return holding


def add_unit(*, name: str, parent_id: UUID | None = None, email: str = "", by: Actor | None) -> Unit:
    """A new unit, below another when ``parent_id`` is given. Raises Invalid when the name is taken."""
    guard(by)
    if not name.strip():
        raise Invalid({"name": _("Skriv enhetens namn.")})
    parent = queries.unit(parent_id) if parent_id else None
    unit = Unit(name=name.strip(), parent_id=parent.id if parent else None, email=_email(email))
    try:
        with session.begin_nested():
            session.add(unit)
    except IntegrityError:
        raise Invalid({"name": _("Det finns redan en enhet med det namnet.")}) from None
    record("add_unit", by=by, object_id=unit.public_id, kind="unit", body={"name": unit.name})
    return unit


def end_unit(*, unit_id: UUID, last_day: date, by: Actor | None, seen_version: int | None = None) -> Unit:
    """Let a unit be chosen no more after ``last_day``; its cases and copies stay."""
    guard(by)
    unit = queries.unit(unit_id)
    _bump(unit, seen_version)
    unit.ended_on = last_day
    record("end_unit", by=by, object_id=unit.public_id, kind="unit", body={"name": unit.name, "ended_on": last_day.isoformat()})
    return unit


def ask_manager(*, unit_id: UUID, asks: bool, by: Actor | None, seen_version: int | None = None) -> Unit:
    """Say whether the unit's requests go by its nearest manager before they are registered."""
    guard(by)
    unit = queries.unit(unit_id)
    _bump(unit, seen_version)
    unit.asks_manager = asks
    body: dict[str, object] = {"name": unit.name, "asks_manager": "ja" if asks else "nej"}
    record("ask_manager", by=by, object_id=unit.public_id, kind="unit", body=body)
    return unit


def install(*, is_demo: bool) -> None:
    """Say once and for all what this database is. Raises Refused when it has been said."""
    if session.get(Installation, 1) is not None:
        raise Refused(_("Installationen finns redan."))
    session.add(Installation(id=1, is_demo=is_demo, created_at=clock.now()))
    session.flush()
