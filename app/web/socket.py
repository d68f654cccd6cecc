"""One open WebSocket: whole frames out through one writer that never waits, bounded messages in.

flask-sock does the route and the handshake; from then on the bytes are ours. simple-websocket's own
reading and writing corrupts the stream when a reader is slow or two threads send, and buffers input
without bound. wsproto keeps the protocol's rules (RFC 6455).

    with Socket(ws, Limits(message_bytes=16_384)) as socket:     # ws: what flask-sock hands to a route
        for message in socket.messages():                        # str or bytes, whole messages
            socket.send("heard")                                 # never waits; 1013 to who reads too slowly

One greenlet reads, the request's own; at most one writes, and only while something waits to be written.
"""

import socket as sockets
import struct
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, NoReturn, Self

import gevent
from simple_websocket import Server
from wsproto.connection import ConnectionState
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage

from app.bus.frames import bytes_frame, text_frame
from config.settings import settings

# 1,365 empty frames, some 20 ms of work: how long one client may keep the others waiting.
RECEIVE_BYTES = 8_192
# Messages that are dealt with in one go.
MOST_TOGETHER = 100
# Frames are joined up to here for one system call.
WRITE_BYTES = 65_536

NORMAL, POLICY, TOO_BIG, BROKEN, RESTART, SLOW = 1000, 1008, 1009, 1011, 1012, 1013
NO_SUCH_ROOM, ROOM_IS_OVER = 4404, 4410


