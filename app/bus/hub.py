"""The hub: one subscriber a process, that brings a room's news to everyone who follows it here.

A follower (an open socket, an event stream, a waiting request) joins in three steps that leave no
gap: the hub hears the room's bell first, then the follower catches up from the log, then it is live.
Made for gevent: between two waits nobody else runs, which is what makes the last step safe.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import gevent
from gevent.event import Event

from app.bus import bell, channels, presence, standing
from app.bus.bell import Parcel, Ring, Word, joined
from app.bus.connection import RETRY_AFTER_SECONDS
from app.bus.follower import GONE, REFUSED, RESTART, SLOW, Follower
from app.bus.listener import Heard, Listener
from app.chat.refusals import Unavailable
from config.settings import settings

logger = logging.getLogger(__name__)

# Contract: presence is told at most this often.
PRESENCE_EVERY_SECONDS = 2.0
# After Redis has lost everything its clients come back within this time, not all at once.
EMPTIED_SPREAD_SECONDS = 2.0
# So many sockets are written to before somebody else has a turn: some 3 ms of work.
SPREAD_AT_ONCE = 500
# Rings that came together go out as one frame of about so much; a slow reader's buffer holds several.
JOINED_CHARACTERS = 32_768
# UTF-8 needs at most so many (RFC 3629).
BYTES_A_CHARACTER = 4


# Told to whoever is let in.
ADMITTED = Word('{"type":"admitted"}')


class _Room:
    """A room that somebody follows in this process."""

    def __init__(self) -> None:
        self.followers: set[Follower] = set()
        # Participant → how many of them are his: who has three screens is present once.
        self.here: Counter[str] = Counter()
        self.subscribed = Event()
        self.heard = 0
        self.present: int | None = None
        self.telling_presence = False


Replay = Callable[[str, int], Parcel]


class Hub:
    """Everyone who follows a room in this process."""

    def __init__(self, replay: Replay, taken: Callable[[str], None], banned: Callable[[], None] = lambda: None) -> None:
        """Begin to listen.

        Args:
            replay: (room id, after) → the next events, an empty parcel when there are none.
            taken: told the id of each room whose last chain a worker has taken.
            banned: called when the bans of networks have changed.
        """
        self._replay = replay
        self._taken = taken
        self._banned = banned
        self._rooms: dict[str, _Room] = {}
        self.closing = False
        self._listener = Listener(self._hear, self._wanted)
        gevent.spawn(self._keep_present)

    def __len__(self) -> int:
        return sum(len(room.followers) for room in self._rooms.values())

    def join(self, follower: Follower) -> None:
        """Makes a follower hear of its room; call `catch_up` next. Whoever comes while the process ends is sent away.

        Raises:
            Unavailable: Redis does not answer, nothing can be heard.
        """
        if self.closing:
            follower.finish(RESTART)
            return
        is_first = follower.room_id not in self._rooms
        room = self._rooms.setdefault(follower.room_id, _Room())
        # Before anything that may wait: whoever comes and goes meanwhile must not be the last, and take the room along.
        room.followers.add(follower)
        him = _present(follower)
        if him:
            room.here[him] += 1
        if is_first:
            self._listener.listen_to(channels.bell(follower.room_id))
        if not room.subscribed.wait(settings().redis_timeout_seconds):
            self.leave(follower)
            raise Unavailable(retry_after=RETRY_AFTER_SECONDS)
        if him:
            presence.enter(follower.room_id, [him])
        if follower.participant_id:
            # What was decided about him while he came was rung before anybody heard it here.
            self._look_again(room, [follower])

    def leave(self, follower: Follower) -> None:
        """Lets a follower go; the room is not listened to any longer when it was the last."""
        room_id, participant_id = follower.room_id, _present(follower)
        room = self._rooms.get(room_id)
        if room is None or follower not in room.followers:
            return
        room.followers.discard(follower)
        if not room.followers:
            self._rooms.pop(room_id, None)
            self._listener.let_go(channels.bell(room_id), lambda: room_id in self._rooms)
        if participant_id:
            room.here[participant_id] -= 1
            if not room.here[participant_id]:
                del room.here[participant_id]
                self._left(room_id, participant_id)

    def catch_up(self, follower: Follower) -> None:
        """Hands a follower all that it has missed, then makes it live."""
        room = self._rooms.get(follower.room_id)
        while room is not None and follower in room.followers and not follower.knocks:
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
        """Sends everyone away, spread over a while, and whoever still comes; until then they hear what is new."""
        self.closing = True
        self.send_away(code, spread_seconds)

    def send_away(self, code: int, spread_seconds: float) -> None:
        """Ends everybody's reading within a while, not all at once; they come back."""
        everyone = [f for room in self._rooms.values() for f in room.followers]
        for number, follower in enumerate(everyone):
            gevent.spawn_later(spread_seconds * number / len(everyone), follower.finish, code)

    # -- listening

    def _wanted(self) -> list[str]:
        return [channels.HOUSE, channels.EMPTIED, channels.BANS, *map(channels.bell, self._rooms)]

    def _hear(self, come: Sequence[Heard]) -> None:
        """What came together; a room's events go out as one frame, before any other word that came after them."""
        news: dict[str, list[Parcel]] = {}
        for message in come:
            match message["type"], message["channel"]:
                case "message", channels.HOUSE:
                    self._taken(message["data"])
                case "message", channels.EMPTIED:
                    self.send_away(RESTART, EMPTIED_SPREAD_SECONDS)
                case "message", channels.BANS:
                    gevent.spawn(self._banned)
                case "message" | "subscribe" as kind, channel:
                    room_id = channels.room_of_bell(channel)
                    ring = bell.heard(message["data"]) if kind == "message" else None
                    if ring is not None and ring.kind == bell.EVENTS:
                        news.setdefault(room_id, []).append(ring.parcel())
                    else:
                        self._bring(room_id, news.pop(room_id, ()))
                        self._other(room_id, ring)
        for room_id, parcels in news.items():
            self._bring(room_id, parcels)

    def _bring(self, room_id: str, parcels: Iterable[Parcel]) -> None:
        for parcel in joined(parcels, JOINED_CHARACTERS):
            if room := self._rooms.get(room_id):
                self._spread(room, parcel)

    def _other(self, room_id: str, ring: Ring | None) -> None:
        """Anything but events; None says that the room is listened to from now on."""
        room = self._rooms.get(room_id)
        if room is None:
            return
        if ring is None:
            self._heard_again(room)
            return
        match ring.kind:
            case bell.PRESENCE:
                room.present = int(ring.words[0])
                self._tell_presence(room)
            case bell.GONE:
                _finish(room.followers, GONE)
            case bell.SHUT:
                whom, code, word = ring.words
                out = _shut_out(room, whom)
                _tell(out, Word(f'{{"type":"shut","reason":"{word}"}}'))
                _finish(out, int(code), word)
            case bell.LET_IN:
                self._let_in(room, ring)
            case _:
                _tell(_addressed(room, ring), Word(ring.body))

    def _heard_again(self, room: _Room) -> None:
        if room.subscribed.is_set():
            self._after_silence(room)
        room.subscribed.set()

    def _let_in(self, room: _Room, ring: Ring) -> None:
        """Whoever has knocked hears from now on what happens, after all that was before."""
        whom = ring.words[0]
        for follower in list(room.followers):
            if follower.knocks and whom in (bell.EVERYBODY, follower.participant_id):
                self._open(room, follower)

    def _open(self, room: _Room, follower: Follower) -> None:
        follower.knocks = False
        room.here[_present(follower)] += 1
        follower.tell(ADMITTED)
        gevent.spawn(self._come_in, follower)

    def _look_again_when_it_answers(self, room: _Room) -> None:
        try:
            self._look_again(room, list(room.followers))
        except Unavailable:
            logger.warning("who may still be here was not looked up, the next silence does it")

    def _come_in(self, follower: Follower) -> None:
        try:
            presence.enter(follower.room_id, [_present(follower)])
        except Unavailable:
            logger.warning("a coming was not counted, it is in a while")
        self._catch_up_or_finish(follower)

    def _spread(self, room: _Room, parcel: Parcel) -> None:
        first, last = parcel.first, parcel.last
        room.heard = max(room.heard, last)
        for follower in _in_turn(room.followers):
            if not follower.live:
                continue
            if follower.seq + 1 == first:
                follower.seq = last
                follower.take(parcel)
            elif first <= follower.seq:
                follower.deliver(parcel)
            else:
                follower.live = False
                gevent.spawn(self._catch_up_or_finish, follower)

    def _look_again(self, room: _Room, followers: Sequence[Follower]) -> None:
        for follower, word in standing.now(followers):
            if word == standing.LET_IN:
                self._open(room, follower)
            elif word:
                follower.finish(REFUSED, word)

    def _after_silence(self, room: _Room) -> None:
        """The bell was out of reach for a while: brings what was rung meanwhile."""
        gevent.spawn(self._look_again_when_it_answers, room)
        for follower in list(room.followers):
            follower.live = False
            gevent.spawn(self._catch_up_or_finish, follower)

    def _catch_up_or_finish(self, follower: Follower) -> None:
        try:
            self.catch_up(follower)
        except Unavailable:
            follower.finish(SLOW)

    # -- presence

    def _tell_presence(self, room: _Room) -> None:
        if not room.telling_presence:
            room.telling_presence = True
            gevent.spawn(self._tell_presence_now, room)

    def _tell_presence_now(self, room: _Room) -> None:
        told: int | None = None
        while room.followers and room.present != told:
            told = room.present
            word = Word(f'{{"type":"presence","present":{told}}}')
            for follower in _in_turn(room.followers):
                follower.tell(word)
            gevent.sleep(PRESENCE_EVERY_SECONDS)
        room.telling_presence = False

    def _left(self, room_id: str, participant_id: str) -> None:
        try:
            presence.leave(room_id, [participant_id])
        except Unavailable:
            logger.warning("a leaving was not counted, it expires by itself")

    def _keep_present(self) -> None:
        while True:
            gevent.sleep(settings().presence_seconds / 3)
            for room_id, room in list(self._rooms.items()):
                try:
                    presence.keep(room_id, list(room.here))
                except Unavailable:
                    break


