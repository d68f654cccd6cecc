"""Links: a link to a site that the room does not allow waits for the host, or is not shown."""

from dataclasses import dataclass

from app.chat.links import domains
from app.chat.moderation import Asked, Outcome, Verdict
from app.chat.reasons import HAS_LINK
from app.chat.rooms import Room
from app.chat.safety import Links


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """Holds or rejects what links to a site that is not on the room's list."""

    name: str = "links"

    def minds(self, room: Room) -> bool:
        """Tell whether the room wants this looked at."""
        return room.safety.links is not Links.ALLOW

    def __call__(self, asked: Asked) -> Verdict | None:
        """Look for links."""
        safety = asked.room.safety
        if not self.minds(asked.room) or asked.by_moderator:
            return None
        if all(_allowed(domain, safety.allowed_sites) for domain in domains(asked.text)):
            return None
        outcome = Outcome.REJECT if safety.links is Links.BLOCK else Outcome.HOLD
        return Verdict(outcome, asked.text, HAS_LINK, self.name)


def _allowed(domain: str, sites: tuple[str, ...]) -> bool:
    """Whether a domain is one of these, or below one."""
    return any(domain == site or domain.endswith(f".{site}") for site in sites)
