"""Reports: what readers say about a message, and what an operator may come to see of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.chat.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """A message with what was said about it; who said it is told to nobody.

    Attributes:
        message: as it is now.
        number: how many have reported it.
        reasons: how often each was given; "" where none was.
        first_at: when it was first reported.
        last_at: when it was last reported.
        sealed: whether it is kept for the operator.
    """

    message: Message
    number: int
    reasons: Mapping[str, int]
    first_at: datetime
    last_at: datetime
    sealed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A reported message as the operator's queue has it: no word of it, unless he opens what is sealed.

    Attributes:
        id: what it is called.
        room_id: in which room; it may be forgotten by now.
        room_name: what that was called.
        at: when it was first reported.
        reports: how many have reported it.
        sealed: the message and those around it; None where nothing could be sealed.
        dies_at: when that is forgotten; None while the room lives.
        settled_at: when an operator was done with it.
    """

    id: str
    room_id: str
    room_name: str
    at: datetime
    reports: int
    sealed: bytes | None
    dies_at: datetime | None
    settled_at: datetime | None