class NeverStarted:
    """Stands where simple-websocket would start its reading thread: we read ourselves."""

    name = ""

    def __init__(self, **_: object) -> None:
        """Take what threading.Thread takes."""

    def start(self) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one client may ask of us.

    Attributes:
        message_bytes: more in one message closes with 1009.
        buffer_bytes: more waiting for a slow reader closes with 1013.
        bytes_a_second: a flood is slowed down to this, by TCP.
    """

    message_bytes: int
    buffer_bytes: int
    bytes_a_second: float


class Gone(Exception):
    """The connection has ended, with or without a goodbye."""


class Socket:
    """A WebSocket with bounded reading, one writer, and a goodbye that the other side gets to see."""

    def __init__(self, taken: Server, limits: Limits) -> None:
        """Take the connection over from flask-sock, its handshake done."""
        self._limits = limits
        self._tcp: Any = taken.sock
        self._protocol: Any = taken.ws
        # Straight to the kernel: gevent's own send is a loop around it that may wait.
        self._send_now: Any = getattr(self._tcp, "_sock", self._tcp).send
        # Else flask-sock would write behind our back when the route returns.
        taken.connected = False
        self._tcp.settimeout(settings().socket_silence_seconds)
        _hold_little(self._tcp)
        self._waiting: deque[bytes] = deque()
        # Includes what the writer has in hand.
        self._waiting_bytes = 0
        self._parts: list[Any] = []
        self._size = 0
        self._last_read = 0
        self._writer: Any = None
        self._deadline: Any = None
        self._gone = False
        # The other side has said goodbye or broken the rules: nothing more can be parsed.
        self._heard_out = False
        # Until our goodbye: the other side still hears us after its own (RFC 6455, 5.5.1). One look for each frame.
        self._may_write = True

    @property
    def is_open(self) -> bool:
        """Neither side has begun to close."""
        return self._protocol.state is ConnectionState.OPEN and not (self._gone or self._heard_out)

    # -- out

    def send(self, text: str) -> None:
        """Writes a text message; never waits."""
        self.write(text_frame(text))

    def echo(self, message: str | bytes) -> None:
        """Writes a message of either kind; never waits."""
        self.write(text_frame(message) if isinstance(message, str) else bytes_frame(message))

    def write(self, frame: bytes) -> None:
        """Writes a whole frame; never waits. What the other side does not take now waits its turn, within bounds."""
        if not self._may_write:
            return
        if self._waiting_bytes and self._waiting_bytes + len(frame) > self._limits.buffer_bytes:
            self._give_up_on_slow_reader()
        else:
            self._put(frame)

    def drain(self) -> None:
        """Waits until the other side has taken everything; one that takes nothing for long is closed."""
        if (writer := self._writer) is not None:
            writer.join(settings().socket_silence_seconds)
            if not writer.ready():
                self._give_up_on_slow_reader()

    def close(self, code: int, reason: str = "") -> None:
        """Says goodbye after what is waiting; never waits. A second call does nothing."""
        if self.is_open:
            self._put(self._protocol.send(CloseConnection(code, reason or None)))
            self._may_write = False
            self._start_deadline()

    def _put(self, frame: bytes) -> None:
        if self._writer is not None:
            self._waiting.append(frame)
            self._waiting_bytes += len(frame)
            return
        try:
            sent = self._send_now(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._hang_up()
            return
        if sent < len(frame):
            # A frame that went out in part is in the writer's hand: only whole ones wait, and may be dropped.
            self._waiting_bytes += len(frame) - sent
            self._writer = gevent.spawn(self._write, frame[sent:])

    def _write(self, batch: bytes) -> None:
        """Writes until nothing waits. All of a batch: a partial send would corrupt the stream."""
        try:
            while batch:
                self._tcp.sendall(batch)
                self._waiting_bytes -= len(batch)
                batch = self._batch()
        except OSError:
            self._hang_up()
        finally:
            self._writer = None

    def _batch(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        while self._waiting and (not parts or size + len(self._waiting[0]) <= WRITE_BYTES):
            parts.append(self._waiting.popleft())
            size += len(parts[-1])
        return b"".join(parts)

    def _give_up_on_slow_reader(self) -> None:
        self._waiting_bytes -= sum(map(len, self._waiting))
        self._waiting.clear()
        self.close(SLOW, "you read too slowly")

    # -- in

    def messages(self) -> Iterator[str | bytes]:
        """Whole messages until either side closes; the next bytes are read when the last message is dealt with."""
        for batch in self.batches():
            yield from batch

    def batches(self) -> Iterator[list[str | bytes]]:
        """Whole messages until either side closes, those that came together as one batch."""
        with suppress(Gone):
            while self.is_open:
                batch: list[str | bytes] = []
                # wsproto parses lazily: a piece with a thousand tiny messages never becomes one list of them,
                # and what was said right before a goodbye is dealt with before the goodbye.
                for event in self._protocol.events():
                    if batch and (len(batch) == MOST_TOGETHER or not isinstance(event, TextMessage)):
                        yield batch
                        batch = []
                    message = self._take(event)
                    if message is not None:
                        batch.append(message)
                    elif batch and self._size > self._limits.message_bytes:
                        yield batch
                        batch = []
                    self._refuse_too_big()
                if batch:
                    yield batch
                if self.is_open:
                    self._protocol.receive_data(self._receive())

    def _take(self, event: Event) -> str | bytes | None:
        match event:
            case TextMessage() | BytesMessage():
                return self._join(event)
            case Ping() if self.is_open:
                self.write(self._protocol.send(event.response()))
            case CloseConnection():
                self._answer_goodbye(event)
        return None

    def _join(self, event: TextMessage | BytesMessage) -> str | bytes | None:
        """A message may come in parts, and its length is known before it is whole."""
        if not self.is_open:
            return None
        if event.data:
            self._parts.append(event.data)
            self._size += len(event.data.encode() if isinstance(event.data, str) else event.data)
        if event.message_finished and self._size <= self._limits.message_bytes:
            empty: Any = "" if isinstance(event, TextMessage) else b""
            whole: str | bytes = empty.join(self._parts)
            self._parts, self._size = [], 0
            return whole
        return None

    def _refuse_too_big(self) -> None:
        if self._size > self._limits.message_bytes:
            self.close(TOO_BIG, f"at most {self._limits.message_bytes} bytes")

    def _answer_goodbye(self, event: CloseConnection) -> None:
        """The other side's goodbye, or its mistake: wsproto tells both as this event (1002, 1007)."""
        if self._protocol.state in (ConnectionState.OPEN, ConnectionState.REMOTE_CLOSING) and not self._gone:
            self._put(self._protocol.send(event.response()))
            self._start_deadline()
        self._heard_out, self._may_write = True, False

    def _receive(self) -> bytes:
        """The next bytes. gevent's recv lets nobody else run while there is something to read, so we do."""
        gevent.sleep(self._last_read / self._limits.bytes_a_second if self.is_open else 0)
        try:
            data: bytes = self._tcp.recv(RECEIVE_BYTES)
        except TimeoutError:
            self.close(POLICY, "no answer to a ping")
            return self._receive()
        except OSError:
            data = b""
        self._last_read = len(data)
        return data or self._left()

    def _left(self) -> NoReturn:
        self._gone, self._may_write = True, False
        raise Gone

    # -- the end

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Closes as RFC 6455, 7.1.1 says, so that the other side reads our goodbye before the connection ends."""
        self.close(self._why(error))
        try:
            with suppress(Gone):
                self._hear_out()
                self._half_close()
                while self._receive():
                    # Bytes that nobody read would make the kernel send a reset, which eats our goodbye.
                    pass
        finally:
            self._stop_helpers()

    @staticmethod
    def _why(error: BaseException | None) -> int:
        if isinstance(error, gevent.GreenletExit):
            return RESTART
        return NORMAL if error is None else BROKEN

    def _hear_out(self) -> None:
        """The other side's goodbye may take a moment, with messages in front; they are dropped."""
        while not self._heard_out:
            for event in self._protocol.events():
                self._take(event)
            if not self._heard_out:
                self._protocol.receive_data(self._receive())

    def _half_close(self) -> None:
        if self._writer is not None:
            self._writer.join()
        try:
            self._tcp.shutdown(sockets.SHUT_WR)
        except OSError:
            self._left()

    def _start_deadline(self) -> None:
        """Whatever the closing waits for ends at one moment."""
        if self._deadline is None:
            self._deadline = gevent.spawn_later(settings().goodbye_seconds, self._hang_up)

    def _hang_up(self) -> None:
        """Ends it now, with a reset instead of minutes of retries; wakes both greenlets."""
        self._gone, self._may_write = True, False
        with suppress(OSError):
            self._tcp.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
            self._tcp.shutdown(sockets.SHUT_RDWR)

    def _stop_helpers(self) -> None:
        for helper in (self._writer, self._deadline):
            if helper is not None:
                helper.kill(block=False)
        # Whatever the layers above still write, an error page for one, must not go out.
        with suppress(OSError):
            self._tcp.shutdown(sockets.SHUT_RDWR)


def _hold_little(tcp: Any) -> None:
    """Lets the kernel keep little for somebody who does not read: unasked it holds up to 4 MB (measured: 0.1 MB)."""
    if hasattr(sockets, "TCP_NOTSENT_LOWAT"):
        with suppress(OSError):
            tcp.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NOTSENT_LOWAT, WRITE_BYTES)
