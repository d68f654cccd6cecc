"""A receipt says what was deleted when a room was forgotten, in counts, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The proof that a room is gone: counts by what they count, never content.

    Attributes:
        capsules: reported messages that are kept on, sealed for the operator.
        capsules_until: when the last of these is forgotten.
    """

    room_id: str
    name: str
    created_at: datetime
    closed_at: datetime | None
    forgotten_at: datetime
    counts: Mapping[str, int]
    capsules: int = 0
    capsules_until: datetime | None = None
