"""Muted: what was accepted a moment before its author was muted or banned is not shown a moment after."""

from dataclasses import dataclass

from app.chat.moderation import Asked, Outcome, Verdict
from app.chat.reasons import IS_BANNED, IS_MUTED


@dataclass(frozen=True, slots=True)
class Muted:
    """Rejects what comes from somebody who is muted or banned by the time that it is judged."""

    name: str = "muted"

    def __call__(self, asked: Asked) -> Verdict | None:
        """Look at the author."""
        author = asked.author
        if author.banned:
            return Verdict(Outcome.REJECT, asked.text, IS_BANNED, self.name)
        if author.muted_until is not None and author.muted_until > asked.message.at:
            return Verdict(Outcome.REJECT, asked.text, IS_MUTED, self.name)
        return None
