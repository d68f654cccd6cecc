"""A room's events for those who have no socket: page by page, by long poll, as a stream."""

from collections.abc import Iterator
from contextlib import suppress
from random import randint

import gevent
from flask import Blueprint, Response, request, stream_with_context
from gevent.queue import Empty, Full, Queue

from app.bus.bell import Parcel, Word
from app.bus.follower import GONE, SLOW, Follower
from app.bus.hub import Hub
from app.bus.wire import dumps
from app.chat import Room
from app.chat.refusals import RoomIsOver, Unavailable
from app.web import foreign, replay
from app.web.bodies import number
from app.web.house import house
from app.web.identity import You, foreign_origin, listener_of, reader_of, standing_of
from app.web.lookup import room_called
from app.web.participants import told
from app.web.rooms import room_now
from app.web.waiting import Waiter
from config.settings import settings

events = Blueprint("events", __name__, url_prefix="/api/v1/rooms/<name>")

# No seq is larger; the query takes no more digits either.
MOST_SEQ = 10**15
# A comment now and then keeps proxies from dropping the stream and shows us that the reader is gone.
COMMENT_EVERY_SECONDS = 15
RETRY_MILLISECONDS = (1000, 3000)
# Parcels that may wait for a slow reader; then the stream ends and he resumes with Last-Event-ID.
MOST_WAITING = 1000


@events.get("/events")
def page(name: str) -> Response:
    """Events after a seq; with `wait`, as soon as there are any."""
    room = room_called(name)
    you = listener_of(room)
    after, most = number("after", 0, 0, MOST_SEQ), settings().page_max_events
    limit, wait = number("limit", most, 1, most), number("wait", 0, 0, settings().long_poll_max_seconds)
    if not you.may_read(room):
        _wait_to_be_let_in(room, you, wait)
        you = reader_of(room_called(name))
    texts = list(replay.since(room.id, after, limit).texts)
    if not texts and wait and after <= replay.last_seq(room.id):
        texts = _wait(room, you, after, wait)[:limit]
    answer = f'{{"events":[{",".join(texts)}],"last_seq":{replay.last_seq(room.id)}}}'
    return Response(answer, mimetype="application/json")


def _wait_to_be_let_in(room: Room, you: You, seconds: int) -> None:
    participant_id = you.participant.id if you.participant else None
    with Waiter.following(house().hub, room.id, participant_id, 0, standing_of(room, you)) as waiter:
        waiter.wait_to_be_let_in(seconds)


def _wait(room: Room, you: You, after: int, seconds: int) -> list[str]:
    participant_id = you.participant.id if you.participant else None
    with Waiter.following(house().hub, room.id, participant_id, after, standing_of(room, you)) as waiter:
        return waiter.wait_for_events(seconds)


@events.get("/events/stream")
def stream(name: str) -> Response:
    """Server-Sent Events (WHATWG HTML, section 9.2): room events have no type, so `onmessage` gets them."""
    room = room_called(name)
    you = listener_of(room, request.args.get("token"))
    resumed = request.headers.get("Last-Event-ID", "")
    after = (
        int(resumed)
        if resumed.isascii() and resumed.isdigit() and len(resumed) < 16
        else number("after", 0, 0, MOST_SEQ)
    )
    reader = ReaderAbroad(room, you, after) if foreign_origin() else Reader(room, you, after)
    lines = stream_with_context(_lines(house().hub, reader, _hello(room, you)))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Response(lines, mimetype="text/event-stream", headers=headers)


class Reader(Follower):
    """Somebody who reads a room as an event stream."""

    def __init__(self, room: Room, you: You, seq: int) -> None:
        super().__init__(room.id, you.participant.id if you.participant else None, seq, standing_of(room, you))
        self.waiting: Queue[str | None] = Queue(MOST_WAITING)

    def take(self, parcel: Parcel) -> None:
        """Events of the room, each with its seq as the stream's id."""
        numbered = zip(range(parcel.first, parcel.last + 1), parcel.texts, strict=True)
        self._put("".join(f"id: {seq}\ndata: {text}\n\n" for seq, text in numbered))

    def tell(self, word: Word) -> None:
        """A word that is no event: it has a type of its own and no id."""
        self._put(f"event: word\ndata: {word.text}\n\n")

    def finish(self, code: int, word: str = "") -> None:  # noqa: ARG002 - only a socket can say why
        """Ends the stream; the browser comes back by itself and is told why it may not."""
        self.waiting.put(None) if not self.waiting.full() else self._start_over()

    def _put(self, lines: str) -> None:
        try:
            self.waiting.put_nowait(lines)
        except Full:
            self._start_over()

    def _start_over(self) -> None:
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


class ReaderAbroad(Reader):
    """Somebody on another site's page, who reads for as long as the room's host allows it there."""

    def __init__(self, room: Room, you: You, seq: int) -> None:
        super().__init__(room, you, seq)
        self.site = foreign.origin()
        self.allowed_at = room.last_seq

    def take(self, parcel: Parcel) -> None:
        """Events, the last of which may be that the host has taken the leave back."""
        super().take(parcel)
        if foreign.withdrawn(parcel, self.allowed_at, self.site):
            self.finish(GONE)


def _hello(room: Room, you: You) -> str:
    known = told(room, you.participant) if you.participant else None
    now = room_now(room)
    hello = {"type": "hello", "room": now, "you": known, "last_seq": now["last_seq"], "epoch": room.id}
    return f"event: word\ndata: {dumps(hello)}\n\n"


def _lines(hub: Hub, reader: Reader, hello: str) -> Iterator[str]:
    # Each browser is given its own moment to come back, so that they do not all come at once.
    yield f"retry: {randint(*RETRY_MILLISECONDS)}\n{hello}"  # noqa: S311 - nothing secret
    # The answer has begun: a part that is away now can only end it, and the browser comes back by itself.
    with suppress(Unavailable, RoomIsOver):
        yield from _events(hub, reader)


def _events(hub: Hub, reader: Reader) -> Iterator[str]:
    if reader.seq > replay.last_seq(reader.room_id):
        yield 'event: word\ndata: {"type":"reset"}\n\n'
        reader.seq = 0
    hub.join(reader)
    catching_up = gevent.spawn(_catch_up, hub, reader)
    try:
        yield from _until_finished(reader)
    finally:
        catching_up.kill(block=False)
        hub.leave(reader)


def _catch_up(hub: Hub, reader: Reader) -> None:
    try:
        hub.catch_up(reader)
    except Unavailable:
        reader.finish(SLOW)


def _until_finished(reader: Reader) -> Iterator[str]:
    while True:
        try:
            lines = reader.waiting.get(timeout=COMMENT_EVERY_SECONDS)
        except Empty:
            yield ": still here\n\n"
            continue
        if lines is None:
            return
        yield lines
