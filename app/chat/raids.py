"""A raid: a crowd breaks into a room that talks already. Told by how many come, and by how much has to be held."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# Somebody who moderates notices a raid later than the house does: who came so shortly before came with it.
NOTICED_AFTER: Final = timedelta(minutes=2)
# Before so much was said in a room nobody breaks in: a class arrives.
ARRIVALS: Final = 20
# During a raid everybody waits so long after a message.
RAID_SLOW_SECONDS: Final = 3
# A crowd is many for the room it comes to: at least this share of those who are there.
CROWD_SHARE: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Raid:
    """When the first of a raid came, and until when the doors stay half shut."""

    began: datetime
    until: datetime

    def to_plain(self) -> dict[str, str]:
        """The raid for whoever keeps it."""
        return {"began": self.began.isoformat(), "until": self.until.isoformat()}

    @classmethod
    def of_plain(cls, plain: Mapping[str, str]) -> "Raid":
        """The raid that `to_plain` gave."""
        return cls(began=datetime.fromisoformat(plain["began"]), until=datetime.fromisoformat(plain["until"]))

    def is_on(self, now: datetime) -> bool:
        """Tell whether it goes on."""
        return now < self.until

    def brought(self, joined_at: datetime | None) -> bool:
        """Tell whether somebody who joined then came with it, or later."""
        return joined_at is not None and joined_at >= self.began


@dataclass(frozen=True, slots=True, kw_only=True)
class Rush:
    """What happened in a room in the last moments.

    Attributes:
        joined: devices that joined.
        turned_away: messages that a check has held or rejected, leaving out those of a host who approves all.
        present: devices that are there.
        said: messages in all, the room's last seq.
    """

    joined: int
    turned_away: int
    present: int
    said: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """From how many on it is a raid, in the moments that are looked at together."""

    joined: int
    turned_away: int


def looks_like_a_raid(rush: Rush, most: Thresholds) -> bool:
    """Tell a raid from a class that arrives: people talk already, and a crowd comes, or much has to be held."""
    if rush.turned_away >= most.turned_away:
        return True
    arrived = rush.present - rush.joined
    return rush.said >= ARRIVALS and rush.joined >= most.joined and rush.joined >= CROWD_SHARE * max(0, arrived)
