"""Room passwords: Argon2 (RFC 9106), reckoned aside since it is meant to take long, and never as often as one likes."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from app.bus import guesses
from app.chat import Room
from app.chat.refusals import TooFast, WrongPassword
from app.web.networks import callers_network
from app.web.threads import aside
from config.settings import settings

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


def check(room: Room, password: str | None, participant_id: str) -> None:
    """Lets somebody pass who gives the room's password, or where there is none.

    Args:
        room: the room.
        password: what was given.
        participant_id: who his device is in this room.

    Raises:
        WrongPassword: it is another one.
        TooFast: he, or his network, has guessed too often and has to wait.
    """
    if room.password_hash is None:
        return
    if not password:
        raise WrongPassword  # no guess, and nothing to reckon
    chosen = settings()
    device, network = f"device {participant_id}", f"network {callers_network()}"
    free = {device: chosen.password_guesses_device, network: chosen.password_guesses_network}
    if wait := guesses.attempt(room.id, free):
        raise TooFast(wait)
    if not fits(password, room.password_hash):
        raise WrongPassword
    guesses.right(room.id, device, network)
