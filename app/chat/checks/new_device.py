"""New devices: what comes from somebody who has just joined waits for the host."""

from dataclasses import dataclass
from datetime import timedelta

from app.chat.moderation import Asked, Outcome, Verdict
from app.chat.reasons import JUST_JOINED
from app.chat.rooms import Room
from app.chat.safety import NewDevices


@dataclass(frozen=True, slots=True)
class NewDevice:
    """Holds what a device says in its first minutes in the room."""

    name: str = "new_device"

    def minds(self, room: Room) -> bool:
        """Tell whether the room wants this looked at."""
        return room.safety.new_devices is NewDevices.HOLD

    def __call__(self, asked: Asked) -> Verdict | None:
        """Look at when the author came."""
        safety, joined = asked.room.safety, asked.author.joined_at
        if not self.minds(asked.room) or asked.by_moderator or joined is None:
            return None
        if asked.message.at - joined < timedelta(minutes=safety.new_device_minutes):
            return Verdict(Outcome.HOLD, asked.text, JUST_JOINED, self.name)
        return None
