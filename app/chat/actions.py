"""What those who moderate do: who, what, when, about which message or person, and why; never what was said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

HOST: Final = "host"
"""Who acts by the host's link; a helper acts under his own id."""

HOUSE: Final = "house"
"""Parley itself, where the room has asked it to act."""


class Deed(StrEnum):
    """What may be done."""

    RELEASE = "release"
    REJECT = "reject"
    UPHOLD = "uphold"  # an appeal was read, and the message stays rejected
    REMOVE = "remove"
    DISMISS = "dismiss"  # what was reported may stay
    RETRY = "retry"  # a dead letter goes on its walk again
    DROP = "drop"  # a dead letter is let go of
    ANSWER = "answer"
    UNANSWER = "unanswer"
    PIN = "pin"
    UNPIN = "unpin"
    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"
    LIFE = "life"
    SETTINGS = "settings"
    MUTE = "mute"
    UNMUTE = "unmute"
    BAN = "ban"
    UNBAN = "unban"
    ADMIT = "admit"
    UNADMIT = "unadmit"  # … and stands before the door again
    TURN_AWAY = "turn_away"
    HELPER = "helper"  # a helper's link was made
    REVOKE = "revoke"  # … and is worth nothing from then on
    HAND_OVER = "hand_over"  # the host's link was
    GUARD = "guard"  # the doors were half shut against a crowd
    UNGUARD = "unguard"


@dataclass(frozen=True, slots=True)
class Order:
    """On whose word something is done, and why.

    Attributes:
        by: HOST, or a helper's id.
        reason: one of a few kinds, the host's own words for a rejection, or nothing.
    """

    by: str = HOST
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who has a message to himself while he decides about it, and until when."""

    by: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One line of a room's ledger.

    Attributes:
        number: the room's actions are numbered without a gap.
        at: when it was done.
        by: HOST, a helper's id, or HOUSE.
        deed: what was done.
        about: the message, participant or helper that it was about; "" for the room.
        reason: as in an order; for changed settings their names.
        nickname: what the participant that it was about is called now; "" where it was about none.
    """

    number: int
    at: datetime
    by: str
    deed: Deed
    about: str = ""
    reason: str = ""
    nickname: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peace:
    """How the peace is kept in a room, in numbers that tell nothing of what was said.

    Attributes:
        held: messages that were ever held.
        waiting: those of them that wait for a decision now.
        released: those that were let through.
        rejected: all that nobody was shown: turned away by a check or by who moderates.
        removed: messages that were shown and taken away, or taken away while they were held.
        median_wait_seconds: how long a held message waited for its decision; None before the first.
    """

    held: int
    waiting: int
    released: int
    rejected: int
    removed: int
    median_wait_seconds: float | None
