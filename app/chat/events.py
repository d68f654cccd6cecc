"""An event is a fact about a room, in the past tense, with its place in the one order that everyone sees."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.chat.messages import Message
from app.chat.participants import Participant
from app.chat.rooms import Room


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in a room."""

    kind: ClassVar[str]

    seq: int
    at: datetime
    room_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShown(Event):
    """A message is on everyone's screen."""

    kind: ClassVar[str] = "message"

    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRemoved(Event):
    """A message was taken off every screen."""

    kind: ClassVar[str] = "removed"

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChanged(Event):
    """The room's settings or its state changed; the room as it is now."""

    kind: ClassVar[str] = "room"

    room: Room


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantRenamed(Event):
    """A participant has another nickname."""

    kind: ClassVar[str] = "renamed"

    participant: Participant


@dataclass(frozen=True, slots=True, kw_only=True)
class VotesCounted(Event):
    """A message has another number of votes."""

    kind: ClassVar[str] = "vote"

    id: str
    votes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswered(Event):
    """The host has struck a message as answered, or has taken that back."""

    kind: ClassVar[str] = "answered"

    id: str
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePinned(Event):
    """The host has pinned a message above all others, or, where there is none, nothing is pinned any more."""

    kind: ClassVar[str] = "pinned"

    message: Message | None
