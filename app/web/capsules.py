"""Capsules: reported messages, sealed so that only the operator can read them. His private key is nowhere near here."""

import logging
from functools import cache, partial

from app.chat import seals
from app.store.reports import Seal
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


def say_at_start() -> None:
    """Says in the log that reports are not sealed, where that may be an oversight."""
    if settings().capsule_days and public_key() is None:
        log.warning("reported messages are not sealed for the operator: OPERATOR_KEY is not set")
