"""The hub: one subscriber a process, that brings a room's news to everyone who follows it here.

A follower (an open socket, an event stream, a waiting request) joins in three steps that leave no
gap: the hub hears the room's bell first, then the follower catches up from the log, then it is live.
Made for gevent: between two waits nobody else runs, which is what makes the last step safe.
"""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import gevent
from gevent.event import Event
from gevent.lock import RLock

from app.bus import bell, channels, presence
from app.bus.bell import Parcel, Ring
from app.bus.connection import RETRY_AFTER_SECONDS, Away, subscriber
from app.chat.refusals import Unavailable
from config.settings import settings

logger = logging.getLogger(__name__)

# How long the subscriber waits for a ring before it looks after its connection.
LISTEN_SECONDS = 5.0
FIRST_RECONNECT_SECONDS = 0.1
LONGEST_RECONNECT_SECONDS = 2.0
# Contract: presence is told at most this often.
PRESENCE_EVERY_SECONDS = 2.0

# When Redis was emptied everybody is asked to come back, within this time.
EMPTIED_SPREAD_SECONDS = 1.0

# UTF-8 needs at most so many (RFC 3629).
BYTES_A_CHARACTER = 4

GONE, RESTART, SLOW = 4410, 1012, 1013


class Follower(ABC):
    """One reader of one room in this process."""

    def __init__(self, room_id: str, participant_id: str | None, seq: int, *, host: bool = False) -> None:
        """Begin to read.

        Args:
            room_id: the room.
            participant_id: who reads, or None for somebody who only looks on.
            seq: the last event that the reader has.
            host: whether the room's host reads.
        """
        self.room_id = room_id
        self.participant_id = participant_id
        self.seq = seq
        self.host = host
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
    def tell(self, text: str) -> None:
        """Shows something that is no event of the room: a word to this reader, the presence; never waits."""

    @abstractmethod
    def finish(self, code: int) -> None:
        """Ends the reading, with a close code of the contract; never waits."""

    def drain(self) -> None:
        """Waits until the reader can take more; a replay goes at his pace."""
        return


class _Room:
    """A room that somebody follows in this process."""

    def __init__(self) -> None:
        self.followers: set[Follower] = set()
        self.subscribed = Event()
        self.heard = 0
        self.present: int | None = None
        self.telling_presence = False

    def participants(self) -> set[str]:
        return {f.participant_id for f in self.followers if f.participant_id}


Replay = Callable[[str, int], Parcel]


