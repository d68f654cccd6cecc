"""Approve first: where the host reads everything before it is shown, whatever else has passed waits for him."""

from dataclasses import dataclass

from app.chat.moderation import Asked, Outcome, Verdict
from app.chat.reasons import WAITS_FOR_HOST
from app.chat.rooms import Moderation


@dataclass(frozen=True, slots=True)
class ApproveFirst:
    """Holds everything in a room that is moderated before."""

    name: str = "approve_first"

    def __call__(self, asked: Asked) -> Verdict | None:
        """Look at the room."""
        if asked.room.moderation is not Moderation.BEFORE or asked.by_moderator:
            return None
        return Verdict(Outcome.HOLD, asked.text, WAITS_FOR_HOST, self.name)
