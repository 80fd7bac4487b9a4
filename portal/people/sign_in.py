"""Signing in and out: throttle, sessions, one-time links and giving the password again.

Passwords are compared outside every write transaction. Each public function opens the transactions it needs itself,
because a failed try must be remembered although nothing else happens; none may be called inside one.
"""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update

from portal import clock, watch
from portal.db import changed_rows, hold_name, session, transaction
from portal.errors import Invalid, Refused, Unknown
from portal.log import operations as log
from portal.people import passwords, queries, rules
from portal.people.actor import Actor
from portal.people.models import Installation, OneTimeLink, Person, SignInAttempt, UserSession
from portal.settings import current_settings
from portal.text import _

LINK_VALID = timedelta(minutes=15)
SEEN_AT_MOST_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
MAX_NAME = 100
MAX_CLIENT = 200


class Throttled(Invalid):
    """Too many failed tries: the next may come ``seconds`` later. Says nothing of whether the name exists."""

    def __init__(self, seconds: int) -> None:
        several = _("För många försök. Vänta %(n)s sekunder och försök igen.", n=seconds)
        super().__init__({"password": _("För många försök. Vänta 1 sekund och försök igen.") if seconds == 1 else several})
        self.seconds = seconds


def token_hash(token: str) -> str:
    """What the tables keep of a token."""
    return sha256(token.encode()).hexdigest()


def _wait_left(column: Any, value: str, *, free: int, now: datetime) -> timedelta:
    failures, last = session.execute(
        select(func.count(), func.max(SignInAttempt.at)).where(column == value, SignInAttempt.at > now - rules.COUNTED_FOR)
    ).one()
    # Nobody waits for a try that someone else made a moment after this one began.
    wait = rules.wait(failures, free=free)
    return last + wait - now if wait else timedelta(0)


def _reserve_try(username: str, address: str) -> None:
    """Count the try before it is made, so that many at once cannot slip past the count. Raises Throttled."""
    try:
        _count_try(username, address)
    except Throttled as error:
        _told("sign_in_throttled", queries.person_by_username(username), address, seconds=error.seconds)
        raise


def _told(event: str, person: Person | None, address: str, **more: int) -> None:
    """A security line. A name that nobody has is left out: people type their password in the wrong field."""
    watch.note(event, user=person.username if person else None, address=address, **more)


def _count_try(username: str, address: str) -> None:
    with transaction():
        for name in (f"name {username}", f"address {address}"):
            hold_name(f"sign-in {name}")
        now = clock.now()
        left = max(
            _wait_left(SignInAttempt.username, username, free=rules.FREE_TRIES_NAME, now=now),
            _wait_left(SignInAttempt.address, address, free=rules.FREE_TRIES_ADDRESS, now=now),
        )
        if left > timedelta(0):
            raise Throttled(max(1, round(left.total_seconds())))
        session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - rules.COUNTED_FOR))
        session.add(SignInAttempt(username=username, address=address, at=now))


def sign_in(*, username: str, password: str, address: str, client: str) -> str:
    """A new session for whoever has this name and password; returns the token for the cookie.

    The answer and the time it takes are the same for a wrong password, an unknown name and a disabled person.
    Raises Invalid with one sentence, or Throttled.
    """
    username = username.strip().casefold()[:MAX_NAME]
    _reserve_try(username, address)
    person = queries.person_by_username(username)
    kept = person.password_hash if person else None
    # An overlong password is compared too, cut: the work must not grow with what is sent.
    right = passwords.verify(kept, password[: rules.MAX_PASSWORD + 1])
    if not right or person is None or person.disabled_at is not None:
        _told("sign_in_failed", person, address)
        raise Invalid({"username": _("Användarnamnet eller lösenordet stämmer inte.")})
    fresh = passwords.hashed(password) if kept and passwords.is_outdated(kept) else None
    person_id = person.id
    with transaction():
        if fresh:
            session.execute(update(Person).where(Person.id == person_id).values(password_hash=fresh))
        session.execute(delete(SignInAttempt).where(SignInAttempt.username == username))
        return open_session(person_id=person_id, client=client)


