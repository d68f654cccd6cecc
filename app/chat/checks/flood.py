"""Flood: much in a short time waits for the host, by device, and by network where a whole one floods."""

from dataclasses import dataclass
from typing import Final

from app.chat.floods import MESSAGE, USUAL, Limits
from app.chat.moderation import Asked, Outcome, Verdict
from app.chat.reasons import TOO_MANY
from app.chat.rooms import Room
from app.chat.safety import Guard

# A school is one network. Where it floods, whoever has hardly said anything lately is not to blame, and is heard.
SHARE: Final = 5 * MESSAGE // 2


@dataclass(frozen=True, slots=True)
class Flood:
    """Holds what is too much at once; nobody's first words are."""

    limits: Limits = USUAL
    name: str = "flood"

    def minds(self, room: Room) -> bool:
        """Tell whether the room wants this looked at."""
        return room.safety.flood is Guard.HOLD

    def __call__(self, asked: Asked) -> Verdict | None:
        """Look at what was counted."""
        if not self.minds(asked.room) or asked.by_moderator:
            return None
        facts, limits = asked.facts, self.limits
        with_others = facts.network > limits.network.most and facts.device > SHARE
        if facts.device > limits.device.most or with_others:
            return Verdict(Outcome.HOLD, asked.text, TOO_MANY, self.name)
        return None
