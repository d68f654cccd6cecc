"""Doors: how one gets into a room, and what a guest may do in there."""

from enum import StrEnum
from hashlib import sha256
from typing import Final

_MARK_LENGTH: Final = 16


class Door(StrEnum):
    """Whether one simply comes in, or knocks and waits for the host."""

    OPEN = "open"
    KNOCK = "knock"


class Guests(StrEnum):
    """Whether guests may write, or only read what the host and his helpers write."""

    WRITE = "write"
    READ = "read"


def password_mark(password_hash: str | None) -> str:
    """Tell a room's password from the one before, which its salted hash does; "" for none."""
    return sha256(password_hash.encode()).hexdigest()[:_MARK_LENGTH] if password_hash else ""
