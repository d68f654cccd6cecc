"""Somebody who reads too slowly is let go with 1013 and harms nobody; in a house with small buffers."""

from __future__ import annotations

import base64
import os
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest

from tests.support.client import Screen, Venue, browser, make_room
from tests.support.house import House, open_house

SLOW, CLOSE = 1013, 8
BIG = "👩🏽\u200d🚀" * 500
"""The longest message, in long characters: 7.5 kB."""

MESSAGES = 60
"""Half a megabyte: more than the house holds for anybody, and than the kernel does when it is told to hold little."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("small"), SOCKET_BUFFER_BYTES="65536", GOODBYE_SECONDS="60") as running:
        yield running


@pytest.fixture
def venue(small: House) -> Iterator[Venue]:
    with browser(small.base) as http:
        yield make_room(small.base, http, max_length=500)


@contextmanager
def unread_socket(venue: Venue, after: int = 0) -> Iterator[socket.socket]:
    """A socket of a room by hand, with a small window, so that what is not read soon waits at the server."""
    place = urlsplit(venue.base)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect((place.hostname, place.port))
        lines = (
            f"GET /ws/rooms/{venue.name}?after={after} HTTP/1.1",
            f"Host: {place.netloc}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        )
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        # The hello is there, so what comes next is live.
        while b'"hello"' not in connection.recv(4096, socket.MSG_PEEK):
            pass
        yield connection


def frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Takes what a server has sent apart: opcode and content of each whole frame."""
    data = data.partition(b"\r\n\r\n")[2]
    while len(data) >= 2:
        opcode, length, head = data[0] & 15, data[1] & 127, 2
        if length == 126:
            length, head = struct.unpack(">H", data[2:4])[0], 4
        elif length == 127:
            length, head = struct.unpack(">Q", data[2:10])[0], 10
        if len(data) < head + length:
            return
        yield opcode, data[head : head + length]
        data = data[head + length :]


def burst(mine: Screen, count: int) -> None:
    """Says `count` long messages and reads on until all of them are shown."""
    last = [mine.say(BIG) for _ in range(count)][-1]
    mine.until(lambda frame: frame.get("message", {}).get("id") == last, 100)


def test_who_reads_too_slowly_is_let_go_and_the_others_are_told_everything(venue: Venue) -> None:
    ada = venue.join()
    with ada.screen() as mine, unread_socket(venue) as slow:
        burst(mine, MESSAGES)
        assert close_code(slow) == SLOW
        ada.say("Still here")
        mine.until_text("Still here")
        assert mine.seqs() == list(range(1, MESSAGES + 2))


def close_code(connection: socket.socket) -> int | None:
    """Reads up to the goodbye; answers its code, or None if none comes."""
    data = b""
    with suppress(TimeoutError, ConnectionResetError):
        while piece := connection.recv(1 << 16):
            data += piece
            for opcode, content in frames(data):
                if opcode == CLOSE:
                    return int(struct.unpack(">H", content[:2])[0])
    return None


def test_a_long_history_goes_at_the_readers_pace(venue: Venue) -> None:
    ada = venue.join()
    with ada.screen() as mine:
        burst(mine, MESSAGES)
    with unread_socket(venue) as slow:
        # Nothing has been read of half a megabyte when the next thing happens.
        ada.say("The last word")
        data = b""
        while b"The last word" not in data:
            piece = slow.recv(1 << 16)
            assert piece, "let go in the middle of the history"
            data += piece
        shown = sum(content.count(b'"type":"event"') for opcode, content in frames(data) if opcode == 1)
        assert shown == MESSAGES + 1
