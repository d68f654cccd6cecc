"""Room passwords: Argon2 (RFC 9106), reckoned aside since it is meant to take long."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from app.chat import Room
from app.chat.refusals import WrongPassword
from app.web.threads import aside

_hasher = PasswordHasher()
HASHED = "$argon2"


def hashed(password: str | None) -> str | None:
    """What is kept of a password; None for none."""
    return aside(_hasher.hash, password) if password else None


def fits(password: str, kept: str) -> bool:
    """Whether a password is the one that somebody keeps, in plain or as Argon2 hashed it; it always takes as long."""
    try:
        aside(_hasher.verify, kept if kept.startswith(HASHED) else _hash_of(kept), password)
    except VerifyMismatchError:
        return False
    return True


@cache
def _hash_of(plain: str) -> str:
    return _hasher.hash(plain)


def check(room: Room, password: str | None) -> None:
    """Raises WrongPassword unless this is the room's password, or it has none."""
    if room.password_hash is None:
        return
    try:
        aside(_hasher.verify, room.password_hash, password or "")
    except VerifyMismatchError as error:
        raise WrongPassword from error
