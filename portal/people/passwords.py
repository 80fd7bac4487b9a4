"""Passwords at rest: argon2id with OWASP's parameters. Never called inside a write transaction (about 30 ms)."""

from functools import cache

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP Password Storage Cheat Sheet: two passes, 19 MiB, one lane.
OWASP = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

_hasher = OWASP


def use_cheap_profile(cheap: bool) -> None:
    """Let tests hash in under a millisecond; no installation does."""
    global _hasher
    _hasher = PasswordHasher.from_parameters(profiles.CHEAPEST) if cheap else OWASP
    _of_nobody.cache_clear()


@cache
def _of_nobody() -> str:
    """A hash that no password is compared with in earnest: an unknown name takes as long as a known one."""
    return _hasher.hash("ingen har detta lösenord")


def hashed(password: str) -> str:
    """The hash to keep, with its algorithm and parameters in it."""
    return _hasher.hash(password)


def verify(kept: str | None, password: str) -> bool:
    """Whether ``password`` is the one behind ``kept``; takes the same time where there is none."""
    try:
        _hasher.verify(kept or _of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)
