"""A follower reads one room in this process: an open socket, an event stream, a waiting request."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from app.bus.bell import Parcel, Word

GONE, REFUSED, RESTART, SLOW = 4410, 1008, 1012, 1013


@dataclass(frozen=True, slots=True)
class Standing:
    """What a reader is in the room.

    Attributes:
        moderates: whether he keeps the peace.
        key: which key makes him so.
        knocks: whether he has knocked, and hears nothing before he is let in.
    """

    moderates: bool = False
    key: str = ""
    knocks: bool = False


NOBODY = Standing()


class Follower(ABC):
    """One reader of one room in this process."""

    def __init__(self, room_id: str, participant_id: str | None, seq: int, standing: Standing = NOBODY) -> None:
        """Begin to read.

        Args:
            room_id: the room.
            participant_id: who reads, or None for somebody who only looks on.
            seq: the last event that the reader has.
            standing: what he is in the room.
        """
        self.room_id = room_id
        self.participant_id = participant_id
        self.seq = seq
        self.standing = standing
        self.knocks = standing.knocks
        self.live = False

    def deliver(self, parcel: Parcel) -> None:
        """Hands on what is new in a parcel that starts at or before the next event."""
        if parcel.last > self.seq:
            rest = parcel.after(self.seq)
            self.seq = parcel.last
            self.take(rest)

    @abstractmethod
    def take(self, parcel: Parcel) -> None:
        """Shows new events; never waits."""

    @abstractmethod
    def tell(self, word: Word) -> None:
        """Shows something that is no event of the room: a word to this reader, the presence; never waits."""

    @abstractmethod
    def finish(self, code: int, word: str = "") -> None:
        """Ends the reading, with a close code of the contract and perhaps a word on why; never waits."""

    def drain(self) -> None:
        """Waits until the reader can take more; a replay goes at his pace."""
        return