def _in_turn(followers: Iterable[Follower]) -> Iterator[Follower]:
    """All of them; now and then somebody else has a turn, who may come, catch up or leave meanwhile."""
    for number, follower in enumerate(list(followers), start=1):
        yield follower
        if number % SPREAD_AT_ONCE == 0:
            gevent.sleep(0)


def _finish(followers: Iterable[Follower], code: int, word: str = "") -> None:
    for follower in _in_turn(followers):
        follower.finish(code, word)


def _tell(followers: Iterable[Follower], word: Word) -> None:
    for follower in followers:
        follower.tell(word)


def _present(follower: Follower) -> str:
    """Who counts as present by it; "" for a mere reader, and for somebody who waits to be let in."""
    return "" if follower.knocks else follower.participant_id or ""


def _shut_out(room: _Room, whom: str) -> list[Follower]:
    if whom == bell.ALL_BUT_MODERATORS:
        return [follower for follower in room.followers if not follower.standing.moderates]
    if whom == bell.STRANGERS:
        return [f for f in room.followers if f.participant_id is None and not f.standing.moderates]
    return [follower for follower in room.followers if whom in (follower.participant_id, follower.standing.key)]


def _addressed(room: _Room, ring: Ring) -> list[Follower]:
    if ring.kind == bell.TO_HOST:
        return [follower for follower in room.followers if follower.standing.moderates]
    return [follower for follower in room.followers if follower.participant_id == ring.words[0]]