class Hub:
    """Everyone who follows a room in this process."""

    def __init__(self, replay: Replay, taken: Callable[[str], None]) -> None:
        """Begin to listen.

        Args:
            replay: (room id, after) → the next events, an empty parcel when there are none.
            taken: told the id of each room whose last chain a worker has taken.
        """
        self._replay = replay
        self._taken = taken
        self._rooms: dict[str, _Room] = {}
        self._pubsub: Any = None
        self._sending = RLock()
        self.closing = False
        gevent.spawn(self._listen_for_ever)
        gevent.spawn(self._keep_present)

    def __len__(self) -> int:
        return sum(len(room.followers) for room in self._rooms.values())

    def join(self, follower: Follower) -> None:
        """Makes a follower hear of its room; call `catch_up` next.

        Raises:
            Unavailable: Redis does not answer, nothing can be heard.
        """
        room = self._rooms.get(follower.room_id)
        if room is None:
            room = self._rooms[follower.room_id] = _Room()
            self._subscribe(follower.room_id)
        room.followers.add(follower)
        if not room.subscribed.wait(settings().redis_timeout_seconds):
            self.leave(follower)
            raise Unavailable(retry_after=RETRY_AFTER_SECONDS)
        if follower.participant_id:
            presence.enter(follower.room_id, [follower.participant_id])

    def leave(self, follower: Follower) -> None:
        """Lets a follower go; the room is not listened to any longer when it was the last."""
        room = self._rooms.get(follower.room_id)
        if room is None or follower not in room.followers:
            return
        room.followers.discard(follower)
        if not room.followers:
            self._rooms.pop(follower.room_id, None)
            self._unsubscribe(follower.room_id)
        if follower.participant_id and follower.participant_id not in room.participants():
            self._left(follower.room_id, follower.participant_id)

    def catch_up(self, follower: Follower) -> None:
        """Hands a follower all that it has missed, then makes it live."""
        room = self._rooms.get(follower.room_id)
        while room is not None and follower in room.followers:
            heard = room.heard
            parcel = self._replay(follower.room_id, follower.seq)
            # In pieces that leave room in his buffer: a ping or the presence must not make a slow reader a lost one.
            for piece in parcel.pieces(settings().socket_buffer_bytes // BYTES_A_CHARACTER // 2):
                follower.deliver(piece)
                follower.drain()
            # What was rung during the replay may not be in it; between this look and `live` nobody else runs.
            if not parcel.texts and room.heard == heard:
                follower.live = True
                return

    def close(self, code: int, spread_seconds: float) -> None:
        """Sends everyone away, spread over a while so that they do not all come back at once."""
        self.closing = True
        self.send_away(code, spread_seconds)

    def send_away(self, code: int, spread_seconds: float) -> None:
        """Ends everybody's reading within a while, not all at once; they come back."""
        everyone = [f for room in self._rooms.values() for f in room.followers]
        for number, follower in enumerate(everyone):
            gevent.spawn_later(spread_seconds * number / len(everyone), follower.finish, code)

    # -- listening

    def _listen_for_ever(self) -> None:
        wait = FIRST_RECONNECT_SECONDS
        while not self.closing:
            began = time.monotonic()
            try:
                self._listen()
            except Away as error:
                logger.warning("the bell is out of reach", extra={"why": repr(error), "wait": wait})
            except Exception:
                # Whatever it was: a process that no longer listens would keep its sockets and tell them nothing.
                logger.exception("listening to the bell failed")
            if time.monotonic() - began > LONGEST_RECONNECT_SECONDS:
                wait = FIRST_RECONNECT_SECONDS
            gevent.sleep(wait)
            wait = min(wait * 2, LONGEST_RECONNECT_SECONDS)

    def _listen(self) -> None:
        pubsub = subscriber().pubsub()
        try:
            with self._sending:
                pubsub.subscribe(channels.HOUSE, channels.EMPTIED, *map(channels.bell, self._rooms))
                self._pubsub = pubsub
            while not self.closing:
                message = pubsub.get_message(timeout=LISTEN_SECONDS)
                if message is not None:
                    self._hear(message)
        finally:
            self._pubsub = None
            pubsub.close()

    def _hear(self, message: dict[str, Any]) -> None:
        if message["channel"] == channels.HOUSE and message["type"] == "message":
            self._taken(message["data"])
            return
        if message["channel"] == channels.EMPTIED and message["type"] == "message":
            self.send_away(RESTART, EMPTIED_SPREAD_SECONDS)
            return
        room_id = channels.room_of_bell(message["channel"])
        room = self._rooms.get(room_id)
        if room is None:
            return
        if message["type"] == "subscribe":
            if room.subscribed.is_set():
                self._after_silence(room)
            room.subscribed.set()
        elif message["type"] == "message":
            self._rung(room, bell.heard(message["data"]))

    def _rung(self, room: _Room, ring: Ring) -> None:
        match ring.kind:
            case bell.EVENTS:
                self._spread(room, ring.parcel())
            case bell.PRESENCE:
                room.present = int(ring.words[0])
                self._tell_presence(room)
            case bell.TO_ONE | bell.TO_HOST:
                for follower in _addressed(room, ring):
                    follower.tell(ring.body)
            case bell.GONE:
                for follower in list(room.followers):
                    follower.finish(GONE)

    def _spread(self, room: _Room, parcel: Parcel) -> None:
        room.heard = max(room.heard, parcel.last)
        for follower in list(room.followers):
            if not follower.live:
                continue
            if parcel.first <= follower.seq + 1:
                follower.deliver(parcel)
            else:
                follower.live = False
                gevent.spawn(self._catch_up_or_finish, follower)

    def _after_silence(self, room: _Room) -> None:
        """The bell was out of reach for a while: brings what was rung meanwhile."""
        for follower in list(room.followers):
            follower.live = False
            gevent.spawn(self._catch_up_or_finish, follower)

    def _catch_up_or_finish(self, follower: Follower) -> None:
        try:
            self.catch_up(follower)
        except Unavailable:
            follower.finish(SLOW)

    def _subscribe(self, room_id: str) -> None:
        with self._sending:
            if self._pubsub is not None:
                self._quietly(self._pubsub.subscribe, channels.bell(room_id))

    def _unsubscribe(self, room_id: str) -> None:
        with self._sending:
            # Somebody may have come back while the lock was waited for.
            if self._pubsub is not None and room_id not in self._rooms:
                self._quietly(self._pubsub.unsubscribe, channels.bell(room_id))

    def _quietly(self, send: Callable[[str], None], channel: str) -> None:
        """A send that fails is made good by the listener, which subscribes to everything anew."""
        try:
            send(channel)
        except Away as error:
            logger.warning("the bell is out of reach", extra={"why": repr(error)})

    # -- presence

    def _tell_presence(self, room: _Room) -> None:
        if not room.telling_presence:
            room.telling_presence = True
            self._tell_presence_now(room)

    def _tell_presence_now(self, room: _Room) -> None:
        told = room.present
        for follower in list(room.followers):
            follower.tell(f'{{"type":"presence","present":{told}}}')
        gevent.spawn_later(PRESENCE_EVERY_SECONDS, self._tell_presence_again, room, told)

    def _tell_presence_again(self, room: _Room, told: int | None) -> None:
        if room.present == told or not room.followers:
            room.telling_presence = False
        else:
            self._tell_presence_now(room)

    def _left(self, room_id: str, participant_id: str) -> None:
        try:
            presence.leave(room_id, [participant_id])
        except Unavailable:
            logger.warning("a leaving was not counted, it expires by itself")

    def _keep_present(self) -> None:
        while not self.closing:
            gevent.sleep(settings().presence_seconds / 3)
            for room_id, room in list(self._rooms.items()):
                if participants := room.participants():
                    try:
                        presence.enter(room_id, participants)
                    except Unavailable:
                        break


def _addressed(room: _Room, ring: Ring) -> list[Follower]:
    if ring.kind == bell.TO_HOST:
        return [follower for follower in room.followers if follower.host]
    return [follower for follower in room.followers if follower.participant_id == ring.words[0]]
