"""The bell: rung when a room has news, heard by every process that has somebody in the room.

A ring may be missed and nothing is lost: the log is the truth. One ring is one line that says what
it is, then the rest:

    E FIRST LAST   events, one JSON text a line, numbered FIRST to LAST
    P PRESENT      how many are in the room
    T PARTICIPANT  JSON for one participant alone
    H              JSON for the screens of the room's host
    S WHOM CODE WORD  the screens of one participant, or of a key, or of all but moderators, are shut, and why
    A PARTICIPANT  whoever has knocked is let in
    X              the room has been forgotten
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.bus import channels
from app.bus.connection import answering, redis
from app.bus.frames import text_frame
from app.bus.wire import Json, dumps

PRESENCE = "P"
EVENTS = "E"
TO_ONE = "T"
TO_HOST = "H"
SHUT = "S"
LET_IN = "A"
GONE = "X"
# Whom it is about, where it is not one of them.
ALL_BUT_MODERATORS, STRANGERS, EVERYBODY = "*", "?", "*"


@dataclass(frozen=True)
class Parcel:
    """Events that belong together, with the bytes in which every socket gets them."""

    first: int
    last: int
    texts: Sequence[str]

    @cached_property
    def text(self) -> str:
        """One object, or an array of several."""
        return self.texts[0] if len(self.texts) == 1 else f"[{','.join(self.texts)}]"

    @cached_property
    def frame(self) -> bytes:
        """One WebSocket frame, encoded once however many sockets get it."""
        return text_frame(self.text)

    def after(self, seq: int) -> "Parcel":
        """What of it comes after `seq`."""
        return self if seq < self.first else Parcel(seq + 1, self.last, self.texts[seq + 1 - self.first :])

    def pieces(self, characters: int) -> "Iterator[Parcel]":
        """The same events in smaller parcels, each of at most so many characters or of one event."""
        start, size = 0, 0
        for place, text in enumerate(self.texts):
            if place > start and size + len(text) > characters:
                yield self._piece(start, place)
                start, size = place, 0
            size += len(text)
        if self.texts:
            yield self._piece(start, len(self.texts))

    def _piece(self, start: int, end: int) -> "Parcel":
        return Parcel(self.first + start, self.first + end - 1, self.texts[start:end])


def joined(parcels: Iterable[Parcel], characters: int) -> Iterator[Parcel]:
    """Parcels that follow one another as one, up to a size: then a socket gets one frame, and not many small ones."""
    texts: list[str] = []
    first = last = size = 0
    for parcel in parcels:
        length = sum(map(len, parcel.texts))
        if texts and (parcel.first != last + 1 or size + length > characters):
            yield Parcel(first, last, texts)
            texts, size = [], 0
        first = first if texts else parcel.first
        last, size = parcel.last, size + length
        texts.extend(parcel.texts)
    if texts:
        yield Parcel(first, last, texts)


@dataclass(frozen=True)
class Word:
    """Something that is told and is no event of the room."""

    text: str

    @cached_property
    def frame(self) -> bytes:
        """One WebSocket frame, encoded once however many sockets get it."""
        return text_frame(self.text)


@dataclass(frozen=True, slots=True)
class Ring:
    """One ring of the bell."""

    kind: str
    words: Sequence[str]
    body: str

    def parcel(self) -> Parcel:
        """The events of an `E` ring."""
        return Parcel(int(self.words[0]), int(self.words[1]), self.body.split("\n"))


def heard(data: str) -> Ring:
    """What was rung."""
    head, _, body = data.partition("\n")
    kind, *words = head.split(" ")
    return Ring(kind, words, body)


def tell(room_id: str, participant_id: str, what: Iterable[Json]) -> None:
    """Tells one participant, on all of his screens, what concerns him alone."""
    with answering(), redis().pipeline(transaction=False) as pipe:
        for each in what:
            pipe.publish(channels.bell(room_id), f"{TO_ONE} {participant_id}\n{dumps(each)}")
        pipe.execute()


def shut(room_id: str, whom: str, code: int, word: str) -> None:
    """Shuts screens, in every process.

    Args:
        room_id: the room.
        whom: a participant, a moderator's key, or ALL_BUT_MODERATORS.
        code: why, as the contract's close codes have it.
        word: why, for programs.
    """
    with answering():
        redis().publish(channels.bell(room_id), f"{SHUT} {whom} {code} {word}")


def let_in(room_id: str, participant_id: str) -> None:
    """Lets whoever has knocked hear the room, on all of his screens."""
    with answering():
        redis().publish(channels.bell(room_id), f"{LET_IN} {participant_id}")


def tell_host(room_id: str, what: Json) -> None:
    """Tells the host's screens that something waits at the desk."""
    with answering():
        redis().publish(channels.bell(room_id), f"{TO_HOST}\n{dumps(what)}")


def taken(room_id: str) -> None:
    """Tells the web processes that what a room's last chain brought is judged."""
    with answering():
        redis().publish(channels.HOUSE, room_id)


def emptied() -> None:
    """Has every web process send its screens away for a moment: Redis was emptied, and they say again what was lost."""
    with answering():
        redis().publish(channels.EMPTIED, 1)


def banned() -> None:
    """Tells the web processes that the bans of networks have changed."""
    with answering():
        redis().publish(channels.BANS, 1)


def gone(room_id: str) -> None:
    """Sends everyone out: the room has been forgotten."""
    with answering():
        redis().publish(channels.bell(room_id), GONE)