def open_session(*, person_id: int, client: str) -> str:
    """A new session inside the caller's transaction, with a token that has never been used before."""
    now = clock.now()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = UserSession(
        token_hash=token_hash(token),
        person_id=person_id,
        created_at=now,
        last_seen_at=now,
        client="".join(c for c in client if c.isprintable())[:MAX_CLIENT],
    )
    session.add(row)
    session.flush()
    by = queries.actor(person_id)
    _log("people.sign_in", by=by, object_id=row.public_id, kind="session", body={})
    return token


def _log(action: str, *, by: Actor | None, object_id: UUID, kind: str = "person", body: dict[str, object]) -> None:
    names = by.names if by else {}
    log.append(action=action, by=by, object_kind=kind, object_id=object_id, case_id=None, body={**names, **body})


def touch(seen: queries.SignedIn) -> None:
    """Note that the session is in use, at most once a minute. Raises OperationalError when the database is busy."""
    now = clock.now()
    if now - seen.last_seen_at < SEEN_AT_MOST_EVERY:
        return
    with transaction(impatient=True):  # a page is read while others write, and waits for none of them
        session.execute(update(UserSession).where(UserSession.id == seen.session_id).values(last_seen_at=now))


def sign_out(token: str) -> None:
    """End the session behind ``token``; an ended or unknown one is no error."""
    with transaction():
        session.execute(
            update(UserSession)
            .where(UserSession.token_hash == token_hash(token), UserSession.ended_at.is_(None))
            .values(ended_at=clock.now())
        )


def end_session(*, public_id: UUID, by: Actor) -> None:
    """End one of the person's own sessions. Raises Unknown when it is not theirs or has ended."""
    with transaction():
        queries.hold_to_change(by.person_id)
        ended = changed_rows(
            update(UserSession)
            .where(
                UserSession.public_id == public_id,
                UserSession.person_id == by.person_id,
                UserSession.ended_at.is_(None),
            )
            .values(ended_at=clock.now())
        )
        if ended != 1:
            raise Unknown
        _log("people.end_session", by=by, object_id=public_id, kind="session", body={})


def end_other_sessions(*, by: Actor, seen: queries.SignedIn) -> None:
    """End every session of the person but this one; that there is none is no error."""
    with transaction():
        queries.hold_to_change(by.person_id)
        session.execute(
            update(UserSession)
            .where(
                UserSession.person_id == by.person_id,
                UserSession.id != seen.session_id,
                UserSession.ended_at.is_(None),
            )
            .values(ended_at=clock.now())
        )
        _log("people.end_other_sessions", by=by, object_id=by.public_id, body={})


def owner(token: str) -> int | None:
    """Whose session ``token`` belongs or belonged to, if it was left to run out and not ended."""
    return session.scalar(
        select(UserSession.person_id).where(UserSession.token_hash == token_hash(token), UserSession.ended_at.is_(None))
    )


def confirm(*, seen: queries.SignedIn, password: str, address: str) -> None:
    """Remember that the password was given now, in this session. Raises Invalid, or Throttled."""
    person = session.get_one(Person, seen.person_id)
    username, kept = person.username, person.password_hash
    if not password:
        raise Invalid({"password": _("Skriv ditt lösenord.")})
    _reserve_try(username, address)
    if not passwords.verify(kept, password[: rules.MAX_PASSWORD + 1]):
        _told("password_not_confirmed", session.get_one(Person, seen.person_id), address)
        raise Invalid({"password": _("Lösenordet stämmer inte. Inget har ändrats.")})
    with transaction():
        session.execute(delete(SignInAttempt).where(SignInAttempt.username == username))
        session.execute(update(UserSession).where(UserSession.id == seen.session_id).values(confirmed_at=clock.now()))


