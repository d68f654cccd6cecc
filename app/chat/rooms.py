"""A room is a place with a name, shared by a link, that is gone when its time is up."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.chat.embeds import NOT_EMBEDDED, Embed
from app.chat.refusals import RoomIsClosed, RoomIsOver, RoomIsPaused
from app.chat.safety import AS_IT_COMES, Safety
from app.chat.sources import Source


class State(StrEnum):
    """Whether a room can be posted to."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Moderation(StrEnum):
    """Whether the host looks at messages after they are shown, or before."""

    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room as everyone agrees on it; times are in UTC."""

    id: str
    name: str
    title: str
    rules: str
    state: State
    code: str
    created_at: datetime
    ends_at: datetime
    max_length: int
    moderation: Moderation
    slow_mode: int
    host_key_hash: str
    password_hash: str | None
    sources: tuple[Source, ...] = ()
    embed: Embed = NOT_EMBEDDED
    safety: Safety = AS_IT_COMES
    last_seq: int = 0
    pinned_id: str | None = None

    def is_over(self, now: datetime) -> bool:
        """Tell whether the room's time is up."""
        return now >= self.ends_at

    def admit(self, now: datetime) -> None:
        """Let a message be posted now, or say why not."""
        if self.is_over(now):
            raise RoomIsOver
        if self.state == State.CLOSED:
            raise RoomIsClosed
        if self.state == State.PAUSED:
            raise RoomIsPaused
