"""A room is a place with a name, shared by a link, that is gone when its time is up."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.chat.doors import Door, Guests, password_mark
from app.chat.embeds import NOT_EMBEDDED, Embed
from app.chat.participants import Participant
from app.chat.raids import RAID_SLOW_SECONDS, Raid
from app.chat.refusals import (
    Banned,
    Muted,
    NotAdmitted,
    PasswordNeeded,
    ReadOnly,
    RoomIsClosed,
    RoomIsOver,
    RoomIsPaused,
)
from app.chat.roles import HELPER, HOST, NO_ROLE, HelperKey, host_mark
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
    door: Door = Door.OPEN
    guests: Guests = Guests.WRITE
    helpers: tuple[HelperKey, ...] = ()
    raid: Raid | None = None

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

    def raid_on(self, now: datetime) -> Raid | None:
        """The raid that goes on now."""
        return self.raid if self.raid is not None and self.raid.is_on(now) else None

    def guarded(self, now: datetime) -> "Room":
        """The room as strict as it is now: during a raid its doors are half shut."""
        if not self.raid_on(now):
            return self
        return replace(self, safety=self.safety.during_raid(), slow_mode=max(self.slow_mode, RAID_SLOW_SECONDS))

    def keeps_waiting(self, participant: Participant, now: datetime) -> bool:
        """Tell whether what a participant says now waits for the host, whatever it is: a raid has brought him."""
        raid = self.raid_on(now)
        return raid is not None and raid.brought(participant.joined_at) and not self.role_of(participant, now)

    @property
    def is_locked(self) -> bool:
        """Tell whether one has to be let in before one may read."""
        return self.password_hash is not None or self.door is Door.KNOCK

    def role_of(self, participant: Participant, now: datetime) -> str:
        """Tell whether a participant is host or helper now: a key that was taken back or has ended makes nobody one."""
        if participant.role == HOST:
            return HOST if participant.role_key == host_mark(self.host_key_hash) else NO_ROLE
        if participant.role == HELPER:
            return HELPER if self.helper(participant.role_key, now) else NO_ROLE
        return NO_ROLE

    def helper(self, key_id: str, now: datetime) -> HelperKey | None:
        """Find a helper's key that holds now."""
        return next((key for key in self.helpers if key.id == key_id and now < key.ends_at), None)

    def let_in(self, participant: Participant, now: datetime) -> None:
        """Let a participant be in the room and read, or say why not."""
        if participant.banned:
            raise Banned
        if not self.is_locked or self.role_of(participant, now):
            return
        if self.password_hash is not None and participant.entered_with != password_mark(self.password_hash):
            raise PasswordNeeded
        if self.waits(participant):
            raise NotAdmitted

    def let_speak(self, participant: Participant, now: datetime) -> None:
        """Let a participant say, ask for or choose something, or say why not."""
        self.let_in(participant, now)
        if participant.is_muted(now):
            raise Muted.until(participant.muted_until, now)
        if self.guests is Guests.READ and not self.role_of(participant, now):
            raise ReadOnly

    def waits(self, participant: Participant) -> bool:
        """Tell whether a participant has knocked and nobody has let him in yet."""
        return self.door is Door.KNOCK and not participant.admitted
