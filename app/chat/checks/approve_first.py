"""Approve first: where the host reads everything before it is shown, whatever else has passed waits for him."""

from dataclasses import dataclass

from app.chat.moderation import Asked, Outcome, Verdict
from app.chat.reasons import WAITS_FOR_HOST
from app.chat.rooms import Moderation, Room


@dataclass(frozen=True, slots=True)
class ApproveFirst:
    """Holds everything in a room that is moderated before."""

    name: str = "approve_first"

    def minds(self, room: Room) -> bool:
        """Tell whether the room wants this looked at."""
        return room.moderation is Moderation.BEFORE

    def __call__(self, asked: Asked) -> Verdict | None:
        """Look at the room."""
        if not self.minds(asked.room) or asked.by_moderator:
            return None
        return Verdict(Outcome.HOLD, asked.text, WAITS_FOR_HOST, self.name)
