"""Who reads too slowly, floods or sends garbage is let go with the right code and harms nobody; with small buffers."""

from __future__ import annotations

import base64
import json
import os
import socket
import statistics
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.client import Guest, Screen, Venue, browser, make_room, new_id
from tests.support.house import FOR_A_ROOM, House, open_house
from tests.support.members import children, parent

SLOW, CLOSE = 1013, 8
BIG = "👩🏽\u200d🚀" * 500
"""The longest message, in long characters: 7.5 kB."""

MESSAGES = 60
"""Half a megabyte: more than the house holds for anybody, and than the kernel does when it is told to hold little."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(
        tmp_path_factory.mktemp("small"), only=FOR_A_ROOM, SOCKET_BUFFER_BYTES="65536", GOODBYE_SECONDS="60"
    ) as running:
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


def until_shown(mine: Screen, message_id: str) -> None:
    """Reads on until a message is shown."""
    mine.until(lambda frame: frame.get("message", {}).get("id") == message_id, 100)


def burst(mine: Screen, count: int) -> None:
    """Says `count` long messages and reads on until all of them are shown."""
    last = [mine.say(BIG) for _ in range(count)][-1]
    until_shown(mine, last)


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


# -- bad company

CROWD, LATE_HEADERS, BIG_MESSAGES = 200, 50, 30
MEMORY_A_SOCKET = 320 * 1024
"""What may wait for one (64 KiB), what its writer has in hand, its frames in the making, and its own 40 KB."""

MEASURED_SECONDS = 3.0


def delays(mine: Screen, wall: Screen, over: Callable[[], object]) -> list[float]:
    """How long each message takes to another's screen, one after the other until it is over."""
    taken = list[float]()
    while not over() or len(taken) < 5:
        began = time.monotonic()
        message_id = mine.say(f"at {began}")
        wall.until(lambda frame, mine=message_id: frame.get("message", {}).get("id") == mine)  # type: ignore[misc]
        taken.append(time.monotonic() - began)
    return taken


def for_a_while() -> Callable[[], bool]:
    until = time.monotonic() + MEASURED_SECONDS
    return lambda: time.monotonic() > until


def memory(house: House) -> int:
    """The resident bytes of the house's web process."""
    master = children(house)["web"]
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    (worker,) = [pid for pid in pids if parent(pid) == master]
    return int(Path(f"/proc/{worker}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def unfinished_request(base: str) -> Iterator[socket.socket]:
    """A request whose headers do not end."""
    place = urlsplit(base)
    with socket.create_connection((place.hostname, place.port), 20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: parley\r\nX-Slow: ")
        yield connection


def flood(ada: Guest, over: threading.Event) -> None:
    """Says the same again and again, as fast as the house takes it, and reads nothing."""
    frame = json.dumps({"type": "say", "id": new_id(), "text": "again and again"})
    with ada.screen(close_timeout=1) as screen, suppress(ConnectionClosed):
        while not over.is_set():
            screen.send(frame)


def test_two_hundred_who_read_nothing_a_flood_and_slow_headers_keep_nobody_else_waiting(
    small: House, venue: Venue, capsys: pytest.CaptureFixture[str]
) -> None:
    loud = make_room(venue.base, venue.http, max_length=500)
    ada, eve, over = venue.join(), loud.join("Eve"), threading.Event()
    with ExitStack() as stack:
        mine, wall = stack.enter_context(ada.screen()), stack.enter_context(venue.screen())
        alone, at_first = delays(mine, wall, for_a_while()), memory(small)
        crowd = [stack.enter_context(unread_socket(loud)) for _ in range(CROWD)]
        for _ in range(LATE_HEADERS):
            stack.enter_context(unfinished_request(venue.base))
        flooding = threading.Thread(target=flood, args=(loud.join("Mallory"), over))
        flooding.start()
        stack.callback(flooding.join)
        stack.callback(over.set)
        hers = stack.enter_context(eve.screen())
        last = [hers.say(BIG) for _ in range(BIG_MESSAGES)][-1]
        shown = threading.Thread(target=until_shown, args=(hers, last))
        shown.start()
        beside = delays(mine, wall, lambda: not shown.is_alive())
        grown = (memory(small) - at_first) / CROWD
        codes = {close_code(each) for each in crowd[:: CROWD // 5]}
    usual, now = statistics.median(alone), statistics.median(beside)
    with capsys.disabled():
        print(
            f"\npost to another's screen, p50: {1000 * usual:.0f} ms, beside {CROWD} who read nothing, a flood and"
            f" {LATE_HEADERS} slow headers {1000 * now:.0f} ms, worst {1000 * max(beside):.0f} ms;"
            f" {grown / 1024:.0f} KiB a socket"
        )
    assert codes == {SLOW}
    assert grown < MEMORY_A_SOCKET
    assert now < 10 * usual + 0.5


GARBAGE = {
    "a frame without a mask": (b"\x81\x02hi", 1002),
    "a kind of frame that does not exist": (b"\x8f\x80\0\0\0\0", 1002),
    "reserved bits": (b"\xf1\x80\0\0\0\0", 1002),
    "text that is no text": (b"\x81\x82\0\0\0\0\xff\xfe", 1007),
    "a frame that says it is endless": (b"\x81\xff" + b"\x7f" + b"\xff" * 7 + b"\0\0\0\0" + b"x" * 20_000, 1009),
    "a ping that is too long": (b"\x89\xfe\x01\x00\0\0\0\0" + b"x" * 256, 1002),
    "something else altogether": (b"GET / HTTP/1.1\r\nHost: parley\r\n\r\n", 1002),
}


@pytest.mark.parametrize("what", GARBAGE)
def test_garbage_is_answered_with_the_right_code_and_the_others_do_not_notice(venue: Venue, what: str) -> None:
    frame, code = GARBAGE[what]
    ada = venue.join()
    with ada.screen() as mine, unread_socket(venue) as strange:
        strange.sendall(frame)
        assert close_code(strange) == code
        mine.say("Did you hear that?")
        assert mine.until_text("Did you hear that?")["seq"] == 1
