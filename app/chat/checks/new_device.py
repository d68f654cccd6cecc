"""New devices: what comes from somebody who has just joined, or who came with a raid, waits for the host."""

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
        return room.safety.new_devices is NewDevices.HOLD or room.raid is not None

    def __call__(self, asked: Asked) -> Verdict | None:
        """Look at when the author came."""
        if not self.minds(asked.room) or asked.by_moderator:
            return None
        if _has_just_come(asked) or _came_with_a_raid(asked):
            return Verdict(Outcome.HOLD, asked.text, JUST_JOINED, self.name)
        return None


def _has_just_come(asked: Asked) -> bool:
    safety, joined = asked.room.safety, asked.author.joined_at
    if safety.new_devices is not NewDevices.HOLD or joined is None:
        return False
    return asked.message.at - joined < timedelta(minutes=safety.new_device_minutes)


def _came_with_a_raid(asked: Asked) -> bool:
    raid = asked.room.raid_on(asked.message.at)
    return raid is not None and raid.brought(asked.author.joined_at)