def make_link(person_id: int) -> str:
    """The token of a one-time link, inside the caller's transaction. Links given earlier stop working."""
    now = clock.now()
    session.execute(
        update(OneTimeLink).where(OneTimeLink.person_id == person_id, OneTimeLink.used_at.is_(None)).values(used_at=now)
    )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(OneTimeLink(token_hash=token_hash(token), person_id=person_id, expires_at=now + LINK_VALID))
    return token


def person_of_link(token: str) -> Person:
    """Whom a link that still works belongs to. Raises Unknown for a used, old or unknown one: the answer is the same."""
    person = session.scalars(
        select(Person)
        .join(OneTimeLink, OneTimeLink.person_id == Person.id)
        .where(
            OneTimeLink.token_hash == token_hash(token),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
            Person.disabled_at.is_(None),
        )
    ).one_or_none()
    if person is None:
        raise Unknown
    return person


def _known(person: Person) -> tuple[str, ...]:
    """What anyone may know of the person and the place, and so guesses with."""
    return person.username, person.name, person.title, current_settings().municipality


def _checked_hash(person: Person, password: str, again: str) -> str:
    """The hash of a new password. Raises Invalid."""
    if problem := rules.password_problem(password, known=_known(person)):
        raise Invalid({"new_password": problem})
    if password != again:
        raise Invalid({"again": _("Lösenorden är inte lika.")})
    return passwords.hashed(password)


def use_link(*, token: str, password: str, again: str, client: str) -> str:
    """Set the password with a one-time link and sign in; ends every earlier session. Returns the cookie's token.

    Raises Unknown when the link no longer works, Invalid when the password will not do.
    """
    person_id = person_of_link(token).id
    fresh = _checked_hash(person_of_link(token), password, again)
    with transaction():
        if person_of_link(token).id != person_id:
            raise Unknown
        session.execute(update(OneTimeLink).where(OneTimeLink.token_hash == token_hash(token)).values(used_at=clock.now()))
        _set_password(person_id, fresh)
        by = queries.actor(person_id)
        _log("people.set_password", by=by, object_id=by.public_id, body={})
        return open_session(person_id=person_id, client=client)


def _set_password(person_id: int, fresh: str, *, keep_session: int | None = None) -> None:
    now = clock.now()
    session.execute(update(Person).where(Person.id == person_id).values(password_hash=fresh, must_change_password=False))
    others = update(UserSession).where(UserSession.person_id == person_id, UserSession.ended_at.is_(None))
    if keep_session is not None:
        others = others.where(UserSession.id != keep_session)
    session.execute(others.values(ended_at=now))


def change_password(*, by: Actor, seen: queries.SignedIn, old: str, new: str, again: str, address: str) -> str:
    """Change one's own password; every other session of the person ends and this one gets a new token, returned.

    Raises Invalid, Throttled or Refused.
    """
    if session.scalar(select(Installation.is_demo)):
        raise Refused(_("I demonstrationen kan lösenordet inte bytas."))
    try:
        confirm(seen=seen, password=old, address=address)
    except Invalid as error:
        raise Invalid({"old_password": str(error)}) from error
    person = session.get_one(Person, by.person_id)
    if old == new:
        raise Invalid({"new_password": _("Det nya lösenordet är samma som det gamla.")})
    fresh = _checked_hash(person, new, again)
    with transaction():
        queries.hold_to_change(by.person_id)
        _set_password(by.person_id, fresh, keep_session=seen.session_id)
        token = _renew_token(seen)
        _log("people.change_password", by=by, object_id=by.public_id, body={})
    return token


def _renew_token(seen: queries.SignedIn) -> str:
    """A new token for the session: whoever copied the cookie has nothing. Raises Refused when it has just been ended."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    living = update(UserSession).where(UserSession.id == seen.session_id, UserSession.ended_at.is_(None))
    renewed = changed_rows(living.values(token_hash=token_hash(token)))
    if renewed != 1:
        raise Refused(_("Din inloggning har upphört. Logga in igen."))
    return token
