"""A crowd of screens that only look on: thousands of raw sockets in one thread.

Whoever looks on gets the same bytes as everybody else from the moment on when the crowd is complete. So one screen's
bytes are kept and taken apart, and of the others only their number and a checksum: they agree, or something was lost.
"""

from __future__ import annotations

import os
import select
import socket
import time
import zlib
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence

from benchmarks.frames import Ear, taken_apart
from benchmarks.load import Json, told_in

BROWSERS_SEND = (
    "Pragma: no-cache\r\nCache-Control: no-cache\r\n"
    "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: en-GB,en;q=0.9\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36\r\n"
)
"""What a browser says besides: a server that remembers it pays for it."""
BROWSERS_OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
"""Every browser asks for compression; who agrees compresses each message for each socket anew."""
AT_ONCE = 200
"""Handshakes under way at the same time."""
HANDSHAKE_SECONDS = 60.0
PATIENCE_SECONDS = 60.0
BUFFER_BYTES = 1 << 18
PING = b"\x89\0"
SHOWN = '"kind":"message"'


class Crowd:
    """Sockets of one room, or of one place of another server."""

    def __init__(self, port: int, paths: Sequence[str], until: bytes = b"", more: str = BROWSERS_OFFER) -> None:
        """Open a socket for each path.

        Args:
            port: on this machine.
            paths: one for each socket.
            until: what a socket gets when it is open and the crowd may begin; nothing behind the handshake by default.
            more: lines of the handshake.
        """
        self.sockets: list[socket.socket] = []
        for start in range(0, len(paths), AT_ONCE):
            self.sockets += _opened(port, paths[start : start + AT_ONCE], until, more)
        self._numbers = {sock.fileno(): place for place, sock in enumerate(self.sockets)}
        self._poll = select.epoll()
        for number in self._numbers:
            self._poll.register(number, select.EPOLLIN)
        self._buffer = bytearray(BUFFER_BYTES)
        self._ear = Ear()
        self.forget()

    def forget(self) -> None:
        """Counts anew from here."""
        self.bytes = [0] * len(self.sockets)
        self.sums = [0] * len(self.sockets)
        self._ear.texts = []

    def look(self, seconds: float) -> int:
        """Takes in what is there, or what comes first within a time; answers from how many sockets."""
        ready = self._poll.poll(seconds)
        view = memoryview(self._buffer)
        for number, _ in ready:
            place = self._numbers[number]
            count = self.sockets[place].recv_into(self._buffer)
            piece = view[:count]
            if not count:
                raise RuntimeError(f"the server closed socket {place}; the first was told {self._ear.texts[-3:]}")
            if piece == PING:
                continue
            self.bytes[place] += count
            self.sums[place] = zlib.crc32(piece, self.sums[place])
            if not place:
                self._ear.hear(bytes(piece))
        return len(ready)

    def hush(self, seconds: float = 2.5) -> None:
        """Waits until nothing has come for a while, and forgets what did."""
        while self.look(seconds):
            pass
        self.forget()

    def gather(self, shown: int) -> float:
        """Waits until every socket has been shown so many messages since the crowd counted anew.

        Returns:
            When the last one had it, on the monotonic clock.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        seen = looked_at = 0
        while seen < shown or min(self.bytes) < self.bytes[0]:
            if not self.look(0.5) and time.monotonic() > until:
                raise RuntimeError(f"{seen} of {shown} messages came to the first; bytes {sorted(set(self.bytes))}")
            new, looked_at = self._ear.texts[looked_at:], len(self._ear.texts)
            seen += sum(text.count(SHOWN) for text in new)
        return time.monotonic()

    def told(self) -> list[Json]:
        """What the first socket was told since the crowd counted anew; raises where another was told something else."""
        if len(set(self.bytes)) != 1 or len(set(self.sums)) != 1:
            raise RuntimeError(f"not everybody was told the same: {Counter(zip(self.bytes, self.sums, strict=True))}")
        return list(told_in(self._ear.texts))

    @property
    def frames(self) -> int:
        """In how many frames the first socket was told what it was told since the crowd counted anew."""
        return len(self._ear.texts)

    def close(self) -> None:
        """Lets go of all."""
        self._poll.close()
        for sock in self.sockets:
            sock.close()


def _opened(port: int, paths: Iterable[str], until: bytes, more: str) -> list[socket.socket]:
    sockets = []
    for path in paths:
        sock = socket.create_connection(("127.0.0.1", port), HANDSHAKE_SECONDS)
        key = b64encode(os.urandom(16)).decode()
        sock.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{BROWSERS_SEND}{more}\r\n".encode()
        )
        sockets.append(sock)
    for sock in sockets:
        answer = b""
        while not _is_open(answer, until):
            data = sock.recv(65536)
            answer += data
            if not data or not answer.startswith(b"HTTP/1.1 101"[: len(answer)]):
                raise RuntimeError(f"no WebSocket: {answer[:500]!r}")
        sock.setblocking(False)
    return sockets


def _is_open(answer: bytes, until: bytes) -> bool:
    """Whether the handshake is there, and behind it the frame that is waited for, whole."""
    head, _, told = answer.partition(b"\r\n\r\n")
    if not until:
        return len(head) < len(answer)
    frames = list(taken_apart(told))
    return any(until in payload for _, payload, _ in frames) and frames[-1][2] == len(told)
