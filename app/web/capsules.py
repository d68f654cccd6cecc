"""Capsules: reported messages, sealed so that only the operator can read them. His private key is nowhere near here."""

import logging
from functools import cache, partial

from app.bus import origins
from app.chat import Room, seals
from app.store.reports import Seal
from app.web import bans
from config import secret_files
from config.settings import PRIVATE_KEY_FILE, settings

log = logging.getLogger(__name__)


@cache
def public_key() -> str | None:
    """The key that is sealed with; in development made on the first start, with its private half in var/."""
    chosen = settings()
    if chosen.operator_key or chosen.in_production:
        return chosen.operator_key
    return seals.public_of(secret_files.read_or_make(chosen.var_dir / PRIVATE_KEY_FILE))


def sealing() -> Seal | None:
    """What seals; None where nothing is to be sealed."""
    key = public_key() if settings().capsule_days else None
    return partial(seals.seal, key) if key else None


def remember_network(room: Room, participant_id: str) -> None:
    """Keeps the handle of the network that somebody joins from, sealed, in case he is reported."""
    if seal := sealing():
        origins.keep(room, participant_id, seal(bans.callers_handle().encode()))


def author_of(room_id: str, participant_id: str) -> dict[str, str]:
    """What is known of a message's author that only the operator can read."""
    sealed = origins.of(room_id, participant_id)
    return {"network": sealed} if sealed else {}


def say_at_start() -> None:
    """Says in the log that reports are not sealed, where that may be an oversight."""
    if settings().capsule_days and public_key() is None:
        log.warning("reported messages are not sealed for the operator: OPERATOR_KEY is not set")
