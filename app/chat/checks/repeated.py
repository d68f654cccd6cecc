"""Repeated: the same text again and again waits for the host, from one device or from many."""

from dataclasses import dataclass
from typing import Final

from app.chat.floods import gist
from app.chat.moderation import Asked, Outcome, Verdict
from app.chat.reasons import SAID_BEFORE
from app.chat.rooms import Room
from app.chat.safety import Guard

# "Yes", "B" and "I cannot hear you" are said often, and by many at once; a sentence of some length is not.
SHORT: Final = 20
OWN_SHORT, OWN_LONG = 4, 2
DEVICES_LONG: Final = 3


@dataclass(frozen=True, slots=True)
class Repeated:
    """Holds what one device says for the third time, or many devices word for word; short texts may be said oftener."""

    name: str = "repeated"

    def minds(self, room: Room) -> bool:
        """Tell whether the room wants this looked at."""
        return room.safety.repeats is Guard.HOLD

    def __call__(self, asked: Asked) -> Verdict | None:
        """Look at what was counted."""
        if not self.minds(asked.room) or asked.by_moderator:
            return None
        facts = asked.facts
        if facts.own <= OWN_LONG and facts.devices <= DEVICES_LONG:
            return None
        long = len(gist(asked.text)) >= SHORT
        if facts.own > (OWN_LONG if long else OWN_SHORT) or (long and facts.devices > DEVICES_LONG):
            return Verdict(Outcome.HOLD, asked.text, SAID_BEFORE, self.name)
        return None
