"""Roles: the host of a room, and the helpers to whom he gave a link. Whoever is neither has none."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

NO_ROLE: Final = ""
HOST: Final = "host"
HELPER: Final = "helper"

# Of a host's key only so much is kept beside a participant: enough to tell it from the one before a hand-over.
KEY_MARK_LENGTH: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class HelperKey:
    """What makes whoever holds it a helper, until its end or until the host takes it back."""

    id: str
    label: str
    key_hash: str
    ends_at: datetime


def host_mark(host_key_hash: str) -> str:
    """Tell a host's key from another one, without being of any use to a thief."""
    return host_key_hash[:KEY_MARK_LENGTH]
