"""The load: raw sockets in one thread that say what was written beforehand and count what comes back.

Cheap on purpose, as it shares the machine with what it measures: frames are made and masked before the clock starts,
many of them go out in one system call, and what comes in is only searched for a sign while the clock runs. It is all
kept, and taken apart afterwards to see whether everybody was shown everything, once and in the same order.
"""

from __future__ import annotations

import base64
import json
import os
import select
import socket
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.frames import Ear, masked, taken_apart

Json = dict[str, Any]

RECEIVE_BYTES = 1 << 20
BURST = 8
"""Messages that one socket sends in one system call, where its window is open."""
STALLED_SECONDS = 30.0
HANDSHAKE_SECONDS = 30.0
SHOWN = b'"kind":"message"'
"""Stands in each event once and nowhere else: in a text the quotation marks would be escaped."""


def open_socket(port: int, path: str, headers: Iterable[str] = ()) -> tuple[socket.socket, bytes]:
    """A WebSocket after its handshake, and the bytes that came right behind it."""
    sock = socket.create_connection(("127.0.0.1", port), HANDSHAKE_SECONDS)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    key = base64.b64encode(os.urandom(16)).decode()
    asked = [
        f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", *headers, "", "",
    ]  # fmt: skip
    sock.sendall("\r\n".join(asked).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += sock.recv(65536) or _refused(answer)
    head, _, rest = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 101"):
        _refused(answer)
    return sock, rest


def _refused(answer: bytes) -> bytes:
    raise RuntimeError(f"no WebSocket: {answer[:500]!r}")


def frame_with(sock: socket.socket, sign: bytes, data: bytes = b"") -> bytes:
    """Everything up to the whole frame that has this sign in it."""
    while not any(sign in payload for _, payload, _ in taken_apart(data)):
        data += sock.recv(65536) or _refused(data)
    return data


@dataclass(eq=False)
class Room:
    """A room under load."""

    name: str
    window: int
    said: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    screens: list[Screen] = field(default_factory=list)

    @property
    def is_quiet(self) -> bool:
        """Every screen has been shown all that was said."""
        return all(screen.shown == self.said for screen in self.screens)


class Screen:
    """A socket that says and is shown; it says on as long as not too much of its room's words is under way."""

    def __init__(self, room: Room, sock: socket.socket, data: bytes = b"") -> None:
        """Join a room; `data` is what came in already."""
        sock.setblocking(False)
        self.sock, self.room = sock, room
        self.shown = data.count(SHOWN)
        self.chunks = [data]
        self._tail = data[-len(SHOWN) + 1 :]
        self._prepared: deque[bytes] = deque()
        self._rest = memoryview(b"")
        room.screens.append(self)

    def prepare(self, texts: Iterable[str], to_text: Callable[[str, str], str]) -> None:
        """Makes the frames for what this screen will say.

        Args:
            texts: what it says.
            to_text: (id, text) → the words of the protocol.
        """
        burst: list[bytes] = []
        for text in texts:
            message_id = str(uuid.uuid4())
            self.room.texts[message_id] = text
            burst.append(masked(to_text(message_id, text)))
            if len(burst) == BURST:
                self._prepared.append(b"".join(burst))
                burst = []

    def say(self) -> None:
        """Says as much as the window and the connection take."""
        room = self.room
        while True:
            if not self._rest:
                if not self._prepared or room.said - self.shown + BURST > room.window:
                    return
                self._rest = memoryview(self._prepared.popleft())
                room.said += BURST
            try:
                self._rest = self._rest[self.sock.send(self._rest) :]
            except BlockingIOError:
                return

    def finish_sentence(self) -> None:
        """Sends the rest of a burst that went out in part."""
        if self._rest:
            try:
                self._rest = self._rest[self.sock.send(self._rest) :]
            except BlockingIOError:
                return

    def look(self) -> None:
        """Counts what has come in."""
        try:
            data = self.sock.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return
        if not data:
            raise RuntimeError(f"closed by the server: {self.events()[-3:]}")
        self.chunks.append(data)
        self.shown += (self._tail + data).count(SHOWN)
        self._tail = data[-len(SHOWN) + 1 :] if len(data) >= len(SHOWN) else (self._tail + data)[-len(SHOWN) + 1 :]

    def events(self) -> list[Json]:
        """All that it was told, taken apart."""
        ear = Ear()
        ear.hear(b"".join(self.chunks))
        return list(told_in(ear.texts))


def told_in(texts: Iterable[str]) -> Iterator[Json]:
    """Everything that a server told in these frames, arrays taken apart."""
    for text in texts:
        # socket.io writes digits in front: the kind of packet.
        bare = text.lstrip("0123456789")
        told = json.loads(bare) if bare else {}
        if isinstance(told, list) and told and isinstance(told[0], str):
            told = told[1]
        yield from told if isinstance(told, list) else [told]


@dataclass(frozen=True)
class Ride:
    """What came of a load."""

    messages: int
    seconds: float

    @property
    def rate(self) -> float:
        """Messages a second, from the first word to the last screen."""
        return self.messages / self.seconds


def drive(rooms: Sequence[Room], seconds: float) -> Ride:
    """Lets everybody speak for so long, then waits until every screen has been shown everything."""
    screens = {screen.sock.fileno(): screen for room in rooms for screen in room.screens}
    before = sum(room.said for room in rooms)
    with select.epoll() as poll:
        for number in screens:
            poll.register(number, select.EPOLLIN)
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            for screen in screens.values():
                screen.say()
            _look(poll, screens)
        until = time.monotonic() + STALLED_SECONDS
        while not all(room.is_quiet for room in rooms):
            for screen in screens.values():
                screen.finish_sentence()
            if _look(poll, screens):
                until = time.monotonic() + STALLED_SECONDS
            if time.monotonic() > until:
                counts = [(room.said, [screen.shown for screen in room.screens]) for room in rooms]
                raise RuntimeError(f"nothing has come for {STALLED_SECONDS} s; said, shown: {counts}")
        return Ride(sum(room.said for room in rooms) - before, time.monotonic() - began)


def _look(poll: select.epoll, screens: dict[int, Screen]) -> bool:
    ready = poll.poll(0.05)
    for number, _ in ready:
        screens[number].look()
    return bool(ready)


def overtaken(room: Room) -> int:
    """How many messages were shown after one that their own author had said later."""
    places = {message_id: place for place, message_id in enumerate(room.texts)}
    latest: dict[str, int] = {}
    late = 0
    for each in room.screens[0].events():
        if each.get("kind") == "message":
            author, place = each["message"]["nickname"], places[each["message"]["id"]]
            late += place < latest.get(author, -1)
            latest[author] = max(place, latest.get(author, -1))
    return late


def faults(room: Room, *, gapless: bool) -> list[str]:
    """All that breaks the promise: everything shown, once, unchanged, in the same order on every screen.

    Args:
        room: in which nothing is under way any more.
        gapless: whether the numbers have to be 1…N.
    """
    found, first = [], None
    for screen in room.screens:
        told = screen.events()
        wrong = [each for each in told if each.get("type") in ("error", "rejected", "held", "reset")]
        shown = [each for each in told if each.get("kind") == "message"]
        walk = [(each["seq"], each["message"]["id"], each["message"]["text"]) for each in shown]
        first = first or walk
        if wrong:
            found.append(f"{room.name}: {len(wrong)} were told what was not expected, the first: {wrong[0]}")
        if walk != first:
            found.append(f"{room.name}: two screens were not shown the same")
        if any(room.texts.get(message_id) != text for _, message_id, text in walk):
            found.append(f"{room.name}: a text was changed")
        if not len(walk) == len({message_id for _, message_id, _ in walk}) == room.said:
            found.append(f"{room.name}: {room.said} said, {len(walk)} shown")
        if gapless and [seq for seq, _, _ in walk] != list(range(1, len(walk) + 1)):
            found.append(f"{room.name}: the numbers are not 1…{len(walk)}")
    return found
