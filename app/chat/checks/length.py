"""Length: a message has something to read in it, and no more than the room allows."""

from dataclasses import dataclass

from app.chat.messages import check_text
from app.chat.moderation import Asked, Outcome, Verdict
from app.chat.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Length:
    """Rejects what is empty or longer than the room allows."""

    name: str = "length"

    def __call__(self, asked: Asked) -> Verdict | None:
        """Compare with the room's length."""
        try:
            check_text(asked.text, asked.room.max_length)
        except Refusal as refusal:
            return Verdict(Outcome.REJECT, asked.text, refusal.detail, self.name)
        return None
